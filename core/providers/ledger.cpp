// SPDX-License-Identifier: Apache-2.0
#include "core/providers/ledger.h"

#include <QCoreApplication>

#include <algorithm>

namespace astra::providers {

namespace {

using data::Count;
using Phase = data::ProviderState::Phase;

constexpr int maxNotes = 20;
/// Fewer rows than this are little.
constexpr std::size_t little = 3;

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::providers)
};

bool hasDates(const data::SearchQuery &query) { return query.datetime.start || query.datetime.end; }

/// The catalogue itself applied the cloud limit. One that was asked to and sent cloudy scenes all the same did not.
bool wasFiltered(const data::SearchQuery &query, const Evidence &evidence)
{
    return query.cloudCoverLt && evidence.cloudFilterSent && evidence.aside.cloudier == 0;
}

/// All that answers the question has come.
bool isWhole(const data::ProviderState &state, const Evidence &evidence)
{
    return evidence.ended && !state.cutShort && !state.error && state.silent.isEmpty();
}

/// What the catalogue says it holds, where its answers show that it counted what was asked for.
std::optional<Count> matchedOf(const data::ProviderState &state, const Evidence &evidence)
{
    const auto &aside = evidence.aside;
    if (!state.matched || aside.elsewhere + aside.wrongLevel + aside.unreadable > 0)
        return std::nullopt;
    return Count {std::max(*state.matched, state.loaded + aside.cloudier), !state.silent.isEmpty()};
}

std::optional<Count> atLeast(int value) { return value > 0 ? std::optional(Count {value, true}) : std::nullopt; }

/// Never fewer than were seen.
Count notUnder(Count count, int seen) { return {std::max(count.value, seen), count.atLeast}; }

Count difference(const Count &from, std::initializer_list<Count> parts)
{
    Count left = from;
    for (const auto &part : parts) {
        left.value = std::max(0, left.value - part.value);
        left.atLeast = left.atLeast || part.atLeast;
    }
    return left;
}

std::optional<Count> inDates(const data::SearchQuery &query, const data::ProviderState &state, const Evidence &evidence)
{
    const int seen = state.loaded + evidence.aside.cloudier;
    const bool filtered = wasFiltered(query, evidence);
    if (isWhole(state, evidence) && !filtered)
        return Count {seen, false};
    if (const auto matched = matchedOf(state, evidence); matched && !filtered)
        return matched;
    if (evidence.dates)
        return notUnder(evidence.dates->count, seen);
    return atLeast(seen);
}

void readCloud(const data::SearchQuery &query, const data::ProviderState &state, const Evidence &evidence,
               data::Funnel &funnel)
{
    if (!query.cloudCoverLt) {
        funnel.cloud = funnel.dates;
        return;
    }
    const bool filtered = wasFiltered(query, evidence);
    const bool whole = isWhole(state, evidence);
    if (!filtered) {
        funnel.noCloud = Count {}; // they pass
        funnel.cloudier = whole ? Count {evidence.aside.cloudier, false}
            : evidence.dates    ? std::optional(notUnder(evidence.dates->cloudier, evidence.aside.cloudier))
                                : atLeast(evidence.aside.cloudier);
    } else if (evidence.dates) {
        funnel.cloudier = evidence.dates->cloudier;
        funnel.noCloud = evidence.dates->noCloud;
    }
    const auto matched = matchedOf(state, evidence);
    if (whole)
        funnel.cloud = Count {state.loaded, false};
    else if (filtered && matched)
        funnel.cloud = matched;
    else if (evidence.dates)
        funnel.cloud = notUnder(difference(evidence.dates->count, {*funnel.cloudier, *funnel.noCloud}), state.loaded);
    else
        funnel.cloud = atLeast(state.loaded);
}

QString number(const Count &count)
{
    return count.atLeast ? Text::tr("at least %1").arg(count.value) : QString::number(count.value);
}

/// "1 scene", "at least 12 scenes".
QString scenes(const Count &count)
{
    const QString plain = Text::tr("%n scene(s)", nullptr, count.value);
    return count.atLeast ? Text::tr("at least %1").arg(plain) : plain;
}

bool isNone(const std::optional<Count> &count) { return count && count->value == 0 && !count->atLeast; }
int valueOf(const std::optional<Count> &count) { return count ? count->value : 0; }

/// Why the cloud limit left nothing.
QString cloudReason(const data::ProviderState &state)
{
    const auto &funnel = state.funnel;
    const int cloudier = valueOf(funnel.cloudier);
    const int silent = valueOf(funnel.noCloud);
    if (cloudier > 0 && silent > 0)
        return Text::tr("%1: %2 with more cloud than asked for, and %3 without a stated cloud cover.")
            .arg(state.title, scenes(*funnel.cloudier), scenes(*funnel.noCloud));
    if (cloudier > 0)
        return Text::tr("%1: %2 in these dates, with more cloud than asked for.")
            .arg(state.title, scenes(*funnel.cloudier));
    if (silent > 0)
        return Text::tr("%1: %2 without a stated cloud cover; its filter leaves such scenes out.")
            .arg(state.title, scenes(*funnel.noCloud));
    return Text::tr("%1 holds %2 in these dates, but its cloud filter returned nothing.")
        .arg(state.title, scenes(*funnel.dates));
}

/// Why answers came and none of them could be shown.
QString asideReason(const data::ProviderState &state)
{
    const auto &funnel = state.funnel;
    if (funnel.wrongLevel > 0)
        return Text::tr("%1 answered with other products than asked for.").arg(state.title);
    if (funnel.elsewhere > 0)
        return Text::tr("%1 answered with scenes outside the area or the dates.").arg(state.title);
    if (funnel.unreadable > 0)
        return Text::tr("%1 answered with entries that are no scenes.").arg(state.title);
    return Text::tr("%1 found nothing under these filters.").arg(state.title);
}

/// The most that one provider would bring on top: copies of one scene at several must not count twice.
Count most(const std::vector<data::ProviderState> &states, const auto &moreOf)
{
    Count best;
    int sources = 0;
    for (const auto &state : states) {
        const std::optional<Count> more = moreOf(state);
        if (state.phase == Phase::Failed || !more || more->value <= 0)
            continue;
        ++sources;
        if (more->value > best.value)
            best = *more;
    }
    best.atLeast = best.atLeast || sources > 1;
    return best;
}

std::optional<Suggestion> anyCloud(const data::SearchQuery &query, const std::vector<data::ProviderState> &states)
{
    if (!query.cloudCoverLt)
        return std::nullopt;
    const Count more = most(states, [](const data::ProviderState &state) -> std::optional<Count> {
        const auto &dates = state.funnel.dates;
        return dates ? std::optional(Count {dates->value - state.funnel.shown, dates->atLeast}) : std::nullopt;
    });
    const bool unknown = std::any_of(states.begin(), states.end(), [](const auto &state) {
        return !state.funnel.dates || (state.funnel.dates->atLeast && !state.funnel.cloudier);
    });
    if (more.value == 0 && !unknown)
        return std::nullopt;
    const bool onlyUnstated = std::all_of(states.begin(), states.end(), [](const auto &state) {
        const auto &funnel = state.funnel;
        return isNone(funnel.dates) || (isNone(funnel.cloudier) && valueOf(funnel.noCloud) > 0);
    });
    Suggestion suggestion;
    suggestion.query = query;
    suggestion.query.cloudCoverLt.reset();
    if (more.value == 0)
        suggestion.text = Text::tr("Allow any cloud");
    else if (onlyUnstated)
        suggestion.text = Text::tr("Include scenes that do not state their cloud cover: %1 more").arg(number(more));
    else
        suggestion.text = Text::tr("Allow any cloud: %1 more").arg(number(more));
    return suggestion;
}

void suggestDates(const data::SearchQuery &query, const std::vector<data::ProviderState> &states,
                  std::vector<Suggestion> &suggestions)
{
    const bool nothingEver = !states.empty()
        && std::all_of(states.begin(), states.end(), [](const auto &state) { return isNone(state.funnel.area); });
    if (!hasDates(query) || nothingEver)
        return;
    Suggestion wider {Text::tr("Widen the dates by a month on both sides"), query};
    if (auto &start = wider.query.datetime.start)
        start = start->addMonths(-1);
    if (auto &end = wider.query.datetime.end)
        end = end->addMonths(1);
    if (!query.datetime.start || !query.datetime.end)
        wider.text = Text::tr("Widen the dates by a month");
    suggestions.push_back(std::move(wider));
    const Count more = most(states, [](const data::ProviderState &state) -> std::optional<Count> {
        const auto &funnel = state.funnel;
        return funnel.area && funnel.dates ? std::optional(difference(*funnel.area, {*funnel.dates})) : std::nullopt;
    });
    if (more.value > 0) {
        Suggestion always {Text::tr("Allow any date: %1 more").arg(number(more)), query};
        always.query.datetime = {};
        suggestions.push_back(std::move(always));
    }
}

} // namespace

void note(const Page &page, data::ProviderState &state, Evidence &evidence)
{
    state.matched = page.matched ? page.matched : state.matched;
    state.cutShort = state.cutShort || page.cutShort;
    state.silent += page.silent;
    state.silent.removeDuplicates();
    for (const auto &sentence : page.notes) {
        if (!state.notes.contains(sentence) && state.notes.size() < maxNotes)
            state.notes.append(sentence);
    }
    evidence.aside += page.aside;
    evidence.cloudFilterSent = evidence.cloudFilterSent || page.cloudFilterSent;
    evidence.ended = !page.next;
}

data::Funnel funnelOf(const data::SearchQuery &query, const data::ProviderState &state, const Evidence &evidence)
{
    data::Funnel funnel;
    if (state.phase == Phase::Failed)
        return funnel;
    funnel.shown = state.loaded;
    funnel.duplicates = evidence.duplicates;
    funnel.wrongLevel = evidence.aside.wrongLevel;
    funnel.elsewhere = evidence.aside.elsewhere;
    funnel.unreadable = evidence.aside.unreadable;
    funnel.dates = inDates(query, state, evidence);
    readCloud(query, state, evidence, funnel);
    if (!hasDates(query))
        funnel.area = funnel.dates;
    else if (evidence.area)
        funnel.area = notUnder(evidence.area->count, valueOf(funnel.dates));
    else
        funnel.area = atLeast(valueOf(funnel.dates));
    if (!state.silent.isEmpty()) {
        for (auto *count : {&funnel.area, &funnel.dates, &funnel.cloud}) {
            if (*count)
                (*count)->atLeast = true;
        }
    }
    return funnel;
}

ToCount toCount(const data::SearchQuery &query, const data::ProviderState &state, const Evidence &evidence)
{
    ToCount open;
    if (state.phase != Phase::Done || (state.error && state.error->code == ErrorCode::Cancelled))
        return open;
    const bool filtered = wasFiltered(query, evidence);
    const bool known = !filtered && (isWhole(state, evidence) || matchedOf(state, evidence));
    // What has more cloud is told apart by the question with the limit; a whole answer has told it already.
    const bool cloudKnown = !query.cloudCoverLt || (!filtered && isWhole(state, evidence));
    if ((!known || !cloudKnown) && !evidence.dates)
        open.dates = query;
    if (hasDates(query) && !evidence.area) {
        open.area = query;
        open.area->datetime = {};
        open.area->cloudCoverLt.reset();
    }
    return open;
}

QString reasonOf(const data::SearchQuery &query, const data::ProviderState &state)
{
    const auto &funnel = state.funnel;
    if (state.error)
        return state.error->message;
    if (!state.silent.isEmpty())
        return Text::tr("%1 answered in part: %2 behind it did not answer.")
            .arg(state.title, state.silent.join(u", "_qs));
    if (state.phase != Phase::Done || funnel.shown > 0)
        return {};
    if (funnel.wrongLevel + funnel.elsewhere + funnel.unreadable > 0 && valueOf(funnel.dates) == 0)
        return asideReason(state);
    if (isNone(funnel.area))
        return query.collections.isEmpty() ? Text::tr("%1 holds no imagery of this area.").arg(state.title)
                                           : Text::tr("%1 holds nothing of this product here.").arg(state.title);
    if (isNone(funnel.dates) && valueOf(funnel.area) > 0)
        return Text::tr("%1 holds %2 of this area, but nothing in these dates.").arg(state.title, scenes(*funnel.area));
    if (query.cloudCoverLt && valueOf(funnel.dates) > 0)
        return cloudReason(state);
    return asideReason(state);
}

std::vector<Suggestion> suggestionsFor(const data::SearchQuery &query, const std::vector<data::ProviderState> &states,
                                       std::size_t rows, const QStringList &others)
{
    std::vector<Suggestion> suggestions;
    if (rows >= little)
        return suggestions;
    if (auto cloud = anyCloud(query, states))
        suggestions.push_back(std::move(*cloud));
    suggestDates(query, states, suggestions);
    if (!query.collections.isEmpty()) {
        suggestions.push_back({Text::tr("Search all imagery"), query});
        suggestions.back().query.collections.clear();
    }
    if (!others.isEmpty()) {
        suggestions.push_back({Text::tr("Ask the other sources"), query});
        for (const auto &state : states)
            suggestions.back().query.providers.append(state.id);
        suggestions.back().query.providers += others;
        suggestions.back().query.providers.removeDuplicates();
    }
    QStringList failed;
    for (const auto &state : states) {
        // Asking again does not mend a missing key.
        if (state.phase == Phase::Failed && !(state.error && state.error->code == ErrorCode::Unauthorized))
            failed.append(state.title);
    }
    if (!failed.isEmpty())
        suggestions.push_back({Text::tr("Try again: %1 did not answer").arg(failed.join(u", "_qs)), query});
    return suggestions;
}

} // namespace astra::providers
