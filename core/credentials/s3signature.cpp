// SPDX-License-Identifier: Apache-2.0
#include "core/credentials/s3signature.h"

#include <QCryptographicHash>
#include <QMessageAuthenticationCode>

#include <algorithm>

namespace astra::credentials {

namespace {

/// Both sides sign the address in one spelling: everything encoded but letters, digits and "-._~".
QByteArray spelt(const QByteArray &encoded, const QByteArray &kept = {})
{
    return QByteArray::fromPercentEncoding(encoded).toPercentEncoding(kept);
}

QByteArray speltQuery(const QByteArray &query)
{
    if (query.isEmpty())
        return {};
    QList<QByteArray> parts;
    for (const QByteArray &part : query.split('&')) {
        const qsizetype sign = part.indexOf('=');
        const QByteArray value = sign < 0 ? QByteArray() : part.mid(sign + 1);
        parts.append(spelt(sign < 0 ? part : part.left(sign)) + '=' + spelt(value));
    }
    std::ranges::sort(parts);
    return parts.join('&');
}

QByteArray hash(const QByteArray &text) { return QCryptographicHash::hash(text, QCryptographicHash::Sha256); }

QByteArray hmac(const QByteArray &key, const QByteArray &text)
{
    return QMessageAuthenticationCode::hash(text, key, QCryptographicHash::Sha256);
}

QByteArray hostHeader(const QUrl &url)
{
    QByteArray host = url.host(QUrl::FullyEncoded).toLatin1();
    if (host.contains(':'))
        host = '[' + host + ']';
    const int usual = url.scheme() == u"https" ? 443 : 80;
    return url.port(usual) == usual ? host : host + ':' + QByteArray::number(url.port());
}

} // namespace

net::Authorization signedGet(const QUrl &url, const Secret &accessKey, const Secret &secretKey, const QString &region,
                             bool requesterPays, const QDateTime &time)
{
    const QByteArray moment = time.toUTC().toString(QStringLiteral("yyyyMMdd'T'HHmmss'Z'")).toLatin1();
    const QByteArray day = moment.left(8);
    const QByteArray payload = "UNSIGNED-PAYLOAD"; // there is none

    // In the order of their names.
    QList<net::Header> headers {{"host", hostHeader(url)}, {"x-amz-content-sha256", payload}, {"x-amz-date", moment}};
    if (requesterPays)
        headers.append(net::Header("x-amz-request-payer", "requester"));
    QByteArray lines;
    QByteArrayList names;
    for (const auto &[name, value] : headers) {
        lines += name + ':' + value + '\n';
        names.append(name);
    }
    const QByteArray list = names.join(';');
    QByteArray path = spelt(url.path(QUrl::FullyEncoded).toLatin1(), "/");
    if (path.isEmpty())
        path = "/";
    const QByteArray query = speltQuery(url.query(QUrl::FullyEncoded).toLatin1());
    const QByteArray request = "GET\n" + path + '\n' + query + '\n' + lines + '\n' + list + '\n' + payload;

    const QByteArray scope = day + '/' + region.toLatin1() + "/s3/aws4_request";
    const QByteArray text = "AWS4-HMAC-SHA256\n" + moment + '\n' + scope + '\n' + hash(request).toHex();
    QByteArray key = hmac("AWS4" + secretKey.reveal(), day);
    for (const QByteArray &part : {region.toLatin1(), QByteArray("s3"), QByteArray("aws4_request")})
        key = hmac(key, part);

    net::Authorization authorization;
    for (const auto &[name, value] : headers) {
        if (name != "host") // which the client sends itself
            authorization.headers.append({name, Secret(value)});
    }
    authorization.headers.append({"Authorization",
                                  Secret("AWS4-HMAC-SHA256 Credential=" + accessKey.reveal() + '/' + scope
                                         + ",SignedHeaders=" + list + ",Signature=" + hmac(key, text).toHex())});
    return authorization;
}

} // namespace astra::credentials
