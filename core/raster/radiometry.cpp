// SPDX-License-Identifier: Apache-2.0
#include "core/raster/radiometry.h"

#include <QCoreApplication>

#include <cmath>

namespace astra::raster {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::raster)
};

using data::Radiometry;

enum class Kind { Reflectance, Temperature, Classes, Display, Other };

bool isSentinel2(const data::Scene &scene) { return scene.product.startsWith(u"sentinel-2-l"); }
bool isLandsatLevel2(const data::Scene &scene) { return scene.product.startsWith(u"landsat-c2-l2"); }
bool isHls(const data::Scene &scene) { return scene.product.startsWith(u"hls"); }

bool isSpectral(const data::Band &band)
{
    static const QStringList common {
        QStringLiteral("coastal"),    QStringLiteral("blue"),       QStringLiteral("green"),
        QStringLiteral("green05"),    QStringLiteral("yellow"),     QStringLiteral("red"),
        QStringLiteral("rededge"),    QStringLiteral("rededge071"), QStringLiteral("rededge075"),
        QStringLiteral("rededge078"), QStringLiteral("rededge1"),   QStringLiteral("rededge2"),
        QStringLiteral("rededge3"),   QStringLiteral("nir"),        QStringLiteral("nir08"),
        QStringLiteral("nir09"),      QStringLiteral("cirrus"),     QStringLiteral("swir16"),
        QStringLiteral("swir22"),
    };
    if (common.contains(band.commonName.toLower()))
        return true;
    const QString name = band.name.toUpper();
    return name.startsWith(u"SR_B") || (name.size() == 3 && name[0] == u'B' && name[1].isDigit());
}

bool isThermal(const data::Band &band)
{
    return band.name.startsWith(u"ST_B", Qt::CaseInsensitive) || band.commonName.startsWith(u"lwir");
}

bool isMask(const data::Band &band)
{
    const QString name = (band.commonName.isEmpty() ? band.name : band.commonName).toLower();
    return name == u"scl" || name.startsWith(u"qa_") || name == u"fmask" || name == u"cloud_qa";
}

Kind kindOf(const data::Scene &scene, const data::BandRef &band)
{
    if (band.asset && band.asset->roles.contains(QStringLiteral("visual")))
        return Kind::Display;
    if (isMask(band.band))
        return Kind::Classes;
    if (isThermal(band.band))
        return Kind::Temperature;
    // Sentinel-2 items give the role to aerosol thickness and water vapour as well.
    const bool byRole = !isSentinel2(scene) && band.asset && band.asset->roles.contains(QStringLiteral("reflectance"));
    return byRole || isSpectral(band.band) ? Kind::Reflectance : Kind::Other;
}

QString quantityOf(Kind kind)
{
    return kind == Kind::Reflectance ? QStringLiteral("reflectance")
        : kind == Kind::Temperature  ? QStringLiteral("kelvin")
                                     : QString();
}

/// What Sentinel-2's processing did to the numbers: since baseline 04.00 they carry +1000. Decided by the baseline,
/// never by the date, as old scenes are processed again.
std::optional<double> baselineOf(const data::Scene &scene)
{
    bool ok = false;
    const double baseline = scene.baseline.toDouble(&ok);
    return ok ? std::optional(baseline) : std::nullopt;
}

bool statesScale(const data::BandRef &band)
{
    return band.asset && band.asset->stated && (band.asset->stated->scale != 1 || band.asset->stated->offset != 0);
}

/// The offset is gone from the cloud-optimised copies; a JPEG 2000 twin in the same item still has it.
bool offsetGone(const data::Scene &scene, const data::BandRef &band)
{
    return scene.offsetRemoved && isSentinel2(scene) && (!band.asset || band.asset->isCog());
}

Radiometry asStated(const data::Scene &scene, const data::BandRef &band, Kind kind)
{
    Radiometry r = *band.asset->stated;
    r.source = Text::tr("item metadata");
    r.quantity = quantityOf(kind);
    if (isSentinel2(scene) && kind != Kind::Reflectance && r.offset != 0) {
        // Seen on aerosol thickness, where the reflectance offset is nonsense.
        r.offset = 0;
        r.source = Text::tr("item metadata; its offset is for reflectance only");
    } else if (kind == Kind::Reflectance && offsetGone(scene, band)) {
        r.offset = 0;
        r.source = Text::tr("item metadata; it says that the offset is removed from the pixels");
    }
    return r;
}

Radiometry bySentinel2(const data::Scene &scene, const data::BandRef &band)
{
    Radiometry r {0.0001, 0, {}, quantityOf(Kind::Reflectance), {}};
    const auto baseline = baselineOf(scene);
    if (!baseline) {
        r.source = Text::tr("Sentinel-2; no baseline is stated, so no offset is applied");
    } else if (*baseline < 4.0) {
        r.source = Text::tr("baseline %1: no offset").arg(scene.baseline);
    } else if (offsetGone(scene, band)) {
        r.source
            = Text::tr("baseline %1; the item says that the offset is removed from the pixels").arg(scene.baseline);
    } else {
        r.offset = -0.1;
        r.source = Text::tr("baseline %1").arg(scene.baseline);
    }
    return r;
}

std::optional<Radiometry> byProduct(const data::Scene &scene, const data::BandRef &band, Kind kind)
{
    if (isSentinel2(scene) && kind == Kind::Reflectance)
        return bySentinel2(scene, band);
    if (isLandsatLevel2(scene) && kind == Kind::Reflectance)
        return Radiometry {0.0000275, -0.2, {}, quantityOf(kind), Text::tr("Landsat Collection 2 surface reflectance")};
    if (isLandsatLevel2(scene) && kind == Kind::Temperature)
        return Radiometry {
            0.00341802, 149.0, {}, quantityOf(kind), Text::tr("Landsat Collection 2 surface temperature")};
    if (isHls(scene) && kind == Kind::Reflectance)
        return Radiometry {0.0001, 0, {}, quantityOf(kind), Text::tr("Harmonized Landsat Sentinel-2")};
    return std::nullopt;
}

const BandInfo *fileBand(const data::BandRef &band, const Info *file)
{
    const bool there = file && band.index >= 1 && static_cast<std::size_t>(band.index) <= file->bands.size();
    return there ? &file->bands[static_cast<std::size_t>(band.index) - 1] : nullptr;
}

Radiometry scaling(const data::Scene &scene, const data::BandRef &band, Kind kind, const BandInfo *file)
{
    if (kind == Kind::Classes)
        return {1, 0, {}, {}, Text::tr("classes, as they stand")};
    if (kind == Kind::Display)
        return {1, 0, {}, {}, Text::tr("display values, as they stand")};
    if (statesScale(band))
        return asStated(scene, band, kind);
    if (auto known = byProduct(scene, band, kind))
        return *known;
    if (file && (file->scale || file->offset) && (file->scale.value_or(1) != 1 || file->offset.value_or(0) != 0))
        return {file->scale.value_or(1), file->offset.value_or(0), {}, {}, Text::tr("the file's own tags")};
    return {1, 0, {}, {}, Text::tr("raw values; no rule is known for them")};
}

std::optional<double> nodataOf(const data::Scene &scene, const data::BandRef &band, Kind kind, const BandInfo *file)
{
    if (file && file->nodata)
        return file->nodata;
    if (band.asset && band.asset->stated && band.asset->stated->nodata)
        return band.asset->stated->nodata;
    if (kind == Kind::Display || kind == Kind::Other)
        return std::nullopt;
    if (isHls(scene))
        return kind == Kind::Reflectance ? std::optional(-9999.0) : std::nullopt;
    if (isLandsatLevel2(scene))
        return kind == Kind::Classes ? 1.0 : 0.0;
    return isSentinel2(scene) ? std::optional(0.0) : std::nullopt;
}

QString number(double value) { return QString::number(value, 'g', 9); }

} // namespace

Radiometry radiometry(const data::Scene &scene, const data::BandRef &band, const Info *file)
{
    const Kind kind = kindOf(scene, band);
    const BandInfo *own = fileBand(band, file);
    Radiometry r = scaling(scene, band, kind, own);
    r.nodata = nodataOf(scene, band, kind, own);
    return r;
}

void apply(data::Block &block, const Radiometry &radiometry)
{
    if (radiometry.scale == 1 && radiometry.offset == 0)
        return;
    const auto scale = static_cast<float>(radiometry.scale);
    const auto offset = static_cast<float>(radiometry.offset);
    for (float &value : block.values)
        value = value * scale + offset;
}

QString describe(const Radiometry &r)
{
    if (r.scale == 1 && r.offset == 0)
        return QStringLiteral("DN: ") + r.source;
    QString text = QStringLiteral("DN × ") + number(r.scale);
    if (r.offset != 0)
        text += (r.offset < 0 ? QStringLiteral(" − ") : QStringLiteral(" + ")) + number(std::abs(r.offset));
    return text + QStringLiteral(": ") + r.source;
}

} // namespace astra::raster
