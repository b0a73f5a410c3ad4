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

Result<void> checkSource(const Arguments &arguments, const QStringList &sources)
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
        if (sources.size() == 1)
            return {};
        return fail(ErrorCode::InvalidInput,
                    sources.isEmpty() ? say("name a scene, or give files with --band")
                                      : say("it takes one scene, not %1").arg(sources.size()));
    }
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
    if (!arguments.has(band)) {
        auto opened = waitFor(engine.open(sources.front(), context.stop()));
        if (opened && opened->best().invented)
            context.note(say("invented data"));
        if (opened && arguments.has(offsetOverride)) {
            const auto word = data::overrideNamed(arguments.value(offsetOverride));
            return data::withOverride(std::move(*opened), word.value_or(data::OffsetOverride::None));
        }
        return opened;
    }
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

void noteCost(const Context &context, const data::Scene &scene)
{
    if (data::pixelAccess(scene) == data::Access::Paid)
        context.note(say("Whoever reads the pixels of this scene pays for it: your account is charged."));
}

} // namespace astra::cli
