// SPDX-License-Identifier: Apache-2.0
#pragma once

// What is known of a product before any item is read: its bands, what they are called where, and what their numbers
// mean. One file per sensor in resources/sensors; read once, never written.

#include "core/base/json.h"
#include "core/data/scene.h"

#include <map>

namespace astra::data {

/// One band of a product.
struct SensorBand {
    Band band; ///< native name, common name, ground sample distance
    QStringList keys; ///< further asset keys and band names by which catalogues call it
    std::optional<Radiometry> radiometry; ///< absent: classes or bits, never scaled
    std::optional<double> nodata; ///< the raw number that means no data; of classes too
    std::map<QString, double> wavelengths {}; ///< platform → centre in nanometres; "" for those not named

    [[nodiscard]] std::optional<double> wavelength(const QString &platform) const;
};

/// One product of one sensor: Landsat Collection 2 Level 2 has three of them, by platform.
struct Sensor {
    QString product; ///< "sentinel-2-l2a", "landsat-c2-l2"
    QString title; ///< "Sentinel-2 L2A"
    QStringList platforms; ///< "landsat-8"; empty: any
    QStringList collections; ///< ids by which catalogues call this product
    std::vector<SensorBand> bands;
    QString mask; ///< native name of the band that tells clouds ("SCL", "QA_PIXEL")
    /// From this processing baseline on, `baselineOffset` is added to scaled values (Sentinel-2: "04.00", −0.1).
    QString baselineFrom;
    double baselineOffset = 0;
    /// Native names of bands in which nearly every scene has dark ground, best first: where pixels are asked whether
    /// the rule is right. Empty: they are not asked.
    QStringList dark;

    /// By native name, key or common name, in this order; case does not matter.
    [[nodiscard]] const SensorBand *find(const QString &name) const;
    /// Whether that baseline's numbers carry the offset; false for one that is no number.
    [[nodiscard]] bool hasOffsetSince(const QString &baseline) const;
    /// By the native name within a file's name: "T32TMT_20200705T101559_B04_10m.jp2", "LC08_…_SR_B4.TIF", "B8A.tif".
    [[nodiscard]] const SensorBand *findInFileName(QStringView fileName) const;

    [[nodiscard]] static Result<Sensor> fromJson(const Json &json);
};

/// Every sensor shipped.
[[nodiscard]] const std::vector<Sensor> &sensors();
/// The sensor of a product on a platform; with an unknown platform the newest. Null: unknown product.
[[nodiscard]] const Sensor *sensorFor(const QString &product, const QString &platform = {});
/// What a product's table says of a band, on this platform or (where that is not known) on any; null: nothing.
[[nodiscard]] const SensorBand *bandOf(const QString &product, const QString &platform, const Band &band);
/// The product that a catalogue's collection id stands for; empty where unknown.
[[nodiscard]] QString productOfCollection(const QString &collection);
/// The product that an item's or file's name stands for ("S2B_MSIL2A_…", "LC08_L2SP_…"); empty where unknown.
[[nodiscard]] QString productOfName(const QString &name);
/// The platform that a name stands for ("S2B…": "sentinel-2b", "LE07…": "landsat-7"); empty where unknown.
[[nodiscard]] QString platformOfName(const QString &name);

} // namespace astra::data
