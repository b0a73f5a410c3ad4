// SPDX-License-Identifier: Apache-2.0
#include "ui/settings/providerkeysmodel.h"

#include "ui/settings/accountwords.h"

namespace astra::settings {

ProviderKeysModel::ProviderKeysModel(AccountsModel *accounts, QObject *parent)
    : AskedModel(parent)
    , m_accounts(accounts)
{
}

void ProviderKeysModel::setEngine(std::shared_ptr<engine::Engine> engine)
{
    show({});
    m_engine = std::move(engine);
}

void ProviderKeysModel::show(const QString &account)
{
    startOver(m_rows);
    m_account = account;
    const data::Account *const known = m_accounts->account(account);
    m_kept = known && m_accounts->service(known->service).keepsProviderKeys;
    Q_EMIT opened();
    Q_EMIT changed();
}

void ProviderKeysModel::load()
{
    if (!m_engine || busy() || !m_kept)
        return;
    ask(m_engine->providerKeys(m_account, m_stop.get_token()),
        [this](const Result<std::vector<data::ProviderKey>> &keys) { take(m_rows, *keys); });
}

void ProviderKeysModel::add(const QString &provider, const QString &key)
{
    const QString name = provider.trimmed();
    const Secret secret(key.trimmed().toUtf8());
    if (!m_engine || busy() || name.isEmpty() || secret.isEmpty())
        return;
    change(m_engine->addProviderKey(m_account, name, secret, m_stop.get_token()), [this, name](const Result<void> &) {
        m_message = tr("The key for %1 is kept at the service, not here.").arg(name);
        load();
    });
}

void ProviderKeysModel::remove(int row)
{
    if (!m_engine || busy() || !holds(row))
        return;
    const QString name = m_rows[static_cast<std::size_t>(row)].provider;
    change(m_engine->removeProviderKey(m_account, name, m_stop.get_token()), [this, name](const Result<void> &) {
        m_message = tr("The key for %1 is gone from the service.").arg(name);
        load();
    });
}

QVariant ProviderKeysModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const auto &key = m_rows[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
    case ProviderRole:
        return key.provider;
    case MaskedRole:
        return key.masked;
    case AddedRole:
        return key.added.isValid() ? tr("added %1").arg(agoText(key.added, QDateTime::currentDateTimeUtc()))
                                   : QString();
    case StopsRole:
        return key.stops;
    default:
        return {};
    }
}

QHash<int, QByteArray> ProviderKeysModel::roleNames() const
{
    return {{ProviderRole, "provider"}, {MaskedRole, "masked"}, {AddedRole, "added"}, {StopsRole, "stops"}};
}

} // namespace astra::settings
