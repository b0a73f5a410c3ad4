// SPDX-License-Identifier: Apache-2.0
#include "core/net/secrets.h"

#include <QRegularExpression>

#include <algorithm>

namespace astra::net {

namespace {

/// Query fields of the signatures we meet (Azure, AWS, CloudFront, Google) beside the signature itself.
bool accompaniesSignature(const QByteArray &name)
{
    static const QByteArrayList azure {"st",    "se",    "sp",  "sv",  "sr",  "sip", "spr", "ss",   "srt",
                                       "skoid", "sktid", "skt", "ske", "sks", "skv", "sdd", "saoid"};
    static const QByteArrayList others {"expires", "policy", "key-pair-id", "awsaccesskeyid", "googleaccessid"};
    const QByteArray lower = name.toLower();
    return azure.contains(lower) || others.contains(lower) || lower.startsWith("x-amz-") || lower.startsWith("x-goog-");
}

/// The ways in which one secret may be quoted: whole, without its scheme, field by field, percent-encoded or not.
QByteArrayList quotations(const QByteArray &secret)
{
    constexpr qsizetype tooShortToStrike = 6; // "1", "r" or "2024" would tear up the text
    QByteArrayList parts {secret, secret.mid(secret.lastIndexOf(' ') + 1)};
    for (const auto &field : secret.split('&')) {
        if (const auto equals = field.indexOf('='); equals > 0 && !accompaniesSignature(field.left(equals)))
            parts.append(field.mid(equals + 1));
    }
    for (qsizetype i = 0, end = parts.size(); i < end; ++i) {
        parts.append(QByteArray::fromPercentEncoding(parts[i]));
        parts.append(parts[i].toPercentEncoding());
    }
    parts.removeIf([](const QByteArray &part) { return part.size() < tooShortToStrike; });
    std::sort(parts.begin(), parts.end(), [](const QByteArray &a, const QByteArray &b) { return a.size() > b.size(); });
    return parts;
}

} // namespace

QByteArray redacted(const QByteArray &text)
{
    // Names as they stand in JSON members, forms and queries of the services we know: token, sig, api_key, password …
    static const QRegularExpression member(
        QStringLiteral(
            R"re(("[^"]*(?:token|secret|password|passwd|api_?key|signature|credential|authorization|cookie)[^"]*"\s*:\s*)"(?!(?:next|prev):)(?:[^"\\]++|\\.)*+")re"),
        QRegularExpression::CaseInsensitiveOption);
    static const QRegularExpression field(
        QStringLiteral(
            R"re(((?<![\w.-])(?:[\w.-]*(?:token|secret|password|api_?key|signature|credential)|sig|key)=)(?!(?:next|prev)(?::|%3A))[^&\s"<>]+)re"),
        QRegularExpression::CaseInsensitiveOption);
    static const QRegularExpression bearer(
        QStringLiteral(R"re((?:\bbearer\s+[\w.~+/=-]{8,}|\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*|astra_[\w-]{8,}))re"),
        QRegularExpression::CaseInsensitiveOption);
    // Latin-1 keeps every byte as it is, whatever the encoding.
    QString chars = QString::fromLatin1(text);
    chars.replace(member, QStringLiteral("\\1\"(removed)\""));
    chars.replace(field, QStringLiteral("\\1(removed)"));
    chars.replace(bearer, QStringLiteral("(removed)"));
    return chars.toLatin1();
}

QByteArray withoutSecrets(QByteArray text, const std::vector<Secret> &secrets)
{
    for (const auto &secret : secrets) {
        for (const auto &part : quotations(secret.reveal()))
            text.replace(part, "(removed)");
    }
    return text;
}

QUrl unsignedAddress(const QUrl &url)
{
    QUrl plain = url.adjusted(QUrl::RemoveUserInfo | QUrl::RemoveFragment);
    if (!url.hasQuery())
        return plain;
    QByteArrayList fields = url.query(QUrl::FullyEncoded).toLatin1().split('&');
    const auto signs = [](const QByteArray &one) { return redacted(one) != one; };
    if (fields.removeIf(signs) > 0)
        fields.removeIf([](const QByteArray &one) { return accompaniesSignature(one.left(one.indexOf('='))); });
    fields.removeIf([](const QByteArray &one) { return one.isEmpty(); });
    std::sort(fields.begin(), fields.end());
    plain.setQuery(fields.isEmpty() ? QString() : QString::fromLatin1(fields.join('&')));
    return plain;
}

bool isOpenHeader(const QByteArray &name)
{
    static const QByteArrayList open {
        "accept",        "content-type",  "content-length",   "content-range", "range",
        "etag",          "last-modified", "retry-after",      "date",          "link",
        "accept-ranges", "if-match",      "content-encoding", "cache-control", "x-request-id"};
    const QByteArray lower = name.toLower();
    return open.contains(lower) || lower.startsWith("x-ratelimit-") || lower.startsWith("ratelimit-");
}

} // namespace astra::net
