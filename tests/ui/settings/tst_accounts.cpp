// SPDX-License-Identifier: Apache-2.0
#include "tests/ui/settings/fieldlab.h"
#include "ui/settings/accounts.h"
#include "ui/settings/authoritiesmodel.h"
#include "ui/settings/collectionsmodel.h"

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

/// The view models of accounts against a real engine and a service on this computer.
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

    void snippets_nameTheVariableAndNotTheKey()
    {
        connectLab();
        auto *detail = m_accounts->detail();
        QVERIFY(detail->snippets().isEmpty()); // no account is shown
        QSignalSpy changed(detail, &settings::AccountDetail::snippetsChanged);
        detail->show(QStringLiteral("fieldlab"));
        QCOMPARE(changed.count(), 1);
        QStringList languages;
        for (const auto &one : detail->snippets()) {
            const auto snippet = one.toMap();
            const QString text = snippet[QStringLiteral("text")].toString();
            languages.append(snippet[QStringLiteral("language")].toString());
            QVERIFY2(text.contains(u"ASTRA_KEY_FIELDLAB"), qPrintable(text));
            QVERIFY(!text.contains(QLatin1String(test::canaryMark)));
        }
        QCOMPARE(languages,
                 QStringList({QStringLiteral("curl"), QStringLiteral("Python"), QStringLiteral("JavaScript")}));
        detail->copySnippet(1);
        QCOMPARE(QGuiApplication::clipboard()->text(),
                 detail->snippets()[1].toMap()[QStringLiteral("text")].toString());
        QVERIFY(!QGuiApplication::clipboard()->mimeData()->hasFormat(QStringLiteral("x-kde-passwordManagerHint")));
        // They are told anew only where they are others: what stands open stays.
        m_accounts->list()->test(QStringLiteral("fieldlab"));
        QTRY_VERIFY(!card().busy);
        QCOMPARE(changed.count(), 1);
    }

    void withoutAKeychain_nothingIsPutIntoIt()
    {
        connectLab();
        QVERIFY(!card().keepable && card().held.isEmpty());
        m_accounts->list()->keep(QStringLiteral("fieldlab"));
        QTRY_VERIFY(!card().busy);
        QVERIFY(card().failed);
        QVERIFY(!card().message.isEmpty());
        QCOMPARE(card().place, QStringLiteral("in memory until Astra ends"));
    }

    void withoutAKey_aServiceIsConnectedAllTheSame()
    {
        auto *form = m_accounts->signIn();
        QSignalSpy in(form, &settings::SignInForm::signedIn);
        form->open(QStringLiteral("stars"));
        form->setWay(1);
        QVERIFY(form->fields().isEmpty() && !form->secret());
        QCOMPARE(form->note(), QStringLiteral("At most 30 requests an hour."));
        form->submit({}, {}, {});
        QTRY_COMPARE(in.count(), 1);
        const auto open = card(QStringLiteral("stars"));
        QVERIFY(open.connected && open.masked.isEmpty() && open.place.isEmpty());
        QCOMPARE(open.state, QStringLiteral("connected"));
        QCOMPARE(open.note, QStringLiteral("At most 30 requests an hour."));
    }

    void switchedOffCatalogue_isSwitchedOnFromTheCard()
    {
        m_accounts->setEngine(nullptr);
        QTemporaryDir dir;
        const auto engine = testing::labEngine(m_lab, dir, Json::array({m_lab.catalogue(false)}));
        m_accounts->setEngine(engine);
        connectLab();
        const auto on = [&] {
            const auto all = engine->providers();
            return std::any_of(all.begin(), all.end(),
                               [](const auto &info) { return info.id == u"plots" && info.enabled; });
        };
        QCOMPARE(card().source, QStringLiteral("plots"));
        QVERIFY(!on());
        m_accounts->list()->switchOn(QStringLiteral("fieldlab"));
        QTRY_VERIFY(!card().busy);
        QVERIFY(on());
        QVERIFY(card().source.isEmpty() && !card().failed);
        QCOMPARE(card().message, QStringLiteral("Its catalogue is searched from now on."));
        m_accounts->setEngine(nullptr); // the folder goes first
    }

    void catalogueOfAnAccount_isAskedAgainOnceItIsConnected()
    {
        using settings::CollectionsModel;
        m_accounts->setEngine(nullptr);
        QTemporaryDir dir;
        const auto engine = testing::labEngine(m_lab, dir, Json::array({m_lab.catalogue()}));
        m_accounts->setEngine(engine);
        CollectionsModel collections;
        for (const auto &info : engine->providers()) {
            if (info.id != u"plots") // no other is asked
                QVERIFY(waitFor(engine->setProviderEnabled(info.id, false)));
        }
        collections.setEngine(engine);
        QCOMPARE(collections.rowCount(), 1);
        collections.load();
        const auto state = [&] { return collections.index(0).data(CollectionsModel::StateRole).toString(); };
        QTRY_COMPARE(state(), QStringLiteral("failed"));
        connectLab();
        QTRY_COMPARE(state(), QStringLiteral("ready"));
        QCOMPARE(collections.index(1).data(CollectionsModel::TitleRole).toString(), QStringLiteral("Plot 7"));
        const int asked = m_lab.server().count(QStringLiteral("/v1/stac/collections"));
        // Its use is no reason to ask again.
        m_accounts->list()->test(QStringLiteral("fieldlab"));
        QTRY_VERIFY(!card().busy);
        QCOMPARE(m_lab.server().count(QStringLiteral("/v1/stac/collections")), asked);
        collections.setEngine(nullptr);
        m_accounts->setEngine(nullptr);
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
        const QMimeData *const copied = QGuiApplication::clipboard()->mimeData();
        QCOMPARE(copied->data(QStringLiteral("x-kde-passwordManagerHint")), QByteArray("secret"));
        for (const auto *mark : {"ExcludeClipboardContentFromMonitorProcessing", "CanIncludeInClipboardHistory",
                                 "CanUploadToCloudClipboard"}) {
            const QString format = u"application/x-qt-windows-mime;value=\"%1\""_qs.arg(QLatin1String(mark));
            QCOMPARE(copied->data(format), QByteArray::fromHex("00000000"));
        }
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

    void usageOfOneKey_isAskedForByItself()
    {
        connectLab();
        m_accounts->detail()->show(QStringLiteral("fieldlab"));
        auto *keys = m_accounts->detail()->keys();
        keys->load();
        QTRY_COMPARE(keys->rowCount(), 1);
        const auto usage = [&] { return keys->index(0).data(ServiceKeysModel::UsageRole).toList(); };
        const auto text = [&] { return keys->index(0).data(ServiceKeysModel::UsageTextRole).toString(); };
        QVERIFY(usage().isEmpty() && text().isEmpty() && keys->counted());
        QCOMPARE(m_lab.server().count(QStringLiteral("/v1/keys/k1/usage")), 0);
        keys->askUsage(0);
        QVERIFY(!text().isEmpty());
        QTRY_COMPARE(usage().size(), 2);
        QCOMPARE(usage()[0].toMap()[QStringLiteral("value")].toString(), QStringLiteral("3"));
        QCOMPARE(usage()[1].toMap()[QStringLiteral("value")].toString(), QStringLiteral("44"));
        QVERIFY(text().isEmpty());
        // A service that does not count them apart says so once, and is not asked again.
        m_lab.stopCounting();
        keys->askUsage(0);
        QTRY_VERIFY(!keys->counted());
        QVERIFY(usage().isEmpty());
        QVERIFY2(text().contains(u"Field lab"), qPrintable(text()));
        const int asked = m_lab.server().count(QStringLiteral("/v1/keys/k1/usage"));
        keys->askUsage(0);
        QCOMPARE(m_lab.server().count(QStringLiteral("/v1/keys/k1/usage")), asked);
    }

    void keysListedOnlyOnTheWebsite_areSaidToBe()
    {
        QSignalSpy in(m_accounts->signIn(), &settings::SignInForm::signedIn);
        m_accounts->signIn()->open(QStringLiteral("stars"));
        submit(FieldLab::mainKey());
        QTRY_COMPARE(in.count(), 1);
        m_accounts->detail()->show(QStringLiteral("stars"));
        auto *keys = m_accounts->detail()->keys();
        QVERIFY(!keys->listable() && keys->creatable());
        keys->load();
        QTRY_VERIFY(keys->absent());
        QCOMPARE(keys->error(), QStringLiteral("Stars lists its keys only on its website."));
        QVERIFY(!keys->busy() && !keys->loaded());
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
        const auto on = [&](const char *name) { return notices->on()[QLatin1String(name)].toBool(); };
        QCOMPARE(notices->switches().size(), 5);
        for (const auto *name : {"refused", "expiring", "old", "unused", "spike"}) {
            QVERIFY2(on(name), name);
            notices->set(QLatin1String(name), false);
            QVERIFY2(!on(name), name);
            QTest::qWait(0);
            QVERIFY2(!on(name), name);
        }
        const auto spike = notices->switches().back().toMap();
        QCOMPARE(spike[QStringLiteral("note")].toString(),
                 QStringLiteral("from 100 requests on, once seven days are known"));
        QVERIFY(notices->error().isEmpty());
    }

    void requestsAndCredits_haveANumberEach()
    {
        auto *notices = m_accounts->notices();
        const QString requests = QStringLiteral("requests");
        const QString credits = QStringLiteral("credits");
        const auto limit = [&](const QString &name) { return notices->limit()[name].toInt(); };
        QCOMPARE(notices->limits().size(), 2);
        QCOMPARE(limit(requests), 0);
        QCOMPARE(limit(credits), 0);
        notices->setLimit(requests, 500);
        notices->setLimit(credits, 20);
        QTRY_COMPARE(limit(credits), 20);
        QCOMPARE(limit(requests), 500);
        QVERIFY(notices->on()[requests].toBool() && notices->on()[credits].toBool());
        notices->set(requests, false);
        QTRY_COMPARE(limit(requests), 0);
        QCOMPARE(limit(credits), 20);
        notices->setLimit(credits, 0);
        QTRY_VERIFY(!notices->on()[credits].toBool());
        QVERIFY(notices->error().isEmpty());
    }

    void certificates_areAddedCheckedAndRemoved()
    {
        using settings::AuthoritiesModel;
        QTemporaryDir dir;
        const auto engine = testing::labEngine(m_lab, dir);
        AuthoritiesModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setEngine(engine);
        QVERIFY(!model.loaded());
        QCOMPARE(model.folder(), engine->authoritiesDir());
        model.load();
        QTRY_VERIFY(model.loaded());
        QCOMPARE(model.rowCount(), 0);

        const auto write = [&](const QString &name, const QByteArray &content) {
            QFile file(dir.filePath(name));
            if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
                qFatal("cannot write %s", qPrintable(name));
            return QUrl::fromLocalFile(file.fileName());
        };
        model.add(write(QStringLiteral("no.pem"), "nothing of the kind"));
        QTRY_VERIFY(!model.busy());
        QVERIFY(!model.error().isEmpty());
        QCOMPARE(model.rowCount(), 0);
        model.add(QUrl(QStringLiteral("https://example.org/ca.pem")));
        QVERIFY(!model.busy()); // only what lies on this computer

        model.add(write(QStringLiteral("field.pem"), test::certificate()));
        QTRY_COMPARE(model.rowCount(), 1);
        QVERIFY(model.error().isEmpty());
        QCOMPARE(model.message(), QStringLiteral("Trusted from now on: Astra test."));
        const QModelIndex row = model.index(0);
        QCOMPARE(row.data(AuthoritiesModel::NamesRole).toString(), QStringLiteral("Astra test"));
        QVERIFY2(row.data(AuthoritiesModel::EndsRole).toString().endsWith(u"2120"),
                 qPrintable(row.data(AuthoritiesModel::EndsRole).toString()));
        QVERIFY(!row.data(AuthoritiesModel::EndedRole).toBool());
        QVERIFY(QFileInfo::exists(model.folder() + u'/' + row.data(AuthoritiesModel::FileRole).toString()));
        model.remove(0);
        QTRY_COMPARE(model.rowCount(), 0);
        QCOMPARE(model.message(), QStringLiteral("No longer trusted: Astra test."));
        QVERIFY(QDir(model.folder()).entryList(QDir::Files).isEmpty());
        model.setEngine(nullptr);
        QVERIFY(!model.loaded() && model.folder().isEmpty());
    }

    void everyKindOfNotice_hasItsOwnName()
    {
        using Kind = data::AccountNotice::Kind;
        QSet<QString> names;
        for (const auto kind :
             {Kind::Old, Kind::Unused, Kind::Spike, Kind::Quota, Kind::Credits, Kind::Expiring, Kind::Refused})
            names.insert(settings::NoticeSwitches::nameOf(kind));
        QCOMPARE(names.size(), 7);
        QVERIFY(!names.contains(QString()));
        QVERIFY(settings::NoticeSwitches::nameOf(Kind::Left).isEmpty());
    }
};

QTEST_MAIN(TestAccounts)
#include "tst_accounts.moc"
