// SPDX-License-Identifier: Apache-2.0
#include "core/processing/inputreader.h"

#include "core/raster/radiometry.h"

#include <QCoreApplication>

#include <map>

namespace astra::processing {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::processing)
};

class DatasetBand final : public BandReader
{
public:
    DatasetBand(raster::Dataset dataset, int band, data::Radiometry radiometry, data::Grid grid)
        : m_dataset(std::move(dataset))
        , m_band(band)
        , m_radiometry(std::move(radiometry))
        , m_grid(std::move(grid))
        , m_target(m_grid)
        , m_hasClasses(!m_dataset.info().bands[static_cast<std::size_t>(band) - 1].colours.empty())
    {
    }
    [[nodiscard]] const data::Grid &grid() const override { return m_grid; }
    [[nodiscard]] const data::Radiometry &radiometry() const override { return m_radiometry; }
    [[nodiscard]] bool hasClasses() const override { return m_hasClasses; }
    void alignTo(const data::Grid &target) override
    {
        m_target = target;
        m_alignments.clear();
    }
    [[nodiscard]] Result<data::Block> read(const data::Grid &window, raster::Resampling resampling) override
    {
        m_zeros = Zeros::Explained;
        const auto place = placeOf(window, resampling);
        if (!place)
            return fail(place.error());
        int unexplained = 0;
        auto block = raster::readOnGrid(m_dataset, m_band, place->alignment, place->part, m_radiometry.nodata,
                                        &unexplained);
        if (!block)
            return block;
        judge(unexplained);
        raster::apply(*block, m_radiometry);
        return block;
    }
    [[nodiscard]] std::optional<Result<raster::RawBlock>> readRaw(const data::Grid &window) override
    {
        m_zeros = Zeros::Explained;
        const auto place = placeOf(window, raster::Resampling::Nearest);
        if (!place)
            return std::nullopt; // read() says why
        const auto own = place->alignment.own(place->part);
        const raster::Info &info = m_dataset.info();
        if (!own || own->x < 0 || own->y < 0 || own->width > info.width - own->x || own->height > info.height - own->y)
            return std::nullopt;
        auto raw = m_dataset.readRaw(m_band, *own);
        if (!raw)
            return raw.error().code == ErrorCode::Unsupported ? std::nullopt : std::optional(std::move(raw));
        auto unexplained = m_dataset.unexplainedZeros(m_band, *own, *raw);
        if (!unexplained)
            return fail(std::move(unexplained.error()));
        judge(*unexplained);
        if (m_radiometry.nodata)
            raw->nodata = m_radiometry.nodata;
        return raw;
    }
    [[nodiscard]] Zeros zeros() const override { return m_zeros; }
    [[nodiscard]] raster::ReadCost cost(const data::Grid &window) override
    {
        const auto place = placeOf(window, raster::Resampling::Bilinear);
        if (!place)
            return {};
        auto source = place->alignment.sourceOf(place->part);
        if (const auto own = place->alignment.own(place->part)) {
            const raster::Info &info = m_dataset.info();
            const int left = std::max(0, own->x);
            const int top = std::max(0, own->y);
            source = {-1,
                      {left, top, std::min(info.width, own->x + own->width) - left,
                       std::min(info.height, own->y + own->height) - top}};
        }
        if (source.window.width < 1 || source.window.height < 1)
            return {};
        return m_dataset.cost(m_band, source.level, source.window).value_or(raster::ReadCost {});
    }

private:
    struct Place {
        raster::Alignment alignment;
        raster::Window part;
    };
    [[nodiscard]] Result<Place> placeOf(const data::Grid &window, raster::Resampling resampling)
    {
        auto found = m_alignments.find(resampling);
        if (found == m_alignments.end()) {
            auto made = raster::Alignment::create(m_dataset.info(), m_target, resampling);
            if (!made)
                return fail(std::move(made.error()));
            found = m_alignments.emplace(resampling, std::move(*made)).first;
        }
        if (const auto part = found->second.partOf(window))
            return Place {found->second, *part};
        // A grid of its own: read once.
        auto other = raster::Alignment::create(m_dataset.info(), window, resampling);
        if (!other)
            return fail(std::move(other.error()));
        return Place {std::move(*other), {0, 0, window.width, window.height}};
    }
    void judge(int unexplained)
    {
        if (unexplained > 0)
            m_zeros = m_dataset.source() && m_dataset.info().compression.isEmpty() ? Zeros::Doubtful
                                                                                   : Zeros::Impossible;
    }

    raster::Dataset m_dataset;
    int m_band;
    data::Radiometry m_radiometry;
    data::Grid m_grid;
    data::Grid m_target;
    const bool m_hasClasses;
    std::map<raster::Resampling, raster::Alignment> m_alignments; ///< of m_target
    Zeros m_zeros = Zeros::Explained;
};

} // namespace

bool isClasses(const QString &band)
{
    return band.compare(u"scl", Qt::CaseInsensitive) == 0 || band.startsWith(u"qa_", Qt::CaseInsensitive)
        || band.compare(u"fmask", Qt::CaseInsensitive) == 0 || band.compare(u"cloud_qa", Qt::CaseInsensitive) == 0;
}

Result<std::unique_ptr<BandReader>> bandReader(raster::Dataset dataset, int band, const data::Radiometry &radiometry)
{
    if (band < 1 || static_cast<std::size_t>(band) > dataset.info().bands.size())
        return fail(ErrorCode::NotFound, Text::tr("The file has no band %1.").arg(band));
    auto grid = dataset.info().grid();
    if (!grid)
        return fail(std::move(grid.error()));
    return std::make_unique<DatasetBand>(std::move(dataset), band, radiometry, std::move(*grid));
}

} // namespace astra::processing
