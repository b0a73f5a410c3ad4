// SPDX-License-Identifier: Apache-2.0
#include "core/jobs/jobstore.h"

#include "core/jobs/jobtable.h"
#include "core/jobs/storethread.h"

#include <QCoreApplication>

#include <algorithm>

namespace astra::jobs {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::jobs::JobStore)
};

constexpr int beatsPerLease = 5;

} // namespace

/// The thread and what it works with; whoever needs either keeps both.
struct JobStore::Inside {
    StoreThread thread;
    std::unique_ptr<JobTable> table; ///< of that thread; null: could not be opened
    QString note;
};

JobStore::JobStore(int beat)
    : m_inside(std::make_shared<Inside>())
    , m_thread([inside = m_inside, beat] {
        inside->thread.serve(
            beat,
            [&] {
                if (inside->table)
                    inside->table->renew();
            },
            [&] {
                if (inside->table)
                    inside->table->close();
                inside->table.reset();
            });
    })
{
}

JobStore::~JobStore()
{
    m_inside->thread.end();
    if (m_thread.get_id() == std::this_thread::get_id())
        m_thread.detach(); // the last one to need this was an answer
    else
        m_thread.join();
}

Future<std::shared_ptr<JobStore>> JobStore::open(const QString &path, int lease)
{
    const std::shared_ptr<JobStore> store(new JobStore(std::max(1, lease / beatsPerLease)));
    const auto settler = std::make_shared<Settler<std::shared_ptr<JobStore>>>();
    auto future = settler->future();
    store->m_inside->thread.post([store, settler, path, lease] {
        auto table = JobTable::open(path, lease, &store->m_inside->note);
        if (!table) {
            settler->settle(fail(std::move(table.error())));
            return;
        }
        store->m_inside->table = *std::move(table);
        settler->settle(store);
    });
    return future;
}

/// Posts `f(JobTable &) -> Result<T>` and promises its answer.
template<typename F> auto JobStore::ask(F f)
{
    using T = typename detail::Unwrapped<std::invoke_result_t<F, JobTable &>>::Value;
    const auto settler = std::make_shared<Settler<T>>();
    auto future = settler->future();
    m_inside->thread.post([inside = m_inside, settler, f = std::move(f)] { settler->settle(f(*inside->table)); });
    return future;
}

QString JobStore::note() const { return m_inside->note; }

Future<QString> JobStore::add(data::JobRequest request, const QString &batch, const QStringList &files)
{
    return ask(
        [request = std::move(request), batch, files](JobTable &table) { return table.add(request, batch, files); });
}

Future<std::optional<Lease>> JobStore::take(const QString &id)
{
    return ask([id](JobTable &table) { return table.take(id); });
}

Future<bool> JobStore::beat(const QString &id, qint64 epoch, double progress, const QString &activity)
{
    return ask([=](JobTable &table) { return table.beat(id, epoch, progress, activity); });
}

Future<bool> JobStore::finish(const QString &id, qint64 epoch, Job::State state, std::optional<Error> error,
                              std::optional<data::JobResult> result)
{
    return ask([ending = Ending {id, epoch, state, std::move(error), std::move(result)}](JobTable &table) {
        return table.finish(ending);
    });
}

Future<void> JobStore::cancel(const QString &id)
{
    return ask([id](JobTable &table) { return table.cancel(id); });
}

Future<StoredJob> JobStore::requeue(const QString &id)
{
    return ask([id](JobTable &table) { return table.requeue(id); });
}

Future<std::vector<StoredJob>> JobStore::adopt()
{
    return ask([](JobTable &table) { return table.adopt(); });
}

Future<std::vector<StoredJob>> JobStore::all(int limit, const QString &idBegins)
{
    return ask([=](JobTable &table) { return table.all(limit, idBegins); });
}

Future<std::optional<StoredJob>> JobStore::find(const QString &id)
{
    return ask([id](JobTable &table) { return table.find(id); });
}

Future<std::vector<JobNews>> JobStore::underWay()
{
    return ask([](JobTable &table) { return table.underWay(); });
}

Future<qint64> JobStore::version()
{
    return ask([](JobTable &table) { return table.version(); });
}

Future<QStringList> JobStore::sweep()
{
    return ask([](JobTable &table) { return table.sweep(); });
}

Future<void> JobStore::measure(const QString &what, double amount, double seconds)
{
    return ask([=](JobTable &table) { return table.measure(what, amount, seconds); });
}

Future<std::map<QString, double>> JobStore::measured()
{
    return ask([](JobTable &table) { return table.measured(); });
}

QString cutOffWords(const data::JobRequest &request)
{
    if (request.backend == u"local")
        return Text::tr("Cut off; it can be resumed");
    return Text::tr("Cut off; it may still run at %1, and to resume it sends it there once more").arg(request.backend);
}

} // namespace astra::jobs
