// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/bytesource.h"
#include "core/base/stopsource.h"
#include "core/data/scene.h"
#include "core/imagery/pixelwitness.h"
#include "core/processing/sceneset.h"

#include <atomic>

namespace astra::backends {

/// One copy of a scene as the executor reads it. Belongs to the thread that opened it.
class SceneInputs final : public processing::InputReader
{
public:
    /// @param failed set where it was the reading that failed, which is the one thing that another copy can mend
    SceneInputs(const data::Scene &scene, ByteSourceFactory *sources, imagery::PixelWitness &witness,
                std::shared_ptr<std::atomic<bool>> failed, StopToken stop);

    [[nodiscard]] Result<std::unique_ptr<processing::BandReader>> band(const QString &name) override;

private:
    const data::Scene &m_scene;
    ByteSourceFactory *m_sources;
    imagery::PixelWitness &m_witness;
    std::shared_ptr<std::atomic<bool>> m_failed;
    StopToken m_stop;
};

/// One copy of each scene of a job.
class SceneCopies final : public processing::SceneSet
{
public:
    SceneCopies(const std::vector<data::Scene> &scenes, std::shared_ptr<ByteSourceFactory> sources);

    [[nodiscard]] int count() const override { return static_cast<int>(m_copies.size()); }
    [[nodiscard]] processing::SceneFacts facts(int scene) const override;
    [[nodiscard]] Result<std::unique_ptr<processing::InputReader>> open(int scene, const StopToken &stop) override;
    [[nodiscard]] Json identity(int scene) const override;

    /// The first scene that could not be read; −1: none.
    [[nodiscard]] int failed() const;

private:
    struct Copy {
        data::Scene scene;
        std::unique_ptr<imagery::PixelWitness> witness {}; ///< asked once, whichever thread opens the first band
        std::shared_ptr<std::atomic<bool>> failed = std::make_shared<std::atomic<bool>>(false);
    };
    [[nodiscard]] const Copy &copy(int scene) const { return m_copies[static_cast<std::size_t>(scene)]; }

    const std::shared_ptr<ByteSourceFactory> m_sources;
    std::vector<Copy> m_copies;
};

} // namespace astra::backends
