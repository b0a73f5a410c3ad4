// SPDX-License-Identifier: Apache-2.0
#include "app/cli/accountwords.h"

#include "app/cli/describe.h"
#include "app/cli/say.h"
#include "core/credentials/environmentkeys.h"

namespace astra::cli {

namespace {

/// What a line says after the key: the most important first.
QString remarksOn(const data::Account &account)
{
    QStringList parts;
    if (account.refused)
        parts << say("refused");
    if (account.test)
        parts << say("test key: what it answers is invented");
    if (account.place != data::Account::Place::None && !account.inUse)
        parts << say("not in use");
    if (!account.former.isEmpty())
        parts << say("rotating: %1 is still valid").arg(account.former);
    if (account.expires.isValid())
        parts << say("ends %1").arg(account.expires.toUTC().toString(Qt::ISODate));
    for (const auto &notice : account.notices)
        parts << notice.text;
    return parts.join(QStringLiteral("; "));
}

} // namespace

const char *placeCode(data::Account::Place place)
{
    switch (place) {
    case data::Account::Place::Keychain:
        return "keychain";
    case data::Account::Place::Memory:
        return "memory";
    case data::Account::Place::Environment:
        return "environment";
    case data::Account::Place::None:
        break;
    }
    return "none";
}

AccountWords::AccountWords(const engine::Engine &engine)
{
    for (const auto &service : engine.services()) {
        if (!service.needsAccount)
            m_open << service.id;
    }
}

QString AccountWords::placeOf(const data::Account &account) const
{
    switch (account.place) {
    case data::Account::Place::Keychain:
        return say("in the keychain");
    case data::Account::Place::Memory:
        return say("in memory until this command ends");
    case data::Account::Place::Environment:
        return say("from the environment");
    case data::Account::Place::None:
        break;
    }
    return m_open.contains(account.service) ? say("nothing to enter") : say("not signed in");
}

QStringList AccountWords::row(const data::Account &account) const
{
    return {account.id, account.title, account.label, account.masked, placeOf(account), remarksOn(account)};
}

Json AccountWords::entry(const data::Account &account) const
{
    const bool open = m_open.contains(account.service);
    Json notices = Json::array();
    for (const auto &notice : account.notices)
        notices.push_back(toStd(notice.text));
    return {{"id", toStd(account.id)},
            {"service", toStd(account.service)},
            {"title", toStd(account.title)},
            {"label", textOrNull(account.label)},
            {"host", toStd(account.host)},
            {"way", textOrNull(account.way)},
            {"place", placeCode(account.place)},
            {"environment", open ? Json() : Json(toStd(credentials::environmentVariable(account.id)))},
            {"masked", textOrNull(account.masked)},
            {"who", textOrNull(account.who)},
            {"test", account.test},
            {"in_use", account.inUse},
            {"refused", account.refused},
            {"created", moment(account.created)},
            {"last_used", moment(account.lastUsed)},
            {"expires", moment(account.expires)},
            {"used_today", account.usedToday},
            {"rate_limit", orNull(account.allowance.rateLimit)},
            {"rate_left", orNull(account.allowance.rateLeft)},
            {"credits_left", orNull(account.allowance.creditsLeft)},
            {"former", textOrNull(account.former)},
            {"notices", std::move(notices)}};
}

Result<data::Account> accountNamed(const engine::Engine &engine, const QString &id)
{
    const auto accounts = engine.accounts();
    auto found = accounts.end();
    for (auto it = accounts.begin(); it != accounts.end(); ++it) {
        if (it->id == id)
            return *it;
        if (it->service == id && (found == accounts.end() || it->inUse))
            found = it;
    }
    if (found == accounts.end())
        return fail(ErrorCode::InvalidInput,
                    say("there is no connection \"%1\" (astra connections list shows them)").arg(id));
    return *found;
}

void printAccount(const Context &context, bool json, const engine::Engine &engine, const data::Account &account)
{
    const AccountWords words(engine);
    if (json)
        return context.print(words.entry(account));
    QStringList parts = words.row(account);
    parts.removeAll(QString());
    context.print(oneLine(parts.join(QStringLiteral("  "))));
}

QString keychainLine(const data::Keychain &keychain)
{
    const QString name = keychain.name.isEmpty() ? say("the keychain") : keychain.name;
    switch (keychain.state) {
    case data::Keychain::State::Open:
        return {};
    case data::Keychain::State::Locked:
        return say("%1 is locked: keys in it cannot be read until you unlock it").arg(name);
    case data::Keychain::State::Failing:
        return say("%1 has stopped answering: keys in it cannot be read").arg(name);
    case data::Keychain::State::Absent:
        break;
    }
    if (!keychain.name.isEmpty())
        return say("%1 keeps no keys yet: create a keyring in it, or give keys as ASTRA_KEY_<CONNECTION> in the "
                   "environment")
            .arg(keychain.name);
    return say("there is no keychain here: give keys as ASTRA_KEY_<CONNECTION> in the environment, or as a systemd "
               "credential");
}

} // namespace astra::cli
