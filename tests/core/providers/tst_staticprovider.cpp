// SPDX-License-Identifier: Apache-2.0
#include "core/providers/providerregistry.h"
#include "core/providers/stac/staticcatalog.h"
#include "tests/support/faultserver.h"
#include "tests/support/shareddata.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace astra;
using namespace astra::providers;
using astra::test::FaultServer;

namespace {

Json linkTo(const char *relation, const std::string &href) { return {{"rel", relation}, {"href", href}}; }

Json itemAt(const std::string &id, double west, const char *date = "2024-05-10", double cloud = 5)
{
    return {{"type", "Feature"},
            {"stac_version", "1.0.0"},
            {"id", id},
            {"collection", "fields"},
            {"bbox", {west, 47.0, west + 1, 48.0}},
            {"geometry", data::geometryFromRings(data::GeoBox {west, 47, west + 1, 48}.rings())},
            {"properties", {{"datetime", std::string(date) + "T10:00:00Z"}, {"eo:cloud_cover", cloud}}},
            {"assets", {{"red", {{"href", "./red.tif"}, {"type", "image/tiff"}}}}},
            {"links", {linkTo("self", "https://long.gone.example/item.json")}}};
}

Json catalog(const std::string &id, Json links)
{
    return {{"type", "Catalog"}, {"stac_version", "1.0.0"}, {"id", id}, {"links", std::move(links)}};
}

/// catalog.json → fields/collection.json → items a, b, c, and back up again.
std::map<std::string, Json> smallCatalogue()
{
    Json collection = catalog("fields",
                              {linkTo("root", "../catalog.json"), linkTo("parent", "../catalog.json"),
                               linkTo("child", "../catalog.json"), linkTo("item", "a/a.json"),
                               linkTo("item", "./b.json"), linkTo("item", "./c.json"), linkTo("item", "./b.json")});
    collection["type"] = "Collection";
    collection["title"] = "Fields";
    collection["license"] = "CC-BY-4.0";
    collection["extent"] = {{"spatial", {{"bbox", {{9.0, 47.0, 30.0, 48.0}}}}},
                            {"temporal", {{"interval", {{"2024-01-01T00:00:00Z", nullptr}}}}}};
    return {{"catalog.json", catalog("root", {linkTo("child", "fields/collection.json")})},
            {"fields/collection.json", collection},
            {"fields/a/a.json", itemAt("a", 9)},
            {"fields/b.json", itemAt("b", 9.5, "2024-06-10", 80)},
            {"fields/c.json", itemAt("c", 20)}};
}

void write(const QTemporaryDir &dir, const std::map<std::string, Json> &files)
{
    for (const auto &[name, json] : files) {
        const QString path = dir.filePath(QString::fromStdString(name));
        QDir().mkpath(QFileInfo(path).path());
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(toText(json));
    }
}

test::Reply reply(const Json &json)
{
    test::Reply reply;
    reply.body = toText(json);
    return reply;
}

data::SearchQuery query()
{
    data::SearchQuery q;
    q.bbox = {9, 47, 10.2, 48};
    return q;
}

QStringList idsOf(const Page &page)
{
    QStringList ids;
    for (const auto &scene : page.scenes)
        ids.append(scene.id);
    return ids;
}

} // namespace

class TestStaticProvider : public QObject
{
    Q_OBJECT

    std::shared_ptr<net::HttpClient> m_http;
    std::unique_ptr<Pools> m_pools;

    std::shared_ptr<Provider> provider(const QUrl &url)
    {
        const auto definition = Definition::fromJson(
            {{"id", "mine"}, {"title", "Mine"}, {"protocol", "static"}, {"url", toStd(url.toString())}}, u"test"_qs);
        return definition ? ProviderRegistry::make(*definition, m_http, *m_pools) : nullptr;
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_pools = std::make_unique<Pools>();
        m_http = net::HttpClient::create();
    }
    void cleanupTestCase() { m_http.reset(); }

    void disk_isWalkedAndFilteredHere()
    {
        const QTemporaryDir dir;
        write(dir, smallCatalogue());
        const auto mine = provider(QUrl::fromLocalFile(dir.filePath(u"catalog.json"_qs)));
        QVERIFY(mine);
        auto page = waitFor(mine->search(query(), {}, {}));
        QVERIFY2(page, page ? "" : qPrintable(page.error().message));
        QCOMPARE(idsOf(*page), (QStringList {u"a"_qs, u"b"_qs}));
        QCOMPARE(page->aside.elsewhere, 1); // c
        QVERIFY(!page->next && !page->cutShort && page->notes.isEmpty());
        // Where the Item was found, not where it once was.
        QCOMPARE(page->scenes[0].assets[0].href, QUrl::fromLocalFile(dir.filePath(u"fields/a/red.tif"_qs)));
        auto clear = query();
        clear.cloudCoverLt = 20;
        QCOMPARE(idsOf(*waitFor(mine->search(clear, {}, {}))), QStringList {u"a"_qs});
        auto june = query();
        june.datetime = *data::TimeRange::parse(u"2024-06-01/.."_qs);
        QCOMPARE(idsOf(*waitFor(mine->search(june, {}, {}))), QStringList {u"b"_qs});
        auto other = query();
        other.collections = {u"sentinel-2-l2a"_qs};
        QVERIFY(waitFor(mine->search(other, {}, {}))->scenes.empty());
    }

    void disk_singleItemAndItemCollection()
    {
        const QTemporaryDir dir;
        write(dir,
              {{"one.json", itemAt("one", 9)},
               {"many.json", {{"type", "FeatureCollection"}, {"features", {itemAt("x", 9), itemAt("y", 9), 7}}}}});
        const auto one = waitFor(provider(QUrl::fromLocalFile(dir.filePath(u"one.json"_qs)))->search(query(), {}, {}));
        QCOMPARE(idsOf(*one), QStringList {u"one"_qs});
        const auto file = provider(QUrl::fromLocalFile(dir.filePath(u"many.json"_qs)));
        const auto many = waitFor(file->search(query(), {}, {}));
        QCOMPARE(idsOf(*many), (QStringList {u"x"_qs, u"y"_qs}));
        QCOMPARE(many->aside.unreadable, 1);
        const auto item = waitFor(file->item(u"y"_qs, {}));
        QVERIFY(item);
        QCOMPARE(stringAt(item->raw, "id"), u"y"_qs);
        QCOMPARE(waitFor(file->item(u"z"_qs, {})).error().code, ErrorCode::NotFound);
    }

    void disk_whatIsNoCatalogueIsAnError()
    {
        const QTemporaryDir dir;
        write(dir, {{"x.json", Json {{"id", "x"}}}});
        for (const auto *name : {"x.json", "absent.json"}) {
            const auto page = waitFor(
                provider(QUrl::fromLocalFile(dir.filePath(QString::fromLatin1(name))))->search(query(), {}, {}));
            QVERIFY(!page);
            QVERIFY(!page.error().message.isEmpty());
        }
    }

    void pages_goOnWhereTheyEnded()
    {
        Json links = Json::array();
        std::map<std::string, Json> files;
        for (int i = 0; i < 60; ++i) {
            const std::string id = "i" + std::to_string(i);
            links.push_back(linkTo("item", id + ".json"));
            files[id + ".json"] = itemAt(id, 9);
        }
        files["catalog.json"] = catalog("root", links);
        const QTemporaryDir dir;
        write(dir, files);
        const auto mine = provider(QUrl::fromLocalFile(dir.filePath(u"catalog.json"_qs)));
        auto q = query();
        q.limit = 25;
        QSet<QString> ids;
        std::optional<Cursor> cursor;
        int pages = 0;
        do {
            const auto page = waitFor(mine->search(q, cursor, {}));
            QVERIFY(page);
            for (const auto &scene : page->scenes) {
                QVERIFY2(!ids.contains(scene.id), qPrintable(scene.id));
                ids.insert(scene.id);
            }
            cursor = page->next;
            QVERIFY(++pages < 10);
        } while (cursor);
        QCOMPARE(ids.size(), 60);
        QVERIFY(pages >= 2);
    }

    void pages_areNoDepth()
    {
        std::map<std::string, Json> files {{"catalog.json", catalog("root", {linkTo("items", "0.json")})}};
        QStringList ids;
        for (int i = 0; i < 20; ++i) {
            const std::string id = "i" + std::to_string(i);
            Json page {{"type", "FeatureCollection"}, {"features", {itemAt(id, 9)}}, {"links", Json::array()}};
            if (i < 19)
                page["links"].push_back(linkTo("next", std::to_string(i + 1) + ".json"));
            files[std::to_string(i) + ".json"] = page;
            ids << QString::fromStdString(id);
        }
        const QTemporaryDir dir;
        write(dir, files);
        for (const QString &start : {u"catalog.json"_qs, u"0.json"_qs}) {
            const auto mine = provider(QUrl::fromLocalFile(dir.filePath(start)));
            auto page = waitFor(mine->search(query(), {}, {}));
            QVERIFY2(page, page ? "" : qPrintable(page.error().message));
            QCOMPARE(idsOf(*page), ids);
            QVERIFY(!page->next && !page->cutShort && page->notes.isEmpty());
            // A page that is lost is not the whole catalogue lost.
            QVERIFY(QFile::rename(dir.filePath(u"10.json"_qs), dir.filePath(u"away"_qs)));
            page = waitFor(mine->search(query(), {}, {}));
            QVERIFY2(page, page ? "" : qPrintable(page.error().message));
            QCOMPARE(idsOf(*page), ids.mid(0, 10));
            QVERIFY(page->cutShort);
            QVERIFY(QFile::rename(dir.filePath(u"away"_qs), dir.filePath(u"10.json"_qs)));
        }
    }

    void collections_areThoseThatTheFilesDescribe()
    {
        const QTemporaryDir dir;
        write(dir, smallCatalogue());
        const auto list = waitFor(provider(QUrl::fromLocalFile(dir.filePath(u"catalog.json"_qs)))->collections({}));
        QVERIFY(list);
        QCOMPARE(list->size(), 1U);
        QCOMPARE(list->front().title, u"Fields"_qs);
        QCOMPARE(list->front().license, u"CC-BY-4.0"_qs);
        QVERIFY(!list->front().datetime.end);
    }

    void network_readsOverHttpAndSaysWhatWasLost()
    {
        FaultServer server;
        auto files = smallCatalogue();
        files.erase("fields/c.json");
        files["fields/collection.json"]["links"].push_back(linkTo("item", "file:///etc/passwd"));
        for (const auto &[name, json] : files)
            server.on("/" + QByteArray::fromStdString(name), reply(json));
        const auto page = waitFor(provider(server.url(u"/catalog.json"_qs))->search(query(), {}, {}));
        QVERIFY2(page, page ? "" : qPrintable(page.error().message));
        QCOMPARE(idsOf(*page), (QStringList {u"a"_qs, u"b"_qs}));
        QVERIFY(page->cutShort);
        QVERIFY2(page->notes.size() == 2,
                 qPrintable(page->notes.join(u"|"_qs))); // one file is missing, one link leads into this machine
        QCOMPARE(server.requests("/fields/b.json"), 1); // named twice
        QCOMPARE(page->scenes[0].assets[0].href, server.url(u"/fields/a/red.tif"_qs));
    }

    void network_collectionElsewhereIsNotGoneInto()
    {
        FaultServer server;
        for (const auto &[name, json] : smallCatalogue())
            server.on("/" + QByteArray::fromStdString(name), reply(json));
        auto far = query();
        far.bbox = {-80, -10, -70, 0};
        const auto page = waitFor(provider(server.url(u"/catalog.json"_qs))->search(far, {}, {}));
        QVERIFY(page && page->scenes.empty());
        QCOMPARE(server.requests(), 2);
    }

    void search_stops()
    {
        FaultServer server;
        test::Reply silent;
        silent.hang = true;
        server.on("/catalog.json", silent);
        StopSource stop;
        const auto future = provider(server.url(u"/catalog.json"_qs))->search(query(), {}, stop.get_token());
        stop.request_stop();
        const auto page = waitFor(future);
        QVERIFY(!page);
        QCOMPARE(page.error().code, ErrorCode::Cancelled);
    }

    void mayFollow_keepsTheNetworkOutOfThisMachine_data()
    {
        QTest::addColumn<QString>("from");
        QTest::addColumn<QString>("to");
        QTest::addColumn<bool>("may");
        const auto web = u"https://cat.example/a/catalog.json"_qs;
        const auto file = u"file:///data/catalog.json"_qs;
        QTest::newRow("beside") << web << u"https://cat.example/b.json"_qs << true;
        QTest::newRow("another host") << web << u"https://other.example/b.json"_qs << true;
        QTest::newRow("downgrade") << web << u"http://cat.example/b.json"_qs << false;
        QTest::newRow("a file") << web << u"file:///etc/passwd"_qs << false;
        QTest::newRow("this machine") << web << u"https://127.0.0.1/b.json"_qs << false;
        QTest::newRow("localhost") << web << u"https://localhost:8443/b.json"_qs << false;
        QTest::newRow("a bucket") << web << u"s3://bucket/b.json"_qs << false;
        QTest::newRow("a password") << web << u"https://u:p@cat.example/b.json"_qs << false;
        QTest::newRow("insecure to insecure, elsewhere")
            << u"http://cat.example/c.json"_qs << u"http://other.example/b.json"_qs << false;
        QTest::newRow("disk to disk") << file << u"file:///data/x/b.json"_qs << true;
        QTest::newRow("disk to network") << file << u"https://cat.example/b.json"_qs << true;
        QTest::newRow("disk to this machine") << file << u"http://127.0.0.1/b.json"_qs << false;
        QTest::newRow("disk to a share") << file << u"file://server/x/b.json"_qs << false;
    }
    void mayFollow_keepsTheNetworkOutOfThisMachine()
    {
        QFETCH(QString, from);
        QFETCH(QString, to);
        QTEST(stac::mayFollow(QUrl(from), QUrl(to)), "may");
    }

    void document_countsTheLinksThatAreRefused()
    {
        const auto read = stac::parseDocument(
            catalog("c",
                    {linkTo("item", "file:///etc/passwd"), linkTo("child", "https://127.0.0.1/x"),
                     linkTo("item", "a.json")}),
            QUrl(u"http://cat.example/c.json"_qs), Definition(), {});
        QVERIFY(read);
        QCOMPARE(read->refused, 2);
        QCOMPARE(read->items, std::vector<QUrl> {QUrl(u"http://cat.example/a.json"_qs)});
        QVERIFY(read->catalogs.empty());
    }

    void walk_endsSomewhere()
    {
        stac::StaticWalk walk(QUrl(u"https://h.example/0"_qs));
        int read = 0;
        for (auto steps = walk.take(1); !steps.empty(); steps = walk.take(1)) {
            stac::StaticDocument document; // every file names three more
            for (int i = 1; i <= 3; ++i)
                document.catalogs.emplace_back(u"https://h.example/"_qs + QString::number(3 * read + i));
            walk.add(steps.front(), document, true);
            QVERIFY(++read <= 20000);
        }
        QVERIFY(walk.leftOut());
        // What a cursor holds is all of it.
        stac::StaticWalk half(QUrl(u"https://h.example/0"_qs));
        stac::StaticDocument document;
        document.items = {QUrl(u"https://h.example/a"_qs), QUrl(u"https://h.example/b"_qs)};
        const auto start = half.take(1);
        half.add(start.front(), document, true);
        auto again = stac::StaticWalk::from(half.toCursor());
        again.add(start.front(), document, true);
        QCOMPARE(again.take(10).size(), 2U);
    }

    void definition_filesAreForStaticOnly()
    {
        const auto make = [](const char *protocol, const char *url) {
            return Definition::fromJson({{"id", "x"}, {"protocol", protocol}, {"url", url}}, u"test"_qs).has_value();
        };
        QVERIFY(make("static", "file:///data/catalog.json"));
        QVERIFY(make("static", "https://h.example/catalog.json"));
        QVERIFY(!make("static", "file://server/share/catalog.json"));
        QVERIFY(!make("static", "file:///"));
        QVERIFY(!make("static", "ftp://h.example/catalog.json"));
        QVERIFY(!make("stac", "file:///data/catalog.json"));
    }

    void recorded_landsatFilesOfBefore10()
    {
        if (astra::test::sharedData().isEmpty())
            QSKIP("no shared data beside the checkout");
        const QString file = astra::test::sharedData()
            + u"/stac/usgs-landsatlook/static_LC08_L2SP_001062_20201031_20201106_02_T2_SR_stac.json"_qs;
        const auto page = waitFor(provider(QUrl::fromLocalFile(file))->search({}, {}, {}));
        QVERIFY2(page, page ? "" : qPrintable(page.error().message));
        QCOMPARE(page->scenes.size(), 1U);
        const auto &scene = page->scenes.front();
        QCOMPARE(scene.platform, u"landsat-8"_qs);
        QCOMPARE(scene.datetime, QDateTime(QDate(2020, 10, 31), QTime(0, 0), Qt::UTC));
        QCOMPARE(scene.processed, QDateTime(QDate(2020, 11, 6), QTime(0, 0), Qt::UTC));
        QCOMPARE(data::findBand(scene, u"red"_qs)->band.name, u"SR_B4"_qs);
    }
};

QTEST_GUILESS_MAIN(TestStaticProvider)
#include "tst_staticprovider.moc"
