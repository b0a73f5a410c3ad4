// SPDX-License-Identifier: Apache-2.0
#include "core/net/bytesources.h"

#include "core/net/wire.h"

#include <QCoreApplication>
#include <QDeadlineTimer>

#include <algorithm>

namespace astra::net {

namespace {

constexpr quint64 firstBytes = 64 << 10;
constexpr quint64 mergeGap = 16 << 10;
constexpr qint64 largestWhole = 64LL << 20;
constexpr qsizetype maxKnown = 4096;
constexpr qint64 headValidMs = 10 * 60 * 1000;

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::net)
};

QString name(const QUrl &url)
{
    const QString file = url.fileName();
    return file.isEmpty() ? url.host() : file;
}

qint64 now() { return QDeadlineTimer::current().deadline(); }

bool isStrong(const QByteArray &etag) { return etag.startsWith('"'); }

Error changed(const QUrl &url)
{
    return {ErrorCode::Network,
            Text::tr("%1 was changed at %2 while it was read. Open it again.").arg(name(url), url.host()), url.host(),
            false};
}

Error wrongPart(const QUrl &url)
{
    return {ErrorCode::Network,
            Text::tr("%1 sent another part of %2 than the one asked for. Try again later.").arg(url.host(), name(url)),
            url.host(), true};
}

HttpRequest rangeRequest(const QUrl &href, const QString &connection, quint64 offset, quint64 length,
                         const std::shared_ptr<ReadCounter> &counter)
{
    HttpRequest request;
    request.url = href;
    request.connection = connection;
    request.headers = {
        {"Range", "bytes=" + QByteArray::number(offset) + '-' + QByteArray::number(offset + length - 1)}};
    request.deadline = std::chrono::seconds(60);
    request.answerWithin = std::chrono::seconds(15);
    request.stall = std::chrono::seconds(10);
    if (counter) {
        request.onRetry = [counter, href, range = ByteRange {offset, length}](const Error &why, int tries) {
            counter->again(href, range, why, tries);
        };
    }
    return request;
}

/// The first answer: either the first part of the file and its size, or all of a small one.
std::optional<Error> checkFirst(const HttpResponse &answer)
{
    if (auto error = refuseRecoded(answer))
        return error;
    const QUrl &url = answer.url;
    if (answer.status == 200) {
        const QByteArray length = answer.header("Content-Length");
        if (length.toLongLong() <= largestWhole)
            return std::nullopt;
        return Error {ErrorCode::Unsupported,
                      Text::tr("%1 cannot send parts of a file, and %2 is %3 MB long. Download it to use it.")
                          .arg(url.host(), name(url), QString::number(length.toLongLong() >> 20)),
                      url.host(), false};
    }
    if (answer.status != 206)
        return std::nullopt;
    const auto range = parseContentRange(answer.header("Content-Range"));
    if (!range || range->first != 0 || range->last != std::min<quint64>(firstBytes, range->size) - 1)
        return wrongPart(url);
    return std::nullopt;
}

/// Bytes of the body must be as many as the range has: a proxy that cuts answers short says 206 all the same.
std::optional<Error> checkLength(const HttpResponse &answer)
{
    if (answer.status != 206)
        return std::nullopt;
    const auto range = parseContentRange(answer.header("Content-Range"));
    if (range && static_cast<quint64>(answer.body.size()) == range->last - range->first + 1)
        return std::nullopt;
    return wrongPart(answer.url);
}

class HttpByteSource : public ByteSource
{
public:
    HttpByteSource(std::weak_ptr<ByteSources> factory, std::weak_ptr<HttpClient> client,
                   std::shared_ptr<BlockCache> cache, QUrl href, QString connection, FileHead head,
                   const StopToken &stop, ReadWatch watch)
        : m_factory(std::move(factory))
        , m_client(std::move(client))
        , m_cache(std::move(cache))
        , m_href(std::move(href))
        , m_connection(std::move(connection))
        , m_head(std::move(head))
        , m_watch(std::move(watch))
        , m_onStop(stop, [this] { m_stop.request_stop(); })
    {
    }

    [[nodiscard]] quint64 size() const override { return m_head.size; }
    [[nodiscard]] Result<std::vector<QByteArray>> read(const std::vector<ByteRange> &ranges) override;
    void close() override { m_stop.request_stop(); }

private:
    [[nodiscard]] HttpRequest request(ByteRange range) const;
    [[nodiscard]] Result<std::vector<Piece>> fetch(const std::vector<ByteRange> &ranges);

    std::weak_ptr<ByteSources> m_factory;
    std::weak_ptr<HttpClient> m_client;
    std::shared_ptr<BlockCache> m_cache;
    QUrl m_href;
    QString m_connection;
    FileHead m_head;
    ReadWatch m_watch;
    StopSource m_stop;
    StopCallback<std::function<void()>> m_onStop;
};

HttpRequest HttpByteSource::request(ByteRange range) const
{
    auto request = rangeRequest(m_href, m_connection, range.offset, range.length, m_watch.counter);
    request.maxBytes = static_cast<qint64>(std::max<quint64>(range.length, 64 << 10));
    if (isStrong(m_head.etag))
        request.headers.emplaceBack("If-Match", m_head.etag);
    request.checkHead = [range, head = m_head](const HttpResponse &answer) -> std::optional<Error> {
        if (auto error = refuseRecoded(answer))
            return error;
        if (answer.status == 412)
            return changed(answer.url);
        if (answer.status == 200) {
            return Error {
                ErrorCode::Network,
                Text::tr("%1 sent all of %2 where a part was asked for.").arg(answer.url.host(), name(answer.url)),
                answer.url.host(), true};
        }
        if (answer.status != 206)
            return std::nullopt;
        const QByteArray etag = answer.header("ETag");
        const QByteArray modified = answer.header("Last-Modified");
        const bool otherTag = !etag.isEmpty() && !head.etag.isEmpty() && etag != head.etag;
        const bool otherDate = head.etag.isEmpty() && !modified.isEmpty() && !head.lastModified.isEmpty()
            && modified != head.lastModified;
        const auto given = parseContentRange(answer.header("Content-Range"));
        if (otherTag || otherDate || (given && given->size != head.size))
            return changed(answer.url);
        if (!given || given->first != range.offset || given->last != range.offset + range.length - 1)
            return wrongPart(answer.url);
        return std::nullopt;
    };
    request.checkBody = checkLength;
    return request;
}

Result<std::vector<Piece>> HttpByteSource::fetch(const std::vector<ByteRange> &ranges)
{
    // One that fails ends the others: the read as a whole has failed.
    StopSource together;
    const StopCallback<std::function<void()>> onStop(m_stop.get_token(), [&together] { together.request_stop(); });
    std::vector<std::shared_ptr<Gate<HttpResponse>>> answers;
    {
        const auto client = m_client.lock();
        if (!client)
            return cancelled();
        for (const auto &range : ranges)
            answers.push_back(Gate<HttpResponse>::on(client->send(request(range), together.get_token())));
    }
    std::vector<Piece> pieces;
    for (std::size_t i = 0; i < ranges.size(); ++i) {
        auto answer = answers[i]->wait(m_stop.get_token());
        if (answer && answer->status == 206) {
            // The key may have been changed meanwhile: what is made up and what is not are kept apart.
            if (answer->invented == m_head.invented)
                m_cache->put(m_head.cacheKey, ranges[i].offset, answer->body);
            if (answer->invented && m_watch.invented)
                m_watch.invented();
            if (m_watch.counter)
                m_watch.counter->received(answer->body.size());
            pieces.push_back({ranges[i].offset, answer->body});
            continue;
        }
        together.request_stop();
        if (!answer) {
            const auto factory = m_factory.lock();
            if (factory && answer.error().code != ErrorCode::Cancelled)
                factory->forget(m_href, m_connection);
            return fail(answer.error());
        }
        return fail(errorFrom(*answer, m_href.host()));
    }
    return pieces;
}

Result<std::vector<QByteArray>> HttpByteSource::read(const std::vector<ByteRange> &ranges)
{
    if (m_stop.stop_requested())
        return cancelled();
    std::vector<ByteRange> wanted;
    std::vector<Piece> pieces;
    for (const auto &range : ranges) {
        const quint64 offset = std::min(range.offset, m_head.size);
        wanted.push_back({offset, std::min(range.length, m_head.size - offset)});
        if (m_head.whole.isEmpty()) {
            for (auto &piece : m_cache->find(m_head.cacheKey, wanted.back()))
                pieces.push_back(std::move(piece));
        }
    }
    if (!m_head.whole.isEmpty())
        pieces.push_back({0, m_head.whole});
    const auto byOffset = [](const Piece &a, const Piece &b) { return a.offset < b.offset; };
    std::sort(pieces.begin(), pieces.end(), byOffset);
    const auto missing = missingRanges(wanted, pieces, mergeGap);
    if (!missing.empty()) {
        auto fetched = fetch(missing);
        if (!fetched)
            return fail(fetched.error());
        for (auto &piece : *fetched)
            pieces.push_back(std::move(piece));
        std::sort(pieces.begin(), pieces.end(), byOffset);
    }
    std::vector<QByteArray> result;
    for (const auto &range : wanted) {
        auto bytes = assembled(pieces, range);
        if (!bytes)
            return fail(ErrorCode::Internal, Text::tr("A part of %1 is missing.").arg(name(m_href)), m_href.host());
        result.push_back(std::move(*bytes));
    }
    return result;
}

/// Tells of what is read.
class WatchedSources : public ByteSourceFactory
{
public:
    WatchedSources(std::shared_ptr<ByteSources> sources, ReadWatch watch)
        : m_sources(std::move(sources))
        , m_watch(std::move(watch))
    {
    }
    [[nodiscard]] Result<std::shared_ptr<ByteSource>> open(const QUrl &href, const QString &connection,
                                                           StopToken stop) override
    {
        return m_sources->open(href, connection, std::move(stop), m_watch);
    }

private:
    std::shared_ptr<ByteSources> m_sources;
    ReadWatch m_watch;
};

QString flightKey(const QUrl &href, const QString &connection)
{
    return connection + u' ' + href.toString(QUrl::FullyEncoded);
}

} // namespace

std::optional<Error> refuseRecoded(const HttpResponse &head)
{
    if (!head.ok())
        return std::nullopt;
    const QByteArray encoding = head.header("Content-Encoding").trimmed().toLower();
    if (!encoding.isEmpty() && encoding != "identity") {
        return Error {ErrorCode::Unsupported,
                      Text::tr("%1 sent %2 compressed as “%3”, which was not asked for: its parts cannot be trusted.")
                          .arg(head.url.host(), name(head.url), QString::fromLatin1(encoding.left(20))),
                      head.url.host(), false};
    }
    const QString file = head.url.fileName();
    const bool page = file.endsWith(QLatin1String(".html")) || file.endsWith(QLatin1String(".htm"));
    if (!page && head.header("Content-Type").trimmed().toLower().startsWith("text/html")) {
        return Error {ErrorCode::Unauthorized,
                      Text::tr("%1 sent a web page in place of %2. It may want a login first.")
                          .arg(head.url.host(), name(head.url)),
                      head.url.host(), false};
    }
    return std::nullopt;
}

ByteSources::ByteSources(std::weak_ptr<HttpClient> client, std::shared_ptr<BlockCache> cache)
    : m_client(std::move(client))
    , m_cache(std::move(cache))
{
}

Future<FileHead> ByteSources::fetchHead(const QUrl &href, const QString &connection, StopToken stop,
                                        std::shared_ptr<ReadCounter> counter)
{
    const auto client = m_client.lock();
    if (!client)
        return ready<FileHead>(cancelled());
    auto request = rangeRequest(href, connection, 0, firstBytes, counter);
    request.maxBytes = largestWhole;
    request.checkHead = checkFirst;
    request.checkBody = checkLength;
    return chain(client->send(std::move(request), std::move(stop)),
                 [href, connection, cache = m_cache,
                  counter = std::move(counter)](Result<HttpResponse> answer) -> Result<FileHead> {
                     if (!answer)
                         return fail(answer.error());
                     if (counter)
                         counter->received(answer->body.size());
                     if (answer->status == 416 || (answer->ok() && answer->body.isEmpty()))
                         return fail(ErrorCode::InvalidInput,
                                     Text::tr("%1 at %2 is empty.").arg(name(href), href.host()), href.host());
                     if (answer->status != 200 && answer->status != 206)
                         return fail(errorFrom(*answer, href.host()));
                     FileHead head;
                     head.etag = answer->header("ETag");
                     head.lastModified = answer->header("Last-Modified");
                     head.invented = answer->invented;
                     head.cacheKey = flightKey(href, connection) + u' ' + QString::fromLatin1(head.etag) + u' '
                         + QString::fromLatin1(head.lastModified) + (head.invented ? u" test" : u"");
                     if (answer->status == 200) {
                         head.whole = answer->body;
                         head.size = static_cast<quint64>(answer->body.size());
                         return head;
                     }
                     head.size = parseContentRange(answer->header("Content-Range")).value_or(ContentRange {}).size;
                     cache->put(head.cacheKey, 0, answer->body);
                     return head;
                 });
}

Result<FileHead> ByteSources::head(const QUrl &href, const QString &connection, const StopToken &stop,
                                   const std::shared_ptr<ReadCounter> &counter)
{
    const QString key = flightKey(href, connection);
    std::shared_ptr<Flight> flight;
    {
        const std::lock_guard lock(m_mutex);
        const auto known = m_known.constFind(key);
        if (known != m_known.constEnd() && now() - known->at < headValidMs)
            return known->head;
        flight = m_flights.value(key);
        if (!flight) {
            flight = std::make_shared<Flight>();
            flight->head = Gate<FileHead>::on(fetchHead(href, connection, flight->stop.get_token(), counter));
            m_flights.insert(key, flight);
        }
        ++flight->waiting;
    }
    auto result = flight->head->wait(stop);
    bool abandoned = false;
    {
        const std::lock_guard lock(m_mutex);
        abandoned = --flight->waiting == 0;
        if ((abandoned || flight->head->isOpen()) && m_flights.value(key) == flight)
            m_flights.remove(key);
        // Whole files are not kept here: the memory they take would be bounded by nothing. Nor what a test key brought:
        // another key may be in use by the next time.
        if (m_known.size() > maxKnown)
            m_known.clear();
        if (result && result->whole.isEmpty() && !result->invented)
            m_known.insert(key, {*result, now()});
    }
    if (abandoned)
        flight->stop.request_stop();
    return result;
}

void ByteSources::forget(const QUrl &href, const QString &connection)
{
    const std::lock_guard lock(m_mutex);
    m_known.remove(flightKey(href, connection));
}

Result<std::shared_ptr<ByteSource>> ByteSources::open(const QUrl &href, const QString &connection, StopToken stop,
                                                      ReadWatch watch)
{
    auto found = head(href, connection, stop, watch.counter);
    if (!found)
        return fail(found.error());
    if (found->invented && watch.invented)
        watch.invented();
    return std::make_shared<HttpByteSource>(weak_from_this(), m_client, m_cache, href, connection, std::move(*found),
                                            stop, std::move(watch));
}

std::shared_ptr<ByteSourceFactory> watched(const std::shared_ptr<ByteSourceFactory> &sources,
                                           std::function<void()> invented)
{
    const auto own = std::dynamic_pointer_cast<ByteSources>(sources);
    return own ? std::make_shared<WatchedSources>(own, ReadWatch {std::move(invented), nullptr}) : sources;
}

std::shared_ptr<ByteSourceFactory> counted(const std::shared_ptr<ByteSourceFactory> &sources,
                                           std::shared_ptr<ReadCounter> counter, std::function<void()> invented)
{
    const auto own = std::dynamic_pointer_cast<ByteSources>(sources);
    return own ? std::make_shared<WatchedSources>(own, ReadWatch {std::move(invented), std::move(counter)}) : sources;
}

} // namespace astra::net
