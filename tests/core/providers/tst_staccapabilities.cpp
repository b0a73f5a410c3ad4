// SPDX-License-Identifier: Apache-2.0
#include "core/providers/stac/capabilities.h"
#include "tests/support/shareddata.h"

#include <QTest>

#include <algorithm>

using namespace astra;
using namespace astra::providers;
using namespace astra::providers::stac;

namespace {

Definition addedCatalogue(const QString &url = QStringLiteral("https://cat.example/v1"))
{
    return *Definition::fromJson({{"id", "mine"}, {"url", toStd(url)}}, u"test"_qs);
}

Json landing(const std::vector<const char *> &classes, Json links = Json::array())
{
    return {{"id", "cat"}, {"links", std::move(links)}, {"conformsTo", classes}};
}

Json searchLink(const char *method, const char *href = "https://cat.example/v1/search")
{
    return {{"rel", "search"}, {"type", "application/geo+json"}, {"method", method}, {"href", href}};
}

} // namespace

class TestStacCapabilities : public QObject
{
    Q_OBJECT

    static Capabilities read(const Json &page, const QString &url = QStringLiteral("https://cat.example/v1"))
    {
        return capabilitiesOf(page, QUrl(url), addedCatalogue(url));
    }

private Q_SLOTS:
    void method_followsTheLinks()
    {
        const Json both = Json::array({searchLink("GET"), searchLink("POST")});
        QCOMPARE(read(landing({"https://api.stacspec.org/v1.0.0/item-search"}, both)).asking, Asking::Post);
        QCOMPARE(read(landing({}, Json::array({searchLink("GET")}))).asking, Asking::Get);
        Json plain = searchLink("GET");
        plain.erase("method"); // GET, says the specification
        QCOMPARE(read(landing({}, Json::array({plain}))).asking, Asking::Get);
        QCOMPARE(read(landing({"https://api.stacspec.org/v1.0.0/item-search"})).asking, Asking::Post);
    }

    void method_catalogueWithoutSearchIsWalked()
    {
        const Json links = Json::array({{{"rel", "data"}, {"href", "collections"}}});
        const auto known = capabilitiesOf(
            landing({"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core"}, links),
            QUrl(u"https://cat.example/v1/"_qs), addedCatalogue());
        QCOMPARE(known.asking, Asking::Items);
        QCOMPARE(known.collections, QUrl(u"https://cat.example/v1/collections"_qs));
        QCOMPARE(known.cloudFilter, CloudFilter::None);
    }

    void address_isTheLinksOwn()
    {
        const Json html {{"rel", "search"}, {"type", "text/html"}, {"method", "POST"}, {"href", "search?f=html"}};
        const Json json = searchLink("POST", "https://cat.example/v1/search?f=application%2Fgeo%2Bjson");
        QCOMPARE(read(landing({}, Json::array({html, json}))).search.toString(QUrl::FullyEncoded),
                 u"https://cat.example/v1/search?f=application%2Fgeo%2Bjson"_qs);
        // Another server is not asked because a page says so.
        const Json other = searchLink("POST", "https://other.example/search");
        QCOMPARE(read(landing({"x/item-search"}, Json::array({other}))).search,
                 QUrl(u"https://cat.example/v1/search"_qs));
        const Json insecure = searchLink("POST", "http://cat.example/v1/search");
        QCOMPARE(read(landing({"x/item-search"}, Json::array({insecure}))).search.scheme(), u"https"_qs);
    }

    void filter_isWhatIsPromised_data()
    {
        QTest::addColumn<QStringList>("classes");
        QTest::addColumn<int>("filter");
        const auto search = u"https://api.stacspec.org/v1.0.0/item-search"_qs;
        const auto filter = u"https://api.stacspec.org/v1.0.0-rc.2/item-search#filter"_qs;
        const auto cql = u"http://www.opengis.net/spec/cql2/1.0/conf/cql2-json"_qs;
        QTest::newRow("nothing") << QStringList {search} << static_cast<int>(CloudFilter::None);
        QTest::newRow("query") << QStringList {search + u"#query"_qs, search} << static_cast<int>(CloudFilter::Query);
        QTest::newRow("both") << QStringList {cql, search + u"#query"_qs, filter, search}
                              << static_cast<int>(CloudFilter::Cql2);
        QTest::newRow("text only") << QStringList {search, filter,
                                                   u"http://www.opengis.net/spec/cql2/1.0/req/cql2-text"_qs}
                                   << static_cast<int>(CloudFilter::None);
        QTest::newRow("of the collections only")
            << QStringList {search, cql, u"https://api.stacspec.org/v1.0.0-rc.1/collection-search#filter"_qs,
                            u"https://api.stacspec.org/v1.0.0/ogcapi-features#query"_qs}
            << static_cast<int>(CloudFilter::None);
        QTest::newRow("old") << QStringList {u"http://stacspec.org/spec/api/1.0.0-beta.1/req/stac-search"_qs,
                                             u"http://stacspec.org/spec/api/1.0.0-beta.1/req/query"_qs}
                             << static_cast<int>(CloudFilter::Query);
    }
    void filter_isWhatIsPromised()
    {
        QFETCH(QStringList, classes);
        QFETCH(int, filter);
        Json page = landing({}, Json::array({searchLink("POST")}));
        do { // workers list them in different orders
            page["conformsTo"] = Json::array();
            for (const auto &name : classes)
                page["conformsTo"].push_back(toStd(name));
            QCOMPARE(static_cast<int>(read(page).cloudFilter), filter);
        } while (std::next_permutation(classes.begin(), classes.end()));
    }

    void definition_wins()
    {
        Json json {{"id", "mine"}, {"url", "https://cat.example/v1"}};
        QVERIFY(isAsked(*Definition::fromJson(json, {})));
        json["search"] = {{"method", "GET"}, {"sort", false}};
        const auto page = landing({"x/item-search", "x/item-search#query", "x/item-search#sort"},
                                  Json::array({searchLink("POST"), searchLink("GET")}));
        auto known = capabilitiesOf(page, QUrl(u"https://cat.example/v1"_qs), *Definition::fromJson(json, {}));
        QCOMPARE(known.asking, Asking::Get);
        QVERIFY(!known.sort);
        QCOMPARE(known.cloudFilter, CloudFilter::Query);
        json["search"]["cloudFilter"] = "none";
        QVERIFY(!isAsked(*Definition::fromJson(json, {})));
        QCOMPARE(statedCapabilities(*Definition::fromJson(json, {})).cloudFilter, CloudFilter::None);
    }

    void anything_isSurvived()
    {
        for (const auto *text : {"null", "[]", "7", "{}", R"({"links":{},"conformsTo":"x"})",
                                 R"({"links":[7,{"rel":"search"},{"rel":"search","href":7}],"conformsTo":[7,null]})"}) {
            const auto known = read(*parseJson(text));
            QCOMPARE(known.asking, Asking::Post);
            QCOMPARE(known.search, QUrl(u"https://cat.example/v1/search"_qs));
            QCOMPARE(known.cloudFilter, CloudFilter::None);
        }
    }

    void recorded_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("url");
        QTest::addColumn<int>("asking");
        QTest::addColumn<int>("filter");
        QTest::addColumn<bool>("sort");
        QTest::addColumn<bool>("fields");
        const auto post = static_cast<int>(Asking::Post);
        const auto none = static_cast<int>(CloudFilter::None);
        const auto query = static_cast<int>(CloudFilter::Query);
        const auto cql2 = static_cast<int>(CloudFilter::Cql2);
        QTest::newRow("earth search") << u"earth-search/landing_2025-12.json"_qs
                                      << u"https://earth-search.aws.element84.com/v1"_qs << post << query << true
                                      << true;
        QTest::newRow("planetary computer")
            << u"planetary-computer/landing_2025.json"_qs << u"https://planetarycomputer.microsoft.com/api/stac/v1"_qs
            << post << cql2 << true << true;
        QTest::newRow("copernicus") << u"cdse/landing_2026-04.json"_qs << u"https://stac.dataspace.copernicus.eu/v1"_qs
                                    << post << cql2 << true << true;
        QTest::newRow("copernicus, old") << u"cdse/legacy_landing.json"_qs
                                         << u"https://catalogue.dataspace.copernicus.eu/stac"_qs << post << none
                                         << false << false;
        QTest::newRow("eoapi") << u"other/eoapi_landing.json"_qs << u"https://stac.eoapi.dev"_qs << post << cql2 << true
                               << true;
        QTest::newRow("geoserver") << u"other/geoserver_paituli_landing_f_json.json"_qs
                                   << u"https://paituli.csc.fi/geoserver/ogc/stac/v1"_qs << post << none << true
                                   << true;
        QTest::newRow("astraea") << u"other/astraea_landing.json"_qs << u"https://eod-catalog-svc-prod.astraea.earth"_qs
                                 << static_cast<int>(Asking::Get) << none << true << true;
    }
    void recorded()
    {
        if (astra::test::sharedData().isEmpty())
            QSKIP("no shared data beside the checkout");
        QFETCH(QString, file);
        QFETCH(QString, url);
        const auto page = readJsonFile(astra::test::sharedData() + u"/stac/"_qs + file);
        QVERIFY(page);
        const auto known = read(*page, url);
        QTEST(static_cast<int>(known.asking), "asking");
        QTEST(static_cast<int>(known.cloudFilter), "filter");
        QTEST(known.sort, "sort");
        QTEST(known.fields, "fields");
        QVERIFY(known.search.path().endsWith(u"/search"));
        QVERIFY(known.collections.path().endsWith(u"/collections"));
    }
};

QTEST_GUILESS_MAIN(TestStacCapabilities)
#include "tst_staccapabilities.moc"
