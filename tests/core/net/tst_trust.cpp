// SPDX-License-Identifier: Apache-2.0
// The folder of authorities that the person trusts: what is taken into it, and what is not.
#include "core/net/trust.h"
#include "tests/support/certificate.h"

#include <QDir>
#include <QFile>
#include <QSslCertificate>
#include <QTemporaryDir>
#include <QtTest>

using namespace astra;
using namespace astra::net;

namespace {

const QByteArray valid = test::certificate();
// Made for this test and good for nothing else: one that ended in 2001, and the key of neither.
const QByteArray ended = "-----BEGIN CERTIFICATE-----\n"
                         "MIIBFDCBugIBATAKBggqhkjOPQQDAjAWMRQwEgYDVQQDDAtBc3RyYSBlbmRlZDAe\n"
                         "Fw0wMDAxMDEwMDAwMDBaFw0wMTAxMDEwMDAwMDBaMBYxFDASBgNVBAMMC0FzdHJh\n"
                         "IGVuZGVkMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE+1Rum6eAeorKfI+dIpJb\n"
                         "+Ym9M1h7vLaLaWdnFT/hL27I/jibjTjC+y2cra/hkDSieg0Bvh+DHZoti3ByN4Fo\n"
                         "dDAKBggqhkjOPQQDAgNJADBGAiEA/N3YiG5zggylWPOkiMgub9WkaQYxEppZMwGY\n"
                         "EYLbXvICIQDwatefi7IA0+ILIvkShtmI+SzhpWA6JgGQJYXYuJ8kNg==\n"
                         "-----END CERTIFICATE-----\n";
const QByteArray key = "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEINone\n-----END EC PRIVATE KEY-----\n";

} // namespace

class TestTrust : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void add_writesCertificatesAndNothingElse();
    void add_takesDer();
    void add_neverReplaces();
    void add_namesAreSafe_data();
    void add_namesAreSafe();
    void add_refuses_data();
    void add_refuses();
    void add_isBounded();
    void add_saysWhereItCannotWrite();
    void list_tellsWhatIsRead();
    void remove_takesBareNamesOnly();

private:
    [[nodiscard]] QString given(const QString &name, const QByteArray &content) const
    {
        QFile file(m_dir->filePath(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
            qFatal("cannot write the test's own file");
        return file.fileName();
    }
    [[nodiscard]] QString folder() const { return m_dir->filePath(QStringLiteral("config/ca")); }
    [[nodiscard]] QStringList files() const { return QDir(folder()).entryList(QDir::Files | QDir::Hidden, QDir::Name); }
    [[nodiscard]] QByteArray content(const QString &name) const
    {
        QFile file(QDir(folder()).filePath(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

    std::unique_ptr<QTemporaryDir> m_dir;
};

void TestTrust::init() { m_dir = std::make_unique<QTemporaryDir>(); }

void TestTrust::add_writesCertificatesAndNothingElse()
{
    const auto added = addAuthority(given(QStringLiteral("corp.pem"), "Notes of ours\n" + valid + "and more\n" + ended),
                                    folder());
    QVERIFY2(added, added ? "" : qPrintable(added.error().message));
    QCOMPARE(added->file, QStringLiteral("corp.pem"));
    QCOMPARE(added->names, QStringList({QStringLiteral("Astra test"), QStringLiteral("Astra ended")}));
    QCOMPARE(added->expires, QDateTime(QDate(2001, 1, 1), QTime(0, 0), Qt::UTC)); // the first to end
    QCOMPARE(files(), QStringList {QStringLiteral("corp.pem")});
    QCOMPARE(content(QStringLiteral("corp.pem")), valid + ended);
    const auto others = QFile::ReadGroup | QFile::WriteGroup | QFile::WriteOther | QFile::ExeOther;
    QVERIFY(!(QFile::permissions(QDir(folder()).filePath(added->file)) & others));
    QCOMPARE(certificatesIn(folder()).size(), 2);
}

void TestTrust::add_takesDer()
{
    const QByteArray der = QSslCertificate(valid).toDer();
    const auto added = addAuthority(given(QStringLiteral("corp root.crt"), der), folder());
    QVERIFY2(added, added ? "" : qPrintable(added.error().message));
    QCOMPARE(added->file, QStringLiteral("corp-root.pem"));
    QCOMPARE(content(added->file), valid);
}

void TestTrust::add_neverReplaces()
{
    QVERIFY(QDir().mkpath(folder()));
    QFile own(QDir(folder()).filePath(QStringLiteral("corp.pem")));
    QVERIFY(own.open(QIODevice::WriteOnly) && own.write("mine") == 4);
    own.close();
    const QString file = given(QStringLiteral("corp.pem"), valid);
    QCOMPARE(addAuthority(file, folder())->file, QStringLiteral("corp-2.pem"));
    QCOMPARE(addAuthority(file, folder())->file, QStringLiteral("corp-3.pem"));
    QCOMPARE(content(QStringLiteral("corp.pem")), QByteArray("mine"));
    QCOMPARE(files().size(), 3);
}

void TestTrust::add_namesAreSafe_data()
{
    QTest::addColumn<QString>("given");
    QTest::addColumn<QString>("kept");
    QTest::newRow("hidden") << QStringLiteral(".pem") << QStringLiteral("authority.pem");
    QTest::newRow("dots") << QStringLiteral("...a..b.pem") << QStringLiteral("a-b.pem");
    QTest::newRow("other letters") << QStringLiteral("Müller & Söhne.cer") << QStringLiteral("M-ller-S-hne.pem");
    QTest::newRow("nothing left") << QStringLiteral("日本.pem") << QStringLiteral("authority.pem");
    QTest::newRow("long") << QString(QString(200, u'a') + u".pem") << QString(QString(64, u'a') + u".pem");
    QTest::newRow("line break") << QStringLiteral("a\nb.pem") << QStringLiteral("a-b.pem");
}

void TestTrust::add_namesAreSafe()
{
    QFETCH(const QString, given);
    QFETCH(const QString, kept);
    const auto added = addAuthority(this->given(given, valid), folder());
    QVERIFY2(added, added ? "" : qPrintable(added.error().message));
    QCOMPARE(added->file, kept);
    QCOMPARE(files(), QStringList {kept});
}

void TestTrust::add_refuses_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QString>("says");
    QTest::newRow("empty") << QByteArray("") << QStringLiteral("no certificate");
    QTest::newRow("something else") << QByteArray("hello") << QStringLiteral("no certificate");
    QTest::newRow("half of one") << valid.left(200) << QStringLiteral("no certificate");
    QTest::newRow("ended") << ended << QStringLiteral("has ended");
    QTest::newRow("key beside it") << QByteArray(valid + key) << QStringLiteral("private key");
    QTest::newRow("key alone") << key << QStringLiteral("private key");
    QTest::newRow("large") << QByteArray(valid + QByteArray(1 << 20, '\n')) << QStringLiteral("larger than 1 MB");
}

void TestTrust::add_refuses()
{
    QFETCH(const QByteArray, content);
    QFETCH(const QString, says);
    const auto added = addAuthority(given(QStringLiteral("corp.pem"), content), folder());
    QVERIFY(!added);
    QCOMPARE(added.error().code, ErrorCode::InvalidInput);
    QVERIFY2(added.error().message.contains(says), qPrintable(added.error().message));
    QVERIFY(added.error().message.contains(QStringLiteral("corp.pem")));
    QVERIFY(files().isEmpty());
}

void TestTrust::add_isBounded()
{
    const QString file = given(QStringLiteral("corp.pem"), valid);
    for (int i = 0; i < 64; ++i)
        QVERIFY(addAuthority(file, folder()));
    const auto more = addAuthority(file, folder());
    QVERIFY(!more);
    QVERIFY2(more.error().message.contains(QStringLiteral("64")), qPrintable(more.error().message));
    QCOMPARE(files().size(), 64);
    QCOMPARE(authoritiesIn(folder()).size(), std::size_t(64));
}

void TestTrust::add_saysWhereItCannotWrite()
{
    const QString file = given(QStringLiteral("corp.pem"), valid);
    // A file stands where the folder should be; no folder at all; no file; a device.
    QCOMPARE(addAuthority(file, file).error().code, ErrorCode::Storage);
    QCOMPARE(addAuthority(file, {}).error().code, ErrorCode::Storage);
    QCOMPARE(addAuthority(m_dir->filePath(QStringLiteral("absent.pem")), folder()).error().code, ErrorCode::NotFound);
    QCOMPARE(addAuthority(QStringLiteral("/dev/zero"), folder()).error().code, ErrorCode::NotFound);
    QVERIFY(files().isEmpty());
}

void TestTrust::list_tellsWhatIsRead()
{
    QVERIFY(authoritiesIn(folder()).empty());
    QVERIFY(authoritiesIn({}).empty());
    QVERIFY(addAuthority(given(QStringLiteral("b.pem"), valid), folder()));
    const auto write = [this](const QString &name, const QByteArray &bytes) {
        QFile file(QDir(folder()).filePath(name));
        return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size();
    };
    QVERIFY(write(QStringLiteral("a.pem"), "nothing in it"));
    QVERIFY(write(QStringLiteral("c.crt"), valid)); // not read, so not told
    QVERIFY(write(QStringLiteral("d.pem"), QByteArray(2 << 20, 'a')));
    const auto all = authoritiesIn(folder());
    QCOMPARE(all.size(), std::size_t(3));
    // What gives no certificate is there to be removed.
    QCOMPARE(all[0], (data::Authority {QStringLiteral("a.pem"), {}, {}}));
    QCOMPARE(all[1].names, QStringList {QStringLiteral("Astra test")});
    QCOMPARE(all[1].expires, QDateTime(QDate(2120, 1, 1), QTime(0, 0), Qt::UTC));
    QVERIFY(all[2].names.isEmpty());
}

void TestTrust::remove_takesBareNamesOnly()
{
    const QString outside = given(QStringLiteral("corp.pem"), valid);
    QVERIFY(addAuthority(outside, folder()));
    QFile other(QDir(folder()).filePath(QStringLiteral("notes.txt")));
    QVERIFY(other.open(QIODevice::WriteOnly));
    other.close();
    for (const QString &name : {QString(), QStringLiteral("."), QStringLiteral(".."), QStringLiteral("../corp.pem"),
                                QStringLiteral("../../corp.pem"), QStringLiteral("./corp.pem"), outside,
                                QStringLiteral("notes.txt"), QStringLiteral("absent.pem"), QStringLiteral("*.pem")}) {
        const auto removed = removeAuthority(name, folder());
        QVERIFY2(!removed, qPrintable(name));
        QCOMPARE(removed.error().code, ErrorCode::NotFound);
    }
    QVERIFY(QFile::exists(outside));
    QVERIFY(removeAuthority(QStringLiteral("corp.pem"), folder()));
    QCOMPARE(files(), QStringList {QStringLiteral("notes.txt")});
    QVERIFY(!removeAuthority(QStringLiteral("corp.pem"), folder()));
    QVERIFY(!removeAuthority(QStringLiteral("corp.pem"), {}));
}

QTEST_GUILESS_MAIN(TestTrust)
#include "tst_trust.moc"
