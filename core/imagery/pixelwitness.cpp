// SPDX-License-Identifier: Apache-2.0
#include "core/imagery/pixelwitness.h"

#include "core/base/logging.h"
#include "core/imagery/openscene.h"
#include "core/raster/radiometry.h"

namespace astra::imagery {

Result<const raster::PixelEvidence *> PixelWitness::about(const data::BandRef &band, raster::Dataset &file,
                                                          const StopToken &stop)
{
    if (!raster::productOffset(m_scene, band))
        return nullptr;
    const std::lock_guard lock(m_mutex);
    if (!m_asked) {
        m_evidence = ask(band, file, stop);
        if (stop.stop_requested())
            return cancelled();
        m_asked = true;
    }
    return m_evidence ? &*m_evidence : nullptr;
}

std::optional<raster::PixelEvidence> PixelWitness::ask(const data::BandRef &band, raster::Dataset &file,
                                                       const StopToken &stop) const
{
    const auto dark = raster::witness(m_scene);
    if (!dark || !obstacle(m_scene, *dark->asset).isEmpty())
        return std::nullopt;
    const auto read = [&](raster::Dataset &of) -> std::optional<raster::PixelEvidence> {
        const StopCallback closing(stop, [source = of.source()] {
            if (source)
                source->close();
        });
        auto evidence = raster::askPixels(m_scene, *dark, of);
        if (evidence)
            return *evidence;
        qCDebug(logRaster) << "no pixel evidence:" << evidence.error().message;
        return std::nullopt;
    };
    if (band.asset == dark->asset && band.index == dark->index)
        return read(file);
    auto other = raster::Dataset::open(data::sourceOf(*dark), m_sources, stop);
    return other ? read(*other) : std::nullopt;
}

} // namespace astra::imagery
