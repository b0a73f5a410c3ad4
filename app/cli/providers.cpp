// SPDX-License-Identifier: Apache-2.0
#include "app/cli/command.h"
#include "app/cli/describe.h"
#include "app/cli/say.h"

#include <algorithm>

namespace astra::cli {

namespace {

Json entryOf(const data::ProviderInfo &info)
{
    Json entry {{"id", toStd(info.id)},
                {"title", toStd(info.title)},
                {"protocol", toStd(info.protocol)},
                {"url", toStd(info.url.toString(QUrl::FullyEncoded))},
                {"enabled", info.enabled},
                {"state", info.enabled ? "enabled" : "disabled"},
                {"access", toStd(info.access)},
                {"attribution", toStd(info.attribution)},
                {"families", toJson(info.families)}};
    if (!info.note.isEmpty())
        entry["note"] = toStd(info.note);
    if (info.invented)
        entry["invented"] = true;
    if (!info.connection.isEmpty())
        entry["connection"] = toStd(info.connection);
    return entry;
}

QString day(const std::optional<QDateTime> &time)
{
    return time ? time->toUTC().toString(QStringLiteral("yyyy-MM-dd")) : QString();
}

Json entryOf(const data::CollectionInfo &info)
{
    const auto end = [](const std::optional<QDateTime> &time) { return time ? moment(*time) : Json(); };
    return {{"id", toStd(info.id)},
            {"title", toStd(info.title)},
            {"family", textOrNull(info.family)},
            {"platforms", toJson(info.platforms)},
            {"gsd", orNull(info.gsd)},
            {"datetime", {end(info.datetime.start), end(info.datetime.end)}},
            {"bbox", info.bbox ? info.bbox->toJson() : Json()},
            {"license", toStd(info.license)},
            {"access", accessCode(info.access)},
            {"access_in_words", toStd(data::accessInWords(info.access, !info.connection.isEmpty()))},
            {"keywords", toJson(info.keywords)},
            {"deprecated", info.deprecated}};
}

QString lineOf(const data::CollectionInfo &info)
{
    QStringList parts {info.title};
    if (!info.platforms.isEmpty())
        parts << info.platforms.join(QStringLiteral(", "));
    if (info.gsd)
        parts << say("%1 m").arg(*info.gsd);
    if (info.datetime.start || info.datetime.end)
        parts << say("%1 to %2").arg(day(info.datetime.start), info.datetime.end ? day(info.datetime.end) : say("now"));
    if (!info.license.isEmpty())
        parts << info.license;
    parts << data::accessInWords(info.access, !info.connection.isEmpty());
    if (info.deprecated)
        parts << say("deprecated");
    return QStringLiteral("  %1  %2").arg(info.id, -28).arg(oneLine(parts.join(QStringLiteral("; "))));
}

/// Every word of the filter is somewhere in what a person would look for.
bool matches(const QStringList &words, const QStringList &texts)
{
    return std::all_of(words.begin(), words.end(), [&](const QString &word) {
        return std::any_of(texts.begin(), texts.end(),
                           [&](const QString &text) { return text.contains(word, Qt::CaseInsensitive); });
    });
}

/// One provider's list of collections, under way.
struct Asked {
    data::ProviderInfo info;
    Future<std::vector<data::CollectionInfo>> list;
};

int runCollections(Context &context, engine::Engine &engine, const std::vector<data::ProviderInfo> &chosen,
                   const Arguments &arguments)
{
    const QStringList words = arguments.value(QStringLiteral("--filter")).split(u' ', Qt::SkipEmptyParts);
    const bool json = arguments.has(jsonOption);
    std::vector<Asked> asked;
    asked.reserve(chosen.size());
    for (const auto &info : chosen) // all at once: one that is late holds nobody up
        asked.push_back({info, engine.collections(info.id, context.stop())});
    Json list = Json::array();
    QStringList warnings = engine.warnings();
    std::size_t failed = 0;
    for (const auto &[info, future] : asked) {
        const auto found = waitFor(future);
        if (context.interrupted())
            return context.failed(Error {ErrorCode::Cancelled, {}, {}, false});
        Json entry = entryOf(info);
        if (!found) {
            ++failed;
            const QString why = oneLine(found.error().message);
            warnings << QStringLiteral("%1: %2").arg(info.id, why);
            entry["error"] = {{"code", toStd(errorCodeName(found.error().code))}, {"message", toStd(why)}};
            context.note(say("warning: %1").arg(warnings.back()));
        } else if (!json) {
            context.print(QStringLiteral("%1  %2").arg(info.id, info.title));
        }
        entry["collections"] = Json::array();
        for (const auto &collection : found.value_or(std::vector<data::CollectionInfo>())) {
            if (!matches(words,
                         QStringList {collection.id, collection.title, collection.family, collection.license}
                             + collection.platforms + collection.keywords))
                continue;
            entry["collections"].push_back(entryOf(collection));
            if (!json)
                context.print(lineOf(collection));
        }
        list.push_back(std::move(entry));
    }
    if (!asked.empty() && failed == asked.size())
        return context.failed(Error {ErrorCode::Network, warnings.join(QStringLiteral("; ")), {}, false});
    if (json)
        context.print(Json {{"providers", std::move(list)}, {"warnings", toJson(warnings)}});
    return Exit::Done;
}

int run(Context &context, const Arguments &arguments)
{
    if (!arguments.positional().isEmpty())
        return context.wrongUse(say("it takes no \"%1\"").arg(arguments.positional().front()));
    const bool collections = arguments.has(QStringLiteral("--collections"));
    const auto engine = context.engine();
    if (!engine)
        return context.failed(engine.error());
    auto known = (*engine)->providers();
    const QStringList wanted = arguments.list(QStringLiteral("--provider"));
    for (const auto &id : wanted) {
        if (std::none_of(known.begin(), known.end(), [&](const auto &info) { return info.id == id; }))
            return context.wrongUse(say("there is no provider \"%1\" (astra providers lists them)").arg(id));
    }
    std::erase_if(known, [&](const auto &info) {
        // One that is switched off is asked when it is named.
        return wanted.isEmpty() ? collections && !info.enabled : !wanted.contains(info.id);
    });
    if (collections)
        return runCollections(context, **engine, known, arguments);

    const QStringList words = arguments.value(QStringLiteral("--filter")).split(u' ', Qt::SkipEmptyParts);
    std::erase_if(known, [&](const auto &info) {
        return !matches(words, QStringList {info.id, info.title, info.access, info.url.host()} + info.families);
    });
    Json list = Json::array();
    for (const auto &info : known) {
        list.push_back(entryOf(info));
        if (!arguments.has(jsonOption)) {
            context.print(QStringLiteral("%1 %2 %3  %4 (%5)")
                              .arg(info.id, -20)
                              .arg(info.enabled ? QStringLiteral("on") : QStringLiteral("off"), -4)
                              .arg(info.title, -26)
                              .arg(info.url.toString(QUrl::FullyEncoded), info.access));
        }
    }
    if (arguments.has(jsonOption))
        context.print(Json {{"providers", list}, {"warnings", toJson((*engine)->warnings())}});
    return Exit::Done;
}

} // namespace

Command providersCommand()
{
    Command command;
    command.name = QStringLiteral("providers");
    command.usage = QStringLiteral("providers [--collections] [--provider ID] [--filter TEXT] [--json]");
    command.text = say("the configured providers and their state, and what they hold");
    command.options = {
        {QStringLiteral("--collections"),
         {},
         say("ask each what it holds: satellites, resolution, dates, licence and access"),
         false},
        {QStringLiteral("--provider"), QStringLiteral("ID"), say("this one only; can be given several times"), true},
        {QStringLiteral("--filter"), QStringLiteral("TEXT"), say("those with these words in them"), false},
        {jsonOption, {}, say("one JSON document"), false}};
    command.run = run;
    return command;
}

} // namespace astra::cli
