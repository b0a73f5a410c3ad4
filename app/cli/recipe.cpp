// SPDX-License-Identifier: Apache-2.0
#include "app/cli/command.h"
#include "app/cli/jobrun.h"
#include "app/cli/say.h"

#include <QDir>

namespace astra::cli {

namespace {

const QString inputOption = QStringLiteral("--input");
const QString outputOption = QStringLiteral("--output");

QString valueWords(const Json &value)
{
    const QString text = asString(value).value_or(QString::fromUtf8(toText(value)));
    constexpr qsizetype longest = 300;
    return oneLine(text.size() > longest ? QString(text.left(longest) + u'…') : text);
}

void printRecipe(const Context &context, const data::RecipeFile &file)
{
    const Json recipe = file.recipe.toJson();
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
    auto again = waitFor(engine.reproduce(*file, *given, context.stop()));
    if (!again)
        return context.failed(what, again.error());
    for (const auto &note : again->notes)
        context.note(say("differs: %1").arg(oneLine(note)));
    again->request.output = QDir::current().absoluteFilePath(output);
    if (auto free = checkAgainst({path}, again->request.output); !free)
        return context.wrongUse(free.error().message);
    if (const auto possible = engine.check(again->request); !possible)
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
                say("the same again, from the same inputs"),
                {inputOption, outputOption},
                withEngine(runAgain)}});
    return command;
}

} // namespace astra::cli
