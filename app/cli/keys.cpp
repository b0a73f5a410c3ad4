// SPDX-License-Identifier: Apache-2.0
// Keys at a service that lists, makes, rolls and revokes them: our own server, or another that offers it.
#include "app/cli/accountwords.h"
#include "app/cli/command.h"
#include "app/cli/describe.h"
#include "app/cli/say.h"
#include "app/cli/secretinput.h"
#include "app/cli/table.h"
#include "app/cli/usage.h"

namespace astra::cli {

namespace {

using engine::Engine;

const QString testOption = QStringLiteral("--test");
const QString planOption = QStringLiteral("--plan");
const QString scopesOption = QStringLiteral("--scopes");
const QString connectionOption = QStringLiteral("--connection");
const QString keepOption = QStringLiteral("--keep");

QString dayOf(const QDateTime &time)
{
    return time.isValid() ? time.toUTC().toString(QStringLiteral("yyyy-MM-dd")) : QStringLiteral("-");
}

Json entryOf(const data::ServiceKey &key)
{
    return {{"id", toStd(key.id)},
            {"label", toStd(key.label)},
            {"masked", toStd(key.masked)},
            {"test", key.test},
            {"revoked", key.revoked},
            {"ours", key.ours},
            {"created", moment(key.created)},
            {"last_used", moment(key.lastUsed)},
            {"expires", moment(key.expires)},
            {"scopes", toJson(key.scopes)}};
}

QString remarksOn(const data::ServiceKey &key)
{
    QStringList parts;
    if (key.revoked)
        parts << say("revoked");
    if (key.ours)
        parts << say("used here");
    if (key.test)
        parts << say("test key");
    return parts.join(QStringLiteral(", "));
}

/// `run(context, arguments, engine, connection, argument)` for the connection that is named, or our own server.
template<typename F> auto withConnection(F run)
{
    return withEngine([run](Context &context, const Arguments &arguments, Engine &engine, const QString &word) -> int {
        const bool named = arguments.has(connectionOption);
        const auto account = accountNamed(engine,
                                          named ? arguments.value(connectionOption) : QStringLiteral("astra-server"));
        if (account)
            return run(context, arguments, engine, account->id, word);
        return context.wrongUse(
            named ? account.error().message
                  : say("there is no connection to an Astra server yet (astra connections add astra-server "
                        "--address URL), and no other service was named with --connection"));
    });
}

/// What a service lists: a document with these entries, or a table.
int printList(const Context &context, bool json, const char *name, Json entries, const std::vector<QStringList> &rows)
{
    if (json)
        context.print(Json {{name, std::move(entries)}});
    else
        printTable(context, rows);
    return Exit::Done;
}

int list(Context &context, const Arguments &arguments, Engine &engine, const QString &connection, const QString &)
{
    const auto keys = waitFor(engine.serviceKeys(connection, context.stop()));
    if (!keys)
        return context.failed(keys.error());
    Json entries = Json::array();
    std::vector<QStringList> rows;
    rows.reserve(keys->size());
    for (const auto &key : *keys) {
        entries.push_back(entryOf(key));
        rows.push_back({key.id, key.label, key.masked, say("made %1").arg(dayOf(key.created)),
                        say("used %1").arg(dayOf(key.lastUsed)), remarksOn(key)});
    }
    return printList(context, arguments.has(jsonOption), "keys", std::move(entries), rows);
}

/// The key alone on standard output: it can be sent on to a file or a secrets manager, and is never seen again.
int show(const Context &context, bool json, const data::NewKey &made, const QString &note)
{
    context.note(oneLine(note.arg(made.key.label)));
    if (json)
        context.print(Json {{"key", entryOf(made.key)},
                            {"secret", made.secret.reveal().toStdString()},
                            {"kept", placeCode(made.kept)}});
    else
        context.print(QString::fromUtf8(made.secret.reveal()));
    return Exit::Done;
}

/// What became of a new key; %1 stands for its label.
QString createdNote(data::Account::Place kept, bool wanted)
{
    if (kept == data::Account::Place::Keychain)
        return say("Key %1 is made and kept here as a connection. This is the only time it is shown.");
    return wanted
        ? say("Key %1 is made, but could not be kept here: keep it yourself. This is the only time it is shown.")
        : say("Key %1 is made. This is the only time it is shown.");
}

/// What became of a key made anew in place of another; %1 stands for its label.
QString rolledNote(data::Account::Place kept)
{
    switch (kept) {
    case data::Account::Place::Keychain:
        return say("Key %1 is made anew and has replaced the one used here. This is the only time it is shown.");
    case data::Account::Place::Memory:
        return say("Key %1 is made anew and is used here, but no keychain took it: keep it yourself. This is the only "
                   "time it is shown.");
    case data::Account::Place::Environment:
    case data::Account::Place::None:
        break;
    }
    return say("Key %1 is made anew. This is the only time it is shown.");
}

int create(Context &context, const Arguments &arguments, Engine &engine, const QString &connection, const QString &)
{
    data::KeyWish wish;
    wish.label = arguments.value(labelOption);
    wish.test = arguments.has(testOption);
    wish.plan = arguments.value(planOption);
    wish.scopes = arguments.list(scopesOption);
    if (wish.label.isEmpty())
        return context.wrongUse(say("a key needs a label that says where it is used: --label \"%1\"")
                                    .arg(engine.suggestedLabel(connection, say("script"))));
    const bool keep = arguments.has(keepOption);
    const auto made = waitFor(engine.createKey(connection, wish, keep, context.stop()));
    return made ? show(context, arguments.has(jsonOption), *made, createdNote(made->kept, keep))
                : context.failed(made.error());
}

int roll(Context &context, const Arguments &arguments, Engine &engine, const QString &connection, const QString &key)
{
    const auto made = waitFor(engine.rollKey(connection, key, context.stop()));
    return made ? show(context, arguments.has(jsonOption), *made, rolledNote(made->kept))
                : context.failed(made.error());
}

int usage(Context &context, const Arguments &arguments, Engine &engine, const QString &connection, const QString &key)
{
    const auto told = waitFor(engine.keyUsage(connection, key, context.stop()));
    if (!told)
        return context.failed(told.error());
    printUsage(context, *told, arguments.has(jsonOption));
    return Exit::Done;
}

int ended(const Context &context, const Result<void> &done) { return done ? Exit::Done : context.failed(done.error()); }

int revoke(Context &context, const Arguments &, Engine &engine, const QString &connection, const QString &key)
{
    return ended(context, waitFor(engine.revokeKey(connection, key, context.stop())));
}

int listProviders(Context &context, const Arguments &arguments, Engine &engine, const QString &connection,
                  const QString &)
{
    const auto keys = waitFor(engine.providerKeys(connection, context.stop()));
    if (!keys)
        return context.failed(keys.error());
    Json entries = Json::array();
    std::vector<QStringList> rows;
    rows.reserve(keys->size());
    for (const auto &key : *keys) {
        entries.push_back({{"provider", toStd(key.provider)},
                           {"masked", toStd(key.masked)},
                           {"added", moment(key.added)},
                           {"stops", toStd(key.stops)}});
        rows.push_back({key.provider, key.masked, say("added %1").arg(dayOf(key.added)), key.stops});
    }
    return printList(context, arguments.has(jsonOption), "providers", std::move(entries), rows);
}

int addProvider(Context &context, const Arguments &, Engine &engine, const QString &connection, const QString &provider)
{
    const auto key = readSecret(context, say("Key of %1").arg(provider));
    if (!key)
        return context.failed(key.error());
    return ended(context, waitFor(engine.addProviderKey(connection, provider, *key, context.stop())));
}

int removeProvider(Context &context, const Arguments &, Engine &engine, const QString &connection,
                   const QString &provider)
{
    return ended(context, waitFor(engine.removeProviderKey(connection, provider, context.stop())));
}

} // namespace

Command keysCommand()
{
    const auto word = [](const char *text) { return QString::fromLatin1(text); };
    const QString id = QStringLiteral("ID");
    Command command;
    command.name = QStringLiteral("keys");
    command.text = say("keys at a service that manages them; create and roll print the new key, once");
    command.options = {
        {connectionOption, QStringLiteral("ID"), say("at which service (an Astra server)"), false},
        {labelOption, QStringLiteral("TEXT"), say("where the key will be used"), false},
        {testOption, {}, say("a test key, which answers with invented data"), false},
        {planOption, QStringLiteral("PLAN"), say("the plan it is for, where there are several"), false},
        {scopesOption, QStringLiteral("A,B"), say("what it may be used for, where the service offers it"), false},
        {keepOption, {}, say("also keep it in the keychain, as a connection"), false},
        {jsonOption, {}, say("one JSON document"), false},
    };
    giveVerbs(command,
              {
                  {word("list"), {}, say("the keys there are"), {}, withConnection(list)},
                  {word("create"),
                   {},
                   say("make one, and print it"),
                   {labelOption, testOption, planOption, scopesOption, keepOption},
                   withConnection(create)},
                  {word("usage"), id, say("how much one key has been used"), {}, withConnection(usage)},
                  {word("roll"), id, say("have the service make it anew, and print it"), {}, withConnection(roll)},
                  {word("revoke"), id, say("tell the service to take it no more"), {}, withConnection(revoke)},
                  {word("providers list"),
                   {},
                   say("keys of further services that this one keeps"),
                   {},
                   withConnection(listProviders)},
                  {word("providers add"),
                   word("NAME"),
                   say("give it one, from standard input"),
                   {},
                   withConnection(addProvider)},
                  {word("providers remove"), word("NAME"), say("take it away"), {}, withConnection(removeProvider)},
              });
    return command;
}

} // namespace astra::cli
