// SPDX-License-Identifier: Apache-2.0
#include "core/processing/pipeline.h"

#include "core/processing/rawpixels.h"
#include "core/processing/targetgrid.h"
#include "core/raster/geodesy.h"
#include "core/raster/radiometry.h"
#include "core/raster/tilecodec.h"

#include <QCoreApplication>

#include <algorithm>
#include <atomic>
#include <bit>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

namespace astra::processing {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::processing)
};

constexpr int side = raster::CogPyramid::tileSize;
// Behind what a person is looking at: map tiles use the same pool.
constexpr int poolPriority = -1;
constexpr double share = 0.97; // of the progress; the rest is putting the files together
constexpr int fewestRows = 16; // of a strip
constexpr int mostOfRun = 32; // tiles side by side; a power of two
constexpr qint64 wholeRows = 16 << 20; // bytes of inputs that lie in rows: what readers share of GDAL's cache
constexpr qint64 strips = 4; // that fit into the memory at the same time
constexpr int mostDoubts = 1000;
constexpr std::chrono::seconds syncEvery {5};

/// What is read of one strip of a tile.
struct Strip {
    int place = 0; ///< within its tile
    raster::Window part;
    std::vector<Pixels> bands; ///< by Plan::reads
    std::vector<std::optional<data::Block>> masks; ///< by scene: raw numbers in the mask's own pixels
    std::vector<std::uint8_t> inside; ///< of the areas; empty: all of it
    bool isOutside = false; ///< of all areas: nothing was read
};

/// A tile under way.
struct Tile {
    quint32 index = 0;
    raster::Window window;
    int strips = 1;
    std::atomic<int> missing {1}; ///< strips
    TileSums sums;
    std::atomic<qint64> offset {0};
    std::atomic<qint64> negative {0};
    std::vector<std::vector<data::Block>> files; ///< by file and band
    std::shared_ptr<void> held; ///< memory for `files`, while strips are put together
};

/// Bytes under way, bounded; one piece always may go on, however large.
class Budget
{
public:
    explicit Budget(qint64 most)
        : m_most(most)
    {
    }
    /// @return false: it is over
    [[nodiscard]] bool take(qint64 bytes)
    {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [&] { return m_over || m_used == 0 || m_used + bytes <= m_most; });
        if (m_over)
            return false;
        m_used += bytes;
        return true;
    }
    void giveBack(qint64 bytes)
    {
        const std::lock_guard lock(m_mutex);
        m_used -= bytes;
        m_changed.notify_all();
    }
    /// Before anything is taken.
    void limit(qint64 most) { m_most = most; }
    void close()
    {
        const std::lock_guard lock(m_mutex);
        m_over = true;
        m_changed.notify_all();
    }

private:
    qint64 m_most;
    std::mutex m_mutex;
    std::condition_variable m_changed;
    qint64 m_used = 0; // guarded by m_mutex
    bool m_over = false; // guarded by m_mutex
};

data::Grid gridOf(const Work &work, const raster::Window &part)
{
    return raster::windowOf(work.grid, part.x, part.y, part.width, part.height);
}

/// All that works on one plan at the same time.
class Pipeline
{
public:
    Pipeline(const Work &work, const Operation &operation, SceneSet &scenes, raster::TileStore &store,
             const std::vector<std::unique_ptr<raster::CogPyramid>> &files, Pools &pools, const Progress &progress,
             const PipelineOptions &options);

    [[nodiscard]] Result<PipelineReport> run(OpenBands &first);

private:
    /// Counts a strip, or a tile that is put together, in and out, also one that a pool throws away unrun when it shuts
    /// down.
    class Ticket
    {
    public:
        /// @param budget where the bytes were taken from
        Ticket(Pipeline &owner, Budget &budget, qint64 bytes)
            : m_owner(owner)
            , m_budget(budget)
            , m_bytes(bytes)
        {
            const std::lock_guard lock(m_owner.m_mutex);
            ++m_owner.m_underWay;
        }
        ~Ticket()
        {
            m_budget.giveBack(m_bytes);
            if (!m_ran)
                m_owner.giveUp(cancelled().value());
            const std::lock_guard lock(m_owner.m_mutex);
            --m_owner.m_underWay;
            m_owner.m_changed.notify_all();
        }
        Ticket(const Ticket &) = delete;
        Ticket &operator=(const Ticket &) = delete;
        void ran() { m_ran = true; }

    private:
        Pipeline &m_owner;
        Budget &m_budget;
        qint64 m_bytes;
        bool m_ran = false;
    };

    void startReaders(OpenBands &first, std::vector<std::thread> &threads);
    void syncTillTheEnd();
    void tellProgress();
    [[nodiscard]] bool isOver() const { return m_over || m_progress.stopped(); }
    void giveUp(Error error);
    void takeUp();
    void planBatches(OpenBands &first);
    [[nodiscard]] bool liesInStrips(OpenBands &first);
    [[nodiscard]] qint64 bytesOfPixel() const;
    [[nodiscard]] qint64 bytesOfTile() const;
    [[nodiscard]] int rowsOfStrip(bool inStrips) const;
    [[nodiscard]] int tilesOfRun() const;
    void readAll(OpenBands &bands);
    [[nodiscard]] Result<void> readBatch(const std::vector<quint32> &batch, OpenBands &bands);
    [[nodiscard]] bool hold(const std::vector<std::shared_ptr<Tile>> &tiles);
    [[nodiscard]] Result<void> readPart(const std::shared_ptr<Tile> &tile, int place, OpenBands &bands);
    [[nodiscard]] Result<Strip> readStrip(int place, const raster::Window &part, OpenBands &bands);
    [[nodiscard]] Result<Pixels> readBand(std::size_t read, const data::Grid &window, OpenBands &bands);
    [[nodiscard]] Result<void> doubt(BandReader::Zeros zeros, int scene, const QString &band);
    template<typename Open, typename Read>
    [[nodiscard]] auto readWindow(int scene, const QString &name, Open open, Read read)
        -> decltype(read(*open(false).value()));
    void compute(Tile &tile, Strip strip);
    [[nodiscard]] TileInput inputOf(Tile &tile, Strip &strip) const;
    void collect(Tile &tile, const Strip &strip, TileOutput output);
    void finish(Tile &tile);

    const Work &m_work;
    const Operation &m_operation;
    SceneSet &m_scenes;
    raster::TileStore &m_store;
    const std::vector<std::unique_ptr<raster::CogPyramid>> &m_files;
    Pools &m_pools;
    const Progress &m_progress;
    const PipelineOptions m_options;

    std::vector<std::vector<quint32>> m_batches; // tiles of one row that one reader reads side by side
    int m_rows = side; // of a strip
    std::atomic<std::size_t> m_next {0};
    std::atomic<qint64> m_asked {0};
    std::atomic<qint64> m_answered {0};
    std::atomic<bool> m_over {false};
    // Half of the memory each. Strips wait for strips alone, and tiles for strips: nobody waits for himself.
    Budget m_strips;
    Budget m_tiles;

    std::mutex m_mutex;
    std::condition_variable m_changed;
    // Guarded by m_mutex:
    int m_readers = 0;
    int m_underWay = 0;
    std::optional<Error> m_error;
    PipelineReport m_report;
};

Pipeline::Pipeline(const Work &work, const Operation &operation, SceneSet &scenes, raster::TileStore &store,
                   const std::vector<std::unique_ptr<raster::CogPyramid>> &files, Pools &pools,
                   const Progress &progress, const PipelineOptions &options)
    : m_work(work)
    , m_operation(operation)
    , m_scenes(scenes)
    , m_store(store)
    , m_files(files)
    , m_pools(pools)
    , m_progress(progress)
    , m_options(options)
    , m_strips(options.memory / 2)
    , m_tiles(options.memory / 2)
{
    m_report.sums.resize(static_cast<std::size_t>(work.columns()) * static_cast<std::size_t>(work.rows()));
}

void Pipeline::giveUp(Error error)
{
    {
        const std::lock_guard lock(m_mutex);
        if (!m_error)
            m_error = std::move(error);
        m_over = true;
        m_changed.notify_all();
    }
    m_strips.close();
    m_tiles.close();
}

/// Tiles that an earlier run left.
void Pipeline::takeUp()
{
    for (quint32 tile = 0; tile < m_report.sums.size(); ++tile) {
        const bool missing = m_files.empty()
            ? !m_store.has({0, 0, tile})
            : std::any_of(m_files.begin(), m_files.end(), [tile](const auto &file) { return file->missing(tile); });
        if (missing)
            continue;
        auto sums = TileSums::fromBytes(m_store.tally({0, 0, tile}));
        if (sums && sums->files.size() == m_work.plan.files.size()) {
            m_report.sums[tile] = std::move(*sums);
            ++m_report.kept;
        }
    }
}

/// Whether a part of a row costs as much as all of it.
bool Pipeline::liesInStrips(OpenBands &first)
{
    if (m_work.columns() < 3)
        return false;
    const int row = m_work.rows() / 2;
    const auto tile = m_work.windowOf(static_cast<quint32>(row * m_work.columns() + m_work.columns() / 2));
    const raster::Window whole {0, tile.y, m_work.grid.width, tile.height};
    return std::any_of(m_work.plan.reads.begin(), m_work.plan.reads.end(), [&](const BandRead &read) {
        const auto band = first.band(read.scene, read.band);
        if (!band)
            return false; // told by whoever reads it
        const qint64 part = (*band)->cost(gridOf(m_work, tile)).bytes;
        return part > 0 && (*band)->cost(gridOf(m_work, whole)).bytes <= part + part / 8;
    });
}

/// Where rows lie whole in the inputs, tiles are read side by side, a few rows of each in turn: what a row costs is
/// paid once for all of them. As many as the memory has room for, however wide the result is.
void Pipeline::planBatches(OpenBands &first)
{
    const bool inStrips = liesInStrips(first);
    const int run = inStrips ? tilesOfRun() : 1;
    m_rows = rowsOfStrip(inStrips);
    if (inStrips) // those are low: an eighth is enough to keep everybody busy
        m_strips.limit(m_options.memory / 8);
    const auto columns = static_cast<quint32>(m_work.columns());
    for (const quint32 tile : tileOrder(m_work.columns(), m_work.rows(), run)) {
        if (!m_report.sums[tile].files.empty() || !m_report.sums[tile].tallies.empty())
            continue; // kept
        const auto runOf = [&](quint32 of) {
            return std::pair(of / columns, of % columns / static_cast<quint32>(run));
        };
        if (!m_batches.empty() && runOf(m_batches.back().back()) == runOf(tile))
            m_batches.back().push_back(tile);
        else
            m_batches.push_back({tile});
    }
}

/// Of a strip: raw numbers and values of what is read; values and what an operation may need besides of what comes out.
qint64 Pipeline::bytesOfPixel() const
{
    const auto reads = static_cast<qint64>(m_work.plan.reads.size());
    const auto masks = std::count_if(m_work.masks.begin(), m_work.masks.end(),
                                     [](const auto &m) { return m.has_value(); });
    qint64 bands = 0;
    for (const auto &file : m_work.plan.files)
        bands += static_cast<qint64>(file.bands.size());
    return reads * (m_operation.takesSources() ? 4 : 8) + masks * 8 + bands * 8 + 8;
}

/// Of a tile that is put together of strips.
qint64 Pipeline::bytesOfTile() const
{
    qint64 bands = 0;
    for (const auto &file : m_work.plan.files)
        bands += static_cast<qint64>(file.bands.size());
    return std::max<qint64>(1, bands) * side * side * static_cast<qint64>(sizeof(float));
}

/// Of a tile, so that `strips` of them fit into the memory.
int Pipeline::rowsOfStrip(bool inStrips) const
{
    qint64 rows = m_options.memory / strips / (bytesOfPixel() * side);
    if (inStrips) {
        const auto read = static_cast<qint64>(m_work.plan.reads.size()) + static_cast<qint64>(m_work.masks.size());
        rows = std::min(rows, wholeRows / (read * m_work.grid.width * qint64 {2} * m_options.readers));
    }
    return static_cast<int>(std::clamp<qint64>(rows / fewestRows * fewestRows, fewestRows, side));
}

/// That each reader may have under way. @return a power of two
int Pipeline::tilesOfRun() const
{
    const qint64 most = m_options.memory / 2 / m_options.readers / bytesOfTile();
    return static_cast<int>(std::bit_floor(static_cast<quint64>(std::clamp<qint64>(most, 1, mostOfRun))));
}

Result<void> Pipeline::doubt(BandReader::Zeros zeros, int scene, const QString &band)
{
    if (zeros == BandReader::Zeros::Explained)
        return {};
    const QString id = m_scenes.facts(scene).id;
    if (zeros == BandReader::Zeros::Impossible) {
        return fail(ErrorCode::Network,
                    Text::tr("A part of %1 of %2 came as nothing but zeros, twice, where the file says that there is "
                             "more.")
                        .arg(band, id),
                    id, true);
    }
    return {};
}

/// One window of one band, asked for and answered. What cannot be believed is read again from the file opened anew.
/// @param open (anew) → the band @param read what to do with it
template<typename Open, typename Read>
auto Pipeline::readWindow(int scene, const QString &name, Open open, Read read) -> decltype(read(*open(false).value()))
{
    ++m_asked;
    const auto band = open(false);
    if (!band)
        return fail(band.error());
    auto pixels = read(**band);
    if (const auto zeros = (*band)->zeros(); pixels && zeros != BandReader::Zeros::Explained) {
        const auto fresh = open(true);
        if (!fresh)
            return fail(fresh.error());
        pixels = read(**fresh);
        // Zeros that come again as they are were zeros: nothing was wrong with the first read.
        if (zeros == BandReader::Zeros::Impossible || (*fresh)->zeros() == BandReader::Zeros::Explained) {
            const std::lock_guard lock(m_mutex);
            if (m_report.doubts.size() < mostDoubts)
                m_report.doubts << QStringLiteral("%1 %2").arg(m_scenes.facts(scene).id, name);
        }
        if (auto ok = pixels ? doubt((*fresh)->zeros(), scene, name) : Result<void>(); !ok) {
            (*fresh)->disbelieve();
            return fail(std::move(ok.error()));
        }
    }
    if (pixels)
        ++m_answered;
    return pixels;
}

Result<Pixels> Pipeline::readBand(std::size_t place, const data::Grid &window, OpenBands &bands)
{
    const BandRead &read = m_work.plan.reads[place];
    const auto how = read.classes ? raster::Resampling::Nearest : m_work.resampling;
    return readWindow(
        read.scene, read.band, [&](bool anew) { return bands.band(read.scene, read.band, anew); },
        [&](BandReader &band) -> Result<Pixels> {
            Pixels pixels;
            if (auto raw = band.readRaw(window)) {
                if (!*raw)
                    return fail(std::move(raw->error()));
                pixels.raw = std::move(**raw);
                return pixels;
            }
            auto block = band.read(window, how);
            if (!block)
                return fail(std::move(block.error()));
            pixels.values = std::move(*block);
            return pixels;
        });
}

Result<Strip> Pipeline::readStrip(int place, const raster::Window &part, OpenBands &bands)
{
    Strip strip;
    strip.place = place;
    strip.part = part;
    const auto window = gridOf(m_work, part);
    strip.isOutside = !m_work.touches(part) || (m_work.plan.files.empty() && !m_operation.wants(window));
    if (strip.isOutside)
        return strip;
    if (m_work.areas) {
        strip.inside.resize(static_cast<std::size_t>(part.width) * static_cast<std::size_t>(part.height));
        for (int y = 0; y < part.height; ++y) {
            auto *row = strip.inside.data() + static_cast<std::ptrdiff_t>(y) * part.width - part.x;
            m_work.areas->spans(part.y + y, part.x, part.x + part.width,
                                [row](int, int from, int to) { std::fill(row + from, row + to, std::uint8_t(1)); });
        }
        if (std::find(strip.inside.begin(), strip.inside.end(), 0) == strip.inside.end())
            strip.inside.clear();
    }
    strip.bands.reserve(m_work.plan.reads.size());
    for (std::size_t i = 0; i < m_work.plan.reads.size(); ++i) {
        if (isOver())
            return cancelled();
        auto pixels = readBand(i, window, bands);
        if (!pixels)
            return fail(std::move(pixels.error()));
        strip.bands.push_back(std::move(*pixels));
    }
    strip.masks.resize(m_work.masks.size());
    for (std::size_t scene = 0; scene < m_work.masks.size(); ++scene) {
        const auto &mask = m_work.masks[scene];
        const auto wanted = mask ? mask->toRead(part) : std::nullopt;
        if (!wanted)
            continue;
        if (isOver())
            return cancelled();
        const auto number = static_cast<int>(scene);
        const MaskKind kind = m_work.maskKinds[scene];
        auto block = readWindow(
            number, maskBand(kind), [&](bool anew) { return bands.mask(number, kind, anew); },
            [&](BandReader &band) { return band.read(*wanted, raster::Resampling::Nearest); });
        if (!block)
            return fail(std::move(block.error()));
        strip.masks[scene] = std::move(*block);
    }
    return strip;
}

/// Takes memory for tiles that come in strips, for all at once: who holds some never waits for the rest.
bool Pipeline::hold(const std::vector<std::shared_ptr<Tile>> &tiles)
{
    const qint64 each = bytesOfTile();
    if (!m_tiles.take(each * static_cast<qint64>(tiles.size())))
        return false;
    for (const auto &tile : tiles) {
        const auto ticket = std::make_shared<Ticket>(*this, m_tiles, each);
        ticket->ran();
        tile->held = ticket;
        for (const auto &file : m_work.plan.files)
            tile->files.emplace_back(file.bands.size(), data::Block(tile->window.width, tile->window.height));
    }
    return true;
}

/// One strip, which the CPU pool goes on with.
Result<void> Pipeline::readPart(const std::shared_ptr<Tile> &tile, int place, OpenBands &bands)
{
    const auto &window = tile->window;
    const int y = window.y + place * m_rows;
    const raster::Window part {window.x, y, window.width, std::min(m_rows, window.y + window.height - y)};
    const qint64 bytes = bytesOfPixel() * part.width * part.height;
    if (!m_strips.take(bytes))
        return cancelled();
    const auto ticket = std::make_shared<Ticket>(*this, m_strips, bytes);
    auto strip = readStrip(place, part, bands);
    if (!strip) {
        ticket->ran();
        return fail(std::move(strip.error()));
    }
    m_pools.cpu.start(
        [this, tile, ticket, shared = std::make_shared<Strip>(std::move(*strip))] {
            compute(*tile, std::move(*shared));
            ticket->ran();
        },
        poolPriority);
    return {};
}

/// Tiles of one row.
Result<void> Pipeline::readBatch(const std::vector<quint32> &batch, OpenBands &bands)
{
    std::vector<std::shared_ptr<Tile>> tiles;
    tiles.reserve(batch.size());
    for (const quint32 index : batch) {
        const auto &tile = tiles.emplace_back(std::make_shared<Tile>());
        tile->index = index;
        tile->window = m_work.windowOf(index);
        tile->strips = (tile->window.height + m_rows - 1) / m_rows;
        tile->missing = tile->strips;
        tile->sums.tallies.resize(static_cast<std::size_t>(tile->strips));
    }
    const int parts = tiles.front()->strips;
    if (parts > 1 && !hold(tiles))
        return cancelled();
    for (int place = 0; place < parts; ++place) {
        for (const auto &tile : tiles) {
            if (auto ok = readPart(tile, place, bands); !ok)
                return ok;
        }
    }
    return {};
}

void Pipeline::readAll(OpenBands &bands)
{
    for (std::size_t batch = m_next++; batch < m_batches.size() && !isOver(); batch = m_next++) {
        if (auto ok = readBatch(m_batches[batch], bands); !ok)
            giveUp(std::move(ok.error()));
    }
}

/// What the masks and areas leave out is NaN in it.
TileInput Pipeline::inputOf(Tile &tile, Strip &strip) const
{
    TileInput input;
    input.window = gridOf(m_work, strip.part);
    input.stop = m_progress.stopToken();
    input.masks.resize(strip.masks.size());
    for (std::size_t scene = 0; scene < strip.masks.size(); ++scene) {
        if (m_work.masks[scene]) {
            const CloudMask &mask = *m_work.masks[scene];
            input.masks[scene] = std::make_shared<const data::Block>(mask.on(strip.part, strip.masks[scene]));
            strip.masks[scene].reset();
        }
    }
    const bool asSources = m_operation.takesSources();
    for (std::size_t i = 0; i < strip.bands.size(); ++i) {
        Pixels &pixels = strip.bands[i];
        const auto scene = static_cast<std::size_t>(m_work.plan.reads[i].scene);
        const auto *mask = !m_work.plan.masksItself && scene < input.masks.size() ? input.masks[scene].get() : nullptr;
        const bool isFloat = pixels.raw && pixels.raw->type == raster::RawBlock::Type::Float32;
        if (pixels.raw && (!asSources || mask || !strip.inside.empty() || isFloat)) {
            pixels.values = valuesOf(*pixels.raw, m_work.rules[i]);
            pixels.raw.reset();
        }
        auto &values = pixels.values.values;
        if (mask)
            applyMask(pixels.values, *mask);
        for (std::size_t p = 0; p < strip.inside.size(); ++p)
            values[p] = strip.inside[p] ? values[p] : data::Block::nodata;
        if (!pixels.raw)
            finiteOnly(values.data(), values.size());
        if (m_work.hasOffset(i)) {
            const auto [valid, negative] = negativeIn(pixels, m_work.rules[i]);
            tile.offset += valid;
            tile.negative += negative;
        }
        if (asSources)
            input.sources.push_back(sourceOf(pixels, m_work.rules[i]));
        else
            input.bands.push_back(std::move(pixels.values));
    }
    return input;
}

void Pipeline::compute(Tile &tile, Strip strip)
{
    if (isOver())
        return giveUp(cancelled().value());
    TileOutput output;
    if (strip.isOutside) {
        for (const auto &file : m_work.plan.files)
            output.files.emplace_back(file.bands.size(), data::Block(strip.part.width, strip.part.height));
    } else {
        output = m_operation.tile(inputOf(tile, strip));
        if (isOver())
            return giveUp(cancelled().value());
    }
    bool fits = output.files.size() == m_work.plan.files.size();
    for (std::size_t f = 0; fits && f < output.files.size(); ++f) {
        fits = output.files[f].size() == m_work.plan.files[f].bands.size()
            && std::all_of(output.files[f].begin(), output.files[f].end(), [&](const data::Block &band) {
                   return band.width == strip.part.width && band.height == strip.part.height;
               });
    }
    if (!fits)
        return giveUp({ErrorCode::Internal, Text::tr("An operation made a tile of the wrong size."), {}, false});
    collect(tile, strip, std::move(output));
    if (--tile.missing == 0)
        finish(tile);
}

void Pipeline::collect(Tile &tile, const Strip &strip, TileOutput output)
{
    for (auto &file : output.files) {
        for (auto &band : file) {
            for (std::size_t p = 0; p < strip.inside.size(); ++p)
                band.values[p] = strip.inside[p] ? band.values[p] : data::Block::nodata;
        }
    }
    tile.sums.tallies[static_cast<std::size_t>(strip.place)] = std::move(output.tally);
    if (tile.strips == 1) {
        tile.files = std::move(output.files);
        return;
    }
    // Strips write to rows of their own.
    const auto from = static_cast<std::ptrdiff_t>(strip.part.y - tile.window.y) * tile.window.width;
    for (std::size_t f = 0; f < output.files.size(); ++f) {
        for (std::size_t b = 0; b < output.files[f].size(); ++b) {
            const auto &values = output.files[f][b].values;
            std::copy(values.begin(), values.end(), tile.files[f][b].values.begin() + from);
        }
    }
}

/// All strips are there: sums are taken of the whole tile, so that they do not depend on how it was divided.
void Pipeline::finish(Tile &tile)
{
    tile.sums.offset = tile.offset;
    tile.sums.negative = tile.negative;
    for (std::size_t f = 0; f < tile.files.size(); ++f) {
        auto &sums = tile.sums.files.emplace_back();
        for (auto &band : tile.files[f]) {
            raster::quantise(band, m_work.specs[f]);
            sums.push_back(PartialStatistics::of(band));
        }
    }
    const QByteArray bytes = tile.sums.toBytes();
    // The first file last: its frame holds the sums, and a tile counts as kept once all have it.
    for (std::size_t f = m_files.size(); f-- > 0;)
        m_files[f]->put(tile.index, std::move(tile.files[f]), f == 0 ? bytes : QByteArray());
    if (m_files.empty()) {
        if (auto ok = m_store.put({0, 0, tile.index}, {}, bytes); !ok)
            return giveUp(std::move(ok.error()));
    }
    if (std::any_of(m_files.begin(), m_files.end(), [](const auto &file) { return file->hasFailed(); }))
        return giveUp(cancelled().value()); // drain() says why
    const std::lock_guard lock(m_mutex);
    m_report.sums[tile.index] = std::move(tile.sums);
    ++m_report.computed;
    m_changed.notify_all();
}

/// Threads that read, each with files of its own; the first with those that are open already.
void Pipeline::startReaders(OpenBands &first, std::vector<std::thread> &threads)
{
    const auto wanted = std::min<std::size_t>(static_cast<std::size_t>(m_options.readers), m_batches.size());
    m_readers = static_cast<int>(wanted);
    const auto left = [this] {
        const std::lock_guard lock(m_mutex);
        --m_readers;
        m_changed.notify_all();
    };
    threads.reserve(wanted + 1);
    for (std::size_t i = 0; i < wanted; ++i) {
        threads.emplace_back([this, &first, i, left] {
            if (i == 0) {
                readAll(first);
            } else {
                OpenBands own(m_scenes, m_progress.stopToken());
                own.alignTo(m_work);
                readAll(own);
            }
            left();
        });
    }
}

/// What is kept reaches the disk now and then.
void Pipeline::syncTillTheEnd()
{
    std::unique_lock lock(m_mutex);
    while (!m_changed.wait_for(lock, syncEvery, [this] { return m_readers == 0 && m_underWay == 0; })) {
        lock.unlock();
        if (auto ok = m_store.sync(); !ok)
            giveUp(std::move(ok.error()));
        lock.lock();
    }
}

/// Waits till nothing is under way any more.
void Pipeline::tellProgress()
{
    const auto total = static_cast<double>(m_report.sums.size());
    std::unique_lock lock(m_mutex);
    qint64 told = -1;
    while (m_readers > 0 || m_underWay > 0 || told < m_report.computed) {
        if (told < m_report.computed) {
            ++told;
            lock.unlock();
            if (!m_progress.report(share * static_cast<double>(m_report.kept + told) / total))
                giveUp(cancelled().value());
            lock.lock();
            continue;
        }
        m_changed.wait(lock);
    }
}

Result<PipelineReport> Pipeline::run(OpenBands &first)
{
    takeUp();
    planBatches(first);
    std::vector<std::thread> threads;
    startReaders(first, threads);
    {
        const StopCallback onStop(m_progress.stopToken(), [this] { giveUp(cancelled().value()); });
        if (m_options.durable)
            threads.emplace_back([this] { syncTillTheEnd(); });
        tellProgress();
        for (auto &thread : threads)
            thread.join();
    }
    if (m_progress.stopped())
        return cancelled();
    // An error of a file says more than that its tiles were given up.
    for (const auto &file : m_files) {
        if (auto ok = file->drain(); !ok && (!m_error || m_error->code == ErrorCode::Cancelled))
            return fail(std::move(ok.error()));
    }
    if (m_error)
        return fail(std::move(*m_error));
    m_report.windows = m_answered;
    if (m_asked != m_answered)
        return fail(ErrorCode::Internal, Text::tr("Not every window that was asked for was read."));
    return std::move(m_report);
}

} // namespace

Result<PipelineReport> computeTiles(const Work &work, const Operation &operation, SceneSet &scenes, OpenBands &first,
                                    raster::TileStore &store,
                                    const std::vector<std::unique_ptr<raster::CogPyramid>> &files, Pools &pools,
                                    const Progress &progress, const PipelineOptions &options)
{
    Pipeline pipeline(work, operation, scenes, store, files, pools, progress, options);
    return pipeline.run(first);
}

} // namespace astra::processing
