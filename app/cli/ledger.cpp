// SPDX-License-Identifier: Apache-2.0
#include "app/cli/ledger.h"

#include "app/cli/describe.h"
#include "app/cli/say.h"

#include <QEventLoop>
#include <QRegularExpression>
#include <QTimer>

#include <algorithm>

namespace astra::cli {

namespace {

constexpr int countMs = 40000; ///< as long as a catalogue may take; the counts are not worth more

using Phase = data::ProviderState::Phase;

QString countText(const std::optional<data::Count> &count)
{
    if (!count)
        return QStringLiteral("–");
    return QString::number(count->value) + (count->atLeast ? QStringLiteral("+") : QString());
}

/// Each count by its name in documents and in a sentence.
struct Named {
    const char *key;
    std::optional<data::Count> count;
    QString words;
};
std::vector<Named> setAside(const data::Funnel &funnel)
{
    const auto certain = [](int value) { return std::optional(data::Count {value, false}); };
    return {{"cloudier", funnel.cloudier, say("cloudier")},
            {"no_cloud", funnel.noCloud, say("without a cloud cover")},
            {"duplicates", certain(funnel.duplicates), say("the same again")},
            {"wrong_level", certain(funnel.wrongLevel), say("of another product")},
            {"elsewhere", certain(funnel.elsewhere), say("elsewhere or at another time")},
            {"unreadable", certain(funnel.unreadable), say("unreadable")}};
}

QString setAsideWords(const data::Funnel &funnel)
{
    QStringList parts;
    for (const auto &[key, count, words] : setAside(funnel)) {
        if (count && count->value > 0)
            parts << QString(countText(count) + u' ' + words);
    }
    return parts.join(QStringLiteral(", "));
}

Json funnelOf(const data::Funnel &funnel)
{
    Json atLeast = Json::array();
    const auto number = [&](const char *key, const std::optional<data::Count> &count) {
        if (count && count->atLeast)
            atLeast.push_back(key);
        return count ? Json(count->value) : Json();
    };
    Json json {{"area", number("area", funnel.area)},
               {"dates", number("dates", funnel.dates)},
               {"cloud", number("cloud", funnel.cloud)},
               {"shown", funnel.shown},
               {"counted", funnel.counted}};
    Json aside = Json::object();
    for (const auto &[key, count, words] : setAside(funnel))
        aside[key] = number(key, count);
    json["set_aside"] = std::move(aside);
    json["at_least"] = std::move(atLeast);
    return json;
}

/// As a shell takes it.
QString quoted(const QString &word)
{
    static const QRegularExpression plain(QStringLiteral("^[A-Za-z0-9_./:=,+-]+$"));
    if (plain.match(word).hasMatch())
        return word;
    return u'\'' + QString(word).replace(u'\'', QLatin1String("'\\''")) + u'\'';
}

QString commandFor(const data::SearchQuery &query, const QString &areaFile, const QUrl &world)
{
    QStringList words {QStringLiteral("astra search")};
    // A value may begin with a minus sign.
    const auto option = [&](const char *name, const QString &value) {
        words << quoted(QString(QLatin1String(name) + u'=' + value));
    };
    if (!world.isEmpty())
        option("--world", world.toString(QUrl::FullyEncoded));
    if (!areaFile.isEmpty() && !query.intersects.empty())
        option("--intersects", areaFile);
    else
        option("--bbox", query.bbox.toString());
    if (query.datetime.start || query.datetime.end)
        option("--datetime", query.datetime.toString());
    if (!query.collections.isEmpty())
        option("--collections", query.collections.join(u','));
    if (query.cloudCoverLt)
        option("--cloud-cover-lt", QString::number(*query.cloudCoverLt));
    if (!query.providers.isEmpty())
        option("--providers", query.providers.join(u','));
    return words.join(u' ');
}

} // namespace

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

void waitForAnswers(Context &context, providers::SearchSession &session, bool everything)
{
    QEventLoop loop;
    const auto more = [&] { return everything && !context.interrupted() && session.canLoadMore(); };
    QObject::connect(&session, &providers::SearchSession::finished, &loop, [&] {
        if (more())
            session.loadMore();
        else
            loop.quit();
    });
    QObject::connect(&session, &providers::SearchSession::providerChanged, &loop, [&](int index) {
        const auto &state = session.providers()[static_cast<std::size_t>(index)];
        if (state.phase == Phase::Slow || context.verbose()) { // who fails is told at the end
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

void waitForCounts(Context &context, providers::SearchSession &session)
{
    QEventLoop loop;
    QObject::connect(&session, &providers::SearchSession::counted, &loop, &QEventLoop::quit);
    const StopCallback onStop(context.stop(), [&] { loop.quit(); });
    QTimer::singleShot(countMs, &loop, &QEventLoop::quit);
    if (!context.interrupted() && !session.isCounted())
        loop.exec();
}

QStringList warningsOf(const providers::SearchSession &session, bool withReasons)
{
    QStringList warnings;
    const auto &states = session.providers();
    for (std::size_t i = 0; i < states.size(); ++i) {
        const auto &state = states[i];
        QStringList said;
        if (state.error)
            said << oneLine(state.error->message);
        for (const auto &note : state.notes)
            said << oneLine(note);
        for (const auto &source : state.silent) {
            if (said.filter(source).isEmpty())
                said << say("%1 did not answer it: what came is a part").arg(oneLine(source));
        }
        if (state.cutShort && said.isEmpty())
            said << say("there may be scenes that no page has brought");
        said.removeDuplicates();
        if (!withReasons)
            said.removeAll(oneLine(session.reason(static_cast<int>(i))));
        for (const auto &sentence : said)
            warnings << QStringLiteral("%1: %2").arg(state.id, sentence);
    }
    return warnings;
}

bool hasLedger(const providers::SearchSession &session)
{
    const auto &states = session.providers();
    return session.acquisitions().empty() || std::any_of(states.begin(), states.end(), [](const auto &state) {
               return state.phase == Phase::Failed || state.cutShort || !state.silent.isEmpty()
                   || !setAsideWords(state.funnel).isEmpty();
           });
}

QStringList ledgerLines(const providers::SearchSession &session)
{
    const auto row = [](const QString &id, const QString &area, const QString &dates, const QString &cloud,
                        const QString &shown, const QString &aside) {
        return QStringLiteral("%1  %2  %3  %4  %5  %6")
            .arg(id, -20)
            .arg(area, 8)
            .arg(dates, 8)
            .arg(cloud, 8)
            .arg(shown, 6)
            .arg(aside);
    };
    QStringList lines {
        row(say("source"), say("in area"), say("in dates"), say("in limit"), say("shown"), say("set aside"))};
    const auto &states = session.providers();
    for (std::size_t i = 0; i < states.size(); ++i) {
        const auto &state = states[i];
        const auto &funnel = state.funnel;
        QStringList said;
        if (const QString words = setAsideWords(funnel); !words.isEmpty())
            said << words;
        // A source that failed is never a source without imagery.
        if (const QString why = oneLine(session.reason(static_cast<int>(i))); !why.isEmpty())
            said << why;
        else if (state.phase == Phase::Failed)
            said << say("failed");
        lines << row(state.id, countText(funnel.area), countText(funnel.dates), countText(funnel.cloud),
                     state.phase == Phase::Failed && state.loaded == 0 ? QStringLiteral("–")
                                                                       : QString::number(funnel.shown),
                     said.join(QStringLiteral("; ")))
                     .trimmed();
    }
    return lines;
}

Json contextOf(const providers::SearchSession &session, std::size_t returned)
{
    Json providers = Json::array();
    int matched = 0; // the sum of what each holds, copies counted at each
    bool known = true;
    for (const auto &state : session.providers()) {
        Json entry {{"id", toStd(state.id)},
                    {"state", phaseName(state.phase)},
                    {"loaded", state.loaded},
                    {"matched", orNull(state.matched)},
                    {"more", state.more},
                    {"cut_short", state.cutShort},
                    {"silent", toJson(state.silent)},
                    {"funnel", funnelOf(state.funnel)}};
        if (state.error) {
            entry["error"] = {{"code", toStd(errorCodeName(state.error->code))},
                              {"message", toStd(oneLine(state.error->message))}};
        }
        providers.push_back(std::move(entry));
        if (state.matched)
            matched += *state.matched;
        known = known && (state.matched || state.phase == Phase::Failed);
    }
    Json context {{"returned", returned}, {"limit", session.query().limit}, {"providers", std::move(providers)}};
    if (known)
        context["matched"] = matched;
    return context;
}

std::vector<std::pair<QString, QString>> suggestedCommands(const providers::SearchSession &session,
                                                           const QString &areaFile, const QUrl &world)
{
    std::vector<std::pair<QString, QString>> commands;
    for (const auto &suggestion : session.suggestions())
        commands.emplace_back(suggestion.text, commandFor(suggestion.query, areaFile, world));
    return commands;
}

} // namespace astra::cli
