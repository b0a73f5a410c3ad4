// SPDX-License-Identifier: Apache-2.0
#include "core/credentials/servicecalls.h"

#include "core/credentials/accountlife.h"
#include "core/credentials/serviceerror.h"

#include <QCoreApplication>

#include <algorithm>
#include <initializer_list>

namespace astra::credentials {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::ServiceCalls)
};

using Values = ServiceCalls::Values;

constexpr qint64 longestAnswer = 4 << 20;

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

ServiceCalls::ServiceCalls(std::shared_ptr<net::HttpClient> client, ServiceKind kind, QString connection,
                           Values account)
    : m_client(std::move(client))
    , m_kind(std::move(kind))
    , m_connection(std::move(connection))
    , m_account(std::move(account))
{
}

Future<ServiceCalls::Answer> ServiceCalls::ask(const ServiceCall &call, const Values &values, StopToken stop,
                                               const QList<net::Header> &headers) const
{
    auto request = requestOf(call, m_kind, m_account, values);
    if (!request)
        return ready<Answer>(fail(request.error()));
    request->headers += headers;
    request->connection = m_connection;
    request->confidential = true;
    request->retries = call.method == "GET" ? 1 : 0; // a key must not be made twice
    request->maxBytes = longestAnswer;
    return chain(m_client->send(*std::move(request), std::move(stop)),
                 [kind = m_kind, absent = call.absent,
                  missing = call.missing](const Result<net::HttpResponse> &response) -> Result<Answer> {
                     auto json = response ? answerOf(*response, kind, absent, missing) : fail(response.error());
                     if (!json)
                         return fail(json.error());
                     return Answer {*std::move(json), allowanceOf(*response, kind.allowance)};
                 });
}

Future<Json> ServiceCalls::send(const ServiceCall &call, const Values &values, StopToken stop,
                                const QList<net::Header> &headers) const
{
    return chain(ask(call, values, std::move(stop), headers), [](Result<Answer> answer) -> Result<Json> {
        if (!answer)
            return fail(answer.error());
        return std::move(answer->json);
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
    // What needs more than is known of this account is passed over; if that is everything, the first says so.
    const auto lacks = [this](const ServiceCall &call) { return !call.hasPath(m_account); };
    if (!std::all_of(all.begin(), all.end(), lacks))
        std::erase_if(all, lacks);
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
                     const auto list = answer ? listOf(*answer, call.items, title) : fail(answer.error());
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
                     const auto list = answer ? listOf(*answer, call.items, title) : fail(answer.error());
                     if (!list)
                         return fail(list.error());
                     Keys keys;
                     keys.reserve(list->size());
                     for (const Json &one : *list)
                         keys.push_back(providerKeyOf(one, call.answer, stops));
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

} // namespace astra::credentials
