// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/stopsource.h"
#include "core/processing/inputreader.h"
#include "core/processing/scenefacts.h"

#include <memory>

namespace astra::processing {

/// The scenes of one run. Thread-safe: every reading thread opens readers of its own.
class SceneSet
{
public:
    virtual ~SceneSet() = default;
    [[nodiscard]] virtual int count() const = 0;
    [[nodiscard]] virtual SceneFacts facts(int scene) const = 0; ///< opens nothing
    /// I/O pool.
    [[nodiscard]] virtual Result<std::unique_ptr<InputReader>> open(int scene, const StopToken &stop) = 0;
    /// What identifies the pixels read, copy and rules included: part of the plan, so that tiles of two copies never
    /// meet.
    [[nodiscard]] virtual Json identity(int scene) const = 0;
    /// Files of this computer that are read: no result may take their place.
    [[nodiscard]] virtual QStringList localFiles() const { return {}; }
    /// Retries and what was read so far, of all scenes.
    [[nodiscard]] virtual data::ReadReport report() const { return {}; }
    /// Whether reads go over a network: more of them at a time pay.
    [[nodiscard]] virtual bool isRemote() const { return false; }
};

/// One scene whose reader opens bands in any thread: files given by hand.
class SingleScene final : public SceneSet
{
public:
    /// @param reader outlives this and what it opened
    SingleScene(InputReader &reader, SceneFacts facts, Json identity = {});

    [[nodiscard]] int count() const override { return 1; }
    [[nodiscard]] SceneFacts facts(int scene) const override;
    [[nodiscard]] Result<std::unique_ptr<InputReader>> open(int scene, const StopToken &stop) override;
    [[nodiscard]] Json identity(int scene) const override;

private:
    InputReader &m_reader;
    SceneFacts m_facts;
    Json m_identity;
};

} // namespace astra::processing
