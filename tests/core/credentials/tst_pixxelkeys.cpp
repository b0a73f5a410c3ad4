// SPDX-License-Identifier: Apache-2.0
#include "tests/core/credentials/servicefixture.h"
#include "tests/support/services/pixxel.h"

#include <QTest>

using namespace astra;
using namespace astra::credentials;
using test::Pixxel;
using Form = Pixxel::Form;

Q_DECLARE_METATYPE(Form)

class TestPixxelKeys : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void test_sendsTheKeyInItsForm_data();
    void test_sendsTheKeyInItsForm();
    void test_saysWhatA403Means();
    void test_offersTheOtherForm_data();
    void test_offersTheOtherForm();
    void keys_areManagedElsewhere();
    void errors_areSaid_data();
    void errors_areSaid();

private:
    static ServiceKind kindOf(const Pixxel &service)
    {
        return test::kindAt(QStringLiteral("pixxel"), service.url(), QStringLiteral("/v0"));
    }
};

void TestPixxelKeys::test_sendsTheKeyInItsForm_data()
{
    QTest::addColumn<Form>("form");
    QTest::addColumn<QString>("way");
    QTest::addColumn<QByteArray>("before");
    QTest::newRow("bare, the usual one") << Form::Bare << QString() << QByteArray();
    QTest::newRow("bare") << Form::Bare << "bare" << QByteArray();
    QTest::newRow("bearer") << Form::Bearer << "bearer" << QByteArray("Bearer ");
}

void TestPixxelKeys::test_sendsTheKeyInItsForm()
{
    QFETCH(Form, form);
    QFETCH(QString, way);
    QFETCH(QByteArray, before);
    const Pixxel service(form);
    const auto answer = test::tested(kindOf(service), service.key(), way);
    QVERIFY2(answer, qPrintable(answer ? QString() : answer.error().message));
    QCOMPARE(test::lastHeader(service.requests(), "Authorization"), QByteArray(before + service.key()));
}

void TestPixxelKeys::test_saysWhatA403Means()
{
    Pixxel service;
    const auto kind = kindOf(service);
    service.revoke(service.key());
    for (const QByteArray &key : {QByteArray(), QByteArray("wrong"), service.key()}) {
        const Error error = test::tested(kind, key).error();
        QCOMPARE(error.code, ErrorCode::Unauthorized);
        QVERIFY2(error.message.startsWith(
                     u"Pixxel refuses this key: it is missing, wrong, expired, revoked or not for this project."),
                 qPrintable(error.message));
        QVERIFY2(error.message.contains(u"try the other form"), qPrintable(error.message));
    }
    QVERIFY(test::tested(kind, service.otherKey()));
}

void TestPixxelKeys::test_offersTheOtherForm_data()
{
    QTest::addColumn<Form>("form");
    QTest::addColumn<QString>("wrong");
    QTest::addColumn<QString>("right");
    QTest::newRow("a service account's key as a token") << Form::Bare << "bearer"
                                                        << "bare";
    QTest::newRow("a token as a service account's key") << Form::Bearer << "bare"
                                                        << "bearer";
}

void TestPixxelKeys::test_offersTheOtherForm()
{
    QFETCH(Form, form);
    QFETCH(QString, wrong);
    QFETCH(QString, right);
    const Pixxel service(form);
    const auto kind = kindOf(service);
    const Error error = test::tested(kind, service.key(), wrong).error();
    QCOMPARE(error.code, ErrorCode::Unauthorized); // 403 of the older service, 401 of the newer one
    QVERIFY2(error.message.contains(u"the other form"), qPrintable(error.message));
    QVERIFY(test::tested(kind, service.key(), right));
}

void TestPixxelKeys::keys_areManagedElsewhere()
{
    const Pixxel service;
    const auto calls = test::callsWith(kindOf(service), service.key());
    const QString words = QStringLiteral("Pixxel lets keys be managed only in Aurora itself.");
    QCOMPARE(waitFor(calls.keys()).error().message, words);
    QCOMPARE(waitFor(calls.createKey({QStringLiteral("x"), false, {}, {}})).error().message, words);
    QCOMPARE(waitFor(calls.revokeKey(QStringLiteral("1"))).error().message, words);
    QCOMPARE(waitFor(calls.usage()).error().code, ErrorCode::Unsupported);
    QVERIFY(service.requests().empty());
}

void TestPixxelKeys::errors_areSaid_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<ErrorCode>("code");
    QTest::addColumn<QString>("start");
    QTest::newRow("400") << 400 << ErrorCode::InvalidInput << "Pixxel Aurora did not accept the request: m";
    QTest::newRow("401") << 401 << ErrorCode::Unauthorized << "Pixxel cannot read this key in this form.";
    QTest::newRow("403") << 403 << ErrorCode::Unauthorized << "Pixxel refuses this key";
    QTest::newRow("404") << 404 << ErrorCode::NotFound << "Pixxel Aurora does not have what was asked for: m";
    QTest::newRow("409") << 409 << ErrorCode::InvalidInput
                         << "Pixxel Aurora says that this does not go together with what is there: m";
    QTest::newRow("429, undocumented") << 429 << ErrorCode::RateLimited << "Pixxel Aurora asks to slow down";
    QTest::newRow("500") << 500 << ErrorCode::Network << "Pixxel Aurora is in trouble (HTTP 500): m";
}

void TestPixxelKeys::errors_areSaid()
{
    QFETCH(int, status);
    QFETCH(QString, start);
    Pixxel service;
    service.refuse(status, R"({"error":{"code":"WHATEVER","message":"m","details":{"any":["thing"]}}})");
    const auto call = *ServiceCall::fromJson({{"method", "POST"}, {"path", "/archives/search"}});
    const Error error = waitFor(test::callsWith(kindOf(service), service.key()).send(call, {})).error();
    QTEST(error.code, "code");
    QVERIFY2(error.message.startsWith(start), qPrintable(error.message));
}

QTEST_GUILESS_MAIN(TestPixxelKeys)
#include "tst_pixxelkeys.moc"
