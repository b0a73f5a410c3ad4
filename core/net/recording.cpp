// SPDX-License-Identifier: Apache-2.0
#include "core/net/recording.h"

#include "core/base/json.h"
#include "core/base/logging.h"
#include "core/net/secrets.h"
#include "core/net/wire.h"

#include <QCoreApplication>
#include <QDir>
#include <QSaveFile>

namespace astra::net {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::net)
};

std::string stdText(const QByteArray &bytes) { return QString::fromUtf8(bytes).toStdString(); }

/// Bytes that are no text are written as they are: a change would destroy them.
bool isText(const HttpResponse &response)
{
    return response.status != 206 && !response.body.left(64 << 10).contains('\0');
}

Json headersOf(const QList<Header> &headers, const std::vector<Secret> &secrets)
{
    Json list = Json::object();
    for (const auto &[name, value] : headers) {
        if (isOpenHeader(name))
            list[name.toStdString()] = stdText(redacted(withoutSecrets(value, secrets)));
    }
    return list;
}

/// JSON as JSON, so that a person can read it and the order of its members does not matter; anything else as text.
Json bodyOf(const QByteArray &body)
{
    const QByteArray clean = redacted(body);
    if (clean.startsWith('{') || clean.startsWith('[')) {
        if (auto json = parseJson(clean))
            return *std::move(json);
    }
    return stdText(clean);
}

QByteArray keyOf(const QByteArray &method, const QUrl &url, const QByteArray &range, const Json &body)
{
    return method + ' ' + unsignedAddress(url).toEncoded() + '\n' + range + '\n' + toText(body);
}

bool write(const QString &path, const QByteArray &bytes)
{
    QSaveFile file(path);
    const bool written = file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size() && file.commit();
    if (!written)
        qCWarning(logNet) << "cannot record" << path << file.errorString();
    return written;
}

Result<HttpResponse> readAnswer(const QString &path)
{
    const auto damaged = [&path] {
        return fail(ErrorCode::Storage, Text::tr("The recorded exchange %1 is damaged.").arg(path), path);
    };
    const auto exchange = readJsonFile(path);
    if (!exchange)
        return fail(exchange.error());
    const Json &answer = member(*exchange, "response");
    const auto status = asInteger(member(answer, "status"));
    if (!status || *status < 100 || *status > 599)
        return damaged();
    HttpResponse response;
    response.status = static_cast<int>(*status);
    response.url = QUrl::fromEncoded(stringAt(answer, "url").toUtf8());
    response.invented = asBool(member(answer, "invented")).value_or(false);
    const Json &headers = member(answer, "headers");
    for (const auto &[name, value] : headers.items()) {
        if (const auto text = asString(value))
            response.headers.emplaceBack(QByteArray::fromStdString(name), text->toUtf8());
    }
    const QString body = stringAt(answer, "body");
    if (body.isEmpty())
        return response;
    // Beside the exchange and nowhere else, whatever the file says.
    QFile file(QFileInfo(path).dir().filePath(QFileInfo(body).fileName()));
    constexpr qint64 mostBytes = 1LL << 30;
    if (!file.open(QIODevice::ReadOnly) || file.size() > mostBytes)
        return damaged();
    response.body = file.readAll();
    return response;
}

} // namespace

void Recorder::write(const HttpRequest &request, const HttpResponse &response, const Trail &trail)
{
    const QDir folder(m_folder);
    if (!folder.mkpath(QStringLiteral("."))) {
        qCWarning(logNet) << "cannot create the folder for recordings" << m_folder;
        return;
    }
    if (m_last < 0) { // goes on where an earlier recording ended
        const auto files = folder.entryList({QStringLiteral("*.json")}, QDir::Files, QDir::Name);
        m_last = files.isEmpty() ? 0 : files.constLast().left(6).toInt();
    }
    const auto clean = [&trail](const QByteArray &text) { return redacted(withoutSecrets(text, trail.secrets)); };
    const QString name = QStringLiteral("%1-%2-%3")
                             .arg(++m_last, 6, 10, QLatin1Char('0'))
                             .arg(QString::fromLatin1(request.method), request.url.host());
    const QString body = response.body.isEmpty() ? QString() : QString(name + u".body");
    if (!body.isEmpty() && !net::write(folder.filePath(body), isText(response) ? clean(response.body) : response.body))
        return;
    auto headers = response.headers;
    if (!response.header("Content-Encoding").isEmpty()) { // the body is written as it was unpacked
        headers.removeIf([](const Header &header) {
            const QByteArray lower = header.first.toLower();
            return lower == "content-encoding" || lower == "content-length";
        });
    }
    Json exchange {
        {"request",
         {{"method", stdText(request.method)},
          {"url", stdText(clean(unsignedAddress(request.url).toEncoded()))},
          {"headers", headersOf(request.headers, trail.secrets)},
          {"body", bodyOf(withoutSecrets(request.body, trail.secrets))}}},
        {"response",
         {{"status", response.status},
          {"url", stdText(clean(unsignedAddress(response.url).toEncoded()))},
          {"headers", headersOf(headers, trail.secrets)},
          {"body", toStd(body)}}},
    };
    if (response.invented)
        exchange["response"]["invented"] = true;
    (void)net::write(folder.filePath(QString(name + u".json")), toText(exchange, 2) + '\n');
}

void Replayer::load()
{
    m_loaded = true;
    const QDir folder(m_folder);
    for (const auto &name : folder.entryList({QStringLiteral("*.json")}, QDir::Files, QDir::Name)) {
        const auto exchange = readJsonFile(folder.filePath(name));
        const Json &request = exchange ? member(*exchange, "request") : member({}, "request");
        const QUrl url = QUrl::fromEncoded(stringAt(request, "url").toUtf8());
        if (!url.isValid() || url.isEmpty()) {
            qCWarning(logNet) << "no recorded exchange:" << folder.filePath(name);
            continue;
        }
        const QByteArray range = stringAt(member(request, "headers"), "Range").toUtf8();
        m_tapes[keyOf(stringAt(request, "method").toUtf8(), url, range, member(request, "body"))].files.push_back(
            folder.filePath(name));
    }
}

Result<HttpResponse> Replayer::answer(const HttpRequest &request)
{
    if (!m_loaded)
        load();
    const auto tape = m_tapes.find(
        keyOf(request.method, request.url, headerValue(request.headers, "Range"), bodyOf(request.body)));
    if (tape == m_tapes.end()) {
        const QString range = QString::fromLatin1(headerValue(request.headers, "Range"));
        const QString address = unsignedAddress(request.url).toDisplayString().left(300);
        return fail(ErrorCode::Network,
                    Text::tr("%1 %2 is not in the recording %3, so there is no answer to it.")
                        .arg(QString::fromLatin1(request.method),
                             range.isEmpty() ? address : QString(address + u" (" + range + u')'), m_folder),
                    request.url.host());
    }
    auto &[files, next] = *tape;
    const QString file = files[next];
    next = std::min(next + 1, files.size() - 1);
    return readAnswer(file);
}

} // namespace astra::net
