// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/engine/engine.h"
#include "core/sandbox/faults.h"

namespace astra::app {

struct GuiOptions {
    engine::EngineConfig config;
    bool sandbox = false; ///< go through the offline door at once
    std::vector<sandbox::Fault> faults; ///< of the offline world's catalogues
    QString file; ///< open this at once
};

/// Opens the window and runs until it is closed. @return the program's exit status
[[nodiscard]] int runGui(int &argc, char **argv, const GuiOptions &options);

} // namespace astra::app
