// SPDX-License-Identifier: Apache-2.0
#include "core/processing/comparison.h"

#include "core/base/phrases.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include <algorithm>
#include <array>
#include <cmath>

namespace astra::processing {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::processing)
};

constexpr int sameSeason = 45; // days

/// Days between two days of the year, whichever way round it is shorter.
int seasonsApart(const QDateTime &a, const QDateTime &b)
{
    const int days = std::abs(a.date().dayOfYear() - b.date().dayOfYear());
    return std::min(days, 365 - std::min(days, 365));
}

QString day(const QDateTime &time) { return time.toUTC().date().toString(Qt::ISODate); }

} // namespace

QString sensorFamily(const QString &platform)
{
    static const std::array<std::pair<const char *, const char *>, 5> families {{
        {"^sentinel-?2", "Sentinel-2 MSI"},
        {"^landsat-?0?[89]$", "Landsat OLI"},
        {"^landsat-?0?7$", "Landsat ETM+"},
        {"^landsat-?0?[45]$", "Landsat TM"},
        {"^sentinel-?1", "Sentinel-1"},
    }};
    for (const auto &[pattern, name] : families) {
        if (QRegularExpression(QLatin1String(pattern), QRegularExpression::CaseInsensitiveOption)
                .match(platform)
                .hasMatch())
            return QLatin1String(name);
    }
    return platform;
}

QStringList sensorFamilies(const std::vector<SceneFacts> &scenes)
{
    QStringList families;
    for (const auto &scene : scenes) {
        if (!scene.platform.isEmpty())
            families.append(sensorFamily(scene.platform));
    }
    families.removeDuplicates();
    return families;
}

QStringList comparisonWarnings(const SceneFacts &before, const SceneFacts &after)
{
    QStringList warnings;
    QStringList unstated;
    // What neither states is a thing that scenes of their kind do not have.
    const auto differ = [&](const QString &a, const QString &b, const QString &what) {
        if (a.isEmpty() != b.isEmpty())
            unstated.append(what);
        return !a.isEmpty() && !b.isEmpty() && a != b;
    };
    if (before.datetime.isValid() && after.datetime.isValid()) {
        if (after.datetime < before.datetime) {
            warnings.append(
                ASTRA_PHRASE("astra::processing",
                             "The second scene (%1) is older than the first (%2): what is called a gain was "
                             "lost, and the other way round.")
                    .arg(day(after.datetime), day(before.datetime)));
        }
        if (const int days = seasonsApart(before.datetime, after.datetime); days > sameSeason) {
            warnings.append(
                ASTRA_PHRASE("astra::processing",
                             "The scenes are from different seasons (%1 and %2, %3 days apart in the year): "
                             "growth, harvest and the height of the sun change the picture, too.")
                    .arg(day(before.datetime), day(after.datetime))
                    .arg(days));
        }
    } else {
        unstated.append(ASTRA_PHRASE("astra::processing", "date"));
    }
    if (differ(sensorFamily(before.platform), sensorFamily(after.platform),
               ASTRA_PHRASE("astra::processing", "sensor"))) {
        warnings.append(
            ASTRA_PHRASE("astra::processing",
                         "The scenes are from different sensors (%1 and %2): their bands are not quite the same.")
                .arg(sensorFamily(before.platform), sensorFamily(after.platform)));
    } else if (differ(before.product, after.product, ASTRA_PHRASE("astra::processing", "product"))) {
        warnings.append(ASTRA_PHRASE("astra::processing",
                                     "The scenes are of different products (%1 and %2): their values may differ where "
                                     "nothing changed.")
                            .arg(before.product, after.product));
    }
    if (differ(before.orbit, after.orbit, ASTRA_PHRASE("astra::processing", "orbit"))) {
        warnings.append(
            ASTRA_PHRASE("astra::processing",
                         "The scenes are from different orbits (%1 and %2): the same ground is seen from another "
                         "side, and slopes and tall things look different.")
                .arg(before.orbit, after.orbit));
    }
    if (differ(before.baseline, after.baseline, ASTRA_PHRASE("astra::processing", "processing baseline"))) {
        warnings.append(
            ASTRA_PHRASE("astra::processing", "The scenes were processed by different baselines (%1 and %2).")
                .arg(before.baseline, after.baseline));
    }
    if (!unstated.isEmpty()) {
        unstated.removeDuplicates();
        warnings.append(ASTRA_PHRASE("astra::processing", "Not compared, for a scene does not state it: %1.")
                            .arg(unstated.join(QStringLiteral(", "))));
    }
    return warnings;
}

} // namespace astra::processing
