// SPDX-License-Identifier: Apache-2.0
#include "core/sandbox/itemsearch.h"

#include <algorithm>

namespace astra::sandbox {

namespace {
constexpr qint64 mostItems = 1000;

auto bad(const QString &what) { return fail(ErrorCode::InvalidInput, what); }

/// "a,b" as a list without empties.
QStringList listOf(const QString &text) { return text.split(u',', Qt::SkipEmptyParts); }

/// A parameter of a GET as the member of a POST's body.
Result<Json> memberFrom(const QString &key, const QString &value)
{
    if (key == u"collections" || key == u"ids")
        return toJson(listOf(value));
    if (key == u"bbox") {
        Json list = Json::array();
        for (const QString &number : listOf(value))
            list.push_back(number.toDouble());
        return list;
    }
    if (key == u"limit")
        return Json(value.toLongLong());
    if (key == u"query" || key == u"intersects" || key == u"filter") {
        const auto json = parseJson(value.toUtf8());
        if (!json)
            return bad(QStringLiteral("A parameter is not JSON."));
        return *json;
    }
    return Json(toStd(value));
}

double turn(QPointF a, QPointF b, QPointF c)
{
    return (b.x() - a.x()) * (c.y() - a.y()) - (b.y() - a.y()) * (c.x() - a.x());
}

bool edgesCross(const data::Ring &a, const data::Ring &b)
{
    for (std::size_t i = 0; i < a.size(); ++i) {
        const QPointF from = a[i];
        const QPointF to = a[(i + 1) % a.size()];
        for (std::size_t j = 0; j < b.size(); ++j) {
            const QPointF other = b[j];
            const QPointF end = b[(j + 1) % b.size()];
            if (turn(from, to, other) * turn(from, to, end) < 0 && turn(other, end, from) * turn(other, end, to) < 0)
                return true;
        }
    }
    return false;
}

bool anyCornerIn(const data::Rings &a, const data::Rings &b)
{
    return std::any_of(a.begin(), a.end(), [&](const data::Ring &ring) {
        return std::any_of(ring.begin(), ring.end(), [&](QPointF p) { return data::contains(b, p.x(), p.y()); });
    });
}

/// Compares two numbers or two texts; anything else does not compare.
std::optional<bool> compare(const std::string &op, const Json &left, const Json &right)
{
    const bool same = (left.is_number() && right.is_number()) || (left.is_string() && right.is_string());
    if (!same)
        return std::nullopt;
    if (op == "<" || op == "lt")
        return left < right;
    if (op == "<=" || op == "lte")
        return left <= right;
    if (op == ">" || op == "gt")
        return left > right;
    if (op == ">=" || op == "gte")
        return left >= right;
    if (op == "=" || op == "eq")
        return left == right;
    return std::nullopt;
}

bool answersQuery(const Json &query, const Json &properties)
{
    return std::all_of(query.items().begin(), query.items().end(), [&](const auto &wanted) {
        const Json &value = member(properties, wanted.key().c_str());
        return std::all_of(wanted.value().items().begin(), wanted.value().items().end(), [&](const auto &test) {
            return compare(test.key(), value, test.value()).value_or(false); // absent: left out
        });
    });
}

const Json &valueOf(const Json &argument, const Json &properties)
{
    const auto name = asString(member(argument, "property"));
    return name ? member(properties, name->toStdString().c_str()) : argument;
}

/// The part of CQL2 that catalogues are asked with.
bool answersFilter(const Json &filter, const Json &properties)
{
    const Json &args = member(filter, "args");
    const std::string op = toStd(stringAt(filter, "op"));
    if (!args.is_array() || args.empty())
        return false;
    const auto answers = [&](const Json &part) { return answersFilter(part, properties); };
    if (op == "and")
        return std::all_of(args.begin(), args.end(), answers);
    if (op == "or")
        return std::any_of(args.begin(), args.end(), answers);
    if (op == "not")
        return !answers(args[0]);
    if (op == "isNull")
        return valueOf(args[0], properties).is_null();
    return args.size() == 2 && compare(op, valueOf(args[0], properties), valueOf(args[1], properties)).value_or(false);
}

bool isFilter(const Json &filter, int depth = 0)
{
    static const QStringList comparisons {QStringLiteral("<"),  QStringLiteral("<="), QStringLiteral(">"),
                                          QStringLiteral(">="), QStringLiteral("="),  QStringLiteral("isNull")};
    static const QStringList joins {QStringLiteral("and"), QStringLiteral("or"), QStringLiteral("not")};
    const QString op = stringAt(filter, "op");
    const Json &args = member(filter, "args");
    if (!args.is_array() || args.empty() || depth > 16)
        return false;
    return comparisons.contains(op)
        || (joins.contains(op)
            && std::all_of(args.begin(), args.end(), [&](const Json &part) { return isFilter(part, depth + 1); }));
}

bool isQuery(const Json &query)
{
    return query.is_object()
        && std::all_of(query.begin(), query.end(), [](const Json &tests) { return tests.is_object(); });
}

Result<Json> askedOf(const server::Request &request)
{
    if (request.method == "POST") {
        auto body = parseJson(request.body);
        if (!body || !body->is_object())
            return bad(QStringLiteral("The body is not a JSON object."));
        return std::move(*body);
    }
    Json asked = Json::object();
    for (const auto &[key, value] : request.query.queryItems(QUrl::FullyDecoded)) {
        auto parsed = memberFrom(key, value);
        if (!parsed)
            return fail(parsed.error());
        asked[toStd(key)] = std::move(*parsed);
    }
    return asked;
}
} // namespace

bool touch(const data::Rings &a, const data::Rings &b)
{
    return anyCornerIn(a, b) || anyCornerIn(b, a) || std::any_of(a.begin(), a.end(), [&](const data::Ring &ring) {
               return std::any_of(b.begin(), b.end(), [&](const data::Ring &other) { return edgesCross(ring, other); });
           });
}

Result<ItemSearch> ItemSearch::parse(Manner manner, const server::Request &request)
{
    ItemSearch search;
    search.post = request.method == "POST";
    auto given = askedOf(request);
    if (!given)
        return fail(given.error());
    search.asked = std::move(*given);
    const Json &asked = search.asked;
    if (asked.contains("bbox")) {
        search.box = data::GeoBox::fromJson(asked.at("bbox"));
        if (!search.box)
            return bad(QStringLiteral("bbox is not four numbers in range."));
    }
    if (asked.contains("intersects")) {
        search.area = data::ringsFromGeometry(asked.at("intersects"));
        if (search.area.empty())
            return bad(QStringLiteral("intersects is not a polygon."));
    }
    if (const QString text = stringAt(asked, "datetime"); !text.isEmpty()) {
        const auto range = data::TimeRange::parse(text);
        if (!range)
            return bad(range.error().message);
        search.time = *range;
    }
    search.collections = asStringList(member(asked, "collections"));
    search.ids = asStringList(member(asked, "ids"));
    search.query = member(asked, "query");
    if (!search.query.is_null() && !isQuery(search.query))
        return bad(QStringLiteral("query is not an object of objects."));
    if (hasFilter(manner))
        search.filter = member(asked, "filter");
    if (!search.filter.is_null() && !isFilter(search.filter))
        return bad(QStringLiteral("filter is not CQL2 JSON that this catalogue knows."));
    search.limit = std::clamp<qint64>(asInteger(member(asked, "limit")).value_or(10), 1, mostItems);
    const QString token = stringAt(asked, tokenKey(manner));
    const QString number = token.section(u':', -1);
    bool ok = token.isEmpty();
    if (!ok)
        search.start = number.toLongLong(&ok);
    if (!ok || search.start < 0)
        return bad(QStringLiteral("The page token is not one of ours."));
    return search;
}

bool ItemSearch::accepts(Manner manner, const Listing &listing, const Json &properties) const
{
    if ((!collections.isEmpty() && !collections.contains(collectionOf(manner, listing)))
        || (!ids.isEmpty() && !ids.contains(itemId(manner, listing))))
        return false;
    const auto taken = data::parseTime(stringAt(properties, "datetime"));
    if (!taken || !time.contains(*taken))
        return false;
    const data::Rings footprint {listing.footprint()};
    if ((box && !data::intersects(footprint, *box)) || (!area.empty() && !touch(footprint, area)))
        return false;
    return (query.is_null() || answersQuery(query, properties))
        && (filter.is_null() || answersFilter(filter, properties));
}

} // namespace astra::sandbox
