// SPDX-License-Identifier: Apache-2.0
#include "core/processing/inputreader.h"

#include "core/raster/radiometry.h"

namespace astra::processing {

namespace {

class DatasetBand final : public BandReader
{
public:
    DatasetBand(raster::Dataset dataset, int band, data::Radiometry radiometry, data::Grid grid)
        : m_dataset(std::move(dataset))
        , m_band(band)
        , m_radiometry(std::move(radiometry))
        , m_grid(std::move(grid))
    {
    }
    [[nodiscard]] const data::Grid &grid() const override { return m_grid; }
    [[nodiscard]] const data::Radiometry &radiometry() const override { return m_radiometry; }
    [[nodiscard]] Result<data::Block> read(const data::Grid &window, raster::Resampling resampling) override
    {
        auto block = raster::readOnGrid(m_dataset, m_band, window, resampling, m_radiometry.nodata);
        if (block)
            raster::apply(*block, m_radiometry);
        return block;
    }

private:
    raster::Dataset m_dataset;
    int m_band;
    data::Radiometry m_radiometry;
    data::Grid m_grid;
};

} // namespace

Result<std::unique_ptr<BandReader>> bandReader(raster::Dataset dataset, int band, const data::Radiometry &radiometry)
{
    auto grid = dataset.info().grid();
    if (!grid)
        return fail(std::move(grid.error()));
    return std::make_unique<DatasetBand>(std::move(dataset), band, radiometry, std::move(*grid));
}

} // namespace astra::processing
