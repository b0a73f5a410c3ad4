// SPDX-License-Identifier: Apache-2.0
#include "core/jobs/jobstore.h"

#include "core/base/database.h"
#include "core/base/logging.h"
#include "core/data/jobjson.h"
#include "core/data/partpath.h"
#include "core/jobs/jobowner.h"
#include "core/jobs/jobschema.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QUuid>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace astra::jobs {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::jobs::JobStore)
};

using State = Job::State;

constexpr int beatsPerLease = 5;
constexpr int mostTries = 3;
constexpr int mostKept = 1000; ///< jobs that are over
constexpr qint64 dayMs = 24LL * 3600 * 1000;
constexpr qint64 settledMs = 60LL * 1000; ///< a job that is over for so long creates no file any more

constexpr std::array<std::pair<State, const char *>, 5> stateNames {{{State::Queued, "queued"},
                                                                     {State::Running, "running"},
                                                                     {State::Succeeded, "succeeded"},
                                                                     {State::Failed, "failed"},
                                                                     {State::Cancelled, "cancelled"}}};

QString nameOf(State state)
{
    const auto *const found = std::ranges::find(stateNames, state, &std::pair<State, const char *>::first);
    return QString::fromLatin1(found->second);
}

State stateNamed(const QString &name)
{
    for (const auto &[state, known] : stateNames) {
        if (name == QLatin1String(known))
            return state;
    }
    return State::Failed;
}

Json toJson(const Error &error)
{
    return {{"code", toStd(errorCodeName(error.code))},
            {"message", toStd(error.message)},
            {"origin", toStd(error.origin)},
            {"retryable", error.retryable}};
}

Error errorFrom(const Json &json)
{
    Error error {ErrorCode::Internal, stringAt(json, "message"), stringAt(json, "origin"),
                 asBool(member(json, "retryable")).value_or(false)};
    const QString name = stringAt(json, "code");
    for (int code = 0; code <= static_cast<int>(ErrorCode::Internal); ++code) {
        if (errorCodeName(static_cast<ErrorCode>(code)) == name)
            error.code = static_cast<ErrorCode>(code);
    }
    return error;
}

Json reportOf(const data::JobResult &result)
{
    Json report = result.reads.toJson();
    report["tiles_kept"] = result.tilesKept;
    report["tiles_computed"] = result.tilesComputed;
    return report;
}

/// One name for one file, whatever links lead to it; the file itself need not be there.
QString canonical(const QString &output)
{
    const QFileInfo file(output);
    if (QString whole = file.canonicalFilePath(); !whole.isEmpty())
        return whole;
    const QString folder = QFileInfo(file.absolutePath()).canonicalFilePath();
    return folder.isEmpty() ? QDir::cleanPath(file.absoluteFilePath()) : QDir(folder).filePath(file.fileName());
}

qint64 now() { return QDateTime::currentMSecsSinceEpoch(); }

QString textAt(const Database::Row &row, std::size_t column)
{
    const auto *text = std::get_if<QString>(&row[column]);
    return text ? *text : QString();
}

qint64 integerAt(const Database::Row &row, std::size_t column)
{
    const auto *number = std::get_if<qint64>(&row[column]);
    return number ? *number : 0;
}

double realAt(const Database::Row &row, std::size_t column)
{
    const auto *number = std::get_if<double>(&row[column]);
    return number ? *number : 0;
}

QDateTime timeAt(const Database::Row &row, std::size_t column)
{
    const bool there = !std::holds_alternative<std::monostate>(row[column]);
    return there ? QDateTime::fromMSecsSinceEpoch(integerAt(row, column), Qt::UTC) : QDateTime();
}

const QByteArray columns = "id, batch, request, state, priority, progress, activity, created, finished, error, result, "
                           "report, owner, epoch, lease_wall, lease_mono, backend, operation, title, output";
/// The same without what may be large.
const QByteArray briefColumns = QByteArray(columns).replace(" request,", " '',").replace(" result,", " '',");
enum Column : unsigned char {
    Id,
    Batch,
    Request,
    StateOf,
    Priority,
    ProgressOf,
    Activity,
    Created,
    Finished,
    ErrorOf,
    ResultOf,
    Report,
    Owner,
    Epoch,
    LeaseWall,
    LeaseMono,
    Backend,
    Operation,
    Title,
    Output
};

/// Removes a file of finished tiles unless somebody works with it. @return whether it is gone now
bool removePart(const QString &part)
{
    const QByteArray name = QFile::encodeName(part);
    const int fd = ::open(name.constData(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return errno == ENOENT;
    const bool free = ::flock(fd, LOCK_EX | LOCK_NB) == 0;
    const bool gone = free && ::unlink(name.constData()) == 0;
    ::close(fd);
    return gone;
}

/// The one thread that uses the database. Kept by itself until it is done, so that the store may go in any thread.
class Worker
{
public:
    using Task = std::function<void()>;

    void post(Task task)
    {
        {
            const std::lock_guard lock(m_mutex);
            m_tasks.push_back(std::move(task));
        }
        m_wake.notify_one();
    }

    /// @param every called each `ms`, and `last` at the end
    void run(int ms, const Task &every, const Task &last)
    {
        using Clock = std::chrono::steady_clock;
        auto next = Clock::now() + std::chrono::milliseconds(ms);
        std::unique_lock lock(m_mutex);
        while (true) {
            m_wake.wait_until(lock, next, [this] { return m_over || !m_tasks.empty(); });
            std::deque<Task> tasks;
            tasks.swap(m_tasks);
            const bool over = m_over;
            lock.unlock();
            for (const auto &task : tasks)
                task();
            tasks.clear(); // what they kept may end this
            if (over) {
                last();
                return;
            }
            if (Clock::now() >= next) {
                every();
                next = Clock::now() + std::chrono::milliseconds(ms);
            }
            lock.lock();
        }
    }

    /// What was posted is still done.
    void end()
    {
        {
            const std::lock_guard lock(m_mutex);
            m_over = true;
        }
        m_wake.notify_one();
    }

private:
    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::deque<Task> m_tasks;
    bool m_over = false;
};

/// How a run of a job ended.
struct Ending {
    QString id;
    qint64 epoch = 0;
    State state = State::Failed;
    std::optional<Error> error;
    std::optional<data::JobResult> result;
};

/// Finished tiles that another job leaves to the one that takes its place.
struct Heritage {
    QStringList parts; ///< newest first
    QString to;

    /// Once it is certain who has them.
    void accept() const
    {
        for (const auto &part : parts) {
            if (!QFileInfo::exists(to))
                (void)QFile::rename(part, to);
        }
    }
};

/// The store itself, in the worker's thread.
class Desk
{
public:
    Desk(std::unique_ptr<Database> database, int lease)
        : m_database(std::move(database))
        , m_owner(newOwner())
        , m_lease(lease)
    {
    }

    [[nodiscard]] Result<QString> add(data::JobRequest request, const QString &batch, const QStringList &files);
    [[nodiscard]] Result<std::optional<Lease>> take(const QString &id);
    [[nodiscard]] Result<bool> beat(const QString &id, qint64 epoch, double progress, const QString &activity);
    [[nodiscard]] Result<bool> finish(Ending ending);
    [[nodiscard]] Result<void> cancel(const QString &id);
    [[nodiscard]] Result<StoredJob> requeue(const QString &id);
    [[nodiscard]] Result<std::vector<StoredJob>> adopt();
    [[nodiscard]] Result<std::vector<StoredJob>> all(int limit, const QString &idBegins);
    [[nodiscard]] Result<std::optional<StoredJob>> find(const QString &id);
    [[nodiscard]] Result<std::vector<JobNews>> underWay();
    [[nodiscard]] Result<qint64> version() { return m_database->dataVersion(); }
    [[nodiscard]] Result<QStringList> sweep();
    [[nodiscard]] Result<void> measure(const QString &what, double value);
    [[nodiscard]] Result<std::map<QString, double>> measured();

    void renew();
    void close();

private:
    /// How much of a row is read.
    enum class Much { Brief, Whole };
    [[nodiscard]] StoredJob jobFrom(const Database::Row &row, Much much) const;
    [[nodiscard]] bool isStale(const Database::Row &row) const;
    [[nodiscard]] Result<Heritage> makeRoom(const data::JobRequest &request);
    [[nodiscard]] Result<void> makeOurs(const QString &id, bool keepsProgress);
    [[nodiscard]] Result<std::vector<StoredJob>> select(Much much, const QByteArray &rest, const Database::Row &values);
    [[nodiscard]] Result<bool> record(const Ending &ending);
    void recordLate();
    [[nodiscard]] Result<void> endCancelled();
    [[nodiscard]] Result<QStringList> sweepOver();
    /// Survives a power cut.
    template<typename F> auto durably(F work)
    {
        (void)m_database->change("PRAGMA synchronous=FULL");
        auto done = work();
        (void)m_database->change("PRAGMA synchronous=NORMAL");
        return done;
    }

    std::unique_ptr<Database> m_database;
    const QString m_owner;
    const int m_lease; ///< ms
    bool m_owns = false; ///< may have jobs whose lease is to be renewed
    std::vector<Ending> m_late; ///< could not be written yet
};

/// Only what failed is said.
Result<void> only(const Result<int> &changed) { return changed ? Result<void>() : fail(changed.error()); }

bool Desk::isStale(const Database::Row &row) const
{
    const QString owner = textAt(row, Owner);
    return owner != m_owner && isGone(owner, {integerAt(row, LeaseWall), integerAt(row, LeaseMono)});
}

StoredJob Desk::jobFrom(const Database::Row &row, Much much) const
{
    StoredJob job;
    job.id = textAt(row, Id);
    job.batch = textAt(row, Batch);
    job.state = stateNamed(textAt(row, StateOf));
    job.priority = static_cast<int>(integerAt(row, Priority));
    job.progress = std::clamp(realAt(row, ProgressOf), 0.0, 1.0);
    job.activity = textAt(row, Activity);
    job.created = timeAt(row, Created);
    job.finished = timeAt(row, Finished);
    const auto json = [&](Column column) -> std::optional<Json> {
        const QString text = textAt(row, column);
        const auto parsed = text.isEmpty() ? fail(Error()) : parseJson(text.toUtf8());
        return parsed ? std::optional(*parsed) : std::nullopt;
    };
    if (const auto error = json(ErrorOf))
        job.error = errorFrom(*error);
    if (const auto result = json(ResultOf)) {
        if (auto read = data::resultFromJson(*result))
            job.result = *std::move(read);
    }
    job.report = json(Report).value_or(Json::object());
    auto request = much == Much::Whole ? data::requestFromJson(json(Request).value_or(Json())) : fail(Error());
    if (request) {
        job.request = *std::move(request);
    } else {
        if (much == Much::Whole) // Of a later version, or damaged: it is still shown, and can be cancelled.
            job.error = request.error();
        job.request.backend = textAt(row, Backend);
        job.request.recipe.operation = textAt(row, Operation);
        job.request.title = textAt(row, Title);
        job.request.output = textAt(row, Output);
        job.request.priority = job.priority;
    }
    job.request.id = job.id;
    job.epoch = integerAt(row, Epoch);
    const bool over = job.state >= State::Succeeded;
    job.stale = !over && isStale(row);
    if (job.stale)
        job.activity = cutOffWords(job.request);
    else if (!over)
        job.owner = ownerWords(textAt(row, Owner));
    return job;
}

Result<std::vector<StoredJob>> Desk::select(Much much, const QByteArray &rest, const Database::Row &values)
{
    const auto rows = m_database->ask("SELECT " + (much == Much::Whole ? columns : briefColumns) + " FROM job " + rest,
                                      values);
    if (!rows)
        return fail(rows.error());
    std::vector<StoredJob> jobs;
    jobs.reserve(rows->size());
    for (const auto &row : *rows)
        jobs.push_back(jobFrom(row, much));
    return jobs;
}

/// Others that write one of the same files: one that is under way is in the way; one that was cut off or failed makes
/// room, and what it has finished is used where it is of the same plan. What it leaves stays its own until the
/// transaction is over; what nobody takes goes with sweep().
Result<Heritage> Desk::makeRoom(const data::JobRequest &request)
{
    const QString writes = canonical(request.output);
    const auto others = select(Much::Brief,
                               "WHERE id<>?1 AND (state IN ('queued', 'running') AND id IN (SELECT job FROM claim "
                               "WHERE path IN (SELECT path FROM claim WHERE job=?1)) "
                               "OR state='failed' AND swept=0 AND writes=?2) ORDER BY created DESC, rowid DESC",
                               {request.id, writes});
    if (!others)
        return fail(others.error());
    Heritage heritage {{}, data::partPath(request.output, request.id)};
    for (const auto &other : *others) {
        if (other.state != State::Failed && !other.stale) {
            return fail(ErrorCode::InvalidInput,
                        Text::tr("%1 is being written by another job (%2).").arg(other.request.output, other.id),
                        request.output);
        }
        if (canonical(other.request.output) == writes)
            heritage.parts << data::partPath(other.request.output, other.id);
        const QString state = nameOf(other.state == State::Failed ? State::Failed : State::Cancelled);
        auto ok = only(m_database->change("UPDATE job SET state=?, finished=coalesce(finished, ?), owner='', "
                                          "activity=? WHERE id=?",
                                          {state, now(), Text::tr("Replaced by another job"), other.id}));
        if (!ok)
            return fail(std::move(ok.error()));
    }
    return heritage;
}

Result<QString> Desk::add(data::JobRequest request, const QString &batch, const QStringList &files)
{
    if (request.id.isEmpty())
        request.id = QUuid::createUuid().toString(QUuid::WithoutBraces);
    const QString writes = canonical(request.output);
    QStringList claims {writes};
    for (const auto &file : files)
        claims << canonical(file);
    claims.removeDuplicates();
    const auto lease = leaseFor(m_lease);
    Heritage heritage;
    auto done = durably([&] {
        return m_database->together([&]() -> Result<void> {
            for (const auto &path : std::as_const(claims)) {
                if (auto ok = only(m_database->change("INSERT INTO claim VALUES(?, ?)", {path, request.id})); !ok)
                    return ok;
            }
            auto room = makeRoom(request);
            if (!room)
                return fail(std::move(room.error()));
            heritage = *std::move(room);
            return only(m_database->change(
                "INSERT INTO job(id, batch, priority, created, state, backend, operation, title, request, output, "
                "writes, owner, lease_wall, lease_mono) VALUES(?, ?, ?, ?, 'queued', ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                {request.id, batch, qint64(request.priority), now(), request.backend, request.recipe.operation,
                 request.title, QString::fromUtf8(toText(data::toJson(request))), request.output, writes, m_owner,
                 lease.wall, lease.mono}));
        });
    });
    if (!done)
        return fail(std::move(done.error()));
    heritage.accept();
    m_owns = true;
    return request.id;
}

Result<std::optional<Lease>> Desk::take(const QString &id)
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

Result<bool> Desk::beat(const QString &id, qint64 epoch, double progress, const QString &activity)
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

Result<bool> Desk::record(const Ending &ending)
{
    const auto text = [](const Json &json) { return Database::Value(QString::fromUtf8(toText(json))); };
    const auto &[id, epoch, state, error, result] = ending;
    const auto changed = durably([&] {
        return m_database->change("UPDATE job SET state=?, finished=?, error=?, result=?, report=?, owner='', "
                                  "progress=CASE WHEN ?='succeeded' THEN 1 ELSE progress END, activity='' "
                                  "WHERE id=? AND epoch=? AND owner=? AND state='running'",
                                  {nameOf(state), now(), error ? text(toJson(*error)) : Database::Value(),
                                   result ? text(data::toJson(*result)) : Database::Value(),
                                   result ? text(reportOf(*result)) : Database::Value(), nameOf(state), id, epoch,
                                   m_owner});
    });
    if (!changed)
        return fail(changed.error());
    return *changed == 1;
}

Result<bool> Desk::finish(Ending ending)
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

void Desk::recordLate()
{
    std::erase_if(m_late, [this](const Ending &ending) { return record(ending).has_value(); });
}

Error noJob(const QString &id) { return {ErrorCode::NotFound, Text::tr("There is no job %1.").arg(id), id, false}; }

Result<void> Desk::cancel(const QString &id)
{
    return m_database->together([&]() -> Result<void> {
        const auto job = find(id);
        if (!job)
            return fail(job.error());
        if (!*job)
            return fail(noJob(id));
        if ((*job)->state >= State::Succeeded)
            return {};
        if ((*job)->state == State::Running && !(*job)->stale)
            return only(m_database->change("UPDATE job SET cancel=1 WHERE id=?", {id}));
        return only(m_database->change("UPDATE job SET state='cancelled', cancel=1, finished=?, owner='', activity='' "
                                       "WHERE id=?",
                                       {now(), id}));
    });
}

Result<void> Desk::makeOurs(const QString &id, bool keepsProgress)
{
    const auto lease = leaseFor(m_lease);
    m_owns = true;
    return only(m_database->change(
        "UPDATE job SET state='queued', owner=?, lease_wall=?, lease_mono=?, cancel=0, finished=NULL, error=NULL, "
        "result=NULL, swept=0, progress=CASE WHEN ? THEN progress ELSE 0 END WHERE id=?",
        {m_owner, lease.wall, lease.mono, qint64(keepsProgress ? 1 : 0), id}));
}

Result<StoredJob> Desk::requeue(const QString &id)
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
        if (job.state == State::Succeeded)
            return fail(ErrorCode::InvalidInput, Text::tr("Job %1 is done.").arg(id), id);
        const bool over = job.state >= State::Succeeded;
        if (!over && !job.stale) {
            const auto letsGo = m_database->ask("SELECT 1 FROM job WHERE id=? AND cancel=1", {id});
            if (letsGo && !letsGo->empty()) {
                return fail(
                    ErrorCode::InvalidInput,
                    Text::tr("Job %1 was stopped and has not let go of its files yet: try again in a moment.").arg(id),
                    id, true);
            }
            return fail(ErrorCode::InvalidInput, Text::tr("Job %1 belongs to another program (%2).").arg(id, job.owner),
                        id);
        }
        if (over) {
            auto room = makeRoom(job.request);
            if (!room)
                return fail(std::move(room.error()));
            heritage = *std::move(room);
        }
        const auto isThere = [](const QString &part) { return QFileInfo::exists(part); };
        const bool kept = isThere(data::partPath(job.request.output, id))
            || std::ranges::any_of(heritage.parts, isThere);
        if (auto ok = makeOurs(id, kept); !ok)
            return ok;
        return only(m_database->change("UPDATE job SET tries=0 WHERE id=?", {id}));
    });
    if (!done)
        return fail(std::move(done.error()));
    heritage.accept();
    auto again = find(id);
    if (!again)
        return fail(std::move(again.error()));
    return *again ? Result<StoredJob>(*std::move(*again)) : fail(noJob(id));
}

Result<std::vector<StoredJob>> Desk::adopt()
{
    QStringList ids;
    auto done = m_database->together([&]() -> Result<void> {
        const auto open = select(Much::Whole,
                                 "WHERE state IN ('queued', 'running') AND cancel=0 AND tries<? "
                                 "AND (backend='local' OR epoch=0) ORDER BY priority DESC, created, rowid",
                                 {qint64(mostTries)});
        if (!open)
            return fail(open.error());
        for (const auto &job : *open) {
            if (!job.stale || job.error) // an error: its request cannot be read
                continue;
            if (auto ok = makeOurs(job.id, true); !ok)
                return ok;
            ids << job.id;
        }
        return {};
    });
    if (!done)
        return fail(std::move(done.error()));
    std::vector<StoredJob> jobs;
    jobs.reserve(static_cast<std::size_t>(ids.size()));
    for (const auto &id : std::as_const(ids)) {
        auto job = find(id);
        if (job && *job)
            jobs.push_back(*std::move(*job));
    }
    return jobs;
}

Result<std::vector<StoredJob>> Desk::all(int limit, const QString &idBegins)
{
    return select(Much::Brief, "WHERE substr(id, 1, length(?1))=?1 ORDER BY created DESC, rowid DESC LIMIT ?2",
                  {idBegins, qint64(std::max(0, limit))});
}

Result<std::optional<StoredJob>> Desk::find(const QString &id)
{
    auto jobs = select(Much::Whole, "WHERE id=?", {id});
    if (!jobs)
        return fail(std::move(jobs.error()));
    return jobs->empty() ? std::nullopt : std::optional(std::move(jobs->front()));
}

Result<std::vector<JobNews>> Desk::underWay()
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

/// Those that were to stop, and whose owner did not live to say so.
Result<void> Desk::endCancelled()
{
    const auto left = select(Much::Brief, "WHERE state IN ('queued', 'running') AND cancel=1", {});
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

/// In one transaction: nobody takes a job up between the look at it and the end of its files.
Result<QStringList> Desk::sweep()
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
        auto swept = sweepOver();
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

Result<QStringList> Desk::sweepOver()
{
    const auto over = m_database->ask("SELECT id, state, finished, output FROM job "
                                      "WHERE swept=0 AND state NOT IN ('queued', 'running')");
    if (!over)
        return fail(over.error());
    QStringList removed;
    for (const auto &row : *over) {
        const QString id = textAt(row, 0);
        const qint64 age = now() - integerAt(row, 2);
        if (stateNamed(textAt(row, 1)) == State::Failed && age < dayMs)
            continue;
        const QStringList left = data::partFiles(textAt(row, 3), id); // the tiles first: whoever works holds them
        bool gone = true;
        for (auto file = left.begin(); gone && file != left.end(); ++file) {
            gone = removePart(*file);
            if (gone)
                removed << *file;
        }
        if (!gone || (left.isEmpty() && age < settledMs))
            continue;
        if (auto ok = only(m_database->change("UPDATE job SET swept=1 WHERE id=?", {id})); !ok)
            return fail(std::move(ok.error()));
    }
    return removed;
}

Result<void> Desk::measure(const QString &what, double value)
{
    return only(m_database->change("INSERT INTO measured(what, value, at) VALUES(?1, ?2, ?3) "
                                   "ON CONFLICT(what) DO UPDATE SET value=0.7*value+0.3*?2, at=?3",
                                   {what, value, now()}));
}

Result<std::map<QString, double>> Desk::measured()
{
    const auto rows = m_database->ask("SELECT what, value FROM measured");
    if (!rows)
        return fail(rows.error());
    std::map<QString, double> values;
    for (const auto &row : *rows)
        values.emplace(textAt(row, 0), realAt(row, 1));
    return values;
}

void Desk::renew()
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

void Desk::close()
{
    recordLate();
    (void)m_database->change("UPDATE job SET owner='' WHERE owner=? AND state IN ('queued', 'running')", {m_owner});
    (void)sweep();
}

/// The thread and what it works with; whoever needs either keeps both.
struct Office {
    Worker worker;
    std::unique_ptr<Desk> desk; ///< of the worker's thread
    QString note;
};

/// Posts to the desk, and answers with futures.
class SqliteStore final : public JobStore
{
    template<typename F> [[nodiscard]] auto ask(F f)
    {
        using T = typename detail::Unwrapped<std::invoke_result_t<F, Desk &>>::Value;
        const auto settler = std::make_shared<Settler<T>>();
        auto future = settler->future();
        m_office->worker.post([office = m_office, settler, f = std::move(f)] { settler->settle(f(*office->desk)); });
        return future;
    }

public:
    explicit SqliteStore(int beat)
        : m_thread([office = m_office, beat] {
            office->worker.run(
                beat,
                [&] {
                    if (office->desk)
                        office->desk->renew();
                },
                [&] {
                    if (office->desk)
                        office->desk->close();
                    office->desk.reset();
                });
        })
    {
    }
    ~SqliteStore() override
    {
        m_office->worker.end();
        if (m_thread.get_id() == std::this_thread::get_id())
            m_thread.detach(); // the last one to need this was an answer
        else
            m_thread.join();
    }
    [[nodiscard]] const std::shared_ptr<Office> &office() const { return m_office; }

    [[nodiscard]] QString note() const override { return m_office->note; }
    [[nodiscard]] Future<QString> add(data::JobRequest request, const QString &batch, const QStringList &files) override
    {
        return ask(
            [request = std::move(request), batch, files](Desk &desk) { return desk.add(request, batch, files); });
    }
    [[nodiscard]] Future<std::optional<Lease>> take(const QString &id) override
    {
        return ask([id](Desk &desk) { return desk.take(id); });
    }
    [[nodiscard]] Future<bool> beat(const QString &id, qint64 epoch, double progress, const QString &activity) override
    {
        return ask([=](Desk &desk) { return desk.beat(id, epoch, progress, activity); });
    }
    [[nodiscard]] Future<bool> finish(const QString &id, qint64 epoch, State state, std::optional<Error> error,
                                      std::optional<data::JobResult> result) override
    {
        return ask([ending = Ending {id, epoch, state, std::move(error), std::move(result)}](Desk &desk) {
            return desk.finish(ending);
        });
    }
    [[nodiscard]] Future<void> cancel(const QString &id) override
    {
        return ask([id](Desk &desk) { return desk.cancel(id); });
    }
    [[nodiscard]] Future<StoredJob> requeue(const QString &id) override
    {
        return ask([id](Desk &desk) { return desk.requeue(id); });
    }
    [[nodiscard]] Future<std::vector<StoredJob>> adopt() override
    {
        return ask([](Desk &desk) { return desk.adopt(); });
    }
    [[nodiscard]] Future<std::vector<StoredJob>> all(int limit, const QString &idBegins) override
    {
        return ask([=](Desk &desk) { return desk.all(limit, idBegins); });
    }
    [[nodiscard]] Future<std::optional<StoredJob>> find(const QString &id) override
    {
        return ask([id](Desk &desk) { return desk.find(id); });
    }
    [[nodiscard]] Future<std::vector<JobNews>> underWay() override
    {
        return ask([](Desk &desk) { return desk.underWay(); });
    }
    [[nodiscard]] Future<qint64> version() override
    {
        return ask([](Desk &desk) { return desk.version(); });
    }
    [[nodiscard]] Future<QStringList> sweep() override
    {
        return ask([](Desk &desk) { return desk.sweep(); });
    }
    [[nodiscard]] Future<void> measure(const QString &what, double value) override
    {
        return ask([what, value](Desk &desk) { return desk.measure(what, value); });
    }
    [[nodiscard]] Future<std::map<QString, double>> measured() override
    {
        return ask([](Desk &desk) { return desk.measured(); });
    }

private:
    const std::shared_ptr<Office> m_office = std::make_shared<Office>();
    std::thread m_thread; ///< begins when all else is there
};

Result<void> openDesk(Office &office, const QString &path, int lease)
{
    if (!QDir().mkpath(QFileInfo(path).absolutePath()))
        return fail(ErrorCode::Storage, Text::tr("%1 cannot be made.").arg(QFileInfo(path).absolutePath()), path);
    auto database = Database::open(path, jobSchema(), &office.note);
    if (!database)
        return fail(std::move(database.error()));
    office.desk = std::make_unique<Desk>(*std::move(database), lease);
    (void)office.desk->sweep();
    return {};
}

} // namespace

QString cutOffWords(const data::JobRequest &request)
{
    if (request.backend == u"local")
        return Text::tr("Cut off; it can be resumed");
    return Text::tr("Cut off; it may still run at %1, and to resume it sends it there once more").arg(request.backend);
}

Future<std::shared_ptr<JobStore>> JobStore::open(const QString &path, int lease)
{
    const auto store = std::make_shared<SqliteStore>(std::max(1, lease / beatsPerLease));
    const auto settler = std::make_shared<Settler<std::shared_ptr<JobStore>>>();
    auto future = settler->future();
    store->office()->worker.post([store, settler, path, lease] {
        const auto opened = openDesk(*store->office(), path, lease);
        settler->settle(opened ? Result<std::shared_ptr<JobStore>>(store) : fail(opened.error()));
    });
    return future;
}

} // namespace astra::jobs
