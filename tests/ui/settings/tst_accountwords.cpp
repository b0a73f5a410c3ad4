// SPDX-License-Identifier: Apache-2.0
#include "ui/settings/accountcard.h"
#include "ui/settings/accountwords.h"

#include <QTest>

#include <algorithm>

using namespace astra;
using namespace astra::settings;
using data::Keychain;
using Place = data::Account::Place;

namespace {

const QDateTime now(QDate(2026, 3, 4), QTime(12, 0), Qt::UTC);

data::Service service()
{
    data::Service service;
    service.id = QStringLiteral("lab");
    service.title = QStringLiteral("Lab");
    const data::SignInField key {QStringLiteral("key"), QStringLiteral("Key"), {}, true, false};
    service.ways = {{QStringLiteral("bare"), QStringLiteral("Bare"), {}, {key}, false, true},
                    {QStringLiteral("planned"), QStringLiteral("Planned"), {}, {key}, false, false},
                    {QStringLiteral("bearer"), QStringLiteral("Bearer"), {}, {key}, false, true},
                    {QStringLiteral("device"), QStringLiteral("Device"), {}, {}, true, true},
                    {QStringLiteral("open"), QStringLiteral("Open"), {}, {}, false, true}};
    return service;
}

data::Account account(Place place = Place::Keychain, const QString &way = QStringLiteral("bare"))
{
    data::Account account;
    account.id = QStringLiteral("lab");
    account.service = QStringLiteral("lab");
    account.title = QStringLiteral("Lab");
    account.host = QStringLiteral("lab.example.org");
    account.way = way;
    account.place = place;
    return account;
}

} // namespace

class TestAccountWords : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keychainIsNamedInEachState()
    {
        using State = Keychain::State;
        const QString name = QStringLiteral("KWallet");
        const QString open = keychainText({State::Open, name});
        const QString locked = keychainText({State::Locked, name});
        const QString failing = keychainText({State::Failing, name});
        const QString empty = keychainText({State::Absent, name});
        const QString absent = keychainText({State::Absent, {}});
        for (const auto &text : {open, locked, failing, empty})
            QVERIFY2(text.contains(name), qPrintable(text));
        // Where keys cannot be kept, memory is offered; where they can, it is not.
        for (const auto &text : {locked, failing, empty, absent})
            QVERIFY2(text.contains(u"stays in memory and is gone when Astra ends"), qPrintable(text));
        QVERIFY(!open.contains(u"memory"));
        QVERIFY(locked.contains(u"Unlock it, then check again"));
        QVERIFY(failing.contains(u"has stopped answering"));
        QVERIFY(absent.startsWith(u"No keychain answers"));
    }

    void standing_data()
    {
        QTest::addColumn<data::Account>("account");
        QTest::addColumn<bool>("several");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("tone");
        const auto row = [](const char *name, const data::Account &account, bool several, const QString &text,
                            const QString &tone) { QTest::newRow(name) << account << several << text << tone; };
        row("signed out", account(Place::None), false, QStringLiteral("not connected"), QStringLiteral("quiet"));
        row("connected", account(), false, QStringLiteral("connected"), QStringLiteral("ok"));
        row("without a key", account(Place::None, QStringLiteral("open")), false, QStringLiteral("connected"),
            QStringLiteral("ok"));
        row("browser, signed out", account(Place::None, QStringLiteral("device")), false,
            QStringLiteral("not connected"), QStringLiteral("quiet"));
        auto refused = account();
        refused.refused = true;
        row("refused", refused, true, QStringLiteral("refused by the service"), QStringLiteral("error"));
        auto ended = account();
        ended.expires = now.addSecs(-3 * 3600);
        row("ended", ended, false, QStringLiteral("ended 3 h ago"), QStringLiteral("error"));
        ended.renews = true;
        row("renews itself", ended, false, QStringLiteral("connected"), QStringLiteral("ok"));
        auto rotating = account();
        rotating.former = QStringLiteral("…0001");
        row("rotating", rotating, false, QStringLiteral("being rotated"), QStringLiteral("info"));
        auto other = account();
        other.inUse = false;
        row("another is in use", other, true, QStringLiteral("not in use"), QStringLiteral("quiet"));
        row("of several", account(), true, QStringLiteral("connected, in use"), QStringLiteral("ok"));
    }

    void standing()
    {
        QFETCH(const data::Account, account);
        QFETCH(const bool, several);
        const Standing standing = standingOf(account, service(), several, now);
        QTEST(standing.text, "text");
        QTEST(standing.tone, "tone");
    }

    void nothingToEnterWhereNoneIsNeeded()
    {
        auto open = service();
        open.needsAccount = false;
        QCOMPARE(standingOf(account(Place::None, QStringLiteral("open")), open, false, now).text,
                 QStringLiteral("nothing to enter"));
    }

    void timesInWords_data()
    {
        QTest::addColumn<int>("seconds");
        QTest::addColumn<QString>("until");
        QTest::addColumn<QString>("ago");
        QTest::newRow("a moment") << 20 << QStringLiteral("in 1 min") << QStringLiteral("just now");
        QTest::newRow("minutes") << 12 * 60 << QStringLiteral("in 12 min") << QStringLiteral("12 min ago");
        QTest::newRow("a minute begun counts")
            << 11 * 60 + 1 << QStringLiteral("in 12 min") << QStringLiteral("11 min ago");
        QTest::newRow("hours") << 5 * 3600 + 100 << QStringLiteral("in 5 h") << QStringLiteral("5 h ago");
    }

    void timesInWords()
    {
        QFETCH(const int, seconds);
        QTEST(untilText(now.addSecs(seconds), now), "until");
        QTEST(agoText(now.addSecs(-seconds), now), "ago");
    }

    void farTimesAreDates()
    {
        QCOMPARE(untilText(now.addDays(30), now), QStringLiteral("on 3 Apr 2026"));
        QCOMPARE(agoText(now.addDays(-30), now), QStringLiteral("on 2 Feb 2026"));
        QCOMPARE(endText({}, now), QString());
        QCOMPARE(endText(now.addSecs(12 * 60), now), QStringLiteral("ends in 12 min"));
    }

    void allowanceTellsWhatIsLeft()
    {
        data::Allowance allowance;
        QCOMPARE(allowanceText(allowance, now), QString());
        allowance.rateLimit = 30;
        allowance.rateLeft = 28;
        allowance.rateReset = now.addSecs(40);
        allowance.creditsLeft = 9850;
        QCOMPARE(
            allowanceText(allowance, now),
            QString(u"28 of 30 requests left, full again in 1 min · %1 credits left"_qs.arg(QLocale().toString(9850))));
        // Of a period that is over nothing is known any more.
        allowance.rateReset = now.addSecs(-1);
        QCOMPARE(allowanceText(allowance, now), QString(u"%1 credits left"_qs.arg(QLocale().toString(9850))));
    }

    void usageNamesOnlyWhatWasTold()
    {
        data::Usage usage;
        QVERIFY(usageFacts(usage).isEmpty());
        usage.plan = QStringLiteral("Garden");
        usage.creditsLeft = 12.5;
        usage.creditsTotal = 20;
        usage.more = {{QStringLiteral("Agents allowed"), QStringLiteral("5")}};
        const auto facts = usageFacts(usage);
        QStringList lines;
        for (const auto &fact : facts)
            lines.append(QString(fact.toMap()[QStringLiteral("label")].toString() + u'='
                                 + fact.toMap()[QStringLiteral("value")].toString()));
        QCOMPARE(lines,
                 QStringList({QStringLiteral("Plan=Garden"), QStringLiteral("Credits left=12.50 of 20"),
                              QStringLiteral("Agents allowed=5")}));
    }

    void otherFormAsksForTheSame()
    {
        const auto lab = service();
        // Not the one that is only planned, nor those that ask for something else.
        QCOMPARE(otherFormOf(lab, QStringLiteral("bare"))->id, QStringLiteral("bearer"));
        QCOMPARE(otherFormOf(lab, QStringLiteral("bearer"))->id, QStringLiteral("bare"));
        QVERIFY(!otherFormOf(lab, QStringLiteral("device")));
        QVERIFY(!otherFormOf(lab, QStringLiteral("unknown")));
    }

    void onlyTheWebIsOpened()
    {
        QCOMPARE(webAddress(QUrl(u"https://lab.example.org/a?b=c"_qs)),
                 QStringLiteral("https://lab.example.org/a?b=c"));
        for (const auto *other : {"file:///etc/passwd", "javascript:alert(1)", "https:", "mailto:me@example.org", ""})
            QCOMPARE(webAddress(QUrl(QString::fromLatin1(other))), QString());
    }

    void cardOffersWhatCanBeDone()
    {
        const auto lab = service();
        const auto kept = AccountCard::of(account(), lab, false, {Keychain::State::Open, QStringLiteral("KWallet")},
                                          now);
        QCOMPARE(kept.place, QStringLiteral("in KWallet"));
        QVERIFY(kept.connected && kept.copyable && kept.rotatable);
        QVERIFY(!kept.removable); // the service's only card stays
        QVERIFY(AccountCard::of(account(), lab, true, {}, now).removable);
        QCOMPARE(kept.otherWay, QStringLiteral("bearer"));
        // What the environment gives is neither copied, removed nor rotated here.
        const auto given = AccountCard::of(account(Place::Environment), lab, true, {}, now);
        QCOMPARE(given.place, QStringLiteral("from the environment"));
        QVERIFY(given.connected && !given.copyable && !given.rotatable && !given.removable);
        QVERIFY(given.given && !kept.given);
        const auto out = AccountCard::of(account(Place::None), lab, false, {}, now);
        QVERIFY(!out.connected && out.use.isEmpty() && out.otherWay.isEmpty());
        // What cannot be tried is not offered to be.
        auto untried = lab;
        untried.ways.front().testable = false;
        QVERIFY(kept.testable && !AccountCard::of(account(), untried, false, {}, now).testable);
        auto renewed = account();
        renewed.expires = now.addSecs(-60);
        renewed.renews = true;
        QCOMPARE(AccountCard::of(renewed, lab, false, {}, now).ends, QString());
    }

    void variableIsNamedWhereOneGivesTheKey()
    {
        auto second = account();
        second.id = QStringLiteral("field-lab-2");
        QCOMPARE(AccountCard::of(second, service(), false, {}, now).variable, QStringLiteral("ASTRA_KEY_FIELD_LAB_2"));
        second.way = QStringLiteral("device");
        QCOMPARE(AccountCard::of(second, service(), false, {}, now).variable, QString());
    }

    void whatIsLeftToDo_hasNoSwitch()
    {
        using Kind = data::AccountNotice::Kind;
        auto rotated = account();
        rotated.notices = {{Kind::Old, QStringLiteral("old")}, {Kind::Left, QStringLiteral("left")}};
        const auto notices = AccountCard::of(rotated, service(), false, {}, now).notices;
        QCOMPARE(notices.size(), 2);
        QCOMPARE(notices[0].toMap()[QStringLiteral("name")].toString(), QStringLiteral("old"));
        QCOMPARE(notices[1].toMap()[QStringLiteral("name")].toString(), QString());
    }

    void whatIsInMemory_canBePutIntoAnOpenKeychain()
    {
        using State = Keychain::State;
        const QString name = QStringLiteral("GNOME Keyring");
        const auto card = [&](Place place, const Keychain &keychain) {
            return AccountCard::of(account(place), service(), false, keychain, now);
        };
        const auto open = card(Place::Memory, {State::Open, name});
        QVERIFY(open.keepable);
        QCOMPARE(open.held, QStringLiteral("Kept until Astra ends."));
        const auto locked = card(Place::Memory, {State::Locked, name});
        QVERIFY(!locked.keepable);
        QCOMPARE(locked.held,
                 QStringLiteral("Kept until Astra ends: GNOME Keyring is locked. Once it is unlocked, this can be put "
                                "into it."));
        const auto failing = card(Place::Memory, {State::Failing, name});
        QVERIFY(!failing.keepable && failing.held.contains(name));
        // Where there is none, nothing can be done; what is kept elsewhere, stays there.
        QCOMPARE(card(Place::Memory, {}).held, QString());
        for (const auto place : {Place::Keychain, Place::Environment, Place::None}) {
            const auto other = card(place, {State::Open, name});
            QVERIFY(!other.keepable && other.held.isEmpty());
        }
    }

    void withoutAKey_theWayIsExplained()
    {
        auto lab = service();
        lab.ways.back().note = QStringLiteral("At most 30 requests an hour.");
        const auto open = AccountCard::of(account(Place::None, QStringLiteral("open")), lab, false, {}, now);
        QVERIFY(open.connected);
        QCOMPARE(open.note, QStringLiteral("At most 30 requests an hour."));
        QCOMPARE(open.state, QStringLiteral("connected"));
        QCOMPARE(AccountCard::of(account(), lab, false, {}, now).note, QString());
        // What a key there is good for is nothing to know without one.
        lab.bound = QStringLiteral("one plot");
        const auto says = [&](const data::Account &one) {
            const auto facts = accountFacts(one, lab, {}, now);
            return std::any_of(facts.begin(), facts.end(), [](const QVariant &fact) {
                return fact.toMap()[QStringLiteral("value")].toString() == u"one plot";
            });
        };
        QVERIFY(says(account()));
        QVERIFY(!says(account(Place::None, QStringLiteral("open"))));
        QCOMPARE(AccountCard::of(account(Place::None, {}), lab, false, {}, now).note, QString());
    }
};

QTEST_GUILESS_MAIN(TestAccountWords)
#include "tst_accountwords.moc"
