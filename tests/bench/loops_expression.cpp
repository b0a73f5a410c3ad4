// SPDX-License-Identifier: Apache-2.0

// What bench_expression holds the evaluator against: the same formulas written out for the compiler. Built twice, once
// with the product's flags and once for this very processor (LOOPS names which); the arithmetic is the evaluator's: in
// float32, and NaN for what is not finite.

#include "tests/bench/loops_expression.h"

#include <cfloat>
#include <cmath>

namespace loops::LOOPS {

namespace {

inline float finite(float value) { return __builtin_fabsf(value) <= FLT_MAX ? value : __builtin_nanf(""); }

void ndvi(const Bands &bands, float *__restrict out, std::size_t count)
{
    const float *const n = bands.nir;
    const float *const r = bands.red;
    for (std::size_t i = 0; i < count; ++i)
        out[i] = finite((n[i] - r[i]) / (n[i] + r[i]));
}

void ndgi(const Bands &bands, float *__restrict out, std::size_t count)
{
    const float *const n = bands.nir;
    const float *const r = bands.red;
    const float *const g = bands.green;
    constexpr auto share = static_cast<float>((842.0 - 665.0) / (842.0 - 560.0));
    constexpr auto rest = static_cast<float>(1.0 - (842.0 - 665.0) / (842.0 - 560.0));
    for (std::size_t i = 0; i < count; ++i) {
        const float mixed = share * g[i] + rest * n[i];
        out[i] = finite((mixed - r[i]) / (mixed + r[i]));
    }
}

void gemi(const Bands &bands, float *__restrict out, std::size_t count)
{
    const float *const n = bands.nir;
    const float *const r = bands.red;
    for (std::size_t i = 0; i < count; ++i) {
        const float squares = n[i] * n[i] - r[i] * r[i];
        const float eta = (2.0F * squares + 1.5F * n[i] + 0.5F * r[i]) / (n[i] + r[i] + 0.5F);
        out[i] = finite(eta * (1.0F - 0.25F * eta) - (r[i] - 0.125F) / (1.0F - r[i]));
    }
}

void evi(const Bands &bands, float *__restrict out, std::size_t count)
{
    const float *const n = bands.nir;
    const float *const r = bands.red;
    const float *const b = bands.blue;
    for (std::size_t i = 0; i < count; ++i)
        out[i] = finite(2.5F * (n[i] - r[i]) / (n[i] + 6.0F * r[i] - 7.5F * b[i] + 1.0F));
}

void ibi(const Bands &bands, float *__restrict out, std::size_t count)
{
    const float *const n = bands.nir;
    const float *const r = bands.red;
    const float *const g = bands.green;
    const float *const s = bands.swir16;
    for (std::size_t i = 0; i < count; ++i) {
        const float built = (s[i] - n[i]) / (s[i] + n[i]);
        const float savi = 1.5F * (n[i] - r[i]) / (n[i] + r[i] + 0.5F);
        const float water = (g[i] - s[i]) / (g[i] + s[i]);
        const float half = (savi + water) / 2.0F;
        out[i] = finite((built - half) / (built + half + 2.0F));
    }
}

void choice(const Bands &bands, float *__restrict out, std::size_t count)
{
    const float *const n = bands.nir;
    const float *const r = bands.red;
    for (std::size_t i = 0; i < count; ++i) {
        // As the evaluator's rule says: a comparison with NaN is NaN, and so is what depends on it.
        const float value = n[i] != n[i] || r[i] != r[i] ? __builtin_nanf("")
            : n[i] > r[i]                                ? __builtin_sqrtf(n[i] - r[i])
                                                         : 0.0F;
        out[i] = finite(value);
    }
}

void kndvi(const Bands &bands, float *__restrict out, std::size_t count)
{
    const float *const n = bands.nir;
    const float *const r = bands.red;
    for (std::size_t i = 0; i < count; ++i) {
        const float ndvi = (n[i] - r[i]) / (n[i] + r[i]);
        out[i] = finite(__builtin_tanhf(ndvi * ndvi));
    }
}

void rawNdvi(const Raw &bands, float *__restrict out, std::size_t count)
{
    const std::uint16_t *const n = bands.nir;
    const std::uint16_t *const r = bands.red;
    for (std::size_t i = 0; i < count; ++i) {
        const float nir = n[i] == 0 ? __builtin_nanf("") : static_cast<float>(n[i]) * 0.0001F - 0.1F;
        const float red = r[i] == 0 ? __builtin_nanf("") : static_cast<float>(r[i]) * 0.0001F - 0.1F;
        out[i] = finite((nir - red) / (nir + red));
    }
}

} // namespace

const Loops &all()
{
    static constexpr Loops loops {ndvi, ndgi, gemi, evi, ibi, choice, kndvi, rawNdvi};
    return loops;
}

} // namespace loops::LOOPS
