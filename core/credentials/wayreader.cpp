// SPDX-License-Identifier: Apache-2.0
#include "core/credentials/wayreader.h"

#include "core/credentials/formcheck.h"

#include <QCoreApplication>

#include <algorithm>

namespace astra::credentials {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::ServiceKind)
};

using Type = SignInMethod::Type;
using Flow = SignInMethod::Flow;
using Form = Member::Form;

std::optional<Type> typeFrom(const QString &name)
{
    return named<Type>(name,
                       {{QLatin1String("key"), Type::Key},
                        {QLatin1String("none"), Type::None},
                        {QLatin1String("sas"), Type::Sas},
                        {QLatin1String("basic"), Type::Basic},
                        {QLatin1String("oidc"), Type::Oidc},
                        {QLatin1String("session"), Type::Session},
                        {QLatin1String("s3"), Type::S3}});
}

std::optional<Flow> flowFrom(const QString &name)
{
    return named<Flow>(name,
                       {{QLatin1String("device"), Flow::Device},
                        {QLatin1String("browser"), Flow::Browser},
                        {QLatin1String("clientCredentials"), Flow::ClientCredentials}});
}

bool isPrintable(const QString &text)
{
    return std::ranges::all_of(text, [](QChar c) { return c.unicode() >= 0x20 && c.unicode() < 0x7f; });
}

QString titleOf(const SignInMethod &method)
{
    switch (method.type) {
    case Type::Key:
        return Text::tr("Key");
    case Type::None:
        return Text::tr("Without an account");
    case Type::Sas:
        return Text::tr("Signed for free");
    case Type::Basic:
        return Text::tr("User name and password");
    case Type::Oidc:
        return method.flow == Flow::Device ? Text::tr("In the browser, with a code")
            : method.flow == Flow::Browser ? Text::tr("In the browser")
                                           : Text::tr("Client credentials");
    case Type::Session:
        return Text::tr("Login");
    case Type::S3:
        break;
    }
    return Text::tr("S3 access keys");
}

/// What a way asks for when its definition does not say.
QList<data::SignInField> usualFields(const SignInMethod &method)
{
    switch (method.type) {
    case Type::Key:
        return {{QStringLiteral("key"), Text::tr("Key"), {}, true, false}};
    case Type::Basic:
        return {{QStringLiteral("user"), Text::tr("User name"), {}, false, false},
                {QStringLiteral("password"), Text::tr("Password"), {}, true, false}};
    case Type::S3:
        return {{QStringLiteral("access"), Text::tr("Access key"), {}, false, false},
                {QStringLiteral("secret"), Text::tr("Secret key"), {}, true, false}};
    case Type::Oidc:
        if (method.flow == Flow::ClientCredentials)
            return {{QStringLiteral("client"), Text::tr("Client id"), {}, false, false},
                    {QStringLiteral("secret"), Text::tr("Client secret"), {}, true, false}};
        break;
    case Type::None:
    case Type::Sas:
    case Type::Session:
        break;
    }
    return {};
}

QString readFields(const Json &json, const QString &at, SignInMethod &method)
{
    const Json &fields = member(json, "fields");
    method.way.fields = usualFields(method);
    if (fields.is_null())
        return {};
    const QList<data::SignInField> usual = std::exchange(method.way.fields, {});
    for (const Json &field : fields) {
        const QString place = QString(at + u"fields.");
        if (QString wrong = wrongForm(field, place,
                                      {{"name", Form::Text, true},
                                       {"label", Form::Words},
                                       {"hint", Form::Words},
                                       {"secret", Form::Flag},
                                       {"optional", Form::Flag}});
            !wrong.isEmpty())
            return wrong;
        data::SignInField read;
        read.name = stringAt(field, "name");
        static const QRegularExpression form(QStringLiteral("^[a-z][A-Za-z0-9]{0,31}\\z"));
        if (!form.match(read.name).hasMatch())
            return Text::tr("its “%1” is not a small word.").arg(QString(place + u"name"));
        const auto known = std::ranges::find(usual, read.name, &data::SignInField::name);
        read.label = localText(member(field, "label"));
        if (read.label.isEmpty())
            read.label = known == usual.end() ? read.name : known->label;
        read.hint = localText(member(field, "hint"));
        read.secret = asBool(member(field, "secret")).value_or(known == usual.end() || known->secret);
        read.optional = asBool(member(field, "optional")).value_or(false);
        method.way.fields.append(std::move(read));
    }
    // Keys are sent and signatures made from the fields of these names.
    for (const auto &needed : usual) {
        if (std::ranges::find(method.way.fields, needed.name, &data::SignInField::name) == method.way.fields.end())
            return Text::tr("its “%1” must have a field “%2”.").arg(QString(at + u"fields"), needed.name);
    }
    return {};
}

QString readKey(const Json &json, const QString &at, SignInMethod &method)
{
    const QString header = stringAt(json, "header", QStringLiteral("Authorization"));
    const QString prefix = stringAt(json, "prefix", header == u"Authorization" ? QStringLiteral("Bearer ") : QString());
    if (!isHeaderName(header) || !isPrintable(prefix))
        return Text::tr("its “%1” cannot stand in a request.").arg(QString(at + u"header"));
    method.header = header.toLatin1();
    method.prefix = prefix.toLatin1();
    // The whole key is meant: "$" alone would let a line end pass.
    if (const QString pattern = stringAt(json, "pattern"); !pattern.isEmpty())
        method.pattern.setPattern(QRegularExpression::anchoredPattern(pattern));
    if (!method.pattern.isValid())
        return Text::tr("its “%1” is not a regular expression (%2).")
            .arg(QString(at + u"pattern"), method.pattern.errorString());
    for (const auto &[start, environment] : member(json, "environments").items()) {
        const QString name = asString(environment).value_or(QString());
        if (start.empty() || (name != u"live" && name != u"test"))
            return Text::tr("its “%1” must say “live” or “test” for each beginning of a key.")
                .arg(QString(at + u"environments"));
        method.environments.push_back({QString::fromStdString(start), name == u"test"});
    }
    std::ranges::stable_sort(method.environments, std::greater {},
                             [](const Environment &environment) { return environment.prefix.size(); });
    const Json &mask = member(json, "mask");
    if (mask.is_null())
        return {};
    if (QString wrong = wrongForm(mask, QString(at + u"mask."),
                                  {{"head", Form::Any}, {"tail", Form::Any}, {"prefix", Form::Flag}});
        !wrong.isEmpty())
        return wrong;
    // More than this would give a key away.
    constexpr int mostShown = 12;
    for (const auto &[name, shown] : {std::pair {"head", &method.mask.head}, {"tail", &method.mask.tail}}) {
        const auto count = mask.contains(name) ? asInteger(mask.at(name)) : 0;
        if (!count || *count < 0 || *count > mostShown)
            return Text::tr("its “%1” is not a number from 0 to %2.")
                .arg(QString(at + u"mask." + QLatin1String(name)))
                .arg(mostShown);
        *shown = static_cast<int>(*count);
    }
    method.mask.prefix = asBool(member(mask, "prefix")).value_or(false);
    return {};
}

QString readOidc(const Json &json, const QString &at, const ServiceKind &kind, SignInMethod &method)
{
    const auto flow = flowFrom(stringAt(json, "flow", QStringLiteral("device")));
    if (!flow)
        return Text::tr("its “%1” is not device, browser or clientCredentials.").arg(QString(at + u"flow"));
    method.flow = *flow;
    if (json.contains("issuer")) {
        const auto issuer = secureAddress(stringAt(json, "issuer"));
        if (!issuer)
            return Text::tr("its “%1” is not an https address.").arg(QString(at + u"issuer"));
        method.issuer = *issuer;
    } else if (!kind.openEo) {
        return Text::tr("it has no “%1”.").arg(QString(at + u"issuer"));
    }
    method.clientId = stringAt(json, "client");
    if (method.clientId.isEmpty() && !kind.openEo && method.flow != Flow::ClientCredentials)
        return Text::tr("it has no “%1”.").arg(QString(at + u"client"));
    method.scopes = asStringList(member(json, "scopes"));
    for (const Json &port : member(json, "redirectPorts")) {
        const auto number = asInteger(port);
        if (!number || *number < 1024 || *number > 65535)
            return Text::tr("its “%1” must be ports from 1024 to 65535.").arg(QString(at + u"redirectPorts"));
        method.redirectPorts.append(static_cast<quint16>(*number));
    }
    return {};
}

QString readS3(const Json &json, const QString &at, const ServiceKind &kind, SignInMethod &method)
{
    static const QRegularExpression form(QStringLiteral("^[A-Za-z0-9-]{1,40}\\z"));
    method.region = stringAt(json, "region", QStringLiteral("us-east-1"));
    method.requesterPays = asBool(member(json, "requesterPays")).value_or(false);
    for (const auto &[text, region] : member(json, "regions").items()) {
        const auto host = Host::parse(QString::fromStdString(text));
        if (!host || std::ranges::find(kind.hosts, *host) == kind.hosts.end())
            return Text::tr("its “%1” names a host that is not one of its “hosts”.").arg(QString(at + u"regions"));
        method.regions.insert(host->toString(), asString(region).value_or(QString()));
    }
    if (!form.match(method.region).hasMatch()
        || std::ranges::any_of(method.regions, [](const QString &one) { return !form.match(one).hasMatch(); }))
        return Text::tr("its “%1” is not the name of a region.").arg(QString(at + u"region"));
    return {};
}

} // namespace

QString readWay(const Json &json, const QString &at, const ServiceKind &kind, SignInMethod &method)
{
    if (QString wrong = wrongForm(json, at,
                                  {{"id", Form::Text, true},
                                   {"type", Form::Text, true},
                                   {"title", Form::Words},
                                   {"note", Form::Words},
                                   {"available", Form::Flag},
                                   {"header"},
                                   {"prefix"},
                                   {"pattern"},
                                   {"environments", Form::Object},
                                   {"mask", Form::Object},
                                   {"fields", Form::List},
                                   {"token"},
                                   {"flow"},
                                   {"issuer"},
                                   {"client"},
                                   {"scopes", Form::Texts},
                                   {"redirectPorts", Form::List},
                                   {"login", Form::Object},
                                   {"refresh", Form::Object},
                                   {"logout", Form::Object},
                                   {"region"},
                                   {"regions", Form::Object},
                                   {"requesterPays", Form::Flag},
                                   {"test", Form::Object}});
        !wrong.isEmpty())
        return wrong;
    method.way.id = stringAt(json, "id");
    static const QRegularExpression idForm(QStringLiteral("^[a-z0-9][a-z0-9-]{0,31}\\z"));
    if (!idForm.match(method.way.id).hasMatch() || kind.method(method.way.id))
        return Text::tr("its “%1” must consist of small letters, digits and “-”, and no two ways may have the same.")
            .arg(QString(at + u"id"));
    const auto type = typeFrom(stringAt(json, "type"));
    if (!type)
        return Text::tr("its “%1” is not key, none, sas, basic, oidc, session or s3.").arg(QString(at + u"type"));
    method.type = *type;
    QString wrong;
    if (method.type == Type::Oidc)
        wrong = readOidc(json, at, kind, method);
    else if (method.type == Type::S3)
        wrong = readS3(json, at, kind, method);
    if (wrong.isEmpty())
        wrong = readKey(json, at, method);
    if (wrong.isEmpty())
        wrong = readFields(json, at, method);
    if (!wrong.isEmpty())
        return wrong;

    method.way.title = localText(member(json, "title"));
    if (method.way.title.isEmpty())
        method.way.title = titleOf(method);
    method.way.note = localText(member(json, "note"));
    method.way.available = asBool(member(json, "available")).value_or(true);
    method.way.browser = method.type == Type::Oidc && method.flow != Flow::ClientCredentials;
    method.login = member(json, "login");
    method.refresh = member(json, "refresh");
    method.logout = member(json, "logout");
    method.test = member(json, "test");
    if (method.type == Type::Session && method.login.is_null() && method.way.available)
        return Text::tr("it has no “%1”.").arg(QString(at + u"login"));
    if (method.type == Type::Sas) {
        method.token = stringAt(json, "token");
        QString example = method.token;
        example.replace(QStringLiteral("{account}"), QStringLiteral("account"))
            .replace(QStringLiteral("{container}"), QStringLiteral("container"));
        if (!secureAddress(example) || example.contains(u'{'))
            return Text::tr("its “%1” is not an address to fetch signatures from.").arg(QString(at + u"token"));
    }
    return {};
}

} // namespace astra::credentials
