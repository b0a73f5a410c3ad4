// SPDX-License-Identifier: Apache-2.0
#include "core/providers/searchfilter.h"

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

} // namespace

bool answers(const data::Scene &scene, const data::SearchQuery &query, const QStringList &collections)
{
    if (query.bbox.isValid() && !data::intersects(scene.footprint, query.bbox))
        return false;
    if (!query.intersects.empty() && !touch(scene.footprint, query.intersects))
        return false;
    if (scene.datetime.isValid() && !query.datetime.contains(scene.datetime))
        return false;
    if (query.cloudCoverLt && scene.cloudCover && *scene.cloudCover >= *query.cloudCoverLt)
        return false;
    return collections.isEmpty() || scene.collection.isEmpty() || collections.contains(scene.collection);
}

void keepAnswers(Page &page, const data::SearchQuery &query, const QStringList &collections)
{
    const auto dropped = std::erase_if(page.scenes,
                                       [&](const data::Scene &scene) { return !answers(scene, query, collections); });
    if (dropped > 0)
        page.notes.append(
            Text::tr("%n answers did not match the search and are left out.", nullptr, static_cast<int>(dropped)));
}

Page notHeld(const QString &title)
{
    Page page;
    page.matched = 0;
    page.notes.append(Text::tr("%1 does not hold this product.").arg(title));
    return page;
}

} // namespace astra::providers
