// SPDX-License-Identifier: Apache-2.0
#include "core/providers/astra/astraprovider.h"

#include "core/credentials/serviceerror.h"
#include "core/net/patience.h"
#include "core/providers/astra/astrapaging.h"
#include "core/providers/pagetally.h"
#include "core/providers/searchfilter.h"

#include <QCoreApplication>

namespace astra::providers::astra_os {

struct AstraProvider::Shared {
    Definition definition;
    std::shared_ptr<net::HttpClient> http;
    Pools *pools;

    [[nodiscard]] net::HttpRequest request(const QUrl &url) const
    {
        net::HttpRequest request;
        request.url = url;
        request.headers = {net::Header("Accept", "application/json")};
        request.connection = definition.apiConnection;
        request.deadline = definition.deadline;
        request.retries = 2;
        return request;
    }
    [[nodiscard]] QUrl assetsUrl(const QString &escapedId) const
    {
        return QUrl(QString(definition.url.toString() + u"/assets?scene_id=" + escapedId), QUrl::StrictMode);
    }
    /// Under which name signed addresses are kept and asked for.
    [[nodiscard]] QString linksName() const
    {
        return definition.connectionId.isEmpty() ? definition.id : definition.connectionId;
    }
};

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::providers)
};

Result<Json> readJson(const net::HttpResponse &response, const Definition &definition)
{
    if (!response.ok()) {
        Error error = credentials::serviceError(response, definition.title);
        error.origin = definition.id;
        return fail(error);
    }
    return parseJson(response.body, definition.id);
}

/// The answer, or why it is none: sources that all failed are not the same as "no imagery exists".
Result<ParsedSearch> readSearch(const net::HttpResponse &response, const Definition &definition)
{
    const auto json = readJson(response, definition);
    if (!json)
        return fail(json.error());
    auto context = stac::ParseContext::of(definition, definition.url);
    context.invented |= response.invented;
    auto parsed = parseSearch(*json, context);
    if (parsed && parsed->count == 0 && parsed->warnings.onlyFailures)
        return fail(
            ErrorCode::Network,
            Text::tr("No source behind %1 answered: %2").arg(definition.title, parsed->warnings.texts.join(u"; "_qs)),
            definition.id, true);
    return parsed;
}

struct Asked {
    std::shared_ptr<const Definition> definition;
    data::SearchQuery query;
    QStringList collections; ///< as the service calls them
    Part part;
    int limit = 0;

    /// The service passes over names of collections that it does not know.
    [[nodiscard]] bool wants(const data::Scene &scene) const
    {
        return query.collections.isEmpty() || scene.product.isEmpty() || query.collections.contains(scene.product)
            || collections.contains(scene.collection);
    }
};

Result<Page> readPage(const net::HttpResponse &response, const Asked &asked)
{
    auto parsed = readSearch(response, *asked.definition);
    if (!parsed)
        return fail(parsed.error());
    const GoOn on = goOn(*parsed, asked.query, asked.part, asked.limit);
    Page page;
    page.notes = parsed->warnings.texts;
    page.silent = parsed->warnings.silent;
    page.aside.unreadable = parsed->unreadable;
    if (parsed->unreadable > 0)
        page.notes.append(Text::tr("%n entries could not be read and are left out.", nullptr, parsed->unreadable));
    // A full answer counts what was fetched, not what there is; a later one only its own part.
    if (!on.full && !asked.part.until)
        page.matched = parsed->matched;
    page.cutShort = on.cutShort;
    page.cloudFilterSent = asked.query.cloudCoverLt.has_value();
    if (on.next)
        page.next = cursorFor({*on.next});
    if (on.cutShort)
        page.notes.append(
            Text::tr("%1 sends at most %2 scenes at once, and there may be more that it cannot be asked for. A smaller "
                     "area shows them.")
                .arg(asked.definition->title, QString::number(asked.limit)));
    page.scenes = std::move(parsed->scenes);
    std::erase_if(page.scenes, [&](const data::Scene &scene) { return asked.part.seen.contains(scene.id); });
    page.aside.wrongLevel = static_cast<int>(
        std::erase_if(page.scenes, [&](const data::Scene &scene) { return !asked.wants(scene); }));
    keepAnswers(page, asked.query, {});
    return page;
}

/// The two halves of a search across the antimeridian; one that failed leaves a gap.
Result<Page> joined(Result<Page> west, Result<Page> east)
{
    if (!west && !east)
        return west;
    if (!west || !east) {
        Page page = std::move(west ? *west : *east);
        page.notes.append((west ? east : west).error().message);
        page.matched.reset();
        page.cutShort = true;
        return page;
    }
    for (auto &scene : east->scenes) {
        if (std::none_of(west->scenes.begin(), west->scenes.end(),
                         [&](const data::Scene &known) { return known.id == scene.id; }))
            west->scenes.push_back(std::move(scene));
    }
    west->notes += east->notes;
    west->notes.removeDuplicates();
    west->silent += east->silent;
    west->silent.removeDuplicates();
    west->aside += east->aside;
    west->cutShort |= east->cutShort;
    if (west->next && east->next)
        west->next->body.insert(west->next->body.end(), east->next->body.begin(), east->next->body.end());
    else if (east->next)
        west->next = east->next;
    west->matched.reset(); // what lies in both would count twice
    return west;
}

} // namespace

AstraProvider::AstraProvider(Definition definition, std::shared_ptr<net::HttpClient> http, Pools &pools)
    : m_shared(std::make_shared<Shared>(Shared {std::move(definition), std::move(http), &pools}))
{
}

data::ProviderInfo AstraProvider::info() const { return m_shared->definition.info(); }

Limits AstraProvider::limits() const
{
    Limits limits;
    limits.deadline = m_shared->definition.deadline;
    return limits;
}

Future<Page> AstraProvider::search(const data::SearchQuery &query, const std::optional<Cursor> &cursor, StopToken stop,
                                   OnPause onPause)
{
    const auto [ids, held] = m_shared->definition.collectionsFor(query.collections);
    if (!held)
        return ready<Page>(notHeld(m_shared->definition.title));
    const auto boxes = query.bbox.split();
    const auto parts = partsOf(cursor, boxes.size());
    if (parts.empty())
        return ready<Page>(Page());
    const auto ask = [shared = m_shared, query, ids = ids, boxes, stop, onPause](const Part &part) {
        const Definition &definition = shared->definition;
        auto request = shared->request(
            searchUrl(definition, query, boxes[static_cast<std::size_t>(part.box)], ids, part));
        request.onPause = onPause;
        const Asked asked {std::shared_ptr<const Definition>(shared, &definition), query, ids, part,
                           limitFor(definition, query, part)};
        return chain(shared->http->send(std::move(request), stop),
                     [shared, asked](const Result<net::HttpResponse> &answer) -> Future<Page> {
                         if (!answer)
                             return ready<Page>(fail(answer.error()));
                         return runOn(shared->pools->cpu,
                                      [asked, response = *answer] { return readPage(response, asked); });
                     });
    };
    if (parts.size() < 2)
        return ask(parts.front());
    return chain(ask(parts.front()), [ask, east = parts.back()](Result<Page> first) {
        return chain(ask(east), [first = std::move(first)](Result<Page> second) -> Result<Page> {
            return joined(first, std::move(second));
        });
    });
}

Future<Tally> AstraProvider::tally(const data::SearchQuery &query, StopToken stop)
{
    data::SearchQuery whole = query;
    whole.cloudCoverLt.reset();
    whole.limit = serviceLimit;
    return chain(search(whole, {}, std::move(stop)), [limit = query.cloudCoverLt](Result<Page> page) -> Result<Tally> {
        if (!page)
            return fail(page.error());
        return tallyOf(*page, limit);
    });
}

Future<std::vector<data::CollectionInfo>> AstraProvider::collections(StopToken stop)
{
    using List = std::vector<data::CollectionInfo>;
    // Beside the API's root, not below it: /api/providers next to /api/v1.
    QString root = m_shared->definition.url.toString();
    root.chop(root.endsWith(u"/v1") ? 3 : 0);
    auto request = m_shared->request(QUrl(QString(root + u"/providers")));
    request.fresh = std::chrono::hours(24);
    request.retries = 1;
    // Known without asking: the families, opened by the service's key.
    const auto known = chain(Provider::collections(stop), [](Result<List> families) {
        for (auto &family : *families)
            family.access = data::Access::Login;
        return families;
    });
    return chain(m_shared->http->send(std::move(request), std::move(stop)),
                 [shared = m_shared, known](const Result<net::HttpResponse> &answer) -> Future<List> {
                     if (!answer)
                         return ready<List>(fail(answer.error()));
                     const auto json = answer->ok() ? parseJson(answer->body) : fail(ErrorCode::NotFound, {});
                     auto list = json ? parseProviders(*json, shared->definition) : List();
                     // Early servers have no such address.
                     return list.empty() ? known : ready<List>(std::move(list));
                 });
}

/// One scene, and where its files' addresses are asked for.
struct AstraProvider::Lookup {
    std::shared_ptr<const Shared> shared;
    QUrl assets;

    /// The addresses that the service has signed for us live in /assets only; without that answer those of the
    /// scene itself serve.
    [[nodiscard]] Result<Item> withAssets(Item item, const Result<net::HttpResponse> &answer) const
    {
        if (!answer && answer.error().code == ErrorCode::Cancelled)
            return fail(answer.error());
        const auto list = answer && answer->ok() ? parseJson(answer->body) : fail(ErrorCode::NotFound, {});
        if (!list)
            return item;
        item.scene.invented |= answer->invented;
        auto merged = mergeAssets(item.scene, *list, context(),
                                  net::hostTime(answer->headers, QDateTime::currentDateTimeUtc()));
        const auto authorizer = shared->http->authorizer();
        if (merged.links.empty() || !authorizer)
            return item;
        mark(merged.links, answer->invented);
        authorizer->keep(shared->linksName(), merged.links, signAgain(item.scene));
        for (auto &asset : item.scene.assets) {
            const bool kept = std::ranges::find(merged.links, asset.href, &net::SignedLink::url) != merged.links.end();
            // A container that has signatures of its own needs none of these.
            if (!kept || asset.access == data::Access::Signed)
                continue;
            asset.access = data::Access::Signed;
            asset.connection = shared->linksName();
        }
        return item;
    }

    [[nodiscard]] stac::ParseContext context() const
    {
        return stac::ParseContext::of(shared->definition, shared->definition.url);
    }

    static void mark(std::vector<net::SignedLink> &links, bool test)
    {
        for (auto &link : links)
            link.test = test;
    }

    /// One question for all bands. Kept by the client's authorizer: it must not keep the client in turn.
    [[nodiscard]] net::SignAgain signAgain(const data::Scene &scene) const
    {
        using Links = std::vector<net::SignedLink>;
        return [weak = std::weak_ptr(shared->http), request = shared->request(assets), definition = shared->definition,
                scene]() -> Future<Links> {
            const auto http = weak.lock();
            if (!http)
                return ready<Links>(cancelled());
            return chain(http->send(request),
                         [definition, scene](const Result<net::HttpResponse> &answer) -> Result<Links> {
                             if (!answer)
                                 return fail(answer.error());
                             const auto list = readJson(*answer, definition);
                             if (!list)
                                 return fail(list.error());
                             auto copy = scene;
                             auto merged = mergeAssets(copy, *list, stac::ParseContext::of(definition, definition.url),
                                                       net::hostTime(answer->headers, QDateTime::currentDateTimeUtc()));
                             mark(merged.links, answer->invented);
                             return std::move(merged.links);
                         });
        };
    }
};

Future<Item> AstraProvider::item(const QString &id, StopToken stop)
{
    const QString escaped = QString::fromLatin1(QUrl::toPercentEncoding(id));
    const QUrl url(QString(m_shared->definition.url.toString() + u"/scenes/" + escaped), QUrl::StrictMode);

    const auto lookup = std::make_shared<const Lookup>(Lookup {m_shared, m_shared->assetsUrl(escaped)});
    return chain(m_shared->http->send(m_shared->request(url), stop),
                 [lookup, id, stop](const Result<net::HttpResponse> &answer) -> Future<Item> {
                     if (!answer)
                         return ready<Item>(fail(answer.error()));
                     const auto &shared = lookup->shared;
                     auto json = readJson(*answer, shared->definition);
                     if (!json)
                         return ready<Item>(fail(json.error()));
                     auto scene = parseScene(*json, lookup->context());
                     if (!scene)
                         return ready<Item>(fail(scene.error()));
                     scene->id = id; // always what search returned
                     scene->invented |= answer->invented;
                     dropSignatures(*json, *scene);
                     return chain(
                         shared->http->send(shared->request(lookup->assets), stop),
                         [lookup, item = Item {std::move(*scene), std::move(*json)}](
                             const Result<net::HttpResponse> &assets) { return lookup->withAssets(item, assets); });
                 });
}

} // namespace astra::providers::astra_os
