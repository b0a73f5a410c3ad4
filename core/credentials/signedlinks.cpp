// SPDX-License-Identifier: Apache-2.0
#include "core/credentials/signedlinks.h"

#include "core/credentials/expiry.h"

#include <QCoreApplication>

#include <algorithm>

namespace astra::credentials {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::SignedLinks)
};

constexpr std::size_t maxBatches = 1000; ///< scenes opened since the program began
// An address that goes on being refused, or a service that is down, must not make us ask with every read.
constexpr qint64 pauseSeconds = 5;
constexpr qint64 failurePauseSeconds = 60;

} // namespace

/// What was signed together.
struct SignedLinks::Batch {
    std::mutex mutex;
    std::map<QUrl, net::Authorization> signatures;
    QDateTime renewAt;
    QDateTime endsAt;
    QDateTime refusedAt; ///< when a refusal last made us ask again
    QDateTime failedAt; ///< when asking last failed …
    Error failure; ///< … and why
    net::SignAgain again;
    Shared<void> flight;

    void take(const std::vector<net::SignedLink> &links, const QDateTime &now)
    {
        auto life = std::chrono::seconds::max();
        for (const auto &link : links) {
            signatures[link.url] = net::Authorization {{}, link.query, link.test};
            life = std::min(life, link.life);
        }
        renewAt = now.addSecs(useSeconds(life.count()));
        endsAt = std::max(now.addSecs(life.count()), renewAt);
        failedAt = {};
    }
    [[nodiscard]] net::Authorization signature(const QUrl &url) const
    {
        const auto found = signatures.find(url);
        return found == signatures.end() ? net::Authorization() : found->second;
    }
};

SignedLinks::SignedLinks(Clock clock)
    : m_clock(std::move(clock))
{
}

QString SignedLinks::keyOf(const QString &connection, const QUrl &url)
{
    return QString(connection + u' ' + url.toString(QUrl::FullyEncoded));
}

void SignedLinks::keep(const QString &connection, const std::vector<net::SignedLink> &links, net::SignAgain again)
{
    if (links.empty() || !again)
        return;
    const auto batch = std::make_shared<Batch>();
    batch->take(links, m_clock());
    batch->again = std::move(again);
    const std::lock_guard lock(m_mutex);
    for (const auto &link : links)
        m_byUrl[keyOf(connection, link.url)] = batch;
    m_order.push_back(batch);
    if (m_order.size() <= maxBatches)
        return;
    const auto oldest = m_order.front().lock();
    m_order.pop_front();
    std::erase_if(m_byUrl, [&](const auto &entry) { return entry.second == oldest; });
}

std::optional<Future<net::Authorization>> SignedLinks::query(const QString &connection, const QUrl &url, bool refused)
{
    std::shared_ptr<Batch> batch;
    {
        const std::lock_guard lock(m_mutex);
        const auto found = m_byUrl.find(keyOf(connection, url));
        if (found == m_byUrl.end())
            return std::nullopt;
        batch = found->second;
    }
    {
        const std::lock_guard lock(batch->mutex);
        const QDateTime now = m_clock();
        const bool again = refused && (!batch->refusedAt.isValid() || batch->refusedAt.secsTo(now) >= pauseSeconds);
        if (again) {
            batch->refusedAt = now;
            batch->renewAt = batch->endsAt = now; // whatever was said of their end, it has come
        }
        if (now < batch->renewAt)
            return ready<net::Authorization>(batch->signature(url));
        if (batch->failedAt.isValid() && batch->failedAt.secsTo(now) < pauseSeconds)
            return ready<net::Authorization>(fail(batch->failure));
    }
    const auto renewed = batch->flight.get([batch, clock = m_clock] {
        return chain(batch->again(), [batch, clock](const Result<std::vector<net::SignedLink>> &links) -> Result<void> {
            const std::lock_guard lock(batch->mutex);
            const QDateTime now = clock();
            if (links && !links->empty()) {
                batch->take(*links, now);
                return {};
            }
            if (now >= batch->endsAt) {
                batch->failedAt = now;
                batch->failure = links
                    ? fail(ErrorCode::NotFound, Text::tr("The service does not sign the files of this scene any more."))
                          .value()
                    : links.error();
                return fail(batch->failure);
            }
            batch->renewAt = std::min(now.addSecs(failurePauseSeconds), batch->endsAt); // these still serve
            return {};
        });
    });
    return chain(renewed, [batch, url](const Result<void> &done) -> Result<net::Authorization> {
        if (!done)
            return fail(done.error());
        const std::lock_guard lock(batch->mutex);
        return batch->signature(url);
    });
}

} // namespace astra::credentials
