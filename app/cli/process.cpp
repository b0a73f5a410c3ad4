// SPDX-License-Identifier: Apache-2.0
#include "app/cli/area.h"
#include "app/cli/command.h"
#include "app/cli/say.h"
#include "app/cli/source.h"

#include <QDir>
#include <QEventLoop>

#include <algorithm>

namespace astra::cli {

namespace {

using processing::OperationInfo;
using processing::Parameter;

const QString bboxOption = QStringLiteral("--bbox");
const QString aoiOption = QStringLiteral("--aoi");
const QString maskOption = QStringLiteral("--mask");
const QString backendOption = QStringLiteral("--backend");
const QString outputOption = QStringLiteral("--output");

QString flagOf(const Parameter &parameter)
{
    return QStringLiteral("--") + QString(parameter.name).replace(u'_', u'-');
}

QString textOf(const Parameter &parameter)
{
    QString text = parameter.text;
    if (!parameter.choices.isEmpty())
        text += QStringLiteral(": ") + parameter.choices.join(QStringLiteral(", "));
    if (parameter.minimum && parameter.maximum)
        text += say(", from %1 to %2").arg(*parameter.minimum).arg(*parameter.maximum);
    if (!parameter.unit.isEmpty())
        text += u' ' + parameter.unit;
    const auto fallback = asString(parameter.fallback);
    return QString(text
                   + QStringLiteral(" (%1)").arg(fallback ? *fallback : QString::fromUtf8(toText(parameter.fallback))));
}

std::vector<Option> optionsOf(const OperationInfo &operation)
{
    std::vector<Option> options;
    options.reserve(operation.parameters.size());
    for (const auto &parameter : operation.parameters) {
        options.push_back({flagOf(parameter),
                           parameter.choices.isEmpty() ? QStringLiteral("VALUE") : QStringLiteral("NAME"),
                           textOf(parameter), false});
    }
    return options;
}

const OperationInfo *find(const std::vector<OperationInfo> &all, const QString &name)
{
    const auto found = std::find_if(all.begin(), all.end(),
                                    [&](const OperationInfo &info) { return info.name == name; });
    return found == all.end() ? nullptr : &*found;
}

QString operationNames(const std::vector<OperationInfo> &all)
{
    QStringList names;
    for (const auto &operation : all)
        names << operation.name;
    return names.join(QStringLiteral(", "));
}

/// The operation's own parameters as the recipe holds them; an option of another operation is a wrong use.
Result<Json> parametersFrom(const Arguments &arguments, const OperationInfo &operation)
{
    Json parameters = Json::object();
    QStringList own;
    for (const auto &parameter : operation.parameters) {
        const QString flag = flagOf(parameter);
        own << flag;
        if (!arguments.has(flag))
            continue;
        const QString value = arguments.value(flag);
        if (parameter.fallback.is_number()) {
            bool ok = false;
            const double number = value.toDouble(&ok);
            if (!ok)
                return fail(ErrorCode::InvalidInput, say("%1 is \"%2\", but should be a number").arg(flag, value));
            parameters[parameter.name.toStdString()] = number;
        } else {
            parameters[parameter.name.toStdString()] = value.toStdString();
        }
    }
    for (const auto &other : engine::Engine::operations()) {
        for (const auto &parameter : other.parameters) {
            const QString flag = flagOf(parameter);
            if (arguments.has(flag) && !own.contains(flag))
                return fail(ErrorCode::InvalidInput, say("%1 has no option %2").arg(operation.name, flag));
        }
    }
    return parameters;
}

/// A shorthand is the same recipe as what it stands for ("index --index NDVI"): same result, same provenance.
data::Recipe spelledOut(const OperationInfo &operation, Json parameters)
{
    data::Recipe recipe;
    QStringList words = operation.shorthandFor.split(u' ', Qt::SkipEmptyParts);
    recipe.operation = words.isEmpty() ? operation.name : words.takeFirst();
    for (qsizetype i = 0; i + 1 < words.size(); i += 2)
        parameters[words[i].mid(2).replace(u'-', u'_').toStdString()] = words[i + 1].toStdString();
    recipe.parameters = std::move(parameters);
    return recipe;
}

Result<data::JobRequest> requestFrom(const Arguments &arguments, const std::vector<OperationInfo> &all)
{
    const QStringList &words = arguments.positional();
    if (words.isEmpty())
        return fail(ErrorCode::InvalidInput, say("name an operation: %1").arg(operationNames(all)));
    const auto *operation = find(all, words.front());
    if (!operation) {
        return fail(ErrorCode::InvalidInput,
                    say("there is no operation \"%1\"; there are: %2").arg(words.front(), operationNames(all)));
    }
    data::JobRequest request;
    auto parameters = parametersFrom(arguments, *operation);
    if (!parameters)
        return fail(parameters.error());
    request.recipe = spelledOut(*operation, std::move(*parameters));
    if (auto made = processing::makeOperation(request.recipe.operation, request.recipe.parameters); !made)
        return fail(ErrorCode::InvalidInput, made.error().message);
    if (auto ok = checkSource(arguments, words.mid(1)); !ok)
        return fail(ok.error());
    if (arguments.has(maskOption)) {
        if (arguments.value(maskOption) != u"clouds")
            return fail(ErrorCode::InvalidInput, say("--mask takes \"clouds\""));
        request.recipe.maskClouds = true;
    }
    if (arguments.has(backendOption))
        request.backend = arguments.value(backendOption);
    request.output = arguments.value(outputOption);
    if (request.output.isEmpty())
        return fail(ErrorCode::InvalidInput, say("say where to: -o FILE.tif"));
    request.output = QDir::current().absoluteFilePath(request.output);
    return request;
}

/// Runs the job to its end; Ctrl-C cancels it and waits until it has let go of its files.
void wait(Context &context, jobs::Job &job)
{
    QEventLoop loop;
    QObject::connect(&job, &jobs::Job::finished, &loop, &QEventLoop::quit);
    QObject::connect(&job, &jobs::Job::changed, &loop, [&] {
        if (!job.isFinished())
            context.progress(job.activity(), job.progress());
    });
    const StopCallback onStop(context.stop(), [&] { job.cancel(); });
    if (!job.isFinished())
        loop.exec();
    context.endProgress();
}

void printResult(const Context &context, bool json, const data::JobResult &result)
{
    const auto &numbers = result.statistics;
    for (const auto &note : result.notes)
        context.note(oneLine(note));
    if (json) {
        Json notes = Json::array();
        for (const auto &note : result.notes)
            notes.push_back(oneLine(note).toStdString());
        context.print(Json {{"output", result.output.toStdString()},
                            {"item", result.item.toStdString()},
                            {"statistics", numbers.toJson()},
                            {"notes", notes}});
        return;
    }
    context.print(result.output);
    context.print(say("valid %1 of %2 pixels (%3 %)")
                      .arg(numbers.valid)
                      .arg(numbers.total)
                      .arg(numbers.total > 0
                               ? 100.0 * static_cast<double>(numbers.valid) / static_cast<double>(numbers.total)
                               : 0.0,
                           0, 'f', 1));
    if (numbers.valid > 0) {
        context.print(say("minimum %1  maximum %2  mean %3  standard deviation %4")
                          .arg(numbers.minimum, 0, 'g', 6)
                          .arg(numbers.maximum, 0, 'g', 6)
                          .arg(numbers.mean, 0, 'g', 6)
                          .arg(numbers.stddev, 0, 'g', 6));
    }
}

int run(Context &context, const Arguments &arguments)
{
    auto request = requestFrom(arguments, engine::Engine::operations());
    if (!request)
        return context.wrongUse(request.error().message);
    const auto area = areaFrom(arguments, aoiOption);
    if (!area) {
        return area.error().code == ErrorCode::InvalidInput ? context.wrongUse(area.error().message)
                                                            : context.failed(area.error());
    }
    request->recipe.bbox = area->box;
    const QString what = QStringLiteral("process ") + arguments.positional().front();

    const auto engine = context.engine();
    if (!engine)
        return context.failed(what, engine.error());
    const auto backends = (*engine)->backends();
    if (std::none_of(backends.begin(), backends.end(), [&](const auto &info) { return info.id == request->backend; }))
        return context.wrongUse(say("there is no back-end \"%1\" that computes").arg(request->backend));
    auto scene = openSource(context, **engine, arguments, arguments.positional().mid(1));
    if (!scene)
        return context.failed(what, scene.error());
    if (request->backend == u"local")
        noteCost(context, scene->best());
    request->title = QStringLiteral("%1 %2").arg(
        stringAt(request->recipe.parameters, "index", request->recipe.operation), scene->best().title);
    request->inputs.push_back(std::move(*scene));
    if (!area->rings.empty())
        context.note(say("The rectangle around the area is computed: %1").arg(area->box->toString()));

    jobs::Job *const job = (*engine)->submit(*request);
    wait(context, *job);
    if (const auto result = job->result()) {
        printResult(context, arguments.has(jsonOption), *result);
        return Exit::Done;
    }
    return context.failed(what, job->error().value_or(Error {ErrorCode::Cancelled, say("stopped"), {}, false}));
}

QString help(const Arguments &arguments)
{
    const auto all = engine::Engine::operations();
    QString text;
    if (const auto *one = find(all, arguments.positional().value(0))) {
        text = QStringLiteral("%1: %2\n").arg(one->name, one->text);
        if (!one->shorthandFor.isEmpty())
            text += say("The same as: process %1").arg(one->shorthandFor) + u'\n';
        for (const auto &option : optionsOf(*one))
            text += QStringLiteral("  %1  %2\n").arg(option.name + u' ' + option.value, -26).arg(option.text);
        return text;
    }
    text = say("Operations:") + u'\n';
    for (const auto &operation : all)
        text += QStringLiteral("  %1  %2\n").arg(operation.name, -12).arg(operation.text);
    return text;
}

} // namespace

Command processCommand()
{
    Command command;
    command.name = QStringLiteral("process");
    command.usage = QStringLiteral("process OPERATION SOURCE [its own options] [--bbox W,S,E,N | --aoi FILE] "
                                   "[--mask clouds] [--backend local|ID] -o FILE.tif");
    command.text = say(
        "runs a job and waits; process --help lists the operations, process OPERATION --help its options");
    command.options = {
        {bboxOption, QStringLiteral("W,S,E,N"), say("this part only, in degrees"), false},
        {aoiOption, QStringLiteral("FILE"), say("the rectangle around a GeoJSON polygon"), false},
        {maskOption, QStringLiteral("clouds"), say("leave clouds and their shadows out"), false},
        {backendOption, QStringLiteral("ID"), say("where: local, or a provider that computes (local)"), false},
        {outputOption, QStringLiteral("FILE"), say("the GeoTIFF to write; its STAC Item goes beside it"), false},
        {jsonOption, {}, say("one JSON document"), false},
    };
    for (const auto &option : sourceOptions())
        command.options.push_back(option);
    for (const auto &operation : engine::Engine::operations()) {
        for (const auto &option : optionsOf(operation)) {
            if (std::none_of(command.options.begin(), command.options.end(),
                             [&](const Option &other) { return other.name == option.name; }))
                command.options.push_back(option);
        }
    }
    command.run = run;
    command.help = help;
    return command;
}

} // namespace astra::cli
