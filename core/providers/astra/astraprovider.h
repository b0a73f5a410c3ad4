// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/pools.h"
#include "core/net/httpclient.h"
#include "core/providers/definition.h"
#include "core/providers/provider.h"

namespace astra::providers::astra_os {

/// An ASTRA service's own catalogue: it asks others and answers with one list, without pages.
class AstraProvider : public Provider
{
public:
    AstraProvider(Definition definition, std::shared_ptr<net::HttpClient> http, Pools &pools);

    [[nodiscard]] data::ProviderInfo info() const override;
    [[nodiscard]] Limits limits() const override;
    [[nodiscard]] Future<Page> search(const data::SearchQuery &query, const std::optional<Cursor> &cursor,
                                      StopToken stop, OnPause onPause = {}) override;
    /// The scene, and its files' addresses as /assets gives them where it does.
    [[nodiscard]] Future<Item> item(const QString &id, StopToken stop) override;

private:
    struct Shared;
    std::shared_ptr<const Shared> m_shared;
};

/// The search as a URL. Pure.
[[nodiscard]] QUrl searchUrl(const Definition &definition, const data::SearchQuery &query, const data::GeoBox &box,
                             const QStringList &collections);

} // namespace astra::providers::astra_os
