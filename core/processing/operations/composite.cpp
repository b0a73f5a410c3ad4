// SPDX-License-Identifier: Apache-2.0
#include "core/processing/operations/composite.h"

#include "core/base/phrases.h"
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
    quint64 pixels = 0; ///< that any scene shows in any band
    quint64 scenes = 0; ///< that show them in all bands, summed

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
    if (!m_bands.isEmpty()) {
        for (const auto &scene : scenes) {
            for (const auto &band : m_bands) {
                if (auto ok = requireBand(scene, band); !ok)
                    return fail(std::move(ok.error()));
            }
        }
        return m_bands;
    }
    QStringList common;
    for (const char *name : {"red", "green", "blue", "nir"}) {
        const QString band = QLatin1String(name);
        if (std::all_of(scenes.begin(), scenes.end(),
                        [&](const SceneFacts &scene) { return scene.bands.contains(band, Qt::CaseInsensitive); }))
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
        return fail(ErrorCode::InvalidInput,
                    Text::tr("A composite is of bands, or of an index or formula in their place: not of both."));

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

    const QStringList sensors = sensorFamilies(scenes);
    if (sensors.size() > 1) {
        plan.warnings.append(
            ASTRA_PHRASE("astra::processing",
                         "The scenes are from different sensors (%1): their bands are not quite the same.")
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

/// A row of one tile, a few pixels at a time, through all scenes.
struct CompositeOperation::Stack {
    Stack(std::size_t bands, std::size_t scenes)
        : rows(scenes, std::vector<const float *>(bands))
        , layers(bands, std::vector<Lanes>(scenes))
        , counts(bands)
    {
    }
    /// The pixels x … x + used of the row.
    void load(std::size_t x, std::size_t used)
    {
        whole.fill(0);
        for (auto &count : counts)
            count.fill(0);
        Lanes last; // the row's end, filled up
        for (std::size_t s = 0; s < rows.size(); ++s) {
            Counts all;
            all.fill(1);
            for (std::size_t layer = 0; layer < layers.size(); ++layer) {
                const float *from = rows[s][layer] + x;
                if (used < lanes) {
                    last.fill(data::Block::nodata);
                    std::copy_n(from, used, last.begin());
                    from = last.data();
                }
                take(from, layers[layer][s], counts[layer], all);
            }
            for (std::size_t i = 0; i < lanes; ++i)
                whole[i] += all[i];
        }
    }
    /// Whether any scene has data in any band.
    [[nodiscard]] bool isShown(std::size_t pixel) const
    {
        return std::any_of(counts.begin(), counts.end(), [&](const Counts &count) { return count[pixel] > 0; });
    }
    /// Of the scenes in this order, the first that has all bands. @return −1: none
    [[nodiscard]] int firstWhole(const std::vector<int> &order, std::size_t pixel) const
    {
        const auto found = std::find_if(order.begin(), order.end(), [&](int scene) {
            return std::all_of(layers.begin(), layers.end(), [&](const std::vector<Lanes> &layer) {
                return std::isfinite(layer[static_cast<std::size_t>(scene)][pixel]);
            });
        });
        return found == order.end() ? -1 : *found;
    }

    std::vector<std::vector<const float *>> rows; ///< by scene and band
    std::vector<std::vector<float>> computed; ///< by scene: its row of a value
    std::vector<std::vector<Lanes>> layers; ///< by band and scene; without data: infinity
    std::vector<Counts> counts; ///< scenes with data, by band
    Counts whole {}; ///< scenes with data in all bands
};

/// @param from the row's first pixel in the tile
void CompositeOperation::startRow(const TileInput &input, std::size_t from, Stack &stack) const
{
    // A value is computed a row at a time: long enough for the evaluator to be quick.
    const auto width = static_cast<std::size_t>(input.window.width);
    stack.computed.resize(m_values.size());
    for (std::size_t s = 0; s < m_values.size(); ++s) {
        stack.computed[s].resize(width);
        m_values[s].run(input.bands, from, stack.computed[s].data(), width);
        stack.rows[s].front() = stack.computed[s].data();
    }
    for (std::size_t s = 0; s < m_reads.size(); ++s) {
        for (std::size_t band = 0; band < m_reads[s].size(); ++band)
            stack.rows[s][band] = input.bands[static_cast<std::size_t>(m_reads[s][band])].values.data() + from;
    }
}

/// What the loaded pixels become. @param at the first of them in the tile
void CompositeOperation::reduce(Stack &stack, std::size_t at, std::size_t used, std::vector<data::Block> &out) const
{
    if (m_method == methodBest) {
        for (std::size_t i = 0; i < used; ++i) {
            const int scene = stack.firstWhole(m_order, i);
            for (std::size_t band = 0; scene >= 0 && band < stack.layers.size(); ++band)
                out[band].values[at + i] = stack.layers[band][static_cast<std::size_t>(scene)][i];
        }
        return;
    }
    for (std::size_t band = 0; band < stack.layers.size(); ++band) {
        float *to = out[band].values.data() + at;
        if (m_method == methodMedian)
            medians(stack.layers[band], m_network, stack.counts[band], to, used);
        else
            means(stack.layers[band], stack.counts[band], to, used);
    }
}

TileOutput CompositeOperation::tile(const TileInput &input) const
{
    const auto width = static_cast<std::size_t>(input.window.width);
    const auto bands = static_cast<std::size_t>(m_layers);
    std::vector<data::Block> out(bands + 1, data::Block(input.window.width, input.window.height));
    Tally tally;
    Stack stack(bands, static_cast<std::size_t>(m_scenes));
    for (int y = 0; y < input.window.height; ++y) {
        if (y % rowsBetweenStops == 0 && input.stop.stop_requested())
            break;
        const std::size_t row = static_cast<std::size_t>(y) * width;
        startRow(input, row, stack);
        for (std::size_t x = 0; x < width; x += lanes) {
            const std::size_t used = std::min(lanes, width - x);
            stack.load(x, used);
            reduce(stack, row + x, used, out);
            for (std::size_t i = 0; i < used; ++i) {
                if (!stack.isShown(i))
                    continue;
                out[bands].values[row + x + i] = static_cast<float>(stack.whole[i]);
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
        summary.notes.append(ASTRA_PHRASE("astra::processing", "No pixel has data in any scene."));
    } else {
        summary.notes.append(
            ASTRA_PHRASE("astra::processing", "A pixel that has data is shown by %1 of the %2 scenes on average.")
                .arg(static_cast<double>(all.scenes) / static_cast<double>(all.pixels), 0, 'f', 1)
                .arg(m_scenes));
    }
    return summary;
}

} // namespace astra::processing
