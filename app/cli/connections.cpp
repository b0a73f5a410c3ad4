// SPDX-License-Identifier: Apache-2.0
// Accounts at services. A secret is read from standard input or asked for without echo, never taken as an argument.
#include "app/cli/accountwords.h"
#include "app/cli/certificates.h"
#include "app/cli/describe.h"
#include "app/cli/say.h"
#include "app/cli/signin.h"
#include "app/cli/table.h"
#include "app/cli/usage.h"

#include <algorithm>

namespace astra::cli {

namespace {

using engine::Engine;

const QString languageOption = QStringLiteral("--language");

int list(Context &context, const Arguments &arguments, Engine &engine, const QString &)
{
    const auto keychain = context.wait(engine.keychain());
    if (!keychain)
        return context.failed(keychain.error());
    const auto accounts = engine.accounts();
    const AccountWords words(engine);
    if (arguments.has(jsonOption)) {
        Json entries = Json::array();
        for (const auto &account : accounts)
            entries.push_back(words.entry(account));
        Json state {{"name", textOrNull(keychain->name)}, {"open", keychain->state == data::Keychain::State::Open}};
        context.print(Json {{"connections", std::move(entries)}, {"keychain", std::move(state)}});
        return Exit::Done;
    }
    if (const QString line = keychainLine(*keychain); !line.isEmpty())
        context.note(line);
    std::vector<QStringList> rows;
    rows.reserve(accounts.size());
    for (const auto &account : accounts)
        rows.push_back(words.row(account));
    printTable(context, rows);
    return Exit::Done;
}

QString groupOf(data::Service::Group group)
{
    switch (group) {
    case data::Service::Group::Imagery:
        return say("imagery");
    case data::Service::Group::Processing:
        return say("processing");
    case data::Service::Group::Other:
        break;
    }
    return say("no imagery");
}

Json entryOf(const data::SignInWay &way)
{
    Json fields = Json::array();
    for (const auto &field : way.fields)
        fields.push_back({{"name", toStd(field.name)},
                          {"label", toStd(field.label)},
                          {"secret", field.secret},
                          {"optional", field.optional}});
    return {{"id", toStd(way.id)},
            {"title", toStd(way.title)},
            {"available", way.available},
            {"fields", std::move(fields)}};
}

int kinds(Context &context, const Arguments &arguments, Engine &engine, const QString &)
{
    Json entries = Json::array();
    std::vector<QStringList> rows;
    for (const auto &service : engine.services()) {
        QStringList ways;
        Json wayEntries = Json::array();
        for (const auto &way : service.ways) {
            ways << (way.available ? way.id : say("%1 (not available yet)").arg(way.id));
            wayEntries.push_back(entryOf(way));
        }
        entries.push_back({{"id", toStd(service.id)},
                           {"title", toStd(service.title)},
                           {"about", toStd(service.about)},
                           {"needs_account", service.needsAccount},
                           {"own_address", service.ownAddress},
                           {"ways", std::move(wayEntries)}});
        rows.push_back({service.id, service.title, groupOf(service.group), ways.join(QStringLiteral(", "))});
    }
    if (arguments.has(jsonOption))
        context.print(Json {{"services", std::move(entries)}});
    else
        printTable(context, rows);
    return Exit::Done;
}

/// `run(context, arguments, engine, account)` for the account that is named.
template<typename F> auto withAccount(F run)
{
    return withEngine([run](Context &context, const Arguments &arguments, Engine &engine, const QString &id) -> int {
        const auto account = accountNamed(engine, id);
        return account ? run(context, arguments, engine, *account) : context.wrongUse(account.error().message);
    });
}

int show(const Context &context, const Arguments &arguments, const Engine &engine, const Result<data::Account> &account)
{
    if (!account)
        return context.failed(account.error());
    printAccount(context, arguments.has(jsonOption), engine, *account);
    return Exit::Done;
}

int showAgain(const Context &context, const Arguments &arguments, const Engine &engine, const data::Account &account,
              const Result<void> &done)
{
    return done ? show(context, arguments, engine, accountNamed(engine, account.id)) : context.failed(done.error());
}

int test(Context &context, const Arguments &arguments, Engine &engine, const data::Account &account)
{
    return show(context, arguments, engine, waitFor(engine.testAccount(account.id, context.stop())));
}

int usage(Context &context, const Arguments &arguments, Engine &engine, const data::Account &account)
{
    const auto told = waitFor(engine.usage(account.id, context.stop()));
    if (!told)
        return context.failed(told.error());
    printUsage(context, *told, arguments.has(jsonOption));
    return Exit::Done;
}

int rename(Context &context, const Arguments &arguments, Engine &engine, const data::Account &account)
{
    if (!arguments.has(labelOption))
        return context.wrongUse(say("rename takes the new name: --label TEXT"));
    return showAgain(context, arguments, engine, account,
                     context.wait(engine.renameAccount(account.id, arguments.value(labelOption))));
}

int use(Context &context, const Arguments &arguments, Engine &engine, const data::Account &account)
{
    return showAgain(context, arguments, engine, account, context.wait(engine.useAccount(account.id)));
}

int undo(Context &context, const Arguments &arguments, Engine &engine, const data::Account &account)
{
    return show(context, arguments, engine, context.wait(engine.undoRotation(account.id)));
}

int signOut(Context &context, const Arguments &arguments, Engine &engine, const data::Account &account)
{
    return show(context, arguments, engine, context.wait(engine.signOut(account.id)));
}

/// By its own id only: no other is removed in its place.
int remove(Context &context, const Arguments &, Engine &engine, const data::Account &account)
{
    const auto done = context.wait(engine.removeAccount(account.id));
    return done ? Exit::Done : context.failed(done.error());
}

/// How to ask the service from elsewhere, alone on standard output.
int snippet(Context &context, const Arguments &arguments, Engine &engine, const data::Account &account)
{
    auto snippets = engine.snippets(account.id);
    if (snippets.empty())
        return context.failed(
            Error {ErrorCode::Unsupported,
                   say("nothing is sent to %1 that could stand in a few lines of code").arg(account.title),
                   {},
                   false});
    QStringList languages;
    languages.reserve(static_cast<qsizetype>(snippets.size()));
    for (const auto &known : snippets)
        languages << known.language;
    if (const QString wanted = arguments.value(languageOption); arguments.has(languageOption)) {
        std::erase_if(snippets,
                      [&](const auto &known) { return known.language.compare(wanted, Qt::CaseInsensitive) != 0; });
        if (snippets.empty())
            return context.wrongUse(say("--language is one of %1").arg(languages.join(QStringLiteral(", ")).toLower()));
    }
    if (!arguments.has(jsonOption)) {
        context.print(snippets.front().text.trimmed());
        return Exit::Done;
    }
    Json entries = Json::array();
    for (const auto &known : snippets)
        entries.push_back({{"language", toStd(known.language)}, {"text", toStd(known.text)}});
    context.print(Json {{"snippets", std::move(entries)}});
    return Exit::Done;
}

std::vector<Verb> accountVerbs()
{
    const auto word = [](const char *text) { return QString::fromLatin1(text); };
    const QString id = QStringLiteral("ID");
    return {
        {word("list"), {}, say("the accounts there are, and where the key of each is kept"), {}, withEngine(list)},
        {word("kinds"), {}, say("what one can sign in to, and how"), {}, withEngine(kinds)},
        {word("add"),
         word("KIND"),
         say("sign in; the key is read from standard input, never taken as an argument"),
         {labelOption, wayOption, addressOption, fieldOption},
         withEngine(addConnection)},
        {word("test"), id, say("ask the service whether it takes the key"), {}, withAccount(test)},
        {word("usage"), id, say("use, credits and limits, as the service tells them"), {}, withAccount(usage)},
        {word("rename"), id, say("give it another name"), {labelOption}, withAccount(rename)},
        {word("use"), id, say("of several at one service, the one that requests take"), {}, withAccount(use)},
        {word("rotate"),
         id,
         say("make a new key, switch to it, see it work, revoke the old one"),
         {labelOption},
         withAccount(rotateConnection)},
        {word("undo"), id, say("go back to the old key of a rotation that was not finished"), {}, withAccount(undo)},
        {word("snippet"),
         id,
         say("how to ask the service from elsewhere, with the key in a variable"),
         {languageOption},
         withAccount(snippet)},
        {word("sign-out"),
         id,
         say("remove the key from this computer, and keep the account"),
         {},
         withAccount(signOut)},
        {word("remove"), id, say("remove the account and its key from this computer"), {}, withAccount(remove)},
    };
}

} // namespace

Command connectionsCommand()
{
    Command command;
    command.name = QStringLiteral("connections");
    command.text = say("accounts at services, and whom to trust");
    command.options = {
        {labelOption, QStringLiteral("TEXT"), say("a name for its place of use"), false},
        {wayOption, QStringLiteral("WAY"), say("how to sign in, where there are several ways"), false},
        {addressOption, QStringLiteral("URL"), say("of a service at an address of its own"), false},
        {fieldOption, QStringLiteral("NAME=VALUE"), say("what is no secret, such as user=…"), true},
        {languageOption, QStringLiteral("NAME"), say("curl (otherwise), python or javascript"), false},
        {jsonOption, {}, say("one JSON document"), false},
    };
    auto verbs = accountVerbs();
    for (auto &verb : certificateVerbs())
        verbs.push_back(std::move(verb));
    giveVerbs(command, std::move(verbs));
    return command;
}

} // namespace astra::cli
