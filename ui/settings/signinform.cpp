// SPDX-License-Identifier: Apache-2.0
#include "ui/settings/signinform.h"

#include "ui/settings/accountwords.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QLocale>
#include <QPointer>

#include <algorithm>

namespace astra::settings {

SignInForm::SignInForm(AccountsModel *accounts, QObject *parent)
    : QObject(parent)
    , m_accounts(accounts)
{
    m_tick.setInterval(std::chrono::seconds(1));
    connect(&m_tick, &QTimer::timeout, this, &SignInForm::changed);
}

void SignInForm::setEngine(std::shared_ptr<engine::Engine> engine)
{
    close();
    m_engine = std::move(engine);
}

void SignInForm::open(const QString &service, const QString &account)
{
    cancel();
    forget();
    m_service = m_accounts->service(service);
    m_account = account;
    const data::Account *const known = m_accounts->account(account);
    const data::SignInWay *const used = wayOf(m_service, known ? known->way : QString());
    m_way = used && used->available ? static_cast<int>(used - m_service.ways.constData()) : 0;
    Q_EMIT opened();
    Q_EMIT wayChanged();
    Q_EMIT changed();
}

void SignInForm::close() { open({}); }

void SignInForm::forget()
{
    m_request = {};
    m_refused = false;
    m_objection.clear();
    m_error.clear();
}

void SignInForm::cancel()
{
    ++m_try;
    m_stop.request_stop();
    m_stop = {};
    m_busy = false;
    m_prompt = {};
    m_tick.stop();
    Q_EMIT changed();
}

data::SignInWay SignInForm::current() const { return m_service.ways.value(m_way); }

void SignInForm::setWay(int way)
{
    if (way == m_way || way < 0 || way >= m_service.ways.size() || !m_service.ways[way].available)
        return;
    cancel();
    forget();
    m_way = way;
    Q_EMIT wayChanged();
    Q_EMIT changed();
}

QVariantList SignInForm::ways() const
{
    QVariantList list;
    for (const auto &way : m_service.ways) {
        list.append(QVariantMap {{QStringLiteral("title"), way.title}, {QStringLiteral("available"), way.available}});
    }
    return list;
}

QVariantList SignInForm::fields() const
{
    QVariantList list;
    const auto fields = current().fields;
    for (const auto &field : fields) {
        list.append(QVariantMap {{QStringLiteral("name"), field.name},
                                 {QStringLiteral("label"), field.label},
                                 {QStringLiteral("hint"), field.hint},
                                 {QStringLiteral("secret"), field.secret},
                                 {QStringLiteral("optional"), field.optional}});
    }
    return list;
}

QString SignInForm::suggestedLabel() const
{
    const data::Account *const known = m_accounts->account(m_account);
    if (known && !known->label.isEmpty())
        return known->label;
    return m_engine && !m_service.id.isEmpty() ? m_engine->suggestedLabel({}, QStringLiteral("window")) : QString();
}

void SignInForm::submit(const QVariantMap &values, const QString &label, const QString &address)
{
    if (!m_engine || m_busy || m_service.id.isEmpty())
        return;
    forget();
    const QString host = address.trimmed();
    m_request.service = m_service.id;
    m_request.way = current().id;
    m_request.label = label.trimmed();
    m_request.account = m_account;
    if (ownAddress())
        m_request.address = QUrl(host.contains(u"://") ? host : QString(u"https://"_qs + host), QUrl::StrictMode);
    for (auto value = values.cbegin(); value != values.cend(); ++value) {
        const QByteArray text = value->toString().trimmed().toUtf8();
        if (!text.isEmpty())
            m_request.fields.insert(value.key(), Secret(text));
    }
    send();
}

void SignInForm::tryOther()
{
    const data::SignInWay *const other = m_refused && !m_busy ? otherFormOf(m_service, m_request.way) : nullptr;
    if (!other)
        return;
    m_request.way = other->id;
    m_way = static_cast<int>(other - m_service.ways.constData());
    Q_EMIT wayChanged();
    send();
}

void SignInForm::send()
{
    m_busy = true;
    m_objection.clear();
    m_error.clear();
    const int mine = ++m_try;
    m_stop = {};
    Q_EMIT changed();
    const auto prompt = [this, mine, self = QPointer<SignInForm>(this)](const data::SignInPrompt &wanted) {
        if (!self || mine != m_try)
            return;
        m_prompt = wanted;
        m_tick.start();
        Q_EMIT changed();
    };
    deliver(m_engine->signIn(m_request, prompt, m_stop.get_token()), this,
            [this, mine](const Result<data::Account> &account) {
                if (mine == m_try)
                    settled(account);
            });
}

bool SignInForm::secret() const { return asksForSecret(current()); }

QString SignInForm::welcome(const data::Account &account) const
{
    const QString place = placeText(account.place, {});
    const data::SignInWay *const way = wayOf(m_service, account.way);
    const bool tested = !way || way->testable;
    const bool off = !switchedOff().isEmpty();
    QString text;
    if (place.isEmpty())
        text = tested ? tr("%1 answers.").arg(account.title) : tr("%1 is connected.").arg(account.title);
    else if (!tested)
        text = tr("It is kept %1; whether it is right shows when the first image is read.").arg(place);
    else
        text = off ? tr("%1 accepts it.").arg(account.title)
                   : tr("%1 accepts it. It is kept %2.").arg(account.title, place);
    if (off)
        text += u' ' + tr("Its catalogue is switched off.");
    return text;
}

QString SignInForm::switchedOff() const
{
    QString off;
    for (const auto &provider : m_engine->providers()) {
        if (provider.connection != m_service.id)
            continue;
        if (provider.enabled)
            return {};
        off = provider.id;
    }
    return off;
}

void SignInForm::settled(const Result<data::Account> &account)
{
    m_busy = false;
    m_prompt = {};
    m_tick.stop();
    if (account) {
        forget();
        Q_EMIT changed();
        m_accounts->checkKeychain();
        m_accounts->say(account->id, welcome(*account), switchedOff());
        Q_EMIT signedIn(account->id);
        return;
    }
    m_refused = account.error().code == ErrorCode::Unauthorized;
    (account.error().code == ErrorCode::InvalidInput ? m_objection : m_error) = account.error().message;
    // Kept on for its other form alone.
    if (!m_refused || !otherFormOf(m_service, m_request.way))
        m_request = {};
    Q_EMIT changed();
}

QString SignInForm::otherForm() const
{
    const data::SignInWay *const other = m_refused && !m_busy ? otherFormOf(m_service, m_request.way) : nullptr;
    return other ? other->title : QString();
}

void SignInForm::copyCode() { QGuiApplication::clipboard()->setText(m_prompt.code); }

QString SignInForm::website() const { return webAddress(m_service.website); }

QString SignInForm::promptUrl() const { return webAddress(m_prompt.open); }

QString SignInForm::promptLeft() const
{
    if (!m_prompt.expires.isValid())
        return {};
    const qint64 seconds = std::max<qint64>(0, QDateTime::currentDateTimeUtc().secsTo(m_prompt.expires));
    return seconds >= 120 ? tr("%1 min left").arg(QLocale().toString(seconds / 60))
                          : tr("%1 s left").arg(QLocale().toString(seconds));
}

} // namespace astra::settings
