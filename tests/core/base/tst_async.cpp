// SPDX-License-Identifier: Apache-2.0
#include "core/base/async.h"
#include "core/base/pools.h"

#include <QSemaphore>
#include <QTest>

#include <atomic>

using namespace astra;

class TestAsync : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void settler_carriesOneResult();
    void settler_dropped_settlesCancelled();
    void settler_moved_settlesWhatItHeldBefore();
    void deliver_callsOnceInTheOwnersThread();
    void deliver_dropsTheCallOfADeadOwner();
    void chain_passesResultsAndErrorsOn();
    void chain_waitsForAnInnerFuture();
    void chain_ofADroppedProducer_getsCancelled();
    void chain_attachedWhileItSettles_runsOnce();
    void chain_twiceOnOneFuture_bothRun();
    void deliver_whileTheOwnerGoes_isDroppedOrCalled();
    void runOn_runsOnThePool();
    void pools_destroyed_settleWhatNeverBegan();
    void waitFor_turnsTheEventLoop();
    void shared_startsOnce_answersAll();
    void shared_startsAgainAfterAnAnswer();
    void shared_takesAFutureThatIsSettledAlready();
};

void TestAsync::settler_carriesOneResult()
{
    Settler<int> settler;
    const auto future = settler.future();
    QVERIFY(!future.isFinished());
    settler.settle(1);
    settler.settle(2);
    QVERIFY(future.isFinished());
    QCOMPARE(*future.result(), 1);
}

void TestAsync::settler_dropped_settlesCancelled()
{
    Future<int> future;
    {
        const Settler<int> settler;
        future = settler.future();
    }
    QVERIFY(future.isFinished());
    QCOMPARE(waitFor(future).error().code, ErrorCode::Cancelled);
}

void TestAsync::settler_moved_settlesWhatItHeldBefore()
{
    Settler<int> first;
    Settler<int> second;
    const auto before = first.future();
    const auto after = second.future();
    first = std::move(second);
    QCOMPARE(waitFor(before).error().code, ErrorCode::Cancelled);
    QVERIFY(!after.isFinished());
    first.settle(7);
    QCOMPARE(*waitFor(after), 7);
}

void TestAsync::deliver_callsOnceInTheOwnersThread()
{
    Pools pools;
    QObject owner;
    int calls = 0;
    QThread *thread = nullptr;
    deliver(runOn(pools.cpu, []() -> Result<int> { return 3; }), &owner, [&](const Result<int> &result) {
        QCOMPARE(*result, 3);
        thread = QThread::currentThread();
        ++calls;
    });
    QTRY_COMPARE(calls, 1);
    QCOMPARE(thread, QThread::currentThread());
    QVERIFY2(owner.children().isEmpty() || QTest::qWaitFor([&] { return owner.children().isEmpty(); }),
             "the watcher stays behind");
}

void TestAsync::deliver_dropsTheCallOfADeadOwner()
{
    Settler<int> settler;
    int calls = 0;
    {
        QObject owner;
        deliver(settler.future(), &owner, [&](const Result<int> &) { ++calls; });
    }
    settler.settle(1);
    QCoreApplication::processEvents();
    QCOMPARE(calls, 0);
}

void TestAsync::chain_passesResultsAndErrorsOn()
{
    const auto twice = [](const Result<int> &result) -> Result<int> {
        if (!result)
            return fail(result.error());
        return *result * 2;
    };
    QCOMPARE(*waitFor(chain(ready<int>(4), twice)), 8);
    QCOMPARE(waitFor(chain(ready<int>(fail(ErrorCode::Network, QStringLiteral("gone"))), twice)).error().message,
             QStringLiteral("gone"));
}

void TestAsync::chain_waitsForAnInnerFuture()
{
    Settler<QString> inner;
    const auto innerFuture = inner.future();
    const auto outer = chain(ready<int>(4), [innerFuture](const Result<int> &) { return innerFuture; });
    QVERIFY(!outer.isFinished());
    inner.settle(QStringLiteral("done"));
    QCOMPARE(*waitFor(outer), QStringLiteral("done"));
}

void TestAsync::chain_ofADroppedProducer_getsCancelled()
{
    std::optional<ErrorCode> seen;
    Future<int> derived;
    {
        const Settler<int> settler;
        derived = chain(settler.future(), [&](const Result<int> &result) -> Result<int> {
            seen = result.error().code;
            return result;
        });
    }
    QCOMPARE(waitFor(derived).error().code, ErrorCode::Cancelled);
    QCOMPARE(seen, std::optional(ErrorCode::Cancelled));
}

void TestAsync::chain_attachedWhileItSettles_runsOnce()
{
    // The moment between "finished" and "whoever waited was called", which a thread may be held up in for long.
    Pools pools;
    for (int i = 0; i < 10000; ++i) {
        const auto settler = std::make_shared<Settler<int>>();
        const auto future = settler->future();
        pools.cpu.start([settler] { settler->settle(1); });
        while (!future.isFinished())
            QThread::yieldCurrentThread();
        std::atomic<int> calls = 0;
        const auto chained = chain(future, [&calls](const Result<int> &result) -> Result<int> {
            ++calls;
            return *result + 1;
        });
        pools.cpu.waitForDone();
        QCOMPARE(*chained.result(), 2);
        QCOMPARE(calls, 1);
    }
}

void TestAsync::chain_twiceOnOneFuture_bothRun()
{
    Settler<int> settler;
    const auto next = [](const Result<int> &result) -> Result<int> { return *result + 1; };
    const auto first = chain(settler.future(), next);
    const auto second = chain(settler.future(), next);
    settler.settle(1);
    QCOMPARE(*waitFor(first), 2);
    QCOMPARE(*waitFor(second), 2);
}

void TestAsync::deliver_whileTheOwnerGoes_isDroppedOrCalled()
{
    Pools pools;
    std::atomic<int> alive = 0;
    for (int i = 0; i < 2000; ++i) {
        const auto settler = std::make_shared<Settler<int>>();
        auto owner = std::make_unique<QObject>();
        ++alive;
        const std::shared_ptr<int> held(new int(1), [&alive](const int *number) {
            delete number;
            --alive;
        });
        deliver(settler->future(), owner.get(), [held](const Result<int> &result) { QCOMPARE(*result, *held); });
        pools.cpu.start([settler] { settler->settle(1); });
        if (i % 2 == 0)
            QCoreApplication::processEvents();
        owner.reset();
    }
    pools.cpu.waitForDone();
    QCOMPARE(alive, 0); // what was to be called is let go with its owner
}

void TestAsync::runOn_runsOnThePool()
{
    Pools pools;
    const auto thread = waitFor(runOn(pools.io, []() -> Result<QThread *> { return QThread::currentThread(); }));
    QVERIFY(*thread != QThread::currentThread());
}

void TestAsync::pools_destroyed_settleWhatNeverBegan()
{
    Future<int> running;
    Future<int> queued;
    std::atomic<bool> begun = false;
    {
        Pools pools;
        pools.cpu.setMaxThreadCount(1);
        QSemaphore started;
        running = runOn(pools.cpu, [&]() -> Result<int> {
            started.release();
            return 1;
        });
        started.acquire();
        QSemaphore gate;
        auto blocker = runOn(pools.cpu, [&]() -> Result<int> {
            gate.acquire();
            return 0;
        });
        queued = runOn(pools.cpu, [&]() -> Result<int> {
            begun = true;
            return 2;
        });
        // The pool drops its queue, as its end does, while one piece of work still runs.
        pools.cpu.clear();
        gate.release();
        Q_UNUSED(blocker)
    }
    QCOMPARE(*waitFor(running), 1);
    QCOMPARE(waitFor(queued).error().code, ErrorCode::Cancelled);
    QVERIFY(!begun);
}

void TestAsync::waitFor_turnsTheEventLoop()
{
    Settler<int> settler;
    QMetaObject::invokeMethod(
        this, [&] { settler.settle(5); }, Qt::QueuedConnection);
    QCOMPARE(*waitFor(settler.future()), 5);
}

void TestAsync::shared_startsOnce_answersAll()
{
    Shared<int> shared;
    Settler<int> work;
    int starts = 0;
    const auto start = [&] {
        ++starts;
        return work.future();
    };
    const auto first = shared.get(start);
    const auto second = shared.get(start);
    QVERIFY(!first.isFinished() && !second.isFinished());
    work.settle(9);
    QCOMPARE(*waitFor(first), 9);
    QCOMPARE(*waitFor(second), 9);
    QCOMPARE(starts, 1);
}

void TestAsync::shared_startsAgainAfterAnAnswer()
{
    Shared<int> shared;
    int starts = 0;
    const auto start = [&] { return ready<int>(++starts); };
    QCOMPARE(*waitFor(shared.get(start)), 1);
    QCOMPARE(*waitFor(shared.get(start)), 2);
}

void TestAsync::shared_takesAFutureThatIsSettledAlready()
{
    Shared<int> shared;
    const auto failed = shared.get([] { return ready<int>(fail(ErrorCode::Network, QStringLiteral("no"))); });
    QCOMPARE(waitFor(failed).error().code, ErrorCode::Network);
}

QTEST_GUILESS_MAIN(TestAsync)
#include "tst_async.moc"
