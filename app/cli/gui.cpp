// SPDX-License-Identifier: Apache-2.0
#include "app/gui.h"

#include "app/cli/command.h"
#include "app/cli/faultoption.h"
#include "app/cli/say.h"

namespace astra::cli {

Command guiCommand(int &argc, char **argv)
{
    Command command;
    command.name = QStringLiteral("gui");
    command.usage = QStringLiteral("gui [--sandbox] [--fault CATALOGUE=KIND]… [FILE]");
    command.text = say("the window");
    command.options = {{QStringLiteral("--sandbox"), {}, say("its own invented world: no network, no account"), false},
                       faultOption()};
    command.help = [](const Arguments &) { return faultHelp(); };
    command.run = [&argc, argv](Context &context, const Arguments &arguments) {
        if (arguments.positional().size() > 1)
            return context.wrongUse(say("one file at most"));
        app::GuiOptions options;
        const auto faults = faultsFrom(arguments);
        if (!faults)
            return context.wrongUse(faults.error().message);
        options.config = context.config();
        options.config.resumeJobs = true;
        options.faults = *faults;
        options.sandbox = arguments.has(QStringLiteral("--sandbox"));
        options.file = arguments.positional().value(0);
        return app::runGui(argc, argv, options);
    };
    return command;
}

} // namespace astra::cli
