// SPDX-License-Identifier: Apache-2.0
#include "core/jobs/jobrow.h"

#include "core/data/jobjson.h"
#include "core/jobs/jobowner.h"

#include <algorithm>
#include <array>

namespace astra::jobs {

namespace {

using State = Job::State;

constexpr std::array<std::pair<State, const char *>, 5> stateNames {{{State::Queued, "queued"},
                                                                     {State::Running, "running"},
                                                                     {State::Succeeded, "succeeded"},
                                                                     {State::Failed, "failed"},
                                                                     {State::Cancelled, "cancelled"}}};

constexpr const char *briefColumns = "id, batch, state, priority, progress, activity, created, finished, error, "
                                     "report, owner, epoch, lease_wall, lease_mono, backend, operation, title, output";
constexpr const char *largeColumns
    = ", (SELECT text FROM request WHERE job=id), (SELECT text FROM result WHERE job=id)";
enum Column : unsigned char {
    Id,
    Batch,
    StateOf,
    Priority,
    ProgressOf,
    Activity,
    Created,
    Finished,
    ErrorOf,
    Report,
    Owner,
    Epoch,
    LeaseWall,
    LeaseMono,
    Backend,
    Operation,
    Title,
    Output,
    Request, ///< from here on where all is read
    ResultOf
};

QDateTime timeAt(const Database::Row &row, Column column)
{
    const bool there = !std::holds_alternative<std::monostate>(row[column]);
    return there ? QDateTime::fromMSecsSinceEpoch(integerAt(row, column), Qt::UTC) : QDateTime();
}

/// Absent where there is none, or none that can be read.
std::optional<Json> jsonAt(const Database::Row &row, Column column)
{
    const QString text = textAt(row, column);
    const auto parsed = text.isEmpty() ? fail(Error()) : parseJson(text.toUtf8());
    return parsed ? std::optional(*parsed) : std::nullopt;
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

data::JobRequest briefRequest(const Database::Row &row)
{
    data::JobRequest request;
    request.backend = textAt(row, Backend);
    request.recipe.operation = textAt(row, Operation);
    request.title = textAt(row, Title);
    request.output = textAt(row, Output);
    request.priority = static_cast<int>(integerAt(row, Priority));
    return request;
}

void readLarge(StoredJob &job, const Database::Row &row)
{
    auto request = data::requestFromJson(jsonAt(row, Request).value_or(Json()));
    if (request)
        job.request = *std::move(request);
    else // Of a later version, or damaged: it is still shown, and can be cancelled.
        job.error = request.error();
    const auto result = jsonAt(row, ResultOf);
    if (auto read = result ? data::resultFromJson(*result) : fail(Error()))
        job.result = *std::move(read);
}

StoredJob jobFrom(const Database::Row &row, const QString &asker, Much much)
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
    if (const auto error = jsonAt(row, ErrorOf))
        job.error = errorFrom(*error);
    job.report = jsonAt(row, Report).value_or(Json::object());
    job.request = briefRequest(row);
    if (much == Much::Whole)
        readLarge(job, row);
    job.request.id = job.id;
    job.epoch = integerAt(row, Epoch);
    if (job.state >= State::Succeeded)
        return job;
    const QString owner = textAt(row, Owner);
    job.stale = owner != asker && isGone(owner, {integerAt(row, LeaseWall), integerAt(row, LeaseMono)});
    if (job.stale)
        job.activity = cutOffWords(job.request);
    else
        job.owner = ownerWords(owner);
    return job;
}

} // namespace

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

Database::Value jsonValue(const Json &json) { return QString::fromUtf8(toText(json)); }

Json toJson(const Error &error)
{
    return {{"code", toStd(errorCodeName(error.code))},
            {"message", toStd(error.message)},
            {"origin", toStd(error.origin)},
            {"retryable", error.retryable}};
}

Json reportOf(const data::JobResult &result)
{
    Json report = result.reads.toJson();
    report["tiles_kept"] = result.tilesKept;
    report["tiles_computed"] = result.tilesComputed;
    return report;
}

Result<std::vector<StoredJob>> selectJobs(Database &database, const QString &owner, Much much, const QByteArray &rest,
                                          const Database::Row &values)
{
    const QByteArray columns = QByteArray(briefColumns) + (much == Much::Whole ? largeColumns : "");
    const auto rows = database.ask("SELECT " + columns + " FROM job " + rest, values);
    if (!rows)
        return fail(rows.error());
    std::vector<StoredJob> jobs;
    jobs.reserve(rows->size());
    for (const auto &row : *rows)
        jobs.push_back(jobFrom(row, owner, much));
    return jobs;
}

Result<void> only(const Result<int> &changed) { return changed ? Result<void>() : fail(changed.error()); }

} // namespace astra::jobs
