// SPDX-License-Identifier: Apache-2.0
#include "core/imagery/scenetiles.h"

#include "core/imagery/preview.h"
#include "core/raster/geodesy.h"

#include <algorithm>

namespace astra::imagery {

namespace {

/// Tiles read at a time; also how many Datasets of one band are open at most. The first tile goes alone, so that
/// the first pixels cost one opening a band.
constexpr std::size_t tilesAtOnce = 4;

data::GeoBox boundsOf(const data::Acquisition &acquisition)
{
    const data::Scene &scene = acquisition.best();
    if (const auto box = data::boundsOf(scene.footprint))
        return *box;
    return scene.bbox.value_or(data::GeoBox {-180, -85, 180, 85});
}

} // namespace

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
    if (isOpen()) {
        const QString quantity = m_facts.front().radiometry.quantity;
        status.quantity = quantity.isEmpty() ? tr("raw values") : quantity;
    }
    status.copy = m_reader.scene().provider;
    status.notes = m_reader.notes() + m_notes;
    return status;
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
    std::erase_if(m_flights, [&](auto &flight) {
        if (wanted.contains(flight.first))
            return false;
        flight.second.stop.request_stop();
        return true;
    });
    // The map throws pictures away as it pleases: a tile that comes back is painted again from its blocks.
    std::erase_if(m_ready, [&](const auto &tile) { return !wanted.contains(tile); });
    std::erase_if(m_failed, [&](const auto &tile) { return !wanted.contains(tile); });
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
    const QStringList bands = m_look->style.bands;
    const auto use = [this](const Stretch &stretch) {
        m_stretch = stretch;
        startReads();
        Q_EMIT statusChanged();
    };
    if (const auto known = m_stretches.find(bands); known != m_stretches.end()) {
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
            this, [this, bands, use, generation = m_generation](Result<std::vector<data::Block>> blocks) {
                if (generation != m_generation)
                    return;
                if (!blocks) {
                    wentWrong({}, blocks.error());
                    return;
                }
                Stretch stretch;
                for (const auto &block : *blocks)
                    stretch.push_back(percentiles(block));
                m_stretches[bands] = stretch;
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

void SceneTiles::startReads()
{
    if (!isOpen() || !m_look)
        return;
    for (const auto &tile : m_visible) {
        if (m_ready.contains(tile) || m_failed.contains(tile) || m_painting.contains(tile) || m_flights.contains(tile))
            continue;
        if (missingBands(tile).isEmpty()) {
            paint(tile);
            continue;
        }
        const bool first = m_cache.bytes() == 0;
        if (m_flights.size() >= (first ? 1 : tilesAtOnce))
            continue;
        startTile(tile);
    }
}

void SceneTiles::startTile(const render::TileId &tile)
{
    Flight &flight = m_flights[tile];
    const QStringList bands = missingBands(tile);
    const data::Grid grid = raster::mercatorGrid(tile.z, tile.x, tile.y, render::tileSize);
    const StopToken stop = flight.stop.get_token();
    deliver(readBands(m_pools, m_reader.copy(), bands, grid, resamplingFor(grid, m_facts), stop), this,
            [this, tile, bands, stop, generation = m_generation](Result<std::vector<data::Block>> blocks) {
                if (generation != m_generation || stop.stop_requested())
                    return;
                m_flights.erase(tile);
                if (blocks)
                    tileRead(tile, bands, std::move(*blocks));
                else
                    wentWrong(tile, blocks.error());
                startReads();
            });
}

void SceneTiles::tileRead(const render::TileId &tile, const QStringList &bands, std::vector<data::Block> blocks)
{
    for (qsizetype i = 0; i < bands.size(); ++i)
        m_cache.insert({tile, bands[i]}, std::move(blocks[static_cast<std::size_t>(i)]));
    if (missingBands(tile).isEmpty())
        paint(tile);
}

void SceneTiles::paint(const render::TileId &tile)
{
    m_painting.insert(tile);
    Blocks kept;
    for (const auto &band : m_look->bands)
        kept.push_back(m_cache.find({tile, band}));
    deliver(runOn(m_pools.cpu,
                  [kept, look = *m_look, stretch = m_stretch]() -> Result<data::Picture> {
                      std::vector<data::Block> blocks;
                      for (const auto &block : kept)
                          blocks.push_back(*block);
                      return draw(look, std::move(blocks), stretch);
                  }),
            this, [this, tile, generation = m_generation](Result<data::Picture> picture) {
                if (generation != m_generation)
                    return;
                m_painting.erase(tile);
                if (picture)
                    painted(tile, *picture);
            });
}

void SceneTiles::painted(const render::TileId &tile, const data::Picture &picture)
{
    if (std::find(m_visible.begin(), m_visible.end(), tile) == m_visible.end())
        return;
    m_ready.insert(tile);
    Q_EMIT tileReady(tile, picture);
    Q_EMIT statusChanged();
}

void SceneTiles::wentWrong(const std::optional<render::TileId> &tile, const Error &error)
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
        m_facts.clear();
        m_stretches.clear();
        begin();
        Q_EMIT statusChanged();
        return;
    }
    if (tile)
        m_failed.insert(*tile);
    if (std::exchange(m_lastFailure, error.message) != error.message)
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
