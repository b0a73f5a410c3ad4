// SPDX-License-Identifier: Apache-2.0
#include "app/cli/command.h"

#include <QCoreApplication>

namespace astra::cli {

namespace {

QString say(const char *text) { return QCoreApplication::translate("astra::cli", text); }

QString optionLines(const std::vector<Option> &options)
{
    QString lines;
    for (const auto &option : options) {
        QString name = option.name == u"--output" ? QStringLiteral("-o, --output") : option.name;
        if (!option.value.isEmpty())
            name += u' ' + option.value;
        lines += QStringLiteral("  %1  %2\n").arg(name, -26).arg(option.text);
    }
    return lines;
}

} // namespace

const std::vector<Option> &commonOptions()
{
    // Said twice, the last one counts: scripts put theirs in front.
    static const std::vector<Option> options {
        {QStringLiteral("--config"), QStringLiteral("DIR"),
         say("folder of the configuration, instead of the usual one"), true},
        {QStringLiteral("--data"), QStringLiteral("DIR"),
         say("folder of results and caches, instead of the usual ones"), true},
        {QStringLiteral("--world"), QStringLiteral("URL"),
         say("a world of its own (the sandbox's URL) in place of the configured providers"), true},
        {QStringLiteral("--offline"), {}, say("never use the network"), false},
        {QStringLiteral("--record"), QStringLiteral("DIR"),
         say("write all traffic to this folder, without keys and signatures"), true},
        {QStringLiteral("--replay"), QStringLiteral("DIR"), say("answer from traffic recorded there, and send nothing"),
         true},
        {QStringLiteral("--verbose"), {}, say("say more on standard error"), false},
        {QStringLiteral("--help"), {}, say("this help"), false},
        {QStringLiteral("--version"), {}, say("the program's version"), false},
    };
    return options;
}

QString helpOf(const Command &command, const Arguments &arguments)
{
    QString text = QStringLiteral("%1 astra %2\n\n%3\n").arg(say("Usage:"), command.usage, command.text);
    if (!command.options.empty())
        text += QStringLiteral("\n%1\n%2").arg(say("Options:"), optionLines(command.options));
    text += QStringLiteral("\n%1\n%2").arg(say("For every command:"), optionLines(commonOptions()));
    if (command.help)
        text += u'\n' + command.help(arguments);
    return text;
}

} // namespace astra::cli
