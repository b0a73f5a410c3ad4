// SPDX-License-Identifier: Apache-2.0
#include "app/cli/command.h"
#include "app/cli/jobrun.h"
#include "app/cli/say.h"
#include "core/data/areajson.h"
#include "core/engine/jobtitle.h"

#include <QDir>

namespace astra::cli {

namespace {

const QString inputOption = QStringLiteral("--input");
const QString sceneOption = QStringLiteral("--scene");
const QString outputOption = QStringLiteral("--output");

QString valueWords(const Json &value)
{
    const QString text = asString(value).value_or(QString::fromUtf8(toText(value)));
    constexpr qsizetype longest = 300;
    return oneLine(text.size() > longest ? QString(text.left(longest) + u'…') : text);
}

void printRecipe(const Context &context, const data::RecipeFile &file)
{
    const Json recipe = data::withoutCorners(file.recipe.toJson());
    for (const auto &[name, value] : recipe.items()) {
        if (name == "parameters") {
            for (const auto &[parameter, given] : value.items())
                context.print(say("parameter %1: %2").arg(QString::fromStdString(parameter), valueWords(given)));
        } else {
            context.print(QStringLiteral("%1: %2").arg(QString::fromStdString(name), valueWords(value)));
        }
    }
    for (const auto &input : file.inputs) {
        QString line = say("input %1:%2").arg(stringAt(input, "provider"), stringAt(input, "original_id"));
        for (const char *detail : {"datetime", "baseline", "offset_override"}) {
            if (const QString value = stringAt(input, detail); !value.isEmpty())
                line += QStringLiteral(", %1 %2").arg(QString::fromLatin1(detail).replace(u'_', u' '), value);
        }
        context.print(oneLine(line));
        for (const auto &band : listAt(input, "bands"))
            context.print(
                oneLine(QStringLiteral("%1: %2").arg(stringAt(band, "band"), stringAt(band, "rule"))).prepend(u"  "));
    }
    if (!file.software.isEmpty())
        context.print(say("made with %1").arg(oneLine(file.software)));
}

int show(Context &context, const Arguments &arguments, engine::Engine &engine, const QString &path)
{
    const auto file = context.wait(engine.recipeOf(path));
    if (!file)
        return context.failed(QStringLiteral("recipe show"), file.error());
    if (arguments.has(jsonOption))
        context.print(file->toJson());
    else
        printRecipe(context, *file);
    return Exit::Done;
}

/// By id.
Result<std::map<QString, QString>> inputsFrom(const Arguments &arguments)
{
    std::map<QString, QString> given;
    for (const auto &value : arguments.values(inputOption)) {
        const auto equals = value.indexOf(u'=');
        if (equals < 1 || equals + 1 == value.size())
            return fail(ErrorCode::InvalidInput, say("--input is \"%1\", but should be ID=SOURCE").arg(value));
        given[value.left(equals)] = value.mid(equals + 1);
    }
    return given;
}

/// On scenes that are named by hand: for a recipe that names none.
Result<engine::Engine::Reproduction> onScenes(Context &context, engine::Engine &engine, const data::Recipe &recipe,
                                              const QStringList &sources)
{
    engine::Engine::Reproduction made;
    made.request.recipe = recipe;
    made.request.inputs.reserve(static_cast<std::size_t>(sources.size()));
    for (const auto &source : sources) {
        auto opened = context.wait(engine.open(source, context.stop()));
        if (!opened)
            return fail(std::move(opened.error()));
        made.request.inputs.push_back(std::move(*opened));
    }
    made.request.title = engine::titleOf(recipe, made.request.inputs);
    return made;
}

int runAgain(Context &context, const Arguments &arguments, engine::Engine &engine, const QString &path)
{
    const QString what = QStringLiteral("recipe run");
    const QString output = arguments.value(outputOption);
    if (output.isEmpty())
        return context.wrongUse(say("say where to: -o FILE.tif"));
    const auto given = inputsFrom(arguments);
    if (!given)
        return context.wrongUse(given.error().message);
    const auto file = context.wait(engine.recipeOf(path));
    if (!file)
        return context.failed(what, file.error());
    const QStringList scenes = arguments.values(sceneOption);
    if (!file->inputs.empty() && !scenes.isEmpty())
        return context.wrongUse(say("the recipe names its scenes: --input ID=SOURCE puts another in the place of one"));
    if (file->inputs.empty() && scenes.isEmpty())
        return context.wrongUse(say("%1 names no scenes: name them with --scene SOURCE").arg(path));
    auto again = scenes.isEmpty() ? waitFor(engine.reproduce(*file, *given, context.stop()))
                                  : onScenes(context, engine, file->recipe, scenes);
    if (!again)
        return context.failed(what, again.error());
    for (const auto &note : again->notes)
        context.note(say("differs: %1").arg(oneLine(note)));
    again->request.output = QDir::current().absoluteFilePath(output);
    if (auto free = checkAgainst({path}, again->request.output); !free)
        return context.wrongUse(free.error().message);
    if (const auto possible = waitFor(engine.checkFiles(again->request)); !possible)
        return context.failed(what, possible.error());
    return runJob(context, engine, again->request, what, arguments.has(jsonOption));
}

} // namespace

Command recipeCommand()
{
    Command command;
    command.name = QStringLiteral("recipe");
    command.text = say("how a result was made; makes it again");
    command.options = {
        {inputOption, QStringLiteral("ID=SOURCE"), say("where an input is to be found now; once for each"), true},
        {sceneOption, QStringLiteral("SOURCE"), say("a scene, for a recipe that names none; once for each, in order"),
         true},
        {outputOption, QStringLiteral("FILE"), say("the file to write; its STAC Item goes beside it"), false},
        {jsonOption, {}, say("one JSON document, which run takes, too"), false},
    };
    giveVerbs(command,
              {{QStringLiteral("show"),
                QStringLiteral("FILE"),
                say("the recipe in a result, in its Item or in a file of JSON"),
                {},
                withEngine(show)},
               {QStringLiteral("run"),
                QStringLiteral("FILE"),
                say("the same again, from the same inputs; or a recipe without any, on --scene"),
                {inputOption, sceneOption, outputOption},
                withEngine(runAgain)}});
    return command;
}

} // namespace astra::cli
