// SPDX-License-Identifier: Apache-2.0
#pragma once

// Signing in with a person at a browser. Each sign-in lives in the thread that began it, which needs an event loop, and
// deletes itself when it is over.

#include "core/credentials/callback.h"
#include "core/credentials/oidc.h"

#include <QTimer>

#include <optional>

namespace astra::credentials {

/// What every such sign-in is given.
struct SignInContext {
    ClientRef client;
    std::function<void(const data::SignInPrompt &)> prompt;
    std::function<QDateTime()> clock;
    StopToken stop;
};

class PersonSignIn : public QObject
{
    Q_OBJECT
public:
    /// Asks for the provider's addresses, then goes on with `begin`.
    [[nodiscard]] Future<Tokens> run(const Future<Oidc> &found);

protected:
    explicit PersonSignIn(SignInContext context);
    ~PersonSignIn() override;

    virtual void begin() = 0;
    /// Told before the result is handed out; `linger` has to be called or the object goes.
    virtual std::chrono::milliseconds ending(const Result<Tokens> & /*result*/) { return std::chrono::milliseconds(0); }
    void finish(Result<Tokens> result);
    [[nodiscard]] bool isOver() const { return m_over; }

    SignInContext m_context;
    Oidc m_oidc;

private:
    Settler<Tokens> m_settler;
    bool m_over = false;
    std::optional<StopCallback<std::function<void()>>> m_onStop;
};

/// How long the next poll waits (RFC 8628 3.5).
class PollPace
{
public:
    /// @param seconds as the provider told; absent: five
    explicit PollPace(std::optional<double> seconds);
    void slowDown(); ///< five seconds more, from now on
    [[nodiscard]] std::chrono::milliseconds wait() const { return m_wait; }

private:
    std::chrono::milliseconds m_wait;
};

/// Device code (RFC 8628): the person types a code into any browser, and we ask until that has happened.
class DeviceSignIn : public PersonSignIn
{
    Q_OBJECT
public:
    /// Calls its third argument in the thread of the second, so much later.
    using Wait = std::function<void(std::chrono::milliseconds, QObject *, const std::function<void()> &)>;
    explicit DeviceSignIn(SignInContext context, Wait wait = {});

private:
    void begin() override;
    void shown(const OidcAnswer &answer);
    void pollLater();
    void poll();
    void polled(const Result<OidcAnswer> &answer);

    const Wait m_wait;
    QByteArray m_verifier;
    QByteArray m_device;
    QDateTime m_end;
    PollPace m_pace {std::nullopt};
};

/// Authorization code with PKCE (RFC 7636, 8252): the browser comes back to a listener on this computer.
class BrowserSignIn : public PersonSignIn
{
    Q_OBJECT
public:
    explicit BrowserSignIn(SignInContext context, std::chrono::milliseconds patience = std::chrono::minutes(5));

private:
    void begin() override;
    void cameBack(const QUrlQuery &answer);
    std::chrono::milliseconds ending(const Result<Tokens> &result) override;
    [[nodiscard]] QUrl address(const QByteArray &state) const;

    const std::chrono::milliseconds m_patience;
    QTimer m_timer;
    QByteArray m_verifier;
    QByteArray m_nonce;
    std::unique_ptr<CallbackListener> m_listener;
};

} // namespace astra::credentials
