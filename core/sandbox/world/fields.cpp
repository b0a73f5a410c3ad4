// SPDX-License-Identifier: Apache-2.0
#include "core/sandbox/world/fields.h"

#include "core/sandbox/world/noise.h"

#include <algorithm>

namespace astra::sandbox {

namespace {
/// A patch of land whose fields share one direction: the nearest of jittered points, and how far the next one's
/// border is.
struct Patch {
    std::uint32_t id = 0;
    float x = 0;
    float y = 0;
    float border = 0; ///< metres
};

Patch patchAt(float x, float y)
{
    constexpr float size = 1050;
    const auto cx = static_cast<std::int32_t>(std::floor(x / size));
    const auto cy = static_cast<std::int32_t>(std::floor(y / size));
    Patch patch;
    float best = 1e12F;
    float second = 1e12F;
    for (std::int32_t j = cy - 1; j <= cy + 1; ++j) {
        for (std::int32_t i = cx - 1; i <= cx + 1; ++i) {
            const float px = (static_cast<float>(i) + 0.12F + 0.76F * unit(i, j, 501)) * size;
            const float py = (static_cast<float>(j) + 0.12F + 0.76F * unit(i, j, 502)) * size;
            const float d = (x - px) * (x - px) + (y - py) * (y - py);
            if (d < best) {
                second = best;
                best = d;
                patch = {hashOf(i, j, 503), px, py, 0};
            } else {
                second = std::min(second, d);
            }
        }
    }
    patch.border = (std::sqrt(second) - std::sqrt(best)) / 2;
    return patch;
}

struct Cut {
    std::int32_t index = 0;
    float edge = 0; ///< metres to the nearer border
    float within = 0; ///< 0 … 1
};
/// Cuts a line into pieces of uneven length.
Cut cut(float t, float length, std::uint32_t seed)
{
    const auto i = static_cast<std::int32_t>(std::floor(t / length));
    const auto border = [&](std::int32_t k) {
        return (static_cast<float>(k) + 0.55F * (unit(k, 7, seed) - 0.5F)) * length;
    };
    std::int32_t piece = i;
    if (t < border(i))
        piece = i - 1;
    else if (t >= border(i + 1))
        piece = i + 1;
    const float from = border(piece);
    const float to = border(piece + 1);
    return {piece, std::min(t - from, to - t), (t - from) / (to - from)};
}

Cover cropOf(float chance, float elevation)
{
    // Higher up there is more grass.
    const float meadow = 0.38F + 0.40F * step(90, 320, elevation);
    if (chance < meadow)
        return Cover::Meadow;
    const float c = (chance - meadow) / (1 - meadow);
    if (c < 0.30F)
        return Cover::Wheat;
    if (c < 0.47F)
        return Cover::Rapeseed;
    if (c < 0.72F)
        return Cover::Maize;
    if (c < 0.83F)
        return Cover::Sunflower;
    return c < 0.92F ? Cover::Orchard : Cover::Fallow;
}
} // namespace

void layFields(float x, float y, Site &site)
{
    const float bx = x + 38 * gradientNoise(x / 420, y / 420, 511);
    const float by = y + 38 * gradientNoise(x / 420, y / 420, 512);
    const Patch patch = patchAt(bx, by);
    const float t = (unit(hashOf(static_cast<std::int32_t>(patch.id), 1, 520)) - 0.5F) * 1.1F;
    const float cosine = (1 - t * t) / (1 + t * t);
    const float sine = 2 * t / (1 + t * t);
    const float p = cosine * (bx - patch.x) + sine * (by - patch.y);
    const float q = cosine * (by - patch.y) - sine * (bx - patch.x);

    const float rowHeight = 130 + 190 * unit(hashOf(static_cast<std::int32_t>(patch.id), 2, 520));
    const Cut row = cut(q, rowHeight, patch.id);
    const auto rowId = hashOf(row.index, 3, patch.id);
    const Cut piece = cut(p, 190 + 330 * unit(rowId), rowId);
    auto id = hashOf(piece.index, 4, rowId);
    float edge = std::min(row.edge, piece.edge);
    const float split = unit(hashOf(static_cast<std::int32_t>(id), 5, 520));
    if (split < 0.42F) { // some are narrow strips
        const float parts = split < 0.16F ? 3 : 2;
        const auto strip = static_cast<std::int32_t>(piece.within * parts);
        id = hashOf(strip, 6, id);
    }
    const auto key = static_cast<std::int32_t>(id);
    site.cover = cropOf(unit(key, 1, 530), site.elevation);
    site.shift = (unit(key, 2, 530) - 0.5F) * 26;
    // Plants and soil differ from field to field, then softly within one, then by tractor lines.
    const float wet = fractal(x / 210, y / 210, 3, 540);
    const float lines = gradientNoise(p / 300 + unit(key, 3, 530) * 50, q / 14, 541);
    site.vigour = 0.76F + 0.3F * unit(key, 4, 530) + 0.12F * wet + 0.03F * lines;
    site.tone = 0.86F + 0.28F * unit(key, 5, 530) + 0.10F * wet + 0.06F * lines;

    const float hedge = unit(static_cast<std::int32_t>(rowId), 7, 530) < 0.45F ? 8.0F : 1.5F;
    const float gaps = step(-0.25F, 0.05F, gradientNoise(x / 90, y / 90, 550));
    site.overlay = Cover::Broadleaf;
    site.share = 0.85F * gaps * clamp01((hedge - edge) / 8 + 0.3F) * (edge < hedge ? 1.0F : 0.0F);
    if (patch.border < 9) {
        site.overlay = unit(static_cast<std::int32_t>(patch.id), 8, 530) < 0.5F ? Cover::Street : Cover::Fallow;
        site.share = 0.7F * clamp01((9 - patch.border) / 6);
    } else if (patch.border < 22) {
        site.share = std::max(site.share, 0.7F * gaps);
    }
}

} // namespace astra::sandbox
