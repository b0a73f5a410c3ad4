// SPDX-License-Identifier: Apache-2.0
// Jobs: what is asked of the window and the command line goes through one queue, over the store in the data folder.
#include "core/backends/outputs.h"
#include "core/backends/resultitem.h"
#include "core/data/offsetoverride.h"
#include "core/engine/engineparts.h"

#include <QDir>
#include <QElapsedTimer>
#include <QUuid>

#include <algorithm>

namespace astra::engine {

namespace {

constexpr int mostShown = 200; ///< jobs

/// Under which word the speed of such jobs is kept: bytes read per second.
/// @param away read from services: what was read, not where scenes have files that nobody needs, tells
QString speedOf(const data::JobRequest &request, bool away)
{
    return QStringLiteral("bytes/s %1 %2 %3")
        .arg(request.backend, away ? QStringLiteral("away") : QStringLiteral("here"), request.recipe.operation);
}

/// Files of this computer's server, which is another one by now.
bool isOfAnotherWorld(const data::Acquisition &input, const QUrl &world)
{
    return std::ranges::any_of(input.copies, [&](const data::Scene &copy) {
        return std::ranges::any_of(copy.assets, [&](const data::Asset &asset) {
            return asset.href.host() == world.host() && asset.href.port() != world.port();
        });
    });
}

using Rates = std::map<QString, double>;

/// With the time that it would take at the rate that was measured here so far, where one was.
Result<data::Estimate> timed(Result<data::Estimate> estimate, const data::JobRequest &request, const Rates &rates)
{
    if (!estimate)
        return estimate;
    const auto rate = rates.find(speedOf(request, estimate->requests > 0));
    if (rate != rates.end() && rate->second > 0)
        estimate->seconds = static_cast<double>(estimate->bytes) / rate->second;
    return estimate;
}

} // namespace

Future<std::shared_ptr<jobs::JobStore>> Engine::Private::jobStore()
{
    if (!jobsFile) {
        if (config.dataDir.isEmpty()) {
            jobsFile = ready<std::shared_ptr<jobs::JobStore>>(
                fail(ErrorCode::NotFound, Engine::tr("There is no data folder in which jobs could be kept.")));
        } else {
            // Jobs of an invented world are not mixed with real ones.
            const QString name = config.world.isEmpty() ? QStringLiteral("jobs.sqlite")
                                                        : QStringLiteral("sandbox-jobs.sqlite");
            jobsFile = jobs::JobStore::open(QDir(config.dataDir).filePath(name));
            queue.keepIn(*jobsFile,
                         config.resumeJobs ? jobs::JobQueue::Earlier::TakeUp : jobs::JobQueue::Earlier::Leave);
        }
    }
    return *jobsFile;
}

QStringList Engine::Private::filesBy(const data::JobRequest &request)
{
    if (const auto plan = backends::planOf(request))
        return backends::filesOf(request, *plan);
    return {request.output, backends::itemPath(request.output)}; // it fails, and says why
}

Future<data::JobRequest> Engine::Private::inThisWorld(data::JobRequest request, std::size_t from)
{
    const auto moved = config.world.isEmpty()
        ? request.inputs.end()
        : std::find_if(request.inputs.begin() + static_cast<std::ptrdiff_t>(from), request.inputs.end(),
                       [&](const data::Acquisition &input) { return isOfAnotherWorld(input, config.world); });
    if (moved == request.inputs.end())
        return ready<data::JobRequest>(std::move(request));
    const auto at = static_cast<std::size_t>(moved - request.inputs.begin());
    const QString name = QString(moved->best().provider + u':' + moved->best().id);
    const auto item = itemOf(name, {});
    if (!item)
        return ready<data::JobRequest>(fail(unknownSource(name)));
    const auto settler = std::make_shared<Settler<data::JobRequest>>();
    auto future = settler->future();
    deliver(*item, &queue, [this, settler, request = std::move(request), at](Result<providers::Item> found) mutable {
        if (!found) {
            settler->settle(fail(found.error()));
            return;
        }
        const auto word = request.inputs[at].best().offsetOverride;
        request.inputs[at] = data::withOverride({{std::move(found->scene)}}, word);
        deliver(inThisWorld(std::move(request), at + 1), &queue,
                [settler](Result<data::JobRequest> all) { settler->settle(std::move(all)); });
    });
    return future;
}

Future<data::JobResult> Engine::Private::runJob(const data::JobRequest &request, const Progress &progress,
                                                const std::function<void(QString)> &activity)
{
    const auto settler = std::make_shared<Settler<data::JobResult>>();
    auto future = settler->future();
    deliver(inThisWorld(request), &queue, [=, this](const Result<data::JobRequest> &job) {
        backends::Backend *const with = job ? backend(job->backend) : nullptr;
        if (!job) {
            settler->settle(fail(job.error()));
        } else if (!with) {
            settler->settle(
                fail(ErrorCode::NotFound, Engine::tr("There is no back-end “%1” that computes.").arg(job->backend)));
        } else {
            deliver(with->checkFiles(*job), &queue, [=, this, job = *job](const Result<void> &possible) {
                if (possible)
                    runChecked(job, *with, progress, activity, settler);
                else
                    settler->settle(fail(possible.error()));
            });
        }
    });
    return future;
}

void Engine::Private::runChecked(const data::JobRequest &job, backends::Backend &with, const Progress &progress,
                                 const std::function<void(QString)> &activity,
                                 const std::shared_ptr<Settler<data::JobResult>> &settler)
{
    // A service reads the pixels by itself.
    QString why;
    for (std::size_t i = 0; job.backend == u"local" && why.isEmpty() && i < job.inputs.size(); ++i)
        why = pixelObstacle(job.inputs[i]);
    const QString unkept = job.id.isEmpty() ? queue.problem() : QString();
    QElapsedTimer time;
    time.start();
    deliver(with.submit(job, progress, activity), &queue, [=, this, &with](const Result<data::JobResult> &done) {
        const double seconds = static_cast<double>(time.elapsed()) / 1000;
        auto result = plainly(done, why);
        if (result && !unkept.isEmpty())
            result->notes << unkept;
        if (!result) {
            settler->settle(std::move(result));
            return;
        }
        // Waited for: a command ends with its job, and would take the measurement with it.
        deliver(measure(job, with, *result, seconds, progress.stopToken()), &queue,
                [settler, result](const Result<void> &) { settler->settle(result); });
    });
}

Future<void> Engine::Private::measure(const data::JobRequest &job, backends::Backend &with, const data::JobResult &done,
                                      double seconds, const StopToken &stop)
{
    const auto store = jobsFile ? jobsFile->result() : Result<std::shared_ptr<jobs::JobStore>>(cancelled());
    if (!store || done.tilesKept > 0 || seconds <= 0)
        return ready<void>({});
    const auto keep = [store = *store, job, seconds](qint64 bytes, bool away) {
        return bytes > 0 ? store->measure(speedOf(job, away), static_cast<double>(bytes), seconds) : ready<void>({});
    };
    if (done.reads.bytes > 0)
        return keep(done.reads.bytes, true);
    // Reads of files that lie here are not counted.
    return chain(with.estimate(job, stop),
                 [keep](const Result<data::Estimate> &read) { return keep(read ? read->bytes : 0, false); });
}

namespace {

data::JobRequest withOutput(data::JobRequest request, const QString &folder)
{
    if (request.output.isEmpty())
        request.output = folder + u'/' + QUuid::createUuid().toString(QUuid::WithoutBraces) + QStringLiteral(".tif");
    return request;
}

} // namespace

jobs::Job *Engine::submit(const data::JobRequest &request)
{
    (void)d->jobStore();
    return d->queue.add(withOutput(request, resultsDir()));
}

std::vector<jobs::Job *> Engine::submitAll(const std::vector<data::JobRequest> &requests)
{
    (void)d->jobStore();
    const QString batch = QUuid::createUuid().toString(QUuid::WithoutBraces);
    std::vector<jobs::Job *> all;
    all.reserve(requests.size());
    for (const auto &request : requests)
        all.push_back(d->queue.add(withOutput(request, resultsDir()), {}, batch));
    return all;
}

std::vector<jobs::Job *> Engine::jobs() const { return d->queue.jobs(); }

Future<data::Estimate> Engine::estimate(const data::JobRequest &request, StopToken stop)
{
    backends::Backend *const backend = d->backend(request.backend);
    if (!backend) {
        return ready<data::Estimate>(
            fail(ErrorCode::NotFound, tr("There is no back-end “%1” that computes.").arg(request.backend)));
    }
    const auto measured = chain(d->jobStore(), [](Result<std::shared_ptr<jobs::JobStore>> opened) {
        return opened ? (*opened)->measured() : ready<Rates>({});
    });
    return chain(backend->estimate(request, std::move(stop)),
                 [measured, request](const Result<data::Estimate> &estimate) {
                     return chain(measured, [estimate, request](const Result<Rates> &rates) {
                         return timed(estimate, request, rates.value_or(Rates()));
                     });
                 });
}

Future<std::vector<jobs::StoredJob>> Engine::storedJobs(const QString &idBegins)
{
    return chain(d->jobStore(), [idBegins](const Result<std::shared_ptr<jobs::JobStore>> &store) {
        return store ? (*store)->all(mostShown, idBegins) : ready<std::vector<jobs::StoredJob>>(fail(store.error()));
    });
}

Future<std::optional<jobs::StoredJob>> Engine::storedJob(const QString &id)
{
    return chain(d->jobStore(), [id](const Result<std::shared_ptr<jobs::JobStore>> &store) {
        return store ? (*store)->find(id) : ready<std::optional<jobs::StoredJob>>(fail(store.error()));
    });
}

Future<void> Engine::cancelJob(const QString &id)
{
    for (jobs::Job *job : d->queue.jobs()) {
        if (job->id() == id && !job->isFinished())
            job->cancel();
    }
    return chain(d->jobStore(), [id](const Result<std::shared_ptr<jobs::JobStore>> &store) -> Future<void> {
        if (!store)
            return ready<void>(fail(store.error()));
        return chain((*store)->cancel(id), [store = *store](const Result<void> &done) {
            (void)store->sweep(); // of a job that nobody runs
            return done;
        });
    });
}

Future<jobs::Job *> Engine::resumeJob(const QString &id)
{
    const auto settler = std::make_shared<Settler<jobs::Job *>>();
    auto future = settler->future();
    // The queue was promised the store first, so by then it has it.
    deliver(d->jobStore(), this, [this, settler, id](const Result<std::shared_ptr<jobs::JobStore>> &store) {
        if (!store) {
            settler->settle(fail(store.error()));
            return;
        }
        deliver(d->queue.resume(id), this, [settler](const Result<jobs::Job *> &job) { settler->settle(job); });
    });
    return future;
}

} // namespace astra::engine
