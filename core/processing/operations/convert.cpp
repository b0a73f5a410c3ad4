// SPDX-License-Identifier: Apache-2.0
#include "core/processing/operations/convert.h"

#include "core/base/phrases.h"
#include "core/processing/inputreader.h"

#include <QCoreApplication>
#include <QDataStream>
#include <QIODevice>
#include <QRegularExpression>

#include <algorithm>
#include <cmath>

namespace astra::processing {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::processing)
};

constexpr quint8 tallyVersion = 1;

// As the Sen2Cor product and most programs colour the scene classification.
const std::vector<std::array<std::uint8_t, 4>> sclColours {
    {0, 0, 0, 255},       {255, 0, 0, 255},     {47, 47, 47, 255},    {100, 50, 0, 255},
    {0, 160, 0, 255},     {255, 230, 90, 255},  {0, 0, 255, 255},     {128, 128, 128, 255},
    {192, 192, 192, 255}, {255, 255, 255, 255}, {100, 200, 255, 255}, {255, 150, 255, 255},
};
// They stand in the file, which is the same in every language.
const QStringList sclNames {
    QStringLiteral(QT_TRANSLATE_NOOP("astra::processing", "No data")),
    QStringLiteral(QT_TRANSLATE_NOOP("astra::processing", "Saturated or defective")),
    QStringLiteral(QT_TRANSLATE_NOOP("astra::processing", "Dark area")),
    QStringLiteral(QT_TRANSLATE_NOOP("astra::processing", "Cloud shadow")),
    QStringLiteral(QT_TRANSLATE_NOOP("astra::processing", "Vegetation")),
    QStringLiteral(QT_TRANSLATE_NOOP("astra::processing", "Not vegetated")),
    QStringLiteral(QT_TRANSLATE_NOOP("astra::processing", "Water")),
    QStringLiteral(QT_TRANSLATE_NOOP("astra::processing", "Unclassified")),
    QStringLiteral(QT_TRANSLATE_NOOP("astra::processing", "Cloud, medium probability")),
    QStringLiteral(QT_TRANSLATE_NOOP("astra::processing", "Cloud, high probability")),
    QStringLiteral(QT_TRANSLATE_NOOP("astra::processing", "Thin cirrus")),
    QStringLiteral(QT_TRANSLATE_NOOP("astra::processing", "Snow or ice")),
};

bool isScl(const QString &band) { return band.compare(u"scl", Qt::CaseInsensitive) == 0; }
bool isQaPixel(const QString &band) { return band.compare(u"qa_pixel", Qt::CaseInsensitive) == 0; }

/// "s2.red" as (1, red); "red" as (none, red).
std::pair<std::optional<int>, QString> placed(const QString &name)
{
    static const QRegularExpression ofScene(QStringLiteral("^s([0-9]{1,4})\\.(.+)$"));
    const auto match = ofScene.match(name);
    if (!match.hasMatch())
        return {std::nullopt, name};
    return {match.captured(1).toInt() - 1, match.captured(2)};
}

/// The type that holds the bands as they are.
OutputFile fileFor(const std::vector<BandRead> &reads)
{
    const auto all = [&](auto holds) {
        return std::all_of(reads.begin(), reads.end(), [&](const BandRead &read) { return holds(read.band); });
    };
    OutputFile file;
    if (all(isClasses))
        file.overviews = raster::OverviewMethod::Nearest;
    if (all(isScl)) {
        file.type = raster::SampleType::UInt8;
        file.nodata = 0;
        if (reads.size() == 1) {
            file.colours = sclColours;
            file.classes = sclNames;
        }
    } else if (all(isQaPixel)) {
        file.type = raster::SampleType::UInt16;
        file.nodata = 1; // the bit "fill" alone
    }
    return file;
}

} // namespace

void StackOperation::describe(Parameters &parameters)
{
    parameters
        .bands(QStringLiteral("bands"),
               Text::tr("Which bands, in this order; of several scenes, red is that of each and s2.red that of the "
                        "second"),
               m_bands)
        .required
        = true;
}

void ConvertOperation::describe(Parameters &parameters)
{
    parameters.bands(QStringLiteral("bands"), Text::tr("Which bands, in this order"), m_bands).required = true;
}

Result<std::vector<BandRead>> StackOperation::readsOf(const std::vector<SceneFacts> &scenes) const
{
    const int count = static_cast<int>(scenes.size());
    std::vector<BandRead> reads;
    for (const QString &wanted : m_bands) {
        const auto [only, band] = placed(wanted);
        if (only && (*only < 0 || *only >= count)) {
            return fail(ErrorCode::InvalidInput,
                        Text::tr("“%1” is of scene %2, and there are %3.").arg(wanted).arg(*only + 1).arg(count));
        }
        for (int scene = only.value_or(0); scene <= only.value_or(count - 1); ++scene) {
            if (auto ok = requireBand(scenes[static_cast<std::size_t>(scene)], band); !ok)
                return fail(std::move(ok.error()));
            reads.push_back({scene, band, isClasses(band)});
        }
    }
    if (reads.empty())
        return fail(ErrorCode::InvalidInput, Text::tr("No band is named: say which are wanted."));
    if (reads.size() > mostBands) {
        return fail(ErrorCode::InvalidInput,
                    Text::tr("One file may have %1 bands at most; these are %2.").arg(mostBands).arg(reads.size()));
    }
    return reads;
}

Result<Plan> StackOperation::plan(const std::vector<SceneFacts> &scenes)
{
    auto reads = readsOf(scenes);
    if (!reads)
        return fail(std::move(reads.error()));
    Plan plan;
    OutputFile file = fileFor(*reads);
    m_names.clear();
    for (const BandRead &read : *reads) {
        const bool isAlone = scenes.size() == 1;
        const QString name = isAlone ? read.band : QStringLiteral("s%1.%2").arg(read.scene + 1).arg(read.band);
        if (m_names.contains(name, Qt::CaseInsensitive))
            return fail(ErrorCode::InvalidInput, Text::tr("The band “%1” is named twice.").arg(name));
        m_names.append(name);
        const QString &id = scenes[static_cast<std::size_t>(read.scene)].id;
        OutputBand out {name, isAlone ? name : QStringLiteral("%1 of %2").arg(read.band, id)};
        out.copies = static_cast<int>(file.bands.size());
        file.bands.push_back(std::move(out));
    }
    plan.reads = std::move(*reads);
    plan.files.push_back(std::move(file));
    return plan;
}

TileOutput StackOperation::tile(const TileInput &input) const
{
    TileOutput output;
    output.files.push_back(input.bands);
    QDataStream stream(&output.tally, QIODevice::WriteOnly);
    stream.setByteOrder(QDataStream::LittleEndian);
    stream << tallyVersion;
    for (const data::Block &band : input.bands) {
        const auto empty = std::count_if(band.values.begin(), band.values.end(),
                                         [](float value) { return std::isnan(value); });
        stream << static_cast<quint64>(band.values.size()) - static_cast<quint64>(empty);
    }
    return output;
}

Summary StackOperation::sumUp(const std::vector<QByteArray> &tallies) const
{
    std::vector<quint64> valid(static_cast<std::size_t>(m_names.size()), 0);
    for (const QByteArray &tally : tallies) {
        QDataStream stream(tally);
        stream.setByteOrder(QDataStream::LittleEndian);
        quint8 version = 0;
        stream >> version;
        for (std::size_t i = 0; version == tallyVersion && i < valid.size(); ++i) {
            quint64 count = 0;
            stream >> count;
            valid[i] += count;
        }
    }
    Summary summary;
    for (int i = 0; i < m_names.size(); ++i) {
        if (valid[static_cast<std::size_t>(i)] == 0)
            summary.notes.append(ASTRA_PHRASE("astra::processing", "The band %1 has no data here.").arg(m_names[i]));
    }
    return summary;
}

} // namespace astra::processing
