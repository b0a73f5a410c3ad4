// SPDX-License-Identifier: Apache-2.0
#include "ui/search/ledgerwords.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>

namespace astra::search {

namespace {

using data::ProviderState;
using Phase = ProviderState::Phase;

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::search)
};

QString number(int value) { return QLocale().toString(value); }

QString counted(const data::Count &count)
{
    return count.atLeast ? Text::tr("at least %1").arg(number(count.value)) : number(count.value);
}

QString listed(const QStringList &parts) { return parts.join(QStringLiteral(", ")); }

bool answered(const ProviderState &state) { return state.phase != Phase::Failed; }
/// What came from it is known to be a part.
bool partly(const ProviderState &state)
{
    return state.phase == Phase::Done && (!state.silent.isEmpty() || state.error);
}

QString loadedText(const ProviderState &state)
{
    if (state.matched)
        return Text::tr("%1 of %2").arg(number(state.loaded), number(std::max(state.loaded, *state.matched)));
    return state.more ? Text::tr("%1, more there").arg(number(state.loaded))
                      : Text::tr("%n scene(s)", nullptr, state.loaded);
}

QString whatIsMissing(const ProviderState &state)
{
    QStringList sentences;
    if (state.error)
        sentences.append(state.error->message);
    if (!state.silent.isEmpty())
        sentences.append(Text::tr("Partly answered: %1 did not answer.").arg(listed(state.silent)));
    if (state.cutShort)
        sentences.append(Text::tr("May be cut short: there may be scenes that no page has brought."));
    return sentences.join(u' ');
}

/// Names of the sources for which `holds`.
template<typename Predicate> QStringList titlesWhere(const std::vector<ProviderState> &states, Predicate holds)
{
    QStringList titles;
    for (const auto &state : states) {
        if (holds(state))
            titles.append(state.title);
    }
    return titles;
}

} // namespace

Standing standingOf(const ProviderState &state, const QDateTime &now)
{
    const bool ended = state.phase == Phase::Done || state.phase == Phase::Failed;
    if (!ended && state.retryAt.isValid() && state.retryAt > now) {
        const qint64 seconds = (now.msecsTo(state.retryAt) + 999) / 1000;
        return {QStringLiteral("paused"), Text::tr("again in %1 s").arg(seconds),
                Text::tr("It asked for a pause and is asked again in %1 s.").arg(seconds)};
    }
    switch (state.phase) {
    case Phase::Waiting:
        return {QStringLiteral("waiting"), Text::tr("waiting"), {}};
    case Phase::Loading:
        return {QStringLiteral("loading"),
                state.loaded > 0 ? Text::tr("%1, loading").arg(loadedText(state)) : Text::tr("loading"),
                {}};
    case Phase::Slow:
        return {QStringLiteral("slow"),
                state.loaded > 0 ? Text::tr("%1, slow").arg(loadedText(state)) : Text::tr("slow, still waiting"),
                {}};
    case Phase::Done:
        break;
    case Phase::Failed:
        if (state.error && state.error->code == ErrorCode::Unauthorized)
            return {QStringLiteral("needs-key"), Text::tr("needs a key"), state.error->message};
        if (state.error && state.error->code == ErrorCode::Cancelled)
            return {QStringLiteral("failed"), Text::tr("stopped"), {}};
        return {QStringLiteral("failed"), Text::tr("failed"),
                state.error ? state.error->message : Text::tr("It did not answer.")};
    }
    if (partly(state))
        return {QStringLiteral("partly"), Text::tr("%1, partly").arg(loadedText(state)), whatIsMissing(state)};
    if (state.cutShort)
        return {QStringLiteral("cut-short"), loadedText(state), whatIsMissing(state)};
    return {QStringLiteral("done"), loadedText(state), {}};
}

QVariantList funnelSteps(const data::Funnel &funnel, std::optional<double> cloudLimit)
{
    QVariantList steps;
    const auto add = [&](const QString &label, const std::optional<data::Count> &count) {
        steps.append(QVariantMap {{QStringLiteral("label"), label},
                                  {QStringLiteral("value"),
                                   count                ? counted(*count)
                                       : funnel.counted ? Text::tr("not counted")
                                                        : QStringLiteral("…")}});
    };
    add(Text::tr("In the area, at any time"), funnel.area);
    add(Text::tr("In the dates"), funnel.dates);
    if (cloudLimit)
        add(Text::tr("Under %1 % cloud").arg(QLocale().toString(*cloudLimit)), funnel.cloud);
    add(Text::tr("In the list"), data::Count {funnel.shown, false});
    return steps;
}

QString asideText(const data::Funnel &funnel)
{
    QStringList parts;
    const auto add = [&](const std::optional<data::Count> &count, const QString &what) {
        if (count && (count->value > 0 || count->atLeast))
            parts.append(what.arg(counted(*count)));
    };
    add(funnel.cloudier, Text::tr("%1 with more cloud"));
    add(funnel.noCloud, Text::tr("%1 that state no cloud"));
    add(data::Count {funnel.duplicates, false}, Text::tr("%1 sent twice"));
    add(data::Count {funnel.wrongLevel, false}, Text::tr("%1 of another product or level"));
    add(data::Count {funnel.elsewhere, false}, Text::tr("%1 outside the area or the dates"));
    add(data::Count {funnel.unreadable, false}, Text::tr("%1 that could not be read"));
    return parts.isEmpty() ? QString() : Text::tr("Set aside: %1.").arg(listed(parts));
}

QString summaryText(const std::vector<ProviderState> &states, int rows)
{
    int loaded = 0;
    int matched = 0;
    bool known = true;
    for (const auto &state : states) {
        loaded += state.loaded;
        if (!answered(state))
            continue;
        matched += std::max(state.matched.value_or(state.loaded), state.loaded);
        known = known && (state.matched || (!state.more && state.phase == Phase::Done));
    }
    const QString shown = Text::tr("%n acquisition(s)", nullptr, rows);
    return known ? Text::tr("%1 · loaded %2 of %3").arg(shown, number(loaded), number(std::max(matched, loaded)))
                 : Text::tr("%1 · loaded %2").arg(shown, number(loaded));
}

QString emptyText(const std::vector<ProviderState> &states)
{
    const QStringList silent = titlesWhere(states, [](const auto &state) { return !answered(state); });
    const QStringList part = titlesWhere(states, [](const auto &state) { return partly(state); });
    if (silent.size() == static_cast<int>(states.size()))
        return Text::tr("No source answered, so nothing can be said about this area. See above why, and search again.");
    if (silent.isEmpty() && part.isEmpty())
        return Text::tr("No scene matches. The numbers of each source, above, say where they went.");
    QString text = Text::tr("Nothing came from the sources that answered.");
    if (!silent.isEmpty())
        text += u' '
            + Text::tr("%1 could not be searched: there may be scenes that are not known here.").arg(listed(silent));
    if (!part.isEmpty())
        text += u' ' + Text::tr("%1 answered in part.").arg(listed(part));
    return text;
}

QString cutShortText(const std::vector<ProviderState> &states)
{
    const QStringList cut = titlesWhere(states, [](const auto &state) { return state.cutShort; });
    return cut.isEmpty()
        ? QString()
        : Text::tr("The list may be cut short: %1 may hold scenes that no page has brought.").arg(listed(cut));
}

} // namespace astra::search
