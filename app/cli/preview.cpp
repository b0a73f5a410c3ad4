// SPDX-License-Identifier: Apache-2.0
#include "app/cli/area.h"
#include "app/cli/command.h"
#include "app/cli/say.h"
#include "app/cli/source.h"

#include <QRegularExpression>

namespace astra::cli {

namespace {

const QString styleOption = QStringLiteral("--style");

QString styleNames()
{
    return say(
        "true-color, color-infrared, every index (astra indices), own:NAME, bands:A,B,C, bands:A, formula:FORMULA");
}

struct Size {
    int width = 0;
    int height = 0;
};
Result<Size> sizeFrom(const Arguments &arguments)
{
    if (!arguments.has(QStringLiteral("--size")))
        return Size {};
    static const QRegularExpression form(QStringLiteral("^(\\d{1,5})[xX](\\d{1,5})$"));
    const QString value = arguments.value(QStringLiteral("--size"));
    const auto match = form.match(value);
    const Size size {match.captured(1).toInt(), match.captured(2).toInt()};
    if (!match.hasMatch() || size.width < 1 || size.height < 1 || size.width > 16384 || size.height > 16384) {
        return fail(ErrorCode::InvalidInput,
                    say("--size is \"%1\", but should be like 1024x768, at most 16384 a side").arg(value));
    }
    return size;
}

void printResult(const Context &context, bool json, const QString &path, const engine::Engine::Preview &made)
{
    context.note(made.radiometry);
    if (!made.warning.isEmpty())
        context.note(say("warning: %1 (--offset-override apply or leave)").arg(oneLine(made.warning)));
    for (const auto &note : made.notes)
        context.note(oneLine(note));
    if (!json) {
        context.print(QStringLiteral("%1  %2 × %3  %4")
                          .arg(path)
                          .arg(made.picture.width)
                          .arg(made.picture.height)
                          .arg(made.box.toString()));
        return;
    }
    Json notes = Json::array();
    for (const auto &note : made.notes)
        notes.push_back(oneLine(note).toStdString());
    context.print(Json {{"output", path.toStdString()},
                        {"width", made.picture.width},
                        {"height", made.picture.height},
                        {"bbox", made.box.toJson()},
                        {"radiometry", made.radiometry.toStdString()},
                        {"warning", made.warning.isEmpty() ? Json() : Json(oneLine(made.warning).toStdString())},
                        {"notes", notes}});
}

/// The file that "asset:KEY" names; empty for a style's own name.
QString assetIn(const QString &style) { return style.startsWith(u"asset:") ? style.mid(6) : QString(); }

int run(Context &context, const Arguments &arguments)
{
    if (auto ok = checkSource(arguments, arguments.positional()); !ok)
        return context.wrongUse(ok.error().message);
    const auto size = sizeFrom(arguments);
    if (!size)
        return context.wrongUse(size.error().message);
    const auto area = areaFrom(arguments, QStringLiteral("--aoi"));
    if (!area)
        return context.wrongUse(area.error().message);
    const QString output = arguments.value(QStringLiteral("--output"));
    if (output.isEmpty())
        return context.wrongUse(say("say where to: -o FILE.png"));
    const bool masked = arguments.has(QStringLiteral("--mask"));
    if (masked && arguments.value(QStringLiteral("--mask")) != u"clouds")
        return context.wrongUse(say("--mask takes \"clouds\""));

    const auto engine = context.engine();
    if (!engine)
        return context.failed(engine.error());
    std::optional<render::Style> style;
    const QString asset = assetIn(arguments.value(styleOption));
    if (arguments.has(styleOption) && asset.isEmpty()) {
        style = engine::Engine::styleNamed(arguments.value(styleOption)); // a person's own are known by now
        if (!style) {
            return context.wrongUse(say("there is no style \"%1\"; there are: %2")
                                        .arg(oneLine(arguments.value(styleOption).left(80)), styleNames()));
        }
    }
    const auto scene = openSource(context, **engine, arguments, arguments.positional());
    if (!scene)
        return context.failed(scene.error());
    noteCost(context, scene->best());
    if (!asset.isEmpty()) {
        auto drawn = engine::Engine::assetStyle(*scene, asset);
        if (!drawn)
            return context.failed(drawn.error());
        style = std::move(*drawn);
    }
    if (!style)
        style = engine::Engine::defaultStyle(*scene);
    style->maskClouds = masked;
    const auto made = waitFor((*engine)->preview(*scene, *style, area->box, size->width, size->height, context.stop()));
    if (!made)
        return context.failed(made.error());
    const auto saved = waitFor((*engine)->savePicture(made->picture, output));
    if (!saved)
        return context.failed(saved.error());
    printResult(context, arguments.has(jsonOption), output, *made);
    return Exit::Done;
}

} // namespace

Command previewCommand()
{
    Command command;
    command.name = QStringLiteral("preview");
    command.usage = QStringLiteral("preview SOURCE [--style NAME] [--bbox W,S,E,N] [--size WxH] -o FILE.png");
    command.text = say("draws what the map would draw, with the radiometry used on standard error");
    command.options = {
        {styleOption, QStringLiteral("NAME"), say("how; see below"), false},
        {QStringLiteral("--mask"), QStringLiteral("clouds"), say("leave clouds out"), false},
        {QStringLiteral("--bbox"), QStringLiteral("W,S,E,N"), say("this part only, in degrees"), false},
        {QStringLiteral("--size"), QStringLiteral("WxH"), say("pixels; otherwise at most 1024 a side"), false},
        {QStringLiteral("--output"), QStringLiteral("FILE"), say("the PNG to write"), false},
        {jsonOption, {}, say("one JSON document"), false},
    };
    for (const auto &option : sourceOptions())
        command.options.push_back(option);
    command.run = run;
    command.help = [](const Arguments &) {
        return QStringLiteral("%1 %2,\n%3\n")
            .arg(say("Styles:"), styleNames(), say("or asset:KEY for one of the scene's files as it stands"));
    };
    return command;
}

} // namespace astra::cli
