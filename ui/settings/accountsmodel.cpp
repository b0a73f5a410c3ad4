// SPDX-License-Identifier: Apache-2.0
#include "ui/settings/accountsmodel.h"

namespace astra::settings {

void AccountsModel::setEngine(std::shared_ptr<engine::Engine> engine)
{
    if (m_engine)
        m_engine->disconnect(this);
    m_engine = std::move(engine);
    m_rows.clear();
    if (m_engine)
        connect(m_engine.get(), &engine::Engine::accountsChanged, this, &AccountsModel::refresh);
    refresh();
    checkKeychain();
}

void AccountsModel::refresh()
{
    std::vector<Row> rows;
    if (m_engine) {
        for (auto &account : m_engine->accounts()) {
            Row row {std::move(account), false, false, {}};
            for (const auto &old : m_rows) {
                if (old.account.connection == row.account.connection)
                    row = Row {row.account, old.busy, old.failed, old.message};
            }
            rows.push_back(std::move(row));
        }
    }
    if (rows.size() == m_rows.size()) {
        m_rows = std::move(rows);
        if (!m_rows.empty())
            Q_EMIT dataChanged(index(0), index(rowCountNow() - 1));
        return;
    }
    beginResetModel();
    m_rows = std::move(rows);
    endResetModel();
    Q_EMIT countChanged();
}

void AccountsModel::checkKeychain()
{
    if (!m_engine)
        return;
    deliver(m_engine->keychain(), this, [this](const Result<engine::Engine::Keychain> &state) {
        m_keychain = state.value_or(engine::Engine::Keychain::Absent);
        Q_EMIT keychainChanged();
    });
}

QString AccountsModel::keychainText() const
{
    switch (m_keychain) {
    case engine::Engine::Keychain::Open:
        return tr("Keys are kept in the keychain of this computer.");
    case engine::Engine::Keychain::Locked:
        return tr(
            "The keychain of this computer is locked. Unlock it to use the keys in it; a key entered now stays in "
            "memory until Astra ends.");
    case engine::Engine::Keychain::Absent:
        break;
    }
    return tr(
        "This computer has no keychain that Astra can reach. A key entered now stays in memory until Astra ends.");
}

void AccountsModel::begin(int row)
{
    auto &entry = m_rows[static_cast<std::size_t>(row)];
    entry.busy = true;
    entry.failed = false;
    entry.message = tr("Asking %1…").arg(entry.account.host);
    Q_EMIT dataChanged(index(row), index(row));
}

void AccountsModel::finish(const QString &connection, const Result<data::Account> &result, const QString &good)
{
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        auto &row = m_rows[i];
        if (row.account.connection != connection)
            continue;
        row.busy = false;
        row.failed = !result;
        row.message = result ? good : result.error().message;
        if (result)
            row.account = *result;
        Q_EMIT dataChanged(index(static_cast<int>(i)), index(static_cast<int>(i)));
    }
    checkKeychain();
}

void AccountsModel::connectKey(int row, const QString &key)
{
    if (!m_engine || row < 0 || row >= rowCountNow() || key.trimmed().isEmpty())
        return;
    begin(row);
    const QString id = m_rows[static_cast<std::size_t>(row)].account.connection;
    deliver(m_engine->connectKey(id, Secret(key.trimmed().toUtf8())), this,
            [this, id](const Result<data::Account> &result) { finish(id, result, tr("The key works.")); });
}

void AccountsModel::test(int row)
{
    if (!m_engine || row < 0 || row >= rowCountNow())
        return;
    begin(row);
    const QString id = m_rows[static_cast<std::size_t>(row)].account.connection;
    deliver(m_engine->testConnection(id), this,
            [this, id](const Result<data::Account> &result) { finish(id, result, tr("The key works.")); });
}

void AccountsModel::forget(int row)
{
    if (!m_engine || row < 0 || row >= rowCountNow())
        return;
    begin(row);
    const QString id = m_rows[static_cast<std::size_t>(row)].account.connection;
    deliver(m_engine->disconnectKey(id), this, [this, id](const Result<data::Account> &result) {
        finish(id, result, tr("The key is gone from this computer. It is still valid at the service."));
    });
}

int AccountsModel::rowCount(const QModelIndex &parent) const { return parent.isValid() ? 0 : rowCountNow(); }

QVariant AccountsModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const Row &row = m_rows[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
    case TitleRole:
        return row.account.title;
    case HostRole:
        return row.account.host;
    case MaskedRole:
        return row.account.masked;
    case PlaceRole:
        switch (row.account.place) {
        case data::Account::Place::Keychain:
            return tr("in the keychain");
        case data::Account::Place::Memory:
            return tr("in memory until Astra ends");
        case data::Account::Place::None:
            break;
        }
        return tr("no key");
    case TestRole:
        return row.account.test;
    case BusyRole:
        return row.busy;
    case MessageRole:
        return row.message;
    case FailedRole:
        return row.failed;
    default:
        return {};
    }
}

QHash<int, QByteArray> AccountsModel::roleNames() const
{
    return {{TitleRole, "title"}, {HostRole, "host"}, {MaskedRole, "masked"},   {PlaceRole, "place"},
            {TestRole, "test"},   {BusyRole, "busy"}, {MessageRole, "message"}, {FailedRole, "failed"}};
}

} // namespace astra::settings
