// SPDX-License-Identifier: Apache-2.0
#include "core/providers/rowfeed.h"

#include "core/base/async.h"
#include "core/base/memory.h"

#include <QPointer>

#include <utility>

namespace astra::providers {

RowFeed::RowFeed(QStringList providers, QThreadPool &cpu)
    : m_cpu(cpu)
    , m_list(std::make_shared<ResultList>(std::move(providers)))
{
}

void RowFeed::add(int provider, int request, std::vector<data::Scene> scenes)
{
    m_waiting.push_back({provider, request, std::move(scenes)});
    merge();
}

void RowFeed::tidy() { m_cpu.start(giveBackMemory); }

void RowFeed::merge()
{
    if (m_merging || m_waiting.empty())
        return;
    m_merging = true;
    m_current = std::move(m_waiting.front());
    m_waiting.pop_front();
    // Both ways by pointer: a future copies its value, and a page is large.
    using Merged = std::shared_ptr<ResultList::Merged>;
    auto scenes = std::make_shared<std::vector<data::Scene>>(std::exchange(m_current.scenes, {}));
    const auto work = [list = m_list, scenes = std::move(scenes)] {
        return Result<Merged>(std::make_shared<ResultList::Merged>(list->add(std::move(*scenes))));
    };
    deliver(runOn(m_cpu, work), this,
            [this](Result<Merged> merged) { take(merged ? std::move(**merged) : ResultList::Merged()); });
}

void RowFeed::take(ResultList::Merged merged)
{
    const bool any = !merged.rows.isEmpty();
    apply(m_rows, std::move(merged.rows));
    const auto [provider, request, none] = std::exchange(m_current, {});
    m_merging = false;
    merge();
    const QPointer<RowFeed> alive(this);
    if (any)
        Q_EMIT changed();
    if (alive) // a slot may have deleted the search
        Q_EMIT added(provider, request, merged.fresh, merged.known);
}

} // namespace astra::providers
