// SPDX-License-Identifier: Apache-2.0
#include "core/data/scenejson.h"

#include "core/base/secretnames.h"
#include "core/data/offsetoverride.h"
#include "core/data/packedassets.h"

#include <QCoreApplication>
#include <QUrlQuery>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace astra::data {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::SceneJson)
};

constexpr std::size_t mostOfAKind = 20000; // copies, assets, bands, alternates
constexpr std::size_t mostPoints = 2'000'000;

constexpr std::array accessWords {"public", "signed", "login", "paid"}; // in the order of Access

// --- To JSON: what stands at its default is left out ----------------------------------------------------------------

void put(Json &json, const char *key, const QString &value)
{
    if (!value.isEmpty())
        json[key] = toStd(value);
}

/// JSON has no NaN and no infinity, nodata may be either.
Json numberJson(double value)
{
    if (std::isfinite(value))
        return value;
    return std::isnan(value) ? "nan" : value > 0 ? "inf" : "-inf";
}

void put(Json &json, const char *key, const std::optional<double> &value)
{
    if (value)
        json[key] = numberJson(*value);
}

void put(Json &json, const char *key, const QDateTime &value)
{
    if (value.isValid())
        json[key] = toStd(value.toUTC().toString(Qt::ISODateWithMs));
}

void put(Json &json, const char *key, bool value)
{
    if (value)
        json[key] = true;
}

/// No signature, no key and no password gets written down, wherever it came from. A query that holds neither is part
/// of the address.
void put(Json &json, const char *key, const QUrl &address)
{
    QUrl plain = address.adjusted(QUrl::RemoveUserInfo);
    const auto items = QUrlQuery(plain).queryItems();
    if (std::ranges::any_of(items, [](const auto &item) { return namesSecret(item.first.toUtf8()); }))
        plain.setQuery(QString());
    put(json, key, QString::fromLatin1(plain.toEncoded()));
}

void put(Json &json, const char *key, Access access)
{
    if (access != Access::Public)
        json[key] = accessWords.at(static_cast<std::size_t>(access));
}

Json bandJson(const Band &band)
{
    Json json = Json::object();
    put(json, "name", band.name);
    put(json, "common_name", band.commonName);
    put(json, "gsd", band.gsd);
    return json;
}

Json radiometryJson(const Radiometry &rule)
{
    Json json {{"scale", numberJson(rule.scale)}, {"offset", numberJson(rule.offset)}};
    put(json, "nodata", rule.nodata);
    put(json, "quantity", rule.quantity);
    put(json, "source", rule.source);
    put(json, "warning", rule.warning);
    return json;
}

Json alternateJson(const Alternate &alternate)
{
    Json json = Json::object();
    put(json, "name", alternate.name);
    put(json, "href", alternate.href);
    put(json, "access", alternate.access);
    put(json, "connection", alternate.connection);
    return json;
}

Json assetJson(const Asset &asset)
{
    Json json {{"key", toStd(asset.key)}};
    put(json, "title", asset.title);
    put(json, "href", asset.href);
    put(json, "type", asset.mediaType);
    if (!asset.roles.isEmpty())
        json["roles"] = astra::toJson(asset.roles);
    for (const auto &band : asset.bands)
        json["bands"].push_back(bandJson(band));
    if (asset.stated)
        json["stated"] = radiometryJson(*asset.stated);
    if (asset.size >= 0)
        json["size"] = asset.size;
    put(json, "access", asset.access);
    put(json, "connection", asset.connection);
    for (const auto &alternate : asset.alternates)
        json["alternates"].push_back(alternateJson(alternate));
    put(json, "unit", asset.unit);
    return json;
}

Json ringsJson(const Rings &rings)
{
    Json json = Json::array();
    for (const auto &ring : rings) {
        Json points = Json::array();
        for (const auto &point : ring)
            points.push_back({numberJson(point.x()), numberJson(point.y())});
        json.push_back(std::move(points));
    }
    return json;
}

// --- And back -------------------------------------------------------------------------------------------------------

/// Takes members of one object; what is of a wrong type is noted, and the first of these is the error.
class Reader
{
public:
    Reader(const Json &json, QString *wrong)
        : m_json(json)
        , m_wrong(wrong)
    {
        if (!json.is_object())
            note("object");
    }

    void take(const char *key, QString &value) { take(key, value, asString); }
    void take(const char *key, bool &value) { take(key, value, asBool); }
    void take(const char *key, qint64 &value) { take(key, value, asInteger); }
    void take(const char *key, double &value) { take(key, value, number); }
    void take(const char *key, std::optional<double> &value) { take(key, value, number); }
    void take(const char *key, std::optional<int> &value)
    {
        take(key, value, [](const Json &json) -> std::optional<int> {
            const auto whole = asInteger(json);
            const bool fits = whole && std::abs(*whole) <= std::numeric_limits<int>::max();
            return fits ? std::optional(static_cast<int>(*whole)) : std::nullopt;
        });
    }
    void take(const char *key, QUrl &value)
    {
        take(key, value, [](const Json &json) -> std::optional<QUrl> {
            const auto text = asString(json);
            return text ? std::optional(QUrl::fromEncoded(text->toLatin1())) : std::nullopt;
        });
    }
    void take(const char *key, QDateTime &value)
    {
        take(key, value, [](const Json &json) -> std::optional<QDateTime> {
            const auto time = QDateTime::fromString(asString(json).value_or(QString()), Qt::ISODateWithMs);
            return time.isValid() ? std::optional(time.toUTC()) : std::nullopt;
        });
    }
    void take(const char *key, Access &value)
    {
        take(key, value, [](const Json &json) -> std::optional<Access> {
            const auto word = asString(json).value_or(QString());
            const auto found = std::ranges::find_if(accessWords,
                                                    [&](const char *known) { return word == QLatin1String(known); });
            return found == accessWords.end() ? std::nullopt
                                              : std::optional(static_cast<Access>(found - accessWords.begin()));
        });
    }
    void take(const char *key, OffsetOverride &value)
    {
        take(key, value, [](const Json &json) -> std::optional<OffsetOverride> {
            const auto word = overrideNamed(asString(json).value_or(QStringLiteral("?")));
            return word ? std::optional(*word) : std::nullopt;
        });
    }
    void take(const char *key, QStringList &value)
    {
        for (const auto &entry : list(key)) {
            if (const auto text = asString(entry))
                value.append(*text);
            else
                note(key);
        }
    }
    void take(const char *key, Rings &value)
    {
        std::size_t points = 0;
        for (const auto &entry : list(key)) {
            Ring ring;
            points += entry.size();
            if (!entry.is_array() || points > mostPoints)
                return note(key);
            ring.reserve(entry.size());
            for (const auto &point : entry) {
                const auto x = point.is_array() && point.size() == 2 ? number(point[0]) : std::nullopt;
                const auto y = x ? number(point[1]) : std::nullopt;
                if (!y)
                    return note(key);
                ring.emplace_back(*x, *y);
            }
            value.push_back(std::move(ring));
        }
    }
    /// @param read a Reader of each entry → T
    template<typename T, typename F> void takeAll(const char *key, std::vector<T> &value, F read)
    {
        const Json &entries = list(key);
        value.reserve(entries.size());
        for (const auto &entry : entries)
            value.push_back(read(Reader(entry, m_wrong)));
    }
    [[nodiscard]] const Json &at(const char *key) const { return member(m_json, key); }
    [[nodiscard]] Reader within(const char *key) const { return {at(key), m_wrong}; }
    void note(const char *what)
    {
        if (m_wrong->isEmpty())
            *m_wrong = QString::fromLatin1(what);
    }

private:
    static std::optional<double> number(const Json &json)
    {
        if (const auto finite = asNumber(json))
            return finite;
        const auto word = asString(json).value_or(QString());
        if (word == u"nan")
            return std::numeric_limits<double>::quiet_NaN();
        if (word == u"inf" || word == u"-inf")
            return (word == u"inf" ? 1 : -1) * std::numeric_limits<double>::infinity();
        return std::nullopt;
    }
    template<typename T, typename F> void take(const char *key, T &value, F read)
    {
        const Json &given = at(key);
        if (given.is_null())
            return;
        if (auto good = read(given))
            value = *std::move(good);
        else
            note(key);
    }
    const Json &list(const char *key)
    {
        static const Json none = Json::array();
        const Json &given = at(key);
        if (given.is_null())
            return none;
        if (given.is_array() && given.size() <= mostOfAKind)
            return given;
        note(key);
        return none;
    }

    const Json &m_json;
    QString *m_wrong;
};

Band readBand(Reader from)
{
    Band band;
    from.take("name", band.name);
    from.take("common_name", band.commonName);
    from.take("gsd", band.gsd);
    return band;
}

Radiometry readRadiometry(Reader from)
{
    Radiometry rule;
    from.take("scale", rule.scale);
    from.take("offset", rule.offset);
    from.take("nodata", rule.nodata);
    from.take("quantity", rule.quantity);
    from.take("source", rule.source);
    from.take("warning", rule.warning);
    return rule;
}

Alternate readAlternate(Reader from)
{
    Alternate alternate;
    from.take("name", alternate.name);
    from.take("href", alternate.href);
    from.take("access", alternate.access);
    from.take("connection", alternate.connection);
    return alternate;
}

Asset readAsset(Reader from)
{
    Asset asset;
    from.take("key", asset.key);
    from.take("title", asset.title);
    from.take("href", asset.href);
    from.take("type", asset.mediaType);
    from.take("roles", asset.roles);
    from.takeAll("bands", asset.bands, readBand);
    if (!from.at("stated").is_null())
        asset.stated = readRadiometry(from.within("stated"));
    from.take("size", asset.size);
    from.take("access", asset.access);
    from.take("connection", asset.connection);
    from.takeAll("alternates", asset.alternates, readAlternate);
    from.take("unit", asset.unit);
    return asset;
}

Scene readScene(Reader from)
{
    Scene scene;
    from.take("provider", scene.provider);
    from.take("collection", scene.collection);
    from.take("id", scene.id);
    from.take("title", scene.title);
    from.take("datetime", scene.datetime);
    from.take("platform", scene.platform);
    from.take("product", scene.product);
    from.take("baseline", scene.baseline);
    from.take("footprint", scene.footprint);
    if (!from.at("bbox").is_null()) {
        scene.bbox = GeoBox::fromJson(from.at("bbox"));
        if (!scene.bbox)
            from.note("bbox");
    }
    from.take("cloud_cover", scene.cloudCover);
    from.take("gsd", scene.gsd);
    from.take("epsg", scene.epsg);
    from.takeAll("assets", scene.assets, readAsset);
    from.take("acquisition", scene.acquisition);
    from.take("offset_removed", scene.offsetRemoved);
    from.take("offset_override", scene.offsetOverride);
    from.take("processed", scene.processed);
    from.take("invented", scene.invented);
    from.take("attribution", scene.attribution);
    from.take("license", scene.license);
    from.take("self", scene.self);
    from.take("instrument", scene.instrument);
    return scene;
}

template<typename T> Result<T> checked(T value, const QString &wrong)
{
    if (wrong.isEmpty())
        return value;
    return fail(ErrorCode::InvalidInput, Text::tr("The description of a scene is damaged (“%1”).").arg(wrong));
}

} // namespace

Json toJson(const Scene &packed)
{
    Scene scene = packed;
    unpack(scene);
    Json json {{"provider", toStd(scene.provider)}, {"id", toStd(scene.id)}};
    put(json, "collection", scene.collection);
    put(json, "title", scene.title);
    put(json, "datetime", scene.datetime);
    put(json, "platform", scene.platform);
    put(json, "product", scene.product);
    put(json, "baseline", scene.baseline);
    if (!scene.footprint.empty())
        json["footprint"] = ringsJson(scene.footprint);
    if (scene.bbox)
        json["bbox"] = scene.bbox->toJson();
    put(json, "cloud_cover", scene.cloudCover);
    put(json, "gsd", scene.gsd);
    if (scene.epsg)
        json["epsg"] = *scene.epsg;
    for (const auto &asset : scene.assets)
        json["assets"].push_back(assetJson(asset));
    put(json, "acquisition", scene.acquisition);
    put(json, "offset_removed", scene.offsetRemoved);
    put(json, "offset_override", overrideName(scene.offsetOverride));
    put(json, "processed", scene.processed);
    put(json, "invented", scene.invented);
    put(json, "attribution", scene.attribution);
    put(json, "license", scene.license);
    put(json, "self", scene.self);
    put(json, "instrument", scene.instrument);
    return json;
}

Result<Scene> sceneFromJson(const Json &json)
{
    QString wrong;
    auto scene = readScene(Reader(json, &wrong));
    return checked(std::move(scene), wrong);
}

Json toJson(const Acquisition &acquisition)
{
    Json copies = Json::array();
    for (const auto &copy : acquisition.copies)
        copies.push_back(toJson(copy));
    return {{"copies", std::move(copies)}};
}

Result<Acquisition> acquisitionFromJson(const Json &json)
{
    QString wrong;
    Acquisition acquisition;
    Reader(json, &wrong).takeAll("copies", acquisition.copies, readScene);
    if (acquisition.copies.empty() && wrong.isEmpty())
        wrong = QStringLiteral("copies");
    return checked(std::move(acquisition), wrong);
}

} // namespace astra::data
