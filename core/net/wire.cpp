// SPDX-License-Identifier: Apache-2.0
#include "core/net/wire.h"

#include <QCoreApplication>
#include <QLocale>
#include <QRegularExpression>

#include <zlib.h>

#include <algorithm>
#include <array>

namespace astra::net {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::net)
};

std::optional<quint64> number(const QByteArray &text)
{
    if (text.isEmpty() || !std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }))
        return std::nullopt;
    bool ok = false;
    const quint64 value = text.toULongLong(&ok);
    return ok ? std::optional(value) : std::nullopt;
}

} // namespace

QByteArray headerValue(const QList<Header> &headers, const QByteArray &name)
{
    for (const auto &header : headers) {
        if (header.first.compare(name, Qt::CaseInsensitive) == 0)
            return header.second;
    }
    return {};
}

bool isRetryable(int status) { return status == 429 || (status >= 502 && status <= 504); }

bool isRedirect(int status)
{
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

bool isLoopback(const QUrl &url)
{
    const QString host = url.host();
    return host == QLatin1String("127.0.0.1") || host == QLatin1String("::1") || host == QLatin1String("localhost");
}

bool sameOrigin(const QUrl &a, const QUrl &b)
{
    const auto port = [](const QUrl &url) { return url.port(url.scheme() == QLatin1String("https") ? 443 : 80); };
    return a.scheme() == b.scheme() && a.host() == b.host() && port(a) == port(b);
}

std::optional<std::chrono::milliseconds> retryAfter(const QByteArray &value, const QDateTime &now)
{
    const QByteArray text = value.trimmed();
    if (const auto seconds = number(text))
        return std::chrono::seconds(std::min<quint64>(*seconds, 1000000));
    QDateTime date = QLocale::c().toDateTime(QString::fromLatin1(text),
                                             QStringLiteral("ddd, dd MMM yyyy hh:mm:ss 'GMT'"));
    if (!date.isValid())
        return std::nullopt;
    date.setTimeSpec(Qt::UTC);
    const qint64 wait = now.msecsTo(date);
    return wait > 0 ? std::optional(std::chrono::milliseconds(wait)) : std::nullopt;
}

std::chrono::milliseconds backoff(std::chrono::milliseconds first, int retry, double jitter)
{
    const double full = static_cast<double>(first.count()) * static_cast<double>(1 << std::clamp(retry - 1, 0, 6));
    return std::chrono::milliseconds(static_cast<qint64>(full * (0.5 + jitter)));
}

std::optional<ContentRange> parseContentRange(const QByteArray &value)
{
    const QByteArray text = value.trimmed();
    const auto dash = text.indexOf('-');
    const auto slash = text.indexOf('/');
    if (!text.toLower().startsWith("bytes ") || dash < 6 || slash < dash)
        return std::nullopt;
    const auto first = number(text.mid(6, dash - 6).trimmed());
    const auto last = number(text.mid(dash + 1, slash - dash - 1));
    const auto size = number(text.mid(slash + 1));
    if (!first || !last || !size || *first > *last || *last >= *size)
        return std::nullopt;
    return ContentRange {*first, *last, *size};
}

Result<QByteArray> inflated(const QByteArray &data, qint64 maxBytes, const QString &host)
{
    z_stream stream {};
    constexpr int gzipOrZlib = 15 + 32;
    if (inflateInit2(&stream, gzipOrZlib) != Z_OK)
        return fail(ErrorCode::Internal, Text::tr("The decompressor could not be started."), host);
    // zlib never writes to its input; its type only predates const.
    stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(data.constData()));
    stream.avail_in = static_cast<uInt>(data.size());
    QByteArray out;
    std::array<char, 65536> chunk {};
    int state = Z_OK;
    while (state == Z_OK && out.size() <= maxBytes) {
        stream.next_out = reinterpret_cast<Bytef *>(chunk.data());
        stream.avail_out = static_cast<uInt>(chunk.size());
        state = inflate(&stream, Z_NO_FLUSH);
        out.append(chunk.data(), static_cast<qsizetype>(chunk.size() - stream.avail_out));
    }
    inflateEnd(&stream);
    if (out.size() > maxBytes)
        return fail(ErrorCode::InvalidInput, Text::tr("The answer of %1 is too large once unpacked.").arg(host), host);
    if (state != Z_STREAM_END)
        return fail(ErrorCode::Network, Text::tr("The compressed answer of %1 is damaged. Try again.").arg(host), host,
                    true);
    return out;
}

QByteArray redacted(const QByteArray &text)
{
    // Names as they stand in JSON members, forms and queries of the services we know: token, sig, api_key, password …
    static const QRegularExpression member(
        QStringLiteral(
            R"re(("[^"]*(?:token|secret|password|passwd|api_?key|signature|credential)[^"]*"\s*:\s*)"[^"]*")re"),
        QRegularExpression::CaseInsensitiveOption);
    static const QRegularExpression field(
        QStringLiteral(
            R"re(((?<![\w.-])(?:[\w.-]*(?:token|secret|password|api_?key|signature|credential)|sig|key)=)[^&\s"<>]+)re"),
        QRegularExpression::CaseInsensitiveOption);
    static const QRegularExpression astraKey(QStringLiteral("astra_[A-Za-z0-9_-]{8,}"));
    // Latin-1 keeps every byte as it is, whatever the encoding.
    QString chars = QString::fromLatin1(text);
    chars.replace(member, QStringLiteral("\\1\"(removed)\""));
    chars.replace(field, QStringLiteral("\\1(removed)"));
    chars.replace(astraKey, QStringLiteral("(removed)"));
    return chars.toLatin1();
}

QString shown(const QUrl &url) { return url.toString(QUrl::RemoveUserInfo | QUrl::RemoveQuery | QUrl::RemoveFragment); }

} // namespace astra::net
