// SPDX-License-Identifier: Apache-2.0
// The main job on real input: what the program writes, against what GDAL's numbers give when the formula is written out
// here. The Landsat 7 scene is there in every check; the other two where the shared data lies beside the checkout.
#include "tests/app/program.h"
#include "tests/support/shareddata.h"

#include <QDir>
#include <QFile>
#include <QImage>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSet>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <cmath>

using namespace astra::test;

namespace {

/// Empty where both agree: the same pixels without data, and no value further off than `tolerance`.
QString difference(const Pixels &got, const std::vector<float> &expected, double tolerance)
{
    if (got.values.size() != expected.size())
        return QStringLiteral("%1 pixels instead of %2").arg(got.values.size()).arg(expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
        if (got.valid(i) == std::isnan(expected[i])) {
            return QStringLiteral("pixel %1: %2")
                .arg(i)
                .arg(got.valid(i) ? QStringLiteral("a value where there is no data") : QStringLiteral("no data"));
        }
        if (got.valid(i) && std::abs(static_cast<double>(got.values[i] - expected[i])) > tolerance)
            return QStringLiteral("pixel %1: %2 instead of %3").arg(i).arg(got.values[i]).arg(expected[i]);
    }
    return {};
}

double meanOf(const std::vector<float> &values)
{
    double sum = 0;
    qint64 count = 0;
    for (const float value : values) {
        if (!std::isnan(value)) {
            sum += static_cast<double>(value);
            ++count;
        }
    }
    return count > 0 ? sum / static_cast<double>(count) : std::numeric_limits<double>::quiet_NaN();
}

int coloursIn(const QImage &image)
{
    QSet<QRgb> colours;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x)
            colours.insert(image.pixel(x, y));
    }
    return static_cast<int>(colours.size());
}

} // namespace

class TestRealScenes : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void landsat7_ndviEqualsTheFormula();
    void landsat7_bandOptionsGiveTheSame();
    void landsat7_rectangleIsAWindowOfTheWhole();
    void landsat7_previews_data();
    void landsat7_previews();
    void sentinel2_ndviEqualsTheFormula();
    void landsat8_ndviEqualsTheFormula();
    void preview_isAsBrightAsTheBands_data();
    void preview_isAsBrightAsTheBands();
    void badInput_isOneSentence_data();
    void badInput_isOneSentence();

private:
    [[nodiscard]] QString path(const QString &name) const { return m_folder.filePath(name); }
    QTemporaryDir m_folder;
    std::vector<float> m_expected;
};

void TestRealScenes::initTestCase()
{
    QVERIFY2(QFile::exists(landsat7()), "the Landsat 7 sample is missing: run packaging/sample.sh");
    const Pixels red = readBand(landsat7(), 3);
    const Pixels nir = readBand(landsat7(), 4);
    QCOMPARE(red.width, 349);
    QCOMPARE(red.height, 352);
    m_expected = expectedNdvi(red, nir, 1, 0);
    // Worked out once with numpy over the same two bands.
    QVERIFY(std::abs(meanOf(m_expected) - -0.0643246380500994) < 1e-9);
}

void TestRealScenes::landsat7_ndviEqualsTheFormula()
{
    const QString out = path(QStringLiteral("l7.tif"));
    const Run run = runAstra(
        {QStringLiteral("process"), QStringLiteral("ndvi"), landsat7(), QStringLiteral("-o"), out});
    QVERIFY2(run.status == 0, run.messages.constData());
    const Pixels got = readBand(out);
    const Pixels source = readBand(landsat7(), 3);
    QCOMPARE(got.dataType, QStringLiteral("Float32"));
    QCOMPARE(got.layout, QStringLiteral("COG"));
    QCOMPARE(got.epsg, source.epsg);
    for (std::size_t i = 0; i < 6; ++i)
        QVERIFY(std::abs(got.transform[i] - source.transform[i]) < 1e-6);
    QVERIFY(got.hasNodata);
    const QString differs = difference(got, m_expected, 1e-6);
    QVERIFY2(differs.isEmpty(), qPrintable(differs));
    QVERIFY(std::abs(got.statisticsMean - meanOf(m_expected)) < 1e-5);

    QFile item(path(QStringLiteral("l7.json")));
    QVERIFY2(item.open(QIODevice::ReadOnly), "no STAC Item stands beside the result");
    const auto json = QJsonDocument::fromJson(item.readAll()).object();
    QCOMPARE(json.value(QStringLiteral("type")).toString(), QStringLiteral("Feature"));
    QVERIFY(!json.value(QStringLiteral("assets")).toObject().isEmpty());
}

void TestRealScenes::landsat7_bandOptionsGiveTheSame()
{
    const QString out = path(QStringLiteral("bands.tif"));
    const QString red = path(QStringLiteral("red.tif"));
    const QString nir = path(QStringLiteral("nir.tif"));
    QVERIFY(extractBand(landsat7(), 3, red) && extractBand(landsat7(), 4, nir));
    const Run run = runAstra({QStringLiteral("process"), QStringLiteral("ndvi"), QStringLiteral("--band"),
                              QString(u"red=" + red), QStringLiteral("--band"), QString(u"nir=" + nir),
                              QStringLiteral("-o"), out});
    QVERIFY2(run.status == 0, run.messages.constData());
    const QString differs = difference(readBand(out), m_expected, 1e-6);
    QVERIFY2(differs.isEmpty(), qPrintable(differs));
}

void TestRealScenes::landsat7_rectangleIsAWindowOfTheWhole()
{
    const QString out = path(QStringLiteral("part.tif"));
    const Run run = runAstra({QStringLiteral("process"), QStringLiteral("ndvi"), landsat7(), QStringLiteral("--bbox"),
                              QStringLiteral("-34.90,-8.00,-34.87,-7.97"), QStringLiteral("-o"), out});
    QVERIFY2(run.status == 0, run.messages.constData());
    const Pixels got = readBand(out);
    const Pixels source = readBand(landsat7(), 3);
    QVERIFY(got.width > 80 && got.width < source.width && got.height > 80 && got.height < source.height);
    const double column = (got.transform[0] - source.transform[0]) / source.transform[1];
    const double row = (got.transform[3] - source.transform[3]) / source.transform[5];
    QVERIFY2(std::abs(column - std::round(column)) < 1e-6 && std::abs(row - std::round(row)) < 1e-6,
             "the window is not snapped to the scene's pixels");
    std::vector<float> expected;
    for (int y = 0; y < got.height; ++y) {
        const auto start = (static_cast<std::ptrdiff_t>(std::lround(row)) + y) * source.width + std::lround(column);
        expected.insert(expected.end(), m_expected.begin() + start, m_expected.begin() + start + got.width);
    }
    const QString differs = difference(got, expected, 1e-6);
    QVERIFY2(differs.isEmpty(), qPrintable(differs));
}

void TestRealScenes::landsat7_previews_data()
{
    QTest::addColumn<QString>("style");
    QTest::newRow("true colour") << QStringLiteral("true-color");
    QTest::newRow("colour infrared") << QStringLiteral("color-infrared");
    QTest::newRow("NDVI") << QStringLiteral("ndvi");
}

void TestRealScenes::landsat7_previews()
{
    QFETCH(QString, style);
    const QString out = path(QString(style + u".png"));
    const Run run = runAstra(
        {QStringLiteral("preview"), landsat7(), QStringLiteral("--style"), style, QStringLiteral("-o"), out});
    QVERIFY2(run.status == 0, run.messages.constData());
    const QImage image(out);
    QVERIFY(image.width() >= 300 && image.height() >= 300);
    QVERIFY2(coloursIn(image) > 100, "a picture of few colours");
    if (style != u"ndvi")
        return;
    // Land in the west is green, the sea in the east is not.
    const auto greenness = [&](double x) {
        int sum = 0;
        for (int y = image.height() / 4; y < image.height() * 3 / 4; ++y) {
            const QRgb pixel = image.pixel(static_cast<int>(image.width() * x), y);
            sum += qGreen(pixel) - qBlue(pixel);
        }
        return sum;
    };
    QVERIFY(greenness(0.1) > greenness(0.95));
}

void TestRealScenes::sentinel2_ndviEqualsTheFormula()
{
    const QString folder = sharedData() + QStringLiteral("/rasters/s2-29RKH-20200219");
    if (sharedData().isEmpty())
        QSKIP("the shared data does not lie beside the checkout");
    // Baseline 02.x: reflectance = number × 0.0001, no offset.
    const auto expected = expectedNdvi(readBand(folder + QStringLiteral("/B04.tif")),
                                       readBand(folder + QStringLiteral("/B08.tif")), 0.0001, 0);
    const QString out = path(QStringLiteral("s2.tif"));
    const Run run = runAstra({QStringLiteral("process"), QStringLiteral("ndvi"),
                              folder + QStringLiteral("/S2A_29RKH_20200219_0_L2A.json"), QStringLiteral("-o"), out});
    QVERIFY2(run.status == 0, run.messages.constData());
    const Pixels got = readBand(out);
    const QString differs = difference(got, expected, 1e-5);
    QVERIFY2(differs.isEmpty(), qPrintable(differs));
    QCOMPARE(got.epsg, 32629);
    QVERIFY(got.overviews > 0);
}

void TestRealScenes::landsat8_ndviEqualsTheFormula()
{
    const QString folder = sharedData() + QStringLiteral("/rasters/l8c2-001062-west");
    if (sharedData().isEmpty())
        QSKIP("the shared data does not lie beside the checkout");
    const QString stem = folder + QStringLiteral("/LC08_L2SP_001062_20201031_20201106_02_T2_SR_");
    const auto expected = expectedNdvi(readBand(stem + QStringLiteral("B4.TIF")),
                                       readBand(stem + QStringLiteral("B5.TIF")), 0.0000275, -0.2);
    const QString out = path(QStringLiteral("l8.tif"));
    const Run run = runAstra({QStringLiteral("process"), QStringLiteral("ndvi"), folder, QStringLiteral("-o"), out});
    QVERIFY2(run.status == 0, run.messages.constData());
    const QString differs = difference(readBand(out), expected, 1e-5);
    QVERIFY2(differs.isEmpty(), qPrintable(differs));
    // The scene is clouds from edge to edge: an honest mask leaves next to nothing.
    const QString masked = path(QStringLiteral("l8-masked.tif"));
    const Run second = runAstra({QStringLiteral("process"), QStringLiteral("ndvi"), folder, QStringLiteral("--mask"),
                                 QStringLiteral("clouds"), QStringLiteral("-o"), masked});
    QVERIFY2(second.status == 0, second.messages.constData());
    const Pixels left = readBand(masked);
    std::size_t clear = 0;
    for (std::size_t i = 0; i < left.values.size(); ++i)
        clear += left.valid(i) ? 1U : 0U;
    QVERIFY(clear < left.values.size() / 50);
}

void TestRealScenes::preview_isAsBrightAsTheBands_data()
{
    QTest::addColumn<QString>("source");
    QTest::addColumn<QString>("red");
    QTest::addColumn<double>("scale");
    QTest::addColumn<double>("offset");
    const QString rasters = sharedData() + QStringLiteral("/rasters/");
    const QString s2 = rasters + QStringLiteral("s2-29RKH-20200219/");
    const QString l8 = rasters + QStringLiteral("l8c2-001062-west");
    QTest::newRow("Sentinel-2") << QString(s2 + QStringLiteral("S2A_29RKH_20200219_0_L2A.json"))
                                << QString(s2 + QStringLiteral("B04.tif")) << 0.0001 << 0.0;
    QTest::newRow("Landsat 8") << l8
                               << QString(l8 + QStringLiteral("/LC08_L2SP_001062_20201031_20201106_02_T2_SR_B4.TIF"))
                               << 0.0000275 << -0.2;
}

void TestRealScenes::preview_isAsBrightAsTheBands()
{
    if (sharedData().isEmpty())
        QSKIP("the shared data does not lie beside the checkout");
    QFETCH(QString, source);
    QFETCH(QString, red);
    QFETCH(double, scale);
    QFETCH(double, offset);
    const QString out = path(QStringLiteral("bright.png"));
    const Run run = runAstra({QStringLiteral("preview"), source, QStringLiteral("--style"),
                              QStringLiteral("true-color"), QStringLiteral("-o"), out});
    QVERIFY2(run.status == 0, run.messages.constData());

    // True colour is reflectance 0 … 0.30 with gamma 1.4; the mean does not mind how the picture is projected.
    const Pixels band = readBand(red);
    double expected = 0;
    qint64 valid = 0;
    for (std::size_t i = 0; i < band.values.size(); ++i) {
        if (!band.valid(i))
            continue;
        const double reflectance = static_cast<double>(band.values[i]) * scale + offset;
        expected += 255 * std::pow(std::clamp(reflectance / 0.30, 0.0, 1.0), 1 / 1.4);
        ++valid;
    }
    const QImage picture(out);
    double shown = 0;
    qint64 opaque = 0;
    for (int y = 0; y < picture.height(); ++y) {
        for (int x = 0; x < picture.width(); ++x) {
            const QColor color = picture.pixelColor(x, y);
            if (color.alpha() < 255)
                continue;
            shown += color.red();
            ++opaque;
        }
    }
    QVERIFY(valid > 0 && opaque > 0);
    const double difference = shown / static_cast<double>(opaque) - expected / static_cast<double>(valid);
    QVERIFY2(std::abs(difference) < 4, qPrintable(QString::number(difference)));
}

void TestRealScenes::badInput_isOneSentence_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<int>("status");
    const QString out = path(QStringLiteral("never.tif"));
    const auto row = [&](const char *name, int status, const QStringList &rest) {
        QTest::newRow(name) << (QStringList {QStringLiteral("process")} + rest
                                + QStringList {QStringLiteral("-o"), out})
                            << status;
    };
    const QString ndvi = QStringLiteral("ndvi");
    row("no such file", 1, {ndvi, path(QStringLiteral("nothing.tif"))});
    row("no such operation", 2, {QStringLiteral("alchemy"), landsat7()});
    row("impossible rectangle", 2, {ndvi, landsat7(), QStringLiteral("--bbox"), QStringLiteral("0,0,400,1")});
    row("a rectangle elsewhere", 1, {ndvi, landsat7(), QStringLiteral("--bbox"), QStringLiteral("10,10,11,11")});
    row("no mask in the scene", 1, {ndvi, landsat7(), QStringLiteral("--mask"), QStringLiteral("clouds")});
}

void TestRealScenes::badInput_isOneSentence()
{
    QFETCH(QStringList, arguments);
    QFETCH(int, status);
    const Run run = runAstra(arguments);
    QCOMPARE(run.status, status);
    QVERIFY2(run.output.isEmpty(), run.output.constData());
    QVERIFY2(run.messages.contains("astra: "), run.messages.constData());
    QVERIFY2(!QFile::exists(path(QStringLiteral("never.tif"))), "something was left half-written");
}

QTEST_GUILESS_MAIN(TestRealScenes)
#include "tst_realscenes.moc"
