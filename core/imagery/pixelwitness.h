// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/bytesource.h"
#include "core/base/stopsource.h"
#include "core/raster/pixelevidence.h"

#include <mutex>

namespace astra::imagery {

/// Asks the pixels of one copy of a scene what they say of its rule: once, when the first band is opened that the rule
/// is about. Thread-safe; whoever comes meanwhile waits for the one answer.
class PixelWitness
{
public:
    /// @param scene, sources outlive this @param sources null: local files only
    PixelWitness(const data::Scene &scene, ByteSourceFactory *sources)
        : m_scene(scene)
        , m_sources(sources)
    {
    }

    /// I/O pool. What is known, null for nothing; fails only where it is stopped. Pixels that cannot be read say
    /// nothing: whoever needs them will meet the error.
    /// @param file of `band`, open
    [[nodiscard]] Result<const raster::PixelEvidence *> about(const data::BandRef &band, raster::Dataset &file,
                                                              const StopToken &stop);

private:
    [[nodiscard]] std::optional<raster::PixelEvidence> ask(const data::BandRef &band, raster::Dataset &file,
                                                           const StopToken &stop) const;

    const data::Scene &m_scene;
    ByteSourceFactory *m_sources;
    std::mutex m_mutex;
    bool m_asked = false;
    std::optional<raster::PixelEvidence> m_evidence;
};

} // namespace astra::imagery
