// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/providers/provider.h"

#include <QObject>

#include <memory>

namespace astra::providers {

/// Asks providers how much they hold, all at once, each until its deadline. An answer that does not come is none: a
/// count is never a failure. Lives in the thread that made it.
class Recount : public QObject
{
    Q_OBJECT
public:
    enum class Of { Area, Dates };
    struct Question {
        int index = 0; ///< of the provider
        Of of = Of::Area;
        std::shared_ptr<Provider> provider;
        data::SearchQuery query;
    };

    explicit Recount(QObject *parent = nullptr);
    ~Recount() override;
    /// Leaves what was asked before. Without questions `ended` comes at once.
    void start(const std::vector<Question> &questions);
    /// Nothing is said any more.
    void stop();

Q_SIGNALS:
    void answered(int index, astra::providers::Recount::Of of, const astra::providers::Tally &tally);
    void ended();

private:
    void ask(const Question &question);
    void oneLess(int round);

    std::vector<StopSource> m_stops;
    int m_round = 0; ///< answers to an earlier one come too late
    int m_open = 0;
};

} // namespace astra::providers
