// SPDX-License-Identifier: Apache-2.0
#include "app/cli/processoptions.h"

#include "app/cli/area.h"
#include "app/cli/command.h"
#include "app/cli/jobrun.h"
#include "app/cli/operationoptions.h"
#include "app/cli/say.h"
#include "app/cli/source.h"

#include <QDir>
#include <QFileInfo>

#include <algorithm>

namespace astra::cli {

namespace {

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

Result<void> readArea(const Arguments &arguments, ProcessWish &asked)
{
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
    return {};
}

/// Options that belong together, under a heading.
struct OptionGroup {
    QString title;
    std::vector<Option> options;
};

OptionGroup gridGroup()
{
    return {
        say("Grid:"),
        {{crsOption, QStringLiteral("EPSG:N"), say("the result's coordinate system (that of the first scene)"), false},
         {pixelOption, QStringLiteral("SIZE"), say("its pixels, in units of that system (of the finest band)"), false},
         {resamplingOption, QStringLiteral("NAME"),
          say("of values: nearest, bilinear, average (bilinear); masks are nearest, always"), false}}};
}

OptionGroup outputGroup(const OperationInfo *one)
{
    OptionGroup group {
        say("Output:"),
        {{outputOption, QStringLiteral("FILE"), say("the file to write; its STAC Item goes beside it"), false}}};
    if (!one || one->writesRaster) {
        group.options.push_back({formatOption, QStringLiteral("NAME"),
                                 say("cog, geotiff, png, jpeg (as the file is called, else cog)"), false});
        group.options.push_back(
            {codecOption, QStringLiteral("NAME"), say("zstd, or deflate, which every program reads"), false});
    }
    return group;
}

OptionGroup runGroup(const OperationInfo *one)
{
    OptionGroup group {
        say("Run:"),
        {{estimateOption, {}, say("say what it would take, and do nothing"), false},
         {backendOption, QStringLiteral("ID"), say("where: local, or a provider that computes (local)"), false},
         {priorityOption, QStringLiteral("N"), say("its turn among the jobs, from -10 to 10 (0)"), false},
         {jsonOption, {}, say("one JSON document"), false}}};
    if (!one || one->fewestScenes == 1) {
        group.options.insert(group.options.begin() + 1,
                             {batchOption, {}, say("a job for each SOURCE; -o names a folder"), false});
    }
    return group;
}

/// In the order in which one thinks of them. @param one null: those of all operations
std::vector<OptionGroup> optionGroups(const OperationInfo *one)
{
    OptionGroup own {one ? say("Its own options:") : say("Options of operations:"),
                     one ? optionsOf(*one) : optionsOfAll(engine::Engine::operations())};
    if (!one || std::ranges::any_of(one->parameters, [](const auto &known) { return known.name == u"constants"; })) {
        own.options.push_back(
            {setOption, QStringLiteral("NAME=N"), say("another value for a constant of the index or formula"), true});
    }
    return {{say("Inputs:"), sourceOptions()},
            {say("Area:"),
             {{bboxOption, QStringLiteral("W,S,E,N"), say("this part only, in degrees"), false},
              {aoiOption, QStringLiteral("FILE"), say("the inside of GeoJSON polygons only"), false}}},
            std::move(own),
            {say("Clouds:"),
             {{maskOption, QStringLiteral("clouds"), say("leave clouds and their shadows out"), false},
              {dilationOption, QStringLiteral("M"), say("with --mask: and so many metres around them"), false},
              {snowOption, {}, say("with --mask: snow and ice, too"), false}}},
            gridGroup(),
            outputGroup(one),
            runGroup(one)};
}

} // namespace

Result<ProcessWish> processWish(const Arguments &arguments)
{
    const auto all = engine::Engine::operations();
    const QStringList &words = arguments.positional();
    if (words.isEmpty())
        return fail(ErrorCode::InvalidInput, say("name an operation: %1").arg(operationNames(all)));
    const auto *operation = findOperation(all, words.front());
    if (!operation) {
        return fail(ErrorCode::InvalidInput,
                    say("there is no operation \"%1\"; there are: %2").arg(words.front(), operationNames(all)));
    }
    ProcessWish asked {*operation,
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
    if (auto ok = readArea(arguments, asked); !ok)
        return fail(ok.error());
    if (!asked.batch) {
        if (auto free = checkAgainst(asked.read, asked.request.output); !free)
            return fail(free.error());
    }
    return asked;
}

std::vector<Option> processOptions()
{
    std::vector<Option> options;
    for (auto &group : optionGroups(nullptr)) {
        for (auto &option : group.options)
            options.push_back(std::move(option));
    }
    return options;
}

QString processOptionHelp(const Arguments &arguments)
{
    const auto all = engine::Engine::operations();
    const QString name = arguments.positional().value(0);
    QString text = helpOfOperations(all, name);
    for (const auto &group : optionGroups(findOperation(all, name))) {
        if (!group.options.empty())
            text += u'\n' + group.title + u'\n' + optionLines(group.options);
    }
    return text;
}

} // namespace astra::cli
