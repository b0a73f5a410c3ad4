// SPDX-License-Identifier: Apache-2.0
#include "core/providers/stac/assetparser.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>
#include <tuple>

namespace astra::providers::stac {

namespace {

constexpr std::size_t maxBands = 1000;
constexpr std::size_t maxAlternates = 8;

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::providers)
};

const Json none;

enum Name : std::size_t {
    Alternates,
    AlternateName,
    Bands,
    EoBands,
    FileSize,
    Gsd,
    Href,
    Nodata,
    RasterBands,
    RasterOffset,
    RasterScale,
    Roles,
    StorageRefs,
    RequesterPays,
    Title,
    Type,
    Unit,
    nameCount
};
// In the order of the alphabet, as Json keeps its members.
constexpr std::array<std::string_view, nameCount> names {"alternate",    "alternate:name",
                                                         "bands",        "eo:bands",
                                                         "file:size",    "gsd",
                                                         "href",         "nodata",
                                                         "raster:bands", "raster:offset",
                                                         "raster:scale", "roles",
                                                         "storage:refs", "storage:requester_pays",
                                                         "title",        "type",
                                                         "unit"};
static_assert(std::is_sorted(names.begin(), names.end()));

const Json &firstOf(const Json &list) { return list.is_array() && !list.empty() ? list.front() : none; }

bool same(QStringView a, QStringView b) { return a.size() == b.size() && a.compare(b, Qt::CaseInsensitive) == 0; }

/// "B04_10m" and "blue-jp2" say more than the band: what is left is its name.
QStringView bareKey(QStringView key)
{
    for (const auto suffix : {u"-jp2", u"_10m", u"_20m", u"_60m", u".TIF", u".tif"}) {
        if (key.endsWith(suffix))
            key.chop(4);
    }
    return key;
}

/// The asset holds a picture to look at, whatever bands it was made from.
QString pictureRole(QStringView bare)
{
    if (same(bare, u"visual") || same(bare, u"tci"))
        return QStringLiteral("visual");
    if (same(bare, u"thumbnail") || same(bare, u"rendered_preview") || same(bare, u"quicklook"))
        return QStringLiteral("thumbnail");
    return same(bare, u"preview") || same(bare, u"overview") ? QStringLiteral("overview") : QString();
}

QString commonNameOf(const Json &band)
{
    const Json &name = member(band, "eo:common_name");
    return asString(name.is_string() ? name : member(band, "common_name")).value_or(QString());
}

/// nodata may be a number, or one of three words.
std::optional<double> nodataFrom(const Json &value)
{
    if (const auto text = asString(value)) {
        if (same(*text, u"nan"))
            return std::numeric_limits<double>::quiet_NaN();
        if (same(*text, u"inf"))
            return std::numeric_limits<double>::infinity();
        if (same(*text, u"-inf"))
            return -std::numeric_limits<double>::infinity();
    }
    return asNumber(value, true);
}

/// What tells the kind of a file, where its type does not and its address will not.
void keepType(data::Asset &asset, const QUrl &href)
{
    const QString path = href.path();
    if (path.endsWith(u".jp2", Qt::CaseInsensitive))
        asset.mediaType = QStringLiteral("image/jp2");
    else if (path.endsWith(u".tif", Qt::CaseInsensitive) || path.endsWith(u".tiff", Qt::CaseInsensitive))
        asset.mediaType = QStringLiteral("image/tiff");
}

/// Lower is easier to open. What wants an account that nobody can keep here is not opened at all.
auto effort(const data::Alternate &address)
{
    const QString scheme = address.href.scheme();
    const bool closed = data::needsAccount(address.access) && address.connection.isEmpty();
    return std::tuple(closed, address.access, scheme == u"file" ? 0 : scheme.startsWith(u"http") ? 1 : 2);
}

} // namespace

/// The members of an asset that we read, found in one walk over it.
class AssetReader::Members
{
public:
    explicit Members(const Json &object)
    {
        m_found.fill(&none);
        if (!object.is_object())
            return;
        std::size_t name = 0;
        for (const auto &[key, value] : object.get_ref<const Json::object_t &>()) {
            int order = -1;
            while (name < nameCount && (order = names[name].compare(key)) < 0)
                ++name;
            if (name == nameCount)
                return;
            if (order == 0)
                m_found[name++] = &value;
        }
    }
    const Json &operator[](Name name) const { return *m_found[name]; }

private:
    std::array<const Json *, nameCount> m_found {};
};

AssetReader::AssetReader(AddressReader &addresses, const Json &properties, const data::Sensor *sensor)
    : m_addresses(addresses)
    , m_properties(properties)
    , m_sensor(sensor)
{
}

std::optional<data::Asset> AssetReader::read(const std::string &key, const Json &json)
{
    const Members members(json);
    data::Asset asset;
    asset.key = QString::fromStdString(key);
    asset.mediaType = textOnce(members[Type]);
    takeAddress(asset, members);
    if (asset.href.isEmpty())
        return std::nullopt;
    asset.title = asString(members[Title]).value_or(QString());
    if (members[Roles] != m_roles) {
        m_roles = members[Roles];
        m_rolesList = asStringList(m_roles);
    }
    asset.roles = m_rolesList;
    asset.size = asInteger(members[FileSize]).value_or(-1);
    const QString picture = pictureRole(bareKey(asset.key));
    if (!picture.isEmpty() && !asset.roles.contains(picture))
        asset.roles.append(picture);
    if (asset.isRaster()) {
        // The name by which the item gives the file: another address of it may have none.
        const Json &href = members[Href];
        const QString path = href.is_string() ? QString::fromStdString(href.get_ref<const std::string &>())
                                              : asset.href.path();
        asset.bands = bandsOf(asset, path.mid(path.lastIndexOf(u'/') + 1).section(u'?', 0, 0), members);
        asset.stated = radiometryOf(members);
        for (const Json *source : {&firstOf(members[RasterBands]), &firstOf(members[Bands]), &members[Unit]}) {
            const Json &unit = source->is_object() ? member(*source, "unit") : *source;
            if (asset.unit.isEmpty() && unit.is_string())
                asset.unit = asString(unit)->left(40);
        }
    }
    return asset;
}

/// A bucket may say of itself that reading is charged (storage 1.0), or point to schemes that say so (2.0).
bool AssetReader::requesterPays(const Members &members) const
{
    if (const auto own = asBool(members[RequesterPays]))
        return *own;
    const Json &refs = members[StorageRefs];
    if (!refs.is_array() || refs.empty())
        return asBool(member(m_properties, "storage:requester_pays")).value_or(false);
    const Json &schemes = member(m_properties, "storage:schemes");
    return std::all_of(refs.begin(), refs.end(), [&](const Json &ref) {
        return ref.is_string()
            && asBool(member(member(schemes, ref.get_ref<const std::string &>().c_str()), "requester_pays"))
                   .value_or(false);
    });
}

/// All of its addresses, the easiest to open first.
void AssetReader::takeAddress(data::Asset &asset, const Members &members)
{
    data::Alternate best;
    if (members[Href].is_string()) {
        best = m_addresses.read(members[Href].get_ref<const std::string &>(), requesterPays(members));
        if (members[Alternates].is_object())
            best.name = asString(members[AlternateName]).value_or(best.href.scheme()).toLower();
    }
    const QUrl own = best.href;
    if (members[Alternates].is_object()) {
        for (const auto &[name, json] : members[Alternates].get_ref<const Json::object_t &>()) {
            const Members other(json);
            // A relative one starts who knows where.
            if (!other[Href].is_string() || asset.alternates.size() == maxAlternates
                || other[Href].get_ref<const std::string &>().find("://") == std::string::npos)
                continue;
            auto address = m_addresses.read(other[Href].get_ref<const std::string &>(), requesterPays(other));
            address.name = QString::fromStdString(name).left(40);
            if (address.href.isEmpty() || address.href == best.href)
                continue;
            if (best.href.isEmpty() || effort(address) < effort(best))
                std::swap(address, best);
            if (!address.href.isEmpty())
                asset.alternates.push_back(std::move(address));
        }
    }
    if (asset.mediaType.isEmpty() && own != best.href)
        keepType(asset, own);
    asset.href = std::move(best.href);
    asset.access = best.access;
    asset.connection = std::move(best.connection);
}

QString AssetReader::textOnce(const Json &value)
{
    if (!value.is_string())
        return {};
    const auto &text = value.get_ref<const std::string &>();
    if (text != m_type) {
        m_type = text;
        m_typeText = QString::fromStdString(text);
    }
    return m_typeText;
}

std::vector<data::Band> AssetReader::bandsOf(const data::Asset &asset, const QString &fileName,
                                             const Members &members) const
{
    auto gsd = asNumber(members[Gsd]);
    if (!gsd)
        gsd = numberAt(firstOf(members[RasterBands]), "spatial_resolution");
    // 1.1 has one list, 1.0 two.
    const Json &list = members[Bands].is_array() ? members[Bands] : members[EoBands];
    std::vector<data::Band> bands;
    if (!list.is_array() || list.size() <= 1) {
        // Who knows best what the one band is: the file's name, then the key, then the item's list. Lists name
        // common names as native ones (Earth Search) and tag B8A as red edge (Planetary Computer).
        const Json &said = firstOf(list);
        const data::SensorBand *known = m_sensor ? m_sensor->findInFileName(fileName) : nullptr;
        const QString bare = known ? QString() : bareKey(asset.key).toString();
        data::Band band;
        if (!known) {
            band = {stringAt(said, "name"), commonNameOf(said), {}};
            for (const auto &name : {bare, band.name, band.commonName})
                known = known || !m_sensor ? known : m_sensor->find(name);
            if (band.name.isEmpty())
                band.name = bare;
        }
        if (known)
            band = known->band;
        const auto own = gsd ? gsd : numberAt(said, "gsd");
        band.gsd = own ? own : band.gsd;
        bands.push_back(std::move(band));
        return bands;
    }
    bands.reserve(std::min(list.size(), maxBands));
    for (const auto &entry : list) {
        if (bands.size() == maxBands)
            break;
        data::Band band {stringAt(entry, "name"), commonNameOf(entry), gsd ? gsd : numberAt(entry, "gsd")};
        const data::SensorBand *known = m_sensor ? m_sensor->find(band.name) : nullptr;
        if (m_sensor && !known)
            known = m_sensor->find(band.commonName);
        if (known) {
            band.name = known->band.name;
            band.commonName = known->band.commonName;
        }
        bands.push_back(std::move(band));
    }
    return bands;
}

/// Scale, offset and nodata as the item states them: per band (1.0 `raster:bands`, 1.1 `bands`) or for the asset.
std::optional<data::Radiometry> AssetReader::radiometryOf(const Members &members)
{
    const Json &raster = firstOf(members[RasterBands]);
    const Json &band = firstOf(members[Bands]);
    const auto pick = [&](const char *old, const char *now, const Json &own) {
        auto value = numberAt(raster, old);
        if (!value && band.is_object())
            value = numberAt(band, now);
        return value ? value : asNumber(own);
    };
    const auto scale = pick("scale", "raster:scale", members[RasterScale]);
    const auto offset = pick("offset", "raster:offset", members[RasterOffset]);
    auto nodata = nodataFrom(member(raster, "nodata"));
    if (!nodata)
        nodata = nodataFrom(member(band, "nodata"));
    if (!nodata)
        nodata = nodataFrom(members[Nodata]);
    if ((!scale && !offset && !nodata) || (scale && *scale == 0))
        return std::nullopt;
    data::Radiometry radiometry;
    radiometry.scale = scale.value_or(1);
    radiometry.offset = offset.value_or(0);
    radiometry.nodata = nodata;
    if (scale || offset) {
        if (m_source.isEmpty())
            m_source = Text::tr("item metadata");
        radiometry.source = m_source;
    }
    return radiometry;
}

bool isReadOfAssets(std::string_view name)
{
    // The Item looks into its assets for its own reference system.
    return std::binary_search(names.begin(), names.end(), name) || name == "proj:epsg" || name == "proj:code";
}

std::optional<data::Asset> parseAsset(const QString &key, const Json &json, const data::Sensor *sensor,
                                      const ParseContext &context)
{
    AddressReader addresses(context, context.base);
    return AssetReader(addresses, none, sensor).read(toStd(key), json);
}

} // namespace astra::providers::stac
