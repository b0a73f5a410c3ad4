// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QString>
#include <QStringList>

#include <array>
#include <vector>

class QObject;

namespace astra::test {

[[nodiscard]] QString programPath();

/// One finished run of the program, with configuration and data folders of its own.
struct Run {
    int status = -1;
    QByteArray output;
    QByteArray messages;
};
[[nodiscard]] Run runAstra(const QStringList &arguments);

/// Runs the slots of `test` on a D-Bus and beside a keyring of their own: the program starts itself again in such a
/// session. @return the exit status
[[nodiscard]] int runBesideKeyring(int argc, char **argv, QObject &test);

/// A band as GDAL itself reads it, without any code of ours.
struct Pixels {
    int width = 0;
    int height = 0;
    std::vector<float> values; ///< as stored; row by row
    bool hasNodata = false;
    double nodata = 0;
    std::array<double, 6> transform {};
    QString dataType;
    int epsg = 0;
    int overviews = 0;
    QString layout; ///< "COG"
    double statisticsMean = 0; ///< as the file states it; NaN where it does not
    [[nodiscard]] bool valid(std::size_t i) const;
};
[[nodiscard]] Pixels readBand(const QString &path, int band = 1);

/// One band of a file of bytes as a GeoTIFF of its own.
[[nodiscard]] bool extractBand(const QString &from, int band, const QString &to);

/// (nir − red) / (nir + red) over values = number × scale + offset, written out here for once more; NaN without data.
[[nodiscard]] std::vector<float> expectedNdvi(const Pixels &red, const Pixels &nir, double scale, double offset);

/// The Landsat 7 scene that packaging/sample.sh unpacks: $ASTRA_L7_SAMPLE, or build/samples. Never absent in a check.
[[nodiscard]] QString landsat7();

} // namespace astra::test
