// SPDX-License-Identifier: Apache-2.0
#include "core/credentials/snippets.h"

#include "core/credentials/connectionsparts.h"
#include "core/credentials/environmentkeys.h"

#include <algorithm>

namespace astra::credentials {

namespace {

using Type = SignInMethod::Type;

/// What every program says in its own words. All bytes are ASCII, but none of them can be trusted to be harmless in a
/// text of that language.
struct Asked {
    QByteArray method;
    QUrl url;
    QList<net::Header> headers;
    QByteArray body; ///< JSON; empty: none
    QByteArray header; ///< that carries the secret; empty: none
    QByteArray prefix; ///< in front of it
    QByteArray variable; ///< that holds it
    bool login = false; ///< it is a user name and a password, each in a variable of its own

    /// Names of their own: what begins with ASTRA_KEY_ is a key to Astra.
    [[nodiscard]] QByteArray user() const { return named("ASTRA_USER_"); }
    [[nodiscard]] QByteArray password() const { return named("ASTRA_PASSWORD_"); }
    [[nodiscard]] QByteArray named(const char *first) const { return first + variable.mid(qstrlen("ASTRA_KEY_")); }
    [[nodiscard]] QByteArray address() const { return url.toEncoded(); }
    [[nodiscard]] bool hasContent() const { return method != "GET" && method != "DELETE"; }
};

/// 'x' of a POSIX shell, in which nothing but its end means anything.
QByteArray shellText(const QByteArray &text) { return '\'' + QByteArray(text).replace('\'', "'\\''") + '\''; }

/// "x" as Python and JavaScript write it.
QByteArray codeText(const QByteArray &text)
{
    QByteArray quoted = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\')
            quoted.append('\\').append(c);
        else if (c >= ' ' && c < 0x7f)
            quoted.append(c);
        else
            quoted.append("\\x").append(QByteArray(1, c).toHex());
    }
    return quoted.append('"');
}

/// On the command line every program of this computer would see the key: it comes by the standard input.
QByteArray curlText(const Asked &asked)
{
    QByteArray text;
    if (asked.login)
        text += "printf '%s%s\\n' " + shellText(asked.header + ": Basic ") + " \"$(printf '%s:%s' \"${" + asked.user()
            + ":?}\" \"${" + asked.password() + ":?}\" | base64 | tr -d '\\n')\" |\n  ";
    else if (!asked.header.isEmpty())
        text += "printf '%s%s\\n' " + shellText(asked.header + ": " + asked.prefix) + " \"${" + asked.variable
            + ":?}\" |\n  ";
    text += "curl --fail --silent --show-error --globoff";
    if (asked.method != "GET")
        text += " --request " + asked.method;
    const QByteArray next = " \\\n    ";
    if (!asked.header.isEmpty())
        text += next + "--header @-";
    for (const auto &[name, value] : asked.headers)
        text += next + "--header " + shellText(name + ": " + value);
    if (!asked.body.isEmpty())
        text += next + "--data-raw " + shellText(asked.body);
    else if (asked.hasContent())
        text += next + "--header 'Content-Type:' --data-raw ''";
    return text + next + shellText(asked.address()) + '\n';
}

QByteArray headersIn(const QList<net::Header> &headers)
{
    QByteArrayList members;
    members.reserve(headers.size());
    for (const auto &[name, value] : headers)
        members.append(codeText(name) + ": " + codeText(value));
    return '{' + members.join(", ") + '}';
}

/// http.client, since urllib.request takes the key along wherever it is sent on to.
QByteArray pythonText(const Asked &asked)
{
    const auto variable = [](const QByteArray &name) -> QByteArray { return "os.environ[" + codeText(name) + ']'; };
    QByteArray text;
    if (asked.login)
        text += "import base64\n";
    text += "import http.client\n";
    if (!asked.header.isEmpty())
        text += "import os\n";
    text += "\nheaders = " + headersIn(asked.headers) + '\n';
    if (asked.login)
        text += "login = " + variable(asked.user()) + " + \":\" + " + variable(asked.password()) + "\nheaders["
            + codeText(asked.header) + "] = \"Basic \" + base64.b64encode(login.encode()).decode()\n";
    else if (!asked.header.isEmpty())
        text += "headers[" + codeText(asked.header) + "] = " + codeText(asked.prefix) + " + " + variable(asked.variable)
            + '\n';
    text += "service = http.client.";
    text += asked.url.scheme() == u"https" ? "HTTPSConnection(" : "HTTPConnection(";
    text += codeText(asked.url.host(QUrl::FullyEncoded).toLatin1());
    if (const int port = asked.url.port(); port >= 0)
        text += ", " + QByteArray::number(port);
    text += ", timeout=60)\n";
    QByteArray target = asked.url.path(QUrl::FullyEncoded).toLatin1();
    if (asked.url.hasQuery())
        target += '?' + asked.url.query(QUrl::FullyEncoded).toLatin1();
    text += "service.request(" + codeText(asked.method) + ", " + codeText(target);
    if (!asked.body.isEmpty())
        text += ", body=" + codeText(asked.body);
    text += ", headers=headers)\n"
            "answer = service.getresponse()\n"
            "print(answer.status, answer.reason)\n"
            "print(answer.read().decode())\n"
            "raise SystemExit(0 if 200 <= answer.status < 300 else 1)\n";
    return text;
}

QByteArray javaScriptText(const Asked &asked)
{
    const auto read = [](const QByteArray &name, const QByteArray &variable) -> QByteArray {
        return "const " + name + " = process.env[" + codeText(variable) + "];\nif (!" + name + ") throw new Error("
            + codeText(variable + " is not set") + ");\n";
    };
    QByteArray text = "const headers = " + headersIn(asked.headers) + ";\n";
    if (asked.login)
        text += read("user", asked.user()) + read("password", asked.password()) + "headers[" + codeText(asked.header)
            + "] = \"Basic \" + Buffer.from(user + \":\" + password).toString(\"base64\");\n";
    else if (!asked.header.isEmpty())
        text += read("key", asked.variable) + "headers[" + codeText(asked.header) + "] = " + codeText(asked.prefix)
            + " + key;\n";
    text += "const request = {method: " + codeText(asked.method) + ", headers, redirect: \"manual\"";
    if (!asked.body.isEmpty())
        text += ", body: " + codeText(asked.body);
    text += "};\n"
            "(async () => {\n"
            "  const answer = await fetch("
        + codeText(asked.address())
        + ", request);\n"
          "  console.log(answer.status, answer.statusText);\n"
          "  console.log(await answer.text());\n"
          "  process.exitCode = answer.ok ? 0 : 1;\n"
          "})();\n";
    return text;
}

/// Whether the variable holds the bare key: with further fields it would be an object of them.
bool isBareKey(const SignInMethod &method)
{
    return std::ranges::count(method.way.fields, false, &data::SignInField::optional) == 1;
}

} // namespace

std::vector<data::Snippet> snippetsFor(const ServiceKind &kind, const SignInMethod &method, const QString &account,
                                       const ServiceCall::Values &values)
{
    const bool sendsKey = method.type == Type::Key && isBareKey(method);
    const bool sendsLogin = method.type == Type::Basic && !usesTokens(kind, method);
    if (!sendsKey && !sendsLogin && method.type != Type::None)
        return {};
    const auto call = ServiceCall::fromJson(kind.testOf(method));
    const auto request = call ? requestOf(*call, kind, values) : fail(call.error());
    if (!request)
        return {};
    Asked asked;
    asked.method = request->method;
    asked.url = request->url;
    asked.headers = request->headers;
    if (!request->body.isEmpty())
        asked.body = QByteArray::fromStdString(
            parseJson(request->body).value_or(Json::object()).dump(-1, ' ', true, Json::error_handler_t::replace));
    if (sendsKey || sendsLogin) {
        asked.header = method.header;
        asked.prefix = method.prefix;
        asked.variable = environmentVariable(account).toLatin1();
        asked.login = sendsLogin;
    }
    return {{QStringLiteral("curl"), QString::fromLatin1(curlText(asked))},
            {QStringLiteral("Python"), QString::fromLatin1(pythonText(asked))},
            {QStringLiteral("JavaScript"), QString::fromLatin1(javaScriptText(asked))}};
}

std::vector<data::Snippet> Connections::snippets(const QString &account) const
{
    const std::lock_guard lock(d->mutex);
    if (const Holding *holding = d->find(account))
        return snippetsFor(*holding->kind, *holding->method, holding->record.id, holding->record.values);
    const ServiceKind *kind = d->kind(account);
    if (!kind || kind->service.ownAddress)
        return {};
    return snippetsFor(*kind, kind->methods.front(), account);
}

} // namespace astra::credentials
