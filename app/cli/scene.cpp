// SPDX-License-Identifier: Apache-2.0
#include "app/cli/command.h"
#include "app/cli/describe.h"
#include "app/cli/ledger.h"
#include "app/cli/say.h"

#include <algorithm>
#include <cmath>

namespace astra::cli {

namespace {

void printFacts(const Context &context, const data::Scene &scene)
{
    const auto line = [&](const QString &name, const QString &value) {
        if (!value.isEmpty())
            context.print(QStringLiteral("%1 %2").arg(name + u':', -14).arg(value));
    };
    line(say("scene"), scene.qualifiedId());
    line(say("collection"), scene.collection);
    line(say("time"), timeWords(scene.datetime));
    line(say("platform"), scene.platform);
    line(say("baseline"), scene.baseline);
    line(say("made"), scene.processed.isValid() ? timeWords(scene.processed) : QString());
    line(say("cloud"), scene.cloudCover ? QStringLiteral("%1 %").arg(*scene.cloudCover) : QString());
    line(say("pixels"), scene.gsd ? say("%1 m").arg(*scene.gsd) : QString());
    line(say("CRS"), scene.epsg ? QStringLiteral("EPSG:%1").arg(*scene.epsg) : QString());
    line(say("area"), scene.bbox ? scene.bbox->toString() : QString());
    line(say("bands"), data::bandNames(scene).join(QStringLiteral(", ")));
    line(say("access"), accessWords(data::pixelAccess(scene)));
    line(say("attribution"), scene.attribution);
    if (scene.invented)
        line(say("note"), say("invented data"));
}

/// How its numbers become reflectance, as far as that is known before a file is opened.
void printRadiometry(const Context &context, const data::Scene &scene)
{
    for (const auto *name : {"red", "nir", "nir08"}) {
        const auto ref = data::findBand(scene, QString::fromLatin1(name));
        if (!ref)
            continue;
        const auto rule = engine::Engine::radiometryOf(scene, *ref);
        const QString sign = rule.offset < 0 ? QStringLiteral("−") : QStringLiteral("+");
        const QString formula = rule.scale == 1 && rule.offset == 0
            ? say("the numbers as they stand")
            : QStringLiteral("DN × %1 %2 %3")
                  .arg(QString::number(rule.scale), sign, QString::number(std::abs(rule.offset)));
        context.print(QStringLiteral("%1 %2: %3").arg(say("radiometry") + u':', -14).arg(formula, rule.source));
        if (!rule.warning.isEmpty())
            context.print(QStringLiteral("%1 %2").arg(say("warning") + u':', -14).arg(oneLine(rule.warning)));
        return; // the rule is the same for all bands of a scene
    }
}

/// The scene with every copy and version of it that the catalogues hold, itself first. Silently without those of a
/// catalogue that does not answer: they are an extra.
data::Acquisition withCopies(Context &context, engine::Engine &engine, data::Acquisition own)
{
    const data::Scene &scene = own.best();
    const auto known = engine.providers();
    const bool remote = std::any_of(known.begin(), known.end(),
                                    [&](const auto &info) { return info.id == scene.provider; });
    if (!remote || scene.acquisition.isEmpty() || scene.product.isEmpty() || !scene.bbox || !scene.datetime.isValid())
        return own;
    data::SearchQuery query;
    query.bbox = *scene.bbox;
    query.collections = {scene.product};
    // Catalogues date the same scene by minutes apart.
    query.datetime.start = scene.datetime.addSecs(-1800);
    query.datetime.end = scene.datetime.addSecs(1800);
    const auto session = engine.search(query);
    waitForAnswers(context, *session, false);
    for (std::size_t i = 0; i < session->acquisitions().size(); ++i) {
        // Two granules of one acquisition are two rows, the second with a mark behind its key: all of it is told.
        if (session->acquisitions()[i].key().section(u'~', 0, 0) != scene.acquisition)
            continue;
        for (auto &copy : session->acquisition(static_cast<int>(i)).copies) {
            if (copy.qualifiedId() != own.best().qualifiedId())
                own.copies.push_back(copy);
        }
    }
    return own;
}

void printCopies(const Context &context, const data::Acquisition &acquisition)
{
    if (acquisition.copies.size() < 2)
        return;
    context.print(say("copies and versions:"));
    for (const auto &copy : acquisition.copies) {
        QStringList parts {copy.qualifiedId(), copy.collection};
        if (!copy.baseline.isEmpty())
            parts << say("baseline %1").arg(copy.baseline);
        if (copy.processed.isValid())
            parts << say("made %1").arg(timeWords(copy.processed));
        parts << accessWords(data::pixelAccess(copy));
        if (copy.invented)
            parts << say("invented data");
        context.print(QStringLiteral("  ") + parts.join(QStringLiteral("  ")));
    }
}

int run(Context &context, const Arguments &arguments)
{
    if (arguments.positional().size() != 1)
        return context.wrongUse(say("name one scene"));
    const auto engine = context.engine();
    if (!engine)
        return context.failed(engine.error());
    const QString source = arguments.positional().front();
    const auto opened = waitFor((*engine)->open(source, context.stop()));
    if (!opened)
        return context.failed(opened.error());
    if (!arguments.has(jsonOption)) { // nobody waits for the copies
        printFacts(context, opened->best());
        printRadiometry(context, opened->best());
    }
    const auto acquisition = withCopies(context, **engine, *opened);
    if (context.interrupted())
        return context.failed(Error {ErrorCode::Cancelled, {}, {}, false});
    if (arguments.has(jsonOption))
        context.print(featureOf(acquisition));
    else
        printCopies(context, acquisition);
    return Exit::Done;
}

} // namespace

Command sceneCommand()
{
    Command command;
    command.name = QStringLiteral("scene");
    command.usage = QStringLiteral("scene SOURCE [--json]");
    command.text = say("one scene with its copies and versions: PROVIDER:ID as search prints it, or a file or folder");
    command.options = {{jsonOption, {}, say("a STAC Item"), false}};
    command.run = run;
    return command;
}

} // namespace astra::cli
