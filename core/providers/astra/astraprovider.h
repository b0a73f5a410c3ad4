// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/pools.h"
#include "core/net/httpclient.h"
#include "core/providers/definition.h"
#include "core/providers/provider.h"

namespace astra::providers::astra_os {

/// An ASTRA service's own catalogue: it asks others and answers with one list, without pages; we go on by time.
class AstraProvider : public Provider
{
public:
    AstraProvider(Definition definition, std::shared_ptr<net::HttpClient> http, Pools &pools);

    [[nodiscard]] data::ProviderInfo info() const override;
    [[nodiscard]] Limits limits() const override;
    [[nodiscard]] Future<Page> search(const data::SearchQuery &query, const std::optional<Cursor> &cursor,
                                      StopToken stop, OnPause onPause = {}) override;
    [[nodiscard]] Future<Tally> tally(const data::SearchQuery &query, StopToken stop) override;
    /// What the service says stands behind it; where it has no such list, the families of its definition.
    [[nodiscard]] Future<std::vector<data::CollectionInfo>> collections(StopToken stop) override;
    /// The scene, and its files' addresses as /assets gives them where it does. Signatures that come with them are
    /// handed to the client's authorizer, and never are in the scene.
    [[nodiscard]] Future<Item> item(const QString &id, StopToken stop) override;

private:
    struct Shared;
    struct Lookup;
    std::shared_ptr<const Shared> m_shared;
};

} // namespace astra::providers::astra_os
