// SPDX-License-Identifier: Apache-2.0
#include "app/cli/command.h"
#include "app/cli/jobrun.h"
#include "app/cli/operationoptions.h"
#include "app/cli/processoptions.h"
#include "app/cli/say.h"
#include "app/cli/source.h"
#include "core/backends/resultfiles.h"
#include "core/data/jobjson.h"
#include "core/engine/jobtitle.h"

#include <QDir>
#include <QFileInfo>
#include <QSet>

#include <algorithm>

namespace astra::cli {

namespace {

using backends::measureOf;

/// A name of a file that no scene's id can make into a path.
QString harmlessName(QString name)
{
    for (QChar &c : name) {
        if (!(c.isLetterOrNumber() || c == u'-' || c == u'_' || c == u'.'))
            c = QLatin1Char('_');
    }
    while (name.startsWith(u'.'))
        name.remove(0, 1);
    constexpr qsizetype longest = 200; // bytes; a file's name may have 255, and more is put behind this one
    while (name.toUtf8().size() > longest)
        name.chop(1);
    return name;
}

QString extensionOf(const ProcessWish &asked)
{
    if (!asked.operation.writesRaster)
        return QStringLiteral("csv");
    const QString &format = asked.request.recipe.format;
    return format == u"png" ? format : format == u"jpeg" ? QStringLiteral("jpg") : QStringLiteral("tif");
}

int failedOrWrongUse(const Context &context, const Error &error)
{
    return error.code == ErrorCode::InvalidInput ? context.wrongUse(error.message) : context.failed(error);
}

void printEstimate(const Context &context, const data::Estimate &estimate, bool json)
{
    if (json) {
        context.print(data::toJson(estimate));
        return;
    }
    context.print(words(estimate));
    for (const auto &warning : estimate.warnings)
        context.print(say("warning: %1").arg(oneLine(warning)));
}

Result<data::Estimate> estimateOf(const Context &context, engine::Engine &engine, const ProcessWish &asked,
                                  data::JobRequest request)
{
    if (request.output.isEmpty() || asked.batch)
        request.output = engine.resultsDir() + QStringLiteral("/estimate.") + extensionOf(asked);
    return waitFor(engine.estimate(request, context.stop()));
}

/// The jobs of a batch, and those of its scenes that none can be made of.
struct Batch {
    std::vector<data::JobRequest> requests;
    QStringList sources; ///< of each request
    Json failures = Json::array();
};

void noteFailure(const Context &context, const ProcessWish &asked, Batch &batch, const QString &source,
                 const Error &error)
{
    context.note(QStringLiteral("astra: process %1: %2: %3").arg(asked.operation.name, source, oneLine(error.message)));
    batch.failures.push_back({{"source", source.toStdString()}, {"error", oneLine(error.message).toStdString()}});
}

Batch batchOf(const Context &context, const ProcessWish &asked, const std::vector<Result<data::Acquisition>> &scenes)
{
    Batch batch;
    QSet<QString> taken;
    for (std::size_t i = 0; i < scenes.size(); ++i) {
        const QString source = asked.sources.value(static_cast<qsizetype>(i), QStringLiteral("--band"));
        if (!scenes[i]) {
            noteFailure(context, asked, batch, source, scenes[i].error());
            continue;
        }
        data::JobRequest request = asked.request;
        request.inputs = {*scenes[i]};
        request.title = engine::titleOf(request.recipe, request.inputs);
        const QString base = harmlessName(scenes[i]->best().id + u'_' + measureOf(request.recipe));
        QString name = base;
        for (int n = 2; taken.contains(name); ++n)
            name = QStringLiteral("%1-%2").arg(base).arg(n);
        taken.insert(name);
        request.output = QDir(asked.request.output).filePath(QString(name + u'.' + extensionOf(asked)));
        if (auto free = checkAgainst(asked.read, request.output); !free) {
            noteFailure(context, asked, batch, source, free.error());
            continue;
        }
        batch.requests.push_back(std::move(request));
        batch.sources << source;
    }
    return batch;
}

/// What all of them would take; one after the other, as nothing is done with the pixels.
int estimateBatch(Context &context, engine::Engine &engine, const ProcessWish &asked,
                  const std::vector<Result<data::Acquisition>> &scenes, bool json)
{
    Batch batch = batchOf(context, asked, scenes);
    data::Estimate sum;
    sum.exact = true;
    bool isTimed = true; // a time is known of all or of none
    for (std::size_t i = 0; i < batch.requests.size(); ++i) {
        const auto one = estimateOf(context, engine, asked, batch.requests[i]);
        if (!one) {
            noteFailure(context, asked, batch, batch.sources[static_cast<qsizetype>(i)], one.error());
            continue;
        }
        sum.bytes += one->bytes;
        sum.requests += one->requests;
        sum.disk += one->disk;
        sum.seconds += one->seconds;
        isTimed = isTimed && one->seconds > 0;
        sum.exact = sum.exact && one->exact;
        for (const auto &warning : one->warnings)
            sum.warnings << batch.requests[i].inputs.front().best().id + QStringLiteral(": ") + warning;
    }
    if (!isTimed)
        sum.seconds = 0;
    printEstimate(context, sum, json);
    return batch.failures.empty() ? Exit::Done : Exit::Failed;
}

/// One job a scene: what fails is told, and takes no other with it.
int runBatch(Context &context, engine::Engine &engine, const ProcessWish &asked,
             const std::vector<Result<data::Acquisition>> &scenes, bool json)
{
    Batch batch = batchOf(context, asked, scenes);
    std::vector<data::JobRequest> possible;
    possible.reserve(batch.requests.size());
    QStringList sources;
    for (std::size_t i = 0; i < batch.requests.size(); ++i) {
        const QString &source = batch.sources[static_cast<qsizetype>(i)];
        // Before they are kept: what a job finds later may be its own.
        if (const auto checked = waitFor(engine.checkFiles(batch.requests[i])); !checked) {
            noteFailure(context, asked, batch, source, checked.error());
            continue;
        }
        possible.push_back(std::move(batch.requests[i]));
        sources << source;
    }
    Json results = Json::array();
    const auto jobs = engine.submitAll(possible);
    waitForJobs(context, jobs);
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        const auto result = jobs[i]->result();
        if (!result) {
            noteFailure(context, asked, batch, sources[static_cast<qsizetype>(i)],
                        jobs[i]->error().value_or(Error {ErrorCode::Cancelled, say("stopped"), {}, false}));
            continue;
        }
        printResult(context, *result, json);
        results.push_back(documentOf(*result));
    }
    if (json)
        context.print(Json {{"results", results}, {"failures", batch.failures}});
    if (context.interrupted())
        return Exit::Interrupted;
    return batch.failures.empty() ? Exit::Done : Exit::Failed;
}

/// Where in a formula an error lies, as far as one is to blame.
void pointAt(const Context &context, const ProcessWish &asked, const Error &error)
{
    const QString lines = pointedAt(asked.operation, asked.request.recipe.parameters, error.message);
    if (!lines.isEmpty())
        context.note(lines);
}

int runOne(Context &context, engine::Engine &engine, ProcessWish asked, std::vector<Result<data::Acquisition>> scenes,
           bool json)
{
    const QString what = QStringLiteral("process ") + asked.operation.name;
    data::JobRequest &request = asked.request;
    for (auto &scene : scenes) {
        if (!scene)
            return context.failed(what, scene.error());
        request.inputs.push_back(*std::move(scene));
    }
    request.title = engine::titleOf(request.recipe, request.inputs);
    if (asked.estimate) {
        const auto estimate = estimateOf(context, engine, asked, request);
        if (!estimate)
            return context.failed(what, estimate.error());
        printEstimate(context, *estimate, json);
        return Exit::Done;
    }
    if (const auto possible = waitFor(engine.checkFiles(request)); !possible) {
        const int status = context.failed(what, possible.error());
        pointAt(context, asked, possible.error());
        return status;
    }
    return runJob(context, engine, request, what, json);
}

int run(Context &context, const Arguments &arguments)
{
    auto asked = processWish(arguments);
    if (!asked)
        return failedOrWrongUse(context, asked.error());
    const QString what = QStringLiteral("process ") + asked->operation.name;
    const bool json = arguments.has(jsonOption);

    const auto engine = context.engine();
    if (!engine)
        return context.failed(what, engine.error());
    const data::Recipe &recipe = asked->request.recipe;
    // Only now: the engine knows the indices that a person added.
    if (const auto made = processing::makeOperation(recipe.operation, recipe.parameters); !made) {
        const int status = context.wrongUse(made.error().message);
        pointAt(context, *asked, made.error());
        return status;
    }
    const auto backends = (*engine)->backends();
    if (std::ranges::none_of(backends, [&](const auto &info) { return info.id == asked->request.backend; }))
        return context.wrongUse(say("there is no back-end \"%1\" that computes").arg(asked->request.backend));
    auto scenes = openSources(context, **engine, arguments, asked->sources);
    if (asked->request.backend == u"local") {
        for (const auto &scene : scenes) {
            if (scene)
                noteCost(context, scene->best());
        }
    }
    if (asked->batch && asked->estimate)
        return estimateBatch(context, **engine, *asked, scenes, json);
    if (asked->batch)
        return runBatch(context, **engine, *asked, scenes, json);
    return runOne(context, **engine, *std::move(asked), std::move(scenes), json);
}

} // namespace

Command processCommand()
{
    Command command;
    command.name = QStringLiteral("process");
    command.usage = QStringLiteral("process OPERATION SOURCE… [its own options] [--bbox W,S,E,N | --aoi FILE] "
                                   "[--mask clouds] [--backend local|ID] -o FILE.tif");
    command.text = say(
        "runs a job and waits; process --help lists the operations, process OPERATION --help its options");
    command.options = processOptions();
    command.run = run;
    command.optionHelp = processOptionHelp;
    return command;
}

} // namespace astra::cli
