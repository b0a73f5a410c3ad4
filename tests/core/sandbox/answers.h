// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/json.h"

#include <QEventLoop>
#include <QNetworkAccessManager>
#include <QNetworkReply>

#include <memory>

namespace astra::test {

struct Answer {
    int status = 0;
    QByteArray body;
    QByteArray type;
    QByteArray contentRange;
    QByteArray retryAfter;
    QByteArray encoding;
    QUrl url; ///< after redirects
    QNetworkReply::NetworkError error = QNetworkReply::NoError;
    Json json;
};

/// Asks and waits. @param waitMs gives up after so long; 0: never
inline Answer ask(QNetworkAccessManager &net, const QByteArray &method, QNetworkRequest request,
                  const QByteArray &body = {}, int waitMs = 0)
{
    request.setHeader(QNetworkRequest::ContentTypeHeader, QStringLiteral("application/json"));
    if (waitMs > 0)
        request.setTransferTimeout(waitMs);
    const std::unique_ptr<QNetworkReply> reply(net.sendCustomRequest(request, method, body));
    QEventLoop loop;
    QObject::connect(reply.get(), &QNetworkReply::finished, &loop, &QEventLoop::quit);
    loop.exec();
    Answer answer;
    answer.status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    answer.error = reply->error();
    answer.url = reply->url();
    answer.body = reply->readAll();
    answer.type = reply->rawHeader("Content-Type");
    answer.contentRange = reply->rawHeader("Content-Range");
    answer.retryAfter = reply->rawHeader("Retry-After");
    answer.encoding = reply->rawHeader("Content-Encoding");
    if (const auto json = parseJson(answer.body))
        answer.json = *json;
    return answer;
}

/// The link to the next page, or null.
inline Json nextOf(const Json &page)
{
    for (const Json &link : member(page, "links")) {
        if (stringAt(link, "rel") == u"next")
            return link;
    }
    return {};
}

} // namespace astra::test
