// SPDX-License-Identifier: Apache-2.0
#include "core/jobs/jobtable.h"

#include "core/base/logging.h"
#include "core/data/jobjson.h"
#include "core/data/partpath.h"
#include "core/jobs/jobfiles.h"
#include "core/jobs/jobowner.h"
#include "core/jobs/jobrow.h"
#include "core/jobs/jobschema.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QUuid>

#include <algorithm>

namespace astra::jobs {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::jobs::JobStore)
};

using State = Job::State;

constexpr int mostTries = 3;
constexpr int mostKept = 1000; ///< jobs that are over

qint64 now() { return QDateTime::currentMSecsSinceEpoch(); }

Error noJob(const QString &id) { return {ErrorCode::NotFound, Text::tr("There is no job %1.").arg(id), id, false}; }

} // namespace

Result<std::unique_ptr<JobTable>> JobTable::open(const QString &path, int lease, QString *note)
{
    const QString folder = QFileInfo(path).absolutePath();
    if (!QDir().mkpath(folder))
        return fail(ErrorCode::Storage, Text::tr("%1 cannot be made.").arg(folder), path);
    auto database = Database::open(path, jobSchema(), note);
    if (!database)
        return fail(std::move(database.error()));
    std::unique_ptr<JobTable> table(new JobTable(*std::move(database), lease));
    (void)table->sweep();
    return table;
}

JobTable::JobTable(std::unique_ptr<Database> database, int lease)
    : m_database(std::move(database))
    , m_owner(newOwner())
    , m_lease(lease)
{
}

Result<void> JobTable::durably(const std::function<Result<void>()> &work)
{
    (void)m_database->change("PRAGMA synchronous=FULL");
    auto done = m_database->together(work);
    (void)m_database->change("PRAGMA synchronous=NORMAL");
    return done;
}

// --- A job's way ----------------------------------------------------------------------------------------------------

Result<QString> JobTable::add(data::JobRequest request, const QString &batch, const QStringList &files)
{
    if (request.id.isEmpty())
        request.id = QUuid::createUuid().toString(QUuid::WithoutBraces);
    Heritage heritage;
    auto done = durably([&]() -> Result<void> {
        if (auto ok = claim(*m_database, request.id, QStringList {request.output} + files); !ok)
            return ok;
        auto room = makeRoom(*m_database, m_owner, request);
        if (!room)
            return fail(std::move(room.error()));
        heritage = *std::move(room);
        return insert(request, batch);
    });
    if (!done)
        return fail(std::move(done.error()));
    heritage.accept();
    m_owns = true;
    return request.id;
}

Result<void> JobTable::insert(const data::JobRequest &request, const QString &batch)
{
    const auto lease = leaseFor(m_lease);
    auto ok = only(m_database->change(
        "INSERT INTO job(id, batch, priority, created, state, backend, operation, title, output, writes, owner, "
        "lease_wall, lease_mono) VALUES(?, ?, ?, ?, 'queued', ?, ?, ?, ?, ?, ?, ?, ?)",
        {request.id, batch, qint64(request.priority), now(), request.backend, request.recipe.operation, request.title,
         request.output, canonicalPath(request.output), m_owner, lease.wall, lease.mono}));
    if (!ok)
        return ok;
    return only(m_database->change("INSERT INTO request VALUES(?, ?)", {request.id, jsonValue(data::toJson(request))}));
}

Result<std::optional<Lease>> JobTable::take(const QString &id)
{
    const auto lease = leaseFor(m_lease);
    const auto taken = m_database->change(
        "UPDATE job SET state='running', epoch=epoch+1, tries=tries+1, lease_wall=?, lease_mono=? "
        "WHERE id=? AND owner=? AND state='queued' AND cancel=0",
        {lease.wall, lease.mono, id, m_owner});
    if (!taken)
        return fail(taken.error());
    if (*taken == 0)
        return std::nullopt;
    auto job = find(id);
    if (!job)
        return fail(std::move(job.error()));
    if (!*job)
        return std::nullopt;
    const qint64 epoch = (*job)->epoch;
    return Lease {*std::move(*job), epoch};
}

Result<bool> JobTable::beat(const QString &id, qint64 epoch, double progress, const QString &activity)
{
    const auto lease = leaseFor(m_lease);
    const auto changed = m_database->change(
        "UPDATE job SET lease_wall=?, lease_mono=?, tries=CASE WHEN ?>progress THEN 1 ELSE tries END, "
        "progress=max(progress, ?), activity=? WHERE id=? AND epoch=? AND owner=? AND state='running' AND cancel=0",
        {lease.wall, lease.mono, progress, progress, activity, id, epoch, m_owner});
    if (!changed)
        return fail(changed.error());
    return *changed == 1;
}

Result<bool> JobTable::finish(Ending ending)
{
    auto done = record(ending);
    if (!done && done.error().code == ErrorCode::InvalidInput && ending.result) {
        ending.result->tables = Json::array(); // too large for a row: they are in files
        done = record(ending);
    }
    if (!done)
        m_late.push_back(std::move(ending));
    return done;
}

Result<bool> JobTable::record(const Ending &ending)
{
    const auto &result = ending.result;
    bool isOurs = false;
    auto done = durably([&]() -> Result<void> {
        const auto changed = m_database->change(
            "UPDATE job SET state=?1, finished=?2, error=?3, report=?4, owner='', activity='', "
            "progress=CASE WHEN ?1='succeeded' THEN 1 ELSE progress END "
            "WHERE id=?5 AND epoch=?6 AND owner=?7 AND state='running'",
            {nameOf(ending.state), now(), ending.error ? jsonValue(toJson(*ending.error)) : Database::Value(),
             result ? jsonValue(reportOf(*result)) : Database::Value(), ending.id, ending.epoch, m_owner});
        isOurs = changed && *changed == 1;
        if (!isOurs || !result)
            return only(changed);
        return only(m_database->change("INSERT OR REPLACE INTO result VALUES(?, ?)",
                                       {ending.id, jsonValue(data::toJson(*result))}));
    });
    if (!done)
        return fail(std::move(done.error()));
    return isOurs;
}

void JobTable::recordLate()
{
    std::erase_if(m_late, [this](const Ending &ending) { return record(ending).has_value(); });
}

Result<void> JobTable::cancel(const QString &id)
{
    return m_database->together([&]() -> Result<void> {
        const auto jobs = selectJobs(*m_database, m_owner, Much::Brief, "WHERE id=?", {id});
        if (!jobs)
            return fail(jobs.error());
        if (jobs->empty())
            return fail(noJob(id));
        const StoredJob &job = jobs->front();
        if (job.state >= State::Succeeded)
            return {};
        if (job.state == State::Running && !job.stale)
            return only(m_database->change("UPDATE job SET cancel=1 WHERE id=?", {id}));
        return only(m_database->change("UPDATE job SET state='cancelled', cancel=1, finished=?, owner='', activity='' "
                                       "WHERE id=?",
                                       {now(), id}));
    });
}

// --- Once more ------------------------------------------------------------------------------------------------------

/// In the row and in the job.
Result<void> JobTable::makeOurs(StoredJob &job, bool keepsProgress)
{
    const auto lease = leaseFor(m_lease);
    m_owns = true;
    auto ok = only(m_database->change(
        "UPDATE job SET state='queued', owner=?, lease_wall=?, lease_mono=?, cancel=0, finished=NULL, error=NULL, "
        "swept=0, progress=CASE WHEN ? THEN progress ELSE 0 END WHERE id=?",
        {m_owner, lease.wall, lease.mono, qint64(keepsProgress ? 1 : 0), job.id}));
    if (ok)
        ok = only(m_database->change("DELETE FROM result WHERE job=?", {job.id}));
    job.state = State::Queued;
    job.owner = ownerWords(m_owner);
    job.stale = false;
    job.finished = {};
    job.error.reset();
    job.result.reset();
    if (!keepsProgress)
        job.progress = 0;
    return ok;
}

/// Whether nobody else may be at it; the error says who is.
Result<void> JobTable::checkFree(const StoredJob &job)
{
    if (job.state == State::Succeeded)
        return fail(ErrorCode::InvalidInput, Text::tr("Job %1 is done.").arg(job.id), job.id);
    if (job.state > State::Succeeded || job.stale)
        return {};
    const auto letsGo = m_database->ask("SELECT 1 FROM job WHERE id=? AND cancel=1", {job.id});
    if (letsGo && !letsGo->empty()) {
        return fail(
            ErrorCode::InvalidInput,
            Text::tr("Job %1 was stopped and has not let go of its files yet: try again in a moment.").arg(job.id),
            job.id, true);
    }
    return fail(ErrorCode::InvalidInput, Text::tr("Job %1 belongs to another program (%2).").arg(job.id, job.owner),
                job.id);
}

Result<StoredJob> JobTable::requeue(const QString &id)
{
    StoredJob job;
    Heritage heritage;
    auto done = m_database->together([&]() -> Result<void> {
        auto found = find(id);
        if (!found)
            return fail(std::move(found.error()));
        if (!*found)
            return fail(noJob(id));
        job = *std::move(*found);
        if (auto free = checkFree(job); !free)
            return free;
        heritage.to = data::partPath(job.request.output, id);
        if (job.state >= State::Succeeded) {
            auto room = makeRoom(*m_database, m_owner, job.request);
            if (!room)
                return fail(std::move(room.error()));
            heritage = *std::move(room);
        }
        if (auto ok = makeOurs(job, heritage.isThere()); !ok)
            return ok;
        return only(m_database->change("UPDATE job SET tries=0 WHERE id=?", {id}));
    });
    if (!done)
        return fail(std::move(done.error()));
    heritage.accept();
    return job;
}

Result<std::vector<StoredJob>> JobTable::adopt()
{
    std::vector<StoredJob> jobs;
    auto done = m_database->together([&]() -> Result<void> {
        const auto open = selectJobs(*m_database, m_owner, Much::Brief,
                                     "WHERE state IN ('queued', 'running') AND cancel=0 AND tries<? "
                                     "AND (backend='local' OR epoch=0) ORDER BY priority DESC, created, rowid",
                                     {qint64(mostTries)});
        if (!open)
            return fail(open.error());
        for (const auto &brief : *open) {
            auto job = brief.stale ? find(brief.id) : std::nullopt;
            if (!job || !*job || (*job)->error) // an error: its request cannot be read
                continue;
            if (auto ok = makeOurs(**job, true); !ok)
                return ok;
            jobs.push_back(*std::move(*job));
        }
        return {};
    });
    if (!done)
        return fail(std::move(done.error()));
    return jobs;
}

// --- What there is --------------------------------------------------------------------------------------------------

Result<std::vector<StoredJob>> JobTable::all(int limit, const QString &idBegins)
{
    return selectJobs(*m_database, m_owner, Much::Brief,
                      "WHERE substr(id, 1, length(?1))=?1 ORDER BY created DESC, rowid DESC LIMIT ?2",
                      {idBegins, qint64(std::max(0, limit))});
}

Result<std::optional<StoredJob>> JobTable::find(const QString &id)
{
    auto jobs = selectJobs(*m_database, m_owner, Much::Whole, "WHERE id=?", {id});
    if (!jobs)
        return fail(std::move(jobs.error()));
    return jobs->empty() ? std::nullopt : std::optional(std::move(jobs->front()));
}

Result<std::vector<JobNews>> JobTable::underWay()
{
    const auto rows = m_database->ask("SELECT id, state, progress, activity, epoch, owner, lease_wall, lease_mono, "
                                      "cancel FROM job WHERE state IN ('queued', 'running') ORDER BY created, rowid");
    if (!rows)
        return fail(rows.error());
    std::vector<JobNews> news;
    news.reserve(rows->size());
    for (const auto &row : *rows) {
        const QString owner = textAt(row, 5);
        const bool ours = owner == m_owner;
        news.push_back({textAt(row, 0), stateNamed(textAt(row, 1)), realAt(row, 2), textAt(row, 3), integerAt(row, 4),
                        ours, !ours && isGone(owner, {integerAt(row, 6), integerAt(row, 7)}), integerAt(row, 8) != 0});
    }
    return news;
}

// --- What is over ---------------------------------------------------------------------------------------------------

/// Those that were to stop, and whose owner did not live to say so.
Result<void> JobTable::endCancelled()
{
    const auto left = selectJobs(*m_database, m_owner, Much::Brief, "WHERE state IN ('queued', 'running') AND cancel=1",
                                 {});
    if (!left)
        return fail(left.error());
    for (const auto &job : *left) {
        if (!job.stale)
            continue;
        auto ok = only(
            m_database->change("UPDATE job SET state='cancelled', finished=?, owner='' WHERE id=? AND epoch=? "
                               "AND state IN ('queued', 'running')",
                               {now(), job.id, job.epoch}));
        if (!ok)
            return ok;
    }
    return {};
}

Result<QStringList> JobTable::sweep()
{
    const auto some = m_database->ask("SELECT 1 FROM job WHERE swept=0 AND state NOT IN ('queued', 'running') "
                                      "OR cancel=1 AND state IN ('queued', 'running') LIMIT 1");
    if (!some)
        return fail(some.error());
    if (some->empty())
        return QStringList();
    QStringList removed;
    auto done = m_database->together([&]() -> Result<void> {
        if (auto ok = endCancelled(); !ok)
            return ok;
        auto swept = sweepFiles(*m_database);
        if (!swept)
            return fail(std::move(swept.error()));
        removed = *std::move(swept);
        return only(m_database->change("DELETE FROM job WHERE swept=1 AND rowid NOT IN "
                                       "(SELECT rowid FROM job ORDER BY created DESC LIMIT ?)",
                                       {qint64(mostKept)}));
    });
    if (!done)
        return fail(std::move(done.error()));
    return removed;
}

void JobTable::renew()
{
    recordLate();
    if (!m_owns)
        return;
    const auto lease = leaseFor(m_lease);
    const auto renewed = m_database->change("UPDATE job SET lease_wall=?, lease_mono=? WHERE owner=? AND state IN "
                                            "('queued', 'running')",
                                            {lease.wall, lease.mono, m_owner});
    if (!renewed)
        qCWarning(logJobs) << renewed.error().message; // There are four more before the lease ends.
    m_owns = !renewed || *renewed > 0;
}

void JobTable::close()
{
    recordLate();
    (void)m_database->change("UPDATE job SET owner='' WHERE owner=? AND state IN ('queued', 'running')", {m_owner});
    (void)sweep();
}

// --- Rates ----------------------------------------------------------------------------------------------------------

Result<void> JobTable::measure(const QString &what, double amount, double seconds)
{
    return only(m_database->change("INSERT INTO measured VALUES(?1, ?2, ?3) ON CONFLICT(what) DO UPDATE SET "
                                   "amount=0.7*amount+?2, seconds=0.7*seconds+?3",
                                   {what, amount, seconds}));
}

Result<std::map<QString, double>> JobTable::measured()
{
    const auto rows = m_database->ask("SELECT what, amount/seconds FROM measured WHERE seconds>0");
    if (!rows)
        return fail(rows.error());
    std::map<QString, double> values;
    for (const auto &row : *rows)
        values.emplace(textAt(row, 0), realAt(row, 1));
    return values;
}

} // namespace astra::jobs
