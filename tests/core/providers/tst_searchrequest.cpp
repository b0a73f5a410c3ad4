// SPDX-License-Identifier: Apache-2.0
#include "core/providers/searchfilter.h"
#include "core/providers/stac/searchrequest.h"

#include <QTest>
#include <QUrlQuery>

using namespace astra;
using namespace astra::providers;
using namespace astra::providers::stac;

// Test output wants text.
#define COMPARE_JSON(actual, ...) QCOMPARE(toText(actual), toText(Json __VA_ARGS__))

namespace {

Definition definition(CloudFilter cloud = CloudFilter::Query)
{
    Definition d;
    d.id = u"cat"_qs;
    d.url = QUrl(u"https://cat.example/v1"_qs);
    d.cloudFilter = cloud;
    d.pageSize = 50;
    return d;
}

Cursor first(const Definition &d, const data::SearchQuery &q, const QStringList &ids = {})
{
    return firstRequest(d, statedCapabilities(d), q, ids);
}

data::SearchQuery query()
{
    data::SearchQuery q;
    q.bbox = {9, 47, 10, 48};
    q.datetime = *data::TimeRange::parse(u"2024-05-01/2024-05-31"_qs);
    q.cloudCoverLt = 30;
    return q;
}

ParsedPage page(int count, std::optional<ParsedPage::Next> next = {}, std::optional<int> matched = {})
{
    ParsedPage p;
    p.count = count;
    p.matched = matched;
    p.next = std::move(next);
    return p;
}

Continuation follow(const Cursor &answered, const QUrl &at, const ParsedPage &answer)
{
    return continuation(answered, at, answer, statedCapabilities(definition()));
}

const QUrl pageUrl(QStringLiteral("https://cat.example/v1/search"));

} // namespace

class TestSearchRequest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void body_saysEverything()
    {
        const auto first = ::first(definition(), query(), {u"a"_qs, u"b"_qs});
        QCOMPARE(first.method, QByteArray("POST"));
        QCOMPARE(first.url, pageUrl);
        COMPARE_JSON(first.body,
                     {{"limit", 50},
                      {"collections", {"a", "b"}},
                      {"bbox", {9.0, 47.0, 10.0, 48.0}},
                      {"datetime", "2024-05-01T00:00:00Z/2024-05-31T23:59:59.999Z"},
                      {"query", {{"eo:cloud_cover", {{"lt", 30.0}}}}}});
    }

    void body_speaksTheDialect()
    {
        auto body = first(definition(CloudFilter::Cql2), query()).body;
        QVERIFY(body["filter-lang"] == Json("cql2-json"));
        COMPARE_JSON(body["filter"], {{"op", "<"}, {"args", {{{"property", "eo:cloud_cover"}}, 30.0}}});
        QVERIFY(!body.contains("query") && !body.contains("collections"));
        body = first(definition(CloudFilter::None), query()).body;
        QVERIFY(!body.contains("query") && !body.contains("filter"));
    }

    void body_antimeridianIsTwoPolygons()
    {
        auto q = query();
        q.bbox = {179, -17, -179, -16};
        const auto body = first(definition(), q).body;
        QVERIFY(!body.contains("bbox"));
        QVERIFY(body["intersects"]["type"] == Json("MultiPolygon"));
        QCOMPARE(body["intersects"]["coordinates"].size(), 2U);
    }

    void get_putsTheSameIntoTheAddress()
    {
        auto d = definition();
        d.get = true;
        const auto first = ::first(d, query(), {u"a"_qs, u"b"_qs});
        QCOMPARE(first.method, QByteArray("GET"));
        const QUrlQuery items(first.url);
        QCOMPARE(items.queryItemValue(u"bbox"_qs, QUrl::FullyDecoded), u"9.0,47.0,10.0,48.0"_qs);
        QCOMPARE(items.queryItemValue(u"collections"_qs, QUrl::FullyDecoded), u"a,b"_qs);
        QCOMPARE(items.queryItemValue(u"limit"_qs), u"50"_qs);
        QCOMPARE(items.queryItemValue(u"query"_qs, QUrl::FullyDecoded), uR"({"eo:cloud_cover":{"lt":30.0}})"_qs);
        QCOMPARE(limitOf(withLimit(first, 25)), 25);
    }

    void next_mergeDecidesTheBody()
    {
        const auto first = ::first(definition(), query(), {});
        ParsedPage::Next next {"POST", u"https://cat.example/v1/search"_qs, Json {{"token", "2"}}, false};
        COMPARE_JSON(follow(first, pageUrl, page(50, next)).next->body, {{"token", "2"}});
        next.merge = true;
        const auto merged = follow(first, pageUrl, page(50, next)).next->body;
        QVERIFY(merged["token"] == Json("2"));
        QVERIFY(merged["limit"] == Json(50));
        next.body = Json();
        next.merge = false;
        next.href = u"https://cat.example/v1/search?page=2"_qs;
        QVERIFY(follow(first, pageUrl, page(50, next)).next->body == first.body);
    }

    void next_relativeAddressStartsAtThePage()
    {
        const auto first = ::first(definition(), query(), {});
        const auto next = follow(first, pageUrl, page(50, ParsedPage::Next {"GET", u"?token=2"_qs, {}, false}));
        QCOMPARE(next.next->url, QUrl(u"https://cat.example/v1/search?token=2"_qs));
        QCOMPARE(next.next->method, QByteArray("GET"));
    }

    void next_isRefused_data()
    {
        QTest::addColumn<QString>("href");
        QTest::newRow("downgrade") << u"http://cat.example/v1/search?page=2"_qs;
        QTest::newRow("another host") << u"https://other.example/v1/search?page=2"_qs;
        QTest::newRow("another port") << u"https://cat.example:8443/v1/search?page=2"_qs;
        QTest::newRow("no web address") << u"file:///v1/search"_qs;
    }
    void next_isRefused()
    {
        QFETCH(QString, href);
        const auto first = ::first(definition(), query(), {});
        const auto next = follow(first, pageUrl, page(50, ParsedPage::Next {"GET", href, {}, false}));
        QVERIFY(!next.next);
        QVERIFY(!next.note.isEmpty());
    }

    void next_circleEnds()
    {
        const auto first = ::first(definition(), query(), {});
        const ParsedPage::Next again {"POST", u"https://cat.example/v1/search"_qs, first.body, false};
        QVERIFY(!follow(first, pageUrl, page(50, again)).next);
        const ParsedPage::Next on {"GET", u"?token=2"_qs, {}, false};
        const auto second = *follow(first, pageUrl, page(50, on)).next;
        QVERIFY(!follow(second, second.url, page(50, on)).next);
    }

    void next_emptyPageIsTheEnd()
    {
        const auto first = ::first(definition(), query(), {});
        const auto end = follow(first, pageUrl, page(0, ParsedPage::Next {"GET", u"?token=2"_qs, {}, false}));
        QVERIFY(!end.next);
        QVERIFY(end.note.isEmpty());
    }

    void next_fullPageWithoutALinkMayBeCutShort()
    {
        const auto first = ::first(definition(), query(), {});
        QVERIFY(follow(first, pageUrl, page(50)).cutShort);
        QVERIFY(!follow(first, pageUrl, page(50)).note.isEmpty());
        QVERIFY(!follow(first, pageUrl, page(49)).cutShort);
        QVERIFY(!follow(first, pageUrl, page(50, {}, 50)).cutShort);
        QVERIFY(follow(first, pageUrl, page(50, {}, 410)).cutShort);
        QVERIFY(follow(first, pageUrl, page(20, {}, 410)).cutShort); // it gives fewer than asked, and no way on
        // Who named a next page before would have named this one.
        auto second = first;
        second.followed = {u"POST the first"_qs};
        QVERIFY(!follow(second, pageUrl, page(50)).cutShort);
    }

    void next_withoutLinksTheIdsLeadOn_data()
    {
        QTest::addColumn<int>("dialect");
        QTest::addColumn<QByteArray>("clause");
        QTest::newRow("query") << static_cast<int>(CloudFilter::Query)
                               << QByteArray(R"({"eo:cloud_cover":{"lt":30.0},"id":{"gt":"m"}})");
        QTest::newRow("cql2") << static_cast<int>(CloudFilter::Cql2)
                              << QByteArray(R"({"args":[{"args":[{"property":"eo:cloud_cover"},30.0],"op":"<"},)"
                                            R"({"args":[{"property":"id"},"m"],"op":">"}],"op":"and"})");
    }
    void next_withoutLinksTheIdsLeadOn()
    {
        QFETCH(int, dialect);
        QFETCH(QByteArray, clause);
        auto d = definition(static_cast<CloudFilter>(dialect));
        d.sort = true;
        const auto known = statedCapabilities(d);
        const auto key = known.cloudFilter == CloudFilter::Query ? "query" : "filter";
        auto full = page(50);
        full.lastId = u"m"_qs;
        const auto first = ::first(d, query());
        // The first page came in another order: all of it anew.
        const auto ordered = continuation(first, pageUrl, full, known);
        QVERIFY(ordered.next && !ordered.cutShort);
        QCOMPARE(toText(ordered.next->body["sortby"]), QByteArray(R"([{"direction":"asc","field":"id"}])"));
        QCOMPARE(toText(ordered.next->body[key]), toText(first.body[key]));
        const auto second = continuation(*ordered.next, pageUrl, full, known);
        QCOMPARE(toText(second.next->body[key]), clause);
        auto later = full;
        later.lastId = u"z"_qs;
        const auto third = continuation(*second.next, pageUrl, later, known);
        QCOMPARE(toText(third.next->body[key]), clause.replace("\"m\"", "\"z\""));
        QVERIFY(!continuation(*third.next, pageUrl, page(12), known).next);
        QVERIFY(!continuation(*third.next, pageUrl, page(12), known).cutShort);
        // A server that ignores the clause sends the same page again.
        const auto circle = continuation(*third.next, pageUrl, later, known);
        QVERIFY(!circle.next && circle.cutShort);
    }

    void next_refusalIsACutUnlessAllIsHere()
    {
        const auto first = ::first(definition(), query(), {});
        const ParsedPage::Next elsewhere {"GET", u"https://other.example/?page=2"_qs, {}, false};
        QVERIFY(follow(first, pageUrl, page(50, elsewhere)).cutShort);
        const ParsedPage::Next again {"POST", u"https://cat.example/v1/search"_qs, first.body, false};
        QVERIFY(follow(first, pageUrl, page(50, again)).cutShort);
        QVERIFY(!follow(first, pageUrl, page(20, again, 20)).cutShort);
        QVERIFY(follow(first, pageUrl, page(20, again, 20)).note.isEmpty());
    }

    void next_addressKeepsItsParameters()
    {
        // GeoServer: every link names the form it wants the answer in.
        const ParsedPage::Next next {"POST", u"https://cat.example/v1/search?f=application%2Fgeo%2Bjson"_qs,
                                     Json {{"startIndex", 50}, {"limit", 50}}, true};
        const auto first = ::first(definition(), query(), {u"a"_qs});
        const auto second = follow(first, pageUrl, page(50, next)).next;
        QCOMPARE(second->url.toString(QUrl::FullyEncoded),
                 u"https://cat.example/v1/search?f=application%2Fgeo%2Bjson"_qs);
        QCOMPARE(second->body["startIndex"].get<int>(), 50);
        QVERIFY(second->body.contains("bbox") && second->body.contains("collections"));
        const Cursor get {
            "GET", QUrl(u"https://cat.example/s?f=application%2Fgeo%2Bjson&next=a%2Cb&limit=50"_qs), {}, {}};
        QCOMPARE(smaller(get)->url.toString(QUrl::FullyEncoded),
                 u"https://cat.example/s?f=application%2Fgeo%2Bjson&next=a%2Cb&limit=25"_qs);
    }

    void smaller_neverBelowTenAndNeverMisplaced()
    {
        const auto url = [](const char *query) {
            return Cursor {"GET", QUrl(u"https://cat.example/s?"_qs + QString::fromLatin1(query)), {}, {}};
        };
        auto cursor = ::first(definition(), query());
        QList<int> sizes;
        for (auto next = smaller(cursor); next; next = smaller(*next))
            sizes.append(limitOf(*next));
        QCOMPARE(sizes, (QList<int> {25, 12, 10}));
        QVERIFY(!smaller(url("bbox=1,2,3,4"))); // the server chose the size
        // Items 40 to 59 are the first half of page 2 of 40: page 3 of 20.
        const QUrlQuery halved(smaller(url("limit=40&page=2"))->url);
        QCOMPARE(halved.queryItemValue(u"limit"_qs), u"20"_qs);
        QCOMPARE(halved.queryItemValue(u"page"_qs), u"3"_qs);
        QVERIFY(!smaller(url("limit=25&page=2")));
        Cursor post {"POST", pageUrl, Json {{"limit", 50}, {"page", 3}}, {}};
        QCOMPARE(smaller(post)->body["page"].get<int>(), 5);
    }

    void keepSmall_holdsWhatTheServerCouldBear()
    {
        auto answered = withLimit(::first(definition(), query()), 25);
        const Cursor next {"POST", pageUrl, Json {{"limit", 50}, {"token", "2"}}, {}};
        QCOMPARE(limitOf(keepSmall(next, answered, 50)), 25);
        QCOMPARE(limitOf(keepSmall(next, withLimit(answered, 50), 50)), 50);
        // A link that chooses its own size while pages are counted is left as it is (GEODES).
        const Cursor counted {"GET", QUrl(u"https://cat.example/s?page=3&limit=80"_qs), {}, {}};
        QCOMPARE(limitOf(keepSmall(counted, answered, 50)), 80);
    }

    void items_walkFromCollectionToCollection()
    {
        auto known = statedCapabilities(definition());
        known.asking = Asking::Items;
        auto q = query();
        q.bbox = {179, -17, -179, -16};
        const auto one = firstRequest(definition(), known, q, {u"a/x"_qs, u"b"_qs});
        QCOMPARE(one.url.path(QUrl::FullyEncoded), u"/v1/collections/a%2Fx/items"_qs);
        const QUrlQuery items(one.url);
        QCOMPARE(items.queryItemValue(u"bbox"_qs, QUrl::FullyDecoded), u"179.0,-17.0,-179.0,-16.0"_qs);
        QVERIFY(items.hasQueryItem(u"datetime"_qs) && !items.hasQueryItem(u"query"_qs));
        ParsedPage::Next link {"GET", u"?offset=50"_qs, {}, false};
        const auto two = continuation(one, one.url, page(50, link), known);
        QCOMPARE(two.next->url.query(), u"offset=50"_qs);
        for (const auto &last : {page(3), page(0), page(0, link)}) {
            const auto other = continuation(*two.next, two.next->url, last, known);
            QCOMPARE(other.next->url.path(), u"/v1/collections/b/items"_qs);
            QCOMPARE(limitOf(*other.next), 50);
            QVERIFY(!continuation(*other.next, other.next->url, page(3), known).next);
        }
    }

    void tally_asksForNoCloudLimitAndLittleElse()
    {
        auto d = definition();
        d.pageSize = 250;
        d.fields = true;
        const auto body = tallyRequest(d, statedCapabilities(d), query(), {u"a"_qs}).body;
        QVERIFY(!body.contains("query"));
        QCOMPARE(body["limit"].get<int>(), 100);
        COMPARE_JSON(body["fields"]["include"],
                     {"id", "collection", "geometry", "bbox", "properties.datetime", "properties.eo:cloud_cover"});
        d.fields = false;
        QVERIFY(!tallyRequest(d, statedCapabilities(d), query(), {}).body.contains("fields"));
    }

    void answers_testsWhatTheServerMayHaveIgnored()
    {
        data::Scene s;
        s.collection = u"a"_qs;
        s.footprint = data::GeoBox {9.5, 47.5, 11, 49}.rings();
        s.datetime = QDateTime(QDate(2024, 5, 31), QTime(23, 0), Qt::UTC);
        QVERIFY(answers(s, query(), {u"a"_qs})); // no cloud stated: passes
        s.cloudCover = 29.9;
        QVERIFY(answers(s, query(), {}));
        s.cloudCover = 30;
        QVERIFY(!answers(s, query(), {}));
        s.cloudCover = 0;
        QVERIFY(!answers(s, query(), {u"b"_qs}));
        s.datetime = QDateTime(QDate(2024, 6, 1), QTime(0, 0), Qt::UTC);
        QVERIFY(!answers(s, query(), {}));
        s.datetime = QDateTime(QDate(2024, 5, 1), QTime(0, 0), Qt::UTC);
        s.footprint = data::GeoBox {10.5, 47.5, 11, 49}.rings();
        QVERIFY(!answers(s, query(), {}));
    }

    void answers_polygonIsMoreThanItsBox()
    {
        data::Scene s;
        s.footprint = data::GeoBox {9, 47, 10, 48}.rings();
        data::SearchQuery q;
        q.bbox = {9, 47, 12, 50};
        q.intersects = {{{12, 47}, {12, 50}, {9, 50}}}; // the upper right half: 0.5° away from the scene's corner
        QVERIFY(!answers(s, q, {}));
        q.intersects = {{{12, 47}, {12, 50}, {9, 50}, {9.5, 47.5}}}; // one corner reaches in
        QVERIFY(answers(s, q, {}));
        q.intersects = {{{8, 47.4}, {11, 47.4}, {11, 47.6}, {8, 47.6}}}; // a bar right across
        QVERIFY(answers(s, q, {}));
        q.intersects = {{{0, 40}, {20, 40}, {20, 60}, {0, 60}}}; // all around it
        q.bbox = {0, 40, 20, 60};
        QVERIFY(answers(s, q, {}));
    }
};

QTEST_GUILESS_MAIN(TestSearchRequest)
#include "tst_searchrequest.moc"
