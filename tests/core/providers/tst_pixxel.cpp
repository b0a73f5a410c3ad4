// SPDX-License-Identifier: Apache-2.0
#include "core/credentials/connections.h"
#include "core/providers/pixxel/pixxelparser.h"
#include "core/providers/pixxel/pixxelprovider.h"
#include "core/providers/providerregistry.h"
#include "tests/support/canary.h"
#include "tests/support/faultserver.h"

#include <QTest>

using namespace astra;
using namespace astra::providers;
using namespace astra::providers::pixxel;
using astra::test::FaultServer;
using astra::test::json;
using astra::test::Reply;
using astra::test::SeenRequest;

namespace {

const QByteArray key = test::canaryText("pxl-", "cdef");

/// An item as the service has it: its box a list of texts.
Json item(const std::string &id, const std::string &collection = "pixxel-td2", double cloud = 5,
          const std::string &time = "2025-06-04T06:50:20.056549Z")
{
    return {{"type", "Feature"},
            {"stac_version", "1.0.0"},
            {"id", id},
            {"collection", collection},
            {"bbox", {"10.9", "45.4", "11.1", "45.6"}},
            {"geometry",
             {{"type", "Polygon"},
              {"coordinates", {{{10.9, 45.4}, {11.1, 45.4}, {11.1, 45.6}, {10.9, 45.6}, {10.9, 45.4}}}}}},
            {"properties", {{"datetime", time}, {"eo:cloud_cover", cloud}, {"proj:epsg", 32632}}},
            {"assets", {{"analytic", {{"href", "https://api.pixxel.space/files/a.tif"}, {"type", "image/tiff"}}}}},
            {"links", Json::array()}};
}

Json refusal(const std::string &message)
{
    return {{"error", {{"code", "whatever"}, {"message", message}, {"details", nullptr}}}};
}

const Json satellites {
    {"satellites",
     {{{"id", "uuid-td2"},
       {"name", "TD-2"},
       {"bands", {{{"name", "b1"}, {"spatial_resolution", 30}}, {{"name", "b2"}, {"spatial_resolution", "10"}}}},
       {"collections", {{{"id", "pixxel-td2"}, {"name", "Pixxel TD-2"}, {"provider", "pixxel"}}}}},
      {{"id", "uuid-s2"},
       {"name", "Sentinel-2"},
       {"collections", {{{"id", "sentinel-2-l2a"}, {"name", "Sentinel-2 L2A"}, {"provider", "planetary"}}}}},
      {{"id", ""}, {"collections", {{{"id", "nameless"}}}}},
      7}}};
const Json archives {{"collections", {{{"id", "pixxel-td2"}, {"title", "Archive of TD-2"}, {"license", "other"}}}}};

data::SearchQuery query(const QStringList &collections = {})
{
    data::SearchQuery q;
    q.bbox = {10.95, 45.45, 11.05, 45.55};
    q.datetime = *data::TimeRange::parse(u"2025-06-01/2025-06-30"_qs);
    q.collections = collections;
    q.cloudCoverLt = 20.5;
    q.limit = 2;
    return q;
}

/// The service: five scenes in its archive, three found by satellite of which one is in the archive, too.
class Service
{
public:
    Service()
    {
        server.on("/v0/satellites", guarded([](const Json &) { return json(satellites); }));
        server.on("/v0/archives/collections", guarded([](const Json &) { return json(archives); }));
        server.on("/v0/archives/search", guarded([this](const Json &body) {
                      if (archiveDown)
                          return json(refusal("archive is being moved"), 500);
                      return inArchive(body);
                  }));
        server.on("/v0/search", guarded([this](const Json &body) {
                      if (searchDown)
                          return json(refusal("start_date is before the first launch"), 400);
                      return bySatellite(body);
                  }));
    }

    [[nodiscard]] std::vector<Json> bodies(const QByteArray &path) const
    {
        std::vector<Json> all;
        for (const auto &request : server.seen()) {
            if (request.path() == path)
                all.push_back(*parseJson(request.body));
        }
        return all;
    }

    FaultServer server;
    /// What is found by satellite.
    std::vector<Json> found {item("TD2_1"), item("S2_a", "sentinel-2-l2a", 20), item("TD2_x", "pixxel-td2", 21)};
    std::atomic<bool> archiveDown = false;
    std::atomic<bool> searchDown = false;
    std::atomic<bool> deaf = false; ///< takes no notice of offset and limit

private:
    [[nodiscard]] static FaultServer::Script guarded(std::function<Reply(const Json &)> then)
    {
        return [then = std::move(then)](const SeenRequest &request, int) {
            if (request.header("Authorization") != key) // the bare key, no scheme word
                return json(refusal("Forbidden"), 403);
            const auto body = parseJson(request.body);
            return then(body ? *body : Json());
        };
    }
    [[nodiscard]] Reply inArchive(const Json &body) const
    {
        const auto offset = deaf ? 0 : asInteger(member(body, "offset")).value_or(0);
        const auto limit = asInteger(member(body, "limit")).value_or(10);
        Json features = Json::array();
        for (auto i = offset; i < 5 && i < offset + limit; ++i) {
            const std::string id = "TD2_" + std::to_string(i);
            if (!body.contains("ids") || body["ids"][0] == id)
                features.push_back(item(id, "pixxel-td2", 5, "2025-06-04 12:55:49.125+00:00"));
        }
        if (body.contains("ids") && body["ids"][0] == "TD2_3")
            features = Json::array({item("TD2_3")});
        return json({{"type", "FeatureCollection"}, {"features", features}});
    }
    [[nodiscard]] Reply bySatellite(const Json &body) const
    {
        const auto limit = deaf ? 2 : asInteger(member(body, "limit")).value_or(10);
        Json items = Json::object();
        int total = 0;
        const data::TimeRange range {data::parseTime(stringAt(body, "start_date")),
                                     data::parseTime(stringAt(body, "end_date"))};
        for (const auto &one : found) {
            if (!deaf && !range.contains(*data::parseTime(stringAt(one["properties"], "datetime"))))
                continue;
            ++total;
            if (static_cast<qint64>(items.size()) < limit)
                items[one["id"].get<std::string>()] = one;
        }
        return json({{"items", items}, {"pagination", {{"limit", limit}, {"skip", 0}, {"total", total}}}});
    }
};

struct Client {
    std::shared_ptr<net::HttpClient> http;
    std::shared_ptr<credentials::Connections> connections;
    std::unique_ptr<Pools> pools = std::make_unique<Pools>();
    std::unique_ptr<PixxelProvider> provider;
    Definition definition;

    explicit Client(const FaultServer &server)
    {
        net::ClientConfig config;
        config.backoff = std::chrono::milliseconds(1);
        http = net::HttpClient::create(config);
        definition = *ProviderRegistry::shipped({}).find(u"pixxel"_qs);
        definition.url = server.url(u"/v0"_qs);
        const Json here {{"id", "pixxel"},
                         {"hosts", {toStd(server.url({}).toString())}},
                         {"base", toStd(server.url(u"/v0"_qs).toString())}};
        connections = credentials::Connections::create(
            {*credentials::ServiceKinds::read({}, {here}).find(u"pixxel"_qs)},
            std::make_unique<credentials::CredentialStore>(credentials::CredentialStore::Kind::MemoryOnly), http);
        http->setAuthorizer(connections);
        provider = std::make_unique<PixxelProvider>(definition, http, *pools);
    }
    [[nodiscard]] bool connect() const
    {
        return waitFor(connections->connectKey(u"pixxel"_qs, Secret(key))).has_value();
    }
};

QStringList idsOf(const Page &page)
{
    QStringList ids;
    for (const auto &scene : page.scenes)
        ids << scene.id;
    ids.sort();
    return ids;
}

} // namespace

class TestPixxel : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void key_goesWithoutAScheme()
    {
        Service service;
        Client client(service.server);
        // Without a key, and with one that is wrong: 403, and a sentence that says what to do.
        const auto refused = waitFor(client.provider->search(query(), {}, {}));
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::Unauthorized);
        QVERIFY2(refused.error().message.contains(u"other form"), qPrintable(refused.error().message));
        const auto wrong = waitFor(client.connections->connectKey(u"pixxel"_qs, Secret(QByteArray("pxl-wrong"))));
        QVERIFY(!wrong);
        QVERIFY2(wrong.error().message.contains(u"Pixxel refuses this key"), qPrintable(wrong.error().message));
        QVERIFY(client.connect());
        QCOMPARE(client.connections->accounts().front().masked, u"…cdef"_qs);
        QVERIFY(waitFor(client.provider->search(query(), {}, {})));
        QCOMPARE(service.server.seen().back().header("Authorization"), key);
        QCOMPARE(client.provider->info().access, u"needs a key"_qs);
    }

    void search_asksBothAndMerges()
    {
        Service service;
        Client client(service.server);
        QVERIFY(client.connect());
        std::optional<Cursor> cursor;
        QStringList ids;
        int pages = 0;
        do {
            const auto page = waitFor(client.provider->search(query(), cursor, {}));
            QVERIFY2(page, page ? "" : qPrintable(page.error().message));
            QVERIFY(page->silent.isEmpty() && !page->cutShort);
            QVERIFY(page->cloudFilterSent);
            ids += idsOf(*page);
            cursor = page->next;
        } while (cursor && ++pages < 10);
        ids.sort();
        // TD2_1 once; TD2_x has 21 % cloud, which the service's whole numbers let through.
        QCOMPARE(ids, (QStringList {u"S2_a"_qs, u"TD2_0"_qs, u"TD2_1"_qs, u"TD2_2"_qs, u"TD2_3"_qs, u"TD2_4"_qs}));
        const auto archive = service.bodies("/v0/archives/search");
        QCOMPARE(archive.size(), 3U); // two and two and one
        const Json first {{"limit", 2},
                          {"offset", 0},
                          {"bbox", {10.95, 45.45, 11.05, 45.55}},
                          {"datetime", "2025-06-01T00:00:00Z/2025-06-30T23:59:59.999Z"},
                          {"query", {{"eo:cloud_cover", {{"lt", 20.5}}}}}};
        QCOMPARE(toText(archive[0]), toText(first));
        QCOMPARE(asInteger(archive[2]["offset"]), 4);
        const auto search = service.bodies("/v0/search");
        QCOMPARE(search.size(), 3U); // it has no pages: the second half of June, then the first
        const Json expected {{"start_date", "2025-06-01T00:00:00Z"},
                             {"end_date", "2025-06-30T23:59:59Z"},
                             {"satellites",
                              {{{"collection_id", "pixxel-td2"}, {"satellite_id", "uuid-td2"}},
                               {{"collection_id", "sentinel-2-l2a"}, {"satellite_id", "uuid-s2"}}}},
                             {"geometry", data::geometryFromRings(query().bbox.rings())},
                             {"filters", {{{"id", "eo:cloud_cover"}, {"min", 0}, {"max", 21}}}},
                             {"limit", 2}};
        QCOMPARE(toText(search[0]), toText(expected));
        QCOMPARE(asInteger(search[1]["limit"]), 4);
        QCOMPARE(stringAt(search[1], "start_date"),
                 u"2025-06-15T23:59:59Z"_qs); // in both halves: scenes lie between seconds, too
        QCOMPARE(stringAt(search[1], "end_date"), u"2025-06-30T23:59:59Z"_qs);
        QCOMPARE(stringAt(search[2], "start_date"), u"2025-06-01T00:00:00Z"_qs);
        QCOMPARE(stringAt(search[2], "end_date"), u"2025-06-15T23:59:59Z"_qs);
        QCOMPARE(service.server.requests("/v0/satellites"), 1); // the cursor knows the rest
    }

    void search_asksForWhatIsWanted_data()
    {
        QTest::addColumn<QStringList>("collections");
        QTest::addColumn<int>("archive");
        QTest::addColumn<int>("search");
        QTest::addColumn<QStringList>("ids");
        QTest::newRow("a family") << QStringList {u"sentinel-2-l2a"_qs} << 0 << 1 << QStringList {u"S2_a"_qs};
        QTest::newRow("its own") << QStringList {u"pixxel-td2"_qs} << 1 << 1
                                 << QStringList {u"TD2_0"_qs, u"TD2_1"_qs, u"TD2_2"_qs, u"TD2_3"_qs, u"TD2_4"_qs};
        QTest::newRow("nothing it holds") << QStringList {u"landsat-c2-l2"_qs} << 0 << 0 << QStringList();
    }
    void search_asksForWhatIsWanted()
    {
        QFETCH(QStringList, collections);
        QFETCH(int, archive);
        QFETCH(int, search);
        QFETCH(QStringList, ids);
        Service service;
        Client client(service.server);
        QVERIFY(client.connect());
        auto q = query(collections);
        q.limit = 100;
        const auto page = waitFor(client.provider->search(q, {}, {}));
        QVERIFY2(page, page ? "" : qPrintable(page.error().message));
        QCOMPARE(idsOf(*page), ids);
        QCOMPARE(service.server.requests("/v0/archives/search"), archive);
        QCOMPARE(service.server.requests("/v0/search"), search);
        if (archive > 0)
            QCOMPARE(asStringList(service.bodies("/v0/archives/search")[0]["collections"]),
                     QStringList {u"pixxel-td2"_qs});
    }

    void search_oneHalfThatFailsIsSaid()
    {
        Service service;
        Client client(service.server);
        QVERIFY(client.connect());
        service.searchDown = true;
        auto page = waitFor(client.provider->search(query(), {}, {}));
        QVERIFY(page);
        QCOMPARE(page->silent, QStringList {u"Pixxel's search by satellite"_qs});
        QVERIFY(page->cutShort);
        QVERIFY2(page->notes.join(u' ').contains(u"start_date is before"), qPrintable(page->notes.join(u' ')));
        QCOMPARE(idsOf(*page), (QStringList {u"TD2_0"_qs, u"TD2_1"_qs}));
        service.searchDown = false;
        service.archiveDown = true;
        page = waitFor(client.provider->search(query(), {}, {}));
        QVERIFY(page);
        QCOMPARE(page->silent, QStringList {u"Pixxel's archive"_qs});
        service.searchDown = true;
        page = waitFor(client.provider->search(query(), {}, {}));
        QVERIFY(!page);
        QVERIFY2(page.error().message.contains(u"archive is being moved"), qPrintable(page.error().message));
    }

    void search_oneSearchKnowsNothingOfTheOther()
    {
        Service service;
        service.found = {item("TD2_2"), item("TD2_3")}; // what the archive's second page holds
        Client client(service.server);
        QVERIFY(client.connect());
        std::optional<Cursor> cursor;
        QStringList ids;
        for (int pages = 0; pages < 10; ++pages) {
            const auto page = waitFor(client.provider->search(query(), cursor, {}));
            QVERIFY2(page, page ? "" : qPrintable(page.error().message));
            QVERIFY(!page->cutShort);
            ids += idsOf(*page);
            cursor = page->next;
            if (!cursor)
                break;
        }
        QVERIFY(!cursor);
        ids.sort();
        QCOMPARE(ids, (QStringList {u"TD2_0"_qs, u"TD2_1"_qs, u"TD2_2"_qs, u"TD2_3"_qs, u"TD2_4"_qs}));
    }

    void search_endsWhereTheServiceIsDeaf()
    {
        Service service;
        Client client(service.server);
        QVERIFY(client.connect());
        service.deaf = true;
        auto page = waitFor(client.provider->search(query(), {}, {}));
        for (int i = 0; page && page->next && i < 5; ++i)
            page = waitFor(client.provider->search(query(), page->next, {}));
        QVERIFY(page && !page->next);
        QVERIFY(page->cutShort);
    }

    void items_inEverySpelling_data()
    {
        QTest::addColumn<QString>("written");
        QTest::addColumn<QDateTime>("time");
        const QDateTime day(QDate(2024, 5, 6), QTime(0, 0), Qt::UTC);
        QTest::newRow("Z") << u"2024-05-27T06:50:20.056549Z"_qs
                           << QDateTime(QDate(2024, 5, 27), QTime(6, 50, 20, 56), Qt::UTC);
        QTest::newRow("offset") << u"2024-05-27T06:50:20.056549+00:00"_qs
                                << QDateTime(QDate(2024, 5, 27), QTime(6, 50, 20, 56), Qt::UTC);
        QTest::newRow("blank") << u"2022-11-14 12:55:49.125928+00:00"_qs
                               << QDateTime(QDate(2022, 11, 14), QTime(12, 55, 49, 125), Qt::UTC);
        QTest::newRow("day first") << u"06-05-2024"_qs << day;
        QTest::newRow("underscores") << u"2024_05_06"_qs << day;
        QTest::newRow("none") << u"soon"_qs << QDateTime();
    }
    void items_inEverySpelling()
    {
        QFETCH(QString, written);
        QFETCH(QDateTime, time);
        Json one = item("TD2_000650_20230404_L2A_20240405_01001067", "pixxel-td2", 5, toStd(written));
        one["geometry"] = nullptr; // the box alone, in texts
        const Json without = [&] {
            Json copy = one;
            copy.erase("id"); // told by the map alone
            return copy;
        }();
        const auto context = stac::ParseContext::of(*ProviderRegistry::shipped({}).find(u"pixxel"_qs), {});
        for (const Json &answer : {Json {{"items", {{"TD2_000650_20230404_L2A_20240405_01001067", without}}}},
                                   Json {{"items", {one}}}, Json {{"features", {one}}}}) {
            const auto parsed = parseItems(answer, context);
            QVERIFY(parsed);
            QCOMPARE(parsed->scenes.size(), 1U);
            const auto &scene = parsed->scenes.front();
            QCOMPARE(scene.id, u"TD2_000650_20230404_L2A_20240405_01001067"_qs);
            QCOMPARE(scene.datetime, time);
            QCOMPARE(scene.bbox.value(), (data::GeoBox {10.9, 45.4, 11.1, 45.6}));
            QCOMPARE(scene.epsg.value_or(0), 32632);
            QCOMPARE(scene.assets.front().access, data::Access::Login);
            QCOMPARE(scene.assets.front().connection, u"pixxel"_qs);
        }
    }

    void items_hostile_data()
    {
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<int>("unreadable"); ///< −1: no list at all
        QTest::newRow("nothing") << QByteArray("{}") << -1;
        QTest::newRow("a text") << QByteArray(R"({"items":"x"})") << -1;
        QTest::newRow("null entries") << QByteArray(R"({"items":{"a":null,"b":7,"c":[]}})") << 3;
        QTest::newRow("a box of words") << QByteArray(R"({"items":{"a":{"bbox":["w","s","e","n"],"properties":[]}}})")
                                        << 1;
        QTest::newRow("numbers out of range")
            << QByteArray(R"({"items":[{"id":"a","bbox":["1e400","0","1","1"]}],"pagination":{"total":-3}})") << 1;
    }
    void items_hostile()
    {
        QFETCH(QByteArray, answer);
        QFETCH(int, unreadable);
        const auto parsed = parseItems(*parseJson(answer), {});
        QCOMPARE(!parsed, unreadable < 0);
        if (parsed) {
            QCOMPARE(parsed->unreadable, unreadable);
            QVERIFY(!parsed->total);
        }
    }

    void errors_areSentences()
    {
        const auto definition = *ProviderRegistry::shipped({}).find(u"pixxel"_qs);
        net::HttpResponse response;
        response.status = 400;
        response.body = toText(refusal("bbox is out of range"));
        QCOMPARE(errorOf(response, definition).message, u"Pixxel Aurora answered: bbox is out of range"_qs);
        response.status = 404;
        QCOMPARE(errorOf(response, definition).code, ErrorCode::NotFound);
        response.body = "<html>";
        QVERIFY(!errorOf(response, definition).message.isEmpty());
    }

    void collections_ofArchiveAndSatellites()
    {
        Service service;
        Client client(service.server);
        QVERIFY(client.connect());
        const auto list = waitFor(client.provider->collections({}));
        QVERIFY2(list, list ? "" : qPrintable(list.error().message));
        QCOMPARE(list->size(), 2U);
        QCOMPARE(list->at(0).id, u"pixxel-td2"_qs);
        QCOMPARE(list->at(0).title, u"Archive of TD-2"_qs);
        QCOMPARE(list->at(0).access, data::Access::Paid);
        QCOMPARE(list->at(1).id, u"sentinel-2-l2a"_qs);
        QCOMPARE(list->at(1).family, u"sentinel-2-l2a"_qs);
        QCOMPARE(list->at(1).platforms, QStringList {u"Sentinel-2"_qs});
        QCOMPARE(list->at(1).access, data::Access::Login);
        QCOMPARE(parseSatellites(satellites, client.definition).front().gsd.value_or(0), 10.0);
    }

    void tally_countsWithoutTheLimit()
    {
        Service service;
        Client client(service.server);
        QVERIFY(client.connect());
        const auto tally = waitFor(client.provider->tally(query(), {}));
        QVERIFY2(tally, tally ? "" : qPrintable(tally.error().message));
        QCOMPARE(tally->count, (data::Count {7, false}));
        QCOMPARE(tally->cloudier, (data::Count {1, false})); // 21 %
        QCOMPARE(tally->noCloud, (data::Count {0, false}));
    }

    void item_fromTheArchive()
    {
        Service service;
        Client client(service.server);
        QVERIFY(client.connect());
        const auto found = waitFor(client.provider->item(u"TD2_3"_qs, {}));
        QVERIFY2(found, found ? "" : qPrintable(found.error().message));
        QCOMPARE(found->scene.id, u"TD2_3"_qs);
        const auto missing = waitFor(client.provider->item(u"S2_a"_qs, {}));
        QVERIFY(!missing);
        QCOMPARE(missing.error().code, ErrorCode::NotFound);
    }
};

QTEST_GUILESS_MAIN(TestPixxel)
#include "tst_pixxel.moc"
