// SPDX-License-Identifier: Apache-2.0
#include "tests/support/replayserver.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTcpSocket>
#include <QTimer>
#include <QUrlQuery>

namespace astra::test {

namespace {

struct Host {
    QString address;
    QString base;
};

const QHash<QString, Host> &hosts()
{
    static const QHash<QString, Host> all {
        {QStringLiteral("earth-search"),
         {QStringLiteral("https://earth-search.aws.element84.com"), QStringLiteral("/v1")}},
        {QStringLiteral("planetary-computer"),
         {QStringLiteral("https://planetarycomputer.microsoft.com"), QStringLiteral("/api/stac/v1")}},
        {QStringLiteral("cdse"), {QStringLiteral("https://stac.dataspace.copernicus.eu"), QStringLiteral("/v1")}},
        {QStringLiteral("usgs-landsatlook"),
         {QStringLiteral("https://landsatlook.usgs.gov"), QStringLiteral("/stac-server")}},
    };
    return all;
}

QString cursorOf(const QJsonObject &object)
{
    for (const auto &key : {u"next"_qs, u"token"_qs, u"page"_qs}) {
        if (object.contains(key))
            return object.value(key).toVariant().toString();
    }
    return {};
}

QJsonObject queryOf(const QUrl &url)
{
    QJsonObject object;
    for (const auto &[key, value] : QUrlQuery(url).queryItems(QUrl::FullyDecoded))
        object.insert(key, value);
    return object;
}

} // namespace

ScriptedServer::ScriptedServer(Handler handler, QObject *parent)
    : QTcpServer(parent)
    , m_handler(std::move(handler))
{
    connect(this, &QTcpServer::newConnection, this, [this] {
        while (auto *socket = nextPendingConnection()) {
            connect(socket, &QTcpSocket::readyRead, this, [this, socket] { serve(socket); });
            connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
        }
    });
    if (!listen(QHostAddress::LocalHost))
        qFatal("no free port");
}

QString ScriptedServer::base() const { return u"http://127.0.0.1:"_qs + QString::number(serverPort()); }

void ScriptedServer::serve(QTcpSocket *socket)
{
    QByteArray buffer = socket->property("buffer").toByteArray() + socket->readAll();
    socket->setProperty("buffer", buffer);
    const auto end = buffer.indexOf("\r\n\r\n");
    if (end < 0)
        return;
    const auto lines = buffer.left(end).split('\n');
    qsizetype length = 0;
    Asked asked;
    for (const auto &line : lines.mid(1)) {
        const auto colon = line.indexOf(':');
        const QByteArray name = line.left(colon).trimmed().toLower();
        if (name == "content-length")
            length = line.mid(colon + 1).trimmed().toLongLong();
        if (name == "authorization")
            asked.authorization = line.mid(colon + 1).trimmed();
    }
    if (buffer.size() < end + 4 + length)
        return;
    const auto first = lines.front().trimmed().split(' ');
    asked.method = first.value(0);
    asked.url = QUrl(QString::fromLatin1(first.value(1)));
    asked.body = buffer.mid(end + 4, length);
    socket->setProperty("buffer", buffer.mid(end + 4 + length));
    m_asked.append(asked);

    const Answer answer = m_handler(asked);
    if (answer.delayMs < 0)
        return;
    const QByteArray bytes = "HTTP/1.1 " + QByteArray::number(answer.status) + " Any\r\nContent-Type: " + answer.type
        + "\r\nContent-Length: " + QByteArray::number(answer.body.size()) + "\r\n\r\n" + answer.body;
    QTimer::singleShot(answer.delayMs, socket, [socket, bytes] { socket->write(bytes); });
}

Recordings::Recordings(const QString &sharedData, const QHash<QString, QString> &chains)
    : m_chains(chains)
{
    for (const auto &provider : hosts().keys()) {
        const QString folder = sharedData + u"/stac/"_qs + provider + u'/';
        QFile manifest(folder + u"manifest.json"_qs);
        if (!manifest.open(QIODevice::ReadOnly))
            continue;
        for (const auto &entry : QJsonDocument::fromJson(manifest.readAll()).array()) {
            const QString name = entry.toObject().value(u"file"_qs).toString();
            m_entries[provider].insert(name, {entry.toObject(), folder + name});
        }
    }
}

/// What the next link of a recorded page would be asked with.
QString Recordings::cursorAfter(const Entry &entry)
{
    QFile file(entry.path);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    for (const auto &value : QJsonDocument::fromJson(file.readAll()).object().value(u"links"_qs).toArray()) {
        const QJsonObject link = value.toObject();
        if (link.value(u"rel"_qs).toString() != u"next")
            continue;
        const QString body = cursorOf(link.value(u"body"_qs).toObject());
        return body.isEmpty() ? cursorOf(queryOf(QUrl(link.value(u"href"_qs).toString()))) : body;
    }
    return {};
}

const Recordings::Entry *Recordings::searchEntry(const QString &provider, const QString &cursor) const
{
    const auto found = m_entries.constFind(provider);
    if (found == m_entries.constEnd() || !m_chains.contains(provider))
        return nullptr;
    const Entry *before = nullptr;
    for (auto entry = found->begin(); entry != found->end(); ++entry) {
        if (!entry.key().startsWith(m_chains.value(provider)))
            continue;
        const auto &about = entry->about;
        const bool asked = cursorOf(about.value(u"request_body"_qs).toObject()) == cursor
            || cursorOf(queryOf(QUrl(about.value(u"url"_qs).toString()))) == cursor;
        if (cursor.isEmpty() || asked)
            return &*entry;
        // Of some pages the request was not kept: such a one is what the page before it, by name, leads to.
        const bool kept = !about.value(u"request_body"_qs).isNull() || !about.value(u"url"_qs).isNull();
        if (!kept && before && cursorAfter(*before) == cursor)
            return &*entry;
        before = &*entry;
    }
    return nullptr;
}

bool Recordings::leadsOn(const QString &provider, const QString &cursor) const
{
    const auto pages = m_entries.value(provider);
    for (auto entry = pages.begin(); entry != pages.end(); ++entry) {
        if (entry.key().startsWith(m_chains.value(provider)) && cursorAfter(*entry) == cursor)
            return true;
    }
    return false;
}

ScriptedServer::Answer Recordings::answer(const ScriptedServer::Asked &asked, const QString &base) const
{
    const QString provider = asked.url.path().section(u'/', 1, 1);
    const QString path = u'/' + asked.url.path().section(u'/', 2);
    const auto host = hosts().value(provider);
    const Entry *entry = nullptr;
    if (path == host.base + u"/search"_qs) {
        QString cursor = cursorOf(QJsonDocument::fromJson(asked.body).object());
        if (cursor.isEmpty())
            cursor = cursorOf(queryOf(asked.url));
        entry = searchEntry(provider, cursor);
        if (!entry && !cursor.isEmpty() && leadsOn(provider, cursor))
            return {200, R"({"type":"FeatureCollection","features":[],"links":[]})", "application/json", 0};
    } else if (asked.method == "GET") {
        // The query is part of the question where the recording has one.
        const QString whole = asked.url.hasQuery() ? QString(path + u'?' + asked.url.query(QUrl::FullyEncoded)) : path;
        for (const auto &candidate : m_entries[provider]) {
            const QUrl recorded(candidate.about.value(u"url"_qs).toString());
            if (recorded == QUrl(host.address + whole) || recorded == QUrl(host.address + path))
                entry = &candidate;
        }
    } else {
        return {405, "Method not allowed", "text/plain", 0};
    }
    if (!entry)
        return {404, R"({"code":"NotFound","description":"Not Found"})", "application/json", 0};
    QFile file(entry->path);
    if (!file.open(QIODevice::ReadOnly))
        return {500, "unreadable", "text/plain", 0};
    QByteArray body = file.readAll();
    body.replace(host.address.toUtf8(), (base + u'/' + provider).toUtf8());
    return {entry->about.value(u"status"_qs).toInt(200), body, "application/json", 0};
}

} // namespace astra::test
