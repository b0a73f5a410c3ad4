// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/provider.h"
#include "core/data/scene.h"
#include "core/data/searchquery.h"

#include <QObject>
#include <QThreadPool>

#include <memory>
#include <vector>

namespace astra::providers {

class Provider;

/// Something that would bring scenes into the list: a sentence for a button, and the question it would ask.
struct Suggestion {
    QString text; ///< "Allow any cloud: 31 more"
    data::SearchQuery query;
};

/// What a search has around it.
struct Surroundings {
    QThreadPool *cpu = nullptr; ///< where answers are merged, which outlives the search; null: Qt's global pool
    QStringList others; ///< ids of sources that are not asked and could be
};

/// One federated search: all providers at once, answers as they come. Lives in the thread that made it; deleting it
/// stops everything. Starts by itself from the event loop, so that connections made right after construction miss
/// nothing.
class SearchSession : public QObject
{
    Q_OBJECT
public:
    SearchSession(data::SearchQuery query, std::vector<std::shared_ptr<Provider>> providers,
                  Surroundings surroundings = {}, QObject *parent = nullptr);
    ~SearchSession() override;

    [[nodiscard]] const data::SearchQuery &query() const;
    /// Merged, newest first; copies of one acquisition are one entry. Valid at any time. Their files are packed: use
    /// acquisition() to read them, or data::unpacked() on a copy.
    [[nodiscard]] const std::vector<data::Acquisition> &acquisitions() const;
    /// One row with its files at hand.
    [[nodiscard]] data::Acquisition acquisition(int row) const;
    /// In the order in which providers were given.
    [[nodiscard]] const std::vector<data::ProviderState> &providers() const;
    [[nodiscard]] bool isFinished() const;
    /// The providers' funnels are counted; comes after finished(), without anyone waiting for it.
    [[nodiscard]] bool isCounted() const;
    /// Why this provider brought nothing, or only a part, in a sentence; empty where there is nothing to say.
    [[nodiscard]] QString reason(int provider) const;
    /// What would bring more where little or nothing was found; best first. Complete once counted.
    [[nodiscard]] std::vector<Suggestion> suggestions() const;
    [[nodiscard]] bool canLoadMore() const;
    /// Asks every provider that has a next page for `query().limit` more.
    void loadMore();
    /// Ends every request under way; what came stays; finished() follows.
    void stop();

Q_SIGNALS:
    /// acquisitions() holds other rows than before; said once for each answer that was merged.
    void rowsChanged();
    /// `providers()[index]` changed.
    void providerChanged(int index);
    /// No request is under way any more. After loadMore() it comes again.
    void finished();
    /// The ledger is complete: every funnel says what it can. After every finished().
    void counted();

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace astra::providers
