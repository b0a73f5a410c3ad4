// SPDX-License-Identifier: Apache-2.0
// Accounts at services. A secret is read from standard input or asked for without echo, never taken as an argument.
#include "app/cli/command.h"
#include "app/cli/secretinput.h"
#include "app/cli/table.h"
#include "app/cli/usage.h"
#include "core/credentials/environmentkeys.h"

#include <QCoreApplication>

#include <algorithm>

namespace astra::cli {

namespace {

using Engine = std::shared_ptr<engine::Engine>;

const QString jsonOption = QStringLiteral("--json");
const QString labelOption = QStringLiteral("--label");
const QString wayOption = QStringLiteral("--way");
const QString addressOption = QStringLiteral("--address");
const QString fieldOption = QStringLiteral("--field");

QString say(const char *text) { return QCoreApplication::translate("astra::cli", text); }

/// The ids of the services that are open or sign for free.
QStringList openServices(const engine::Engine &engine)
{
    QStringList ids;
    for (const auto &service : engine.services()) {
        if (!service.needsAccount)
            ids << service.id;
    }
    return ids;
}

/// @param open the services that need no account
QString placeOf(const data::Account &account, const QStringList &open)
{
    switch (account.place) {
    case data::Account::Place::Keychain:
        return say("in the keychain");
    case data::Account::Place::Memory:
        return say("in memory until this command ends");
    case data::Account::Place::Environment:
        return say("from the environment");
    case data::Account::Place::None:
        break;
    }
    return open.contains(account.service) ? say("nothing to enter") : say("not signed in");
}

const char *placeCode(data::Account::Place place)
{
    switch (place) {
    case data::Account::Place::Keychain:
        return "keychain";
    case data::Account::Place::Memory:
        return "memory";
    case data::Account::Place::Environment:
        return "environment";
    case data::Account::Place::None:
        break;
    }
    return "none";
}

Json moment(const QDateTime &time) { return time.isValid() ? Json(toStd(time.toUTC().toString(Qt::ISODate))) : Json(); }

Json textOrNull(const QString &text) { return text.isEmpty() ? Json() : Json(toStd(text)); }

template<typename T> Json orNull(const std::optional<T> &value) { return value ? Json(*value) : Json(); }

/// @param open the services that need no account, and so no place in the environment
Json entryOf(const data::Account &account, const QStringList &open)
{
    const QString variable = open.contains(account.service) ? QString() : credentials::environmentVariable(account.id);
    Json notices = Json::array();
    for (const auto &notice : account.notices)
        notices.push_back(toStd(notice.text));
    return {{"id", toStd(account.id)},
            {"service", toStd(account.service)},
            {"title", toStd(account.title)},
            {"label", textOrNull(account.label)},
            {"host", toStd(account.host)},
            {"way", textOrNull(account.way)},
            {"place", placeCode(account.place)},
            {"environment", textOrNull(variable)},
            {"masked", textOrNull(account.masked)},
            {"who", textOrNull(account.who)},
            {"test", account.test},
            {"in_use", account.inUse},
            {"refused", account.refused},
            {"created", moment(account.created)},
            {"last_used", moment(account.lastUsed)},
            {"expires", moment(account.expires)},
            {"used_today", account.usedToday},
            {"rate_limit", orNull(account.allowance.rateLimit)},
            {"rate_left", orNull(account.allowance.rateLeft)},
            {"credits_left", orNull(account.allowance.creditsLeft)},
            {"former", textOrNull(account.former)},
            {"notices", std::move(notices)}};
}

/// What a line says after the key: the most important first.
QString remarksOn(const data::Account &account)
{
    QStringList parts;
    if (account.refused)
        parts << say("refused");
    if (account.test)
        parts << say("test key: what it answers is invented");
    if (account.place != data::Account::Place::None && !account.inUse)
        parts << say("not in use");
    if (!account.former.isEmpty())
        parts << say("rotating: %1 is still valid").arg(account.former);
    if (account.expires.isValid())
        parts << say("ends %1").arg(account.expires.toUTC().toString(Qt::ISODate));
    for (const auto &notice : account.notices)
        parts << notice.text;
    return parts.join(QStringLiteral("; "));
}

/// The engine with every secret it can reach already read.
Result<Engine> signedInEngine(Context &context, data::Keychain *keychain = nullptr)
{
    auto engine = context.engine();
    if (!engine)
        return engine;
    const auto state = waitFor((*engine)->keychain());
    if (keychain && state)
        *keychain = *state;
    return engine;
}

QString keychainLine(const data::Keychain &keychain)
{
    const QString name = keychain.name.isEmpty() ? say("the keychain") : keychain.name;
    switch (keychain.state) {
    case data::Keychain::State::Open:
        return {};
    case data::Keychain::State::Locked:
        return say("%1 is locked: keys in it cannot be read until you unlock it").arg(name);
    case data::Keychain::State::Failing:
        return say("%1 has stopped answering: keys in it cannot be read").arg(name);
    case data::Keychain::State::Absent:
        break;
    }
    if (!keychain.name.isEmpty())
        return say("%1 has no keyring to keep keys in: make one in it, or give keys as ASTRA_KEY_<CONNECTION> in the "
                   "environment")
            .arg(keychain.name);
    return say("there is no keychain here: give keys as ASTRA_KEY_<CONNECTION> in the environment, or as a systemd "
               "credential");
}

int list(Context &context, const Arguments &arguments)
{
    data::Keychain keychain;
    const auto engine = signedInEngine(context, &keychain);
    if (!engine)
        return context.failed(engine.error());
    const auto accounts = (*engine)->accounts();
    const QStringList open = openServices(**engine);
    if (arguments.has(jsonOption)) {
        Json entries = Json::array();
        for (const auto &account : accounts)
            entries.push_back(entryOf(account, open));
        Json state {{"name", textOrNull(keychain.name)}, {"open", keychain.state == data::Keychain::State::Open}};
        context.print(Json {{"connections", std::move(entries)}, {"keychain", std::move(state)}});
        return Exit::Done;
    }
    if (const QString line = keychainLine(keychain); !line.isEmpty())
        context.note(line);
    std::vector<QStringList> rows;
    rows.reserve(accounts.size());
    for (const auto &account : accounts)
        rows.push_back(
            {account.id, account.title, account.label, account.masked, placeOf(account, open), remarksOn(account)});
    for (const auto &line : tabulated(rows))
        context.print(line);
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

int kinds(Context &context, const Arguments &arguments)
{
    const auto engine = context.engine();
    if (!engine)
        return context.failed(engine.error());
    Json entries = Json::array();
    std::vector<QStringList> rows;
    for (const auto &service : (*engine)->services()) {
        QStringList ways;
        Json wayEntries = Json::array();
        for (const auto &way : service.ways) {
            Json fields = Json::array();
            for (const auto &field : way.fields)
                fields.push_back({{"name", toStd(field.name)},
                                  {"label", toStd(field.label)},
                                  {"secret", field.secret},
                                  {"optional", field.optional}});
            ways << (way.available ? way.id : say("%1 (not available yet)").arg(way.id));
            wayEntries.push_back({{"id", toStd(way.id)},
                                  {"title", toStd(way.title)},
                                  {"available", way.available},
                                  {"fields", std::move(fields)}});
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
    else {
        for (const auto &line : tabulated(rows))
            context.print(line);
    }
    return Exit::Done;
}

/// Asks for what the way wants, one line each in the order of its fields. What is no secret may be an option.
Result<QMap<QString, Secret>> fieldsFor(Context &context, const Arguments &arguments, const data::SignInWay &way)
{
    QMap<QString, Secret> given;
    for (const QString &word : arguments.values(fieldOption)) {
        const QString name = word.section(u'=', 0, 0);
        const auto known = std::find_if(way.fields.begin(), way.fields.end(),
                                        [&](const auto &field) { return field.name == name; });
        if (known == way.fields.end() || known->secret || !word.contains(u'='))
            return fail(ErrorCode::InvalidInput,
                        say("--field takes NAME=VALUE for what is no secret, and \"%1\" is not that").arg(name));
        given.insert(name, Secret(word.section(u'=', 1).toUtf8()));
    }
    for (const auto &field : way.fields) {
        if (given.contains(field.name))
            continue;
        auto value = readSecret(context, field.label.isEmpty() ? field.name : field.label, field.secret);
        if (value)
            given.insert(field.name, *value);
        else if (!field.optional || value.error().code == ErrorCode::Cancelled)
            return fail(value.error());
    }
    return given;
}

void report(Context &context, const Arguments &arguments, const engine::Engine &engine, const data::Account &account)
{
    const QStringList open = openServices(engine);
    if (arguments.has(jsonOption)) {
        context.print(entryOf(account, open));
        return;
    }
    QStringList parts {account.id, account.title, account.masked, placeOf(account, open), remarksOn(account)};
    parts.removeAll(QString());
    context.print(oneLine(parts.join(QStringLiteral("  "))));
}

int add(Context &context, const Arguments &arguments, const QString &kind)
{
    const auto engine = signedInEngine(context);
    if (!engine)
        return context.failed(engine.error());
    const auto services = (*engine)->services();
    const auto service = std::find_if(services.begin(), services.end(),
                                      [&](const auto &known) { return known.id == kind; });
    if (service == services.end())
        return context.wrongUse(
            say("there is no kind of service \"%1\" (astra connections kinds lists them)").arg(kind));
    const QString wanted = arguments.value(wayOption);
    const auto way = std::find_if(service->ways.begin(), service->ways.end(),
                                  [&](const auto &known) { return wanted.isEmpty() || known.id == wanted; });
    if (way == service->ways.end() || !service->needsAccount)
        return context.wrongUse(service->needsAccount ? say("%1 has no way \"%2\" to sign in").arg(kind, wanted)
                                                      : say("%1 needs no account").arg(service->title));
    if (service->ownAddress != arguments.has(addressOption))
        return context.wrongUse(service->ownAddress ? say("%1 stands at an address of its own: --address URL").arg(kind)
                                                    : say("%1 has one address: --address is not for it").arg(kind));
    if (!way->note.isEmpty())
        context.note(way->note);
    auto fields = fieldsFor(context, arguments, *way);
    if (!fields)
        return fields.error().code == ErrorCode::InvalidInput ? context.wrongUse(fields.error().message)
                                                              : context.failed(fields.error());
    data::SignInRequest request;
    request.service = kind;
    request.way = way->id;
    request.label = arguments.value(labelOption);
    request.address = QUrl(arguments.value(addressOption), QUrl::StrictMode);
    request.fields = *std::move(fields);
    const auto prompt = [&context](const data::SignInPrompt &asked) {
        context.note(say("Open %1").arg(asked.open.toString()));
        if (!asked.code.isEmpty())
            context.note(say("and enter the code %1").arg(asked.code));
    };
    const auto account = waitFor((*engine)->signIn(request, prompt, context.stop()));
    if (!account)
        return context.failed(account.error());
    if (account->place == data::Account::Place::Memory)
        context.note(say("warning: no keychain took it, so it is gone when this command ends"));
    report(context, arguments, **engine, *account);
    return Exit::Done;
}

/// Whether a key that the person has made elsewhere can take the place of the one in use.
bool takesNewKey(const data::Account &account, const data::Service &service)
{
    if (account.place != data::Account::Place::Keychain && account.place != data::Account::Place::Memory)
        return false;
    return std::any_of(service.ways.begin(), service.ways.end(), [&](const auto &way) {
        return way.id == account.way && way.fields.size() == 1 && way.fields.front().name == u"key";
    });
}

/// A service may offer to make keys, and not to this one.
bool makesNoKey(const Error &error)
{
    return error.code == ErrorCode::Unsupported || error.code == ErrorCode::Unauthorized
        || error.code == ErrorCode::NotFound;
}

/// Makes a new key, switches to it, and revokes the old one once the new one has been seen to work.
int rotate(Context &context, const Arguments &arguments, const Engine &engine, const QString &id)
{
    const auto services = engine->services();
    const auto accounts = engine->accounts();
    const auto account = std::find_if(accounts.begin(), accounts.end(),
                                      [&](const auto &known) { return known.id == id || known.service == id; });
    const auto service = account == accounts.end()
        ? services.end()
        : std::find_if(services.begin(), services.end(),
                       [&](const auto &known) { return known.id == account->service; });
    if (service == services.end())
        return context.wrongUse(say("there is no connection \"%1\" (astra connections list shows them)").arg(id));
    if (account->former.isEmpty()) {
        const auto begin = [&](const Secret &key) {
            return waitFor(engine->beginRotation(id, arguments.value(labelOption), key, context.stop()));
        };
        const bool enters = takesNewKey(*account, *service);
        auto begun = service->createsKeys || !enters ? begin({}) : Result<data::Account>(*account);
        const bool asks = enters && (!service->createsKeys || (!begun && makesNoKey(begun.error())));
        if (asks) {
            if (!begun)
                context.note(begun.error().message);
            const auto entered = readSecret(context, say("New key of %1").arg(account->title));
            if (!entered)
                return context.failed(entered.error());
            begun = begin(*entered);
        }
        if (!begun)
            return context.failed(begun.error());
    }
    const auto finished = waitFor(engine->finishRotation(id, context.stop()));
    if (!finished)
        return context.failed(finished.error());
    report(context, arguments, *engine, *finished);
    return Exit::Done;
}

int change(Context &context, const Arguments &arguments, const QString &what, const QString &id)
{
    const auto engine = signedInEngine(context);
    if (!engine)
        return context.failed(engine.error());
    if (what == u"rotate")
        return rotate(context, arguments, *engine, id);
    if (what == u"test" || what == u"undo" || what == u"sign-out") {
        const auto account = waitFor(what == u"test"       ? (*engine)->testAccount(id, context.stop())
                                         : what == u"undo" ? (*engine)->undoRotation(id)
                                                           : (*engine)->signOut(id));
        if (!account)
            return context.failed(account.error());
        report(context, arguments, **engine, *account);
        return Exit::Done;
    }
    const auto done = waitFor(what == u"remove"    ? (*engine)->removeAccount(id)
                                  : what == u"use" ? (*engine)->useAccount(id)
                                                   : (*engine)->renameAccount(id, arguments.value(labelOption)));
    return done ? Exit::Done : context.failed(done.error());
}

int usage(Context &context, const Arguments &arguments, const QString &id)
{
    const auto engine = signedInEngine(context);
    if (!engine)
        return context.failed(engine.error());
    const auto told = waitFor((*engine)->usage(id, context.stop()));
    if (!told)
        return context.failed(told.error());
    printUsage(context, *told, arguments.has(jsonOption));
    return Exit::Done;
}

int run(Context &context, const Arguments &arguments)
{
    const QStringList &words = arguments.positional();
    const QString what = words.value(0, QStringLiteral("list"));
    static const QStringList alone {QStringLiteral("list"), QStringLiteral("kinds")};
    static const QStringList withOne {QStringLiteral("add"),    QStringLiteral("test"),     QStringLiteral("usage"),
                                      QStringLiteral("rename"), QStringLiteral("use"),      QStringLiteral("rotate"),
                                      QStringLiteral("undo"),   QStringLiteral("sign-out"), QStringLiteral("remove")};
    if (!alone.contains(what) && !withOne.contains(what))
        return context.wrongUse(say("it does not know \"%1\" (astra connections --help)").arg(what));
    if (words.size() > (alone.contains(what) ? 1 : 2) || (withOne.contains(what) && words.size() < 2))
        return context.wrongUse(alone.contains(what) ? say("%1 takes nothing more").arg(what)
                                    : what == u"add"
                                    ? say("add takes one kind of service, and the key from standard input")
                                    : say("%1 takes one connection").arg(what));
    if (what == u"rename" && !arguments.has(labelOption))
        return context.wrongUse(say("rename takes the new name: --label TEXT"));
    if (what == u"list")
        return list(context, arguments);
    if (what == u"kinds")
        return kinds(context, arguments);
    if (what == u"add")
        return add(context, arguments, words[1]);
    if (what == u"usage")
        return usage(context, arguments, words[1]);
    return change(context, arguments, what, words[1]);
}

} // namespace

Command connectionsCommand()
{
    Command command;
    command.name = QStringLiteral("connections");
    command.usage = QStringLiteral("connections [list | kinds | add KIND | test ID | usage ID | rename ID | use ID | "
                                   "rotate ID | undo ID | sign-out ID | remove ID]");
    command.text = say("accounts at services; a key is read from standard input, never taken as an argument");
    command.options = {
        {labelOption, QStringLiteral("TEXT"), say("add, rename, rotate: a name for its place of use"), false},
        {wayOption, QStringLiteral("WAY"), say("add: how to sign in, where there are several ways"), false},
        {addressOption, QStringLiteral("URL"), say("add: of a service at an address of its own"), false},
        {fieldOption, QStringLiteral("NAME=VALUE"), say("add: what is no secret, such as user=…"), true},
        {jsonOption, {}, say("one JSON document"), false},
    };
    command.run = run;
    return command;
}

} // namespace astra::cli
