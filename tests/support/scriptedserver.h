// SPDX-License-Identifier: Apache-2.0
#pragma once

// A service whose answers a test writes down: core/server with a handler that remembers what it was asked. For tests
// that link astra_server.

#include "core/server/server.h"

#include <QTest>

#include <mutex>

namespace astra::test {

class ScriptedServer
{
public:
    /// Called on the server's thread.
    using Script = std::function<server::Response(const server::Request &)>;

    explicit ScriptedServer(Script script)
        : m_script(std::move(script))
    {
        auto started = server::Server::start({}, [this](server::Request request) {
            {
                const std::lock_guard lock(m_mutex);
                m_requests.push_back(request);
            }
            return ready<server::Response>(m_script(request));
        });
        if (!started)
            qFatal("the scripted server does not start: %s", qPrintable(started.error().message));
        m_server = *std::move(started);
    }

    [[nodiscard]] QUrl url(const QString &path = {}) const
    {
        return QUrl(QString(m_server->url().toString(QUrl::StripTrailingSlash) + path));
    }
    [[nodiscard]] std::vector<server::Request> requests() const
    {
        const std::lock_guard lock(m_mutex);
        return m_requests;
    }
    /// How often `path` was asked for.
    [[nodiscard]] int count(const QString &path) const
    {
        int n = 0;
        for (const auto &request : requests())
            n += request.path == path ? 1 : 0;
        return n;
    }

private:
    Script m_script;
    mutable std::mutex m_mutex;
    std::vector<server::Request> m_requests;
    std::unique_ptr<server::Server> m_server;
};

inline server::Response redirect(const QUrl &to, int status = 302)
{
    server::Response response;
    response.status = status;
    response.headers = {{"Location", to.toEncoded()}};
    return response;
}

} // namespace astra::test
