// SPDX-License-Identifier: Apache-2.0
#include "core/providers/providerregistry.h"
#include "core/providers/searchsession.h"
#include "core/providers/stac/stacprovider.h"
#include "tests/support/replayserver.h"
#include "tests/support/shareddata.h"

#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>
#include <QUrlQuery>

using namespace astra;
using namespace astra::providers;
using astra::test::Recordings;
using astra::test::ScriptedServer;
using Asked = ScriptedServer::Asked;
using Answer = ScriptedServer::Answer;

namespace {

Json bodyOf(const Asked &asked)
{
    const auto json = parseJson(asked.body);
    return json ? *json : Json();
}

/// A page of `count` small items from number `first` on.
Json pageOf(int first, int count)
{
    Json features = Json::array();
    for (int i = first; i < first + count; ++i) {
        features.push_back({{"type", "Feature"},
                            {"id", "item-" + std::to_string(i)},
                            {"collection", "c"},
                            {"bbox", {9.0, 47.0, 10.0, 48.0}},
                            {"properties", {{"datetime", "2024-05-10T10:00:00Z"}}},
                            {"assets", {{"red", {{"href", "https://h/red.tif"}}}}}});
    }
    return {{"type", "FeatureCollection"}, {"features", features}, {"links", Json::array()}};
}

data::SearchQuery query(int limit = 10)
{
    data::SearchQuery q;
    q.bbox = {9, 47, 10, 48};
    q.limit = limit;
    return q;
}

} // namespace

class TestStacProvider : public QObject
{
    Q_OBJECT

    std::shared_ptr<net::HttpClient> m_http;
    std::unique_ptr<Pools> m_pools;

    std::shared_ptr<Provider> provider(const QString &url, const QString &id = u"cat"_qs)
    {
        Json json {{"id", toStd(id)}, {"title", "Cat"}, {"url", toStd(url)}, {"search", {{"cloudFilter", "query"}}}};
        auto definition = Definition::fromJson(json, u"test"_qs);
        return ProviderRegistry::make(*definition, m_http, *m_pools);
    }
    std::shared_ptr<Provider> added(const QString &url)
    {
        return ProviderRegistry::make(*Definition::fromJson({{"id", "mine"}, {"url", toStd(url)}}, u"test"_qs), m_http,
                                      *m_pools);
    }
    std::shared_ptr<Provider> shipped(const QString &id, const QString &url)
    {
        auto definition = *ProviderRegistry::shipped({}).find(id);
        definition.url = QUrl(url);
        return ProviderRegistry::make(definition, m_http, *m_pools);
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_pools = std::make_unique<Pools>();
        m_http = net::HttpClient::create();
    }
    void cleanupTestCase() { m_http.reset(); }

    void search_followsPages()
    {
        ScriptedServer server([](const Asked &asked) -> Answer {
            const Json body = bodyOf(asked);
            const bool second = body.contains("token");
            Json page = pageOf(second ? 10 : 0, second ? 3 : 10);
            if (!second) {
                page["links"].push_back({{"rel", "next"},
                                         {"method", "POST"},
                                         {"href", "search"},
                                         {"merge", true},
                                         {"body", {{"token", "2"}}}});
            }
            return {200, toText(page)};
        });
        const auto cat = provider(server.base() + u"/v1"_qs);
        const auto first = waitFor(cat->search(query(), {}, {}));
        QVERIFY(first);
        QCOMPARE(first->scenes.size(), 10U);
        QVERIFY(first->next);
        const auto second = waitFor(cat->search(query(), first->next, {}));
        QVERIFY(second);
        QCOMPARE(second->scenes.size(), 3U);
        QVERIFY(!second->next);
        QCOMPARE(bodyOf(server.asked()[1])["limit"].get<int>(), 10); // merged with the first body
        QCOMPARE(server.asked()[0].url.path(), u"/v1/search"_qs);
    }

    void search_pageTooLargeIsAskedForInParts_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::newRow("too much for the function") << 500 << QByteArray(R"({"message":"Internal server error"})");
        QTest::newRow("gateway") << 502 << QByteArray("<html>Bad gateway</html>");
        QTest::newRow("too large") << 413 << QByteArray();
        QTest::newRow("more than allowed") << 400 << QByteArray(R"({"detail":"limit must be at most 30"})");
    }
    void search_pageTooLargeIsAskedForInParts()
    {
        QFETCH(int, status);
        QFETCH(QByteArray, body);
        ScriptedServer server([&](const Asked &asked) -> Answer {
            const Json question = bodyOf(asked);
            const int limit = question["limit"].get<int>();
            if (limit > 30)
                return {status, body};
            const int from = question.value("from", 0);
            Json page = pageOf(from, limit);
            // This one always names the size it would like.
            page["links"].push_back({{"rel", "next"},
                                     {"method", "POST"},
                                     {"href", "search"},
                                     {"body", {{"from", from + limit}, {"limit", 100}}}});
            return {200, toText(page)};
        });
        const auto cat = provider(server.base());
        const auto page = waitFor(cat->search(query(100), {}, {}));
        QVERIFY2(page, page ? "" : qPrintable(page.error().message));
        QCOMPARE(page->scenes.size(), 25U);
        const auto asked = server.asked().size(); // 100, 50, 25 (a gateway's error is tried again first)
        const auto second = waitFor(cat->search(query(100), page->next, {}));
        QCOMPARE(second->scenes.size(), 25U);
        QCOMPARE(second->scenes.front().id, u"item-25"_qs);
        QCOMPARE(server.asked().size(), asked + 1); // the size it could bear is kept
    }

    void search_smallestPageThatFailsIsAnError()
    {
        ScriptedServer server([](const Asked &) -> Answer { return {500, "{\"message\":\"Internal server error\"}"}; });
        const auto page = waitFor(provider(server.base())->search(query(100), {}, {}));
        QVERIFY(!page);
        QVERIFY(page.error().message.contains(u"Internal server error"));
        QCOMPARE(server.asked().size(), 5); // 100, 50, 25, 12, 10
    }

    // --- a catalogue of which nothing but the address is known

    void added_isAskedOnceWhatItHonours_data()
    {
        QTest::addColumn<QString>("extension");
        QTest::addColumn<QString>("method");
        QTest::addColumn<QString>("filter"); // the member that carries the cloud limit
        QTest::newRow("query") << u"#query"_qs << u"POST"_qs << u"query"_qs;
        QTest::newRow("cql2") << u"#filter"_qs << u"POST"_qs << u"filter"_qs;
        QTest::newRow("none") << u"#sort"_qs << u"POST"_qs << QString();
        QTest::newRow("get") << u"#query"_qs << u"GET"_qs << u"query"_qs;
    }
    void added_isAskedOnceWhatItHonours()
    {
        QFETCH(QString, extension);
        QFETCH(QString, method);
        QFETCH(QString, filter);
        ScriptedServer server([&](const Asked &asked) -> Answer {
            if (asked.url.path() == u"/v1")
                return {200,
                        toText({{"conformsTo",
                                 {toStd(u"https://api.stacspec.org/v1.0.0/item-search"_qs + extension),
                                  "http://www.opengis.net/spec/cql2/1.0/conf/cql2-json"}},
                                {"links", {{{"rel", "search"}, {"method", toStd(method)}, {"href", "/v1/find"}}}}})};
            Json page = pageOf(0, 2);
            page["features"][0]["properties"]["eo:cloud_cover"] = 56;
            return {200, toText(page)};
        });
        const auto mine = added(server.base() + u"/v1"_qs);
        auto q = query();
        q.cloudCoverLt = 20;
        const auto one = mine->search(q, {}, {}); // two at a time ask the landing page once
        const auto two = mine->search(q, {}, {});
        QVERIFY(waitFor(one) && waitFor(two));
        const auto page = waitFor(mine->search(q, {}, {}));
        QCOMPARE(page->scenes.size(), 1U); // checked here, whatever was sent
        QCOMPARE(page->cloudFilterSent, !filter.isEmpty());
        QCOMPARE(server.asked().size(), 4);
        const auto last = server.asked().last();
        QCOMPARE(last.url.path(), u"/v1/find"_qs);
        QCOMPARE(QString::fromLatin1(last.method), method);
        const QUrlQuery items(last.url);
        for (const auto &name : {u"query"_qs, u"filter"_qs}) {
            const bool sent = items.hasQueryItem(name)
                || (bodyOf(last).is_object() && bodyOf(last).contains(toStd(name)));
            QCOMPARE(sent, name == filter);
        }
    }

    void added_withoutALandingPageTheLeastIsSent()
    {
        ScriptedServer server([&](const Asked &asked) -> Answer {
            if (asked.method == "GET")
                return {404, "<html>nothing here</html>", "text/html"};
            return {200, toText(pageOf(0, 2))};
        });
        auto q = query();
        q.cloudCoverLt = 20;
        const auto page = waitFor(added(server.base())->search(q, {}, {}));
        QVERIFY2(page, page ? "" : qPrintable(page.error().message));
        QVERIFY(!page->cloudFilterSent);
        QVERIFY(!bodyOf(server.asked().last()).contains("query"));
        QCOMPARE(server.asked().last().url.path(), u"/search"_qs);
    }

    void added_withoutASearchItsItemsAreWalked()
    {
        const auto collection = [](const char *id, double west) {
            return Json {{"id", id}, {"extent", {{"spatial", {{"bbox", {{west, 40, west + 20, 50}}}}}}}};
        };
        ScriptedServer server([&](const Asked &asked) -> Answer {
            const QString path = asked.url.path();
            if (path == u"/")
                return {200,
                        toText({{"conformsTo", {"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core"}},
                                {"links", {{{"rel", "data"}, {"href", "/collections"}}}}})};
            if (path == u"/collections")
                return {200,
                        toText({{"collections", {collection("near", 0), collection("far", 100), collection("c", 5)}}})};
            Json page = pageOf(path.contains(u"near") ? 0 : 50, 3);
            if (path == u"/collections/near/items" && !asked.url.query().contains(u"offset"))
                page["links"].push_back({{"rel", "next"}, {"href", "?offset=3"}});
            return {200, toText(page)};
        });
        const auto mine = added(server.base() + u'/');
        std::optional<Cursor> cursor;
        QStringList paths;
        std::size_t scenes = 0;
        do {
            const auto page = waitFor(mine->search(query(), cursor, {}));
            QVERIFY2(page, page ? "" : qPrintable(page.error().message));
            scenes += page->scenes.size();
            cursor = page->next;
            paths.append(server.asked().last().url.path());
        } while (cursor);
        QCOMPARE(
            paths,
            (QStringList {u"/collections/near/items"_qs, u"/collections/near/items"_qs, u"/collections/c/items"_qs}));
        QCOMPARE(scenes, 9U);
        const auto item = waitFor(mine->item(u"nothing"_qs, {}));
        QVERIFY(!item);
        QVERIFY(waitFor(mine->tally(query(), {})).error().code == ErrorCode::Unsupported);
    }

    // --- counting and collections

    void tally_countsWithoutTheLimit()
    {
        Json page = pageOf(0, 4);
        page["features"][0]["properties"]["eo:cloud_cover"] = 56;
        page["features"][1]["properties"]["eo:cloud_cover"] = 20;
        page["features"][2]["properties"]["eo:cloud_cover"] = 19.9;
        ScriptedServer server([&](const Asked &) -> Answer { return {200, toText(page)}; });
        auto q = query();
        q.cloudCoverLt = 20;
        const auto cat = provider(server.base());
        auto tally = waitFor(cat->tally(q, {}));
        QVERIFY(tally);
        QCOMPARE(tally->count, (data::Count {4, false}));
        QCOMPARE(tally->cloudier, (data::Count {2, false}));
        QCOMPARE(tally->noCloud, (data::Count {1, false}));
        QVERIFY(!bodyOf(server.asked().last()).contains("query"));
        page["numberMatched"] = 4711;
        tally = waitFor(cat->tally(q, {}));
        QCOMPARE(tally->count, (data::Count {4711, false}));
        QCOMPARE(tally->cloudier, (data::Count {2, true}));
        page.erase("numberMatched");
        page["links"].push_back({{"rel", "next"}, {"href", "?token=2"}});
        tally = waitFor(cat->tally(q, {}));
        QCOMPARE(tally->count, (data::Count {4, true}));
        QCOMPARE(server.asked().size(), 3);
    }

    void collections_allPages()
    {
        ScriptedServer server([&](const Asked &asked) -> Answer {
            const bool second = asked.url.query().contains(u"offset");
            Json list {{"collections", {{{"id", second ? "b" : "a"}}, 7, {{"title", "no id"}}}}};
            // The second one names itself: a circle.
            list["links"] = {{{"rel", "next"}, {"method", "GET"}, {"href", "/collections?offset=10"}}};
            return {200, toText(list)};
        });
        const auto list = waitFor(provider(server.base())->collections({}));
        QVERIFY2(list, list ? "" : qPrintable(list.error().message));
        QCOMPARE(list->size(), 2U);
        QCOMPARE(list->at(1).title, u"b"_qs);
        QCOMPARE(server.asked().size(), 2);
        ScriptedServer broken([](const Asked &) -> Answer { return {200, R"({"detail":"no such list"})"}; });
        const auto none = waitFor(provider(broken.base())->collections({}));
        QVERIFY(!none && none.error().message.contains(u"no such list"));
    }

    void search_asksTheSearchAddressWhenTheNextOneIsWrong()
    {
        ScriptedServer server([](const Asked &asked) -> Answer {
            if (asked.url.path() != u"/v1/search")
                return {405, "Method not allowed", "text/plain"};
            return {200, toText(pageOf(5, 2))};
        });
        const auto cat = provider(server.base() + u"/v1"_qs);
        const Cursor cursor {"POST", QUrl(server.base() + u"/v1/"_qs), {{"token", "2"}}, {}};
        const auto page = waitFor(cat->search(query(), cursor, {}));
        QVERIFY(page);
        QCOMPARE(page->scenes.size(), 2U);
        QCOMPARE(server.asked().size(), 2);
    }

    void search_badAnswersAreSentences_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QString>("says");
        QTest::newRow("web page") << 200 << QByteArray("<html>Down for maintenance</html>") << u"maintenance"_qs;
        QTest::newRow("truncated") << 200 << toText(pageOf(0, 3)).left(200) << u"broke off"_qs;
        QTest::newRow("empty") << 200 << QByteArray() << u"empty"_qs;
        QTest::newRow("another document") << 200 << QByteArray("{\"description\":\"wrong door\"}") << u"wrong door"_qs;
        QTest::newRow("refused") << 400 << QByteArray("Invalid parameters provided") << u"Invalid parameters"_qs;
        QTest::newRow("not found") << 404 << QByteArray("{\"description\":\"No such thing\"}") << u"No such thing"_qs;
    }
    void search_badAnswersAreSentences()
    {
        QFETCH(int, status);
        QFETCH(QByteArray, body);
        QFETCH(QString, says);
        ScriptedServer server([&](const Asked &) -> Answer { return {status, body, "text/plain"}; });
        const auto page = waitFor(provider(server.base())->search(query(1), {}, {}));
        QVERIFY(!page);
        QVERIFY2(page.error().message.contains(says), qPrintable(page.error().message));
        QCOMPARE(page.error().origin, u"cat"_qs);
        QCOMPARE(server.asked().size(), 1);
    }

    void search_filterThatWasIgnoredIsAppliedHere()
    {
        Json page = pageOf(0, 3);
        page["features"][0]["properties"]["eo:cloud_cover"] = 56.8;
        page["features"][1]["properties"]["eo:cloud_cover"] = 12;
        ScriptedServer server([&](const Asked &) -> Answer { return {200, toText(page)}; });
        auto q = query();
        q.cloudCoverLt = 40;
        const auto answer = waitFor(provider(server.base())->search(q, {}, {}));
        QCOMPARE(answer->scenes.size(), 2U); // the third states no cloud and passes
        QVERIFY(answer->cloudFilterSent);
        QCOMPARE(answer->aside.cloudier, 1);
        QCOMPARE(bodyOf(server.asked()[0])["query"]["eo:cloud_cover"]["lt"].get<double>(), 40.0);
    }

    void search_productThatIsNotHeldAsksNobody()
    {
        ScriptedServer server([](const Asked &) -> Answer { return {200, toText(pageOf(0, 1))}; });
        auto q = query();
        q.collections = {u"sentinel-2-l2a"_qs};
        const auto page = waitFor(shipped(u"usgs"_qs, server.base())->search(q, {}, {}));
        QVERIFY(page);
        QVERIFY(page->scenes.empty() && !page->next);
        QCOMPARE(page->notes.size(), 1);
        QCOMPARE(server.asked().size(), 0);
    }

    void search_stops()
    {
        ScriptedServer server([](const Asked &) -> Answer { return {200, {}, "application/json", -1}; });
        StopSource stop;
        const auto future = provider(server.base())->search(query(), {}, stop.get_token());
        stop.request_stop();
        const auto page = waitFor(future);
        QVERIFY(!page);
        QCOMPARE(page.error().code, ErrorCode::Cancelled);
    }

    void item_triesTheCollectionsThatTheNameSuggestsFirst()
    {
        const QString id = u"LC08_L2SP_028030_20200114_02_T1"_qs;
        ScriptedServer server([&](const Asked &asked) -> Answer {
            if (!asked.url.path().startsWith(u"/collections/landsat-c2-l2/items/"))
                return {404, "{}"};
            return {200, toText({{"type", "Feature"}, {"id", toStd(id)}, {"properties", Json::object()}, {"x", 1}})};
        });
        const auto item = waitFor(shipped(u"earth-search"_qs, server.base())->item(id, {}));
        QVERIFY(item);
        QCOMPARE(item->scene.qualifiedId(), u"earth-search:"_qs + id);
        QCOMPARE(item->raw["x"].get<int>(), 1);
        QCOMPARE(server.asked().size(), 1);
        const auto missing = waitFor(shipped(u"earth-search"_qs, server.base())->item(u"S2B_nowhere"_qs, {}));
        QVERIFY(!missing);
    }

    void item_ofAnUnknownCatalogueIsSearchedById()
    {
        Json page = pageOf(7, 1);
        ScriptedServer server([&](const Asked &asked) -> Answer {
            Json answer = page;
            if (bodyOf(asked)["ids"][0].get<std::string>() != "item-7")
                answer["features"].clear();
            return {200, toText(answer)};
        });
        const auto cat = provider(server.base());
        const auto item = waitFor(cat->item(u"item-7"_qs, {}));
        QVERIFY(item);
        QCOMPARE(item->scene.id, u"item-7"_qs);
        const auto missing = waitFor(cat->item(u"a/b c"_qs, {}));
        QVERIFY(!missing);
        QCOMPARE(missing.error().code, ErrorCode::NotFound);
    }

    // --- the real services, replayed

    void replayed_search_followsTheRealChain()
    {
        if (astra::test::sharedData().isEmpty())
            QSKIP("no shared data beside the checkout");
        const Recordings recordings(astra::test::sharedData(),
                                    {{u"earth-search"_qs, u"search_post_s2_202007"_qs},
                                     {u"planetary-computer"_qs, u"search_post_s2_limit1"_qs},
                                     {u"cdse"_qs, u"search_post_s2_many"_qs}});
        ScriptedServer *self = nullptr;
        ScriptedServer server([&](const Asked &asked) { return recordings.answer(asked, self->base()); });
        self = &server;
        std::vector<std::shared_ptr<Provider>> three {
            shipped(u"earth-search"_qs, server.base() + u"/earth-search/v1"_qs),
            shipped(u"planetary-computer"_qs, server.base() + u"/planetary-computer/api/stac/v1"_qs),
            shipped(u"cdse"_qs, server.base() + u"/cdse/v1"_qs),
        };
        data::SearchQuery q; // everywhere and always: the recordings answer whatever is asked
        q.limit = 100;
        SearchSession session(q, three);
        QTRY_VERIFY_WITH_TIMEOUT(session.isFinished(), 120000); // megabytes of JSON: a sanitizer takes its time
        for (const auto &state : session.providers())
            QVERIFY2(!state.error, state.error ? qPrintable(state.error->message) : "");
        QCOMPARE(session.providers()[0].loaded, 16); // two pages and an empty one
        QCOMPARE(session.providers()[0].matched.value(), 16);
        QVERIFY(!session.canLoadMore());
        QCOMPARE(session.providers()[2].loaded, 8);
        // Sixteen items of Earth Search are eight acquisitions: each was processed twice.
        int doubled = 0;
        QDateTime last;
        for (const auto &row : session.acquisitions()) {
            QVERIFY(!last.isValid() || row.best().datetime <= last);
            last = row.best().datetime;
            if (row.copies.size() == 2) {
                ++doubled;
                QCOMPARE(row.best().baseline, u"05.00"_qs);
                QCOMPARE(row.copies[1].baseline, u"02.14"_qs);
            }
        }
        QCOMPARE(doubled, 8);
    }

    void replayed_session_meetsItsTimes()
    {
        std::vector<std::unique_ptr<ScriptedServer>> servers;
        std::vector<std::shared_ptr<Provider>> four;
        for (const int delay : {20, 100, 200, 500}) {
            const QByteArray page = toText(pageOf(delay * 100, 100)); // scenes of its own
            servers.push_back(std::make_unique<ScriptedServer>([page, delay](const Asked &) -> Answer {
                return {200, page, "application/json", delay};
            }));
            four.push_back(provider(servers.back()->base(), u"p"_qs + QString::number(delay)));
        }
        QElapsedTimer clock;
        SearchSession session(query(100), four);
        qint64 firstRow = -1;
        connect(&session, &SearchSession::rowsChanged, this,
                [&] { firstRow = firstRow < 0 ? clock.elapsed() : firstRow; });
        QSignalSpy finished(&session, &SearchSession::finished);
        clock.start();
        QVERIFY(finished.wait());
        const qint64 all = clock.elapsed();
        qInfo() << "first rows after" << firstRow << "ms (fastest 20), all after" << all << "ms (slowest 500)";
        QCOMPARE(session.acquisitions().size(), 400U);
        QVERIFY(firstRow < 20 + 300);
        QVERIFY(all < 500 + 100);
    }
};

QTEST_GUILESS_MAIN(TestStacProvider)
#include "tst_stacprovider.moc"
