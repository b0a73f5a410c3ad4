// SPDX-License-Identifier: Apache-2.0
#include "core/data/areajson.h"

#include <QCryptographicHash>
#include <QElapsedTimer>
#include <QFile>
#include <QTemporaryDir>
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
    static Json circle(int corners, double longitude = 10)
    {
        Json ring = Json::array();
        for (int i = 0; i < corners; ++i) {
            const double angle = 2 * M_PI * i / corners;
            ring.push_back({longitude + std::cos(angle), 50 + std::sin(angle)});
        }
        ring.push_back(Json(ring.front()));
        return {{"type", "Polygon"}, {"coordinates", Json::array({std::move(ring)})}};
    }

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
        row("geometry collection",
            R"({"type":"GeometryCollection","geometries":[{"type":"Polygon","coordinates":[[[1,2],[3,2],[3,4]]]}]})",
            "not a polygon");
        row("one corner again and again", R"({"type":"Polygon","coordinates":[[[1,2],[1,2],[1,2],[1,2]]]})",
            "fewer than three");
        row("empty ring", R"({"type":"Polygon","coordinates":[[]]})", "fewer than three");
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

    void hostileShapes_data()
    {
        QTest::addColumn<QByteArray>("given");
        QTest::addColumn<Rings>("rings");
        const auto row = [](const char *tag, const char *text, const Rings &rings) {
            QTest::newRow(tag) << QByteArray(text) << rings;
        };
        row("it crosses itself", R"({"type":"Polygon","coordinates":[[[0,0],[2,2],[2,0],[0,2],[0,0]]]})",
            {{{0, 0}, {2, 2}, {2, 0}, {0, 2}}}); // a bow tie: even-odd tells what is inside
        row("heights", R"({"type":"Polygon","coordinates":[[[1,2,500],[3,2,500,7],[3,4,"x"],[1,2,null]]]})",
            {{{1, 2}, {3, 2}, {3, 4}}});
        row("corners twice", R"({"type":"Polygon","coordinates":[[[1,2],[1,2],[3,2],[3,4],[3,4],[1,2],[1,2]]]})",
            {{{1, 2}, {3, 2}, {3, 4}}});
        row("not closed", R"({"type":"Polygon","coordinates":[[[1,2],[3,2],[3,4]]]})", {{{1, 2}, {3, 2}, {3, 4}}});
        row("a hole beside it",
            R"({"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]],[[5,5],[6,5],[6,6],[5,5]]]})",
            {{{0, 0}, {1, 0}, {1, 1}}, {{5, 5}, {6, 5}, {6, 6}}});
        row("beyond 180", R"({"type":"Polygon","coordinates":[[[181,2],[183,2],[183,4],[181,2]]]})",
            {{{-179, 2}, {-177, 2}, {-177, 4}}});
        row("more digits than there are", R"({"type":"Polygon","coordinates":[[[0.12345678949,0],[1,-1e-12],[1,1]]]})",
            {{{0.123456789, 0}, {1, 0}, {1, 1}}});
    }

    void hostileShapes()
    {
        QFETCH(QByteArray, given);
        QFETCH(Rings, rings);
        const auto areas = read(given);
        QVERIFY2(areas, areas ? "" : qPrintable(areas.error().message));
        // By number, not nearly as QPointF compares.
        QCOMPARE(areas->front().rings.size(), rings.size());
        for (std::size_t i = 0; i < rings.size(); ++i) {
            QCOMPARE(areas->front().rings[i].size(), rings[i].size());
            for (std::size_t k = 0; k < rings[i].size(); ++k) {
                QVERIFY(areas->front().rings[i][k].x() == rings[i][k].x());
                QVERIFY(areas->front().rings[i][k].y() == rings[i][k].y());
            }
        }
        const QByteArray text = toText(toGeoJson(*areas));
        QVERIFY(!text.contains("-0.0"));
        // Read again it is the same, whichever way a ring runs that encloses as much to its left as to its right.
        QVERIFY(toText(toGeoJson(*areasFromGeoJson(parsed(text)))) == text);
    }

    void nested_isRefused()
    {
        const auto json = parseJson(R"({"type":"Polygon","coordinates":)" + QByteArray(5000, '[')
                                    + QByteArray(5000, ']') + '}');
        QVERIFY(!json);
        QVERIFY(json.error().message.contains(u"nested too deeply"));
    }

    void manyProperties_areNoMatter()
    {
        Json feature {{"type", "Feature"},
                      {"geometry", parsed(R"({"type":"Polygon","coordinates":[[[1,2],[3,2],[3,4]]]})")}};
        for (int i = 0; i < 100'000; ++i)
            feature["properties"]["column " + std::to_string(i)] = "a value that nobody asked for";
        feature["properties"]["name"] = std::string(1'000'000, 'n');
        const auto areas = areasFromGeoJson(feature);
        QVERIFY(areas);
        QCOMPARE(areas->front().name, QString(200, u'n'));
        QVERIFY(toText(astra::data::toJson(*areas)).size() < 400);
    }

    void otherFormats_areNamed_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("says");
        const auto row = [](const char *name, const QByteArray &bytes, const char *says) {
            QTest::newRow(name) << QString::fromLatin1(name) << bytes << QString::fromLatin1(says);
        };
        row("fields.gpkg", QByteArray("SQLite format 3") + '\0', "GeoPackage");
        row("fields.shp", QByteArray::fromHex("0000270a0000"), "Shapefile");
        row("fields.dbf", QByteArray::fromHex("03"), "Shapefile");
        row("fields.zip", "PK\x03\x04", "ZIP");
        row("fields.kmz", "PK\x03\x04", "KMZ");
        row("fields.kml", "<?xml version=\"1.0\"?><kml xmlns=\"http://www.opengis.net/kml/2.2\">", "KML");
        row("fields.fgb", "fgb\x03", "FlatGeobuf");
        row("wkt.geojson", "POLYGON((1 2,3 2,3 4,1 2))", "Text came where JSON was expected");
        row("nan.geojson", R"({"type":"Polygon","coordinates":[[[1,2],[NaN,2],[3,4],[1,2]]]})", "damaged");
        row("huge.geojson", R"({"type":"Polygon","coordinates":[[[1,2],[1e999,2],[3,4],[1,2]]]})", "damaged");
        row("empty.geojson", "", "empty");
        row("cut.geojson", R"({"type":"Polygon","coordinates":[[[1,2],[3,)", "broke off");
        row("point.geojson", R"({"type":"Point","coordinates":[1,2]})", "point.geojson: The GeoJSON is not a polygon");
    }

    void otherFormats_areNamed()
    {
        QFETCH(QString, name);
        QFETCH(QByteArray, bytes);
        QFETCH(QString, says);
        const QTemporaryDir folder;
        QFile file(folder.filePath(name));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size());
        file.close();
        const auto areas = readAreas(file.fileName());
        QVERIFY(!areas);
        QVERIFY2(areas.error().message.contains(says), qPrintable(areas.error().message));
        QVERIFY(!readAreas(folder.filePath(QStringLiteral("none.geojson"))));
    }

    void manyCorners_arePackedAndComeBack()
    {
        std::vector<NamedArea> areas;
        for (int i = 0; i < 3; ++i) {
            auto read = areasFromGeoJson(circle(4000, 175 + 5 * i)); // the second and the third beyond 180°
            QVERIFY(read);
            read->front().name = QStringLiteral("circle %1").arg(i);
            areas.push_back(std::move(read->front()));
        }
        areas[0].rings.push_back({{174.9, 50}, {174.9, 50.1}, {175, 50}});
        const Json json = astra::data::toJson(areas);
        QCOMPARE(stringAt(json, "type"), QStringLiteral("PackedAreas"));
        QVERIFY(json["corners"] > 12000);
        QCOMPARE(*GeoBox::fromJson(json["bbox"]), (GeoBox {174, 49, -174, 51}));
        QVERIFY(toText(json).size() < 12 * 12000);
        const auto back = areasFromJson(parsed(toText(json)));
        QVERIFY2(back, back ? "" : qPrintable(back.error().message));
        QVERIFY(toText(toGeoJson(*back)) == toText(toGeoJson(areas)));
        QVERIFY(astra::data::toJson(*back) == json);
        // Few stay as people read them; so do those that would not be the same to the last bit.
        areas.resize(1);
        QCOMPARE(stringAt(astra::data::toJson(areas), "type"), QStringLiteral("FeatureCollection"));
        areas = *back;
        areas[2].rings[0][7] += QPointF(1e-13, 0);
        QCOMPARE(stringAt(astra::data::toJson(areas), "type"), QStringLiteral("FeatureCollection"));
    }

    void packedByHand()
    {
        // 1 ring, 3 corners: (1e-9, -1e-9), (65e-9, -1e-9), (65e-9, 63e-9); zigzag 2, 1; 128, 0; 0, 128.
        const QByteArray bytes = QByteArray::fromHex("01 03 02 01 8001 00 00 8001");
        Json json {{"type", "PackedAreas"},
                   {"names", {"a"}},
                   {"corners", 3},
                   {"sha256", "1a3b8d2f"},
                   {"packed", bytes.toBase64().toStdString()}};
        const auto says = [&](const char *words) {
            const auto areas = areasFromJson(json);
            return !areas && areas.error().code == ErrorCode::InvalidInput
                && areas.error().message.contains(QLatin1String(words));
        };
        QVERIFY(says("hash"));
        const auto hashed = [&](const QByteArray &packed) {
            json["packed"] = packed.toBase64().toStdString();
            json["sha256"] = QCryptographicHash::hash(packed, QCryptographicHash::Sha256).toHex().toStdString();
        };
        hashed(bytes);
        const auto areas = areasFromJson(json);
        QVERIFY2(areas, areas ? "" : qPrintable(areas.error().message));
        QCOMPARE(areas->front().name, QStringLiteral("a"));
        const Ring ring {{1e-9, -1e-9}, {65e-9, -1e-9}, {65e-9, 63e-9}};
        for (std::size_t i = 0; i < 3; ++i)
            QVERIFY(areas->front().rings.front()[i].x() == ring[i].x()
                    && areas->front().rings.front()[i].y() == ring[i].y());

        json["corners"] = 4;
        QVERIFY(says("damaged"));
        json["corners"] = 3;
        json["names"] = {"a", "b"};
        QVERIFY(says("damaged"));
        json["names"] = Json::array();
        QVERIFY(says("damaged"));
        json["names"] = {"a"};
        for (int cut = 1; cut < bytes.size(); ++cut) {
            hashed(bytes.left(cut));
            QVERIFY(says("damaged"));
        }
        for (const char *wrong : {"01 03 02 01 8001 00 00 8001 00", // something behind it
                                  "00", "01 02 02 01 02 01", // no ring, two corners
                                  "01 ffffffffffffffff7f 02 01 02 01 02 01", // more corners than bytes
                                  "ffffffffffffffffff01", "01 03 ffffffffffffffff7f 01 02 01 02 01",
                                  "01 03 8080a0be812b 01 02 01 02 01"}) { // a longitude beyond 180°
            hashed(QByteArray::fromHex(wrong));
            QVERIFY2(says("damaged"), wrong);
        }
        json["packed"] = "not base64!";
        QVERIFY(says("damaged"));
        json["packed"] = 7;
        QVERIFY(says("damaged"));
        json.erase("packed");
        QVERIFY(says("they stand in the result's file"));
    }

    void withoutCorners_aRecipeStillTellsItsAreas()
    {
        const auto large = areasFromGeoJson(circle(20'000));
        QVERIFY(large);
        Recipe recipe;
        recipe.area = *large;
        recipe.parameters["areas"] = astra::data::toJson(*large);
        recipe.parameters["small"] = toGeoJson(*large);
        const Json whole = recipe.toJson();
        QVERIFY(!lacksCorners(whole));
        const Json brief = withoutCorners(whole);
        QVERIFY(lacksCorners(brief));
        for (const Json &areas : {brief["area"], brief["parameters"]["areas"]}) {
            QVERIFY(!areas.contains("packed"));
            QVERIFY(areas["corners"] == 20'000);
            QVERIFY(areas["sha256"] == whole["area"]["sha256"]);
        }
        QVERIFY(brief["parameters"]["small"] == whole["parameters"]["small"]);
        const auto refused = Recipe::fromJson(brief);
        QVERIFY(!refused);
        QVERIFY2(refused.error().message.contains(u"20,000 corners"), qPrintable(refused.error().message));
        const auto back = Recipe::fromJson(whole);
        QVERIFY(back);
        QVERIFY(back->toJson() == whole);
        QVERIFY(!lacksCorners(Json("text")) && !lacksCorners(Json {{"parameters", 7}}));
    }

    void manyHoles_takeNoLonger()
    {
        Json polygon = circle(200'000)["coordinates"];
        for (int i = 0; i < 20'000; ++i) {
            const double x = 9.5 + 5e-5 * i;
            polygon.push_back({{x, 50}, {x + 2e-5, 50}, {x, 50.00001}});
        }
        QElapsedTimer timer;
        timer.start();
        const auto areas = areasFromGeoJson({{"type", "Polygon"}, {"coordinates", std::move(polygon)}});
        QVERIFY(areas);
        QCOMPARE(areas->front().rings.size(), 20'001U);
        QCOMPARE(toGeoJson(*areas)["features"][0]["geometry"]["coordinates"].size(), 20'001U);
        QVERIFY2(timer.elapsed() < 5000, qPrintable(QString::number(timer.elapsed())));
    }

    void millions()
    {
        const auto areas = areasFromGeoJson(circle(1'000'000));
        QVERIFY2(areas, areas ? "" : qPrintable(areas.error().message));
        QCOMPARE(areas->front().rings.front().size(), 1'000'000U);
        QElapsedTimer timer;
        timer.start();
        const QByteArray text = toText(astra::data::toJson(*areas));
        const auto packed = timer.restart();
        const auto back = areasFromJson(parsed(text));
        const auto unpacked = timer.restart();
        const auto geojson = toText(toGeoJson(*areas)).size();
        qInfo("%lld bytes packed in %lld ms, back in %lld ms; %lld bytes of GeoJSON in %lld ms",
              static_cast<long long>(text.size()), static_cast<long long>(packed), static_cast<long long>(unpacked),
              static_cast<long long>(geojson), static_cast<long long>(timer.elapsed()));
        QVERIFY(back && *back == *areas);
        QVERIFY(text.size() < 9'000'000);
        const auto tooMany = areasFromGeoJson(circle(2'000'000));
        QVERIFY(!tooMany);
        QVERIFY(tooMany.error().message.contains(u"corners"));
    }
};

QTEST_GUILESS_MAIN(TestNamedAreas)
#include "tst_namedareas.moc"
