// SPDX-License-Identifier: Apache-2.0
#include "core/sandbox/world/noise.h"

namespace astra::sandbox {

Slope gradientNoise(float x, float y, std::uint32_t seed)
{
    const float floorX = std::floor(x);
    const float floorY = std::floor(y);
    const auto ix = static_cast<std::int32_t>(floorX);
    const auto iy = static_cast<std::int32_t>(floorY);
    const float fx = x - floorX;
    const float fy = y - floorY;
    const float ux = fx * fx * fx * (fx * (fx * 6 - 15) + 10);
    const float uy = fy * fy * fy * (fy * (fy * 6 - 15) + 10);
    const float dux = 30 * fx * fx * (fx * (fx - 2) + 1);
    const float duy = 30 * fy * fy * (fy * (fy - 2) + 1);
    const auto corner = [&](int cx, int cy, float &gx, float &gy) {
        const std::uint32_t h = hashOf(ix + cx, iy + cy, seed);
        gx = static_cast<float>(h & 0xffffU) * (2.0F / 65535.0F) - 1;
        gy = static_cast<float>(h >> 16) * (2.0F / 65535.0F) - 1;
        return gx * (fx - static_cast<float>(cx)) + gy * (fy - static_cast<float>(cy));
    };
    float ax = 0;
    float ay = 0;
    float bx = 0;
    float by = 0;
    float cx = 0;
    float cy = 0;
    float ex = 0;
    float ey = 0;
    const float va = corner(0, 0, ax, ay);
    const float vb = corner(1, 0, bx, by);
    const float vc = corner(0, 1, cx, cy);
    const float ve = corner(1, 1, ex, ey);
    const float k = va - vb - vc + ve;
    Slope s;
    s.value = va + ux * (vb - va) + uy * (vc - va) + ux * uy * k;
    s.dx = ax + ux * (bx - ax) + uy * (cx - ax) + ux * uy * (ax - bx - cx + ex) + dux * (uy * k + vb - va);
    s.dy = ay + ux * (by - ay) + uy * (cy - ay) + ux * uy * (ay - by - cy + ey) + duy * (ux * k + vc - va);
    return s;
}

float fractal(float x, float y, int octaves, std::uint32_t seed)
{
    float sum = 0;
    float strength = 1;
    for (int i = 0; i < octaves; ++i) {
        sum += strength * gradientNoise(x, y, seed + static_cast<std::uint32_t>(i)).value;
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
        const float n = gradientNoise(x, y, seed + static_cast<std::uint32_t>(i)).value;
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
