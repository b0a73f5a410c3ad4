// SPDX-License-Identifier: Apache-2.0
#include "app/cli/source.h"

#include "app/cli/say.h"
#include "core/data/offsetoverride.h"

namespace astra::cli {

namespace {

const QString band = QStringLiteral("--band");
const QString scale = QStringLiteral("--scale");
const QString offset = QStringLiteral("--offset");
const QString offsetOverride = QStringLiteral("--offset-override");

QString scenesWanted(int fewest, int most)
{
    if (fewest == most)
        return fewest == 1 ? say("one scene") : say("%1 scenes").arg(fewest);
    return say("%1 to %2 scenes").arg(fewest).arg(most);
}

/// The files of --band as one scene.
Result<data::Acquisition> openBands(Context &context, engine::Engine &engine, const Arguments &arguments)
{
    std::vector<std::pair<QString, QString>> files;
    for (const auto &value : arguments.values(band)) {
        const auto equals = value.indexOf(u'=');
        files.emplace_back(value.left(equals), value.mid(equals + 1));
    }
    std::optional<data::Radiometry> stated;
    if (arguments.has(scale) || arguments.has(offset)) {
        stated = data::Radiometry {};
        stated->scale = arguments.number(scale, -1e12, 1e12).value_or(std::nullopt).value_or(1);
        stated->offset = arguments.number(offset, -1e12, 1e12).value_or(std::nullopt).value_or(0);
        stated->source = say("given with --scale and --offset");
    }
    return context.wait(engine.openFiles(files, stated));
}

} // namespace

std::vector<Option> sourceOptions()
{
    return {
        {band, QStringLiteral("NAME=FILE"), say("a file for a band, instead of SOURCE; once for every band"), true},
        {scale, QStringLiteral("S"), say("with --band: value = number × S + O"), false},
        {offset, QStringLiteral("O"), say("with --band: see --scale"), false},
        {offsetOverride, QStringLiteral("WORD"),
         say("Sentinel-2: \"apply\" the baseline offset to the pixels, or \"leave\" it, whatever the scene says"),
         false},
    };
}

Result<void> checkSource(const Arguments &arguments, const QStringList &sources, int fewest, int most)
{
    if (arguments.has(offsetOverride)) {
        if (arguments.has(band))
            return fail(ErrorCode::InvalidInput, say("%1 goes with a scene, not with --band").arg(offsetOverride));
        const QString word = arguments.value(offsetOverride);
        if (word.isEmpty() || !data::overrideNamed(word))
            return fail(ErrorCode::InvalidInput, say("%1 takes \"apply\" or \"leave\"").arg(offsetOverride));
    }
    if (!arguments.has(band)) {
        for (const auto &option : {scale, offset}) {
            if (arguments.has(option))
                return fail(ErrorCode::InvalidInput, say("%1 goes with --band").arg(option));
        }
        const auto count = static_cast<int>(sources.size());
        if (count >= fewest && count <= most)
            return {};
        if (count == 0)
            return fail(ErrorCode::InvalidInput,
                        most == 1 ? say("name a scene, or give files with --band") : say("name the scenes"));
        return fail(ErrorCode::InvalidInput, say("it takes %1, not %2").arg(scenesWanted(fewest, most)).arg(count));
    }
    if (fewest > 1)
        return fail(ErrorCode::InvalidInput, say("it takes scenes, not files for bands"));
    if (!sources.isEmpty())
        return fail(ErrorCode::InvalidInput, say("--band replaces the scene: \"%1\" is too much").arg(sources.front()));
    for (const auto &value : arguments.values(band)) {
        const auto equals = value.indexOf(u'=');
        if (equals <= 0 || equals + 1 == value.size())
            return fail(ErrorCode::InvalidInput, say("--band is \"%1\", but should be NAME=FILE").arg(value));
    }
    for (const auto &option : {scale, offset}) {
        if (const auto number = arguments.number(option, -1e12, 1e12); !number)
            return fail(number.error());
    }
    return {};
}

Result<data::Acquisition> openSource(Context &context, engine::Engine &engine, const Arguments &arguments,
                                     const QStringList &sources)
{
    return std::move(openSources(context, engine, arguments, sources).front());
}

std::vector<Result<data::Acquisition>> openSources(Context &context, engine::Engine &engine, const Arguments &arguments,
                                                   const QStringList &sources)
{
    std::vector<Result<data::Acquisition>> opened;
    if (arguments.has(band)) {
        opened.push_back(openBands(context, engine, arguments));
        return opened;
    }
    std::vector<Future<data::Acquisition>> asked;
    asked.reserve(static_cast<std::size_t>(sources.size()));
    for (const auto &source : sources)
        asked.push_back(engine.open(source, context.stop()));
    const auto word = data::overrideNamed(arguments.value(offsetOverride)).value_or(data::OffsetOverride::None);
    opened.reserve(asked.size());
    bool invented = false;
    for (const auto &one : asked) {
        auto scene = waitFor(one);
        invented = invented || (scene && scene->best().invented);
        if (scene && arguments.has(offsetOverride))
            scene = data::withOverride(std::move(*scene), word);
        opened.push_back(std::move(scene));
    }
    if (invented)
        context.note(say("invented data"));
    return opened;
}

void noteCost(const Context &context, const data::Scene &scene)
{
    if (data::pixelAccess(scene) == data::Access::Paid)
        context.note(say("Whoever reads the pixels of this scene pays for it: your account is charged."));
}

} // namespace astra::cli
