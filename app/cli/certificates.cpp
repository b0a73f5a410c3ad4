// SPDX-License-Identifier: Apache-2.0
#include "app/cli/certificates.h"

#include "app/cli/describe.h"
#include "app/cli/say.h"
#include "app/cli/table.h"

namespace astra::cli {

namespace {

using engine::Engine;

void print(const Context &context, bool json, const std::vector<data::Authority> &authorities)
{
    Json entries = Json::array();
    std::vector<QStringList> rows;
    rows.reserve(authorities.size());
    for (const auto &authority : authorities) {
        entries.push_back({{"file", toStd(authority.file)},
                           {"names", toJson(authority.names)},
                           {"expires", moment(authority.expires)}});
        rows.push_back({authority.file, authority.names.join(QStringLiteral(", ")),
                        say("ends %1").arg(authority.expires.toUTC().toString(Qt::ISODate))});
    }
    if (json)
        context.print(Json {{"certificates", std::move(entries)}});
    else
        printTable(context, rows);
}

int list(Context &context, const Arguments &arguments, Engine &engine, const QString &)
{
    const auto known = context.wait(engine.authorities());
    if (!known)
        return context.failed(known.error());
    print(context, arguments.has(jsonOption), *known);
    return Exit::Done;
}

int add(Context &context, const Arguments &arguments, Engine &engine, const QString &file)
{
    const auto added = context.wait(engine.addAuthority(file));
    if (!added)
        return context.failed(added.error());
    print(context, arguments.has(jsonOption), {*added});
    return Exit::Done;
}

int remove(Context &context, const Arguments &, Engine &engine, const QString &file)
{
    const auto removed = context.wait(engine.removeAuthority(file));
    return removed ? Exit::Done : context.failed(removed.error());
}

} // namespace

std::vector<Verb> certificateVerbs()
{
    const QString file = QStringLiteral("FILE");
    return {
        {QStringLiteral("certificates list"),
         {},
         say("authorities trusted beside those of the system"),
         {},
         withEngine(list)},
        {QStringLiteral("certificates add"), file, say("trust the authorities in a PEM file"), {}, withEngine(add)},
        {QStringLiteral("certificates remove"),
         file,
         say("trust them no more: its name in the list"),
         {},
         withEngine(remove)},
    };
}

} // namespace astra::cli
