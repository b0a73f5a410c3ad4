// SPDX-License-Identifier: Apache-2.0
#include "ui/settings/accountwords.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>

namespace astra::settings {

namespace {

using Place = data::Account::Place;

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::settings)
};

constexpr qint64 minute = 60;
constexpr qint64 hour = 60 * minute;
constexpr qint64 day = 24 * hour;

QString dateText(const QDateTime &moment)
{
    return QLocale().toString(moment.toLocalTime().date(), Text::tr("d MMM yyyy"));
}

QString number(double value)
{
    return QLocale().toString(value, 'f', value == static_cast<double>(qint64(value)) ? 0 : 2);
}
QString number(qint64 value) { return QLocale().toString(value); }

class Facts
{
public:
    void add(const QString &label, const QString &value)
    {
        if (!value.isEmpty())
            m_list.append(QVariantMap {{QStringLiteral("label"), label}, {QStringLiteral("value"), value}});
    }
    void addCode(const QString &label, const QString &value)
    {
        if (!value.isEmpty()) {
            m_list.append(QVariantMap {
                {QStringLiteral("label"), label}, {QStringLiteral("value"), value}, {QStringLiteral("code"), true}});
        }
    }
    template<typename T> void add(const QString &label, const std::optional<T> &value)
    {
        if (value)
            add(label, number(*value));
    }
    [[nodiscard]] QVariantList take() { return std::move(m_list); }

private:
    QVariantList m_list;
};

/// Nothing of a period that is over.
QString rateText(const data::Allowance &allowance, const QDateTime &now)
{
    if (allowance.rateReset.isValid() && allowance.rateReset <= now)
        return {};
    if (allowance.rateLeft && allowance.rateLimit)
        return Text::tr("%1 of %2 requests left").arg(number(*allowance.rateLeft), number(*allowance.rateLimit));
    if (allowance.rateLeft)
        return Text::tr("%1 requests left").arg(number(*allowance.rateLeft));
    return allowance.rateLimit ? Text::tr("%1 requests allowed").arg(number(*allowance.rateLimit)) : QString();
}

/// Full again at `reset`, where that lies ahead.
QString fullAgain(const QString &text, const QDateTime &reset, const QDateTime &now)
{
    return !text.isEmpty() && reset.isValid() && reset > now
        ? Text::tr("%1, full again %2").arg(text, untilText(reset, now))
        : text;
}

QString creditsText(const data::Allowance &allowance)
{
    return allowance.creditsLeft ? Text::tr("%1 credits left").arg(number(*allowance.creditsLeft)) : QString();
}

} // namespace

QString keychainText(const data::Keychain &keychain)
{
    using State = data::Keychain::State;
    const QString name = keychain.name.isEmpty() ? Text::tr("The keychain") : keychain.name;
    switch (keychain.state) {
    case State::Open:
        return keychain.name.isEmpty() ? Text::tr("Keys are kept in the keychain of this computer.")
                                       : Text::tr("Keys are kept in %1, the keychain of this computer.").arg(name);
    case State::Locked:
        return Text::tr("%1 is locked: the keys in it cannot be read. Unlock it, then check again. Until then a key "
                        "entered here stays in memory and is gone when Astra ends.")
            .arg(name);
    case State::Failing:
        return Text::tr("%1 has stopped answering. Keys that were read before still work; a key entered now stays in "
                        "memory and is gone when Astra ends.")
            .arg(name);
    case State::Absent:
        break;
    }
    return keychain.name.isEmpty()
        ? Text::tr("No keychain answers on this computer. A key entered here stays in memory and is gone when Astra "
                   "ends. To keep keys, start a keychain (GNOME Keyring or KWallet), then check again.")
        : Text::tr("%1 has no keyring to keep keys in. A key entered here stays in memory and is gone when Astra ends. "
                   "To keep keys, make a keyring there, then check again.")
              .arg(name);
}

QString memoryText(const data::Keychain &keychain)
{
    using State = data::Keychain::State;
    switch (keychain.state) {
    case State::Open:
        return Text::tr("Kept until Astra ends.");
    case State::Locked:
        return Text::tr("Kept until Astra ends: %1 is locked. Once it is unlocked, this can be put into it.")
            .arg(keychain.name);
    case State::Failing:
        return Text::tr("Kept until Astra ends: %1 has stopped answering. Once it answers, this can be put into it.")
            .arg(keychain.name);
    case State::Absent:
        break;
    }
    return {};
}

QString placeText(Place place, const QString &keychain)
{
    switch (place) {
    case Place::Keychain:
        return keychain.isEmpty() ? Text::tr("in the keychain") : Text::tr("in %1").arg(keychain);
    case Place::Memory:
        return Text::tr("in memory until Astra ends");
    case Place::Environment:
        return Text::tr("from the environment");
    case Place::None:
        break;
    }
    return {};
}

const data::SignInWay *wayOf(const data::Service &service, const QString &way)
{
    const auto found = std::find_if(service.ways.begin(), service.ways.end(),
                                    [&](const data::SignInWay &one) { return way.isEmpty() || one.id == way; });
    return found == service.ways.end() ? nullptr : &*found;
}

const data::SignInWay *otherFormOf(const data::Service &service, const QString &way)
{
    const data::SignInWay *const current = wayOf(service, way);
    if (!current || current->fields.isEmpty() || current->browser)
        return nullptr;
    const auto sameFields = [&](const data::SignInWay &other) {
        return other.id != current->id && other.available && !other.browser
            && std::equal(other.fields.begin(), other.fields.end(), current->fields.begin(), current->fields.end(),
                          [](const auto &a, const auto &b) { return a.name == b.name && a.secret == b.secret; });
    };
    const auto found = std::find_if(service.ways.begin(), service.ways.end(), sameFields);
    return found == service.ways.end() ? nullptr : &*found;
}

bool asksForSecret(const data::SignInWay &way)
{
    return std::any_of(way.fields.begin(), way.fields.end(), [](const auto &field) { return field.secret; });
}

QString variableOf(const QString &account)
{
    QString name = QStringLiteral("ASTRA_KEY_") + account.toUpper();
    for (QChar &letter : name) {
        if (!(letter >= u'A' && letter <= u'Z') && !(letter >= u'0' && letter <= u'9'))
            letter = u'_';
    }
    return name;
}

bool isConnected(const data::Account &account, const data::Service &service)
{
    if (account.place != Place::None)
        return true;
    const data::SignInWay *const way = account.way.isEmpty() ? nullptr : wayOf(service, account.way);
    return way && way->fields.isEmpty() && !way->browser;
}

QString webAddress(const QUrl &url)
{
    const bool web = url.scheme() == u"https" || url.scheme() == u"http";
    return web && !url.host().isEmpty() ? url.toString(QUrl::FullyEncoded) : QString();
}

Standing standingOf(const data::Account &account, const data::Service &service, bool several, const QDateTime &now)
{
    if (!service.needsAccount && account.place == Place::None)
        return {Text::tr("nothing to enter"), QStringLiteral("quiet")};
    if (!isConnected(account, service))
        return {Text::tr("not connected"), QStringLiteral("quiet")};
    if (account.refused)
        return {Text::tr("refused by the service"), QStringLiteral("error")};
    if (!account.renews && account.expires.isValid() && account.expires <= now)
        return {endText(account.expires, now), QStringLiteral("error")};
    if (!account.former.isEmpty())
        return {Text::tr("being rotated"), QStringLiteral("info")};
    if (several && !account.inUse)
        return {Text::tr("not in use"), QStringLiteral("quiet")};
    return {several ? Text::tr("connected, in use") : Text::tr("connected"), QStringLiteral("ok")};
}

QString untilText(const QDateTime &moment, const QDateTime &now)
{
    const qint64 seconds = now.secsTo(moment);
    if (seconds < hour)
        return Text::tr("in %1 min").arg(number(std::max<qint64>(1, (seconds + minute - 1) / minute)));
    if (seconds < 2 * day)
        return Text::tr("in %1 h").arg(number(seconds / hour));
    return Text::tr("on %1").arg(dateText(moment));
}

QString agoText(const QDateTime &moment, const QDateTime &now)
{
    const qint64 seconds = moment.secsTo(now);
    if (seconds < minute)
        return Text::tr("just now");
    if (seconds < hour)
        return Text::tr("%1 min ago").arg(number(seconds / minute));
    if (seconds < 2 * day)
        return Text::tr("%1 h ago").arg(number(seconds / hour));
    return Text::tr("on %1").arg(dateText(moment));
}

QString endText(const QDateTime &expires, const QDateTime &now)
{
    if (!expires.isValid())
        return {};
    return expires > now ? Text::tr("ends %1").arg(untilText(expires, now))
                         : Text::tr("ended %1").arg(agoText(expires, now));
}

QString useText(const data::Account &account, const QDateTime &now)
{
    if (!account.lastUsed.isValid())
        return Text::tr("not used yet");
    const QString last = Text::tr("used %1").arg(agoText(account.lastUsed, now));
    return account.usedToday > 0
        ? Text::tr("%1 · requests today: %2").arg(last, number(static_cast<qint64>(account.usedToday)))
        : last;
}

QString allowanceText(const data::Allowance &allowance, const QDateTime &now)
{
    QStringList parts {fullAgain(rateText(allowance, now), allowance.rateReset, now),
                       fullAgain(creditsText(allowance), allowance.creditsReset, now)};
    parts.removeAll(QString());
    return parts.join(QStringLiteral(" · "));
}

QVariantList accountFacts(const data::Account &account, const data::Service &service, const QString &keychain,
                          const QDateTime &now)
{
    Facts facts;
    facts.addCode(Text::tr("Key"), account.masked);
    facts.add(Text::tr("Kept"), placeText(account.place, keychain));
    facts.add(Text::tr("Goes to"), Text::tr("%1 and nowhere else").arg(account.host));
    if (const data::SignInWay *const way = wayOf(service, account.way); way && isConnected(account, service))
        facts.add(Text::tr("Way to sign in"), way->title);
    facts.add(Text::tr("Belongs to"), account.who);
    if (account.place != Place::None)
        facts.add(Text::tr("Good for"), service.bound);
    if (account.created.isValid())
        facts.add(Text::tr("In Astra since"), dateText(account.created));
    if (isConnected(account, service)) {
        facts.add(Text::tr("Last used"),
                  account.lastUsed.isValid() ? agoText(account.lastUsed, now) : Text::tr("not yet"));
        facts.add(Text::tr("Requests today"), number(static_cast<qint64>(account.usedToday)));
    }
    facts.add(Text::tr("Rate"), fullAgain(rateText(account.allowance, now), account.allowance.rateReset, now));
    facts.add(Text::tr("Credits"), fullAgain(creditsText(account.allowance), account.allowance.creditsReset, now));
    if (account.renews && isConnected(account, service))
        facts.add(Text::tr("Validity"), Text::tr("renewed by Astra"));
    else
        facts.add(Text::tr("Validity"), endText(account.expires, now));
    facts.addCode(Text::tr("Old key, still valid"), account.former);
    return facts.take();
}

QVariantList usageFacts(const data::Usage &usage)
{
    Facts facts;
    facts.add(Text::tr("Plan"), usage.plan);
    if (usage.creditsLeft && usage.creditsTotal)
        facts.add(Text::tr("Credits left"),
                  Text::tr("%1 of %2").arg(number(*usage.creditsLeft), number(*usage.creditsTotal)));
    else
        facts.add(Text::tr("Credits left"), usage.creditsLeft);
    facts.add(Text::tr("Requests today"), usage.today);
    facts.add(Text::tr("Requests this week"), usage.week);
    facts.add(Text::tr("Requests this month"), usage.month);
    facts.add(Text::tr("Allowed per minute"), usage.perMinute);
    if (usage.periodEnd.isValid())
        facts.add(Text::tr("Period ends"), dateText(usage.periodEnd));
    for (const auto &[label, value] : usage.more)
        facts.add(label, value);
    return facts.take();
}

} // namespace astra::settings
