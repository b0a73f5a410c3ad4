// SPDX-License-Identifier: Apache-2.0
#include "core/processing/operations/change.h"

#include "core/base/phrases.h"
#include "core/processing/comparison.h"
#include "core/processing/exactsum.h"

#include <QCoreApplication>
#include <QDataStream>
#include <QIODevice>

#include <algorithm>
#include <array>
#include <cmath>

namespace astra::processing {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::processing)
};

constexpr double worthTelling = 0.3; // pixels of shift
constexpr int rowsBetweenStops = 64;
constexpr float bareGround = 0.2F; // NDVI of ground without green plants is below (Sobrino and others 2004)

// Colours that people who see no difference between red and green tell apart, too (Okabe and Ito).
const std::vector<std::array<std::uint8_t, 4>> classColours {
    {0xf0, 0xf0, 0xf0, 255}, {0x00, 0x9e, 0x73, 255}, {0xd5, 0x5e, 0x00, 255},
    {0xcc, 0x79, 0xa7, 255}, {0x00, 0x72, 0xb2, 255},
};
// They stand in files, which are the same in every language.
const QStringList classNames {
    QStringLiteral(QT_TRANSLATE_NOOP("astra::processing", "No change")),
    QStringLiteral(QT_TRANSLATE_NOOP("astra::processing", "Vegetation gain")),
    QStringLiteral(QT_TRANSLATE_NOOP("astra::processing", "Vegetation loss")),
    QStringLiteral(QT_TRANSLATE_NOOP("astra::processing", "Built-up gain")),
    QStringLiteral(QT_TRANSLATE_NOOP("astra::processing", "Water change")),
};
/// Where no classes are told apart: of the value itself.
const QStringList directionNames {
    QStringLiteral(QT_TRANSLATE_NOOP("astra::processing", "No change")),
    QStringLiteral(QT_TRANSLATE_NOOP("astra::processing", "Increase")),
    QStringLiteral(QT_TRANSLATE_NOOP("astra::processing", "Decrease")),
};

/// What a tile adds to the table: pixels and square metres by class, and of what is masked.
struct Tally {
    static constexpr quint8 version = 2;
    static constexpr std::size_t masked = 5;
    std::array<quint64, masked + 1> pixels {};
    std::array<ExactSum, masked + 1> area {};
    bool sawMask = false;

    [[nodiscard]] QByteArray toBytes() const
    {
        QByteArray bytes;
        QDataStream stream(&bytes, QIODevice::WriteOnly);
        stream.setByteOrder(QDataStream::LittleEndian);
        stream << version << static_cast<quint8>(sawMask);
        for (std::size_t i = 0; i < pixels.size(); ++i)
            stream << pixels[i] << area[i];
        return bytes;
    }
    /// @param each square metres of each of these pixels
    void add(const std::array<quint64, masked + 1> &more, double each)
    {
        for (std::size_t i = 0; i < pixels.size(); ++i) {
            pixels[i] += more[i];
            area[i].add(static_cast<double>(more[i]) * each);
        }
    }
    void add(const QByteArray &bytes)
    {
        QDataStream stream(bytes);
        stream.setByteOrder(QDataStream::LittleEndian);
        quint8 is = 0;
        quint8 saw = 0;
        stream >> is >> saw;
        if (is != version)
            return;
        sawMask = sawMask || saw != 0;
        for (std::size_t i = 0; i < pixels.size(); ++i) {
            quint64 count = 0;
            ExactSum metres;
            stream >> count >> metres;
            pixels[i] += count;
            area[i].add(metres);
        }
    }
};

double rounded(double value, double step) { return std::round(value / step) * step; }

} // namespace

void ChangeOperation::describe(Parameters &parameters)
{
    parameters.expression(QStringLiteral("value"),
                          Text::tr("What is compared: an index by name, or a formula over band names"), m_asked);
    parameters
        .bands(QStringLiteral("bands"),
               Text::tr("Two bands a, b in place of a value: (b − a) / (b + a) is compared; red, nir is NDVI"), m_bands)
        .advanced
        = true;
    parameters.number(QStringLiteral("threshold"), Text::tr("By how much an index has to differ to count as changed"),
                      m_threshold, 0, 1);
    parameters.toggle(
        QStringLiteral("classes"),
        Text::tr(
            "Tell classes apart, too. Water change: NDWI changes its sign, and by more than the threshold; else "
            "built-up gain: NDBI rises by more than the threshold, NDVI falls by more than half of it, and to less "
            "than 0.2; else vegetation gain or loss: NDVI rises or falls by more than the threshold"),
        m_classes);
}

Result<ChangeOperation::Pair> ChangeOperation::bindBoth(const AskedValue &value, const std::vector<SceneFacts> &scenes,
                                                        std::vector<BandRead> &reads) const
{
    std::vector<BandRead> both = reads; // all of it or nothing
    auto before = bind(value, scenes[0], 0, both);
    if (!before)
        return fail(std::move(before.error()));
    auto after = bind(value, scenes[1], 1, both);
    if (!after)
        return fail(std::move(after.error()));
    reads = std::move(both);
    return Pair {std::move(*before), std::move(*after)};
}

Result<Plan> ChangeOperation::plan(const std::vector<SceneFacts> &scenes)
{
    if (scenes.size() != 2) {
        return fail(ErrorCode::InvalidInput,
                    Text::tr("Change is between two scenes, before and after; here are %1.").arg(scenes.size()));
    }
    if (!m_bands.isEmpty() && (m_bands.size() != 2 || m_bands[0] == m_bands[1]))
        return fail(ErrorCode::InvalidInput,
                    Text::tr("What is compared in place of a value has to be two different bands."));

    Plan plan;
    plan.extent = Extent::Intersection;
    plan.masksItself = true; // what is masked is told from what is not there
    plan.warnings = comparisonWarnings(scenes[0], scenes[1]);
    plan.tables = QStringList {QStringLiteral("areas")};

    const AskedValue value(m_bands.isEmpty() ? m_asked
                                             : QStringLiteral("(%2 - %1) / (%2 + %1)").arg(m_bands[0], m_bands[1]));
    auto asked = bindBoth(value, scenes, plan.reads);
    if (!asked)
        return fail(std::move(asked.error()));
    m_value = std::move(*asked);
    m_name = value.name();
    const QString text = QStringLiteral("%1, after − before; %2").arg(m_name, value.text());
    plan.files.push_back(
        {.bands = {{m_name + QStringLiteral(" change"), text, {}, -0.5, 0.5, QStringLiteral("prgn")}}});

    m_ndvi.reset();
    m_ndwi.reset();
    m_ndbi.reset();
    const auto helper = [&](const char *index, std::optional<Pair> &pair, const QString &without) {
        auto bound = bindBoth(AskedValue(QLatin1String(index)), scenes, plan.reads);
        if (bound)
            pair = std::move(*bound);
        else
            plan.warnings.append(ASTRA_PHRASE("astra::processing", "%1 lacks bands in one of the scenes: %2")
                                     .arg(QLatin1String(index), without));
        return bound.has_value();
    };
    if (m_classes && helper("NDVI", m_ndvi, ASTRA_PHRASE("astra::processing", "No classes are told apart."))) {
        (void)helper("NDWI", m_ndwi, ASTRA_PHRASE("astra::processing", "Change of water is not told apart."));
        (void)helper("NDBI", m_ndbi, ASTRA_PHRASE("astra::processing", "Gain of built-up land is not told apart."));
        plan.files.push_back({.suffix = QStringLiteral("_classes"),
                              .type = raster::SampleType::UInt8,
                              .nodata = noData,
                              .overviews = raster::OverviewMethod::Nearest,
                              .bands = {{QStringLiteral("Classes of change"),
                                         QStringLiteral("Classes of change, threshold %1").arg(m_threshold),
                                         {},
                                         0,
                                         WaterChange}},
                              .colours = classColours,
                              .classes = classNames});
    }
    m_reads = plan.reads;
    return plan;
}

/// Of the second scene against the first; none: it cannot be told.
Result<std::optional<Shift>> ChangeOperation::sceneShift(const Preparation &preparation) const
{
    // The red band, where it is read: it varies most from field to field and least with the weather.
    std::size_t input = 0;
    const auto isRed = [&](int read) { return m_reads[static_cast<std::size_t>(read)].band == QStringLiteral("red"); };
    const auto &first = m_value->before.reads;
    const auto &second = m_value->after.reads;
    if (const auto red = std::find_if(first.begin(), first.end(), isRed); red != first.end())
        input = static_cast<std::size_t>(red - first.begin());
    if (input >= second.size())
        input = 0;
    const auto read = [&](const data::Grid &window) -> Result<std::pair<data::Block, data::Block>> {
        auto before = preparation.read(first[input], window);
        if (!before)
            return fail(std::move(before.error()));
        auto after = preparation.read(second[input], window);
        if (!after)
            return fail(std::move(after.error()));
        return std::pair {std::move(*before), std::move(*after)};
    };
    return estimateShift(preparation.grid, read, preparation.stop);
}

Result<QStringList> ChangeOperation::prepare(const Preparation &preparation)
{
    auto areas = PixelAreas::create(preparation.grid);
    if (!areas)
        return fail(std::move(areas.error()));
    m_areas = std::move(*areas);

    QStringList notes;
    if (m_ndvi) {
        notes.append(
            ASTRA_PHRASE("astra::processing", "Classes by NDVI%1%2, beyond ±%3: see docs/change.md.")
                .arg(m_ndwi ? QStringLiteral(", NDWI") : QString(), m_ndbi ? QStringLiteral(", NDBI") : QString())
                .arg(m_threshold));
    }
    const auto shift = sceneShift(preparation);
    if (!shift)
        return fail(shift.error());
    if (!*shift) {
        notes.append(
            ASTRA_PHRASE("astra::processing",
                         "Whether the scenes lie exactly on each other could not be told: they have too little in "
                         "common."));
    } else if ((*shift)->length() > worthTelling) {
        notes.append(
            ASTRA_PHRASE("astra::processing",
                         "The second scene lies about %1 pixels off the first (%2 to the right, %3 down; median of "
                         "%4 windows): what differs along edges may be no change.")
                .arg((*shift)->length(), 0, 'f', 1)
                .arg((*shift)->x, 0, 'f', 1)
                .arg((*shift)->y, 0, 'f', 1)
                .arg((*shift)->windows));
    }
    return notes;
}

/// A row of pixels; what is not asked for is not computed.
struct ChangeOperation::Row {
    explicit Row(std::size_t width)
        : difference(width)
        , ndvi(width)
        , ndviAfter(width)
        , waterBefore(width)
        , waterAfter(width)
        , ndbi(width)
        , before(width)
        , after(width)
        , masked(width)
    {
    }
    std::vector<float> difference;
    std::vector<float> ndvi; ///< after − before
    std::vector<float> ndviAfter;
    std::vector<float> waterBefore; ///< NDWI
    std::vector<float> waterAfter;
    std::vector<float> ndbi; ///< after − before
    std::vector<float> before; ///< of what is being subtracted
    std::vector<float> after;
    std::vector<std::uint8_t> masked; ///< in one of the scenes
};

/// @param from the row's first pixel in the tile
void ChangeOperation::compute(const TileInput &input, std::size_t from, Row &row) const
{
    const std::size_t width = row.difference.size();
    const auto run = [&](const Pair &pair, std::vector<float> &before, std::vector<float> &after) {
        pair.before.run(input.bands, from, before.data(), width);
        pair.after.run(input.bands, from, after.data(), width);
    };
    const auto subtract = [&](const Pair &pair, std::vector<float> &after, std::vector<float> &out) {
        run(pair, row.before, after);
        for (std::size_t x = 0; x < width; ++x)
            out[x] = after[x] - row.before[x];
    };
    subtract(*m_value, row.after, row.difference);
    if (m_ndvi)
        subtract(*m_ndvi, row.ndviAfter, row.ndvi);
    if (m_ndwi)
        run(*m_ndwi, row.waterBefore, row.waterAfter);
    if (m_ndbi)
        subtract(*m_ndbi, row.after, row.ndbi);
    std::fill(row.masked.begin(), row.masked.end(), std::uint8_t {0});
    for (const auto &mask : input.masks) {
        if (!mask)
            continue;
        const float *values = mask->values.data() + from;
        for (std::size_t x = 0; x < width; ++x)
            row.masked[x] |= values[x] == 0 ? 0 : 1; // 0 is the one value that says it is clear
    }
}

std::uint8_t ChangeOperation::classOf(const Row &row, std::size_t at) const
{
    const auto threshold = static_cast<float>(m_threshold);
    // Without classes, it is the value itself that rises or falls.
    const float change = m_ndvi ? row.ndvi[at] : row.difference[at];
    // Comparisons with NaN are false: what one index cannot tell, the next one may.
    if (m_ndwi && std::abs(row.waterAfter[at] - row.waterBefore[at]) > threshold
        && (row.waterBefore[at] > 0) != (row.waterAfter[at] > 0))
        return WaterChange;
    if (m_ndbi && row.ndbi[at] > threshold && change < -threshold / 2 && row.ndviAfter[at] < bareGround)
        return BuiltUpGain;
    if (change > threshold)
        return VegetationGain;
    if (change < -threshold)
        return VegetationLoss;
    return NoChange;
}

/// Where in the tally a pixel counts; none: it has no data in one of the scenes.
std::optional<std::size_t> ChangeOperation::judge(const Row &row, std::size_t at) const
{
    if (!std::isfinite(row.difference[at]) || (m_ndvi && !std::isfinite(row.ndvi[at])))
        return std::nullopt;
    return row.masked[at] != 0 ? Tally::masked : std::size_t {classOf(row, at)};
}

TileOutput ChangeOperation::tile(const TileInput &input) const
{
    const data::Grid &window = input.window;
    const data::Grid &grid = m_areas->grid();
    const int left = static_cast<int>(std::lround((window.originX - grid.originX) / grid.pixelWidth));
    const int top = static_cast<int>(std::lround((grid.originY - window.originY) / grid.pixelHeight));
    const auto width = static_cast<std::size_t>(window.width);

    data::Block difference(window.width, window.height);
    data::Block classes;
    if (m_ndvi)
        classes = data::Block(window.width, window.height);
    Tally tally;
    tally.sawMask = std::any_of(input.masks.begin(), input.masks.end(), [](const auto &mask) { return bool(mask); });
    Row row(width);
    for (int y = 0; y < window.height; ++y) {
        if (y % rowsBetweenStops == 0 && input.stop.stop_requested())
            break;
        const std::size_t from = static_cast<std::size_t>(y) * width;
        compute(input, from, row);
        m_areas->row(top + y, left, left + window.width, [&](int begin, int end, double area) {
            std::array<quint64, Tally::masked + 1> pixels {};
            for (auto x = static_cast<std::size_t>(begin - left); x < static_cast<std::size_t>(end - left); ++x) {
                const auto is = judge(row, x);
                if (!is)
                    continue;
                ++pixels[*is];
                if (*is == Tally::masked)
                    continue;
                difference.values[from + x] = row.difference[x];
                if (m_ndvi)
                    classes.values[from + x] = static_cast<float>(*is);
            }
            tally.add(pixels, area);
        });
    }
    TileOutput output;
    output.files.emplace_back().push_back(std::move(difference));
    if (m_ndvi)
        output.files.emplace_back().push_back(std::move(classes));
    output.tally = tally.toBytes();
    return output;
}

Summary ChangeOperation::sumUp(const std::vector<QByteArray> &tallies) const
{
    Tally all;
    for (const auto &tally : tallies)
        all.add(tally);
    ExactSum both;
    for (const auto &area : all.area)
        both.add(area);
    const double observed = both.value();
    const auto percent = [&](double area) { return observed > 0 ? rounded(100 * area / observed, 1e-4) : 0; };

    Summary summary;
    Table table {QStringLiteral("areas"),
                 {QStringLiteral("value"), QStringLiteral("class"), QStringLiteral("pixels"), QStringLiteral("area_ha"),
                  QStringLiteral("share_percent")},
                 {}};
    const auto add = [&](int value, const QString &name, std::size_t at) {
        constexpr double hectare = 10'000; // m²
        const double area = all.area[at].value();
        table.rows.push_back({value, toStd(name), all.pixels[at], rounded(area / hectare, 1e-4), percent(area)});
    };
    const QStringList names = m_ndvi ? classNames : directionNames;
    for (int i = 0; i < names.size(); ++i) {
        const bool judged = !m_ndvi || ((i != BuiltUpGain || m_ndbi) && (i != WaterChange || m_ndwi));
        if (judged)
            add(i, names[i], static_cast<std::size_t>(i));
    }
    add(noData, QStringLiteral("Masked"), Tally::masked);
    summary.tables.push_back(std::move(table));

    const double masked = all.area[Tally::masked].value();
    if (!(observed > 0)) {
        summary.notes.append(
            ASTRA_PHRASE("astra::processing", "Nothing can be compared: no pixel has data in both scenes."));
    } else if (!all.sawMask) {
        summary.notes.append(ASTRA_PHRASE(
            "astra::processing", "Clouds were not masked: where one of the scenes shows them, they count as change."));
    } else if (!(masked < observed)) {
        summary.notes.append(
            ASTRA_PHRASE("astra::processing", "Nothing can be compared: every pixel is masked in one of the scenes."));
    } else {
        summary.notes.append(
            ASTRA_PHRASE("astra::processing", "%1 % of what both scenes cover is masked; of that nothing is said.")
                .arg(percent(masked), 0, 'f', 2));
    }
    return summary;
}

} // namespace astra::processing
