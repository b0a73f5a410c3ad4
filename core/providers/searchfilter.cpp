// SPDX-License-Identifier: Apache-2.0
#include "core/providers/searchfilter.h"

#include <QCoreApplication>

namespace astra::providers {

namespace {
QString tr(const char *text) { return QCoreApplication::translate("astra::Providers", text); }
} // namespace

bool answers(const data::Scene &scene, const data::SearchQuery &query, const QStringList &collections)
{
    if (query.bbox.isValid() && !data::intersects(scene.footprint, query.bbox))
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
        page.notes.append(tr("%1 answers did not match the search and are left out.").arg(dropped));
}

Page notHeld(const QString &title)
{
    Page page;
    page.matched = 0;
    page.notes.append(tr("%1 does not hold this product.").arg(title));
    return page;
}

} // namespace astra::providers
