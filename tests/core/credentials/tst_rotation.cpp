// SPDX-License-Identifier: Apache-2.0
// A key is changed in steps. Each of them can fail, and the program can end between any two: at every moment a key that
// works must be in use, and be found again at the next start.
#include "core/credentials/connections.h"
#include "tests/support/services/astraos.h"
#include "tests/support/services/astroway.h"

#include <QCoreApplication>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

using namespace astra;
using namespace astra::credentials;
using Place = data::Account::Place;
using State = data::Keychain::State;

namespace {

/// A keychain that outlives the program in front of it, and can stop at any question.
struct Vault {
    QMap<QString, Secret> kept;
    State state = State::Open;
    int writes = 0; ///< questions that change something
    int endsAt = 0; ///< at this one, everything ends; 0: never
    bool done = false; ///< … after it has been carried out
    int failsAt = 0; ///< at this one the keychain stops working; 0: never
    std::vector<std::shared_ptr<void>> unanswered; ///< a program that is gone hears nothing more
};

class VaultStore : public CredentialStore
{
public:
    explicit VaultStore(std::shared_ptr<Vault> vault)
        : CredentialStore(Kind::MemoryOnly)
        , m_vault(std::move(vault))
    {
    }
    Future<data::Keychain> state() override
    {
        return ready<data::Keychain>(data::Keychain {m_vault->state, QStringLiteral("Vault")});
    }
    Future<Kept> read(const QString &name, const QString & /*account*/) override
    {
        if (m_memory.contains(name))
            return ready<Kept>(Kept {m_memory.value(name), Place::Memory});
        const Secret secret = m_vault->state == State::Open ? m_vault->kept.value(name) : Secret();
        return ready<Kept>(Kept {secret, secret.isEmpty() ? Place::None : Place::Keychain});
    }
    Future<Place> write(const QString &name, const Secret &secret) override
    {
        return step<Place>([&] {
            if (m_vault->state == State::Open) {
                m_vault->kept.insert(name, secret);
                m_memory.remove(name);
                return Place::Keychain;
            }
            m_memory.insert(name, secret);
            return Place::Memory;
        });
    }
    Future<void> remove(const QString &name) override
    {
        auto removed = step<bool>([&] {
            m_memory.remove(name);
            if (m_vault->state == State::Open)
                m_vault->kept.remove(name);
            return m_vault->state == State::Open;
        });
        return chain(removed, [](const Result<bool> &gone) -> Result<void> {
            if (gone && *gone)
                return {};
            return fail(ErrorCode::Storage, QStringLiteral("The vault is locked."));
        });
    }

private:
    template<typename T, typename F> Future<T> step(F act)
    {
        const int number = ++m_vault->writes;
        if (number == m_vault->failsAt)
            m_vault->state = State::Failing;
        if (m_vault->endsAt > 0 && number >= m_vault->endsAt) {
            if (number == m_vault->endsAt && m_vault->done)
                (void)act();
            auto never = std::make_shared<Settler<T>>();
            m_vault->unanswered.push_back(never);
            return never->future();
        }
        return ready<T>(act());
    }
    std::shared_ptr<Vault> m_vault;
    QMap<QString, Secret> m_memory;
};

/// Whether this process runs beside a keyring of its own.
bool inSession() { return qEnvironmentVariableIsSet("ASTRA_KEYRING"); }

/// One program after the other in front of the same service, file and keychain.
struct World {
    test::AstraOs service {test::AstraOs::Form::Own};
    QTemporaryDir folder;
    std::shared_ptr<Vault> vault = std::make_shared<Vault>();
    std::shared_ptr<net::HttpClient> client = net::HttpClient::create();
    std::shared_ptr<Connections> connections;
    bool remembers = true;

    World() { start(); }
    ~World() { client->setAuthorizer(nullptr); }
    void start()
    {
        client->setAuthorizer(nullptr);
        connections.reset();
        const auto kinds = ServiceKinds::read({}, {definition()});
        connections = Connections::create(
            {*kinds.find(QStringLiteral("astra-os"))}, std::make_unique<VaultStore>(vault), client,
            {remembers ? folder.filePath(QStringLiteral("accounts.json")) : QString(), {}, {}});
        client->setAuthorizer(connections);
        if (!waitFor(connections->loaded()))
            qFatal("the accounts were not read");
    }
    [[nodiscard]] Json definition() const
    {
        // The account is bound to one host; what a key may is what a server of our own lets it.
        const auto own = ServiceKinds::read({}, {});
        const ServiceKind *server = own.find(QStringLiteral("astra-server"));
        const std::string root = toStd(service.url().toString());
        return {{"id", "astra-os"}, {"hosts", Json::array({root})}, {"base", root + "/api"}, {"keys", server->keys}};
    }
    [[nodiscard]] Result<data::Account> signIn(const QByteArray &key) const
    {
        return waitFor(connections->connectKey(QStringLiteral("astra-os"), Secret(key)));
    }
    [[nodiscard]] data::Account account() const { return connections->accounts().front(); }
    /// The key in use, asked of the service.
    [[nodiscard]] bool works() const { return waitFor(connections->test(QStringLiteral("astra-os"))).has_value(); }
    [[nodiscard]] QByteArray key() const
    {
        const auto secret = connections->reveal(QStringLiteral("astra-os"));
        return secret ? secret->reveal() : QByteArray();
    }
    [[nodiscard]] std::vector<data::ServiceKey> listed() const
    {
        return waitFor(connections->keys(QStringLiteral("astra-os"))).value_or(std::vector<data::ServiceKey>());
    }
};

const QString os = QStringLiteral("astra-os");

} // namespace

class TestRotation : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void rotation_makesSwitchesAndRevokes()
    {
        World world;
        const QByteArray old = world.service.managerKey();
        world.service.revoke(world.service.key()); // so that one key alone is listed as ours may be
        QVERIFY(world.signIn(old));
        QVERIFY(waitFor(world.connections->rename(os, QStringLiteral("laptop"))));
        const auto begun = waitFor(world.connections->beginRotation(os, {}));
        QVERIFY2(begun, begun ? "" : qPrintable(begun.error().message));
        QCOMPARE(begun->label, QStringLiteral("laptop-v2"));
        QVERIFY(!begun->former.isEmpty() && begun->former.endsWith(QString::fromLatin1(old.right(4))));
        const QByteArray fresh = world.key();
        QVERIFY(fresh != old);
        // Both are valid, the new one is sent.
        QVERIFY(world.service.accepts(old) && world.service.accepts(fresh));
        QVERIFY(world.works());
        QCOMPARE(world.service.requests().back().header("Authorization"), QByteArray("Bearer " + fresh));
        QCOMPARE(waitFor(world.connections->beginRotation(os, {})).error().code, ErrorCode::InvalidInput);
        // As long as it takes: also over a start.
        world.start();
        QVERIFY(!world.account().former.isEmpty());
        QCOMPARE(world.key(), fresh);
        const auto finished = waitFor(world.connections->finishRotation(os));
        QVERIFY2(finished, finished ? "" : qPrintable(finished.error().message));
        QCOMPARE(finished->former, QString());
        QVERIFY(world.works());
        QCOMPARE(world.vault->kept.size(), 1);
        QVERIFY(finished->notices.isEmpty());
        QVERIFY(world.service.accepts(fresh) && !world.service.accepts(old));
        // What the old key may, the new one may, too: also make the next.
        QVERIFY(waitFor(world.connections->beginRotation(os, {})));
        QCOMPARE(world.account().label, QStringLiteral("laptop-v3"));
        const auto second = waitFor(world.connections->finishRotation(os));
        QVERIFY2(second, second ? "" : qPrintable(second.error().message));
        QVERIFY(second->notices.isEmpty());
        QVERIFY(!world.service.accepts(fresh));
        QVERIFY(world.works());
        world.start();
        QVERIFY(world.works());
        QCOMPARE(world.account().former, QString());
        QCOMPARE(waitFor(world.connections->finishRotation(os)).error().code, ErrorCode::InvalidInput);
    }

    void rotation_inARealKeychain()
    {
        if (!inSession()) {
            QProcess session;
            auto environment = QProcessEnvironment::systemEnvironment();
            environment.insert(QStringLiteral("ASTRA_KEYRING"), QStringLiteral("open"));
            session.setProcessEnvironment(environment);
            session.setProcessChannelMode(QProcess::MergedChannels);
            session.start(QStringLiteral("sh"),
                          {QStringLiteral(ASTRA_SOURCE_DIR "/tests/support/keychain-session.sh"),
                           QStringLiteral("open"), QCoreApplication::applicationFilePath(),
                           QStringLiteral("rotation_inARealKeychain")});
            QVERIFY(session.waitForFinished(50000));
            QVERIFY2(session.exitCode() == 0, session.readAll().constData());
            return;
        }
        World world;
        const QByteArray old = world.service.managerKey();
        world.service.revoke(world.service.key());
        QVERIFY(world.signIn(old));
        QCOMPARE(world.account().place, Place::Keychain);
        const auto begun = waitFor(world.connections->beginRotation(os, {}));
        QVERIFY2(begun, begun ? "" : qPrintable(begun.error().message));
        const QByteArray fresh = world.key();
        world.start();
        QCOMPARE(world.key(), fresh);
        QVERIFY(!world.account().former.isEmpty());
        QVERIFY(waitFor(world.connections->undoRotation(os)));
        world.start();
        QCOMPARE(world.key(), old);
        QVERIFY(waitFor(world.connections->beginRotation(os, {})));
        world.start();
        const auto finished = waitFor(world.connections->finishRotation(os));
        QVERIFY2(finished, finished ? "" : qPrintable(finished.error().message));
        world.start();
        QVERIFY(world.works());
        QVERIFY(!world.service.accepts(old));
        QCOMPARE(world.account().former, QString());
        QCOMPARE(world.account().place, Place::Keychain);
        QVERIFY(waitFor(world.connections->signOut(os)));
    }

    void rotation_doesNotGuessWhichKeyToRevoke()
    {
        // The service lists the first twelve characters, which all live keys have in common.
        World world;
        const QByteArray old = world.service.managerKey();
        QVERIFY(world.signIn(old));
        for (const auto &key : world.listed())
            QVERIFY(!key.ours);
        QVERIFY(waitFor(world.connections->beginRotation(os, {})));
        const auto finished = waitFor(world.connections->finishRotation(os));
        QVERIFY2(finished, finished ? "" : qPrintable(finished.error().message));
        QVERIFY(world.service.accepts(old) && world.service.accepts(world.service.key()));
        QCOMPARE(finished->notices.size(), 1);
        QVERIFY(finished->notices.first().text.contains(QString::fromLatin1(old.right(4))));
        QCOMPARE(finished->notices.first().kind, data::AccountNotice::Kind::Left);
        // It is not forgotten with the program, though nothing of the key is written down.
        world.start();
        QCOMPARE(world.account().notices.size(), 1);
        QCOMPARE(world.account().notices.first().kind, data::AccountNotice::Kind::Left);
        const auto text = toText(*readJsonFile(world.folder.filePath(QStringLiteral("accounts.json"))));
        QVERIFY2(!text.contains(old.right(4)), text.constData());
        // Gone with the next change.
        const auto next = waitFor(world.connections->beginRotation(os, {}, Secret(old)));
        QVERIFY2(next, next ? "" : qPrintable(next.error().message));
        QVERIFY(next->notices.isEmpty());
    }

    void rotation_takesAKeyThatSomeoneMade()
    {
        World world;
        QVERIFY(world.signIn(world.service.key()));
        const auto wrong = waitFor(
            world.connections->beginRotation(os, {}, Secret(QByteArray("astra_sk_live_0123456789abcdef0123"))));
        QVERIFY(!wrong);
        QCOMPARE(world.key(), world.service.key());
        QCOMPARE(world.account().former, QString());
        QCOMPARE(waitFor(world.connections->beginRotation(os, {}, Secret(world.service.key()))).error().code,
                 ErrorCode::InvalidInput);
        QCOMPARE(waitFor(world.connections->beginRotation(os, {}, Secret(QByteArray("no key")))).error().code,
                 ErrorCode::InvalidInput);
        // A key that may not make keys: the service refuses, nothing changes.
        QVERIFY(!waitFor(world.connections->beginRotation(os, {})));
        QVERIFY(world.works());

        const auto begun = waitFor(
            world.connections->beginRotation(os, QStringLiteral("mine"), Secret(world.service.managerKey())));
        QVERIFY2(begun, begun ? "" : qPrintable(begun.error().message));
        QCOMPARE(begun->label, QStringLiteral("mine"));
        QCOMPARE(world.key(), world.service.managerKey());
        const auto back = waitFor(world.connections->undoRotation(os));
        QVERIFY2(back, back ? "" : qPrintable(back.error().message));
        QCOMPARE(world.key(), world.service.key());
        QCOMPARE(back->former, QString());
        QCOMPARE(back->label, QString());
        QVERIFY(world.works());
        // Somebody else made it: it is theirs to revoke.
        QVERIFY(world.service.accepts(world.service.managerKey()));
        QCOMPARE(back->notices.first().kind, data::AccountNotice::Kind::Left);
        QCOMPARE(world.vault->kept.size(), 1);
    }

    void rotation_whereTheServiceMakesNoKeys()
    {
        // AstroWay lets only a master key make keys, and revokes on its website alone.
        test::AstroWay service;
        const std::string root = toStd(service.url().toString());
        const auto kinds = ServiceKinds::read(
            {}, {Json {{"id", "astroway"}, {"hosts", Json::array({root})}, {"base", root + "/v1"}}});
        const auto client = net::HttpClient::create();
        const auto connections = Connections::create(
            {*kinds.find(QStringLiteral("astroway"))},
            std::make_unique<CredentialStore>(CredentialStore::Kind::MemoryOnly), client);
        client->setAuthorizer(connections);
        const QString id = QStringLiteral("astroway");
        QVERIFY(waitFor(connections->connectKey(id, Secret(service.key()))));
        QVERIFY(!waitFor(connections->beginRotation(id, {})));
        QVERIFY(waitFor(connections->test(id)));
        const auto begun = waitFor(connections->beginRotation(id, {}, Secret(service.masterKey())));
        QVERIFY2(begun, begun ? "" : qPrintable(begun.error().message));
        const auto finished = waitFor(connections->finishRotation(id));
        QVERIFY2(finished, finished ? "" : qPrintable(finished.error().message));
        QCOMPARE(finished->notices.size(), 1);
        QVERIFY2(finished->notices.first().text.contains(u"website"), qPrintable(finished->notices.first().text));
        QVERIFY(waitFor(connections->test(id)));
        client->setAuthorizer(nullptr);
    }

    void finish_revokesNothingWhileTheNewKeyFails()
    {
        World world;
        const QByteArray old = world.service.managerKey();
        QVERIFY(world.signIn(old));
        QVERIFY(waitFor(world.connections->beginRotation(os, {})));
        world.service.revoke(world.key());
        const auto finished = waitFor(world.connections->finishRotation(os));
        QVERIFY(!finished);
        QVERIFY(world.service.accepts(old));
        QVERIFY(waitFor(world.connections->undoRotation(os)));
        QVERIFY(world.works());
    }

    void undo_revokesTheKeyThatWasMade()
    {
        World world;
        const QByteArray old = world.service.managerKey();
        QVERIFY(world.signIn(old));
        QVERIFY(waitFor(world.connections->beginRotation(os, {})));
        const QByteArray fresh = world.key();
        world.start(); // also later
        const auto back = waitFor(world.connections->undoRotation(os));
        QVERIFY2(back, back ? "" : qPrintable(back.error().message));
        QCOMPARE(world.key(), old);
        QVERIFY(world.service.accepts(old) && !world.service.accepts(fresh));
        QVERIFY(back->notices.isEmpty());
    }

    void roll_asksNothingWhileTheKeychainIsClosed()
    {
        World world;
        const QByteArray old = world.service.managerKey();
        world.service.revoke(world.service.key()); // so that one key alone is listed as ours may be
        QVERIFY(world.signIn(old));
        const auto listed = world.listed();
        const auto own = std::ranges::find_if(listed, &data::ServiceKey::ours);
        QVERIFY(own != listed.end());
        world.vault->state = State::Locked;
        const auto rolled = waitFor(world.connections->rollKey(os, own->id));
        QVERIFY(!rolled);
        QCOMPARE(rolled.error().code, ErrorCode::Storage);
        for (const auto &request : world.service.requests())
            QVERIFY(!request.path.endsWith(u"/roll"));
        QCOMPARE(world.key(), old);
        world.vault->state = State::Open;
        const auto second = waitFor(world.connections->rollKey(os, own->id));
        QVERIFY2(second, second ? "" : qPrintable(second.error().message));
        QCOMPARE(second->kept, Place::Keychain);
        QCOMPARE(world.key(), second->secret.reveal());
        QVERIFY(world.works());
    }

    void createKey_saysWhereItWent()
    {
        World world;
        QVERIFY(world.signIn(world.service.managerKey()));
        const data::KeyWish wish {QStringLiteral("ci"), false, {}, {}};
        const auto elsewhere = waitFor(world.connections->createKey(os, wish, false));
        QVERIFY2(elsewhere, elsewhere ? "" : qPrintable(elsewhere.error().message));
        QCOMPARE(elsewhere->kept, Place::None);
        QCOMPARE(waitFor(world.connections->createKey(os, wish, true))->kept, Place::Keychain);
        world.vault->state = State::Locked;
        QCOMPARE(waitFor(world.connections->createKey(os, wish, true))->kept, Place::Memory);
    }

    void finish_revokesNothingWhileTheNewKeyIsOnlyInMemory()
    {
        World world;
        const QByteArray old = world.service.managerKey();
        QVERIFY(world.signIn(old));
        world.vault->state = State::Locked;
        const int asked = static_cast<int>(world.service.requests().size());
        QCOMPARE(waitFor(world.connections->beginRotation(os, {})).error().code, ErrorCode::Storage);
        QCOMPARE(static_cast<int>(world.service.requests().size()), asked); // no key was made for nothing
        QVERIFY(world.works());
    }

    void anEndAtAnyStep_leavesAKeyThatWorks_data()
    {
        QTest::addColumn<bool>("done");
        QTest::addColumn<bool>("remembers");
        QTest::newRow("before it") << false << true;
        QTest::newRow("after it") << true << true;
        QTest::newRow("before it, without a file") << false << false;
        QTest::newRow("after it, without a file") << true << false;
    }

    void anEndAtAnyStep_leavesAKeyThatWorks()
    {
        QFETCH(bool, done);
        QFETCH(bool, remembers);
        // Counted once: how many questions to the keychain the whole takes.
        int steps = 0;
        for (const bool undo : {false, true}) {
            for (int end = 1; end <= std::max(steps, 1); ++end) {
                World world;
                world.remembers = remembers;
                world.start();
                QVERIFY(world.signIn(world.service.managerKey()));
                world.vault->writes = 0;
                world.vault->done = done;
                if (steps > 0)
                    world.vault->endsAt = end;
                const auto whole = chain(world.connections->beginRotation(os, {}),
                                         [](const Result<data::Account> &) -> Result<void> { return {}; });
                const auto settled = [&](const auto &future) {
                    return QTest::qWaitFor([&] { return future.isFinished() || !world.vault->unanswered.empty(); },
                                           5000);
                };
                QVERIFY(settled(whole));
                if (world.vault->unanswered.empty()) {
                    const auto last = undo ? world.connections->undoRotation(os)
                                           : world.connections->finishRotation(os);
                    QVERIFY(settled(last));
                }
                if (steps == 0) {
                    steps = world.vault->writes;
                    QVERIFY2(steps >= 3, qPrintable(QString::number(steps)));
                    end = 0; // now each of them
                    continue;
                }
                // The next start.
                world.vault->endsAt = 0;
                world.start();
                QVERIFY2(world.works(), qPrintable(QStringLiteral("step %1").arg(end)));
                if (!world.account().former.isEmpty()) {
                    const auto finished = waitFor(world.connections->finishRotation(os));
                    QVERIFY2(finished,
                             qPrintable(QStringLiteral("step %1: %2")
                                            .arg(end)
                                            .arg(finished ? QString() : finished.error().message)));
                }
                QVERIFY(world.works());
                QCOMPARE(world.account().former, QString());
                world.start();
                QVERIFY(world.works());
                QTRY_COMPARE(world.vault->kept.size(), 1);
                world.vault->unanswered.clear();
            }
        }
    }

    void aKeychainThatFailsAtAnyStep_leavesAKeyThatWorks()
    {
        for (int step = 1; step <= 4; ++step) {
            World world;
            const QByteArray old = world.service.managerKey();
            QVERIFY(world.signIn(old));
            world.vault->writes = 0;
            world.vault->failsAt = step;
            const auto begun = waitFor(world.connections->beginRotation(os, {}));
            QVERIFY(world.works());
            if (!begun) {
                QCOMPARE(world.key(), old);
            }
            const auto finished = waitFor(world.connections->finishRotation(os));
            QVERIFY(world.works());
            QVERIFY2(finished || world.service.accepts(old), qPrintable(QString::number(step)));
            // It is started again, and so are we.
            world.vault->failsAt = 0;
            world.vault->state = State::Open;
            world.start();
            QVERIFY2(world.works(), qPrintable(QString::number(step)));
        }
    }

    void signingInAnew_endsAChange()
    {
        World world;
        QVERIFY(world.signIn(world.service.managerKey()));
        QVERIFY(waitFor(world.connections->beginRotation(os, {})));
        data::SignInRequest request;
        request.service = request.account = os;
        request.fields.insert(QStringLiteral("key"), Secret(world.service.key()));
        QVERIFY(waitFor(world.connections->signIn(request)));
        QCOMPARE(world.account().former, QString());
        QTRY_COMPARE(world.vault->kept.size(), 1);
        QVERIFY(waitFor(world.connections->signOut(os)));
        QVERIFY(world.vault->kept.isEmpty());
    }

    void aLockedKeychain_isReadOnceItIsOpen()
    {
        World world;
        QVERIFY(world.signIn(world.service.key()));
        world.vault->state = State::Locked;
        world.start();
        QCOMPARE(waitFor(world.connections->keychain())->state, State::Locked);
        QCOMPARE(world.account().place, Place::None);
        world.vault->state = State::Open;
        QCOMPARE(waitFor(world.connections->keychain())->state, State::Open);
        QCOMPARE(world.account().place, Place::Keychain);
        QVERIFY(world.works());
        // Without one: in memory, and said so.
        world.vault->state = State::Absent;
        const auto second = world.signIn(world.service.managerKey());
        QVERIFY2(second, second ? "" : qPrintable(second.error().message));
        QCOMPARE(second->place, Place::Memory);
        // What is in a keychain that does not answer cannot be removed, which is no success.
        QVERIFY(!waitFor(world.connections->signOut(os)));
    }
};

QTEST_GUILESS_MAIN(TestRotation)
#include "tst_rotation.moc"
