// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/pools.h"
#include "core/net/httpclient.h"
#include "core/providers/definition.h"
#include "core/providers/provider.h"

namespace astra::providers::stac {

class StacClient;

/// Any STAC API: with item search by POST or GET, or with nothing but the items of its collections.
class StacProvider : public Provider
{
public:
    StacProvider(Definition definition, std::shared_ptr<net::HttpClient> http, Pools &pools);

    [[nodiscard]] data::ProviderInfo info() const override;
    [[nodiscard]] Limits limits() const override;
    [[nodiscard]] Future<Page> search(const data::SearchQuery &query, const std::optional<Cursor> &cursor,
                                      StopToken stop, OnPause onPause = {}) override;
    [[nodiscard]] Future<Tally> tally(const data::SearchQuery &query, StopToken stop) override;
    [[nodiscard]] Future<std::vector<data::CollectionInfo>> collections(StopToken stop) override;
    /// Asks the collections that the id looks like first, then by id over all of them.
    [[nodiscard]] Future<Item> item(const QString &id, StopToken stop) override;

private:
    std::shared_ptr<StacClient> m_client;
};

} // namespace astra::providers::stac
