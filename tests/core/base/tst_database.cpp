// SPDX-License-Identifier: Apache-2.0
#include "core/base/database.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <sqlite3.h>
#include <sys/stat.h>

#include <limits>
#include <thread>

using namespace astra;

namespace {

const QByteArray firstStep = "CREATE TABLE thing(id INTEGER PRIMARY KEY, name TEXT NOT NULL)";
const QByteArray secondStep = "ALTER TABLE thing ADD COLUMN size REAL; CREATE INDEX by_name ON thing(name)";

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

bool write(const QString &path, const QByteArray &content)
{
    QFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(content) == content.size();
}

qint64 numberOf(Database &database, const QByteArray &sql)
{
    const auto rows = database.ask(sql);
    return rows && !rows->empty() ? std::get<qint64>(rows->front().front()) : -1;
}

/// Without any code of ours.
bool runRaw(const QString &path, const QByteArray &sql)
{
    sqlite3 *raw = nullptr;
    const bool done = sqlite3_open(path.toUtf8().constData(), &raw) == SQLITE_OK
        && sqlite3_exec(raw, sql.constData(), nullptr, nullptr, nullptr) == SQLITE_OK;
    sqlite3_close(raw);
    return done;
}

} // namespace

class TestDatabase : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void values_comeBack_data();
    void values_comeBack();
    void steps_runOnceEach();
    void step_thatFailsLeavesNothing();
    void newerFile_isRefusedUntouched();
    void ofAnotherProgram_isRefusedUntouched_data();
    void ofAnotherProgram_isRefusedUntouched();
    void version_thatCannotBe_isSetAside();
    void log_goesWithTheDamagedFile();
    void whatStandsInTheFile_runsNothing();
    void constraint_isWrongInput();
    void absurdlyLargeValue_isWrongInput();
    void damagedFile_isSetAside_data();
    void damagedFile_isSetAside();
    void unusablePlaces_areErrors();
    void together_rollsBack();
    void change_countsRows();
    void twoConnections_seeEachOther();
    void busy_waitsForTheOther();
    void beginnersAtOnce_allOpen();
    void wrongUse_isAnError();
    void file_isForItsPersonOnly();

private:
    [[nodiscard]] QString path() const { return m_folder->filePath(QStringLiteral("a.sqlite")); }
    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestDatabase::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    QVERIFY(m_folder->isValid());
}

void TestDatabase::values_comeBack_data()
{
    QTest::addColumn<int>("which");
    for (int i = 0; i < 9; ++i)
        QTest::addRow("%d", i) << i;
}

void TestDatabase::values_comeBack()
{
    QFETCH(int, which);
    const std::vector<Database::Value> values {
        std::monostate(),
        std::numeric_limits<qint64>::min(),
        std::numeric_limits<qint64>::max(),
        0.1,
        -std::numeric_limits<double>::infinity(),
        QString(),
        QStringLiteral("Überflug 🛰 '; DROP TABLE thing; --"),
        QByteArray("\0\xff\x00z", 4),
        QByteArray(),
    };
    const auto database = Database::open(path(), {"CREATE TABLE v(x)"});
    QVERIFY2(database, qPrintable(database ? QString() : database.error().message));
    const auto &value = values[static_cast<std::size_t>(which)];
    QCOMPARE((*database)->change("INSERT INTO v VALUES(?)", {value}).value(), 1);
    const auto rows = (*database)->ask("SELECT x FROM v");
    QVERIFY(rows);
    QCOMPARE(rows->size(), std::size_t(1));
    QVERIFY(rows->front().front() == value);
}

void TestDatabase::steps_runOnceEach()
{
    {
        const auto database = Database::open(path(), {firstStep});
        QVERIFY(database);
        QCOMPARE((*database)->change("INSERT INTO thing(name) VALUES('kept')").value(), 1);
        QCOMPARE(numberOf(**database, "PRAGMA user_version"), 1);
        QCOMPARE(numberOf(**database, "PRAGMA foreign_keys"), 1);
    }
    for (int i = 0; i < 2; ++i) {
        const auto database = Database::open(path(), {firstStep, secondStep});
        QVERIFY2(database, qPrintable(database ? QString() : database.error().message));
        QCOMPARE(numberOf(**database, "PRAGMA user_version"), 2);
        QCOMPARE(numberOf(**database, "SELECT count(*) FROM thing WHERE name='kept' AND size IS NULL"), 1);
    }
}

void TestDatabase::step_thatFailsLeavesNothing()
{
    const auto failed = Database::open(path(), {firstStep, "CREATE TABLE half(x); CREATE TABLE thing(again)"});
    QVERIFY(!failed);
    QCOMPARE(failed.error().code, ErrorCode::Storage);
    const auto database = Database::open(path(), {firstStep});
    QVERIFY(database);
    QCOMPARE(numberOf(**database, "PRAGMA user_version"), 1);
    QCOMPARE(numberOf(**database, "SELECT count(*) FROM sqlite_master WHERE name='half'"), 0);
}

void TestDatabase::newerFile_isRefusedUntouched()
{
    QVERIFY(Database::open(path(), {firstStep, secondStep}));
    const QByteArray before = contentOf(path());
    const auto older = Database::open(path(), {firstStep});
    QVERIFY(!older);
    QCOMPARE(older.error().code, ErrorCode::Unsupported);
    QVERIFY(older.error().message.contains(path()));
    QCOMPARE(contentOf(path()), before);
    QVERIFY(!QFile::exists(path() + QStringLiteral(".damaged")));
}

void TestDatabase::ofAnotherProgram_isRefusedUntouched_data()
{
    QTest::addColumn<QByteArray>("made");
    QTest::newRow("no mark of ours") << QByteArray("CREATE TABLE places(url TEXT)");
    QTest::newRow("our version, no mark") << QByteArray("CREATE TABLE places(url TEXT); PRAGMA user_version=1");
    QTest::newRow("a mark of its own") << QByteArray("PRAGMA application_id=252006674; CREATE TABLE places(url TEXT)");
    QTest::newRow("a mark and no table yet") << QByteArray("PRAGMA application_id=252006674");
    QTest::newRow("a negative version") << QByteArray("CREATE TABLE places(url TEXT); PRAGMA user_version=-3");
}

void TestDatabase::ofAnotherProgram_isRefusedUntouched()
{
    QFETCH(QByteArray, made);
    QVERIFY(runRaw(path(), made));
    const QByteArray before = contentOf(path());
    const auto database = Database::open(path(), {firstStep});
    QVERIFY(!database);
    QCOMPARE(database.error().code, ErrorCode::Unsupported);
    QVERIFY2(database.error().message.contains(path()), qPrintable(database.error().message));
    QCOMPARE(contentOf(path()), before); // which also says that it was not put into another mode
    QCOMPARE(QDir(m_folder->path()).entryList(QDir::Files | QDir::Hidden), QStringList(QStringLiteral("a.sqlite")));
}

void TestDatabase::version_thatCannotBe_isSetAside()
{
    QVERIFY(Database::open(path(), {firstStep}));
    QVERIFY(runRaw(path(), "PRAGMA user_version=-3"));
    QString note;
    const auto database = Database::open(path(), {firstStep}, &note);
    QVERIFY2(database, qPrintable(database ? QString() : database.error().message));
    QVERIFY(note.contains(QStringLiteral("a.sqlite.damaged")));
    QCOMPARE(numberOf(**database, "PRAGMA user_version"), 1);
}

void TestDatabase::log_goesWithTheDamagedFile()
{
    QVERIFY(write(path(), QByteArray("not a database at all\n").repeated(400)));
    QVERIFY(write(path() + QStringLiteral("-wal"), "what was written last"));
    QVERIFY(write(path() + QStringLiteral(".damaged-wal"), "of an earlier one"));
    const auto database = Database::open(path(), {firstStep});
    QVERIFY2(database, qPrintable(database ? QString() : database.error().message));
    QCOMPARE(contentOf(path() + QStringLiteral(".damaged-wal")), QByteArray("what was written last"));
    QVERIFY((*database)->change("INSERT INTO thing(name) VALUES('x')"));
}

void TestDatabase::whatStandsInTheFile_runsNothing()
{
    QVERIFY(Database::open(path(), {firstStep}));
    QVERIFY(runRaw(path(),
                   "CREATE TRIGGER evil AFTER INSERT ON thing BEGIN DELETE FROM thing; END;"
                   "CREATE VIEW seen AS SELECT name FROM thing"));
    const auto database = Database::open(path(), {firstStep});
    QVERIFY(database);
    QCOMPARE((*database)->change("INSERT INTO thing(name) VALUES('x')").value(), 1);
    QCOMPARE(numberOf(**database, "SELECT count(*) FROM thing"), 1);
    QVERIFY(!(*database)->ask("SELECT * FROM seen"));
}

void TestDatabase::constraint_isWrongInput()
{
    const auto database = Database::open(path(), {firstStep});
    QVERIFY(database);
    QVERIFY((*database)->change("INSERT INTO thing(id, name) VALUES(1, 'x')"));
    QCOMPARE((*database)->change("INSERT INTO thing(id, name) VALUES(1, 'y')").error().code, ErrorCode::InvalidInput);
    QCOMPARE((*database)->change("INSERT INTO thing(name) VALUES(NULL)").error().code, ErrorCode::InvalidInput);
}

void TestDatabase::absurdlyLargeValue_isWrongInput()
{
    const auto database = Database::open(path(), {firstStep});
    QVERIFY(database);
    const auto done = (*database)->change("INSERT INTO thing(name) VALUES(?)", {QByteArray((64 << 20) + 1, 'x')});
    QCOMPARE(done.error().code, ErrorCode::InvalidInput);
    QVERIFY((*database)->change("INSERT INTO thing(name) VALUES('x')"));
}

void TestDatabase::damagedFile_isSetAside_data()
{
    QTest::addColumn<bool>("ofOurs");
    QTest::newRow("something else") << false;
    QTest::newRow("a page overwritten") << true;
}

void TestDatabase::damagedFile_isSetAside()
{
    QFETCH(bool, ofOurs);
    QByteArray damaged = QByteArray("not a database at all\n").repeated(400);
    if (ofOurs) {
        {
            const auto database = Database::open(path(), {firstStep});
            QVERIFY(database);
            QVERIFY((*database)->change("INSERT INTO thing(name) VALUES('x')"));
        }
        damaged = contentOf(path());
        QVERIFY(damaged.size() >= 8192);
        damaged.replace(4096, 4096, QByteArray(4096, '\x5a'));
    }
    QVERIFY(write(path(), damaged));
    QString note;
    const auto database = Database::open(path(), {firstStep}, &note);
    QVERIFY2(database, qPrintable(database ? QString() : database.error().message));
    QVERIFY(note.contains(QStringLiteral("a.sqlite.damaged")));
    QCOMPARE(contentOf(path() + QStringLiteral(".damaged")), damaged);
    QCOMPARE(numberOf(**database, "SELECT count(*) FROM thing"), 0);
    QString second;
    QVERIFY(Database::open(path(), {firstStep}, &second));
    QVERIFY(second.isEmpty());
}

void TestDatabase::unusablePlaces_areErrors()
{
    for (const QString &place : {m_folder->path(), m_folder->filePath(QStringLiteral("none/a.sqlite"))}) {
        const auto database = Database::open(place, {firstStep});
        QVERIFY(!database);
        QCOMPARE(database.error().code, ErrorCode::Storage);
        QVERIFY(database.error().message.contains(place));
    }
}

void TestDatabase::together_rollsBack()
{
    const auto database = Database::open(path(), {firstStep});
    QVERIFY(database);
    const auto insert = [&] { return (*database)->change("INSERT INTO thing(name) VALUES('x')"); };
    const auto failed = (*database)->together([&]() -> Result<void> {
        if (const auto one = insert(); !one)
            return fail(one.error());
        return fail(ErrorCode::InvalidInput, QStringLiteral("No."));
    });
    QVERIFY(!failed);
    QCOMPARE(failed.error().message, QStringLiteral("No."));
    QCOMPARE(numberOf(**database, "SELECT count(*) FROM thing"), 0);
    QVERIFY((*database)->together([&]() -> Result<void> {
        const auto one = insert();
        return one ? Result<void>() : fail(one.error());
    }));
    QCOMPARE(numberOf(**database, "SELECT count(*) FROM thing"), 1);
}

void TestDatabase::change_countsRows()
{
    const auto database = Database::open(path(), {firstStep});
    QVERIFY(database);
    QCOMPARE((*database)->change("INSERT INTO thing(name) VALUES('a'),('b'),('c')").value(), 3);
    QCOMPARE((*database)->change("UPDATE thing SET name='z' WHERE id>1").value(), 2);
    QCOMPARE((*database)->change("UPDATE thing SET name='y' WHERE id>9").value(), 0);
    QCOMPARE((*database)->change("CREATE TABLE other(x)").value(), 0);
}

void TestDatabase::twoConnections_seeEachOther()
{
    const auto one = Database::open(path(), {firstStep});
    const auto two = Database::open(path(), {firstStep});
    QVERIFY(one && two);
    const auto before = (*two)->dataVersion();
    QVERIFY(before);
    QCOMPARE((*two)->dataVersion().value(), *before);
    QVERIFY((*two)->change("INSERT INTO thing(name) VALUES('own')"));
    QCOMPARE((*two)->dataVersion().value(), *before);
    QVERIFY((*one)->change("INSERT INTO thing(name) VALUES('other')"));
    QVERIFY((*two)->dataVersion().value() != *before);
    QCOMPARE(numberOf(**two, "SELECT count(*) FROM thing"), 2);
}

void TestDatabase::busy_waitsForTheOther()
{
    const auto one = Database::open(path(), {firstStep});
    const auto two = Database::open(path(), {firstStep});
    QVERIFY(one && two);
    std::thread other;
    const auto done = (*one)->together([&]() -> Result<void> {
        other = std::thread([&] { (void)(*two)->change("INSERT INTO thing(name) VALUES('waited')"); });
        const auto mine = (*one)->change("INSERT INTO thing(name) VALUES('first')");
        return mine ? Result<void>() : fail(mine.error());
    });
    other.join();
    QVERIFY(done);
    QCOMPARE(numberOf(**one, "SELECT count(*) FROM thing"), 2);
}

void TestDatabase::beginnersAtOnce_allOpen()
{
    constexpr int count = 6;
    std::vector<std::thread> threads;
    std::array<bool, count> opened {};
    threads.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        threads.emplace_back([&, i] {
            const auto database = Database::open(path(), {firstStep, secondStep});
            opened[i] = database && (*database)->change("INSERT INTO thing(name) VALUES('x')");
        });
    }
    for (auto &thread : threads)
        thread.join();
    QCOMPARE(std::count(opened.begin(), opened.end(), true), count);
    const auto database = Database::open(path(), {firstStep, secondStep});
    QVERIFY(database);
    QCOMPARE(numberOf(**database, "SELECT count(*) FROM thing"), count);
}

void TestDatabase::wrongUse_isAnError()
{
    const auto database = Database::open(path(), {firstStep});
    QVERIFY(database);
    QCOMPARE((*database)->ask("SELECT nonsense FROM nowhere").error().code, ErrorCode::Storage);
    QCOMPARE((*database)->ask("SELECT 1; SELECT 2").error().code, ErrorCode::Internal);
    QCOMPARE((*database)->ask("SELECT ?").error().code, ErrorCode::Internal);
    QCOMPARE((*database)->ask("").error().code, ErrorCode::Internal);
    const auto nested = (*database)->together([&] { return (*database)->together([] { return Result<void>(); }); });
    QCOMPARE(nested.error().code, ErrorCode::Internal);
    QVERIFY((*database)->change("INSERT INTO thing(name) VALUES('still usable')"));
}

void TestDatabase::file_isForItsPersonOnly()
{
    const auto database = Database::open(path(), {firstStep});
    QVERIFY(database);
    for (const QString &ending : {QString(), QStringLiteral("-wal"), QStringLiteral("-shm")}) {
        struct stat found = {};
        QCOMPARE(::stat(QFile::encodeName(path() + ending).constData(), &found), 0);
        QCOMPARE(found.st_mode & 0777U, 0600U);
    }
}

QTEST_GUILESS_MAIN(TestDatabase)
#include "tst_database.moc"
