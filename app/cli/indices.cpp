// SPDX-License-Identifier: Apache-2.0
#include "app/cli/command.h"
#include "app/cli/describe.h"
#include "app/cli/say.h"
#include "app/cli/source.h"
#include "app/cli/table.h"

#include <QFileInfo>

#include <algorithm>

namespace astra::cli {

namespace {

const QString sceneOption = QStringLiteral("--scene");
const QString domainOption = QStringLiteral("--domain");
const QString constantsOption = QStringLiteral("--constants");
const QString nameOption = QStringLiteral("--name");
const QString formulaOption = QStringLiteral("--formula");
const QString bandsOption = QStringLiteral("--bands");
const QString titleOption = QStringLiteral("--title");
const QString rangeOption = QStringLiteral("--range");
const QString rampOption = QStringLiteral("--ramp");
const QString constantOption = QStringLiteral("--constant");

using engine::Engine;

/// What the scene of --scene lacks for each, by the style's id. Without the option nothing lacks anything.
struct Scene {
    std::optional<data::Acquisition> acquisition;
    QMap<QString, QString> obstacles;
};
Result<Scene> sceneOf(Context &context, Engine &engine, const Arguments &arguments)
{
    Scene scene;
    if (!arguments.has(sceneOption))
        return scene;
    auto opened = openSource(context, engine, arguments, {arguments.value(sceneOption)});
    if (!opened)
        return fail(opened.error());
    scene.acquisition = std::move(*opened);
    for (const auto &look : Engine::looks(&*scene.acquisition))
        scene.obstacles.insert(look.style.index, look.obstacle);
    return scene;
}

Json entryOf(const processing::Index &index, const Scene &scene)
{
    Json constants = Json::object();
    for (const auto &[name, value] : index.constants)
        constants[toStd(name)] = value;
    Json entry {{"name", toStd(index.name)},
                {"title", toStd(index.title)},
                {"purpose", toStd(index.purpose)},
                {"domain", toStd(index.domain)},
                {"formula", toStd(index.formula)},
                {"constants", std::move(constants)},
                {"range", index.low < index.high ? Json::array({index.low, index.high}) : Json()},
                {"ramp", toStd(index.ramp)},
                {"source", toStd(index.source)},
                {"origin", index.origin.isEmpty() ? "shipped" : toStd(index.origin)}};
    if (scene.acquisition) {
        const QString obstacle = scene.obstacles.value(index.name);
        entry["available"] = obstacle.isEmpty();
        entry["obstacle"] = textOrNull(obstacle);
    }
    return entry;
}

int list(Context &context, const Arguments &arguments, Engine &engine, const QString &)
{
    const auto scene = sceneOf(context, engine, arguments);
    if (!scene)
        return context.failed(scene.error());
    const QString domain = arguments.value(domainOption);
    Json entries = Json::array();
    std::vector<QStringList> rows;
    const auto catalogue = Engine::indices();
    int available = 0;
    for (const auto &index : catalogue->all()) {
        if (!domain.isEmpty() && index.domain != domain)
            continue;
        const QString obstacle = scene->obstacles.value(index.name);
        available += obstacle.isEmpty() ? 1 : 0;
        entries.push_back(entryOf(index, *scene));
        rows.push_back({index.name, index.domain, index.origin.isEmpty() ? say("shipped") : index.origin,
                        obstacle.isEmpty() ? index.title : obstacle});
    }
    if (arguments.has(jsonOption)) {
        context.print(Json {{"indices", std::move(entries)}, {"warnings", toJson(engine.warnings())}});
        return Exit::Done;
    }
    printTable(context, rows);
    if (scene->acquisition) {
        context.note(say("%1 of %2 can be computed from %3")
                         .arg(available)
                         .arg(rows.size())
                         .arg(oneLine(scene->acquisition->best().id)));
    }
    return Exit::Done;
}

int show(Context &context, const Arguments &arguments, Engine &engine, const QString &name)
{
    const auto catalogue = Engine::indices();
    const auto *index = catalogue->find(name);
    if (!index)
        return context.failed(catalogue->notFound(name));
    const auto scene = sceneOf(context, engine, arguments);
    if (!scene)
        return context.failed(scene.error());
    if (arguments.has(jsonOption)) {
        context.print(entryOf(*index, *scene));
        return Exit::Done;
    }
    QStringList constants;
    for (const auto &[constant, value] : index->constants)
        constants << QStringLiteral("%1 = %2").arg(constant).arg(value);
    std::vector<QStringList> rows {
        {say("name"), index->name},
        {say("title"), index->title},
        {say("purpose"), index->purpose},
        {say("domain"), index->domain},
        {say("formula"), index->formula},
        {say("constants"), constants.join(QStringLiteral(", "))},
        {say("shown from"),
         index->low < index->high ? say("%1 to %2").arg(index->low).arg(index->high) : say("what the pixels hold")},
        {say("source"), index->source},
        {say("origin"), index->origin.isEmpty() ? say("shipped") : index->origin}};
    if (scene->acquisition) {
        const QString obstacle = scene->obstacles.value(index->name);
        rows.push_back({say("this scene"), obstacle.isEmpty() ? say("has what it needs") : obstacle});
    }
    std::erase_if(rows, [](const QStringList &row) { return row[1].isEmpty(); });
    printTable(context, rows);
    return Exit::Done;
}

int import(Context &context, const Arguments &arguments, Engine &engine, const QString &file)
{
    const auto imported = context.wait(engine.importIndices(file, arguments.values(constantsOption)));
    if (!imported)
        return context.failed(imported.error());
    if (arguments.has(jsonOption))
        context.print(Json {{"imported", imported->count}, {"left_out", toJson(imported->leftOut)}});
    else
        context.print(say("%1 indices imported").arg(imported->count));
    if (!imported->leftOut.isEmpty()) {
        context.note(say("left out, for they need more than the bands of a pixel: %1")
                         .arg(imported->leftOut.join(QStringLiteral(", "))));
    }
    return Exit::Done;
}

/// "L=0.5", given as often as there are constants.
Result<std::map<QString, double>> constantsFrom(const QStringList &words)
{
    std::map<QString, double> constants;
    for (const auto &word : words) {
        bool ok = false;
        const double value = word.section(u'=', 1).toDouble(&ok);
        if (!ok)
            return fail(ErrorCode::InvalidInput,
                        say("%1 should be like L=0.5, but is \"%2\"").arg(constantOption, word));
        constants[word.section(u'=', 0, 0)] = value;
    }
    return constants;
}

int addLook(Context &context, const Arguments &arguments, Engine &engine)
{
    const QStringList bands = arguments.list(bandsOption);
    const auto kept = context.wait(engine.keepLook(arguments.value(nameOption), bands));
    if (!kept)
        return context.failed(kept.error());
    const QString style = QStringLiteral("own:") + arguments.value(nameOption);
    if (arguments.has(jsonOption))
        context.print(Json {{"style", toStd(style)}, {"bands", toJson(bands)}});
    else
        context.print(say("kept as the style %1").arg(style));
    return Exit::Done;
}

int add(Context &context, const Arguments &arguments, Engine &engine, const QString &)
{
    if (!arguments.has(nameOption) || arguments.has(formulaOption) == arguments.has(bandsOption))
        return context.wrongUse(say("say --name NAME and either --formula FORMULA or --bands A,B,C"));
    if (arguments.has(bandsOption))
        return addLook(context, arguments, engine);
    auto constants = constantsFrom(arguments.values(constantOption));
    if (!constants)
        return context.wrongUse(constants.error().message);
    processing::Index index;
    index.name = arguments.value(nameOption);
    index.title = arguments.value(titleOption);
    index.formula = arguments.value(formulaOption);
    index.domain = arguments.has(domainOption) ? arguments.value(domainOption) : QStringLiteral("other");
    index.ramp = arguments.has(rampOption) ? arguments.value(rampOption) : QStringLiteral("viridis");
    index.constants = std::move(*constants);
    index.low = 0;
    index.high = 0;
    if (arguments.has(rangeOption)) {
        const QStringList ends = arguments.list(rangeOption);
        bool isLow = false;
        bool isHigh = false;
        index.low = ends.value(0).toDouble(&isLow);
        index.high = ends.value(1).toDouble(&isHigh);
        if (!isLow || !isHigh || ends.size() != 2 || !(index.low < index.high))
            return context.wrongUse(say("--range should be like -1,1"));
    }
    const auto kept = context.wait(engine.keepIndex(index));
    if (!kept)
        return context.failed(kept.error());
    const auto catalogue = Engine::indices();
    const auto *now = catalogue->find(index.name);
    if (arguments.has(jsonOption) && now)
        context.print(entryOf(*now, {}));
    else
        context.print(say("kept as the index %1").arg(index.name));
    return Exit::Done;
}

int remove(Context &context, const Arguments &, Engine &engine, const QString &name)
{
    const bool isLook = name.startsWith(u"own:") && !Engine::indices()->find(name);
    const auto gone = context.wait(isLook ? engine.removeLook(name.mid(4)) : engine.removeIndex(name));
    return gone ? Exit::Done : context.failed(gone.error());
}

} // namespace

Command indicesCommand()
{
    Command command;
    command.name = QStringLiteral("indices");
    command.text = say("the catalogue of spectral indices: those shipped, imported ones and your own");
    command.options = {
        {sceneOption, QStringLiteral("SOURCE"), say("say what this scene has the bands for"), false},
        {domainOption, QStringLiteral("NAME"), say("vegetation, water, snow, burn, urban, soil …"), false},
        {constantsOption, QStringLiteral("FILE"), say("the catalogue's file of constants; can be given several times"),
         true},
        {nameOption, QStringLiteral("NAME"), say("what yours is called"), false},
        {formulaOption, QStringLiteral("FORMULA"), say("an index: \"(nir - red) / (nir + red)\""), false},
        {bandsOption, QStringLiteral("A,B,C"), say("a composite: red, green and blue; one band alone: in grey"), false},
        {titleOption, QStringLiteral("TEXT"), say("what it shows, in words"), false},
        {rangeOption, QStringLiteral("LOW,HIGH"), say("what is told apart by colour; otherwise what the pixels hold"),
         false},
        {rampOption, QStringLiteral("NAME"), say("colours: rdylgn, brbg, viridis, cividis, greys …"), false},
        {constantOption, QStringLiteral("NAME=NUMBER"), say("a constant of the formula; can be given several times"),
         true},
        {jsonOption, {}, say("one JSON document"), false},
    };
    giveVerbs(
        command,
        {{QStringLiteral("list"), {}, say("all of them"), {sceneOption, domainOption}, withEngine(list)},
         {QStringLiteral("show"), QStringLiteral("NAME"), say("one of them"), {sceneOption}, withEngine(show)},
         {QStringLiteral("import"),
          QStringLiteral("FILE"),
          say("the JSON of Awesome Spectral Indices, or of yours"),
          {constantsOption},
          withEngine(import)},
         {QStringLiteral("add"),
          {},
          say("one of your own: an index, a composite or a greyscale"),
          {nameOption, formulaOption, bandsOption, titleOption, domainOption, rangeOption, rampOption, constantOption},
          withEngine(add)},
         {QStringLiteral("remove"), QStringLiteral("NAME"), say("one that is not shipped"), {}, withEngine(remove)}});
    return command;
}

} // namespace astra::cli
