// SPDX-License-Identifier: Apache-2.0
#include "core/providers/stac/capabilities.h"
#include "core/providers/stac/collectionparser.h"
#include "core/providers/stac/searchrequest.h"
#include "core/providers/stac/staticcatalog.h"
#include "tests/fuzz/fuzz.h"

using namespace astra;
using namespace astra::providers;

namespace {

const QUrl &at()
{
    static const QUrl url(QStringLiteral("https://stac.example/v1/search"));
    return url;
}

Definition catalogue()
{
    Definition definition;
    definition.id = QStringLiteral("fuzz");
    definition.url = QUrl(QStringLiteral("https://stac.example/v1"));
    return definition;
}

/// A landing page leads to no other server.
void landing(const Json &json)
{
    const auto known = stac::capabilitiesOf(json, at(), catalogue());
    for (const QUrl &url : {known.search, known.collections})
        fuzz::require(url.scheme() == u"https" && url.host() == u"stac.example");
}

void collections(const Json &json)
{
    if (const auto list = stac::parseCollections(json, catalogue())) {
        for (const auto &collection : list->collections) {
            fuzz::require(!collection.id.isEmpty() && !collection.title.isEmpty());
            fuzz::require(!collection.bbox || collection.bbox->isValid());
            fuzz::require(!collection.gsd || *collection.gsd > 0);
        }
    }
}

/// The text and its tree say the same, and wherever a page leads is on the same server and not where it came from.
void page(const QByteArray &text, const Json &json)
{
    stac::ParseContext context;
    context.provider = QStringLiteral("fuzz");
    context.base = at();
    const auto streamed = stac::parsePage(text, context);
    const auto tree = stac::parsePage(json, context);
    fuzz::require(streamed.has_value() == tree.has_value());
    if (!streamed)
        return;
    fuzz::require(streamed->count == tree->count && streamed->scenes == tree->scenes);
    fuzz::require(streamed->unreadable == tree->unreadable && streamed->matched == tree->matched);
    auto known = stac::statedCapabilities(catalogue());
    known.sort = true;
    known.cloudFilter = CloudFilter::Cql2;
    for (const auto &asked : {Cursor {"POST", at(), Json {{"limit", 20}}, {}}, Cursor {"GET", at(), {}, {}}}) {
        const auto on = stac::continuation(asked, at(), *streamed, known);
        if (!on.next)
            continue;
        fuzz::require(on.next->url.host() == at().host() && on.next->url.scheme() == u"https");
        fuzz::require(on.next->followed.size() == 1);
        fuzz::require(toText(on.next->body).size() < text.size() + 1000);
        if (const auto less = stac::smaller(*on.next))
            fuzz::require(stac::limitOf(*less) >= 10 && stac::limitOf(*less) < stac::limitOf(*on.next));
    }
}

void document(const Json &json)
{
    const auto read = stac::parseDocument(json, at(), catalogue(), {});
    if (!read)
        return;
    for (const auto &links : {read->catalogs, read->items}) {
        for (const auto &url : links)
            fuzz::require(!url.isLocalFile() && stac::mayFollow(at(), url));
    }
    stac::StaticWalk walk(at());
    const auto steps = walk.take(1);
    walk.add(steps.front(), *read, true);
    auto again = stac::StaticWalk::from(walk.toCursor());
    fuzz::require(again.take(1 << 20).size() == walk.take(1 << 20).size());
    static_cast<void>(stac::StaticWalk::from(json)); // a cursor comes back unread
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArray input = fuzz::bytes(data, size);
    const auto json = parseJson(input);
    if (!json)
        return 0;
    landing(*json);
    collections(*json);
    page(input, *json);
    document(*json);
    return 0;
}
