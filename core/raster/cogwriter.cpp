// SPDX-License-Identifier: Apache-2.0
#include "core/raster/cogwriter.h"

#include "core/raster/coglayout.h"
#include "core/raster/tempfile.h"
#include "core/raster/tilecodec.h"

#include <QCoreApplication>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>

namespace astra::raster {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::raster)
};

constexpr int side = CogWriter::tileSize;
// Behind what a person is looking at: map tiles use the same pool.
constexpr int poolPriority = -1;

int tilesFor(int pixels) { return (pixels + side - 1) / side; }

struct Tile {
    std::size_t level = 0;
    std::size_t index = 0;
    QByteArray bytes;
};

struct Level {
    int width = 0;
    int height = 0;
    int columns = 0;
    int rows = 0;
    data::Block strip; // one row of tiles, filled by the level above; not used for the full resolution
    std::atomic<int> pending {0}; // tiles of the row under way
    std::vector<std::uint64_t> offsets; // in the spool
    CogImage image;
};

data::Block cut(const data::Block &strip, int x, int width, int height)
{
    data::Block tile(width, height);
    for (int y = 0; y < height; ++y) {
        std::copy_n(strip.values.begin() + static_cast<std::ptrdiff_t>(y) * strip.width + x, width,
                    tile.values.begin() + static_cast<std::ptrdiff_t>(y) * width);
    }
    return tile;
}

} // namespace

class CogWriter::Private
{
public:
    ~Private()
    {
        m_abandoned = true;
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [this] { return m_outstanding == 0; });
    }

    void start(std::size_t level, int row, std::function<data::Block(int)> tile);
    /// Waits for all tiles under way and writes what they leave: the disk is this thread's business alone.
    [[nodiscard]] Result<void> drain();
    [[nodiscard]] Result<void> assemble(const CogLayout &layout, TempFile &out);
    [[nodiscard]] std::pair<int, int> extent(std::size_t level, int column, int row) const
    {
        const Level &l = *levels[level];
        return {std::min(side, l.width - column * side), std::min(side, l.height - row * side)};
    }

    QString path;
    CogSpec spec;
    StopToken stop;
    QThreadPool *cpu = nullptr;
    std::vector<std::unique_ptr<Level>> levels; // full resolution first
    TempFile spool;
    quint64 spooled = 0;
    int nextRow = 0;

private:
    class Ticket;
    void work(std::size_t level, int row, int column, const std::function<data::Block(int)> &tile);
    void handDown(std::size_t level, int row, int column, const data::Block &pixels);

    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::deque<Tile> m_done; // guarded by m_mutex
    int m_outstanding = 0; // guarded by m_mutex
    std::atomic<bool> m_abandoned {false}; // a tile was not made, or nobody wants them any more
    std::atomic<bool> m_faulty {false}; // … by our own mistake, or for want of memory
};

/// Counts a task in and out, also one that a pool throws away unrun when it shuts down.
class CogWriter::Private::Ticket
{
public:
    explicit Ticket(Private *owner)
        : m_owner(owner)
    {
        const std::lock_guard lock(m_owner->m_mutex);
        ++m_owner->m_outstanding;
    }
    ~Ticket()
    {
        if (!m_ran)
            m_owner->m_abandoned = true;
        const std::lock_guard lock(m_owner->m_mutex);
        --m_owner->m_outstanding;
        m_owner->m_changed.notify_all();
    }
    Ticket(const Ticket &) = delete;
    Ticket &operator=(const Ticket &) = delete;
    void ran() { m_ran = true; }

private:
    Private *m_owner;
    bool m_ran = false;
};

void CogWriter::Private::start(std::size_t level, int row, std::function<data::Block(int)> tile)
{
    Level &l = *levels[level];
    l.pending = l.columns;
    const auto shared = std::make_shared<std::function<data::Block(int)>>(std::move(tile));
    for (int column = 0; column < l.columns; ++column) {
        cpu->start(
            [this, level, row, column, shared, ticket = std::make_shared<Ticket>(this)] {
                work(level, row, column, *shared);
                ticket->ran();
            },
            poolPriority);
    }
}

void CogWriter::Private::work(std::size_t level, int row, int column, const std::function<data::Block(int)> &tile)
{
    Level &l = *levels[level];
    if (m_abandoned || stop.stop_requested()) {
        m_abandoned = true;
        return;
    }
    const data::Block pixels = tile(column);
    if (std::pair(pixels.width, pixels.height) != extent(level, column, row)) {
        m_abandoned = m_faulty = true;
        return;
    }
    handDown(level, row, column, pixels);
    QByteArray bytes = encodeTile(pixels, spec);
    if (bytes.isEmpty()) {
        m_abandoned = m_faulty = true;
        return;
    }
    const auto index = static_cast<std::size_t>(row) * static_cast<std::size_t>(l.columns)
        + static_cast<std::size_t>(column);
    {
        const std::lock_guard lock(m_mutex);
        m_done.push_back({level, index, std::move(bytes)});
        m_changed.notify_all();
    }
    // The last tile of a row: with the row above, or alone at the lower edge, it completes one of the next overview.
    if (--l.pending == 0 && level + 1 < levels.size() && (row % 2 == 1 || row + 1 == l.rows)) {
        const int nextLevelRow = row / 2;
        start(level + 1, nextLevelRow, [this, level, nextLevelRow](int nextColumn) {
            const auto [width, height] = extent(level + 1, nextColumn, nextLevelRow);
            return cut(levels[level + 1]->strip, nextColumn * side, width, height);
        });
    }
}

void CogWriter::Private::handDown(std::size_t level, int row, int column, const data::Block &pixels)
{
    if (level + 1 >= levels.size())
        return;
    data::Block &strip = levels[level + 1]->strip;
    const data::Block small = halved(pixels, spec.overviews);
    const int x = column * side / 2;
    const int y = row % 2 * side / 2;
    for (int i = 0; i < small.height; ++i) {
        std::copy_n(small.values.begin() + static_cast<std::ptrdiff_t>(i) * small.width, small.width,
                    strip.values.begin() + static_cast<std::ptrdiff_t>(y + i) * strip.width + x);
    }
}

Result<void> CogWriter::Private::drain()
{
    std::unique_lock lock(m_mutex);
    while (m_outstanding > 0 || !m_done.empty()) {
        m_changed.wait(lock, [this] { return m_outstanding == 0 || !m_done.empty(); });
        std::deque<Tile> ready;
        ready.swap(m_done);
        lock.unlock();
        for (const Tile &tile : ready) {
            Level &level = *levels[tile.level];
            level.offsets[tile.index] = spooled;
            level.image.tileBytes[tile.index] = static_cast<std::uint32_t>(tile.bytes.size());
            spooled += static_cast<quint64>(tile.bytes.size());
            if (auto ok = spool.write(tile.bytes); !ok) {
                m_abandoned = true;
                return ok;
            }
        }
        lock.lock();
    }
    lock.unlock();
    if (stop.stop_requested())
        return cancelled();
    if (m_faulty)
        return fail(ErrorCode::Internal, Text::tr("A tile of %1 could not be made.").arg(path), path);
    if (m_abandoned)
        return cancelled();
    return {};
}

Result<void> CogWriter::Private::assemble(const CogLayout &layout, TempFile &out)
{
    if (auto ok = out.write(layout.head); !ok)
        return ok;
    for (std::size_t level = levels.size(); level-- > 0;) {
        const Level &l = *levels[level];
        for (std::size_t i = 0; i < l.offsets.size(); ++i) {
            if (stop.stop_requested())
                return cancelled();
            const std::uint32_t size = l.image.tileBytes[i];
            auto bytes = spool.read(l.offsets[i], size);
            if (!bytes)
                return fail(std::move(bytes.error()));
            QByteArray framed(reinterpret_cast<const char *>(&size), leaderBytes);
            framed += *bytes;
            framed += bytes->right(trailerBytes);
            if (auto ok = out.write(framed); !ok)
                return ok;
        }
    }
    return {};
}

CogWriter::CogWriter(std::unique_ptr<Private> p)
    : d(std::move(p))
{
}
CogWriter::CogWriter(CogWriter &&) noexcept = default;
CogWriter::~CogWriter() = default;

Result<CogWriter> CogWriter::create(const QString &path, CogSpec spec, QThreadPool &cpu, StopToken stop)
{
    if (spec.grid.width < 1 || spec.grid.height < 1 || spec.level < 1 || spec.level > 12)
        return fail(ErrorCode::InvalidInput, Text::tr("There are no pixels to write."), path);
    // A wrong coordinate system is told before the work, not after it.
    if (const auto tags = geoTags(spec, {}, {}); !tags)
        return fail(tags.error());
    auto p = std::make_unique<Private>();
    auto spool = TempFile::beside(path);
    if (!spool)
        return fail(std::move(spool.error()));
    p->spool = std::move(*spool);
    p->path = path;
    p->stop = std::move(stop);
    p->cpu = &cpu;
    int width = spec.grid.width;
    int height = spec.grid.height;
    while (true) {
        auto level = std::make_unique<Level>();
        level->width = level->image.width = width;
        level->height = level->image.height = height;
        level->columns = tilesFor(width);
        level->rows = tilesFor(height);
        const auto tiles = static_cast<std::size_t>(level->columns) * static_cast<std::size_t>(level->rows);
        level->offsets.resize(tiles);
        level->image.tileBytes.resize(tiles);
        if (!p->levels.empty())
            level->strip = data::Block(width, std::min(side, height));
        p->levels.push_back(std::move(level));
        if (width <= side && height <= side)
            break;
        width = (width + 1) / 2;
        height = (height + 1) / 2;
    }
    p->spec = std::move(spec);
    return CogWriter(std::move(p));
}

int CogWriter::tileColumns() const { return d->levels.front()->columns; }
int CogWriter::tileRows() const { return d->levels.front()->rows; }
std::pair<int, int> CogWriter::tileExtent(int column, int row) const { return d->extent(0, column, row); }
Result<void> CogWriter::drain() { return d->drain(); }

Result<void> CogWriter::append(std::function<data::Block(int)> tile)
{
    if (auto ok = d->drain(); !ok)
        return ok;
    if (d->nextRow >= tileRows())
        return fail(ErrorCode::Internal, Text::tr("More rows came than %1 has.").arg(d->path), d->path);
    d->start(0, d->nextRow++, std::move(tile));
    return {};
}

Result<void> CogWriter::append(data::Block strip)
{
    const int row = d->nextRow;
    if (row >= tileRows() || strip.width != d->spec.grid.width || strip.height != tileExtent(0, row).second)
        return fail(ErrorCode::Internal, Text::tr("A strip of the wrong size came for %1.").arg(d->path), d->path);
    return append([shared = std::make_shared<data::Block>(std::move(strip))](int column) {
        return cut(*shared, column * side, std::min(side, shared->width - column * side), shared->height);
    });
}

Result<void> CogWriter::finish(const Metadata &metadata, const std::optional<data::Statistics> &statistics)
{
    if (auto ok = d->drain(); !ok)
        return ok;
    if (d->nextRow != tileRows())
        return fail(ErrorCode::Internal, Text::tr("%1 is not whole: rows are missing.").arg(d->path), d->path);
    const auto tags = geoTags(d->spec, metadata, statistics);
    if (!tags)
        return fail(tags.error());
    std::vector<CogImage> images;
    for (const auto &level : d->levels)
        images.push_back(level->image);
    auto out = TempFile::beside(d->path);
    if (!out)
        return fail(std::move(out.error()));
    if (auto ok = d->assemble(layOut(images, d->spec, *tags), *out); !ok)
        return ok;
    return out->becomes(d->path);
}

Result<void> writeCog(const QString &path, const CogSpec &spec, const data::Block &pixels, QThreadPool &cpu,
                      const Metadata &metadata)
{
    auto writer = CogWriter::create(path, spec, cpu);
    if (!writer)
        return fail(std::move(writer.error()));
    if (pixels.width != spec.grid.width || pixels.height != spec.grid.height)
        return fail(ErrorCode::Internal, Text::tr("The pixels for %1 have the wrong size.").arg(path), path);
    for (int row = 0; row < writer->tileRows(); ++row) {
        const int height = writer->tileExtent(0, row).second;
        data::Block strip(pixels.width, height);
        std::copy_n(pixels.values.begin() + static_cast<std::ptrdiff_t>(row) * side * pixels.width, strip.values.size(),
                    strip.values.begin());
        if (auto ok = writer->append(std::move(strip)); !ok)
            return ok;
    }
    return writer->finish(metadata);
}

} // namespace astra::raster
