// SPDX-License-Identifier: Apache-2.0
#include "app/cli/signin.h"

#include "app/cli/accountwords.h"
#include "app/cli/describe.h"
#include "app/cli/say.h"
#include "app/cli/secretinput.h"

#include <algorithm>

namespace astra::cli {

namespace {

/// Asks for what the way wants, one line each in the order of its fields. What is no secret may be an option.
Result<QMap<QString, Secret>> fieldsFor(Context &context, const Arguments &arguments, const data::SignInWay &way)
{
    QMap<QString, Secret> given;
    for (const QString &word : arguments.values(fieldOption)) {
        const QString name = word.section(u'=', 0, 0);
        const auto known = std::ranges::find(way.fields, name, &data::SignInField::name);
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

/// Whether a key that the person has made elsewhere can take the place of the one in use.
bool takesNewKey(const data::Account &account, const data::Service &service)
{
    if (account.place != data::Account::Place::Keychain && account.place != data::Account::Place::Memory)
        return false;
    return std::ranges::any_of(service.ways, [&](const auto &way) {
        return way.id == account.way && way.fields.size() == 1 && way.fields.front().name == u"key";
    });
}

/// A service may offer to make keys, and not to this one.
bool makesNoKey(const Error &error)
{
    return error.code == ErrorCode::Unsupported || error.code == ErrorCode::Unauthorized
        || error.code == ErrorCode::NotFound;
}

/// The first half of a rotation: from here on the new key is used, and the old one still valid.
Result<data::Account> beginRotation(Context &context, const Arguments &arguments, engine::Engine &engine,
                                    const data::Account &account)
{
    const auto services = engine.services();
    const auto known = std::ranges::find(services, account.service, &data::Service::id);
    const data::Service service = known == services.end() ? data::Service {} : *known;
    const auto begin = [&](const Secret &key) {
        return waitFor(engine.beginRotation(account.id, arguments.value(labelOption), key, context.stop()));
    };
    const bool enters = takesNewKey(account, service);
    if (service.createsKeys || !enters) {
        auto begun = begin({});
        if (begun || !enters || !makesNoKey(begun.error()))
            return begun;
        context.note(oneLine(begun.error().message));
    }
    const auto entered = readSecret(context, say("New key of %1").arg(account.title));
    if (!entered)
        return fail(entered.error());
    return begin(*entered);
}

} // namespace

int addConnection(Context &context, const Arguments &arguments, engine::Engine &engine, const QString &kind)
{
    const auto services = engine.services();
    const auto service = std::ranges::find(services, kind, &data::Service::id);
    if (service == services.end())
        return context.wrongUse(
            say("there is no kind of service \"%1\" (astra connections kinds lists them)").arg(kind));
    const QString wanted = arguments.value(wayOption);
    const auto way = std::ranges::find_if(service->ways,
                                          [&](const auto &known) { return wanted.isEmpty() || known.id == wanted; });
    if (way == service->ways.end() || !service->needsAccount)
        return context.wrongUse(service->needsAccount ? say("%1 has no way \"%2\" to sign in").arg(kind, wanted)
                                                      : say("%1 needs no account").arg(service->title));
    if (service->ownAddress != arguments.has(addressOption))
        return context.wrongUse(service->ownAddress ? say("%1 stands at an address of its own: --address URL").arg(kind)
                                                    : say("%1 has one address: --address is not for it").arg(kind));
    if (!way->note.isEmpty())
        context.note(oneLine(way->note));
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
        context.note(say("Open %1").arg(addressOf(asked.open)));
        if (!asked.code.isEmpty())
            context.note(say("and enter the code %1").arg(oneLine(asked.code)));
    };
    const auto account = waitFor(engine.signIn(request, prompt, context.stop()));
    if (!account)
        return context.failed(account.error());
    if (account->place == data::Account::Place::Memory)
        context.note(say("warning: no keychain took it, so it is gone when this command ends"));
    printAccount(context, arguments.has(jsonOption), engine, *account);
    return Exit::Done;
}

int rotateConnection(Context &context, const Arguments &arguments, engine::Engine &engine, const data::Account &account)
{
    if (account.former.isEmpty()) {
        const auto begun = beginRotation(context, arguments, engine, account);
        if (!begun)
            return context.failed(begun.error());
    }
    const auto finished = waitFor(engine.finishRotation(account.id, context.stop()));
    if (!finished)
        return context.failed(finished.error());
    printAccount(context, arguments.has(jsonOption), engine, *finished);
    return Exit::Done;
}

} // namespace astra::cli
