// SPDX-License-Identifier: Apache-2.0
#include "core/credentials/snippets.h"
#include "tests/core/credentials/accountsfixture.h"
#include "tests/core/credentials/servicefixture.h"
#include "tests/support/canary.h"
#include "tests/support/services/astraos.h"
#include "tests/support/services/astroway.h"
#include "tests/support/services/pixxel.h"

#include <QDir>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

using namespace astra;
using namespace astra::credentials;
using test::ScriptedServer;

namespace {

struct Ran {
    int code = -1;
    QByteArray out;
    QByteArray err;
};

/// The interpreter of a snippet's language; empty where this computer has none.
QString interpreterOf(const QString &language)
{
    return QStandardPaths::findExecutable(language == u"curl"         ? QStringLiteral("sh")
                                              : language == u"Python" ? QStringLiteral("python3")
                                                                      : QStringLiteral("node"));
}

/// Runs a snippet as it is, in a folder of its own, with these variables in its environment and no proxy.
Ran ran(const data::Snippet &snippet, const QMap<QString, QByteArray> &variables)
{
    const QTemporaryDir folder;
    const QString program = folder.filePath(QStringLiteral("program.js")); // the ending matters to one of them only
    QFile file(program);
    if (!file.open(QIODevice::WriteOnly) || file.write(snippet.text.toUtf8()) < 0)
        qFatal("no room for a snippet");
    file.close();
    auto environment = QProcessEnvironment::systemEnvironment();
    for (const char *name : {"http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY", "PYTHONPATH", "NODE_OPTIONS"})
        environment.remove(QLatin1String(name));
    for (auto variable = variables.begin(); variable != variables.end(); ++variable)
        environment.insert(variable.key(), QString::fromUtf8(variable.value()));
    QProcess process;
    process.setProcessEnvironment(environment);
    process.setWorkingDirectory(folder.path());
    process.start(interpreterOf(snippet.language), {program});
    if (!process.waitForFinished(60000))
        qFatal("%s does not end", qPrintable(snippet.language));
    if (QDir(folder.path()).entryList(QDir::Files) != QStringList {QStringLiteral("program.js")})
        qFatal("%s has written a file", qPrintable(snippet.language));
    return {process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
}

data::Snippet snippetIn(const std::vector<data::Snippet> &all, const QString &language)
{
    const auto found = std::find_if(all.begin(), all.end(), [&](const auto &one) { return one.language == language; });
    return found == all.end() ? data::Snippet() : *found;
}

/// A service at the server with one way of signing in; `test` is its test.
ServiceKind kindOf(const QUrl &root, const Json &way, const Json &test)
{
    const std::string address = toStd(root.toString());
    const auto kind = ServiceKind::fromJson({{"id", "ours"},
                                             {"hosts", Json::array({address})},
                                             {"base", address + "/v1"},
                                             {"test", test},
                                             {"signIn", Json::array({way})}});
    if (!kind)
        qFatal("%s", qPrintable(kind.error().message));
    return *kind;
}

std::vector<data::Snippet> snippetsOf(const ServiceKind &kind, const QString &way = {})
{
    return snippetsFor(kind, *kind.method(way), QStringLiteral("ours-2"));
}

void languages()
{
    QTest::addColumn<QString>("language");
    for (const char *language : {"curl", "Python", "JavaScript"})
        QTest::newRow(language) << QString::fromLatin1(language);
}

const QString variable = QStringLiteral("ASTRA_KEY_OURS_2");

} // namespace

class TestSnippets : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void snippets_areShortPrograms();
    void shippedServices_areAskedAsAstraAsks_data();
    void shippedServices_areAskedAsAstraAsks();
    void withoutTheVariable_noKeyIsSent_data() { languages(); }
    void withoutTheVariable_noKeyIsSent();
    void refused_isAFailure_data() { languages(); }
    void refused_isAFailure();
    void redirect_isNotFollowed_data() { languages(); }
    void redirect_isNotFollowed();
    void logins_takeTwoVariables_data() { languages(); }
    void logins_takeTwoVariables();
    void openServices_areAskedWithoutAKey_data() { languages(); }
    void openServices_areAskedWithoutAKey();
    void hostileDefinition_staysAText_data() { languages(); }
    void hostileDefinition_staysAText();
    void bodyIsSent_data() { languages(); }
    void bodyIsSent();
    void noKeySentAsItIs_noSnippet();
    void connections_nameNoKey();
};

void TestSnippets::initTestCase()
{
    // All three are among what Astra is built and tested with (packaging/packages).
    for (const char *language : {"curl", "Python", "JavaScript"})
        QVERIFY2(!interpreterOf(QLatin1String(language)).isEmpty(), language);
    QVERIFY(!QStandardPaths::findExecutable(QStringLiteral("curl")).isEmpty());
}

void TestSnippets::snippets_areShortPrograms()
{
    const auto kinds = ServiceKinds::read({}, {});
    const auto *pixxel = kinds.find(u"pixxel"_qs);
    const auto all = snippetsFor(*pixxel, *pixxel->method(u"bearer"_qs), u"pixxel-2"_qs);
    QCOMPARE(snippetIn(all, u"curl"_qs).text,
             QString(uR"(printf '%s%s\n' 'Authorization: Bearer ' "${ASTRA_KEY_PIXXEL_2:?}" |
  curl --fail --silent --show-error --globoff \
    --header @- \
    --header 'Accept: application/json' \
    'https://api.pixxel.space/v0/archives/collections'
)"_qs));
    QCOMPARE(snippetIn(all, u"Python"_qs).text, QString(uR"(import http.client
import os

headers = {"Accept": "application/json"}
headers["Authorization"] = "Bearer " + os.environ["ASTRA_KEY_PIXXEL_2"]
service = http.client.HTTPSConnection("api.pixxel.space", timeout=60)
service.request("GET", "/v0/archives/collections", headers=headers)
answer = service.getresponse()
print(answer.status, answer.reason)
print(answer.read().decode())
raise SystemExit(0 if 200 <= answer.status < 300 else 1)
)"_qs));
    QCOMPARE(snippetIn(all, u"JavaScript"_qs).text, QString(uR"(const headers = {"Accept": "application/json"};
const key = process.env["ASTRA_KEY_PIXXEL_2"];
if (!key) throw new Error("ASTRA_KEY_PIXXEL_2 is not set");
headers["Authorization"] = "Bearer " + key;
const request = {method: "GET", headers, redirect: "manual"};
(async () => {
  const answer = await fetch("https://api.pixxel.space/v0/archives/collections", request);
  console.log(answer.status, answer.statusText);
  console.log(await answer.text());
  process.exitCode = answer.ok ? 0 : 1;
})();
)"_qs));
}

void TestSnippets::shippedServices_areAskedAsAstraAsks_data()
{
    QTest::addColumn<QString>("service");
    QTest::addColumn<QString>("way");
    QTest::addColumn<QString>("language");
    for (const auto &[service, way] :
         {std::pair("astra-os", "key"), {"astroway", "key"}, {"pixxel", "bare"}, {"pixxel", "bearer"}}) {
        for (const char *language : {"curl", "Python", "JavaScript"})
            QTest::addRow("%s, %s, %s", service, way, language)
                << QString::fromLatin1(service) << QString::fromLatin1(way) << QString::fromLatin1(language);
    }
}

void TestSnippets::shippedServices_areAskedAsAstraAsks()
{
    QFETCH(QString, service);
    QFETCH(QString, way);
    QFETCH(QString, language);
    const test::AstraOs astraOs(test::AstraOs::Form::Documented);
    const test::AstroWay astroWay;
    const test::Pixxel pixxel(way == u"bearer" ? test::Pixxel::Form::Bearer : test::Pixxel::Form::Bare);
    const auto [fake, path, key] = service == u"astra-os"
        ? std::tuple<const test::Loopback *, QString, QByteArray>(&astraOs, u"/api"_qs, astraOs.key())
        : service == u"astroway"
        ? std::tuple<const test::Loopback *, QString, QByteArray>(&astroWay, u"/v1"_qs, astroWay.key())
        : std::tuple<const test::Loopback *, QString, QByteArray>(&pixxel, u"/v0"_qs, pixxel.key());
    const auto kind = test::kindAt(service, fake->url(), path);
    const auto all = snippetsFor(kind, *kind.method(way), QString(service + u"-2"));
    QCOMPARE(all.size(), std::size_t(3));
    const auto snippet = snippetIn(all, language);
    const QString name = QString(u"ASTRA_KEY_" + service.toUpper().replace(u'-', u'_') + u"_2");
    QVERIFY2(snippet.text.contains(name), qPrintable(snippet.text));
    QVERIFY2(!snippet.text.contains(QString::fromLatin1(key)), qPrintable(snippet.text));

    const auto result = ran(snippet, {{name, key}});
    QVERIFY2(result.code == 0, qPrintable(snippet.text + QString::fromUtf8(result.out + result.err)));
    QVERIFY(test::tested(kind, key, way));
    const auto requests = fake->requests();
    QCOMPARE(requests.size(), std::size_t(2));
    const auto &theirs = requests.front();
    const auto &ours = requests.back();
    QCOMPARE(theirs.method, ours.method);
    QCOMPARE(theirs.rawPath, ours.rawPath);
    QCOMPARE(theirs.query.toString(QUrl::FullyEncoded), ours.query.toString(QUrl::FullyEncoded));
    QCOMPARE(theirs.body, ours.body);
    for (const char *header : {"Authorization", "X-Api-Key", "Accept"})
        QCOMPARE(theirs.header(header), ours.header(header));
    const QByteArray carried = kind.method(way)->prefix + key;
    QCOMPARE(theirs.header(kind.method(way)->header), carried);
    // What is printed is the service's answer.
    QVERIFY2(result.out.contains('{'), result.out.constData());
}

void TestSnippets::withoutTheVariable_noKeyIsSent()
{
    QFETCH(QString, language);
    const ScriptedServer server(
        [](const server::Request &) { return server::Response::json(R"({"error":"no key"})", 401); });
    const auto kind = kindOf(server.url(), {{"id", "key"}, {"type", "key"}}, {{"path", "/me"}});
    const auto result = ran(snippetIn(snippetsOf(kind), language), {});
    QVERIFY(result.code != 0);
    QVERIFY2(result.err.contains("ASTRA_KEY_OURS_2"), result.err.constData());
    for (const auto &request : server.requests())
        QCOMPARE(request.header("Authorization"), QByteArray());
}

void TestSnippets::refused_isAFailure()
{
    QFETCH(QString, language);
    const ScriptedServer server(
        [](const server::Request &) { return server::Response::json(R"({"error":"unknown key"})", 401); });
    const auto kind = kindOf(server.url(), {{"id", "key"}, {"type", "key"}}, {{"path", "/me"}});
    const auto result = ran(snippetIn(snippetsOf(kind), language), {{variable, test::canaryText()}});
    QVERIFY(result.code != 0);
    const QByteArray said = result.out + result.err;
    QVERIFY2(said.contains("401"), said.constData());
    QVERIFY(!said.contains(test::canaryMark));
    QCOMPARE(server.requests().size(), std::size_t(1));
}

void TestSnippets::redirect_isNotFollowed()
{
    QFETCH(QString, language);
    const ScriptedServer elsewhere([](const server::Request &) { return server::Response::json("{}"); });
    const ScriptedServer server([&](const server::Request &) { return test::redirect(elsewhere.url()); });
    const auto kind = kindOf(server.url(), {{"id", "key"}, {"type", "key"}, {"header", "X-Api-Key"}},
                             {{"path", "/me"}});
    (void)ran(snippetIn(snippetsOf(kind), language), {{variable, test::canaryText()}});
    QCOMPARE(server.requests().size(), std::size_t(1));
    QVERIFY(elsewhere.requests().empty());
}

void TestSnippets::logins_takeTwoVariables()
{
    QFETCH(QString, language);
    const ScriptedServer server([](const server::Request &) { return server::Response::json("{}"); });
    const auto kind = kindOf(server.url(), {{"id", "login"}, {"type", "basic"}}, {{"path", "/me"}});
    // Long enough that base64 tools would break the line.
    const QByteArray password = test::canaryText("p%s\\n'\"$x", QByteArray(80, 'z'));
    const auto result = ran(snippetIn(snippetsOf(kind), language),
                            {{u"ASTRA_USER_OURS_2"_qs, "mira"}, {u"ASTRA_PASSWORD_OURS_2"_qs, password}});
    QVERIFY2(result.code == 0, result.err.constData());
    QCOMPARE(test::lastHeader(server.requests(), "Authorization"),
             QByteArray("Basic " + QByteArray("mira:" + password).toBase64()));
}

void TestSnippets::openServices_areAskedWithoutAKey()
{
    QFETCH(QString, language);
    const test::AstroWay service;
    const auto kind = test::kindAt(u"astroway"_qs, service.url(), u"/v1"_qs);
    const auto snippet = snippetIn(snippetsFor(kind, *kind.method(u"open"_qs), u"astroway"_qs), language);
    QVERIFY2(!snippet.text.contains(u"ASTRA_KEY"), qPrintable(snippet.text));
    const auto result = ran(snippet, {});
    QVERIFY2(result.code == 0, result.err.constData());
    QCOMPARE(service.count(u"/v1/reference/signs"_qs), 1);
    QCOMPARE(test::lastHeader(service.requests(), "X-Api-Key"), QByteArray());
}

void TestSnippets::hostileDefinition_staysAText()
{
    QFETCH(QString, language);
    const ScriptedServer server([](const server::Request &) { return server::Response::json("{}"); });
    // What would end a text, put something in, begin a command or a comment, in any of the three.
    const QString hostile = u"'\"\\`touch x`$(touch y)$PATH %s\n\r\t;#*/ --\\x41 \u2028\U0001F6F0 @x </script>"_qs;
    const std::string text = toStd(hostile);
    const QByteArray prefix = "Key '\"\\`$(touch z)`${HOME} %s\\n ";
    const auto kind = kindOf(server.url(),
                             {{"id", "key"}, {"type", "key"}, {"header", "X-Key"}, {"prefix", prefix.toStdString()}},
                             {{"method", "POST"},
                              {"path", "/it's/$HOME/$(touch+p)/!!;x"},
                              {"query", {{text, text}}},
                              {"body", {{"text", text}, {text, 1}}}});
    const auto result = ran(snippetIn(snippetsOf(kind), language), {{variable, "k1"}});
    QVERIFY2(result.code == 0, result.err.constData());
    const auto request = server.requests().back();
    QCOMPARE(request.method, QByteArray("POST"));
    QCOMPARE(request.header("X-Key"), QByteArray(prefix + "k1"));
    QCOMPARE(QUrl::fromPercentEncoding(request.rawPath), u"/v1/it's/$HOME/$(touch+p)/!!;x"_qs);
    QCOMPARE(request.query.queryItems(QUrl::FullyDecoded), (QList<std::pair<QString, QString>> {{hostile, hostile}}));
    const auto body = parseJson(request.body);
    QVERIFY2(body, request.body.constData());
    QVERIFY(*body == Json({{"text", text}, {text, 1}}));

    // What no address can hold as it is stands there encoded, or gives no program at all.
    for (const char *path : {"/a\nb", "/a`b", "/a\"b", "/a b", "/a<b"}) {
        const auto odd = snippetsOf(kindOf(server.url(), {{"id", "key"}, {"type", "key"}}, {{"path", path}}));
        if (odd.empty())
            continue;
        const auto snippet = snippetIn(odd, language);
        QVERIFY2(!snippet.text.contains(QLatin1String(path)), qPrintable(snippet.text));
        const bool taken = ran(snippet, {{variable, "k1"}}).code == 0; // a line end, even encoded, by no server of ours
        QCOMPARE(taken, !QByteArray(path).contains('\n'));
        if (taken)
            QCOMPARE(QUrl::fromPercentEncoding(server.requests().back().rawPath),
                     QString(u"/v1" + QLatin1String(path)));
    }
}

void TestSnippets::bodyIsSent()
{
    QFETCH(QString, language);
    const ScriptedServer server([](const server::Request &) { return server::Response::json("{}"); });
    const Json way {{"id", "key"}, {"type", "key"}};
    const auto with = kindOf(server.url(), way,
                             {{"method", "POST"}, {"path", "/find"}, {"body", {{"ort", "Zürich"}, {"n", 2}}}});
    QCOMPARE(ran(snippetIn(snippetsOf(with), language), {{variable, "k1"}}).code, 0);
    QCOMPARE(server.requests().back().header("Content-Type"), QByteArray("application/json"));
    const auto body = parseJson(server.requests().back().body);
    QVERIFY(body && *body == Json({{"ort", "Zürich"}, {"n", 2}}));

    const auto without = kindOf(server.url(), way, {{"method", "POST"}, {"path", "/permissions"}});
    QCOMPARE(ran(snippetIn(snippetsOf(without), language), {{variable, "k1"}}).code, 0);
    QCOMPARE(server.requests().back().method, QByteArray("POST"));
    QCOMPARE(server.requests().back().body, QByteArray());
    QCOMPARE(test::lastHeader(server.requests(), "Authorization"), QByteArray("Bearer k1"));
}

void TestSnippets::noKeySentAsItIs_noSnippet()
{
    const auto all = ServiceKinds::read({}, {});
    const auto count = [&](const char *service, const char *way) {
        const auto *kind = all.find(QLatin1String(service));
        return snippetsFor(*kind, *kind->method(QLatin1String(way)), QLatin1String(service)).size();
    };
    QCOMPARE(count("astra-os", "key"), std::size_t(3));
    QCOMPARE(count("cdse", "device"), std::size_t(0));
    QCOMPARE(count("cdse-s3", ""), std::size_t(0));
    QCOMPARE(count("planetary-computer", "sas"), std::size_t(0));
    QCOMPARE(count("usgs", "token"), std::size_t(0));
    QCOMPARE(count("openeo", "basic"), std::size_t(0)); // a token is fetched with it
    QCOMPARE(count("astra-server", "key"), std::size_t(0)); // nobody knows where it is
    const auto field = all.find(u"astra-server"_qs)->at(QUrl(u"https://field-box:8787"_qs));
    QVERIFY(field);
    const auto there = snippetsFor(*field, *field->method({}), u"astra-server"_qs);
    QCOMPARE(there.size(), std::size_t(3));
    QVERIFY(snippetIn(there, u"curl"_qs).text.contains(u"https://field-box:8787/api/v1/search?"));
    QVERIFY(snippetIn(there, u"Python"_qs).text.contains(u"HTTPSConnection(\"field-box\", 8787, "));

    // The variable would hold more than the key.
    const auto two = kindOf(QUrl(u"http://127.0.0.1:9"_qs),
                            {{"id", "key"}, {"type", "key"}, {"fields", {{{"name", "key"}}, {{"name", "project"}}}}},
                            {{"path", "/me"}});
    QVERIFY(snippetsOf(two).empty());
    // Its test needs to know whose account it is.
    const auto org = kindOf(QUrl(u"http://127.0.0.1:9"_qs), {{"id", "key"}, {"type", "key"}},
                            {{"path", "/orgs/{org}"}});
    QVERIFY(snippetsOf(org).empty());
    QCOMPARE(snippetsFor(org, *org.method({}), u"ours"_qs, {{u"org"_qs, u"kim"_qs}}).size(), std::size_t(3));
}

void TestSnippets::connections_nameNoKey()
{
    const test::AstraOs service(test::AstraOs::Form::Documented);
    const test::Accounts accounts(
        {test::kindAt(u"astra-os"_qs, service.url(), u"/api"_qs), *ServiceKinds::read({}, {}).find(u"cdse"_qs)});
    const auto &connections = accounts.connections;
    QVERIFY(waitFor(connections->loaded()));
    QCOMPARE(connections->snippets(u"astra-os"_qs).size(), std::size_t(3)); // before there is a key, too
    QVERIFY(waitFor(connections->connectKey(u"astra-os"_qs, Secret(service.key()))));
    const auto all = connections->snippets(u"astra-os"_qs);
    QCOMPARE(all.size(), std::size_t(3));
    for (const auto &snippet : all) {
        QVERIFY(snippet.text.contains(u"ASTRA_KEY_ASTRA_OS"));
        QVERIFY(!snippet.text.contains(QString::fromLatin1(service.key().right(4))));
        QVERIFY(!snippet.text.contains(QLatin1String(test::canaryMark)));
    }
    QVERIFY(connections->snippets(u"cdse"_qs).empty());
    QVERIFY(connections->snippets(u"nobody"_qs).empty());
}

QTEST_GUILESS_MAIN(TestSnippets)
#include "tst_snippets.moc"
