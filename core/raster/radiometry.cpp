// SPDX-License-Identifier: Apache-2.0
#include "core/raster/radiometry.h"

#include "core/base/phrases.h"
#include "core/data/sensor.h"

#include <algorithm>
#include <cmath>

namespace astra::raster {

namespace {

using data::OffsetOverride;
using data::Radiometry;

constexpr QLatin1String reflectance("reflectance");

/// A band whose name means reflectance wherever it is met, although nothing is known of its product.
bool isSpectral(const data::Band &band)
{
    const auto &all = data::sensors();
    return std::any_of(all.begin(), all.end(), [&](const data::Sensor &sensor) {
        const data::SensorBand *known = sensor.find(band.name);
        known = known ? known : sensor.find(band.commonName);
        return known && known->radiometry && known->radiometry->quantity == reflectance;
    });
}

bool isMask(const data::Band &band)
{
    const QString name = (band.commonName.isEmpty() ? band.name : band.commonName).toLower();
    return name == u"scl" || name.startsWith(u"qa_") || name == u"fmask" || name == u"cloud_qa";
}

/// Everything that decides about one band.
struct Case {
    const data::Scene &scene;
    const data::BandRef &band;
    const BandInfo *file = nullptr;
    const PixelEvidence *evidence = nullptr;
    const data::Sensor *sensor = nullptr; ///< null: the product is not known
    const data::SensorBand *known = nullptr; ///< null: the product's table does not have this band
    bool isDisplay = false;
    bool isClasses = false;
    bool isReflectance = false;

    [[nodiscard]] const Radiometry *table() const { return known && known->radiometry ? &*known->radiometry : nullptr; }
    [[nodiscard]] const Radiometry *stated() const
    {
        const data::Asset *asset = band.asset;
        const bool says = asset && asset->stated && (asset->stated->scale != 1 || asset->stated->offset != 0);
        return says ? &*asset->stated : nullptr;
    }
    /// Whether this product's pixels may carry the offset of a processing baseline.
    [[nodiscard]] bool mayCarryOffset() const { return isReflectance && sensor && sensor->baselineOffset != 0; }
    /// The offset is gone from the cloud-optimised copies; a JPEG 2000 twin in the same item still has it.
    [[nodiscard]] bool saidToBeGone() const
    {
        return mayCarryOffset() && scene.offsetRemoved && (!band.asset || band.asset->isCog());
    }
};

Case caseOf(const data::Scene &scene, const data::BandRef &band, const Info *file, const PixelEvidence *evidence)
{
    Case c {scene, band};
    if (file && band.index >= 1 && static_cast<std::size_t>(band.index) <= file->bands.size())
        c.file = &file->bands[static_cast<std::size_t>(band.index) - 1];
    // The pixels of one kind of file say nothing of the other.
    if (evidence && (!band.asset || band.asset->isCog() == evidence->ofCog))
        c.evidence = evidence;
    c.sensor = data::sensorFor(scene.product, scene.platform);
    c.known = c.sensor ? data::bandOf(scene.product, scene.platform, band.band) : nullptr;
    const auto hasRole = [&](const char *role) {
        return band.asset && band.asset->roles.contains(QLatin1String(role));
    };
    c.isDisplay = hasRole("visual");
    c.isClasses = !c.isDisplay && (c.known ? !c.known->radiometry : isMask(band.band));
    if (!c.isDisplay && !c.isClasses) {
        // Sentinel-2 items give the role to aerosol thickness and water vapour as well: the table knows better.
        c.isReflectance = c.table() ? c.table()->quantity == reflectance
                                    : hasRole("reflectance") || (!c.sensor && isSpectral(band.band));
    }
    return c;
}

QString perCent(double value) { return QString::number(value, 'f', value < 10 ? 1 : 0); }

/// What the offset is and who says so, where the item states none.
void decideOffset(Radiometry &r, const Case &c)
{
    const double carried = c.sensor->baselineOffset;
    const QString baseline = ASTRA_PHRASE("astra::raster", "baseline %1").arg(c.scene.baseline);
    const bool isSince = c.sensor->hasOffsetSince(c.scene.baseline);
    const bool itemSaysNone = c.stated() != nullptr;
    // Silent are an item without a baseline, and one that gives a scale alone where the baseline has an offset.
    const bool isOpen = isSince ? itemSaysNone : c.scene.baseline.isEmpty();
    r.offset = 0;
    if (isOpen && c.evidence && c.evidence->offsetIsGone()) {
        r.source = ASTRA_PHRASE("astra::raster", "pixel evidence: %1 % of %2 would be below zero with an offset")
                       .arg(perCent(c.evidence->negative), c.evidence->band);
    } else if (isOpen && c.evidence && c.evidence->offsetIsThere()) {
        r.offset = carried;
        r.source = ASTRA_PHRASE("astra::raster", "pixel evidence: the darkest of %1 lie where the offset puts them")
                       .arg(c.evidence->band);
    } else if (isSince) {
        r.offset = carried;
        r.source = baseline;
    } else if (itemSaysNone) {
        r.source = ASTRA_PHRASE("astra::raster", "item metadata");
    } else {
        r.source = c.scene.baseline.isEmpty()
            ? ASTRA_PHRASE("astra::raster", "%1; no baseline is stated, so no offset is applied").arg(c.sensor->title)
            : ASTRA_PHRASE("astra::raster", "%1: no offset").arg(baseline);
    }
}

/// Sentinel-2's processing decides by its baseline, never by the date: old scenes are processed again.
Radiometry byBaseline(const Case &c)
{
    const Radiometry *const stated = c.stated();
    Radiometry r = stated ? *stated : *c.table();
    r.quantity = reflectance;
    if (c.scene.offsetOverride != OffsetOverride::None) {
        const bool isApplied = c.scene.offsetOverride == OffsetOverride::Apply;
        r.offset = isApplied ? c.sensor->baselineOffset : 0;
        r.source = isApplied ? ASTRA_PHRASE("astra::raster", "overridden by you: the offset is applied")
                             : ASTRA_PHRASE("astra::raster", "overridden by you: the offset is left off");
    } else if (c.saidToBeGone()) {
        r.offset = 0;
        r.source = ASTRA_PHRASE("astra::raster", "item metadata; it says that the offset is removed from the pixels");
    } else if (stated && stated->offset != 0) {
        r.source = ASTRA_PHRASE("astra::raster", "item metadata");
    } else {
        decideOffset(r, c);
    }
    return r;
}

Radiometry asStated(const Case &c)
{
    Radiometry r = *c.stated();
    r.quantity = c.table() ? c.table()->quantity : c.isReflectance ? QString(reflectance) : QString();
    r.source = ASTRA_PHRASE("astra::raster", "item metadata");
    if (c.sensor && c.sensor->baselineOffset != 0 && !c.isReflectance && r.offset != 0) {
        // Seen on aerosol thickness, where the reflectance offset is nonsense.
        r.offset = 0;
        r.source = ASTRA_PHRASE("astra::raster", "item metadata; its offset is for reflectance only");
    }
    return r;
}

Radiometry byTable(const Case &c)
{
    Radiometry r = *c.table();
    r.source = ASTRA_PHRASE("astra::raster", "product table of %1").arg(c.sensor->title);
    return r;
}

Radiometry scaling(const Case &c)
{
    if (c.isClasses)
        return {1, 0, {}, {}, ASTRA_PHRASE("astra::raster", "classes, as they stand")};
    if (c.isDisplay)
        return {1, 0, {}, {}, ASTRA_PHRASE("astra::raster", "display values, as they stand")};
    if (c.mayCarryOffset() && (c.table() || c.stated()))
        return byBaseline(c);
    if (c.stated())
        return asStated(c);
    if (c.table())
        return byTable(c);
    const double scale = c.file ? c.file->scale.value_or(1) : 1;
    const double offset = c.file ? c.file->offset.value_or(0) : 0;
    if (scale != 1 || offset != 0)
        return {scale, offset, {}, {}, ASTRA_PHRASE("astra::raster", "the file's own tags")};
    return {1, 0, {}, {}, ASTRA_PHRASE("astra::raster", "raw values; no rule is known for them")};
}

std::optional<double> nodataOf(const Case &c)
{
    if (c.file && c.file->nodata)
        return c.file->nodata;
    const data::Asset *asset = c.band.asset;
    if (asset && asset->stated && asset->stated->nodata)
        return asset->stated->nodata;
    return c.known && !c.isDisplay ? c.known->nodata : std::nullopt;
}

/// What the pixels say against what was decided, as a sentence.
QString contradiction(const Case &c, const Radiometry &r)
{
    if (!c.evidence || !c.isReflectance || c.scene.offsetOverride != OffsetOverride::None)
        return {};
    const QString share = perCent(c.evidence->negative);
    if (!c.mayCarryOffset()) {
        return c.evidence->offsetIsGone()
            ? ASTRA_PHRASE(
                  "astra::raster",
                  "%1 % of the pixels of %2 become negative by the rule of %3: the file may hold other numbers.")
                  .arg(share, c.evidence->band, c.sensor ? c.sensor->title : c.scene.product)
            : QString();
    }
    const bool byItem = c.saidToBeGone() || (c.stated() && c.stated()->offset != 0);
    const QString who = byItem ? ASTRA_PHRASE("astra::raster", "The item")
                               : ASTRA_PHRASE("astra::raster", "Baseline %1").arg(c.scene.baseline);
    if (r.offset != 0 && c.evidence->offsetIsGone()) {
        return ASTRA_PHRASE(
                   "astra::raster",
                   "%1 says that the pixels carry the offset, but %2 % of %3 become negative once it is taken off: "
                   "it seems to be removed already, and NDVI would be too high. You can override it.")
            .arg(who, share, c.evidence->band);
    }
    if (r.offset == 0 && c.saidToBeGone() && c.evidence->offsetIsThere()) {
        return ASTRA_PHRASE(
                   "astra::raster",
                   "%1 says that the offset is removed from the pixels, but hardly any of %2 (%3 %) is as dark as "
                   "that would make it: it seems to be still there, and NDVI would be too low. You can override "
                   "it.")
            .arg(who, c.evidence->band, share);
    }
    return {};
}

QString number(double value) { return QString::number(value, 'g', 9); }

} // namespace

Radiometry radiometry(const data::Scene &scene, const data::BandRef &band, const Info *file,
                      const PixelEvidence *evidence)
{
    const Case c = caseOf(scene, band, file, evidence);
    Radiometry r = scaling(c);
    r.nodata = nodataOf(c);
    if (r.quantity.isEmpty() && !c.isClasses && !c.isDisplay && band.asset)
        r.quantity = band.asset->unit;
    r.warning = contradiction(c, r);
    return r;
}

std::optional<Radiometry> productOffset(const data::Scene &scene, const data::BandRef &band)
{
    const Case c = caseOf(scene, band, nullptr, nullptr);
    if (!c.isReflectance || !c.table())
        return std::nullopt;
    Radiometry r = c.stated() ? *c.stated() : *c.table();
    if (c.mayCarryOffset())
        r.offset = c.sensor->baselineOffset;
    return r.offset == 0 ? std::nullopt : std::optional(r);
}

bool carriesOffset(const data::Scene &scene)
{
    const data::Sensor *sensor = data::sensorFor(scene.product, scene.platform);
    return sensor && sensor->baselineOffset != 0;
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
    if (r.scale == 1 && r.offset == 0) {
        const QString unit = r.quantity.isEmpty() ? QString() : QString(u" in " + r.quantity);
        return QString(u"DN" + unit + u": " + r.source);
    }
    QString text = QStringLiteral("DN × ") + number(r.scale);
    if (r.offset != 0)
        text += (r.offset < 0 ? QStringLiteral(" − ") : QStringLiteral(" + ")) + number(std::abs(r.offset));
    return text + QStringLiteral(": ") + r.source;
}

Json toJson(const Radiometry &r)
{
    Json json {{"rule", toStd(describe(r))},
               {"scale", r.scale},
               {"offset", r.offset},
               {"quantity", toStd(r.quantity)},
               {"source", toStd(r.source)}};
    if (r.nodata)
        json["nodata"] = std::isnan(*r.nodata) ? Json("nan") : Json(*r.nodata);
    if (!r.warning.isEmpty())
        json["warning"] = toStd(r.warning);
    return json;
}

} // namespace astra::raster
