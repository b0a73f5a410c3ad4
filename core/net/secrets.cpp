// SPDX-License-Identifier: Apache-2.0
#include "core/net/secrets.h"

#include "core/base/secretnames.h"

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
QByteArrayList quotations(const QByteArray &secret, Quoted least)
{
    const qsizetype tooShortToStrike = least == Quoted::Keys ? 16 : 6; // "1", "r" or "2024" would tear up the text
    QByteArrayList parts {secret, secret.mid(secret.lastIndexOf(' ') + 1)};
    for (const auto &field : secret.split('&')) {
        if (const auto equals = field.indexOf('='); equals > 0 && !accompaniesSignature(field.left(equals)))
            parts.append(field.mid(equals + 1));
    }
    if (secret.startsWith("Basic ")) {
        const QByteArray login = QByteArray::fromBase64(secret.mid(6));
        parts << login << login.mid(login.indexOf(':') + 1);
    }
    for (qsizetype i = 0, end = parts.size(); i < end; ++i) {
        parts.append(QByteArray::fromPercentEncoding(parts[i]));
        parts.append(parts[i].toPercentEncoding());
    }
    parts.removeIf([tooShortToStrike](const QByteArray &part) { return part.size() < tooShortToStrike; });
    std::sort(parts.begin(), parts.end(), [](const QByteArray &a, const QByteArray &b) { return a.size() > b.size(); });
    return parts;
}

constexpr char removed[] = "(removed)";

/// Names of a next page, not keys to anything.
bool namesPage(QByteArrayView value)
{
    const QByteArray start = value.first(std::min<qsizetype>(value.size(), 7)).toByteArray();
    for (const char *page : {"next:", "prev:", "next%3A", "prev%3A"}) {
        if (start.startsWith(page))
            return true;
    }
    return false;
}

bool isSpace(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

/// The next quote from `at` on that no backslash takes for itself; the text's end where there is none.
qsizetype quoteFrom(const QByteArray &text, qsizetype at)
{
    while (at < text.size() && text[at] != '"')
        at += text[at] == '\\' ? 2 : 1;
    return std::min(at, text.size());
}

/// Strikes out "name": "value". Quotes that belong to no such pair do no harm: each one may begin a name.
QByteArray withoutMembers(const QByteArray &text)
{
    QByteArray out;
    qsizetype copied = 0;
    qsizetype open = text.indexOf('"');
    while (open >= 0 && open < text.size()) {
        const qsizetype close = quoteFrom(text, open + 1);
        qsizetype at = close + 1;
        bool colon = false;
        while (at < text.size() && (isSpace(text[at]) || (!colon && text[at] == ':')))
            colon = text[at++] == ':' || colon;
        if (!colon || at >= text.size() || text[at] != '"') {
            open = close;
            continue;
        }
        const qsizetype value = at + 1;
        const qsizetype end = quoteFrom(text, value);
        const auto view = QByteArrayView(text);
        if (namesSecret(view.sliced(open + 1, close - open - 1)) && !namesPage(view.sliced(value, end - value))) {
            out += view.sliced(copied, value - copied);
            out += removed;
            copied = end;
        }
        open = quoteFrom(text, end + 1);
    }
    return copied == 0 ? text : out + text.mid(copied);
}

/// Strikes out name=value, in a query, a form or the middle of a sentence.
QByteArray withoutFields(const QByteArray &text)
{
    const auto inName = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '.'
            || c == '-';
    };
    const auto endsValue = [](char c) { return c == '&' || c == '"' || c == '<' || c == '>' || isSpace(c); };
    QByteArray out;
    qsizetype copied = 0;
    for (qsizetype equals = text.indexOf('='); equals >= 0; equals = text.indexOf('=', equals + 1)) {
        qsizetype start = equals;
        while (start > copied && inName(text[start - 1]))
            --start;
        const auto view = QByteArrayView(text);
        if (!namesSecret(view.sliced(start, equals - start)) || namesPage(view.sliced(equals + 1)))
            continue;
        qsizetype end = std::find_if(text.begin() + equals + 1, text.end(), endsValue) - text.begin();
        qsizetype backslashes = 0;
        while (end < text.size() && text[end] == '"' && text[end - 1 - backslashes] == '\\')
            ++backslashes;
        end -= backslashes % 2; // an odd one is the quote's: JSON that quotes markup stays JSON
        out += view.sliced(copied, equals + 1 - copied);
        out += removed;
        copied = end;
        equals = std::max(equals, end - 1);
    }
    return copied == 0 ? text : out + text.mid(copied);
}

} // namespace

QByteArray redacted(const QByteArray &text)
{
    // Hosts choose what stands in a text and how much of it: every pass is linear.
    static const QRegularExpression bearer(
        QStringLiteral(R"re(\bbearer\s+[\w.~+/=-]{8,}|(?<![\w-])eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*|astra_[\w-]{8,})re"),
        QRegularExpression::CaseInsensitiveOption);
    QByteArray clean = withoutFields(withoutMembers(text));
    // Latin-1 keeps every byte as it is, whatever the encoding.
    QString chars = QString::fromLatin1(clean);
    if (chars.contains(bearer))
        clean = chars.replace(bearer, QString::fromLatin1(removed)).toLatin1();
    return clean;
}

QByteArray withoutSecrets(QByteArray text, const std::vector<Secret> &secrets, Quoted least)
{
    if (text.isEmpty())
        return text;
    for (const auto &secret : secrets) {
        for (const auto &part : quotations(secret.reveal(), least))
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

bool isSecretHeader(const QByteArray &name) { return namesSecret(QByteArray(name).replace('-', '_')); }

bool accompaniesSecret(const QByteArray &header)
{
    return header.toLower().startsWith("x-amz-") && !isSecretHeader(header);
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
