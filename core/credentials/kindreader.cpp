// SPDX-License-Identifier: Apache-2.0
// Definitions of services, read and checked.

#include "core/credentials/connectionsparts.h"
#include "core/credentials/formcheck.h"
#include "core/credentials/servicekind.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>

namespace astra::credentials {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::ServiceKind)
};

using Type = SignInMethod::Type;
using Flow = SignInMethod::Flow;
using Form = Member::Form;
using Group = data::Service::Group;

template<typename T> using Names = std::initializer_list<std::pair<QLatin1String, T>>;
template<typename T> std::optional<T> named(const QString &name, Names<T> names)
{
    for (const auto &[known, value] : names) {
        if (name == known)
            return value;
    }
    return std::nullopt;
}

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

std::optional<Group> groupFrom(const QString &name)
{
    return named<Group>(name,
                        {{QLatin1String("imagery"), Group::Imagery},
                         {QLatin1String("processing"), Group::Processing},
                         {QLatin1String("other"), Group::Other}});
}

bool isHeaderName(const QString &text)
{
    static const QRegularExpression form(QStringLiteral("^[A-Za-z0-9-]{1,64}\\z"));
    return form.match(text).hasMatch();
}

bool isPrintable(const QString &text)
{
    return std::ranges::all_of(text, [](QChar c) { return c.unicode() >= 0x20 && c.unicode() < 0x7f; });
}

bool holdsSecret(Type type) { return type != Type::None && type != Type::Sas; }

/// Words of an object of words, each in the program's language.
Json localTexts(const Json &object)
{
    Json texts = Json::object();
    for (const auto &[key, words] : object.items())
        texts[key] = toStd(localText(words));
    return texts;
}

/// The names of further values may be given for each language: {"more": {"en": {name: pointers}, "de": …}}.
void chooseLanguage(Json &usage)
{
    const Json &more = member(member(usage, "answer"), "more");
    if (!member(more, "en").is_object())
        return;
    const Json &local = member(more, toStd(QLocale().name().section(u'_', 0, 0)).c_str());
    Json chosen = local.is_object() ? local : member(more, "en");
    usage["answer"]["more"] = std::move(chosen);
}

// What requests may put in, besides the fields of the service's ways of signing in.
QStringList placeholdersOfAccount() { return {QStringLiteral("address"), QStringLiteral("org")}; }
QStringList answersOfTest() { return {QStringLiteral("org"), QStringLiteral("who")}; }
QStringList answersOfLogin()
{
    return answersOfTest()
        + QStringList {QStringLiteral("access"), QStringLiteral("refresh"), QStringLiteral("expiresIn")};
}
QStringList answersOfUsage()
{
    return {QStringLiteral("plan"),      QStringLiteral("creditsLeft"), QStringLiteral("creditsTotal"),
            QStringLiteral("today"),     QStringLiteral("week"),        QStringLiteral("month"),
            QStringLiteral("perMinute"), QStringLiteral("periodEnd"),   QStringLiteral("more")};
}
QStringList answersOfKeys()
{
    return {QStringLiteral("id"),      QStringLiteral("label"),   QStringLiteral("masked"),   QStringLiteral("test"),
            QStringLiteral("revoked"), QStringLiteral("created"), QStringLiteral("lastUsed"), QStringLiteral("expires"),
            QStringLiteral("scopes"),  QStringLiteral("secret")};
}
QStringList answersOfProviderKeys()
{
    return {QStringLiteral("provider"), QStringLiteral("masked"), QStringLiteral("added")};
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

/// Reads one definition. Each step answers with the end of a sentence that says what is wrong; empty: nothing.
class Reader
{
public:
    explicit Reader(const Json &json)
        : m_json(json)
    {
    }
    [[nodiscard]] QString readAll();
    ServiceKind kind;

private:
    [[nodiscard]] QString readWords();
    [[nodiscard]] QString readAddresses();
    [[nodiscard]] QString readWays();
    [[nodiscard]] QString readWay(const Json &json, const QString &at);
    [[nodiscard]] QString readFields(const Json &json, const QString &at, SignInMethod &method) const;
    [[nodiscard]] QString readKey(const Json &json, const QString &at, SignInMethod &method) const;
    [[nodiscard]] QString readOidc(const Json &json, const QString &at, SignInMethod &method) const;
    [[nodiscard]] QString readS3(const Json &json, const QString &at, SignInMethod &method) const;
    [[nodiscard]] QString readCalls();
    [[nodiscard]] QString readUsage();
    [[nodiscard]] QString readKeys();
    [[nodiscard]] QString readProviderKeys();
    [[nodiscard]] QString call(const Json &json, const QString &at, const QStringList &placeholders,
                               const QStringList &answers) const;
    [[nodiscard]] bool isBase(const QString &text) const;

    const Json &m_json;
    QStringList m_fields; ///< of all ways: what requests may put in
};

QString Reader::readAll()
{
    if (QString wrong = wrongForm(m_json, {},
                                  {{"id", Form::Text, true},
                                   {"title", Form::Words},
                                   {"group"},
                                   {"about", Form::Words},
                                   {"byChoice", Form::Flag},
                                   {"hosts", Form::Texts},
                                   {"ownAddress", Form::Object},
                                   {"base"},
                                   {"bound", Form::Words},
                                   {"get", Form::Object},
                                   {"signIn", Form::List, true},
                                   {"test", Form::Object},
                                   {"usage", Form::List},
                                   {"keys", Form::Object},
                                   {"providerKeys", Form::Object},
                                   {"errors", Form::Object},
                                   {"allowance", Form::Object},
                                   {"openEo", Form::Flag}});
        !wrong.isEmpty())
        return wrong;
    for (const auto step : {&Reader::readWords, &Reader::readAddresses, &Reader::readWays, &Reader::readCalls}) {
        if (QString wrong = (this->*step)(); !wrong.isEmpty())
            return wrong;
    }
    return {};
}

QString Reader::readWords()
{
    data::Service &service = kind.service;
    service.id = stringAt(m_json, "id");
    service.title = localText(member(m_json, "title"));
    if (service.title.isEmpty())
        service.title = service.id;
    const auto group = groupFrom(stringAt(m_json, "group", QStringLiteral("imagery")));
    if (!group)
        return Text::tr("its “group” is not imagery, processing or other.");
    service.group = *group;
    service.about = localText(member(m_json, "about"));
    service.byChoice = asBool(member(m_json, "byChoice")).value_or(false);
    service.bound = localText(member(m_json, "bound"));
    kind.openEo = asBool(member(m_json, "openEo")).value_or(false);

    if (const Json &get = member(m_json, "get"); !get.is_null()) {
        if (QString wrong = wrongForm(get, QStringLiteral("get."), {{"website"}, {"steps", Form::List}});
            !wrong.isEmpty())
            return wrong;
        if (get.contains("website")) {
            const auto website = secureAddress(stringAt(get, "website"));
            if (!website)
                return Text::tr("its “%1” is not an https address.").arg(u"get.website");
            service.website = *website;
        }
        for (const Json &step : member(get, "steps")) {
            const QString text = localText(step);
            if (text.isEmpty())
                return Text::tr("its “%1” has the wrong type.").arg(u"get.steps");
            service.steps.append(text);
        }
    }
    for (const auto &[key, words] : member(m_json, "errors").items()) {
        if (localText(words).isEmpty())
            return Text::tr("its “%1” has the wrong type.").arg(QString(u"errors." + QString::fromStdString(key)));
    }
    kind.errors = localTexts(member(m_json, "errors"));
    kind.allowance = member(m_json, "allowance");
    if (kind.allowance.is_null())
        return {};
    if (QString wrong = wrongForm(kind.allowance, QStringLiteral("allowance."),
                                  {{"limit"}, {"left"}, {"reset"}, {"creditsLeft"}, {"creditsUsed"}, {"creditsReset"}});
        !wrong.isEmpty())
        return wrong;
    const bool names = std::all_of(kind.allowance.begin(), kind.allowance.end(),
                                   [](const Json &name) { return isHeaderName(asString(name).value_or(QString())); });
    return names ? QString() : Text::tr("its “%1” has a name that no header can have.").arg(u"allowance");
}

QString Reader::readAddresses()
{
    data::Service &service = kind.service;
    const Json &own = member(m_json, "ownAddress");
    const QStringList hosts = asStringList(member(m_json, "hosts"));
    service.ownAddress = !own.is_null();
    if (service.ownAddress != hosts.isEmpty())
        return service.ownAddress ? Text::tr("it has “hosts” and an “ownAddress”, and can only have one of them.")
                                  : Text::tr("it names no host that its credentials may go to.");
    if (service.ownAddress) {
        if (QString wrong = wrongForm(own, QStringLiteral("ownAddress."), {{"example"}, {"path"}}); !wrong.isEmpty())
            return wrong;
        service.exampleAddress = stringAt(own, "example");
        const QString path = stringAt(own, "path");
        if (!path.isEmpty() && (!path.startsWith(u'/') || path.endsWith(u'/')))
            return Text::tr("its “%1” is not a path (“/api/v1”).").arg(u"ownAddress.path");
        kind.ownPath = path;
    }
    for (const QString &text : hosts) {
        auto host = Host::parse(text);
        if (!host)
            return host.error().message;
        kind.hosts.push_back(*std::move(host));
    }
    QString first;
    if (service.ownAddress)
        first = QStringLiteral("{address}") + kind.ownPath;
    else if (!kind.hosts.front().wildcard)
        first = kind.hosts.front().root();
    kind.base = stringAt(m_json, "base", first);
    while (kind.base.endsWith(u'/'))
        kind.base.chop(1);
    if (!kind.base.isEmpty() && !isBase(kind.base))
        return Text::tr("its “base” is not an address at one of its hosts.");
    return {};
}

/// A whole address at one of the service's hosts, or what comes behind the one that each account has.
bool Reader::isBase(const QString &text) const
{
    static const QString address = QStringLiteral("{address}");
    if (kind.service.ownAddress)
        return text == address || text.startsWith(QString(address + u'/'));
    const auto url = secureAddress(text);
    return url && !text.contains(u'{') && kind.covers(*url);
}

QString Reader::call(const Json &json, const QString &at, const QStringList &placeholders,
                     const QStringList &answers) const
{
    if (json.is_null())
        return {};
    if (QString wrong = wrongCall(json, at, placeholdersOfAccount() + placeholders, answers); !wrong.isEmpty())
        return wrong;
    // Put behind the base, it stays there.
    const QString path = stringAt(json, "path");
    if (!path.startsWith(u'/') || path.startsWith(u"//") || path.contains(u"..") || path.contains(u'\\')
        || path.contains(u'#') || path.contains(u'?'))
        return Text::tr("its “%1” is not a path (“/keys”).").arg(QString(at + u".path"));
    return {};
}

QString Reader::readWays()
{
    const Json &list = member(m_json, "signIn");
    if (list.empty())
        return Text::tr("its “signIn” names no way of signing in.");
    // Fields first: the requests of one way, and of the service, may put them in.
    for (const Json &way : list) {
        for (const Json &field : member(way, "fields"))
            m_fields.append(stringAt(field, "name"));
    }
    for (std::size_t i = 0; i < list.size(); ++i) {
        if (QString wrong = readWay(list[i], QStringLiteral("signIn[%1].").arg(i)); !wrong.isEmpty())
            return wrong;
    }
    // One wildcard would let a secret go to hosts that nobody has named.
    const bool secrets = std::ranges::any_of(kind.methods, [](const auto &method) { return holdsSecret(method.type); });
    kind.service.needsAccount = secrets;
    if (secrets && std::ranges::any_of(kind.hosts, &Host::wildcard))
        return Text::tr("it takes a secret, so its hosts are to be named one by one, without “*.”.");
    for (const SignInMethod &method : kind.methods)
        kind.service.ways.append(method.way);
    return {};
}

QString Reader::readWay(const Json &json, const QString &at)
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
    SignInMethod method;
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
        wrong = readOidc(json, at, method);
    else if (method.type == Type::S3)
        wrong = readS3(json, at, method);
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
    kind.methods.push_back(std::move(method));
    return {};
}

QString Reader::readFields(const Json &json, const QString &at, SignInMethod &method) const
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

QString Reader::readKey(const Json &json, const QString &at, SignInMethod &method) const
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

QString Reader::readOidc(const Json &json, const QString &at, SignInMethod &method) const
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

QString Reader::readS3(const Json &json, const QString &at, SignInMethod &method) const
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

QString Reader::readCalls()
{
    const QStringList login = m_fields + QStringList {QStringLiteral("refresh"), QStringLiteral("access")};
    for (const SignInMethod &method : kind.methods) {
        const QString at = QStringLiteral("signIn “%1”: ").arg(method.way.id);
        for (const auto &[name, json] :
             {std::pair {"login", &method.login}, {"refresh", &method.refresh}, {"logout", &method.logout}}) {
            if (QString wrong = call(*json, QString(at + QLatin1String(name)), login, answersOfLogin());
                !wrong.isEmpty())
                return wrong;
        }
        if (QString wrong = call(method.test, QString(at + u"test"), login, answersOfTest()); !wrong.isEmpty())
            return wrong;
    }
    kind.test = member(m_json, "test");
    if (QString wrong = call(kind.test, QStringLiteral("test"), {}, answersOfTest()); !wrong.isEmpty())
        return wrong;
    const auto untested = std::ranges::find_if(kind.methods, [this](const SignInMethod &method) {
        return method.type == Type::Key && kind.testOf(method).is_null();
    });
    if (untested != kind.methods.end())
        return Text::tr("it takes a key, but has no “test” to try it with.");
    // Where tokens are handed out, getting one is a test.
    for (SignInMethod &method : kind.methods)
        method.way.testable = !holdsSecret(method.type) || !kind.testOf(method).is_null() || usesTokens(kind, method);
    std::ranges::transform(kind.methods, kind.service.ways.begin(), &SignInMethod::way);
    for (const auto step : {&Reader::readUsage, &Reader::readKeys, &Reader::readProviderKeys}) {
        if (QString wrong = (this->*step)(); !wrong.isEmpty())
            return wrong;
    }
    return {};
}

QString Reader::readUsage()
{
    kind.usage = member(m_json, "usage");
    for (Json &one : kind.usage) {
        chooseLanguage(one);
        if (QString wrong = call(one, QStringLiteral("usage"), {}, answersOfUsage()); !wrong.isEmpty())
            return wrong;
    }
    kind.service.showsUsage = !kind.usage.empty();
    return {};
}

QString Reader::readKeys()
{
    kind.keys = member(m_json, "keys");
    if (kind.keys.is_null())
        return {};
    if (QString wrong = wrongForm(kind.keys, QStringLiteral("keys."),
                                  {{"list", Form::Object},
                                   {"create", Form::Object},
                                   {"roll", Form::Object},
                                   {"revoke", Form::Object},
                                   {"usage", Form::Object},
                                   {"plans", Form::Texts},
                                   {"scopes", Form::Texts}});
        !wrong.isEmpty())
        return wrong;
    data::Service &service = kind.service;
    const QStringList placeholders {QStringLiteral("id"), QStringLiteral("label"), QStringLiteral("mode"),
                                    QStringLiteral("plan"), QStringLiteral("scopes")};
    for (const auto &[name, offered] : {std::pair {"list", &service.listsKeys},
                                        {"create", &service.createsKeys},
                                        {"roll", &service.rollsKeys},
                                        {"revoke", &service.revokesKeys}}) {
        const Json &json = member(kind.keys, name);
        if (QString wrong = call(json, QString(u"keys." + QLatin1String(name)), placeholders, answersOfKeys());
            !wrong.isEmpty())
            return wrong;
        *offered = !json.is_null();
    }
    if (kind.keys.contains("usage"))
        chooseLanguage(kind.keys["usage"]);
    if (QString wrong = call(member(kind.keys, "usage"), QStringLiteral("keys.usage"), placeholders, answersOfUsage());
        !wrong.isEmpty())
        return wrong;
    service.createsTestKeys = QString::fromUtf8(toText(member(kind.keys, "create"))).contains(u"{mode}");
    service.plans = asStringList(member(kind.keys, "plans"));
    service.scopes = asStringList(member(kind.keys, "scopes"));
    return {};
}

QString Reader::readProviderKeys()
{
    kind.providerKeys = member(m_json, "providerKeys");
    if (kind.providerKeys.is_null())
        return {};
    if (QString wrong = wrongForm(kind.providerKeys, QStringLiteral("providerKeys."),
                                  {{"list", Form::Object, true},
                                   {"add", Form::Object, true},
                                   {"remove", Form::Object, true},
                                   {"stops", Form::Words, true}});
        !wrong.isEmpty())
        return wrong;
    for (const char *name : {"list", "add", "remove"}) {
        if (QString wrong = call(member(kind.providerKeys, name), QString(u"providerKeys." + QLatin1String(name)),
                                 {QStringLiteral("provider"), QStringLiteral("key")}, answersOfProviderKeys());
            !wrong.isEmpty())
            return wrong;
    }
    kind.providerKeys["stops"] = toStd(localText(member(kind.providerKeys, "stops")));
    kind.service.keepsProviderKeys = true;
    return {};
}

} // namespace

Result<ServiceKind> ServiceKind::fromJson(const Json &json, const QString &where)
{
    const QString id = stringAt(json, "id");
    static const QRegularExpression idForm(QStringLiteral("^[a-z0-9][a-z0-9._-]{0,63}\\z"));
    const QString place = where.isEmpty() ? QString() : QString(where + QStringLiteral(": "));
    if (!json.is_object() || !idForm.match(id).hasMatch())
        return fail(ErrorCode::InvalidInput,
                    place
                        + Text::tr("A service is left out: it has no usable “id” (small letters, digits, “-”, “.” and "
                                   "“_”)."));
    Reader reader(json);
    if (const QString wrong = reader.readAll(); !wrong.isEmpty())
        return fail(ErrorCode::InvalidInput, place + Text::tr("The service “%1” is left out: %2").arg(id, wrong), id);
    return std::move(reader.kind);
}

} // namespace astra::credentials
