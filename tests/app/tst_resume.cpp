// SPDX-License-Identifier: Apache-2.0
// Jobs of the program as people run it, killed at any moment and resumed: the same file comes out, byte for byte,
// nothing that was stored is computed again, and nothing stays behind.
#include "core/base/database.h"
#include "core/base/json.h"
#include "core/jobs/jobschema.h"
#include "tests/app/program.h"
#include "tests/support/smallscenes.h"

#include <QCryptographicHash>
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QProcess>
#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QTest>
#include <QThread>

#include <csignal>
#include <cstring>
#include <ctime>
#include <set>

using namespace astra;
using namespace astra::test;

namespace {

constexpr int side = 2048; // pixels: sixteen tiles
constexpr int tiles = 16;

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return !path.isEmpty() && file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QByteArray sumOf(const QString &path)
{
    return QCryptographicHash::hash(contentOf(path), QCryptographicHash::Sha256).toHex();
}

template<typename T> T numberAt(const QByteArray &bytes, qsizetype at)
{
    T value = 0;
    std::memcpy(&value, bytes.constData() + at, sizeof(T));
    return value;
}

/// The full-resolution tiles that are whole in a part file, in their order there, read without any code of ours: behind
/// 48 bytes frames of 32 (level at 10, number at 12, size of the pixels at 16 and of the tally at 24), tally and
/// pixels.
std::vector<quint32> tilesIn(const QString &part)
{
    const QByteArray bytes = contentOf(part);
    std::vector<quint32> found;
    qsizetype at = 48;
    while (at + 32 <= bytes.size()) {
        const qsizetype next = at + 32 + numberAt<quint32>(bytes, at + 16) + numberAt<quint32>(bytes, at + 24);
        if (numberAt<quint32>(bytes, at) != 0x656c6974 || next > bytes.size())
            break;
        if (numberAt<quint16>(bytes, at + 10) == 0)
            found.push_back(numberAt<quint32>(bytes, at + 12));
        at = next;
    }
    return found;
}

/// When the next kill comes.
struct Moment {
    int stored = -1; ///< so many tiles more are stored; −1: no matter
    int ms = 0; ///< and so long afterwards
};

} // namespace

class TestResume : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();
    void killed_goesOnWhereItWas();
    void killed_anywhere();
    void commandAgain_goesOn();
    void twoJobsOnOneFile();
    void resume_ofAJobThatRuns();
    void cancel_ofAnotherProcessWithin200ms();
    void cancelled_leavesNothing();
    void batch_oneBadDoesNotLoseTheOthers();
    void list_show();
    void words_thatAreWrong();

private:
    [[nodiscard]] QStringList base() const
    {
        return {QStringLiteral("--config"), m_folder->filePath(QStringLiteral("config")), QStringLiteral("--data"),
                m_folder->filePath(QStringLiteral("data"))};
    }
    [[nodiscard]] QString out(const char *name = "out.tif") const
    {
        return m_folder->filePath(QStringLiteral("out/") + QLatin1String(name));
    }
    [[nodiscard]] QStringList process(const QString &output, const QString &scene = {}) const
    {
        return base() + QStringList {QStringLiteral("process"),
                                     QStringLiteral("ndvi"),
                                     scene.isEmpty() ? m_scene : scene,
                                     QStringLiteral("-o"),
                                     output,
                                     QStringLiteral("--json")};
    }
    [[nodiscard]] QStringList jobs(const QStringList &words) const
    {
        return base() + QStringList {QStringLiteral("jobs")} + words;
    }
    [[nodiscard]] Run run(const QStringList &words) const
    {
        QProcess program;
        program.start(programPath(), words);
        if (!program.waitForFinished(60000))
            return {-1, {}, "did not end within a minute"};
        const bool normal = program.exitStatus() == QProcess::NormalExit;
        return {normal ? program.exitCode() : -1, program.readAllStandardOutput(), program.readAllStandardError()};
    }
    [[nodiscard]] Json listed() const
    {
        const Run all = run(jobs({QStringLiteral("list"), QStringLiteral("--json")}));
        return listAt(parseJson(all.output).value_or(Json()), "jobs");
    }
    /// Of the newest job.
    [[nodiscard]] QString id() const
    {
        const Json all = listed();
        return all.empty() ? QString() : stringAt(all.front(), "id");
    }
    [[nodiscard]] QString part() const
    {
        const auto found = QDir(m_folder->filePath(QStringLiteral("out")))
                               .entryList({QStringLiteral(".*.part")}, QDir::Files | QDir::Hidden);
        return found.isEmpty() ? QString() : m_folder->filePath(QStringLiteral("out/") + found.front());
    }
    [[nodiscard]] QStringList files() const
    {
        return QDir(m_folder->filePath(QStringLiteral("out")))
            .entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot, QDir::Name);
    }
    [[nodiscard]] std::optional<Run> runUntil(const QStringList &words, const Moment &moment) const;
    void killOften(QRandomGenerator &random, int kills);

    QTemporaryDir m_inputs;
    QString m_scene;
    QByteArray m_expected; ///< sum of a result that nobody interrupted
    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestResume::initTestCase()
{
    QVERIFY(m_inputs.isValid());
    const QString prefix = QStringLiteral("LC08_L2SP_204043_20200219_20200822_02_T1");
    const data::Grid grid = utmGrid(side, side);
    // Numbers that do not compress well: a tile takes its time.
    const auto noise = [](int x, int y, quint32 seed) {
        quint32 h = static_cast<quint32>(x) * 2654435761U ^ static_cast<quint32>(y) * 2246822519U ^ seed;
        h = (h ^ h >> 15U) * 2246822519U;
        return static_cast<double>(8000 + (h ^ h >> 13U) % 20000);
    };
    for (const auto &[band, seed] : {std::pair("SR_B4", 1U), std::pair("SR_B5", 2U)}) {
        QVERIFY(writeBand(m_inputs.filePath(QString(prefix + u'_' + QLatin1String(band) + u".TIF")), grid,
                          [&, seed = seed](int x, int y) { return noise(x, y, seed); }));
    }
    m_scene = m_inputs.path();
    init();
    const Run whole = run(process(out()));
    QVERIFY2(whole.status == 0, whole.messages.constData());
    m_expected = sumOf(out());
    QCOMPARE(readBand(out()).width, side);
}

void TestResume::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    QVERIFY(m_folder->isValid() && QDir(m_folder->path()).mkpath(QStringLiteral("out")));
}

/// Runs the program and kills it at that moment. Absent: it was killed.
std::optional<Run> TestResume::runUntil(const QStringList &words, const Moment &moment) const
{
    const qsizetype before = static_cast<qsizetype>(tilesIn(part()).size());
    QProcess program;
    program.start(programPath(), words);
    if (!program.waitForStarted())
        return Run {};
    QElapsedTimer time;
    time.start();
    const auto reached = [&] {
        return moment.stored < 0 || static_cast<qsizetype>(tilesIn(part()).size()) >= before + moment.stored;
    };
    while (program.state() != QProcess::NotRunning && !reached() && time.elapsed() < 60000)
        program.waitForFinished(1);
    if (moment.ms > 0)
        program.waitForFinished(moment.ms);
    if (program.state() != QProcess::NotRunning) {
        ::kill(static_cast<pid_t>(program.processId()), SIGKILL);
        program.waitForFinished();
    }
    if (program.exitStatus() == QProcess::CrashExit)
        return std::nullopt;
    return Run {program.exitCode(), program.readAllStandardOutput(), program.readAllStandardError()};
}

void TestResume::killed_goesOnWhereItWas()
{
    const quint32 seed = qEnvironmentVariableIsSet("ASTRA_SEED")
        ? static_cast<quint32>(qEnvironmentVariableIntValue("ASTRA_SEED"))
        : QRandomGenerator::global()->generate() % 1000000;
    qInfo("ASTRA_SEED=%u", seed);
    QRandomGenerator random(seed);
    const int k = random.bounded(1, tiles - 2);
    QVERIFY(!runUntil(process(out()), {k, 0}));
    QVERIFY(!QFile::exists(out())); // whole, or not there
    const auto stored = tilesIn(part());
    QVERIFY2(static_cast<int>(stored.size()) >= k, qPrintable(QString::number(stored.size())));
    const Json job = listed().front();
    QCOMPARE(stringAt(job, "state"), QStringLiteral("cut-off"));

    const Run resumed = run(jobs({QStringLiteral("resume"), stringAt(job, "id"), QStringLiteral("--json")}));
    QVERIFY2(resumed.status == 0, resumed.messages.constData());
    const Json result = parseJson(resumed.output).value_or(Json());
    const Json &counted = member(result, "tiles");
    const std::set<quint32> different(stored.begin(), stored.end());
    QCOMPARE(different.size(), stored.size());
    // None that was stored was computed again.
    QCOMPARE(asInteger(member(counted, "kept")).value_or(-1), static_cast<qint64>(stored.size()));
    QCOMPARE(asInteger(member(counted, "computed")).value_or(-1), tiles - static_cast<qint64>(stored.size()));
    QCOMPARE(sumOf(out()), m_expected);
    QCOMPARE(files().join(u' '), QStringLiteral("out.json out.tif"));
}

/// One job to its end, with so many kills on the way if it lives that long. @return kills by a failed comparison
void TestResume::killOften(QRandomGenerator &random, int kills)
{
    std::optional<Run> done;
    QString job;
    std::size_t kept = 0;
    for (int i = 0; !done; ++i) {
        // In equal shares: by tiles, by time, and while the file is put together.
        Moment moment {tiles * 10, 0}; // not at all
        if (i < kills) {
            const std::array<Moment, 3> moments {Moment {random.bounded(0, 6), 0}, Moment {-1, random.bounded(1, 250)},
                                                 Moment {tiles - static_cast<int>(kept), random.bounded(0, 60)}};
            moment = moments[random.bounded(3U)];
        }
        done = runUntil(
            job.isEmpty() ? process(out()) : jobs({QStringLiteral("resume"), job, QStringLiteral("--json")}), moment);
        if (job.isEmpty())
            job = id();
        const auto stored = tilesIn(part());
        const std::set<quint32> different(stored.begin(), stored.end());
        QCOMPARE(different.size(), stored.size()); // none twice: none was computed again
        kept = stored.size();
        if (done && done->status != 0 && job.isEmpty()) // killed before the job was stored
            QFAIL(done->messages.constData());
        // The result was there, and the store did not know it yet, or knows it already.
        if (done && done->status != 0 && done->messages.contains("is done"))
            done->status = 0;
    }
    QVERIFY2(done->status == 0, done->messages.constData());
    QCOMPARE(sumOf(out()), m_expected);
    QCOMPARE(files().join(u' '), QStringLiteral("out.json out.tif"));
}

void TestResume::killed_anywhere()
{
    // A few here; more by tests/soak/kills.sh.
    const int wanted = qEnvironmentVariableIsSet("ASTRA_KILLS") ? qEnvironmentVariableIntValue("ASTRA_KILLS") : 24;
    const quint32 seed = qEnvironmentVariableIsSet("ASTRA_SEED")
        ? static_cast<quint32>(qEnvironmentVariableIntValue("ASTRA_SEED"))
        : QRandomGenerator::global()->generate() % 1000000;
    qInfo("ASTRA_SEED=%u ASTRA_KILLS=%d", seed, wanted);
    QRandomGenerator random(seed);
    for (int left = wanted; left > 0;) {
        init();
        const int kills = std::min(left, random.bounded(1, 7));
        killOften(random, kills);
        if (QTest::currentTestFailed())
            return;
        left -= kills;
    }
}

void TestResume::commandAgain_goesOn()
{
    QVERIFY(!runUntil(process(out()), {4, 0}));
    const auto stored = tilesIn(part());
    const Run again = run(process(out()));
    QVERIFY2(again.status == 0, again.messages.constData());
    const Json result = parseJson(again.output).value_or(Json());
    QCOMPARE(asInteger(member(member(result, "tiles"), "kept")).value_or(-1), static_cast<qint64>(stored.size()));
    QCOMPARE(sumOf(out()), m_expected);
    QCOMPARE(files().join(u' '), QStringLiteral("out.json out.tif"));
}

namespace {

/// A job under way that is held where it is: its process is stopped.
class Held
{
public:
    Held(const QStringList &words, const std::function<bool()> &reached)
    {
        m_program.start(programPath(), words);
        QElapsedTimer time;
        time.start();
        while (m_program.state() != QProcess::NotRunning && !reached() && time.elapsed() < 30000)
            m_program.waitForFinished(1);
        m_runs = m_program.state() == QProcess::Running;
        send(SIGSTOP);
    }
    ~Held()
    {
        send(SIGKILL);
        m_program.waitForFinished();
    }
    Held(const Held &) = delete;
    Held &operator=(const Held &) = delete;
    [[nodiscard]] bool runs() const { return m_runs; }
    [[nodiscard]] QProcess &program() { return m_program; }
    void send(int number)
    {
        if (m_program.processId() > 0)
            ::kill(static_cast<pid_t>(m_program.processId()), number);
    }

private:
    QProcess m_program;
    bool m_runs = false;
};

} // namespace

void TestResume::twoJobsOnOneFile()
{
    Held first(process(out()), [this] { return !tilesIn(part()).empty(); });
    QVERIFY(first.runs());
    const Run second = run(process(out()));
    QCOMPARE(second.status, 1);
    QVERIFY2(second.messages.contains("is being written by another job"), second.messages.constData());
    first.send(SIGCONT);
    QVERIFY(first.program().waitForFinished(60000));
    QCOMPARE(first.program().exitCode(), 0);
    QCOMPARE(sumOf(out()), m_expected);
}

void TestResume::resume_ofAJobThatRuns()
{
    Held first(process(out()), [this] { return !tilesIn(part()).empty(); });
    QVERIFY(first.runs());
    const Run second = run(jobs({QStringLiteral("resume"), id()}));
    QCOMPARE(second.status, 1);
    QVERIFY2(second.messages.contains("belongs to another program"), second.messages.constData());
    first.send(SIGCONT);
    QVERIFY(first.program().waitForFinished(60000));
    QCOMPARE(first.program().exitCode(), 0);
}

void TestResume::cancel_ofAnotherProcessWithin200ms()
{
    Held job(process(out()), [this] { return !tilesIn(part()).empty(); });
    QVERIFY(job.runs());
    const QString name = id();
    QProcess command;
    command.start(programPath(), jobs({QStringLiteral("cancel"), name}));
    const auto database = Database::open(m_folder->filePath(QStringLiteral("data/jobs.sqlite")),
                                         astra::jobs::jobSchema());
    QVERIFY(database);
    const auto marked = [&] {
        const auto rows = (*database)->ask("SELECT cancel FROM job WHERE id=?", {name});
        return rows && rows->size() == 1 && rows->front().front() == Database::Value(qint64(1));
    };
    QTRY_VERIFY(marked());
    // By what it computes, as other programs may hold it up: 200 ms of each processor.
    clockid_t clock = {};
    QCOMPARE(::clock_getcpuclockid(static_cast<pid_t>(job.program().processId()), &clock), 0);
    const auto used = [&](qint64 otherwise) {
        struct timespec now = {};
        const bool alive = ::clock_gettime(clock, &now) == 0;
        return alive ? static_cast<qint64>(now.tv_sec) * 1000 + now.tv_nsec / 1000000 : otherwise;
    };
    const qint64 before = used(0);
    qint64 after = before;
    QElapsedTimer time;
    time.start();
    job.send(SIGCONT); // from here on it can see it
    while (!part().isEmpty() && time.elapsed() < 30000)
        after = used(after);
    qInfo("gone %lld ms after it could know, %lld ms of processors", time.elapsed(), after - before);
    QVERIFY(part().isEmpty());
    QVERIFY2(after - before < 200LL * QThread::idealThreadCount(), qPrintable(QString::number(after - before)));
    QVERIFY(command.waitForFinished(60000));
    QVERIFY2(command.exitCode() == 0, command.readAllStandardError().constData());
    QVERIFY(job.program().waitForFinished(5000));
    QCOMPARE(job.program().exitCode(), 1);
    QCOMPARE(files(), QStringList());
    QCOMPARE(stringAt(listed().front(), "state"), QStringLiteral("cancelled"));
}

void TestResume::cancelled_leavesNothing()
{
    Held job(process(out()), [this] { return !tilesIn(part()).empty(); });
    QVERIFY(job.runs());
    job.send(SIGINT);
    QElapsedTimer time;
    time.start();
    job.send(SIGCONT);
    QVERIFY(job.program().waitForFinished(5000));
    qInfo("ended %lld ms after Ctrl-C", time.elapsed());
    QCOMPARE(job.program().exitCode(), 130);
    QCOMPARE(files(), QStringList());
    QCOMPARE(stringAt(listed().front(), "state"), QStringLiteral("cancelled"));
    // What was cut off is cancelled without anybody who runs it.
    QVERIFY(!runUntil(process(out()), {2, 0}));
    QVERIFY(!part().isEmpty());
    const Run cancel = run(jobs({QStringLiteral("cancel"), id()}));
    QVERIFY2(cancel.status == 0, cancel.messages.constData());
    QCOMPARE(files(), QStringList());
}

void TestResume::batch_oneBadDoesNotLoseTheOthers()
{
    // Five scenes, the third of which is cut short.
    QStringList sources;
    for (int i = 0; i < 5; ++i) {
        const QString folder = m_folder->filePath(QStringLiteral("scene%1").arg(i));
        const QString prefix = QStringLiteral("LC08_L2SP_20404%1_20200219_20200822_02_T1").arg(i);
        QVERIFY(QDir().mkpath(folder));
        const data::Grid grid = utmGrid(600, 600);
        for (const char *band : {"SR_B4", "SR_B5"}) {
            const QString path = QString(folder + u'/' + prefix + u'_' + QLatin1String(band) + u".TIF");
            QVERIFY(writeBand(path, grid, [&](int x, int y) { return 10000 + (x * 31 + y * 17) % 5000 + i; }));
            if (i == 2) {
                QFile file(path);
                QVERIFY(file.resize(file.size() / 3));
            }
        }
        sources << folder;
    }
    QStringList words = base() + QStringList {QStringLiteral("process"), QStringLiteral("ndvi")} + sources;
    words << QStringLiteral("-o") << m_folder->filePath(QStringLiteral("out/")) << QStringLiteral("--batch")
          << QStringLiteral("--json");
    const Run batch = run(words);
    QVERIFY2(batch.status == 1, batch.messages.constData());
    const Json document = parseJson(batch.output).value_or(Json());
    QCOMPARE(listAt(document, "results").size(), std::size_t(4));
    QCOMPARE(listAt(document, "failures").size(), std::size_t(1));
    for (const auto &result : listAt(document, "results"))
        QVERIFY(QFile::exists(stringAt(result, "output")));
}

void TestResume::list_show()
{
    QVERIFY(run(jobs({})).output.isEmpty());
    QVERIFY(!runUntil(process(out()), {3, 0}));
    const QString job = id();
    const Run list = run(jobs({}));
    QVERIFY(list.output.contains(job.toUtf8()) && list.output.contains("cut-off"));
    const Run show = run(jobs({QStringLiteral("show"), job.left(8)})); // how it begins is enough
    QCOMPARE(show.status, 0);
    QVERIFY(show.output.contains(out().toUtf8()));
    const Json shown
        = parseJson(run(jobs({QStringLiteral("show"), job, QStringLiteral("--json")})).output).value_or(Json());
    QCOMPARE(stringAt(shown, "operation"), QStringLiteral("index"));
    QCOMPARE(stringAt(shown, "output"), out());
}

void TestResume::words_thatAreWrong()
{
    for (const char *words : {"show none", "cancel none", "resume none"}) {
        const Run wrong = run(jobs(QString::fromLatin1(words).split(u' ')));
        QCOMPARE(wrong.status, 1);
        QVERIFY2(wrong.messages.contains("there is no job none"), wrong.messages.constData());
    }
    QCOMPARE(run(jobs({QStringLiteral("dance")})).status, 2);
    QCOMPARE(run(jobs({QStringLiteral("show")})).status, 2);
}

QTEST_GUILESS_MAIN(TestResume)
#include "tst_resume.moc"
