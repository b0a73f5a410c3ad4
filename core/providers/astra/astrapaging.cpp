// SPDX-License-Identifier: Apache-2.0
#include "core/providers/astra/astrapaging.h"

#include <QUrlQuery>

#include <algorithm>

namespace astra::providers::astra_os {

namespace {

QString written(const QDateTime &time) { return time.toUTC().toString(Qt::ISODateWithMs); }

Part partFrom(const Json &json)
{
    Part part;
    part.box = static_cast<int>(std::clamp<qint64>(asInteger(member(json, "box")).value_or(-1), -1, 1));
    part.until = data::parseTime(stringAt(json, "until"));
    part.seen = asStringList(member(json, "seen"));
    return part;
}

} // namespace

std::vector<Part> partsOf(const std::optional<Cursor> &cursor, std::size_t boxes)
{
    std::vector<Part> parts;
    if (!cursor) {
        for (std::size_t i = 0; i < boxes; ++i)
            parts.push_back({static_cast<int>(i), {}, {}});
        return parts;
    }
    if (!cursor->body.is_array())
        return parts;
    for (const auto &entry : cursor->body) {
        auto part = partFrom(entry);
        if (part.box >= 0 && static_cast<std::size_t>(part.box) < boxes && part.until)
            parts.push_back(std::move(part));
    }
    return parts;
}

Cursor cursorFor(const std::vector<Part> &parts)
{
    Cursor cursor;
    cursor.body = Json::array();
    for (const auto &part : parts) {
        cursor.body.push_back({{"box", part.box},
                               {"until", toStd(written(part.until.value_or(QDateTime())))},
                               {"seen", toJson(part.seen)}});
    }
    return cursor;
}

int limitFor(const Definition &definition, const data::SearchQuery &query, const Part &part)
{
    const int most = std::min(serviceLimit, definition.pageSize);
    return part.until ? most : std::clamp(query.limit, 1, most);
}

QUrl searchUrl(const Definition &definition, const data::SearchQuery &query, const data::GeoBox &box,
               const QStringList &collections, const Part &part)
{
    QUrlQuery items;
    items.addQueryItem(QStringLiteral("bbox"), box.toString());
    // The service requires a time; one that is open at both ends is written out.
    data::TimeRange range = query.datetime;
    if (part.until)
        range.end = part.until;
    if (!range.start && !range.end)
        range.start = QDateTime(QDate(1972, 1, 1), QTime(0, 0), Qt::UTC);
    items.addQueryItem(QStringLiteral("datetime"), range.toString());
    if (!collections.isEmpty())
        items.addQueryItem(QStringLiteral("collections"), collections.join(u','));
    if (query.cloudCoverLt)
        items.addQueryItem(QStringLiteral("cloud_cover_lt"), QString::number(*query.cloudCoverLt));
    items.addQueryItem(QStringLiteral("limit"), QString::number(limitFor(definition, query, part)));
    QUrl url(QString(definition.url.toString() + u"/search"));
    url.setQuery(items);
    return url;
}

GoOn goOn(const ParsedSearch &answer, const data::SearchQuery &query, const Part &asked, int limit)
{
    GoOn on;
    const int allowed = answer.limit && *answer.limit > 0 ? std::min(limit, *answer.limit) : limit;
    on.full = answer.count > 0 && (answer.count >= allowed || answer.matched.value_or(0) > answer.count);
    if (!on.full)
        return on;
    std::optional<QDateTime> oldest;
    bool newestFirst = true;
    for (const auto &scene : answer.scenes) {
        if (!scene.datetime.isValid())
            continue;
        newestFirst &= !oldest || scene.datetime <= *oldest;
        oldest = oldest ? std::min(*oldest, scene.datetime) : scene.datetime;
    }
    // Out of order, the answer is not "the newest": what it left out may lie anywhere.
    on.cutShort = !newestFirst;
    // One millisecond on: times are known to no finer step, and what shares the last one must come again.
    const auto until = oldest ? std::optional(oldest->addMSecs(1)) : std::nullopt;
    const auto end = asked.until ? asked.until : query.datetime.end;
    const bool onwards = until && (!end || *until < *end || (!asked.until && limit < serviceLimit))
        && (!query.datetime.start || *until > *query.datetime.start);
    if (!onwards) {
        on.cutShort = true;
        return on;
    }
    Part next {asked.box, end ? std::min(*until, *end) : *until, {}};
    for (const auto &scene : answer.scenes) {
        if (scene.datetime.isValid() && scene.datetime <= *next.until)
            next.seen.append(scene.id);
    }
    on.next = std::move(next);
    return on;
}

} // namespace astra::providers::astra_os
