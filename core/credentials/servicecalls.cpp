// SPDX-License-Identifier: Apache-2.0
#include "core/credentials/servicecalls.h"

#include "core/credentials/accountlife.h"
#include "core/credentials/serviceerror.h"
#include "core/data/timerange.h"
#include "core/net/patience.h"

#include <QCoreApplication>
#include <QUrlQuery>

#include <algorithm>
#include <initializer_list>

namespace astra::credentials {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::ServiceCalls)
};

using Values = ServiceCalls::Values;

constexpr qint64 longestAnswer = 4 << 20;
constexpr size_t longestList = 10000;
constexpr qsizetype longestText = 400;

// --- placeholders ---------------------------------------------------------------------------------------------------

/// "…/{org}/…" with its values put in; nothing where one of them is not there.
/// @param encoded percent-encode what is put in
std::optional<QString> filled(const QString &form, const Values &values, bool encoded)
{
    QString text;
    for (qsizetype at = 0; at < form.size();) {
        const qsizetype open = form.indexOf(u'{', at);
        const qsizetype close = open < 0 ? -1 : form.indexOf(u'}', open);
        if (close < 0)
            return QString(text + form.mid(at));
        const QString value = values.value(form.mid(open + 1, close - open - 1));
        if (value.isEmpty())
            return std::nullopt;
        text += form.mid(at, open - at);
        text += encoded ? QString::fromLatin1(QUrl::toPercentEncoding(value)) : value;
        at = close + 1;
    }
    return text;
}

/// The body with its values put in; null where nothing of it is left. "{scopes}" alone becomes a list.
Json filled(const Json &form, const Values &values)
{
    if (form.is_string()) {
        const QString text = asString(form).value_or(QString());
        const auto full = filled(text, values, false);
        if (!full)
            return nullptr;
        if (text != u"{scopes}")
            return toStd(*full);
        Json list = Json::array();
        for (const QString &scope : full->split(u','))
            list.push_back(toStd(scope));
        return list;
    }
    if (!form.is_structured())
        return form;
    Json result = form.is_object() ? Json::object() : Json::array();
    for (const auto &[name, part] : form.items()) {
        Json value = filled(part, values);
        if (value.is_null() && !part.is_null())
            continue;
        if (form.is_object())
            result[name] = std::move(value);
        else
            result.push_back(std::move(value));
    }
    return result;
}

/// What a person's text may become in a path: a segment, not a way out of it.
bool staysInPath(const Values &values)
{
    return std::none_of(values.begin(), values.end(), [](const QString &value) {
        return value == u"." || value == u".." || value.contains(QChar::Null);
    });
}

// --- values of answers ----------------------------------------------------------------------------------------------

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

/// Texts of a stranger are cut: a label of a megabyte helps nobody.
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

/// The list in an answer: bare or in one of its members.
Result<std::vector<Json>> listOf(const Json &answer, const ServiceCall &call, const QString &title)
{
    const QStringList pointers = call.items.isEmpty() ? QStringList {QString()} : call.items;
    for (const QString &pointer : pointers) {
        const Json *list = at(answer, pointer);
        if (list == nullptr || !list->is_array())
            continue;
        if (list->size() > longestList)
            return fail(ErrorCode::InvalidInput, Text::tr("The list that %1 answered is too long.").arg(title), title);
        return std::vector<Json>(list->begin(), list->end());
    }
    return fail(ErrorCode::InvalidInput, Text::tr("%1 answered something that is no list.").arg(title), title);
}

QString partOf(const Json &json, const Json &answer, const char *name)
{
    return textOf(pointed(json, member(answer, name)));
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

/// Adds what one answer tells; what is known already stays.
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

tl::unexpected<Error> notOffered(const ServiceKind &kind, const QString &sentence)
{
    return fail(ErrorCode::Unsupported, sentence, kind.service.title);
}

/// A call of the definition; `missing` is the sentence where it has none, or its service says that it does not offer
/// it.
Result<ServiceCall> callFrom(const ServiceKind &kind, const Json &json, const QString &missing)
{
    if (json.is_null())
        return notOffered(kind, missing);
    auto call = ServiceCall::fromJson(json);
    if (call)
        call->missing = missing;
    return call;
}

/// The same about keys, of which the definition may say where else they are managed.
Result<ServiceCall> keyCallFrom(const ServiceKind &kind, const char *name, const QString &missing)
{
    const QString own = localText(member(kind.errors, "absent"));
    return callFrom(kind, member(kind.keys, name), own.isEmpty() ? missing : own);
}

/// What a service answered, as JSON; null where it answered nothing.
Result<Json> answerOf(const net::HttpResponse &response, const ServiceKind &kind, const QStringList &absent,
                      const QString &missing)
{
    const QString title = kind.service.title;
    if (!kind.covers(response.url))
        return fail(ErrorCode::InvalidInput,
                    Text::tr("%1 sent the request on to %2, which is not its own. That answer is not believed.")
                        .arg(title, response.url.host()),
                    title);
    if (!response.ok()) {
        const QString code = absent.isEmpty() ? QString() : readFault(response).code;
        if (absent.contains(QString::number(response.status)) || (!code.isEmpty() && absent.contains(code)))
            return notOffered(kind, missing.isEmpty() ? Text::tr("%1 does not offer this.").arg(title) : missing);
        return fail(serviceError(response, title, kind.errors));
    }
    if (response.body.trimmed().isEmpty())
        return Json();
    auto json = parseJson(response.body);
    if (!json)
        return fail(ErrorCode::InvalidInput,
                    Text::tr("%1 did not answer with JSON: is this the right address?").arg(title), title);
    if (asBool(member(*json, "ok")) == false)
        return fail(serviceError(response, title, kind.errors));
    return json;
}

Values with(std::initializer_list<std::pair<QString, QString>> more)
{
    Values values;
    for (const auto &[name, value] : more)
        values.insert(name, value);
    return values;
}

const SignInMethod *keyMethod(const ServiceKind &kind)
{
    const auto found = std::find_if(kind.methods.begin(), kind.methods.end(),
                                    [](const SignInMethod &one) { return one.type == SignInMethod::Type::Key; });
    return found == kind.methods.end() ? nullptr : &*found;
}

Result<data::NewKey> newKeyFrom(const Json &json, const ServiceCall &call, const ServiceKind &kind)
{
    data::NewKey made;
    made.key = keyOf(json, call.answer);
    const auto secret = asString(pointed(json, member(call.answer, "secret")));
    if (!secret || secret->isEmpty() || secret->size() > 8192)
        return fail(ErrorCode::InvalidInput,
                    Text::tr("%1 has made a key, but its answer does not hold it. Revoke it there and make another.")
                        .arg(kind.service.title),
                    kind.service.title);
    made.secret = Secret(secret->toUtf8());
    if (const SignInMethod *method = keyMethod(kind)) {
        if (made.key.masked.isEmpty())
            made.key.masked = masked(made.secret, *method);
        made.key.test = made.key.test || isTestKey(made.secret, *method);
    }
    return made;
}

/// Sends the calls one after the other and puts together what they tell. One that the service does not offer is passed
/// over, if another one answers.
Future<data::Usage> collect(const ServiceCalls &calls, const std::vector<ServiceCall> &all, const Values &values,
                            size_t next, data::Usage known, std::optional<Error> failed, const StopToken &stop)
{
    if (next == all.size())
        return ready<data::Usage>(failed ? Result<data::Usage>(fail(*failed)) : Result<data::Usage>(std::move(known)));
    const bool first = next == 0;
    return chain(calls.send(all[next], values, stop),
                 [calls, all, values, next, known = std::move(known), failed, first,
                  stop](Result<Json> answer) mutable -> Future<data::Usage> {
                     if (answer) {
                         addUsage(known, *answer, all[next].answer);
                         failed.reset();
                     } else if (answer.error().code != ErrorCode::Unsupported
                                && answer.error().code != ErrorCode::NotFound) {
                         return ready<data::Usage>(fail(answer.error()));
                     } else if (first) {
                         failed = answer.error();
                     }
                     return collect(calls, all, values, next + 1, std::move(known), failed, stop);
                 });
}

} // namespace

Result<ServiceCall> ServiceCall::fromJson(const Json &json)
{
    const auto refuse = [](const QString &why) {
        return fail(ErrorCode::InvalidInput, Text::tr("A request of this service's definition %1.").arg(why));
    };
    if (!json.is_object())
        return refuse(Text::tr("is no object"));
    ServiceCall call;
    call.method = stringAt(json, "method", QStringLiteral("GET")).toLatin1().toUpper();
    static const QList<QByteArray> methods {"GET", "POST", "PUT", "PATCH", "DELETE"};
    if (!methods.contains(call.method))
        return refuse(Text::tr("has no method of HTTP's"));
    call.path = stringAt(json, "path");
    if (!call.path.startsWith(u'/'))
        return refuse(Text::tr("has no path that begins with “/”"));
    if (const Json &query = member(json, "query"); query.is_object()) {
        for (const auto &[name, value] : query.items())
            call.query.insert(QString::fromStdString(name), textOf(value));
    }
    call.body = member(json, "body");
    call.answer = member(json, "answer");
    const Json &items = member(json, "items");
    call.items = items.is_string() ? QStringList {asString(items).value_or(QString())} : asStringList(items);
    const Json &absent = member(json, "absent");
    if (absent.is_array()) {
        for (const Json &one : absent)
            call.absent << textOf(one);
    }
    return call;
}

ServiceCalls::ServiceCalls(std::shared_ptr<net::HttpClient> client, ServiceKind kind, QString connection,
                           Values account)
    : m_client(std::move(client))
    , m_kind(std::move(kind))
    , m_connection(std::move(connection))
    , m_account(std::move(account))
{
}

Future<Json> ServiceCalls::send(const ServiceCall &call, const Values &values, StopToken stop,
                                const QList<net::Header> &headers) const
{
    const QString title = m_kind.service.title;
    Values all = m_account;
    all.insert(values);
    const auto path = filled(call.path, all, true);
    const auto base = filled(m_kind.base, m_account, false);
    if (!path || !base || !staysInPath(all))
        return ready<Json>(fail(ErrorCode::InvalidInput,
                                Text::tr("%1 cannot be asked: something that its address needs is missing or unusable. "
                                         "Sign in again.")
                                    .arg(title),
                                title));
    net::HttpRequest request;
    request.method = call.method;
    request.url = QUrl(QString(*base + *path), QUrl::StrictMode);
    QUrlQuery query(request.url);
    for (auto field = call.query.begin(); field != call.query.end(); ++field) {
        if (const auto value = filled(field.value(), all, true))
            query.addQueryItem(QString::fromLatin1(QUrl::toPercentEncoding(field.key())), *value);
    }
    request.url.setQuery(query);
    // The path is the definition's, but what it is put behind may be a person's: no secret leaves the service's hosts.
    if (!request.url.isValid() || !m_kind.covers(request.url))
        return ready<Json>(fail(ErrorCode::InvalidInput,
                                Text::tr("%1 cannot be asked: its address is not one of its own hosts.").arg(title),
                                title));
    request.headers = QList<net::Header> {{"Accept", "application/json"}} + headers;
    if (!call.body.is_null()) {
        const Json body = filled(call.body, all);
        request.headers.append(net::Header("Content-Type", "application/json"));
        request.body = toText(body.is_null() ? Json::object() : body);
    }
    request.connection = m_connection;
    request.confidential = true;
    request.retries = call.method == "GET" ? 1 : 0; // a key must not be made twice
    request.maxBytes = longestAnswer;
    return chain(m_client->send(std::move(request), std::move(stop)),
                 [kind = m_kind, absent = call.absent,
                  missing = call.missing](const Result<net::HttpResponse> &response) -> Result<Json> {
                     return response ? answerOf(*response, kind, absent, missing) : fail(response.error());
                 });
}

Future<data::Usage> ServiceCalls::usage(StopToken stop) const
{
    const QString missing = Text::tr("%1 does not tell its usage.").arg(m_kind.service.title);
    std::vector<ServiceCall> all;
    const Json calls = m_kind.usage.is_array() ? m_kind.usage
        : m_kind.usage.is_null()               ? Json::array()
                                               : Json::array({m_kind.usage});
    all.reserve(calls.size());
    for (const Json &json : calls) {
        auto call = callFrom(m_kind, json, missing);
        if (!call)
            return ready<data::Usage>(fail(call.error()));
        all.push_back(std::move(*call));
    }
    if (all.empty())
        return ready<data::Usage>(notOffered(m_kind, missing));
    return collect(*this, all, {}, 0, {}, std::nullopt, stop);
}

Future<data::Usage> ServiceCalls::keyUsage(const QString &key, StopToken stop) const
{
    const auto call = callFrom(m_kind, member(m_kind.keys, "usage"),
                               Text::tr("%1 does not tell the usage of its single keys.").arg(m_kind.service.title));
    if (!call)
        return ready<data::Usage>(fail(call.error()));
    return collect(*this, {*call}, with({{QStringLiteral("id"), key}}), 0, {}, std::nullopt, stop);
}

Future<std::vector<data::ServiceKey>> ServiceCalls::keys(StopToken stop) const
{
    using Keys = std::vector<data::ServiceKey>;
    const auto call = keyCallFrom(m_kind, "list",
                                  Text::tr("%1 does not list its keys here.").arg(m_kind.service.title));
    if (!call)
        return ready<Keys>(fail(call.error()));
    return chain(send(*call, {}, std::move(stop)),
                 [call = *call, title = m_kind.service.title](const Result<Json> &answer) -> Result<Keys> {
                     const auto list = answer ? listOf(*answer, call, title) : fail(answer.error());
                     if (!list)
                         return fail(list.error());
                     Keys keys;
                     keys.reserve(list->size());
                     for (const Json &one : *list)
                         keys.push_back(keyOf(one, call.answer));
                     return keys;
                 });
}

Future<data::NewKey> ServiceCalls::createKey(const data::KeyWish &wish, StopToken stop) const
{
    const auto call = keyCallFrom(m_kind, "create",
                                  Text::tr("%1 makes keys on its own website only.").arg(m_kind.service.title));
    if (!call)
        return ready<data::NewKey>(fail(call.error()));
    const Values values = with({{QStringLiteral("label"), wish.label},
                                {QStringLiteral("mode"), wish.test ? QStringLiteral("test") : QStringLiteral("live")},
                                {QStringLiteral("plan"), wish.plan},
                                {QStringLiteral("scopes"), wish.scopes.join(u',')}});
    return chain(send(*call, values, std::move(stop)),
                 [call = *call, kind = m_kind, wish](const Result<Json> &answer) -> Result<data::NewKey> {
                     if (!answer)
                         return fail(answer.error());
                     auto made = newKeyFrom(*answer, call, kind);
                     if (made && made->key.label.isEmpty())
                         made->key.label = wish.label;
                     return made;
                 });
}

Future<data::NewKey> ServiceCalls::rollKey(const QString &key, StopToken stop) const
{
    const auto call = keyCallFrom(
        m_kind, "roll",
        Text::tr("%1 does not roll keys: make a new one, then revoke the old one.").arg(m_kind.service.title));
    if (!call)
        return ready<data::NewKey>(fail(call.error()));
    return chain(send(*call, with({{QStringLiteral("id"), key}}), std::move(stop)),
                 [call = *call, kind = m_kind](const Result<Json> &answer) -> Result<data::NewKey> {
                     return answer ? newKeyFrom(*answer, call, kind) : fail(answer.error());
                 });
}

namespace {

Future<void> sent(const ServiceCalls &calls, const Result<ServiceCall> &call, const Values &values, StopToken stop)
{
    if (!call)
        return ready<void>(fail(call.error()));
    return chain(calls.send(*call, values, std::move(stop)), [](const Result<Json> &answer) -> Result<void> {
        return answer ? Result<void>() : fail(answer.error());
    });
}

} // namespace

Future<void> ServiceCalls::revokeKey(const QString &key, StopToken stop) const
{
    return sent(
        *this,
        keyCallFrom(m_kind, "revoke", Text::tr("%1 revokes keys on its own website only.").arg(m_kind.service.title)),
        with({{QStringLiteral("id"), key}}), std::move(stop));
}

Future<std::vector<data::ProviderKey>> ServiceCalls::providerKeys(StopToken stop) const
{
    using Keys = std::vector<data::ProviderKey>;
    const auto call = callFrom(m_kind, member(m_kind.providerKeys, "list"),
                               Text::tr("%1 keeps no keys of other services.").arg(m_kind.service.title));
    if (!call)
        return ready<Keys>(fail(call.error()));
    return chain(send(*call, {}, std::move(stop)),
                 [call = *call, stops = localText(member(m_kind.providerKeys, "stops")),
                  title = m_kind.service.title](const Result<Json> &answer) -> Result<Keys> {
                     const auto list = answer ? listOf(*answer, call, title) : fail(answer.error());
                     if (!list)
                         return fail(list.error());
                     Keys keys;
                     keys.reserve(list->size());
                     for (const Json &one : *list) {
                         data::ProviderKey key;
                         key.provider = partOf(one, call.answer, "provider");
                         key.masked = partOf(one, call.answer, "masked");
                         key.added = timeOf(pointed(one, member(call.answer, "added")));
                         key.stops = QString(stops).replace(QStringLiteral("{provider}"), key.provider);
                         keys.push_back(std::move(key));
                     }
                     return keys;
                 });
}

Future<void> ServiceCalls::addProviderKey(const QString &provider, const Secret &key, StopToken stop) const
{
    return sent(
        *this,
        callFrom(m_kind, member(m_kind.providerKeys, "add"),
                 Text::tr("%1 keeps no keys of other services.").arg(m_kind.service.title)),
        with({{QStringLiteral("provider"), provider}, {QStringLiteral("key"), QString::fromUtf8(key.reveal())}}),
        std::move(stop));
}

Future<void> ServiceCalls::removeProviderKey(const QString &provider, StopToken stop) const
{
    return sent(*this,
                callFrom(m_kind, member(m_kind.providerKeys, "remove"),
                         Text::tr("%1 keeps no keys of other services.").arg(m_kind.service.title)),
                with({{QStringLiteral("provider"), provider}}), std::move(stop));
}

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

data::Allowance allowanceOf(const net::HttpResponse &response, const Json &names)
{
    const auto header = [&](const char *member, std::initializer_list<const char *> usual) -> QByteArray {
        if (const QString own = stringAt(names, member); !own.isEmpty())
            return response.header(own.toLatin1()).trimmed();
        for (const char *name : usual) {
            if (QByteArray value = response.header(name).trimmed(); !value.isEmpty())
                return value;
        }
        return {};
    };
    const auto number = [](const QByteArray &text) -> std::optional<double> {
        bool ok = false;
        // "100, 100;w=60" is 100
        const double value = text.split(',').front().split(';').front().trimmed().toDouble(&ok);
        return ok && value >= 0 && value < 9e15 ? std::optional(value) : std::nullopt;
    };
    const auto whole = [&](const QByteArray &text) -> std::optional<qint64> {
        const auto value = number(text);
        return value ? std::optional(static_cast<qint64>(*value)) : std::nullopt;
    };
    const auto moment = [&](const QByteArray &text) -> QDateTime {
        const auto value = number(text);
        if (!value)
            return timeOf(QString::fromLatin1(text));
        constexpr double longestSpan = 400 * 86400.0; // more are seconds since 1970
        if (*value < longestSpan)
            return net::hostTime(response.headers, QDateTime::currentDateTimeUtc())
                .addSecs(static_cast<qint64>(*value));
        return sinceEpoch(*value);
    };
    data::Allowance allowance;
    allowance.rateLimit = whole(header("limit", {"X-RateLimit-Limit", "RateLimit-Limit"}));
    allowance.rateLeft = whole(header("left", {"X-RateLimit-Remaining", "RateLimit-Remaining"}));
    allowance.rateReset = moment(header("reset", {"X-RateLimit-Reset", "RateLimit-Reset"}));
    allowance.creditsLeft = number(header("creditsLeft", {"X-Credits-Remaining"}));
    allowance.creditsReset = moment(header("creditsReset", {"X-Credits-Reset"}));
    return allowance;
}

} // namespace astra::credentials
