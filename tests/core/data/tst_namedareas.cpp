// SPDX-License-Identifier: Apache-2.0
#include "core/data/recipe.h"

#include <QTest>

using namespace astra;
using namespace astra::data;

class TestNamedAreas : public QObject
{
    Q_OBJECT

    static Json parsed(const QByteArray &text)
    {
        auto json = parseJson(text);
        return json ? *json : Json("does not parse");
    }
    static Result<std::vector<NamedArea>> read(const QByteArray &text) { return areasFromGeoJson(parsed(text)); }

private Q_SLOTS:
    void polygon_isOneAreaCalledByItsPlace()
    {
        const auto areas = read(R"({"type":"Polygon","coordinates":[[[1,2],[3,2],[3,4],[1,2]]]})");
        QVERIFY2(areas, areas ? "" : qPrintable(areas.error().message));
        QCOMPARE(areas->size(), 1U);
        QCOMPARE(areas->front().name, QStringLiteral("1"));
        // The closing point goes.
        QCOMPARE(areas->front().rings, (Rings {{{1, 2}, {3, 2}, {3, 4}}}));
    }

    void clockwiseRings_areTurnedRoundAndHolesRunTheOtherWay()
    {
        const auto areas = read(R"({"type":"Polygon","coordinates":[
            [[0,0],[0,9],[9,9],[9,0],[0,0]],
            [[1,1],[2,1],[2,2],[1,2],[1,1]]]})");
        QVERIFY(areas);
        QCOMPARE(areas->front().rings, (Rings {{{9, 0}, {9, 9}, {0, 9}, {0, 0}}, {{1, 2}, {2, 2}, {2, 1}, {1, 1}}}));
    }

    void holes_stayHolesThroughGeoJson()
    {
        const auto areas = read(R"({"type":"FeatureCollection","features":[
            {"type":"Feature","properties":{"name":"two and a hole"},"geometry":{"type":"MultiPolygon","coordinates":[
                [[[0,0],[9,0],[9,9],[0,9],[0,0]],[[1,1],[2,1],[2,2],[1,2],[1,1]],[[4,4],[5,4],[5,5],[4,5],[4,4]]],
                [[[20,0],[29,0],[29,9],[20,0]]]]}},
            {"type":"Feature","properties":{"name":"plain"},"geometry":
                {"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}}]})");
        QVERIFY2(areas, areas ? "" : qPrintable(areas.error().message));
        QCOMPARE(areas->at(0).rings.size(), 4U);
        const Json json = toGeoJson(*areas);
        const Json &first = json["features"][0]["geometry"];
        QCOMPARE(stringAt(first, "type"), QStringLiteral("MultiPolygon"));
        QCOMPARE(first["coordinates"].size(), 2U);
        QCOMPARE(first["coordinates"][0].size(), 3U);
        QCOMPARE(first["coordinates"][1].size(), 1U);
        QVERIFY(first["coordinates"][0][1].front() == first["coordinates"][0][1].back());
        QCOMPARE(stringAt(json["features"][1]["geometry"], "type"), QStringLiteral("Polygon"));
        const auto back = areasFromGeoJson(parsed(toText(json)));
        QVERIFY(back);
        QVERIFY(*back == *areas);
        QVERIFY(toGeoJson(*back) == json);
    }

    void areasMadeByHand_keepTheirPolygonsApart()
    {
        // Clockwise both: neither is a hole of the other.
        const std::vector<NamedArea> areas {
            {QStringLiteral("a"), {{{0, 0}, {0, 1}, {1, 1}}, {{5, 0}, {5, 1}, {6, 1}}}}};
        const Json json = toGeoJson(areas);
        QCOMPARE(stringAt(json["features"][0]["geometry"], "type"), QStringLiteral("MultiPolygon"));
        QCOMPARE(json["features"][0]["geometry"]["coordinates"].size(), 2U);
    }

    void names_data()
    {
        QTest::addColumn<QByteArray>("members");
        QTest::addColumn<QString>("name");
        const auto row = [](const char *tag, const char *members, const char *name) {
            QTest::newRow(tag) << QByteArray(members) << QString::fromUtf8(name);
        };
        row("name", R"("id":7,"properties":{"id":8,"name":"Großer Acker"})", "Großer Acker");
        row("property id", R"("id":7,"properties":{"id":8,"name":""})", "8");
        row("id", R"("id":"field-7","properties":null)", "field-7");
        row("fraction", R"("properties":{"name":1.5})", "1.5");
        row("place", R"("properties":{"name":["x"],"id":{}})", "1");
        row("lines", R"("properties":{"name":" a\n\tb "})", "a b");
    }

    void names()
    {
        QFETCH(QByteArray, members);
        QFETCH(QString, name);
        const auto areas = read(R"({"type":"Feature",)" + members
                                + R"(,"geometry":{"type":"Polygon","coordinates":[[[1,2],[3,2],[3,4],[1,2]]]}})");
        QVERIFY2(areas, areas ? "" : qPrintable(areas.error().message));
        QCOMPARE(areas->front().name, name);
    }

    void antimeridian_splitsRingsAndTheirHoles()
    {
        const auto areas = read(R"({"type":"Polygon","coordinates":[
            [[170,-10],[-170,-10],[-170,10],[170,10],[170,-10]],
            [[175,-5],[-175,-5],[-175,5],[175,5],[175,-5]]]})");
        QVERIFY(areas);
        const Rings &rings = areas->front().rings;
        QCOMPARE(rings.size(), 4U); // an outer part and its hole, on either side
        const auto inside = [&](double x, double y) {
            int crossed = 0;
            for (const auto &ring : rings)
                crossed += contains({ring}, x, y);
            return crossed % 2 == 1;
        };
        QVERIFY(inside(172, 0));
        QVERIFY(inside(-172, 0));
        QVERIFY(!inside(178, 0));
        QVERIFY(!inside(-178, 0));
        QVERIFY(!inside(0, 0));
        const Json json = toGeoJson(*areas);
        QCOMPARE(json["features"][0]["geometry"]["coordinates"].size(), 2U);
        for (const auto &polygon : json["features"][0]["geometry"]["coordinates"])
            QCOMPARE(polygon.size(), 2U);
    }

    void wrong_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("says");
        const auto row = [](const char *tag, const char *text, const char *says) {
            QTest::newRow(tag) << QByteArray(text) << QString::fromUtf8(says);
        };
        row("nothing", "{}", "not a polygon");
        row("a list", "[1,2]", "not a polygon");
        row("a text", R"("Polygon")", "not a polygon");
        row("point", R"({"type":"Point","coordinates":[1,2]})", "not a polygon");
        row("no features", R"({"type":"FeatureCollection","features":[]})", "no area");
        row("features is a number", R"({"type":"FeatureCollection","features":7})", "no area");
        row("feature without geometry",
            R"({"type":"FeatureCollection","features":[{"type":"Feature","geometry":null}]})",
            "Area 1 is not a polygon");
        row("line in a collection",
            R"({"type":"FeatureCollection","features":[{"type":"Feature","geometry":
                {"type":"Polygon","coordinates":[[[1,2],[3,2],[3,4],[1,2]]]}},{"type":"Feature","geometry":
                {"type":"LineString","coordinates":[[1,2],[3,4]]}}]})",
            "Area 2 is not a polygon");
        row("collection in a collection",
            R"({"type":"FeatureCollection","features":[{"type":"FeatureCollection","features":[]}]})",
            "Area 1 is not a polygon");
        row("empty polygon", R"({"type":"Polygon","coordinates":[]})", "without coordinates");
        row("empty multi-polygon", R"({"type":"MultiPolygon","coordinates":[]})", "not a polygon");
        row("coordinates are an object", R"({"type":"Polygon","coordinates":{"0":[[1,2]]}})", "without coordinates");
        row("ring is a number", R"({"type":"Polygon","coordinates":[7]})", "not a list of positions");
        row("a position is a text", R"({"type":"Polygon","coordinates":[[[1,2],"3,4",[5,6],[1,2]]]})",
            "not longitude and latitude");
        row("a number is a text", R"({"type":"Polygon","coordinates":[[[1,2],["3",4],[5,6],[1,2]]]})",
            "not longitude and latitude");
        row("one number", R"({"type":"Polygon","coordinates":[[[1,2],[3],[5,6],[1,2]]]})",
            "not longitude and latitude");
        row("null", R"({"type":"Polygon","coordinates":[[[1,2],[null,4],[5,6],[1,2]]]})", "not longitude and latitude");
        row("metres", R"({"type":"Polygon","coordinates":[[[500000,5000000],[500100,5000000],[500100,5000100]]]})",
            "500000, 5e+06");
        row("latitude", R"({"type":"Polygon","coordinates":[[[1,2],[3,91],[3,4],[1,2]]]})", "3, 91");
        row("two corners", R"({"type":"Polygon","coordinates":[[[1,2],[3,4],[1,2]]]})", "fewer than three");
        row("hole of two corners", R"({"type":"Polygon","coordinates":[[[1,2],[3,2],[3,4],[1,2]],[[1,2],[1,2]]]})",
            "fewer than three");
        row("other CRS",
            R"({"type":"Polygon","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::32631"}},
                "coordinates":[[[1,2],[3,2],[3,4],[1,2]]]})",
            "EPSG::32631");
    }

    void wrong()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, says);
        const auto areas = read(text);
        QVERIFY(!areas);
        QCOMPARE(areas.error().code, ErrorCode::InvalidInput);
        QVERIFY2(areas.error().message.contains(says), qPrintable(areas.error().message));
        QVERIFY(areas.error().message.size() < 300);
    }

    void crsInDegrees_isFine()
    {
        for (const char *name : {"urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326", "urn:ogc:def:crs:EPSG::4326"}) {
            Json json = parsed(R"({"type":"Polygon","coordinates":[[[1,2],[3,2],[3,4],[1,2]]]})");
            json["crs"] = {{"type", "name"}, {"properties", {{"name", name}}}};
            QVERIFY2(areasFromGeoJson(json), name);
        }
    }

    void millions()
    {
        const auto circle = [](int corners) {
            Json ring = Json::array();
            for (int i = 0; i < corners; ++i) {
                const double angle = 2 * M_PI * i / corners;
                ring.push_back({10 + std::cos(angle), 50 + std::sin(angle)});
            }
            ring.push_back(Json(ring.front()));
            return Json {{"type", "Polygon"}, {"coordinates", Json::array({std::move(ring)})}};
        };
        const auto areas = areasFromGeoJson(circle(1'000'000));
        QVERIFY2(areas, areas ? "" : qPrintable(areas.error().message));
        QCOMPARE(areas->front().rings.front().size(), 1'000'000U);
        const auto tooMany = areasFromGeoJson(circle(2'000'000));
        QVERIFY(!tooMany);
        QVERIFY(tooMany.error().message.contains(u"corners"));
    }
};

QTEST_GUILESS_MAIN(TestNamedAreas)
#include "tst_namedareas.moc"
