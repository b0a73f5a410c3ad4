// SPDX-License-Identifier: Apache-2.0
#include "ui/settings/noticeswitches.h"

#include <QVariantMap>

namespace astra::settings {

using Kind = data::AccountNotice::Kind;

void NoticeSwitches::setEngine(std::shared_ptr<engine::Engine> engine)
{
    if (m_engine)
        m_engine->disconnect(this);
    m_engine = std::move(engine);
    m_error.clear();
    if (m_engine)
        connect(m_engine.get(), &engine::Engine::accountsChanged, this, &NoticeSwitches::refresh);
    refresh();
}

void NoticeSwitches::refresh()
{
    const auto settings = m_engine ? m_engine->noticeSettings() : data::NoticeSettings {};
    if (settings == m_settings)
        return;
    m_settings = settings;
    Q_EMIT changed();
}

QVariantList NoticeSwitches::switches()
{
    QVariantList list;
    const auto add = [&](Kind kind, const QString &text) {
        list.append(QVariantMap {{QStringLiteral("kind"), static_cast<int>(kind)}, {QStringLiteral("text"), text}});
    };
    add(Kind::Refused, tr("The service refused it"));
    add(Kind::Expiring, tr("It ends soon"));
    add(Kind::Old, tr("The key is 90 days old"));
    add(Kind::Unused, tr("It was not used for 90 days"));
    add(Kind::Spike, tr("Ten times the requests of its usual day"));
    return list;
}

QVariantList NoticeSwitches::on() const
{
    const auto value = [&](Kind kind) {
        switch (kind) {
        case Kind::Old:
            return m_settings.old;
        case Kind::Unused:
            return m_settings.unused;
        case Kind::Spike:
            return m_settings.spike;
        case Kind::Expiring:
            return m_settings.expiring;
        case Kind::Refused:
            return m_settings.refused;
        case Kind::Credits:
            return m_settings.dailyCredits.has_value();
        case Kind::Quota:
        case Kind::Left:
            break;
        }
        return m_settings.dailyRequests.has_value();
    };
    QVariantList list;
    for (int kind = 0; kind <= static_cast<int>(Kind::Refused); ++kind)
        list.append(value(static_cast<Kind>(kind)));
    return list;
}

void NoticeSwitches::set(int kind, bool on)
{
    data::NoticeSettings settings = m_settings;
    switch (static_cast<Kind>(kind)) {
    case Kind::Old:
        settings.old = on;
        break;
    case Kind::Unused:
        settings.unused = on;
        break;
    case Kind::Spike:
        settings.spike = on;
        break;
    case Kind::Expiring:
        settings.expiring = on;
        break;
    case Kind::Refused:
        settings.refused = on;
        break;
    case Kind::Quota:
        // It is on by its number; without one there is none.
        if (!on)
            settings.dailyRequests.reset();
        break;
    case Kind::Credits:
        if (!on)
            settings.dailyCredits.reset();
        break;
    case Kind::Left:
        break;
    }
    keep(settings);
}

void NoticeSwitches::setDailyLimit(int limit)
{
    data::NoticeSettings settings = m_settings;
    settings.dailyRequests = limit > 0 ? std::optional(limit) : std::nullopt;
    keep(settings);
}

void NoticeSwitches::keep(const data::NoticeSettings &settings)
{
    if (!m_engine || settings == m_settings)
        return;
    m_settings = settings;
    Q_EMIT changed();
    deliver(m_engine->setNoticeSettings(settings), this, [this](const Result<void> &kept) {
        m_error = kept ? QString() : kept.error().message;
        refresh();
        Q_EMIT changed();
    });
}

} // namespace astra::settings
