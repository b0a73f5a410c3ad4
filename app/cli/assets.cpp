// SPDX-License-Identifier: Apache-2.0
#include "app/cli/command.h"
#include "app/cli/describe.h"

#include <QCoreApplication>

namespace astra::cli {

namespace {

QString say(const char *text) { return QCoreApplication::translate("astra::cli", text); }

std::string text(const QString &value) { return value.toStdString(); }

const char *accessName(data::Access access)
{
    return access == data::Access::Public ? "public"
        : access == data::Access::Signed  ? "signed"
        : access == data::Access::Login   ? "login"
                                          : "paid";
}

QString addressOf(const data::Asset &asset)
{
    return asset.href.isLocalFile() ? asset.href.toLocalFile() : asset.href.toString(QUrl::FullyEncoded);
}

Json entryOf(const data::Asset &asset)
{
    Json entry {{"key", text(asset.key)}, {"href", text(addressOf(asset))}, {"type", text(asset.mediaType)},
                {"roles", Json::array()}, {"bands", Json::array()},         {"access", accessName(asset.access)}};
    for (const auto &role : asset.roles)
        entry["roles"].push_back(text(role));
    for (const auto &band : asset.bands) {
        Json one {{"name", text(band.name)}};
        if (!band.commonName.isEmpty())
            one["common_name"] = text(band.commonName);
        if (band.gsd)
            one["gsd"] = *band.gsd;
        entry["bands"].push_back(one);
    }
    if (asset.size >= 0)
        entry["size"] = asset.size;
    return entry;
}

Json entryOf(const engine::Engine &engine, const data::Scene &scene, const QString &name, const data::BandRef &ref)
{
    Json entry = entryOf(*ref.asset);
    const auto radiometry = engine.radiometryOf(scene, ref);
    entry["band"] = text(name);
    entry["index"] = ref.index;
    entry["scale"] = radiometry.scale;
    entry["offset"] = radiometry.offset;
    entry["nodata"] = radiometry.nodata ? Json(*radiometry.nodata) : Json();
    entry["quantity"] = text(radiometry.quantity);
    entry["radiometry"] = text(radiometry.source);
    return entry;
}

int run(Context &context, const Arguments &arguments)
{
    if (arguments.positional().size() != 1)
        return context.wrongUse(say("name one scene"));
    const auto engine = context.engine();
    if (!engine)
        return context.failed(engine.error());
    const auto acquisition = waitFor((*engine)->open(arguments.positional().front(), context.stop()));
    if (!acquisition)
        return context.failed(acquisition.error());
    const data::Scene &scene = acquisition->best();
    Json list = Json::array();
    const QStringList wanted = arguments.list(QStringLiteral("--bands"));
    for (const auto &name : wanted) {
        const auto ref = data::findBand(scene, name);
        if (!ref) {
            return context.failed(Error {ErrorCode::NotFound,
                                         say("%1 has no band \"%2\"; it has: %3")
                                             .arg(scene.id, name, data::bandNames(scene).join(QStringLiteral(", "))),
                                         scene.id, false});
        }
        list.push_back(entryOf(**engine, scene, name, *ref));
    }
    if (wanted.isEmpty()) {
        for (const auto &asset : scene.assets)
            list.push_back(entryOf(asset));
    }
    if (arguments.has(QStringLiteral("--json"))) {
        context.print(Json {{"id", text(scene.qualifiedId())}, {"assets", list}});
        return Exit::Done;
    }
    for (const auto &entry : list) {
        context.print(QStringLiteral("%1  %2  %3")
                          .arg(stringAt(entry, "band", stringAt(entry, "key")), -20)
                          .arg(stringAt(entry, "access"), -6)
                          .arg(stringAt(entry, "href")));
    }
    return Exit::Done;
}

} // namespace

Command assetsCommand()
{
    Command command;
    command.name = QStringLiteral("assets");
    command.usage = QStringLiteral("assets SOURCE [--bands red,nir] [--json]");
    command.text = say("a scene's files, or those that hold certain bands");
    command.options = {
        {QStringLiteral("--bands"), QStringLiteral("A,B"), say("only these bands, by common or native name"), true},
        {QStringLiteral("--json"), {}, say("one JSON document"), false}};
    command.run = run;
    return command;
}

} // namespace astra::cli
