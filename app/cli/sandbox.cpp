// SPDX-License-Identifier: Apache-2.0
#include "core/sandbox/sandbox.h"

#include "app/cli/command.h"
#include "app/cli/faultoption.h"
#include "app/cli/say.h"
#include "core/base/pools.h"

#include <QCoreApplication>
#include <QDir>

namespace astra::cli {

namespace {

int run(Context &context, const Arguments &arguments)
{
    const auto port = arguments.number(QStringLiteral("--port"), 0, 65535);
    if (!port)
        return context.wrongUse(port.error().message);
    if (!arguments.positional().isEmpty())
        return context.wrongUse(say("it takes no \"%1\"").arg(arguments.positional().front()));
    const auto faults = faultsFrom(arguments);
    if (!faults)
        return context.wrongUse(faults.error().message);
    sandbox::SandboxConfig config;
    config.cacheDir = context.config().cacheDir;
    config.port = static_cast<quint16>(port->value_or(0));
    config.faults = *faults;

    Pools pools;
    using Started = std::shared_ptr<sandbox::Sandbox>;
    const auto world = waitFor(runOn(pools.io, [config, stop = context.stop()]() -> Result<Started> {
        auto started = sandbox::Sandbox::start(config, Progress(stop));
        if (!started)
            return fail(started.error());
        return Started(std::move(*started));
    }));
    if (!world)
        return context.failed(world.error());
    context.print((*world)->url().toString());
    // The keys of an invented service: made to be shown.
    context.print(QStringLiteral("key %1").arg(QString::fromUtf8((*world)->key().reveal())));
    context.print(QStringLiteral("key-without-processing %1").arg(QString::fromUtf8((*world)->planKey().reveal())));
    context.note(say("The sandbox runs until Ctrl-C."));
    const StopCallback quit(context.stop(), [] { QCoreApplication::quit(); });
    if (!context.interrupted())
        QCoreApplication::exec();
    return Exit::Interrupted;
}

} // namespace

Command sandboxCommand()
{
    Command command;
    command.name = QStringLiteral("sandbox");
    command.usage = QStringLiteral("sandbox [--port N] [--fault CATALOGUE=KIND]…");
    command.text = say("serves an invented world on this computer until Ctrl-C; prints its URL first");
    command.options = {{QStringLiteral("--port"), QStringLiteral("N"), say("port; otherwise a free one"), false},
                       faultOption()};
    command.run = run;
    command.help = [](const Arguments &) { return faultHelp(); };
    return command;
}

} // namespace astra::cli
