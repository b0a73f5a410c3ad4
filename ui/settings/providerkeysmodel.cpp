// SPDX-License-Identifier: Apache-2.0
#include "ui/settings/providerkeysmodel.h"

#include "ui/settings/accountwords.h"

namespace astra::settings {

ProviderKeysModel::ProviderKeysModel(AccountsModel *accounts, QObject *parent)
    : QAbstractListModel(parent)
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
    ++m_life;
    m_stop.request_stop();
    m_stop = {};
    m_account = account;
    const data::Account *const known = m_accounts->account(account);
    m_kept = known && m_accounts->service(known->service).keepsProviderKeys;
    m_busy = false;
    m_error.clear();
    m_message.clear();
    take({});
    m_loaded = false;
    Q_EMIT opened();
    Q_EMIT changed();
}

void ProviderKeysModel::take(std::vector<data::ProviderKey> rows)
{
    beginResetModel();
    m_rows = std::move(rows);
    endResetModel();
    m_loaded = true;
}

template<typename T, typename F> void ProviderKeysModel::follow(const Future<T> &change, F done)
{
    m_busy = true;
    m_error.clear();
    m_message.clear();
    Q_EMIT changed();
    deliver(change, this, [this, life = m_life, done = std::move(done)](const Result<T> &result) {
        if (life != m_life)
            return;
        m_busy = false;
        if (result)
            done(result);
        else
            m_error = result.error().message;
        Q_EMIT changed();
    });
}

void ProviderKeysModel::load()
{
    if (!m_engine || m_busy || !m_kept)
        return;
    const QString message = m_message;
    follow(m_engine->providerKeys(m_account, m_stop.get_token()),
           [this, message](const Result<std::vector<data::ProviderKey>> &keys) {
               m_message = message;
               take(*keys);
           });
}

void ProviderKeysModel::add(const QString &provider, const QString &key)
{
    const QString name = provider.trimmed();
    const Secret secret(key.trimmed().toUtf8());
    if (!m_engine || m_busy || name.isEmpty() || secret.isEmpty())
        return;
    follow(m_engine->addProviderKey(m_account, name, secret, m_stop.get_token()), [this, name](const Result<void> &) {
        m_message = tr("The key for %1 is kept at the service, not here.").arg(name);
        load();
    });
}

void ProviderKeysModel::remove(int row)
{
    if (!m_engine || m_busy || row < 0 || row >= rowCountNow())
        return;
    const QString name = m_rows[static_cast<std::size_t>(row)].provider;
    follow(m_engine->removeProviderKey(m_account, name, m_stop.get_token()), [this, name](const Result<void> &) {
        m_message = tr("The key for %1 is gone from the service.").arg(name);
        load();
    });
}

int ProviderKeysModel::rowCount(const QModelIndex &parent) const { return parent.isValid() ? 0 : rowCountNow(); }

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
