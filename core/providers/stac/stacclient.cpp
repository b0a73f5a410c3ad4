// SPDX-License-Identifier: Apache-2.0
#include "core/providers/stac/stacclient.h"

#include <algorithm>

namespace astra::providers::stac {

namespace {

using Response = Result<net::HttpResponse>;

/// Answers that a smaller page may cure: too large for the server, or too slow, or more than it allows.
bool isTooLarge(const Response &answer)
{
    if (!answer)
        return answer.error().code == ErrorCode::Timeout;
    switch (answer->status) {
    case 413:
    case 500:
    case 502:
    case 504:
        return true;
    case 400:
    case 422:
        return answer->body.left(2000).toLower().contains("limit");
    default:
        return false;
    }
}

/// One request on its way, with what has been tried.
struct Asked {
    std::shared_ptr<StacClient> client;
    QUrl search;
    StopToken stop;
    OnPause onPause;
    Cursor request;
    bool reduced = false;
    bool toSearch = false; ///< sent to the search address already

    static Future<Answered> send(Asked asked)
    {
        const auto deadline = asked.client->definition().deadline;
        auto future = asked.client->send(asked.request, asked.stop, asked.reduced ? deadline / 3 : deadline * 2 / 3,
                                         asked.onPause);
        return chain(std::move(future),
                     [asked = std::move(asked)](const Response &answer) { return take(asked, answer); });
    }

    static Future<Answered> take(Asked asked, const Response &answer)
    {
        if (isTooLarge(answer)) {
            if (auto less = smaller(asked.request)) {
                asked.reduced = true;
                asked.request = std::move(*less);
                return send(std::move(asked));
            }
        }
        if (!answer)
            return ready<Answered>(fail(answer.error()));
        const bool lost = answer->status == 404 || answer->status == 405;
        if (lost && asked.request.method == "POST" && !asked.toSearch && asked.request.url != asked.search) {
            asked.toSearch = true;
            asked.request.url = asked.search;
            return send(std::move(asked));
        }
        return ready<Answered>(Answered {std::move(asked.request), *answer});
    }
};

} // namespace

StacClient::StacClient(Definition definition, std::shared_ptr<net::HttpClient> http, Pools &pools)
    : m_definition(std::move(definition))
    , m_http(std::move(http))
    , m_pools(pools)
{
}

Future<Capabilities> StacClient::capabilities()
{
    if (!isAsked(m_definition))
        return ready<Capabilities>(statedCapabilities(m_definition));
    {
        const std::lock_guard lock(m_mutex);
        if (m_known)
            return ready<Capabilities>(*m_known);
    }
    return m_asking.get([this, self = shared_from_this()] {
        const auto deadline = std::min(m_definition.deadline / 3, std::chrono::milliseconds(10000));
        const Cursor landing {"GET", m_definition.url, {}, {}};
        return chain(send(landing, {}, deadline, {}, descriptionAge),
                     [self](const Response &answer) -> Result<Capabilities> {
                         if (!answer)
                             return statedCapabilities(self->m_definition); // asked again by the next search
                         const auto page = jsonOf(*answer, self->m_definition.id);
                         auto known = page ? capabilitiesOf(*page, answer->url, self->m_definition)
                                           : statedCapabilities(self->m_definition);
                         const std::lock_guard lock(self->m_mutex);
                         self->m_known = known;
                         return known;
                     });
    });
}

Future<Answered> StacClient::ask(Cursor request, const Capabilities &known, StopToken stop, OnPause onPause)
{
    return Asked::send({shared_from_this(), known.search, std::move(stop), std::move(onPause), std::move(request)});
}

Future<net::HttpResponse> StacClient::send(const Cursor &request, StopToken stop, std::chrono::milliseconds deadline,
                                           OnPause onPause, std::chrono::seconds fresh)
{
    net::HttpRequest http;
    http.method = request.method;
    http.url = request.url;
    http.headers = {{"Accept", "application/geo+json, application/json"}};
    if (request.method == "POST") {
        http.headers.append(net::Header("Content-Type", "application/json"));
        http.body = toText(request.body);
    }
    http.connection = m_definition.apiConnection;
    http.retries = 2;
    http.deadline = deadline;
    http.fresh = fresh;
    http.onPause = std::move(onPause);
    return m_http->send(std::move(http), std::move(stop));
}

Result<Json> jsonOf(const net::HttpResponse &response, const QString &origin)
{
    if (!response.ok())
        return fail(net::errorFrom(response, origin));
    return parseJson(response.body, origin);
}

} // namespace astra::providers::stac
