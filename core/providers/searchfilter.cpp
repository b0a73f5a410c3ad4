// SPDX-License-Identifier: Apache-2.0
#include "core/providers/searchfilter.h"

#include "core/data/sensor.h"

#include <QCoreApplication>

#include <algorithm>

namespace astra::providers {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::providers)
};

double turn(QPointF a, QPointF b, QPointF c)
{
    return (b.x() - a.x()) * (c.y() - a.y()) - (b.y() - a.y()) * (c.x() - a.x());
}

bool cross(QPointF a, QPointF b, QPointF c, QPointF d)
{
    return turn(a, b, c) * turn(a, b, d) < 0 && turn(c, d, a) * turn(c, d, b) < 0;
}

bool edgesCross(const data::Ring &a, const data::Ring &b)
{
    for (std::size_t i = 0; i < a.size(); ++i) {
        for (std::size_t j = 0; j < b.size(); ++j) {
            if (cross(a[i], a[(i + 1) % a.size()], b[j], b[(j + 1) % b.size()]))
                return true;
        }
    }
    return false;
}

bool anyCornerIn(const data::Rings &a, const data::Rings &b)
{
    return std::any_of(a.begin(), a.end(), [&](const data::Ring &ring) {
        return std::any_of(ring.begin(), ring.end(),
                           [&](QPointF point) { return data::contains(b, point.x(), point.y()); });
    });
}

bool touch(const data::Rings &a, const data::Rings &b)
{
    if (anyCornerIn(a, b) || anyCornerIn(b, a))
        return true;
    return std::any_of(a.begin(), a.end(), [&](const data::Ring &ring) {
        return std::any_of(b.begin(), b.end(), [&](const data::Ring &other) { return edgesCross(ring, other); });
    });
}

/// Asked for a product by name and got another one: a catalogue that keeps all levels in one collection.
bool isOfAnotherProduct(const data::Scene &scene, const data::SearchQuery &query)
{
    if (scene.product.isEmpty() || query.collections.isEmpty())
        return false;
    return std::none_of(query.collections.begin(), query.collections.end(), [&](const QString &wanted) {
        const QString product = data::productOfCollection(wanted);
        return product.isEmpty() || product == scene.product;
    });
}

} // namespace

Misfit misfitOf(const data::Scene &scene, const data::SearchQuery &query, const QStringList &collections)
{
    if (!collections.isEmpty() && !scene.collection.isEmpty() && !collections.contains(scene.collection))
        return Misfit::WrongLevel;
    if (isOfAnotherProduct(scene, query))
        return Misfit::WrongLevel;
    if (query.bbox.isValid() && !data::intersects(scene.footprint, query.bbox))
        return Misfit::Elsewhere;
    if (!query.intersects.empty() && !touch(scene.footprint, query.intersects))
        return Misfit::Elsewhere;
    if (scene.datetime.isValid() && !query.datetime.contains(scene.datetime))
        return Misfit::Elsewhere;
    if (query.cloudCoverLt && scene.cloudCover && *scene.cloudCover >= *query.cloudCoverLt)
        return Misfit::Cloudier;
    return Misfit::None;
}

bool mayHold(const data::CollectionInfo &collection, const data::SearchQuery &query)
{
    const auto &times = collection.datetime;
    const bool before = times.end && query.datetime.start && *times.end < *query.datetime.start;
    const bool after = times.start && query.datetime.end && *times.start > *query.datetime.end;
    const bool elsewhere = collection.bbox && query.bbox.isValid() && !collection.bbox->intersects(query.bbox);
    return !before && !after && !elsewhere;
}

void keepAnswers(Page &page, const data::SearchQuery &query, const QStringList &collections)
{
    SetAside aside;
    std::erase_if(page.scenes, [&](const data::Scene &scene) {
        const Misfit misfit = misfitOf(scene, query, collections);
        aside.wrongLevel += misfit == Misfit::WrongLevel ? 1 : 0;
        aside.elsewhere += misfit == Misfit::Elsewhere ? 1 : 0;
        aside.cloudier += misfit == Misfit::Cloudier ? 1 : 0;
        return misfit != Misfit::None;
    });
    page.aside += aside;
    // Cloudy scenes are what a catalogue answers that was not asked to leave them out.
    const int unasked = aside.wrongLevel + aside.elsewhere + (page.cloudFilterSent ? aside.cloudier : 0);
    if (unasked > 0)
        page.notes.append(Text::tr("%n answers did not match the search and are left out.", nullptr, unasked));
}

Page notHeld(const QString &title)
{
    Page page;
    page.matched = 0;
    page.notes.append(Text::tr("%1 does not hold this product.").arg(title));
    return page;
}

} // namespace astra::providers
