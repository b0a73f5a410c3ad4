// SPDX-License-Identifier: Apache-2.0
#include "core/jobs/jobqueue.h"

#include <QDir>
#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <deque>

using namespace astra;
using jobs::Job;
using jobs::JobQueue;
using jobs::JobStore;

namespace {

/// Work that waits until the test says how it ends.
struct Bench {
    struct Running {
        Settler<data::JobResult> settler;
        Progress progress;
        std::function<void(QString)> activity;
    };
    std::deque<Running> running;
    int started = 0;
    QStringList ids; ///< of the requests, as they began

    JobQueue::Work work()
    {
        return [this](const data::JobRequest &request, const Progress &progress,
                      const std::function<void(QString)> &activity) {
            ++started;
            ids << request.id;
            running.push_back({{}, progress, activity});
            return running.back().settler.future();
        };
    }
    void succeed(std::size_t i)
    {
        data::JobResult result;
        result.output = QStringLiteral("/x.tif");
        running[i].settler.settle(result);
    }
};

} // namespace

class TestJobQueue : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void runsTwoAtATime();
    void progress_neverFalls();
    void cancel_isAtOnceButKeepsThePlace();
    void cancel_ofAQueuedJobNeverStartsIt();
    void failure_isKept();
    void destruction_stopsWork();
    void higherPriority_goesFirst();

    void stored_isKept();
    void stored_runsUnderItsId();
    void stored_twoJobsOnOneFile();
    void stored_batchSurvivesOneFailure();
    void stored_cancelByAnotherWithin200ms();
    void stored_cancelOfAQueuedJobByAnother();
    void stored_isSeenByAnother();
    void stored_cutOffGoesOnInTheNextWindow();
    void stored_twoWindowsRunItOnce();
    void stored_otherProgramsLeaveItAlone();
    void stored_resumedByHand();
    void stored_cancelledIsResumableOnceItLetGo();
    void stored_adoptedJobThatIsShownRuns();
    void stored_filesBesideAreClaimed();
    void stored_idThatIsTakenFails();
    void stored_cancelledIsNotTakenUp();
    void stored_earlierJobsAreShown();
    void withoutAStore_worksAndSaysWhy();

private:
    static data::JobRequest writing(const QString &output, int priority = 0)
    {
        data::JobRequest request;
        request.output = output;
        request.priority = priority;
        return request;
    }
    [[nodiscard]] QString out(const char *name = "a.tif") const { return m_folder.filePath(QLatin1String(name)); }
    /// A store of its own for each test.
    [[nodiscard]] QString newPath() { return m_folder.filePath(QStringLiteral("%1/jobs.sqlite").arg(++m_stores)); }
    QTemporaryDir m_folder;
    int m_stores = 0;
};

void TestJobQueue::runsTwoAtATime()
{
    Bench bench;
    JobQueue queue(2);
    Job *first = queue.add({}, bench.work());
    Job *second = queue.add({}, bench.work());
    Job *third = queue.add({}, bench.work());
    QCOMPARE(first->state(), Job::State::Queued); // nothing begins before the caller has had the job
    QTRY_COMPARE(bench.started, 2);
    QCOMPARE(third->state(), Job::State::Queued);
    QCOMPARE(queue.jobs(), (std::vector<Job *> {third, second, first}));
    QSignalSpy finished(first, &Job::finished);
    bench.succeed(0);
    QTRY_COMPARE(first->state(), Job::State::Succeeded);
    QCOMPARE(finished.count(), 1);
    QCOMPARE(first->progress(), 1.0);
    QCOMPARE(first->result()->output, QStringLiteral("/x.tif"));
    QVERIFY(first->finishedAt().isValid());
    QTRY_COMPARE(bench.started, 3);
}

void TestJobQueue::progress_neverFalls()
{
    Bench bench;
    JobQueue queue;
    Job *job = queue.add({}, bench.work());
    QTRY_COMPARE(bench.started, 1);
    QVERIFY(bench.running[0].progress.report(0.5));
    bench.running[0].activity(QStringLiteral("Computing"));
    QTRY_COMPARE(job->progress(), 0.5);
    QTRY_COMPARE(job->activity(), QStringLiteral("Computing"));
    QVERIFY(bench.running[0].progress.report(0.25));
    QVERIFY(bench.running[0].progress.report(0.75));
    QTRY_COMPARE(job->progress(), 0.75);
}

void TestJobQueue::cancel_isAtOnceButKeepsThePlace()
{
    Bench bench;
    JobQueue queue(1);
    Job *job = queue.add({}, bench.work());
    Job *next = queue.add({}, bench.work());
    QTRY_COMPARE(bench.started, 1);
    QSignalSpy finished(job, &Job::finished);
    job->cancel();
    QCOMPARE(job->state(), Job::State::Cancelled);
    QCOMPARE(finished.count(), 1);
    QVERIFY(!bench.running[0].progress.report(0.9));
    QCoreApplication::processEvents();
    QCOMPARE(next->state(), Job::State::Queued);
    bench.running[0].settler.settle(cancelled());
    QTRY_COMPARE(next->state(), Job::State::Running);
    QCOMPARE(finished.count(), 1);
}

void TestJobQueue::cancel_ofAQueuedJobNeverStartsIt()
{
    Bench bench;
    JobQueue queue(1);
    Job *first = queue.add({}, bench.work());
    Job *second = queue.add({}, bench.work());
    second->cancel();
    QTRY_COMPARE(bench.started, 1);
    bench.succeed(0);
    QTRY_COMPARE(first->state(), Job::State::Succeeded);
    QCoreApplication::processEvents();
    QCOMPARE(bench.started, 1);
    QCOMPARE(second->state(), Job::State::Cancelled);
}

void TestJobQueue::failure_isKept()
{
    Bench bench;
    JobQueue queue;
    Job *job = queue.add({}, bench.work());
    QTRY_COMPARE(bench.started, 1);
    bench.running[0].settler.settle(fail(ErrorCode::Storage, QStringLiteral("The disk is full.")));
    QTRY_COMPARE(job->state(), Job::State::Failed);
    QCOMPARE(job->error()->message, QStringLiteral("The disk is full."));
    QVERIFY(!job->result());
}

void TestJobQueue::destruction_stopsWork()
{
    Bench bench;
    {
        JobQueue queue;
        (void)queue.add({}, bench.work());
        QTRY_COMPARE(bench.started, 1);
    }
    QVERIFY(bench.running[0].progress.stopped());
    bench.succeed(0); // comes too late for anybody: nothing happens
    QCoreApplication::processEvents();
}

void TestJobQueue::higherPriority_goesFirst()
{
    Bench bench;
    JobQueue queue(1);
    Job *first = queue.add(writing(out("0.tif")), bench.work());
    QTRY_COMPARE(first->state(), Job::State::Running);
    Job *low = queue.add(writing(out("1.tif"), -1), bench.work());
    Job *middle = queue.add(writing(out("2.tif")), bench.work());
    Job *high = queue.add(writing(out("3.tif"), 5), bench.work());
    std::size_t at = 0;
    for (Job *next : {high, middle, low}) {
        QCoreApplication::processEvents();
        bench.succeed(at++);
        QTRY_COMPARE(next->state(), Job::State::Running);
        QCOMPARE(queue.running(), 1);
    }
}

// --- Over a store ---------------------------------------------------------------------------------------------------

void TestJobQueue::stored_isKept()
{
    const QString path = newPath();
    const auto other = waitFor(JobStore::open(path)).value();
    Bench bench;
    JobQueue queue;
    queue.keepIn(JobStore::open(path));
    Job *job = queue.add(writing(out()), bench.work());
    QTRY_COMPARE(bench.started, 1);
    QVERIFY(bench.running[0].progress.report(0.4));
    bench.running[0].activity(QStringLiteral("Computing"));
    QTRY_COMPARE(waitFor(other->find(job->id())).value()->progress, 0.4);
    QCOMPARE(waitFor(other->find(job->id())).value()->activity, QStringLiteral("Computing"));
    bench.succeed(0);
    QTRY_COMPARE(job->state(), Job::State::Succeeded);
    QTRY_COMPARE(waitFor(other->find(job->id())).value()->state, Job::State::Succeeded);
    QVERIFY(queue.problem().isEmpty());
}

void TestJobQueue::stored_runsUnderItsId()
{
    Bench bench;
    JobQueue queue;
    queue.keepIn(JobStore::open(newPath()));
    Job *job = queue.add(writing(out()), bench.work());
    QTRY_COMPARE(bench.ids, QStringList(job->id()));
    QCOMPARE(job->request().id, job->id());
}

void TestJobQueue::stored_twoJobsOnOneFile()
{
    Bench bench;
    JobQueue queue;
    queue.keepIn(JobStore::open(newPath()));
    Job *first = queue.add(writing(out()), bench.work());
    Job *second = queue.add(writing(out()), bench.work());
    QTRY_COMPARE(second->state(), Job::State::Failed);
    QCOMPARE(second->error()->code, ErrorCode::InvalidInput);
    QTRY_COMPARE(bench.started, 1);
    bench.succeed(0);
    QTRY_COMPARE(first->state(), Job::State::Succeeded);
    Job *third = queue.add(writing(out()), bench.work()); // by now nobody writes it
    QTRY_COMPARE(third->state(), Job::State::Running);
}

void TestJobQueue::stored_batchSurvivesOneFailure()
{
    const QString path = newPath();
    Bench bench;
    JobQueue queue(5);
    queue.keepIn(JobStore::open(path));
    std::vector<Job *> jobs;
    for (const char *name : {"b0.tif", "b1.tif", "b2.tif", "b3.tif", "b4.tif"})
        jobs.push_back(queue.add(writing(out(name)), bench.work(), QStringLiteral("together")));
    QTRY_COMPARE(bench.started, 5);
    bench.running[2].settler.settle(fail(ErrorCode::Network, QStringLiteral("It broke off.")));
    for (const std::size_t i : {0U, 1U, 3U, 4U})
        bench.succeed(i);
    for (std::size_t i = 0; i < jobs.size(); ++i)
        QTRY_COMPARE(jobs[i]->state(), i == 2 ? Job::State::Failed : Job::State::Succeeded);
    const auto store = waitFor(JobStore::open(path)).value();
    const auto succeeded = [&] {
        const auto all = waitFor(store->all()).value();
        return std::ranges::count_if(all, [](const jobs::StoredJob &job) {
            return job.batch == u"together" && job.state == Job::State::Succeeded;
        });
    };
    QTRY_COMPARE(succeeded(), 4);
}

void TestJobQueue::stored_cancelByAnotherWithin200ms()
{
    const QString path = newPath();
    const auto other = waitFor(JobStore::open(path)).value();
    Bench bench;
    JobQueue queue;
    queue.keepIn(JobStore::open(path));
    Job *job = queue.add(writing(out()), bench.work());
    QTRY_COMPARE(job->state(), Job::State::Running);
    QSignalSpy finished(job, &Job::finished);
    QElapsedTimer time;
    time.start();
    QVERIFY(waitFor(other->cancel(job->id())));
    while (!bench.running[0].progress.stopped() && time.elapsed() < 2000)
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents, 10);
    QVERIFY2(time.elapsed() < 200, qPrintable(QString::number(time.elapsed())));
    QCOMPARE(job->state(), Job::State::Cancelled);
    bench.running[0].settler.settle(cancelled());
    QTRY_COMPARE(waitFor(other->find(job->id())).value()->state, Job::State::Cancelled);
    QCOMPARE(finished.count(), 1);
}

void TestJobQueue::stored_cancelOfAQueuedJobByAnother()
{
    const QString path = newPath();
    const auto other = waitFor(JobStore::open(path)).value();
    Bench bench;
    JobQueue queue(1);
    queue.keepIn(JobStore::open(path));
    Job *first = queue.add(writing(out("a.tif")), bench.work());
    Job *second = queue.add(writing(out("b.tif")), bench.work());
    QTRY_COMPARE(first->state(), Job::State::Running);
    QTRY_VERIFY(waitFor(other->find(second->id())).value());
    QVERIFY(waitFor(other->cancel(second->id())));
    QTRY_COMPARE(second->state(), Job::State::Cancelled);
    bench.succeed(0);
    QTRY_COMPARE(first->state(), Job::State::Succeeded);
    QCoreApplication::processEvents();
    QCOMPARE(bench.started, 1);
}

void TestJobQueue::stored_isSeenByAnother()
{
    const QString path = newPath();
    Bench bench;
    JobQueue one;
    one.keepIn(JobStore::open(path));
    Job *job = one.add(writing(out()), bench.work());
    QTRY_COMPARE(job->state(), Job::State::Running);
    Bench none;
    JobQueue two;
    two.runWith(none.work());
    two.keepIn(JobStore::open(path), JobQueue::Earlier::TakeUp);
    QTRY_COMPARE(two.jobs().size(), std::size_t(1));
    Job *seen = two.jobs().front();
    QCOMPARE(seen->id(), job->id());
    QCOMPARE(seen->request().output, out());
    QTRY_COMPARE(seen->state(), Job::State::Running);
    QVERIFY(!seen->isResumable());
    QVERIFY(bench.running[0].progress.report(0.5));
    QTRY_COMPARE(seen->progress(), 0.5);
    QSignalSpy finished(seen, &Job::finished);
    seen->cancel();
    QTRY_COMPARE(job->state(), Job::State::Cancelled);
    bench.running[0].settler.settle(cancelled());
    QTRY_COMPARE(seen->state(), Job::State::Cancelled);
    QCOMPARE(finished.count(), 1);
    QCOMPARE(none.started, 0);
}

void TestJobQueue::stored_cutOffGoesOnInTheNextWindow()
{
    const QString path = newPath();
    QString id;
    Bench before;
    {
        JobQueue queue;
        queue.keepIn(JobStore::open(path));
        Job *job = queue.add(writing(out()), before.work());
        id = job->id();
        QTRY_COMPARE(job->state(), Job::State::Running);
    }
    QVERIFY(before.running[0].progress.stopped());
    Bench bench;
    JobQueue queue;
    queue.runWith(bench.work());
    queue.keepIn(JobStore::open(path), JobQueue::Earlier::TakeUp);
    QTRY_COMPARE(bench.ids, QStringList(id));
    QCOMPARE(queue.jobs().size(), std::size_t(1));
    Job *job = queue.jobs().front();
    QTRY_COMPARE(job->state(), Job::State::Running);
    bench.succeed(0);
    QTRY_COMPARE(job->state(), Job::State::Succeeded);
}

void TestJobQueue::stored_twoWindowsRunItOnce()
{
    const QString path = newPath();
    constexpr int count = 6;
    {
        Bench before;
        JobQueue queue(count);
        queue.keepIn(JobStore::open(path));
        for (int i = 0; i < count; ++i)
            (void)queue.add(writing(m_folder.filePath(QStringLiteral("w%1.tif").arg(i))), before.work());
        QTRY_COMPARE(before.started, count);
    }
    Bench bench;
    JobQueue one(count);
    JobQueue two(count);
    for (JobQueue *queue : {&one, &two}) {
        queue->runWith(bench.work());
        queue->keepIn(JobStore::open(path), JobQueue::Earlier::TakeUp);
    }
    QTRY_COMPARE(bench.started, count);
    QTRY_COMPARE(one.jobs().size() + two.jobs().size(), std::size_t(2 * count)); // each sees those of the other
    for (std::size_t i = 0; i < count; ++i)
        bench.succeed(i);
    for (const JobQueue *queue : {&one, &two}) {
        for (const Job *job : queue->jobs())
            QTRY_COMPARE(job->state(), Job::State::Succeeded);
    }
    QCOMPARE(bench.started, count);
    QCOMPARE(QSet<QString>(bench.ids.begin(), bench.ids.end()).size(), qsizetype(count));
}

void TestJobQueue::stored_otherProgramsLeaveItAlone()
{
    const QString path = newPath();
    {
        Bench before;
        JobQueue queue;
        queue.keepIn(JobStore::open(path));
        (void)queue.add(writing(out()), before.work());
        QTRY_COMPARE(before.started, 1);
    }
    Bench bench;
    JobQueue queue; // a command, say
    queue.runWith(bench.work());
    queue.keepIn(JobStore::open(path));
    Job *own = queue.add(writing(out("own.tif")), bench.work());
    QTRY_COMPARE(own->state(), Job::State::Running);
    QTRY_COMPARE(queue.jobs().size(), std::size_t(2));
    QCOMPARE(bench.started, 1);
    QVERIFY(queue.jobs().back()->isResumable());
}

void TestJobQueue::stored_resumedByHand()
{
    const QString path = newPath();
    Bench bench;
    JobQueue queue;
    queue.runWith(bench.work());
    queue.keepIn(JobStore::open(path));
    Job *job = queue.add(writing(out()));
    QTRY_COMPARE(bench.started, 1);
    QCOMPARE(waitFor(queue.resume(job->id())).error().code, ErrorCode::InvalidInput); // it runs
    bench.running[0].settler.settle(fail(ErrorCode::Network, QStringLiteral("It broke off.")));
    QTRY_COMPARE(job->state(), Job::State::Failed);
    QVERIFY(job->isResumable());
    QSignalSpy finished(job, &Job::finished);
    QCOMPARE(waitFor(queue.resume(job->id())).value(), job);
    QVERIFY(!job->error());
    QTRY_COMPARE(bench.started, 2);
    QVERIFY(!bench.running[1].progress.stopped());
    bench.succeed(1);
    QTRY_COMPARE(job->state(), Job::State::Succeeded);
    QCOMPARE(finished.count(), 1);
    QVERIFY(!job->isResumable());
    QVERIFY(!waitFor(queue.resume(QStringLiteral("none"))));
}

void TestJobQueue::stored_cancelledIsResumableOnceItLetGo()
{
    Bench bench;
    JobQueue queue(1);
    queue.runWith(bench.work());
    queue.keepIn(JobStore::open(newPath()));
    Job *job = queue.add(writing(out()));
    QTRY_COMPARE(bench.started, 1);
    job->cancel();
    QCOMPARE(job->state(), Job::State::Cancelled);
    QVERIFY(!job->isResumable());
    const auto early = waitFor(queue.resume(job->id()));
    QVERIFY(!early && early.error().retryable); // not yet
    bench.running[0].settler.settle(cancelled());
    QTRY_VERIFY(job->isResumable());
    QCOMPARE(waitFor(queue.resume(job->id())).value(), job);
    QTRY_COMPARE(bench.started, 2);
    bench.succeed(1);
    QTRY_COMPARE(job->state(), Job::State::Succeeded);
}

void TestJobQueue::stored_adoptedJobThatIsShownRuns()
{
    // Another process loses it between the queue's first look and its taking up of what was cut off.
    const QString path = newPath();
    auto other = waitFor(JobStore::open(path)).value();
    const QString id = waitFor(other->add(writing(out()), {})).value();
    Bench bench;
    JobQueue queue;
    queue.runWith(bench.work());
    const auto store = waitFor(JobStore::open(path)).value();
    queue.keepIn(ready<std::shared_ptr<JobStore>>(store));
    QTRY_COMPARE(queue.jobs().size(), std::size_t(1));
    Job *job = queue.jobs().front();
    other.reset();
    QTRY_VERIFY(job->isResumable());
    queue.keepIn(ready<std::shared_ptr<JobStore>>(store), JobQueue::Earlier::TakeUp);
    QTRY_COMPARE(bench.ids, QStringList(id));
    bench.succeed(0);
    QTRY_COMPARE(job->state(), Job::State::Succeeded);
    QCOMPARE(queue.jobs().size(), std::size_t(1));
}

void TestJobQueue::stored_filesBesideAreClaimed()
{
    Bench bench;
    JobQueue queue;
    queue.runWith(bench.work(), [this](const data::JobRequest &) {
        return QStringList(m_folder.filePath(QStringLiteral("a.json")));
    });
    queue.keepIn(JobStore::open(newPath()));
    Job *first = queue.add(writing(out("a.tif")));
    Job *second = queue.add(writing(out("a.png")));
    QTRY_COMPARE(second->state(), Job::State::Failed);
    QVERIFY(second->error()->message.contains(first->id()));
    QTRY_COMPARE(first->state(), Job::State::Running);
    QCOMPARE(bench.started, 1);
}

void TestJobQueue::stored_idThatIsTakenFails()
{
    Bench bench;
    JobQueue queue;
    queue.keepIn(JobStore::open(newPath()));
    auto request = writing(out("a.tif"));
    request.id = QStringLiteral("the same");
    (void)queue.add(request, bench.work());
    request.output = out("b.tif");
    Job *second = queue.add(request, bench.work());
    QTRY_COMPARE(second->state(), Job::State::Failed); // and does not run without a store
    QCOMPARE(second->error()->code, ErrorCode::InvalidInput);
    QTRY_COMPARE(bench.ids, QStringList(QStringLiteral("the same")));
}

void TestJobQueue::stored_cancelledIsNotTakenUp()
{
    const QString path = newPath();
    {
        Bench bench;
        JobQueue queue;
        queue.keepIn(JobStore::open(path));
        Job *job = queue.add(writing(out()), bench.work());
        QTRY_COMPARE(job->state(), Job::State::Running);
        job->cancel();
    } // its work never came to say that it has let go
    Bench bench;
    JobQueue queue;
    queue.runWith(bench.work());
    queue.keepIn(JobStore::open(path), JobQueue::Earlier::TakeUp);
    QTRY_COMPARE(queue.jobs().size(), std::size_t(1));
    QCOMPARE(queue.jobs().front()->state(), Job::State::Cancelled);
    QCOMPARE(bench.started, 0);
}

void TestJobQueue::stored_earlierJobsAreShown()
{
    const QString path = newPath();
    {
        Bench bench;
        JobQueue queue(1);
        queue.keepIn(JobStore::open(path));
        Job *first = queue.add(writing(out("first.tif")), bench.work());
        Job *second = queue.add(writing(out("second.tif")), bench.work());
        QTRY_COMPARE(bench.started, 1);
        bench.succeed(0);
        QTRY_COMPARE(first->state(), Job::State::Succeeded);
        QTRY_COMPARE(bench.started, 2);
        bench.running[1].settler.settle(fail(ErrorCode::Network, QStringLiteral("It broke off.")));
        QTRY_COMPARE(second->state(), Job::State::Failed);
    }
    JobQueue queue;
    QSignalSpy added(&queue, &JobQueue::added);
    queue.keepIn(JobStore::open(path), JobQueue::Earlier::TakeUp);
    QTRY_COMPARE(added.count(), 2);
    const auto jobs = queue.jobs();
    QCOMPARE(jobs.front()->error()->message, QStringLiteral("It broke off."));
    QVERIFY(jobs.front()->isResumable());
    QCOMPARE(jobs.back()->result()->output, QStringLiteral("/x.tif"));
    QVERIFY(!jobs.back()->isResumable());
}

void TestJobQueue::withoutAStore_worksAndSaysWhy()
{
    QFile file(m_folder.filePath(QStringLiteral("plain")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    Bench bench;
    JobQueue queue;
    queue.keepIn(JobStore::open(file.fileName() + QStringLiteral("/jobs.sqlite")));
    Job *job = queue.add(writing(out()), bench.work());
    QTRY_COMPARE(bench.started, 1);
    QVERIFY2(queue.problem().contains(file.fileName()), qPrintable(queue.problem()));
    QCOMPARE(bench.ids, QStringList(QString())); // nobody would sweep what it left behind
    bench.succeed(0);
    QTRY_COMPARE(job->state(), Job::State::Succeeded);
    QVERIFY(!waitFor(queue.resume(job->id())));
}

QTEST_GUILESS_MAIN(TestJobQueue)
#include "tst_jobqueue.moc"
