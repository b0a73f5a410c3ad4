// SPDX-License-Identifier: Apache-2.0
#include "ui/settings/accounts.h"

#include "ui/settings/accountwords.h"

#include <algorithm>

namespace astra::settings {

Accounts::Accounts(QObject *parent)
    : QObject(parent)
    , m_list(&m_clipboard)
    , m_detail(&m_list, &m_clipboard)
    , m_signIn(&m_list)
{
    connect(&m_list, &AccountsModel::changed, this, &Accounts::changed);
}

void Accounts::setEngine(const std::shared_ptr<engine::Engine> &engine)
{
    m_engine = engine;
    // The pages look at the list: it follows first.
    m_list.setEngine(engine);
    m_detail.setEngine(engine);
    m_signIn.setEngine(engine);
    m_notices.setEngine(engine);
    Q_EMIT changed();
}

QString Accounts::serviceOf(const QString &accountOrService) const
{
    const data::Account *const account = m_list.account(accountOrService);
    return account ? account->service : m_list.service(accountOrService).id;
}

QString Accounts::accountOf(const QString &accountOrService) const
{
    const auto all = m_engine ? m_engine->accounts() : std::vector<data::Account> {};
    const auto found = std::find_if(all.begin(), all.end(), [&](const data::Account &account) {
        return account.place != data::Account::Place::None
            && (account.id == accountOrService || (account.service == accountOrService && account.inUse));
    });
    return found == all.end() ? QString() : found->id;
}

QVariantList Accounts::addable() const
{
    const auto services = m_engine ? m_engine->services() : std::vector<data::Service> {};
    const auto accounts = m_engine ? m_engine->accounts() : std::vector<data::Account> {};
    QVariantList own;
    QVariantList further;
    QVariantList others;
    QVariantList seconds;
    for (const auto &service : services) {
        const auto known = std::count_if(accounts.begin(), accounts.end(), [&](const data::Account &account) {
            return account.service == service.id && isConnected(account, service);
        });
        QVariantMap entry {{QStringLiteral("service"), service.id},
                           {QStringLiteral("title"), service.title},
                           {QStringLiteral("about"), service.about}};
        if (service.ownAddress) {
            entry[QStringLiteral("section")] = tr("At an address that you give");
            own.append(entry);
        } else if (service.byChoice && known == 0 && service.group != data::Service::Group::Other) {
            entry[QStringLiteral("section")] = tr("More services");
            further.append(entry);
        } else if (service.byChoice && known == 0) {
            entry[QStringLiteral("section")] = tr("Accounts without imagery");
            others.append(entry);
        } else if (service.needsAccount && known > 0) {
            entry[QStringLiteral("section")] = tr("Another account");
            seconds.append(entry);
        }
    }
    return own + further + others + seconds;
}

} // namespace astra::settings
