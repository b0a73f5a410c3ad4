// SPDX-License-Identifier: Apache-2.0
#include "core/sandbox/world/calendar.h"

#include <array>

namespace astra::sandbox {

namespace {
constexpr auto S = Sensor::Sentinel2;
constexpr auto L = Sensor::Landsat;
constexpr std::array<Pass, 13> year {{
    {S, "S2A", "20250117T111321", "20250117T142512", "05.11", 137, {4100, 0.62F, 2400, 1100}, false},
    {S, "S2B", "20250221T111029", "20250221T151806", "05.11", 137, {4200, -0.02F, 3600, 1500}, false},
    {L, "LC09", "20250308T105742", "20250309T071533", "", 0, {4300, 0.38F, 2200, 1200}, false},
    {S, "S2A", "20250323T110651", "20250323T173150", "02.14", 137, {4400, 0.30F, 1900, 1300}, false},
    {S, "S2C", "20250417T110631", "20250417T144408", "05.11", 137, {4500, 2, 2400, 1300}, false},
    {L, "LC08", "20250502T105735", "20250503T083011", "", 0, {4600, 0.20F, 2700, 1500}, false},
    {S, "S2B", "20250517T110619", "20250517T190233", "03.01", 137, {4700, 0.28F, 1500, 1400}, false},
    {L, "LC09", "20250629T105748", "20250630T064752", "", 0, {4900, 2, 2400, 1300}, false},
    {S, "S2C", "20250716T110641", "20250716T150019", "05.11", 137, {5000, 0.45F, 1000, 1500}, false},
    {S, "S2B", "20250810T105619", "20250810T145541", "05.11", 94, {5100, 0.40F, 1700, 1500}, true},
    {L, "LC08", "20250902T105801", "20250903T070318", "", 0, {5200, 0.38F, 1800, 1400}, false},
    {S, "S2A", "20250924T110701", "20250924T152837", "05.11", 137, {5300, 0.18F, 1400, 1500}, false},
    {S, "S2B", "20251024T111049", "20251024T143355", "05.11", 137, {5400, 0.48F, 1500, 1300}, false},
}};

QDateTime timeOf(const char *text)
{
    auto time = QDateTime::fromString(QString::fromLatin1(text), u"yyyyMMdd'T'HHmmss");
    time.setTimeSpec(Qt::UTC);
    return time;
}
} // namespace

std::span<const Pass> passes() { return year; }

QString Pass::id() const
{
    const QString from = QString::fromLatin1(start);
    const QString made = QString::fromLatin1(processed);
    if (sensor == Sensor::Landsat)
        return QStringLiteral("%1_L2SP_%2_%3_%4_02_T1")
            .arg(QLatin1String(mission), QLatin1String(pathRow), from.left(8), made.left(8));
    return QStringLiteral("%1_MSIL2A_%2_N%3_R%4_T%5_%6")
        .arg(QLatin1String(mission), from, QString::fromLatin1(baseline).remove(u'.'))
        .arg(orbit, 3, 10, QLatin1Char('0'))
        .arg(QLatin1String(tileName), made);
}

QString Pass::platform() const
{
    const QString name = QString::fromLatin1(mission);
    return sensor == Sensor::Landsat ? QStringLiteral("landsat-") + name.back()
                                     : QStringLiteral("sentinel-2") + name.back().toLower();
}

QDateTime Pass::time() const { return timeOf(start); }
QDateTime Pass::processedTime() const { return timeOf(processed); }
int Pass::offset() const { return sensor == Sensor::Sentinel2 && baseline[0] == '0' && baseline[1] >= '4' ? 1000 : 0; }

bool Pass::covers(int column, int row) const
{
    // The swath's border runs as the orbit does, some twelve degrees off north.
    return !edge || 4 * (column - worldSize / 2) - (row - worldSize / 2) > -1400;
}

} // namespace astra::sandbox
