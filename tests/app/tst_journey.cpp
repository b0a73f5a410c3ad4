// SPDX-License-Identifier: Apache-2.0
// The whole way through the window, in a virtual screen with real mouse and key events (journey.py), then a look at
// what it left behind.
#include "tests/app/program.h"

#include <QFile>
#include <QImage>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QSet>
#include <QTest>

#include <cmath>

using namespace astra::test;

namespace {

QString at(const char *name) { return QStringLiteral(ASTRA_BINARY_DIR "/journey/") + QString::fromLatin1(name); }

QJsonObject readObject(const char *name)
{
    QFile file(at(name));
    return file.open(QIODevice::ReadOnly) ? QJsonDocument::fromJson(file.readAll()).object() : QJsonObject();
}

} // namespace

class TestJourney : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void search_showedSeveralScenes();
    void previews_showTheSceneAndItsNdvi();
    void result_isAnNdviCog();
    void result_saysHowItWasMade();
    void window_wasSeen();
};

void TestJourney::initTestCase()
{
    QProcess process;
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start(QStringLiteral(ASTRA_SOURCE_DIR "/tests/app/virtual-display.sh"),
                  {QStringLiteral(ASTRA_SOURCE_DIR "/tests/app/journey.py"), QStringLiteral("--astra"), programPath(),
                   QStringLiteral("--output"), QStringLiteral(ASTRA_BINARY_DIR "/journey")});
    const bool ended = process.waitForFinished(280000);
    const QByteArray said = process.readAll();
    QFile log(at("astra.log"));
    const QByteArray messages = log.open(QIODevice::ReadOnly) ? log.readAll() : QByteArray();
    QVERIFY2(ended && process.exitStatus() == QProcess::NormalExit && process.exitCode() == 0,
             QByteArray(said + "\nthe program said:\n" + messages).constData());
}

void TestJourney::search_showedSeveralScenes()
{
    const QJsonArray rows = readObject("journey.json").value(QStringLiteral("rows")).toArray();
    QVERIFY(rows.size() >= 3);
    for (const auto &row : rows)
        QVERIFY2(row.toString().contains(QStringLiteral("invented")), qPrintable(row.toString()));
}

void TestJourney::previews_showTheSceneAndItsNdvi()
{
    const QImage colour(at("preview.png"));
    const QImage ndvi(at("preview-ndvi.png"));
    QVERIFY(!colour.isNull() && colour.size() == ndvi.size());
    QSet<QRgb> colours;
    int changed = 0;
    int looked = 0;
    // The middle is where the scene lies.
    for (int y = colour.height() / 4; y < colour.height() * 3 / 4; y += 2) {
        for (int x = colour.width() / 4; x < colour.width() * 3 / 4; x += 2) {
            colours.insert(colour.pixel(x, y));
            changed += colour.pixel(x, y) != ndvi.pixel(x, y) ? 1 : 0;
            ++looked;
        }
    }
    QVERIFY2(colours.size() > 500, "no scene was drawn");
    QVERIFY2(changed > looked / 2, "NDVI looks like true colour");
}

void TestJourney::result_isAnNdviCog()
{
    const Pixels ndvi = readBand(at("ndvi.tif"));
    QCOMPARE(ndvi.dataType, QStringLiteral("Float32"));
    QCOMPARE(ndvi.layout, QStringLiteral("COG"));
    QVERIFY(ndvi.epsg > 0 && ndvi.hasNodata);
    double sum = 0;
    std::size_t count = 0;
    for (std::size_t i = 0; i < ndvi.values.size(); ++i) {
        if (!ndvi.valid(i))
            continue;
        QVERIFY(std::abs(ndvi.values[i]) <= 1.0F);
        sum += static_cast<double>(ndvi.values[i]);
        ++count;
    }
    QVERIFY(count > ndvi.values.size() / 4);
    QVERIFY(std::abs(sum / static_cast<double>(count) - ndvi.statisticsMean) < 1e-3);
}

void TestJourney::result_saysHowItWasMade()
{
    const QJsonObject item = readObject("ndvi.json");
    QCOMPARE(item.value(QStringLiteral("type")).toString(), QStringLiteral("Feature"));
    const QJsonObject properties = item.value(QStringLiteral("properties")).toObject();
    QVERIFY2(properties.value(QStringLiteral("astra:invented")).toBool(), "invented data is not marked");
    QFile summary(at("ndvi.txt"));
    QVERIFY(summary.open(QIODevice::ReadOnly) && summary.size() > 0);
}

void TestJourney::window_wasSeen()
{
    const QImage window(at("window.png"));
    QCOMPARE(window.size(), QSize(1440, 900));
}

QTEST_GUILESS_MAIN(TestJourney)
#include "tst_journey.moc"
