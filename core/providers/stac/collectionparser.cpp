// SPDX-License-Identifier: Apache-2.0
#include "core/providers/stac/collectionparser.h"

#include "core/providers/stac/addressreader.h"

#include <QCoreApplication>

#include <algorithm>

namespace astra::providers::stac {

namespace {

constexpr qsizetype maxText = 300;

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::providers)
};

/// "LANDSAT_8", "Sentinel-2A": in one spelling.
QStringList namesOf(const Json &value)
{
    QStringList names = value.is_string() ? QStringList(*asString(value)) : asStringList(value);
    for (auto &name : names)
        name = name.left(maxText).toLower().replace(u'_', u'-').replace(u' ', u'-');
    names.removeDuplicates();
    return names;
}

/// The least of what a summary says: a number, a list of them, or a range.
std::optional<double> leastOf(const Json &summary)
{
    std::optional<double> least = asNumber(summary.is_object() ? member(summary, "minimum") : summary);
    if (summary.is_array()) {
        for (const auto &entry : summary) {
            const auto number = asNumber(entry);
            if (number && *number > 0)
                least = least ? std::min(*least, *number) : number;
        }
    }
    return least && *least > 0 ? least : std::nullopt;
}

void takeLeast(std::optional<double> &least, const std::optional<double> &other)
{
    if (other && *other > 0)
        least = least ? std::min(*least, *other) : other;
}

/// The finest resolution that a collection names anywhere.
std::optional<double> gsdOf(const Json &collection)
{
    const Json &summaries = member(collection, "summaries");
    std::optional<double> finest = leastOf(member(summaries, "gsd"));
    const auto takeBands = [&](const Json &bands, const char *key) {
        if (!bands.is_array())
            return;
        for (const auto &band : bands)
            takeLeast(finest, numberAt(band, key));
    };
    takeBands(member(collection, "bands"), "gsd");
    takeBands(member(summaries, "eo:bands"), "gsd");
    takeBands(member(summaries, "bands"), "gsd");
    takeBands(member(summaries, "raster:bands"), "spatial_resolution");
    if (const Json &assets = member(collection, "item_assets"); assets.is_object()) {
        for (const auto &asset : assets) {
            takeLeast(finest, numberAt(asset, "gsd"));
            takeBands(member(asset, "bands"), "gsd");
            takeBands(member(asset, "eo:bands"), "gsd");
            takeBands(member(asset, "raster:bands"), "spatial_resolution");
        }
    }
    return finest;
}

data::TimeRange timesOf(const Json &extent)
{
    data::TimeRange times;
    const Json &intervals = member(member(extent, "temporal"), "interval");
    const Json &first = intervals.is_array() && !intervals.empty() ? intervals.front() : intervals;
    if (!first.is_array() || first.size() != 2)
        return times;
    times.start = data::parseTime(asString(first[0]).value_or(QString()));
    times.end = data::parseTime(asString(first[1]).value_or(QString()));
    return times;
}

/// Of several boxes the first is the whole. Some name the corners the other way about.
std::optional<data::GeoBox> boxOf(const Json &boxes)
{
    const Json &first = boxes.is_array() && !boxes.empty() && boxes.front().is_array() ? boxes.front() : boxes;
    if (auto box = data::GeoBox::fromJson(first))
        return box;
    if (!first.is_array() || first.size() != 4)
        return std::nullopt;
    return data::GeoBox::fromJson(Json::array({first[0], first[3], first[2], first[1]}));
}

bool requesterPays(const Json &collection)
{
    const Json &stated = member(member(collection, "summaries"), "storage:requester_pays");
    const Json &one = stated.is_array() && !stated.empty() ? stated.front() : stated;
    return asBool(one).value_or(asBool(member(collection, "storage:requester_pays")).value_or(false));
}

/// How the pixels are had: what the definition knows of this collection, then what the collection says of itself, then
/// what the definition knows of the rest.
void takeAccess(data::CollectionInfo &info, const Json &collection, const Definition &definition)
{
    const auto known = definition.collectionAccess.constFind(info.id);
    const auto rest = definition.collectionAccess.constFind(QStringLiteral("*"));
    const QString account = stringAt(collection, "msft:storage_account");
    const Json &schemes = member(collection, "auth:schemes");
    const bool wantsLogin = asBool(member(collection, "msft:requires_account")).value_or(false)
        || (account.isEmpty() && schemes.is_object() && !schemes.empty());
    if (known != definition.collectionAccess.constEnd()) {
        info.access = known->access;
        info.connection = known->connection;
    } else if (requesterPays(collection)) {
        info.access = data::Access::Paid;
    } else if (wantsLogin) {
        info.access = data::Access::Login;
    } else if (!account.isEmpty()) {
        // Where the files lie decides, as for any file. Two of them name the account by its address.
        const QString host = account.contains(u"://") ? account
                                                      : u"https://"_qs + account + u".blob.core.windows.net/"_qs;
        const auto context = ParseContext::of(definition, definition.url);
        const auto container = toStd(host + stringAt(collection, "msft:container") + u'/');
        const auto address = AddressReader(context, definition.url).read(container, false);
        info.access = address.access;
        info.connection = address.connection;
    } else if (rest != definition.collectionAccess.constEnd()) {
        info.access = rest->access;
        info.connection = rest->connection;
    } else if (!definition.apiConnection.isEmpty()) {
        info.access = data::Access::Login;
        info.connection = definition.apiConnection;
    }
}

} // namespace

std::optional<data::CollectionInfo> parseCollection(const Json &collection, const Definition &definition)
{
    data::CollectionInfo info;
    info.provider = definition.id;
    info.id = stringAt(collection, "id");
    if (info.id.isEmpty() || info.id.size() > maxText)
        return std::nullopt;
    info.title = stringAt(collection, "title").simplified().left(maxText);
    if (info.title.isEmpty())
        info.title = info.id;
    info.family = definition.familyOf(info.id);
    const Json &summaries = member(collection, "summaries");
    // Before 1.0 what all items have in common was in `properties`.
    for (const auto *from : {&summaries, &member(collection, "properties")}) {
        for (const auto *key : {"platform", "eo:platform", "constellation", "eo:constellation"}) {
            if (info.platforms.isEmpty())
                info.platforms = namesOf(member(*from, key));
        }
    }
    info.gsd = gsdOf(collection);
    const Json &extent = member(collection, "extent");
    info.datetime = timesOf(extent);
    info.bbox = boxOf(member(member(extent, "spatial"), "bbox"));
    info.license = stringAt(collection, "license").left(maxText);
    info.keywords = asStringList(member(collection, "keywords"));
    info.deprecated = asBool(member(collection, "deprecated")).value_or(false);
    takeAccess(info, collection, definition);
    return info;
}

Result<ParsedCollections> parseCollections(const Json &answer, const Definition &definition)
{
    const Json &list = member(answer, "collections");
    if (!list.is_array()) {
        const QString said = stringAt(answer, "description", stringAt(answer, "message", stringAt(answer, "detail")));
        return fail(ErrorCode::InvalidInput,
                    said.isEmpty() ? Text::tr("The answer is no list of collections.")
                                   : Text::tr("The answer is no list of collections: %1").arg(said.left(maxText)),
                    definition.id);
    }
    ParsedCollections parsed;
    parsed.next = nextLink(member(answer, "links"));
    for (const auto &entry : list) {
        if (auto collection = parseCollection(entry, definition))
            parsed.collections.push_back(std::move(*collection));
    }
    return parsed;
}

} // namespace astra::providers::stac
