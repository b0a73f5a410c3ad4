// SPDX-License-Identifier: Apache-2.0
#include "core/net/patience.h"

#include "core/net/wire.h"

#include <QLocale>

#include <algorithm>

namespace astra::net {

namespace {

/// A budget that comes back later than this is more likely a slip of the host's than its will.
constexpr std::chrono::milliseconds longestReset = std::chrono::hours(1);
/// Spreading slows a request down; it must not keep it from being made.
constexpr qint64 longestSpacing = 5000;

std::optional<QDateTime> httpDate(const QByteArray &text)
{
    QDateTime date = QLocale::c().toDateTime(QString::fromLatin1(text.trimmed()),
                                             QStringLiteral("ddd, dd MMM yyyy hh:mm:ss 'GMT'"));
    if (!date.isValid())
        return std::nullopt;
    date.setTimeSpec(Qt::UTC);
    return date;
}

/// The number before any "," or ";": "100, 100;w=60" is 100.
std::optional<qint64> leadingNumber(const QByteArray &text)
{
    const QByteArray trimmed = text.trimmed();
    const auto end = std::find_if(trimmed.begin(), trimmed.end(), [](char c) { return c < '0' || c > '9'; });
    if (end != trimmed.end() && *end != ',' && *end != ';' && *end != '.')
        return std::nullopt;
    bool ok = false;
    const qint64 value = trimmed.left(end - trimmed.begin()).toLongLong(&ok);
    return ok ? std::optional(value) : std::nullopt;
}

/// s that the answer has lain in a cache on the way.
qint64 ageOf(const QList<Header> &headers)
{
    constexpr quint64 year = 366 * 86400;
    return static_cast<qint64>(std::min(wholeNumber(headerValue(headers, "Age").trimmed()).value_or(0), year));
}

std::optional<std::chrono::milliseconds> resetIn(qint64 value, const QDateTime &now)
{
    constexpr qint64 secondsSince1970 = 1000000000; // as a span it would be thirty years
    constexpr qint64 millisecondsSince1970 = secondsSince1970 * 1000;
    std::chrono::milliseconds wait {0};
    if (value >= millisecondsSince1970)
        wait = std::chrono::milliseconds(value - now.toMSecsSinceEpoch());
    else if (value >= secondsSince1970)
        wait = std::chrono::milliseconds(value * 1000 - now.toMSecsSinceEpoch());
    else
        wait = std::chrono::seconds(value);
    return wait.count() > 0 && wait <= longestReset ? std::optional(wait) : std::nullopt;
}

} // namespace

bool isRetryable(int status) { return status == 429 || (status >= 502 && status <= 504); }

QDateTime hostTime(const QList<Header> &headers, const QDateTime &local)
{
    const auto date = httpDate(headerValue(headers, "Date"));
    // What came out of a cache on the way was dated when it went in.
    return date ? date->addSecs(ageOf(headers)) : local;
}

std::optional<std::chrono::milliseconds> retryAfter(const QByteArray &value, const QDateTime &now)
{
    const QByteArray text = value.trimmed();
    if (const auto seconds = wholeNumber(text))
        return std::chrono::seconds(std::min<quint64>(*seconds, 1000000));
    const auto date = httpDate(text);
    const qint64 wait = date ? now.msecsTo(*date) : 0;
    return wait > 0 ? std::optional(std::chrono::milliseconds(wait)) : std::nullopt;
}

std::chrono::milliseconds backoff(std::chrono::milliseconds first, int retry, double jitter)
{
    const double full = static_cast<double>(first.count()) * static_cast<double>(1 << std::clamp(retry - 1, 0, 6));
    return std::chrono::milliseconds(static_cast<qint64>(full * (0.5 + jitter)));
}

bool RateBudget::isScarce() const
{
    constexpr qint64 fewOfUnknown = 5;
    return limit > 0 ? remaining * 5 <= limit : remaining <= fewOfUnknown;
}

std::optional<RateBudget> rateBudget(const QList<Header> &headers, const QDateTime &now)
{
    if (ageOf(headers) > 0)
        return std::nullopt; // of whoever was answered first
    for (const auto *family : {"X-RateLimit-", "RateLimit-"}) {
        const QByteArray prefix(family);
        const auto remaining = leadingNumber(headerValue(headers, prefix + "Remaining"));
        const auto reset = leadingNumber(headerValue(headers, prefix + "Reset"));
        const auto wait = reset ? resetIn(*reset, now) : std::nullopt;
        if (remaining && wait)
            return RateBudget {*remaining, leadingNumber(headerValue(headers, prefix + "Limit")).value_or(0), *wait};
    }
    return std::nullopt;
}

void Ration::set(const RateBudget &budget, qint64 underWay, qint64 now)
{
    m_scarce = budget.isScarce();
    m_left = budget.remaining - underWay;
    m_reset = now + static_cast<qint64>(budget.reset.count());
    m_spaced = (m_last < 0 ? now : m_last) + spacing(now);
}

void Ration::started(qint64 now)
{
    --m_left;
    m_last = now;
    m_spaced = now + spacing(now);
}

qint64 Ration::next(qint64 now) const
{
    if (!m_scarce || now >= m_reset)
        return 0;
    return m_left <= 0 ? m_reset : m_spaced;
}

qint64 Ration::spacing(qint64 now) const
{
    return std::min((m_reset - now) / (std::max<qint64>(m_left, 0) + 1), longestSpacing);
}

} // namespace astra::net
