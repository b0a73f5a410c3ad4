// SPDX-License-Identifier: Apache-2.0
#include "core/net/transport.h"

#include "core/net/answercache.h"
#include "core/net/proxies.h"
#include "core/net/recording.h"
#include "core/net/trust.h"

#include <QNetworkReply>
#include <QSslCertificate>

#include <algorithm>
#include <vector>

namespace astra::net {

Transport::Transport(ClientConfig config, std::shared_ptr<SharedState> state)
    : m_config(std::move(config))
    , m_state(std::move(state))
    , m_proxies(std::make_unique<Proxies>([](const char *name) { return qEnvironmentVariable(name); }))
{
    m_clock.start();
    m_disk.setMaxThreadCount(1);
    if (!m_config.recordTo.isEmpty())
        m_recorder = std::make_unique<Recorder>(m_config.recordTo);
    if (!m_config.replayFrom.isEmpty())
        m_replayer = std::make_unique<Replayer>(m_config.replayFrom);
    m_answers = std::make_unique<AnswerCache>(
        m_config.cacheDir.isEmpty() ? QString() : QString(m_config.cacheDir + u"/answers"), m_config.answerCacheBytes);
}

Transport::~Transport()
{
    // Exchanges hold replies of the managers and give back turns: they go first, while all that still stands.
    m_ending = true;
    const auto all = children();
    for (auto *child : all) {
        if (!qobject_cast<QNetworkAccessManager *>(child))
            delete child;
    }
}

void Transport::readTrust()
{
    auto trusted = QSslCertificate::fromData(m_config.extraCa);
    trusted += certificatesIn(m_config.caDir);
    m_encryption.reset();
    if (!trusted.isEmpty()) {
        m_encryption = QSslConfiguration::defaultConfiguration();
        m_encryption->addCaCertificates(trusted);
    }
    // A connection that is kept was judged by what was trusted when it was made. (Clearing a manager's connections ends
    // what is under way on them without a word.)
    for (auto *old : findChildren<QNetworkAccessManager *>(QString(), Qt::FindDirectChildrenOnly)) {
        if (old->findChildren<QNetworkReply *>(QString(), Qt::FindDirectChildrenOnly).isEmpty())
            delete old;
    }
    m_network = new QNetworkAccessManager(this);
    m_network->setRedirectPolicy(QNetworkRequest::ManualRedirectPolicy);
    m_network->setProxyFactory(new Proxies(*m_proxies));
}

std::shared_ptr<Authorizer> Transport::authorizer() const
{
    const std::lock_guard lock(m_state->mutex);
    return m_state->authorizer;
}

Transport::Host &Transport::host(const QString &name)
{
    auto found = m_hosts.find(name);
    if (found == m_hosts.end()) {
        Host fresh;
        fresh.parallel = std::max(1, m_config.requestsPerHost);
        fresh.interval = m_config.ratePerSecond > 0 ? static_cast<qint64>(1000 / m_config.ratePerSecond) : 0;
        found = m_hosts.insert(name, fresh);
    }
    return *found;
}

void Transport::setHostLimit(const QString &name, int parallel, double perSecond)
{
    Host &entry = host(name);
    entry.parallel = std::max(1, parallel);
    entry.interval = perSecond > 0 ? static_cast<qint64>(1000 / perSecond) : 0;
}

void Transport::enter(const QString &name, Turn turn)
{
    const QPointer<QObject> caller = turn.caller;
    host(name).waiting.push_back({caller, std::move(turn), 0});
    pump(name);
}

void Transport::leave(const QString &name)
{
    --host(name).running;
    pump(name);
}

void Transport::withdraw(const QString &name, const QObject *caller)
{
    auto &waiting = host(name).waiting;
    waiting.erase(std::remove_if(waiting.begin(), waiting.end(),
                                 [caller](const Waiting &other) { return other.caller == caller; }),
                  waiting.end());
}

void Transport::pause(const QString &name, std::chrono::milliseconds time)
{
    Host &entry = host(name);
    entry.paused = std::max(entry.paused, m_clock.elapsed() + static_cast<qint64>(time.count()));
}

void Transport::ration(const QString &name, const RateBudget &budget)
{
    Host &entry = host(name);
    entry.ration.set(budget, entry.running - 1, m_clock.elapsed());
    pump(name);
}

void Transport::pump(const QString &name)
{
    // A started request may come back here (an error at once), so nothing is held across `go`.
    while (!m_ending) {
        Host &entry = host(name);
        while (!entry.waiting.empty() && !entry.waiting.front().caller)
            entry.waiting.pop_front();
        if (entry.waiting.empty())
            return;
        const qint64 now = m_clock.elapsed();
        const qint64 rationed = entry.ration.next(now);
        const qint64 asked = std::max(entry.paused, rationed);
        if (asked > now) {
            startTimer(name, asked - now);
            const bool spent = asked == rationed && entry.ration.isSpent(now);
            tell(entry, asked, spent, asked > rationed || spent);
            return;
        }
        if (entry.running >= entry.parallel)
            return;
        if (entry.next > now) {
            startTimer(name, entry.next - now);
            return;
        }
        entry.next = now + entry.interval;
        entry.ration.started(now);
        ++entry.running;
        const auto go = std::move(entry.waiting.front().turn.go);
        entry.waiting.pop_front();
        go();
    }
}

void Transport::startTimer(const QString &name, qint64 wait)
{
    Host &entry = host(name);
    if (!entry.timer) {
        entry.timer = new QTimer(this);
        entry.timer->setSingleShot(true);
        entry.timer->setTimerType(Qt::PreciseTimer);
        connect(entry.timer, &QTimer::timeout, this, [this, name] { pump(name); });
    }
    entry.timer->start(static_cast<int>(wait));
}

void Transport::tell(Host &entry, qint64 start, bool spent, bool everyone)
{
    constexpr qint64 worthTelling = 100;
    // Whoever is told may give up and leave the queue.
    std::vector<std::pair<QPointer<QObject>, std::function<void()>>> calls;
    const std::chrono::milliseconds wait(start - m_clock.elapsed());
    for (auto &waiting : entry.waiting) {
        if (waiting.caller && start > waiting.held + worthTelling && waiting.turn.hold) {
            waiting.held = start;
            calls.emplace_back(waiting.caller, [hold = waiting.turn.hold, wait, spent] { hold(wait, spent); });
        }
        if (!everyone)
            break; // spread out, those behind the first do not know their turn yet
    }
    for (const auto &[caller, call] : calls) {
        if (caller)
            call();
    }
}

} // namespace astra::net
