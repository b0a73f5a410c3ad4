// SPDX-License-Identifier: Apache-2.0
#include "core/credentials/servicekind.h"
#include "core/data/sensor.h"
#include "core/providers/providerregistry.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace astra;
using namespace astra::providers;

namespace {

/// @param document JSON with single quotes, for the eye's sake
ProviderRegistry with(QByteArray document)
{
    const QTemporaryDir folder;
    QFile file(folder.filePath(u"providers.json"_qs));
    if (file.open(QIODevice::WriteOnly))
        file.write(document.replace('\'', '"'));
    file.close();
    return ProviderRegistry::shipped(folder.path());
}

} // namespace

class TestProviderRegistry : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void shipped_areAllUsable()
    {
        const auto registry = ProviderRegistry::shipped({});
        QCOMPARE(registry.warnings(), QStringList());
        const auto kinds = credentials::ServiceKinds::read({}, {});
        QStringList ids;
        for (const auto &definition : registry.definitions()) {
            ids.append(definition.id);
            QCOMPARE(definition.url.scheme(), u"https"_qs);
            QVERIFY2(!definition.attribution.isEmpty(), qPrintable(definition.id));
            QVERIFY(!definition.invented);
            for (const auto &family : definition.families.keys())
                QVERIFY2(data::sensorFor(family), qPrintable(family));
            // Whatever it names is a service that we know, and one that may open what lies there.
            if (!definition.connection.is_null())
                QVERIFY2(kinds.find(definition.connectionId), qPrintable(definition.id));
            QCOMPARE(definition.apiConnection, definition.connectionId);
            for (const auto &rule : definition.assets) {
                if (rule.connection.isEmpty())
                    continue;
                const auto *kind = kinds.find(rule.connection);
                QVERIFY2(kind, qPrintable(rule.connection));
                QString file = rule.rewrite.isEmpty() ? rule.match : rule.rewrite;
                file = file.replace(u"*."_qs, u"a."_qs) + u"x.tif"_qs;
                QVERIFY2(kind->covers(QUrl(file)), qPrintable(definition.id + u": "_qs + file));
                QCOMPARE(kind->service.needsAccount, data::needsAccount(rule.access));
            }
            for (const auto &access : definition.collectionAccess)
                QVERIFY2(access.connection.isEmpty() || kinds.find(access.connection), qPrintable(definition.id));
        }
        QCOMPARE(ids,
                 (QStringList {u"astra-os"_qs, u"cdse"_qs, u"earth-search"_qs, u"pixxel"_qs, u"planetary-computer"_qs,
                               u"usgs"_qs}));
        QVERIFY(registry.find(u"earth-search"_qs)->enabled);
        QVERIFY(registry.find(u"planetary-computer"_qs)->apiConnection.isEmpty()); // only its pixels are signed
        QCOMPARE(registry.find(u"astra-os"_qs)->apiConnection, u"astra-os"_qs);
        QVERIFY(registry.find(u"astra-os"_qs)->processing);
    }

    void folder_isLaidOverMemberByMember()
    {
        const auto registry = with(
            "{'providers':["
            "{'id':'earth-search','url':'http://127.0.0.1:9001/v1/'},"
            "{'id':'cdse','enabled':false},"
            "{'id':'my-catalogue','title':'Ours','protocol':'stac','url':'https://stac.example/v1'}"
            "]}");
        QCOMPARE(registry.warnings(), QStringList());
        const auto *earth = registry.find(u"earth-search"_qs);
        QCOMPARE(earth->url, QUrl(u"http://127.0.0.1:9001/v1"_qs));
        QCOMPARE(earth->title, u"Earth Search"_qs);
        QVERIFY(!earth->assets.empty());
        QVERIFY(!registry.find(u"cdse"_qs)->enabled);
        QCOMPARE(registry.find(u"my-catalogue"_qs)->title, u"Ours"_qs);
        QCOMPARE(registry.definitions().size(), 7U);
    }

    void connection_isAServiceOrWhatIsLaidOverIt()
    {
        const auto registry = with(
            "{'providers':["
            "{'id':'named','url':'https://h/v1','connection':'astra-os'},"
            "{'id':'pixxel','connection':{'id':'pixxel','hosts':['http://127.0.0.1:9']}},"
            "{'id':'signed','url':'https://s/v1','connection':{'id':'free','signIn':[{'id':'sas','type':'sas'}]}},"
            "{'id':'astra-os','connection':null}"
            "]}");
        QCOMPARE(registry.warnings(), QStringList());
        QCOMPARE(registry.find(u"named"_qs)->apiConnection, u"astra-os"_qs);
        QVERIFY(registry.find(u"named"_qs)->connection.is_string());
        QCOMPARE(registry.find(u"pixxel"_qs)->apiConnection, u"pixxel"_qs);
        QCOMPARE(registry.find(u"pixxel"_qs)->info().connection, u"pixxel"_qs);
        QVERIFY(registry.find(u"pixxel"_qs)->connection.is_object());
        QCOMPARE(registry.find(u"signed"_qs)->connectionId, u"free"_qs);
        QCOMPARE(registry.find(u"signed"_qs)->apiConnection, QString()); // its files are signed, not its questions
        QCOMPARE(registry.find(u"astra-os"_qs)->apiConnection, QString());
    }

    void folder_wrongEntriesAreWarnings_data()
    {
        QTest::addColumn<QByteArray>("entry");
        QTest::newRow("not an object") << QByteArray("7");
        QTest::newRow("no id") << QByteArray("{'url':'https://h/v1'}");
        QTest::newRow("id with a path") << QByteArray("{'id':'../x','url':'https://h/v1'}");
        QTest::newRow("no url") << QByteArray("{'id':'x'}");
        QTest::newRow("url is a file") << QByteArray("{'id':'x','url':'file:///etc'}");
        QTest::newRow("url with a password") << QByteArray("{'id':'x','url':'https://u:p@h/v1'}");
        QTest::newRow("protocol unknown") << QByteArray("{'id':'x','url':'https://h','protocol':'ftp'}");
        QTest::newRow("enabled is a text") << QByteArray("{'id':'x','url':'https://h','enabled':'yes'}");
        QTest::newRow("rule without match") << QByteArray("{'id':'x','url':'https://h','assets':[{}]}");
        QTest::newRow("access unknown") << QByteArray(
            "{'id':'x','url':'https://h','assets':[{'match':'s3://','access':'maybe'}]}");
        QTest::newRow("connection is a number") << QByteArray("{'id':'x','url':'https://h','connection':7}");
        QTest::newRow("connection is no id") << QByteArray("{'id':'x','url':'https://h','connection':'A key'}");
        QTest::newRow("connection without an id")
            << QByteArray("{'id':'x','url':'https://h','connection':{'hosts':['https://h']}}");
        QTest::newRow("shipped one spoiled") << QByteArray("{'id':'usgs','url':7}");
    }
    void folder_wrongEntriesAreWarnings()
    {
        QFETCH(QByteArray, entry);
        const auto registry = with("{'providers':[" + entry + ",{'id':'good','url':'https://good.example'}]}");
        QCOMPARE(registry.warnings().size(), 1);
        QVERIFY(registry.find(u"good"_qs));
        QVERIFY(!registry.find(u"x"_qs));
        QCOMPARE(registry.find(u"usgs"_qs)->url.host(), u"landsatlook.usgs.gov"_qs);
        QCOMPARE(registry.definitions().size(), 7U);
    }

    void folder_damagedFileIsAWarning()
    {
        for (const auto *document : {"{'providers':[", "", "[]", "{}"}) {
            const auto registry = with(document);
            QCOMPARE(registry.warnings().size(), 1);
            QCOMPARE(registry.definitions().size(), 6U);
        }
    }

    void world_standsAlone()
    {
        const Json document {{"providers", {{{"id", "harbour"}, {"url", "http://127.0.0.1:8123/harbour"}}}},
                             {"world",
                              {{"title", "Invented"},
                               {"invented", true},
                               {"bbox", {9.0, 54.0, 9.3, 54.2}},
                               {"datetime", "2025-01-01/2025-12-31"}}}};
        const auto registry = ProviderRegistry::ofWorld(document, u"world"_qs);
        QVERIFY(registry);
        QCOMPARE(registry->definitions().size(), 1U);
        QVERIFY(registry->find(u"harbour"_qs)->invented);
        QVERIFY(registry->find(u"harbour"_qs)->info().invented);
        QCOMPARE(registry->world().bbox.value(), (data::GeoBox {9, 54, 9.3, 54.2}));
        QCOMPARE(registry->world().datetime.start.value(), QDateTime(QDate(2025, 1, 1), QTime(0, 0), Qt::UTC));
        QVERIFY(!ProviderRegistry::ofWorld({{"providers", Json::array()}}, u"world"_qs));
    }

    void collections_followTheFamilies()
    {
        const auto registry = ProviderRegistry::shipped({});
        const auto *usgs = registry.find(u"usgs"_qs);
        QVERIFY(!usgs->collectionsFor({u"sentinel-2-l2a"_qs}).held);
        QCOMPARE(usgs->collectionsFor({u"landsat-c2-l2"_qs}).ids,
                 (QStringList {u"landsat-c2l2-sr"_qs, u"landsat-c2l2-st"_qs}));
        QCOMPARE(usgs->collectionsFor({u"landsat-c2l1"_qs}).ids, QStringList {u"landsat-c2l1"_qs});
        QCOMPARE(usgs->collectionsFor({}).ids.size(), 2);
        const auto *own = registry.find(u"pixxel"_qs);
        QVERIFY(own->collectionsFor({}).held);
        QCOMPARE(own->collectionsFor({u"sentinel-2-l2a"_qs}).ids, QStringList {u"sentinel-2-l2a"_qs});
    }
};

QTEST_GUILESS_MAIN(TestProviderRegistry)
#include "tst_providerregistry.moc"
