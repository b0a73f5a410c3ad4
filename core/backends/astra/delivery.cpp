// SPDX-License-Identifier: Apache-2.0
#include "core/backends/astra/delivery.h"

#include "core/raster/dataset.h"

#include <QCoreApplication>
#include <QFile>

#include <algorithm>
#include <cmath>

namespace astra::backends {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::AstraBackend)
};

constexpr int maxSide = 200000;
constexpr int pixelsAtATime = 4 << 20;

/// Running sums in one pass (Welford), so that large rasters keep their digits.
class Summary
{
public:
    void add(const std::vector<float> &values, double scale, double offset)
    {
        for (const float raw : values) {
            if (!std::isfinite(raw))
                continue;
            const double value = static_cast<double>(raw) * scale + offset;
            ++m_count;
            const double delta = value - m_mean;
            m_mean += delta / static_cast<double>(m_count);
            m_squares += delta * (value - m_mean);
            m_minimum = std::min(m_minimum, value);
            m_maximum = std::max(m_maximum, value);
        }
    }
    [[nodiscard]] data::Statistics statistics(qint64 total) const
    {
        if (m_count == 0)
            return {0, total, 0, 0, 0, 0};
        return {m_count, total, m_minimum, m_maximum, m_mean, std::sqrt(m_squares / static_cast<double>(m_count))};
    }

private:
    qint64 m_count = 0;
    double m_mean = 0;
    double m_squares = 0;
    double m_minimum = std::numeric_limits<double>::infinity();
    double m_maximum = -std::numeric_limits<double>::infinity();
};

bool isPage(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) && file.read(512).trimmed().startsWith('<');
}

} // namespace

Result<data::Statistics> checkDelivery(const QString &path, const QString &title, const Progress &progress)
{
    if (isPage(path))
        return fail(ErrorCode::InvalidInput,
                    Text::tr("%1 delivered a web page where the result should be. Nothing was kept.").arg(title),
                    title);
    const auto refuse = [&title](const QString &why) {
        return fail(ErrorCode::InvalidInput,
                    Text::tr("What %1 delivered is no usable raster: %2 Nothing was kept.").arg(title, why), title);
    };
    auto dataset = raster::Dataset::open({path, {}, {}, 1});
    if (!dataset)
        return refuse(dataset.error().message);
    const raster::Info &info = dataset->info();
    if (info.width < 1 || info.height < 1 || info.bandCount < 1 || info.width > maxSide || info.height > maxSide)
        return refuse(Text::tr("it has no pixels, or too many."));
    if (const auto grid = info.grid(); !grid)
        return refuse(grid.error().message);

    const auto &band = info.bands.front();
    const int rows = std::clamp(pixelsAtATime / info.width, 1, info.height);
    Summary summary;
    for (int y = 0; y < info.height; y += rows) {
        if (!progress.report(static_cast<double>(y) / info.height))
            return cancelled();
        const int height = std::min(rows, info.height - y);
        const auto block = dataset->read(1, {0, y, info.width, height}, info.width, height);
        if (!block)
            return refuse(block.error().message);
        summary.add(block->values, band.scale.value_or(1), band.offset.value_or(0));
    }
    return summary.statistics(static_cast<qint64>(info.width) * info.height);
}

} // namespace astra::backends
