// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/result.h"
#include "core/data/raster.h"
#include "core/imagery/blank.h"
#include "core/render/style.h"
#include "core/render/tilegrid.h"

#include <QObject>

#include <memory>
#include <vector>

namespace astra::imagery {

/// The tiles of one scene on the map. Lives in the thread that made it; reads on the I/O pool, paints on the CPU pool.
/// Keeps reflectance blocks of the tiles it has read, so that a new style repaints without reading.
class TileLoader : public QObject
{
    Q_OBJECT
public:
    struct Status {
        int wanted = 0; ///< tiles in view
        int ready = 0;
        qint64 bytes = 0; ///< received for this scene
        qint64 requests = 0;
        QString radiometry; ///< the rule used, in words: "DN × 0.0001 − 0.1: baseline 05.11"
        QString warning; ///< what the pixels say against that rule, as a sentence; empty: nothing
        QString quantity; ///< "reflectance", "m", or "raw values" where no rule is known
        bool mayOverride = false; ///< the pixels may carry an offset or not: a person may decide (data::withOverride)
        data::OffsetOverride offsetOverride = data::OffsetOverride::None; ///< what was decided for the copy in use
        /// What one stretched value per pixel is drawn from and to, once known; else the style says.
        std::optional<std::pair<double, double>> range;
        render::Style drawn; ///< the style in use; once the files are open, with what they say of how they are drawn
        Blank blank = Blank::None; ///< why nothing of it is in view; None also while tiles are still to come
        QString copy; ///< provider of the copy in use
        QString copyId; ///< its qualified id
        QStringList notes; ///< "read from Planetary Computer: Earth Search did not deliver"
    };

    ~TileLoader() override; ///< stops everything; never waits

    [[nodiscard]] virtual const data::Acquisition &acquisition() const = 0;
    [[nodiscard]] virtual render::Style style() const = 0;
    [[nodiscard]] virtual Status status() const = 0;
    /// The scene's extent as its files say (falls back to the footprint's bounds): where tiles can be.
    [[nodiscard]] virtual data::GeoBox bounds() const = 0;

    /// Repaints what was read; reads only bands not read yet.
    virtual void setStyle(const render::Style &style) = 0;
    /// What is in view, most wanted first. Requests for tiles no longer in it are dropped and their transfers closed
    /// first.
    virtual void setVisible(const std::vector<render::TileId> &tiles) = 0;

Q_SIGNALS:
    /// May come again for the same tile after setStyle.
    void tileReady(const astra::render::TileId &tile, const astra::data::Picture &picture);
    void statusChanged();
    /// One sentence for the person; comes once per scene and cause. Tiles that failed stay clear.
    void failed(const astra::Error &error);

protected:
    explicit TileLoader(QObject *parent = nullptr);
};

} // namespace astra::imagery
