// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/async.h"
#include "core/base/secret.h"

#include <QUrl>
#include <QUrlQuery>

#include <memory>

namespace astra::server {
class Server;
}

namespace astra::credentials {

/// Waits on this computer for the browser to come back from signing in, once. Whoever comes without the right state is
/// turned away with a page that says so, and the wait goes on.
class CallbackListener
{
public:
    /// @param places addresses of this computer that the provider knows; the first whose port is free is taken. Empty:
    /// a free port
    /// @param title of the service, for the page
    [[nodiscard]] static Result<std::unique_ptr<CallbackListener>> start(const QList<QUrl> &places, const Secret &state,
                                                                         const QString &title);
    ~CallbackListener(); ///< nobody listens any more

    [[nodiscard]] const QUrl &redirect() const { return m_redirect; } ///< as the provider is to be told
    [[nodiscard]] Future<QUrlQuery> came() const; ///< what the provider sent along
    /// What the page says that the browser is waiting for. @return whether it waits for one
    bool answer(const Result<void> &outcome);

private:
    CallbackListener();
    struct State;
    QUrl m_redirect;
    std::shared_ptr<State> m_state;
    std::unique_ptr<server::Server> m_server; ///< gone before the state
};

} // namespace astra::credentials
