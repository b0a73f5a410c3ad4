// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/result.h"
#include "core/data/raster.h"
#include "core/data/scene.h"
#include "core/imagery/blank.h"
#include "core/processing/cloudmask.h"
#include "core/processing/evaluator.h"
#include "core/processing/scenefacts.h"
#include "core/render/style.h"

namespace astra::imagery {

/// How one style is drawn from one scene: which bands to read and what to do with them. The same for a tile, a preview
/// and a point.
struct Look {
    render::Style style;
    QStringList bands; ///< to read, in order; the mask comes last
    /// Computes the index from the bands: the job's own kernel. Else an index style's one band is the index already (a
    /// result of ours).
    std::optional<processing::Evaluator> computes;
    std::optional<processing::MaskKind> mask;
    QStringList notes; ///< what could not be done as asked

    /// An error names the bands that the scene lacks and those it has; in a formula that was typed it says where.
    [[nodiscard]] static Result<Look> of(const data::Scene &scene, const render::Style &style);
    /// The same where the facts of the scene are at hand: for many styles of one scene.
    [[nodiscard]] static Result<Look> of(const data::Scene &scene, const processing::SceneFacts &facts,
                                         const render::Style &style);
    /// What is wanted where nothing was said: true colour, else the scene's own index, else its first bands as their
    /// files say.
    [[nodiscard]] static render::Style defaultStyle(const data::Scene &scene);
    /// One file of the scene as it stands, whatever it holds: three bands or a picture as red, green and blue, else its
    /// first band (of both, what only counts or classifies comes last); in the colours and the range that the file
    /// states, else in shades of grey, stretched from the 2nd to the 98th percentile. Its id is "asset:KEY".
    [[nodiscard]] static Result<render::Style> assetStyle(const data::Scene &scene, const QString &key);
    /// Whether a style is drawn from numbers as they stand, whatever they mean.
    [[nodiscard]] static bool isStretched(const render::Style &style) { return style.stretch; }
    /// `bands` without the mask.
    [[nodiscard]] QStringList drawn() const;
};

/// The band that tells clouds, if the scene has one.
[[nodiscard]] std::optional<processing::MaskKind> maskOf(const data::Scene &scene);

/// Per band, the values drawn darkest and brightest: for raw numbers, which no style knows the range of.
using Stretch = std::vector<std::pair<double, double>>;
/// From the 2nd to the 98th percentile of the valid pixels.
[[nodiscard]] std::pair<double, double> percentiles(const data::Block &block);

/// Whether the pixels of the scene are the index already: a result of a job.
[[nodiscard]] bool holdsIndex(const data::Scene &scene, const render::Style &style);
/// What the blocks of look.drawn() are stretched to.
[[nodiscard]] Stretch stretchOf(const Look &look, std::vector<data::Block> blocks);
/// Masks, computes the index, leaves what paint() takes. @param blocks in the order of look.bands
[[nodiscard]] std::vector<data::Block> prepared(const Look &look, std::vector<data::Block> blocks);
/// Why a picture shows nothing. @param blocks as read, in the order of look.bands @param picture what draw() made of
/// them
[[nodiscard]] Blank blankOf(const Look &look, const std::vector<data::Block> &blocks, const data::Picture &picture);
/// The whole way to a picture. @param stretch empty: the style's own range
[[nodiscard]] data::Picture draw(const Look &look, std::vector<data::Block> blocks, const Stretch &stretch);

} // namespace astra::imagery
