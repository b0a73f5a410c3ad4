// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/cli/arguments.h"
#include "app/cli/context.h"

#include <functional>

namespace astra::cli {

/// One command of the program. To add one: a file that makes it, and a line in main.
struct Command {
    QString name;
    QString usage; ///< after "astra ": "search --bbox W,S,E,N …"
    QString text; ///< one line, for the list of commands
    std::vector<Option> options; ///< besides those that every command has
    std::function<int(Context &, const Arguments &)> run; ///< @return the exit status
    /// Further help below usage and options; absent: none. @param arguments what was asked together with --help
    std::function<QString(const Arguments &)> help;
};

[[nodiscard]] Command guiCommand(int &argc, char **argv);
[[nodiscard]] Command sandboxCommand();
[[nodiscard]] Command providersCommand();
[[nodiscard]] Command searchCommand();
[[nodiscard]] Command sceneCommand();
[[nodiscard]] Command assetsCommand();
[[nodiscard]] Command previewCommand();
[[nodiscard]] Command processCommand();
[[nodiscard]] Command connectionsCommand();
[[nodiscard]] Command keysCommand();

/// --config, --data, --offline, --record, --replay, --verbose, --help, --version: before or after the command's name.
[[nodiscard]] const std::vector<Option> &commonOptions();
/// Usage, options and the rest of one command's help.
[[nodiscard]] QString helpOf(const Command &command, const Arguments &arguments);

} // namespace astra::cli
