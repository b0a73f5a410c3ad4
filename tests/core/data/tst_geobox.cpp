// SPDX-License-Identifier: Apache-2.0
#include "core/data/geobox.h"

#include <QRandomGenerator>
#include <QTest>

#include <algorithm>
#include <cmath>

using namespace astra;
using namespace astra::data;

class TestGeoBox : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void parse_refuses_data();
    void parse_refuses();
    void parse_readsBack();
    void antimeridian_splitsContainsAndIntersects();
    void fromJson_takesFourOrSixNumbers();
    void geometry_acrossTheAntimeridianIsSplit();
    void geometry_beyond180IsBroughtBack();
    void geometry_aroundAPoleIsClosedAlongIt();
    void geometry_brokenGivesNothing_data();
    void geometry_brokenGivesNothing();
    void geometry_roundTrips();
    void bounds_joinsPartsAtTheAntimeridian();
    void rings_containAndIntersect();
    void fromJson_bringsBackWhatLiesBeyond180_data();
    void fromJson_bringsBackWhatLiesBeyond180();
    void geometry_ofTheWholeWorldIsNoStrip();
    void property_boxRingsAndSplitAgree();
};

void TestGeoBox::parse_refuses_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("says");
    QTest::newRow("three numbers") << QStringLiteral("1,2,3") << QStringLiteral("west,south,east,north");
    QTest::newRow("a word") << QStringLiteral("1,2,3,north") << QStringLiteral("north");
    QTest::newRow("longitude") << QStringLiteral("-181,0,1,1") << QStringLiteral("-181");
    QTest::newRow("latitude") << QStringLiteral("0,0,1,90.5") << QStringLiteral("90.5");
    QTest::newRow("upside down") << QStringLiteral("0,5,1,4") << QStringLiteral("southern");
    QTest::newRow("no height") << QStringLiteral("0,5,1,5") << QStringLiteral("southern");
    QTest::newRow("no width") << QStringLiteral("3,0,3,1") << QStringLiteral("same");
    QTest::newRow("not a number") << QStringLiteral("nan,0,3,1") << QStringLiteral("four numbers");
    QTest::newRow("endless") << QStringLiteral("0,0,inf,1") << QStringLiteral("four numbers");
    QTest::newRow("empty") << QString() << QStringLiteral("west,south,east,north");
}

void TestGeoBox::parse_refuses()
{
    QFETCH(QString, text);
    QFETCH(QString, says);
    const auto box = GeoBox::parse(text);
    QVERIFY(!box);
    QCOMPARE(box.error().code, ErrorCode::InvalidInput);
    QVERIFY2(box.error().message.contains(says), qPrintable(box.error().message));
}

void TestGeoBox::parse_readsBack()
{
    const auto box = GeoBox::parse(QStringLiteral(" 7.5, 46.25 ,8.125,47"));
    QVERIFY(box);
    QCOMPARE(*box, (GeoBox {7.5, 46.25, 8.125, 47}));
    QCOMPARE(*GeoBox::parse(box->toString()), *box);
    QCOMPARE(GeoBox::fromJson(box->toJson()), std::optional(*box));
    QCOMPARE(box->center(), QPointF(7.8125, 46.625));
}

void TestGeoBox::antimeridian_splitsContainsAndIntersects()
{
    const GeoBox fiji = *GeoBox::parse(QStringLiteral("177,-19,-178,-16"));
    QVERIFY(fiji.crossesAntimeridian());
    QCOMPARE(fiji.width(), 5.0);
    QCOMPARE(fiji.center(), QPointF(179.5, -17.5));
    QVERIFY(fiji.contains(179, -17) && fiji.contains(-179, -17) && !fiji.contains(0, -17));
    const auto parts = fiji.split();
    QCOMPARE(parts.size(), std::size_t(2));
    QCOMPARE(parts[0], (GeoBox {177, -19, 180, -16}));
    QCOMPARE(parts[1], (GeoBox {-180, -19, -178, -16}));
    QVERIFY(fiji.intersects({-179, -18, -170, -10}));
    QVERIFY(GeoBox({-179, -18, -170, -10}).intersects(fiji));
    QVERIFY(!fiji.intersects({-170, -18, -160, -10}));
}

void TestGeoBox::fromJson_takesFourOrSixNumbers()
{
    QCOMPARE(GeoBox::fromJson(*parseJson("[1,2,0,3,4,100]")), std::optional(GeoBox {1, 2, 3, 4}));
    for (const char *text : {"[1,2,3]", "[1,2,3,\"4\"]", "[1,2,3,null]", "[1,4,3,2]", "\"1,2,3,4\"", "[1,2,3,400]"})
        QVERIFY2(!GeoBox::fromJson(*parseJson(text)), text);
}

void TestGeoBox::geometry_acrossTheAntimeridianIsSplit()
{
    const auto rings = ringsFromGeometry(
        *parseJson(R"({"type":"Polygon","coordinates":[[[179,0],[-179,0],[-179,2],[179,2],[179,0]]]})"));
    QCOMPARE(rings.size(), std::size_t(2));
    QVERIFY(contains(rings, 179.5, 1) && contains(rings, -179.5, 1));
    QVERIFY(!contains(rings, 0, 1) && !contains(rings, 178, 1));
    QCOMPARE(boundsOf(rings), std::optional(GeoBox {179, 0, -179, 2}));
}

void TestGeoBox::geometry_beyond180IsBroughtBack()
{
    const auto rings = ringsFromGeometry(
        *parseJson(R"({"type":"Polygon","coordinates":[[[181,0],[183,0],[183,2],[181,2],[181,0]]]})"));
    QCOMPARE(boundsOf(rings), std::optional(GeoBox {-179, 0, -177, 2}));
}

void TestGeoBox::geometry_aroundAPoleIsClosedAlongIt()
{
    const auto rings = ringsFromGeometry(
        *parseJson(R"({"type":"Polygon","coordinates":[[[-120,80],[0,80],[120,80],[-120,80]]]})"));
    QVERIFY(contains(rings, 10, 85) && contains(rings, 170, 85) && contains(rings, -170, 85));
    QVERIFY(!contains(rings, 10, 75));
}

void TestGeoBox::geometry_brokenGivesNothing_data()
{
    QTest::addColumn<QByteArray>("text");
    for (const char *text : {"null", "{}", R"({"type":"Point","coordinates":[1,2]})", R"({"type":"Polygon"})",
                             R"({"type":"Polygon","coordinates":[]})", R"({"type":"Polygon","coordinates":[[]]})",
                             R"({"type":"Polygon","coordinates":[[[0,0],[1,1]]]})",
                             R"({"type":"Polygon","coordinates":[[[0,0],[1,"x"],[1,1],[0,0]]]})",
                             R"({"type":"Polygon","coordinates":[[[0,0],[1,95],[1,1],[0,0]]]})",
                             R"({"type":"Polygon","coordinates":[[[0,0],[1e9,1],[1,1],[0,0]]]})"})
        QTest::newRow(text) << QByteArray(text);
}

void TestGeoBox::geometry_brokenGivesNothing()
{
    QFETCH(QByteArray, text);
    QVERIFY(ringsFromGeometry(*parseJson(text)).empty());
}

void TestGeoBox::geometry_roundTrips()
{
    const Rings rings = {{{0, 0}, {2, 0}, {2, 2}}, {{5, 5}, {6, 5}, {6, 6}}};
    const Json json = geometryFromRings(rings);
    QCOMPARE(stringAt(json, "type"), QStringLiteral("MultiPolygon"));
    QCOMPARE(member(json, "coordinates")[0][0].size(), std::size_t(4));
    QCOMPARE(ringsFromGeometry(json), rings);
    QVERIFY(geometryFromRings({}).is_null());
}

void TestGeoBox::bounds_joinsPartsAtTheAntimeridian()
{
    QVERIFY(!boundsOf({}));
    QCOMPARE(boundsOf(GeoBox {170, -5, -170, 5}.rings()), std::optional(GeoBox {170, -5, -170, 5}));
    // Two far parts that do not touch it: the plain box.
    QCOMPARE(boundsOf({{{-170, 0}, {-160, 0}, {-160, 1}}, {{160, 0}, {170, 0}, {170, 1}}}),
             std::optional(GeoBox {-170, 0, 170, 1}));
}

void TestGeoBox::rings_containAndIntersect()
{
    const Rings triangle = {{{0, 0}, {10, 0}, {0, 10}}};
    QVERIFY(contains(triangle, 2, 2) && !contains(triangle, 8, 8));
    QVERIFY(intersects(triangle, {4, 4, 20, 20})); // cuts the long side
    QVERIFY(!intersects(triangle, {7, 7, 20, 20})); // within its box, outside of it
    QVERIFY(intersects(triangle, {-5, -5, 20, 20})); // around it
    QVERIFY(intersects(triangle, {1, 1, 2, 2})); // inside it
}

void TestGeoBox::fromJson_bringsBackWhatLiesBeyond180_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<GeoBox>("box");
    QTest::newRow("west of it") << QByteArray("[-181.36,10,-178,12]") << GeoBox {178.64, 10, -178, 12};
    QTest::newRow("east of it") << QByteArray("[179,10,181,12]") << GeoBox {179, 10, -179, 12};
    QTest::newRow("wholly beyond") << QByteArray("[181,10,183,12]") << GeoBox {-179, 10, -177, 12};
    QTest::newRow("more than the world") << QByteArray("[-180.1,-90,180.1,90]") << GeoBox {-180, -90, 180, 90};
    QTest::newRow("the world") << QByteArray("[-180,-90,180,90]") << GeoBox {-180, -90, 180, 90};
}

void TestGeoBox::fromJson_bringsBackWhatLiesBeyond180()
{
    QFETCH(QByteArray, text);
    QFETCH(GeoBox, box);
    const auto read = GeoBox::fromJson(*parseJson(text));
    QVERIFY(read);
    QVERIFY2(std::abs(read->west - box.west) < 1e-9 && std::abs(read->east - box.east) < 1e-9,
             qPrintable(read->toString()));
    QCOMPARE(read->south, box.south);
    QCOMPARE(read->north, box.north);
}

void TestGeoBox::geometry_ofTheWholeWorldIsNoStrip()
{
    const auto rings = ringsFromGeometry(geometryFromRings(GeoBox {-180, -60, 180, 85}.rings()));
    QCOMPARE(boundsOf(rings), std::optional(GeoBox {-180, -60, 180, 85}));
    QVERIFY(contains(rings, 0, 0) && contains(rings, 120, 50) && !contains(rings, 0, -70));
}

/// Every way to write a box says the same of every point: as a box, as its parts, as rings, as a polygon that jumps
/// at the antimeridian, as one that runs on beyond it, clockwise or not.
void TestGeoBox::property_boxRingsAndSplitAgree()
{
    QRandomGenerator random(20240510);
    for (int round = 0; round < 500; ++round) {
        const double west = -180 + 360 * random.generateDouble();
        const double width = 0.5 + 150 * random.generateDouble();
        const double south = -89 + 150 * random.generateDouble();
        const double north = std::min(90.0, south + 0.5 + 60 * random.generateDouble());
        const GeoBox box {west, south, west + width > 180 ? west + width - 360 : west + width, north};
        QVERIFY(box.isValid());
        QVERIFY(std::abs(box.width() - width) < 1e-9);
        Ring jumping {{box.west, south}, {box.east, south}, {box.east, north}, {box.west, north}, {box.west, south}};
        Ring running {{west, south}, {west + width, south}, {west + width, north}, {west, north}, {west, south}};
        Ring clockwise = jumping;
        std::reverse(clockwise.begin(), clockwise.end());
        const auto read = [](const Ring &ring) { return ringsFromGeometry(geometryFromRings({ring})); };
        const std::vector<Rings> all {box.rings(), read(jumping), read(running), read(clockwise),
                                      ringsFromGeometry(geometryFromRings(box.rings()))};
        for (int i = 0; i < 40; ++i) {
            const double longitude = -180 + 360 * random.generateDouble();
            const double latitude = -90 + 180 * random.generateDouble();
            const double along = std::fmod(longitude - west + 720, 360);
            const bool inside = along < width && latitude > south && latitude < north;
            QCOMPARE(box.contains(longitude, latitude), inside);
            const auto parts = box.split();
            QCOMPARE(std::any_of(parts.begin(), parts.end(),
                                 [&](const GeoBox &part) { return part.contains(longitude, latitude); }),
                     inside);
            for (const auto &rings : all)
                QCOMPARE(contains(rings, longitude, latitude), inside);
            const GeoBox dot {longitude, latitude, std::min(180.0, longitude + 1e-6), std::min(90.0, latitude + 1e-6)};
            if (inside && dot.isValid())
                QVERIFY(box.intersects(dot) && intersects(all[1], dot));
        }
        for (const auto &rings : all) {
            const auto bounds = boundsOf(rings);
            QVERIFY(bounds);
            QVERIFY2(std::abs(bounds->width() - width) < 1e-6,
                     qPrintable(box.toString() + QStringLiteral(" became ") + bounds->toString()));
        }
    }
}

QTEST_GUILESS_MAIN(TestGeoBox)
#include "tst_geobox.moc"
