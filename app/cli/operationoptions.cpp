// SPDX-License-Identifier: Apache-2.0
#include "app/cli/operationoptions.h"

#include "app/cli/command.h"
#include "app/cli/say.h"
#include "core/data/areajson.h"
#include "core/processing/expression.h"
#include "core/processing/indexcatalogue.h"

#include <algorithm>
#include <map>

namespace astra::cli {

namespace {

using processing::OperationInfo;
using processing::Parameter;
using processing::ParameterKind;

bool isOnByItself(const Parameter &parameter)
{
    return parameter.kind == ParameterKind::Switch && asBool(parameter.fallback).value_or(false);
}

QString flagOf(const Parameter &parameter)
{
    return (isOnByItself(parameter) ? QStringLiteral("--no-") : QStringLiteral("--"))
        + QString(parameter.name).replace(u'_', u'-');
}

QString valueWordOf(const Parameter &parameter)
{
    switch (parameter.kind) {
    case ParameterKind::Choice:
    case ParameterKind::Index:
        return QStringLiteral("NAME");
    case ParameterKind::Number:
    case ParameterKind::Integer:
        return QStringLiteral("N");
    case ParameterKind::Switch:
        return {};
    case ParameterKind::Expression:
        return QStringLiteral("FORMULA");
    case ParameterKind::Bands:
        return QStringLiteral("A,B");
    case ParameterKind::Areas:
        return QStringLiteral("FILE");
    case ParameterKind::Date:
        return QStringLiteral("DATE");
    case ParameterKind::Text:
        break;
    }
    return QStringLiteral("TEXT");
}

QString defaultOf(const Parameter &parameter)
{
    if (parameter.kind == ParameterKind::Switch)
        return {};
    if (parameter.required)
        return say("required");
    const Json &fallback = parameter.fallback;
    if (fallback.is_null() || (fallback.is_array() && fallback.empty()))
        return {};
    if (fallback.is_array())
        return asStringList(fallback).join(u',');
    const auto text = asString(fallback);
    return text ? *text : QString::fromUtf8(toText(fallback));
}

QString textOf(const Parameter &parameter)
{
    QString text = isOnByItself(parameter) ? say("not: %1").arg(parameter.text) : parameter.text;
    QStringList choices = parameter.choices;
    if (parameter.kind == ParameterKind::Index) {
        for (const auto &index : processing::indexCatalogue()->all())
            choices << index.name;
    }
    if (!choices.isEmpty())
        text += QStringLiteral(": ") + choices.join(QStringLiteral(", "));
    if (parameter.kind == ParameterKind::Areas)
        text += say(" (GeoJSON)");
    if (parameter.minimum && parameter.maximum)
        text += say(", from %1 to %2").arg(*parameter.minimum).arg(*parameter.maximum);
    if (!parameter.unit.isEmpty())
        text += u' ' + parameter.unit;
    if (!parameter.when.isEmpty())
        text += say(", only with --%1").arg(QString(parameter.when).replace(u'_', u'-').replace(u'=', u' '));
    const QString fallback = defaultOf(parameter);
    return fallback.isEmpty() ? text : QString(text + QStringLiteral(" (%1)").arg(fallback));
}

/// What stands after the flag, as JSON of the parameter's kind.
Result<Json> valueOf(const Parameter &parameter, const QString &flag, const QString &given)
{
    switch (parameter.kind) {
    case ParameterKind::Number:
    case ParameterKind::Integer: {
        bool ok = false;
        const double number = given.toDouble(&ok);
        if (!ok)
            return fail(ErrorCode::InvalidInput, say("%1 is \"%2\", but should be a number").arg(flag, given));
        return Json(number);
    }
    case ParameterKind::Switch:
        return Json(!isOnByItself(parameter));
    case ParameterKind::Bands: {
        QStringList bands;
        for (const auto &band : given.split(u',', Qt::SkipEmptyParts))
            bands << band.trimmed();
        return toJson(bands);
    }
    case ParameterKind::Areas: {
        const auto areas = areasFromFile(given);
        if (!areas)
            return fail(areas.error());
        return data::toJson(*areas);
    }
    default:
        return Json(given.toStdString());
    }
}

} // namespace

const OperationInfo *findOperation(const std::vector<OperationInfo> &all, const QString &name)
{
    const auto found = std::ranges::find(all, name, &OperationInfo::name);
    return found == all.end() ? nullptr : &*found;
}

QString operationNames(const std::vector<OperationInfo> &all)
{
    QStringList names;
    for (const auto &operation : all)
        names << operation.name;
    return names.join(QStringLiteral(", "));
}

std::vector<Option> optionsOf(const OperationInfo &operation)
{
    std::vector<Option> options;
    options.reserve(operation.parameters.size());
    for (const auto &parameter : operation.parameters)
        options.push_back({flagOf(parameter), valueWordOf(parameter), textOf(parameter), false});
    return options;
}

std::vector<Option> optionsOfAll(const std::vector<OperationInfo> &all)
{
    std::vector<Option> options;
    struct Said {
        QString text;
        QStringList operations;
    };
    std::map<QString, std::vector<Said>> texts; // by option
    for (const auto &operation : all) {
        for (const auto &option : optionsOf(operation)) {
            auto &said = texts[option.name];
            if (said.empty())
                options.push_back(option);
            const auto same = std::ranges::find(said, option.text, &Said::text);
            if (same != said.end())
                same->operations << operation.name;
            else
                said.push_back({option.text, {operation.name}});
        }
    }
    for (auto &option : options) {
        QStringList parts;
        for (const auto &said : texts[option.name])
            parts << said.operations.join(QStringLiteral(", ")) + QStringLiteral(": ") + said.text;
        option.text = parts.join(QStringLiteral("; "));
    }
    return options;
}

QStringList areaFiles(const Arguments &arguments, const OperationInfo &operation)
{
    QStringList files;
    for (const auto &parameter : operation.parameters) {
        if (parameter.kind == ParameterKind::Areas && arguments.has(flagOf(parameter)))
            files << arguments.value(flagOf(parameter));
    }
    return files;
}

Result<Json> parametersFrom(const Arguments &arguments, const OperationInfo &operation,
                            const std::vector<OperationInfo> &all)
{
    Json parameters = Json::object();
    QStringList own;
    for (const auto &parameter : operation.parameters) {
        const QString flag = flagOf(parameter);
        own << flag;
        if (!arguments.has(flag))
            continue;
        auto value = valueOf(parameter, flag, arguments.value(flag));
        if (!value)
            return fail(value.error());
        parameters[parameter.name.toStdString()] = std::move(*value);
    }
    for (const auto &other : all) {
        for (const auto &parameter : other.parameters) {
            const QString flag = flagOf(parameter);
            if (arguments.has(flag) && !own.contains(flag))
                return fail(ErrorCode::InvalidInput, say("%1 has no option %2").arg(operation.name, flag));
        }
    }
    return parameters;
}

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

QString pointedAt(const OperationInfo &operation, const Json &parameters, const QString &message)
{
    for (const auto &parameter : operation.parameters) {
        const QString formula = stringAt(parameters, parameter.name.toUtf8().constData());
        if (parameter.kind != ParameterKind::Expression || formula.isEmpty())
            continue;
        int at = -1;
        int length = 1;
        if (const auto parsed = processing::Expression::parse(formula); !parsed) {
            at = parsed.error().at;
            length = parsed.error().length;
        } else {
            // It parses: a name in it that the scene lacks. The message quotes it.
            const auto &nodes = parsed->nodes();
            const auto named = std::ranges::find_if(nodes, [&](const processing::Node &node) {
                return node.op == processing::Op::Name && message.contains(u'“' + node.name + u'”');
            });
            if (named != nodes.end()) {
                at = named->at;
                length = named->length;
            }
        }
        // What does not fit into a line is not pointed at: the sentence gives the character.
        if (at < 0 || formula.size() > 400 || formula.contains(u'\n') || formula.contains(u'\t'))
            continue;
        return QString(u"  " + formula + u"\n  " + QString(at, u' ') + QString(std::max(1, length), u'^'));
    }
    return {};
}

QString helpOfOperations(const std::vector<OperationInfo> &all, const QString &name)
{
    QString text;
    if (const auto *one = findOperation(all, name)) {
        text = QStringLiteral("%1: %2\n").arg(one->name, one->text);
        if (!one->shorthandFor.isEmpty())
            text += say("The same as: process %1").arg(one->shorthandFor) + u'\n';
        text += one->fewestScenes == one->mostScenes
            ? say("Scenes: %1").arg(one->fewestScenes)
            : say("Scenes: %1 to %2").arg(one->fewestScenes).arg(one->mostScenes);
        text += one->writesRaster ? QStringLiteral("\n") : QString(u", " + say("writes a table (CSV)") + u'\n');
        return text;
    }
    text = say("Operations:") + u'\n';
    for (const auto &operation : all)
        text += QStringLiteral("  %1  %2\n").arg(operation.name, -12).arg(operation.text);
    return text;
}

Result<std::vector<data::NamedArea>> areasFromFile(const QString &path)
{
    auto areas = data::readAreas(path);
    if (!areas)
        return fail(ErrorCode::Storage, areas.error().message);
    return areas;
}

} // namespace astra::cli
