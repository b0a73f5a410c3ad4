// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/pools.h"
#include "core/net/httpclient.h"
#include "core/providers/stac/capabilities.h"
#include "core/providers/stac/searchrequest.h"

#include <mutex>
#include <optional>

namespace astra::providers::stac {

/// An answer, and the request that got it in the end.
struct Answered {
    Cursor request;
    net::HttpResponse response;
};

/// How a STAC API is talked to: what it honours is asked once, and a page that it cannot bear is asked for in parts.
/// Thread-safe; held by whatever is under way, so it outlives the provider it belongs to.
class StacClient : public std::enable_shared_from_this<StacClient>
{
public:
    StacClient(Definition definition, std::shared_ptr<net::HttpClient> http, Pools &pools);

    [[nodiscard]] const Definition &definition() const { return m_definition; }
    [[nodiscard]] Pools &pools() const { return m_pools; }

    /// What the catalogue honours; where its landing page cannot be had, the least. Never an error.
    [[nodiscard]] Future<Capabilities> capabilities();
    /// Sends a search. A smaller page is asked for where this one is too large or slow for the server, and the search
    /// address where a next link leads nowhere. Any other answer, good or bad, is the answer.
    [[nodiscard]] Future<Answered> ask(Cursor request, const Capabilities &known, StopToken stop, OnPause onPause);
    /// Sends one request as it is. @param fresh how old an answer may be
    [[nodiscard]] Future<net::HttpResponse> send(const Cursor &request, StopToken stop,
                                                 std::chrono::milliseconds deadline, OnPause onPause = {},
                                                 std::chrono::seconds fresh = {});

private:
    const Definition m_definition;
    const std::shared_ptr<net::HttpClient> m_http;
    Pools &m_pools;
    std::mutex m_mutex;
    std::optional<Capabilities> m_known;
    Shared<Capabilities> m_asking;
};

/// The JSON of a good answer; the error of any other.
[[nodiscard]] Result<Json> jsonOf(const net::HttpResponse &response, const QString &origin);

/// How long descriptions (landing pages, lists of collections) may be old.
constexpr std::chrono::seconds descriptionAge = std::chrono::hours(24);

} // namespace astra::providers::stac
