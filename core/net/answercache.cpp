// SPDX-License-Identifier: Apache-2.0
#include "core/net/answercache.h"

#include "core/base/json.h"
#include "core/base/logging.h"
#include "core/net/secrets.h"
#include "core/net/wire.h"

#include <QCryptographicHash>
#include <QDateTime>
#include <QDir>
#include <QSaveFile>

#include <algorithm>

namespace astra::net {

namespace {

constexpr qint64 memoryBytes = 32LL << 20;
constexpr int format = 1;

QByteArray hash(const QByteArray &bytes) { return QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex(); }

/// One line: all but the body.
QByteArray headOf(const KeptAnswer &kept)
{
    Json headers = Json::array();
    for (const auto &[name, value] : kept.response.headers)
        headers.push_back({toStd(QString::fromLatin1(name)), toStd(QString::fromLatin1(value))});
    return toText({{"format", format},
                   {"at", kept.at},
                   {"status", kept.response.status},
                   {"url", toStd(QString::fromLatin1(kept.response.url.toEncoded()))},
                   {"headers", headers},
                   {"sha256", hash(kept.response.body).toStdString()}})
        + '\n';
}

std::optional<KeptAnswer> parsed(const QByteArray &file)
{
    const auto end = file.indexOf('\n');
    const auto head = end > 0 ? parseJson(file.left(end)) : Result<Json>(cancelled());
    if (!head || asInteger(member(*head, "format")) != format)
        return std::nullopt;
    KeptAnswer kept;
    kept.response.body = file.mid(end + 1);
    const auto at = asInteger(member(*head, "at"));
    const auto status = asInteger(member(*head, "status"));
    if (!at || !status || *status < 200 || *status > 299
        || stringAt(*head, "sha256").toLatin1() != hash(kept.response.body))
        return std::nullopt;
    kept.at = *at;
    kept.response.status = static_cast<int>(*status);
    kept.response.url = QUrl::fromEncoded(stringAt(*head, "url").toLatin1());
    for (const auto &header : member(*head, "headers")) {
        const QStringList pair = asStringList(header);
        if (pair.size() == 2)
            kept.response.headers.emplaceBack(pair[0].toLatin1(), pair[1].toLatin1());
    }
    return kept;
}

} // namespace

AnswerCache::AnswerCache(const QString &folder, qint64 maxBytes)
    : m_folder(folder)
    , m_maxBytes(maxBytes)
    , m_memory(static_cast<qsizetype>(std::min(maxBytes, memoryBytes)))
{
}

QByteArray AnswerCache::keyOf(const HttpRequest &request, const Authorization &credentials)
{
    const QByteArray address = request.url.toEncoded(QUrl::RemoveFragment);
    if ((request.method != "GET" && request.method != "POST") || !request.url.userInfo().isEmpty()
        || redacted(address) != address || !credentials.query.isEmpty())
        return {};
    static const QByteArrayList plain {"accept", "accept-language", "content-type"};
    for (const auto &header : request.headers) {
        if (!plain.contains(header.first.toLower()))
            return {};
    }
    QByteArray text = request.method + '\n' + address + '\n' + request.connection.toUtf8();
    for (const auto &name : plain)
        text += '\n' + headerValue(request.headers, name);
    for (const auto &[name, value] : credentials.headers)
        text += '\n' + name + hash(value.reveal());
    return hash(text + '\n' + request.body);
}

bool AnswerCache::allows(const HttpResponse &response)
{
    return response.ok() && response.status != 206 && !response.header("Cache-Control").toLower().contains("no-store");
}

std::optional<KeptAnswer> AnswerCache::find(const QByteArray &key)
{
    if (const auto *kept = m_memory.object(key))
        return *kept;
    auto kept = read(key);
    if (kept)
        m_memory.insert(key, new KeptAnswer(*kept), kept->response.body.size() + 1);
    return kept;
}

void AnswerCache::put(const QByteArray &key, const KeptAnswer &kept, bool open)
{
    auto own = std::make_unique<KeptAnswer>(kept);
    own->response.headers.removeIf([](const Header &header) { return !isOpenHeader(header.first); });
    // A body that quotes a secret (a signing service's token, signed links) is its asker's own business.
    if (open && redacted(own->response.body) == own->response.body)
        write(key, *own);
    else if (!m_folder.isEmpty())
        QFile::remove(path(key));
    const qsizetype cost = own->response.body.size() + 1;
    m_memory.insert(key, own.release(), cost);
}

QString AnswerCache::path(const QByteArray &key) const { return QString(m_folder + u'/' + QString::fromLatin1(key)); }

std::optional<KeptAnswer> AnswerCache::read(const QByteArray &key) const
{
    if (m_folder.isEmpty())
        return std::nullopt;
    QFile file(path(key));
    if (!file.open(QIODevice::ReadWrite | QIODevice::ExistingOnly) || file.size() > m_maxBytes)
        return std::nullopt;
    auto kept = parsed(file.readAll());
    if (!kept) {
        qCInfo(logNet) << "a kept answer is damaged and will be asked for anew:" << file.fileName();
        file.remove();
        return std::nullopt;
    }
    file.setFileTime(QDateTime::currentDateTimeUtc(), QFileDevice::FileModificationTime); // used
    return kept;
}

void AnswerCache::write(const QByteArray &key, const KeptAnswer &kept)
{
    const QByteArray head = headOf(kept);
    const qint64 size = head.size() + kept.response.body.size();
    if (m_folder.isEmpty() || size > m_maxBytes)
        return;
    QSaveFile file(path(key));
    if (!QDir().mkpath(m_folder) || !file.open(QIODevice::WriteOnly) || file.write(head) != head.size()
        || file.write(kept.response.body) != kept.response.body.size() || !file.commit()) {
        qCWarning(logNet) << "an answer could not be kept:" << file.errorString();
        return;
    }
    m_bytes = m_bytes < 0 ? m_maxBytes + 1 : m_bytes + size; // the first time nothing is known of the folder
    if (m_bytes > m_maxBytes)
        trim();
}

void AnswerCache::trim()
{
    auto files = QDir(m_folder).entryInfoList(QDir::Files | QDir::Hidden, QDir::Time | QDir::Reversed);
    m_bytes = 0;
    for (const auto &file : std::as_const(files))
        m_bytes += file.size();
    const qint64 enough = m_bytes > m_maxBytes ? m_maxBytes - m_maxBytes / 10 : m_maxBytes;
    for (const auto &file : std::as_const(files)) {
        if (m_bytes <= enough)
            break;
        if (QFile::remove(file.filePath()))
            m_bytes -= file.size();
    }
}

} // namespace astra::net
