// SPDX-License-Identifier: Apache-2.0
#include "core/sandbox/world/noise.h"

namespace astra::sandbox {

float gradientNoise(float x, float y, std::uint32_t seed)
{
    const float floorX = std::floor(x);
    const float floorY = std::floor(y);
    const auto ix = static_cast<std::int32_t>(floorX);
    const auto iy = static_cast<std::int32_t>(floorY);
    const float fx = x - floorX;
    const float fy = y - floorY;
    const float ux = fx * fx * fx * (fx * (fx * 6 - 15) + 10);
    const float uy = fy * fy * fy * (fy * (fy * 6 - 15) + 10);
    const auto corner = [&](int cx, int cy) {
        const std::uint32_t h = hashOf(ix + cx, iy + cy, seed);
        const float gx = static_cast<float>(h & 0xffffU) * (2.0F / 65535.0F) - 1;
        const float gy = static_cast<float>(h >> 16) * (2.0F / 65535.0F) - 1;
        return gx * (fx - static_cast<float>(cx)) + gy * (fy - static_cast<float>(cy));
    };
    const float a = corner(0, 0);
    const float b = corner(1, 0);
    const float c = corner(0, 1);
    const float e = corner(1, 1);
    return a + ux * (b - a) + uy * (c - a) + ux * uy * (a - b - c + e);
}

float fractal(float x, float y, int octaves, std::uint32_t seed)
{
    float sum = 0;
    float strength = 1;
    for (int i = 0; i < octaves; ++i) {
        sum += strength * gradientNoise(x, y, seed + static_cast<std::uint32_t>(i));
        strength *= 0.5F;
        const float turned = 1.6F * x - 1.2F * y;
        y = 1.2F * x + 1.6F * y + 7.3F;
        x = turned + 3.1F;
    }
    return sum;
}

float ridged(float x, float y, int octaves, std::uint32_t seed)
{
    float sum = 0;
    float strength = 0.5F;
    float weight = 1;
    for (int i = 0; i < octaves; ++i) {
        const float n = gradientNoise(x, y, seed + static_cast<std::uint32_t>(i));
        const float crest = 1 - 1.7F * std::abs(n);
        const float ridge = crest > 0 ? crest * crest : 0;
        sum += strength * weight * ridge;
        weight = clamp01(ridge * 1.6F);
        strength *= 0.47F;
        const float turned = 1.6F * x - 1.2F * y;
        y = 1.2F * x + 1.6F * y + 7.3F;
        x = turned + 3.1F;
    }
    return sum;
}

} // namespace astra::sandbox
