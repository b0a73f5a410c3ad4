// SPDX-License-Identifier: Apache-2.0
#include "core/credentials/servicecalls.h"
#include "tests/core/credentials/servicefixture.h"

#include <QDirIterator>
#include <QTemporaryDir>
#include <QTest>

#include <atomic>

using namespace astra;
using namespace astra::credentials;
using test::ScriptedServer;

namespace {

const QByteArray ownKey = "astra_sk_live_canary0001";

/// A service with calls of its own, at the server.
ServiceKind kindOf(const QUrl &root, const Json &members)
{
    Json json {{"id", "ours"},
               {"title", "Ours"},
               {"hosts", Json::array({toStd(root.toString())})},
               {"base", toStd(QString(root.toString() + QStringLiteral("/v1")))},
               {"test", {{"path", "/test"}}},
               {"signIn",
                Json::array({{{"id", "key"},
                              {"type", "key"},
                              {"environments", {{"astra_sk_test_", "test"}, {"astra_sk_live_", "live"}}},
                              {"mask", {{"prefix", true}, {"tail", 4}}}}})}};
    json.update(members);
    auto kind = ServiceKind::fromJson(json);
    if (!kind)
        qFatal("%s", qPrintable(kind.error().message));
    return *kind;
}

ServiceCall call(const Json &json)
{
    auto read = ServiceCall::fromJson(json);
    if (!read)
        qFatal("%s", qPrintable(read.error().message));
    return *read;
}

QDateTime utc(const char *text) { return QDateTime::fromString(QString::fromLatin1(text), Qt::ISODateWithMs).toUTC(); }

} // namespace

class TestServiceCalls : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void fromJson_refusesWhatIsNoRequest_data();
    void fromJson_refusesWhatIsNoRequest();
    void pointed_takesTheFirstThatIsThere();
    void send_putsValuesIn();
    void send_leavesOutWhatHasNoValue();
    void send_staysAtItsService_data();
    void send_staysAtItsService();
    void send_believesNoOtherHost();
    void send_isConfidential();
    void send_makesNothingTwice();
    void send_readsAnswers_data();
    void send_readsAnswers();
    void usage_putsAnswersTogether();
    void usage_passesOverWhatIsNotOffered();
    void usage_readsHostileValues();
    void keys_readEveryFormOfAList_data();
    void keys_readEveryFormOfAList();
    void keys_readEveryFormOfATime_data();
    void keys_readEveryFormOfATime();
    void keys_cutLongTexts();
    void createKey_handsOutTheSecretOnce();
    void createKey_withoutASecretIsAnError();
    void missingCalls_areSaid_data();
    void missingCalls_areSaid();
    void absentCalls_takeTheDefinitionsWords();
    void providerKeys_sayWhatStops();
    void allowance_readsHeaders_data();
    void allowance_readsHeaders();
    void credits_areCountedAsTheServiceTells_data();
    void credits_areCountedAsTheServiceTells();
    void usage_passesOverWhatNeedsMore();
    void facts_areReadFromATest();
};

void TestServiceCalls::fromJson_refusesWhatIsNoRequest_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::newRow("no object") << QByteArray(R"("/keys")");
    QTest::newRow("no path") << QByteArray(R"({"method":"GET"})");
    QTest::newRow("a whole address") << QByteArray(R"({"path":"https://elsewhere.example/keys"})");
    QTest::newRow("a path that is a host") << QByteArray(R"({"path":"elsewhere"})");
    QTest::newRow("no method") << QByteArray(R"({"method":"CONNECT","path":"/keys"})");
    QTest::newRow("a method with more in it")
        << QByteArray("{\"method\":\"GET / HTTP/1.1\\r\\nX: y\",\"path\":\"/keys\"}");
}

void TestServiceCalls::fromJson_refusesWhatIsNoRequest()
{
    QFETCH(QByteArray, json);
    const auto read = ServiceCall::fromJson(*parseJson(json));
    QVERIFY(!read);
    QVERIFY(read.error().message.endsWith(u'.'));
}

void TestServiceCalls::pointed_takesTheFirstThatIsThere()
{
    const Json json = *parseJson(R"({"a":null,"b":{"c/d":[10,{"e~f":20}]},"":5})");
    QVERIFY(pointed(json, "/b/c~1d/0") == Json(10));
    QVERIFY(pointed(json, "/b/c~1d/1/e~0f") == Json(20));
    QVERIFY(pointed(json, "") == json);
    QVERIFY(pointed(json, "/") == Json(5));
    QVERIFY(pointed(json, Json::array({"/a", "/x", "/b/c~1d/0"})) == Json(10));
    for (const char *none :
         {"/x", "/a", "/b/c~1d/2", "/b/c~1d/-1", "/b/c~1d/+0", "/b/c~1d/00", "/b/c~1d/x", "b", "/b/c~1d/0/x"})
        QVERIFY2(pointed(json, none).is_null(), none);
    QVERIFY(pointed(json, nullptr).is_null());
    QVERIFY(pointed(json, 7).is_null());
}

void TestServiceCalls::send_putsValuesIn()
{
    const ScriptedServer server([](const server::Request &) { return server::Response::json("{}"); });
    const auto kind = kindOf(server.url(), Json::object());
    const auto calls = test::callsWith(kind, ownKey, {{QStringLiteral("org"), QStringLiteral("a b/c")}});
    const auto answer = waitFor(calls.send(
        call({{"method", "POST"},
              {"path", "/orgs/{org}/keys/{id}"},
              {"query", {{"of", "x&{id}"}}},
              {"body", {{"name", "{label}"}, {"n", 3}, {"deep", {{"id", "<{id}>"}}}, {"scopes", "{scopes}"}}}}),
        {{QStringLiteral("id"), QStringLiteral("7?ü")},
         {QStringLiteral("label"), QStringLiteral("say <hi> {id}")},
         {QStringLiteral("scopes"), QStringLiteral("search,keys")}}));
    QVERIFY2(answer, qPrintable(answer ? QString() : answer.error().message));
    const auto request = server.requests().back();
    QCOMPARE(request.method, QByteArray("POST"));
    QCOMPARE(request.rawPath, QByteArray("/v1/orgs/a%20b%2Fc/keys/7%3F%C3%BC"));
    QCOMPARE(request.query.queryItemValue(QStringLiteral("of"), QUrl::FullyDecoded), QStringLiteral("x&7?ü"));
    QCOMPARE(request.header("Authorization"), QByteArray("Bearer " + ownKey));
    QCOMPARE(request.header("Content-Type"), QByteArray("application/json"));
    // What a person enters is a value, never a form of its own.
    QVERIFY(*parseJson(request.body)
            == *parseJson(R"({"name":"say <hi> {id}","n":3,"deep":{"id":"<7?ü>"},"scopes":["search","keys"]})"));
}

void TestServiceCalls::send_leavesOutWhatHasNoValue()
{
    const ScriptedServer server([](const server::Request &) { return server::Response::json("{}"); });
    const auto calls = test::callsWith(kindOf(server.url(), Json::object()), ownKey);
    QVERIFY(waitFor(calls.send(call({{"method", "POST"},
                                     {"path", "/keys"},
                                     {"query", {{"plan", "{plan}"}, {"n", "1"}}},
                                     {"body", {{"name", "{label}"}, {"plan", "{plan}"}, {"none", nullptr}}}}),
                               {{QStringLiteral("label"), QStringLiteral("x")}})));
    QVERIFY(*parseJson(server.requests().back().body) == *parseJson(R"({"name":"x","none":null})"));
    QCOMPARE(server.requests().back().query.toString(), QStringLiteral("n=1"));

    const auto answer = waitFor(calls.send(call({{"path", "/orgs/{org}"}}), {}));
    QVERIFY(!answer);
    QCOMPARE(answer.error().code, ErrorCode::InvalidInput);
    QVERIFY(answer.error().message.contains(u"Ours"));
    QCOMPARE(server.requests().size(), size_t(1));
}

void TestServiceCalls::send_staysAtItsService_data()
{
    QTest::addColumn<QString>("id");
    QTest::newRow("up") << "..";
    QTest::newRow("here") << ".";
    QTest::newRow("NUL") << QString(u'a' + QString(QChar::Null));
}

void TestServiceCalls::send_staysAtItsService()
{
    QFETCH(QString, id);
    const ScriptedServer server([](const server::Request &) { return server::Response::json("{}"); });
    const auto calls = test::callsWith(kindOf(server.url(), Json::object()), ownKey);
    QVERIFY(!waitFor(calls.send(call({{"method", "DELETE"}, {"path", "/keys/{id}"}}), {{QStringLiteral("id"), id}})));
    QVERIFY(server.requests().empty());
}

void TestServiceCalls::send_believesNoOtherHost()
{
    const ScriptedServer other([](const server::Request &) { return server::Response::json(R"({"keys":[]})"); });
    const ScriptedServer server(
        [&](const server::Request &) { return test::redirect(other.url(QStringLiteral("/x"))); });
    const auto calls = test::callsWith(kindOf(server.url(), Json::object()), ownKey);
    const auto answer = waitFor(calls.send(call({{"path", "/keys"}}), {}));
    QVERIFY(!answer);
    for (const auto &request : other.requests())
        QCOMPARE(request.header("Authorization"), QByteArray());

    // What is entered goes to no other host either.
    const auto posted = waitFor(calls.send(call({{"method", "POST"}, {"path", "/keys"}, {"body", {{"key", "{key}"}}}}),
                                           {{QStringLiteral("key"), QStringLiteral("sk-canary0002canary0002")}}));
    QVERIFY(!posted);
    for (const auto &request : other.requests())
        QVERIFY(!request.body.contains("canary"));
}

void TestServiceCalls::send_isConfidential()
{
    // Recorded exchanges are files: nothing of these calls may be among them.
    QTemporaryDir folder;
    const ScriptedServer server(
        [](const server::Request &) { return server::Response::json(R"({"key":"canary0003canary0003"})"); });
    const auto kind = kindOf(server.url(), Json::object());
    net::ClientConfig config;
    config.recordTo = folder.path();
    auto client = net::HttpClient::create(config);
    client->setAuthorizer(std::make_shared<test::OneCredential>(kind, *kind.method({}), ownKey));
    const ServiceCalls calls(client, kind, kind.service.id, {});
    QVERIFY(waitFor(calls.send(call({{"method", "POST"}, {"path", "/keys"}, {"body", {{"name", "n"}}}}), {})));
    QDirIterator files(folder.path(), QDir::Files, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        QFile file(files.next());
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY2(!file.readAll().contains("canary"), qPrintable(file.fileName()));
    }
}

void TestServiceCalls::send_makesNothingTwice()
{
    const ScriptedServer server([](const server::Request &) {
        server::Response response;
        response.status = 503;
        return response;
    });
    const auto calls = test::callsWith(kindOf(server.url(), Json::object()), ownKey);
    QVERIFY(!waitFor(calls.send(call({{"method", "POST"}, {"path", "/keys"}}), {})));
    QCOMPARE(server.requests().size(), size_t(1));
}

void TestServiceCalls::send_readsAnswers_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("sentence"); // empty: accepted
    QTest::newRow("204") << 204 << QByteArray() << QString();
    QTest::newRow("JSON") << 201 << QByteArray("[1]") << QString();
    QTest::newRow("a web page") << 200 << QByteArray("<!DOCTYPE html><html></html>")
                                << "Ours did not answer with JSON: is this the right address?";
    QTest::newRow("not ok") << 200 << QByteArray(R"({"ok":false,"error":{"code":"KEY_SUSPENDED","message":"m"}})")
                            << "The key is suspended. It says: m";
    QTest::newRow("by status") << 403 << QByteArray(R"({"error":"no"})") << "This key may not. It says: no";
    QTest::newRow("absent by status") << 405 << QByteArray("no such method") << "Ours does not offer this.";
    QTest::newRow("absent by code") << 400 << QByteArray(R"({"error":{"code":"NO_KEYS","message":"m"}})")
                                    << "Ours does not offer this.";
    QTest::newRow("planned") << 501 << QByteArray(R"({"detail":"planned"})")
                             << "At Ours this is not available yet: planned";
}

void TestServiceCalls::send_readsAnswers()
{
    QFETCH(int, status);
    QFETCH(QByteArray, body);
    QFETCH(QString, sentence);
    const ScriptedServer server([&](const server::Request &) { return server::Response::json(body, status); });
    const auto kind = kindOf(server.url(),
                             {{"errors", {{"403", "This key may not."}, {"KEY_SUSPENDED", "The key is suspended."}}}});
    const auto answer = waitFor(
        test::callsWith(kind, ownKey).send(call({{"path", "/x"}, {"absent", {"405", "NO_KEYS"}}}), {}));
    QCOMPARE(answer.has_value(), sentence.isEmpty());
    if (answer)
        return;
    QCOMPARE(answer.error().message, sentence);
    QCOMPARE(answer.error().origin, QStringLiteral("Ours"));
    if (status == 405 || status == 501)
        QCOMPARE(answer.error().code, ErrorCode::Unsupported);
}

void TestServiceCalls::usage_putsAnswersTogether()
{
    const ScriptedServer server([](const server::Request &request) {
        return request.path == u"/v1/me"
            ? server::Response::json(R"({"data":{"plan":"indie","left":"120.5","total":50000,"end":1790000000,
                                          "cost":"0.0125","active":true,"nested":{"x":1}}})")
            : server::Response::json(R"({"plan":"other","today":12,"week":"75","month":301.0,"rate":30})");
    });
    const auto kind = kindOf(
        server.url(),
        {{"usage",
          {{{"path", "/me"},
            {"answer",
             {{"plan", "/data/plan"},
              {"creditsLeft", "/data/left"},
              {"creditsTotal", {"/x", "/data/total"}},
              {"periodEnd", "/data/end"},
              {"more",
               {{"Cost", "/data/cost"}, {"Active", "/data/active"}, {"Nested", "/data/nested"}, {"None", "/y"}}}}}},
           {{"path", "/usage"},
            {"answer",
             {{"plan", "/plan"},
              {"today", "/today"},
              {"week", "/week"},
              {"month", "/month"},
              {"perMinute", "/rate"}}}}}}});
    const auto usage = waitFor(test::callsWith(kind, ownKey).usage());
    QVERIFY2(usage, qPrintable(usage ? QString() : usage.error().message));
    data::Usage expected;
    expected.plan = QStringLiteral("indie");
    expected.creditsLeft = 120.5;
    expected.creditsTotal = 50000;
    expected.today = 12;
    expected.week = 75;
    expected.month = 301;
    expected.perMinute = 30;
    expected.periodEnd = utc("2026-09-21T14:13:20.000Z");
    expected.more = {{QStringLiteral("Active"), QStringLiteral("yes")},
                     {QStringLiteral("Cost"), QStringLiteral("0.0125")}};
    QVERIFY(*usage == expected);
}

void TestServiceCalls::usage_passesOverWhatIsNotOffered()
{
    std::atomic<int> second = 200;
    const ScriptedServer server([&](const server::Request &request) {
        return request.path == u"/v1/a" ? server::Response::json(R"({"error":"no such path"})", 404)
                                        : server::Response::json(R"({"plan":"pro"})", second);
    });
    const auto kind = kindOf(server.url(),
                             {{"usage",
                               {{{"path", "/a"}, {"answer", {{"plan", "/plan"}}}, {"absent", {"404"}}},
                                {{"path", "/b"}, {"answer", {{"plan", "/plan"}}}, {"absent", {"404"}}}}}});
    const auto calls = test::callsWith(kind, ownKey);
    QCOMPARE(waitFor(calls.usage())->plan, QStringLiteral("pro"));
    second = 404;
    QCOMPARE(waitFor(calls.usage()).error().code, ErrorCode::Unsupported);
    second = 401;
    QCOMPARE(waitFor(calls.usage()).error().code, ErrorCode::Unauthorized);
}

void TestServiceCalls::usage_readsHostileValues()
{
    const ScriptedServer server([](const server::Request &) {
        return server::Response::json(
            R"({"plan":{"x":1},"left":"lots","total":1e999,"today":-5,"week":1e300,"month":[],"rate":"NaN","end":"never"})");
    });
    const auto kind = kindOf(server.url(),
                             {{"usage",
                               {{{"path", "/u"},
                                 {"answer",
                                  {{"plan", "/plan"},
                                   {"creditsLeft", "/left"},
                                   {"creditsTotal", "/total"},
                                   {"today", "/today"},
                                   {"week", "/week"},
                                   {"month", "/month"},
                                   {"perMinute", "/rate"},
                                   {"periodEnd", "/end"}}}}}}});
    const auto usage = waitFor(test::callsWith(kind, ownKey).usage());
    if (usage) // 1e999 may be refused as no JSON at all
        QVERIFY(*usage == data::Usage());
    else
        QCOMPARE(usage.error().code, ErrorCode::InvalidInput);
}

void TestServiceCalls::keys_readEveryFormOfAList_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("count"); // -1: no list
    QTest::newRow("wrapped") << QByteArray(R"({"keys":[{"id":"7"},{"id":8}]})") << 2;
    QTest::newRow("bare") << QByteArray(R"([{"id":"7"},{"id":8}])") << 2;
    QTest::newRow("wrapped twice") << QByteArray(R"({"data":{"keys":[{"id":"7"},{"id":8}]}})") << 2;
    QTest::newRow("empty") << QByteArray("[]") << 0;
    QTest::newRow("an object") << QByteArray(R"({"keys":{"id":"7"}})") << -1;
    QTest::newRow("nothing") << QByteArray() << -1;
    QTest::newRow("too many") << QByteArray("[0" + QByteArray(",0").repeated(20000) + "]") << -1;
}

void TestServiceCalls::keys_readEveryFormOfAList()
{
    QFETCH(QByteArray, body);
    QFETCH(int, count);
    const ScriptedServer server([&](const server::Request &) { return server::Response::json(body); });
    const auto kind = kindOf(
        server.url(),
        {{"keys",
          {{"list", {{"path", "/keys"}, {"items", {"/keys", "/data/keys", ""}}, {"answer", {{"id", "/id"}}}}}}}});
    const auto keys = waitFor(test::callsWith(kind, ownKey).keys());
    QCOMPARE(keys.has_value(), count >= 0);
    if (!keys)
        return;
    QCOMPARE(static_cast<int>(keys->size()), count);
    if (count == 2) {
        QCOMPARE(keys->at(0).id, QStringLiteral("7"));
        QCOMPARE(keys->at(1).id, QStringLiteral("8"));
    }
}

void TestServiceCalls::keys_readEveryFormOfATime_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QDateTime>("time"); // invalid: none
    const auto row = [](const char *json, const char *time) {
        QTest::newRow(json) << QByteArray(json) << (*time == 0 ? QDateTime() : utc(time));
    };
    row(R"("2026-03-04T07:12:55.120Z")", "2026-03-04T07:12:55.120Z");
    row(R"("2024-05-27T06:50:20.056549Z")", "2024-05-27T06:50:20.056Z");
    row(R"("2024-05-27T06:50:20.056549+00:00")", "2024-05-27T06:50:20.056Z");
    row(R"("2024-05-27T08:50:20+02:00")", "2024-05-27T06:50:20.000Z");
    row(R"("2022-11-14 12:55:49.125928+00:00")", "2022-11-14T12:55:49.125Z");
    row(R"("2026-02-20T16:40:02")", "2026-02-20T16:40:02.000Z");
    row(R"("25-05-2024")", "2024-05-25T00:00:00.000Z");
    row(R"("2024_05_06")", "2024-05-06T00:00:00.000Z");
    row(R"("2024-05-06")", "2024-05-06T00:00:00.000Z");
    row("1735689600", "2025-01-01T00:00:00.000Z");
    row("1735689600.5", "2025-01-01T00:00:00.500Z");
    row("1735689600000", "2025-01-01T00:00:00.000Z");
    row(R"("1735689600")", "2025-01-01T00:00:00.000Z");
    row(R"("Sun, 06 Nov 2022 08:49:37 +0000")", "2022-11-06T08:49:37.000Z");
    row("null", "");
    row("17", "");
    row("-1735689600", "");
    row(R"("soon")", "");
    row(R"("99-99-9999")", "");
    row("{}", "");
}

void TestServiceCalls::keys_readEveryFormOfATime()
{
    QFETCH(QByteArray, json);
    QFETCH(QDateTime, time);
    const ScriptedServer server(
        [&](const server::Request &) { return server::Response::json(R"([{"t":)" + json + "}]"); });
    const auto kind = kindOf(
        server.url(),
        {{"keys",
          {{"list",
            {{"path", "/keys"}, {"items", Json::array({""})}, {"answer", {{"created", "/t"}, {"revoked", "/t"}}}}}}}});
    const auto keys = waitFor(test::callsWith(kind, ownKey).keys());
    QVERIFY(keys);
    QCOMPARE(keys->front().created, time);
    QCOMPARE(keys->front().revoked, time.isValid()); // the moment since when
}

void TestServiceCalls::keys_cutLongTexts()
{
    const ScriptedServer server([](const server::Request &) {
        return server::Response::json(R"([{"id":"1","name":")" + QByteArray(100000, 'x')
                                      + R"(","mode":"test","scopes":["search",7,"keys"],"revoked":false}])");
    });
    const auto kind = kindOf(server.url(),
                             {{"keys",
                               {{"list",
                                 {{"path", "/keys"},
                                  {"answer",
                                   {{"id", "/id"},
                                    {"label", "/name"},
                                    {"test", "/mode"},
                                    {"scopes", "/scopes"},
                                    {"revoked", "/revoked"}}}}}}}});
    const auto keys = waitFor(test::callsWith(kind, ownKey).keys());
    QVERIFY(keys);
    const data::ServiceKey &key = keys->front();
    QCOMPARE(key.label.size(), 400);
    QVERIFY(key.test);
    QVERIFY(!key.revoked);
    QCOMPARE(key.scopes, QStringList({QStringLiteral("search"), QStringLiteral("keys")}));
}

void TestServiceCalls::createKey_handsOutTheSecretOnce()
{
    const ScriptedServer server([](const server::Request &) {
        return server::Response::json(
            R"({"data":{"id":9,"apiKey":"astra_sk_test_abcdefgh12345678r678","created":"2026-03-04"}})", 201);
    });
    const auto kind = kindOf(
        server.url(),
        {{"keys",
          {{"create",
            {{"method", "POST"},
             {"path", "/keys"},
             {"body",
              {{"name", "{label}"},
               {"label", "{label}"},
               {"mode", "{mode}"},
               {"plan", "{plan}"},
               {"scopes", "{scopes}"}}},
             {"answer",
              {{"id", "/data/id"}, {"secret", {"/data/secret", "/data/apiKey"}}, {"created", "/data/created"}}}}}}}});
    const auto made = waitFor(
        test::callsWith(kind, ownKey).createKey({QStringLiteral("laptop"), true, {}, {QStringLiteral("search")}}));
    QVERIFY2(made, qPrintable(made ? QString() : made.error().message));
    QCOMPARE(made->secret, Secret("astra_sk_test_abcdefgh12345678r678"));
    QCOMPARE(made->key.id, QStringLiteral("9"));
    QCOMPARE(made->key.label, QStringLiteral("laptop"));
    QVERIFY(made->key.test);
    QCOMPARE(made->key.masked, QStringLiteral("astra_sk_test_…r678"));
    QCOMPARE(made->key.created, utc("2026-03-04T00:00:00.000Z"));
    QVERIFY(*parseJson(server.requests().back().body)
            == *parseJson(R"({"name":"laptop","label":"laptop","mode":"test","scopes":["search"]})"));
}

void TestServiceCalls::createKey_withoutASecretIsAnError()
{
    const ScriptedServer server(
        [](const server::Request &) { return server::Response::json(R"({"id":"9","key":{"a":1}})"); });
    const auto kind = kindOf(
        server.url(),
        {{"keys",
          {{"create", {{"method", "POST"}, {"path", "/keys"}, {"answer", {{"id", "/id"}, {"secret", "/key"}}}}}}}});
    const auto made = waitFor(test::callsWith(kind, ownKey).createKey({QStringLiteral("x"), false, {}, {}}));
    QVERIFY(!made);
    QVERIFY2(made.error().message.contains(u"Revoke it"), qPrintable(made.error().message));
}

void TestServiceCalls::missingCalls_areSaid_data()
{
    QTest::addColumn<Error>("error");
    const auto kind = kindOf(QUrl(QStringLiteral("http://127.0.0.1:9")), Json::object());
    const auto calls = test::callsWith(kind, ownKey);
    const auto row = [](const char *name, const auto &answer) {
        QTest::newRow(name) << (answer ? Error() : answer.error());
    };
    row("usage", waitFor(calls.usage()));
    row("usage of a key", waitFor(calls.keyUsage(QStringLiteral("1"))));
    row("list", waitFor(calls.keys()));
    row("create", waitFor(calls.createKey({QStringLiteral("x"), false, {}, {}})));
    row("roll", waitFor(calls.rollKey(QStringLiteral("1"))));
    row("revoke", waitFor(calls.revokeKey(QStringLiteral("1"))));
    row("provider keys", waitFor(calls.providerKeys()));
    row("add", waitFor(calls.addProviderKey(QStringLiteral("openai"), Secret("x"))));
    row("remove", waitFor(calls.removeProviderKey(QStringLiteral("openai"))));
}

void TestServiceCalls::missingCalls_areSaid()
{
    QFETCH(Error, error);
    QCOMPARE(error.code, ErrorCode::Unsupported);
    QVERIFY2(error.message.startsWith(u"Ours ") && error.message.endsWith(u'.'), qPrintable(error.message));
}

void TestServiceCalls::absentCalls_takeTheDefinitionsWords()
{
    const ScriptedServer server(
        [](const server::Request &) { return server::Response::json(R"({"error":"Sign in first"})", 401); });
    const auto kind = kindOf(server.url(),
                             {{"keys", {{"list", {{"path", "/keys"}, {"absent", {"401"}}}}}},
                              {"usage", {{{"path", "/u"}, {"absent", {"401"}}}}},
                              {"errors", {{"absent", "Keys are managed on its website."}}}});
    const auto calls = test::callsWith(kind, ownKey);
    QCOMPARE(waitFor(calls.keys()).error().message, QStringLiteral("Keys are managed on its website."));
    QCOMPARE(waitFor(calls.rollKey(QStringLiteral("1"))).error().message,
             QStringLiteral("Keys are managed on its website."));
    // Those words are about keys.
    QCOMPARE(waitFor(calls.usage()).error().message, QStringLiteral("Ours does not tell its usage."));
}

void TestServiceCalls::providerKeys_sayWhatStops()
{
    const ScriptedServer server([](const server::Request &) {
        return server::Response::json(
            R"({"providers":[{"provider":"openai","masked_key":"sk-...1234","added_at":"2026-01-02T03:04:05Z"}]})");
    });
    const auto kind = kindOf(
        server.url(),
        {{"providerKeys",
          {{"list",
            {{"path", "/p"},
             {"items", {"/providers", ""}},
             {"answer", {{"provider", "/provider"}, {"masked", "/masked_key"}, {"added", "/added_at"}}}}},
           {"add", {{"method", "POST"}, {"path", "/p"}, {"body", {{"provider", "{provider}"}, {"key", "{key}"}}}}},
           {"remove", {{"method", "DELETE"}, {"path", "/p/{provider}"}}},
           {"stops", "What uses {provider} stops."}}}});
    const auto calls = test::callsWith(kind, ownKey);
    const auto keys = waitFor(calls.providerKeys());
    QVERIFY2(keys, qPrintable(keys ? QString() : keys.error().message));
    const data::ProviderKey expected {QStringLiteral("openai"), QStringLiteral("sk-...1234"),
                                      utc("2026-01-02T03:04:05.000Z"), QStringLiteral("What uses openai stops.")};
    QVERIFY(keys->front() == expected);
    QVERIFY(waitFor(calls.addProviderKey(QStringLiteral("groq"), Secret("gsk_1"))));
    QVERIFY(*parseJson(server.requests().back().body) == *parseJson(R"({"provider":"groq","key":"gsk_1"})"));
    QVERIFY(waitFor(calls.removeProviderKey(QStringLiteral("a/b"))));
    QCOMPARE(server.requests().back().rawPath, QByteArray("/v1/p/a%2Fb"));
}

void TestServiceCalls::allowance_readsHeaders_data()
{
    QTest::addColumn<QByteArray>("headers");
    QTest::addColumn<QByteArray>("names");
    QTest::addColumn<qint64>("limit"); // -1: not told
    QTest::addColumn<qint64>("left");
    QTest::addColumn<QDateTime>("reset");
    QTest::addColumn<double>("credits");
    const QDateTime none;
    const QDateTime newYear = utc("2025-01-01T00:00:00.000Z");
    QTest::newRow("usual") << QByteArray(
        "X-RateLimit-Limit: 30\nX-RateLimit-Remaining: 12\nX-RateLimit-Reset: 1735689600")
                           << QByteArray("null") << qint64(30) << qint64(12) << newYear << -1.0;
    QTest::newRow("milliseconds") << QByteArray("X-RateLimit-Reset: 1735689600000") << QByteArray("null") << qint64(-1)
                                  << qint64(-1) << newYear << -1.0;
    QTest::newRow("IETF, seconds from now")
        << QByteArray("RateLimit-Limit: 100, 100;w=60\nRateLimit-Remaining: 0\nRateLimit-Reset: 60\n"
                      "Date: Tue, 31 Dec 2024 23:59:00 GMT")
        << QByteArray("{}") << qint64(100) << qint64(0) << newYear << -1.0;
    QTest::newRow("credits") << QByteArray("X-Credits-Remaining: 49990.5\nX-RateLimit-Reset: 2025-01-01T00:00:00Z")
                             << QByteArray("null") << qint64(-1) << qint64(-1) << newYear << 49990.5;
    QTest::newRow("own names") << QByteArray("X-Most: 5\nX-Rest: 4\nX-RateLimit-Limit: 30\nX-Coins: 7")
                               << QByteArray(R"({"limit":"X-Most","left":"X-Rest","creditsLeft":"X-Coins"})")
                               << qint64(5) << qint64(4) << none << 7.0;
    QTest::newRow("hostile") << QByteArray("X-RateLimit-Limit: -3\nX-RateLimit-Remaining: many\n"
                                           "X-RateLimit-Reset: 99999999999999999999\nX-Credits-Remaining: unlimited")
                             << QByteArray("null") << qint64(-1) << qint64(-1) << none << -1.0;
    QTest::newRow("nothing") << QByteArray() << QByteArray("null") << qint64(-1) << qint64(-1) << none << -1.0;
}

namespace {

/// An answer with these headers, one a line.
net::HttpResponse answerWith(const QByteArray &headers)
{
    net::HttpResponse response;
    response.status = 200;
    for (const QByteArray &line : headers.split('\n')) {
        if (const auto colon = line.indexOf(": "); colon > 0)
            response.headers.append(net::Header(line.left(colon), line.mid(colon + 2)));
    }
    return response;
}

} // namespace

void TestServiceCalls::allowance_readsHeaders()
{
    QFETCH(QByteArray, headers);
    QFETCH(QByteArray, names);
    const auto response = answerWith(headers);
    const auto allowance = allowanceOf(response, *parseJson(names));
    QTEST(allowance.rateLimit.value_or(-1), "limit");
    QTEST(allowance.rateLeft.value_or(-1), "left");
    QTEST(allowance.rateReset, "reset");
    QTEST(allowance.creditsLeft.value_or(-1), "credits");
}

void TestServiceCalls::credits_areCountedAsTheServiceTells_data()
{
    QTest::addColumn<QByteArray>("headers");
    QTest::addColumn<QByteArray>("names");
    QTest::addColumn<double>("before"); // -1: not known
    QTest::addColumn<double>("spent");
    const QByteArray told = R"({"creditsLeft":"X-Credits-Remaining","creditsUsed":"X-Credits-Used"})";
    const QByteArray untold = R"({"creditsLeft":"X-Credits-Remaining"})";
    const QByteArray both = "X-Credits-Used: 10\nX-Credits-Remaining: 900";
    QTest::newRow("told") << both << told << 1000.0 << 10.0; // the other 90 were spent elsewhere
    QTest::newRow("told, nothing known") << both << told << -1.0 << 10.0;
    QTest::newRow("told: nothing") << QByteArray("X-Credits-Used: 0\nX-Credits-Remaining: 900") << told << 1000.0
                                   << 0.0;
    QTest::newRow("not told this time") << QByteArray("X-Credits-Remaining: 900") << told << 1000.0 << 100.0;
    QTest::newRow("told, but the definition does not say so") << both << untold << 1000.0 << 100.0;
    QTest::newRow("full again") << QByteArray("X-Credits-Remaining: 5000") << untold << 100.0 << 0.0;
    QTest::newRow("first answer") << QByteArray("X-Credits-Remaining: 900") << untold << -1.0 << 0.0;
    QTest::newRow("hostile") << QByteArray("X-Credits-Used: -10\nX-Credits-Remaining: 900") << told << 1000.0 << 100.0;
    QTest::newRow("more than there can be") << QByteArray("X-Credits-Used: 1e300") << told << 1000.0 << 0.0;
    QTest::newRow("nothing") << QByteArray() << QByteArray("null") << -1.0 << 0.0;
}

void TestServiceCalls::credits_areCountedAsTheServiceTells()
{
    QFETCH(QByteArray, headers);
    QFETCH(QByteArray, names);
    QFETCH(double, before);
    const auto known = before < 0 ? std::nullopt : std::optional(before);
    QTEST(creditsSpent(answerWith(headers), *parseJson(names), known), "spent");
}

void TestServiceCalls::usage_passesOverWhatNeedsMore()
{
    const ScriptedServer server([](const server::Request &request) {
        return request.path == u"/v1/me" ? server::Response::json(R"({"plan":"pro"})")
                                         : server::Response::json(R"({"n":7})");
    });
    const Json own {{"path", "/me"}, {"answer", {{"plan", "/plan"}}}};
    const Json week {{"path", "/orgs/{org}/usage"}, {"answer", {{"week", "/n"}}}};
    const auto kind = kindOf(server.url(), {{"usage", {week, own}}});
    const auto usage = waitFor(test::callsWith(kind, ownKey).usage());
    QVERIFY2(usage, qPrintable(usage ? QString() : usage.error().message));
    QCOMPARE(usage->plan, QStringLiteral("pro"));
    QVERIFY(!usage->week);
    QCOMPARE(server.requests().size(), size_t(1));
    const ServiceCalls::Values known {{QStringLiteral("org"), QStringLiteral("kim")}};
    QCOMPARE(waitFor(test::callsWith(kind, ownKey, known).usage())->week, 7);
    // Where everything needs more, that is said.
    const auto none = waitFor(test::callsWith(kindOf(server.url(), {{"usage", {week}}}), ownKey).usage());
    QVERIFY(!none);
    QVERIFY2(none.error().message.contains(u"Sign in again"), qPrintable(none.error().message));
}

void TestServiceCalls::facts_areReadFromATest()
{
    const Json json = *parseJson(R"({"org":{"slug":"kim-7","name":"Kim's"},"who":["x"],"long":")"
                                 + QByteArray(1000, 'x') + R"(","none":null})");
    const auto facts = factsOf(json, {{"org", {"/slug", "/org/slug"}}, {"who", {"/org/name"}}});
    QCOMPARE(facts.who, QStringLiteral("Kim's"));
    QCOMPARE(facts.values, (QMap<QString, QString> {{QStringLiteral("org"), QStringLiteral("kim-7")}}));
    const auto odd = factsOf(json, {{"org", "/none"}, {"who", "/who"}});
    QVERIFY(odd.who.isEmpty() && odd.values.isEmpty());
    QCOMPARE(factsOf(json, {{"who", "/long"}}).who.size(), 400);
    QVERIFY(factsOf(json, nullptr).values.isEmpty());
}

QTEST_GUILESS_MAIN(TestServiceCalls)
#include "tst_servicecalls.moc"
