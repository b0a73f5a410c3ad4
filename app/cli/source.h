// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/cli/command.h"
#include "core/data/scene.h"

namespace astra::cli {

/// --band, --scale and --offset, which stand in for SOURCE, and --offset-override, which corrects it.
[[nodiscard]] std::vector<Option> sourceOptions();
/// Checks them against each other and the words given. The error is a wrong use.
/// @param fewest, most scenes that are wanted
[[nodiscard]] Result<void> checkSource(const Arguments &arguments, const QStringList &sources, int fewest = 1,
                                       int most = 1);
/// The scene that `sources` or --band name. Call it after checkSource.
[[nodiscard]] Result<data::Acquisition> openSource(Context &context, engine::Engine &engine, const Arguments &arguments,
                                                   const QStringList &sources);
/// All of them, in order; all are asked for at once.
[[nodiscard]] std::vector<Result<data::Acquisition>>
openSources(Context &context, engine::Engine &engine, const Arguments &arguments, const QStringList &sources);
/// Says so where whoever reads its pixels is charged, before they are read here.
void noteCost(const Context &context, const data::Scene &scene);

} // namespace astra::cli
