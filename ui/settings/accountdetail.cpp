// SPDX-License-Identifier: Apache-2.0
#include "ui/settings/accountdetail.h"

#include "ui/settings/accountwords.h"

#include <QClipboard>
#include <QGuiApplication>

namespace astra::settings {

AccountDetail::AccountDetail(AccountsModel *accounts, SecretClipboard *clipboard, QObject *parent)
    : QObject(parent)
    , m_accounts(accounts)
    , m_keys(accounts, clipboard)
    , m_providerKeys(accounts)
    , m_rotation(accounts)
{
    connect(accounts, &AccountsModel::changed, this, &AccountDetail::changed);
    connect(accounts, &AccountsModel::changed, this, &AccountDetail::readSnippets);
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
    readSnippets();
    Q_EMIT changed();
    Q_EMIT usageChanged();
    Q_EMIT opened();
}

void AccountDetail::readSnippets()
{
    QVariantList snippets;
    if (m_engine && !m_account.isEmpty()) {
        for (const auto &snippet : m_engine->snippets(m_account))
            snippets.append(
                QVariantMap {{QStringLiteral("language"), snippet.language}, {QStringLiteral("text"), snippet.text}});
    }
    if (snippets == m_snippets)
        return;
    m_snippets = std::move(snippets);
    Q_EMIT snippetsChanged();
}

void AccountDetail::copySnippet(int index) const
{
    if (index >= 0 && index < m_snippets.size())
        QGuiApplication::clipboard()->setText(m_snippets[index].toMap()[QStringLiteral("text")].toString());
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
            m_usageError = tr("The service answered but gave no counts.");
        Q_EMIT usageChanged();
    });
}

} // namespace astra::settings
