// SPDX-License-Identifier: Apache-2.0
#include "core/base/secretnames.h"

#include <QTest>

using namespace astra;

class TestSecretNames : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void names_data();
    void names();
};

void TestSecretNames::names_data()
{
    QTest::addColumn<bool>("secret");
    for (const char *name : {"access_token", "sig", "key", "auth", "jwt", "id_jwt", "hdnts", "AWSAccessKeyId",
                             "Key-Pair-Id", "X-Amz-Credential", "X-Amz-Signature", "Signature"})
        QTest::newRow(name) << true;
    for (const char *name : {"author", "authority", "keyword", "monkey", "bbox", "limit", "se", "assignee"})
        QTest::newRow(name) << false;
}

void TestSecretNames::names()
{
    QFETCH(bool, secret);
    QCOMPARE(namesSecret(QTest::currentDataTag()), secret);
}

QTEST_GUILESS_MAIN(TestSecretNames)
#include "tst_secretnames.moc"
