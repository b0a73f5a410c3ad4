// SPDX-License-Identifier: Apache-2.0
#include "core/render/tilegrid.h"
#include "ui/map/basemap.h"
#include "ui/map/labellayer.h"

#include <QFile>
#include <QtTest>

#include <cmath>

using namespace astra::map;

class TestBasemap : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void land_isWhereItIs_data();
    void land_isWhereItIs();
    void paint_showsTheSame();
    void paint_goesOnAcrossTheAntimeridian();
    void places_standWhereTheyAre();
    void labels_doNotCrowd();
    void damagedFile_isAnError_data();
    void damagedFile_isAnError();

private:
    static MapColors colors()
    {
        MapColors colors;
        colors.water = Qt::blue;
        colors.land = Qt::green;
        colors.border = Qt::green; // so that lines do not matter here
        return colors;
    }
    QByteArray m_packed;
    std::shared_ptr<const Basemap> m_basemap;
};

void TestBasemap::initTestCase()
{
    Q_INIT_RESOURCE(astra_resources);
    QFile file(QStringLiteral(":/astra/basemap/basemap.bin"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    m_packed = file.readAll();
    QVERIFY(m_packed.size() < 3'000'000);
    auto parsed = Basemap::builtIn();
    QVERIFY(parsed);
    m_basemap = *parsed;
}

void TestBasemap::land_isWhereItIs_data()
{
    QTest::addColumn<double>("longitude");
    QTest::addColumn<double>("latitude");
    QTest::addColumn<bool>("land");
    QTest::newRow("Kansas") << -98.0 << 38.5 << true;
    QTest::newRow("Sahara") << 10.0 << 25.0 << true;
    QTest::newRow("east end of Russia, beyond 180") << -173.0 << 66.5 << true;
    QTest::newRow("Chukotka, before 180") << 175.0 << 67.0 << true;
    QTest::newRow("Antarctica") << 90.0 << -80.0 << true;
    QTest::newRow("Antarctica at 180") << -179.9 << -84.5 << true;
    QTest::newRow("Atlantic") << -40.0 << 30.0 << false;
    QTest::newRow("Pacific at 180") << 179.9 << 5.0 << false;
    QTest::newRow("Caspian Sea") << 51.0 << 42.0 << false;
    QTest::newRow("Bay of Biscay") << -4.0 << 45.0 << false;
}

void TestBasemap::land_isWhereItIs()
{
    QFETCH(double, longitude);
    QFETCH(double, latitude);
    QFETCH(bool, land);
    QCOMPARE(m_basemap->isLand(longitude, latitude), land);
}

void TestBasemap::paint_showsTheSame()
{
    // Every zoom range has its own data: the middle of Spain and of the sea west of it must be in each.
    for (const double zoom : {2.0, 4.0, 7.0}) {
        for (const auto &[longitude, expected] : {std::pair {-4.0, Qt::green}, std::pair {-14.0, Qt::blue}}) {
            const QPointF world = astra::render::toWorld(longitude, 40);
            const QImage image = m_basemap->paint({world.x(), world.y(), zoom, 64, 48}, colors(), 1);
            QCOMPARE(image.size(), QSize(64, 48));
            QCOMPARE(image.pixelColor(32, 24), QColor(expected));
        }
    }
    const QImage fine = m_basemap->paint({0.5, 0.4, 3, 64, 48}, colors(), 2);
    QCOMPARE(fine.size(), QSize(128, 96));
}

void TestBasemap::paint_goesOnAcrossTheAntimeridian()
{
    // The same place seen from both sides of ±180.
    const double y = astra::render::toWorld(0, 66.5).y();
    const QImage east = m_basemap->paint({0.999, y, 5, 400, 200}, colors(), 1);
    const QImage west = m_basemap->paint({-0.001, y, 5, 400, 200}, colors(), 1);
    QCOMPARE(east, west);
    QVERIFY(east.pixelColor(390, 100) == QColor(Qt::green)); // Chukotka goes on
}

void TestBasemap::places_standWhereTheyAre()
{
    const auto find = [this](const QString &name) {
        const auto &places = m_basemap->places();
        return std::find_if(places.begin(), places.end(), [&name](const auto &p) { return p.name == name; });
    };
    const std::vector<std::tuple<QString, double, double>> known {
        {QStringLiteral("London"), -0.1257, 51.5085},
        {QStringLiteral("Sydney"), 151.2073, -33.8679},
        {QStringLiteral("São Paulo"), -46.6361, -23.5475},
        {QStringLiteral("Tokyo"), 139.6917, 35.6895},
    };
    for (const auto &[name, longitude, latitude] : known) {
        const auto place = find(name);
        QVERIFY2(place != m_basemap->places().end(), qPrintable(name));
        const QPointF at = astra::render::fromWorld(place->world.x(), place->world.y());
        QVERIFY(std::abs(at.x() - longitude) < 0.02 && std::abs(at.y() - latitude) < 0.02);
        QVERIFY(!place->country);
    }
    QVERIFY(find(QStringLiteral("Australia"))->country);
    for (std::size_t i = 1; i < m_basemap->places().size(); ++i)
        QVERIFY(m_basemap->places()[i - 1].zoom <= m_basemap->places()[i].zoom);
}

void TestBasemap::labels_doNotCrowd()
{
    LabelLayer labels;
    labels.setBasemap(m_basemap);
    for (double zoom = 2; zoom < 12; zoom += 1) {
        const QPointF rhine = astra::render::toWorld(7.0, 51.0); // about the densest towns there are
        const auto shown = labels.visible({rhine.x(), rhine.y(), zoom, 1440, 900});
        QVERIFY2(shown.size() <= 160, qPrintable(QStringLiteral("%1 names at zoom %2").arg(shown.size()).arg(zoom)));
        QVERIFY(!shown.empty());
    }
}

void TestBasemap::damagedFile_isAnError_data()
{
    QTest::addColumn<QByteArray>("packed");
    const QByteArray raw = qUncompress(m_packed);
    QByteArray more = raw;
    more.append('x');
    QByteArray wrong = raw;
    for (qsizetype i = 20; i < 4000; ++i)
        wrong[i] = char(0xff);
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("half") << m_packed.left(m_packed.size() / 2);
    QTest::newRow("something else") << qCompress(QByteArray("hello, this is no map"));
    QTest::newRow("cut") << qCompress(raw.left(raw.size() - 3));
    QTest::newRow("with a tail") << qCompress(more);
    QTest::newRow("garbage inside") << qCompress(wrong);
    QTest::newRow("claims to be huge") << QByteArray("\xff\xff\xff\xff then some bytes");
}

void TestBasemap::damagedFile_isAnError()
{
    QFETCH(QByteArray, packed);
    const auto parsed = Basemap::parse(packed);
    QVERIFY(!parsed);
    QCOMPARE(parsed.error().code, astra::ErrorCode::InvalidInput);
}

QTEST_MAIN(TestBasemap)
#include "tst_basemap.moc"
