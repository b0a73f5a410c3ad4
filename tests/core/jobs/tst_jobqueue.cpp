// SPDX-License-Identifier: Apache-2.0
#include "core/jobs/jobqueue.h"

#include <QSignalSpy>
#include <QTest>

#include <deque>

using namespace astra;
using jobs::Job;
using jobs::JobQueue;

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

    JobQueue::Work work()
    {
        return
            [this](const data::JobRequest &, const Progress &progress, const std::function<void(QString)> &activity) {
                ++started;
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

QTEST_GUILESS_MAIN(TestJobQueue)
#include "tst_jobqueue.moc"
