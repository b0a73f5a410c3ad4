// SPDX-License-Identifier: Apache-2.0
#include "core/credentials/callback.h"

#include "core/net/wire.h"
#include "core/server/server.h"

#include <QCoreApplication>
#include <QLocale>

#include <mutex>

namespace astra::credentials {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::SignIn)
};

/// A page that needs nothing from anywhere, runs nothing, and is not kept.
server::Response page(const QString &heading, const QString &sentence, int status)
{
    const QString html
        = QStringLiteral("<!DOCTYPE html>\n<html lang=\"%1\"><head><meta charset=\"utf-8\">"
                         "<meta name=\"viewport\" content=\"width=device-width\"><title>Astra</title><style>"
                         ":root{color-scheme:light dark}body{font:1rem/1.5 sans-serif;max-width:34rem;"
                         "margin:20vh auto 0;padding:0 1.5rem}h1{font-size:1.5rem}</style></head>"
                         "<body><main><h1>%2</h1><p>%3</p></main></body></html>\n")
              .arg(QLocale().bcp47Name().toHtmlEscaped(), heading.toHtmlEscaped(), sentence.toHtmlEscaped());
    server::Response response;
    response.status = status;
    response.headers = {{"Content-Type", "text/html; charset=utf-8"},
                        {"Content-Security-Policy",
                         "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
                         "frame-ancestors 'none'"},
                        {"Cache-Control", "no-store"},
                        {"Referrer-Policy", "no-referrer"},
                        {"X-Content-Type-Options", "nosniff"}};
    response.body = html.toUtf8();
    return response;
}

/// As core/server writes paths: no slash at the end.
QString plainPath(const QUrl &url)
{
    QString path = url.path();
    while (path.endsWith(u'/') && path.size() > 1)
        path.chop(1);
    return path.isEmpty() ? QStringLiteral("/") : path;
}

bool isHere(const QUrl &url)
{
    return url.scheme() == u"http" && url.port() > 0 && net::isLoopback(url) && url.host() != u"::1"
        && url.userInfo().isEmpty() && !url.hasQuery() && !url.hasFragment();
}

} // namespace

/// Touched by the server's thread and the owner's.
struct CallbackListener::State {
    Secret expected;
    QString path;
    QString title;
    std::mutex mutex;
    bool taken = false;
    Settler<QUrlQuery> came;
    const Future<QUrlQuery> arrival = came.future();
    std::optional<Settler<server::Response>> waiting;

    Future<server::Response> take(const server::Request &request);
};

Future<server::Response> CallbackListener::State::take(const server::Request &request)
{
    if (request.path != path || request.method != "GET")
        return ready<server::Response>(page(
            Text::tr("Nothing here"), Text::tr("Astra waits here for a sign-in to come back, nothing else."), 404));
    const auto states = request.query.allQueryItemValues(QStringLiteral("state"), QUrl::FullyDecoded);
    if (states.size() != 1 || !(Secret(states.first().toUtf8()) == expected))
        return ready<server::Response>(
            page(Text::tr("Not the sign-in that was begun"),
                 Text::tr("This answer does not belong to the sign-in that Astra is waiting for, so it was not used. "
                          "Start the sign-in in Astra again."),
                 403));
    const std::lock_guard lock(mutex);
    if (taken)
        return ready<server::Response>(
            page(Text::tr("Already answered"), Text::tr("Astra has got its answer. This page can be closed."), 410));
    taken = true;
    waiting.emplace();
    auto shown = waiting->future();
    came.settle(request.query);
    return shown;
}

CallbackListener::CallbackListener()
    : m_state(std::make_shared<State>())
{
}

CallbackListener::~CallbackListener() = default;

Result<std::unique_ptr<CallbackListener>> CallbackListener::start(const QList<QUrl> &places, const Secret &state,
                                                                  const QString &title)
{
    QList<QUrl> tries;
    for (const auto &place : places) {
        if (isHere(place))
            tries.append(place);
    }
    if (places.isEmpty())
        tries.append(QUrl(QStringLiteral("http://127.0.0.1:0/")));
    auto listener = std::unique_ptr<CallbackListener>(new CallbackListener);
    listener->m_state->expected = state;
    listener->m_state->title = title;
    QStringList taken;
    for (const auto &place : std::as_const(tries)) {
        server::ServerConfig config;
        config.port = static_cast<quint16>(place.port());
        config.maxBody = 0;
        config.maxConnections = 16;
        listener->m_state->path = plainPath(place);
        auto started = server::Server::start(
            config, [held = listener->m_state](const server::Request &request) { return held->take(request); });
        if (!started) {
            taken.append(QString::number(place.port()));
            continue;
        }
        listener->m_server = std::move(*started);
        listener->m_redirect = place;
        listener->m_redirect.setPort(listener->m_server->port());
        return listener;
    }
    if (taken.isEmpty())
        return fail(ErrorCode::Unsupported,
                    Text::tr("%1 does not let a sign-in come back to this computer. Choose another way.").arg(title),
                    title);
    return fail(ErrorCode::Unsupported,
                Text::tr("The sign-in has to come back to port %1 of this computer, but another program uses it. Close "
                         "that program, or choose another way.")
                    .arg(taken.join(u", ")),
                title);
}

Future<QUrlQuery> CallbackListener::came() const { return m_state->arrival; }

bool CallbackListener::answer(const Result<void> &outcome)
{
    const QString &title = m_state->title;
    const auto shown = outcome
        ? page(Text::tr("Signed in"), Text::tr("Astra is signed in at %1. This page can be closed.").arg(title), 200)
        : page(Text::tr("Not signed in"), outcome.error().message, 200);
    const std::lock_guard lock(m_state->mutex);
    m_state->taken = true;
    if (!m_state->waiting)
        return false;
    m_state->waiting->settle(shown);
    m_state->waiting.reset();
    return true;
}

} // namespace astra::credentials
