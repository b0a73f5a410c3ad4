// SPDX-License-Identifier: Apache-2.0
#include "core/credentials/accountlife.h"

#include "core/data/timerange.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QLocale>
#include <QSaveFile>
#include <QSysInfo>

#include <algorithm>
#include <cmath>

namespace astra::credentials {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::Accounts)
};

constexpr int maxKeyLength = 4096;
constexpr int hiddenAtLeast = 12; ///< characters of a key that are never shown
constexpr int daysKept = 30;
constexpr int longDays = 90;
constexpr int spikeFactor = 10;
constexpr int spikeRequests = 100;
constexpr int spikeDays = 7;
constexpr qint64 maxFileBytes = 4LL << 20;
constexpr qsizetype maxText = 500;
constexpr int maxAccounts = 1000;

using Kind = data::AccountNotice::Kind;

/// The prefix of the key's environment; the longest first, as the definition has them.
const Environment *environmentOf(const QByteArray &key, const SignInMethod &method)
{
    const auto found = std::ranges::find_if(method.environments, [&key](const Environment &environment) {
        return key.startsWith(environment.prefix.toLatin1());
    });
    return found == method.environments.end() ? nullptr : &*found;
}

Json moment(const QDateTime &time) { return time.isValid() ? Json(toStd(time.toUTC().toString(Qt::ISODate))) : Json(); }

QDateTime momentAt(const Json &json, const char *key)
{
    return data::parseTime(stringAt(json, key)).value_or(QDateTime());
}

QString textAt(const Json &json, const char *key) { return stringAt(json, key).left(maxText); }

bool flagAt(const Json &json, const char *key, bool fallback) { return asBool(member(json, key)).value_or(fallback); }

/// An id as accounts and services have them.
bool isId(const QString &text)
{
    static const QRegularExpression form(QStringLiteral("^[a-z0-9][a-z0-9._-]{0,79}\\z"));
    return form.match(text).hasMatch();
}

template<typename Number> Json byDay(const QMap<QDate, Number> &numbers)
{
    Json json = Json::object();
    for (auto it = numbers.begin(); it != numbers.end(); ++it)
        json[toStd(it.key().toString(Qt::ISODate))] = it.value();
    return json;
}

template<typename Number> QMap<QDate, Number> daysAt(const Json &json, const char *key)
{
    QMap<QDate, Number> numbers;
    const Json &object = member(json, key);
    if (!object.is_object())
        return numbers;
    for (const auto &[text, value] : object.items()) {
        const QDate day = QDate::fromString(QString::fromStdString(text), Qt::ISODate);
        const auto number = asNumber(value);
        if (day.isValid() && number && *number >= 0 && *number <= 1e9)
            numbers.insert(day, static_cast<Number>(*number));
    }
    while (numbers.size() > daysKept)
        numbers.erase(numbers.begin());
    return numbers;
}

Json toJson(const data::NoticeSettings &settings)
{
    Json json {{"old", settings.old},
               {"unused", settings.unused},
               {"spike", settings.spike},
               {"expiring", settings.expiring},
               {"refused", settings.refused}};
    if (settings.dailyRequests)
        json["dailyRequests"] = *settings.dailyRequests;
    if (settings.dailyCredits)
        json["dailyCredits"] = *settings.dailyCredits;
    return json;
}

data::NoticeSettings noticesFrom(const Json &json)
{
    data::NoticeSettings settings;
    settings.old = flagAt(json, "old", settings.old);
    settings.unused = flagAt(json, "unused", settings.unused);
    settings.spike = flagAt(json, "spike", settings.spike);
    settings.expiring = flagAt(json, "expiring", settings.expiring);
    settings.refused = flagAt(json, "refused", settings.refused);
    const auto limit = [&json](const char *name) -> std::optional<int> {
        const auto number = asInteger(member(json, name));
        return number && *number > 0 && *number <= 1'000'000'000 ? std::optional(static_cast<int>(*number))
                                                                 : std::nullopt;
    };
    settings.dailyRequests = limit("dailyRequests");
    settings.dailyCredits = limit("dailyCredits");
    return settings;
}

/// What could not be read is not lost with the next writing.
QString putAside(const QString &path)
{
    const QString beside = path + QStringLiteral(".broken");
    QFile::remove(beside);
    return QFile::copy(path, beside) ? beside : QString();
}

Rotation rotationFrom(const QString &text)
{
    return text == u"switching" ? Rotation::Switching : text == u"ending" ? Rotation::Ending : Rotation::None;
}

Leftover leftoverFrom(const QString &text)
{
    return text == u"former" ? Leftover::Former : text == u"newer" ? Leftover::Newer : Leftover::None;
}

QString dayText(const QDateTime &time) { return QLocale().toString(time.toUTC().date(), QLocale::ShortFormat); }

/// The middle one of the days before `today`.
int usualDay(const QMap<QDate, int> &uses, const QDate &today)
{
    std::vector<int> days;
    days.reserve(static_cast<std::size_t>(uses.size()));
    for (auto it = uses.begin(); it != uses.end(); ++it) {
        if (it.key() < today)
            days.push_back(it.value());
    }
    if (days.size() < spikeDays)
        return 0;
    const auto middle = days.begin() + static_cast<std::ptrdiff_t>(days.size() / 2);
    std::ranges::nth_element(days, middle);
    return *middle;
}

} // namespace

Json AccountRecord::toJson() const
{
    Json json {{"id", toStd(id)},
               {"service", toStd(service)},
               {"way", toStd(way)},
               {"label", toStd(label)},
               {"inUse", inUse},
               {"refused", refused},
               {"created", moment(created)},
               {"lastUsed", moment(lastUsed)},
               {"expires", moment(expires)},
               {"keyId", toStd(keyId)},
               {"who", toStd(who)},
               {"uses", byDay(uses)},
               {"credits", byDay(credits)}};
    if (!address.isEmpty())
        json["address"] = toStd(address.toString(QUrl::FullyEncoded));
    if (rotation != Rotation::None) {
        json["rotation"] = rotation == Rotation::Switching ? "switching" : "ending";
        json["former"] = {{"keyId", toStd(formerKeyId)},
                          {"label", toStd(formerLabel)},
                          {"created", moment(formerCreated)},
                          {"replaced", madeHere ? "here" : "elsewhere"}};
    }
    if (creditsTold.left)
        json["creditsTold"] = {
            {"left", *creditsTold.left}, {"at", moment(creditsTold.at)}, {"reset", moment(creditsTold.reset)}};
    if (left != Leftover::None)
        json["left"] = left == Leftover::Former ? "former" : "newer";
    Json own = Json::object();
    for (auto it = values.begin(); it != values.end(); ++it)
        own[toStd(it.key())] = toStd(it.value());
    json["values"] = std::move(own);
    return json;
}

std::optional<AccountRecord> AccountRecord::fromJson(const Json &json)
{
    AccountRecord record;
    record.id = textAt(json, "id");
    record.service = textAt(json, "service");
    if (!isId(record.id) || !isId(record.service))
        return std::nullopt;
    record.way = textAt(json, "way");
    record.label = textAt(json, "label");
    if (const QUrl address(textAt(json, "address"), QUrl::StrictMode); address.isValid())
        record.address = address;
    record.inUse = flagAt(json, "inUse", true);
    record.refused = flagAt(json, "refused", false);
    record.created = momentAt(json, "created");
    record.lastUsed = momentAt(json, "lastUsed");
    record.expires = momentAt(json, "expires");
    record.keyId = textAt(json, "keyId");
    record.who = textAt(json, "who");
    record.uses = daysAt<int>(json, "uses");
    record.credits = daysAt<double>(json, "credits");
    const Json &told = member(json, "creditsTold");
    record.creditsTold = {numberAt(told, "left"), momentAt(told, "at"), momentAt(told, "reset")};
    record.rotation = rotationFrom(textAt(json, "rotation"));
    const Json &former = member(json, "former");
    record.formerKeyId = textAt(former, "keyId");
    record.formerLabel = textAt(former, "label");
    record.formerCreated = momentAt(former, "created");
    record.madeHere = stringAt(former, "replaced") == u"here";
    record.left = leftoverFrom(textAt(json, "left"));
    const Json &own = member(json, "values");
    if (own.is_object() && own.size() <= 32) {
        for (const auto &[name, value] : own.items()) {
            if (const auto text = asString(value); text && text->size() <= maxText)
                record.values.insert(QString::fromStdString(name), *text);
        }
    }
    return record;
}

void AccountRecord::count(const QDateTime &now, double creditsSpent)
{
    const QDate today = now.toUTC().date();
    lastUsed = now;
    ++uses[today];
    if (creditsSpent > 0)
        credits[today] += creditsSpent;
    while (uses.size() > daysKept)
        uses.erase(uses.cbegin());
    while (credits.size() > daysKept)
        credits.erase(credits.cbegin());
}

void AccountRecord::remember(const data::Allowance &told, const QDateTime &now)
{
    if (told.creditsLeft) {
        creditsTold.left = told.creditsLeft;
        creditsTold.at = now;
    }
    if (told.creditsReset.isValid())
        creditsTold.reset = told.creditsReset;
}

data::Allowance AccountRecord::remembered(const QDateTime &now) const
{
    data::Allowance known;
    if (creditsTold.reset.isValid() && creditsTold.reset <= now)
        return known;
    known.creditsLeft = creditsTold.left;
    known.creditsReset = creditsTold.reset;
    return known;
}

AccountFile::Content AccountFile::read(const QString &path)
{
    Content content;
    if (path.isEmpty() || !QFileInfo::exists(path))
        return content;
    const auto json = readJsonFile(path, maxFileBytes);
    const Json &accounts = json ? member(*json, "accounts") : member(Json(), "");
    bool whole = json && accounts.is_array() && accounts.size() <= maxAccounts;
    if (whole) {
        content.records.reserve(accounts.size());
        for (const Json &entry : accounts) {
            auto record = AccountRecord::fromJson(entry);
            const bool twice = record && std::ranges::any_of(content.records, [&](const AccountRecord &other) {
                                   return other.id == record->id;
                               });
            if (record && !twice)
                content.records.push_back(*std::move(record));
            else
                whole = false;
        }
        content.notices = noticesFrom(member(*json, "notices"));
    }
    if (whole)
        return content;
    const QString beside = putAside(path);
    content.warning = beside.isEmpty()
        ? Text::tr("%1 could not be read. Labels and history of the accounts in it are not known.").arg(path)
        : Text::tr("Parts of %1 could not be read; it was kept as %2. Keys are in the keychain and not affected.")
              .arg(path, QFileInfo(beside).fileName());
    return content;
}

Result<void> AccountFile::write(const QString &path, const Content &content)
{
    Json accounts = Json::array();
    for (const auto &record : content.records)
        accounts.push_back(record.toJson());
    const Json json {{"accounts", std::move(accounts)}, {"notices", credentials::toJson(content.notices)}};
    const QByteArray text = toText(json, 2) + '\n';
    QSaveFile file(path);
    if (!QDir().mkpath(QFileInfo(path).absolutePath()) || !file.open(QIODevice::WriteOnly)
        || !file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner) || file.write(text) != text.size()
        || !file.commit())
        return fail(ErrorCode::Storage, Text::tr("%1 could not be written: %2").arg(path, file.errorString()));
    return {};
}

QString masked(const Secret &key, const SignInMethod &method)
{
    const QByteArray &text = key.reveal();
    if (text.isEmpty())
        return {};
    const Environment *environment = environmentOf(text, method);
    // What every key of this kind begins with says nothing about this one.
    const auto known = method.mask.prefix && environment ? environment->prefix.size() : 0;
    const bool ruled = method.mask.prefix || method.mask.head > 0 || method.mask.tail > 0;
    qsizetype head = std::max<qsizetype>(known, method.mask.head);
    qsizetype tail = ruled ? method.mask.tail : text.size() >= 20 ? 4 : 0;
    if (text.size() - head - tail < hiddenAtLeast)
        tail = 0;
    if (text.size() - head < hiddenAtLeast)
        head = known;
    return QString(QString::fromLatin1(text.left(head)) + u'…' + QString::fromLatin1(text.right(tail)));
}

bool isTestKey(const Secret &key, const SignInMethod &method)
{
    const Environment *environment = environmentOf(key.reveal(), method);
    return environment && environment->test;
}

QString objectionTo(const Secret &key, const SignInMethod &method, const QString &title)
{
    const QByteArray &text = key.reveal();
    // It goes into a header as it is: nothing but printable ASCII may be in it.
    const bool printable = !text.isEmpty() && text.size() <= maxKeyLength
        && std::ranges::all_of(text, [](char c) { return c > ' ' && c < 127; });
    if (printable && (method.pattern.pattern().isEmpty() || method.pattern.match(QString::fromLatin1(text)).hasMatch()))
        return {};
    const auto field = std::ranges::find_if(method.way.fields, &data::SignInField::secret);
    const QString hint = field == method.way.fields.end() ? QString() : field->hint;
    const QString objection
        = Text::tr("This does not look like a key of %1. Copy the whole key and paste it again.").arg(title);
    return hint.isEmpty() ? objection : QString(objection + u' ' + Text::tr("It should look like this: %1").arg(hint));
}

QList<data::AccountNotice> noticesFor(const AccountRecord &record, const data::NoticeSettings &settings,
                                      const QDateTime &now)
{
    QList<data::AccountNotice> notices;
    const QDate today = now.toUTC().date();
    if (settings.refused && record.refused)
        notices.append({Kind::Refused, Text::tr("The service refused this key last time.")});
    if (settings.expiring && record.expires.isValid()) {
        // What was handed out for a short while is always about to end: an hour is notice enough.
        const bool brief = record.created.isValid() && record.created.daysTo(record.expires) < 8;
        const QDateTime from = brief ? record.expires.addSecs(-3600) : record.expires.addDays(-7);
        if (now >= record.expires)
            notices.append({Kind::Expiring, Text::tr("It ended on %1.").arg(dayText(record.expires))});
        else if (now >= from && brief)
            notices.append({Kind::Expiring,
                            Text::tr("It ends in %n minute(s).", nullptr,
                                     static_cast<int>((now.secsTo(record.expires) + 59) / 60))});
        else if (now >= from)
            notices.append({Kind::Expiring, Text::tr("It ends on %1.").arg(dayText(record.expires))});
    }
    if (settings.old && record.created.isValid() && record.created.daysTo(now) >= longDays)
        notices.append({Kind::Old,
                        Text::tr("This key has been here for %n day(s). A new one every three months limits what a "
                                 "lost one can do.",
                                 nullptr, static_cast<int>(record.created.daysTo(now)))});
    const QDateTime used = record.lastUsed.isValid() ? record.lastUsed : record.created;
    if (settings.unused && used.isValid() && used.daysTo(now) >= longDays)
        notices.append({Kind::Unused,
                        Text::tr("It has not been used for %n day(s). A key that nobody needs is best revoked.",
                                 nullptr, static_cast<int>(used.daysTo(now)))});
    const int requests = record.uses.value(today);
    const int usual = usualDay(record.uses, today);
    if (settings.spike && usual > 0 && requests >= spikeRequests && requests >= spikeFactor * usual)
        notices.append({Kind::Spike,
                        Text::tr("%1 requests today, where %2 are usual.")
                            .arg(QLocale().toString(requests), QLocale().toString(usual))});
    if (settings.dailyRequests && requests > *settings.dailyRequests)
        notices.append({Kind::Quota,
                        Text::tr("%1 requests today, more than the %2 that you chose.")
                            .arg(QLocale().toString(requests), QLocale().toString(*settings.dailyRequests))});
    if (const double spent = record.credits.value(today); settings.dailyCredits && spent > *settings.dailyCredits)
        notices.append({Kind::Credits,
                        Text::tr("%1 credits today, more than the %2 that you chose.")
                            .arg(QLocale().toString(spent, 'f', spent == std::floor(spent) ? 0 : 1),
                                 QLocale().toString(*settings.dailyCredits))});
    return notices;
}

bool isSignedIn(const data::Account &account, const data::Service &service)
{
    if (account.place != data::Account::Place::None || !service.needsAccount)
        return true;
    // A click was enough: nothing is kept, and nothing is missing.
    const auto way = std::ranges::find(service.ways, account.way, &data::SignInWay::id);
    return way != service.ways.end() && way->available && way->fields.isEmpty() && !way->browser;
}

QString nextLabel(const QString &label, const QStringList &taken)
{
    static const QRegularExpression form(QStringLiteral("^(.+)-v([0-9]{1,4})$"));
    const auto match = form.match(label);
    const QString base = match.hasMatch() ? match.captured(1) : label.isEmpty() ? QStringLiteral("astra") : label;
    int number = match.hasMatch() ? match.captured(2).toInt() + 1 : 2;
    const auto made = [&base, &number] { return QString(base + QStringLiteral("-v") + QString::number(number)); };
    while (taken.contains(made()))
        ++number;
    return made();
}

QString suggestedLabel(const QString &place)
{
    // Services take 64 characters at least.
    const QString machine = QSysInfo::machineHostName().section(u'.', 0, 0);
    return (machine.isEmpty() ? place : machine).left(60);
}

} // namespace astra::credentials
