// SPDX-License-Identifier: Apache-2.0
#include "core/data/resolve.h"

#include <QTest>

using namespace astra;
using namespace astra::data;

namespace {

Asset file(const QString &key, const QString &href, const QString &type, const QString &name, const QString &common,
           Access access = Access::Public, const QString &connection = {})
{
    Asset asset;
    asset.key = key;
    asset.href = QUrl(href);
    asset.mediaType = type;
    if (!name.isEmpty())
        asset.bands = {{name, common, 10}};
    asset.access = access;
    asset.connection = connection;
    return asset;
}

const QString cog = QStringLiteral("image/tiff; application=geotiff; profile=cloud-optimized");
const QString jp2 = QStringLiteral("image/jp2");

/// A scene with one file of every kind.
Scene scene()
{
    Scene s;
    s.id = QStringLiteral("S2");
    s.assets = {
        file(QStringLiteral("red-jp2"), QStringLiteral("s3://sentinel-s2-l2a/B04.jp2"), jp2, QStringLiteral("B04"),
             QStringLiteral("red"), Access::Paid),
        file(QStringLiteral("red"), QStringLiteral("https://cogs.example.org/B04.tif"), cog, QStringLiteral("B04"),
             QStringLiteral("red")),
        file(QStringLiteral("B08_10m"), QStringLiteral("s3://eodata/B08.jp2"), jp2, QStringLiteral("B08"),
             QStringLiteral("nir"), Access::Login),
        file(QStringLiteral("B11"), QStringLiteral("https://acc.blob.core.windows.net/c/B11.tif"), cog,
             QStringLiteral("B11"), QStringLiteral("swir16"), Access::Signed, QStringLiteral("planetary-computer")),
        file(QStringLiteral("B12"), QStringLiteral("https://cdn.example.net/get"), QStringLiteral("image/tiff"),
             QStringLiteral("B12"), QStringLiteral("swir22"), Access::Login, QStringLiteral("astra-os")),
        file(QStringLiteral("thumbnail"), QStringLiteral("https://cogs.example.org/t.jpg"),
             QStringLiteral("image/jpeg"), {}, {}),
        file(QStringLiteral("metadata"), QStringLiteral("https://cogs.example.org/m.xml"),
             QStringLiteral("application/xml"), {}, {}),
    };
    s.assets[1].size = 1234;
    s.assets[2].alternates = {{QStringLiteral("https"),
                               QUrl(QStringLiteral("https://zipper.dataspace.copernicus.eu/B08")),
                               Access::Login,
                               {}}};
    return s;
}

ResolvedAsset one(const QString &name, std::optional<FileFormat> format = {})
{
    return resolve(scene(), {name}, format)[0];
}

} // namespace

class TestResolve : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void names_nativeCommonOrKey_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("key");
        QTest::addColumn<int>("index");
        QTest::newRow("common") << QStringLiteral("red") << QStringLiteral("red") << 1;
        QTest::newRow("native") << QStringLiteral("B04") << QStringLiteral("red") << 1;
        QTest::newRow("in another case") << QStringLiteral("b04") << QStringLiteral("red") << 1;
        QTest::newRow("nir08 where there is only nir") << QStringLiteral("nir08") << QStringLiteral("B08_10m") << 1;
        QTest::newRow("a key") << QStringLiteral("red-jp2") << QStringLiteral("red-jp2") << 1;
        QTest::newRow("a key in another case") << QStringLiteral("THUMBNAIL") << QStringLiteral("thumbnail") << 0;
    }
    void names_nativeCommonOrKey()
    {
        QFETCH(QString, name);
        QFETCH(QString, key);
        QFETCH(int, index);
        const auto found = one(name);
        QCOMPARE(found.error, QString());
        QCOMPARE(found.asked, name);
        QCOMPARE(found.key, key);
        QCOMPARE(found.index, index);
        QCOMPARE(found.href, scene().asset(key)->href);
        QCOMPARE(found.bands, scene().asset(key)->bands);
    }

    void names_oneThatFailsLeavesTheOthers()
    {
        const auto all = resolve(scene(), {QStringLiteral("B99"), QStringLiteral("red")});
        QCOMPARE(all.size(), 2U);
        QVERIFY(all[0].error.contains(u"B99") && all[0].error.contains(u"swir16"));
        QCOMPARE(all[1].key, QStringLiteral("red"));
        QCOMPARE(all[1].size, 1234);
        QCOMPARE(all[1].error, QString());
    }

    void names_noneMeansAll()
    {
        const auto all = resolve(scene(), {});
        QCOMPARE(all.size(), scene().assets.size());
        QCOMPARE(all[2].alternates.size(), 1U);
        QCOMPARE(all[6].format, QString());
        QVERIFY(all[6].direct); // an XML file is not to be converted
    }

    void format_saysWhetherTheFileIsIt_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("format");
        QTest::addColumn<QString>("direct"); ///< for cog, geotiff, png, jpeg, and where nothing is said
        QTest::newRow("COG") << QStringLiteral("red") << QStringLiteral("cog") << QStringLiteral("yynny");
        QTest::newRow("plain TIFF") << QStringLiteral("B12") << QStringLiteral("geotiff") << QStringLiteral("nynnn");
        QTest::newRow("JPEG 2000") << QStringLiteral("nir") << QStringLiteral("jp2") << QStringLiteral("nnnnn");
        QTest::newRow("JPEG") << QStringLiteral("thumbnail") << QStringLiteral("jpeg") << QStringLiteral("nnnyy");
    }
    void format_saysWhetherTheFileIsIt()
    {
        QFETCH(QString, name);
        QFETCH(QString, format);
        QFETCH(QString, direct);
        QString told;
        using Wanted = std::optional<FileFormat>;
        for (const auto wanted : {Wanted(FileFormat::Cog), Wanted(FileFormat::GeoTiff), Wanted(FileFormat::Png),
                                  Wanted(FileFormat::Jpeg), Wanted()}) {
            QCOMPARE(one(name, wanted).format, format);
            told += one(name, wanted).direct ? u'y' : u'n';
        }
        QCOMPARE(told, direct);
    }

    void format_fromItsName()
    {
        QCOMPARE(fileFormatFrom(QStringLiteral("COG")), FileFormat::Cog);
        QCOMPARE(fileFormatFrom(QStringLiteral("geotiff")), FileFormat::GeoTiff);
        QCOMPARE(fileFormatFrom(QStringLiteral("png")), FileFormat::Png);
        QCOMPARE(fileFormatFrom(QStringLiteral("jpg")), FileFormat::Jpeg);
        QVERIFY(!fileFormatFrom(QStringLiteral("gif")) && !fileFormatFrom({}));
    }

    void note_saysWhatItTakes_data()
    {
        QTest::addColumn<QString>("href");
        QTest::addColumn<Access>("access");
        QTest::addColumn<QString>("connection");
        QTest::addColumn<QString>("note");
        const QString none;
        QTest::newRow("open") << QStringLiteral("https://x.org/a.tif") << Access::Public << none << none;
        QTest::newRow("signature") << QStringLiteral("https://acc.blob.core.windows.net/c/a.tif") << Access::Signed
                                   << QStringLiteral("planetary-computer")
                                   << QStringLiteral("a free signature is fetched");
        QTest::newRow("Copernicus, bucket") << QStringLiteral("s3://eodata/a.jp2") << Access::Login << none
                                            << QStringLiteral("needs a free account at Copernicus Data Space");
        QTest::newRow("Copernicus, https")
            << QStringLiteral("https://zipper.dataspace.copernicus.eu/a") << Access::Login << none
            << QStringLiteral("needs a free account at Copernicus Data Space");
        QTest::newRow("USGS") << QStringLiteral("https://landsatlook.usgs.gov/data/a.TIF") << Access::Login << none
                              << QStringLiteral("needs a free account at USGS (EROS)");
        QTest::newRow("requester pays") << QStringLiteral("s3://usgs-landsat/a.TIF") << Access::Paid << none
                                        << QStringLiteral("the reader pays for this bucket (requester pays)");
        QTest::newRow("requester pays, with an account")
            << QStringLiteral("https://usgs-landsat.s3.us-west-2.amazonaws.com/a.TIF") << Access::Paid
            << QStringLiteral("aws") << QStringLiteral("the reader pays, with an account at “aws”");
        QTest::newRow("commercial") << QStringLiteral("https://api.planet.com/a.tif") << Access::Paid << none
                                    << QStringLiteral("has to be paid for at api.planet.com");
        QTest::newRow("key") << QStringLiteral("https://api.pixxel.space/a.tif") << Access::Login
                             << QStringLiteral("pixxel") << QStringLiteral("needs your key for “pixxel”");
        QTest::newRow("another bucket") << QStringLiteral("s3://private/a.tif") << Access::Login << none
                                        << QStringLiteral("needs an account with the owner of the bucket “private”");
        QTest::newRow("another host") << QStringLiteral("https://x.org/a.tif") << Access::Login << none
                                      << QStringLiteral("needs a login at x.org");
    }
    void note_saysWhatItTakes()
    {
        QFETCH(QString, href);
        QFETCH(Access, access);
        QFETCH(QString, connection);
        QFETCH(QString, note);
        QCOMPARE(accessNote(QUrl(href), access, connection), note);
    }
};

QTEST_GUILESS_MAIN(TestResolve)
#include "tst_resolve.moc"
