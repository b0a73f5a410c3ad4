// SPDX-License-Identifier: Apache-2.0
// Picks a command. Each command is a file in app/cli; without one the window opens.
#include "app/cli/command.h"
#include "app/cli/say.h"
#include "core/credentials/environmentkeys.h"

#include <QCoreApplication>
#include <QDir>
#include <QLoggingCategory>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#ifdef Q_OS_LINUX
#include <sys/prctl.h>
#endif

namespace {

using namespace astra;
using namespace astra::cli;

/// No other process of the same person may look into the memory of this one, where keys are: not through /proc, not
/// with a debugger. The window cannot do this: desktop portals (file dialogs, colours, opening links) read
/// /proc/PID/root of whoever asks them, and refuse those who are closed.
void closeMemory()
{
#ifdef Q_OS_LINUX
    prctl(PR_SET_DUMPABLE, 0);
#endif
}

const QString recordOption = QStringLiteral("--record");
const QString replayOption = QStringLiteral("--replay");
const QString memoryOption = QStringLiteral("--memory");

/// Which word is the command's name: the first that is neither a common option nor the value of one.
qsizetype commandAt(const QStringList &words)
{
    for (qsizetype i = 0; i < words.size(); ++i) {
        if (!words[i].startsWith(u'-'))
            return i;
        for (const auto &option : commonOptions()) {
            if (words[i] == option.name && !option.value.isEmpty())
                ++i;
        }
    }
    return -1;
}

QString listOf(const std::vector<Command> &commands)
{
    QString text = say("Usage: astra [--config DIR] [--data DIR] [--offline] [--record DIR | --replay DIR] [--verbose] "
                       "COMMAND …")
        + QStringLiteral("\n\n");
    for (const auto &command : commands)
        text += QStringLiteral("  %1  %2\n").arg(command.name, -10).arg(command.text);
    text += u'\n' + say("astra COMMAND --help says more. No command opens the window.") + u'\n';
    return text;
}

engine::EngineConfig configFrom(const Arguments &arguments)
{
    // Folders given by hand stand for all of theirs: two programs with different ones never meet.
    if (arguments.has(QStringLiteral("--config")))
        qputenv("ASTRA_CONFIG_DIR", QFile::encodeName(arguments.value(QStringLiteral("--config"))));
    if (arguments.has(QStringLiteral("--data")))
        qputenv("ASTRA_DATA_DIR", QFile::encodeName(arguments.value(QStringLiteral("--data"))));
    if (arguments.has(memoryOption))
        qputenv("ASTRA_MEMORY", arguments.value(memoryOption).toUtf8());
    auto config = engine::EngineConfig::fromEnvironment();
    config.world = QUrl(arguments.value(QStringLiteral("--world")));
    config.offline = arguments.has(QStringLiteral("--offline"));
    const auto folder = [&](const QString &option) {
        return arguments.value(option).isEmpty() ? QString() : QDir(arguments.value(option)).absolutePath();
    };
    config.recordTo = folder(recordOption);
    config.replayFrom = folder(replayOption);
    return config;
}

/// What is wrong with the common options, as a sentence; empty: nothing.
QString obstacle(const Arguments &arguments)
{
    if (arguments.has(recordOption) && arguments.has(replayOption))
        return say("traffic is either recorded or replayed: give --record or --replay");
    const QString replayed = arguments.value(replayOption);
    if (arguments.has(replayOption) && !QDir(replayed).exists())
        return say("--replay: there is no folder %1").arg(replayed);
    const bool isGiven = arguments.has(memoryOption);
    const QString memory = isGiven ? arguments.value(memoryOption) : qEnvironmentVariable("ASTRA_MEMORY");
    if (const auto size = engine::EngineConfig::memoryFrom(memory); !size && (isGiven || !memory.isEmpty()))
        return say("%1: %2").arg(isGiven ? memoryOption : QStringLiteral("ASTRA_MEMORY"), size.error().message);
    return {};
}

int runCommand(const Command &command, const QStringList &words, int &argc, char **argv)
{
    std::vector<Option> options = command.options;
    for (const auto &option : commonOptions())
        options.push_back(option);
    const auto arguments = Arguments::parse(words, options);
    const bool window = command.name == u"gui";
    if (!arguments)
        return Context(command.name, {}, false).wrongUse(arguments.error().message);
    if (arguments->has(QStringLiteral("--version"))) {
        Context(command.name, {}, false).print(QStringLiteral("astra " ASTRA_VERSION));
        return Exit::Done;
    }
    if (arguments->has(QStringLiteral("--help"))) {
        std::fputs(helpOf(command, *arguments).toUtf8().constData(), stdout);
        return Exit::Done;
    }
    if (const QString why = obstacle(*arguments); !why.isEmpty())
        return Context(command.name, {}, false).wrongUse(why);
    const bool verbose = arguments->has(QStringLiteral("--verbose"));
    if (verbose)
        QLoggingCategory::setFilterRules(QStringLiteral("astra.*=true"));
    // The window makes an application of its own kind.
    std::unique_ptr<QCoreApplication> application;
    if (!window)
        application = std::make_unique<QCoreApplication>(argc, argv);
    Context context(command.name, configFrom(*arguments), verbose);
    if (!window)
        context.catchSignals();
    return command.run(context, *arguments);
}

} // namespace

int main(int argc, char **argv)
{
    QStringList words;
    for (int i = 1; i < argc; ++i)
        words << QFile::decodeName(argv[i]);
    const auto at = commandAt(words);
    const QString name = at < 0 ? QStringLiteral("gui") : words.takeAt(at);
    credentials::refuseCoreDumps();
    if (name != u"gui")
        closeMemory();
    credentials::takeEnvironmentKeys(); // before anything is started that would get them
    QCoreApplication::setApplicationName(QStringLiteral("astra"));
    QCoreApplication::setApplicationVersion(QStringLiteral(ASTRA_VERSION));
    const std::vector<Command> commands {
        guiCommand(argc, argv), sandboxCommand(),     providersCommand(), searchCommand(), sceneCommand(),
        assetsCommand(),        previewCommand(),     processCommand(),   jobsCommand(),   recipeCommand(),
        indicesCommand(),       connectionsCommand(), keysCommand()};
    if (at < 0 && (words.contains(QStringLiteral("--help")) || words.contains(QStringLiteral("-h")))) {
        std::fputs(listOf(commands).toUtf8().constData(), stdout);
        return Exit::Done;
    }
    const auto command = std::find_if(commands.begin(), commands.end(),
                                      [&](const Command &known) { return known.name == name; });
    if (command == commands.end()) {
        return Context(name, {}, false).wrongUse(say("there is no such command; astra --help lists them"));
    }
    const int status = runCommand(*command, words, argc, argv);
    if (status == Exit::Interrupted) {
        // A thread that still waits for a keychain or a disk is not waited for, and must not find statics gone.
        std::fflush(nullptr);
        std::_Exit(status);
    }
    return status;
}
