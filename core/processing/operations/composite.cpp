// SPDX-License-Identifier: Apache-2.0
#include "core/processing/operations/composite.h"

#include "core/processing/comparison.h"

#include <QCoreApplication>
#include <QDataStream>
#include <QIODevice>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

namespace astra::processing {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::processing)
};

const QString methodMedian = QStringLiteral("median");
const QString methodMean = QStringLiteral("mean");
const QString methodBest = QStringLiteral("best");

/// Pixels that are worked on at a time: few enough for all scenes to stay in the cache nearest to the processor.
constexpr std::size_t lanes = 32;
using Lanes = std::array<float, lanes>;
using Counts = std::array<int, lanes>;
constexpr int rowsBetweenStops = 64;

/// Batcher's merge exchange (Knuth, volume 3, algorithm 5.2.2M): the same comparisons whatever the values, so that many
/// pixels are sorted side by side.
std::vector<std::pair<int, int>> sortingNetwork(int count)
{
    std::vector<std::pair<int, int>> network;
    int highest = 1;
    while (2 * highest < count)
        highest *= 2;
    for (int p = highest; p > 0; p /= 2) {
        int q = highest;
        int r = 0;
        int d = p;
        while (true) {
            for (int i = 0; i < count - d; ++i) {
                if ((i & p) == r)
                    network.emplace_back(i, i + d);
            }
            if (q == p)
                break;
            d = q - p;
            q /= 2;
            r = p;
        }
    }
    return network;
}

/// Values as they are sorted: what is not there comes last. @param all stays 1 where it is there
void take(const float *from, Lanes &to, Counts &counts, Counts &all)
{
    for (std::size_t i = 0; i < lanes; ++i) {
        const float value = from[i];
        const bool there = std::abs(value) <= std::numeric_limits<float>::max();
        to[i] = there ? value : std::numeric_limits<float>::infinity();
        counts[i] += there ? 1 : 0;
        all[i] &= there ? 1 : 0;
    }
}

/// The median of the values that are there, pixel by pixel; of an even number the mean of the middle two. Sorts
/// `stack` in place. @param counts how many are there
void medians(std::vector<Lanes> &stack, const std::vector<std::pair<int, int>> &network, const Counts &counts,
             float *out, std::size_t used)
{
    for (const auto &[lower, upper] : network) {
        Lanes &least = stack[static_cast<std::size_t>(lower)];
        Lanes &most = stack[static_cast<std::size_t>(upper)];
        // Written so that the compiler makes them minima and maxima of many lanes, without a branch.
        for (std::size_t i = 0; i < lanes; ++i) {
            const float a = least[i];
            const float b = most[i];
            least[i] = a < b ? a : b;
            most[i] = a > b ? a : b;
        }
    }
    for (std::size_t i = 0; i < used; ++i) {
        const int count = counts[i];
        if (count == 0) {
            out[i] = data::Block::nodata;
            continue;
        }
        const float low = stack[static_cast<std::size_t>((count - 1) / 2)][i];
        const float high = stack[static_cast<std::size_t>(count / 2)][i];
        out[i] = low == high ? low : low / 2 + high / 2;
    }
}

void means(const std::vector<Lanes> &stack, const Counts &counts, float *out, std::size_t used)
{
    std::array<double, lanes> sums {};
    for (const Lanes &scene : stack) {
        for (std::size_t i = 0; i < lanes; ++i)
            sums[i] += static_cast<double>(scene[i] <= std::numeric_limits<float>::max() ? scene[i] : 0);
    }
    for (std::size_t i = 0; i < used; ++i)
        out[i] = counts[i] > 0 ? static_cast<float>(sums[i] / counts[i]) : data::Block::nodata;
}

struct Tally {
    static constexpr quint8 version = 1;
    quint64 pixels = 0; ///< that any scene shows
    quint64 scenes = 0; ///< that show them, summed

    [[nodiscard]] QByteArray toBytes() const
    {
        QByteArray bytes;
        QDataStream stream(&bytes, QIODevice::WriteOnly);
        stream.setByteOrder(QDataStream::LittleEndian);
        stream << version << pixels << scenes;
        return bytes;
    }
    void add(const QByteArray &bytes)
    {
        QDataStream stream(bytes);
        stream.setByteOrder(QDataStream::LittleEndian);
        quint8 is = 0;
        Tally other;
        stream >> is >> other.pixels >> other.scenes;
        if (is != version)
            return;
        pixels += other.pixels;
        scenes += other.scenes;
    }
};

} // namespace

void CompositeOperation::describe(Parameters &parameters)
{
    parameters.choice(
        QStringLiteral("method"),
        Text::tr("What a pixel becomes: the median or the mean of the scenes that show it, or its value in "
                 "the one nearest to a date"),
        m_method, {methodMedian, methodMean, methodBest});
    parameters
        .date(QStringLiteral("date"), Text::tr("The date to be near to; left out, that of the latest scene"), m_date)
        .when
        = QStringLiteral("method=best");
    parameters.bands(QStringLiteral("bands"),
                     Text::tr("Which bands; left out, those of red, green, blue and nir that all scenes have"),
                     m_bands);
    parameters.expression(QStringLiteral("value"),
                          Text::tr("In place of bands: an index by name, or a formula over band names"), m_asked);
}

/// Those asked for; else of the usual four, those that all scenes have.
Result<QStringList> CompositeOperation::bandsOf(const std::vector<SceneFacts> &scenes) const
{
    const auto has = [](const SceneFacts &scene, const QString &band) {
        return scene.bands.contains(band, Qt::CaseInsensitive);
    };
    if (!m_bands.isEmpty()) {
        for (const auto &scene : scenes) {
            for (const auto &band : m_bands) {
                if (!has(scene, band)) {
                    return fail(ErrorCode::NotFound,
                                Text::tr("%1 has no band “%2”; it has: %3")
                                    .arg(scene.id, band, scene.bands.join(QStringLiteral(", "))));
                }
            }
        }
        return m_bands;
    }
    QStringList common;
    for (const char *name : {"red", "green", "blue", "nir"}) {
        const QString band = QLatin1String(name);
        if (std::all_of(scenes.begin(), scenes.end(), [&](const SceneFacts &scene) { return has(scene, band); }))
            common.append(band);
    }
    if (common.isEmpty()) {
        return fail(ErrorCode::NotFound,
                    Text::tr("None of the bands red, green, blue and nir is in all of the scenes: name the bands."));
    }
    return common;
}

/// Scenes, the nearest to the date first; equally near ones as they were given.
Result<std::vector<int>> CompositeOperation::byDate(const std::vector<SceneFacts> &scenes) const
{
    QDateTime date = m_date;
    for (const auto &scene : scenes) {
        if (!scene.datetime.isValid()) {
            return fail(ErrorCode::InvalidInput,
                        Text::tr("%1 does not state when it was taken, so that nothing tells which scene is nearest to "
                                 "a date.")
                            .arg(scene.id));
        }
        if (!m_date.isValid() && (!date.isValid() || scene.datetime > date))
            date = scene.datetime;
    }
    std::vector<int> order(scenes.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
        const auto away = [&](int scene) {
            return std::abs(scenes[static_cast<std::size_t>(scene)].datetime.msecsTo(date));
        };
        return away(a) < away(b);
    });
    return order;
}

Result<Plan> CompositeOperation::plan(const std::vector<SceneFacts> &scenes)
{
    if (scenes.size() < 2 || scenes.size() > mostScenes) {
        return fail(ErrorCode::InvalidInput,
                    Text::tr("A composite is made of 2 to %1 scenes; here are %2.").arg(mostScenes).arg(scenes.size()));
    }
    if (!m_bands.isEmpty() && !m_asked.isEmpty())
        return fail(ErrorCode::InvalidInput, Text::tr("A composite is of “bands” or of a “value”, not of both."));

    Plan plan;
    plan.extent = Extent::Union;
    m_scenes = static_cast<int>(scenes.size());
    m_values.clear();
    m_reads.clear();
    m_order.clear();
    m_network = m_method == methodMedian ? sortingNetwork(m_scenes) : std::vector<std::pair<int, int>> {};
    if (m_method == methodBest) {
        auto order = byDate(scenes);
        if (!order)
            return fail(std::move(order.error()));
        m_order = std::move(*order);
    }

    QStringList sensors;
    for (const auto &scene : scenes)
        sensors.append(sensorFamily(scene.platform));
    sensors.removeDuplicates();
    sensors.removeAll(QString());
    if (sensors.size() > 1) {
        plan.warnings.append(Text::tr("The scenes are from different sensors (%1): their bands are not quite the same.")
                                 .arg(sensors.join(QStringLiteral(", "))));
    }

    OutputFile file;
    const auto text = [&](const QString &of) {
        return QStringLiteral("%1, %2 of %3 scenes").arg(of, m_method).arg(m_scenes);
    };
    if (m_asked.isEmpty()) {
        const auto bands = bandsOf(scenes);
        if (!bands)
            return fail(bands.error());
        for (int scene = 0; scene < m_scenes; ++scene) {
            m_reads.emplace_back();
            for (const auto &band : *bands) {
                m_reads.back().push_back(static_cast<int>(plan.reads.size()));
                plan.reads.push_back({scene, band});
            }
        }
        for (const auto &band : *bands)
            file.bands.push_back({band, text(band), {}, 0, 0.3});
    } else {
        const AskedValue value(m_asked);
        for (int scene = 0; scene < m_scenes; ++scene) {
            auto bound = bind(value, scenes[static_cast<std::size_t>(scene)], scene, plan.reads);
            if (!bound)
                return fail(std::move(bound.error()));
            m_values.push_back(std::move(*bound));
        }
        const Index &index = value.index();
        file.bands.push_back({value.name(), text(value.text()), {}, index.low, index.high, index.ramp});
    }
    m_layers = static_cast<int>(file.bands.size());
    file.bands.push_back({QStringLiteral("count"),
                          QStringLiteral("How many scenes have data in all of these bands"),
                          {},
                          0,
                          static_cast<double>(m_scenes)});
    plan.files.push_back(std::move(file));
    return plan;
}

/// A few pixels of one tile, through all scenes.
struct CompositeOperation::Stack {
    std::vector<std::vector<Lanes>> layers; ///< by band and scene; without data: infinity
    std::vector<Counts> counts; ///< scenes with data, by band
    Counts whole {}; ///< scenes with data in all bands
};

TileOutput CompositeOperation::tile(const TileInput &input) const
{
    const int width = input.window.width;
    const auto scenes = static_cast<std::size_t>(m_scenes);
    const auto layers = static_cast<std::size_t>(m_layers);
    std::vector<data::Block> out(layers + 1, data::Block(width, input.window.height));
    Tally tally;

    Stack stack;
    stack.layers.assign(layers, std::vector<Lanes>(scenes));
    stack.counts.resize(layers);
    // A value is computed a row at a time: long enough for the evaluator to be quick.
    std::vector<std::vector<float>> values(m_values.size(), std::vector<float>(static_cast<std::size_t>(width)));

    const auto load = [&](std::size_t row, std::size_t x, std::size_t used) {
        stack.whole.fill(0);
        for (auto &counts : stack.counts)
            counts.fill(0);
        Lanes last; // the row's end, filled up
        for (std::size_t s = 0; s < scenes; ++s) {
            Counts all;
            all.fill(1);
            for (std::size_t layer = 0; layer < layers; ++layer) {
                const float *from = m_values.empty()
                    ? input.bands[static_cast<std::size_t>(m_reads[s][layer])].values.data() + row + x
                    : values[s].data() + x;
                if (used < lanes) {
                    last.fill(data::Block::nodata);
                    std::copy_n(from, used, last.begin());
                    from = last.data();
                }
                take(from, stack.layers[layer][s], stack.counts[layer], all);
            }
            for (std::size_t i = 0; i < lanes; ++i)
                stack.whole[i] += all[i];
        }
    };
    const auto best = [&](std::size_t i, std::size_t at) {
        for (const int scene : m_order) {
            const auto s = static_cast<std::size_t>(scene);
            const bool all = std::all_of(stack.layers.begin(), stack.layers.end(),
                                         [&](const auto &layer) { return std::isfinite(layer[s][i]); });
            if (!all)
                continue;
            for (std::size_t layer = 0; layer < layers; ++layer)
                out[layer].values[at] = stack.layers[layer][s][i];
            return;
        }
    };
    for (int y = 0; y < input.window.height; ++y) {
        if (y % rowsBetweenStops == 0 && input.stop.stop_requested())
            break;
        const std::size_t row = static_cast<std::size_t>(y) * static_cast<std::size_t>(width);
        for (std::size_t s = 0; s < m_values.size(); ++s)
            m_values[s].run(input.bands, row, values[s].data(), static_cast<std::size_t>(width));
        for (std::size_t x = 0; x < static_cast<std::size_t>(width); x += lanes) {
            const std::size_t used = std::min(lanes, static_cast<std::size_t>(width) - x);
            load(row, x, used);
            for (std::size_t layer = 0; layer < layers; ++layer) {
                float *to = out[layer].values.data() + row + x;
                if (m_method == methodMedian)
                    medians(stack.layers[layer], m_network, stack.counts[layer], to, used);
                else if (m_method == methodMean)
                    means(stack.layers[layer], stack.counts[layer], to, used);
            }
            for (std::size_t i = 0; i < used; ++i) {
                if (m_method == methodBest)
                    best(i, row + x + i);
                const bool shown = std::any_of(stack.counts.begin(), stack.counts.end(),
                                               [i](const Counts &counts) { return counts[i] > 0; });
                if (!shown)
                    continue;
                out[layers].values[row + x + i] = static_cast<float>(stack.whole[i]);
                ++tally.pixels;
                tally.scenes += static_cast<quint64>(stack.whole[i]);
            }
        }
    }
    TileOutput output;
    output.files.push_back(std::move(out));
    output.tally = tally.toBytes();
    return output;
}

Summary CompositeOperation::sumUp(const std::vector<QByteArray> &tallies) const
{
    Tally all;
    for (const auto &tally : tallies)
        all.add(tally);
    Summary summary;
    if (all.pixels == 0) {
        summary.notes.append(Text::tr("No pixel has data in any scene."));
    } else {
        summary.notes.append(Text::tr("Where a scene shows the ground at all, on average %1 of %2 do.")
                                 .arg(static_cast<double>(all.scenes) / static_cast<double>(all.pixels), 0, 'f', 1)
                                 .arg(m_scenes));
    }
    return summary;
}

} // namespace astra::processing
