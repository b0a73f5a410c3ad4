// SPDX-License-Identifier: Apache-2.0
#include "app/cli/area.h"
#include "app/cli/command.h"
#include "app/cli/describe.h"

#include <QCoreApplication>
#include <QEventLoop>

#include <algorithm>
#include <cmath>

namespace astra::cli {

namespace {

QString say(const char *text) { return QCoreApplication::translate("astra::cli", text); }

using Phase = data::ProviderState::Phase;

const char *phaseName(Phase phase)
{
    switch (phase) {
    case Phase::Waiting:
        return "waiting";
    case Phase::Loading:
        return "loading";
    case Phase::Slow:
        return "slow";
    case Phase::Done:
        return "done";
    case Phase::Failed:
        break;
    }
    return "failed";
}

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

/// Turns the event loop until every provider has answered or Ctrl-C.
void wait(Context &context, providers::SearchSession &session)
{
    QEventLoop loop;
    QObject::connect(&session, &providers::SearchSession::finished, &loop, &QEventLoop::quit);
    QObject::connect(&session, &providers::SearchSession::providerChanged, &loop, [&](int index) {
        const auto &state = session.providers()[static_cast<std::size_t>(index)];
        if (state.phase == Phase::Slow || state.phase == Phase::Failed || context.verbose()) {
            context.note(
                QStringLiteral("%1: %2%3")
                    .arg(state.id, QLatin1String(phaseName(state.phase)),
                         state.error ? QString(QStringLiteral(": ") + oneLine(state.error->message)) : QString()));
        }
    });
    const StopCallback onStop(context.stop(), [&] { loop.quit(); });
    if (!context.interrupted() && !session.isFinished())
        loop.exec();
    if (context.interrupted())
        session.stop();
}

/// What the person should know besides the scenes, one sentence each.
QStringList warningsOf(const providers::SearchSession &session)
{
    QStringList warnings;
    for (const auto &state : session.providers()) {
        if (state.error)
            warnings << QStringLiteral("%1: %2").arg(state.id, oneLine(state.error->message));
        for (const auto &note : state.notes)
            warnings << QStringLiteral("%1: %2").arg(state.id, oneLine(note));
    }
    return warnings;
}

Json contextOf(const providers::SearchSession &session, std::size_t returned)
{
    Json providers = Json::array();
    int matched = 0; // the sum of what each holds, copies counted at each
    bool known = true;
    for (const auto &state : session.providers()) {
        Json entry {{"id", state.id.toStdString()},
                    {"state", phaseName(state.phase)},
                    {"loaded", state.loaded},
                    {"matched", state.matched ? Json(*state.matched) : Json()},
                    {"more", state.more}};
        if (state.error) {
            entry["error"] = {{"code", errorCodeName(state.error->code).toStdString()},
                              {"message", oneLine(state.error->message).toStdString()}};
        }
        providers.push_back(entry);
        if (state.matched)
            matched += *state.matched;
        known = known && (state.matched || state.phase == Phase::Failed);
    }
    Json context {{"returned", returned}, {"limit", session.query().limit}, {"providers", providers}};
    if (known)
        context["matched"] = matched;
    return context;
}

void printDocument(const Context &context, const providers::SearchSession &session,
                   const std::vector<data::Acquisition> &found, const QStringList &warnings)
{
    Json features = Json::array();
    for (const auto &acquisition : found)
        features.push_back(featureOf(acquisition));
    Json said = Json::array();
    for (const auto &warning : warnings)
        said.push_back(warning.toStdString());
    context.print(Json {{"type", "FeatureCollection"},
                        {"features", features},
                        {"context", contextOf(session, found.size())},
                        {"numberReturned", found.size()},
                        {"warnings", said}});
}

void printLines(const Context &context, const std::vector<data::Acquisition> &found)
{
    for (const auto &acquisition : found) {
        const data::Scene &scene = acquisition.best();
        const QString cloud = scene.cloudCover ? say("%1 % cloud").arg(std::lround(*scene.cloudCover))
                                               : say("cloud not stated");
        const QString copies = acquisition.copies.size() > 1
            ? QString(QStringLiteral("  ") + say("%1 copies").arg(acquisition.copies.size()))
            : QString();
        context.print(QStringLiteral("%1  %2  %3  %4%5")
                          .arg(scene.qualifiedId(), timeWords(scene.datetime), cloud,
                               accessWords(data::pixelAccess(scene)), copies));
    }
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
    wait(context, *session);
    if (context.interrupted())
        return context.failed(Error {ErrorCode::Cancelled, {}, {}, false});

    auto found = session->acquisitions();
    // The limit counts what is shown; each provider was asked for as many, so the newest are among them.
    if (found.size() > static_cast<std::size_t>(query->limit))
        found.resize(static_cast<std::size_t>(query->limit));
    const QStringList warnings = warningsOf(*session);
    const auto &states = session->providers();
    const bool nobody = std::all_of(states.begin(), states.end(),
                                    [](const auto &state) { return state.phase == Phase::Failed; });
    if (nobody) {
        return context.failed(
            Error {ErrorCode::Network,
                   states.empty() ? say("no provider is switched on") : warnings.join(QStringLiteral("; ")),
                   {},
                   false});
    }
    if (arguments.has(QStringLiteral("--json"))) {
        printDocument(context, *session, found, warnings);
        return Exit::Done;
    }
    printLines(context, found);
    for (const auto &warning : warnings)
        context.note(say("warning: %1").arg(warning));
    if (found.empty())
        context.note(say("No scene was found."));
    return Exit::Done;
}

} // namespace

Command searchCommand()
{
    Command command;
    command.name = QStringLiteral("search");
    command.usage = QStringLiteral("search --bbox W,S,E,N [--datetime A/B] [--collections a,b] [--cloud-cover-lt N] "
                                   "[--limit N] [--providers a,b] [--intersects FILE.geojson] [--json]");
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
        {QStringLiteral("--providers"), QStringLiteral("A,B"), say("ask these only"), true},
        {QStringLiteral("--json"), {}, say("a STAC FeatureCollection"), false},
    };
    command.run = run;
    return command;
}

} // namespace astra::cli
