// SPDX-License-Identifier: Apache-2.0
#include "core/backends/astra/astrarun.h"

#include "core/backends/astra/delivery.h"
#include "core/backends/resultitem.h"
#include "core/base/phrases.h"
#include "core/credentials/serviceerror.h"

#include <QFile>
#include <QFileInfo>
#include <QTimer>
#include <QUuid>

#include <algorithm>
#include <cstdio>
#include <utility>

namespace astra::backends {

namespace {

// The job goes on at the service while our line is down: a few polls may fail.
constexpr int maxMisses = 8;
constexpr qint64 maxResultBytes = 64LL << 30;

/// Beside its final name, so that the rename is one step and never a copy.
QString partName(const QString &output)
{
    const QFileInfo info(output);
    return QString(info.path() + u"/." + info.completeBaseName() + u'.'
                   + QUuid::createUuid().toString(QUuid::Id128).left(8) + QStringLiteral(".part.tif"));
}

Result<void> putInPlace(const QString &part, const QString &output)
{
    // rename(2) replaces what is there in one step; QFile::rename refuses to.
    if (std::rename(QFile::encodeName(part).constData(), QFile::encodeName(output).constData()) != 0)
        return fail(ErrorCode::Storage, AstraRun::tr("The result could not be put in its place at %1.").arg(output),
                    output);
    return {};
}

} // namespace

void AstraRun::Outcome::settle(Result<data::JobResult> result)
{
    const std::lock_guard lock(mutex);
    settler.settle(std::move(result));
}

AstraRun::AstraRun(AstraService service, std::shared_ptr<net::HttpClient> client, Pools &pools,
                   data::JobRequest request, Progress progress, Backend::Activity activity, QObject *parent)
    : QObject(parent)
    , m_service(std::move(service))
    , m_client(std::move(client))
    , m_pools(pools)
    , m_request(std::move(request))
    , m_progress(std::move(progress))
    , m_activity(std::move(activity))
    , m_outcome(std::make_shared<Outcome>())
    , m_pause(m_service.firstPoll)
{
}

AstraRun::~AstraRun()
{
    m_onStop.reset();
    m_outcome->settle(cancelled());
}

Future<data::JobResult> AstraRun::start(const Json &body)
{
    auto future = m_outcome->settler.future();
    m_onStop.emplace(m_progress.stopToken(), [this, outcome = m_outcome] {
        outcome->settle(cancelled());
        // Transfers stop by the same token; what is left here are the timers.
        QMetaObject::invokeMethod(this, &QObject::deleteLater, Qt::QueuedConnection);
    });
    m_since.start();
    say(tr("Submitting to %1").arg(m_service.title));
    net::HttpRequest request;
    request.method = "POST";
    request.url = m_service.url;
    request.url.setPath(QString(m_service.url.path() + QStringLiteral("/process")));
    request.headers = {{"Content-Type", "application/json"}, {"Accept", "application/json"}};
    request.body = toText(body);
    request.connection = m_service.connection;
    request.retries = 0; // a second submission would be a second job
    request.maxBytes = 4 << 20;
    deliver(m_client->send(request, m_progress.stopToken()), this,
            [this](const Result<net::HttpResponse> &response) { submitted(response); });
    return future;
}

Result<AstraJob> AstraRun::decode(const net::HttpResponse &response) const
{
    if (!response.ok())
        return fail(credentials::serviceError(response, m_service.title));
    const auto json = parseJson(response.body, m_service.title);
    if (!json)
        return fail(ErrorCode::InvalidInput,
                    tr("%1 gave an answer that is not one: %2").arg(m_service.title, json.error().message),
                    m_service.title);
    auto job = parseAstraJob(*json);
    if (!job)
        return fail(ErrorCode::InvalidInput,
                    tr("%1 gave an answer that cannot be used: %2").arg(m_service.title, job.error().message),
                    m_service.title);
    return job;
}

void AstraRun::submitted(const Result<net::HttpResponse> &response)
{
    if (!response)
        return finish(fail(response.error()));
    *m_invented = response->invented;
    const auto job = decode(*response);
    if (!job)
        return finish(fail(job.error()));
    // A service that does not know the mask passes it over without a word: its result would only look masked.
    if (m_request.recipe.maskClouds && !job->masksClouds)
        return finish(
            fail(ErrorCode::Unsupported,
                 tr("%1 does not say that it masks clouds, so its result was not waited for. Switch the cloud "
                    "mask off, or compute here instead.")
                     .arg(m_service.title),
                 m_service.title));
    follow(*job, response->url);
}

void AstraRun::follow(const AstraJob &job, const QUrl &answered)
{
    switch (job.status) {
    case AstraJob::Status::Done:
        return download(job);
    case AstraJob::Status::Failed:
        return finish(fail(ErrorCode::InvalidInput,
                           job.failure.isEmpty()
                               ? tr("The job failed at %1, which does not say why.").arg(m_service.title)
                               : tr("The job failed at %1: %2").arg(m_service.title, job.failure),
                           m_service.title));
    case AstraJob::Status::Queued:
        say(tr("Waiting at %1 (queued)").arg(m_service.title));
        break;
    case AstraJob::Status::Running:
        say(tr("Computing at %1").arg(m_service.title));
        break;
    }
    if (const QUrl next = pollAddress(job, m_service.url, answered); !next.isEmpty())
        m_poll = next;
    if (m_poll.isEmpty())
        return finish(fail(ErrorCode::InvalidInput,
                           tr("%1 took the job, but does not say where to ask for it.").arg(m_service.title),
                           m_service.title));
    pollLater();
}

void AstraRun::pollLater()
{
    if (m_since.elapsed() >= m_service.deadline.count())
        return finish(
            fail(ErrorCode::Timeout,
                 tr("%1 has not finished the job within %2 min. It may still be in its queue: try again later, "
                    "or compute here instead.")
                     .arg(m_service.title)
                     .arg(std::chrono::duration_cast<std::chrono::minutes>(m_service.deadline).count()),
                 m_service.title));
    QTimer::singleShot(m_pause, this, [this] { poll(); });
    m_pause = std::min(m_service.slowestPoll, m_pause + m_pause / 2);
}

void AstraRun::poll()
{
    net::HttpRequest request;
    request.url = m_poll;
    request.headers = {{"Accept", "application/json"}};
    request.connection = m_service.connection;
    request.retries = 1;
    request.maxBytes = 4 << 20;
    deliver(m_client->send(request, m_progress.stopToken()), this,
            [this](const Result<net::HttpResponse> &response) { polled(response); });
}

void AstraRun::polled(const Result<net::HttpResponse> &response)
{
    *m_invented = *m_invented || (response && response->invented);
    auto job = response ? decode(*response) : Result<AstraJob>(fail(response.error()));
    if (job) {
        m_misses = 0;
        return follow(*job, response->url);
    }
    const ErrorCode code = job.error().code;
    const bool passing = job.error().retryable || code == ErrorCode::Network || code == ErrorCode::Timeout;
    if (!passing || ++m_misses >= maxMisses)
        return finish(fail(job.error()));
    say(tr("%1 does not answer; asking again").arg(m_service.title));
    pollLater();
}

void AstraRun::download(const AstraJob &job)
{
    const QUrl url = resultAddress(job, m_service.url);
    if (url.isEmpty())
        return finish(fail(ErrorCode::InvalidInput,
                           job.result.isEmpty()
                               ? tr("%1 says the job is done, but names no result.").arg(m_service.title)
                               : tr("%1 says the job is done, but its result lies where it cannot be fetched safely.")
                                     .arg(m_service.title),
                           m_service.title));
    say(tr("Downloading from %1").arg(m_service.title));
    net::HttpRequest request;
    request.url = url;
    request.connection = m_service.connection; // its key goes to its own hosts only
    request.deadline = std::chrono::hours(2);
    request.maxBytes = maxResultBytes;
    request.checkHead = [invented = m_invented](const net::HttpResponse &head) -> std::optional<Error> {
        *invented = *invented || head.invented;
        return std::nullopt;
    };
    const QString part = partName(m_request.output);
    // Removed where the transfer ends, whether or not this still lives.
    auto done = chain(m_client->download(request, part, m_progress.slice(0.0, 0.9)),
                      [part](Result<qint64> bytes) -> Result<qint64> {
                          if (!bytes)
                              QFile::remove(part);
                          return bytes;
                      });
    deliver(done, this, [this, part](const Result<qint64> &bytes) {
        if (bytes)
            return check(part);
        if (bytes.error().code == ErrorCode::Cancelled)
            return finish(cancelled());
        finish(fail(
            bytes.error().code,
            tr("%1 says the result is ready, but it cannot be fetched: %2").arg(m_service.title, bytes.error().message),
            m_service.title));
    });
}

void AstraRun::check(const QString &part)
{
    say(tr("Checking the result"));
    QStringList notes {
        ASTRA_PHRASE("astra::backends::AstraRun", "Computed by %1, which did not say how it treated the pixels.")
            .arg(m_service.title)};
    if (*m_invented && !std::exchange(m_request.inputs.front().copies.front().invented, true))
        notes << ASTRA_PHRASE("astra::backends::AstraRun", "Computed with a test key: these pixels are invented.");
    const auto work = [part, notes, request = m_request, title = m_service.title,
                       progress = m_progress.slice(0.9, 1.0)]() -> Result<data::JobResult> {
        const auto statistics = checkDelivery(part, title, progress);
        if (!statistics)
            return fail(statistics.error());
        if (progress.stopped())
            return cancelled();
        if (auto placed = putInPlace(part, request.output); !placed)
            return fail(placed.error());
        data::JobResult done;
        done.output = request.output;
        done.statistics = *statistics;
        done.notes = notes;
        auto result = describeResult(request, std::move(done), title);
        if (result && progress.stopped())
            result = cancelled();
        if (!result) {
            QFile::remove(request.output);
            QFile::remove(itemPath(request.output));
        }
        return result;
    };
    auto done = runOn(m_pools.io, [part, work] {
        auto result = work();
        if (!result)
            QFile::remove(part);
        return result;
    });
    deliver(done, this, [this](Result<data::JobResult> result) { finish(std::move(result)); });
}

void AstraRun::finish(Result<data::JobResult> result)
{
    m_outcome->settle(std::move(result));
    deleteLater();
}

void AstraRun::say(const QString &activity)
{
    if (m_activity && activity != m_lastActivity)
        m_activity(activity);
    m_lastActivity = activity;
}

} // namespace astra::backends
