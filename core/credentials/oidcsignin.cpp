// SPDX-License-Identifier: Apache-2.0
#include "core/credentials/oidcsignin.h"

#include "core/net/wire.h"

#include <QCoreApplication>

#include <algorithm>

namespace astra::credentials {

using std::chrono::milliseconds;

namespace {

constexpr milliseconds leastWait {100}; ///< whatever a provider says: nobody is asked without a pause
constexpr milliseconds mostWait {60000};
constexpr milliseconds usualWait {5000};
constexpr double leastLife = 1; // seconds
constexpr double mostLife = 3600;
constexpr double usualLife = 600;
/// Until the page that says how it went has reached the browser.
constexpr milliseconds pageTime {2000};

/// What a person can read off and type: no control characters, no text that runs the other way.
bool isTypeable(const QString &code)
{
    return !code.isEmpty() && code.size() <= 64
        && std::all_of(code.begin(), code.end(), [](QChar c) { return c.unicode() > ' ' && c.unicode() < 0x7f; });
}

/// Where people are sent: nothing but a web page, encrypted as the provider itself is.
QUrl page(const Oidc &oidc, const QString &text)
{
    const QUrl url(text, QUrl::StrictMode);
    return isSafeEndpoint(url, net::isLoopback(oidc.issuer)) ? url : QUrl();
}

Form scopeForm(const Oidc &oidc)
{
    return oidc.scopes.isEmpty() ? Form() : Form {{"scope", oidc.scopes.join(u' ').toUtf8()}};
}

} // namespace

PersonSignIn::PersonSignIn(SignInContext context)
    : m_context(std::move(context))
{
    // A program that ends while somebody is still signing in takes this along.
    if (auto *program = QCoreApplication::instance(); program && program->thread() == thread())
        setParent(program);
}

PersonSignIn::~PersonSignIn() = default;

Future<Tokens> PersonSignIn::run(const Future<Oidc> &found)
{
    auto future = m_settler.future();
    m_onStop.emplace(m_context.stop, [this] {
        const auto end = [this] { finish(cancelled()); };
        if (QThread::currentThread() == thread())
            end();
        else
            QMetaObject::invokeMethod(this, end, Qt::QueuedConnection);
    });
    deliver(found, this, [this](const Result<Oidc> &oidc) {
        if (m_over)
            return;
        if (!oidc) {
            finish(fail(oidc.error()));
            return;
        }
        m_oidc = *oidc;
        begin();
    });
    return future;
}

void PersonSignIn::finish(Result<Tokens> result)
{
    if (m_over)
        return;
    m_over = true;
    const auto left = ending(result);
    m_context.client.reset();
    m_context.prompt = {};
    m_settler.settle(std::move(result));
    if (left.count() > 0)
        QTimer::singleShot(left, this, &QObject::deleteLater);
    else
        deleteLater();
}

PollPace::PollPace(std::optional<double> seconds)
    : m_wait(usualWait)
{
    if (seconds)
        m_wait = milliseconds(static_cast<qint64>(std::clamp(*seconds * 1000, static_cast<double>(leastWait.count()),
                                                             static_cast<double>(mostWait.count()))));
}

void PollPace::slowDown() { m_wait = std::min(m_wait + usualWait, mostWait); }

DeviceSignIn::DeviceSignIn(SignInContext context, Wait wait)
    : PersonSignIn(std::move(context))
    , m_wait(wait ? std::move(wait) : Wait([](milliseconds time, QObject *owner, const std::function<void()> &then) {
        QTimer::singleShot(time, owner, then);
    }))
{
}

void DeviceSignIn::begin()
{
    if (m_oidc.device.isEmpty()) {
        finish(fail(ErrorCode::Unsupported,
                    tr("%1 does not offer signing in with a code. Choose another way.").arg(m_oidc.title),
                    m_oidc.title));
        return;
    }
    Form form = scopeForm(m_oidc);
    if (m_oidc.pkce) {
        m_verifier = randomText();
        form.emplaceBack("code_challenge", challengeFor(m_verifier));
        form.emplaceBack("code_challenge_method", "S256");
    }
    deliver(askOidc(m_context.client, m_oidc, m_oidc.device, form, m_context.clock, m_context.stop), this,
            [this](const Result<OidcAnswer> &answer) {
                if (isOver())
                    return;
                if (!answer)
                    finish(fail(answer.error()));
                else if (!answer->refusal.isEmpty())
                    finish(fail(answer->error));
                else
                    shown(*answer);
            });
}

void DeviceSignIn::shown(const OidcAnswer &answer)
{
    const Json &json = answer.json;
    m_device = stringAt(json, "device_code").toUtf8();
    const QString code = stringAt(json, "user_code");
    // "verification_url" is how one large provider spells it.
    const QUrl plain = page(m_oidc, stringAt(json, "verification_uri", stringAt(json, "verification_url")));
    const QUrl complete = page(m_oidc, stringAt(json, "verification_uri_complete"));
    if (m_device.isEmpty() || !isTypeable(code) || plain.isEmpty()) {
        finish(fail(ErrorCode::InvalidInput, tr("%1 answered with no code to sign in with.").arg(m_oidc.issuer.host()),
                    m_oidc.title));
        return;
    }
    m_pace = PollPace(asNumber(member(json, "interval"), true));
    const double life = asNumber(member(json, "expires_in"), true).value_or(usualLife);
    m_end = answer.moment.here.addSecs(static_cast<qint64>(std::clamp(life, leastLife, mostLife)));
    if (m_context.prompt)
        m_context.prompt({net::sameOrigin(plain, complete) ? complete : plain, code, m_end});
    if (!isOver()) // the prompt may have stopped it
        pollLater();
}

void DeviceSignIn::pollLater()
{
    m_wait(m_pace.wait(), this, [this] {
        if (!isOver())
            poll();
    });
}

void DeviceSignIn::poll()
{
    if (m_context.clock() >= m_end) {
        finish(fail(oidcRefusal(m_oidc, QStringLiteral("expired_token"))));
        return;
    }
    Form form {{"grant_type", "urn:ietf:params:oauth:grant-type:device_code"}, {"device_code", m_device}};
    if (!m_verifier.isEmpty())
        form.emplaceBack("code_verifier", m_verifier);
    deliver(askOidc(m_context.client, m_oidc, m_oidc.token, form, m_context.clock, m_context.stop), this,
            [this](const Result<OidcAnswer> &answer) {
                if (!isOver())
                    polled(answer);
            });
}

void DeviceSignIn::polled(const Result<OidcAnswer> &answer)
{
    if (!answer && !answer.error().retryable) {
        finish(fail(answer.error()));
        return;
    }
    // No answer, or a busy provider: the person may be typing still.
    if (!answer || answer->refusal == u"slow_down" || (!answer->refusal.isEmpty() && answer->error.retryable)) {
        m_pace.slowDown();
        pollLater();
    } else if (answer->refusal == u"authorization_pending") {
        pollLater();
    } else if (!answer->refusal.isEmpty()) {
        finish(fail(answer->error));
    } else {
        finish(oidcTokens(m_oidc, *answer, {}));
    }
}

BrowserSignIn::BrowserSignIn(SignInContext context, milliseconds patience)
    : PersonSignIn(std::move(context))
    , m_patience(patience)
    , m_timer(this)
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this,
            [this] { finish(fail(oidcRefusal(m_oidc, QStringLiteral("expired_token")))); });
}

void BrowserSignIn::begin()
{
    if (m_oidc.authorization.isEmpty()) {
        finish(fail(ErrorCode::Unsupported,
                    tr("%1 does not offer signing in through the browser. Choose another way.").arg(m_oidc.title),
                    m_oidc.title));
        return;
    }
    const QByteArray state = randomText();
    m_verifier = randomText();
    m_nonce = randomText();
    auto listener = CallbackListener::start(m_oidc.redirects, Secret(state), m_oidc.title);
    if (!listener) {
        finish(fail(listener.error()));
        return;
    }
    m_listener = std::move(*listener);
    m_timer.start(m_patience);
    deliver(m_listener->came(), this, [this](const Result<QUrlQuery> &answer) {
        if (!isOver() && answer)
            cameBack(*answer);
    });
    if (m_context.prompt)
        m_context.prompt({address(state), {}, m_context.clock().addMSecs(m_patience.count())});
}

QUrl BrowserSignIn::address(const QByteArray &state) const
{
    Form form {{"response_type", "code"},
               {"client_id", m_oidc.client.toUtf8()},
               {"redirect_uri", m_listener->redirect().toEncoded()},
               {"state", state},
               {"nonce", m_nonce},
               {"code_challenge", challengeFor(m_verifier)},
               {"code_challenge_method", "S256"}};
    form += scopeForm(m_oidc);
    // Without being asked for consent, a provider has to leave out the refresh token (OpenID Connect Core 11).
    if (m_oidc.scopes.contains(QStringLiteral("offline_access")))
        form.emplaceBack("prompt", "consent");
    QUrl url = m_oidc.authorization;
    QByteArray query = url.query(QUrl::FullyEncoded).toUtf8();
    for (const auto &[name, value] : form)
        query += (query.isEmpty() ? "" : "&") + name.toPercentEncoding() + '=' + value.toPercentEncoding();
    url.setQuery(QString::fromLatin1(query), QUrl::StrictMode);
    return url;
}

void BrowserSignIn::cameBack(const QUrlQuery &answer)
{
    const auto value = [&answer](const char *name) {
        return answer.queryItemValue(QLatin1String(name), QUrl::FullyDecoded);
    };
    // Another provider that one also signs in at must not slip its code in here (RFC 9207).
    const QString issuer = value("iss");
    const bool named = !issuer.isEmpty() || m_oidc.tellsIssuer;
    if (named && !QUrl(issuer).matches(m_oidc.issuer, QUrl::StripTrailingSlash)) {
        finish(
            fail(ErrorCode::InvalidInput,
                 tr("The sign-in came back from somebody else than %1, so it was not used.").arg(m_oidc.issuer.host()),
                 m_oidc.title));
        return;
    }
    const QByteArray code = value("code").toUtf8();
    if (code.isEmpty()) {
        static const QRegularExpression form(QStringLiteral("^[a-z_]{1,64}\\z"));
        const QString refusal = value("error");
        finish(fail(oidcRefusal(m_oidc, form.match(refusal).hasMatch() ? refusal : QStringLiteral("access_denied"))));
        return;
    }
    const Form form {{"grant_type", "authorization_code"},
                     {"code", code},
                     {"redirect_uri", m_listener->redirect().toEncoded()},
                     {"code_verifier", m_verifier}};
    deliver(askForTokens(m_context.client, m_oidc, form, m_nonce, m_context.clock, m_context.stop), this,
            [this](const Result<Tokens> &tokens) { finish(tokens); });
}

milliseconds BrowserSignIn::ending(const Result<Tokens> &result)
{
    m_timer.stop();
    const auto outcome = result ? Result<void>() : Result<void>(fail(result.error()));
    if (m_listener && m_listener->answer(outcome))
        return pageTime;
    m_listener.reset();
    return milliseconds(0);
}

} // namespace astra::credentials
