// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/bytesource.h"
#include "core/base/stopsource.h"
#include "core/data/scene.h"
#include "core/imagery/pixelwitness.h"
#include "core/processing/executor.h"

namespace astra::backends {

/// One copy of a scene as the executor reads it. Remembers whether it was the reading that failed, which is the one
/// thing that another copy can mend. Belongs to the thread that runs the executor.
class SceneInputs final : public processing::InputReader
{
public:
    SceneInputs(const data::Scene &scene, ByteSourceFactory *sources, StopToken stop);

    [[nodiscard]] Result<std::unique_ptr<processing::BandReader>> band(const QString &name) override;

    [[nodiscard]] bool readingFailed() const { return *m_failed; }

private:
    const data::Scene &m_scene;
    ByteSourceFactory *m_sources;
    StopToken m_stop;
    imagery::PixelWitness m_witness;
    std::shared_ptr<bool> m_failed = std::make_shared<bool>(false);
};

} // namespace astra::backends
