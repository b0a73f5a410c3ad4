// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/providers/resultlist.h"

#include <QObject>
#include <QThreadPool>

#include <deque>

namespace astra::providers {

/// The rows of a search. Answers are merged on a pool, one at a time and in the order in which they came; the thread
/// that made it only takes in what changed.
class RowFeed : public QObject
{
    Q_OBJECT
public:
    /// @param providers ids in the order in which equal copies are preferred @param cpu outlives it
    RowFeed(QStringList providers, QThreadPool &cpu);

    /// Of one answer; `added` follows with the same numbers.
    void add(int provider, int request, std::vector<data::Scene> scenes);
    [[nodiscard]] const std::vector<data::Acquisition> &rows() const { return m_rows; }
    /// No more answers are coming for now: what reading them took is given back.
    void tidy();
    /// Nothing is on its way.
    [[nodiscard]] bool isIdle() const { return !m_merging && m_waiting.empty(); }

Q_SIGNALS:
    void changed();
    /// All rows of an answer are in place, and `changed` is said. @param fresh scenes that were new @param known those
    /// that came again
    void added(int provider, int request, int fresh, int known);

private:
    struct Batch {
        int provider = 0;
        int request = 0;
        std::vector<data::Scene> scenes;
    };
    void merge();
    void take(ResultList::Merged merged);

    QThreadPool &m_cpu;
    std::shared_ptr<ResultList> m_list; ///< nobody's but the merge's that is under way
    std::vector<data::Acquisition> m_rows;
    std::deque<Batch> m_waiting;
    bool m_merging = false;
    Batch m_current;
};

} // namespace astra::providers
