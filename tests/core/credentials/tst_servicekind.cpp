// SPDX-License-Identifier: Apache-2.0
#include "core/credentials/servicekind.h"

#include <QDir>
#include <QLocale>
#include <QTemporaryDir>
#include <QTest>

using namespace astra;
using namespace astra::credentials;
using Type = SignInMethod::Type;

namespace {

/// @param text JSON with single quotes, for the eye's sake
Json json(QByteArray text)
{
    const auto parsed = parseJson(text.replace('\'', '"'));
    return parsed ? *parsed : Json();
}

/// A definition that is right, with `members` laid over it.
Json definition(const QByteArray &members = "{}")
{
    Json whole = json(R"({'id': 'a', 'hosts': ['https://x.org'], 'test': {'path': '/me'},
                          'signIn': [{'id': 'key', 'type': 'key'}]})");
    whole.update(json(members));
    return whole;
}

/// `way` as the only way of signing in.
Json withWay(const QByteArray &way)
{
    Json whole = definition();
    whole["signIn"] = Json::array({json(way)});
    return whole;
}

ServiceKind kind(const Json &json)
{
    auto read = ServiceKind::fromJson(json);
    if (!read)
        qWarning() << read.error().message;
    return read ? *read : ServiceKind();
}

ServiceKind shipped(const char *id)
{
    const auto all = ServiceKinds::read({}, {});
    const ServiceKind *found = all.find(QString::fromLatin1(id));
    return found ? *found : ServiceKind();
}

QStringList idsOf(const ServiceKinds &all)
{
    QStringList ids;
    for (const auto &one : all.kinds)
        ids.append(one.service.id);
    return ids;
}

void put(const QString &path, const QByteArray &content)
{
    QDir().mkpath(QFileInfo(path).path());
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(content);
}

/// Where a text for people lacks one of its languages; a name that is the same in both may be a plain text.
QStringList untranslated(const Json &json, const QString &at)
{
    static const QStringList sentences {u"about"_qs, u"bound"_qs, u"note"_qs,  u"steps"_qs,
                                        u"label"_qs, u"stops"_qs, u"errors"_qs};
    QStringList wrong;
    if (json.is_object() && (json.contains("en") || json.contains("de"))) {
        for (const char *language : {"en", "de"}) {
            const Json &words = member(json, language);
            if (words.is_object() ? words.empty() : asString(words).value_or(QString()).isEmpty())
                wrong.append(at + u'.' + QLatin1String(language));
        }
        return wrong;
    }
    if (!json.is_structured())
        return sentences.contains(at.section(u'.', -1)) || sentences.contains(at.section(u'.', -2, -2))
            ? QStringList {at}
            : wrong;
    for (const auto &[key, value] : json.items()) {
        // Of what is asked and answered, only the names of further values are for people.
        if (key == "body" || key == "query")
            continue;
        const Json &shown = key == "answer" ? member(value, "more") : value;
        const QString name = json.is_array() ? at.section(u'.', -1) : QString::fromStdString(key);
        wrong += untranslated(shown, QString(at + u'.' + name));
    }
    return wrong;
}

} // namespace

class TestServiceKind : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void cleanup() { QLocale::setDefault(QLocale::c()); }

    void host_coversExactlyItself_data();
    void host_coversExactlyItself();
    void host_refusesWhatIsNone_data();
    void host_refusesWhatIsNone();

    void words_areOfTheProgramsLanguage();
    void definition_isRead();
    void wayOfEachType_isRead();
    void wrongDefinition_isNamed_data();
    void wrongDefinition_isNamed();

    void ownAddress_becomesHostsBaseAndTitle_data();
    void ownAddress_becomesHostsBaseAndTitle();
    void ownAddress_isRefused_data();
    void ownAddress_isRefused();

    void shipped_areReadWithoutWarning();
    void shipped_areWordedInBothLanguages();
    void shipped_patternsTakeTheirKeys_data();
    void shipped_patternsTakeTheirKeys();
    void shipped_saysTrulyWhatIsOffered();
    void shipped_bucketsHaveTheirRegions();

    void manualsExample_isRead();
    void folder_isLaidOverMemberByMember();
    void wrongOverlay_leavesWhatWasThere();
    void cataloguesConnection_isLaidOverToo();
};

void TestServiceKind::host_coversExactlyItself_data()
{
    QTest::addColumn<QString>("host");
    QTest::addColumn<QString>("url");
    QTest::addColumn<bool>("covered");
    const auto row = [](const char *host, const char *url, bool covered) {
        QTest::addRow("%s %s", host, url) << QString::fromLatin1(host) << QString::fromLatin1(url) << covered;
    };
    row("https://astraos.cloud", "https://astraos.cloud/api/v1/search?x=1", true);
    row("https://astraos.cloud", "https://ASTRAOS.cloud:443/", true);
    row("https://astraos.cloud", "http://astraos.cloud/", false);
    row("https://astraos.cloud", "https://www.astraos.cloud/", false);
    row("https://astraos.cloud", "https://astraos.cloud:8443/", false);
    row("https://astraos.cloud", "https://astraos.cloud.example.org/", false);
    row("https://astraos.cloud", "https://astraos.cloud@example.org/", false);
    row("https://astraos.cloud", "https://notastraos.cloud/", false);
    row("https://*.blob.core.windows.net", "https://account.blob.core.windows.net/c/x.tif", true);
    row("https://*.blob.core.windows.net", "https://blob.core.windows.net/c/x.tif", false);
    row("https://*.blob.core.windows.net", "https://evilblob.core.windows.net/c/x.tif", false);
    row("https://*.blob.core.windows.net", "https://a.blob.core.windows.net.example.org/", false);
    row("http://127.0.0.1:8080", "http://127.0.0.1:8080/x", true);
    row("http://127.0.0.1:8080", "http://127.0.0.1:8081/x", false);
    row("http://[::1]:8080", "http://[::1]:8080/x", true);
}

void TestServiceKind::host_coversExactlyItself()
{
    QFETCH(QString, host);
    QFETCH(QString, url);
    QFETCH(bool, covered);
    const auto parsed = Host::parse(host);
    QVERIFY(parsed);
    QCOMPARE(parsed->covers(QUrl(url)), covered);
}

void TestServiceKind::host_refusesWhatIsNone_data()
{
    QTest::addColumn<QString>("text");
    for (const char *text : {"", "astraos.cloud", "http://astraos.cloud", "http://127.0.0.1.example.org", "ftp://x.org",
                             "https://", "https://user:pw@x.org", "https://x.org/path", "https://x.org?q=1",
                             "https://a.*.org", "https://*", "https://*.org", "https://**.x.org", "http://*.localhost"})
        QTest::addRow("%s", text) << QString::fromLatin1(text);
}

void TestServiceKind::host_refusesWhatIsNone()
{
    QFETCH(QString, text);
    const auto host = Host::parse(text);
    QVERIFY(!host);
    QCOMPARE(host.error().code, ErrorCode::InvalidInput);
    QVERIFY(!host.error().message.isEmpty());
}

void TestServiceKind::words_areOfTheProgramsLanguage()
{
    const Json words = json(R"({'en': 'Key', 'de': 'Schlüssel'})");
    QLocale::setDefault(QLocale(QLocale::German, QLocale::Austria));
    QCOMPARE(localText(words), u"Schlüssel"_qs);
    QLocale::setDefault(QLocale(QLocale::French));
    QCOMPARE(localText(words), u"Key"_qs);
    QCOMPARE(localText(json("{'de': 'Schlüssel'}")), u"Schlüssel"_qs);
    QCOMPARE(localText(Json("plain")), u"plain"_qs);
    QCOMPARE(localText(Json(7)), QString());
    QCOMPARE(localText(Json()), QString());

    // Names of further values too.
    const Json usage = definition(R"({'usage': [{'path': '/u', 'answer': {'more': {
        'en': {'Storage': '/s'}, 'de': {'Speicher': '/s'}}}}]})");
    QVERIFY(kind(usage).usage[0]["answer"]["more"].contains("Storage"));
    QLocale::setDefault(QLocale(QLocale::German));
    QVERIFY(kind(usage).usage[0]["answer"]["more"].contains("Speicher"));
}

void TestServiceKind::definition_isRead()
{
    const ServiceKind read = kind(json(R"({
        'id': 'x', 'title': 'Example', 'group': 'other', 'about': {'en': 'An example.', 'de': 'Ein Beispiel.'},
        'byChoice': true, 'hosts': ['https://api.x.org', 'https://files.x.org'], 'base': 'https://api.x.org/v1/',
        'bound': 'one project', 'get': {'website': 'https://x.org/keys', 'steps': ['First.', {'en': 'Then.'}]},
        'signIn': [{'id': 'key', 'type': 'key', 'title': 'API key', 'header': 'X-Api-Key',
            'pattern': '^x_[a-z]{3,}$', 'environments': {'x_': 'live', 'x_test_': 'test'},
            'mask': {'prefix': true, 'tail': 4},
            'fields': [{'name': 'key', 'label': 'Key', 'hint': 'x_…'}]}],
        'test': {'path': '/me', 'answer': {'org': '/org/slug', 'who': ['/name', '/org/slug']}},
        'usage': [{'path': '/usage', 'answer': {'plan': '/plan', 'today': ['/a/today', '/today']}}],
        'keys': {'list': {'path': '/keys', 'items': ['/keys', '']},
            'create': {'method': 'POST', 'path': '/keys', 'body': {'name': '{label}', 'mode': '{mode}'}},
            'roll': {'method': 'POST', 'path': '/keys/{id}/roll'}, 'revoke': {'method': 'DELETE', 'path': '/keys/{id}'},
            'plans': ['free'], 'scopes': ['read', 'write']},
        'providerKeys': {'list': {'path': '/p'}, 'add': {'method': 'POST', 'path': '/p', 'body': {'p': '{provider}', 'k': '{key}'}},
            'remove': {'method': 'DELETE', 'path': '/p/{provider}'}, 'stops': {'en': '{provider} stops.'}},
        'errors': {'403': {'en': 'No.'}, 'NO_PLAN': 'No plan.'},
        'allowance': {'limit': 'X-RateLimit-Limit', 'creditsLeft': 'X-Credits-Remaining',
            'creditsUsed': 'X-Credits-Used'}})"));
    const data::Service &service = read.service;
    QCOMPARE(service.id, u"x"_qs);
    QCOMPARE(service.title, u"Example"_qs);
    QCOMPARE(service.group, data::Service::Group::Other);
    QCOMPARE(service.about, u"An example."_qs);
    QVERIFY(service.byChoice);
    QVERIFY(!service.ownAddress);
    QVERIFY(service.needsAccount);
    QCOMPARE(service.bound, u"one project"_qs);
    QCOMPARE(service.website, QUrl(u"https://x.org/keys"_qs));
    QCOMPARE(service.steps, (QStringList {u"First."_qs, u"Then."_qs}));
    QVERIFY(service.showsUsage);
    QVERIFY(service.listsKeys);
    QVERIFY(service.createsKeys);
    QVERIFY(service.createsTestKeys);
    QVERIFY(service.rollsKeys);
    QVERIFY(service.revokesKeys);
    QVERIFY(service.keepsProviderKeys);
    QCOMPARE(service.plans, QStringList {u"free"_qs});
    QCOMPARE(service.scopes, (QStringList {u"read"_qs, u"write"_qs}));
    QCOMPARE(read.host(), u"api.x.org"_qs);
    QCOMPARE(read.base, u"https://api.x.org/v1"_qs);
    QVERIFY(read.covers(QUrl(u"https://files.x.org/a.tif"_qs)));
    QVERIFY(!read.covers(QUrl(u"https://cdn.x.org/a.tif"_qs)));
    QCOMPARE(stringAt(read.errors, "403"), u"No."_qs);
    QCOMPARE(stringAt(read.errors, "NO_PLAN"), u"No plan."_qs);
    QCOMPARE(stringAt(read.providerKeys, "stops"), u"{provider} stops."_qs);
    QCOMPARE(stringAt(read.allowance, "creditsLeft"), u"X-Credits-Remaining"_qs);
    QCOMPARE(stringAt(read.allowance, "creditsUsed"), u"X-Credits-Used"_qs);
    QCOMPARE(stringAt(member(read.test, "answer"), "org"), u"/org/slug"_qs);

    QCOMPARE(service.ways.size(), 1);
    QCOMPARE(service.ways.front().title, u"API key"_qs);
    QCOMPARE(service.ways.front().fields, (QList<data::SignInField> {{u"key"_qs, u"Key"_qs, u"x_…"_qs, true, false}}));
    const SignInMethod *method = read.method({});
    QVERIFY(method);
    QCOMPARE(method, read.method(u"key"_qs));
    QVERIFY(!read.method(u"other"_qs));
    QCOMPARE(method->type, Type::Key);
    QCOMPARE(method->header, QByteArray("X-Api-Key"));
    QCOMPARE(method->prefix, QByteArray()); // "Bearer " stands only in Authorization
    QCOMPARE(method->environments.size(), std::size_t(2));
    QCOMPARE(method->environments.front().prefix, u"x_test_"_qs); // the longest first
    QVERIFY(method->environments.front().test);
    QVERIFY(method->mask.prefix);
    QCOMPARE(method->mask.tail, 4);
    QVERIFY(method->pattern.match(u"x_abc"_qs).hasMatch());
    QVERIFY(!method->pattern.match(u"x_abc\n"_qs).hasMatch());
    QVERIFY(!method->pattern.match(u"y_abc"_qs).hasMatch());
    QCOMPARE(stringAt(read.testOf(*method), "path"), u"/me"_qs);

    const ServiceKind least = kind(definition());
    QCOMPARE(least.service.title, u"a"_qs);
    QCOMPARE(least.base, u"https://x.org"_qs);
    QCOMPARE(least.methods.front().header, QByteArray("Authorization"));
    QCOMPARE(least.methods.front().prefix, QByteArray("Bearer "));
    QVERIFY(!least.service.createsKeys);
    QVERIFY(!least.service.createsTestKeys);
}

void TestServiceKind::wayOfEachType_isRead()
{
    const auto first = [](const ServiceKind &read) { return read.methods.front(); };

    const auto basic = first(kind(withWay("{'id': 'b', 'type': 'basic'}")));
    QCOMPARE(basic.type, Type::Basic);
    QCOMPARE(basic.way.fields.size(), 2);
    QVERIFY(!basic.way.fields.at(0).secret);
    QVERIFY(basic.way.fields.at(1).secret);

    const auto device = first(kind(withWay(
        "{'id': 'd', 'type': 'oidc', 'issuer': 'https://id.org/realm', 'client': 'public', 'scopes': ['openid']}")));
    QCOMPARE(device.flow, SignInMethod::Flow::Device);
    QCOMPARE(device.issuer, QUrl(u"https://id.org/realm"_qs));
    QCOMPARE(device.clientId, u"public"_qs);
    QVERIFY(device.way.browser);
    QVERIFY(device.way.fields.isEmpty());

    const auto client = first(
        kind(withWay("{'id': 'c', 'type': 'oidc', 'flow': 'clientCredentials', 'issuer': 'https://id.org'}")));
    QCOMPARE(client.flow, SignInMethod::Flow::ClientCredentials);
    QCOMPARE(client.way.fields.size(), 2);
    QVERIFY(!client.way.browser);

    // openEO tells issuer and client itself.
    Json openEo = withWay("{'id': 'o', 'type': 'oidc', 'flow': 'browser', 'redirectPorts': [1410]}");
    openEo["openEo"] = true;
    QCOMPARE(first(kind(openEo)).redirectPorts, QList<quint16> {1410});

    const auto session = first(
        kind(withWay("{'id': 's', 'type': 'session', 'fields': [{'name': 'email', 'secret': false}],"
                     "'login': {'method': 'POST', 'path': '/login', 'body': {'e': '{email}'},"
                     "'answer': {'access': ['/a', '/t'], 'org': '/o'}}}")));
    QCOMPARE(session.type, Type::Session);
    QCOMPARE(stringAt(session.login, "path"), u"/login"_qs);

    const ServiceKind open = kind(withWay("{'id': 'n', 'type': 'none', 'test': {'path': '/open'}}"));
    QVERIFY(!open.service.needsAccount);
    QCOMPARE(stringAt(open.testOf(open.methods.front()), "path"), u"/open"_qs);

    Json sas = withWay("{'id': 's', 'type': 'sas', 'token': 'https://pc.example.org/token/{account}/{container}'}");
    sas["hosts"] = json("['https://*.blob.example.net']");
    sas.erase("test");
    const ServiceKind signedFree = kind(sas);
    QCOMPARE(signedFree.host(), u"*.blob.example.net"_qs);
    QVERIFY(!signedFree.service.needsAccount);

    const auto s3 = first(kind(withWay("{'id': 's3', 'type': 's3', 'region': 'default', 'requesterPays': true,"
                                       "'regions': {'https://x.org': 'eu-central-1'}}")));
    QCOMPARE(s3.way.fields.at(0).name, u"access"_qs);
    QCOMPARE(s3.way.fields.at(1).name, u"secret"_qs);
    QVERIFY(s3.requesterPays);
    QCOMPARE(s3.regionOf(QUrl(u"https://X.org:443/b/k"_qs)), u"eu-central-1"_qs);
    QCOMPARE(s3.regionOf(QUrl(u"https://x.org:8443/b/k"_qs)), u"default"_qs);
}

void TestServiceKind::wrongDefinition_isNamed_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("said");
    const auto row = [](const char *name, const Json &json, const char *said) {
        QTest::newRow(name) << toText(json) << QString::fromUtf8(said);
    };
    row("no object", Json::array(), "no usable “id”");
    row("no id", json("{'hosts': ['https://x.org']}"), "no usable “id”");
    row("id that could name a trial", definition("{'id': 'a#1'}"), "no usable “id”");
    row("id with a line end", definition(R"({'id': 'a\n'})"), "no usable “id”");
    row("misspelt member", definition("{'sign_in': []}"), "“sign_in” is not a member");
    row("title of another type", definition("{'title': 7}"), "“title” has the wrong type");
    row("title that lacks words", definition("{'title': {'en': 7}}"), "“title” has the wrong type");
    row("group", definition("{'group': 'astrology'}"), "“group”");
    row("flag of another type", definition("{'byChoice': 'yes'}"), "“byChoice” has the wrong type");
    row("website over http", definition("{'get': {'website': 'http://x.org'}}"), "“get.website”");
    row("steps of another type", definition("{'get': {'steps': [7]}}"), "“get.steps”");
    row("no hosts", definition("{'hosts': []}"), "no host");
    row("hosts of another type", definition("{'hosts': 'https://x.org'}"), "“hosts” has the wrong type");
    row("plain http", definition("{'hosts': ['http://x.org']}"), "“http://x.org” is not an https address");
    row("hosts and an own address", definition("{'ownAddress': {}}"), "only have one");
    row("secret for a wildcard", definition("{'hosts': ['https://*.x.org'], 'base': 'https://a.x.org'}"), "one by one");
    row("base elsewhere", definition("{'base': 'https://y.org/v1'}"), "“base”");
    row("base that is put together", definition("{'base': 'https://{org}.x.org'}"), "“base”");
    row("no way in", definition("{'signIn': []}"), "“signIn”");
    row("way without a type", withWay("{'id': 'k'}"), "no “signIn[0].type”");
    row("way of an unknown type", withWay("{'id': 'k', 'type': 'magic'}"), "“signIn[0].type”");
    row("way with a bad id", withWay("{'id': 'K y', 'type': 'key'}"), "“signIn[0].id”");
    row("two ways of one id", definition("{'signIn': [{'id': 'k', 'type': 'key'}, {'id': 'k', 'type': 'basic'}]}"),
        "“signIn[1].id”");
    row("misspelt member of a way", withWay("{'id': 'k', 'type': 'key', 'keyPattern': '^a'}"),
        "“signIn[0].keyPattern” is not a member");
    row("bad pattern", withWay("{'id': 'k', 'type': 'key', 'pattern': '('}"), "“signIn[0].pattern”");
    row("header with a line end", withWay(R"({'id': 'k', 'type': 'key', 'header': 'X\n'})"), "“signIn[0].header”");
    row("prefix with a line end", withWay(R"({'id': 'k', 'type': 'key', 'prefix': 'B\r\n'})"), "“signIn[0].header”");
    row("unknown environment", withWay("{'id': 'k', 'type': 'key', 'environments': {'a_': 'prod'}}"),
        "“signIn[0].environments” must say “live” or “test”");
    row("mask that shows all", withWay("{'id': 'k', 'type': 'key', 'mask': {'tail': 40}}"), "“signIn[0].mask.tail”");
    row("key without its field", withWay("{'id': 'k', 'type': 'key', 'fields': [{'name': 'token'}]}"),
        "must have a field “key”");
    row("field without a name", withWay("{'id': 'k', 'type': 'key', 'fields': [{'label': 'Key'}]}"),
        "no “signIn[0].fields.name”");
    row("key without a test", json("{'id': 'a', 'hosts': ['https://x.org'], 'signIn': [{'id': 'k', 'type': 'key'}]}"),
        "no “test”");
    row("test that hands out a token", definition("{'test': {'path': '/me', 'answer': {'access': '/t'}}}"),
        "“test.answer.access”");
    row("test elsewhere", definition("{'test': {'path': 'https://y.org/'}}"), "“test.path”");
    row("test that leaves the host", definition("{'test': {'path': '@y.org/'}}"), "“test.path”");
    row("test that leaves its path", definition("{'test': {'path': '/../keys'}}"), "“test.path”");
    row("test at another host", definition("{'test': {'path': '//y.org/'}}"), "“test.path”");
    row("unknown placeholder", definition("{'test': {'path': '/{who}'}}"), "{who}");
    row("unknown placeholder in a body",
        definition("{'keys': {'create': {'path': '/k', 'body': {'a': ['{password}']}}}}"), "{password}");
    row("unknown method", definition("{'test': {'method': 'BREW', 'path': '/'}}"), "“test.method”");
    row("query of another type", definition("{'test': {'path': '/', 'query': {'limit': 1}}}"), "“test.query”");
    row("answer that nobody asks for", definition("{'usage': [{'path': '/', 'answer': {'secret': '/s'}}]}"),
        "“usage.answer.secret”");
    row("answer that is no pointer", definition("{'usage': [{'path': '/', 'answer': {'plan': 'plan'}}]}"),
        "“usage.answer.plan”");
    row("usage that is no list", definition("{'usage': {'path': '/'}}"), "“usage” has the wrong type");
    row("key list of another type", definition("{'keys': {'list': '/keys'}}"), "“keys.list” has the wrong type");
    row("provider keys without a warning",
        definition("{'providerKeys': {'list': {'path': '/'}, 'add': {'path': '/'}, 'remove': {'path': '/'}}}"),
        "no “providerKeys.stops”");
    row("errors of another type", definition("{'errors': {'403': 7}}"), "“errors.403”");
    row("header name for the allowance", definition("{'allowance': {'left': 'X Y'}}"), "“allowance”");
    row("no token", withWay("{'id': 's', 'type': 'sas'}"), "“signIn[0].token”");
    row("token over http", withWay("{'id': 's', 'type': 'sas', 'token': 'http://x.org/{container}'}"),
        "“signIn[0].token”");
    row("unknown placeholder in a token", withWay("{'id': 's', 'type': 'sas', 'token': 'https://x.org/{key}'}"),
        "“signIn[0].token”");
    row("no issuer", withWay("{'id': 'o', 'type': 'oidc', 'client': 'c'}"), "“signIn[0].issuer”");
    row("issuer over http", withWay("{'id': 'o', 'type': 'oidc', 'client': 'c', 'issuer': 'http://id.org'}"),
        "“signIn[0].issuer”");
    row("no client", withWay("{'id': 'o', 'type': 'oidc', 'issuer': 'https://id.org'}"), "“signIn[0].client”");
    row("unknown flow", withWay("{'id': 'o', 'type': 'oidc', 'flow': 'implicit', 'issuer': 'https://id.org'}"),
        "“signIn[0].flow”");
    row("port of the system",
        withWay("{'id': 'o', 'type': 'oidc', 'client': 'c', 'issuer': 'https://id.org', 'redirectPorts': [80]}"),
        "“signIn[0].redirectPorts”");
    row("session without a login", withWay("{'id': 's', 'type': 'session'}"), "“signIn[0].login”");
    row("region of another host", withWay("{'id': 's', 'type': 's3', 'regions': {'https://y.org': 'us-west-2'}}"),
        "“signIn[0].regions”");
    row("region that is none", withWay("{'id': 's', 'type': 's3', 'region': 'us/west'}"), "“signIn[0].region”");
}

void TestServiceKind::wrongDefinition_isNamed()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, said);
    const auto parsed = parseJson(text);
    QVERIFY(parsed);
    const auto read = ServiceKind::fromJson(*parsed, u"mine.json"_qs);
    QVERIFY(!read);
    QCOMPARE(read.error().code, ErrorCode::InvalidInput);
    const QString message = read.error().message;
    QVERIFY2(message.startsWith(u"mine.json: "), qPrintable(message));
    QVERIFY2(message.contains(said), qPrintable(message));
    QVERIFY2(message.endsWith(u'.'), qPrintable(message));
}

void TestServiceKind::ownAddress_becomesHostsBaseAndTitle_data()
{
    QTest::addColumn<QString>("address");
    QTest::addColumn<QString>("base");
    QTest::addColumn<QString>("host");
    QTest::addColumn<QString>("title");
    const auto row = [](const char *address, const char *base, const char *host, const char *title) {
        QTest::newRow(address) << QString::fromLatin1(address) << QString::fromLatin1(base) << QString::fromLatin1(host)
                               << QString::fromLatin1(title);
    };
    row("https://field-box:8787", "https://field-box:8787/api", "field-box:8787", "Astra server on field-box");
    row("https://field-box:8787/", "https://field-box:8787/api", "field-box:8787", "Astra server on field-box");
    row("https://Field-Box:8787/api/v1/", "https://field-box:8787/api", "field-box:8787", "Astra server on field-box");
    row("https://example.org/astra", "https://example.org/astra/api", "example.org", "Astra server on example.org");
    row("http://127.0.0.1:8787", "http://127.0.0.1:8787/api", "127.0.0.1:8787", "Astra server on 127.0.0.1");
    row("http://localhost:8787", "http://localhost:8787/api", "localhost:8787", "Astra server on localhost");
}

void TestServiceKind::ownAddress_becomesHostsBaseAndTitle()
{
    QFETCH(QString, address);
    const ServiceKind server = shipped("astra-server");
    QVERIFY(server.hosts.empty());
    QCOMPARE(server.host(), QString());
    const auto bound = server.at(QUrl(address));
    QVERIFY(bound);
    QTEST(bound->base, "base");
    QTEST(bound->host(), "host");
    QTEST(bound->service.title, "title");
    QCOMPARE(bound->hosts.size(), std::size_t(1));
    QVERIFY(bound->covers(QUrl(QString(bound->base + u"/v1/search"))));
    QVERIFY(!bound->covers(QUrl(u"https://elsewhere.example.org/api"_qs)));
}

void TestServiceKind::ownAddress_isRefused_data()
{
    QTest::addColumn<QString>("address");
    QTest::addColumn<QString>("said");
    const auto row = [](const char *address, const char *said) {
        QTest::newRow(address) << QString::fromLatin1(address) << QString::fromUtf8(said);
    };
    row("http://field-box:8787", "TLS");
    row("http://192.168.1.7:8787", "TLS");
    row("http://127.0.0.1.example.org", "TLS");
    row("", "looks like https://field-box:8787");
    row("field-box:8787", "looks like");
    row("ftp://field-box", "looks like");
    row("https://me:secret@field-box", "looks like");
    row("https://field-box/?key=secret", "looks like");
    row("https://field-box/#x", "looks like");
    row("https://*.example.org", "looks like");
}

void TestServiceKind::ownAddress_isRefused()
{
    QFETCH(QString, address);
    QFETCH(QString, said);
    const auto bound = shipped("astra-server").at(QUrl(address));
    QVERIFY(!bound);
    QVERIFY2(bound.error().message.contains(said), qPrintable(bound.error().message));
    QVERIFY2(!bound.error().message.contains(u"secret"), qPrintable(bound.error().message));
    QVERIFY(!shipped("pixxel").at(QUrl(u"https://field-box"_qs))); // which is always at its own
}

void TestServiceKind::shipped_areReadWithoutWarning()
{
    const auto all = ServiceKinds::read({}, {});
    QCOMPARE(all.warnings.join(u'\n'), QString());
    QCOMPARE(idsOf(all),
             (QStringList {u"aws"_qs, u"astra-os"_qs, u"astra-server"_qs, u"cdse"_qs, u"cdse-s3"_qs, u"pixxel"_qs,
                           u"planetary-computer"_qs, u"usgs"_qs, u"openeo"_qs, u"astromesh"_qs, u"astroway"_qs}));
    for (const auto &one : all.kinds) {
        QVERIFY2(!one.service.about.isEmpty(), qPrintable(one.service.id));
        // Without imagery: only by choice.
        QVERIFY2(one.service.group != data::Service::Group::Other || one.service.byChoice, qPrintable(one.service.id));
        if (one.service.needsAccount)
            QVERIFY2(!one.service.steps.isEmpty() && !one.service.bound.isEmpty(), qPrintable(one.service.id));
    }
    QVERIFY(!all.find(u"unheard-of"_qs));
}

void TestServiceKind::shipped_areWordedInBothLanguages()
{
    const QDir folder(u":/astra/connections"_qs);
    const QStringList names = folder.entryList({u"*.json"_qs});
    QCOMPARE(names.size(), 11);
    for (const QString &name : names) {
        const auto read = readJsonFile(folder.filePath(name));
        QVERIFY(read);
        QCOMPARE(untranslated(*read, name.chopped(5)).join(u' '), QString());
    }
    QLocale::setDefault(QLocale(QLocale::German));
    const auto german = ServiceKinds::read({}, {});
    QCOMPARE(german.warnings, QStringList());
    QCOMPARE(german.find(u"astra-server"_qs)->service.title, u"Astra-Server"_qs);
    QVERIFY(german.find(u"astroway"_qs)->service.about.startsWith(u"Astrologie"));
    QCOMPARE(german.find(u"cdse"_qs)->service.ways.front().title, u"Im Browser, mit einem Code"_qs);
    // A text that lacks a language is found: the check itself works.
    QCOMPARE(untranslated(json("{'about': {'en': 'Only this.'}, 'signIn': [{'note': 'Plain.'}]}"), u"x"_qs),
             (QStringList {u"x.about.de"_qs, u"x.signIn.signIn.note"_qs}));
}

void TestServiceKind::shipped_patternsTakeTheirKeys_data()
{
    QTest::addColumn<QString>("service");
    QTest::addColumn<QString>("way");
    QTest::addColumn<QString>("key");
    QTest::addColumn<bool>("taken");
    const auto row = [](const char *service, const char *way, const char *key, bool taken) {
        QTest::addRow("%s %s", service, key)
            << QString::fromLatin1(service) << QString::fromLatin1(way) << QString::fromLatin1(key) << taken;
    };
    // astra-os.md 1.2: astra_sk_live_ or astra_sk_test_ and some 36 small letters and digits; older: astra_ and 40.
    row("astra-os", "key", "astra_sk_live_0123456789abcdefghijklmnopqrstuvwxyz", true);
    row("astra-os", "key", "astra_sk_test_0123456789abcdefghijklmnopqrstuvwxyz", true);
    row("astra-os", "key", "astra_V1StGXR8_Z5jdHi6B-myT0123456789abcdefghij", true);
    row("astra-os", "key", "astra_short", false);
    row("astra-os", "key", "Bearer astra_sk_live_0123456789abcdefghijklmnopqrstuvwxyz", false);
    row("astra-os", "key", "aw_live_0123456789abcdefghijklmnopqrstuv", false);
    row("astra-os", "key", "astra_sk_live_0123456789 abcdefghijklmnopqrstuvwxyz", false);
    row("astra-server", "key", "astra_sk_live_0123456789abcdefghijklmnopqrstuvwxyz", true);
    // astroway.md 1: aw_live_, aw_test_ and 32; aw_free_ and 24 digits of base 16. Not to be checked beyond "aw_".
    row("astroway", "key", "aw_live_0123456789ABCDEFGHIJKLMNOPabcdef", true);
    row("astroway", "key", "aw_test_0123456789ABCDEFGHIJKLMNOPabcdef", true);
    row("astroway", "key", "aw_free_0123456789abcdef01234567", true);
    row("astroway", "key", "astra_sk_live_0123456789abcdefghijklmnopqrstuvwxyz", false);
    row("astroway", "key", "aw_live_", false); // broken off
    // astromesh.md 1: ask-prod- and 24, am_ and 43 of base 64.
    row("astromesh", "key", "ask-prod-0123456789abcdefghijklmn", true);
    row("astromesh", "key", "am_0123456789abcdefghijklmnopqrstuvwxyzABCDEFG", true);
    row("astromesh", "key", "sk-0123456789abcdefghijklmn", false);
    // pixxel.md 1: not published.
    row("pixxel", "bare", "anything at all", true);
}

void TestServiceKind::shipped_patternsTakeTheirKeys()
{
    QFETCH(QString, service);
    QFETCH(QString, way);
    QFETCH(QString, key);
    const ServiceKind read = shipped(service.toLatin1().constData());
    const SignInMethod *method = read.method(way);
    QVERIFY(method);
    QTEST(method->pattern.match(key).hasMatch(), "taken");
}

void TestServiceKind::shipped_saysTrulyWhatIsOffered()
{
    const ServiceKind astra = shipped("astra-os");
    QCOMPARE(astra.host(), u"astraos.cloud"_qs); // keys of earlier versions lie under this name
    QCOMPARE(astra.base, u"https://astraos.cloud/api"_qs);
    QCOMPARE(astra.methods.front().prefix, QByteArray("Bearer "));
    QVERIFY(!astra.service.rollsKeys);
    QVERIFY(!astra.service.createsTestKeys);
    QVERIFY(asStringList(astra.keys["list"]["absent"]).contains(u"401"_qs)); // by a session only
    QVERIFY(stringAt(astra.errors, "absent").contains(u"website"));

    // A refused list of keys says nothing of the key; a refused search does.
    QVERIFY(astra.notOffered(QUrl(u"https://astraos.cloud/api/keys"_qs), 401));
    QVERIFY(astra.notOffered(QUrl(u"https://www.astraos.cloud/api/keys/ckx3p0q7f0001"_qs), 401));
    QVERIFY(!astra.notOffered(QUrl(u"https://astraos.cloud/api/keys"_qs), 500));
    QVERIFY(!astra.notOffered(QUrl(u"https://astraos.cloud/api/keys/a/b"_qs), 401));
    QVERIFY(!astra.notOffered(QUrl(u"https://astraos.cloud/api/v1/search"_qs), 401));
    QVERIFY(!astra.notOffered(QUrl(u"https://example.org/api/keys"_qs), 401));

    const ServiceKind server = shipped("astra-server");
    QVERIFY(server.service.ownAddress);
    QVERIFY(server.service.rollsKeys);
    QVERIFY(server.service.createsTestKeys);
    QCOMPARE(stringAt(server.keys["roll"], "path"), u"/keys/{id}/roll"_qs);
    QCOMPARE(stringAt(server.keys["usage"], "path"), u"/keys/{id}/usage"_qs);
    QCOMPARE(server.service.scopes, (QStringList {u"search"_qs, u"assets"_qs, u"process"_qs, u"keys"_qs}));

    const ServiceKind pixxel = shipped("pixxel");
    QCOMPARE(pixxel.method(u"bare"_qs)->prefix, QByteArray());
    QCOMPARE(pixxel.method(u"bearer"_qs)->prefix, QByteArray("Bearer "));
    QCOMPARE(pixxel.method({}), pixxel.method(u"bare"_qs));
    for (const char *word : {"missing", "wrong", "expired", "revoked", "not for this project"})
        QVERIFY(stringAt(pixxel.errors, "403").contains(QLatin1String(word)));
    QVERIFY(!pixxel.service.createsKeys);

    const ServiceKind astroway = shipped("astroway");
    QCOMPARE(astroway.method(u"key"_qs)->header, QByteArray("X-Api-Key"));
    QCOMPARE(astroway.method(u"key"_qs)->mask.head, 4);
    QCOMPARE(astroway.method(u"key"_qs)->mask.tail, 4);
    QCOMPARE(stringAt(astroway.testOf(*astroway.method(u"open"_qs)), "path"), u"/reference/signs"_qs);
    QVERIFY(astroway.service.createsKeys);
    QVERIFY(!astroway.service.listsKeys);
    QVERIFY(!astroway.service.revokesKeys);

    const ServiceKind astromesh = shipped("astromesh");
    QVERIFY(astromesh.method(u"dev"_qs)->way.note.contains(u"creates an account"));
    QVERIFY(!astromesh.method(u"google"_qs)->way.available);
    QVERIFY(!astromesh.method(u"github"_qs)->way.available);
    QVERIFY(astromesh.service.keepsProviderKeys);

    QVERIFY(!shipped("planetary-computer").service.needsAccount);
    const ServiceKind cdse = shipped("cdse");
    QCOMPARE(cdse.service.ways.size(), 3);
    QVERIFY(cdse.covers(QUrl(u"https://zipper.dataspace.copernicus.eu/odata/v1/Products(1)/$value"_qs)));
    QVERIFY(!cdse.covers(QUrl(u"https://stac.dataspace.copernicus.eu/v1"_qs)));
    const ServiceKind openEo = shipped("openeo");
    QVERIFY(openEo.openEo);
    QCOMPARE(openEo.at(QUrl(u"https://openeo.example.org/openeo/"_qs))->base, u"https://openeo.example.org/openeo"_qs);
}

void TestServiceKind::shipped_bucketsHaveTheirRegions()
{
    const ServiceKind aws = shipped("aws");
    const SignInMethod *method = aws.method({});
    QVERIFY(method->requesterPays);
    for (const Host &host : aws.hosts) {
        // "bucket.s3.region.amazonaws.com"
        QCOMPARE(method->regionOf(QUrl(host.root())), host.name.section(u'.', 2, 2));
    }
    const ServiceKind cdse = shipped("cdse-s3");
    QCOMPARE(cdse.method({})->regionOf(QUrl(u"https://eodata.dataspace.copernicus.eu/eodata/x"_qs)), u"default"_qs);
    QVERIFY(!cdse.method({})->requesterPays);
}

void TestServiceKind::manualsExample_isRead()
{
    QFile manual(QStringLiteral(ASTRA_SOURCE_DIR "/docs/adding-a-connection.md"));
    QVERIFY(manual.open(QIODevice::ReadOnly));
    QByteArray text = manual.readAll();
    text = text.mid(text.indexOf("## An example"));
    text = text.mid(text.indexOf("```json") + 7);
    const auto example = parseJson(text.left(text.indexOf("```")));
    QVERIFY(example);
    const ServiceKind read = kind(*example);
    QCOMPARE(read.service.id, u"field-archive"_qs);
    QVERIFY(read.method({})->pattern.match(u"fa_0123456789abcdefghijklmn"_qs).hasMatch());
    QVERIFY(!read.method({})->pattern.match(u"fa_0123"_qs).hasMatch());
    // And what points it at a server on this computer.
    text = text.mid(text.indexOf("## Trying it"));
    text = text.mid(text.indexOf("```json") + 7);
    const auto trial = parseJson(text.left(text.indexOf("```")));
    QVERIFY(trial);
    const auto all = ServiceKinds::read({}, {*example, *trial});
    QCOMPARE(all.warnings.join(u'\n'), QString());
    QCOMPARE(all.find(u"field-archive"_qs)->base, u"http://127.0.0.1:9000/v2"_qs);
}

void TestServiceKind::folder_isLaidOverMemberByMember()
{
    const QTemporaryDir folder;
    put(folder.filePath(u"connections/astroway.json"_qs),
        R"({"id": "astroway", "hosts": ["http://127.0.0.1:9"], "base": "http://127.0.0.1:9/v1", "usage": null})");
    put(folder.filePath(u"connections/mine.json"_qs), toText(definition("{'id': 'mine', 'group': 'processing'}")));
    put(folder.filePath(u"connections/note.txt"_qs), "not a definition");
    const auto all = ServiceKinds::read(folder.path(), {});
    QCOMPARE(all.warnings.join(u'\n'), QString());
    const ServiceKind *astroway = all.find(u"astroway"_qs);
    QCOMPARE(astroway->host(), u"127.0.0.1:9"_qs);
    QCOMPARE(astroway->service.title, u"AstroWay"_qs); // as it was
    QVERIFY(!astroway->service.showsUsage); // taken away
    QCOMPARE(idsOf(all).mid(8, 2), (QStringList {u"mine"_qs, u"openeo"_qs}));
}

void TestServiceKind::wrongOverlay_leavesWhatWasThere()
{
    const QTemporaryDir folder;
    put(folder.filePath(u"connections/a.json"_qs), R"({"id": "astroway", "hosts": ["http://example.org"]})");
    put(folder.filePath(u"connections/b.json"_qs), R"({"id": "pixxel", )");
    put(folder.filePath(u"connections/c.json"_qs), QByteArray(300 << 10, ' ') + "{}");
    put(folder.filePath(u"connections/d.json"_qs), "[]");
    const auto all = ServiceKinds::read(folder.path(), {});
    QCOMPARE(all.warnings.size(), 4);
    for (int i = 0; i < 4; ++i)
        QVERIFY2(all.warnings.at(i).contains(QChar(u'a' + i) + u".json"_qs), qPrintable(all.warnings.at(i)));
    QCOMPARE(all.find(u"astroway"_qs)->host(), u"api.astroway.info"_qs);
    QVERIFY(all.find(u"pixxel"_qs));
    QCOMPARE(all.kinds.size(), std::size_t(11));
}

void TestServiceKind::cataloguesConnection_isLaidOverToo()
{
    const auto all = ServiceKinds::read({},
                                        {json("{'id': 'pixxel', 'title': 'Ours', 'hosts': ['http://127.0.0.1:9'],"
                                              "'base': 'http://127.0.0.1:9/v0'}"),
                                         definition("{'id': 'new'}"), json("{'id': 'cdse', 'kind': 'bearer'}")});
    QCOMPARE(all.warnings.size(), 1);
    QVERIFY(all.warnings.front().contains(u"“kind”"));
    QCOMPARE(all.find(u"pixxel"_qs)->service.title, u"Ours"_qs);
    QCOMPARE(all.find(u"pixxel"_qs)->methods.size(), std::size_t(2));
    QCOMPARE(all.find(u"new"_qs)->host(), u"x.org"_qs);
    QCOMPARE(all.find(u"cdse"_qs)->methods.size(), std::size_t(3));
}

QTEST_GUILESS_MAIN(TestServiceKind)
#include "tst_servicekind.moc"
