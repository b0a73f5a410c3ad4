// SPDX-License-Identifier: Apache-2.0
#pragma once

// Randomness that is a pure function of place and seed. Only + − × ÷ and sqrt are used anywhere in the generator: IEEE
// 754 rounds those exactly, so the world is the same bit for bit on every machine and in every thread order.

#include <cmath>
#include <cstdint>

namespace astra::sandbox {

[[nodiscard]] inline std::uint32_t hashOf(std::int32_t x, std::int32_t y, std::uint32_t seed)
{
    auto h = static_cast<std::uint32_t>(x) * 0x8da6b343U ^ static_cast<std::uint32_t>(y) * 0xd8163841U
        ^ seed * 0xcb1ab31fU;
    h ^= h >> 15;
    h *= 0x2c1b3c6dU;
    h ^= h >> 12;
    h *= 0x297a2d39U;
    h ^= h >> 15;
    return h;
}
/// 0 … 1
[[nodiscard]] inline float unit(std::uint32_t hash) { return static_cast<float>(hash >> 8) * (1.0F / 16777216.0F); }
[[nodiscard]] inline float unit(std::int32_t x, std::int32_t y, std::uint32_t seed) { return unit(hashOf(x, y, seed)); }

[[nodiscard]] inline float mix(float a, float b, float t) { return a + (b - a) * t; }
[[nodiscard]] inline float clamp01(float t) { return t < 0 ? 0 : t > 1 ? 1 : t; }
/// 0 below `from`, 1 above `to` (also with from > to), smooth between.
[[nodiscard]] inline float step(float from, float to, float t)
{
    const float u = clamp01((t - from) / (to - from));
    return u * u * (3 - 2 * u);
}
/// 1 at 0, 0 at ±1 and beyond.
[[nodiscard]] inline float bump(float t)
{
    const float u = 1 - t * t;
    return u > 0 ? u * u * u : 0;
}

/// Gradient noise, about −0.7 … 0.7, one feature a unit.
[[nodiscard]] float gradientNoise(float x, float y, std::uint32_t seed);
/// Octaves of it, each turned, half as large and half as strong; about −1 … 1.
[[nodiscard]] float fractal(float x, float y, int octaves, std::uint32_t seed);
/// Mountain chains, 0 … 1: sharp along the crests, finer detail high up, smooth valleys, as water leaves them.
[[nodiscard]] float ridged(float x, float y, int octaves, std::uint32_t seed);

} // namespace astra::sandbox
