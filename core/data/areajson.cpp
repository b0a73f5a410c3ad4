// SPDX-License-Identifier: Apache-2.0
#include "core/data/areajson.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QFile>
#include <QFileInfo>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace astra::data {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::Areas)
};

constexpr const char *packedType = "PackedAreas";
constexpr const char *packedMember = "packed";
constexpr double perDegree = 1e9;
constexpr qint64 mostLongitude = 180'000'000'000;
constexpr qint64 mostLatitude = 90'000'000'000;
constexpr qint64 largestFile = 256LL << 20;
// Two numbers of at most six bytes a corner, and one for its ring; three bytes in four characters.
constexpr qsizetype mostPacked = static_cast<qsizetype>(mostCorners) * 13 * 4 / 3;

tl::unexpected<Error> refuse(const QString &why) { return fail(ErrorCode::InvalidInput, why); }

std::size_t cornersOf(const std::vector<NamedArea> &areas)
{
    std::size_t corners = 0;
    for (const auto &area : areas)
        corners = std::accumulate(area.rings.begin(), area.rings.end(), corners,
                                  [](std::size_t sum, const Ring &ring) { return sum + ring.size(); });
    return corners;
}

std::string hashOf(const QByteArray &bytes)
{
    return QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex().toStdString();
}

/// Whole numbers one after the other, seven bits to a byte.
class Packer
{
public:
    void count(std::size_t number) { put(number); }
    /// @return whether it comes back as it is
    [[nodiscard]] bool corner(const QPointF &point)
    {
        const qint64 x = std::llround(point.x() * perDegree);
        const qint64 y = std::llround(point.y() * perDegree);
        step(x - m_x);
        step(y - m_y);
        m_x = x;
        m_y = y;
        return std::abs(x) <= mostLongitude && std::abs(y) <= mostLatitude
            && static_cast<double>(x) / perDegree == point.x() && static_cast<double>(y) / perDegree == point.y();
    }
    [[nodiscard]] const QByteArray &bytes() const { return m_bytes; }

private:
    void step(qint64 difference)
    {
        put((static_cast<quint64>(difference) << 1U) ^ static_cast<quint64>(difference >> 63));
    }
    void put(quint64 number)
    {
        for (; number > 0x7F; number >>= 7U)
            m_bytes.append(static_cast<char>((number & 0x7FU) | 0x80U));
        m_bytes.append(static_cast<char>(number));
    }

    QByteArray m_bytes;
    qint64 m_x = 0;
    qint64 m_y = 0;
};

class Unpacker
{
public:
    explicit Unpacker(const QByteArray &bytes)
        : m_bytes(bytes)
    {
    }
    /// Of things that take `least` bytes each at least: no more than there can be.
    [[nodiscard]] std::optional<std::size_t> count(qsizetype least)
    {
        const auto number = get();
        const auto most = static_cast<quint64>((m_bytes.size() - m_at) / least);
        return number && *number > 0 && *number <= most ? std::optional<std::size_t>(*number) : std::nullopt;
    }
    [[nodiscard]] std::optional<QPointF> corner()
    {
        if (!step(m_x, mostLongitude) || !step(m_y, mostLatitude))
            return std::nullopt;
        return QPointF(static_cast<double>(m_x) / perDegree, static_cast<double>(m_y) / perDegree);
    }
    [[nodiscard]] bool atEnd() const { return m_at == m_bytes.size(); }

private:
    [[nodiscard]] bool step(qint64 &value, qint64 limit)
    {
        const auto number = get();
        if (!number || *number > 8 * static_cast<quint64>(limit))
            return false;
        value += static_cast<qint64>(*number >> 1U) ^ -static_cast<qint64>(*number & 1U);
        return std::abs(value) <= limit;
    }
    [[nodiscard]] std::optional<quint64> get()
    {
        quint64 number = 0;
        for (unsigned shift = 0; shift < 63 && m_at < m_bytes.size(); shift += 7) {
            const auto byte = static_cast<unsigned char>(m_bytes[m_at++]);
            number |= static_cast<quint64>(byte & 0x7FU) << shift;
            if (byte < 0x80)
                return number;
        }
        return std::nullopt;
    }

    const QByteArray &m_bytes;
    qsizetype m_at = 0;
    qint64 m_x = 0;
    qint64 m_y = 0;
};

bool isPacked(const Json &json) { return stringAt(json, "type") == QLatin1String(packedType); }

/// Absent: areas that would not come back as they are.
std::optional<QByteArray> packed(const std::vector<NamedArea> &areas)
{
    Packer packer;
    for (const auto &area : areas) {
        packer.count(area.rings.size());
        for (const auto &ring : area.rings) {
            packer.count(ring.size());
            for (const auto &corner : ring) {
                if (!packer.corner(corner))
                    return std::nullopt;
            }
        }
    }
    return packer.bytes();
}

std::optional<Ring> ringFrom(Unpacker &from)
{
    const auto corners = from.count(2);
    if (!corners || *corners < 3)
        return std::nullopt;
    Ring ring;
    ring.reserve(*corners);
    for (std::size_t i = 0; i < *corners; ++i) {
        const auto corner = from.corner();
        if (!corner)
            return std::nullopt;
        ring.push_back(*corner);
    }
    return ring;
}

std::optional<std::vector<NamedArea>> unpacked(const QByteArray &bytes, const QStringList &names)
{
    Unpacker from(bytes);
    std::vector<NamedArea> areas;
    areas.reserve(static_cast<std::size_t>(names.size()));
    for (const auto &name : names) {
        NamedArea area {name.left(200).simplified(), {}};
        const auto rings = from.count(7);
        for (std::size_t i = 0; i < rings.value_or(0); ++i) {
            auto ring = ringFrom(from);
            if (!ring)
                return std::nullopt;
            area.rings.push_back(*std::move(ring));
        }
        if (!rings)
            return std::nullopt;
        areas.push_back(std::move(area));
    }
    return from.atEnd() ? std::optional(std::move(areas)) : std::nullopt;
}

/// Calls each(areas) with what may be packed areas in a recipe.
template<typename J, typename F> void eachOf(J &recipe, const F &each)
{
    if (!recipe.is_object())
        return;
    if (const auto area = recipe.find("area"); area != recipe.end())
        each(*area);
    if (const auto parameters = recipe.find("parameters"); parameters != recipe.end() && parameters->is_object()) {
        for (auto &parameter : *parameters)
            each(parameter);
    }
}

/// What the beginning of a file says that it is; empty: it may be GeoJSON.
QString formatOf(const QByteArray &head, const QString &path)
{
    const QString suffix = QFileInfo(path).suffix().toLower();
    if (head.startsWith("SQLite format 3"))
        return QStringLiteral("GeoPackage");
    static constexpr std::array shapefile {"shp", "shx", "dbf", "prj"};
    if (head.startsWith(QByteArrayView("\0\0\x27\x0a", 4))
        || std::ranges::any_of(shapefile, [&](const char *part) { return suffix == QLatin1String(part); }))
        return QStringLiteral("Shapefile");
    if (head.startsWith("PK\x03\x04"))
        return suffix == u"kmz" ? QStringLiteral("KMZ") : QStringLiteral("ZIP");
    if (head.trimmed().startsWith('<') && head.contains("<kml"))
        return QStringLiteral("KML");
    if (head.startsWith("fgb"))
        return QStringLiteral("FlatGeobuf");
    return {};
}

} // namespace

Json toJson(const std::vector<NamedArea> &areas)
{
    const std::size_t corners = cornersOf(areas);
    const auto bytes = corners > mostWrittenOut ? packed(areas) : std::nullopt;
    if (!bytes)
        return toGeoJson(areas);
    QStringList names;
    Rings all;
    for (const auto &area : areas) {
        names << area.name;
        all.insert(all.end(), area.rings.begin(), area.rings.end());
    }
    Json json {{"type", packedType},
               {"names", astra::toJson(names)},
               {"corners", corners},
               {"sha256", hashOf(*bytes)},
               {packedMember, bytes->toBase64().toStdString()}};
    if (const auto box = boundsOf(all))
        json["bbox"] = box->toJson();
    return json;
}

Result<std::vector<NamedArea>> areasFromJson(const Json &json)
{
    if (!isPacked(json))
        return areasFromGeoJson(json);
    const Json &text = member(json, packedMember);
    if (text.is_null()) {
        return refuse(Text::tr("The %L1 corners of the areas do not stand here, only what they hash to: they stand in "
                               "the result's file.")
                          .arg(asInteger(member(json, "corners")).value_or(0)));
    }
    const auto corners = asInteger(member(json, "corners")).value_or(0);
    if (corners > static_cast<qint64>(mostCorners))
        return refuse(Text::tr("The areas have more than %L1 corners.").arg(mostCorners));
    const QString base64 = asString(text).value_or(QString());
    if (base64.size() > mostPacked)
        return refuse(Text::tr("The areas have more than %L1 corners.").arg(mostCorners));
    const auto decoded = QByteArray::fromBase64Encoding(base64.toLatin1(), QByteArray::AbortOnBase64DecodingErrors);
    if (!decoded || decoded.decoded.isEmpty() || toStd(stringAt(json, "sha256")) != hashOf(decoded.decoded))
        return refuse(Text::tr("The packed areas are damaged: they do not hash to what is said of them."));
    auto areas = unpacked(decoded.decoded, asStringList(member(json, "names")));
    if (!areas || areas->empty() || static_cast<qint64>(cornersOf(*areas)) != corners)
        return refuse(Text::tr("The packed areas are damaged: they are not the rings that they say."));
    return *std::move(areas);
}

Json withoutCorners(Json recipe)
{
    eachOf(recipe, [](Json &areas) {
        if (isPacked(areas))
            areas.erase(packedMember);
    });
    return recipe;
}

bool lacksCorners(const Json &recipe)
{
    bool lacks = false;
    eachOf(recipe, [&](const Json &areas) { lacks = lacks || (isPacked(areas) && !areas.contains(packedMember)); });
    return lacks;
}

Result<std::vector<NamedArea>> readAreas(const QString &path)
{
    // Not of a pipe, which can be read once only.
    QFile file(path);
    const QByteArray head = QFileInfo(path).isFile() && file.open(QIODevice::ReadOnly) ? file.read(512) : QByteArray();
    file.close();
    if (const QString format = formatOf(head, path); !format.isEmpty()) {
        return fail(
            ErrorCode::InvalidInput,
            Text::tr("%1 is a file of %2, and areas are read from GeoJSON in degrees: “ogr2ogr -t_srs EPSG:4326 "
                     "areas.geojson %1” makes it.")
                .arg(QFileInfo(path).fileName(), format),
            path);
    }
    const auto json = readJsonFile(path, largestFile);
    if (!json)
        return fail(json.error());
    auto areas = areasFromJson(*json);
    if (!areas)
        return fail(areas.error().code, Text::tr("%1: %2").arg(path, areas.error().message), path);
    return areas;
}

} // namespace astra::data
