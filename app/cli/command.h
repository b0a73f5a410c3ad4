// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/cli/arguments.h"
#include "app/cli/context.h"

#include <functional>

namespace astra::cli {

// Options of several commands.
inline const QString jsonOption = QStringLiteral("--json");
inline const QString labelOption = QStringLiteral("--label");

/// One of the things that a command does, where it does several.
struct Verb {
    QString name; ///< "add", "providers add"; "list" and "providers list" may be left out
    QString argument; ///< the one word after it, for the help: "ID"; empty: none
    QString text;
    QStringList options; ///< that it takes; one that no verb names is for all of them
    /// @param argument that word @return the exit status
    std::function<int(Context &, const Arguments &, const QString &argument)> run;
};

/// One command of the program. To add one: a file that makes it, and a line in main.
struct Command {
    QString name;
    QString usage; ///< after "astra ": "search --bbox W,S,E,N …"
    QString text; ///< one line, for the list of commands
    std::vector<Option> options; ///< besides those that every command has
    std::vector<Verb> verbs; ///< set by giveVerbs
    std::function<int(Context &, const Arguments &)> run; ///< @return the exit status
    /// Further help below usage and options; absent: none. @param arguments what was asked together with --help
    std::function<QString(const Arguments &)> help {};
    /// Help in place of the list of options; absent: that list.
    std::function<QString(const Arguments &)> optionHelp {};
};

[[nodiscard]] Command guiCommand(int &argc, char **argv);
[[nodiscard]] Command sandboxCommand();
[[nodiscard]] Command providersCommand();
[[nodiscard]] Command searchCommand();
[[nodiscard]] Command sceneCommand();
[[nodiscard]] Command assetsCommand();
[[nodiscard]] Command previewCommand();
[[nodiscard]] Command processCommand();
[[nodiscard]] Command jobsCommand();
[[nodiscard]] Command recipeCommand();
[[nodiscard]] Command indicesCommand();
[[nodiscard]] Command connectionsCommand();
[[nodiscard]] Command keysCommand();

/// A command that does several things: its usage, help and run are made from them, and words and options checked.
/// Call it last.
void giveVerbs(Command &command, std::vector<Verb> verbs);
/// A verb's run that needs the engine: `run(context, arguments, engine, argument)`.
template<typename F> [[nodiscard]] auto withEngine(F run)
{
    return [run](Context &context, const Arguments &arguments, const QString &argument) -> int {
        const auto engine = context.engine();
        return engine ? run(context, arguments, **engine, argument) : context.failed(engine.error());
    };
}

/// --config, --data, --offline, --record, --replay, --memory, --verbose, --help, --version: before or after the
/// command's name.
[[nodiscard]] const std::vector<Option> &commonOptions();
/// A line or more for each of them. @param verbs which of these takes it is said, too
[[nodiscard]] QString optionLines(const std::vector<Option> &options, const std::vector<Verb> &verbs = {});
/// A name and its text in two columns, the text over as many lines as it needs.
[[nodiscard]] QString helpLine(const QString &name, const QString &text);
/// Usage, options and the rest of one command's help.
[[nodiscard]] QString helpOf(const Command &command, const Arguments &arguments);

} // namespace astra::cli
