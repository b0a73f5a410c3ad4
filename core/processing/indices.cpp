// SPDX-License-Identifier: Apache-2.0
#include "core/processing/indices.h"

#include "core/render/style.h"

#include <QCoreApplication>

#include <algorithm>

namespace astra::processing {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::processing)
};

QString titleOf(const QString &name)
{
    if (name == u"NDVI")
        return Text::tr("Vegetation");
    if (name == u"NDWI")
        return Text::tr("Open water (McFeeters)");
    if (name == u"MNDWI")
        return Text::tr("Open water, built-up land suppressed");
    if (name == u"NDMI")
        return Text::tr("Moisture of vegetation");
    if (name == u"NDSI")
        return Text::tr("Snow");
    if (name == u"NBR")
        return Text::tr("Burnt area");
    return Text::tr("Built-up land");
}

NormalisedDifference make(const QString &name)
{
    // Bands, range and ramp are said once, in the style that draws the index.
    const auto style = render::styleNamed(name);
    Q_ASSERT(style);
    const QString &a = style->bands[0];
    const QString &b = style->bands[1];
    return {name,        titleOf(name), QStringLiteral("(%1 − %2) / (%1 + %2)").arg(a, b), style->bands, style->low,
            style->high, style->ramp};
}

} // namespace

const std::vector<NormalisedDifference> &indices()
{
    static const std::vector<NormalisedDifference> all = [] {
        std::vector<NormalisedDifference> list;
        for (const auto &style : render::styles()) {
            if (!style.index.isEmpty())
                list.push_back(make(style.index));
        }
        return list;
    }();
    return all;
}

const NormalisedDifference *findIndex(const QString &name)
{
    const auto found = std::find_if(indices().begin(), indices().end(), [&](const NormalisedDifference &i) {
        return i.name.compare(name, Qt::CaseInsensitive) == 0;
    });
    return found == indices().end() ? nullptr : &*found;
}

data::Block index(const std::vector<data::Block> &blocks, const QString &name)
{
    Q_UNUSED(name) // every index of the table is the normalised difference of its two bands
    Q_ASSERT(findIndex(name) && blocks.size() >= 2 && blocks[0].values.size() == blocks[1].values.size());
    data::Block out(blocks[0].width, blocks[0].height);
    const float *a = blocks[0].values.data();
    const float *b = blocks[1].values.data();
    float *to = out.values.data();
    const std::size_t count = out.values.size();
    for (std::size_t i = 0; i < count; ++i) {
        const float sum = a[i] + b[i];
        to[i] = sum != 0.0F ? (a[i] - b[i]) / sum : data::Block::nodata;
    }
    return out;
}

} // namespace astra::processing
