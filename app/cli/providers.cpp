// SPDX-License-Identifier: Apache-2.0
#include "app/cli/command.h"

#include <QCoreApplication>

namespace astra::cli {

namespace {

QString say(const char *text) { return QCoreApplication::translate("astra::cli", text); }

std::string text(const QString &value) { return value.toStdString(); }

int run(Context &context, const Arguments &arguments)
{
    if (!arguments.positional().isEmpty())
        return context.wrongUse(say("it takes no \"%1\"").arg(arguments.positional().front()));
    const auto engine = context.engine();
    if (!engine)
        return context.failed(engine.error());
    Json list = Json::array();
    for (const auto &info : (*engine)->providers()) {
        Json entry {{"id", text(info.id)},
                    {"title", text(info.title)},
                    {"protocol", text(info.protocol)},
                    {"url", text(info.url.toString())},
                    {"enabled", info.enabled},
                    {"state", info.enabled ? "enabled" : "disabled"},
                    {"access", text(info.access)},
                    {"attribution", text(info.attribution)},
                    {"families", Json::array()}};
        for (const auto &family : info.families)
            entry["families"].push_back(text(family));
        if (info.invented)
            entry["invented"] = true;
        if (!info.connection.isEmpty())
            entry["connection"] = text(info.connection);
        list.push_back(entry);
        if (!arguments.has(QStringLiteral("--json"))) {
            context.print(QStringLiteral("%1 %2 %3  %4 (%5)")
                              .arg(info.id, -20)
                              .arg(info.enabled ? QStringLiteral("on") : QStringLiteral("off"), -4)
                              .arg(info.title, -26)
                              .arg(info.url.toString(), info.access));
        }
    }
    if (arguments.has(QStringLiteral("--json"))) {
        Json warnings = Json::array();
        for (const auto &warning : (*engine)->warnings())
            warnings.push_back(text(warning));
        context.print(Json {{"providers", list}, {"warnings", warnings}});
    }
    return Exit::Done;
}

} // namespace

Command providersCommand()
{
    Command command;
    command.name = QStringLiteral("providers");
    command.usage = QStringLiteral("providers [--json]");
    command.text = say("the configured providers and their state");
    command.options = {{QStringLiteral("--json"), {}, say("one JSON document"), false}};
    command.run = run;
    return command;
}

} // namespace astra::cli
