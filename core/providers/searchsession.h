// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/provider.h"
#include "core/data/scene.h"
#include "core/data/searchquery.h"

#include <QObject>

#include <memory>
#include <vector>

namespace astra::providers {

class Provider;

/// Something that would bring scenes into the list: a sentence for a button, and the question it would ask.
struct Suggestion {
    QString text; ///< "Allow any cloud: 31 more"
    data::SearchQuery query;
};

/// One federated search: all providers at once, answers as they come. Lives in the thread that made it; deleting it
/// stops everything. Starts by itself from the event loop, so that connections made right after construction miss
/// nothing.
class SearchSession : public QObject
{
    Q_OBJECT
public:
    SearchSession(data::SearchQuery query, std::vector<std::shared_ptr<Provider>> providers, QObject *parent = nullptr);
    ~SearchSession() override;

    [[nodiscard]] const data::SearchQuery &query() const;
    /// Merged, newest first; copies of one acquisition are one entry. Valid at any time. Their files are packed: use
    /// acquisition() to read them.
    [[nodiscard]] const std::vector<data::Acquisition> &acquisitions() const;
    /// One row with its files at hand.
    [[nodiscard]] data::Acquisition acquisition(int row) const;
    /// In the order in which providers were given.
    [[nodiscard]] const std::vector<data::ProviderState> &providers() const;
    [[nodiscard]] bool isFinished() const;
    /// The providers' funnels are counted; comes after finished(), without anyone waiting for it.
    [[nodiscard]] bool isCounted() const;
    /// What would bring more where little or nothing was found; best first. Complete once counted.
    [[nodiscard]] std::vector<Suggestion> suggestions() const;
    [[nodiscard]] bool canLoadMore() const;
    /// Asks every provider that has a next page for `query().limit` more.
    void loadMore();
    /// Ends every request under way; what came stays; finished() follows.
    void stop();

Q_SIGNALS:
    /// `acquisitions()[row]` is new, everything from there on moved down by one.
    void inserted(int row);
    /// `acquisitions()[row]` changed (a copy joined it).
    void changed(int row);
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
