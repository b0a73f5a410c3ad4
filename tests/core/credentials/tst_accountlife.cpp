// SPDX-License-Identifier: Apache-2.0
#include "core/credentials/accountlife.h"

#include <QFileInfo>
#include <QSysInfo>
#include <QTemporaryDir>
#include <QTest>

using namespace astra;
using namespace astra::credentials;
using Kind = data::AccountNotice::Kind;

namespace {

const SignInMethod &method(const QString &service, const QString &way = {})
{
    static const ServiceKinds kinds = ServiceKinds::read({}, {});
    const ServiceKind *kind = kinds.find(service);
    if (!kind || !kind->method(way))
        qFatal("no %s", qPrintable(service));
    return *kind->method(way);
}

const QDateTime now(QDate(2026, 3, 10), QTime(12, 0), Qt::UTC);

QList<Kind> kindsOf(const QList<data::AccountNotice> &notices)
{
    QList<Kind> kinds;
    for (const auto &notice : notices) {
        if (notice.text.isEmpty())
            qFatal("a notice without words");
        kinds << notice.kind;
    }
    return kinds;
}

AccountRecord recordWith(int dailyUses, int days)
{
    AccountRecord record;
    record.id = record.service = QStringLiteral("astra-os");
    record.created = now.addDays(-20);
    record.lastUsed = now;
    for (int i = 1; i <= days; ++i)
        record.uses.insert(now.date().addDays(-i), dailyUses);
    return record;
}

} // namespace

class TestAccountLife : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void masked_asEachServiceDoes_data()
    {
        QTest::addColumn<QString>("service");
        QTest::addColumn<QString>("way");
        QTest::addColumn<QByteArray>("key");
        QTest::addColumn<QString>("shown");
        const auto row = [](const char *name, const char *service, const char *way, const QByteArray &key,
                            const QString &shown) {
            QTest::newRow(name) << QString::fromLatin1(service) << QString::fromLatin1(way) << key << shown;
        };
        row("astra live", "astra-os", "", "astra_sk_live_0123456789abcdef0123456789abcdefr678",
            u"astra_sk_live_…r678"_qs);
        row("astra test", "astra-os", "", "astra_sk_test_0123456789abcdefghij", u"astra_sk_test_…ghij"_qs);
        row("astra, older", "astra-os", "", "astra_V1StGXR8Z5jdHi6BmyTV1StGXR8Z5jdHi6Bm12", u"astra_…Bm12"_qs);
        row("astra, too short", "astra-os", "", "astra_12345678", u"astra_…"_qs);
        row("astroway", "astroway", "", "aw_live_0123456789abcdefghijABCDEFGHIJwxyz", u"aw_l…wxyz"_qs);
        row("astroway, short", "astroway", "", "aw_live_01234567", u"aw_l…"_qs);
        row("astromesh", "astromesh", "key", "ask-prod-0123456789abcdefghijkl", u"ask-prod…"_qs);
        row("unknown, twenty", "pixxel", "", "0123456789abcdefwxyz", u"…wxyz"_qs);
        row("unknown, nineteen", "pixxel", "", "0123456789abcdefwxy", u"…"_qs);
        row("none", "pixxel", "", "", QString());
    }

    void masked_asEachServiceDoes()
    {
        QFETCH(QString, service);
        QFETCH(QString, way);
        QFETCH(QByteArray, key);
        QFETCH(QString, shown);
        QCOMPARE(masked(Secret(key), method(service, way)), shown);
    }

    void masked_hidesTwelveAtLeast()
    {
        SignInMethod greedy;
        greedy.mask = {10, 10, false};
        for (int length = 1; length < 60; ++length) {
            QByteArray key;
            for (int i = 0; i < length; ++i)
                key += static_cast<char>('a' + i % 26);
            QVERIFY(masked(Secret(key), greedy).size() - 1 <= std::max(0, length - 12));
        }
    }

    void isTestKey_byItsPrefix()
    {
        QVERIFY(isTestKey(Secret("astra_sk_test_0123456789"), method(u"astra-os"_qs)));
        QVERIFY(!isTestKey(Secret("astra_sk_live_0123456789"), method(u"astra-os"_qs)));
        QVERIFY(!isTestKey(Secret("astra_0123456789"), method(u"astra-os"_qs)));
        QVERIFY(isTestKey(Secret("aw_test_0123456789"), method(u"astroway"_qs)));
        QVERIFY(!isTestKey(Secret("test"), method(u"pixxel"_qs)));
    }

    void objectionTo_whatIsNoKey_data()
    {
        QTest::addColumn<QString>("service");
        QTest::addColumn<QByteArray>("key");
        QTest::addColumn<bool>("fine");
        QTest::newRow("astra") << u"astra-os"_qs << QByteArray("astra_sk_live_0123456789") << true;
        QTest::newRow("of another service") << u"astra-os"_qs << QByteArray("aw_live_0123456789abcdef") << false;
        QTest::newRow("cut off") << u"astra-os"_qs << QByteArray("astra_sk") << false;
        QTest::newRow("with a blank") << u"pixxel"_qs << QByteArray("abc def") << false;
        QTest::newRow("line break") << u"pixxel"_qs << QByteArray("abc\r\nX: 1") << false;
        QTest::newRow("zero") << u"pixxel"_qs << QByteArray("abc\0def", 7) << false;
        QTest::newRow("no ASCII") << u"pixxel"_qs << QByteArray("schl\xc3\xbcssel") << false;
        QTest::newRow("endless") << u"pixxel"_qs << QByteArray(4097, 'x') << false;
        QTest::newRow("nothing") << u"pixxel"_qs << QByteArray() << false;
        QTest::newRow("opaque") << u"pixxel"_qs << QByteArray("anything-at-all") << true;
    }

    void objectionTo_whatIsNoKey()
    {
        QFETCH(QString, service);
        QFETCH(QByteArray, key);
        QFETCH(bool, fine);
        const QString objection = objectionTo(Secret(key), method(service), u"The Service"_qs);
        QCOMPARE(objection.isEmpty(), fine);
        if (!fine) {
            QVERIFY(objection.contains(u"The Service"));
            QVERIFY(key.size() < 12 || !objection.contains(QString::fromUtf8(key)));
        }
    }

    void notices_eachWithItsSwitch()
    {
        data::NoticeSettings on;
        QVERIFY(noticesFor(recordWith(10, 20), on, now).isEmpty());
        AccountRecord old = recordWith(10, 20);
        old.created = now.addDays(-89);
        QVERIFY(noticesFor(old, on, now).isEmpty());
        old.created = now.addDays(-90);
        QCOMPARE(kindsOf(noticesFor(old, on, now)), QList {Kind::Old});
        data::NoticeSettings off = on;
        off.old = false;
        QVERIFY(noticesFor(old, off, now).isEmpty());

        AccountRecord idle = recordWith(10, 0);
        idle.lastUsed = now.addDays(-90);
        QCOMPARE(kindsOf(noticesFor(idle, on, now)), QList {Kind::Unused});
        off = on;
        off.unused = false;
        QVERIFY(noticesFor(idle, off, now).isEmpty());
        // Never used counts from its beginning.
        idle.lastUsed = {};
        idle.created = now.addDays(-95);
        QCOMPARE(kindsOf(noticesFor(idle, on, now)), (QList {Kind::Old, Kind::Unused}));

        AccountRecord refused = recordWith(1, 1);
        refused.refused = true;
        QCOMPARE(kindsOf(noticesFor(refused, on, now)), QList {Kind::Refused});
        off = on;
        off.refused = false;
        QVERIFY(noticesFor(refused, off, now).isEmpty());
    }

    void notices_ofUnusualDays_data()
    {
        QTest::addColumn<int>("usual");
        QTest::addColumn<int>("days");
        QTest::addColumn<int>("today");
        QTest::addColumn<bool>("spike");
        QTest::newRow("ten times") << 20 << 7 << 200 << true;
        QTest::newRow("less than ten times") << 20 << 7 << 199 << false;
        QTest::newRow("few requests") << 9 << 7 << 99 << false;
        QTest::newRow("a hundred") << 10 << 7 << 100 << true;
        QTest::newRow("six days known") << 20 << 6 << 1000 << false;
        QTest::newRow("nothing known") << 0 << 0 << 1000 << false;
    }

    void notices_ofUnusualDays()
    {
        QFETCH(int, usual);
        QFETCH(int, days);
        QFETCH(int, today);
        QFETCH(bool, spike);
        AccountRecord record = recordWith(usual, days);
        record.uses.insert(now.date(), today);
        const auto notices = kindsOf(noticesFor(record, {}, now));
        QCOMPARE(notices, spike ? QList {Kind::Spike} : QList<Kind>());
        data::NoticeSettings off;
        off.spike = false;
        QVERIFY(noticesFor(record, off, now).isEmpty());
    }

    void notices_aboveTheChosenNumbers_data()
    {
        QTest::addColumn<int>("requests");
        QTest::addColumn<double>("credits");
        QTest::addColumn<int>("mostRequests"); // 0: not chosen
        QTest::addColumn<int>("mostCredits");
        QTest::addColumn<QStringList>("said");
        const QString many = u"51 requests today, more than the 50 that you chose."_qs;
        const QString dear = u"50.5 credits today, more than the 50 that you chose."_qs;
        QTest::newRow("nothing chosen") << 5100 << 5100.0 << 0 << 0 << QStringList();
        QTest::newRow("as many as chosen") << 50 << 50.0 << 50 << 50 << QStringList();
        QTest::newRow("requests over") << 51 << 50.0 << 50 << 50 << QStringList {many};
        QTest::newRow("credits over") << 50 << 50.5 << 50 << 50 << QStringList {dear};
        QTest::newRow("both over") << 51 << 50.5 << 50 << 50 << QStringList {many, dear};
        QTest::newRow("requests over, credits chosen") << 51 << 0.0 << 0 << 50 << QStringList();
        QTest::newRow("credits over, requests chosen") << 50 << 50.5 << 50 << 0 << QStringList();
        QTest::newRow("a service without credits") << 51 << 0.0 << 50 << 1 << QStringList {many};
        QTest::newRow("whole credits") << 1 << 60.0 << 0 << 50
                                       << QStringList {u"60 credits today, more than the 50 that you chose."_qs};
    }

    void notices_aboveTheChosenNumbers()
    {
        QFETCH(int, requests);
        QFETCH(double, credits);
        QFETCH(int, mostRequests);
        QFETCH(int, mostCredits);
        QFETCH(QStringList, said);
        AccountRecord record = recordWith(600, 8); // no unusual day
        record.uses.insert(now.date(), requests);
        // What was spent yesterday was yesterday's.
        record.credits.insert(now.date().addDays(-1), 1e6);
        if (credits > 0)
            record.credits.insert(now.date(), credits);
        data::NoticeSettings settings;
        if (mostRequests > 0)
            settings.dailyRequests = mostRequests;
        if (mostCredits > 0)
            settings.dailyCredits = mostCredits;
        QStringList told;
        for (const auto &notice : noticesFor(record, settings, now)) {
            QCOMPARE(notice.kind, notice.text.contains(u"credits") ? Kind::Credits : Kind::Quota);
            told << notice.text;
        }
        QCOMPARE(told, said);
    }

    void credits_areRememberedUntilTheyAreFullAgain()
    {
        AccountRecord record;
        QVERIFY(record.remembered(now) == data::Allowance());
        data::Allowance told;
        told.rateLimit = told.rateLeft = 30;
        told.rateReset = now.addSecs(60);
        told.creditsLeft = 1234.5;
        told.creditsReset = now.addDays(20);
        record.remember(told, now);
        // An answer that tells nothing changes nothing.
        record.remember({}, now.addDays(1));
        QCOMPARE(record.creditsTold.at, now);
        const auto read = AccountRecord::fromJson([&] {
            record.id = record.service = u"astroway"_qs;
            return record.toJson();
        }());
        QVERIFY(read);
        QCOMPARE(read->creditsTold.at, now);
        const auto later = read->remembered(now.addDays(19));
        QCOMPARE(later.creditsLeft, 1234.5);
        QCOMPARE(later.creditsReset, now.addDays(20));
        QVERIFY(!later.rateLeft && !later.rateReset.isValid());
        QVERIFY(read->remembered(now.addDays(20)) == data::Allowance());
        // A service that does not tell when keeps its last word.
        told.creditsReset = {};
        AccountRecord endless;
        endless.remember(told, now);
        QCOMPARE(endless.remembered(now.addDays(400)).creditsLeft, 1234.5);
    }

    void signedIn_isWhoeverNeedsNothingMore_data()
    {
        QTest::addColumn<QString>("service");
        QTest::addColumn<QString>("way");
        QTest::addColumn<bool>("secret");
        QTest::addColumn<bool>("fine");
        const auto row = [](const char *name, const char *service, const char *way, bool secret, bool fine) {
            QTest::newRow(name) << QString::fromLatin1(service) << QString::fromLatin1(way) << secret << fine;
        };
        row("a key", "astroway", "key", true, true);
        row("no key", "astroway", "key", false, false);
        row("open", "astroway", "open", false, true);
        row("never signed in", "astroway", "", false, false);
        row("an unknown way", "astroway", "magic", false, false);
        row("signed for free", "planetary-computer", "sas", false, true);
        row("a login in the browser", "cdse", "device", false, false);
        row("the same, signed in", "cdse", "device", true, true);
        row("planned only", "astromesh", "google", false, false);
    }

    void signedIn_isWhoeverNeedsNothingMore()
    {
        QFETCH(QString, service);
        QFETCH(QString, way);
        QFETCH(bool, secret);
        static const ServiceKinds kinds = ServiceKinds::read({}, {});
        data::Account account;
        account.service = service;
        account.way = way;
        account.place = secret ? data::Account::Place::Memory : data::Account::Place::None;
        QTEST(isSignedIn(account, kinds.find(service)->service), "fine");
    }

    void notices_ofAnEnd()
    {
        AccountRecord key = recordWith(1, 1);
        key.expires = now.addDays(7).addSecs(1);
        QVERIFY(noticesFor(key, {}, now).isEmpty());
        key.expires = now.addDays(7);
        QCOMPARE(kindsOf(noticesFor(key, {}, now)), QList {Kind::Expiring});
        key.expires = now.addSecs(-1);
        QCOMPARE(kindsOf(noticesFor(key, {}, now)), QList {Kind::Expiring});
        // A token of a day that cannot be renewed.
        key.created = now.addSecs(-3600);
        key.expires = now.addSecs(3601);
        QVERIFY(noticesFor(key, {}, now).isEmpty());
        key.expires = now.addSecs(3600);
        QCOMPARE(kindsOf(noticesFor(key, {}, now)), QList {Kind::Expiring});
        data::NoticeSettings off;
        off.expiring = false;
        QVERIFY(noticesFor(key, off, now).isEmpty());
    }

    void labels()
    {
        QCOMPARE(nextLabel(u"laptop"_qs, {}), u"laptop-v2"_qs);
        QCOMPARE(nextLabel(u"laptop-v2"_qs, {}), u"laptop-v3"_qs);
        QCOMPARE(nextLabel(u"laptop"_qs, {u"laptop"_qs, u"laptop-v2"_qs}), u"laptop-v3"_qs);
        QCOMPARE(nextLabel(u"field-v9"_qs, {u"field-v10"_qs}), u"field-v11"_qs);
        QCOMPARE(nextLabel(u"-v2"_qs, {}), u"-v2-v2"_qs);
        QVERIFY(!nextLabel({}, {}).isEmpty());
        const QString here = QSysInfo::machineHostName().section(u'.', 0, 0);
        QCOMPARE(suggestedLabel(u"window"_qs), (here.isEmpty() ? u"window"_qs : here).left(60));
        QVERIFY(suggestedLabel(QString(100, u'x')).size() <= 60);
    }

    void file_comesBackAsItWas()
    {
        QTemporaryDir folder;
        const QString path = folder.filePath(u"a/accounts.json"_qs);
        AccountFile::Content content;
        AccountRecord record = recordWith(7, 3);
        record.way = u"key"_qs;
        record.label = u"Feld „1“"_qs;
        record.address = QUrl(u"https://field-box:8787"_qs);
        record.inUse = false;
        record.refused = true;
        record.expires = now.addDays(30);
        record.keyId = u"k1"_qs;
        record.rotation = Rotation::Switching;
        record.formerKeyId = u"k0"_qs;
        record.formerLabel = u"Feld"_qs;
        record.formerCreated = now.addDays(-100);
        record.madeHere = true;
        record.left = Leftover::Newer;
        record.who = u"kim@example.org"_qs;
        record.values.insert(u"org"_qs, u"kim"_qs);
        record.credits.insert(now.date(), 2.5);
        content.records = {record};
        content.notices.spike = false;
        content.notices.dailyRequests = 500;
        content.notices.dailyCredits = 40;
        QVERIFY(AccountFile::write(path, content));
        QCOMPARE(QFileInfo(path).permissions() & (QFileDevice::ReadGroup | QFileDevice::ReadOther), 0);
        const auto read = AccountFile::read(path);
        QCOMPARE(read.warning, QString());
        QCOMPARE(read.records.size(), std::size_t(1));
        QVERIFY(read.records.front().toJson() == record.toJson());
        QCOMPARE(read.records.front().uses, record.uses);
        QVERIFY(read.records.front().madeHere && read.records.front().left == Leftover::Newer);
        QVERIFY(read.notices == content.notices);
        QVERIFY(AccountFile::read(folder.filePath(u"none.json"_qs)).warning.isEmpty());
    }

    void file_takesOnlyNumbersThatCanBe_data()
    {
        QTest::addColumn<QByteArray>("number");
        QTest::addColumn<int>("taken"); // 0: none
        QTest::newRow("one") << QByteArray("1") << 1;
        QTest::newRow("a thousand millions") << QByteArray("1000000000") << 1'000'000'000;
        QTest::newRow("more") << QByteArray("1000000001") << 0;
        QTest::newRow("none") << QByteArray("0") << 0;
        QTest::newRow("less than none") << QByteArray("-5") << 0;
        QTest::newRow("a part") << QByteArray("2.5") << 0;
        QTest::newRow("a text") << QByteArray("\"50\"") << 0;
        QTest::newRow("a list") << QByteArray("[50]") << 0;
    }

    void file_takesOnlyNumbersThatCanBe()
    {
        QFETCH(QByteArray, number);
        QFETCH(int, taken);
        const QTemporaryDir folder;
        const QString path = folder.filePath(u"accounts.json"_qs);
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("{\"accounts\":[],\"notices\":{\"dailyRequests\":" + number + ",\"dailyCredits\":" + number + "}}");
        file.close();
        const auto notices = AccountFile::read(path).notices;
        QCOMPARE(notices.dailyRequests.value_or(0), taken);
        QCOMPARE(notices.dailyCredits.value_or(0), taken);
    }

    void file_thatIsBroken_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<int>("records");
        QTest::newRow("cut off") << QByteArray("{\"accounts\":[{\"id\":\"a\",\"service\":\"a\"") << 0;
        QTest::newRow("no object") << QByteArray("[]") << 0;
        QTest::newRow("no list") << QByteArray("{\"accounts\":{}}") << 0;
        QTest::newRow("one of two") << QByteArray("{\"accounts\":[{\"id\":\"a\",\"service\":\"a\"},{\"id\":\"../b\"}]}")
                                    << 1;
        QTest::newRow("twice") << QByteArray(
            "{\"accounts\":[{\"id\":\"a\",\"service\":\"a\"},{\"id\":\"a\",\"service\":\"a\"}]}")
                               << 1;
        QTest::newRow("empty") << QByteArray() << 0;
    }

    void file_thatIsBroken()
    {
        QFETCH(QByteArray, text);
        QFETCH(int, records);
        QTemporaryDir folder;
        const QString path = folder.filePath(u"accounts.json"_qs);
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text);
        file.close();
        const auto content = AccountFile::read(path);
        QCOMPARE(static_cast<int>(content.records.size()), records);
        QVERIFY2(content.warning.contains(u"accounts.json"), qPrintable(content.warning));
        QFile beside(QString(path + u".broken"));
        QVERIFY(beside.open(QIODevice::ReadOnly));
        QCOMPARE(beside.readAll(), text);
    }

    void record_ofHostileMembers()
    {
        const auto json = parseJson(
            "{\"id\":\"a\",\"service\":\"a\",\"label\":{\"x\":1},\"inUse\":\"yes\",\"created\":\"never\","
            "\"uses\":{\"2026-01-01\":-5,\"tomorrow\":3,\"2026-01-02\":7,\"2026-01-03\":1e300},\"values\":{\"org\":5,"
            "\"a\":\"b\"},"
            "\"address\":\"http:\\/\\/[::\",\"rotation\":\"sideways\"}");
        const auto record = AccountRecord::fromJson(*json);
        QVERIFY(record);
        QCOMPARE(record->label, QString());
        QVERIFY(record->inUse && !record->created.isValid() && record->address.isEmpty());
        QCOMPARE(record->uses, (QMap<QDate, int> {{QDate(2026, 1, 2), 7}}));
        QCOMPARE(record->values, (QMap<QString, QString> {{u"a"_qs, u"b"_qs}}));
        QCOMPARE(record->rotation, Rotation::None);
        QVERIFY(!AccountRecord::fromJson(*parseJson("{\"id\":\"A B\",\"service\":\"a\"}")));
        QVERIFY(!AccountRecord::fromJson(Json::array()));
    }

    void count_keepsThirtyDays()
    {
        AccountRecord record;
        for (int day = 0; day < 40; ++day) {
            for (int i = 0; i <= day; ++i)
                record.count(now.addDays(day), day == 39 ? 0.5 : 0);
        }
        QCOMPARE(record.uses.size(), 30);
        QCOMPARE(record.uses.first(), 11);
        QCOMPARE(record.uses.last(), 40);
        QCOMPARE(record.credits.value(now.date().addDays(39)), 20.0);
        QCOMPARE(record.lastUsed, now.addDays(39));
    }
};

QTEST_GUILESS_MAIN(TestAccountLife)
#include "tst_accountlife.moc"
