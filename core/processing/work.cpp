// SPDX-License-Identifier: Apache-2.0
#include "core/processing/work.h"

#include "core/processing/rawpixels.h"
#include "core/raster/cogpyramid.h"

#include <QCoreApplication>

#include <algorithm>

namespace astra::processing {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::processing)
};

constexpr int side = raster::CogPyramid::tileSize;

} // namespace

int Work::columns() const { return (grid.width + side - 1) / side; }
int Work::rows() const { return (grid.height + side - 1) / side; }

raster::Window Work::windowOf(quint32 tile) const
{
    const int x = static_cast<int>(tile) % columns() * side;
    const int y = static_cast<int>(tile) / columns() * side;
    return {x, y, std::min(side, grid.width - x), std::min(side, grid.height - y)};
}

bool Work::touches(const raster::Window &part) const
{
    return !areas || areas->touches(part.x, part.y, part.width, part.height);
}

bool Work::hasOffset(std::size_t read) const
{
    return rules[read].offset < 0 && rules[read].quantity == u"reflectance";
}

OpenBands::OpenBands(SceneSet &scenes, StopToken stop)
    : m_scenes(scenes)
    , m_stop(std::move(stop))
{
}

Result<BandReader *> OpenBands::band(int scene, const QString &name, bool anew)
{
    return get({scene, name, false}, anew);
}

Result<BandReader *> OpenBands::mask(int scene, MaskKind kind, bool anew)
{
    return get({scene, maskBand(kind), true}, anew);
}

Result<BandReader *> OpenBands::get(const Key &key, bool anew)
{
    if (anew) {
        m_bands.erase(key);
        m_readers.erase(std::get<int>(key));
    }
    if (const auto found = m_bands.find(key); found != m_bands.end())
        return found->second.get();
    const auto &[scene, name, isMask] = key;
    auto &reader = m_readers[scene];
    if (!reader) {
        auto opened = m_scenes.open(scene, m_stop);
        if (!opened)
            return fail(std::move(opened.error()));
        reader = std::move(*opened);
    }
    auto band = reader->band(name);
    if (!band)
        return fail(std::move(band.error()));
    align(key, **band);
    return m_bands.emplace(key, std::move(*band)).first->second.get();
}

void OpenBands::align(const Key &key, BandReader &band) const
{
    if (!m_work)
        return;
    const auto scene = static_cast<std::size_t>(std::get<int>(key));
    if (!std::get<bool>(key))
        band.alignTo(m_work->grid);
    else if (scene < m_work->masks.size() && m_work->masks[scene])
        band.alignTo(m_work->masks[scene]->grid());
}

void OpenBands::alignTo(const Work &work)
{
    m_work = &work;
    for (const auto &[key, band] : m_bands)
        align(key, *band);
}

Result<data::Block> readMasked(const Work &work, OpenBands &bands, int read, const data::Grid &window)
{
    const auto place = static_cast<std::size_t>(read);
    if (read < 0 || place >= work.plan.reads.size())
        return fail(ErrorCode::Internal, Text::tr("A band was asked for that is not read."));
    const BandRead &wanted = work.plan.reads[place];
    const auto band = bands.band(wanted.scene, wanted.band);
    if (!band)
        return fail(band.error());
    auto values = (*band)->read(window, wanted.classes ? raster::Resampling::Nearest : work.resampling);
    if (!values)
        return values;
    finiteOnly(values->values.data(), values->values.size());
    const auto scene = static_cast<std::size_t>(wanted.scene);
    if (scene >= work.masks.size() || !work.masks[scene])
        return values;
    const auto part = work.masks[scene]->partOf(window);
    if (!part)
        return fail(ErrorCode::Internal, Text::tr("A window was asked for that is no part of the result."));
    std::optional<data::Block> raw;
    if (const auto from = work.masks[scene]->toRead(*part)) {
        const auto mask = bands.mask(wanted.scene, work.maskKinds[scene]);
        if (!mask)
            return fail(mask.error());
        auto read2 = (*mask)->read(*from, raster::Resampling::Nearest);
        if (!read2)
            return read2;
        raw = std::move(*read2);
    }
    applyMask(*values, work.masks[scene]->on(*part, raw));
    return values;
}

} // namespace astra::processing
