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

const QUrl pageUrl(QStringLiteral("https://cat.example/v1/search"));

} // namespace

class TestSearchRequest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void body_saysEverything()
    {
        const auto first = firstRequest(definition(), query(), {u"a"_qs, u"b"_qs});
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
        auto body = firstRequest(definition(CloudFilter::Cql2), query(), {}).body;
        QVERIFY(body["filter-lang"] == Json("cql2-json"));
        COMPARE_JSON(body["filter"], {{"op", "<"}, {"args", {{{"property", "eo:cloud_cover"}}, 30.0}}});
        QVERIFY(!body.contains("query") && !body.contains("collections"));
        body = firstRequest(definition(CloudFilter::None), query(), {}).body;
        QVERIFY(!body.contains("query") && !body.contains("filter"));
    }

    void body_antimeridianIsTwoPolygons()
    {
        auto q = query();
        q.bbox = {179, -17, -179, -16};
        const auto body = firstRequest(definition(), q, {}).body;
        QVERIFY(!body.contains("bbox"));
        QVERIFY(body["intersects"]["type"] == Json("MultiPolygon"));
        QCOMPARE(body["intersects"]["coordinates"].size(), 2U);
    }

    void get_putsTheSameIntoTheAddress()
    {
        auto d = definition();
        d.get = true;
        const auto first = firstRequest(d, query(), {u"a"_qs, u"b"_qs});
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
        const auto first = firstRequest(definition(), query(), {});
        ParsedPage::Next next {"POST", u"https://cat.example/v1/search"_qs, Json {{"token", "2"}}, false};
        COMPARE_JSON(continuation(first, pageUrl, page(50, next)).next->body, {{"token", "2"}});
        next.merge = true;
        const auto merged = continuation(first, pageUrl, page(50, next)).next->body;
        QVERIFY(merged["token"] == Json("2"));
        QVERIFY(merged["limit"] == Json(50));
        next.body = Json();
        next.merge = false;
        next.href = u"https://cat.example/v1/search?page=2"_qs;
        QVERIFY(continuation(first, pageUrl, page(50, next)).next->body == first.body);
    }

    void next_relativeAddressStartsAtThePage()
    {
        const auto first = firstRequest(definition(), query(), {});
        const auto next = continuation(first, pageUrl, page(50, ParsedPage::Next {"GET", u"?token=2"_qs, {}, false}));
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
        const auto first = firstRequest(definition(), query(), {});
        const auto next = continuation(first, pageUrl, page(50, ParsedPage::Next {"GET", href, {}, false}));
        QVERIFY(!next.next);
        QVERIFY(!next.note.isEmpty());
    }

    void next_circleEnds()
    {
        const auto first = firstRequest(definition(), query(), {});
        const ParsedPage::Next again {"POST", u"https://cat.example/v1/search"_qs, first.body, false};
        QVERIFY(!continuation(first, pageUrl, page(50, again)).next);
        const ParsedPage::Next on {"GET", u"?token=2"_qs, {}, false};
        const auto second = *continuation(first, pageUrl, page(50, on)).next;
        QVERIFY(!continuation(second, second.url, page(50, on)).next);
    }

    void next_emptyPageIsTheEnd()
    {
        const auto first = firstRequest(definition(), query(), {});
        const auto end = continuation(first, pageUrl, page(0, ParsedPage::Next {"GET", u"?token=2"_qs, {}, false}));
        QVERIFY(!end.next);
        QVERIFY(end.note.isEmpty());
    }

    void next_fullPageWithoutALinkMayBeCutShort()
    {
        const auto first = firstRequest(definition(), query(), {});
        QVERIFY(!continuation(first, pageUrl, page(50)).note.isEmpty());
        QVERIFY(continuation(first, pageUrl, page(49)).note.isEmpty());
        QVERIFY(continuation(first, pageUrl, page(50, {}, 50)).note.isEmpty());
        QVERIFY(!continuation(first, pageUrl, page(50, {}, 410)).note.isEmpty());
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
