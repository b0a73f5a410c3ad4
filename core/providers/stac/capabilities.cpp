// SPDX-License-Identifier: Apache-2.0
#include "core/providers/stac/capabilities.h"

#include "core/providers/stac/searchrequest.h"

#include <algorithm>

namespace astra::providers::stac {

namespace {

/// The conformance classes; their order is random, and old versions write the last part in other ways.
class Classes
{
public:
    explicit Classes(const Json &landing)
        : m_all(asStringList(member(landing, "conformsTo")))
    {
    }
    [[nodiscard]] bool any() const { return !m_all.isEmpty(); }
    [[nodiscard]] bool hold(QStringView part) const
    {
        return std::any_of(m_all.begin(), m_all.end(), [&](const QString &name) { return name.contains(part); });
    }
    /// An extension of the search: "…/item-search#sort"; "…/item-search/#sort" and "…/req/sort" before 1.0.
    [[nodiscard]] bool searchHas(QStringView extension) const
    {
        return std::any_of(m_all.begin(), m_all.end(), [&](const QString &name) {
            if (!name.endsWith(extension))
                return false;
            const QStringView before = QStringView(name).chopped(extension.size());
            return before.endsWith(u"item-search#") || before.endsWith(u"item-search/#") || before.endsWith(u"/req/");
        });
    }

private:
    QStringList m_all;
};

/// The address of a link that speaks JSON and leads to no other server; empty: there is none.
QUrl linkTo(const Json &landing, std::initializer_list<QStringView> relations, QStringView method, const QUrl &at)
{
    const Json &links = member(landing, "links");
    if (!links.is_array())
        return {};
    for (const auto relation : relations) {
        for (const auto &link : links) {
            const QString type = stringAt(link, "type");
            const QString how = stringAt(link, "method", QStringLiteral("GET")).toUpper();
            const QString href = stringAt(link, "href");
            if (stringAt(link, "rel") != relation || how != method || href.isEmpty()
                || (!type.isEmpty() && !type.contains(u"json")))
                continue;
            QUrl url = at.resolved(QUrl(href));
            if (obstacle(at, url).isEmpty())
                return url;
        }
    }
    return {};
}

QUrl below(const Definition &definition, const QString &path)
{
    return QUrl(QString(definition.url.toString(QUrl::FullyEncoded) + path));
}

CloudFilter filterOf(const Classes &classes, Asking asking)
{
    const bool query = classes.searchHas(u"query");
    // The JSON form of CQL2 belongs into a body.
    if (asking == Asking::Post && classes.searchHas(u"filter") && classes.hold(u"/conf/cql2-json"))
        return CloudFilter::Cql2;
    return query && asking != Asking::Items ? CloudFilter::Query : CloudFilter::None;
}

} // namespace

bool isAsked(const Definition &definition) { return !definition.cloudFilter; }

Capabilities statedCapabilities(const Definition &definition)
{
    Capabilities known;
    known.asking = definition.get.value_or(false) ? Asking::Get : Asking::Post;
    known.search = below(definition, QStringLiteral("/search"));
    known.collections = below(definition, QStringLiteral("/collections"));
    known.cloudFilter = definition.cloudFilter.value_or(CloudFilter::None);
    known.sort = definition.sort.value_or(false);
    known.fields = definition.fields.value_or(false);
    return known;
}

Capabilities capabilitiesOf(const Json &landing, const QUrl &at, const Definition &definition)
{
    Capabilities known = statedCapabilities(definition);
    const Classes classes(landing);
    const QUrl post = linkTo(landing, {u"search"}, u"POST", at);
    const QUrl get = linkTo(landing, {u"search"}, u"GET", at);
    const QUrl list = linkTo(landing, {u"data", u"collections"}, u"GET", at);
    if (!list.isEmpty())
        known.collections = list;
    const bool searches = !post.isEmpty() || !get.isEmpty() || classes.hold(u"item-search")
        || classes.hold(u"stac-search");
    if (!searches && !definition.get && (classes.hold(u"ogcapi-features") || (classes.any() && !list.isEmpty())))
        known.asking = Asking::Items;
    else if (!definition.get)
        known.asking = post.isEmpty() && !get.isEmpty() ? Asking::Get : Asking::Post;
    const QUrl &chosen = known.asking == Asking::Get && !get.isEmpty() ? get : post;
    if (!chosen.isEmpty())
        known.search = chosen;
    if (!definition.cloudFilter)
        known.cloudFilter = filterOf(classes, known.asking);
    known.sort = definition.sort.value_or(classes.searchHas(u"sort"));
    known.fields = definition.fields.value_or(classes.searchHas(u"fields"));
    return known;
}

} // namespace astra::providers::stac
