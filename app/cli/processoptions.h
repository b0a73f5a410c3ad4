// SPDX-License-Identifier: Apache-2.0
#pragma once

// The words of `astra process`.

#include "app/cli/arguments.h"
#include "core/data/job.h"
#include "core/processing/operation.h"

namespace astra::cli {

/// What the words ask for, before any scene is opened.
struct ProcessWish {
    processing::OperationInfo operation;
    data::JobRequest request; ///< without inputs
    QStringList sources;
    QStringList read; ///< files of areas
    bool batch = false; ///< each source is a job of its own; the output is a folder
    bool estimate = false;
};

/// A wrong use is InvalidInput; an area's file that cannot be read has another code.
[[nodiscard]] Result<ProcessWish> processWish(const Arguments &arguments);

/// Its own, those of scenes and those of all operations.
[[nodiscard]] std::vector<Option> processOptions();
/// In groups, in the order in which one thinks of them; of one operation where the arguments name one.
[[nodiscard]] QString processOptionHelp(const Arguments &arguments);

} // namespace astra::cli
