// SPDX-License-Identifier: Apache-2.0
#include "core/server/answer.h"

#include <QDateTime>
#include <QFileInfo>
#include <QLocale>

#include <array>

namespace astra::server {

namespace {

QByteArray reason(int status)
{
    static constexpr std::array<std::pair<int, const char *>, 28> reasons {{{200, "OK"},
                                                                            {201, "Created"},
                                                                            {202, "Accepted"},
                                                                            {204, "No Content"},
                                                                            {206, "Partial Content"},
                                                                            {301, "Moved Permanently"},
                                                                            {302, "Found"},
                                                                            {303, "See Other"},
                                                                            {304, "Not Modified"},
                                                                            {307, "Temporary Redirect"},
                                                                            {308, "Permanent Redirect"},
                                                                            {400, "Bad Request"},
                                                                            {401, "Unauthorized"},
                                                                            {403, "Forbidden"},
                                                                            {404, "Not Found"},
                                                                            {405, "Method Not Allowed"},
                                                                            {409, "Conflict"},
                                                                            {412, "Precondition Failed"},
                                                                            {413, "Payload Too Large"},
                                                                            {415, "Unsupported Media Type"},
                                                                            {416, "Range Not Satisfiable"},
                                                                            {422, "Unprocessable Entity"},
                                                                            {429, "Too Many Requests"},
                                                                            {431, "Request Header Fields Too Large"},
                                                                            {500, "Internal Server Error"},
                                                                            {502, "Bad Gateway"},
                                                                            {503, "Service Unavailable"},
                                                                            {504, "Gateway Timeout"}}};
    for (const auto &[code, text] : reasons) {
        if (code == status)
            return text;
    }
    return "Status";
}

const QByteArray *find(const QList<Header> &headers, const QByteArray &name)
{
    for (const auto &header : headers) {
        if (header.first.compare(name, Qt::CaseInsensitive) == 0)
            return &header.second;
    }
    return nullptr;
}

void addMissing(QList<Header> &headers, const QByteArray &name, const QByteArray &value)
{
    if (!find(headers, name))
        headers.append({name, value});
}

bool matches(const QByteArray &list, const QByteArray &etag)
{
    const auto entries = list.split(',');
    for (const auto &entry : entries) {
        QByteArray tag = entry.trimmed();
        if (tag.startsWith("W/"))
            tag.remove(0, 2);
        if (tag == etag || tag == "*")
            return true;
    }
    return false;
}

/// A line break inside a name or value would let a handler's data write headers of its own.
QByteArray oneLine(QByteArray text)
{
    for (auto &c : text) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
            c = ' ';
    }
    return text;
}

bool serverOwns(const QByteArray &name)
{
    for (const char *own : {"content-length", "connection", "transfer-encoding", "date"}) {
        if (name.compare(own, Qt::CaseInsensitive) == 0)
            return true;
    }
    return false;
}

struct Draft {
    int status = 200;
    QList<Header> headers;
    qint64 length = 0;
    Answer answer;
};

QByteArray contentRange(const Span &span, qint64 size)
{
    return "bytes " + QByteArray::number(span.offset) + '-' + QByteArray::number(span.offset + span.length - 1) + '/'
        + QByteArray::number(size);
}

void multipart(Draft &draft, const std::vector<Span> &spans, qint64 size)
{
    const QByteArray boundary = "astra-part-" + QByteArray::number(size, 36);
    const QByteArray *type = find(draft.headers, "Content-Type");
    const QByteArray partType = type ? oneLine(*type) : QByteArray("application/octet-stream");
    for (const auto &span : spans) {
        Answer::Part part;
        part.before = "\r\n--" + boundary + "\r\nContent-Type: " + partType
            + "\r\nContent-Range: " + contentRange(span, size) + "\r\n\r\n";
        part.span = span;
        draft.length += part.before.size() + span.length;
        draft.answer.parts.push_back(part);
    }
    draft.answer.after = "\r\n--" + boundary + "--\r\n";
    draft.length += draft.answer.after.size();
    draft.headers.removeIf(
        [](const Header &header) { return header.first.compare("Content-Type", Qt::CaseInsensitive) == 0; });
    draft.headers.append({"Content-Type", "multipart/byteranges; boundary=" + boundary});
}

void answerFile(Draft &draft, const Response &response, const Request &request)
{
    const QFileInfo info(response.file);
    if (!info.isFile() || !info.isReadable()) {
        draft.status = 404;
        draft.headers = {{"Content-Type", "text/plain; charset=utf-8"}};
        draft.answer.body = "There is nothing here.\n";
        draft.length = draft.answer.body.size();
        return;
    }
    const qint64 size = info.size();
    const QDateTime modified = info.lastModified().toUTC();
    addMissing(draft.headers, "ETag",
               '"' + QByteArray::number(size, 16) + '-' + QByteArray::number(modified.toMSecsSinceEpoch(), 16) + '"');
    addMissing(draft.headers, "Last-Modified", httpDate(modified));
    addMissing(draft.headers, "Accept-Ranges", "bytes");
    const QByteArray etag = *find(draft.headers, "ETag");

    const QByteArray mustMatch = request.header("If-Match");
    if (!mustMatch.isEmpty() && !matches(mustMatch, etag)) {
        draft.status = 412;
        return;
    }
    const QByteArray noneMatch = request.header("If-None-Match");
    if (!noneMatch.isEmpty() && matches(noneMatch, etag)) {
        draft.status = 304;
        return;
    }
    RangeAsk ask;
    const QByteArray condition = request.header("If-Range");
    if (condition.isEmpty() || condition == etag || condition == *find(draft.headers, "Last-Modified"))
        ask = parseRange(request.header("Range"), size);
    draft.answer.file = response.file;
    switch (ask.kind) {
    case RangeAsk::Kind::Whole:
        draft.length = size;
        draft.answer.parts.push_back({{}, {0, size}});
        break;
    case RangeAsk::Kind::Unsatisfiable:
        draft.status = 416;
        draft.headers.append({"Content-Range", "bytes */" + QByteArray::number(size)});
        draft.answer.file.clear();
        break;
    case RangeAsk::Kind::Partial:
        draft.status = 206;
        if (ask.spans.size() > 1) {
            multipart(draft, ask.spans, size);
        } else {
            draft.headers.append({"Content-Range", contentRange(ask.spans.front(), size)});
            draft.length = ask.spans.front().length;
            draft.answer.parts.push_back({{}, ask.spans.front()});
        }
        break;
    }
}

} // namespace

QByteArray httpDate(const QDateTime &time)
{
    return QLocale::c().toString(time.toUTC(), u"ddd, dd MMM yyyy hh:mm:ss 'GMT'").toLatin1();
}

Answer makeAnswer(const Response &response, const Request &request, bool headOnly, bool keepAlive)
{
    Draft draft;
    draft.status = response.status >= 200 && response.status <= 599 ? response.status : 500;
    draft.headers = response.headers;
    if (!response.file.isEmpty() && draft.status == 200) {
        answerFile(draft, response, request);
    } else {
        draft.answer.body = response.body;
        draft.length = response.body.size();
    }
    const bool bodyless = draft.status == 204 || draft.status == 304;

    QByteArray &head = draft.answer.head;
    head = "HTTP/1.1 " + QByteArray::number(draft.status) + ' ' + reason(draft.status) + "\r\n";
    for (const auto &header : std::as_const(draft.headers)) {
        if (!serverOwns(header.first))
            head += oneLine(header.first) + ": " + oneLine(header.second) + "\r\n";
    }
    if (!bodyless)
        head += "Content-Length: " + QByteArray::number(draft.length) + "\r\n";
    head += "Date: " + httpDate(QDateTime::currentDateTimeUtc()) + "\r\n";
    head += keepAlive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
    if (headOnly || bodyless) {
        draft.answer.body.clear();
        draft.answer.file.clear();
        draft.answer.parts.clear();
        draft.answer.after.clear();
    }
    return draft.answer;
}

} // namespace astra::server
