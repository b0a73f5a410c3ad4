// SPDX-License-Identifier: Apache-2.0
#include "tests/app/program.h"

#include <QCoreApplication>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <gdal.h>
#include <ogr_srs_api.h>

#include <cmath>
#include <limits>

namespace astra::test {

QString programPath() { return QStringLiteral(ASTRA_PROGRAM); }

Run runAstra(const QStringList &arguments)
{
    const QTemporaryDir folder;
    QProcess process;
    QStringList all = {QStringLiteral("--config"), folder.filePath(QStringLiteral("config")), QStringLiteral("--data"),
                       folder.filePath(QStringLiteral("data"))};
    process.start(programPath(), all + arguments);
    if (!process.waitForFinished(60000)) {
        process.kill();
        process.waitForFinished();
        return {-1, process.readAllStandardOutput(), "did not end within a minute"};
    }
    const bool normal = process.exitStatus() == QProcess::NormalExit;
    return {normal ? process.exitCode() : -1, process.readAllStandardOutput(), process.readAllStandardError()};
}

int runBesideKeyring(int argc, char **argv, QObject &test)
{
    if (qEnvironmentVariableIsSet("ASTRA_TEST_KEYRING"))
        return QTest::qExec(&test, argc, argv);
    QProcess session;
    session.setProcessChannelMode(QProcess::ForwardedChannels);
    QStringList around = QProcess::systemEnvironment();
    session.setEnvironment(around << QStringLiteral("ASTRA_TEST_KEYRING=1"));
    session.start(QStringLiteral("sh"),
                  QStringList {QStringLiteral(ASTRA_SOURCE_DIR "/tests/support/keychain-session.sh"),
                               QStringLiteral("open"), QCoreApplication::applicationFilePath()}
                      + QCoreApplication::arguments().mid(1));
    session.waitForFinished(-1);
    return session.exitStatus() == QProcess::NormalExit ? session.exitCode() : 1;
}

bool Pixels::valid(std::size_t i) const
{
    const auto value = static_cast<double>(values[i]);
    return !std::isnan(value) && !(hasNodata && value == nodata);
}

Pixels readBand(const QString &path, int band)
{
    GDALAllRegister();
    Pixels pixels;
    GDALDatasetH file = GDALOpen(path.toUtf8().constData(), GA_ReadOnly);
    if (!file)
        return pixels;
    GDALRasterBandH raster = GDALGetRasterBand(file, band);
    const int width = GDALGetRasterXSize(file);
    const int height = GDALGetRasterYSize(file);
    pixels.values.resize(static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
    if (raster
        && GDALRasterIO(raster, GF_Read, 0, 0, width, height, pixels.values.data(), width, height, GDT_Float32, 0, 0)
            == CE_None) {
        pixels.width = width;
        pixels.height = height;
        int has = 0;
        pixels.nodata = GDALGetRasterNoDataValue(raster, &has);
        pixels.hasNodata = has != 0;
        pixels.dataType = QString::fromLatin1(GDALGetDataTypeName(GDALGetRasterDataType(raster)));
        pixels.overviews = GDALGetOverviewCount(raster);
        const char *mean = GDALGetMetadataItem(raster, "STATISTICS_MEAN", nullptr);
        pixels.statisticsMean = mean ? QByteArray(mean).toDouble() : std::numeric_limits<double>::quiet_NaN();
        pixels.layout = QString::fromLatin1(GDALGetMetadataItem(file, "LAYOUT", "IMAGE_STRUCTURE"));
        GDALGetGeoTransform(file, pixels.transform.data());
        if (OGRSpatialReferenceH system = GDALGetSpatialRef(file)) {
            if (const char *code = OSRGetAuthorityCode(system, nullptr))
                pixels.epsg = QByteArray(code).toInt();
        }
    }
    GDALClose(file);
    return pixels;
}

bool extractBand(const QString &from, int band, const QString &to)
{
    GDALAllRegister();
    GDALDatasetH source = GDALOpen(from.toUtf8().constData(), GA_ReadOnly);
    if (!source)
        return false;
    const int width = GDALGetRasterXSize(source);
    const int height = GDALGetRasterYSize(source);
    std::vector<unsigned char> bytes(static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
    GDALDatasetH copy = GDALCreate(GDALGetDriverByName("GTiff"), to.toUtf8().constData(), width, height, 1, GDT_Byte,
                                   nullptr);
    std::array<double, 6> transform {};
    GDALGetGeoTransform(source, transform.data());
    const auto pass = [&](GDALDatasetH file, int number, GDALRWFlag way) {
        return file
            && GDALRasterIO(GDALGetRasterBand(file, number), way, 0, 0, width, height, bytes.data(), width, height,
                            GDT_Byte, 0, 0)
            == CE_None;
    };
    const bool done = copy && GDALSetGeoTransform(copy, transform.data()) == CE_None
        && GDALSetProjection(copy, GDALGetProjectionRef(source)) == CE_None && pass(source, band, GF_Read)
        && pass(copy, 1, GF_Write);
    GDALClose(source);
    if (copy)
        GDALClose(copy);
    return done;
}

std::vector<float> expectedNdvi(const Pixels &red, const Pixels &nir, double scale, double offset)
{
    std::vector<float> ndvi(red.values.size(), std::numeric_limits<float>::quiet_NaN());
    for (std::size_t i = 0; i < ndvi.size(); ++i) {
        if (!red.valid(i) || !nir.valid(i))
            continue;
        const double r = static_cast<double>(red.values[i]) * scale + offset;
        const double n = static_cast<double>(nir.values[i]) * scale + offset;
        if (n + r != 0)
            ndvi[i] = static_cast<float>((n - r) / (n + r));
    }
    return ndvi;
}

QString landsat7()
{
    return qEnvironmentVariable("ASTRA_L7_SAMPLE", QStringLiteral(ASTRA_BINARY_DIR "/../samples/L7_ETMs.tif"));
}

} // namespace astra::test
