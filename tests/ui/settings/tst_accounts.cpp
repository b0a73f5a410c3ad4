// SPDX-License-Identifier: Apache-2.0
#include "tests/ui/settings/fieldlab.h"
#include "ui/settings/accounts.h"

#include <QAbstractItemModelTester>
#include <QClipboard>
#include <QGuiApplication>
#include <QMimeData>
#include <QSignalSpy>
#include <QTest>

using namespace astra;
using settings::Accounts;
using settings::AccountsModel;
using settings::KeyRotation;
using settings::ServiceKeysModel;
using testing::FieldLab;

/// The view models of accounts against a real engine and a service on this machine.
class TestAccounts : public QObject
{
    Q_OBJECT

private:
    FieldLab m_lab;
    std::unique_ptr<QTemporaryDir> m_dir;
    std::unique_ptr<Accounts> m_accounts;

    [[nodiscard]] settings::AccountCard card(const QString &account = QStringLiteral("fieldlab"))
    {
        return m_accounts->list()->card(account);
    }
    void submit(const QByteArray &key, const QString &label = QStringLiteral("bench"))
    {
        m_accounts->signIn()->submit({{QStringLiteral("key"), QString::fromLatin1(key)}}, label, {});
    }
    /// Signs in with the lab's first key.
    void connectLab()
    {
        QSignalSpy in(m_accounts->signIn(), &settings::SignInForm::signedIn);
        m_accounts->signIn()->open(QStringLiteral("fieldlab"));
        submit(FieldLab::mainKey());
        QTRY_COMPARE(in.count(), 1);
        QCOMPARE(in.at(0).at(0).toString(), QStringLiteral("fieldlab"));
    }
    [[nodiscard]] QStringList titles()
    {
        QStringList titles;
        for (int row = 0; row < m_accounts->list()->rowCount(); ++row)
            titles.append(m_accounts->list()->index(row).data(Qt::DisplayRole).toString());
        return titles;
    }

private Q_SLOTS:
    void init()
    {
        m_lab.reset();
        m_dir = std::make_unique<QTemporaryDir>();
        m_accounts = std::make_unique<Accounts>();
        m_accounts->setEngine(testing::labEngine(m_lab, *m_dir));
        QTRY_VERIFY(!m_accounts->list()->keychainAsked());
    }
    void cleanup()
    {
        m_accounts.reset();
        m_dir.reset();
        QGuiApplication::clipboard()->clear();
    }

    void listIsGrouped_andNothingByChoiceIsInIt()
    {
        const QAbstractItemModelTester tester(m_accounts->list(),
                                              QAbstractItemModelTester::FailureReportingMode::QtTest);
        QStringList groups;
        for (int row = 0; row < m_accounts->list()->rowCount(); ++row)
            groups.append(m_accounts->list()->index(row).data(AccountsModel::GroupRole).toString());
        groups.removeAll(QString());
        QCOMPARE(groups, QStringList({QStringLiteral("Imagery"), QStringLiteral("Processing")}));
        QVERIFY(titles().contains(QStringLiteral("Field lab")));
        for (const auto *hidden : {"Stars", "AstroWay", "Astromesh"})
            QVERIFY2(!titles().contains(QString::fromLatin1(hidden)), hidden);
        QVERIFY(!card().connected);
        QCOMPARE(card().about, QStringLiteral("Plots and probes."));

        // They can be added, and are said to be what they are.
        QString stars;
        for (const auto &entry : m_accounts->addable()) {
            const auto map = entry.toMap();
            if (map[QStringLiteral("service")].toString() == u"stars")
                stars = QString(map[QStringLiteral("section")].toString() + u": "
                                + map[QStringLiteral("about")].toString());
        }
        QCOMPARE(stars, QStringLiteral("Accounts without imagery: Star charts, no imagery."));
        QSignalSpy in(m_accounts->signIn(), &settings::SignInForm::signedIn);
        m_accounts->signIn()->open(QStringLiteral("stars"));
        submit(FieldLab::mainKey());
        QTRY_COMPARE(in.count(), 1);
        QVERIFY(titles().contains(QStringLiteral("Stars")));
        const QModelIndex last = m_accounts->list()->index(m_accounts->list()->rowCount() - 1);
        QCOMPARE(last.data(AccountsModel::GroupRole).toString(), QStringLiteral("Other accounts"));
        QVERIFY(card(QStringLiteral("stars")).removable);
        m_accounts->list()->remove(QStringLiteral("stars"));
        QTRY_VERIFY(!titles().contains(QStringLiteral("Stars")));
    }

    void withoutAKeychain_memoryIsOffered()
    {
        QVERIFY(!m_accounts->list()->keychainOpen());
        QVERIFY2(m_accounts->list()->keychainText().contains(u"stays in memory and is gone when Astra ends"),
                 qPrintable(m_accounts->list()->keychainText()));
        connectLab();
        QCOMPARE(card().place, QStringLiteral("in memory until Astra ends"));
    }

    void wrongLookingKey_isNotSent()
    {
        m_accounts->signIn()->open(QStringLiteral("fieldlab"));
        const auto before = m_lab.server().requests().size();
        submit(test::canaryText("zz_", "0001"));
        QTRY_VERIFY(!m_accounts->signIn()->objection().isEmpty());
        QVERIFY(m_accounts->signIn()->error().isEmpty());
        QVERIFY(!m_accounts->signIn()->busy());
        QVERIFY(!m_accounts->signIn()->objection().contains(QLatin1String(test::canaryMark)));
        QCOMPARE(m_lab.server().requests().size(), before);
    }

    void signIn_showsTheMaskedKeyAndItsUse()
    {
        connectLab();
        QVERIFY(card().connected && !card().test && !card().failed);
        QCOMPARE(card().masked, QStringLiteral("fl_live_…0001"));
        QCOMPARE(card().label, QStringLiteral("bench"));
        QCOMPARE(card().tone, QStringLiteral("ok"));
        QVERIFY2(card().message.startsWith(u"Field lab accepts it."), qPrintable(card().message));
        m_accounts->list()->test(QStringLiteral("fieldlab"));
        QVERIFY(card().busy);
        QTRY_VERIFY(!card().busy);
        QCOMPARE(card().message, QStringLiteral("Field lab accepts it."));
        QTRY_VERIFY2(card().use.startsWith(u"used just now"), qPrintable(card().use));
        QTRY_COMPARE(card().left, QStringLiteral("28 of 30 requests left"));
    }

    void testKey_isMarked()
    {
        m_lab.add({QStringLiteral("k2"), QStringLiteral("trial"), FieldLab::testKey(), false});
        QSignalSpy in(m_accounts->signIn(), &settings::SignInForm::signedIn);
        m_accounts->signIn()->open(QStringLiteral("fieldlab"));
        submit(FieldLab::testKey());
        QTRY_COMPARE(in.count(), 1);
        QVERIFY(card().test);
    }

    void refusedKey_isTriedInTheOtherForm()
    {
        m_lab.takeOnly("Bearer ");
        auto *form = m_accounts->signIn();
        QSignalSpy in(form, &settings::SignInForm::signedIn);
        form->open(QStringLiteral("fieldlab"));
        QCOMPARE(form->way(), 0);
        form->setWay(2); // planned only
        QCOMPARE(form->way(), 0);
        QVERIFY(!form->ways()[2].toMap()[QStringLiteral("available")].toBool());
        submit(FieldLab::mainKey());
        QTRY_VERIFY(!form->error().isEmpty());
        QVERIFY(form->error().contains(u"Field lab refuses this key."));
        QCOMPARE(form->otherForm(), QStringLiteral("Token"));
        form->tryOther();
        QVERIFY(form->busy() && form->error().isEmpty());
        QTRY_COMPARE(in.count(), 1);
        QVERIFY(card().connected);

        // Later the lab changes its mind: the kept key is tried in the other form, too.
        m_lab.takeOnly({});
        m_accounts->list()->test(QStringLiteral("fieldlab"));
        QTRY_VERIFY(card().failed);
        QVERIFY(card().refused);
        QCOMPARE(card().otherWayTitle, QStringLiteral("Bare key"));
        m_accounts->list()->tryOther(QStringLiteral("fieldlab"));
        QTRY_VERIFY(!card().busy);
        QVERIFY2(!card().failed && !card().refused, qPrintable(card().message));
    }

    void closedForm_passesOverALateAnswer()
    {
        auto *form = m_accounts->signIn();
        QSignalSpy in(form, &settings::SignInForm::signedIn);
        form->open(QStringLiteral("fieldlab"));
        submit(test::canaryText("fl_live_", "7777"));
        form->close();
        QVERIFY(!form->busy());
        connectLab(); // by when the first answer is long there
        QVERIFY(form->error().isEmpty());
    }

    void nameGivenWhileTheServiceIsAsked_isTaken()
    {
        connectLab();
        m_accounts->list()->test(QStringLiteral("fieldlab"));
        QVERIFY(card().busy);
        m_accounts->list()->rename(QStringLiteral("fieldlab"), QStringLiteral(" shed "));
        QTRY_COMPARE(card().label, QStringLiteral("shed"));
        QTRY_VERIFY(!card().busy);
        QCOMPARE(card().message, QStringLiteral("Field lab accepts it."));
    }

    void variableForServers_isCopiedByName()
    {
        connectLab();
        QCOMPARE(card().variable, QStringLiteral("ASTRA_KEY_FIELDLAB"));
        m_accounts->list()->copyVariable(QStringLiteral("fieldlab"));
        QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("ASTRA_KEY_FIELDLAB"));
    }

    void secondAccount_andWhichIsInUse()
    {
        connectLab();
        m_lab.add({QStringLiteral("k2"), QStringLiteral("trial"), FieldLab::testKey(), false});
        QSignalSpy in(m_accounts->signIn(), &settings::SignInForm::signedIn);
        m_accounts->signIn()->open(QStringLiteral("fieldlab"));
        submit(FieldLab::testKey(), QStringLiteral("trial"));
        QTRY_COMPARE(in.count(), 1);
        const QString second = in.at(0).at(0).toString();
        QVERIFY(second != u"fieldlab");
        QVERIFY(card().several && card(second).several);
        m_accounts->list()->use(QStringLiteral("fieldlab"));
        QTRY_VERIFY(card().inUse && !card(second).inUse);
        QCOMPARE(card(second).state, QStringLiteral("not in use"));
        QCOMPARE(m_accounts->accountOf(QStringLiteral("fieldlab")), QStringLiteral("fieldlab"));
        m_accounts->list()->use(second);
        QTRY_VERIFY(card(second).inUse);
        QCOMPARE(m_accounts->serviceOf(second), QStringLiteral("fieldlab"));
        m_accounts->list()->rename(second, QStringLiteral("greenhouse"));
        QTRY_COMPARE(card(second).label, QStringLiteral("greenhouse"));
    }

    void signOut_leavesTheCard()
    {
        connectLab();
        m_accounts->list()->signOut(QStringLiteral("fieldlab"));
        QTRY_VERIFY(!card().connected);
        QVERIFY(card().masked.isEmpty());
        QVERIFY(m_accounts->accountOf(QStringLiteral("fieldlab")).isEmpty());
    }

    void copiedKey_isMarkedAndTakenAwayAgain()
    {
        connectLab();
        QVERIFY(QGuiApplication::clipboard()->text().isEmpty());
        m_accounts->list()->copyKey(QStringLiteral("fieldlab"));
        QCOMPARE(QGuiApplication::clipboard()->text(), QString::fromLatin1(FieldLab::mainKey()));
        QCOMPARE(QGuiApplication::clipboard()->mimeData()->data(QStringLiteral("x-kde-passwordManagerHint")),
                 QByteArray("secret"));
        m_accounts.reset(); // as at the program's end
        QVERIFY(QGuiApplication::clipboard()->text().isEmpty());
    }

    void clipboard_leavesAloneWhatCameLater()
    {
        settings::SecretClipboard clipboard(nullptr, std::chrono::milliseconds(1));
        clipboard.put(Secret("first"));
        QTRY_VERIFY(QGuiApplication::clipboard()->text().isEmpty());
        settings::SecretClipboard other;
        other.put(Secret("second"));
        QGuiApplication::clipboard()->setText(QStringLiteral("a person's own"));
        QMetaObject::invokeMethod(QGuiApplication::instance(), "aboutToQuit");
        QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("a person's own"));
    }

    void usageAndKeysAtTheService()
    {
        connectLab();
        auto *detail = m_accounts->detail();
        detail->show(QStringLiteral("fieldlab"));
        QVERIFY(detail->showsUsage());
        detail->loadUsage();
        QTRY_VERIFY(!detail->usage().isEmpty());
        QCOMPARE(detail->usage().front().toMap()[QStringLiteral("value")].toString(), QStringLiteral("Garden"));

        auto *keys = detail->keys();
        const QAbstractItemModelTester tester(keys, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QVERIFY(keys->listable() && keys->creatable() && keys->testable() && keys->rollable() && keys->revocable());
        keys->load();
        QTRY_COMPARE(keys->rowCount(), 1);
        QCOMPARE(keys->index(0).data(ServiceKeysModel::MaskedRole).toString(), QStringLiteral("fl_…0001"));

        // A new one is shown whole, once.
        QSignalSpy shown(keys, &ServiceKeysModel::newKeyChanged);
        keys->create(QStringLiteral("greenhouse"), true, {}, {}, false);
        QTRY_COMPARE(shown.count(), 1);
        QCOMPARE(keys->newKey(), QString::fromLatin1(m_lab.key(QStringLiteral("k2")).secret));
        QVERIFY(keys->newKey().startsWith(u"fl_test_"));
        QTRY_COMPARE(keys->rowCount(), 2);
        keys->copyNewKey();
        QCOMPARE(QGuiApplication::clipboard()->text(), keys->newKey());
        keys->forgetNewKey();
        QVERIFY(keys->newKey().isEmpty());

        keys->roll(1);
        QTRY_VERIFY(!keys->newKey().isEmpty());
        QCOMPARE(keys->newKey(), QString::fromLatin1(m_lab.key(QStringLiteral("k2")).secret));
        QTRY_VERIFY(!keys->busy());
        keys->revoke(1);
        QTRY_VERIFY(m_lab.key(QStringLiteral("k2")).revoked);
        QTRY_VERIFY(keys->index(1).data(ServiceKeysModel::EndedRole).toBool());
        // Another page takes the secret from the screen.
        detail->show({});
        QVERIFY(keys->newKey().isEmpty());
        QCOMPARE(keys->rowCount(), 0);
    }

    void keyKeptHere_isAnAccountOfItsOwn()
    {
        connectLab();
        m_accounts->detail()->show(QStringLiteral("fieldlab"));
        m_accounts->detail()->keys()->create(QStringLiteral("second"), false, {}, {}, true);
        QTRY_COMPARE(titles().count(QStringLiteral("Field lab")), 2);
        const QString text = m_accounts->detail()->keys()->newKeyText();
        QVERIFY2(text.contains(u"kept in memory until Astra ends"), qPrintable(text));
    }

    void providerKeys_sayWhatStops()
    {
        connectLab();
        m_accounts->detail()->show(QStringLiteral("fieldlab"));
        auto *keys = m_accounts->detail()->providerKeys();
        const QAbstractItemModelTester tester(keys, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QVERIFY(keys->kept());
        keys->load();
        QTRY_COMPARE(keys->rowCount(), 1);
        QCOMPARE(keys->index(0).data(settings::ProviderKeysModel::StopsRole).toString(),
                 QStringLiteral("Probes that use weather fall silent."));
        keys->add(QStringLiteral("tides"), QString::fromLatin1(test::canaryText("td_")));
        QTRY_COMPARE(keys->rowCount(), 2);
        QTRY_VERIFY(!keys->busy());
        keys->remove(0);
        QTRY_COMPARE(keys->rowCount(), 1);
        QCOMPARE(keys->index(0).data().toString(), QStringLiteral("tides"));
    }

    void rotation_goesInThreeSteps()
    {
        connectLab();
        m_accounts->detail()->show(QStringLiteral("fieldlab"));
        auto *rotation = m_accounts->detail()->rotation();
        QVERIFY(rotation->makes() && rotation->revokes());
        QCOMPARE(rotation->step(), KeyRotation::Make);
        QCOMPARE(rotation->suggestedLabel(), QStringLiteral("bench-v2"));
        rotation->make(rotation->suggestedLabel());
        QTRY_COMPARE(rotation->step(), KeyRotation::Verify);
        QCOMPARE(rotation->former(), QStringLiteral("fl_live_…0001"));
        QCOMPARE(card().state, QStringLiteral("being rotated"));
        QVERIFY(card().masked != rotation->former());
        rotation->verify();
        QTRY_COMPARE(rotation->step(), KeyRotation::Revoke);
        QVERIFY(!m_lab.key(QStringLiteral("k1")).revoked);
        rotation->finish();
        QTRY_COMPARE(rotation->step(), KeyRotation::Done);
        QVERIFY(m_lab.key(QStringLiteral("k1")).revoked);
        QVERIFY(!m_lab.key(QStringLiteral("k2")).revoked);
        QVERIFY(rotation->former().isEmpty());
    }

    void rotation_canBeUndone()
    {
        connectLab();
        m_accounts->detail()->show(QStringLiteral("fieldlab"));
        auto *rotation = m_accounts->detail()->rotation();
        rotation->make(QStringLiteral("bench-v2"));
        QTRY_COMPARE(rotation->step(), KeyRotation::Verify);
        rotation->undo();
        QTRY_COMPARE(rotation->step(), KeyRotation::Make);
        QCOMPARE(card().masked, QStringLiteral("fl_live_…0001"));
        QVERIFY(!m_lab.key(QStringLiteral("k1")).revoked);
    }

    void rotation_takesAKeyMadeByHand()
    {
        connectLab();
        m_accounts->detail()->show(QStringLiteral("fieldlab"));
        auto *rotation = m_accounts->detail()->rotation();
        rotation->take(QStringLiteral("bench-v2"), QString::fromLatin1(test::canaryText("fl_live_", "8888")));
        QTRY_VERIFY(!rotation->error().isEmpty()); // the lab does not know it: nothing has changed
        QCOMPARE(rotation->step(), KeyRotation::Make);
        QCOMPARE(card().masked, QStringLiteral("fl_live_…0001"));
        m_lab.add({QStringLiteral("k2"), QStringLiteral("bench-v2"), test::canaryText("fl_live_", "0005"), false});
        rotation->take(QStringLiteral("bench-v2"), QString::fromLatin1(test::canaryText("fl_live_", "0005")));
        QTRY_COMPARE(rotation->step(), KeyRotation::Verify);
        QCOMPARE(card().masked, QStringLiteral("fl_live_…0005"));
    }

    void browserFlow_showsItsCode()
    {
        auto *form = m_accounts->signIn();
        QSignalSpy in(form, &settings::SignInForm::signedIn);
        form->open(QStringLiteral("portal"));
        QVERIFY(form->browser() && form->fields().isEmpty());
        form->submit({}, {}, {});
        QTRY_COMPARE(form->promptCode(), QStringLiteral("WDJB-MJHT"));
        QVERIFY(form->promptUrl().endsWith(u"/issuer/activate"));
        QVERIFY2(form->promptLeft() == u"10 min left" || form->promptLeft() == u"9 min left",
                 qPrintable(form->promptLeft()));
        form->copyCode();
        QCOMPARE(QGuiApplication::clipboard()->text(), form->promptCode());
        form->cancel();
        QVERIFY(form->promptCode().isEmpty() && !form->busy());

        form->submit({}, {}, {});
        QTRY_VERIFY(!form->promptCode().isEmpty());
        m_lab.approve();
        QTRY_COMPARE_WITH_TIMEOUT(in.count(), 1, 10000);
        QVERIFY(form->promptCode().isEmpty());
        QVERIFY(card(QStringLiteral("portal")).connected);
        QVERIFY(!card(QStringLiteral("portal")).copyable);
    }

    void notices_haveTheirSwitches()
    {
        auto *notices = m_accounts->notices();
        const auto on = [&](data::AccountNotice::Kind kind) { return notices->on()[static_cast<int>(kind)].toBool(); };
        using Kind = data::AccountNotice::Kind;
        QCOMPARE(notices->switches().size(), 5); // the sixth is its number
        for (const auto kind : {Kind::Old, Kind::Unused, Kind::Spike, Kind::Expiring, Kind::Refused}) {
            QVERIFY(on(kind));
            notices->set(static_cast<int>(kind), false);
            QVERIFY(!on(kind));
            QTest::qWait(0);
            QVERIFY(!on(kind));
        }
        QCOMPARE(notices->dailyLimit(), 0);
        notices->setDailyLimit(500);
        QTRY_COMPARE(notices->dailyLimit(), 500);
        notices->set(static_cast<int>(Kind::Quota), false);
        QTRY_COMPARE(notices->dailyLimit(), 0);
        QVERIFY(notices->error().isEmpty());
    }
};

QTEST_MAIN(TestAccounts)
#include "tst_accounts.moc"
