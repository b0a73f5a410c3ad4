// SPDX-License-Identifier: Apache-2.0
#include "core/credentials/sastokens.h"

#include "core/credentials/expiry.h"
#include "core/data/timerange.h"
#include "core/net/patience.h"

#include <QCoreApplication>
#include <QRegularExpression>
#include <QUrlQuery>

#include <algorithm>

namespace astra::credentials {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::SasTokens)
};

// A container that goes on refusing must not make us ask for signatures with every read.
constexpr qint64 refusalPauseSeconds = 5;
constexpr qint64 unknownLifeSeconds = 120;

struct Token {
    Secret query;
    qint64 lifeSeconds = unknownLifeSeconds;
};

Result<Token> parse(const net::HttpResponse &response, const QString &title, const QDateTime &now)
{
    const auto json = parseJson(response.body, title);
    if (!json)
        return fail(ErrorCode::InvalidInput, Text::tr("%1 sent no signature, but something else.").arg(title), title);
    QString text = stringAt(*json, "token");
    if (text.startsWith(u'?'))
        text.remove(0, 1);
    static const QRegularExpression form(QStringLiteral("^[A-Za-z0-9%&=._~:+/,!*'()$;@-]{1,4096}\\z"));
    if (!form.match(text).hasMatch())
        return fail(ErrorCode::InvalidInput, Text::tr("%1 sent a signature that cannot be used.").arg(title), title);
    auto expiry = data::parseTime(stringAt(*json, "msft:expiry"));
    if (!expiry)
        expiry = data::parseTime(QUrlQuery(text).queryItemValue(QStringLiteral("se"), QUrl::FullyDecoded));
    Token token {Secret(text.toLatin1())};
    if (expiry)
        token.lifeSeconds = std::max<qint64>(0, net::hostTime(response.headers, now).secsTo(*expiry));
    return token;
}

} // namespace

SasTokens::SasTokens(const ServiceKind &kind, const SignInMethod &method, net::HttpClient &client, Clock clock)
    : m_title(kind.service.title)
    , m_token(method.token)
    , m_client(client)
    , m_clock(std::move(clock))
{
}

QUrl SasTokens::tokenAddress(const QUrl &url) const
{
    QString address = m_token;
    const QString account = url.host().section(u'.', 0, 0);
    const QString container = url.path().section(u'/', 1, 1);
    static const QRegularExpression name(QStringLiteral("^[A-Za-z0-9$_-]{1,63}\\z"));
    for (const auto &[placeholder, value] :
         {std::pair {QStringLiteral("{account}"), account}, {QStringLiteral("{container}"), container}}) {
        if (!address.contains(placeholder))
            continue;
        if (!name.match(value).hasMatch())
            return {};
        address.replace(placeholder, value);
    }
    return QUrl(address, QUrl::StrictMode);
}

Future<Secret> SasTokens::token(const QUrl &url, bool refused)
{
    const QUrl address = tokenAddress(url);
    if (address.isEmpty())
        return ready<Secret>(Secret());
    std::shared_ptr<Entry> entry;
    {
        const std::lock_guard lock(m_mutex);
        auto &slot = m_entries[address.toString()];
        if (!slot)
            slot = std::make_shared<Entry>();
        entry = slot;
    }
    {
        const std::lock_guard lock(entry->mutex);
        const QDateTime now = m_clock();
        if (refused && (!entry->refusedAt.isValid() || entry->refusedAt.secsTo(now) >= refusalPauseSeconds)) {
            entry->refusedAt = now;
            entry->token = Secret();
        }
        if (!entry->token.isEmpty() && now < entry->renewAt)
            return ready<Secret>(entry->token);
    }
    return entry->flight.get([this, address, entry] { return fetch(address, entry); });
}

Future<Secret> SasTokens::fetch(const QUrl &address, const std::shared_ptr<Entry> &entry) const
{
    net::HttpRequest request;
    request.url = address;
    request.headers = {{"Accept", "application/json"}};
    request.deadline = std::chrono::seconds(15);
    request.maxBytes = 64 << 10;
    // The flight holds the entry, not this: the answer may come when this is gone.
    const std::weak_ptr<Entry> kept = entry;
    return chain(m_client.send(request),
                 [kept, title = m_title, clock = m_clock](Result<net::HttpResponse> response) -> Result<Secret> {
                     if (!response)
                         return fail(response.error());
                     if (!response->ok())
                         return fail(net::errorFrom(*response, title));
                     const QDateTime now = clock();
                     auto token = parse(*response, title, now);
                     if (!token)
                         return fail(token.error());
                     if (const auto slot = kept.lock()) {
                         const std::lock_guard lock(slot->mutex);
                         slot->token = token->query;
                         slot->renewAt = now.addSecs(useSeconds(token->lifeSeconds));
                     }
                     return token->query;
                 });
}

} // namespace astra::credentials
