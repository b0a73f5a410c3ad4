// SPDX-License-Identifier: Apache-2.0
#include "ui/settings/accountdetail.h"

#include "ui/settings/accountwords.h"

namespace astra::settings {

AccountDetail::AccountDetail(AccountsModel *accounts, SecretClipboard *clipboard, QObject *parent)
    : QObject(parent)
    , m_accounts(accounts)
    , m_keys(accounts, clipboard)
    , m_providerKeys(accounts)
    , m_rotation(accounts)
{
    connect(accounts, &AccountsModel::changed, this, &AccountDetail::changed);
}

void AccountDetail::setEngine(const std::shared_ptr<engine::Engine> &engine)
{
    show({});
    m_engine = engine;
    m_keys.setEngine(engine);
    m_providerKeys.setEngine(engine);
    m_rotation.setEngine(engine);
}

void AccountDetail::show(const QString &account)
{
    ++m_life;
    m_account = account;
    m_usageAsked = false;
    m_usage.clear();
    m_usageError.clear();
    m_keys.show(account);
    m_providerKeys.show(account);
    m_rotation.show(account);
    Q_EMIT changed();
    Q_EMIT usageChanged();
    Q_EMIT opened();
}

bool AccountDetail::showsUsage() const
{
    const data::Account *const account = m_accounts->account(m_account);
    return account && m_accounts->service(account->service).showsUsage;
}

void AccountDetail::loadUsage()
{
    if (!m_engine || m_usageAsked || !showsUsage())
        return;
    m_usageAsked = true;
    m_usageError.clear();
    Q_EMIT usageChanged();
    deliver(m_engine->usage(m_account), this, [this, life = m_life](const Result<data::Usage> &usage) {
        if (life != m_life)
            return;
        m_usageAsked = false;
        if (usage)
            m_usage = usageFacts(*usage);
        else
            m_usageError = usage.error().message;
        if (usage && m_usage.isEmpty())
            m_usageError = tr("The service answered, but told nothing of its counts.");
        Q_EMIT usageChanged();
    });
}

} // namespace astra::settings
