// SPDX-License-Identifier: Apache-2.0
#include "core/providers/pixxel/pixxelparser.h"

#include "core/credentials/serviceerror.h"
#include "core/data/sensor.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include <algorithm>
#include <cmath>

namespace astra::providers::pixxel {

namespace {

constexpr std::size_t maxPairs = 500;
// The service takes ten thousand; an answer of a thousand items is some ten megabytes already.
constexpr qint64 mostItems = 1000;

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::providers)
};

/// Three of the five spellings are read everywhere; "25-05-2024" and "2024_05_06" become dates.
QString plainTime(const QString &text)
{
    static const QRegularExpression dayFirst(QStringLiteral(R"(^(\d\d)-(\d\d)-(\d{4})$)"));
    static const QRegularExpression underscored(QStringLiteral(R"(^(\d{4})_(\d\d)_(\d\d)$)"));
    QString trimmed = text.trimmed();
    if (const auto match = dayFirst.match(trimmed); match.hasMatch())
        return QString(match.captured(3) + u'-' + match.captured(2) + u'-' + match.captured(1));
    if (const auto match = underscored.match(trimmed); match.hasMatch())
        return QString(match.captured(1) + u'-' + match.captured(2) + u'-' + match.captured(3));
    return trimmed;
}

Json areaOf(const data::SearchQuery &query)
{
    return data::geometryFromRings(query.intersects.empty() ? query.bbox.rings() : query.intersects);
}

std::string moment(const QDateTime &time)
{
    return toStd(time.toUTC().toString(QStringLiteral("yyyy-MM-ddTHH:mm:ss'Z'")));
}

std::optional<int> totalOf(const Json &answer)
{
    for (const Json *value : {&member(member(answer, "pagination"), "total"), &member(answer, "numberMatched"),
                              &member(member(answer, "context"), "matched")}) {
        const auto number = asInteger(*value);
        if (number && *number >= 0 && *number <= std::numeric_limits<int>::max())
            return static_cast<int>(*number);
    }
    return std::nullopt;
}

} // namespace

std::vector<Pair> parsePairs(const Json &satellites)
{
    std::vector<Pair> pairs;
    for (const auto &satellite : listAt(satellites, "satellites")) {
        const QString id = stringAt(satellite, "id");
        for (const auto &collection : listAt(satellite, "collections")) {
            const Pair pair {stringAt(collection, "id"), id};
            if (!pair.collection.isEmpty() && !id.isEmpty() && pairs.size() < maxPairs
                && std::ranges::find(pairs, pair) == pairs.end())
                pairs.push_back(pair);
        }
    }
    return pairs;
}

std::vector<data::CollectionInfo> parseSatellites(const Json &satellites, const Definition &definition)
{
    std::vector<data::CollectionInfo> all;
    for (const auto &satellite : listAt(satellites, "satellites")) {
        if (stringAt(satellite, "id").isEmpty())
            continue; // it could not be asked for
        const QString name = stringAt(satellite, "name").simplified().left(100);
        std::optional<double> gsd;
        for (const auto &band : listAt(satellite, "bands")) {
            const auto size = asNumber(member(band, "spatial_resolution"), true);
            if (size && *size > 0)
                gsd = gsd ? std::min(*gsd, *size) : size;
        }
        for (const auto &entry : listAt(satellite, "collections")) {
            const QString id = stringAt(entry, "id").left(200);
            if (id.isEmpty() || all.size() == maxPairs)
                continue;
            auto known = std::ranges::find(all, id, &data::CollectionInfo::id);
            if (known == all.end()) {
                data::CollectionInfo collection;
                collection.provider = definition.id;
                collection.id = id;
                collection.title = stringAt(entry, "name", id).simplified().left(200);
                collection.family = data::productOfCollection(id);
                // "planetary" stands for open data of others, had with the key alone; what is Pixxel's own is ordered.
                const bool own = stringAt(entry, "provider").compare(u"planetary", Qt::CaseInsensitive) != 0;
                collection.access = own && collection.family.isEmpty() ? data::Access::Paid : data::Access::Login;
                collection.connection = definition.connectionId;
                known = all.insert(all.end(), std::move(collection));
            }
            if (!name.isEmpty() && !known->platforms.contains(name))
                known->platforms.append(name);
            if (gsd)
                known->gsd = known->gsd ? std::min(*known->gsd, *gsd) : gsd;
        }
    }
    return all;
}

Json archiveBody(const data::SearchQuery &query, const QStringList &collections, int limit)
{
    Json body {{"limit", limit}, {"offset", 0}};
    if (query.intersects.empty())
        body["bbox"] = query.bbox.toJson(); // across the antimeridian: west > east, as the service has it
    else
        body["intersects"] = areaOf(query);
    if (!collections.isEmpty())
        body["collections"] = toJson(collections);
    if (query.datetime.start || query.datetime.end)
        body["datetime"] = toStd(query.datetime.toString());
    if (query.cloudCoverLt)
        body["query"] = {{"eo:cloud_cover", {{"lt", *query.cloudCoverLt}}}};
    return body;
}

Json searchBody(const data::SearchQuery &query, const std::vector<Pair> &pairs, int limit, const QDateTime &now)
{
    Json satellites = Json::array();
    for (const auto &pair : pairs)
        satellites.push_back({{"collection_id", toStd(pair.collection)}, {"satellite_id", toStd(pair.satellite)}});
    const QDateTime first(QDate(1972, 1, 1), QTime(0, 0), Qt::UTC);
    Json body {{"start_date", moment(query.datetime.start.value_or(first))},
               {"end_date", moment(query.datetime.end.value_or(now))},
               {"satellites", std::move(satellites)},
               {"geometry", areaOf(query)},
               {"filters", Json::array()},
               {"limit", limit}};
    // Whole numbers, both included: what is over the limit by less than one is left out by us.
    if (query.cloudCoverLt)
        body["filters"].push_back(
            {{"id", "eo:cloud_cover"}, {"min", 0}, {"max", static_cast<int>(std::ceil(*query.cloudCoverLt))}});
    return body;
}

std::vector<Json> halves(const Json &searchBody)
{
    const auto start = data::parseTime(stringAt(searchBody, "start_date"));
    const auto end = data::parseTime(stringAt(searchBody, "end_date"));
    if (!start || !end || start->secsTo(*end) < 2)
        return {};
    const QDateTime middle = start->addSecs(start->secsTo(*end) / 2);
    const auto limit = std::min(mostItems, 2 * asInteger(member(searchBody, "limit")).value_or(mostItems));
    Json earlier = searchBody;
    earlier["end_date"] = moment(middle);
    earlier["limit"] = limit;
    Json later = searchBody;
    later["start_date"] = moment(middle); // in both: scenes lie between whole seconds, too
    later["limit"] = limit;
    return {std::move(later), std::move(earlier)};
}

Json plainItem(Json item)
{
    if (!item.is_object())
        return item;
    if (const auto box = item.find("bbox"); box != item.end() && box->is_array()) {
        for (auto &value : *box) {
            if (const auto number = asNumber(value, true))
                value = *number;
        }
    }
    const auto properties = item.find("properties");
    if (properties == item.end() || !properties->is_object())
        return item;
    for (const auto *key : {"datetime", "start_datetime", "end_datetime", "created", "updated"}) {
        if (const auto text = asString(member(*properties, key)))
            (*properties)[key] = toStd(plainTime(*text));
    }
    return item;
}

Result<ParsedItems> parseItems(const Json &answer, const stac::ParseContext &context)
{
    const Json &features = member(answer, "features");
    const Json &items = features.is_array() ? features : member(answer, "items");
    if (!items.is_structured())
        return fail(ErrorCode::InvalidInput, Text::tr("The answer is no list of scenes."), context.provider);
    ParsedItems parsed;
    parsed.count = static_cast<int>(items.size());
    parsed.total = totalOf(answer);
    for (const auto &[key, value] : items.items()) {
        Json item = plainItem(value);
        if (items.is_object() && item.is_object() && !item.contains("id"))
            item["id"] = key;
        auto scene = stac::parseItem(item, context);
        if (scene && !scene->footprint.empty())
            parsed.scenes.push_back(std::move(*scene));
        else
            ++parsed.unreadable;
    }
    return parsed;
}

Error errorOf(const net::HttpResponse &response, const Definition &definition)
{
    const auto json = parseJson(response.body);
    const QString said = json ? credentials::faultMessage(member(*json, "error")) : QString();
    Error error = net::errorFrom(response, definition.id);
    // A missing key, a revoked one and one in the wrong form are all answered with 403.
    if (response.status == 401 || response.status == 403) {
        error.message = Text::tr("%1 does not accept the key, or there is none: it may be wrong, expired, revoked or "
                                 "not for this project. If it is right, try its other form under Accounts (service "
                                 "account or personal access token).")
                            .arg(definition.title);
        return error;
    }
    if (!said.isEmpty())
        error.message = Text::tr("%1 answered: %2").arg(definition.title, said);
    return error;
}

} // namespace astra::providers::pixxel
