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
    /// Merged, newest first; copies of one acquisition are one entry. Valid at any time.
    [[nodiscard]] const std::vector<data::Acquisition> &acquisitions() const;
    /// In the order in which providers were given.
    [[nodiscard]] const std::vector<data::ProviderState> &providers() const;
    [[nodiscard]] bool isFinished() const;
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

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace astra::providers
