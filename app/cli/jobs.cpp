// SPDX-License-Identifier: Apache-2.0
#include "app/cli/command.h"
#include "app/cli/describe.h"
#include "app/cli/jobrun.h"
#include "app/cli/say.h"
#include "app/cli/table.h"

#include <QElapsedTimer>
#include <QEventLoop>
#include <QTimer>

#include <algorithm>

namespace astra::cli {

namespace {

using engine::Engine;
using jobs::Job;
using jobs::StoredJob;

constexpr int lookAgainMs = 50;
constexpr int mostPatienceMs = 5000; ///< with a process that is to let go of a job

QString stateOf(const StoredJob &job)
{
    if (job.stale)
        return QStringLiteral("cut-off");
    switch (job.state) {
    case Job::State::Queued:
        return QStringLiteral("queued");
    case Job::State::Running:
        return QStringLiteral("running");
    case Job::State::Succeeded:
        return QStringLiteral("succeeded");
    case Job::State::Failed:
        return QStringLiteral("failed");
    case Job::State::Cancelled:
        break;
    }
    return QStringLiteral("cancelled");
}

QString timeOf(const QDateTime &time) { return time.isValid() ? time.toString(Qt::ISODate) : QString(); }

Json documentOf(const StoredJob &job)
{
    return {{"id", toStd(job.id)},
            {"batch", textOrNull(job.batch)},
            {"state", toStd(stateOf(job))},
            {"priority", job.priority},
            {"progress", job.progress},
            {"activity", textOrNull(oneLine(job.activity))},
            {"created", textOrNull(timeOf(job.created))},
            {"finished", textOrNull(timeOf(job.finished))},
            {"title", toStd(job.request.title)},
            {"operation", toStd(job.request.recipe.operation)},
            {"backend", toStd(job.request.backend)},
            {"output", toStd(job.request.output)},
            {"owner", textOrNull(job.owner)},
            {"error", job.error ? textOrNull(oneLine(job.error->message)) : Json()},
            {"report", job.report},
            {"result", job.result ? cli::documentOf(*job.result) : Json()}};
}

QString farOf(const StoredJob &job)
{
    const bool over = job.state >= Job::State::Succeeded;
    return over ? QString() : QStringLiteral("%1 %").arg(static_cast<int>(job.progress * 100));
}

int list(Context &context, const Arguments &arguments, Engine &engine, const QString &)
{
    const auto stored = context.wait(engine.storedJobs());
    if (!stored)
        return context.failed(stored.error());
    if (arguments.has(jsonOption)) {
        Json entries = Json::array();
        for (const auto &job : *stored)
            entries.push_back(documentOf(job));
        context.print(Json {{"jobs", std::move(entries)}});
        return Exit::Done;
    }
    std::vector<QStringList> rows;
    rows.reserve(stored->size());
    for (const auto &job : *stored)
        rows.push_back({job.id, stateOf(job), farOf(job), job.request.title, job.request.output});
    printTable(context, rows);
    return Exit::Done;
}

/// @param id or how it begins, where one alone begins like that
Result<StoredJob> jobCalled(Context &context, Engine &engine, const QString &id)
{
    auto found = context.wait(engine.storedJobs(id));
    if (!found)
        return fail(found.error());
    const auto exact = std::ranges::find(*found, id, &StoredJob::id);
    if (exact != found->end())
        return std::move(*exact);
    if (found->size() == 1)
        return std::move(found->front());
    return fail(ErrorCode::NotFound,
                found->empty() ? say("there is no job %1; astra jobs lists them").arg(oneLine(id))
                               : say("%1 jobs begin with %2").arg(found->size()).arg(oneLine(id)));
}

int show(Context &context, const Arguments &arguments, Engine &engine, const QString &id)
{
    const auto called = jobCalled(context, engine, id);
    if (!called)
        return context.failed(called.error());
    const auto whole = context.wait(engine.storedJob(called->id));
    if (!whole)
        return context.failed(whole.error());
    const auto &job = *whole ? *whole : std::optional(*called);
    if (arguments.has(jsonOption)) {
        context.print(documentOf(*job));
        return Exit::Done;
    }
    std::vector<QStringList> rows {{say("id"), job->id},
                                   {say("title"), job->request.title},
                                   {say("state"), QString(stateOf(*job) + u' ' + farOf(*job)).trimmed()},
                                   {say("output"), job->request.output},
                                   {say("where"), job->request.backend},
                                   {say("priority"), QString::number(job->priority)},
                                   {say("created"), timeOf(job->created)}};
    const auto add = [&](const char *what, const QString &value) {
        if (!value.isEmpty())
            rows.push_back({say(what), value});
    };
    add("finished", timeOf(job->finished));
    add("activity", job->activity);
    add("owner", job->owner);
    if (job->error)
        add("error", job->error->message);
    if (job->result) {
        add("tiles", say("%1 kept, %2 computed").arg(job->result->tilesKept).arg(job->result->tilesComputed));
        for (const auto &retry : job->result->reads.retries)
            add("read again", say("%1: %2").arg(retry.host, retry.why));
    }
    printTable(context, rows);
    return Exit::Done;
}

int cancel(Context &context, const Arguments &, Engine &engine, const QString &id)
{
    const auto job = jobCalled(context, engine, id);
    if (!job)
        return context.failed(job.error());
    if (job->state >= Job::State::Succeeded)
        return context.failed(
            {ErrorCode::InvalidInput, say("job %1 is over (%2)").arg(job->id, stateOf(*job)), {}, false});
    if (const auto asked = context.wait(engine.cancelJob(job->id)); !asked)
        return context.failed(asked.error());
    // Whoever runs it lets go of it.
    QElapsedTimer time;
    time.start();
    while (time.elapsed() < mostPatienceMs && !context.interrupted()) {
        const auto now = jobCalled(context, engine, job->id);
        if (!now)
            return context.failed(now.error());
        if (now->state >= Job::State::Succeeded) {
            context.print(QString(now->id + u' ' + stateOf(*now)));
            return now->state == Job::State::Cancelled ? Exit::Done : Exit::Failed;
        }
        QEventLoop loop;
        QTimer::singleShot(lookAgainMs, &loop, &QEventLoop::quit);
        loop.exec();
    }
    return context.failed(
        {ErrorCode::Timeout, say("%1 was told, and has not let go of the job yet").arg(job->owner), {}, false});
}

int resume(Context &context, const Arguments &arguments, Engine &engine, const QString &id)
{
    const auto stored = jobCalled(context, engine, id);
    if (!stored)
        return context.failed(stored.error());
    const auto job = context.wait(engine.resumeJob(stored->id));
    if (!job)
        return context.failed(job.error());
    waitForJobs(context, {*job});
    const auto result = (*job)->result();
    if (!result)
        return context.failed((*job)->error().value_or(Error {ErrorCode::Cancelled, say("stopped"), {}, false}));
    const bool json = arguments.has(jsonOption);
    printResult(context, *result, json);
    if (json)
        context.print(cli::documentOf(*result));
    return Exit::Done;
}

} // namespace

Command jobsCommand()
{
    Command command;
    command.name = QStringLiteral("jobs");
    command.text = say("jobs of every window and command, also of earlier ones");
    command.options = {{jsonOption, {}, say("one JSON document"), false}};
    const QString which = QStringLiteral("ID");
    giveVerbs(
        command,
        {{QStringLiteral("list"), {}, say("the newest 200, newest first"), {jsonOption}, withEngine(list)},
         {QStringLiteral("show"), which, say("one of them"), {jsonOption}, withEngine(show)},
         {QStringLiteral("cancel"), which, say("stops it, whoever runs it"), {}, withEngine(cancel)},
         {QStringLiteral("resume"),
          which,
          say("runs one that was cut off, failed or was cancelled; what it had done is kept, unless it was cancelled"),
          {jsonOption},
          withEngine(resume)}});
    return command;
}

} // namespace astra::cli
