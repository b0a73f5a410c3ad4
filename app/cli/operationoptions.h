// SPDX-License-Identifier: Apache-2.0
#pragma once

// Options and help of `astra process`, made from what the operations declare.

#include "app/cli/arguments.h"
#include "core/processing/operation.h"

namespace astra::cli {

[[nodiscard]] const processing::OperationInfo *findOperation(const std::vector<processing::OperationInfo> &all,
                                                             const QString &name);
[[nodiscard]] QString operationNames(const std::vector<processing::OperationInfo> &all);
/// One option a parameter; a switch that is on by itself is turned off by "--no-NAME".
[[nodiscard]] std::vector<Option> optionsOf(const processing::OperationInfo &operation);
/// Help of all operations' options at once, each name once, with what each operation that takes it says of it.
[[nodiscard]] std::vector<Option> optionsOfAll(const std::vector<processing::OperationInfo> &all);
/// The files of areas among the options.
[[nodiscard]] QStringList areaFiles(const Arguments &arguments, const processing::OperationInfo &operation);
/// The operation's own parameters as a recipe holds them. Areas are read from their files. Another operation's option
/// is a wrong use (InvalidInput), as is a number that is none; anything else is a file that cannot be read.
[[nodiscard]] Result<Json> parametersFrom(const Arguments &arguments, const processing::OperationInfo &operation,
                                          const std::vector<processing::OperationInfo> &all);
/// A shorthand is the same recipe as what it stands for ("index --index NDVI"): same result, same provenance.
[[nodiscard]] data::Recipe spelledOut(const processing::OperationInfo &operation, Json parameters);
/// The formula and a caret below where it is wrong, as two lines; empty where no formula is to blame.
[[nodiscard]] QString pointedAt(const processing::OperationInfo &operation, const Json &parameters,
                                const QString &message);
/// What one of them is for, without its options; where there is none of that name, the list of them all.
[[nodiscard]] QString helpOfOperations(const std::vector<processing::OperationInfo> &all, const QString &name);

/// GeoJSON polygons of a file of at most 64 MB.
[[nodiscard]] Result<std::vector<data::NamedArea>> areasFromFile(const QString &path);

} // namespace astra::cli
