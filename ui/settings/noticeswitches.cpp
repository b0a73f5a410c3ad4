// SPDX-License-Identifier: Apache-2.0
#include "ui/settings/noticeswitches.h"

#include <QVariantMap>

#include <array>

namespace astra::settings {

namespace {

using data::NoticeSettings;
using Kind = data::AccountNotice::Kind;

struct Switch {
    Kind kind;
    const char *name;
    bool NoticeSettings::*flag;
};
constexpr std::array switchTable {
    Switch {Kind::Refused, "refused", &NoticeSettings::refused},
    Switch {Kind::Expiring, "expiring", &NoticeSettings::expiring}, Switch {Kind::Old, "old", &NoticeSettings::old},
    Switch {Kind::Unused, "unused", &NoticeSettings::unused}, Switch {Kind::Spike, "spike", &NoticeSettings::spike}};

struct Limit {
    Kind kind;
    const char *name;
    std::optional<int> NoticeSettings::*number;
};
constexpr std::array limitTable {Limit {Kind::Quota, "requests", &NoticeSettings::dailyRequests},
                                 Limit {Kind::Credits, "credits", &NoticeSettings::dailyCredits}};

QVariantMap entry(Kind kind, const QString &text, const QString &note = {})
{
    return {{QStringLiteral("name"), NoticeSwitches::nameOf(kind)},
            {QStringLiteral("text"), text},
            {QStringLiteral("note"), note}};
}

} // namespace

QString NoticeSwitches::nameOf(Kind kind)
{
    for (const auto &one : switchTable) {
        if (one.kind == kind)
            return QString::fromLatin1(one.name);
    }
    for (const auto &one : limitTable) {
        if (one.kind == kind)
            return QString::fromLatin1(one.name);
    }
    return {};
}

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
    const auto settings = m_engine ? m_engine->noticeSettings() : NoticeSettings {};
    if (settings == m_settings)
        return;
    m_settings = settings;
    Q_EMIT changed();
}

QVariantList NoticeSwitches::switches()
{
    return {entry(Kind::Refused, tr("The service refused it")), entry(Kind::Expiring, tr("It ends soon")),
            entry(Kind::Old, tr("The key is 90 days old")), entry(Kind::Unused, tr("It has not been used for 90 days")),
            entry(Kind::Spike, tr("Ten times the requests of its usual day"),
                  tr("from 100 requests on, once seven days are known"))};
}

QVariantList NoticeSwitches::limits()
{
    return {entry(Kind::Quota, tr("More requests a day than")),
            entry(Kind::Credits, tr("More credits a day than"), tr("where the service counts them"))};
}

QVariantMap NoticeSwitches::on() const
{
    QVariantMap on;
    for (const auto &one : switchTable)
        on.insert(QString::fromLatin1(one.name), m_settings.*one.flag);
    for (const auto &one : limitTable)
        on.insert(QString::fromLatin1(one.name), (m_settings.*one.number).has_value());
    return on;
}

QVariantMap NoticeSwitches::limit() const
{
    QVariantMap limit;
    for (const auto &one : limitTable)
        limit.insert(QString::fromLatin1(one.name), (m_settings.*one.number).value_or(0));
    return limit;
}

void NoticeSwitches::set(const QString &name, bool on)
{
    NoticeSettings settings = m_settings;
    for (const auto &one : switchTable) {
        if (name == QLatin1String(one.name))
            settings.*one.flag = on;
    }
    for (const auto &one : limitTable) {
        if (name == QLatin1String(one.name) && !on)
            (settings.*one.number).reset();
    }
    keep(settings);
}

void NoticeSwitches::setLimit(const QString &name, int number)
{
    NoticeSettings settings = m_settings;
    for (const auto &one : limitTable) {
        if (name == QLatin1String(one.name))
            settings.*one.number = number > 0 ? std::optional(number) : std::nullopt;
    }
    keep(settings);
}

void NoticeSwitches::keep(const NoticeSettings &settings)
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
