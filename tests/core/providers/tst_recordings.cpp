// SPDX-License-Identifier: Apache-2.0
// The recordings that other tests replay: every recorded chain is served to its recorded end.
#include "tests/support/replayserver.h"
#include "tests/support/shareddata.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>
#include <QtTest>

using namespace astra::test;

class TestRecordings : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void chain_isServedToItsEnd_data();
    void chain_isServedToItsEnd();
    void page_isFoundByItsAddress_data();
    void page_isFoundByItsAddress();

private:
    static QJsonArray manifest(const QString &provider);
    static QJsonArray idsOf(const QByteArray &page);
    static QJsonObject nextOf(const QByteArray &page);
};

namespace {
const QStringList providers {u"earth-search"_qs, u"planetary-computer"_qs, u"cdse"_qs, u"usgs-landsatlook"_qs};
const QString base = u"http://127.0.0.1:1"_qs;

QByteArray recorded(const QString &provider, const QString &name)
{
    QFile file(sharedData() + u"/stac/" + provider + u'/' + name);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}
} // namespace

QJsonArray TestRecordings::manifest(const QString &provider)
{
    return QJsonDocument::fromJson(recorded(provider, u"manifest.json"_qs)).array();
}

QJsonArray TestRecordings::idsOf(const QByteArray &page)
{
    QJsonArray ids;
    for (const auto &feature : QJsonDocument::fromJson(page).object().value(u"features"_qs).toArray())
        ids.append(feature.toObject().value(u"id"_qs));
    return ids;
}

QJsonObject TestRecordings::nextOf(const QByteArray &page)
{
    for (const auto &link : QJsonDocument::fromJson(page).object().value(u"links"_qs).toArray()) {
        if (link.toObject().value(u"rel"_qs).toString() == u"next")
            return link.toObject();
    }
    return {};
}

void TestRecordings::initTestCase()
{
    if (sharedData().isEmpty())
        QSKIP("../shared/data is not there.");
}

void TestRecordings::chain_isServedToItsEnd_data()
{
    QTest::addColumn<QString>("provider");
    QTest::addColumn<QString>("prefix");
    QTest::addColumn<QStringList>("files");
    static const QRegularExpression first(u"^(search_.*)_p1\\.json$"_qs);
    for (const auto &provider : providers) {
        QStringList names;
        for (const auto &entry : manifest(provider))
            names << entry.toObject().value(u"file"_qs).toString();
        names.sort();
        for (const auto &name : std::as_const(names)) {
            const QString prefix = first.match(name).captured(1);
            if (prefix.isEmpty())
                continue;
            QTest::addRow("%s %s", qPrintable(provider), qPrintable(prefix))
                << provider << prefix + u"_p" << names.filter(QRegularExpression(u'^' + prefix + u"_p\\d"));
        }
    }
}

void TestRecordings::chain_isServedToItsEnd()
{
    QFETCH(QString, provider);
    QFETCH(QString, prefix);
    QFETCH(QStringList, files);
    QVERIFY(files.size() >= 2);
    const Recordings recordings(sharedData(), {{provider, prefix}});
    const QString search = QJsonObject {{u"earth-search"_qs, u"/v1/search"_qs},
                                        {u"planetary-computer"_qs, u"/api/stac/v1/search"_qs},
                                        {u"cdse"_qs, u"/v1/search"_qs},
                                        {u"usgs-landsatlook"_qs, u"/stac-server/search"_qs}}[provider]
                               .toString();
    ScriptedServer::Asked asked;
    asked.method = "POST";
    asked.url = QUrl(u'/' + provider + search);
    asked.body = "{}";
    for (const auto &name : std::as_const(files)) {
        const auto answer = recordings.answer(asked, base);
        QCOMPARE(answer.status, 200);
        QCOMPARE(idsOf(answer.body), idsOf(recorded(provider, name)));
        QVERIFY(!answer.body.contains("https://earth-search.aws") && !answer.body.contains("//planetarycomputer.mi"));
        const QJsonObject next = nextOf(answer.body);
        if (next.isEmpty()) {
            QCOMPARE(name, files.back());
            return;
        }
        QVERIFY(next.value(u"href"_qs).toString().startsWith(base + u'/' + provider));
        asked.url = QUrl(next.value(u"href"_qs).toString());
        asked.body = QJsonDocument(next.value(u"body"_qs).toObject()).toJson();
    }
    const auto end = recordings.answer(asked, base); // what nobody recorded is empty, so that replays end
    QCOMPARE(end.status, 200);
    QCOMPARE(idsOf(end.body).size(), 0);
    QVERIFY(nextOf(end.body).isEmpty());
    asked.body = R"({"token":"never given","next":"never given"})";
    QCOMPARE(recordings.answer(asked, base).status, 404);
}

void TestRecordings::page_isFoundByItsAddress_data()
{
    QTest::addColumn<QString>("provider");
    QTest::addColumn<QString>("name");
    QTest::addColumn<QUrl>("url");
    QTest::addColumn<int>("status");
    for (const auto &provider : providers) {
        for (const auto &value : manifest(provider)) {
            const QJsonObject entry = value.toObject();
            const QUrl url(entry.value(u"url"_qs).toString());
            if (entry.value(u"method"_qs).toString() == u"GET" && !url.path().endsWith(u"/search")
                && entry.value(u"file"_qs).toString().startsWith(u"items_"))
                QTest::addRow("%s %s", qPrintable(provider), qPrintable(entry.value(u"file"_qs).toString()))
                    << provider << entry.value(u"file"_qs).toString() << url << entry.value(u"status"_qs).toInt(200);
        }
    }
}

void TestRecordings::page_isFoundByItsAddress()
{
    QFETCH(QString, provider);
    QFETCH(QString, name);
    QFETCH(QUrl, url);
    QFETCH(int, status);
    const Recordings recordings(sharedData(), {});
    ScriptedServer::Asked asked;
    asked.method = "GET";
    asked.url = QUrl(u'/' + provider + url.path() + u'?' + url.query());
    const auto answer = recordings.answer(asked, base);
    QCOMPARE(answer.status, status);
    QCOMPARE(idsOf(answer.body), idsOf(recorded(provider, name)));
}

QTEST_GUILESS_MAIN(TestRecordings)
#include "tst_recordings.moc"
