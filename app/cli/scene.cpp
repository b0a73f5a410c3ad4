// SPDX-License-Identifier: Apache-2.0
#include "app/cli/command.h"
#include "app/cli/describe.h"

#include <QCoreApplication>

namespace astra::cli {

namespace {

QString say(const char *text) { return QCoreApplication::translate("astra::cli", text); }

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

int run(Context &context, const Arguments &arguments)
{
    if (arguments.positional().size() != 1)
        return context.wrongUse(say("name one scene"));
    const auto engine = context.engine();
    if (!engine)
        return context.failed(engine.error());
    const QString source = arguments.positional().front();
    const auto acquisition = waitFor((*engine)->open(source, context.stop()));
    if (!acquisition)
        return context.failed(acquisition.error());
    if (arguments.has(QStringLiteral("--json")))
        context.print(featureOf(*acquisition));
    else
        printFacts(context, acquisition->best());
    return Exit::Done;
}

} // namespace

Command sceneCommand()
{
    Command command;
    command.name = QStringLiteral("scene");
    command.usage = QStringLiteral("scene SOURCE [--json]");
    command.text = say("one scene: PROVIDER:ID as search prints it, or a file or folder");
    command.options = {{QStringLiteral("--json"), {}, say("a STAC Item"), false}};
    command.run = run;
    return command;
}

} // namespace astra::cli
