// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/imagery/tileloader.h"

namespace astra::test {

/// A loader that gives out what the test says, and remembers what it was asked for.
class FakeLoader : public imagery::TileLoader
{
public:
    explicit FakeLoader(const data::GeoBox &bounds = {-10, 40, 10, 55})
        : m_bounds(bounds)
    {
        m_acquisition.copies.emplace_back();
        m_acquisition.copies.front().gsd = 10;
    }
    const data::Acquisition &acquisition() const override { return m_acquisition; }
    render::Style style() const override { return {}; }
    Status status() const override { return {}; }
    data::GeoBox bounds() const override { return m_bounds; }
    void setStyle(const render::Style &) override { }
    void setVisible(const std::vector<render::TileId> &tiles) override { asked.push_back(tiles); }

    void give(const render::TileId &id, std::array<std::uint8_t, 4> rgba = {200, 0, 0, 255})
    {
        data::Picture picture {render::tileSize, render::tileSize, {}};
        picture.rgba.resize(std::size_t(render::tileSize) * render::tileSize * 4);
        for (std::size_t i = 0; i < picture.rgba.size(); ++i)
            picture.rgba[i] = rgba[i % 4];
        Q_EMIT tileReady(id, picture);
    }

    std::vector<std::vector<render::TileId>> asked;

private:
    data::Acquisition m_acquisition;
    data::GeoBox m_bounds;
};

} // namespace astra::test
