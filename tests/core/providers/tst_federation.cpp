// SPDX-License-Identifier: Apache-2.0

// Five catalogues on loopback, each with its way to be difficult, asked at once over the real network layer.

#include "core/providers/providerregistry.h"
#include "core/providers/searchsession.h"
#include "tests/support/faultserver.h"

#include <QElapsedTimer>
#include <QSet>
#include <QSignalSpy>
#include <QTest>

using namespace astra;
using namespace astra::providers;
using astra::test::FaultServer;
using astra::test::Reply;
using astra::test::SeenRequest;
using Phase = data::ProviderState::Phase;

namespace {

constexpr int deadline = 2500; // milliseconds
constexpr int slowAnswer = 900;

/// Scene `number` as any catalogue may list it: the same acquisition everywhere.
Json item(int number)
{
    const QDateTime time = QDateTime(QDate(2024, 5, 1), QTime(10, 15, 59), Qt::UTC).addSecs(number * 3600);
    const QString id = QStringLiteral("S2B_MSIL2A_%1_N0510_R065_T32TMT_20240530T175912")
                           .arg(time.toString(QStringLiteral("yyyyMMddTHHmmss")));
    return {{"type", "Feature"},
            {"stac_version", "1.0.0"},
            {"id", toStd(id)},
            {"collection", "sentinel-2-l2a"},
            {"bbox", {9, 47, 10, 48}},
            {"geometry", data::geometryFromRings(data::GeoBox {9, 47, 10, 48}.rings())},
            {"properties",
             {{"datetime", toStd(time.toString(Qt::ISODate))}, {"eo:cloud_cover", 5}, {"platform", "sentinel-2b"}}},
            {"assets",
             {{"red",
               {{"href", toStd(QString(u"https://files.example/" + id + u"/B04.tif"))},
                {"type", "image/tiff; application=geotiff; profile=cloud-optimized"}}}}},
            {"links", Json::array()}};
}

/// Scenes from `first` on; `next`: where the page says that it goes on.
Reply page(int first, int count, const QUrl &next = {})
{
    Json features = Json::array();
    for (int i = first; i < first + count; ++i)
        features.push_back(item(i));
    Json links = Json::array();
    if (!next.isEmpty())
        links.push_back({{"rel", "next"}, {"href", toStd(next.toString())}, {"method", "GET"}});
    Reply reply;
    reply.headers = {{"Content-Type", "application/geo+json"}};
    reply.body = toText({{"type", "FeatureCollection"}, {"features", features}, {"links", links}});
    return reply;
}

Reply landing()
{
    return test::json(
        {{"type", "Catalog"},
         {"stac_version", "1.0.0"},
         {"id", "root"},
         {"description", "root"},
         {"conformsTo", {"https://api.stacspec.org/v1.0.0/core", "https://api.stacspec.org/v1.0.0/item-search"}},
         {"links", Json::array()}});
}

Reply refusal(int status, const QList<std::pair<QByteArray, QByteArray>> &headers = {})
{
    Reply reply;
    reply.status = status;
    reply.headers = headers;
    reply.headers.emplaceBack("Content-Type", "application/json");
    reply.body = R"({"code":"Sorry","description":"not now"})";
    return reply;
}

} // namespace

class TestFederation : public QObject
{
    Q_OBJECT

    Pools m_pools;
    std::shared_ptr<net::HttpClient> m_http = net::HttpClient::create();
    // Manners are kept by host name, and here all five have one: who is busy must not slow down the others.
    std::shared_ptr<net::HttpClient> m_patient = net::HttpClient::create();
    FaultServer m_fast, m_slow, m_broken, m_busy, m_looping;

    std::shared_ptr<Provider> catalogue(const QString &id, const FaultServer &server)
    {
        const auto definition = Definition::fromJson({{"id", toStd(id)},
                                                      {"title", toStd(id.toUpper())},
                                                      {"url", toStd(server.url(u"/stac"_qs).toString())},
                                                      {"deadlineSeconds", deadline / 1000.0},
                                                      {"families", {{"sentinel-2-l2a", {"sentinel-2-l2a"}}}}},
                                                     u"test"_qs);
        return ProviderRegistry::make(*definition, &server == &m_busy ? m_patient : m_http, m_pools);
    }

private Q_SLOTS:
    void initTestCase()
    {
        for (auto *server : {&m_fast, &m_slow, &m_busy, &m_looping})
            server->on("/stac", landing());
        m_fast.on("/stac/search", page(0, 20));
        auto late = page(10, 20);
        late.delayMs = slowAnswer;
        m_slow.on("/stac/search", late);
        m_broken.on("*", [](const SeenRequest &, int) { return refusal(500); });
        m_busy.on("/stac/search", refusal(429, {{"Retry-After", "1"}}));
        // Two pages that each name the other.
        m_looping.on("/stac/search", page(0, 5, m_looping.url(u"/stac/more"_qs)));
        m_looping.on("/stac/more", page(5, 5, m_looping.url(u"/stac/again"_qs)));
        m_looping.on("/stac/again", page(5, 5, m_looping.url(u"/stac/more"_qs)));
    }
    void cleanupTestCase()
    {
        m_http.reset();
        m_patient.reset();
    }

    void five_eachEndsInItsOwnState()
    {
        data::SearchQuery query;
        query.bbox = {9, 47, 10, 48};
        query.collections = {u"sentinel-2-l2a"_qs};
        query.limit = 100;
        SearchSession session(query,
                              {catalogue(u"fast"_qs, m_fast), catalogue(u"slow"_qs, m_slow),
                               catalogue(u"broken"_qs, m_broken), catalogue(u"busy"_qs, m_busy),
                               catalogue(u"looping"_qs, m_looping)},
                              Surroundings {&m_pools.cpu, {}});
        QSignalSpy finished(&session, &SearchSession::finished);
        QElapsedTimer clock;
        clock.start();
        qint64 firstRows = -1;
        bool slowWasOut = false;
        bool paused = false;
        connect(&session, &SearchSession::rowsChanged, this, [&] {
            if (firstRows < 0) {
                firstRows = clock.elapsed();
                slowWasOut = session.providers()[1].phase != Phase::Done;
            }
        });
        connect(&session, &SearchSession::providerChanged, this, [&](int index) {
            const auto &state = session.providers()[static_cast<std::size_t>(index)];
            paused = paused || (state.id == u"busy" && state.retryAt.isValid());
        });
        QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, 30000);
        const qint64 all = clock.elapsed();
        qInfo() << "first rows after" << firstRows << "ms, all after" << all << "ms; deadline" << deadline;
        QVERIFY(firstRows >= 0 && slowWasOut); // shown before the last has answered
        QVERIFY(all < deadline + 2000); // a machine under a sanitizer takes its time, but nobody is waited for

        const auto &states = session.providers();
        QCOMPARE(states[0].phase, Phase::Done);
        QVERIFY(!states[0].error && !states[0].cutShort);
        QCOMPARE(states[0].loaded, 20);
        QCOMPARE(states[1].phase, Phase::Done);
        QVERIFY(!states[1].error);
        QCOMPARE(states[1].loaded, 20);
        for (const int failed : {2, 3}) {
            const auto &state = states[static_cast<std::size_t>(failed)];
            QCOMPARE(state.phase, Phase::Failed);
            QVERIFY(state.error && !state.error->message.isEmpty());
            QCOMPARE(session.reason(failed), state.error->message);
            QCOMPARE(state.funnel, data::Funnel()); // never "no imagery"
            QCOMPARE(state.loaded, 0);
        }
        QVERIFY2(states[2].error->message.contains(u"500") || states[2].error->message.contains(u"not now"),
                 qPrintable(states[2].error->message));
        QVERIFY(paused); // and people see until when
        QVERIFY2(states[3].error->code == ErrorCode::RateLimited || states[3].error->code == ErrorCode::Timeout,
                 qPrintable(states[3].error->message));
        QCOMPARE(states[4].phase, Phase::Done);
        QVERIFY(states[4].cutShort); // what the circle hides cannot be had
        QCOMPARE(states[4].loaded, 10);
        QVERIFY(!states[4].more);
        QVERIFY(m_looping.requests() < 10);

        // 30 acquisitions, whoever lists them.
        QCOMPARE(session.acquisitions().size(), 30U);
        QSet<QString> keys;
        std::size_t copies = 0;
        for (const auto &row : session.acquisitions()) {
            keys.insert(row.key());
            copies += row.copies.size();
            QSet<QString> from;
            for (const auto &copy : row.copies)
                from.insert(copy.provider);
            QCOMPARE(static_cast<std::size_t>(from.size()), row.copies.size());
        }
        QCOMPARE(keys.size(), 30);
        QCOMPARE(copies, 50U);
    }

    void funnel_isCountedByTheCatalogueItself()
    {
        // 412 scenes of the area, 38 of them in May: 31 cloudy ones, 7 that do not state their cloud cover.
        FaultServer server;
        auto root = landing();
        auto conformance = parseJson(root.body).value();
        conformance["conformsTo"].push_back("https://api.stacspec.org/v1.0.0/item-search#query");
        root.body = toText(conformance);
        server.on("/stac", root);
        server.on("/stac/search", [](const SeenRequest &request, int) {
            const auto asked = parseJson(request.body).value();
            const bool inMay = asked.contains("datetime");
            const bool clear = asked.contains("query") || asked.contains("filter");
            const int held = clear ? 0 : inMay ? 38 : 412;
            const auto limit = asInteger(member(asked, "limit")).value_or(10);
            Json features = Json::array();
            for (int i = 0; i < std::min<int>(held, static_cast<int>(limit)); ++i) {
                Json scene = item(i);
                if (i < 31)
                    scene["properties"]["eo:cloud_cover"] = 40 + i;
                else
                    scene["properties"].erase("eo:cloud_cover");
                features.push_back(scene);
            }
            auto reply = page(0, 0);
            reply.body = toText({{"type", "FeatureCollection"},
                                 {"features", features},
                                 {"links", Json::array()},
                                 {"numberMatched", held}});
            return reply;
        });
        data::SearchQuery query;
        query.bbox = {9, 47, 10, 48};
        query.collections = {u"sentinel-2-l2a"_qs};
        query.datetime = data::TimeRange::parse(u"2024-05-01/2024-05-31"_qs).value();
        query.cloudCoverLt = 30;
        SearchSession session(query, {catalogue(u"cat"_qs, server)}, Surroundings {&m_pools.cpu, {u"other"_qs}});
        QSignalSpy counted(&session, &SearchSession::counted);
        QTRY_COMPARE_WITH_TIMEOUT(counted.size(), 1, 30000);
        const auto &state = session.providers()[0];
        QCOMPARE(state.phase, Phase::Done);
        const auto &funnel = state.funnel;
        QVERIFY(funnel.counted);
        QCOMPARE(funnel.area, std::optional(data::Count {412, false}));
        QCOMPARE(funnel.dates, std::optional(data::Count {38, false}));
        QCOMPARE(funnel.cloudier, std::optional(data::Count {31, false}));
        QCOMPARE(funnel.noCloud, std::optional(data::Count {7, false}));
        QCOMPARE(funnel.cloud, std::optional(data::Count {0, false}));
        QCOMPARE(funnel.shown, 0);
        QVERIFY2(session.reason(0).contains(u"31") && session.reason(0).contains(u"7"), qPrintable(session.reason(0)));
        QStringList offers;
        for (const auto &suggestion : session.suggestions())
            offers.append(suggestion.text);
        QCOMPARE(offers.value(0), u"Allow any cloud: 38 more"_qs);
        QVERIFY(offers.contains(u"Allow any date: 374 more"_qs));
        QVERIFY(offers.contains(u"Ask the other sources"_qs));
    }
};

QTEST_GUILESS_MAIN(TestFederation)
#include "tst_federation.moc"
