// SPDX-License-Identifier: Apache-2.0
#include "core/net/readcounter.h"

namespace astra::net {

namespace {

constexpr std::size_t mostRetries = 10000;

} // namespace

void ReadCounter::received(qint64 bytes)
{
    const std::lock_guard lock(m_mutex);
    m_report.bytes += bytes;
    ++m_report.requests;
}

void ReadCounter::again(const QUrl &href, ByteRange range, const Error &why, int tries)
{
    data::Retry retry;
    retry.host = QString(href.host() + u'/' + href.fileName());
    retry.why = why.message;
    retry.offset = static_cast<qint64>(range.offset);
    retry.length = static_cast<qint64>(range.length);
    retry.attempt = tries;
    const std::lock_guard lock(m_mutex);
    ++m_report.requests;
    if (m_report.retries.size() < mostRetries)
        m_report.retries.push_back(std::move(retry));
}

data::ReadReport ReadCounter::report() const
{
    const std::lock_guard lock(m_mutex);
    return m_report;
}

} // namespace astra::net
