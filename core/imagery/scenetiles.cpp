// SPDX-License-Identifier: Apache-2.0
#include "core/imagery/scenetiles.h"

#include "core/imagery/preview.h"
#include "core/raster/geodesy.h"
#include "core/raster/radiometry.h"

#include <algorithm>

namespace astra::imagery {

namespace {

/// Reads under way at a time; also how many Datasets of one band are open at most. The first goes alone, so that the
/// first pixels cost one opening a band.
constexpr std::size_t readsAtOnce = 2;
/// Tiles read together. Their window of the overview is at most twice as fine as they are: some 2000 pixels a side.
constexpr int mostTogether = 16;

data::GeoBox boundsOf(const data::Acquisition &acquisition)
{
    const data::Scene &scene = acquisition.best();
    if (const auto box = data::boundsOf(scene.footprint))
        return *box;
    return scene.bbox.value_or(data::GeoBox {-180, -85, 180, 85});
}

/// A block of tiles, cut into them row by row.
std::vector<data::Block> cut(const data::Block &block, int columns)
{
    constexpr int side = render::tileSize;
    std::vector<data::Block> tiles;
    for (int i = 0; i < columns * (block.height / side); ++i) {
        data::Block &tile = tiles.emplace_back(side, side);
        const auto from = block.values.begin() + std::ptrdiff_t(i / columns) * side * block.width + i % columns * side;
        for (int y = 0; y < side; ++y)
            std::copy_n(from + std::ptrdiff_t(y) * block.width, side, tile.values.begin() + std::ptrdiff_t(y) * side);
    }
    return tiles;
}

} // namespace

bool SceneTiles::Flight::holds(const render::TileId &tile) const
{
    return tile.z == corner.z && tile.x >= corner.x && tile.x < corner.x + columns && tile.y >= corner.y
        && tile.y < corner.y + rows;
}

std::vector<render::TileId> SceneTiles::Flight::tiles() const
{
    std::vector<render::TileId> all;
    for (int y = corner.y; y < corner.y + rows; ++y) {
        for (int x = corner.x; x < corner.x + columns; ++x)
            all.push_back({corner.z, x, y});
    }
    return all;
}

SceneTiles::SceneTiles(data::Acquisition acquisition, const render::Style &style, Pools &pools,
                       std::shared_ptr<net::HttpClient> http, QObject *parent)
    : TileLoader(parent)
    , m_reader(std::move(acquisition), http ? http->byteSources() : nullptr)
    , m_style(style)
    , m_pools(pools)
    , m_http(std::move(http))
    , m_bounds(boundsOf(m_reader.acquisition()))
{
    if (m_http)
        m_countersAtStart = m_http->counters();
}

SceneTiles::~SceneTiles() { stopEverything(); }

TileLoader::Status SceneTiles::status() const
{
    Status status;
    status.wanted = static_cast<int>(m_visible.size());
    status.ready = static_cast<int>(
        std::count_if(m_visible.begin(), m_visible.end(), [&](const auto &tile) { return m_ready.contains(tile); }));
    if (m_http) {
        const auto now = m_http->counters();
        status.bytes = now.bytesReceived - m_countersAtStart.bytesReceived;
        status.requests = now.requests - m_countersAtStart.requests;
    }
    status.radiometry = describeRadiometry(m_facts);
    status.warning = warningOf(m_facts);
    status.mayOverride = raster::carriesOffset(m_reader.scene());
    status.offsetOverride = m_reader.scene().offsetOverride;
    if (isOpen()) {
        const QString quantity = m_facts.front().radiometry.quantity;
        status.quantity = quantity.isEmpty() ? tr("raw values") : quantity;
    }
    if (m_stretch.size() == 1)
        status.range = m_stretch.front();
    status.drawn = isOpen() && m_look ? m_look->style : m_style;
    status.blank = blank();
    status.copy = m_reader.scene().provider;
    status.copyId = m_reader.scene().qualifiedId();
    status.notes = m_reader.notes() + m_reader.copy()->notes() + m_notes + placeNotes(m_facts);
    if (isOpen() && m_look)
        status.notes += unitNotes(*m_look, m_facts);
    return status;
}

Blank SceneTiles::blank() const
{
    Blank reason = Blank::None;
    for (const auto &tile : m_visible) {
        const auto found = m_ready.find(tile);
        if (found == m_ready.end() || found->second == Blank::None)
            return Blank::None;
        reason = std::max(reason, found->second);
    }
    return reason;
}

void SceneTiles::setStyle(const render::Style &style)
{
    if (style == m_style && m_lastFailure.isEmpty())
        return;
    m_style = style;
    ++m_generation;
    stopEverything();
    m_ready.clear();
    m_failed.clear();
    m_alone.clear();
    m_facts.clear();
    m_lastFailure.clear();
    m_begun = false;
    if (!m_visible.empty())
        begin();
}

void SceneTiles::setVisible(const std::vector<render::TileId> &tiles)
{
    m_visible = tiles;
    const std::set<render::TileId> wanted(tiles.begin(), tiles.end());
    // First what nobody looks at any more: its transfers make room for the new ones.
    std::erase_if(m_flights, [&](auto &entry) {
        const Flight &flight = entry.second;
        if (std::any_of(tiles.begin(), tiles.end(), [&](const auto &tile) { return flight.holds(tile); }))
            return false;
        flight.stop.request_stop();
        return true;
    });
    // The map throws pictures away as it pleases: a tile that comes back is painted again from its blocks.
    std::erase_if(m_ready, [&](const auto &entry) { return !wanted.contains(entry.first); });
    std::erase_if(m_failed, [&](const auto &tile) { return !wanted.contains(tile); });
    std::erase_if(m_alone, [&](const auto &tile) { return !wanted.contains(tile); });
    if (!m_begun && !tiles.empty())
        begin();
    else
        startReads();
    Q_EMIT statusChanged();
}

void SceneTiles::begin()
{
    m_begun = true;
    m_opening = StopSource();
    auto look = Look::of(m_reader.scene(), m_style);
    if (!look) {
        m_look.reset();
        wentWrong({}, look.error());
        return;
    }
    m_look = std::move(*look);
    m_notes = m_look->notes;
    deliver(openBands(m_pools, m_reader.copy(), m_look->bands, m_opening.get_token()), this,
            [this, generation = m_generation](Result<std::vector<OpenScene::BandFacts>> facts) {
                if (generation != m_generation)
                    return;
                if (facts)
                    opened(std::move(*facts));
                else
                    wentWrong({}, facts.error());
            });
}

void SceneTiles::opened(std::vector<OpenScene::BandFacts> facts)
{
    m_facts = std::move(facts);
    const auto box = m_facts.front().info.grid().and_then(
        [](const data::Grid &grid) { return raster::boundsInDegrees(grid); });
    if (box)
        m_bounds = *box;
    m_look = asFilesSay(std::move(*m_look), m_facts);
    m_stretch.clear();
    if (isRaw(*m_look, m_facts)) {
        readStretch();
        return;
    }
    startReads();
    Q_EMIT statusChanged();
}

void SceneTiles::readStretch()
{
    const QStringList bands = m_look->drawn();
    const QStringList key = bands + QStringList(m_look->style.formula);
    const auto use = [this](const Stretch &stretch) {
        m_stretch = stretch;
        startReads();
        Q_EMIT statusChanged();
    };
    if (const auto known = m_stretches.find(key); known != m_stretches.end()) {
        use(known->second);
        return;
    }
    const auto whole = m_facts.front().info.grid();
    if (!whole) {
        wentWrong({}, whole.error());
        return;
    }
    deliver(readBands(m_pools, m_reader.copy(), bands, overviewGrid(*whole), raster::Resampling::Nearest,
                      m_opening.get_token()),
            this, [this, key, look = *m_look, use, generation = m_generation](Result<std::vector<data::Block>> blocks) {
                if (generation != m_generation)
                    return;
                if (!blocks) {
                    wentWrong({}, blocks.error());
                    return;
                }
                const Stretch stretch = stretchOf(look, std::move(*blocks));
                m_stretches[key] = stretch;
                use(stretch);
            });
}

QStringList SceneTiles::missingBands(const render::TileId &tile)
{
    QStringList missing;
    for (const auto &band : m_look->bands) {
        if (!m_cache.find({tile, band}))
            missing << band;
    }
    return missing;
}

bool SceneTiles::isWaiting(const render::TileId &tile) const
{
    return !m_ready.contains(tile) && !m_failed.contains(tile) && !m_painting.contains(tile)
        && std::none_of(m_flights.begin(), m_flights.end(),
                        [&](const auto &entry) { return entry.second.holds(tile); });
}

void SceneTiles::startReads()
{
    if (!isOpen() || !m_look)
        return;
    for (const auto &tile : m_visible) {
        if (!isWaiting(tile))
            continue;
        const QStringList missing = missingBands(tile);
        if (missing.isEmpty())
            paint(tile);
        else if (m_flights.size() < (m_cache.bytes() == 0 ? 1 : readsAtOnce))
            start(flightAround(tile, missing));
    }
}

SceneTiles::Flight SceneTiles::flightAround(const render::TileId &tile, const QStringList &bands)
{
    Flight flight {tile, 1, 1, bands, {}};
    if (m_alone.contains(tile))
        return flight;
    std::set<render::TileId> alike;
    for (const auto &other : m_visible) {
        if (other.z == tile.z && isWaiting(other) && !m_alone.contains(other) && missingBands(other) == bands)
            alike.insert(other);
    }
    const auto grow = [&](int left, int up, int columns, int rows) {
        Flight wider = flight;
        wider.corner.x -= left;
        wider.corner.y -= up;
        wider.columns += columns;
        wider.rows += rows;
        const auto tiles = wider.tiles();
        if (tiles.size() > mostTogether
            || !std::all_of(tiles.begin(), tiles.end(), [&](const auto &other) { return alike.contains(other); }))
            return false;
        flight = wider;
        return true;
    };
    // Each side in turn, so that it stays around the tile it is for.
    for (bool grown = true; grown;) {
        grown = grow(1, 0, 1, 0);
        grown |= grow(0, 0, 1, 0);
        grown |= grow(0, 1, 0, 1);
        grown |= grow(0, 0, 0, 1);
    }
    return flight;
}

void SceneTiles::start(const Flight &flight)
{
    data::Grid grid = raster::mercatorGrid(flight.corner.z, flight.corner.x, flight.corner.y, render::tileSize);
    const auto resampling = resamplingFor(grid, m_facts);
    grid.width *= flight.columns;
    grid.height *= flight.rows;
    const int number = m_nextFlight++;
    const StopToken stop = flight.stop.get_token();
    m_flights.emplace(number, flight);
    deliver(chain(readBands(m_pools, m_reader.copy(), flight.bands, grid, resampling, stop),
                  [columns = flight.columns](Result<std::vector<data::Block>> blocks) -> Result<std::vector<Cut>> {
                      if (!blocks)
                          return fail(blocks.error());
                      std::vector<Cut> cuts;
                      for (const auto &block : *blocks)
                          cuts.push_back(cut(block, columns));
                      return cuts;
                  }),
            this, [this, number, stop, generation = m_generation](Result<std::vector<Cut>> cuts) {
                if (generation != m_generation || stop.stop_requested())
                    return;
                const Flight landed = std::move(m_flights.extract(number).mapped());
                if (cuts)
                    arrived(landed, std::move(*cuts));
                else
                    wentWrong(landed.tiles(), cuts.error());
                startReads();
            });
}

void SceneTiles::arrived(const Flight &flight, std::vector<Cut> cuts)
{
    const auto tiles = flight.tiles();
    for (std::size_t i = 0; i < tiles.size(); ++i) {
        for (std::size_t band = 0; band < cuts.size(); ++band)
            m_cache.insert({tiles[i], flight.bands[static_cast<qsizetype>(band)]}, std::move(cuts[band][i]));
        if (std::find(m_visible.begin(), m_visible.end(), tiles[i]) != m_visible.end()
            && missingBands(tiles[i]).isEmpty())
            paint(tiles[i]);
    }
}

void SceneTiles::paint(const render::TileId &tile)
{
    m_painting.insert(tile);
    Blocks kept;
    for (const auto &band : m_look->bands)
        kept.push_back(m_cache.find({tile, band}));
    deliver(runOn(m_pools.cpu,
                  [kept, look = *m_look, stretch = m_stretch]() -> Result<std::pair<data::Picture, Blank>> {
                      std::vector<data::Block> blocks;
                      blocks.reserve(kept.size());
                      for (const auto &block : kept)
                          blocks.push_back(*block);
                      data::Picture picture = draw(look, blocks, stretch);
                      const Blank blank = blankOf(look, blocks, picture);
                      return std::pair(std::move(picture), blank);
                  }),
            this, [this, tile, generation = m_generation](Result<std::pair<data::Picture, Blank>> made) {
                if (generation != m_generation)
                    return;
                m_painting.erase(tile);
                if (made)
                    painted(tile, made->first, made->second);
            });
}

void SceneTiles::painted(const render::TileId &tile, const data::Picture &picture, Blank blank)
{
    if (std::find(m_visible.begin(), m_visible.end(), tile) == m_visible.end())
        return;
    m_ready[tile] = blank;
    Q_EMIT tileReady(tile, picture);
    Q_EMIT statusChanged();
}

void SceneTiles::wentWrong(const std::vector<render::TileId> &tiles, const Error &error)
{
    if (error.code == ErrorCode::Cancelled)
        return;
    if (m_reader.next(error)) {
        // Copies are never mixed: everything begins again.
        ++m_generation;
        stopEverything();
        m_cache.clear();
        m_ready.clear();
        m_failed.clear();
        m_alone.clear();
        m_facts.clear();
        m_stretches.clear();
        begin();
        Q_EMIT statusChanged();
        return;
    }
    if (tiles.size() > 1) {
        // One bad spot in the file: what lies around it can be shown.
        m_alone.insert(tiles.begin(), tiles.end());
        return;
    }
    m_failed.insert(tiles.begin(), tiles.end());
    // A damaged file is told once, not once for each of its bad spots.
    const QString what = error.origin.isEmpty() ? error.message
                                                : QString(error.origin + u' ' + errorCodeName(error.code));
    if (std::exchange(m_lastFailure, what) != what)
        Q_EMIT failed(error);
    Q_EMIT statusChanged();
}

void SceneTiles::stopEverything()
{
    m_opening.request_stop();
    for (auto &[tile, flight] : m_flights)
        flight.stop.request_stop();
    m_flights.clear();
    m_painting.clear();
}

} // namespace astra::imagery
