// SPDX-License-Identifier: Apache-2.0
#include "ui/settings/servicekeysmodel.h"

#include "ui/settings/accountwords.h"

#include <algorithm>

namespace astra::settings {

namespace {

/// @param wanted it was to be kept
QString keptText(const data::NewKey &made, bool wanted)
{
    using Place = data::Account::Place;
    switch (made.kept) {
    case Place::Keychain:
        return ServiceKeysModel::tr("%1 has been made and is kept in the keychain as an account of its own.")
            .arg(made.key.label);
    case Place::Memory:
        return ServiceKeysModel::tr(
                   "%1 has been made and is kept in memory until Astra ends, as an account of its own.")
            .arg(made.key.label);
    case Place::Environment:
    case Place::None:
        break;
    }
    return wanted
        ? ServiceKeysModel::tr("%1 has been made but could not be kept here: copy it now.").arg(made.key.label)
        : ServiceKeysModel::tr("%1 has been made. It is not kept here: copy it now.").arg(made.key.label);
}

} // namespace

ServiceKeysModel::ServiceKeysModel(AccountsModel *accounts, SecretClipboard *clipboard, QObject *parent)
    : AskedModel(parent)
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
    startOver(m_rows);
    m_uses.clear();
    m_counted = true;
    m_account = account;
    const data::Account *const known = m_accounts->account(account);
    m_service = m_accounts->service(known ? known->service : QString());
    forgetNewKey();
    Q_EMIT opened();
    Q_EMIT changed();
}

void ServiceKeysModel::takeKeys(std::vector<data::ServiceKey> rows)
{
    // Those that still work come first.
    std::stable_partition(rows.begin(), rows.end(), [](const data::ServiceKey &key) { return !key.revoked; });
    m_uses.clear();
    take(m_rows, std::move(rows));
}

void ServiceKeysModel::load()
{
    if (m_engine && !busy() && (listable() || creatable())) {
        ask(m_engine->serviceKeys(m_account, m_stop.get_token()),
            [this](const Result<std::vector<data::ServiceKey>> &keys) { takeKeys(*keys); });
    }
}

QString ServiceKeysModel::suggestedLabel() const
{
    return m_engine && !m_account.isEmpty() ? m_engine->suggestedLabel(m_account, QStringLiteral("window")) : QString();
}

void ServiceKeysModel::create(const QString &label, bool test, const QString &plan, const QStringList &scopes,
                              bool keepHere)
{
    if (!m_engine || busy() || !creatable())
        return;
    const data::KeyWish wish {label.trimmed(), test, plan, scopes};
    change(m_engine->createKey(m_account, wish, keepHere, m_stop.get_token()),
           [this, keepHere](const Result<data::NewKey> &made) {
               showNewKey(made->secret, keptText(*made, keepHere));
               load();
           });
}

void ServiceKeysModel::roll(int row)
{
    if (!m_engine || busy() || !holds(row))
        return;
    const auto &key = m_rows[static_cast<std::size_t>(row)];
    change(m_engine->rollKey(m_account, key.id, m_stop.get_token()),
           [this, ours = key.ours](const Result<data::NewKey> &made) {
               showNewKey(made->secret,
                          ours ? tr("The key has a new secret, and Astra uses it from now on.")
                               : tr("%1 has a new secret. It is not kept here: copy it now.").arg(made->key.label));
               load();
           });
}

void ServiceKeysModel::revoke(int row)
{
    if (!m_engine || busy() || !holds(row))
        return;
    const auto key = m_rows[static_cast<std::size_t>(row)];
    const QString name = key.label.isEmpty() ? key.masked : key.label;
    change(m_engine->revokeKey(m_account, key.id, m_stop.get_token()), [this, name](const Result<void> &) {
        m_message = tr("%1 has been revoked.").arg(name);
        load();
    });
}

void ServiceKeysModel::askUsage(int row)
{
    if (!m_engine || !m_counted || !holds(row))
        return;
    const QString id = m_rows[static_cast<std::size_t>(row)].id;
    showUse(id, {{}, tr("Asking for its usage…")});
    deliver(m_engine->keyUsage(m_account, id, m_stop.get_token()), this,
            [this, id, life = m_life](const Result<data::Usage> &usage) {
                if (life != m_life)
                    return;
                Use use;
                if (usage)
                    use.facts = usageFacts(*usage);
                else
                    use.text = usage.error().message;
                if (usage && use.facts.isEmpty())
                    use.text = tr("The service answered but gave no counts for this key.");
                showUse(id, use);
                if (!usage && usage.error().code == ErrorCode::Unsupported) {
                    m_counted = false;
                    Q_EMIT changed();
                }
            });
}

void ServiceKeysModel::showUse(const QString &key, const Use &use)
{
    m_uses.insert(key, use);
    const auto at = std::find_if(m_rows.begin(), m_rows.end(),
                                 [&](const data::ServiceKey &one) { return one.id == key; });
    if (at != m_rows.end()) {
        const QModelIndex changed = index(static_cast<int>(at - m_rows.begin()));
        Q_EMIT dataChanged(changed, changed, {UsageRole, UsageTextRole});
    }
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
            ? tr("This account of Astra, and everything else that uses this key, stops working at once. This "
                 "cannot be undone.")
            : tr("Every program that uses this key stops working at once. This cannot be undone.");
    case UsageRole:
        return m_uses.value(key.id).facts;
    case UsageTextRole:
        return m_uses.value(key.id).text;
    default:
        return {};
    }
}

QHash<int, QByteArray> ServiceKeysModel::roleNames() const
{
    return {{LabelRole, "label"}, {MaskedRole, "masked"},      {DatesRole, "dates"}, {ScopesRole, "limits"},
            {TestRole, "test"},   {OursRole, "ours"},          {EndedRole, "ended"}, {StopsRole, "stops"},
            {UsageRole, "usage"}, {UsageTextRole, "usageText"}};
}

} // namespace astra::settings
