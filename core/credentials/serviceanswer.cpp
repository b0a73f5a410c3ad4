// SPDX-License-Identifier: Apache-2.0
#include "core/credentials/serviceanswer.h"

#include "core/data/timerange.h"
#include "core/net/patience.h"

#include <QCoreApplication>

#include <algorithm>
#include <initializer_list>

namespace astra::credentials {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::ServiceCalls)
};

constexpr size_t longestList = 10000;
constexpr qsizetype longestText = 400;

/// "/usage/today" in `json`; nullptr where it is not there.
const Json *at(const Json &json, const QString &pointer)
{
    const Json *here = &json;
    if (pointer.isEmpty())
        return here;
    if (!pointer.startsWith(u'/'))
        return nullptr;
    for (QString step : pointer.mid(1).split(u'/')) {
        step.replace(QStringLiteral("~1"), QStringLiteral("/")).replace(QStringLiteral("~0"), QStringLiteral("~"));
        if (here->is_object()) {
            const auto found = here->find(toStd(step));
            if (found == here->end())
                return nullptr;
            here = &*found;
        } else {
            bool ok = false;
            const qulonglong index = step.toULongLong(&ok);
            const bool plain = ok && step == QString::number(index); // not "+0", not "00"
            if (!here->is_array() || !plain || index >= here->size())
                return nullptr;
            here = &here->at(index);
        }
    }
    return here;
}

std::optional<qint64> countOf(const Json &value)
{
    const auto number = asNumber(value, true);
    constexpr double most = 9e15; // beyond it a double no longer counts one by one
    return number && *number >= 0 && *number <= most ? std::optional(static_cast<qint64>(*number)) : std::nullopt;
}

std::optional<double> amountOf(const Json &value)
{
    const auto number = asNumber(value, true);
    return number ? std::optional(*number) : std::nullopt;
}

/// Seconds or milliseconds since 1970, whichever lies in this age; invalid for anything else.
QDateTime sinceEpoch(double number)
{
    constexpr double thisAge = 1e9; // September 2001; as milliseconds the year 33658
    if (number >= thisAge && number < thisAge * 100)
        return QDateTime::fromMSecsSinceEpoch(static_cast<qint64>(number * 1000), Qt::UTC);
    if (number >= thisAge * 1000 && number < thisAge * 100000)
        return QDateTime::fromMSecsSinceEpoch(static_cast<qint64>(number), Qt::UTC);
    return {};
}

/// A moment in any form that the services have been seen to write. UTC; invalid: none.
QDateTime timeOf(const QString &text)
{
    const QString trimmed = text.trimmed().left(64);
    if (const auto time = data::parseTime(trimmed))
        return *time;
    bool ok = false;
    if (const double number = trimmed.toDouble(&ok); ok)
        return sinceEpoch(number);
    for (const QString &form :
         {QStringLiteral("dd-MM-yyyy"), QStringLiteral("yyyy_MM_dd"), QStringLiteral("yyyy/MM/dd")}) {
        if (const auto date = QDate::fromString(trimmed, form); date.isValid())
            return QDateTime(date, QTime(0, 0), Qt::UTC);
    }
    const QDateTime mail = QDateTime::fromString(trimmed, Qt::RFC2822Date);
    return mail.isValid() ? mail.toUTC() : QDateTime();
}

QDateTime timeOf(const Json &value)
{
    if (const auto text = asString(value))
        return timeOf(*text);
    const auto number = asNumber(value);
    return number ? sinceEpoch(*number) : QDateTime();
}

/// A flag, the moment since when it holds, or a word for it.
bool flagOf(const Json &value, const QStringList &words)
{
    if (const auto flag = asBool(value))
        return *flag;
    const auto text = asString(value);
    return text ? words.contains(text->toLower()) || timeOf(*text).isValid() : timeOf(value).isValid();
}

} // namespace

const Json &pointed(const Json &json, const Json &pointers)
{
    static const Json nothing;
    const QStringList all = pointers.is_string() ? QStringList {asString(pointers).value_or(QString())}
                                                 : asStringList(pointers);
    for (const QString &pointer : all) {
        const Json *found = at(json, pointer);
        if (found != nullptr && !found->is_null())
            return *found;
    }
    return nothing;
}

QString textOf(const Json &value)
{
    if (const auto text = asString(value))
        return text->left(longestText);
    if (const auto whole = asInteger(value))
        return QString::number(*whole);
    if (const auto number = asNumber(value))
        return QString::number(*number, 'g', 12);
    if (const auto flag = asBool(value))
        return *flag ? Text::tr("yes") : Text::tr("no");
    return {};
}

Result<std::vector<Json>> listOf(const Json &json, const QStringList &items, const QString &title)
{
    const QStringList pointers = items.isEmpty() ? QStringList {QString()} : items;
    for (const QString &pointer : pointers) {
        const Json *list = at(json, pointer);
        if (list == nullptr || !list->is_array())
            continue;
        if (list->size() > longestList)
            return fail(ErrorCode::InvalidInput, Text::tr("The list that %1 answered is too long.").arg(title), title);
        return std::vector<Json>(list->begin(), list->end());
    }
    return fail(ErrorCode::InvalidInput, Text::tr("%1 answered something that is no list.").arg(title), title);
}

data::ServiceKey keyOf(const Json &json, const Json &answer)
{
    const auto part = [&](const char *name) -> const Json & { return pointed(json, member(answer, name)); };
    data::ServiceKey key;
    key.id = textOf(part("id"));
    key.label = textOf(part("label"));
    key.masked = textOf(part("masked"));
    key.test = flagOf(part("test"), {QStringLiteral("test"), QStringLiteral("true"), QStringLiteral("sandbox")});
    key.revoked = flagOf(part("revoked"),
                         {QStringLiteral("revoked"), QStringLiteral("true"), QStringLiteral("disabled"),
                          QStringLiteral("suspended"), QStringLiteral("inactive"), QStringLiteral("expired")});
    key.created = timeOf(part("created"));
    key.lastUsed = timeOf(part("lastUsed"));
    key.expires = timeOf(part("expires"));
    key.scopes = asStringList(part("scopes"));
    return key;
}

data::ProviderKey providerKeyOf(const Json &json, const Json &answer, const QString &stops)
{
    const auto part = [&](const char *name) -> const Json & { return pointed(json, member(answer, name)); };
    data::ProviderKey key;
    key.provider = textOf(part("provider"));
    key.masked = textOf(part("masked"));
    key.added = timeOf(part("added"));
    key.stops = QString(stops).replace(QStringLiteral("{provider}"), key.provider);
    return key;
}

void addUsage(data::Usage &usage, const Json &json, const Json &answer)
{
    const auto part = [&](const char *name) -> const Json & { return pointed(json, member(answer, name)); };
    const auto take = [](auto &known, auto told) {
        if (!known)
            known = told;
    };
    if (usage.plan.isEmpty())
        usage.plan = textOf(part("plan"));
    take(usage.creditsLeft, amountOf(part("creditsLeft")));
    take(usage.creditsTotal, amountOf(part("creditsTotal")));
    take(usage.today, countOf(part("today")));
    take(usage.week, countOf(part("week")));
    take(usage.month, countOf(part("month")));
    take(usage.perMinute, countOf(part("perMinute")));
    if (!usage.periodEnd.isValid())
        usage.periodEnd = timeOf(part("periodEnd"));
    const Json &more = member(answer, "more");
    if (!more.is_object())
        return;
    for (const auto &[label, pointers] : more.items()) {
        const QString value = textOf(pointed(json, pointers));
        const QString name = QString::fromStdString(label);
        const bool known = std::any_of(usage.more.begin(), usage.more.end(),
                                       [&](const auto &one) { return one.first == name; });
        if (!value.isEmpty() && !known)
            usage.more.emplaceBack(name, value);
    }
}

AccountFacts factsOf(const Json &json, const Json &answer)
{
    AccountFacts facts;
    if (!answer.is_object())
        return facts;
    for (const auto &[name, pointers] : answer.items()) {
        const QString value = textOf(pointed(json, pointers));
        if (name == "who")
            facts.who = value;
        else if (!value.isEmpty())
            facts.values.insert(QString::fromStdString(name), value);
    }
    return facts;
}

namespace {

/// By the name that the definition gives, else by the usual ones.
QByteArray headerOf(const net::HttpResponse &response, const Json &names, const char *member,
                    std::initializer_list<const char *> usual = {})
{
    if (const QString own = stringAt(names, member); !own.isEmpty())
        return response.header(own.toLatin1()).trimmed();
    for (const char *name : usual) {
        if (QByteArray value = response.header(name).trimmed(); !value.isEmpty())
            return value;
    }
    return {};
}

/// "100, 100;w=60" is 100.
std::optional<double> amountIn(const QByteArray &text)
{
    bool ok = false;
    const double value = text.split(',').front().split(';').front().trimmed().toDouble(&ok);
    return ok && value >= 0 && value < 9e15 ? std::optional(value) : std::nullopt;
}

} // namespace

data::Allowance allowanceOf(const net::HttpResponse &response, const Json &names)
{
    const auto whole = [](const QByteArray &text) -> std::optional<qint64> {
        const auto value = amountIn(text);
        return value ? std::optional(static_cast<qint64>(*value)) : std::nullopt;
    };
    const auto moment = [&](const QByteArray &text) -> QDateTime {
        const auto value = amountIn(text);
        if (!value)
            return timeOf(QString::fromLatin1(text));
        constexpr double longestSpan = 400 * 86400.0; // more are seconds since 1970
        if (*value < longestSpan)
            return net::hostTime(response.headers, QDateTime::currentDateTimeUtc())
                .addSecs(static_cast<qint64>(*value));
        return sinceEpoch(*value);
    };
    const auto header = [&](const char *member, std::initializer_list<const char *> usual) {
        return headerOf(response, names, member, usual);
    };
    data::Allowance allowance;
    allowance.rateLimit = whole(header("limit", {"X-RateLimit-Limit", "RateLimit-Limit"}));
    allowance.rateLeft = whole(header("left", {"X-RateLimit-Remaining", "RateLimit-Remaining"}));
    allowance.rateReset = moment(header("reset", {"X-RateLimit-Reset", "RateLimit-Reset"}));
    allowance.creditsLeft = amountIn(header("creditsLeft", {"X-Credits-Remaining"}));
    allowance.creditsReset = moment(header("creditsReset", {"X-Credits-Reset"}));
    return allowance;
}

double creditsSpent(const net::HttpResponse &response, const Json &names, const std::optional<double> &leftBefore)
{
    // Without the definition's word nobody knows whether such a header tells of this request or of the whole month.
    if (const auto told = amountIn(headerOf(response, names, "creditsUsed")))
        return *told;
    const auto left = allowanceOf(response, names).creditsLeft;
    return leftBefore && left ? std::max(0.0, *leftBefore - *left) : 0.0;
}

} // namespace astra::credentials
