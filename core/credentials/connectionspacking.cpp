// SPDX-License-Identifier: Apache-2.0
// What is kept of a credential: made into one text for the keychain, and read back from it. Whoever can write there is
// not believed to write what Astra would.
#include "core/credentials/connectionsparts.h"

#include <algorithm>

namespace astra::credentials {

namespace {

using Type = SignInMethod::Type;
using Flow = SignInMethod::Flow;

constexpr qsizetype maxFieldLength = 1024;
constexpr auto refreshField = "refresh";
constexpr auto issuerField = "issuer";
constexpr auto clientField = "clientId";

/// Whether tokens may be handed out for what is entered.
bool isLogin(const SignInMethod &method)
{
    return method.type == Type::Oidc || method.type == Type::Session || method.type == Type::Basic;
}

/// Whether what was entered is enough for a new token without the person.
bool opensAlone(const SignInMethod &method)
{
    return method.type == Type::Basic || (method.type == Type::Oidc && method.flow == Flow::ClientCredentials);
}

/// @return whether what is there can be used
bool readTokens(const Json &json, Tokens &tokens)
{
    const QByteArray refresh = stringAt(json, refreshField).toUtf8();
    const QString issuer = stringAt(json, issuerField);
    tokens.refresh = Secret(refresh);
    tokens.issuer = QUrl(issuer, QUrl::StrictMode);
    tokens.client = stringAt(json, clientField);
    return (refresh.isEmpty() || isUsableToken(refresh)) && issuer.isEmpty() == tokens.client.isEmpty()
        && issuer.isEmpty() != tokens.issuer.isValid();
}

} // namespace

bool usesTokens(const ServiceKind &kind, const SignInMethod &method)
{
    return isLogin(method) && (method.type != Type::Basic || kind.openEo || !method.login.is_null());
}

QString keyField(const SignInMethod &method)
{
    if (method.type == Type::S3)
        return QStringLiteral("access");
    if (method.type != Type::Key)
        return {};
    const auto field = std::ranges::find_if(method.way.fields, &data::SignInField::secret);
    return field == method.way.fields.end() ? QStringLiteral("key") : field->name;
}

bool renewsItself(const Tokens &tokens, const SignInMethod &method)
{
    if (opensAlone(method))
        return true;
    return !tokens.refresh.isEmpty() && (method.type != Type::Session || !method.refresh.is_null());
}

Secret Holding::key() const { return method ? credential.fields.value(keyField(*method)) : Secret(); }

Secret pack(const Credential &credential, const SignInMethod &method)
{
    if (method.type == Type::Key && credential.fields.size() == 1)
        return credential.fields.first();
    const Tokens &tokens = credential.tokens;
    if (isLogin(method) && !opensAlone(method) && tokens.refresh.isEmpty())
        return {}; // the access token ends with the program
    Json json = Json::object();
    const auto put = [&json](const std::string &name, const QByteArray &value) {
        if (!value.isEmpty())
            json[name] = value.toStdString();
    };
    for (const data::SignInField &field : method.way.fields) {
        // A login of the service's own is renewed without its password.
        if (method.type != Type::Session || !field.secret)
            put(toStd(field.name), credential.fields.value(field.name).reveal());
    }
    put(refreshField, tokens.refresh.reveal());
    if (!tokens.issuer.isEmpty()) {
        put(issuerField, tokens.issuer.toEncoded());
        put(clientField, tokens.client.toUtf8());
    }
    return json.empty() ? Secret() : Secret(toText(json));
}

std::optional<Credential> unpack(const Secret &secret, const SignInMethod &method)
{
    Credential credential;
    Tokens &tokens = credential.tokens;
    const auto json = parseJson(secret.reveal());
    if (json && json->is_object()) {
        for (const data::SignInField &field : method.way.fields) {
            if (const auto text = asString(member(*json, toStd(field.name).c_str())))
                credential.fields.insert(field.name, Secret(text->toUtf8()));
        }
        if (isLogin(method) && !readTokens(*json, tokens))
            return std::nullopt;
    } else if (method.type == Type::Key) {
        credential.fields.insert(keyField(method), secret);
    } else if (method.type == Type::Session && isUsableToken(secret.reveal())) {
        tokens.access = secret; // a token from the environment
    }
    const bool fits = std::ranges::all_of(credential.fields,
                                          [&method](const Secret &value) { return isUsable(value, method); });
    if (!fits && method.type != Type::Key) // which is judged below, as when it is entered
        return std::nullopt;
    if (isLogin(method) && !opensAlone(method))
        return tokens.refresh.isEmpty() && tokens.access.isEmpty() ? std::nullopt : std::optional(credential);
    const bool whole = std::ranges::all_of(method.way.fields, [&credential](const data::SignInField &field) {
        return field.optional || !credential.fields.value(field.name).isEmpty();
    });
    const bool usable = method.type != Type::Key
        || objectionTo(credential.fields.value(keyField(method)), method, {}).isEmpty();
    return whole && usable && !credential.fields.isEmpty() ? std::optional(credential) : std::nullopt;
}

const SignInMethod *otherForm(const ServiceKind &kind, const SignInMethod &method)
{
    if (method.type != Type::Key)
        return nullptr;
    const auto found = std::ranges::find_if(kind.methods, [&method](const SignInMethod &other) {
        return other.type == Type::Key && other.way.available && other.way.id != method.way.id
            && keyField(other) == keyField(method) && (other.header != method.header || other.prefix != method.prefix);
    });
    return found == kind.methods.end() ? nullptr : &*found;
}

bool isUsable(const Secret &value, const SignInMethod &method)
{
    const QByteArray &text = value.reveal();
    const bool bare = method.type == Type::S3; // stands in a header as it is
    return text.size() <= maxFieldLength && std::ranges::all_of(text, [bare](char c) {
               const auto code = static_cast<unsigned char>(c);
               return code != 127 && (bare ? code > ' ' && code < 128 : code >= ' ');
           });
}

} // namespace astra::credentials
