// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/pools.h"
#include "core/net/httpclient.h"
#include "core/providers/definition.h"
#include "core/providers/provider.h"

namespace astra::providers::stac {

class StaticReader;

/// A static catalogue, a single Item or an Item collection, at an address or on this disk. It is searched by reading
/// it, politely, a part at a time; what does not match is left out here.
class StaticProvider : public Provider
{
public:
    StaticProvider(Definition definition, std::shared_ptr<net::HttpClient> http, Pools &pools);

    [[nodiscard]] data::ProviderInfo info() const override;
    [[nodiscard]] Limits limits() const override;
    [[nodiscard]] Future<Page> search(const data::SearchQuery &query, const std::optional<Cursor> &cursor,
                                      StopToken stop, OnPause onPause = {}) override;
    [[nodiscard]] Future<std::vector<data::CollectionInfo>> collections(StopToken stop) override;
    [[nodiscard]] Future<Item> item(const QString &id, StopToken stop) override;

private:
    std::shared_ptr<const StaticReader> m_reader;
};

} // namespace astra::providers::stac
