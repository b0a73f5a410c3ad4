// SPDX-License-Identifier: Apache-2.0
#include "core/providers/stac/staticcatalog.h"

#include "core/net/wire.h"
#include "core/providers/searchfilter.h"
#include "core/providers/stac/collectionparser.h"

#include <QCoreApplication>

namespace astra::providers::stac {

namespace {

constexpr int maxDepth = 16;
constexpr qsizetype maxFiles = 20000;

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::providers)
};

/// Where links of this kind are gathered; null for those that are not followed.
std::vector<QUrl> *listFor(StaticDocument &document, const QString &relation)
{
    if (relation == u"child")
        return &document.catalogs;
    if (relation == u"item" || relation == u"items")
        return &document.items;
    return relation == u"next" ? &document.pages : nullptr;
}

void takeLinks(StaticDocument &document, const Json &links, const QUrl &at, bool withItems)
{
    if (!links.is_array())
        return;
    for (const auto &link : links) {
        auto *list = listFor(document, stringAt(link, "rel"));
        const QString href = stringAt(link, "href");
        if (!list || (!withItems && list != &document.catalogs) || href.isEmpty())
            continue;
        const QUrl url = at.resolved(QUrl(href)).adjusted(QUrl::NormalizePathSegments | QUrl::RemoveFragment);
        if (!mayFollow(at, url))
            ++document.refused;
        else
            list->push_back(url);
    }
}

} // namespace

bool mayFollow(const QUrl &from, const QUrl &to)
{
    if (!to.isValid() || !to.userInfo().isEmpty())
        return false;
    if (from.isLocalFile() && to.isLocalFile())
        return to.host().isEmpty();
    if (to.scheme() == from.scheme() && to.host() == from.host() && to.port() == from.port())
        return true;
    return to.scheme() == u"https" && !to.host().isEmpty() && !net::leadsHere(to);
}

Result<StaticDocument> parseDocument(const Json &json, const QUrl &at, const Definition &definition,
                                     const data::SearchQuery &query, bool invented)
{
    StaticDocument document;
    const QString type = stringAt(json, "type");
    const Json &links = member(json, "links");
    auto context = ParseContext::of(definition, at);
    context.invented |= invented;
    if (member(json, "features").is_array()) {
        auto page = parsePage(json, context);
        if (!page)
            return fail(page.error());
        document.scenes = std::move(page->scenes);
        document.unreadable = page->unreadable;
        takeLinks(document, links, at, true);
        return document;
    }
    if (type == u"Feature") {
        // Its own address is where it was found; what it says of itself may be long out of date.
        Json item = json;
        item.erase("links");
        auto scene = parseItem(item, context);
        if (scene && !scene->footprint.empty()) {
            scene->self = at;
            document.scenes.push_back(std::move(*scene));
        } else {
            ++document.unreadable;
        }
        return document;
    }
    // Before 1.0 a catalogue had no type: a collection is what has an extent.
    const bool isCollection = type == u"Collection" || member(json, "extent").is_object();
    if (!isCollection && type != u"Catalog" && !links.is_array())
        return fail(ErrorCode::InvalidInput, Text::tr("The file is no STAC Catalog, Collection or Item."),
                    definition.id);
    bool isWanted = true;
    if (isCollection) {
        document.collection = parseCollection(json, definition);
        if (document.collection && !mayHold(*document.collection, query))
            return document;
        isWanted = !document.collection || query.collections.isEmpty()
            || query.collections.contains(document.collection->id)
            || query.collections.contains(document.collection->family);
    }
    takeLinks(document, links, at, isWanted);
    return document;
}

StaticWalk::StaticWalk(const QUrl &start) { enqueue(start, 0); }

StaticWalk StaticWalk::from(const Json &cursor)
{
    StaticWalk walk;
    for (const auto &url : asStringList(member(cursor, "seen")))
        walk.m_seen.insert(url);
    for (const auto &step : listAt(cursor, "queue"))
        walk.m_queue.push_back(
            {QUrl(stringAt(step, "url")), static_cast<int>(asInteger(member(step, "depth")).value_or(0))});
    walk.m_leftOut = asBool(member(cursor, "leftOut")).value_or(false);
    return walk;
}

Json StaticWalk::toCursor() const
{
    Json queue = Json::array();
    for (const auto &step : m_queue)
        queue.push_back({{"url", toStd(step.url.toString(QUrl::FullyEncoded))}, {"depth", step.depth}});
    return {{"queue", std::move(queue)}, {"seen", toJson(m_seen.values())}, {"leftOut", m_leftOut}};
}

std::vector<Step> StaticWalk::take(int count)
{
    std::vector<Step> steps;
    while (!m_queue.empty() && steps.size() < static_cast<std::size_t>(count)) {
        steps.push_back(std::move(m_queue.front()));
        m_queue.pop_front();
    }
    return steps;
}

void StaticWalk::add(const Step &from, const StaticDocument &document, bool withItems)
{
    for (const auto &url : document.catalogs)
        enqueue(url, from.depth + 1);
    if (!withItems)
        return;
    for (const auto &url : document.items)
        enqueue(url, from.depth + 1);
    for (const auto &url : document.pages)
        enqueue(url, from.depth); // beside it, not below
}

void StaticWalk::enqueue(const QUrl &url, int depth)
{
    const QString name = url.toString(QUrl::FullyEncoded);
    if (m_seen.contains(name))
        return;
    if (depth > maxDepth || m_seen.size() >= maxFiles) {
        m_leftOut = true;
        return;
    }
    m_seen.insert(name);
    m_queue.push_back({url, depth});
}

} // namespace astra::providers::stac
