// SPDX-License-Identifier: Apache-2.0
#include "core/providers/acquisition.h"

#include <QRegularExpression>

#include <algorithm>

namespace astra::providers {

namespace {

// Mission, level, datatake start, baseline, relative orbit, tile.
const QRegularExpression &sentinel2Form()
{
    static const QRegularExpression form(
        QStringLiteral(R"(^(S2[A-D])_MSIL(1C|2A)_(\d{8}T\d{6})_(?:N(\d{4})_)?R(\d{3})_T(\d{2}[A-Z]{3})_\d{8}T\d{6})"));
    return form;
}

// Sensor, level, path and row, acquisition date, (processing date,) collection, tier, (half).
const QRegularExpression &landsatForm()
{
    static const QRegularExpression form(
        QStringLiteral(R"(^(L[COTEM]0\d)_(L\w{3})_(\d{6})_(\d{8})_(?:\d{8}_)?(\d\d)_(?:T1|T2|RT)(?:_(SR|ST))?$)"));
    return form;
}

const QRegularExpression &datatakeForm()
{
    static const QRegularExpression form(QStringLiteral(R"(^GS2([A-D])_(\d{8}T\d{6})_\d{6}_N(\d\d\.\d\d)$)"));
    return form;
}

QString tileName(const QString &tile)
{
    static const QRegularExpression form(QStringLiteral(R"(^(?:MGRS-|T)?(\d{1,2}[A-Z]{3})$)"));
    const auto match = form.match(tile);
    return match.hasMatch() ? match.captured(1).rightJustified(5, u'0') : QString();
}

QString sentinel2Key(const QString &mission, const QString &start, const QString &tile, const QString &level)
{
    // The relative orbit follows from mission and start, and not every catalogue tells it: it stays out.
    return QString(mission + u'|' + start + u'|' + tile + u'|' + level);
}

std::pair<QString, QString> landsatHalf(const QString &id)
{
    const auto match = landsatForm().match(id);
    if (!match.hasMatch() || match.captured(6).isEmpty())
        return {};
    return {id.chopped(3), match.captured(6)};
}

/// The share of the smaller footprint that lies in both, by sampling.
double overlap(const data::Scene &a, const data::Scene &b)
{
    constexpr int steps = 32;
    const auto box = data::boundsOf(a.footprint);
    if (!box)
        return 1;
    int inA = 0;
    int both = 0;
    for (int y = 0; y < steps; ++y) {
        for (int x = 0; x < steps; ++x) {
            double longitude = box->west + box->width() * (x + 0.5) / steps;
            if (longitude > 180)
                longitude -= 360;
            const double latitude = box->south + (box->north - box->south) * (y + 0.5) / steps;
            if (!data::contains(a.footprint, longitude, latitude))
                continue;
            ++inA;
            both += data::contains(b.footprint, longitude, latitude) ? 1 : 0;
        }
    }
    return inA == 0 ? 1 : static_cast<double>(both) / inA;
}

} // namespace

QString acquisitionKey(const ProductNames &names, const QString &product)
{
    for (const auto &name : {names.productUri, names.id}) {
        if (const auto match = sentinel2Form().match(name); match.hasMatch())
            return sentinel2Key(match.captured(1), match.captured(3), match.captured(6),
                                QString(u'L' + match.captured(2)));
        if (const auto match = landsatForm().match(name); match.hasMatch()) {
            // MSS of Landsat 1 to 3 counts paths and rows in the older grid.
            const QString sensor = match.captured(1);
            const bool older = sensor >= u"LM01" && sensor <= u"LM03";
            return QString(sensor + u'|' + (older ? u'1' : u'2') + u'|' + match.captured(3) + u'|' + match.captured(4)
                           + u'|' + match.captured(5) + u'|' + match.captured(2).left(2));
        }
    }
    const auto datatake = datatakeForm().match(names.datatake);
    const QString tile = tileName(names.tile);
    if (datatake.hasMatch() && !tile.isEmpty() && product.startsWith(u"sentinel-2-"))
        return sentinel2Key(QString(u"S2" + datatake.captured(1)), datatake.captured(2), tile,
                            product.endsWith(u"l1c") ? QStringLiteral("L1C") : QStringLiteral("L2A"));
    return {};
}

QString baselineOf(const ProductNames &names)
{
    for (const auto &name : {names.productUri, names.id}) {
        const QString digits = sentinel2Form().match(name).captured(4);
        if (!digits.isEmpty())
            return QString(digits.left(2) + u'.' + digits.mid(2));
    }
    return datatakeForm().match(names.datatake).captured(3);
}

bool joinHalves(data::Scene &scene, const data::Scene &other)
{
    const auto [stem, half] = landsatHalf(scene.id);
    const auto [otherStem, otherHalf] = landsatHalf(other.id);
    if (scene.provider != other.provider || stem.isEmpty() || stem != otherStem || half == otherHalf)
        return false;
    if (half == u"ST") {
        // Reflectance gives the scene its name: everyone who looks for red finds it under that id.
        auto whole = other;
        whole.assets.insert(whole.assets.end(), scene.assets.begin(), scene.assets.end());
        scene = std::move(whole);
    } else {
        scene.assets.insert(scene.assets.end(), other.assets.begin(), other.assets.end());
    }
    // Quality bands are in both halves.
    std::vector<data::Asset> once;
    for (auto &asset : scene.assets) {
        if (std::none_of(once.begin(), once.end(), [&](const auto &kept) { return kept.key == asset.key; }))
            once.push_back(std::move(asset));
    }
    scene.assets = std::move(once);
    return true;
}

bool isSameAcquisition(const data::Scene &a, const data::Scene &b)
{
    if (a.acquisition.isEmpty() || a.acquisition != b.acquisition)
        return false;
    // One baseline made twice is one product, unless each covers a part: then two ground stations took turns.
    if (a.baseline.isEmpty() || a.baseline != b.baseline || a.footprint.empty() || b.footprint.empty())
        return true;
    return std::max(overlap(a, b), overlap(b, a)) >= 0.9;
}

} // namespace astra::providers
