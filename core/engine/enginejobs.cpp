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

bool isHere(const data::Asset &asset) { return asset.bands.empty() || asset.href.isLocalFile(); }

bool isHere(const data::JobRequest &request)
{
    return std::ranges::all_of(request.inputs, [](const data::Acquisition &input) {
        return !input.copies.empty()
            && std::ranges::all_of(input.best().assets, [](const data::Asset &asset) { return isHere(asset); });
    });
}

/// Under which word the speed of such jobs is kept: bytes of the inputs per second.
QString speedOf(const data::JobRequest &request)
{
    return QStringLiteral("bytes/s %1 %2")
        .arg(isHere(request) ? QStringLiteral("here") : QStringLiteral("away"), request.recipe.operation);
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

/// Measures a job where nothing of it was there before; what it read is known only afterwards where it lies elsewhere.
void measure(jobs::JobStore &store, const data::JobRequest &request, const data::JobResult &done,
             const Result<data::Estimate> &expected, qint64 ms)
{
    const qint64 bytes = isHere(request) ? (expected ? expected->bytes : 0) : done.reads.bytes;
    if (done.tilesKept > 0 || bytes <= 0 || ms <= 0)
        return;
    (void)store.measure(speedOf(request), 1000.0 * static_cast<double>(bytes) / static_cast<double>(ms));
}

using Rates = std::map<QString, double>;

/// With the time that it took here so far, where such a job was measured.
Result<data::Estimate> timed(Result<data::Estimate> estimate, const Rates &rates, const QString &speed)
{
    const auto rate = rates.find(speed);
    if (estimate && rate != rates.end() && rate->second > 0)
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
        auto possible = job ? Result<void>() : fail(job.error());
        if (job && !with) {
            possible = fail(ErrorCode::NotFound,
                            Engine::tr("There is no back-end “%1” that computes.").arg(job->backend));
        } else if (with) {
            possible = with->check(*job);
        }
        if (!possible) {
            settler->settle(fail(possible.error()));
            return;
        }
        // A service reads the pixels by itself.
        QString why;
        for (std::size_t i = 0; job->backend == u"local" && why.isEmpty() && i < job->inputs.size(); ++i)
            why = pixelObstacle(job->inputs[i]);
        const QString unkept = job->id.isEmpty() ? queue.problem() : QString();
        const bool here = job->backend == u"local" && isHere(*job);
        const auto expected = here ? with->estimate(*job, progress.stopToken()) : Future<data::Estimate>();
        QElapsedTimer time;
        time.start();
        const auto store = jobsFile ? jobsFile->result() : Result<std::shared_ptr<jobs::JobStore>>(cancelled());
        const auto done = chain(with->submit(*job, progress, activity),
                                [=, job = *job](Result<data::JobResult> result) -> Result<data::JobResult> {
                                    result = plainly(std::move(result), why);
                                    if (result && store)
                                        measure(**store, job, *result, expected.result(), time.elapsed());
                                    if (result && !unkept.isEmpty())
                                        result->notes << unkept;
                                    return result;
                                });
        deliver(done, &queue, [settler](Result<data::JobResult> result) { settler->settle(std::move(result)); });
    });
    return future;
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
                 [measured, speed = speedOf(request)](const Result<data::Estimate> &estimate) {
                     return chain(measured, [estimate, speed](const Result<Rates> &rates) {
                         return timed(estimate, rates.value_or(Rates()), speed);
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
