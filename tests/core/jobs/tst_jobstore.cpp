// SPDX-License-Identifier: Apache-2.0
// Jobs of several processes in one file. The program starts itself again where another process is needed.
#include "core/base/database.h"
#include "core/data/partpath.h"
#include "core/jobs/jobschema.h"
#include "core/jobs/jobstore.h"
#include "tests/support/scenes.h"

#include <QCoreApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <sys/file.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <csignal>
#include <cstdio>

using namespace astra;
using jobs::Job;
using jobs::JobStore;
using jobs::StoredJob;

namespace {

constexpr int shortLease = 500; // ms

std::shared_ptr<JobStore> openStore(const QString &path, int lease = JobStore::leaseMs)
{
    const auto store = waitFor(JobStore::open(path, lease));
    if (!store)
        qWarning("%s", qPrintable(store.error().message));
    return store.value_or(nullptr);
}

data::JobRequest requestFor(const QString &output, int priority = 0)
{
    data::JobRequest request;
    request.recipe.operation = QStringLiteral("index");
    request.recipe.parameters = {{"index", "NDVI"}};
    request.inputs.push_back(
        {{test::scene(QStringLiteral("p"), QStringLiteral("one"), QStringLiteral("2024-06-01T10:00:00Z"))}});
    request.output = output;
    request.title = QStringLiteral("NDVI one");
    request.priority = priority;
    return request;
}

bool write(const QString &path, const QByteArray &content)
{
    QFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(content) == content.size();
}

/// Opens the store, adds a job, runs it if told so, says its id, and answers whether it is still its own whenever a
/// line comes.
int holdJob(const QStringList &words)
{
    const auto store = openStore(words.value(0), words.value(2).toInt());
    if (!store)
        return 1;
    const auto id = waitFor(store->add(requestFor(words.value(1)), {}));
    if (!id)
        return 2;
    qint64 epoch = 0;
    if (words.contains(QStringLiteral("run"))) {
        const auto lease = waitFor(store->take(*id));
        if (!lease || !*lease)
            return 3;
        epoch = (*lease)->epoch;
    }
    std::printf("%s\n", qPrintable(*id));
    std::fflush(stdout);
    while (std::getchar() != EOF) {
        const auto ours = waitFor(store->beat(*id, epoch, 0.5, QStringLiteral("Working")));
        std::printf("%s\n", ours ? (*ours ? "ours" : "lost") : "error");
        std::fflush(stdout);
    }
    return 0;
}

/// Another process with a job.
class Holder
{
public:
    Holder(const QString &store, const QString &output, int lease, bool runs)
    {
        m_process.start(QCoreApplication::applicationFilePath(),
                        {QStringLiteral("--hold"), store, output, QString::number(lease),
                         runs ? QStringLiteral("run") : QStringLiteral("wait")});
        m_id = line();
    }
    ~Holder()
    {
        m_process.kill();
        m_process.waitForFinished();
    }
    [[nodiscard]] const QString &id() const { return m_id; }
    [[nodiscard]] QString ask()
    {
        m_process.write("?");
        return line();
    }
    void kill()
    {
        m_process.kill();
        m_process.waitForFinished();
    }
    void send(int number) const { ::kill(pid(), number); }
    /// Not while it writes: then it would keep the file from everybody until it goes on.
    void stop(Database &file) const
    {
        const auto nothing = []() -> Result<void> { return {}; };
        do {
            send(SIGCONT);
            QVERIFY(file.together(nothing));
            send(SIGSTOP);
            int status = 0;
            QCOMPARE(::waitpid(pid(), &status, WUNTRACED), pid());
            QVERIFY(WIFSTOPPED(status));
        } while (!file.together(nothing));
    }

private:
    [[nodiscard]] pid_t pid() const { return static_cast<pid_t>(m_process.processId()); }
    [[nodiscard]] QString line()
    {
        while (!m_process.canReadLine()) {
            if (!m_process.waitForReadyRead(10000))
                return QStringLiteral("nothing (%1)").arg(m_process.exitCode());
        }
        return QString::fromUtf8(m_process.readLine()).trimmed();
    }
    QProcess m_process;
    QString m_id;
};

} // namespace

class TestJobStore : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void job_fromQueueToResult();
    void failure_isKept();
    void newest_first();
    void twoStores_oneRunsIt();
    void lateOwner_changesNothing();
    void deadProcess_losesItsJobAtOnce();
    void deadProcess_losesItsQueuedJob();
    void liveProcess_keepsIt();
    void stoppedProcess_losesItAfterItsLease();
    void cutOffThreeTimes_isLeftToThePerson();
    void progress_countsAgainstTries();
    void oneWriterPerFile_data();
    void oneWriterPerFile();
    void oneWriterPerFile_ofAllThatItWrites();
    void newJob_takesOverWhatACutOffOneHasDone();
    void requeue_keepsItsOwnTiles();
    void newJob_thatIsRefusedLeavesTilesWhereTheyAre();
    void jobAtAService_isNotSentTwice();
    void all_isShortAndFoundByHowTheIdBegins();
    void requestTooLarge_isRefused();
    void fullDisk_theEndIsWrittenLater();
    void requeue_ofAJobThatStillStops();
    void cancel_queued();
    void cancel_ofAnotherProcessIsSeenWithin100ms();
    void cancel_ofADeadProcessEndsIt();
    void requeue_whatMayRunAgain();
    void sweep_removesWhatIsOver();
    void sweep_removesInterimFiles();
    void sweep_leavesWhatIsInUse();
    void closing_givesJobsUp();
    void noSecretStandsInTheFile();
    void measured_lastAndLargeOnesCountMost();
    void largeRequest_costsListsAndBeatsNothing();
    void damagedFile_isTold();
    void unusableFolder_isAnError();
    void damagedRequest_isShown();

private:
    [[nodiscard]] QString path() const { return m_folder->filePath(QStringLiteral("data/jobs.sqlite")); }
    [[nodiscard]] QString out(const char *name = "a.tif") const
    {
        return m_folder->filePath(QStringLiteral("out/") + QLatin1String(name));
    }
    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestJobStore::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    QVERIFY(m_folder->isValid() && QDir(m_folder->path()).mkpath(QStringLiteral("out")));
}

void TestJobStore::job_fromQueueToResult()
{
    const auto store = openStore(path());
    QVERIFY(store);
    data::JobRequest request = requestFor(out(), 3);
    request.id = QStringLiteral("the-id");
    const auto id = waitFor(store->add(request, QStringLiteral("batch")));
    QVERIFY2(id, qPrintable(id ? QString() : id.error().message));
    QCOMPARE(*id, QStringLiteral("the-id"));
    const auto queued = waitFor(store->find(*id)).value().value();
    QCOMPARE(queued.state, Job::State::Queued);
    QCOMPARE(queued.batch, QStringLiteral("batch"));
    QCOMPARE(queued.priority, 3);
    QCOMPARE(queued.request.output, out());
    QCOMPARE(toText(data::toJson(queued.request)), toText(data::toJson(request)));
    QVERIFY(queued.created.isValid() && !queued.finished.isValid());
    QVERIFY(!queued.stale);

    const auto lease = waitFor(store->take(*id)).value().value();
    QCOMPARE(lease.epoch, 1);
    QCOMPARE(lease.job.state, Job::State::Running);
    QVERIFY(!waitFor(store->take(*id)).value()); // not twice
    QVERIFY(waitFor(store->beat(*id, 1, 0.5, QStringLiteral("Computing"))).value());
    QVERIFY(waitFor(store->beat(*id, 1, 0.25, QStringLiteral("Computing"))).value());
    const auto running = waitFor(store->underWay()).value();
    QCOMPARE(running.size(), std::size_t(1));
    QCOMPARE(running.front().progress, 0.5); // never falls
    QCOMPARE(running.front().activity, QStringLiteral("Computing"));
    QVERIFY(running.front().ours);

    data::JobResult result;
    result.output = out();
    result.statistics.valid = 7;
    result.tilesKept = 3;
    result.tilesComputed = 4;
    result.reads.retries.push_back({QStringLiteral("host"), QStringLiteral("broke off"), 1, 2, 3});
    result.scene = request.inputs.front().best();
    QVERIFY(waitFor(store->finish(*id, 1, Job::State::Succeeded, {}, result)).value());
    QVERIFY(waitFor(store->underWay()).value().empty());
    const auto done = waitFor(store->find(*id)).value().value();
    QCOMPARE(done.state, Job::State::Succeeded);
    QCOMPARE(done.progress, 1.0);
    QVERIFY(done.finished >= done.created);
    QVERIFY(done.result);
    QCOMPARE(done.result->statistics.valid, 7);
    QCOMPARE(done.report.at("tiles_kept").get<int>(), 3);
    QCOMPARE(done.report.at("tiles_computed").get<int>(), 4);
    QCOMPARE(done.report.at("retries").size(), std::size_t(1));
}

void TestJobStore::failure_isKept()
{
    const auto store = openStore(path());
    const auto id = waitFor(store->add(requestFor(out()), {})).value();
    QVERIFY(waitFor(store->take(id)).value());
    const Error why {ErrorCode::Storage, QStringLiteral("The disk is full."), QStringLiteral("/x"), true};
    QVERIFY(waitFor(store->finish(id, 1, Job::State::Failed, why, {})).value());
    const auto failed = waitFor(store->find(id)).value().value();
    QCOMPARE(failed.state, Job::State::Failed);
    QCOMPARE(*failed.error, why);
    QVERIFY(!failed.result);
}

void TestJobStore::newest_first()
{
    const auto store = openStore(path());
    QStringList ids;
    for (int i = 0; i < 5; ++i)
        ids.prepend(waitFor(store->add(requestFor(out(qPrintable(QStringLiteral("%1.tif").arg(i)))), {})).value());
    const auto all = waitFor(store->all(3)).value();
    QCOMPARE(all.size(), std::size_t(3));
    for (std::size_t i = 0; i < 3; ++i)
        QCOMPARE(all[i].id, ids[static_cast<qsizetype>(i)]);
    QVERIFY(!waitFor(store->find(QStringLiteral("none"))).value());
}

void TestJobStore::twoStores_oneRunsIt()
{
    const auto one = openStore(path());
    const auto two = openStore(path());
    const auto id = waitFor(one->add(requestFor(out()), {})).value();
    QVERIFY(!waitFor(two->take(id)).value());
    QVERIFY(waitFor(two->adopt()).value().empty());
    QCOMPARE(waitFor(two->requeue(id)).error().code, ErrorCode::InvalidInput);
    QVERIFY(waitFor(one->take(id)).value());
    const auto seen = waitFor(two->underWay()).value();
    QVERIFY(seen.size() == 1 && !seen.front().ours && !seen.front().stale);
    QVERIFY(!waitFor(two->beat(id, 1, 1, {})).value());
    QVERIFY(!waitFor(two->finish(id, 1, Job::State::Failed, {}, {})).value());
    QVERIFY(waitFor(one->beat(id, 1, 0.1, {})).value());
}

void TestJobStore::lateOwner_changesNothing()
{
    const auto store = openStore(path());
    const auto id = waitFor(store->add(requestFor(out()), {})).value();
    QVERIFY(waitFor(store->take(id)).value());
    QVERIFY(!waitFor(store->beat(id, 0, 1, {})).value());
    QVERIFY(!waitFor(store->finish(id, 2, Job::State::Succeeded, {}, {})).value());
    QCOMPARE(waitFor(store->find(id)).value()->state, Job::State::Running);
}

void TestJobStore::deadProcess_losesItsJobAtOnce()
{
    Holder other(path(), out(), JobStore::leaseMs, true);
    QCOMPARE(other.ask(), QStringLiteral("ours"));
    const auto store = openStore(path());
    QVERIFY(waitFor(store->adopt()).value().empty());
    other.kill();
    const auto cutOff = waitFor(store->find(other.id())).value().value();
    QCOMPARE(cutOff.state, Job::State::Running);
    QVERIFY(cutOff.stale);
    QVERIFY(cutOff.owner.isEmpty());
    const auto adopted = waitFor(store->adopt()).value(); // ten seconds before its lease ends
    QCOMPARE(adopted.size(), std::size_t(1));
    QCOMPARE(adopted.front().id, other.id());
    QCOMPARE(adopted.front().state, Job::State::Queued);
    QCOMPARE(adopted.front().progress, 0.5);
    QCOMPARE(waitFor(store->take(other.id())).value()->epoch, 2);
    QVERIFY(waitFor(openStore(path())->adopt()).value().empty()); // a second window
}

void TestJobStore::deadProcess_losesItsQueuedJob()
{
    Holder other(path(), out(), JobStore::leaseMs, false);
    const auto store = openStore(path());
    QVERIFY(waitFor(store->adopt()).value().empty());
    other.kill();
    QCOMPARE(waitFor(store->adopt()).value().size(), std::size_t(1));
}

void TestJobStore::liveProcess_keepsIt()
{
    Holder other(path(), out(), shortLease, true);
    const auto store = openStore(path(), shortLease);
    QElapsedTimer time;
    time.start();
    while (time.elapsed() < 3LL * shortLease) { // it renews by itself, whatever its main thread does
        QVERIFY(!waitFor(store->find(other.id())).value()->stale);
        QVERIFY(waitFor(store->adopt()).value().empty());
    }
    const auto job = waitFor(store->find(other.id())).value().value();
    QVERIFY2(job.owner.startsWith(QStringLiteral("process ")), qPrintable(job.owner));
}

void TestJobStore::stoppedProcess_losesItAfterItsLease()
{
    Holder other(path(), out(), shortLease, true);
    const auto store = openStore(path(), shortLease);
    other.stop(**Database::open(path(), jobs::jobSchema()));
    QTRY_VERIFY(waitFor(store->find(other.id())).value()->stale);
    QCOMPARE(waitFor(store->adopt()).value().size(), std::size_t(1));
    QVERIFY(waitFor(store->take(other.id())).value());
    other.send(SIGCONT);
    QCOMPARE(other.ask(), QStringLiteral("lost"));
    QVERIFY(waitFor(store->beat(other.id(), 2, 0.6, {})).value());
}

void TestJobStore::cutOffThreeTimes_isLeftToThePerson()
{
    const auto id = waitFor(openStore(path())->add(requestFor(out()), {})).value();
    for (int i = 0; i < 3; ++i) {
        const auto store = openStore(path());
        QCOMPARE(waitFor(store->adopt()).value().size(), std::size_t(1));
        QVERIFY(waitFor(store->take(id)).value());
    }
    const auto store = openStore(path());
    QVERIFY(waitFor(store->adopt()).value().empty());
    QVERIFY(waitFor(store->find(id)).value()->stale);
    QCOMPARE(waitFor(store->requeue(id)).value().state, Job::State::Queued);
    QVERIFY(waitFor(store->take(id)).value());
}

void TestJobStore::progress_countsAgainstTries()
{
    const auto id = waitFor(openStore(path())->add(requestFor(out()), {})).value();
    for (int i = 1; i <= 6; ++i) {
        const auto store = openStore(path());
        QCOMPARE(waitFor(store->adopt()).value().size(), std::size_t(1));
        QVERIFY(waitFor(store->take(id)).value());
        QVERIFY(waitFor(store->beat(id, i, 0.1 * i, {})).value());
    }
}

void TestJobStore::oneWriterPerFile_data()
{
    QTest::addColumn<QString>("second");
    QTest::newRow("the same") << QStringLiteral("out/a.tif");
    QTest::newRow("another way to it") << QStringLiteral("out/../out/./a.tif");
    QTest::newRow("through a link") << QStringLiteral("link/a.tif");
}

void TestJobStore::oneWriterPerFile()
{
    QFETCH(QString, second);
    QVERIFY(QFile::link(m_folder->filePath(QStringLiteral("out")), m_folder->filePath(QStringLiteral("link"))));
    const auto store = openStore(path());
    const auto first = waitFor(store->add(requestFor(out()), {})).value();
    const auto refused = waitFor(store->add(requestFor(m_folder->path() + u'/' + second), {}));
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::InvalidInput);
    QVERIFY(refused.error().message.contains(first));
    QCOMPARE(waitFor(store->all()).value().size(), std::size_t(1));
    QVERIFY(waitFor(store->add(requestFor(out("b.tif")), {})));
    QVERIFY(waitFor(store->cancel(first)));
    QVERIFY(waitFor(store->add(requestFor(m_folder->path() + u'/' + second), {})));
}

void TestJobStore::oneWriterPerFile_ofAllThatItWrites()
{
    const auto store = openStore(path());
    const auto add = [&](const char *name, const QStringList &besides) {
        QStringList files;
        for (const auto &file : besides)
            files << m_folder->filePath(QStringLiteral("out/") + file);
        return waitFor(store->add(requestFor(out(name)), {}, files));
    };
    const auto first = add("a.tif", {QStringLiteral("a.json"), QStringLiteral("a_classes.tif")});
    QVERIFY(first);
    for (const auto &[name, besides] : std::vector<std::pair<const char *, QStringList>> {
             {"a.png", {QStringLiteral("a.json")}}, {"a_classes.tif", {QStringLiteral("a_classes.json")}}}) {
        const auto refused = add(name, besides);
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::InvalidInput);
        QVERIFY2(refused.error().message.contains(*first), qPrintable(refused.error().message));
    }
    QVERIFY(add("b.tif", {QStringLiteral("b.json")}));
    QVERIFY(waitFor(store->cancel(*first)));
    QVERIFY(add("a.png", {QStringLiteral("a.json")}));
}

void TestJobStore::requeue_keepsItsOwnTiles()
{
    QString failed;
    {
        const auto store = openStore(path());
        failed = waitFor(store->add(requestFor(out()), {})).value();
        QVERIFY(waitFor(store->take(failed)).value());
        QVERIFY(waitFor(store->finish(failed, 1, Job::State::Failed, Error {}, {})).value());
        QVERIFY(waitFor(store->add(requestFor(out()), {})));
    }
    // The second was cut off. The first has tiles of its own by now.
    const auto store = openStore(path());
    const QString other = waitFor(store->all()).value().front().id;
    QVERIFY(other != failed);
    QVERIFY(write(data::partPath(out(), failed), "own") && write(data::partPath(out(), other), "other"));
    QVERIFY(waitFor(store->requeue(failed)));
    QFile part(data::partPath(out(), failed));
    QVERIFY(part.open(QIODevice::ReadOnly));
    QCOMPARE(part.readAll(), QByteArray("own"));
    QCOMPARE(waitFor(store->sweep()).value(), QStringList(data::partPath(out(), other)));
}

void TestJobStore::newJob_thatIsRefusedLeavesTilesWhereTheyAre()
{
    QString old;
    {
        const auto store = openStore(path());
        old = waitFor(store->add(requestFor(out()), {})).value();
    }
    QVERIFY(write(data::partPath(out(), old), "tiles"));
    const auto store = openStore(path());
    auto request = requestFor(out());
    request.title = QString((64 << 20) + 1, u'x'); // which no row takes
    QCOMPARE(waitFor(store->add(request, {})).error().code, ErrorCode::InvalidInput);
    QVERIFY(QFile::exists(data::partPath(out(), old)));
    QVERIFY(waitFor(store->find(old)).value()->stale);
}

void TestJobStore::jobAtAService_isNotSentTwice()
{
    auto request = requestFor(out());
    request.backend = QStringLiteral("astra-os");
    QString sent;
    {
        const auto store = openStore(path());
        sent = waitFor(store->add(request, {})).value();
        QVERIFY(waitFor(store->take(sent)).value());
        request.output = out("waiting.tif");
        QVERIFY(waitFor(store->add(request, {}))); // never began: nothing was sent
    }
    const auto store = openStore(path());
    const auto adopted = waitFor(store->adopt()).value();
    QCOMPARE(adopted.size(), std::size_t(1));
    QCOMPARE(adopted.front().request.output, out("waiting.tif"));
    const auto left = waitFor(store->find(sent)).value().value();
    QVERIFY(left.stale);
    QVERIFY2(left.activity.contains(QStringLiteral("may still run at astra-os")), qPrintable(left.activity));
    QCOMPARE(waitFor(store->requeue(sent)).value().state, Job::State::Queued); // a person may
}

void TestJobStore::all_isShortAndFoundByHowTheIdBegins()
{
    const auto store = openStore(path());
    auto request = requestFor(out("first.tif"), 2);
    request.id = QStringLiteral("first");
    QVERIFY(waitFor(store->add(request, {})));
    QVERIFY(waitFor(store->take(request.id)).value());
    data::JobResult result;
    result.output = request.output;
    QVERIFY(waitFor(store->finish(request.id, 1, Job::State::Succeeded, {}, result)).value());
    for (int i = 0; i < 300; ++i)
        QVERIFY(waitFor(store->add(requestFor(m_folder->filePath(QStringLiteral("out/%1.tif").arg(i))), {})));
    QCOMPARE(waitFor(store->all()).value().size(), std::size_t(200));
    const auto found = waitFor(store->all(2, QStringLiteral("fir"))).value();
    QCOMPARE(found.size(), std::size_t(1));
    const auto &brief = found.front();
    QCOMPARE(brief.id, request.id);
    QCOMPARE(brief.state, Job::State::Succeeded);
    QCOMPARE(brief.request.output, request.output);
    QCOMPARE(brief.request.title, request.title);
    QCOMPARE(brief.request.recipe.operation, QStringLiteral("index"));
    QCOMPARE(brief.request.priority, 2);
    QVERIFY(brief.request.inputs.empty() && !brief.result && !brief.error);
    QVERIFY(waitFor(store->all(2, QStringLiteral("%"))).value().empty());
    QVERIFY(waitFor(store->find(request.id)).value()->result);
}

void TestJobStore::requestTooLarge_isRefused()
{
    const auto store = openStore(path());
    auto request = requestFor(out());
    request.recipe.parameters["index"] = std::string((64 << 20) + 1, 'x');
    QCOMPARE(waitFor(store->add(request, {})).error().code, ErrorCode::InvalidInput);
    QVERIFY(waitFor(store->all()).value().empty());
    QVERIFY(waitFor(store->add(requestFor(out()), {}))); // its files are free
}

namespace {

/// No file grows while this lives.
class FullDisk
{
public:
    FullDisk()
    {
        (void)std::signal(SIGXFSZ, SIG_IGN);
        ::getrlimit(RLIMIT_FSIZE, &m_before);
        struct rlimit none = m_before;
        none.rlim_cur = 1;
        ::setrlimit(RLIMIT_FSIZE, &none);
    }
    ~FullDisk() { ::setrlimit(RLIMIT_FSIZE, &m_before); }
    FullDisk(const FullDisk &) = delete;
    FullDisk &operator=(const FullDisk &) = delete;

private:
    struct rlimit m_before = {};
};

} // namespace

void TestJobStore::fullDisk_theEndIsWrittenLater()
{
    const auto store = openStore(path(), shortLease);
    const auto id = waitFor(store->add(requestFor(out()), {})).value();
    QVERIFY(waitFor(store->take(id)).value());
    {
        const FullDisk full;
        const auto done = waitFor(store->finish(id, 1, Job::State::Succeeded, {}, data::JobResult()));
        QVERIFY(!done);
        QCOMPARE(done.error().code, ErrorCode::Storage);
    }
    const auto state = [&] { return waitFor(store->find(id)).value()->state; };
    QTRY_COMPARE(state(), Job::State::Succeeded);
}

void TestJobStore::requeue_ofAJobThatStillStops()
{
    const auto store = openStore(path());
    const auto id = waitFor(store->add(requestFor(out()), {})).value();
    QVERIFY(waitFor(store->take(id)).value());
    QVERIFY(waitFor(store->cancel(id)));
    const auto early = waitFor(store->requeue(id));
    QVERIFY(!early && early.error().retryable);
    QVERIFY2(early.error().message.contains(QStringLiteral("has not let go")), qPrintable(early.error().message));
    QVERIFY(waitFor(store->finish(id, 1, Job::State::Cancelled, {}, {})).value());
    QVERIFY(waitFor(store->requeue(id)));
}

void TestJobStore::newJob_takesOverWhatACutOffOneHasDone()
{
    const auto old = waitFor(openStore(path())->add(requestFor(out()), {})).value();
    QVERIFY(write(data::partPath(out(), old), "tiles"));
    const auto store = openStore(path());
    const auto id = waitFor(store->add(requestFor(out()), {}));
    QVERIFY2(id, qPrintable(id ? QString() : id.error().message));
    QFile part(data::partPath(out(), *id));
    QVERIFY(part.open(QIODevice::ReadOnly));
    QCOMPARE(part.readAll(), QByteArray("tiles"));
    QVERIFY(!QFile::exists(data::partPath(out(), old)));
    QCOMPARE(waitFor(store->find(old)).value()->state, Job::State::Cancelled);
}

void TestJobStore::cancel_queued()
{
    const auto one = openStore(path());
    const auto two = openStore(path());
    const auto id = waitFor(one->add(requestFor(out()), {})).value();
    QVERIFY(waitFor(two->cancel(id)));
    QCOMPARE(waitFor(one->find(id)).value()->state, Job::State::Cancelled);
    QVERIFY(!waitFor(one->take(id)).value());
    QVERIFY(waitFor(two->cancel(id))); // it is over: nothing happens
    QCOMPARE(waitFor(two->cancel(QStringLiteral("none"))).error().code, ErrorCode::NotFound);
}

void TestJobStore::cancel_ofAnotherProcessIsSeenWithin100ms()
{
    const auto one = openStore(path());
    const auto two = openStore(path());
    const auto id = waitFor(one->add(requestFor(out()), {})).value();
    QVERIFY(waitFor(one->take(id)).value());
    const qint64 before = waitFor(one->version()).value();
    QCOMPARE(waitFor(one->version()).value(), before);
    QVERIFY(waitFor(two->cancel(id)));
    QElapsedTimer time;
    time.start();
    QVERIFY(waitFor(one->version()).value() != before);
    QVERIFY(waitFor(one->underWay()).value().front().cancelling);
    QVERIFY2(time.elapsed() < 100, qPrintable(QString::number(time.elapsed())));
    QVERIFY(!waitFor(one->beat(id, 1, 0.9, {})).value());
    QVERIFY(waitFor(one->finish(id, 1, Job::State::Cancelled, {}, {})).value());
    QCOMPARE(waitFor(two->find(id)).value()->state, Job::State::Cancelled);
}

void TestJobStore::cancel_ofADeadProcessEndsIt()
{
    Holder other(path(), out(), JobStore::leaseMs, true);
    const auto store = openStore(path());
    QVERIFY(write(data::partPath(out(), other.id()), "tiles"));
    QVERIFY(waitFor(store->cancel(other.id()))); // it would see that
    other.kill(); // and does not live to say so
    QVERIFY(waitFor(store->adopt()).value().empty());
    QCOMPARE(waitFor(store->sweep()).value(), QStringList(data::partPath(out(), other.id())));
    QCOMPARE(waitFor(store->find(other.id())).value()->state, Job::State::Cancelled);
}

void TestJobStore::requeue_whatMayRunAgain()
{
    const auto store = openStore(path());
    const auto id = waitFor(store->add(requestFor(out()), {})).value();
    QVERIFY(waitFor(store->take(id)).value());
    QVERIFY(waitFor(store->beat(id, 1, 0.5, {})).value());
    const Error why {ErrorCode::Network, QStringLiteral("It broke off."), {}, true};
    QVERIFY(waitFor(store->finish(id, 1, Job::State::Failed, why, {})).value());
    QVERIFY(write(data::partPath(out(), id), "tiles"));
    const auto again = waitFor(store->requeue(id)).value();
    QCOMPARE(again.state, Job::State::Queued);
    QCOMPARE(again.progress, 0.5); // what it has done is there
    QVERIFY(!again.error);
    QVERIFY(waitFor(store->take(id)).value());
    QVERIFY(waitFor(store->finish(id, 2, Job::State::Cancelled, {}, {})).value());
    QCOMPARE(waitFor(store->sweep()).value().size(), 1);
    QCOMPARE(waitFor(store->requeue(id)).value().progress, 0.0); // it is gone
    QVERIFY(waitFor(store->take(id)).value());
    QVERIFY(waitFor(store->finish(id, 3, Job::State::Succeeded, {}, data::JobResult())).value());
    QCOMPARE(waitFor(store->requeue(id)).error().code, ErrorCode::InvalidInput);
    QCOMPARE(waitFor(store->requeue(QStringLiteral("none"))).error().code, ErrorCode::NotFound);
}

void TestJobStore::sweep_removesWhatIsOver()
{
    const auto store = openStore(path());
    const auto made = [&](const char *name, Job::State state) {
        const auto id = waitFor(store->add(requestFor(out(name)), {})).value();
        const QString part = data::partPath(out(name), id);
        const bool ok = waitFor(store->take(id)).value() && write(part, "tiles")
            && waitFor(store->finish(id, 1, state, Error {ErrorCode::Network, {}, {}, true}, {})).value();
        return ok ? part : QString();
    };
    const QString cancelled = made("cancelled.tif", Job::State::Cancelled);
    const QString succeeded = made("succeeded.tif", Job::State::Succeeded);
    const QString failed = made("failed.tif", Job::State::Failed);
    const QString strange = out(".strange.tif.part");
    QVERIFY(write(strange, "of somebody else"));
    const auto running = waitFor(store->add(requestFor(out("running.tif")), {})).value();
    QVERIFY(write(data::partPath(out("running.tif"), running), "tiles"));
    auto swept = waitFor(store->sweep()).value();
    swept.sort();
    QCOMPARE(swept, (QStringList {cancelled, succeeded}));
    QVERIFY(!QFile::exists(cancelled) && !QFile::exists(succeeded));
    QVERIFY(QFile::exists(failed)); // it can be gone on with, for a day
    QVERIFY(QFile::exists(strange));
    QVERIFY(QFile::exists(data::partPath(out("running.tif"), running)));
}

void TestJobStore::sweep_removesInterimFiles()
{
    const auto store = openStore(path());
    const auto id = waitFor(store->add(requestFor(out("a.png")), {})).value();
    const QString interim = data::interimPath(out("a.png"), id);
    const QString other = data::interimPath(out("a.png"), QStringLiteral("another-job"));
    QVERIFY(write(interim, "pixels") && write(other, "pixels"));
    QVERIFY(waitFor(store->cancel(id)));
    QCOMPARE(waitFor(store->sweep()).value(), QStringList(interim));
    QVERIFY(!QFile::exists(interim) && QFile::exists(other));
}

void TestJobStore::sweep_leavesWhatIsInUse()
{
    const auto store = openStore(path());
    const auto id = waitFor(store->add(requestFor(out()), {})).value();
    const QString part = data::partPath(out(), id);
    QFile file(part);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(::flock(file.handle(), LOCK_EX), 0);
    QVERIFY(waitFor(store->cancel(id)));
    QVERIFY(waitFor(store->sweep()).value().isEmpty());
    QVERIFY(QFile::exists(part));
    file.close();
    QCOMPARE(waitFor(store->sweep()).value(), QStringList(part));
}

void TestJobStore::closing_givesJobsUp()
{
    auto store = openStore(path());
    const auto id = waitFor(store->add(requestFor(out()), {})).value();
    QVERIFY(waitFor(store->take(id)).value());
    const auto last = store->beat(id, 1, 0.75, QStringLiteral("Computing"));
    store.reset();
    QVERIFY(last.isFinished() && last.result().value()); // what was asked for before is done
    const auto next = openStore(path());
    QVERIFY(waitFor(next->find(id)).value()->stale);
    const auto adopted = waitFor(next->adopt()).value();
    QCOMPARE(adopted.size(), std::size_t(1));
    QCOMPARE(adopted.front().progress, 0.75);
}

void TestJobStore::noSecretStandsInTheFile()
{
    auto store = openStore(path());
    data::JobRequest request = requestFor(out());
    data::Asset asset;
    asset.key = QStringLiteral("red");
    asset.href = QUrl(QStringLiteral("https://pixels.example/red.tif?sig=CANARY&token=CANARY"));
    request.inputs.front().copies.front().assets.push_back(asset);
    QVERIFY(waitFor(store->add(request, {})));
    store.reset();
    for (const QFileInfo &info : QFileInfo(path()).dir().entryInfoList(QDir::Files | QDir::Hidden)) {
        QFile file(info.filePath());
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray content = file.readAll();
        QVERIFY2(!content.contains("CANARY"), qPrintable(info.fileName()));
        if (info.fileName() == u"jobs.sqlite")
            QVERIFY(content.contains("pixels.example")); // and yet it is there
    }
}

void TestJobStore::measured_lastAndLargeOnesCountMost()
{
    const auto store = openStore(path());
    QVERIFY(waitFor(store->measured()).value().empty());
    const auto rate = [&] { return waitFor(store->measured()).value().at(QStringLiteral("bytes/s")); };
    QVERIFY(waitFor(store->measure(QStringLiteral("bytes/s"), 1000, 10)));
    QCOMPARE(rate(), 100.0);
    QVERIFY(waitFor(store->measure(QStringLiteral("bytes/s"), 3000, 10)));
    QCOMPARE(rate(), 3700.0 / 17);
    QVERIFY(waitFor(store->measure(QStringLiteral("bytes/s"), 1, 1))); // a small one says little
    QCOMPARE(rate(), 2591.0 / 12.9);
    QCOMPARE(waitFor(store->measured()).value().size(), std::size_t(1));
}

namespace {

/// Bytes that this process has read or written so far, from and to whatever.
qint64 moved(const char *which)
{
    QFile file(QStringLiteral("/proc/self/io"));
    if (!file.open(QIODevice::ReadOnly))
        return -1;
    for (const auto &line : file.readAll().split('\n')) {
        if (line.startsWith(which))
            return line.mid(line.indexOf(':') + 1).trimmed().toLongLong();
    }
    return -1;
}

} // namespace

void TestJobStore::largeRequest_costsListsAndBeatsNothing()
{
    constexpr qint64 large = 20LL << 20;
    const auto store = openStore(path());
    auto request = requestFor(out());
    request.recipe.parameters["areas"] = std::string(large, 'x');
    const QString id = waitFor(store->add(request, {})).value();
    const auto lease = waitFor(store->take(id)).value();
    QVERIFY(lease);
    QVERIFY(lease->job.request.recipe.parameters == request.recipe.parameters);
    const qint64 read = moved("rchar");
    const qint64 written = moved("wchar");
    QVERIFY(written > large);
    QElapsedTimer time;
    time.start();
    for (int i = 1; i <= 20; ++i) {
        QVERIFY(waitFor(store->beat(id, lease->epoch, 0.01 * i, QStringLiteral("Computing"))).value());
        QCOMPARE(waitFor(store->all()).value().size(), std::size_t(1));
        QCOMPARE(waitFor(store->underWay()).value().size(), std::size_t(1));
    }
    qInfo("20 beats and lists: %lld ms, %lld kB written, %lld kB read", time.elapsed(),
          (moved("wchar") - written) / 1000, (moved("rchar") - read) / 1000);
    QVERIFY(moved("wchar") - written < large / 10);
    QVERIFY(moved("rchar") - read < large / 10);
    QVERIFY(waitFor(store->find(id)).value()->request.recipe.parameters == request.recipe.parameters);
}

void TestJobStore::damagedFile_isTold()
{
    QVERIFY(QDir(m_folder->path()).mkpath(QStringLiteral("data")));
    QVERIFY(write(path(), QByteArray("x").repeated(5000)));
    const auto store = openStore(path());
    QVERIFY(store);
    QVERIFY(store->note().contains(QStringLiteral("jobs.sqlite.damaged")));
    QVERIFY(waitFor(store->all()).value().empty());
}

void TestJobStore::unusableFolder_isAnError()
{
    QVERIFY(write(m_folder->filePath(QStringLiteral("data")), "a file where the folder should be"));
    const auto store = waitFor(JobStore::open(path()));
    QVERIFY(!store);
    QCOMPARE(store.error().code, ErrorCode::Storage);
}

void TestJobStore::damagedRequest_isShown()
{
    QString id;
    {
        const auto store = openStore(path());
        id = waitFor(store->add(requestFor(out()), {})).value();
    }
    {
        const auto database = Database::open(path(), jobs::jobSchema());
        QVERIFY(database && (*database)->change("UPDATE request SET text='{\"recipe\":7}'").value_or(0) == 1);
    }
    const auto store = openStore(path());
    const auto job = waitFor(store->find(id)).value().value();
    QVERIFY(job.error);
    QCOMPARE(job.request.title, QStringLiteral("NDVI one"));
    QVERIFY(waitFor(store->adopt()).value().empty());
    QVERIFY(waitFor(store->cancel(id)));
}

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    const QStringList words = application.arguments();
    if (words.value(1) == u"--hold")
        return holdJob(words.mid(2));
    TestJobStore test;
    return QTest::qExec(&test, words);
}

#include "tst_jobstore.moc"
