// SPDX-License-Identifier: Apache-2.0
#include "app/cli/area.h"
#include "app/cli/command.h"
#include "app/cli/jobrun.h"
#include "app/cli/operationoptions.h"
#include "app/cli/say.h"
#include "app/cli/source.h"
#include "core/backends/resultfiles.h"
#include "core/data/jobjson.h"

#include <QDir>
#include <QFileInfo>
#include <QSet>

#include <algorithm>

namespace astra::cli {

namespace {

using backends::measureOf;
using processing::OperationInfo;

const QString bboxOption = QStringLiteral("--bbox");
const QString aoiOption = QStringLiteral("--aoi");
const QString maskOption = QStringLiteral("--mask");
const QString dilationOption = QStringLiteral("--mask-dilation");
const QString snowOption = QStringLiteral("--mask-snow");
const QString crsOption = QStringLiteral("--crs");
const QString pixelOption = QStringLiteral("--pixel");
const QString resamplingOption = QStringLiteral("--resampling");
const QString formatOption = QStringLiteral("--format");
const QString codecOption = QStringLiteral("--codec");
const QString setOption = QStringLiteral("--set");
const QString backendOption = QStringLiteral("--backend");
const QString priorityOption = QStringLiteral("--priority");
const QString estimateOption = QStringLiteral("--estimate");
const QString batchOption = QStringLiteral("--batch");
const QString outputOption = QStringLiteral("--output");

/// What the words ask for, before any scene is opened.
struct Asked {
    OperationInfo operation;
    data::JobRequest request; ///< without inputs
    QStringList sources;
    QStringList read; ///< files of areas
    bool batch = false; ///< each source is a job of its own; the output is a folder
    bool estimate = false;
};

/// Of pictures the name says it.
QString formatFrom(const Arguments &arguments)
{
    if (arguments.has(formatOption))
        return arguments.value(formatOption);
    QString suffix = QFileInfo(arguments.value(outputOption)).suffix().toLower();
    if (suffix == u"png")
        return suffix;
    return suffix == u"jpg" || suffix == u"jpeg" ? QStringLiteral("jpeg") : QString();
}

/// --set NAME=VALUE, as the operation takes it: "L=0.5, g=2.5".
Result<void> readConstants(const Arguments &arguments, const OperationInfo &operation, Json &parameters)
{
    if (!arguments.has(setOption))
        return {};
    const bool takesThem = std::ranges::any_of(operation.parameters,
                                               [](const auto &parameter) { return parameter.name == u"constants"; });
    if (!takesThem)
        return fail(ErrorCode::InvalidInput, say("%1 has no constants to set").arg(operation.name));
    if (parameters.contains("constants"))
        return fail(ErrorCode::InvalidInput, say("give either --set or --constants"));
    for (const auto &given : arguments.values(setOption)) {
        bool ok = false;
        given.section(u'=', 1).toDouble(&ok);
        if (!ok || given.indexOf(u'=') < 1)
            return fail(ErrorCode::InvalidInput, say("--set is \"%1\", but should be NAME=NUMBER").arg(given));
    }
    parameters["constants"] = arguments.values(setOption).join(QStringLiteral(", ")).toStdString();
    return {};
}

/// Mask, grid, resampling, format and codec. The error is a wrong use.
Result<void> readRecipe(const Arguments &arguments, data::Recipe &recipe)
{
    if (arguments.has(maskOption)) {
        if (arguments.value(maskOption) != u"clouds")
            return fail(ErrorCode::InvalidInput, say("--mask takes \"clouds\""));
        recipe.maskClouds = true;
    }
    for (const auto &option : {dilationOption, snowOption}) {
        if (arguments.has(option) && !recipe.maskClouds)
            return fail(ErrorCode::InvalidInput, say("%1 goes with --mask clouds").arg(option));
    }
    const auto dilation = arguments.number(dilationOption, 0, 5000);
    if (!dilation)
        return fail(dilation.error());
    recipe.maskDilation = dilation->value_or(0);
    recipe.maskSnow = arguments.has(snowOption);
    const auto pixel = arguments.number(pixelOption, 1e-9, 1e7);
    if (!pixel)
        return fail(pixel.error());
    if (arguments.has(crsOption) || *pixel)
        recipe.grid = data::Recipe::GridWish {arguments.value(crsOption).toUpper(), pixel->value_or(0)};
    recipe.resampling = arguments.value(resamplingOption);
    recipe.format = formatFrom(arguments);
    recipe.codec = arguments.value(codecOption);
    // The words are checked where recipes are.
    if (const auto checked = data::Recipe::fromJson(recipe.toJson()); !checked)
        return fail(ErrorCode::InvalidInput, checked.error().message);
    return {};
}

Result<QString> outputFrom(const Arguments &arguments, bool batch, bool estimate)
{
    const QString given = arguments.value(outputOption);
    if (given.isEmpty() && !estimate)
        return fail(ErrorCode::InvalidInput, batch ? say("say where to: -o FOLDER") : say("say where to: -o FILE.tif"));
    const QString path = given.isEmpty() ? QString() : QDir::current().absoluteFilePath(given);
    if (batch && !path.isEmpty() && QFileInfo(path).isFile())
        return fail(ErrorCode::InvalidInput, say("with --batch, -o names a folder, and %1 is a file").arg(given));
    return path;
}

/// An area's file that cannot be read is no wrong use: its error has another code.
Result<Asked> read(const Arguments &arguments, const std::vector<OperationInfo> &all)
{
    const QStringList &words = arguments.positional();
    if (words.isEmpty())
        return fail(ErrorCode::InvalidInput, say("name an operation: %1").arg(operationNames(all)));
    const auto *operation = findOperation(all, words.front());
    if (!operation) {
        return fail(ErrorCode::InvalidInput,
                    say("there is no operation \"%1\"; there are: %2").arg(words.front(), operationNames(all)));
    }
    Asked asked {*operation,
                 {},
                 words.mid(1),
                 areaFiles(arguments, *operation),
                 arguments.has(batchOption),
                 arguments.has(estimateOption)};
    auto parameters = parametersFrom(arguments, *operation, all);
    if (!parameters)
        return fail(parameters.error());
    if (auto constants = readConstants(arguments, *operation, *parameters); !constants)
        return fail(constants.error());
    asked.request.recipe = spelledOut(*operation, std::move(*parameters));
    if (asked.batch && operation->fewestScenes > 1)
        return fail(ErrorCode::InvalidInput, say("%1 takes several scenes at once: no --batch").arg(operation->name));
    const int most = asked.batch ? 10000 : operation->mostScenes;
    if (auto ok = checkSource(arguments, asked.sources, operation->fewestScenes, most); !ok)
        return fail(ok.error());
    if (auto ok = readRecipe(arguments, asked.request.recipe); !ok)
        return fail(ok.error());
    if (arguments.has(backendOption))
        asked.request.backend = arguments.value(backendOption);
    const auto priority = arguments.number(priorityOption, -10, 10);
    if (!priority)
        return fail(priority.error());
    asked.request.priority = static_cast<int>(priority->value_or(0));
    auto output = outputFrom(arguments, asked.batch, asked.estimate);
    if (!output)
        return fail(output.error());
    asked.request.output = std::move(*output);
    if (arguments.has(bboxOption) && arguments.has(aoiOption))
        return fail(ErrorCode::InvalidInput, say("give either --bbox or %1").arg(aoiOption));
    if (arguments.has(aoiOption)) {
        asked.read << arguments.value(aoiOption);
        auto areas = areasFromFile(arguments.value(aoiOption));
        if (!areas)
            return fail(areas.error());
        asked.request.recipe.area = std::move(*areas);
    }
    const auto box = arguments.has(bboxOption) ? areaFrom(arguments, aoiOption) : Area();
    if (!box)
        return fail(box.error());
    asked.request.recipe.bbox = box->box;
    if (!asked.batch) {
        if (auto free = checkAgainst(asked.read, asked.request.output); !free)
            return fail(free.error());
    }
    return asked;
}

QString titleOf(const data::Recipe &recipe, const std::vector<data::Acquisition> &inputs)
{
    const data::Scene &first = inputs.front().best();
    QString title = QStringLiteral("%1 %2").arg(measureOf(recipe), first.title.isEmpty() ? first.id : first.title);
    if (inputs.size() > 1)
        title += say(" and %1 more").arg(inputs.size() - 1);
    return title;
}

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

QString extensionOf(const Asked &asked)
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

Result<data::Estimate> estimateOf(const Context &context, engine::Engine &engine, const Asked &asked,
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

void noteFailure(const Context &context, const Asked &asked, Batch &batch, const QString &source, const Error &error)
{
    context.note(QStringLiteral("astra: process %1: %2: %3").arg(asked.operation.name, source, oneLine(error.message)));
    batch.failures.push_back({{"source", source.toStdString()}, {"error", oneLine(error.message).toStdString()}});
}

Batch batchOf(const Context &context, const Asked &asked, const std::vector<Result<data::Acquisition>> &scenes)
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
        request.title = titleOf(request.recipe, request.inputs);
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
int estimateBatch(Context &context, engine::Engine &engine, const Asked &asked,
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
int runBatch(Context &context, engine::Engine &engine, const Asked &asked,
             const std::vector<Result<data::Acquisition>> &scenes, bool json)
{
    Batch batch = batchOf(context, asked, scenes);
    std::vector<data::JobRequest> possible;
    possible.reserve(batch.requests.size());
    QStringList sources;
    for (std::size_t i = 0; i < batch.requests.size(); ++i) {
        const QString &source = batch.sources[static_cast<qsizetype>(i)];
        // Before they are kept: what a job finds later may be its own.
        if (const auto checked = engine.check(batch.requests[i]); !checked) {
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

int run(Context &context, const Arguments &arguments)
{
    auto asked = read(arguments, engine::Engine::operations());
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
        if (const QString lines = pointedAt(asked->operation, recipe.parameters, made.error().message);
            !lines.isEmpty())
            context.note(lines);
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
    for (auto &scene : scenes) {
        if (!scene)
            return context.failed(what, scene.error());
        asked->request.inputs.push_back(std::move(*scene));
    }
    asked->request.title = titleOf(recipe, asked->request.inputs);
    if (asked->estimate) {
        const auto estimate = estimateOf(context, **engine, *asked, asked->request);
        if (!estimate)
            return context.failed(what, estimate.error());
        printEstimate(context, *estimate, json);
        return Exit::Done;
    }
    const auto possible = (*engine)->check(asked->request);
    if (!possible) {
        const int status = context.failed(what, possible.error());
        if (const QString lines = pointedAt(asked->operation, recipe.parameters, possible.error().message);
            !lines.isEmpty())
            context.note(lines);
        return status;
    }
    return runJob(context, **engine, asked->request, what, json);
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
    command.options = {
        {bboxOption, QStringLiteral("W,S,E,N"), say("this part only, in degrees"), false},
        {aoiOption, QStringLiteral("FILE"), say("the inside of GeoJSON polygons only"), false},
        {maskOption, QStringLiteral("clouds"), say("leave clouds and their shadows out"), false},
        {dilationOption, QStringLiteral("M"), say("with --mask: and so many metres around them"), false},
        {snowOption, {}, say("with --mask: snow and ice, too"), false},
        {crsOption, QStringLiteral("EPSG:N"), say("the result's coordinate system (that of the first scene)"), false},
        {pixelOption, QStringLiteral("SIZE"), say("its pixels, in units of that system (of the finest band)"), false},
        {resamplingOption, QStringLiteral("NAME"),
         say("of values: nearest, bilinear, average (bilinear); masks are nearest, always"), false},
        {formatOption, QStringLiteral("NAME"), say("cog, geotiff, png, jpeg (as the file is called, else cog)"), false},
        {codecOption, QStringLiteral("NAME"), say("zstd, or deflate, which every program reads"), false},
        {setOption, QStringLiteral("NAME=N"), say("another value for a constant of the index or formula"), true},
        {estimateOption, {}, say("say what it would take, and do nothing"), false},
        {batchOption, {}, say("a job for each SOURCE; -o names a folder"), false},
        {backendOption, QStringLiteral("ID"), say("where: local, or a provider that computes (local)"), false},
        {priorityOption, QStringLiteral("N"), say("its turn among the jobs, from -10 to 10 (0)"), false},
        {outputOption, QStringLiteral("FILE"), say("the file to write; its STAC Item goes beside it"), false},
        {jsonOption, {}, say("one JSON document"), false},
    };
    for (const auto &option : sourceOptions())
        command.options.push_back(option);
    for (auto &option : optionsOfAll(engine::Engine::operations())) {
        if (std::ranges::none_of(command.options, [&](const Option &other) { return other.name == option.name; }))
            command.options.push_back(std::move(option));
    }
    command.run = run;
    command.help = [](const Arguments &arguments) {
        return helpOfOperations(engine::Engine::operations(), arguments.positional().value(0));
    };
    return command;
}

} // namespace astra::cli
