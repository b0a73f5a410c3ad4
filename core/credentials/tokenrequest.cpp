// SPDX-License-Identifier: Apache-2.0
#include "core/credentials/tokenrequest.h"

#include "core/credentials/serviceerror.h"
#include "core/net/wire.h"

#include <QCoreApplication>

namespace astra::credentials {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::Tokens)
};

constexpr qint64 mostBytes = 1 << 20;
constexpr std::chrono::seconds patience {20};
/// Renewing every few minutes needs these documents each time; they hardly ever change.
constexpr std::chrono::minutes freshFor {10};

} // namespace

bool isSafeEndpoint(const QUrl &url, bool loopback)
{
    if (!url.isValid() || url.host().isEmpty() || !url.userInfo().isEmpty() || url.hasFragment())
        return false;
    return url.scheme() == u"https" || (loopback && url.scheme() == u"http" && net::isLoopback(url));
}

Future<net::HttpResponse> sendBy(const ClientRef &client, net::HttpRequest request, const StopToken &stop)
{
    const auto here = client.lock();
    return here ? here->send(std::move(request), stop) : ready<net::HttpResponse>(cancelled());
}

Error passing(Error refusal)
{
    if (refusal.code == ErrorCode::Unauthorized) {
        refusal.code = ErrorCode::Network;
        refusal.retryable = true;
    }
    return refusal;
}

Future<Json> fetchDocument(const ClientRef &client, const QUrl &url, const QString &title, const StopToken &stop)
{
    net::HttpRequest request;
    request.url = url;
    request.headers = {{"Accept", "application/json"}};
    request.deadline = patience;
    request.maxBytes = mostBytes;
    request.fresh = freshFor;
    return chain(sendBy(client, std::move(request), stop),
                 [url, title](const Result<net::HttpResponse> &response) -> Result<Json> {
                     if (!response)
                         return fail(response.error());
                     if (!response->ok())
                         return fail(passing(serviceError(*response, title)));
                     return answerFrom(*response, url, title);
                 });
}

net::HttpRequest confidential(net::HttpRequest request)
{
    request.confidential = true;
    request.retries = 0;
    request.deadline = patience;
    request.maxBytes = mostBytes;
    return request;
}

net::HttpRequest formRequest(const QUrl &url, const Form &form)
{
    net::HttpRequest request;
    request.method = "POST";
    request.url = url;
    request.headers = {{"Accept", "application/json"}, {"Content-Type", "application/x-www-form-urlencoded"}};
    for (const auto &[name, value] : form) {
        if (!request.body.isEmpty())
            request.body += '&';
        request.body += name.toPercentEncoding();
        request.body += '=';
        request.body += value.toPercentEncoding();
    }
    return confidential(std::move(request));
}

Result<Json> answerFrom(const net::HttpResponse &response, const QUrl &asked, const QString &title)
{
    if (!net::sameOrigin(response.url, asked))
        return fail(ErrorCode::InvalidInput,
                    Text::tr("%1 led on to %2 instead of answering itself, so its answer was not used.")
                        .arg(asked.host(), response.url.host()),
                    title);
    auto json = parseJson(response.body, title);
    if (!json || !json->is_object())
        return fail(ErrorCode::InvalidInput,
                    Text::tr("%1 answered something else than was asked for.").arg(asked.host()), title);
    return std::move(*json);
}

Secret basicCredentials(const Secret &user, const Secret &password)
{
    const QByteArray pair = user.reveal() + ':' + password.reveal();
    return Secret(pair.toBase64());
}

} // namespace astra::credentials
