// SPDX-License-Identifier: Apache-2.0
// Definitions of services, read and checked.

#include "core/credentials/connectionsparts.h"
#include "core/credentials/formcheck.h"
#include "core/credentials/servicekind.h"
#include "core/credentials/wayreader.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>

namespace astra::credentials {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::ServiceKind)
};

using Type = SignInMethod::Type;
using Form = Member::Form;
using Group = data::Service::Group;

std::optional<Group> groupFrom(const QString &name)
{
    return named<Group>(name,
                        {{QLatin1String("imagery"), Group::Imagery},
                         {QLatin1String("processing"), Group::Processing},
                         {QLatin1String("other"), Group::Other}});
}

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
        SignInMethod method;
        if (QString wrong = readWay(list[i], QStringLiteral("signIn[%1].").arg(i), kind, method); !wrong.isEmpty())
            return wrong;
        kind.methods.push_back(std::move(method));
    }
    // One wildcard would let a secret go to hosts that nobody has named.
    const bool secrets = std::ranges::any_of(kind.methods, &SignInMethod::takesSecret);
    kind.service.needsAccount = secrets;
    if (secrets && std::ranges::any_of(kind.hosts, &Host::wildcard))
        return Text::tr("it takes a secret, so its hosts are to be named one by one, without “*.”.");
    for (const SignInMethod &method : kind.methods)
        kind.service.ways.append(method.way);
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
        method.way.testable = !method.takesSecret() || !kind.testOf(method).is_null() || usesTokens(kind, method);
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
