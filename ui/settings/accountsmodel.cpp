// SPDX-License-Identifier: Apache-2.0
#include "ui/settings/accountsmodel.h"

#include "ui/settings/accountwords.h"

#include <QClipboard>
#include <QGuiApplication>

#include <algorithm>

namespace astra::settings {

namespace {

QString groupTitle(data::Service::Group group)
{
    switch (group) {
    case data::Service::Group::Imagery:
        return AccountsModel::tr("Imagery");
    case data::Service::Group::Processing:
        return AccountsModel::tr("Processing");
    case data::Service::Group::Other:
        break;
    }
    return AccountsModel::tr("Other accounts");
}

} // namespace

AccountsModel::AccountsModel(SecretClipboard *clipboard, QObject *parent)
    : QAbstractListModel(parent)
    , m_clipboard(clipboard)
{
    m_tick.setInterval(std::chrono::seconds(20));
    connect(&m_tick, &QTimer::timeout, this, &AccountsModel::touch);
}

void AccountsModel::setEngine(std::shared_ptr<engine::Engine> engine)
{
    if (m_engine)
        m_engine->disconnect(this);
    ++m_life;
    m_engine = std::move(engine);
    m_services = m_engine ? m_engine->services() : std::vector<data::Service> {};
    beginResetModel();
    m_rows.clear();
    endResetModel();
    m_keychain.reset();
    m_keychainAsked = false;
    if (m_engine) {
        connect(m_engine.get(), &engine::Engine::accountsChanged, this, &AccountsModel::refresh);
        m_tick.start();
    } else {
        m_tick.stop();
    }
    Q_EMIT keychainChanged();
    refresh();
    checkKeychain();
}

void AccountsModel::refresh()
{
    std::vector<Row> rows;
    auto accounts = m_engine ? m_engine->accounts() : std::vector<data::Account> {};
    rows.reserve(accounts.size());
    const auto isAt = [](const QString &service) {
        return [service](const data::Account &account) { return account.service == service; };
    };
    // In the order of the services: group by group. What is of an unknown kind comes last.
    const auto take = [&](const data::Service &service) {
        const auto several = std::count_if(accounts.begin(), accounts.end(), isAt(service.id)) > 1;
        for (auto &account : accounts) {
            if (account.service == service.id)
                rows.push_back({account, service, several});
        }
    };
    auto services = m_services;
    std::stable_sort(services.begin(), services.end(),
                     [](const data::Service &a, const data::Service &b) { return a.group < b.group; });
    for (const auto &service : services)
        take(service);
    for (auto &row : rows) {
        if (const Row *const old = find(row.account.id)) {
            row.busy = old->busy;
            row.failed = old->failed;
            row.message = old->message;
            row.source = old->source;
            row.card = old->card;
        }
    }
    const bool same = std::equal(rows.begin(), rows.end(), m_rows.begin(), m_rows.end(),
                                 [](const Row &a, const Row &b) { return a.account.id == b.account.id; });
    if (same) {
        const bool moved = !std::equal(rows.begin(), rows.end(), m_rows.begin(),
                                       [](const Row &a, const Row &b) { return a.account == b.account; });
        m_rows = std::move(rows);
        // Not all that there is to know of an account stands on its card.
        if (!touch() && moved)
            Q_EMIT changed();
        return;
    }
    for (auto &row : rows)
        row.card = cardOf(row);
    beginResetModel();
    m_rows = std::move(rows);
    endResetModel();
    Q_EMIT countChanged();
    Q_EMIT changed();
}

bool AccountsModel::touch()
{
    bool any = false;
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        AccountCard card = cardOf(m_rows[i]);
        if (card == m_rows[i].card)
            continue;
        m_rows[i].card = std::move(card);
        any = true;
        const QModelIndex at = index(static_cast<int>(i));
        Q_EMIT dataChanged(at, at);
    }
    if (any)
        Q_EMIT changed();
    return any;
}

AccountsModel::Row *AccountsModel::find(const QString &account)
{
    const auto found = std::find_if(m_rows.begin(), m_rows.end(),
                                    [&](const Row &row) { return row.account.id == account; });
    return found == m_rows.end() ? nullptr : &*found;
}

const AccountsModel::Row *AccountsModel::find(const QString &account) const
{
    const auto found = std::find_if(m_rows.begin(), m_rows.end(),
                                    [&](const Row &row) { return row.account.id == account; });
    return found == m_rows.end() ? nullptr : &*found;
}

void AccountsModel::checkKeychain()
{
    if (!m_engine || m_keychainAsked)
        return;
    m_keychainAsked = true;
    Q_EMIT keychainChanged();
    deliver(m_engine->keychain(), this, [this, life = m_life](const Result<data::Keychain> &keychain) {
        if (life != m_life)
            return;
        m_keychainAsked = false;
        m_keychain = keychain.value_or(data::Keychain {});
        Q_EMIT keychainChanged();
        // The keychain's name stands on the cards, and one that was unlocked brings keys.
        refresh();
    });
}

QString AccountsModel::keychainText() const
{
    return m_keychain ? settings::keychainText(*m_keychain) : tr("Looking for the keychain…");
}

QString AccountsModel::keptText() const
{
    return placeText(keychainOpen() ? data::Account::Place::Keychain : data::Account::Place::Memory,
                     m_keychain ? m_keychain->name : QString());
}

bool AccountsModel::keychainOpen() const { return !m_keychain || m_keychain->state == data::Keychain::State::Open; }

template<typename T>
void AccountsModel::follow(const QString &account, const QString &doing, const Future<T> &change, const QString &good)
{
    if (Row *const row = find(account)) {
        row->busy = true;
        row->failed = false;
        row->message = doing;
        row->source.clear();
        touch();
    }
    deliver(change, this, [this, account, good, life = m_life](const Result<T> &result) {
        if (life != m_life)
            return;
        refresh();
        if (Row *const row = find(account)) {
            row->busy = false;
            row->failed = !result;
            row->message = result ? good : result.error().message;
            touch();
        }
        checkKeychain();
    });
}

void AccountsModel::test(const QString &account)
{
    if (const Row *const row = find(account); row && !row->busy) {
        follow(account, tr("Asking %1…").arg(row->account.host), m_engine->testAccount(account),
               tr("%1 accepts it.").arg(row->account.title));
    }
}

void AccountsModel::tryOther(const QString &account)
{
    const Row *const row = find(account);
    const data::SignInWay *const other = row ? otherFormOf(row->service, row->account.way) : nullptr;
    if (other && !row->busy) {
        follow(account, tr("Asking %1…").arg(row->account.host), m_engine->tryWay(account, other->id),
               tr("%1 accepts it in this form, which is used from now on.").arg(row->account.title));
    }
}

void AccountsModel::signOut(const QString &account)
{
    const Row *const row = find(account);
    if (!row || row->busy)
        return;
    const data::SignInWay *const way = wayOf(row->service, row->account.way);
    follow(account, tr("Signing out…"), m_engine->signOut(account),
           way && !asksForSecret(*way)
               ? tr("Signed out.")
               : tr("Signed out. The key is gone from this computer; at the service it stays valid until it is "
                    "revoked there."));
}

void AccountsModel::remove(const QString &account)
{
    if (const Row *const row = find(account); row && !row->busy)
        follow(account, tr("Removing…"), m_engine->removeAccount(account), {});
}

void AccountsModel::keep(const QString &account)
{
    if (const Row *const row = find(account); row && !row->busy) {
        follow(account, tr("Putting it into the keychain…"), m_engine->keepInKeychain(account),
               tr("From now on it is kept %1.")
                   .arg(placeText(data::Account::Place::Keychain, m_keychain ? m_keychain->name : QString())));
    }
}

void AccountsModel::rename(const QString &account, const QString &label)
{
    const Row *const row = find(account);
    if (!row || row->account.label == label.trimmed())
        return;
    // A name may be given while the service is being asked: nothing waits for it, and only a failure is told.
    deliver(m_engine->renameAccount(account, label.trimmed()), this,
            [this, account, life = m_life](const Result<void> &renamed) {
                Row *const named = life == m_life && !renamed ? find(account) : nullptr;
                if (!named)
                    return;
                named->failed = true;
                named->message = renamed.error().message;
                named->source.clear();
                touch();
            });
}

void AccountsModel::switchOn(const QString &account)
{
    if (const Row *const row = find(account); row && !row->busy && !row->source.isEmpty()) {
        follow(account, {}, m_engine->setProviderEnabled(row->source, true),
               tr("Its catalogue is searched from now on."));
    }
}

void AccountsModel::copyVariable(const QString &account)
{
    if (const Row *const row = find(account))
        QGuiApplication::clipboard()->setText(row->card.variable);
}

void AccountsModel::use(const QString &account)
{
    if (const Row *const row = find(account); row && !row->busy)
        follow(account, {}, m_engine->useAccount(account), tr("Requests use this account from now on."));
}

void AccountsModel::copyKey(const QString &account)
{
    Row *const row = find(account);
    if (!row || row->busy)
        return;
    const auto secret = m_engine->revealKey(account);
    row->failed = !secret;
    row->source.clear();
    row->message = secret ? tr("Copied, marked as a secret. The clipboard is cleared after a minute.")
                          : secret.error().message;
    if (secret)
        m_clipboard->put(*secret);
    touch();
}

void AccountsModel::say(const QString &account, const QString &message, const QString &source)
{
    if (Row *const row = find(account)) {
        row->failed = false;
        row->message = message;
        row->source = source;
        touch();
    }
}

AccountCard AccountsModel::cardOf(const Row &row) const
{
    AccountCard card = AccountCard::of(row.account, row.service, row.several, m_keychain.value_or(data::Keychain {}),
                                       QDateTime::currentDateTimeUtc());
    card.busy = row.busy;
    card.failed = row.failed;
    card.message = row.message;
    card.source = row.source;
    return card;
}

AccountCard AccountsModel::card(const QString &account) const
{
    const Row *const row = find(account);
    return row ? row->card : AccountCard {};
}

QVariantList AccountsModel::facts(const QString &account) const
{
    const Row *const row = find(account);
    return row ? accountFacts(row->account, row->service, m_keychain ? m_keychain->name : QString(),
                              QDateTime::currentDateTimeUtc())
               : QVariantList();
}

const data::Account *AccountsModel::account(const QString &account) const
{
    const Row *const row = find(account);
    return row ? &row->account : nullptr;
}

data::Service AccountsModel::service(const QString &service) const
{
    const auto found = std::find_if(m_services.begin(), m_services.end(),
                                    [&](const data::Service &one) { return one.id == service; });
    return found == m_services.end() ? data::Service {} : *found;
}

int AccountsModel::rowCount(const QModelIndex &parent) const { return parent.isValid() ? 0 : rowCountNow(); }

QVariant AccountsModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const auto at = static_cast<std::size_t>(index.row());
    const Row &row = m_rows[at];
    switch (role) {
    case Qt::DisplayRole:
        return row.account.title;
    case CardRole:
        return QVariant::fromValue(row.card);
    case GroupRole:
        return at == 0 || m_rows[at - 1].service.group != row.service.group ? groupTitle(row.service.group) : QString();
    default:
        return {};
    }
}

QHash<int, QByteArray> AccountsModel::roleNames() const { return {{CardRole, "card"}, {GroupRole, "group"}}; }

} // namespace astra::settings
