// SPDX-License-Identifier: Apache-2.0
#include "app/cli/area.h"
#include "app/cli/command.h"
#include "app/cli/describe.h"
#include "app/cli/ledger.h"
#include "app/cli/say.h"

#include <algorithm>
#include <cmath>

namespace astra::cli {

namespace {

using Phase = data::ProviderState::Phase;

/// A row as it is shown: the acquisition and, where asked for, how clear the area is in it.
struct Row {
    data::Acquisition acquisition;
    std::optional<data::ClearSky> sky;
};

Result<data::SearchQuery> queryFrom(const Arguments &arguments)
{
    data::SearchQuery query;
    if (!arguments.positional().isEmpty())
        return fail(ErrorCode::InvalidInput, say("it takes no \"%1\"").arg(arguments.positional().front()));
    const auto area = areaFrom(arguments, QStringLiteral("--intersects"));
    if (!area)
        return fail(area.error());
    if (!area->box)
        return fail(ErrorCode::InvalidInput, say("say where: --bbox W,S,E,N or --intersects FILE.geojson"));
    query.bbox = *area->box;
    query.intersects = area->rings;
    if (arguments.has(QStringLiteral("--datetime"))) {
        const auto range = data::TimeRange::parse(arguments.value(QStringLiteral("--datetime")));
        if (!range)
            return fail(ErrorCode::InvalidInput, say("--datetime: %1").arg(range.error().message));
        query.datetime = *range;
    }
    const auto cloud = arguments.number(QStringLiteral("--cloud-cover-lt"), 0, 1000);
    if (!cloud)
        return fail(cloud.error());
    query.cloudCoverLt = *cloud;
    const auto limit = arguments.number(QStringLiteral("--limit"), 1, 100000);
    if (!limit)
        return fail(limit.error());
    query.limit = static_cast<int>(limit->value_or(100));
    query.collections = arguments.list(QStringLiteral("--collections"));
    query.providers = arguments.list(QStringLiteral("--providers"));
    return query;
}

/// What to show: all of it, or as many as asked for.
std::vector<Row> rowsOf(const providers::SearchSession &session, bool everything)
{
    // Each provider was asked for as many as the limit, so the newest are among them.
    const std::size_t count = everything
        ? session.acquisitions().size()
        : std::min(session.acquisitions().size(), static_cast<std::size_t>(session.query().limit));
    std::vector<Row> rows;
    rows.reserve(count);
    for (std::size_t i = 0; i < count; ++i)
        rows.push_back({session.acquisition(static_cast<int>(i)), {}});
    return rows;
}

/// Looks at every row's mask and puts the clearest first. @return what could not be told, a sentence each
QStringList lookAtSky(Context &context, engine::Engine &engine, const data::SearchQuery &query, std::vector<Row> &rows)
{
    std::vector<Future<data::ClearSky>> asked;
    asked.reserve(rows.size());
    for (const auto &row : rows) // the engine reads a few at a time
        asked.push_back(engine.clearSky(row.acquisition, query.bbox, query.intersects, context.stop()));
    QStringList problems;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        // In tenths: where it is no terminal, every change is a line.
        context.progress(say("Looking at the sky over the area"),
                         std::floor(10.0 * static_cast<double>(i) / static_cast<double>(rows.size())) / 10.0);
        if (const auto sky = waitFor(asked[i]))
            rows[i].sky = *sky;
        else if (!context.interrupted())
            problems << QStringLiteral("%1: %2").arg(rows[i].acquisition.best().qualifiedId(),
                                                     oneLine(sky.error().message));
    }
    context.endProgress();
    std::stable_sort(rows.begin(), rows.end(), [](const Row &a, const Row &b) {
        return (a.sky ? a.sky->clear : -1) > (b.sky ? b.sky->clear : -1);
    });
    return problems;
}

Json featureOfRow(const Row &row, bool withSky)
{
    Json feature = featureOf(row.acquisition);
    if (withSky) {
        Json &properties = feature["properties"];
        properties["astra:clear"] = row.sky ? Json(row.sky->clear) : Json();
        properties["astra:covered"] = row.sky ? Json(row.sky->covered) : Json();
    }
    return feature;
}

void printLines(const Context &context, const std::vector<Row> &rows)
{
    for (const auto &[acquisition, sky] : rows) {
        const data::Scene &scene = acquisition.best();
        const QString cloud = scene.cloudCover ? say("%1 % cloud").arg(std::lround(*scene.cloudCover))
                                               : say("cloud not stated");
        QStringList parts {scene.qualifiedId(), timeWords(scene.datetime), cloud,
                           accessWords(data::pixelAccess(scene))};
        if (scene.invented)
            parts << say("invented data");
        if (acquisition.copies.size() > 1)
            parts << say("%1 copies").arg(acquisition.copies.size());
        if (sky)
            parts << say("%1 % clear, %2 % covered").arg(std::lround(sky->clear)).arg(std::lround(sky->covered));
        context.print(parts.join(QStringLiteral("  ")));
    }
}

void printLedger(const Context &context, const providers::SearchSession &session, const QString &areaFile)
{
    if (!hasLedger(session))
        return;
    context.note({});
    for (const auto &line : ledgerLines(session))
        context.note(line);
    for (const auto &[text, command] : suggestedCommands(session, areaFile, context.config().world))
        context.note(QStringLiteral("%1:\n    %2").arg(text, command));
}

void printDocument(const Context &context, const providers::SearchSession &session, const std::vector<Row> &rows,
                   bool withSky, const QStringList &warnings, const QString &areaFile)
{
    Json features = Json::array();
    for (const auto &row : rows)
        features.push_back(featureOfRow(row, withSky));
    Json about = contextOf(session, rows.size());
    about["suggestions"] = Json::array();
    for (const auto &[text, command] : suggestedCommands(session, areaFile, context.config().world))
        about["suggestions"].push_back({{"text", text.toStdString()}, {"command", command.toStdString()}});
    context.print(Json {{"type", "FeatureCollection"},
                        {"features", std::move(features)},
                        {"context", std::move(about)},
                        {"numberReturned", rows.size()},
                        {"warnings", toJson(warnings)}});
}

/// Shows what was found and what became of the rest. @return the exit status
int show(Context &context, engine::Engine &engine, providers::SearchSession &session, const Arguments &arguments)
{
    const bool json = arguments.has(jsonOption);
    const bool withSky = arguments.has(QStringLiteral("--clear-sky"));
    const bool everything = arguments.has(QStringLiteral("--all"));
    const QString areaFile = arguments.value(QStringLiteral("--intersects"));
    const Error stopped {ErrorCode::Cancelled, {}, {}, false};
    auto rows = rowsOf(session, everything);
    QStringList unclear;
    if (withSky)
        unclear = lookAtSky(context, engine, session.query(), rows);
    if (context.interrupted())
        return context.failed(stopped);
    if (!json)
        printLines(context, rows); // nobody waits for the counts
    waitForCounts(context, session);
    if (context.interrupted())
        return context.failed(stopped);
    if (json) {
        printDocument(context, session, rows, withSky, warningsOf(session) + unclear, areaFile);
        return Exit::Done;
    }
    for (const auto &warning : warningsOf(session, !hasLedger(session)) + unclear)
        context.note(say("warning: %1").arg(warning));
    if (rows.empty())
        context.note(say("No scene was found."));
    else if (rows.size() < session.acquisitions().size() || session.canLoadMore())
        context.note(say("There are more: a higher --limit brings some, --all every one."));
    printLedger(context, session, areaFile);
    return Exit::Done;
}

int run(Context &context, const Arguments &arguments)
{
    const auto query = queryFrom(arguments);
    if (!query) {
        return query.error().code == ErrorCode::InvalidInput ? context.wrongUse(query.error().message)
                                                             : context.failed(query.error());
    }
    const auto engine = context.engine();
    if (!engine)
        return context.failed(engine.error());
    const auto known = (*engine)->providers();
    for (const auto &id : query->providers) {
        if (std::none_of(known.begin(), known.end(), [&](const auto &info) { return info.id == id; }))
            return context.wrongUse(say("there is no provider \"%1\" (astra providers lists them)").arg(id));
    }
    const auto session = (*engine)->search(*query);
    waitForAnswers(context, *session, arguments.has(QStringLiteral("--all")));
    if (context.interrupted())
        return context.failed(Error {ErrorCode::Cancelled, {}, {}, false});
    const auto &states = session->providers();
    const bool nobody = std::all_of(states.begin(), states.end(),
                                    [](const auto &state) { return state.phase == Phase::Failed; });
    if (nobody && session->acquisitions().empty()) {
        return context.failed(
            Error {ErrorCode::Network,
                   states.empty() ? say("no provider is switched on") : warningsOf(*session).join(QStringLiteral("; ")),
                   {},
                   false});
    }
    return show(context, **engine, *session, arguments);
}

} // namespace

Command searchCommand()
{
    Command command;
    command.name = QStringLiteral("search");
    command.usage = QStringLiteral("search --bbox W,S,E,N [--datetime A/B] [--collections a,b] [--cloud-cover-lt N] "
                                   "[--limit N | --all] [--providers a,b] [--intersects FILE.geojson] [--clear-sky] "
                                   "[--json]");
    command.text = say("asks all catalogues at once; copies of one acquisition are one result, newest first");
    command.options = {
        {QStringLiteral("--bbox"), QStringLiteral("W,S,E,N"), say("degrees; west > east crosses the antimeridian"),
         false},
        {QStringLiteral("--intersects"), QStringLiteral("FILE"), say("GeoJSON polygon instead of the box"), false},
        {QStringLiteral("--datetime"), QStringLiteral("TIME"),
         say("a date, a time, or an interval A/B, A/.. or ../B; any time without it"), false},
        {QStringLiteral("--collections"), QStringLiteral("A,B"), say("product families or a provider's collections"),
         true},
        {QStringLiteral("--cloud-cover-lt"), QStringLiteral("N"), say("less cloud than this, in per cent"), false},
        {QStringLiteral("--limit"), QStringLiteral("N"), say("results to load (100)"), false},
        {QStringLiteral("--all"), {}, say("page after page until no catalogue has more"), false},
        {QStringLiteral("--providers"), QStringLiteral("A,B"), say("ask these only"), true},
        {QStringLiteral("--clear-sky"),
         {},
         say("look at each scene's mask: how clear and covered the area is, the clearest first"),
         false},
        {jsonOption, {}, say("a STAC FeatureCollection"), false},
    };
    command.run = run;
    return command;
}

} // namespace astra::cli
