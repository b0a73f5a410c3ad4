// SPDX-License-Identifier: Apache-2.0
#include "core/sandbox/faults.h"

#include "core/base/json.h"
#include "core/sandbox/catalogues.h"
#include "core/sandbox/definitions.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>

#include <algorithm>
#include <array>

namespace astra::sandbox {

namespace {
constexpr int retrySeconds = 2;
constexpr std::size_t mostItems = 10;
const QLatin1String again("again:");

using Where = FaultInfo::Where;
constexpr std::array<FaultInfo, 23> kinds {{
    {FaultKind::Slow, "slow", "answers five seconds late", Where::Any},
    {FaultKind::Hang, "hang", "never answers", Where::Any},
    {FaultKind::Error500, "500", "answers 500", Where::Any},
    {FaultKind::TooBig502, "502-big", "answers 502 where a page would hold more than 10 items", Where::Any},
    {FaultKind::Unavailable503, "503", "answers 503", Where::Any},
    {FaultKind::Busy429, "429", "refuses every other request with 429 and Retry-After: 2", Where::Any},
    {FaultKind::Busy429Date, "429-date", "the same with a date in Retry-After", Where::Any},
    {FaultKind::Html, "html", "answers with a web page", Where::Any},
    {FaultKind::Empty, "empty", "answers 200 with nothing in it", Where::Any},
    {FaultKind::Truncated, "truncated", "sends half of its answer as if that were all", Where::Any},
    {FaultKind::Reset, "reset", "resets the connection without an answer", Where::Any},
    {FaultKind::Gzip, "gzip", "compresses its answers without being asked to", Where::Any},
    {FaultKind::WrongTypes, "wrong-types", "mixes up the types of its items' fields", Where::Any},
    {FaultKind::CloudText, "cloud-string", "writes the cloud cover as a text", Where::Any},
    {FaultKind::NoCloud, "no-cloud", "states no cloud cover, and filters by it all the same", Where::Any},
    {FaultKind::IgnoreFilter, "ignore-filter", "passes the cloud limit over without a word", Where::Any},
    {FaultKind::Loop, "loop", "the link to the next page leads to the page itself", Where::Pages},
    {FaultKind::Repeat, "repeat", "sends every page twice", Where::Pages},
    {FaultKind::NoNext, "no-next", "a full page has no link to the next", Where::Pages},
    {FaultKind::Downgrade, "downgrade", "the link to the next page leads to another, unknown server", Where::Pages},
    {FaultKind::Partial, "partial", "one of the sources behind the service did not answer it", Where::Astra},
    {FaultKind::ExpiredSignature, "expired-signature", "every other signature is over when it is given",
     Where::Signatures},
    {FaultKind::DeadPixels, "dead-pixels", "lists its files, but reading them gives 500", Where::Any},
}};

auto wrong(const QString &why) { return fail(ErrorCode::InvalidInput, why); }

bool canHappen(const FaultInfo &info, const QString &catalogue)
{
    switch (info.where) {
    case Where::Any:
        return true;
    case Where::Pages:
        return catalogue != QLatin1String(astraId);
    case Where::Astra:
        return catalogue == QLatin1String(astraId);
    case Where::Signatures:
        break;
    }
    return catalogue == providerId(Manner::Signed);
}

server::Response json(int status, const Json &body) { return server::Response::json(toText(body), status); }

bool asksForCloud(const server::Request &request)
{
    if (request.query.hasQueryItem(QStringLiteral("cloud_cover_lt"))
        || request.query.hasQueryItem(QStringLiteral("query")) || request.query.hasQueryItem(QStringLiteral("filter")))
        return true;
    const auto body = parseJson(request.body);
    return body && (body->contains("query") || body->contains("filter"));
}

/// The link to the next page, or null.
Json *nextLink(Json &page)
{
    const auto links = page.find("links");
    if (links == page.end() || !links->is_array())
        return nullptr;
    const auto next = std::find_if(links->begin(), links->end(),
                                   [](const Json &link) { return stringAt(link, "rel") == u"next"; });
    return next == links->end() ? nullptr : &*next;
}

void dropNext(Json &page)
{
    if (Json *next = nextLink(page))
        page["links"].erase(static_cast<std::size_t>(next - &page["links"][0]));
}

/// A link that asks what was asked, word for word.
Json sameAgain(const server::Request &asked, const QString &host)
{
    QString href = u"http://" + host + QString::fromUtf8(asked.rawPath);
    Json link {{"rel", "next"}, {"type", "application/geo+json"}, {"method", toStd(QString::fromLatin1(asked.method))}};
    if (const auto body = parseJson(asked.body); asked.method == "POST" && body)
        link["body"] = *body;
    else if (!asked.query.isEmpty())
        href += u'?' + asked.query.toString(QUrl::FullyEncoded);
    link["href"] = toStd(href);
    return link;
}

const char *tokenOf(const Json &body) { return body.contains("next") ? "next" : "token"; }

/// Asked for the first time, a page leads to itself under another name; asked so, to the one after it.
void repeatPage(const server::Request &asked, Json &page)
{
    const auto body = parseJson(asked.body);
    if (asked.method != "POST" || !body || page["features"].empty())
        return;
    const char *key = tokenOf(*body);
    if (stringAt(*body, key).startsWith(again))
        return;
    Json link = sameAgain(asked, QString::fromLatin1(asked.header("Host")));
    if (const Json *next = nextLink(page))
        key = tokenOf(member(*next, "body"));
    link["body"][key] = toStd(again + stringAt(*body, key));
    dropNext(page);
    page["links"].push_back(std::move(link));
}

/// Of every four items one is right, one has the marker that a broken store leaks, two cannot be read.
void mixTypes(Json &features)
{
    for (std::size_t i = 0; i < features.size(); ++i) {
        Json &item = features[i];
        switch (i % 4) {
        case 1:
            item["properties"]["instruments"] = "\xF0\x92\x8D\x9F\xE2\x80\xBB"; // U+1235F U+203B
            item["links"] = "none";
            for (Json &asset : item["assets"]) {
                asset["storage:refs"] = "\xF0\x92\x8D\x9F\xE2\x80\xBB";
                asset["title"] = 7;
            }
            break;
        case 2:
            item["id"] = 17;
            item["properties"]["eo:cloud_cover"] = {{"value", "much"}};
            break;
        case 3:
            item["geometry"] = "POLYGON EMPTY";
            item.erase("bbox");
            item["properties"]["datetime"] = {2025, 1};
            item["assets"] = 0;
            break;
        default:
            break;
        }
    }
}

void changeItems(const Faults &faults, const QString &catalogue, const server::Request &asked, Json &page)
{
    const auto has = [&](FaultKind kind) { return faults.has(catalogue, kind); };
    Json &features = page["features"];
    if (has(FaultKind::NoCloud) && asksForCloud(asked)) { // as a catalogue does: what states none does not pass
        features = Json::array();
        dropNext(page);
        page["numberReturned"] = 0;
        for (const char *counted : {"numberMatched", "context"})
            page.erase(counted);
    }
    for (Json &item : features) {
        Json &properties = item["properties"];
        if (has(FaultKind::NoCloud))
            properties.erase("eo:cloud_cover");
        if (has(FaultKind::CloudText) && properties.contains("eo:cloud_cover"))
            properties["eo:cloud_cover"] = properties["eo:cloud_cover"].dump();
    }
    if (has(FaultKind::WrongTypes)) {
        mixTypes(features);
        page["numberMatched"] = "many";
    }
    if (has(FaultKind::Loop) && !features.empty()) {
        dropNext(page);
        page["links"].push_back(sameAgain(asked, QString::fromLatin1(asked.header("Host"))));
    }
    if (has(FaultKind::Repeat))
        repeatPage(asked, page);
    if (has(FaultKind::NoNext))
        dropNext(page);
    if (Json *next = has(FaultKind::Downgrade) ? nextLink(page) : nullptr)
        (*next)["href"] = "http://catalogue.invalid/search";
    if (has(FaultKind::Partial)) {
        page["warnings"] = Json::array({{{"provider", "Landsat Collection 2 (invented)"},
                                         {"code", "PROVIDER_TIMEOUT"},
                                         {"message", "The source did not answer within 8 s."}}});
    }
}

quint32 crc32(const QByteArray &bytes)
{
    quint32 crc = 0xFFFFFFFFU;
    for (const char byte : bytes) {
        crc ^= static_cast<unsigned char>(byte);
        for (int bit = 0; bit < 8; ++bit)
            crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? 0xEDB88320U : 0U);
    }
    return ~crc;
}

QByteArray littleEndian(quint32 number)
{
    QByteArray bytes;
    for (unsigned shift = 0; shift < 32; shift += 8)
        bytes.append(static_cast<char>((number >> shift) & 0xFFU));
    return bytes;
}
} // namespace

std::span<const FaultInfo> faultKinds() { return kinds; }

QStringList faultyCatalogues()
{
    QStringList names;
    for (const Manner manner : manners)
        names << mannerPath(manner);
    return names << QStringLiteral("astra");
}

Result<Fault> Fault::parse(const QString &text)
{
    const auto equals = text.indexOf(u'=');
    QString name = text.left(equals);
    if (name.startsWith(u"sandbox-"))
        name.remove(0, 8);
    if (equals < 0 || !faultyCatalogues().contains(name)) {
        return wrong(QStringLiteral("“%1” should be CATALOGUE=KIND with a catalogue of %2")
                         .arg(text, faultyCatalogues().join(QStringLiteral(", "))));
    }
    const QString kind = text.mid(equals + 1);
    const auto info = std::find_if(kinds.begin(), kinds.end(),
                                   [&](const FaultInfo &known) { return kind == QLatin1String(known.name); });
    if (info == kinds.end()) {
        QStringList names;
        for (const FaultInfo &known : kinds)
            names << QLatin1String(known.name);
        return wrong(
            QStringLiteral("there is no fault “%1”; there are: %2").arg(kind, names.join(QStringLiteral(", "))));
    }
    const Fault fault {u"sandbox-" + name, info->kind};
    if (!canHappen(*info, fault.catalogue))
        return wrong(QStringLiteral("“%1” cannot happen at %2").arg(kind, name));
    return fault;
}

bool Faults::has(const QString &catalogue, FaultKind kind) const
{
    return std::any_of(m_faults.begin(), m_faults.end(),
                       [&](const Fault &fault) { return fault.catalogue == catalogue && fault.kind == kind; });
}

bool Faults::isSound(const QString &catalogue) const
{
    return std::none_of(m_faults.begin(), m_faults.end(),
                        [&](const Fault &fault) { return fault.catalogue == catalogue; });
}

void Faults::changeRequest(const QString &catalogue, server::Request &request) const
{
    if (isSound(catalogue))
        return;
    if (has(catalogue, FaultKind::IgnoreFilter)) {
        for (const char *name : {"cloud_cover_lt", "query", "filter"})
            request.query.removeAllQueryItems(QString::fromLatin1(name));
    }
    auto body = parseJson(request.body);
    if (request.method != "POST" || !body || !body->is_object())
        return;
    if (has(catalogue, FaultKind::IgnoreFilter)) {
        for (const char *name : {"query", "filter", "filter-lang"})
            body->erase(name);
    }
    const char *key = tokenOf(*body);
    if (const QString token = stringAt(*body, key); token.startsWith(again)) {
        if (token.size() == again.size())
            body->erase(key);
        else
            (*body)[key] = toStd(token.mid(again.size()));
    }
    request.body = toText(*body);
}

server::Response Faults::busy(const QString &catalogue, bool asDate) const
{
    auto response = json(429,
                         {{"error", "WAF"},
                          {"message", toStd(QString(catalogue + u": rate limit exceeded (on purpose)"))},
                          {"status", 429}});
    // A date has whole seconds: one more, so that it is not over before it is read.
    const QDateTime until = QDateTime::currentDateTimeUtc().addSecs(retrySeconds + 1);
    response.headers.append(
        server::Header("Retry-After",
                       asDate ? QLocale::c().toString(until, u"ddd, dd MMM yyyy hh:mm:ss 'GMT'").toLatin1()
                              : QByteArray::number(retrySeconds)));
    return response;
}

std::optional<server::Response> Faults::instead(const QString &catalogue)
{
    const auto everyOther = [&](const char *what) { return m_asked[catalogue + QLatin1String(what)]++ % 2 == 0; };
    if (has(catalogue, FaultKind::Reset)) {
        server::Response response;
        response.reset = true;
        return response;
    }
    if (has(catalogue, FaultKind::Error500))
        return json(500, {{"message", "Internal server error (on purpose)"}});
    if (has(catalogue, FaultKind::Unavailable503))
        return server::Response::text(QStringLiteral("This catalogue is out of order (on purpose)."), 503);
    if (has(catalogue, FaultKind::Busy429) && everyOther("429"))
        return busy(catalogue, false);
    if (has(catalogue, FaultKind::Busy429Date) && everyOther("date"))
        return busy(catalogue, true);
    if (has(catalogue, FaultKind::Html)) {
        auto response = server::Response::text(QStringLiteral(
            "<!DOCTYPE html><html><head><title>Maintenance</title></head><body>On purpose.</body></html>"));
        response.headers = {{"Content-Type", "text/html; charset=utf-8"}};
        return response;
    }
    if (has(catalogue, FaultKind::Empty))
        return server::Response::json({});
    return std::nullopt;
}

void Faults::changeResponse(const QString &catalogue, const server::Request &asked, server::Response &response) const
{
    if (isSound(catalogue))
        return;
    if (has(catalogue, FaultKind::Slow))
        response.delayMs = std::max(response.delayMs, 2 * m_slowMs); // later than the archive, which is just slow
    if (!response.file.isEmpty() || response.reset)
        return;
    if (auto page = parseJson(response.body); page && member(*page, "features").is_array() && response.status == 200) {
        if (has(catalogue, FaultKind::TooBig502) && page->at("features").size() > mostItems) {
            response = json(502, {{"message", "Internal server error"}});
            return;
        }
        changeItems(*this, catalogue, asked, *page);
        response.body = toText(*page);
    }
    if (has(catalogue, FaultKind::Truncated))
        response.body.truncate(response.body.size() / 2);
    if (has(catalogue, FaultKind::Gzip)) {
        response.body = gzipped(response.body);
        response.headers.append(server::Header("Content-Encoding", "gzip"));
    }
}

int Faults::signatureSeconds(const QString &container, int seconds)
{
    const bool over = has(providerId(Manner::Signed), FaultKind::ExpiredSignature) && m_asked[container]++ % 2 == 0;
    return over ? -60 : seconds;
}

QByteArray gzipped(const QByteArray &bytes)
{
    // Qt's is a length and a zlib stream: two bytes of header, the deflated bytes, four of a sum.
    const QByteArray stream = qCompress(bytes);
    const QByteArray deflated = bytes.isEmpty() ? QByteArray("\x03\0", 2) : stream.mid(6, stream.size() - 10);
    QByteArray file("\x1F\x8B\x08\0\0\0\0\0\0\xFF", 10);
    file += deflated;
    return QByteArray(file + littleEndian(crc32(bytes)) + littleEndian(static_cast<quint32>(bytes.size())));
}

} // namespace astra::sandbox
