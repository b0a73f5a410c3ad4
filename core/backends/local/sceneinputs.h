// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/backends/inputrecord.h"
#include "core/base/bytesource.h"
#include "core/base/stopsource.h"
#include "core/data/scene.h"
#include "core/imagery/pixelwitness.h"
#include "core/net/readcounter.h"
#include "core/processing/sceneset.h"

#include <map>
#include <memory>
#include <vector>

namespace astra::backends {

/// One copy of each scene of a job, as the executor reads them. Thread-safe.
class SceneCopies final : public processing::SceneSet
{
public:
    /// @param sources null: files on this computer only
    SceneCopies(const std::vector<data::Scene> &scenes, const std::shared_ptr<ByteSourceFactory> &sources,
                std::shared_ptr<net::ReadCounter> counter, Recording recording = {});
    ~SceneCopies() override;

    [[nodiscard]] int count() const override { return static_cast<int>(m_copies.size()); }
    [[nodiscard]] processing::SceneFacts facts(int scene) const override;
    [[nodiscard]] Result<std::unique_ptr<processing::InputReader>> open(int scene, const StopToken &stop) override;
    /// inputRecord() with the bands opened so far: whole once all of them are.
    [[nodiscard]] Json identity(int scene) const override;
    [[nodiscard]] QStringList localFiles() const override;
    [[nodiscard]] data::ReadReport report() const override { return m_counter->report(); }
    [[nodiscard]] bool isRemote() const override; ///< of the bands opened so far

    /// The first scene that could not be read, which is the one thing that another copy can mend; −1: none.
    [[nodiscard]] int failed() const;
    /// A test key brought some of its pixels.
    [[nodiscard]] bool invented(int scene) const;

    struct Copy;

private:
    /// The bands opened so far, with the rules that were decided for them.
    [[nodiscard]] std::map<QString, data::Radiometry> rules(int scene) const;
    [[nodiscard]] Copy &copy(int scene) const { return *m_copies[static_cast<std::size_t>(scene)]; }

    const std::shared_ptr<net::ReadCounter> m_counter;
    const Recording m_recording;
    std::vector<std::unique_ptr<Copy>> m_copies; ///< readers refer to them
};

} // namespace astra::backends
