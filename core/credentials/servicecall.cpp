// SPDX-License-Identifier: Apache-2.0
#include "core/credentials/servicecall.h"

#include "core/credentials/serviceanswer.h"

#include <QCoreApplication>
#include <QUrlQuery>

#include <algorithm>

namespace astra::credentials {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::ServiceCalls)
};

/// "…/{org}/…" with its values put in; nothing where one of them is not there.
/// @param encoded percent-encode what is put in
std::optional<QString> filled(const QString &form, const ServiceCall::Values &values, bool encoded)
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
Json filled(const Json &form, const ServiceCall::Values &values)
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
bool staysInPath(const ServiceCall::Values &values)
{
    return std::none_of(values.begin(), values.end(), [](const QString &value) {
        return value == u"." || value == u".." || value.contains(QChar::Null);
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

bool ServiceCall::hasPath(const Values &values) const { return filled(path, values, true).has_value(); }

Result<net::HttpRequest> requestOf(const ServiceCall &call, const ServiceKind &kind, const ServiceCall::Values &account,
                                   const ServiceCall::Values &values)
{
    const QString title = kind.service.title;
    ServiceCall::Values all = account;
    all.insert(values);
    const auto path = filled(call.path, all, true);
    const auto base = filled(kind.base, account, false);
    if (!path || !base || !staysInPath(all))
        return fail(ErrorCode::InvalidInput,
                    Text::tr("%1 cannot be asked: something that its address needs is missing or unusable. "
                             "Sign in again.")
                        .arg(title),
                    title);
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
    if (!request.url.isValid() || !kind.covers(request.url))
        return fail(ErrorCode::InvalidInput,
                    Text::tr("%1 cannot be asked: its address is not one of its own hosts.").arg(title), title);
    request.headers.append(net::Header("Accept", "application/json"));
    if (!call.body.is_null()) {
        const Json body = filled(call.body, all);
        request.headers.append(net::Header("Content-Type", "application/json"));
        request.body = toText(body.is_null() ? Json::object() : body);
    }
    return request;
}

} // namespace astra::credentials
