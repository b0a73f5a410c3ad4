// SPDX-License-Identifier: Apache-2.0
#include "core/processing/executor.h"

#include "core/base/logging.h"
#include "core/processing/cloudmask.h"
#include "core/processing/operation.h"
#include "core/processing/statistics.h"
#include "core/processing/targetgrid.h"
#include "core/raster/cogwriter.h"
#include "core/raster/geodesy.h"
#include "core/raster/radiometry.h"

#include <QCoreApplication>

#include <algorithm>
#include <atomic>

namespace astra::processing {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::processing)
};

constexpr int side = raster::CogWriter::tileSize;
// Read at once: wide enough for a remote file's ranges to be merged, small enough for a stop to be quick.
constexpr int tilesPerRead = 4;
// More reflectance below zero than dark surfaces give: the offset was in the pixels no more. Their overview is asked
// before; this counts every pixel of the part that is computed.
constexpr double suspiciousShare = 0.05;
constexpr double readingShare = 0.97; // of the progress; the rest is putting the file together

/// The bands of a plan, open.
struct Inputs {
    Plan plan;
    std::vector<std::unique_ptr<InputReader>> readers; ///< by scene
    std::vector<std::unique_ptr<BandReader>> bands; ///< by Plan::reads
    std::vector<std::unique_ptr<BandReader>> masks; ///< by scene
    std::vector<MaskKind> maskKinds;
    data::Grid grid;
    std::vector<bool> offset; ///< per band: reflectance with an offset taken off
};

/// What one read brings: a few tiles side by side, of each band and of each mask.
struct Chunk {
    std::vector<data::Block> bands;
    std::vector<data::Block> masks;
};

Result<void> openMask(Inputs &inputs, int scene, const SceneFacts &facts)
{
    if (!facts.mask) {
        return fail(ErrorCode::InvalidInput,
                    Text::tr("Clouds cannot be masked: the scene has neither a scene classification (SCL) nor a "
                             "QA_PIXEL band."));
    }
    auto mask = inputs.readers[static_cast<std::size_t>(scene)]->band(maskBand(*facts.mask));
    if (!mask)
        return fail(std::move(mask.error()));
    inputs.masks.push_back(std::move(*mask));
    inputs.maskKinds.push_back(*facts.mask);
    return {};
}

Result<Inputs> openInputs(const data::Recipe &recipe, Operation &operation, SceneSet &scenes, const StopToken &stop)
{
    Inputs inputs;
    std::vector<SceneFacts> facts;
    for (int scene = 0; scene < scenes.count(); ++scene) {
        facts.push_back(scenes.facts(scene));
        auto reader = scenes.open(scene, stop);
        if (!reader)
            return fail(std::move(reader.error()));
        inputs.readers.push_back(std::move(*reader));
    }
    auto plan = operation.plan(facts);
    if (!plan)
        return fail(std::move(plan.error()));
    inputs.plan = std::move(*plan);
    std::vector<BandGrid> grids;
    for (const auto &read : inputs.plan.reads) {
        auto band = inputs.readers[static_cast<std::size_t>(read.scene)]->band(read.band);
        if (!band)
            return fail(std::move(band.error()));
        const auto &radiometry = (*band)->radiometry();
        inputs.offset.push_back(radiometry.offset < 0 && radiometry.quantity == u"reflectance");
        grids.push_back({read.scene, read.band, (*band)->grid()});
        inputs.bands.push_back(std::move(*band));
    }
    auto grid = targetGrid(grids, inputs.plan.extent, recipe);
    if (!grid)
        return fail(std::move(grid.error()));
    inputs.grid = std::move(*grid);
    if (recipe.maskClouds) {
        for (int scene = 0; scene < scenes.count(); ++scene) {
            if (auto ok = openMask(inputs, scene, facts[static_cast<std::size_t>(scene)]); !ok)
                return fail(std::move(ok.error()));
        }
    }
    return inputs;
}

data::Block cut(const data::Block &from, int x, int width)
{
    data::Block tile(width, from.height);
    for (int y = 0; y < from.height; ++y) {
        std::copy_n(from.values.begin() + static_cast<std::ptrdiff_t>(y) * from.width + x, width,
                    tile.values.begin() + static_cast<std::ptrdiff_t>(y) * width);
    }
    return tile;
}

Result<Chunk> readChunk(Inputs &inputs, const data::Grid &window, const Progress &progress)
{
    Chunk chunk;
    for (auto &band : inputs.bands) {
        if (progress.stopped())
            return cancelled();
        auto block = band->read(window, raster::Resampling::Bilinear);
        if (!block)
            return fail(std::move(block.error()));
        chunk.bands.push_back(std::move(*block));
    }
    for (auto &mask : inputs.masks) {
        auto block = mask->read(window, raster::Resampling::Nearest);
        if (!block)
            return fail(std::move(block.error()));
        chunk.masks.push_back(std::move(*block));
    }
    return chunk;
}

using Chunks = std::shared_ptr<const std::vector<Chunk>>;

Result<Chunks> readRow(Inputs &inputs, int row, const Progress &progress)
{
    const data::Grid &grid = inputs.grid;
    const int height = std::min(side, grid.height - row * side);
    auto chunks = std::make_shared<std::vector<Chunk>>();
    for (int x = 0; x < grid.width; x += tilesPerRead * side) {
        const int width = std::min(tilesPerRead * side, grid.width - x);
        auto chunk = readChunk(inputs, raster::windowOf(grid, x, row * side, width, height), progress);
        if (!chunk)
            return fail(std::move(chunk.error()));
        chunks->push_back(std::move(*chunk));
    }
    return Chunks(std::move(chunks));
}

/// What the tiles leave behind, each in its own place, so that they need not wait for one another and the sum is
/// the same every time.
struct Tally {
    std::vector<PartialStatistics> tiles;
    std::atomic<qint64> negative {0}; ///< pixels with a reflectance below zero after an offset

    [[nodiscard]] data::Statistics total() const
    {
        PartialStatistics sum;
        for (const auto &tile : tiles)
            sum.add(tile);
        return sum.result();
    }
};

data::Block computeTile(const Inputs &inputs, const Operation &operation, const Chunk &chunk, int x, int width,
                        Tally &tally, std::size_t place)
{
    TileInput input;
    auto &bands = input.bands;
    bands.reserve(chunk.bands.size());
    for (std::size_t b = 0; b < chunk.bands.size(); ++b) {
        bands.push_back(cut(chunk.bands[b], x, width));
        if (!chunk.masks.empty()) {
            const auto scene = static_cast<std::size_t>(inputs.plan.reads[b].scene);
            applyCloudMask(bands.back(), cut(chunk.masks[scene], x, width), inputs.maskKinds[scene]);
        }
    }
    data::Block out = std::move(operation.tile(input).files.front().front());
    tally.tiles[place] = PartialStatistics::of(out);
    for (std::size_t b = 0; b < bands.size(); ++b) {
        if (inputs.offset[b])
            tally.negative += std::count_if(bands[b].values.begin(), bands[b].values.end(),
                                            [](float v) { return v < 0; });
    }
    return out;
}

Result<void> writeRows(raster::CogWriter &writer, Inputs &inputs, const Operation &operation, Tally &tally,
                       const Progress &progress)
{
    for (int row = 0; row < writer.tileRows(); ++row) {
        if (!progress.report(readingShare * row / writer.tileRows()))
            return cancelled();
        auto chunks = readRow(inputs, row, progress);
        if (!chunks)
            return fail(std::move(chunks.error()));
        const auto first = static_cast<std::size_t>(row) * static_cast<std::size_t>(writer.tileColumns());
        auto ok = writer.append([&inputs, &operation, &tally, first, read = std::move(*chunks)](int column) {
            const int width = std::min(side, inputs.grid.width - column * side);
            const auto &chunk = (*read)[static_cast<std::size_t>(column / tilesPerRead)];
            const auto place = first + static_cast<std::size_t>(column);
            return computeTile(inputs, operation, chunk, column % tilesPerRead * side, width, tally, place);
        });
        if (!ok)
            return ok;
    }
    return writer.drain();
}

/// The rule of every band, for the file's own tags.
Json rulesOf(const Inputs &inputs)
{
    Json rules = Json::array();
    for (int i = 0; i < static_cast<int>(inputs.plan.reads.size()); ++i) {
        Json rule = raster::toJson(inputs.bands[static_cast<std::size_t>(i)]->radiometry());
        rule["band"] = toStd(inputs.plan.reads[static_cast<std::size_t>(i)].band);
        rules.push_back(std::move(rule));
    }
    return rules;
}

QStringList notesOf(const Inputs &inputs, const data::Statistics &statistics, qint64 negative)
{
    QStringList notes;
    for (int i = 0; i < static_cast<int>(inputs.plan.reads.size()); ++i) {
        notes.append(inputs.plan.reads[static_cast<std::size_t>(i)].band + QStringLiteral(": ")
                     + raster::describe(inputs.bands[static_cast<std::size_t>(i)]->radiometry()));
    }
    QStringList warnings;
    for (const auto &band : inputs.bands)
        warnings.append(band->radiometry().warning);
    warnings.removeAll(QString());
    warnings.removeDuplicates();
    notes += warnings;
    if (statistics.valid == 0)
        notes.append(!inputs.masks.empty() ? Text::tr("No valid pixel is left after masking clouds.")
                                           : Text::tr("There is no valid pixel."));
    const auto samples = static_cast<double>(statistics.valid)
        * static_cast<double>(std::count(inputs.offset.begin(), inputs.offset.end(), true));
    if (warnings.isEmpty() && samples > 0 && static_cast<double>(negative) > suspiciousShare * samples) {
        notes.append(
            Text::tr("Much of the reflectance is below zero: the offset may have been removed from these pixels "
                     "already, whatever the item says."));
    }
    return notes;
}

} // namespace

Result<data::JobResult> run(const data::Recipe &recipe, SceneSet &scenes, const QString &output, Pools &pools,
                            const Progress &progress, const RunOptions &options)
{
    const auto operation = makeOperation(recipe.operation, recipe.parameters);
    if (!operation)
        return fail(operation.error());
    auto opened = openInputs(recipe, **operation, scenes, progress.stopToken());
    if (!opened)
        return fail(std::move(opened.error()));
    raster::CogSpec spec;
    spec.grid = opened->grid;
    spec.description = opened->plan.files.front().bands.front().description;
    // Outlives the writer, whose tiles refer to it until it is gone.
    Tally tally;
    auto writer = raster::CogWriter::create(output, spec, pools.cpu, progress.stopToken());
    if (!writer)
        return fail(std::move(writer.error()));
    tally.tiles.resize(static_cast<std::size_t>(writer->tileRows()) * static_cast<std::size_t>(writer->tileColumns()));
    if (auto ok = writeRows(*writer, *opened, **operation, tally, progress); !ok)
        return fail(std::move(ok.error()));

    data::JobResult result;
    result.output = output;
    result.statistics = tally.total();
    result.notes = notesOf(*opened, result.statistics, tally.negative);
    raster::Metadata metadata {
        {QStringLiteral("ASTRA_RECIPE"), QString::fromUtf8(toText(recipe.toJson()))},
        {QString::fromLatin1(radiometryTag), QString::fromUtf8(toText(rulesOf(*opened)))},
        {QStringLiteral("ASTRA_NOTES"), result.notes.join(u'\n')},
    };
    if (options.extra) {
        const raster::Metadata more = options.extra();
        metadata.insert(metadata.end(), more.begin(), more.end());
    }
    if (auto ok = writer->finish(metadata, result.statistics); !ok)
        return fail(std::move(ok.error()));
    if (!progress.report(1))
        qCDebug(logRaster) << "stopped after the result was whole";
    return result;
}

} // namespace astra::processing
