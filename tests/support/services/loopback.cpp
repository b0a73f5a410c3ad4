// SPDX-License-Identifier: Apache-2.0
#include "tests/support/services/loopback.h"

#include "tests/support/canary.h"

#include <QDir>
#include <QRandomGenerator>
#include <QSaveFile>

#include <algorithm>

namespace astra::test {

void Loopback::open()
{
    m_server = std::make_unique<ScriptedServer>([this](const server::Request &request) {
        const std::lock_guard lock(m_mutex);
        server::Response response = m_refusal ? *m_refusal : answer(request);
        response.headers.append(server::Header("X-Request-Id", "req-" + QByteArray::number(++m_answers)));
        return response;
    });
}

void Loopback::refuse(int status, const QByteArray &body, const QByteArray &contentType)
{
    const std::lock_guard lock(m_mutex);
    m_refusal.reset();
    if (status == 0)
        return;
    m_refusal.emplace();
    m_refusal->status = status;
    m_refusal->body = body;
    m_refusal->headers = {{"Content-Type", contentType}};
}

void Loopback::advance(qint64 seconds)
{
    const std::lock_guard lock(m_mutex);
    m_ahead += seconds;
}

QDateTime Loopback::now() const
{
    const std::lock_guard lock(m_mutex);
    return clock();
}

bool pointHere(const QString &config, const char *kind, const Loopback &service, const QString &path)
{
    const QDir folder(config + QStringLiteral("/connections"));
    if (!folder.mkpath(QStringLiteral(".")))
        return false;
    QSaveFile file(folder.filePath(QLatin1String(kind) + QStringLiteral(".json")));
    if (!file.open(QIODevice::WriteOnly))
        return false;
    const Json definition {{"id", kind},
                           {"hosts", Json::array({toStd(service.url().toString())})},
                           {"base", toStd(service.url(path).toString())}};
    file.write(toText(definition, 2));
    return file.commit();
}

HeldKey &HeldKeys::make(const QByteArray &prefix, int length, const QString &label, const QDateTime &now)
{
    auto &key = *m_keys.emplace_back(std::make_unique<HeldKey>());
    key.id = QString::fromLatin1("k" + randomLetters(10));
    key.label = label;
    // What is given out is searched for after the tests, too. In its middle: both ends tell keys apart.
    key.key = prefix + randomLetters(length).replace(length / 2 - 3, 6, canaryMark);
    key.created = now;
    return key;
}

HeldKey *HeldKeys::find(const QByteArray &key, const QDateTime &now) const
{
    const auto found = std::find_if(m_keys.begin(), m_keys.end(),
                                    [&](const auto &one) { return one->key == key && one->isValid(now); });
    return found == m_keys.end() ? nullptr : found->get();
}

HeldKey *HeldKeys::byId(const QString &id)
{
    const auto found = std::find_if(m_keys.begin(), m_keys.end(), [&](const auto &one) { return one->id == id; });
    return found == m_keys.end() ? nullptr : found->get();
}

std::vector<const HeldKey *> HeldKeys::newestFirst() const
{
    std::vector<const HeldKey *> all;
    all.reserve(m_keys.size());
    for (auto key = m_keys.rbegin(); key != m_keys.rend(); ++key)
        all.push_back(key->get());
    return all;
}

int HeldKeys::valid(const QDateTime &now) const
{
    return static_cast<int>(
        std::count_if(m_keys.begin(), m_keys.end(), [&](const auto &key) { return key->isValid(now); }));
}

Meter::Reading Meter::count(const QByteArray &who, int limit, int seconds, const QDateTime &now)
{
    const qint64 number = now.toSecsSinceEpoch() / seconds;
    Span &span = m_spans[who];
    if (span.number != number)
        span = {number, 0};
    ++span.requests;
    return {span.requests <= limit, limit, std::max(0, limit - span.requests),
            QDateTime::fromSecsSinceEpoch((number + 1) * seconds, Qt::UTC)};
}

void Meter::tell(server::Response &response, const Reading &reading, const QDateTime &now)
{
    response.headers.append(server::Header("X-RateLimit-Limit", QByteArray::number(reading.limit)));
    response.headers.append(server::Header("X-RateLimit-Remaining", QByteArray::number(reading.left)));
    response.headers.append(server::Header("X-RateLimit-Reset", QByteArray::number(reading.reset.toSecsSinceEpoch())));
    if (!reading.allowed)
        response.headers.append(
            server::Header("Retry-After", QByteArray::number(std::max<qint64>(1, now.secsTo(reading.reset)))));
}

QByteArray randomLetters(int length)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";
    QByteArray text;
    text.reserve(length);
    for (int i = 0; i < length; ++i) {
        // The first two are a letter and a digit, so that whatever is made looks like a key.
        const quint32 from = i == 1 ? 26 : 0;
        const quint32 to = i == 0 ? 26 : 36;
        text.append(letters[QRandomGenerator::global()->bounded(from, to)]);
    }
    return text;
}

QByteArray bearerOf(const server::Request &request)
{
    const QByteArray header = request.header("Authorization");
    return header.startsWith("Bearer ") ? header.mid(7).trimmed() : QByteArray();
}

Json bodyOf(const server::Request &request)
{
    const auto json = parseJson(request.body);
    return json && json->is_object() ? *json : Json();
}

QString queryOf(const server::Request &request, const char *name)
{
    return request.query.queryItemValue(QString::fromLatin1(name), QUrl::FullyDecoded);
}

server::Response jsonResponse(const Json &json, int status) { return server::Response::json(toText(json), status); }

Json isoTime(const QDateTime &time)
{
    return time.isValid() ? Json(toStd(time.toUTC().toString(Qt::ISODateWithMs))) : Json();
}

std::optional<QString> segmentAfter(const QString &path, const QString &folder)
{
    const QString rest = path.startsWith(folder + u'/') ? path.mid(folder.size() + 1) : QString();
    return rest.isEmpty() || rest.contains(u'/') ? std::nullopt : std::optional(rest);
}

} // namespace astra::test
