// SPDX-License-Identifier: Apache-2.0
#include "app/cli/command.h"

#include "app/cli/say.h"

#include <algorithm>

namespace astra::cli {

namespace {

/// The verb of these words and what follows it. The error is a wrong use.
Result<std::pair<const Verb *, QString>> verbOf(const Command &command, const QStringList &words)
{
    const Verb *known = nullptr; // its name at least
    for (const auto &verb : command.verbs) {
        const QStringList name = verb.name.split(u' ');
        if (name == QStringList(words + QStringList {QStringLiteral("list")}))
            return std::pair(&verb, QString());
        if (words.mid(0, name.size()) != name)
            continue;
        if (words.size() == name.size() + (verb.argument.isEmpty() ? 0 : 1))
            return std::pair(&verb, words.value(name.size()));
        known = &verb;
    }
    if (!known) {
        // No more than the first word is quoted: what follows may be a key.
        return fail(ErrorCode::InvalidInput,
                    say("it does not know \"%1\" (astra %2 --help)").arg(words.value(0), command.name));
    }
    return fail(ErrorCode::InvalidInput,
                known->argument.isEmpty() ? say("%1 takes nothing more").arg(known->name)
                                          : say("%1 takes one %2").arg(known->name, known->argument));
}

/// The first option given that this verb does not take; empty: none.
QString strayOption(const Command &command, const Verb &verb, const Arguments &arguments)
{
    for (const auto &option : command.options) {
        const bool ofSome = std::ranges::any_of(command.verbs,
                                                [&](const Verb &other) { return other.options.contains(option.name); });
        if (arguments.has(option.name) && ofSome && !verb.options.contains(option.name))
            return option.name;
    }
    return {};
}

} // namespace

void giveVerbs(Command &command, std::vector<Verb> verbs)
{
    command.verbs = std::move(verbs);
    command.usage = command.name + say(" [WHAT] [OPTION]…");
    command.run = [command](Context &context, const Arguments &arguments) {
        const auto found = verbOf(command, arguments.positional());
        if (!found)
            return context.wrongUse(found.error().message);
        const auto &[verb, argument] = *found;
        if (const QString stray = strayOption(command, *verb, arguments); !stray.isEmpty())
            return context.wrongUse(say("%1 is not for %2 (astra %3 --help)").arg(stray, verb->name, command.name));
        return verb->run(context, arguments, argument);
    };
}

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
        {QStringLiteral("--memory"), QStringLiteral("SIZE"),
         say("what each job may hold of pixels, from 64M to 1024G (192M)"), true},
        {QStringLiteral("--verbose"), {}, say("say more on standard error"), false},
        {QStringLiteral("--help"), {}, say("this help"), false},
        {QStringLiteral("--version"), {}, say("the program's version"), false},
    };
    return options;
}

QString helpLine(const QString &name, const QString &text)
{
    constexpr qsizetype column = 30; // where texts begin
    constexpr qsizetype width = 100;
    QString lines = QStringLiteral("  %1  ").arg(name, -26);
    qsizetype at = lines.size();
    const QStringList words = text.split(u' ');
    for (qsizetype i = 0; i < words.size(); ++i) {
        if (i > 0 && at + 1 + words[i].size() > width) {
            lines += u'\n' + QString(column, u' ');
            at = column;
        } else if (i > 0) {
            lines += u' ';
            ++at;
        }
        lines += words[i];
        at += words[i].size();
    }
    return QString(lines + u'\n');
}

QString optionLines(const std::vector<Option> &options, const std::vector<Verb> &verbs)
{
    QString lines;
    for (const auto &option : options) {
        QString name = option.name == u"--output" ? QStringLiteral("-o, --output") : option.name;
        if (!option.value.isEmpty())
            name += u' ' + option.value;
        QStringList whose;
        for (const auto &verb : verbs) {
            if (verb.options.contains(option.name))
                whose << verb.name;
        }
        lines += helpLine(name, whose.isEmpty() ? option.text : whose.join(QStringLiteral(", ")) + u": " + option.text);
    }
    return lines;
}

QString helpOf(const Command &command, const Arguments &arguments)
{
    QString text = QStringLiteral("%1 astra %2\n\n%3\n").arg(say("Usage:"), command.usage, command.text);
    if (!command.verbs.empty())
        text += u'\n' + say("What (without a word: list):") + u'\n';
    for (const auto &verb : command.verbs)
        text += helpLine(QString(verb.name + u' ' + verb.argument).trimmed(), verb.text);
    if (command.optionHelp)
        text += u'\n' + command.optionHelp(arguments);
    else if (!command.options.empty())
        text += QStringLiteral("\n%1\n%2").arg(say("Options:"), optionLines(command.options, command.verbs));
    text += QStringLiteral("\n%1\n%2").arg(say("For every command:"), optionLines(commonOptions()));
    if (command.help)
        text += u'\n' + command.help(arguments);
    return text;
}

} // namespace astra::cli
