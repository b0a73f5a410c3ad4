// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/pools.h"
#include "core/net/httpclient.h"
#include "core/providers/definition.h"
#include "core/providers/provider.h"

namespace astra::providers::pixxel {

/// Pixxel's service. It has two searches: /archives/search over its own archive, in STAC's words, and /search by
/// satellite over everything that can be put into an area, open data included. Nothing says which scenes only one of
/// them knows, so both are asked at once and a scene that both know counts once; where one fails, the other's answer is
/// shown as a part.
class PixxelProvider : public Provider
{
public:
    PixxelProvider(Definition definition, std::shared_ptr<net::HttpClient> http, Pools &pools);

    [[nodiscard]] data::ProviderInfo info() const override;
    [[nodiscard]] Limits limits() const override;
    [[nodiscard]] Future<Page> search(const data::SearchQuery &query, const std::optional<Cursor> &cursor,
                                      StopToken stop, OnPause onPause = {}) override;
    [[nodiscard]] Future<Tally> tally(const data::SearchQuery &query, StopToken stop) override;
    [[nodiscard]] Future<std::vector<data::CollectionInfo>> collections(StopToken stop) override;
    /// Scenes of the archive; the other search knows no single scene.
    [[nodiscard]] Future<Item> item(const QString &id, StopToken stop) override;

private:
    struct Shared;
    struct Search;
    std::shared_ptr<const Shared> m_shared;
};

} // namespace astra::providers::pixxel
