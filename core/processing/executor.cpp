// SPDX-License-Identifier: Apache-2.0
#include "core/processing/executor.h"

#include "core/base/logging.h"
#include "core/processing/cloudmask.h"
#include "core/processing/operation.h"
#include "core/processing/statistics.h"
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

class DatasetBand : public BandReader
{
public:
    DatasetBand(raster::Dataset dataset, int band, data::Radiometry radiometry, data::Grid grid)
        : m_dataset(std::move(dataset))
        , m_band(band)
        , m_radiometry(std::move(radiometry))
        , m_grid(std::move(grid))
    {
    }
    [[nodiscard]] const data::Grid &grid() const override { return m_grid; }
    [[nodiscard]] const data::Radiometry &radiometry() const override { return m_radiometry; }
    [[nodiscard]] Result<data::Block> read(const data::Grid &window, raster::Resampling resampling) override
    {
        auto block = raster::readOnGrid(m_dataset, m_band, window, resampling, m_radiometry.nodata);
        if (block)
            raster::apply(*block, m_radiometry);
        return block;
    }

private:
    raster::Dataset m_dataset;
    int m_band;
    data::Radiometry m_radiometry;
    data::Grid m_grid;
};

/// The bands of a recipe, open.
struct Inputs {
    QStringList names;
    std::vector<std::unique_ptr<BandReader>> bands;
    std::unique_ptr<BandReader> mask;
    MaskKind maskKind = MaskKind::Scl;
    data::Grid grid; ///< of the finest band
    std::vector<bool> offset; ///< per band: reflectance with an offset taken off
};

/// What one read brings: a few tiles side by side, of each band and of the mask.
struct Chunk {
    std::vector<data::Block> bands;
    std::optional<data::Block> mask;
};

Result<void> openMask(Inputs &inputs, InputReader &reader)
{
    for (const auto kind : {MaskKind::Scl, MaskKind::QaPixel}) {
        auto mask = reader.band(maskBand(kind));
        if (mask) {
            inputs.mask = std::move(*mask);
            inputs.maskKind = kind;
            return {};
        }
        if (mask.error().code != ErrorCode::NotFound)
            return fail(std::move(mask.error()));
    }
    return fail(
        ErrorCode::InvalidInput,
        Text::tr("Clouds cannot be masked: the scene has neither a scene classification (SCL) nor a QA_PIXEL band."));
}

Result<Inputs> openInputs(const data::Recipe &recipe, const Operation &operation, InputReader &reader)
{
    Inputs inputs;
    inputs.names = operation.bands();
    for (const auto &name : inputs.names) {
        auto band = reader.band(name);
        if (!band)
            return fail(std::move(band.error()));
        const auto &radiometry = (*band)->radiometry();
        inputs.offset.push_back(radiometry.offset < 0 && radiometry.quantity == u"reflectance");
        inputs.bands.push_back(std::move(*band));
    }
    const auto finest = std::min_element(inputs.bands.begin(), inputs.bands.end(), [](const auto &a, const auto &b) {
        return a->grid().pixelWidth < b->grid().pixelWidth;
    });
    inputs.grid = (*finest)->grid();
    if (recipe.maskClouds) {
        if (auto ok = openMask(inputs, reader); !ok)
            return fail(std::move(ok.error()));
    }
    if (recipe.bbox) {
        auto part = raster::cropped(inputs.grid, *recipe.bbox);
        if (!part)
            return fail(std::move(part.error()));
        inputs.grid = std::move(*part);
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
    if (inputs.mask) {
        auto block = inputs.mask->read(window, raster::Resampling::Nearest);
        if (!block)
            return fail(std::move(block.error()));
        chunk.mask = std::move(*block);
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
    std::vector<data::Block> bands;
    bands.reserve(chunk.bands.size());
    for (const auto &band : chunk.bands)
        bands.push_back(cut(band, x, width));
    data::Block out = operation.run(bands);
    if (chunk.mask)
        applyCloudMask(out, cut(*chunk.mask, x, width), inputs.maskKind);
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
    for (int i = 0; i < inputs.names.size(); ++i) {
        Json rule = raster::toJson(inputs.bands[static_cast<std::size_t>(i)]->radiometry());
        rule["band"] = toStd(inputs.names[i]);
        rules.push_back(std::move(rule));
    }
    return rules;
}

QStringList notesOf(const Inputs &inputs, const data::Statistics &statistics, qint64 negative)
{
    QStringList notes;
    for (int i = 0; i < inputs.names.size(); ++i) {
        notes.append(inputs.names[i] + QStringLiteral(": ")
                     + raster::describe(inputs.bands[static_cast<std::size_t>(i)]->radiometry()));
    }
    QStringList warnings;
    for (const auto &band : inputs.bands)
        warnings.append(band->radiometry().warning);
    warnings.removeAll(QString());
    warnings.removeDuplicates();
    notes += warnings;
    if (statistics.valid == 0)
        notes.append(inputs.mask ? Text::tr("No valid pixel is left after masking clouds.")
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

Result<std::unique_ptr<BandReader>> bandReader(raster::Dataset dataset, int band, const data::Radiometry &radiometry)
{
    auto grid = dataset.info().grid();
    if (!grid)
        return fail(std::move(grid.error()));
    return std::make_unique<DatasetBand>(std::move(dataset), band, radiometry, std::move(*grid));
}

Result<data::JobResult> run(const data::Recipe &recipe, InputReader &inputs, const QString &output, Pools &pools,
                            const Progress &progress, const ExtraTags &extra)
{
    const auto operation = makeOperation(recipe.operation, recipe.parameters);
    if (!operation)
        return fail(operation.error());
    auto opened = openInputs(recipe, **operation, inputs);
    if (!opened)
        return fail(std::move(opened.error()));
    raster::CogSpec spec;
    spec.grid = opened->grid;
    spec.description = (*operation)->outputDescription();
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
    if (extra) {
        const raster::Metadata more = extra();
        metadata.insert(metadata.end(), more.begin(), more.end());
    }
    if (auto ok = writer->finish(metadata, result.statistics); !ok)
        return fail(std::move(ok.error()));
    if (!progress.report(1))
        qCDebug(logRaster) << "stopped after the result was whole";
    return result;
}

} // namespace astra::processing
