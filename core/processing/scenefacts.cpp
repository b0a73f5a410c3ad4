// SPDX-License-Identifier: Apache-2.0
#include "core/processing/scenefacts.h"

#include "core/data/sensor.h"

#include <QCoreApplication>
#include <QRegularExpression>

namespace astra::processing {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::processing)
};

/// "S2B_MSIL2A_20200705T101559_N0214_R065_T32TMT_…": the relative orbit; "LC08_L2SP_028030_…": path and row.
QString orbitOf(const QString &id)
{
    static const QRegularExpression sentinel2(QStringLiteral("_(R[0-9]{3})_"));
    if (const auto match = sentinel2.match(id); match.hasMatch())
        return match.captured(1);
    static const QRegularExpression landsat(
        QStringLiteral("^L[COTEM]0[1-9]_L[0-9][A-Z]{2}_([0-9]{3})([0-9]{3})_[0-9]{8}"));
    if (const auto match = landsat.match(id); match.hasMatch()) {
        return QStringLiteral("path %1 row %2").arg(match.captured(1).toInt()).arg(match.captured(2).toInt());
    }
    return {};
}

void addOnce(QStringList &names, const QString &name)
{
    if (!name.isEmpty() && !names.contains(name))
        names << name;
}

} // namespace

Result<void> requireBand(const SceneFacts &scene, const QString &band)
{
    if (scene.bands.contains(band, Qt::CaseInsensitive))
        return {};
    return fail(
        ErrorCode::NotFound,
        Text::tr("%1 has no band “%2”; it has: %3").arg(scene.id, band, scene.bands.join(QStringLiteral(", "))));
}

SceneFacts factsOf(const data::Scene &scene)
{
    SceneFacts facts;
    facts.id = scene.id;
    facts.platform = scene.platform;
    facts.product = scene.product;
    facts.baseline = scene.baseline;
    facts.orbit = orbitOf(scene.id);
    facts.datetime = scene.datetime;
    for (const auto kind : {MaskKind::Scl, MaskKind::QaPixel}) {
        if (!facts.mask && data::findBand(scene, maskBand(kind)))
            facts.mask = kind;
    }
    for (const auto &asset : scene.assets) {
        for (const auto &band : asset.bands) {
            for (const QString &name : {band.commonName, band.name}) {
                if (!facts.bands.contains(name) && data::findBand(scene, name))
                    addOnce(facts.bands, name);
            }
        }
    }
    // What only the file's name tells, and what stands in for another.
    for (const auto &asset : scene.assets) {
        if (asset.bands.size() == 1 && asset.bands[0].name.isEmpty() && asset.bands[0].commonName.isEmpty()
            && data::findBand(scene, asset.key))
            addOnce(facts.bands, asset.key);
    }
    for (const auto &name : {QStringLiteral("nir"), QStringLiteral("nir08")}) {
        if (data::findBand(scene, name))
            addOnce(facts.bands, name);
    }
    for (const auto &name : facts.bands) {
        const auto found = data::findBand(scene, name);
        if (found->band.gsd)
            facts.gsd.emplace(name, *found->band.gsd);
        const auto *known = data::bandOf(scene.product, scene.platform, found->band);
        if (const auto wavelength = known ? known->wavelength(scene.platform) : std::nullopt)
            facts.wavelengths.emplace(name, *wavelength);
    }
    return facts;
}

} // namespace astra::processing
