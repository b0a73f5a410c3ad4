// SPDX-License-Identifier: Apache-2.0
#include "core/raster/cogpyramid.h"

#include "core/base/workcount.h"
#include "core/raster/coglayout.h"
#include "core/raster/tempfile.h"
#include "core/raster/tilecodec.h"

#include <QCoreApplication>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

namespace astra::raster {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::raster)
};

// Out here, as lupdate does not find the context of their sentences within the classes below.
Error wrongSize() { return {ErrorCode::Internal, Text::tr("A tile of the wrong size was made."), {}, false}; }
Error noMemory()
{
    return {ErrorCode::Internal, Text::tr("There is not enough memory to compress a tile."), {}, false};
}
Error notWhole(const QString &path)
{
    return {ErrorCode::Internal, Text::tr("%1 is not whole: tiles are missing.").arg(path), path, false};
}

constexpr int side = CogPyramid::tileSize;
static_assert(side == tileSide);
// Behind what a person is looking at: map tiles use the same pool.
constexpr int poolPriority = -1;
// Compressed tiles that wait for the disk. Beyond that the CPU pool waits too: memory is bounded before speed.
constexpr qsizetype mostWaiting = 16 << 20;
constexpr qsizetype mostSpare = 16 << 20; // bytes of buffers that wait to be used again
constexpr int mostBands = 512;

using Bands = std::vector<data::Block>;

int tilesFor(int pixels) { return (pixels + side - 1) / side; }

struct Level {
    enum State : std::uint8_t {
        Missing,
        Kept, ///< from an earlier run: to be decoded where an overview needs it
        Here, ///< made in this run: its overview has it
    };
    int width = 0;
    int height = 0;
    int columns = 0;
    int rows = 0;
    std::vector<State> tiles;
    std::vector<std::uint8_t> awaited; ///< per tile: those of its four that are still to come

    [[nodiscard]] std::pair<int, int> extent(quint32 tile) const
    {
        const int column = static_cast<int>(tile) % columns;
        const int row = static_cast<int>(tile) / columns;
        return {std::min(side, width - column * side), std::min(side, height - row * side)};
    }
    /// The tile of the next level that holds this one at half its size, and where in it.
    struct Parent {
        quint32 tile = 0;
        int x = 0;
        int y = 0;
    };
    [[nodiscard]] Parent parentOf(quint32 tile) const
    {
        const int column = static_cast<int>(tile) % columns;
        const int row = static_cast<int>(tile) / columns;
        return {static_cast<quint32>(row / 2 * ((columns + 1) / 2) + column / 2), column % 2 * side / 2,
                row % 2 * side / 2};
    }
};

std::vector<Level> levelsFor(const data::Grid &grid)
{
    std::vector<Level> levels;
    int width = grid.width;
    int height = grid.height;
    while (true) {
        Level level {width, height, tilesFor(width), tilesFor(height), {}, {}};
        const auto tiles = static_cast<std::size_t>(level.columns) * static_cast<std::size_t>(level.rows);
        level.tiles.resize(tiles, Level::Missing);
        level.awaited.resize(tiles, 0);
        levels.push_back(std::move(level));
        if (width <= side && height <= side)
            return levels;
        width = (width + 1) / 2;
        height = (height + 1) / 2;
    }
}

Result<void> checked(const CogSpec &spec)
{
    const int mostLevel = spec.codec == Codec::Zstd ? 19 : 12;
    if (spec.grid.width < 1 || spec.grid.height < 1 || spec.level < 0 || spec.level > mostLevel
        || spec.bandCount() > mostBands) {
        return fail(ErrorCode::InvalidInput, Text::tr("There are no pixels to write."));
    }
    if (spec.nodata && spec.type != SampleType::Float32) {
        data::Block value(1, 1, static_cast<float>(*spec.nodata));
        CogSpec without = spec;
        without.nodata.reset();
        quantise(value, without);
        if (static_cast<double>(value.values.front()) != *spec.nodata)
            return fail(ErrorCode::InvalidInput, Text::tr("The numbers cannot hold %1 as nodata.").arg(*spec.nodata));
    }
    if (!spec.colours.empty()
        && (spec.type != SampleType::UInt8 || spec.bandCount() > 1 || spec.colours.size() > 256)) {
        return fail(ErrorCode::InvalidInput, Text::tr("Only one band of 8 bits can have a table of colours."));
    }
    // A wrong coordinate system is told before the work, not after it.
    if (const auto tags = geoTags(spec, {}, {}); !tags)
        return fail(tags.error());
    return {};
}

class Pyramid : public CogPyramid
{
public:
    Pyramid(TileStore &store, quint16 file, CogSpec spec, QThreadPool &cpu, StopToken stop);
    ~Pyramid() override;

    [[nodiscard]] int columns() const override { return m_levels.front().columns; }
    [[nodiscard]] int rows() const override { return m_levels.front().rows; }
    [[nodiscard]] bool missing(quint32 tile) const override
    {
        const std::lock_guard lock(m_mutex);
        const auto &tiles = m_levels.front().tiles;
        return tile < tiles.size() && tiles[tile] == Level::Missing;
    }
    void put(quint32 tile, Bands bands, const QByteArray &tally) override;
    [[nodiscard]] bool hasFailed() const override { return m_abandoned || m_work.dropped(); }
    [[nodiscard]] Result<void> drain() override;
    [[nodiscard]] Result<void> finish(const QString &path, const Metadata &metadata,
                                      const std::vector<data::Statistics> &statistics) override;

private:
    struct Waiting {
        TileStore::Key key;
        QByteArray bytes;
        QByteArray tally;
        std::shared_ptr<WorkCount::Piece> piece;
    };
    [[nodiscard]] TileStore::Key key(std::size_t level, quint32 tile) const
    {
        return {m_file, static_cast<quint16>(level), tile};
    }
    [[nodiscard]] bool isOver() const { return hasFailed() || m_stop.stop_requested(); }
    /// Whether the tile of the full resolution is still to come; from now on it is not.
    [[nodiscard]] bool claim(quint32 tile)
    {
        const std::lock_guard lock(m_mutex);
        auto &state = m_levels.front().tiles[tile];
        if (state != Level::Missing)
            return false;
        state = Level::Here;
        return true;
    }
    void giveUp(Error error);
    [[nodiscard]] QByteArray spare();
    void keep(std::size_t level, quint32 tile, Bands bands, const QByteArray &tally);
    void makeOverview(std::size_t level, quint32 tile, Bands bands);
    [[nodiscard]] Bands empty(std::size_t level, quint32 tile) const;
    [[nodiscard]] Result<void> takeKept(std::size_t level, quint32 tile, Bands &bands) const;
    void write();

    TileStore &m_store;
    const quint16 m_file;
    const CogSpec m_spec;
    QThreadPool &m_cpu;
    const StopToken m_stop;

    mutable std::mutex m_mutex;
    std::condition_variable m_changed;
    // Guarded by m_mutex:
    std::vector<Level> m_levels; // only their states change
    std::map<std::pair<std::size_t, quint32>, Bands> m_open; // overviews under way
    std::vector<std::pair<std::size_t, quint32>> m_owed; // overviews whose four tiles are all kept
    std::deque<Waiting> m_waiting;
    std::vector<QByteArray> m_spare;
    qsizetype m_spareBytes = 0;
    qsizetype m_waitingBytes = 0;
    bool m_closing = false;
    std::optional<Error> m_error;

    WorkCount m_work; // under way, or waiting for the disk
    std::atomic<bool> m_abandoned {false}; // something failed, or nobody wants the rest any more
    std::thread m_writer; // the one that waits for the disk, so that the CPU pool need not
};

Pyramid::Pyramid(TileStore &store, quint16 file, CogSpec spec, QThreadPool &cpu, StopToken stop)
    : m_store(store)
    , m_file(file)
    , m_spec(std::move(spec))
    , m_cpu(cpu)
    , m_stop(std::move(stop))
    , m_levels(levelsFor(m_spec.grid))
{
    for (std::size_t l = 0; l < m_levels.size(); ++l) {
        Level &level = m_levels[l];
        for (quint32 tile = 0; tile < level.tiles.size(); ++tile) {
            if (m_store.size(key(l, tile)) > 0)
                level.tiles[tile] = Level::Kept;
            else if (l + 1 < m_levels.size())
                ++m_levels[l + 1].awaited[level.parentOf(tile).tile];
            if (l > 0 && level.tiles[tile] == Level::Missing && level.awaited[tile] == 0)
                m_owed.emplace_back(l, tile);
        }
    }
    m_writer = std::thread([this] { write(); });
}

Pyramid::~Pyramid()
{
    m_abandoned = true;
    {
        const std::lock_guard lock(m_mutex);
        m_changed.notify_all();
    }
    m_work.wait();
    {
        const std::lock_guard lock(m_mutex);
        m_closing = true;
        m_changed.notify_all();
    }
    m_writer.join();
}

void Pyramid::giveUp(Error error)
{
    const std::lock_guard lock(m_mutex);
    m_abandoned = true;
    if (!m_error)
        m_error = std::move(error);
    m_changed.notify_all();
}

void Pyramid::put(quint32 tile, Bands bands, const QByteArray &tally)
{
    if (isOver())
        return;
    WorkCount::Piece piece(m_work);
    const Level &level = m_levels.front();
    const bool fits = tile < level.tiles.size() && static_cast<int>(bands.size()) == m_spec.bandCount()
        && std::all_of(bands.begin(), bands.end(), [&](const data::Block &band) {
                          return std::pair(band.width, band.height) == level.extent(tile);
                      });
    if (!fits) {
        giveUp(wrongSize());
    } else if (claim(tile)) {
        for (auto &band : bands)
            quantise(band, m_spec);
        keep(0, tile, std::move(bands), tally);
    }
    piece.ran();
}

/// A buffer that the disk has done with: fresh memory costs as much as copying into it.
QByteArray Pyramid::spare()
{
    const std::lock_guard lock(m_mutex);
    if (m_spare.empty())
        return {};
    QByteArray bytes = std::move(m_spare.back());
    m_spare.pop_back();
    m_spareBytes -= bytes.capacity();
    return bytes;
}

/// Compresses a quantised tile and hands it to the disk, and its half to its overview. The last of four goes on with
/// that.
void Pyramid::keep(std::size_t level, quint32 tile, Bands bands, const QByteArray &tally)
{
    const Level &own = m_levels[level];
    const auto parent = own.parentOf(tile);
    const std::pair above(level + 1, parent.tile);
    Bands *half = nullptr;
    if (level + 1 < m_levels.size()) {
        const std::lock_guard lock(m_mutex);
        if (m_levels[level + 1].tiles[parent.tile] == Level::Missing) {
            half = &m_open[above];
            if (half->empty())
                *half = empty(above.first, above.second);
        }
    }
    if (half) {
        // Four tiles write to four corners; the map keeps its places.
        for (std::size_t b = 0; b < bands.size(); ++b)
            halveInto((*half)[b], parent.x, parent.y, bands[b], m_spec.overviews);
    }
    QByteArray bytes = spare();
    encodeTile(bands, m_spec, bytes);
    if (bytes.isEmpty())
        return giveUp(noMemory());
    bands = {};
    std::optional<Bands> whole;
    {
        std::unique_lock lock(m_mutex);
        m_levels[level].tiles[tile] = Level::Here;
        if (half && --m_levels[level + 1].awaited[parent.tile] == 0)
            whole = std::move(m_open.extract(above).mapped());
        m_changed.wait(lock, [this] { return m_waitingBytes < mostWaiting || isOver(); });
        m_waitingBytes += bytes.capacity();
        m_waiting.push_back({key(level, tile), std::move(bytes), tally, m_work.begin()});
        m_changed.notify_all();
    }
    if (whole)
        makeOverview(above.first, above.second, std::move(*whole));
}

Bands Pyramid::empty(std::size_t level, quint32 tile) const
{
    const auto [width, height] = m_levels[level].extent(tile);
    Bands bands;
    bands.reserve(static_cast<std::size_t>(m_spec.bandCount()));
    for (int b = 0; b < m_spec.bandCount(); ++b)
        bands.emplace_back(width, height);
    return bands;
}

/// All four tiles are there: those of this run are in `bands`, the others come from the store.
void Pyramid::makeOverview(std::size_t level, quint32 tile, Bands bands)
{
    if (isOver())
        return;
    if (auto ok = takeKept(level, tile, bands); !ok)
        return giveUp(std::move(ok.error()));
    for (auto &band : bands)
        quantise(band, m_spec);
    keep(level, tile, std::move(bands), {});
}

Result<void> Pyramid::takeKept(std::size_t level, quint32 tile, Bands &bands) const
{
    const Level &below = m_levels[level - 1];
    const int column = static_cast<int>(tile) % m_levels[level].columns;
    const int row = static_cast<int>(tile) / m_levels[level].columns;
    for (int y = 2 * row; y < std::min(2 * row + 2, below.rows); ++y) {
        for (int x = 2 * column; x < std::min(2 * column + 2, below.columns); ++x) {
            const auto child = static_cast<quint32>(y * below.columns + x);
            {
                const std::lock_guard lock(m_mutex);
                if (below.tiles[child] != Level::Kept)
                    continue;
            }
            const auto bytes = m_store.bytes(key(level - 1, child));
            if (!bytes)
                return fail(bytes.error());
            const auto [width, height] = below.extent(child);
            const auto pixels = decodeTile(*bytes, m_spec, width, height);
            if (!pixels)
                return fail(pixels.error());
            const auto at = below.parentOf(child);
            for (std::size_t b = 0; b < bands.size(); ++b)
                halveInto(bands[b], at.x, at.y, (*pixels)[b], m_spec.overviews);
        }
    }
    return {};
}

void Pyramid::write()
{
    std::unique_lock lock(m_mutex);
    while (true) {
        m_changed.wait(lock, [this] { return m_closing || !m_waiting.empty(); });
        if (m_waiting.empty())
            return;
        Waiting next = std::move(m_waiting.front());
        m_waiting.pop_front();
        const bool failed = m_error.has_value();
        lock.unlock();
        // What is done is kept, also when the job was stopped; not after an error, which the next would only repeat.
        auto ok = failed ? Result<void>() : m_store.put(next.key, next.bytes, next.tally);
        if (!ok)
            giveUp(std::move(ok.error()));
        next.piece->ran();
        lock.lock();
        m_waitingBytes -= next.bytes.capacity();
        if (m_spareBytes + next.bytes.capacity() <= mostSpare) {
            m_spareBytes += next.bytes.capacity();
            m_spare.push_back(std::move(next.bytes));
        }
        m_changed.notify_all();
    }
}

Result<void> Pyramid::drain()
{
    std::unique_lock lock(m_mutex);
    const auto owed = std::exchange(m_owed, {});
    lock.unlock();
    for (const auto &[level, tile] : owed) {
        m_work.start(m_cpu, poolPriority,
                     [this, level = level, tile = tile] { makeOverview(level, tile, empty(level, tile)); });
    }
    m_work.wait();
    lock.lock();
    if (m_error)
        return fail(*m_error);
    if (isOver())
        return cancelled();
    return {};
}

/// One image after the other as they stand in the file, in runs that are read and written at once.
class Copy
{
public:
    Copy(const TileStore &store, const PosixFile &out, const StopToken &stop)
        : m_store(store)
        , m_out(out)
        , m_stop(stop)
    {
    }
    void add(TileStore::Key key, std::uint32_t bytes)
    {
        const quint64 framed = leaderBytes + bytes + trailerBytes;
        if (m_runs.empty() || m_runs.back().bytes + framed > runBytes)
            m_runs.push_back({m_end, 0, {}});
        m_runs.back().tiles.emplace_back(key, bytes);
        m_runs.back().bytes += framed;
        m_end += framed;
    }
    void startAt(quint64 offset) { m_end = offset; }
    [[nodiscard]] Result<void> run()
    {
        m_out.reserve(m_end);
        const auto threads = std::min<std::size_t>(std::max(2U, std::thread::hardware_concurrency()), 4);
        std::vector<std::thread> helpers;
        helpers.reserve(threads);
        for (std::size_t i = 1; i < std::min(threads, m_runs.size()); ++i)
            helpers.emplace_back([this] { work(); });
        work();
        for (auto &helper : helpers)
            helper.join();
        if (m_error)
            return fail(std::move(*m_error));
        if (m_stop.stop_requested())
            return cancelled();
        return {};
    }

private:
    static constexpr quint64 runBytes = 1 << 20; // read and written again while it is in the processor's cache
    struct Run {
        quint64 offset = 0;
        quint64 bytes = 0;
        std::vector<std::pair<TileStore::Key, std::uint32_t>> tiles;
    };
    void work()
    {
        std::vector<char> buffer;
        for (std::size_t i = m_next++; i < m_runs.size() && !m_failed && !m_stop.stop_requested(); i = m_next++) {
            if (auto ok = copy(m_runs[i], buffer); !ok) {
                const std::lock_guard lock(m_mutex);
                m_failed = true;
                m_error = std::move(ok.error());
            }
        }
    }
    [[nodiscard]] Result<void> copy(const Run &run, std::vector<char> &buffer)
    {
        if (buffer.size() < run.bytes)
            buffer.resize(run.bytes);
        char *to = buffer.data();
        for (const auto &[key, bytes] : run.tiles) {
            std::memcpy(to, &bytes, leaderBytes);
            to += leaderBytes;
            if (auto ok = m_store.read(key, to); !ok)
                return ok;
            to += bytes;
            // A tile is never this short, and the space before it is its leader.
            std::memcpy(to, to - trailerBytes, trailerBytes);
            to += trailerBytes;
        }
        // The kernel lets one thread at a time write to a file, and has the others spin.
        const std::lock_guard lock(m_writing);
        return m_out.writeAt(run.offset, buffer.data(), run.bytes);
    }

    const TileStore &m_store;
    const PosixFile &m_out;
    const StopToken &m_stop;
    std::vector<Run> m_runs;
    quint64 m_end = 0;
    std::atomic<std::size_t> m_next {0};
    std::atomic<bool> m_failed {false};
    std::mutex m_writing;
    std::mutex m_mutex;
    std::optional<Error> m_error; // guarded by m_mutex
};

Result<void> Pyramid::finish(const QString &path, const Metadata &metadata,
                             const std::vector<data::Statistics> &statistics)
{
    if (auto ok = drain(); !ok)
        return ok;
    std::vector<CogImage> images;
    images.reserve(m_levels.size());
    for (std::size_t l = 0; l < m_levels.size(); ++l) {
        CogImage image {m_levels[l].width, m_levels[l].height, {}};
        image.tileBytes.reserve(m_levels[l].tiles.size());
        for (quint32 tile = 0; tile < m_levels[l].tiles.size(); ++tile) {
            const auto bytes = m_store.size(key(l, tile));
            if (bytes == 0)
                return fail(notWhole(path));
            image.tileBytes.push_back(static_cast<std::uint32_t>(bytes));
        }
        images.push_back(std::move(image));
    }
    const auto tags = geoTags(m_spec, metadata, statistics);
    if (!tags)
        return fail(tags.error());
    const auto layout = layOut(images, m_spec, *tags);
    auto out = TempFile::beside(path);
    if (!out)
        return fail(std::move(out.error()));
    const auto head = static_cast<quint64>(layout.head.size());
    if (auto ok = out->file().writeAt(0, layout.head.constData(), head); !ok)
        return ok;
    Copy copy(m_store, out->file(), m_stop);
    copy.startAt(head);
    for (std::size_t l = images.size(); l-- > 0;) {
        for (quint32 tile = 0; tile < images[l].tileBytes.size(); ++tile)
            copy.add(key(l, tile), images[l].tileBytes[tile]);
    }
    if (auto ok = copy.run(); !ok)
        return ok;
    return out->becomes(path, m_spec.durable);
}

} // namespace

Result<std::unique_ptr<CogPyramid>> CogPyramid::create(TileStore &store, quint16 file, CogSpec spec, QThreadPool &cpu,
                                                       StopToken stop)
{
    if (auto ok = checked(spec); !ok)
        return fail(std::move(ok.error()));
    return std::make_unique<Pyramid>(store, file, std::move(spec), cpu, std::move(stop));
}

} // namespace astra::raster
