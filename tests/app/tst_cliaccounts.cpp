// SPDX-License-Identifier: Apache-2.0
// `astra connections` and `astra keys` as people and scripts use them: a real keyring, real HTTP, each command a
// process of its own, so that what is kept is kept by the keychain.
#include "core/base/json.h"
#include "tests/app/program.h"
#include "tests/support/canary.h"
#include "tests/support/certificate.h"
#include "tests/support/services/astraos.h"
#include "tests/support/services/astromesh.h"
#include "tests/support/services/pixxel.h"

#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

using namespace astra;
using namespace astra::test;

class TestCliAccounts : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void kinds_areListed();
    void list_saysWhatIsNeeded();
    void add_testsAndKeeps();
    void add_aWrongKey_isNotKept();
    void add_whatLooksWrong_isNotSent();
    void add_asksForTheAddress();
    void secondAccount_hasItsOwnId_andUse();
    void environment_isShownAsSuch();
    void withoutABus_memoryServes();
    void pixxel_otherWay();
    void astromesh_devLoginAndProviderKeys();
    void keys_live();
    void rotate_leavesOneKey();
    void rotate_asksForAKey_whereNoneCanBeMade();
    void remove_forgets();
    void snippet_namesTheVariable();
    void certificates_areTrusted();
    void changes_showTheAccount();
    void wrongUse_data();
    void wrongUse();

private:
    [[nodiscard]] Run astra(const QStringList &arguments, const QByteArray &input = {},
                            const QStringList &environment = {});
    [[nodiscard]] Json connections();
    [[nodiscard]] QString config() const { return m_folder->filePath(QStringLiteral("config")); }
    [[nodiscard]] QString server() const { return m_server.url().toString(); }

    AstraOs m_server {AstraOs::Form::Own};
    Pixxel m_pixxel {Pixxel::Form::Bearer};
    Astromesh m_mesh {Astromesh::Generation::Server};
    std::unique_ptr<QTemporaryDir> m_folder;
};

Run TestCliAccounts::astra(const QStringList &arguments, const QByteArray &input, const QStringList &environment)
{
    QProcess process;
    auto around = QProcess::systemEnvironment();
    process.setEnvironment(around << environment);
    process.start(programPath(),
                  QStringList {QStringLiteral("--config"), config(), QStringLiteral("--data"),
                               m_folder->filePath(QStringLiteral("data"))}
                      + arguments);
    process.write(input);
    process.closeWriteChannel();
    if (!process.waitForFinished(60000)) {
        process.kill();
        process.waitForFinished();
        return {-1, process.readAllStandardOutput(), "did not end within a minute"};
    }
    return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1, process.readAllStandardOutput(),
            process.readAllStandardError()};
}

Json TestCliAccounts::connections()
{
    const auto run = astra({QStringLiteral("connections"), QStringLiteral("list"), QStringLiteral("--json")});
    const auto document = parseJson(run.output);
    return document ? member(*document, "connections") : Json();
}

/// The entry of one connection, or null.
static Json entryOf(const Json &connections, const char *id)
{
    for (const auto &entry : connections) {
        if (stringAt(entry, "id") == QLatin1String(id))
            return entry;
    }
    return {};
}

void TestCliAccounts::initTestCase()
{
    QVERIFY2(!qEnvironmentVariableIsEmpty("DBUS_SESSION_BUS_ADDRESS"), "runs beside a keyring of its own");
}

void TestCliAccounts::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    QVERIFY(pointHere(config(), "astra-os", m_server, QStringLiteral("/api")));
    QVERIFY(pointHere(config(), "pixxel", m_pixxel, QStringLiteral("/v0")));
    QVERIFY(pointHere(config(), "astromesh", m_mesh, QStringLiteral("/api/v1")));
}

void TestCliAccounts::cleanup()
{
    // The keyring outlives this folder: a key left there would be another program's to the next test.
    for (const auto &entry : connections()) {
        if (stringAt(entry, "place") == u"keychain")
            QCOMPARE(astra({QStringLiteral("connections"), QStringLiteral("remove"), stringAt(entry, "id")}).status, 0);
    }
}

void TestCliAccounts::kinds_areListed()
{
    const auto run = astra({QStringLiteral("connections"), QStringLiteral("kinds"), QStringLiteral("--json")});
    QCOMPARE(run.status, 0);
    const auto document = parseJson(run.output);
    QVERIFY(document);
    QStringList ids;
    for (const auto &service : member(*document, "services"))
        ids << stringAt(service, "id");
    for (const char *id : {"astra-os", "astra-server", "pixxel", "planetary-computer", "cdse", "cdse-s3", "usgs", "aws",
                           "openeo", "astroway", "astromesh"})
        QVERIFY2(ids.contains(QLatin1String(id)), id);
    // Enough to write the value of an environment variable with several things in it.
    const Json s3 = entryOf(member(*document, "services"), "cdse-s3");
    QStringList fields;
    for (const auto &field : member(member(s3, "ways")[0], "fields"))
        fields << stringAt(field, "name") + QLatin1String(asBool(member(field, "secret")).value_or(false) ? "!" : "");
    QCOMPARE(fields, QStringList({QStringLiteral("access"), QStringLiteral("secret!")}));
}

void TestCliAccounts::list_saysWhatIsNeeded()
{
    const Json all = connections();
    QCOMPARE(stringAt(entryOf(all, "astra-os"), "environment"), QStringLiteral("ASTRA_KEY_ASTRA_OS"));
    QVERIFY(member(entryOf(all, "planetary-computer"), "environment").is_null());
    const auto run = astra({QStringLiteral("connections")});
    for (const QByteArray &line : run.output.split('\n')) {
        if (line.startsWith("planetary-computer"))
            QVERIFY2(line.contains("nothing to enter"), line.constData());
        if (line.startsWith("astra-os"))
            QVERIFY2(line.contains("not signed in"), line.constData());
    }
    QVERIFY2(run.output.contains("planetary-computer"), run.output.constData());
}

void TestCliAccounts::add_testsAndKeeps()
{
    const auto run = astra({QStringLiteral("connections"), QStringLiteral("add"), QStringLiteral("astra-os"),
                            QStringLiteral("--label"), QStringLiteral("laptop")},
                           m_server.key() + '\n');
    QVERIFY2(run.status == 0, run.messages.constData());
    const Json entry = entryOf(connections(), "astra-os");
    QCOMPARE(stringAt(entry, "place"), QStringLiteral("keychain"));
    QCOMPARE(stringAt(entry, "label"), QStringLiteral("laptop"));
    // The contract's mask: prefix and the last four.
    QCOMPARE(stringAt(entry, "masked"),
             QString(QStringLiteral("astra_sk_live_…") + QString::fromLatin1(m_server.key().right(4))));
    QCOMPARE(asBool(member(entry, "test")), false);
    QCOMPARE(astra({QStringLiteral("connections"), QStringLiteral("test"), QStringLiteral("astra-os")}).status, 0);

    const auto test = astra({QStringLiteral("connections"), QStringLiteral("add"), QStringLiteral("astra-os")},
                            m_server.testKey());
    QVERIFY2(test.status == 0, test.messages.constData());
    QVERIFY2(test.output.contains("invented"), test.output.constData());
}

void TestCliAccounts::add_aWrongKey_isNotKept()
{
    const auto run = astra({QStringLiteral("connections"), QStringLiteral("add"), QStringLiteral("astra-os")},
                           canaryText("astra_sk_live_", "9999"));
    QCOMPARE(run.status, 1);
    QCOMPARE(run.output, QByteArray());
    const auto lines = run.messages.trimmed().split('\n');
    QVERIFY2(lines.back().startsWith("astra: connections: "), run.messages.constData());
    QVERIFY(!run.messages.contains(canaryMark));
    QCOMPARE(stringAt(entryOf(connections(), "astra-os"), "place"), QStringLiteral("none"));
}

void TestCliAccounts::add_whatLooksWrong_isNotSent()
{
    const auto before = m_server.requests().size();
    const auto run = astra({QStringLiteral("connections"), QStringLiteral("add"), QStringLiteral("astra-os")},
                           canaryText("aw_live_"));
    QCOMPARE(run.status, 1);
    QVERIFY(!run.messages.contains(canaryMark));
    QCOMPARE(m_server.requests().size(), before);
}

void TestCliAccounts::add_asksForTheAddress()
{
    const QStringList add {QStringLiteral("connections"), QStringLiteral("add"), QStringLiteral("astra-server")};
    QCOMPARE(astra(add, m_server.key()).status, 2);
    const auto elsewhere = astra(add + QStringList {QStringLiteral("--address"), QStringLiteral("http://192.0.2.1:9")},
                                 m_server.key());
    QCOMPARE(elsewhere.status, 1); // without TLS no key leaves this computer
    QVERIFY2(elsewhere.messages.contains("https"), elsewhere.messages.constData());
    const auto here = astra(add + QStringList {QStringLiteral("--address"), server()}, m_server.key());
    QVERIFY2(here.status == 0, here.messages.constData());
    const Json entry = entryOf(connections(), "astra-server");
    QVERIFY2(stringAt(entry, "title").contains(u"127.0.0.1"), qPrintable(stringAt(entry, "title")));
}

void TestCliAccounts::secondAccount_hasItsOwnId_andUse()
{
    const QStringList add {QStringLiteral("connections"), QStringLiteral("add"), QStringLiteral("astra-os"),
                           QStringLiteral("--label")};
    QCOMPARE(astra(add + QStringList {QStringLiteral("one")}, m_server.key()).status, 0);
    QCOMPARE(astra(add + QStringList {QStringLiteral("two")}, m_server.managerKey()).status, 0);
    Json all = connections();
    QCOMPARE(stringAt(entryOf(all, "astra-os-2"), "label"), QStringLiteral("two"));
    const auto inUse = [](const Json &list, const char *id) {
        return asBool(member(entryOf(list, id), "in_use")).value_or(false);
    };
    QVERIFY(inUse(all, "astra-os") != inUse(all, "astra-os-2"));
    const QString other = inUse(all, "astra-os") ? QStringLiteral("astra-os-2") : QStringLiteral("astra-os");
    QCOMPARE(astra({QStringLiteral("connections"), QStringLiteral("use"), other}).status, 0);
    QVERIFY(inUse(connections(), other.toLatin1().constData()));
}

void TestCliAccounts::environment_isShownAsSuch()
{
    const QStringList given {QStringLiteral("ASTRA_KEY_ASTRA_OS=") + QString::fromLatin1(m_server.key())};
    const auto list = astra({QStringLiteral("connections"), QStringLiteral("list"), QStringLiteral("--json")}, {},
                            given);
    const auto document = parseJson(list.output);
    QVERIFY(document);
    QCOMPARE(stringAt(entryOf(member(*document, "connections"), "astra-os"), "place"), QStringLiteral("environment"));
    QCOMPARE(
        astra({QStringLiteral("connections"), QStringLiteral("test"), QStringLiteral("astra-os")}, {}, given).status,
        0);
    // Never written: gone with the variable.
    QCOMPARE(stringAt(entryOf(connections(), "astra-os"), "place"), QStringLiteral("none"));
}

void TestCliAccounts::withoutABus_memoryServes()
{
    const QStringList nowhere {QStringLiteral("DBUS_SESSION_BUS_ADDRESS=unix:path=/nowhere")};
    const auto list = astra({QStringLiteral("connections"), QStringLiteral("list")}, {}, nowhere);
    QCOMPARE(list.status, 0);
    QVERIFY2(list.messages.contains("no keychain"), list.messages.constData());
    const auto add = astra({QStringLiteral("connections"), QStringLiteral("add"), QStringLiteral("astra-os")},
                           m_server.key(), nowhere);
    QVERIFY2(add.status == 0, add.messages.constData());
    QVERIFY2(add.messages.contains("gone when this command ends"), add.messages.constData());
}

void TestCliAccounts::pixxel_otherWay()
{
    const QStringList add {QStringLiteral("connections"), QStringLiteral("add"), QStringLiteral("pixxel")};
    const auto bare = astra(add, m_pixxel.key());
    QCOMPARE(bare.status, 1);
    QVERIFY2(bare.messages.contains("other form"), bare.messages.constData());
    const QStringList addBearer = add + QStringList {QStringLiteral("--way"), QStringLiteral("bearer")};
    const auto wrong = astra(addBearer, canaryText("pxl", "9999"));
    QCOMPARE(wrong.status, 1);
    for (const char *reason : {"wrong", "expired", "revoked", "project"})
        QVERIFY2(wrong.messages.contains(reason), wrong.messages.constData());
    const auto bearer = astra(addBearer, m_pixxel.key());
    QVERIFY2(bearer.status == 0, bearer.messages.constData());
}

void TestCliAccounts::astromesh_devLoginAndProviderKeys()
{
    const auto login = astra({QStringLiteral("connections"), QStringLiteral("add"), QStringLiteral("astromesh"),
                              QStringLiteral("--field"), QStringLiteral("email=someone@example.org")});
    QVERIFY2(login.status == 0, login.messages.constData());
    QVERIFY2(login.messages.contains("development"), login.messages.constData()); // said before it happens
    const QStringList providers {QStringLiteral("keys"), QStringLiteral("--connection"), QStringLiteral("astromesh"),
                                 QStringLiteral("providers")};
    const auto add = astra(providers + QStringList {QStringLiteral("add"), QStringLiteral("openai")},
                           canaryText("sk-"));
    QVERIFY2(add.status == 0, add.messages.constData());
    const auto list = astra(providers);
    QVERIFY2(list.output.contains("openai"), list.output.constData());
    QVERIFY(!list.output.contains(canaryMark));
    QCOMPARE(astra(providers + QStringList {QStringLiteral("remove"), QStringLiteral("openai")}).status, 0);
    QVERIFY(!astra(providers).output.contains("openai"));
}

void TestCliAccounts::keys_live()
{
    const QStringList keys {QStringLiteral("keys")};
    QCOMPARE(astra(keys).status, 2); // no server yet
    QCOMPARE(astra({QStringLiteral("connections"), QStringLiteral("add"), QStringLiteral("astra-server"),
                    QStringLiteral("--address"), server()},
                   m_server.managerKey())
                 .status,
             0);
    const auto made = astra(keys
                            + QStringList {QStringLiteral("create"), QStringLiteral("--label"),
                                           QStringLiteral("ci-nightly"), QStringLiteral("--scopes"),
                                           QStringLiteral("search,assets")});
    QVERIFY2(made.status == 0, made.messages.constData());
    const QByteArray key = made.output.trimmed();
    QVERIFY2(m_server.accepts(key), "the key alone is on standard output");
    QVERIFY(!made.messages.contains(key));

    const auto json = astra(keys
                            + QStringList {QStringLiteral("create"), QStringLiteral("--label"),
                                           QStringLiteral("script"), QStringLiteral("--json")});
    const auto told = parseJson(json.output);
    QVERIFY2(told, json.messages.constData());
    QCOMPARE(stringAt(member(*told, "key"), "label"), QStringLiteral("script"));
    QCOMPARE(stringAt(*told, "kept"), QStringLiteral("none"));
    QVERIFY(m_server.accepts(stringAt(*told, "secret").toLatin1()));

    const auto listed = [&] {
        const auto run = astra(keys + QStringList {QStringLiteral("list"), QStringLiteral("--json")});
        const auto document = parseJson(run.output);
        return document ? member(*document, "keys") : Json();
    };
    const auto idOf = [](const Json &list, const QString &label) {
        for (const auto &entry : list) {
            if (stringAt(entry, "label") == label && asBool(member(entry, "revoked")) == false)
                return stringAt(entry, "id");
        }
        return QString();
    };
    const QString id = idOf(listed(), QStringLiteral("ci-nightly"));
    QVERIFY(!id.isEmpty());
    const auto usage = astra(keys + QStringList {QStringLiteral("usage"), id, QStringLiteral("--json")});
    QVERIFY2(usage.status == 0 && parseJson(usage.output), usage.messages.constData());
    const auto rolled = astra(keys + QStringList {QStringLiteral("roll"), id});
    QVERIFY2(rolled.status == 0, rolled.messages.constData());
    QVERIFY(m_server.accepts(rolled.output.trimmed()));
    QVERIFY(m_server.accepts(key)); // for 24 hours more
    QCOMPARE(astra(keys + QStringList {QStringLiteral("revoke"), id}).status, 0);
    QVERIFY(!m_server.accepts(key));

    // The key of a connection itself: what is kept here goes on working.
    const auto kept = astra(keys
                            + QStringList {QStringLiteral("create"), QStringLiteral("--label"), QStringLiteral("own"),
                                           QStringLiteral("--scopes"), QStringLiteral("search,keys"),
                                           QStringLiteral("--keep")});
    QVERIFY2(kept.status == 0, kept.messages.constData());
    QVERIFY2(kept.messages.contains("kept here"), kept.messages.constData());
    const auto replaced = astra(keys
                                + QStringList {QStringLiteral("roll"), idOf(listed(), QStringLiteral("own")),
                                               QStringLiteral("--connection"), QStringLiteral("astra-server-2")});
    QVERIFY2(replaced.status == 0, replaced.messages.constData());
    QVERIFY2(replaced.messages.contains("has replaced the one used here"), replaced.messages.constData());
    QVERIFY(!rolled.messages.contains("has replaced"));
    QVERIFY(stringAt(entryOf(connections(), "astra-server-2"), "masked")
                .endsWith(QString::fromLatin1(replaced.output.trimmed().right(4))));
    QCOMPARE(astra({QStringLiteral("connections"), QStringLiteral("test"), QStringLiteral("astra-server-2")}).status,
             0);
}

void TestCliAccounts::rotate_leavesOneKey()
{
    QCOMPARE(astra({QStringLiteral("connections"), QStringLiteral("add"), QStringLiteral("astra-server"),
                    QStringLiteral("--address"), server(), QStringLiteral("--label"), QStringLiteral("laptop")},
                   m_server.managerKey())
                 .status,
             0);
    const QString before = stringAt(entryOf(connections(), "astra-server"), "masked");
    const auto run = astra({QStringLiteral("connections"), QStringLiteral("rotate"), QStringLiteral("astra-server")});
    QVERIFY2(run.status == 0, run.messages.constData());
    const Json after = entryOf(connections(), "astra-server");
    QVERIFY(stringAt(after, "masked") != before);
    QVERIFY(member(after, "former").is_null());
    QCOMPARE(stringAt(after, "place"), QStringLiteral("keychain"));
    QCOMPARE(astra({QStringLiteral("connections"), QStringLiteral("test"), QStringLiteral("astra-server")}).status, 0);
}

void TestCliAccounts::rotate_asksForAKey_whereNoneCanBeMade()
{
    AstraOs documented(AstraOs::Form::Documented);
    QVERIFY(pointHere(config(), "astra-os", documented, QStringLiteral("/api")));
    QCOMPARE(
        astra({QStringLiteral("connections"), QStringLiteral("add"), QStringLiteral("astra-os")}, documented.testKey())
            .status,
        0);
    const QStringList rotate {QStringLiteral("connections"), QStringLiteral("rotate"), QStringLiteral("astra-os")};
    QCOMPARE(astra(rotate).status, 1); // nobody to ask
    QVERIFY(asBool(member(entryOf(connections(), "astra-os"), "test")).value_or(false));
    const auto run = astra(rotate, documented.key() + '\n');
    QVERIFY2(run.status == 0, run.messages.constData());
    QVERIFY2(run.messages.contains("only on its website"), run.messages.constData());
    const Json after = entryOf(connections(), "astra-os");
    QVERIFY(stringAt(after, "masked").endsWith(QString::fromLatin1(documented.key().right(4))));
    QVERIFY(member(after, "former").is_null());
    // It is not kept for a service that is gone.
    QCOMPARE(astra({QStringLiteral("connections"), QStringLiteral("remove"), QStringLiteral("astra-os")}).status, 0);
}

void TestCliAccounts::remove_forgets()
{
    QCOMPARE(astra({QStringLiteral("connections"), QStringLiteral("add"), QStringLiteral("astra-os")}, m_server.key())
                 .status,
             0);
    QCOMPARE(astra({QStringLiteral("connections"), QStringLiteral("remove"), QStringLiteral("astra-os")}).status, 0);
    QCOMPARE(stringAt(entryOf(connections(), "astra-os"), "place"), QStringLiteral("none"));
    QCOMPARE(astra({QStringLiteral("connections"), QStringLiteral("test"), QStringLiteral("astra-os")}).status, 1);
}

void TestCliAccounts::snippet_namesTheVariable()
{
    QCOMPARE(astra({QStringLiteral("connections"), QStringLiteral("add"), QStringLiteral("astra-os")}, m_server.key())
                 .status,
             0);
    const QStringList snippet {QStringLiteral("connections"), QStringLiteral("snippet"), QStringLiteral("astra-os")};
    const auto curl = astra(snippet);
    QVERIFY2(curl.status == 0, curl.messages.constData());
    QVERIFY2(curl.output.contains("curl ") && curl.output.contains(server().toLatin1()), curl.output.constData());
    QVERIFY(curl.output.endsWith("\n") && !curl.output.endsWith("\n\n"));
    for (const char *language : {"curl", "Python", "javascript"}) {
        const auto run = astra(snippet + QStringList {QStringLiteral("--language"), QLatin1String(language)});
        QVERIFY2(run.output.contains("ASTRA_KEY_ASTRA_OS"), language);
        QVERIFY2(!run.output.contains(m_server.key().right(4)), language);
        QCOMPARE(run.output == curl.output, QLatin1String(language) == u"curl");
    }
    const auto all = parseJson(astra(snippet + QStringList {QStringLiteral("--json")}).output);
    QVERIFY(all);
    QCOMPARE(member(*all, "snippets").size(), std::size_t(3));
    QCOMPARE(astra(snippet + QStringList {QStringLiteral("--language"), QStringLiteral("cobol")}).status, 2);
    // Nothing that could be copied: it takes a signature, which a few lines do not make.
    const auto none = astra({QStringLiteral("connections"), QStringLiteral("snippet"), QStringLiteral("cdse-s3")});
    QCOMPARE(none.status, 1);
    QCOMPARE(none.output, QByteArray());
}

void TestCliAccounts::certificates_areTrusted()
{
    const QByteArray certificate = test::certificate();
    const QString given = m_folder->filePath(QStringLiteral("field.crt"));
    QFile file(given);
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(certificate) == certificate.size());
    file.close();
    const QStringList words {QStringLiteral("connections"), QStringLiteral("certificates")};
    const auto listed = [&] {
        const auto document = parseJson(astra(words + QStringList {QStringLiteral("--json")}).output);
        return document ? member(*document, "certificates") : Json();
    };
    QVERIFY(listed().is_array() && listed().empty());
    const auto added = astra(words + QStringList {QStringLiteral("add"), given});
    QVERIFY2(added.status == 0, added.messages.constData());
    QVERIFY2(added.output.contains("Astra test") && added.output.contains("2120"), added.output.constData());
    const Json after = listed();
    QCOMPARE(after.size(), std::size_t(1));
    QCOMPARE(asStringList(member(after[0], "names")), QStringList {QStringLiteral("Astra test")});
    QCOMPARE(stringAt(after[0], "expires"), QStringLiteral("2120-01-01T00:00:00Z"));
    QCOMPARE(astra(words + QStringList {QStringLiteral("add"), m_folder->filePath(QStringLiteral("none"))}).status, 1);
    QCOMPARE(astra(words + QStringList {QStringLiteral("remove"), stringAt(after[0], "file")}).status, 0);
    QVERIFY(listed().is_array() && listed().empty());
}

void TestCliAccounts::changes_showTheAccount()
{
    QCOMPARE(astra({QStringLiteral("connections"), QStringLiteral("add"), QStringLiteral("astra-server"),
                    QStringLiteral("--address"), server()},
                   m_server.key())
                 .status,
             0);
    const auto renamed = astra({QStringLiteral("connections"), QStringLiteral("rename"), QStringLiteral("astra-server"),
                                QStringLiteral("--label"), QStringLiteral("field box"), QStringLiteral("--json")});
    const auto document = parseJson(renamed.output);
    QVERIFY2(document, renamed.messages.constData());
    QCOMPARE(stringAt(*document, "label"), QStringLiteral("field box"));
    QVERIFY(astra({QStringLiteral("connections"), QStringLiteral("use"), QStringLiteral("astra-server")})
                .output.contains("field box"));
}

void TestCliAccounts::wrongUse_data()
{
    QTest::addColumn<QStringList>("words");
    QTest::newRow("no such kind") << QStringList {QStringLiteral("connections"), QStringLiteral("add"),
                                                  QStringLiteral("nobody")};
    QTest::newRow("a key as an argument") << QStringList {QStringLiteral("connections"), QStringLiteral("add"),
                                                          QStringLiteral("astra-os"), QStringLiteral("x")};
    QTest::newRow("a secret as a field") << QStringList {QStringLiteral("connections"), QStringLiteral("add"),
                                                         QStringLiteral("astra-os"), QStringLiteral("--field"),
                                                         QStringLiteral("key=x")};
    QTest::newRow("no such word") << QStringList {QStringLiteral("connections"), QStringLiteral("explode")};
    QTest::newRow("no new name") << QStringList {QStringLiteral("connections"), QStringLiteral("rename"),
                                                 QStringLiteral("astra-os")};
    QTest::newRow("a label is missing") << QStringList {QStringLiteral("keys"), QStringLiteral("create"),
                                                        QStringLiteral("--connection"), QStringLiteral("astra-os")};
    QTest::newRow("an option of another")
        << QStringList {QStringLiteral("connections"), QStringLiteral("test"), QStringLiteral("astra-os"),
                        QStringLiteral("--label"), QStringLiteral("x")};
    QTest::newRow("no such thing") << QStringList {QStringLiteral("connections"), QStringLiteral("test"),
                                                   QStringLiteral("nobody")};
    QTest::newRow("no file") << QStringList {QStringLiteral("connections"), QStringLiteral("certificates"),
                                             QStringLiteral("add")};
    QTest::newRow("no such connection") << QStringList {QStringLiteral("keys"), QStringLiteral("list"),
                                                        QStringLiteral("--connection"), QStringLiteral("nobody")};
}

void TestCliAccounts::wrongUse()
{
    QFETCH(QStringList, words);
    const auto run = astra(words);
    QCOMPARE(run.status, 2);
    QCOMPARE(run.output, QByteArray());
}

int main(int argc, char **argv)
{
    const QCoreApplication app(argc, argv);
    TestCliAccounts test;
    return runBesideKeyring(argc, argv, test);
}
#include "tst_cliaccounts.moc"
