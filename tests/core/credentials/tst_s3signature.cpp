// SPDX-License-Identifier: Apache-2.0
#include "core/credentials/s3signature.h"

#include <QTest>

using namespace astra;
using namespace astra::credentials;

namespace {

// The keys of Amazon's own examples; they open nothing.
const Secret accessKey(QByteArray("AKIAIOSFODNN7EXAMPLE"));
const Secret secretKey(QByteArray("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"));

QByteArray header(const net::Authorization &authorization, const char *name)
{
    for (const auto &[key, value] : authorization.headers) {
        if (key == name)
            return value.reveal();
    }
    return {};
}

} // namespace

class TestS3Signature : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void signature_isAmazons_data();
    void signature_isAmazons();
    void signature_changesWithEverything();
};

// Computed by another implementation (Python, hmac), which gives the signatures that Amazon's documentation prints for
// GET Object, GET Bucket Lifecycle and List Objects.
void TestS3Signature::signature_isAmazons_data()
{
    QTest::addColumn<QString>("url");
    QTest::addColumn<QString>("region");
    QTest::addColumn<bool>("pays");
    QTest::addColumn<QString>("time");
    QTest::addColumn<QByteArray>("moment");
    QTest::addColumn<QByteArray>("authorization");
    QTest::newRow("requester pays, virtual host")
        << u"https://usgs-landsat.s3.us-west-2.amazonaws.com/collection02/level-2/LC08_SR_B4.TIF"_qs << u"us-west-2"_qs
        << true << u"2026-07-21T09:45:12Z"_qs << QByteArray("20260721T094512Z")
        << QByteArray("AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260721/us-west-2/s3/aws4_request,"
                      "SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-request-payer,"
                      "Signature=319a0d2a7ff51ff76cb51e83d8e99f01610c37daf2ef133a07b859f27ab5d7a6");
    QTest::newRow("path style, a region that is none, before midnight")
        << u"https://eodata.dataspace.copernicus.eu/eodata/Sentinel-2/MSI/L2A/2020/07/05/S2B.SAFE/B04_10m.jp2"_qs
        << u"default"_qs << false << u"2020-07-06T01:59:59+02:00"_qs << QByteArray("20200705T235959Z")
        << QByteArray("AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20200705/default/s3/aws4_request,"
                      "SignedHeaders=host;x-amz-content-sha256;x-amz-date,"
                      "Signature=ecdb1f456cfecfcbe7e39cf50df167bf5c700f364125cc0b9c7b99482df25fe5");
    QTest::newRow("characters that are spelt in several ways, a query out of order")
        << u"https://examplebucket.s3.amazonaws.com/a%20b/%C3%A4+(1)=x.tif?prefix=J&max-keys=2&acl"_qs
        << u"us-east-1"_qs << false << u"2013-05-24T00:00:00Z"_qs << QByteArray("20130524T000000Z")
        << QByteArray("AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
                      "SignedHeaders=host;x-amz-content-sha256;x-amz-date,"
                      "Signature=e4ef31926b3e2141aa0cf8cb206853cc62ab0096c06f943b396013669df17564");
    QTest::newRow("a port of its own")
        << u"http://127.0.0.1:8080/bucket/key"_qs << u"us-east-1"_qs << false << u"2013-05-24T00:00:00Z"_qs
        << QByteArray("20130524T000000Z")
        << QByteArray("AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
                      "SignedHeaders=host;x-amz-content-sha256;x-amz-date,"
                      "Signature=440a193e31eb9598c98fb82f45d7e0e858abdd1c8e038017ac6c5a48a6dbe62c");
}

void TestS3Signature::signature_isAmazons()
{
    QFETCH(QString, url);
    QFETCH(QString, region);
    QFETCH(bool, pays);
    QFETCH(QString, time);
    const auto made = signedGet(QUrl(url, QUrl::StrictMode), accessKey, secretKey, region, pays,
                                QDateTime::fromString(time, Qt::ISODate));
    QTEST(header(made, "x-amz-date"), "moment");
    QTEST(header(made, "Authorization"), "authorization");
    QCOMPARE(header(made, "x-amz-content-sha256"), QByteArray("UNSIGNED-PAYLOAD"));
    QCOMPARE(header(made, "x-amz-request-payer"), pays ? QByteArray("requester") : QByteArray());
    QVERIFY(header(made, "host").isEmpty());
    QVERIFY(made.query.isEmpty());
    for (const auto &[name, value] : made.headers)
        QVERIFY2(!value.reveal().contains(secretKey.reveal()), name.constData());
}

void TestS3Signature::signature_changesWithEverything()
{
    const QUrl url(u"https://b.s3.us-west-2.amazonaws.com/k"_qs);
    const QDateTime time(QDate(2026, 1, 2), QTime(3, 4, 5), Qt::UTC);
    const auto of = [](const net::Authorization &made) { return header(made, "Authorization").right(64); };
    const QList<QByteArray> all {
        of(signedGet(url, accessKey, secretKey, u"us-west-2"_qs, false, time)),
        of(signedGet(url, accessKey, secretKey, u"us-west-2"_qs, true, time)),
        of(signedGet(url, accessKey, secretKey, u"eu-central-1"_qs, false, time)),
        of(signedGet(url, accessKey, Secret("other"), u"us-west-2"_qs, false, time)),
        of(signedGet(url, accessKey, secretKey, u"us-west-2"_qs, false, time.addSecs(1))),
        of(signedGet(url.resolved(QUrl(u"l"_qs)), accessKey, secretKey, u"us-west-2"_qs, false, time)),
        of(signedGet(QUrl(u"https://c.s3.us-west-2.amazonaws.com/k"_qs), accessKey, secretKey, u"us-west-2"_qs, false,
                     time)),
    };
    QCOMPARE(QSet<QByteArray>(all.begin(), all.end()).size(), all.size());
}

QTEST_GUILESS_MAIN(TestS3Signature)
#include "tst_s3signature.moc"
