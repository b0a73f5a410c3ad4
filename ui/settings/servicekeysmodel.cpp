// SPDX-License-Identifier: Apache-2.0
#include "ui/settings/servicekeysmodel.h"

#include "ui/settings/accountwords.h"

namespace astra::settings {

namespace {

/// @param wanted it was to be kept
QString keptText(const data::NewKey &made, bool wanted)
{
    using Place = data::Account::Place;
    switch (made.kept) {
    case Place::Keychain:
        return ServiceKeysModel::tr("%1 is made, and kept in the keychain as an account of its own.")
            .arg(made.key.label);
    case Place::Memory:
        return ServiceKeysModel::tr("%1 is made, and kept in memory until Astra ends, as an account of its own.")
            .arg(made.key.label);
    case Place::Environment:
    case Place::None:
        break;
    }
    return wanted ? ServiceKeysModel::tr("%1 is made, but could not be kept here: copy it now.").arg(made.key.label)
                  : ServiceKeysModel::tr("%1 is made. It is not kept here: copy it now.").arg(made.key.label);
}

} // namespace

ServiceKeysModel::ServiceKeysModel(AccountsModel *accounts, SecretClipboard *clipboard, QObject *parent)
    : QAbstractListModel(parent)
    , m_accounts(accounts)
    , m_clipboard(clipboard)
{
}

void ServiceKeysModel::setEngine(std::shared_ptr<engine::Engine> engine)
{
    show({});
    m_engine = std::move(engine);
}

void ServiceKeysModel::show(const QString &account)
{
    ++m_life;
    m_stop.request_stop();
    m_stop = {};
    m_account = account;
    const data::Account *const known = m_accounts->account(account);
    m_service = m_accounts->service(known ? known->service : QString());
    m_busy = false;
    m_error.clear();
    m_absent = false;
    m_message.clear();
    take({});
    m_loaded = false;
    forgetNewKey();
    Q_EMIT opened();
    Q_EMIT changed();
}

void ServiceKeysModel::take(std::vector<data::ServiceKey> rows)
{
    // Those that still work come first.
    std::stable_partition(rows.begin(), rows.end(), [](const data::ServiceKey &key) { return !key.revoked; });
    beginResetModel();
    m_rows = std::move(rows);
    endResetModel();
    m_loaded = true;
}

template<typename T, typename F> void ServiceKeysModel::follow(const Future<T> &change, F done)
{
    m_busy = true;
    m_error.clear();
    m_absent = false;
    m_message.clear();
    Q_EMIT changed();
    deliver(change, this, [this, life = m_life, done = std::move(done)](const Result<T> &result) {
        if (life != m_life)
            return;
        m_busy = false;
        if (result) {
            done(result);
        } else {
            m_error = result.error().message;
            m_absent = result.error().code == ErrorCode::Unsupported;
        }
        Q_EMIT changed();
    });
}

void ServiceKeysModel::load()
{
    if (!m_engine || m_busy || !m_service.listsKeys)
        return;
    const QString message = m_message;
    follow(m_engine->serviceKeys(m_account, m_stop.get_token()),
           [this, message](const Result<std::vector<data::ServiceKey>> &keys) {
               m_message = message;
               take(*keys);
           });
}

QString ServiceKeysModel::suggestedLabel() const
{
    return m_engine && !m_account.isEmpty() ? m_engine->suggestedLabel(m_account, QStringLiteral("window")) : QString();
}

void ServiceKeysModel::create(const QString &label, bool test, const QString &plan, const QStringList &scopes,
                              bool keepHere)
{
    if (!m_engine || m_busy || !m_service.createsKeys)
        return;
    const data::KeyWish wish {label.trimmed(), test, plan, scopes};
    follow(m_engine->createKey(m_account, wish, keepHere, m_stop.get_token()),
           [this, keepHere](const Result<data::NewKey> &made) {
               showNewKey(made->secret, keptText(*made, keepHere));
               load();
           });
}

void ServiceKeysModel::roll(int row)
{
    if (!m_engine || m_busy || row < 0 || row >= rowCountNow())
        return;
    const auto &key = m_rows[static_cast<std::size_t>(row)];
    follow(m_engine->rollKey(m_account, key.id, m_stop.get_token()),
           [this, ours = key.ours](const Result<data::NewKey> &made) {
               showNewKey(made->secret,
                          ours ? tr("The key has a new secret, and Astra uses it from now on.")
                               : tr("%1 has a new secret. It is not kept here: copy it now.").arg(made->key.label));
               load();
           });
}

void ServiceKeysModel::revoke(int row)
{
    if (!m_engine || m_busy || row < 0 || row >= rowCountNow())
        return;
    const auto key = m_rows[static_cast<std::size_t>(row)];
    const QString name = key.label.isEmpty() ? key.masked : key.label;
    follow(m_engine->revokeKey(m_account, key.id, m_stop.get_token()), [this, name](const Result<void> &) {
        m_message = tr("%1 is revoked.").arg(name);
        load();
    });
}

void ServiceKeysModel::showNewKey(const Secret &secret, const QString &text)
{
    m_newKey = secret;
    m_newKeyText = text;
    Q_EMIT newKeyChanged();
}

void ServiceKeysModel::copyNewKey()
{
    if (!m_newKey.isEmpty())
        m_clipboard->put(m_newKey);
}

void ServiceKeysModel::forgetNewKey() { showNewKey({}, {}); }

int ServiceKeysModel::rowCount(const QModelIndex &parent) const { return parent.isValid() ? 0 : rowCountNow(); }

QVariant ServiceKeysModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const auto &key = m_rows[static_cast<std::size_t>(index.row())];
    const QDateTime now = QDateTime::currentDateTimeUtc();
    switch (role) {
    case Qt::DisplayRole:
    case LabelRole:
        return key.label;
    case MaskedRole:
        return key.masked;
    case DatesRole: {
        QStringList parts;
        if (key.created.isValid())
            parts.append(tr("made %1").arg(agoText(key.created, now)));
        if (key.lastUsed.isValid())
            parts.append(tr("used %1").arg(agoText(key.lastUsed, now)));
        if (key.revoked)
            parts.append(tr("revoked"));
        else if (key.expires.isValid())
            parts.append(endText(key.expires, now));
        return parts.join(QStringLiteral(" · "));
    }
    case ScopesRole:
        return key.scopes.join(QStringLiteral(", "));
    case TestRole:
        return key.test;
    case OursRole:
        return key.ours;
    case EndedRole:
        return key.revoked || (key.expires.isValid() && key.expires <= now);
    case StopsRole:
        return key.ours
            ? tr("This account of Astra, and everything else that uses this key, stops working at once. It cannot be "
                 "taken back.")
            : tr("Every program that uses this key stops working at once. It cannot be taken back.");
    default:
        return {};
    }
}

QHash<int, QByteArray> ServiceKeysModel::roleNames() const
{
    return {{LabelRole, "label"}, {MaskedRole, "masked"}, {DatesRole, "dates"}, {ScopesRole, "limits"},
            {TestRole, "test"},   {OursRole, "ours"},     {EndedRole, "ended"}, {StopsRole, "stops"}};
}

} // namespace astra::settings
