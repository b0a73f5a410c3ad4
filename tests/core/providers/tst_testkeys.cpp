// SPDX-License-Identifier: Apache-2.0
// Scenes that a catalogue tells to a test key are invented, whatever it speaks; those told to a live key are not.
#include "core/providers/providerregistry.h"
#include "tests/support/canary.h"
#include "tests/support/faultserver.h"

#include <QTest>

using namespace astra;
using namespace astra::providers;
using astra::test::FaultServer;
using astra::test::json;
using astra::test::SeenRequest;

namespace {

/// The key in use; keeps what a service has signed.
class Keys : public net::Authorizer
{
public:
    Future<net::Authorization> authorize(const QString &connection, const QUrl &, bool) override
    {
        if (connection.isEmpty())
            return ready<net::Authorization>(net::Authorization());
        return ready<net::Authorization>(
            net::Authorization {{{"Authorization", test::canary(test ? "test_" : "live_")}}, {}, test});
    }
    void keep(const QString &, const std::vector<net::SignedLink> &links, const net::SignAgain &signAgain) override
    {
        kept = links;
        again = signAgain;
    }
    bool test = true;
    std::vector<net::SignedLink> kept;
    net::SignAgain again;
};

Json item(const std::string &collection)
{
    return {{"type", "Feature"},
            {"stac_version", "1.0.0"},
            {"id", "one"},
            {"collection", collection},
            {"bbox", {9.0, 47.0, 10.0, 48.0}},
            {"geometry", data::geometryFromRings(data::GeoBox {9, 47, 10, 48}.rings())},
            {"properties", {{"datetime", "2024-05-10T10:00:00Z"}, {"eo:cloud_cover", 1}}},
            {"assets", {{"red", {{"href", "https://files.example/red.tif"}, {"type", "image/tiff"}}}}},
            {"links", Json::array()}};
}

Json collectionOf(const Json &features)
{
    return {{"type", "FeatureCollection"}, {"features", features}, {"links", Json::array()}};
}

data::SearchQuery query()
{
    data::SearchQuery q;
    q.bbox = {9.2, 47.2, 9.8, 47.8};
    q.datetime = *data::TimeRange::parse(u"2024-05-01/2024-05-31"_qs);
    q.limit = 5;
    return q;
}

} // namespace

class TestTestKeys : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_pools = std::make_unique<Pools>();
        m_server = std::make_unique<FaultServer>();
        m_keys = std::make_shared<Keys>();
        m_http = net::HttpClient::create();
        m_http->setAuthorizer(m_keys);
    }
    void cleanup()
    {
        m_http.reset();
        m_server.reset();
        m_pools.reset();
    }

    void scenes_areMarked_data()
    {
        QTest::addColumn<QString>("protocol");
        for (const char *protocol : {"stac", "static", "astra", "pixxel"})
            QTest::newRow(protocol) << QString::fromLatin1(protocol);
    }
    void scenes_areMarked()
    {
        QFETCH(const QString, protocol);
        serve(protocol);
        for (const bool test : {true, false, true}) {
            m_keys->test = test;
            const auto catalogue = make(protocol);
            const auto page = waitFor(catalogue->search(query(), {}, {}));
            QVERIFY2(page, page ? "" : qPrintable(page.error().message));
            QCOMPARE(page->scenes.size(), std::size_t(1));
            QCOMPARE(page->scenes.front().invented, test);
            const auto one = waitFor(catalogue->item(u"one"_qs, {}));
            QVERIFY2(one, one ? "" : qPrintable(one.error().message));
            QCOMPARE(one->scene.invented, test);
        }
    }

    void definitionOfAnInventedWorld_holdsForEveryKey()
    {
        serve(u"stac"_qs);
        m_keys->test = false;
        auto definition = definitionOf(u"stac"_qs);
        definition.invented = true;
        const auto page = waitFor(ProviderRegistry::make(definition, m_http, *m_pools)->search(query(), {}, {}));
        QVERIFY(page && page->scenes.front().invented);
    }

    void signedLinks_areThoseOfTheKey()
    {
        serve(u"astra"_qs);
        const auto catalogue = make(u"astra"_qs);
        QVERIFY(waitFor(catalogue->item(u"one"_qs, {})));
        QCOMPARE(m_keys->kept.size(), std::size_t(1));
        QVERIFY(m_keys->kept.front().test);
        // Signed again for another key, they are that one's.
        m_keys->test = false;
        const auto again = waitFor(m_keys->again());
        QVERIFY(again && again->size() == 1);
        QVERIFY(!again->front().test);
    }

private:
    /// What each kind of service answers, with nothing in it that says whose key asks.
    void serve(const QString &protocol)
    {
        if (protocol == u"stac") {
            m_server->on("/api/search", json(collectionOf(Json::array({item("c")}))));
            m_server->on("/api/collections", json({{"collections", Json::array()}, {"links", Json::array()}}));
            m_server->on("/api",
                         json({{"type", "Catalog"},
                               {"conformsTo", Json::array()},
                               {"links", {{{"rel", "search"}, {"href", "api/search"}, {"method", "POST"}}}}}));
        } else if (protocol == u"static") {
            m_server->on("/api", json(collectionOf(Json::array({item("c")}))));
        } else if (protocol == u"astra") {
            m_server->on("/api/search", json(collectionOf(Json::array({item("sentinel-2-l2a")}))));
            m_server->on("/api/scenes/one", json(item("sentinel-2-l2a")));
            m_server->on("/api/assets",
                         json({{"assets", {{"red", {{"href", "https://files.example/red.tif?sig=abcdef123456"}}}}}}));
        } else {
            m_server->on("/api/satellites", json({{"satellites", Json::array()}}));
            m_server->on("/api/archives/collections", json({{"collections", Json::array({{{"id", "pixxel-td2"}}})}}));
            m_server->on("/api/archives/search", json(collectionOf(Json::array({item("pixxel-td2")}))));
        }
    }
    [[nodiscard]] Definition definitionOf(const QString &protocol) const
    {
        auto definition = *Definition::fromJson({{"id", "mine"},
                                                 {"title", "Mine"},
                                                 {"protocol", toStd(protocol)},
                                                 {"url", toStd(m_server->url(u"/api"_qs).toString())}},
                                                u"test"_qs);
        definition.apiConnection = u"c"_qs;
        return definition;
    }
    [[nodiscard]] std::shared_ptr<Provider> make(const QString &protocol) const
    {
        return ProviderRegistry::make(definitionOf(protocol), m_http, *m_pools);
    }

    std::unique_ptr<Pools> m_pools;
    std::unique_ptr<FaultServer> m_server;
    std::shared_ptr<Keys> m_keys;
    std::shared_ptr<net::HttpClient> m_http;
};

QTEST_GUILESS_MAIN(TestTestKeys)
#include "tst_testkeys.moc"
