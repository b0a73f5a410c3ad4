// SPDX-License-Identifier: Apache-2.0
// Keys at a service that lists, makes, rolls and revokes them: our own server, or another that offers it.
#include "app/cli/command.h"
#include "app/cli/secretinput.h"
#include "app/cli/table.h"
#include "app/cli/usage.h"

#include <QCoreApplication>

#include <algorithm>

namespace astra::cli {

namespace {

using Engine = std::shared_ptr<engine::Engine>;

const QString jsonOption = QStringLiteral("--json");
const QString labelOption = QStringLiteral("--label");
const QString testOption = QStringLiteral("--test");
const QString planOption = QStringLiteral("--plan");
const QString scopesOption = QStringLiteral("--scopes");
const QString connectionOption = QStringLiteral("--connection");
const QString keepOption = QStringLiteral("--keep");

QString say(const char *text) { return QCoreApplication::translate("astra::cli", text); }

QString dayOf(const QDateTime &time)
{
    return time.isValid() ? time.toUTC().toString(QStringLiteral("yyyy-MM-dd")) : QStringLiteral("-");
}

Json moment(const QDateTime &time) { return time.isValid() ? Json(toStd(time.toUTC().toString(Qt::ISODate))) : Json(); }

Json entryOf(const data::ServiceKey &key)
{
    Json scopes = Json::array();
    for (const auto &scope : key.scopes)
        scopes.push_back(toStd(scope));
    return {{"id", toStd(key.id)},
            {"label", toStd(key.label)},
            {"masked", toStd(key.masked)},
            {"test", key.test},
            {"revoked", key.revoked},
            {"ours", key.ours},
            {"created", moment(key.created)},
            {"last_used", moment(key.lastUsed)},
            {"expires", moment(key.expires)},
            {"scopes", std::move(scopes)}};
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

int list(Context &context, const Arguments &arguments, engine::Engine &engine, const QString &connection)
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
    if (arguments.has(jsonOption)) {
        context.print(Json {{"keys", std::move(entries)}});
        return Exit::Done;
    }
    for (const auto &line : tabulated(rows))
        context.print(line);
    return Exit::Done;
}

/// The key alone on standard output: it can be sent on to a file or a secrets manager, and is never seen again.
int show(Context &context, const Result<data::NewKey> &made, const QString &note)
{
    if (!made)
        return context.failed(made.error());
    context.note(note.arg(made->key.label));
    context.print(QString::fromUtf8(made->secret.reveal()));
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

int create(Context &context, const Arguments &arguments, engine::Engine &engine, const QString &connection)
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
    return show(context, made, made ? createdNote(made->kept, keep) : QString());
}

int providerKeys(Context &context, const Arguments &arguments, engine::Engine &engine, const QString &connection)
{
    const QStringList &words = arguments.positional();
    const QString what = words.value(1, QStringLiteral("list"));
    const QString provider = words.value(2);
    if ((what == u"add" || what == u"remove") && !provider.isEmpty()) {
        Secret key;
        if (what == u"add") {
            auto entered = readSecret(context, say("Key of %1").arg(provider));
            if (!entered)
                return context.failed(entered.error());
            key = *std::move(entered);
        }
        const auto done = waitFor(what == u"add" ? engine.addProviderKey(connection, provider, key, context.stop())
                                                 : engine.removeProviderKey(connection, provider, context.stop()));
        return done ? Exit::Done : context.failed(done.error());
    }
    if (what != u"list" || words.size() > 2)
        return context.wrongUse(say("providers is followed by list, add NAME or remove NAME"));
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
    if (arguments.has(jsonOption)) {
        context.print(Json {{"providers", std::move(entries)}});
        return Exit::Done;
    }
    for (const auto &line : tabulated(rows))
        context.print(line);
    return Exit::Done;
}

int run(Context &context, const Arguments &arguments)
{
    const QStringList &words = arguments.positional();
    const QString what = words.value(0, QStringLiteral("list"));
    const bool named = what == u"roll" || what == u"revoke" || what == u"usage";
    if (!named && what != u"list" && what != u"create" && what != u"providers")
        return context.wrongUse(say("it does not know \"%1\" (astra keys --help)").arg(what));
    if (what != u"providers" && words.size() != (named ? 2 : 1) && !words.isEmpty())
        return context.wrongUse(named ? say("%1 takes the id of one key (astra keys list shows them)").arg(what)
                                      : say("%1 takes nothing more").arg(what));
    const auto made = context.engine();
    if (!made)
        return context.failed(made.error());
    engine::Engine &engine = **made;
    (void)waitFor(engine.keychain()); // reads the keys
    const QString connection = arguments.has(connectionOption) ? arguments.value(connectionOption)
                                                               : QStringLiteral("astra-server");
    const auto accounts = engine.accounts();
    if (std::none_of(accounts.begin(), accounts.end(),
                     [&](const auto &account) { return account.id == connection || account.service == connection; })) {
        return context.wrongUse(
            arguments.has(connectionOption)
                ? say("there is no connection \"%1\" (astra connections list shows them)").arg(connection)
                : say("there is no connection to an Astra server yet (astra connections add astra-server "
                      "--address URL), and no other service was named with --connection"));
    }
    if (what == u"list")
        return list(context, arguments, engine, connection);
    if (what == u"create")
        return create(context, arguments, engine, connection);
    if (what == u"providers")
        return providerKeys(context, arguments, engine, connection);
    if (what == u"roll") {
        const auto rolled = waitFor(engine.rollKey(connection, words[1], context.stop()));
        return show(context, rolled, rolled ? rolledNote(rolled->kept) : QString());
    }
    if (what == u"usage") {
        const auto told = waitFor(engine.keyUsage(connection, words[1], context.stop()));
        if (!told)
            return context.failed(told.error());
        printUsage(context, *told, arguments.has(jsonOption));
        return Exit::Done;
    }
    const auto revoked = waitFor(engine.revokeKey(connection, words[1], context.stop()));
    return revoked ? Exit::Done : context.failed(revoked.error());
}

} // namespace

Command keysCommand()
{
    Command command;
    command.name = QStringLiteral("keys");
    command.usage = QStringLiteral("keys [list | create --label L | usage ID | roll ID | revoke ID | "
                                   "providers [list | add NAME | remove NAME]] [--connection ID]");
    command.text = say("keys at a service that manages them; create and roll print the new key, once");
    command.options = {
        {connectionOption, QStringLiteral("ID"), say("at which service (an Astra server)"), false},
        {labelOption, QStringLiteral("TEXT"), say("create: where the key will be used"), false},
        {testOption, {}, say("create: a test key, which answers with invented data"), false},
        {planOption, QStringLiteral("PLAN"), say("create: the plan it is for, where there are several"), false},
        {scopesOption, QStringLiteral("A,B"), say("create: what it may be used for, where the service offers it"),
         false},
        {keepOption, {}, say("create: also keep it in the keychain, as a connection"), false},
        {jsonOption, {}, say("one JSON document"), false},
    };
    command.run = run;
    return command;
}

} // namespace astra::cli
