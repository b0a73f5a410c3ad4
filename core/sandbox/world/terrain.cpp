// SPDX-License-Identifier: Apache-2.0
#include "core/sandbox/world/terrain.h"

#include "core/sandbox/world/landscape.h"
#include "core/sandbox/world/noise.h"

#include <algorithm>

namespace astra::sandbox {

namespace {
constexpr float bayX = 10100;
constexpr float mouthY = 9300; ///< where the river meets the bay

/// The coast without its small curves: y for x. The bay is wide inside and its western arm bends over it.
float coastLine(float x)
{
    const float t = x < bayX ? (bayX - x) / 3900 : (x - bayX) / 4500;
    return 4700 + 3600 * step(1.0F, 0.60F, t) + 700 * bump((x - bayX) / 2600) - 900 * bump((x - 5400) / 1900)
        - 1500 * bump((x - 15400) / 2100) + 1000 * bump((x - 19700) / 2700) + 800 * bump((x - 1600) / 2300)
        - 500 * bump((x - 17400) / 900);
}

float riverX(float y)
{
    const float free = step(mouthY - 300, mouthY + 1500, y);
    return bayX + 150 + (y - mouthY) * 0.06F
        + free * (3300 * gradientNoise(y / 3700, 17.3F, 301) + 1500 * gradientNoise(y / 1400, 4.1F, 302));
}
} // namespace

Shore shoreAt(float x, float y)
{
    Shore shore;
    shore.bay = bump((x - bayX) / 4200) * step(11500, 8000, y);
    const float west = bump((x - 8300) / 1700);
    const float far = bump((x - 2300) / 1300);
    shore.beach = clamp01(1.6F * west + 1.5F * far) * step(10500, 9600, y);
    const float wild = 1 - 0.9F * std::max(shore.beach, 0.4F * shore.bay);
    const float detail = fractal(x / 1500, y / 1500, 7, 11);
    const float bent = x + 900 * gradientNoise(x / 3300, y / 3300, 12) * (1 - 0.6F * shore.beach);
    shore.coast = (y - coastLine(bent)) / 1.25F
        + 1000 * gradientNoise(x / 2900, y / 2900, 10) * (1 - 0.8F * shore.beach) + 620 * wild * detail;

    // Bending the plane before measuring lets the river overhang its own bends.
    const float wx = x + 330 * gradientNoise(x / 1250, y / 1250, 21);
    const float wy = y + 430 * gradientNoise(x / 1250 + 9.7F, y / 1250, 22);
    const float centre = riverX(wy);
    const float lean = (riverX(wy + 20) - centre) / 20;
    shore.river = (wx - centre) / std::sqrt(1 + lean * lean);
    const float mouth = step(2400, -300, shore.coast);
    shore.halfWidth = 24 + 30 * step(20000, 9000, y) + 210 * mouth * mouth * mouth
        + 7 * gradientNoise(x / 240, y / 240, 23);
    const float bank = std::abs(shore.river) - shore.halfWidth;
    // A smooth minimum rounds the corners where river and sea meet.
    const float h = clamp01(0.5F + 0.5F * (bank - shore.coast) / 160);
    shore.land = mix(bank, shore.coast, h) - 160 * h * (1 - h);
    return shore;
}

float elevationAt(float x, float y)
{
    const Shore shore = shoreAt(x, y);
    if (shore.land <= 0) {
        const float out = -shore.coast > 0 ? -shore.coast : 0;
        const float bar = 0.75F + 0.8F * fractal(x / 900, y / 700, 4, 31);
        const float sea = out / mix(22, 75, shore.bay) * std::max(0.25F, bar);
        const float bed = 1.6F + 1.2F * clamp01(-shore.land / 60);
        return -std::max(sea, std::min(bed, 0.3F - shore.land / 12));
    }
    const float river = std::abs(shore.river);
    const float wavy = y + 2600 * gradientNoise(x / 4200, y / 4200, 41) + 900 * fractal(x / 1900, y / 1900, 3, 42);
    const float rise = step(11300, 20200, wavy);
    const float bentX = x + 420 * gradientNoise(x / 1700, y / 1700, 43);
    const float bentY = y + 420 * gradientNoise(x / 1700, y / 1700, 44);
    const float ridges = ridged(bentX / 4300 + 3.3F, bentY / 4300, 7, 51);
    float hills = 60 * rise
        + (0.10F + 0.90F * rise) * step(10400, 13500, wavy) * 1750 * ridges * (0.35F + 0.65F * rise);
    const float small = ridged(bentX / 2500, bentY / 2500, 6, 61);
    hills += 720 * small * bump((x - 2300) / 5200) * bump((y - 9800) / 4300);
    hills += 640 * small * bump((x - 19000) / 4300) * bump((y - 10400) / 4600);
    const float valley = step(330, 2500 + 1700 * gradientNoise(x / 2100, y / 2100, 71), river);
    const float floor = 3 + std::max(0.0F, y - mouthY) * 0.011F;
    const float plain = 26 * step(0, 1500, shore.land) * (1 + fractal(x / 1600, y / 1600, 4, 81));
    const float cliff = (1 - shore.beach) * (1 - shore.bay) * step(-0.2F, 0.35F, fractal(x / 1900, y / 1900, 2, 91));
    return 0.4F + std::min(4.0F, shore.land * 0.05F) + floor * step(0, 500, shore.land) + plain
        + 42 * cliff * step(4, 60, shore.coast) + hills * valley * step(20, 500, shore.coast);
}

} // namespace astra::sandbox
