// SPDX-License-Identifier: Apache-2.0
#include "core/sandbox/sandbox.h"
#include "tests/core/sandbox/answers.h"

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QtTest>

using namespace astra;
using test::Answer;

/// Each fault is asked for by its name and met over real HTTP.
class TestFaults : public QObject
{
    Q_OBJECT

private:
    /// Another sandbox, with faults as the command line names them.
    void start(const QStringList &faults, int slowMs = 0);
    Answer get(const QString &path) { return test::ask(m_net, "GET", QNetworkRequest(QUrl(m_base + path))); }
    Answer search(const Json &body, const QString &path = QStringLiteral("/coast/search"))
    {
        return test::ask(m_net, "POST", QNetworkRequest(QUrl(m_base + path)), toText(body));
    }
    Answer follow(const Json &link)
    {
        return test::ask(m_net, "POST", QNetworkRequest(QUrl(stringAt(link, "href"))), toText(member(link, "body")));
    }
    static QStringList idsOf(const Json &page);

    QTemporaryDir m_dir;
    QNetworkAccessManager m_net;
    std::unique_ptr<sandbox::Sandbox> m_sandbox;
    QString m_base;

private Q_SLOTS:
    void names_areUnderstood();
    void names_areRefused_data();
    void names_areRefused();
    void everyKind_isNamedOnce();
    void refusals_data();
    void refusals();
    void slow_answersLate();
    void hang_neverAnswers();
    void tooBig_failsOnlyThen();
    void busy_saysWhenToComeAgain();
    void empty_isASuccess();
    void truncated_isNoJson();
    void reset_isNoAnswer();
    void gzip_comesUnasked();
    void types_areMixed();
    void cloud_isATextOrAbsent();
    void filter_isIgnored();
    void loop_leadsToItself();
    void repeat_sendsEachPageTwice();
    void next_isMissingOrElsewhere();
    void partial_namesTheSource();
    void signature_isOverEveryOtherTime();
    void pixels_areDead();
    void others_areSound();
};

QStringList TestFaults::idsOf(const Json &page)
{
    QStringList ids;
    for (const Json &item : member(page, "features"))
        ids << stringAt(item, "id");
    return ids;
}

void TestFaults::start(const QStringList &faults, int slowMs)
{
    sandbox::SandboxConfig config;
    config.cacheDir = m_dir.path();
    config.size = 96;
    config.slowMs = slowMs;
    for (const QString &text : faults) {
        const auto fault = sandbox::Fault::parse(text);
        QVERIFY2(fault.has_value(), fault ? "" : qPrintable(fault.error().message));
        config.faults.push_back(*fault);
    }
    auto started = sandbox::Sandbox::start(config);
    QVERIFY2(started.has_value(), started ? "" : qPrintable(started.error().message));
    m_sandbox = std::move(*started);
    m_base = m_sandbox->url().toString(QUrl::StripTrailingSlash);
}

void TestFaults::names_areUnderstood()
{
    for (const char *text : {"coast=slow", "sandbox-coast=slow"}) {
        const auto fault = sandbox::Fault::parse(QString::fromLatin1(text));
        QVERIFY(fault.has_value());
        QCOMPARE(fault->catalogue, QStringLiteral("sandbox-coast"));
        QCOMPARE(fault->kind, sandbox::FaultKind::Slow);
    }
}

void TestFaults::names_areRefused_data()
{
    QTest::addColumn<QString>("text");
    for (const char *text : {"", "slow", "=slow", "coast=", "coast=lazy", "nobody=slow", "astra=loop",
                             "coast=expired-signature", "coast=partial"})
        QTest::newRow(text) << QString::fromLatin1(text);
}

void TestFaults::names_areRefused()
{
    QFETCH(QString, text);
    const auto fault = sandbox::Fault::parse(text);
    QVERIFY(!fault.has_value());
    QCOMPARE(fault.error().code, ErrorCode::InvalidInput);
}

void TestFaults::everyKind_isNamedOnce()
{
    QStringList names;
    for (const auto &info : sandbox::faultKinds()) {
        QCOMPARE(static_cast<std::size_t>(info.kind), static_cast<std::size_t>(names.size())); // the table is in order
        names << QString::fromLatin1(info.name);
        QVERIFY(qstrlen(info.text) > 0);
    }
    QCOMPARE(QSet<QString>(names.begin(), names.end()).size(), names.size());
}

void TestFaults::refusals_data()
{
    QTest::addColumn<QString>("kind");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("type");
    QTest::newRow("500") << u"500"_qs << 500 << QByteArray("application/json");
    QTest::newRow("503") << u"503"_qs << 503 << QByteArray("text/plain; charset=utf-8");
    QTest::newRow("html") << u"html"_qs << 200 << QByteArray("text/html; charset=utf-8");
}

void TestFaults::refusals()
{
    QFETCH(QString, kind);
    QFETCH(int, status);
    QFETCH(QByteArray, type);
    start({u"coast=" + kind, u"astra=" + kind});
    for (const QString &path : {u"/coast/search"_qs, u"/coast/collections"_qs, u"/coast"_qs, u"/api/v1/search"_qs}) {
        const Answer answer = get(path);
        QCOMPARE(answer.status, status);
        QCOMPARE(answer.type, type);
        QVERIFY(answer.json.is_null() || status == 500);
    }
}

void TestFaults::slow_answersLate()
{
    start({u"coast=slow"_qs}, 150); // the archive's delay, half of the fault's
    QElapsedTimer timer;
    timer.start();
    QCOMPARE(get(u"/signed/collections"_qs).status, 200);
    QVERIFY(timer.restart() < 300);
    QCOMPARE(get(u"/coast/collections"_qs).status, 200);
    QVERIFY(timer.elapsed() >= 300);
}

void TestFaults::hang_neverAnswers()
{
    start({u"coast=hang"_qs});
    const Answer answer = test::ask(m_net, "GET", QNetworkRequest(QUrl(m_base + u"/coast/search")), {}, 300);
    QCOMPARE(answer.error, QNetworkReply::OperationCanceledError);
    QCOMPARE(answer.status, 0);
    QCOMPARE(get(u"/signed/collections"_qs).status, 200);
}

void TestFaults::tooBig_failsOnlyThen()
{
    start({u"coast=502-big"_qs});
    QCOMPARE(search({{"limit", 11}}).status, 502);
    const Answer page = search({{"limit", 10}});
    QCOMPARE(page.status, 200);
    QCOMPARE(page.json["features"].size(), 10U);
}

void TestFaults::busy_saysWhenToComeAgain()
{
    start({u"coast=429"_qs, u"signed=429-date"_qs});
    const Answer refused = search({{"limit", 1}});
    QCOMPARE(refused.status, 429);
    QCOMPARE(refused.retryAfter, QByteArray("2"));
    QCOMPARE(search({{"limit", 1}}).status, 200);
    QCOMPARE(search({{"limit", 1}}).status, 429);
    const QDateTime before = QDateTime::currentDateTimeUtc();
    const Answer dated = get(u"/signed/collections"_qs);
    QCOMPARE(dated.status, 429);
    const auto until = QLocale::c().toDateTime(QString::fromLatin1(dated.retryAfter),
                                               u"ddd, dd MMM yyyy hh:mm:ss 'GMT'"_qs);
    QVERIFY2(until.isValid(), dated.retryAfter.constData());
    const auto wait = before.secsTo(QDateTime(until.date(), until.time(), Qt::UTC));
    QVERIFY(wait >= 2 && wait <= 60);
    QCOMPARE(get(u"/signed/collections"_qs).status, 200);
}

void TestFaults::empty_isASuccess()
{
    start({u"coast=empty"_qs});
    const Answer answer = search({{"limit", 1}});
    QCOMPARE(answer.status, 200);
    QVERIFY(answer.body.isEmpty());
}

void TestFaults::truncated_isNoJson()
{
    start({u"coast=truncated"_qs});
    const Answer answer = search({{"limit", 2}});
    QCOMPARE(answer.status, 200);
    QCOMPARE(answer.error, QNetworkReply::NoError); // as long as it says it is
    QVERIFY(answer.body.startsWith('{') && answer.json.is_null());
}

void TestFaults::reset_isNoAnswer()
{
    start({u"coast=reset"_qs});
    const Answer answer = search({{"limit", 2}});
    QCOMPARE(answer.status, 0);
    QCOMPARE(answer.error, QNetworkReply::RemoteHostClosedError);
}

void TestFaults::gzip_comesUnasked()
{
    start({u"coast=gzip"_qs});
    QNetworkRequest plain(QUrl(m_base + u"/coast/collections"));
    plain.setRawHeader("Accept-Encoding", "identity");
    const Answer raw = test::ask(m_net, "GET", plain);
    QCOMPARE(raw.encoding, QByteArray("gzip"));
    QVERIFY(raw.body.startsWith("\x1F\x8B") && raw.json.is_null());
    const Answer unpacked = get(u"/coast/collections"_qs); // by Qt's own reader of gzip, which checks the sums
    QCOMPARE(unpacked.error, QNetworkReply::NoError);
    QCOMPARE(unpacked.json["collections"].size(), 2U);
}

void TestFaults::types_areMixed()
{
    start({u"coast=wrong-types"_qs});
    const Answer answer = search({{"limit", 4}});
    const Json &items = answer.json["features"];
    QCOMPARE(items.size(), 4U);
    QVERIFY(items[0]["id"].is_string() && items[0]["properties"]["eo:cloud_cover"].is_number());
    QCOMPARE(items[1]["properties"]["instruments"], Json("\U0001235F\u203B"));
    QVERIFY(items[2]["id"].is_number());
    QVERIFY(items[3]["geometry"].is_string() && items[3]["properties"]["datetime"].is_array());
    QVERIFY(answer.json["numberMatched"].is_string());
}

void TestFaults::cloud_isATextOrAbsent()
{
    start({u"coast=cloud-string"_qs, u"signed=no-cloud"_qs});
    const Answer text = search({{"limit", 1}});
    const Json &cover = text.json["features"][0]["properties"]["eo:cloud_cover"];
    QVERIFY(cover.is_string());
    bool ok = false;
    (void)QString::fromStdString(cover.get<std::string>()).toDouble(&ok);
    QVERIFY(ok);
    const Json collections {"sentinel-2-l2a"};
    const Answer absent = search({{"collections", collections}}, u"/signed/search"_qs);
    QVERIFY(!absent.json["features"].empty());
    for (const Json &item : absent.json["features"])
        QVERIFY(!item["properties"].contains("eo:cloud_cover"));
    const Answer filtered = search({{"collections", collections}, {"query", {{"eo:cloud_cover", {{"lt", 100}}}}}},
                                   u"/signed/search"_qs);
    QCOMPARE(filtered.json["features"].size(), 0U); // what states none does not pass
}

void TestFaults::filter_isIgnored()
{
    const Json cloudless {{"query", {{"eo:cloud_cover", {{"lt", 0.001}}}}}, {"limit", 100}};
    start({});
    const auto honest = search(cloudless).json["features"].size();
    const auto all = search({{"limit", 100}}).json["features"].size();
    QVERIFY(honest < all);
    start({u"coast=ignore-filter"_qs});
    const Answer answer = search(cloudless);
    QCOMPARE(answer.json["features"].size(), all);
    const Answer page = search({{"query", cloudless["query"]}, {"limit", 2}});
    QVERIFY(!test::nextOf(page.json)["body"].contains("query")); // as seen: the next page's body has lost it, too
}

void TestFaults::loop_leadsToItself()
{
    start({u"coast=loop"_qs});
    const Json asked {{"limit", 2}, {"collections", {"sentinel-2-l2a"}}};
    const Answer first = search(asked);
    const Json link = test::nextOf(first.json);
    QCOMPARE(member(link, "body"), asked);
    QCOMPARE(stringAt(link, "href"), QString(m_base + u"/coast/search"));
    QCOMPARE(idsOf(follow(link).json), idsOf(first.json));
    QCOMPARE(idsOf(first.json).size(), 2);
}

void TestFaults::repeat_sendsEachPageTwice()
{
    const Json asked {{"limit", 5}, {"collections", {"sentinel-2-l2a", "landsat-c2-l2"}}};
    for (const QString &name : {u"coast"_qs, u"signed"_qs}) {
        start({});
        QStringList once;
        Answer page = search(asked, u'/' + name + u"/search");
        for (once << idsOf(page.json); !test::nextOf(page.json).is_null(); once << idsOf(page.json))
            page = follow(test::nextOf(page.json));
        start({name + u"=repeat"});
        QStringList seen;
        int pages = 1;
        page = search(asked, u'/' + name + u"/search");
        for (seen << idsOf(page.json); !test::nextOf(page.json).is_null() && pages < 20; seen << idsOf(page.json)) {
            page = follow(test::nextOf(page.json));
            ++pages;
        }
        QVERIFY(pages < 20);
        QCOMPARE(seen.size(), 2 * once.size());
        QCOMPARE(seen.mid(0, 5), seen.mid(5, 5));
        QCOMPARE(QSet<QString>(seen.begin(), seen.end()), QSet<QString>(once.begin(), once.end()));
    }
}

void TestFaults::next_isMissingOrElsewhere()
{
    const Json asked {{"limit", 2}, {"collections", {"sentinel-2-l2a"}}};
    start({u"coast=no-next"_qs, u"signed=downgrade"_qs});
    const Answer cut = search(asked);
    QCOMPARE(cut.json["features"].size(), 2U);
    QVERIFY(test::nextOf(cut.json).is_null());
    QVERIFY(cut.json["context"]["matched"] > Json(2));
    const Json link = test::nextOf(search(asked, u"/signed/search"_qs).json);
    QCOMPARE(stringAt(link, "href"), u"http://catalogue.invalid/search"_qs);
}

void TestFaults::partial_namesTheSource()
{
    start({u"astra=partial"_qs});
    QNetworkRequest request(QUrl(m_base + u"/api/v1/search?bbox=-180,-90,180,90&datetime=2025-01-01/2025-12-31"));
    request.setRawHeader("Authorization", "Bearer " + m_sandbox->key().reveal());
    const Answer answer = test::ask(m_net, "GET", request);
    QCOMPARE(answer.status, 200);
    QVERIFY(!answer.json["features"].empty());
    QCOMPARE(stringAt(answer.json["warnings"][0], "code"), u"PROVIDER_TIMEOUT"_qs);
    QVERIFY(!stringAt(answer.json["warnings"][0], "provider").isEmpty());
}

void TestFaults::signature_isOverEveryOtherTime()
{
    start({u"signed=expired-signature"_qs});
    const Answer page = search({{"collections", {"sentinel-2-l2a"}}, {"limit", 1}}, u"/signed/search"_qs);
    const QString href = stringAt(page.json["features"][0]["assets"]["B04"], "href");
    const auto read = [&] {
        const Answer token = get(u"/sas/sandbox/sentinel2-l2"_qs);
        const auto expiry = QDateTime::fromString(stringAt(token.json, "msft:expiry"), Qt::ISODate);
        if (QDateTime::currentDateTimeUtc().secsTo(expiry) < 60) // it is said to be good
            return 0;
        return test::ask(m_net, "GET", QNetworkRequest(QUrl(href + u'?' + stringAt(token.json, "token")))).status;
    };
    QCOMPARE(read(), 403);
    QCOMPARE(read(), 200);
    QCOMPARE(read(), 403);
}

void TestFaults::pixels_areDead()
{
    start({u"coast=dead-pixels"_qs});
    const Answer page = search({{"collections", {"sentinel-2-l2a"}}, {"datetime", "2025-09-24"}});
    QCOMPARE(page.json["features"].size(), 1U);
    const QString href = stringAt(page.json["features"][0]["assets"]["red"], "href");
    QCOMPARE(test::ask(m_net, "GET", QNetworkRequest(QUrl(href))).status, 500);
    const QString other = QString(href).replace(u"/coast/data/"_qs, u"/archive/data/"_qs);
    QCOMPARE(test::ask(m_net, "GET", QNetworkRequest(QUrl(other))).status, 200);
}

void TestFaults::others_areSound()
{
    start({u"coast=503"_qs, u"coast=slow"_qs});
    for (const char *name : {"signed", "archive", "space", "survey"})
        QCOMPARE(get(u'/' + QString::fromLatin1(name) + u"/collections").status, 200);
    QCOMPARE(get(u"/providers.json"_qs).status, 200);
}

QTEST_GUILESS_MAIN(TestFaults)
#include "tst_faults.moc"
