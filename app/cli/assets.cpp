// SPDX-License-Identifier: Apache-2.0
#include "app/cli/command.h"
#include "app/cli/describe.h"
#include "app/cli/say.h"
#include "app/cli/table.h"
#include "core/data/resolve.h"

#include <algorithm>

namespace astra::cli {

namespace {

/// How the file comes to be what was asked for.
QString routing(const data::ResolvedAsset &asset)
{
    return asset.direct ? QStringLiteral("direct") : QStringLiteral("conversion needed");
}

Json entryOf(const data::Band &band)
{
    Json entry {{"name", toStd(band.name)}};
    if (!band.commonName.isEmpty())
        entry["common_name"] = toStd(band.commonName);
    if (band.gsd)
        entry["gsd"] = *band.gsd;
    return entry;
}

Json entryOf(const data::Alternate &alternate)
{
    return {{"name", toStd(alternate.name)},
            {"href", toStd(addressOf(alternate.href))},
            {"access", accessCode(alternate.access)},
            {"note", toStd(data::accessNote(alternate.href, alternate.access, alternate.connection))}};
}

Json entryOf(const data::Scene &scene, const data::ResolvedAsset &resolved)
{
    const data::Asset &asset = *scene.asset(resolved.key);
    Json entry {{"status", "ready"},
                {"key", toStd(resolved.key)},
                {"href", toStd(addressOf(resolved.href))},
                {"type", toStd(resolved.mediaType)},
                {"format", textOrNull(resolved.format)},
                {"routing", toStd(routing(resolved))},
                {"roles", toJson(asset.roles)},
                {"bands", Json::array()},
                {"access", accessCode(resolved.access)},
                {"note", toStd(resolved.note)},
                {"alternates", Json::array()}};
    for (const auto &band : asset.bands)
        entry["bands"].push_back(entryOf(band));
    for (const auto &alternate : resolved.alternates)
        entry["alternates"].push_back(entryOf(alternate));
    if (!resolved.connection.isEmpty())
        entry["connection"] = toStd(resolved.connection);
    if (resolved.size >= 0)
        entry["size"] = resolved.size;
    return entry;
}

/// With what its numbers mean, where one band was asked for.
Json bandEntryOf(const engine::Engine &engine, const data::Scene &scene, const data::ResolvedAsset &resolved)
{
    if (!resolved.error.isEmpty())
        return {{"band", toStd(resolved.asked)}, {"status", "error"}, {"error", toStd(resolved.error)}};
    Json entry = entryOf(scene, resolved);
    entry["band"] = toStd(resolved.asked);
    if (resolved.index == 0)
        return entry;
    const auto radiometry = engine.radiometryOf(scene,
                                                {scene.asset(resolved.key), resolved.index, resolved.bands.front()});
    entry["index"] = resolved.index;
    entry["scale"] = radiometry.scale;
    entry["offset"] = radiometry.offset;
    entry["nodata"] = orNull(radiometry.nodata);
    entry["quantity"] = toStd(radiometry.quantity);
    entry["radiometry"] = toStd(radiometry.source);
    return entry;
}

void printFiles(const Context &context, const std::vector<data::ResolvedAsset> &resolved)
{
    std::vector<QStringList> rows;
    for (const auto &asset : resolved) {
        if (!asset.error.isEmpty())
            continue;
        QString kind = asset.format.isEmpty() ? asset.mediaType : asset.format;
        if (!asset.direct)
            kind = say("%1, to be converted").arg(kind);
        rows.push_back({asset.asked, accessWords(asset.access), kind, addressOf(asset.href), asset.note});
    }
    printTable(context, rows);
}

int run(Context &context, const Arguments &arguments)
{
    if (arguments.positional().size() != 1)
        return context.wrongUse(say("name one scene"));
    const QString wantedFormat = arguments.value(QStringLiteral("--format"));
    const auto format = data::fileFormatFrom(wantedFormat);
    if (!format && arguments.has(QStringLiteral("--format")))
        return context.wrongUse(say("\"%1\" is no format; there are cog, geotiff, png and jpeg").arg(wantedFormat));
    const auto engine = context.engine();
    if (!engine)
        return context.failed(engine.error());
    const auto acquisition = waitFor((*engine)->open(arguments.positional().front(), context.stop()));
    if (!acquisition)
        return context.failed(acquisition.error());
    const data::Scene &scene = acquisition->best();
    if (scene.invented)
        context.note(say("invented data"));
    const QStringList wanted = arguments.list(QStringLiteral("--bands"));
    const auto resolved = data::resolve(scene, wanted, format);
    const bool json = arguments.has(jsonOption);
    if (json) {
        Json list = Json::array();
        for (const auto &asset : resolved)
            list.push_back(wanted.isEmpty() ? entryOf(scene, asset) : bandEntryOf(**engine, scene, asset));
        Json document {{"id", toStd(scene.qualifiedId())}, {"assets", list}};
        if (scene.invented)
            document["invented"] = true;
        context.print(document);
    } else {
        printFiles(context, resolved);
    }
    const auto failed = [](const data::ResolvedAsset &asset) { return !asset.error.isEmpty(); };
    if (!resolved.empty() && std::ranges::all_of(resolved, failed))
        return context.failed(Error {ErrorCode::NotFound, resolved.front().error, scene.id, false});
    for (const auto &asset : resolved) {
        if (failed(asset))
            context.note(say("warning: %1").arg(asset.error));
    }
    return Exit::Done;
}

} // namespace

Command assetsCommand()
{
    Command command;
    command.name = QStringLiteral("assets");
    command.usage = QStringLiteral("assets SOURCE [--bands red,B08] [--format cog] [--json]");
    command.text = say("a scene's files, or those that hold certain bands, and what it takes to read them");
    command.options = {{QStringLiteral("--bands"), QStringLiteral("A,B"),
                        say("only these: bands by common or native name, or files by their key"), true},
                       {QStringLiteral("--format"), QStringLiteral("F"),
                        say("say whether each file is one: cog, geotiff, png or jpeg"), false},
                       {jsonOption, {}, say("one JSON document"), false}};
    command.run = run;
    return command;
}

} // namespace astra::cli
