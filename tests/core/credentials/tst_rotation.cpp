// SPDX-License-Identifier: Apache-2.0
// A key is changed in steps. Each of them can fail, and the program can end between any two: at every moment a key that
// works must be in use, and be found again at the next start.
#include "core/credentials/connections.h"
#include "tests/support/services/astraos.h"
#include "tests/support/services/astroway.h"

#include <QCoreApplication>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <utility>

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
    int refusesAt = 0; ///< this one it does not carry out, and works on; 0: none
    int diesAtRead = 0; ///< at this one of the reads to come it stops working; 0: never
    std::function<void()> asked; ///< called once, when it is asked next for its state
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
        if (const auto asked = std::exchange(m_vault->asked, {}))
            asked();
        return ready<data::Keychain>(data::Keychain {m_vault->state, QStringLiteral("Vault")});
    }
    Future<Kept> read(const QString &name, const QString & /*account*/) override
    {
        if (m_vault->diesAtRead > 0 && --m_vault->diesAtRead == 0)
            m_vault->state = State::Failing;
        if (m_memory.contains(name))
            return ready<Kept>(Kept {m_memory.value(name), Place::Memory});
        const Secret secret = m_vault->state == State::Open ? m_vault->kept.value(name) : Secret();
        return ready<Kept>(Kept {secret, secret.isEmpty() ? Place::None : Place::Keychain});
    }
    Future<Place> write(const QString &name, const Secret &secret) override
    {
        return step<Place>([&](bool open) {
            if (open) {
                m_vault->kept.insert(name, secret);
                m_memory.remove(name);
                return Place::Keychain;
            }
            m_memory.insert(name, secret);
            return Place::Memory;
        });
    }
    Future<void> writeToKeychain(const QString &name, const Secret &secret) override
    {
        return orLocked(step<bool>([&](bool open) {
            if (open) {
                m_vault->kept.insert(name, secret);
                m_memory.remove(name);
            }
            return open;
        }));
    }
    Future<void> remove(const QString &name) override
    {
        return orLocked(step<bool>([&](bool open) {
            m_memory.remove(name);
            if (open)
                m_vault->kept.remove(name);
            return open;
        }));
    }

private:
    static Future<void> orLocked(const Future<bool> &done)
    {
        return chain(done, [](const Result<bool> &open) -> Result<void> {
            if (open && *open)
                return {};
            return fail(ErrorCode::Storage, QStringLiteral("The vault is locked."));
        });
    }
    /// @param act is told whether the keychain carries it out
    template<typename T, typename F> Future<T> step(F act)
    {
        const int number = ++m_vault->writes;
        if (number == m_vault->failsAt)
            m_vault->state = State::Failing;
        const bool open = m_vault->state == State::Open && number != m_vault->refusesAt;
        if (m_vault->endsAt > 0 && number >= m_vault->endsAt) {
            if (number == m_vault->endsAt && m_vault->done)
                (void)act(open);
            auto never = std::make_shared<Settler<T>>();
            m_vault->unanswered.push_back(never);
            return never->future();
        }
        return ready<T>(act(open));
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
    /// What a key may is what a server of our own lets it.
    Json keys = ServiceKinds::read({}, {}).find(QStringLiteral("astra-server"))->keys;

    World() { start(); }
    ~World() { client->setAuthorizer(nullptr); }
    void start()
    {
        client->setAuthorizer(nullptr);
        connections.reset();
        connections = begun(client);
    }
    /// A program in front of it all, perhaps beside another one.
    [[nodiscard]] std::shared_ptr<Connections> begun(const std::shared_ptr<net::HttpClient> &its) const
    {
        const auto kinds = ServiceKinds::read({}, {definition()});
        auto all = Connections::create(
            {*kinds.find(QStringLiteral("astra-os"))}, std::make_unique<VaultStore>(vault), its,
            {remembers ? folder.filePath(QStringLiteral("accounts.json")) : QString(), {}, {}});
        its->setAuthorizer(all);
        if (!waitFor(all->loaded()))
            qFatal("the accounts were not read");
        return all;
    }
    [[nodiscard]] Json definition() const
    {
        const std::string root = toStd(service.url().toString());
        return {{"id", "astra-os"}, {"hosts", Json::array({root})}, {"base", root + "/api"}, {"keys", keys}};
    }
    [[nodiscard]] Result<data::Account> signIn(const QByteArray &key) const
    {
        return waitFor(connections->connectKey(QStringLiteral("astra-os"), Secret(key)));
    }
    [[nodiscard]] data::Account account() const { return connections->accounts().front(); }
    /// One that may do what the manager's may.
    [[nodiscard]] QByteArray anotherManager() const
    {
        const auto made = waitFor(
            connections->createKey(QStringLiteral("astra-os"),
                                   {QStringLiteral("another"),
                                    false,
                                    {},
                                    {QStringLiteral("search"), QStringLiteral("assets"), QStringLiteral("keys")}},
                                   false));
        return made ? made->secret.reveal() : QByteArray();
    }
    /// How many keys the service has made, and how many of those are valid.
    [[nodiscard]] std::pair<int, int> made() const
    {
        std::pair<int, int> all;
        for (const auto &key : listed()) {
            ++all.first;
            all.second += key.revoked ? 0 : 1;
        }
        return all;
    }
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

/// A second process of ours: what it does, the first one does not hear of.
struct SecondProgram {
    explicit SecondProgram(const World &world)
        : connections(world.begun(client))
    {
    }
    ~SecondProgram() { client->setAuthorizer(nullptr); }
    std::shared_ptr<net::HttpClient> client = net::HttpClient::create();
    std::shared_ptr<Connections> connections;
};

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
        for (const bool undo : {false, true}) {
            // Counted once: how many questions to the keychain the whole takes.
            int steps = 0;
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

    void signingInAnewWhileTheKeychainIsLocked_endsAChangeLater()
    {
        World world;
        QVERIFY(world.signIn(world.service.managerKey()));
        QVERIFY(waitFor(world.connections->beginRotation(os, {})));
        world.vault->state = State::Locked;
        data::SignInRequest request;
        request.service = request.account = os;
        request.fields.insert(QStringLiteral("key"), Secret(world.service.key()));
        QVERIFY(waitFor(world.connections->signIn(request)));
        QCOMPARE(world.account().former, QString());
        QCOMPARE(world.vault->kept.size(), 2);
        world.vault->state = State::Open;
        QVERIFY(waitFor(world.connections->keepInKeychain(os)));
        world.start();
        QCOMPARE(world.key(), world.service.key());
        QCOMPARE(world.account().former, QString());
        QCOMPARE(world.vault->kept.size(), 1);
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

    void undo_leavesBothKeysWhileTheKeychainIsClosed_data()
    {
        QTest::addColumn<bool>("before");
        QTest::newRow("locked before it") << true;
        QTest::newRow("stops while it is written") << false;
    }

    void undo_leavesBothKeysWhileTheKeychainIsClosed()
    {
        QFETCH(bool, before);
        World world;
        const QByteArray old = world.service.managerKey();
        QVERIFY(world.signIn(old));
        QVERIFY(waitFor(world.connections->beginRotation(os, {})));
        const QByteArray fresh = world.key();
        if (before)
            world.vault->state = State::Locked;
        else
            world.vault->failsAt = world.vault->writes + 1;
        const auto undone = waitFor(world.connections->undoRotation(os));
        QVERIFY(!undone);
        QCOMPARE(undone.error().code, ErrorCode::Storage);
        QCOMPARE(world.key(), fresh);
        QVERIFY(!world.account().former.isEmpty());
        QVERIFY(world.service.accepts(old) && world.service.accepts(fresh));
        // The next start finds both.
        world.vault->state = State::Open;
        world.start();
        QCOMPARE(world.key(), fresh);
        QVERIFY(world.works());
        QVERIFY(world.service.accepts(old));
        const auto later = waitFor(world.connections->undoRotation(os));
        QVERIFY2(later, later ? "" : qPrintable(later.error().message));
        QCOMPARE(world.key(), old);
        QVERIFY(world.works());
        QVERIFY(!world.service.accepts(fresh));
    }

    void undo_isFinishedAtTheNextStart()
    {
        World world;
        const QByteArray old = world.service.managerKey();
        QVERIFY(world.signIn(old));
        QVERIFY(waitFor(world.connections->beginRotation(os, {})));
        world.vault->failsAt = world.vault->writes + 2; // the old key is back in its place, and kept as the former one
        QVERIFY(waitFor(world.connections->undoRotation(os)));
        QCOMPARE(world.key(), old);
        QCOMPARE(world.vault->kept.size(), 2);
        world.vault->state = State::Open;
        world.vault->refusesAt = world.vault->writes + 1;
        world.start();
        QTRY_COMPARE(world.vault->writes, world.vault->refusesAt); // it could not be removed
        QCOMPARE(world.vault->kept.size(), 2);
        world.start();
        QCOMPARE(world.key(), old);
        QCOMPARE(world.account().former, QString());
        QTRY_COMPARE(world.vault->kept.size(), 1);
        QVERIFY(world.works());
    }

    void undo_isFinishedOnceTheKeychainIsBack()
    {
        World world;
        const QByteArray old = world.service.managerKey();
        world.service.revoke(world.service.key()); // so that one key alone is listed as ours may be
        QVERIFY(world.signIn(old));
        QVERIFY(waitFor(world.connections->beginRotation(os, {})));
        world.vault->failsAt = world.vault->writes + 2;
        QVERIFY(waitFor(world.connections->undoRotation(os)));
        world.vault->state = State::Open;
        QCOMPARE(world.vault->kept.size(), 2);
        const auto finished = waitFor(world.connections->finishRotation(os));
        QVERIFY2(finished, finished ? "" : qPrintable(finished.error().message));
        QCOMPARE(world.vault->kept.size(), 1);
        QVERIFY(finished->notices.isEmpty());
        QVERIFY(world.service.accepts(old));
        QCOMPARE(waitFor(world.connections->finishRotation(os)).error().code, ErrorCode::InvalidInput);
        // A key that is left over keeps nobody from changing the other one again.
        QVERIFY(waitFor(world.connections->beginRotation(os, {})));
        world.vault->failsAt = world.vault->writes + 2;
        QVERIFY(waitFor(world.connections->undoRotation(os)));
        world.vault->state = State::Open;
        QVERIFY(waitFor(world.connections->beginRotation(os, {})));
        const QByteArray fresh = world.key();
        const auto last = waitFor(world.connections->finishRotation(os));
        QVERIFY2(last, last ? "" : qPrintable(last.error().message));
        QCOMPARE(world.key(), fresh);
        QVERIFY(!world.service.accepts(old));
        QCOMPARE(world.vault->kept.size(), 1);
    }

    void anOldKeyThatIsLeftAlone_takesItsPlaceAgain()
    {
        World world;
        const QByteArray old = world.service.managerKey();
        QVERIFY(world.signIn(old));
        const QString name = world.vault->kept.firstKey();
        QVERIFY(waitFor(world.connections->beginRotation(os, {})));
        world.vault->kept.remove(name);
        // Where it cannot be put back, it stays where it is.
        world.vault->refusesAt = world.vault->writes + 1;
        world.start();
        QTRY_COMPARE(world.vault->writes, world.vault->refusesAt);
        QVERIFY(world.works());
        QCOMPARE(world.key(), old);
        QCOMPARE(world.vault->kept.size(), 1);
        world.start();
        QCOMPARE(world.key(), old);
        QTRY_COMPARE(world.vault->kept.keys(), QStringList(name));
        QVERIFY(world.works());
        QCOMPARE(world.account().former, QString());
    }

    void aChangeThatTheFileDoesNotTell_isSeenByItsKeys()
    {
        World world;
        const QByteArray old = world.service.managerKey();
        QVERIFY(world.signIn(old));
        const QString file = world.folder.filePath(QStringLiteral("accounts.json"));
        const QString before = world.folder.filePath(QStringLiteral("before.json"));
        QVERIFY(waitFor(world.connections->rename(os, QStringLiteral("laptop"))));
        QVERIFY(QFile::copy(file, before));
        QVERIFY(waitFor(world.connections->beginRotation(os, {})));
        const QByteArray fresh = world.key();
        world.client->setAuthorizer(nullptr);
        world.connections.reset();
        QVERIFY(QFile::remove(file) && QFile::rename(before, file)); // as a process writes it that saw nothing of it
        world.start();
        QCOMPARE(world.key(), fresh);
        QVERIFY(!world.account().former.isEmpty());
        const auto undone = waitFor(world.connections->undoRotation(os));
        QVERIFY2(undone, undone ? "" : qPrintable(undone.error().message));
        QCOMPARE(world.key(), old);
        QCOMPARE(undone->label, QStringLiteral("laptop"));
        QVERIFY(world.works());
        // What is not known to be the other key is not revoked.
        QVERIFY(world.service.accepts(fresh));
        QCOMPARE(undone->notices.front().kind, data::AccountNotice::Kind::Left);
        QCOMPARE(world.vault->kept.size(), 1);
    }

    void changes_comeOneAfterTheOther()
    {
        World world;
        world.service.revoke(world.service.key()); // so that one key alone is listed as ours may be
        QVERIFY(world.signIn(world.service.managerKey()));
        const int before = world.made().first;
        const auto first = world.connections->beginRotation(os, {});
        const auto second = world.connections->beginRotation(os, {});
        const auto undo = world.connections->undoRotation(os);
        const auto begun = waitFor(first);
        QVERIFY2(begun, begun ? "" : qPrintable(begun.error().message));
        QCOMPARE(waitFor(second).error().code, ErrorCode::InvalidInput);
        QCOMPARE(waitFor(undo).error().code, ErrorCode::InvalidInput);
        QCOMPARE(world.made().first, before + 1);
        const auto finishing = world.connections->finishRotation(os);
        const auto back = waitFor(world.connections->undoRotation(os));
        QVERIFY(!back);
        QVERIFY2(back.error().message.contains(u"at this moment"), qPrintable(back.error().message));
        QVERIFY(waitFor(finishing));
        QVERIFY(world.works());
        // Refused or not, the next one may begin.
        QVERIFY(
            !waitFor(world.connections->beginRotation(os, {}, Secret(QByteArray("astra_sk_live_0123456789abcdef")))));
        QVERIFY(waitFor(world.connections->beginRotation(os, {})));
    }

    void begin_endsWhereSomeoneSignsInMeanwhile()
    {
        World world;
        QVERIFY(world.signIn(world.service.managerKey()));
        const QByteArray another = world.anotherManager();
        QVERIFY(!another.isEmpty());
        const auto before = world.made();
        world.vault->asked = [&world, &another] {
            data::SignInRequest request;
            request.service = request.account = os;
            request.fields.insert(QStringLiteral("key"), Secret(another));
            QVERIFY(waitFor(world.connections->signIn(request)));
        };
        const auto begun = waitFor(world.connections->beginRotation(os, {}));
        QVERIFY(!begun);
        QCOMPARE(world.key(), another);
        QVERIFY(world.works());
        QCOMPARE(world.account().former, QString());
        // What was made for nothing is gone.
        QCOMPARE(world.made(), std::pair(before.first + 1, before.second));
        world.start();
        QCOMPARE(world.key(), another);
        QCOMPARE(world.account().former, QString());
    }

    void begin_whichTheKeychainStops_leavesNoKeyBehind_data()
    {
        QTest::addColumn<bool>("worksOn");
        QTest::newRow("refused once") << true;
        QTest::newRow("gone") << false;
    }

    void begin_whichTheKeychainStops_leavesNoKeyBehind()
    {
        QFETCH(bool, worksOn);
        World world;
        const QByteArray old = world.service.managerKey();
        QVERIFY(world.signIn(old));
        const auto before = world.made();
        (worksOn ? world.vault->refusesAt : world.vault->failsAt) = world.vault->writes + 2;
        const auto begun = waitFor(world.connections->beginRotation(os, {}));
        QVERIFY(!begun);
        QCOMPARE(begun.error().code, ErrorCode::Storage);
        QCOMPARE(world.key(), old);
        QCOMPARE(world.account().label, QString());
        // Where the keychain may have taken the new key after all, it has to stay valid: then that is told.
        QCOMPARE(world.made(), std::pair(before.first + 1, before.second + (worksOn ? 0 : 1)));
        QCOMPARE(world.account().notices.size(), worksOn ? 0 : 1);
        world.vault->state = State::Open;
        world.start();
        QVERIFY(world.works());
        QCOMPARE(world.key(), old);
    }

    void finish_doesNotTakeNotFoundForRevoked()
    {
        World world;
        world.keys["revoke"]["path"] = "/gone/{id}";
        world.start();
        const QByteArray old = world.service.managerKey();
        world.service.revoke(world.service.key()); // so that one key alone is listed as ours may be
        QVERIFY(world.signIn(old));
        QVERIFY(waitFor(world.connections->beginRotation(os, {})));
        const auto finished = waitFor(world.connections->finishRotation(os));
        QVERIFY(!finished);
        QCOMPARE(finished.error().code, ErrorCode::NotFound);
        QVERIFY(!world.account().former.isEmpty());
        QVERIFY(world.service.accepts(old));
        // Once the list says so, it is gone.
        world.service.revoke(old);
        const auto again = waitFor(world.connections->finishRotation(os));
        QVERIFY2(again, again ? "" : qPrintable(again.error().message));
        QCOMPARE(again->former, QString());
        QVERIFY(again->notices.isEmpty());
    }

    void whatCannotBeListed_isNotRolled()
    {
        World world;
        const QByteArray old = world.service.managerKey();
        world.service.revoke(world.service.key());
        QVERIFY(world.signIn(old));
        const auto listed = world.listed();
        const auto own = std::ranges::find_if(listed, &data::ServiceKey::ours);
        QVERIFY(own != listed.end());
        world.keys["list"]["path"] = "/gone";
        world.start();
        const auto rolled = waitFor(world.connections->rollKey(os, own->id));
        QVERIFY(!rolled);
        QCOMPARE(rolled.error().code, ErrorCode::NotFound);
        QVERIFY2(rolled.error().message.contains(u"ASTRA"), qPrintable(rolled.error().message));
        // Nor is a new one made without knowing what the old one may; one that the person made is taken.
        const auto begun = waitFor(world.connections->beginRotation(os, {}));
        QVERIFY(!begun);
        QCOMPARE(begun.error().code, ErrorCode::NotFound);
        for (const auto &request : world.service.requests())
            QVERIFY2(request.method == "GET", request.method.constData());
        const auto taken = waitFor(world.connections->beginRotation(os, {}, Secret(world.service.testKey())));
        QVERIFY2(taken, taken ? "" : qPrintable(taken.error().message));
    }

    void memory_isMovedIntoAKeychainThatIsOpenByNow()
    {
        World world;
        const QByteArray old = world.service.managerKey();
        world.vault->state = State::Locked;
        QCOMPARE(waitFor(world.connections->keepInKeychain(os)).error().code, ErrorCode::Unauthorized);
        QVERIFY(world.signIn(old));
        QCOMPARE(world.account().place, Place::Memory);
        const auto locked = waitFor(world.connections->keepInKeychain(os));
        QVERIFY(!locked);
        QCOMPARE(locked.error().code, ErrorCode::Storage);
        QCOMPARE(world.account().place, Place::Memory);
        QVERIFY(world.works());

        world.vault->state = State::Open;
        const auto kept = waitFor(world.connections->keepInKeychain(os));
        QVERIFY2(kept, kept ? "" : qPrintable(kept.error().message));
        QCOMPARE(kept->place, Place::Keychain);
        QCOMPARE(world.vault->kept.size(), 1);
        const int writes = world.vault->writes;
        QCOMPARE(waitFor(world.connections->keepInKeychain(os))->place, Place::Keychain);
        QCOMPARE(world.vault->writes, writes); // it is there
        world.start();
        QCOMPARE(world.key(), old);
        QCOMPARE(world.account().place, Place::Keychain);
        QVERIFY(world.works());
    }

    void memory_isMovedWithBothKeysOfAChange()
    {
        World world;
        const QByteArray old = world.service.managerKey();
        world.vault->state = State::Locked;
        QVERIFY(world.signIn(old));
        QVERIFY(waitFor(world.connections->beginRotation(os, {})));
        const QByteArray fresh = world.key();
        QVERIFY(world.vault->kept.isEmpty());
        world.vault->state = State::Open;
        const auto kept = waitFor(world.connections->keepInKeychain(os));
        QVERIFY2(kept, kept ? "" : qPrintable(kept.error().message));
        QCOMPARE(kept->place, Place::Keychain);
        QCOMPARE(world.vault->kept.size(), 2);
        world.start();
        QCOMPARE(world.key(), fresh);
        QVERIFY(!world.account().former.isEmpty());
        QVERIFY(waitFor(world.connections->undoRotation(os)));
        world.start();
        QCOMPARE(world.key(), old);
        QVERIFY(world.works());
    }

    void aKeychainThatDiesWhileItIsRead_isReadAgain()
    {
        World world;
        const QByteArray old = world.service.managerKey();
        QVERIFY(world.signIn(old));
        world.vault->diesAtRead = 1;
        world.start();
        QCOMPARE(world.account().place, Place::None);
        world.vault->state = State::Open;
        QCOMPARE(waitFor(world.connections->keychain())->state, State::Open);
        QCOMPARE(world.account().place, Place::Keychain);
        QCOMPARE(world.key(), old);
        // And between the two keys of a change: nothing is concluded from the one that is missing.
        QVERIFY(waitFor(world.connections->beginRotation(os, {})));
        const QByteArray fresh = world.key();
        world.vault->diesAtRead = 2;
        world.start();
        QCOMPARE(world.key(), fresh);
        QVERIFY(!waitFor(world.connections->finishRotation(os)));
        QVERIFY(world.service.accepts(old));
        world.vault->state = State::Open;
        QVERIFY(waitFor(world.connections->keychain()));
        QVERIFY(!world.account().former.isEmpty());
        const auto finished = waitFor(world.connections->finishRotation(os));
        QVERIFY2(finished, finished ? "" : qPrintable(finished.error().message));
        QVERIFY(world.works());
        QCOMPARE(world.vault->kept.size(), 1);
    }

    void undo_ofAChangeThatBeganInMemory_losesNoKey()
    {
        World world;
        const QByteArray old = world.service.managerKey();
        world.vault->state = State::Locked;
        QVERIFY(world.signIn(old));
        QCOMPARE(world.account().place, Place::Memory);
        // Unlocked by now: both keys of the change go to the keychain.
        world.vault->state = State::Open;
        const auto begun = waitFor(world.connections->beginRotation(os, {}));
        QVERIFY2(begun, begun ? "" : qPrintable(begun.error().message));
        const QByteArray fresh = world.key();
        QCOMPARE(world.vault->kept.size(), 2);
        world.vault->state = State::Locked;
        const auto undone = waitFor(world.connections->undoRotation(os));
        QVERIFY(!undone);
        QCOMPARE(undone.error().code, ErrorCode::Storage);
        QCOMPARE(world.key(), fresh);
        QVERIFY(world.service.accepts(old) && world.service.accepts(fresh));
        world.vault->state = State::Open;
        world.start();
        QCOMPARE(world.key(), fresh);
        const auto later = waitFor(world.connections->undoRotation(os));
        QVERIFY2(later, later ? "" : qPrintable(later.error().message));
        world.start();
        QCOMPARE(world.key(), old);
        QVERIFY(world.works());
    }

    void memoryThatMovedToTheKeychain_isNotSignedOutWhileThatIsLocked()
    {
        World world;
        world.vault->state = State::Locked;
        QVERIFY(world.signIn(world.service.managerKey()));
        world.vault->state = State::Open;
        QVERIFY(waitFor(world.connections->beginRotation(os, {})));
        // Whatever it is signed in with from now on: the keychain has keys of it.
        world.vault->state = State::Locked;
        data::SignInRequest request;
        request.service = request.account = os;
        request.fields.insert(QStringLiteral("key"), Secret(world.service.key()));
        QVERIFY(waitFor(world.connections->signIn(request)));
        QCOMPARE(world.account().place, Place::Memory);
        QVERIFY(!waitFor(world.connections->signOut(os)));
        QVERIFY(!world.vault->kept.isEmpty());
    }

    void aCut_tellsOfTheKeyThatWasMade_data()
    {
        QTest::addColumn<int>("step");
        QTest::addColumn<bool>("done");
        QTest::addColumn<bool>("made");
        QTest::newRow("before the old key is put aside") << 1 << false << true;
        QTest::newRow("after it") << 1 << true << true;
        QTest::newRow("before the new key is kept") << 2 << false << true;
        QTest::newRow("one that the person gave") << 2 << false << false;
    }

    void aCut_tellsOfTheKeyThatWasMade()
    {
        QFETCH(int, step);
        QFETCH(bool, done);
        QFETCH(bool, made);
        World world;
        const QByteArray old = world.service.managerKey();
        QVERIFY(world.signIn(old));
        const auto before = world.made();
        world.vault->endsAt = world.vault->writes + step;
        world.vault->done = done;
        const auto cut = world.connections->beginRotation(os, {}, made ? Secret() : Secret(world.service.key()));
        QTRY_VERIFY(!world.vault->unanswered.empty());
        world.vault->endsAt = 0;
        for (int starts = 0; starts < 2; ++starts) { // nor is it forgotten
            world.start();
            QCOMPARE(world.key(), old);
            QVERIFY(world.works());
            QCOMPARE(world.account().former, QString());
            QCOMPARE(world.made(), std::pair(before.first + (made ? 1 : 0), before.second + (made ? 1 : 0)));
            QCOMPARE(world.account().notices.size(), made ? 1 : 0);
            if (made)
                QCOMPARE(world.account().notices.front().kind, data::AccountNotice::Kind::Left);
        }
        world.vault->unanswered.clear();
    }

    void finish_stopsWhereAnotherProcessWentBack()
    {
        World world;
        const QByteArray old = world.service.managerKey();
        world.service.revoke(world.service.key()); // so that one key alone is listed as ours may be
        QVERIFY(world.signIn(old));
        const QString name = world.vault->kept.firstKey();
        const QByteArray given = world.service.testKey();
        const auto begun = waitFor(world.connections->beginRotation(os, {}, Secret(given)));
        QVERIFY2(begun, begun ? "" : qPrintable(begun.error().message));
        {
            const SecondProgram second(world);
            const auto undone = waitFor(second.connections->undoRotation(os));
            QVERIFY2(undone, undone ? "" : qPrintable(undone.error().message));
        }
        const auto finished = waitFor(world.connections->finishRotation(os));
        QVERIFY(!finished);
        QCOMPARE(finished.error().code, ErrorCode::InvalidInput);
        QVERIFY(world.service.accepts(old));
        QCOMPARE(world.vault->kept.keys(), QStringList(name));
        QCOMPARE(world.vault->kept.value(name).reveal(), old);
        // Going back is what the other one did.
        const auto undone = waitFor(world.connections->undoRotation(os));
        QVERIFY2(undone, undone ? "" : qPrintable(undone.error().message));
        QCOMPARE(world.key(), old);
        QVERIFY(world.works());
        QCOMPARE(world.vault->kept.keys(), QStringList(name));
    }

    void undo_stopsWhereAnotherProcessFinished()
    {
        World world;
        const QByteArray old = world.service.managerKey();
        world.service.revoke(world.service.key()); // so that one key alone is listed as ours may be
        QVERIFY(world.signIn(old));
        const QString name = world.vault->kept.firstKey();
        QVERIFY(waitFor(world.connections->beginRotation(os, {})));
        const QByteArray fresh = world.key();
        {
            const SecondProgram second(world);
            const auto finished = waitFor(second.connections->finishRotation(os));
            QVERIFY2(finished, finished ? "" : qPrintable(finished.error().message));
        }
        QVERIFY(!world.service.accepts(old));
        const auto undone = waitFor(world.connections->undoRotation(os));
        QVERIFY(!undone);
        QCOMPARE(undone.error().code, ErrorCode::InvalidInput);
        QVERIFY(world.service.accepts(fresh));
        QCOMPARE(world.vault->kept.value(name).reveal(), fresh);
        // Finishing is what the other one did.
        const auto finished = waitFor(world.connections->finishRotation(os));
        QVERIFY2(finished, finished ? "" : qPrintable(finished.error().message));
        QCOMPARE(world.key(), fresh);
        QVERIFY(world.works());
        QCOMPARE(world.vault->kept.keys(), QStringList(name));
    }

    void begin_stopsWhereAnotherProcessHasBegun()
    {
        World world;
        const QByteArray old = world.service.managerKey();
        QVERIFY(world.signIn(old));
        const QString name = world.vault->kept.firstKey();
        QByteArray fresh;
        {
            const SecondProgram second(world);
            QVERIFY(waitFor(second.connections->beginRotation(os, {})));
            fresh = second.connections->reveal(os).value_or(Secret()).reveal();
        }
        const auto kept = world.vault->kept;
        QCOMPARE(kept.value(name).reveal(), fresh);
        const auto before = world.made();
        const auto begun = waitFor(world.connections->beginRotation(os, {}));
        QVERIFY(!begun);
        QCOMPARE(begun.error().code, ErrorCode::InvalidInput);
        QVERIFY(world.vault->kept == kept);
        // What was made for nothing is gone, and the two that are being exchanged are valid.
        QCOMPARE(world.made(), std::pair(before.first + 1, before.second));
        QVERIFY(world.service.accepts(old) && world.service.accepts(fresh));
    }

    void finish_revokesNothingWhileTheKeychainCannotBeAsked()
    {
        World world;
        const QByteArray old = world.service.managerKey();
        world.service.revoke(world.service.key()); // so that one key alone is listed as ours may be
        QVERIFY(world.signIn(old));
        QVERIFY(waitFor(world.connections->beginRotation(os, {})));
        world.vault->state = State::Locked;
        const auto finished = waitFor(world.connections->finishRotation(os));
        QVERIFY(!finished);
        QCOMPARE(finished.error().code, ErrorCode::Storage);
        QVERIFY(world.service.accepts(old));
        world.vault->state = State::Open;
        const auto later = waitFor(world.connections->finishRotation(os));
        QVERIFY2(later, later ? "" : qPrintable(later.error().message));
        QVERIFY(!world.service.accepts(old));
    }

    void secrets_areKeptBySchemeHostAndPort()
    {
        World world;
        QVERIFY(world.signIn(world.service.managerKey()));
        QCOMPARE(world.vault->kept.keys(), QStringList(os + u'@' + world.service.url().toString()));
    }
};

QTEST_GUILESS_MAIN(TestRotation)
#include "tst_rotation.moc"
