// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/pools.h"
#include "core/imagery/look.h"
#include "core/imagery/scenereader.h"
#include "core/imagery/tilecache.h"
#include "core/imagery/tileloader.h"
#include "core/net/httpclient.h"

#include <map>
#include <set>

namespace astra::imagery {

/// The TileLoader: neighbouring tiles are read together, per band one window of one overview on the I/O pool, so that a
/// view costs a few requests and no byte twice; each tile is then painted by itself on the CPU pool. Most wanted first;
/// a read of which nothing is in view any more is stopped before anything new begins.
class SceneTiles final : public TileLoader
{
    Q_OBJECT
public:
    /// @param pools outlives this @param http null: local files only
    SceneTiles(data::Acquisition acquisition, const render::Style &style, Pools &pools,
               std::shared_ptr<net::HttpClient> http, QObject *parent = nullptr);
    ~SceneTiles() override;

    [[nodiscard]] const data::Acquisition &acquisition() const override { return m_reader.acquisition(); }
    [[nodiscard]] render::Style style() const override { return m_style; }
    [[nodiscard]] Status status() const override;
    [[nodiscard]] data::GeoBox bounds() const override { return m_bounds; }
    void setStyle(const render::Style &style) override;
    void setVisible(const std::vector<render::TileId> &tiles) override;

private:
    /// Tiles that are read together: a rectangle of one zoom level.
    struct Flight {
        render::TileId corner; ///< the north-west one
        int columns = 1;
        int rows = 1;
        QStringList bands;
        StopSource stop;
        [[nodiscard]] bool holds(const render::TileId &tile) const;
        [[nodiscard]] std::vector<render::TileId> tiles() const;
    };
    using Cut = std::vector<data::Block>; ///< one band of a flight's tiles
    using Blocks = std::vector<std::shared_ptr<const data::Block>>;

    void begin(); ///< opens the bands of the style at the copy in use
    void opened(std::vector<OpenScene::BandFacts> facts);
    void readStretch();
    void startReads();
    [[nodiscard]] Flight flightAround(const render::TileId &tile, const QStringList &bands);
    void start(const Flight &flight);
    void arrived(const Flight &flight, std::vector<Cut> cuts);
    void paint(const render::TileId &tile);
    void painted(const render::TileId &tile, const data::Picture &picture, Blank blank);
    [[nodiscard]] Blank blank() const; ///< of all that is in view
    /// @param tiles that were being read; none: it is about the scene
    void wentWrong(const std::vector<render::TileId> &tiles, const Error &error);
    void stopEverything();
    [[nodiscard]] QStringList missingBands(const render::TileId &tile);
    [[nodiscard]] bool isWaiting(const render::TileId &tile) const; ///< neither done nor being done
    [[nodiscard]] bool isOpen() const { return !m_facts.empty(); }

    SceneReader m_reader;
    render::Style m_style;
    Pools &m_pools;
    const std::shared_ptr<net::HttpClient> m_http;
    net::Counters m_countersAtStart;

    std::optional<Look> m_look; ///< absent: the style cannot be drawn from this scene
    std::vector<OpenScene::BandFacts> m_facts; ///< of m_look->bands; empty: not open yet
    std::map<QStringList, Stretch> m_stretches; ///< computed once per choice of bands, then locked
    Stretch m_stretch; ///< in use
    data::GeoBox m_bounds;
    QStringList m_notes;
    QString m_lastFailure; ///< said already

    std::vector<render::TileId> m_visible; ///< most wanted first
    std::map<int, Flight> m_flights; ///< by number
    int m_nextFlight = 0;
    std::set<render::TileId> m_painting;
    std::map<render::TileId, Blank> m_ready; ///< painted in this style from this copy
    std::set<render::TileId> m_failed;
    std::set<render::TileId> m_alone; ///< failed together with others: read one by one
    TileCache m_cache;
    StopSource m_opening;
    int m_generation = 0; ///< of style and copy: what comes from an older one is thrown away
    bool m_begun = false;
};

} // namespace astra::imagery
