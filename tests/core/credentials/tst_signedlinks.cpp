// SPDX-License-Identifier: Apache-2.0
#include "core/credentials/expiry.h"
#include "core/credentials/signedlinks.h"

#include <QTest>

using namespace astra;
using namespace astra::credentials;

namespace {

const QString service = QStringLiteral("astra-os");

QUrl file(int i) { return QUrl(QStringLiteral("https://cdn.example.net/%1.tif").arg(i)); }

/// A service that signs three files at a time, counted; and a clock.
struct Signer {
    QDateTime now {QDate(2025, 7, 3), QTime(10, 0), Qt::UTC};
    int round = 0;
    int asked = 0;
    int life = 3600;
    bool down = false;
    bool late = false; ///< answers when told to
    bool test = false; ///< a test key asks
    std::vector<Settler<std::vector<net::SignedLink>>> waiting;
    SignedLinks links {[this] { return now; }};

    [[nodiscard]] std::vector<net::SignedLink> sign()
    {
        ++round;
        std::vector<net::SignedLink> all;
        for (int i = 0; i < 3; ++i)
            all.push_back({file(i), Secret("sig=" + QByteArray::number(round)), std::chrono::seconds(life), test});
        return all;
    }
    void keep()
    {
        links.keep(service, sign(), [this]() -> Future<std::vector<net::SignedLink>> {
            ++asked;
            if (down)
                return ready<std::vector<net::SignedLink>>(fail(ErrorCode::Network, QStringLiteral("down")));
            if (!late)
                return ready<std::vector<net::SignedLink>>(sign());
            return waiting.emplace_back().future();
        });
    }
    [[nodiscard]] QByteArray ask(int i, bool refused = false)
    {
        const auto query = waitFor(*links.query(service, file(i), refused));
        return query ? query->query.reveal() : "error: " + query.error().message.toUtf8();
    }
};

} // namespace

class TestSignedLinks : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void only_whatWasKept()
    {
        Signer signer;
        QVERIFY(!signer.links.query(service, file(0), false));
        signer.keep();
        QCOMPARE(signer.ask(0), QByteArray("sig=1"));
        QVERIFY(!signer.links.query(service, file(7), false));
        QVERIFY(!signer.links.query(QStringLiteral("other"), file(0), false)); // another's connection
        QVERIFY(!signer.links.query(service, QUrl(QStringLiteral("http://cdn.example.net/0.tif")), false));
    }

    void renewed_fiveMinutesBeforeTheEnd()
    {
        Signer signer;
        signer.keep();
        signer.now = signer.now.addSecs(3600 - 301);
        QCOMPARE(signer.ask(0), QByteArray("sig=1"));
        signer.now = signer.now.addSecs(2);
        for (int i = 0; i < 3; ++i)
            QCOMPARE(signer.ask(i), QByteArray("sig=2")); // one question for all of them
        QCOMPARE(signer.round, 2);
    }

    void renewed_onceHoweverManyAsk()
    {
        Signer signer;
        signer.keep();
        signer.late = true;
        signer.now = signer.now.addSecs(3500);
        std::vector<Future<net::Authorization>> asked;
        for (int i = 0; i < 30; ++i)
            asked.push_back(*signer.links.query(service, file(i % 3), i % 2 == 0));
        QCOMPARE(signer.waiting.size(), 1U);
        signer.waiting.front().settle(signer.sign());
        for (const auto &one : asked)
            QCOMPARE(waitFor(one)->query.reveal(), QByteArray("sig=2"));
        QCOMPARE(signer.round, 2);
    }

    void refused_onceInAWhile()
    {
        Signer signer;
        signer.keep();
        QCOMPARE(signer.ask(0, true), QByteArray("sig=2"));
        for (int i = 0; i < 9; ++i)
            QCOMPARE(signer.ask(i % 3, true), QByteArray("sig=2")); // the fresh one is refused, too: leave it
        QCOMPARE(signer.round, 2);
        signer.now = signer.now.addSecs(6);
        QCOMPARE(signer.ask(1, true), QByteArray("sig=3"));
    }

    void failing_servesWhatStillLasts()
    {
        Signer signer;
        signer.keep();
        signer.down = true;
        signer.now = signer.now.addSecs(3400); // should be renewed, need not yet
        QCOMPARE(signer.ask(0), QByteArray("sig=1"));
        signer.now = signer.now.addSecs(300); // is over
        for (int i = 0; i < 9; ++i)
            QCOMPARE(signer.ask(i % 3), QByteArray("error: down"));
        QCOMPARE(signer.asked, 2); // a service that is down is left alone for a moment
        signer.down = false;
        signer.now = signer.now.addSecs(6);
        QCOMPARE(signer.ask(0), QByteArray("sig=2"));
        // A refusal ends it before its time.
        signer.down = true;
        QCOMPARE(signer.ask(0, true), QByteArray("error: down"));
    }

    void kept_again_takesTheNewOnes()
    {
        Signer signer;
        signer.keep();
        signer.keep(); // the scene is opened a second time
        QCOMPARE(signer.ask(0), QByteArray("sig=2"));
    }

    void test_isSaidUntilAnotherKeySigns()
    {
        Signer signer;
        signer.test = true;
        signer.keep();
        QVERIFY(waitFor(*signer.links.query(service, file(0), false))->test);
        signer.test = false;
        signer.now = signer.now.addSecs(3500);
        QVERIFY(!waitFor(*signer.links.query(service, file(0), false))->test);
    }

    void kept_isBounded()
    {
        Signer signer;
        signer.keep();
        for (int scene = 0; scene < 1000; ++scene)
            signer.links.keep(service, {{file(100 + scene), Secret("s"), std::chrono::seconds(60)}},
                              [&signer] { return ready<std::vector<net::SignedLink>>(signer.sign()); });
        QVERIFY(!signer.links.query(service, file(0), false)); // the oldest went
        QVERIFY(signer.links.query(service, file(1099), false));
    }

    void useSeconds_leavesAMargin_data()
    {
        QTest::addColumn<int>("life");
        QTest::addColumn<int>("use");
        QTest::newRow("an hour") << 3600 << 3300;
        QTest::newRow("two minutes") << 120 << 60;
        QTest::newRow("over, says a wrong clock") << 0 << 30;
        QTest::newRow("long over") << -5000 << 30;
    }
    void useSeconds_leavesAMargin()
    {
        QFETCH(int, life);
        QFETCH(int, use);
        QCOMPARE(useSeconds(life), use);
    }
};

QTEST_GUILESS_MAIN(TestSignedLinks)
#include "tst_signedlinks.moc"
