// SPDX-License-Identifier: Apache-2.0
#include "core/raster/export.h"

#include "core/raster/gdalscope.h"
#include "core/raster/tempfile.h"

#include <QCoreApplication>
#include <QFile>
#include <QFileInfo>

#include <gdal_priv.h>
#include <jpeglib.h> // wants cstdio, which the one before it has
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <csetjmp>
#include <cstdio>
#include <memory>

namespace astra::raster {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::raster)
};

using Colour = std::array<std::uint8_t, 4>;

constexpr std::size_t valuesAtOnce = 8UL << 20; ///< 32 MiB of floats
constexpr int tableSize = 1024; ///< finer than 8 bits can show; as the map does it
constexpr int jpegMost = 65500; ///< pixels a side: the format counts with 16 bits
constexpr int pngMost = 1000000; ///< what libpng's readers take
constexpr int jpegQuality = 90;

/// From a number to its place in a table of colours.
class Scale
{
public:
    explicit Scale(std::pair<double, double> range)
        : m_low(static_cast<float>(range.first))
        , m_factor(static_cast<float>((tableSize - 1) / (range.second - range.first)))
    {
    }
    [[nodiscard]] std::size_t operator()(float value) const
    {
        const float place = (value - m_low) * m_factor + 0.5F;
        return static_cast<std::size_t>(std::clamp(place, 0.0F, static_cast<float>(tableSize - 1)));
    }

private:
    float m_low;
    float m_factor;
};

std::vector<Colour> tableOf(const std::vector<std::array<std::uint8_t, 3>> &stops)
{
    std::vector<Colour> table(tableSize);
    for (std::size_t i = 0; i < table.size(); ++i) {
        const double place = static_cast<double>(i) / (tableSize - 1) * static_cast<double>(stops.size() - 1);
        const auto below = static_cast<std::size_t>(place);
        const auto above = std::min(below + 1, stops.size() - 1);
        const double f = place - static_cast<double>(below);
        for (std::size_t c = 0; c < 3; ++c)
            table[i][c] = static_cast<std::uint8_t>(std::lround(stops[below][c] * (1 - f) + stops[above][c] * f));
        table[i][3] = 255;
    }
    return table;
}

/// What a band's numbers become.
struct Painted {
    int band = 1;
    Scale scale {{0, 1}};
    std::vector<Colour> colours {}; ///< by place of the scale; or by value, where there is a colour table
};

struct Painting {
    std::vector<Painted> bands; ///< one, or three
    bool byValue = false; ///< a colour table
    bool isGrey = false;
    bool hasAlpha = false;

    [[nodiscard]] std::size_t channels() const { return (isGrey ? 1U : 3U) + (hasAlpha ? 1U : 0U); }
};

/// Rows of a raster as an 8-bit picture, made as they are asked for.
class Rows
{
public:
    Rows(GDALDataset &from, Painting painting, StopToken stop)
        : m_from(from)
        , m_painting(std::move(painting))
        , m_stop(std::move(stop))
        , m_width(static_cast<std::size_t>(from.GetRasterXSize()))
    {
        int blockWidth = 0;
        int blockHeight = 0;
        from.GetRasterBand(1)->GetBlockSize(&blockWidth, &blockHeight);
        const auto most = static_cast<int>(valuesAtOnce / (m_width * m_painting.bands.size()));
        m_rows = std::clamp(blockHeight, 1, std::max(1, most));
    }

    /// One row, pixel by pixel; null where it cannot be read.
    const std::uint8_t *row(int y)
    {
        const int first = y / m_rows * m_rows;
        if (first != m_first && !fill(first))
            return nullptr;
        return m_pixels.data() + static_cast<std::size_t>(y - first) * m_width * m_painting.channels();
    }
    [[nodiscard]] const Painting &painting() const { return m_painting; }

private:
    bool fill(int first)
    {
        m_first = -1;
        const int rows = std::min(m_rows, m_from.GetRasterYSize() - first);
        const std::size_t count = static_cast<std::size_t>(rows) * m_width;
        m_values.resize(m_painting.bands.size());
        for (std::size_t b = 0; b < m_values.size(); ++b) {
            if (m_stop.stop_requested() || !read(m_painting.bands[b].band, first, rows, m_values[b]))
                return false;
        }
        m_pixels.resize(count * m_painting.channels());
        std::uint8_t *pixel = m_pixels.data();
        for (std::size_t i = 0; i < count; ++i, pixel += m_painting.channels())
            paint(i, pixel);
        m_first = first;
        return true;
    }
    bool read(int number, int first, int rows, std::vector<float> &values)
    {
        const auto width = static_cast<int>(m_width);
        values.resize(static_cast<std::size_t>(rows) * m_width);
        GDALRasterBand *band = m_from.GetRasterBand(number);
        if (band->RasterIO(GF_Read, 0, first, width, rows, values.data(), width, rows, GDT_Float32, 0, 0, nullptr)
            != CE_None)
            return false;
        int hasNodata = 0;
        const auto nodata = static_cast<float>(band->GetNoDataValue(&hasNodata));
        if (hasNodata)
            std::replace(values.begin(), values.end(), nodata, std::nanf(""));
        return true;
    }
    void paint(std::size_t i, std::uint8_t *pixel) const
    {
        const Painted &first = m_painting.bands.front();
        const bool isEmpty = std::any_of(m_values.begin(), m_values.end(),
                                         [&](const auto &band) { return std::isnan(band[i]); });
        Colour colour {255, 255, 255, 0};
        if (!isEmpty && m_painting.bands.size() == 3) {
            for (std::size_t c = 0; c < 3; ++c) {
                const Painted &band = m_painting.bands[c];
                colour[c] = band.colours[band.scale(m_values[c][i])][0];
            }
            colour[3] = 255;
        } else if (!isEmpty) {
            const float value = m_values[0][i];
            const auto place = m_painting.byValue
                ? static_cast<std::size_t>(std::clamp(value, 0.0F, static_cast<float>(first.colours.size() - 1)))
                : first.scale(value);
            colour = first.colours[place];
        }
        const std::size_t colours = m_painting.isGrey ? 1 : 3;
        std::copy_n(colour.begin(), colours, pixel);
        if (m_painting.hasAlpha)
            pixel[colours] = colour[3];
    }

    GDALDataset &m_from;
    Painting m_painting;
    StopToken m_stop;
    std::size_t m_width;
    int m_rows = 1; ///< at a time
    int m_first = -1; ///< of those that are there
    std::vector<std::vector<float>> m_values;
    std::vector<std::uint8_t> m_pixels;
};

class RowsBand : public GDALRasterBand
{
public:
    RowsBand(GDALDataset *dataset, int number, Rows &rows, GDALColorInterp meaning)
        : m_rows(rows)
        , m_meaning(meaning)
    {
        poDS = dataset;
        nBand = number;
        nRasterXSize = dataset->GetRasterXSize();
        nRasterYSize = dataset->GetRasterYSize();
        eDataType = GDT_Byte;
        nBlockXSize = nRasterXSize;
        nBlockYSize = 1;
    }
    GDALColorInterp GetColorInterpretation() override { return m_meaning; }

protected:
    CPLErr IReadBlock(int, int y, void *data) override
    {
        const std::uint8_t *row = m_rows.row(y);
        if (!row)
            return CE_Failure;
        const std::size_t channels = m_rows.painting().channels();
        auto *const to = static_cast<std::uint8_t *>(data);
        row += nBand - 1;
        for (std::size_t x = 0; x < static_cast<std::size_t>(nRasterXSize); ++x)
            to[x] = row[x * channels];
        return CE_None;
    }

private:
    Rows &m_rows;
    GDALColorInterp m_meaning;
};

/// What GDAL's PNG driver reads from, row by row.
class RowsDataset : public GDALDataset
{
public:
    RowsDataset(int width, int height, Rows &rows)
    {
        nRasterXSize = width;
        nRasterYSize = height;
        const Painting &painting = rows.painting();
        std::vector<GDALColorInterp> meanings {GCI_GrayIndex};
        if (!painting.isGrey)
            meanings = {GCI_RedBand, GCI_GreenBand, GCI_BlueBand};
        if (painting.hasAlpha)
            meanings.push_back(GCI_AlphaBand);
        for (std::size_t i = 0; i < meanings.size(); ++i) {
            const int number = static_cast<int>(i) + 1;
            SetBand(number, new RowsBand(this, number, rows, meanings[i])); // the dataset owns it
        }
    }
};

std::optional<double> tagOf(GDALRasterBand &band, const char *name)
{
    bool ok = false;
    const double number = QByteArray(band.GetMetadataItem(name)).toDouble(&ok);
    return ok && std::isfinite(number) ? std::optional(number) : std::nullopt;
}

/// Mean ± two standard deviations, within what there is.
std::optional<std::pair<double, double>> rangeByStatistics(GDALRasterBand &band)
{
    const auto least = tagOf(band, "STATISTICS_MINIMUM");
    const auto greatest = tagOf(band, "STATISTICS_MAXIMUM");
    const auto mean = tagOf(band, "STATISTICS_MEAN");
    const auto deviation = tagOf(band, "STATISTICS_STDDEV");
    if (!least || !greatest || !mean || !deviation)
        return std::nullopt;
    return std::pair(std::max(*least, *mean - 2 * *deviation), std::min(*greatest, *mean + 2 * *deviation));
}

/// The ranges asked for, or those of the file's statistics.
std::vector<std::pair<double, double>> rangesOf(GDALDataset &from, const Picturing &picturing, std::size_t count)
{
    auto ranges = picturing.ranges;
    ranges.resize(count, {0, 0});
    std::pair<double, double> common {HUGE_VAL, -HUGE_VAL};
    for (std::size_t i = 0; i < count; ++i) {
        const auto known = rangeByStatistics(*from.GetRasterBand(static_cast<int>(i) + 1));
        if (known)
            common = {std::min(common.first, known->first), std::max(common.second, known->second)};
    }
    for (auto &range : ranges) {
        if (range.first != range.second)
            continue;
        // A picture of one value only, or of none: everything there is stays in the middle.
        range = common.first < common.second ? common
            : common.first == common.second  ? std::pair(common.first - 0.5, common.first + 0.5)
                                             : std::pair(0.0, 1.0);
    }
    return ranges;
}

Result<Painting> paintingOf(GDALDataset &from, const Picturing &picturing, Format format)
{
    Painting painting;
    painting.hasAlpha = format == Format::Png;
    const GDALColorTable *const table = from.GetRasterBand(1)->GetColorTable();
    if (from.GetRasterCount() == 1 && table && table->GetColorEntryCount() > 0) {
        Painted band;
        for (int i = 0; i < table->GetColorEntryCount(); ++i) {
            const GDALColorEntry &entry = *table->GetColorEntry(i);
            const auto byte = [](short value) { return static_cast<std::uint8_t>(std::clamp<short>(value, 0, 255)); };
            band.colours.push_back({byte(entry.c1), byte(entry.c2), byte(entry.c3), 255});
        }
        painting.byValue = true;
        painting.bands.push_back(std::move(band));
        return painting;
    }
    const std::size_t available = from.GetRasterCount() < 3 ? 1 : 3;
    const std::size_t count = picturing.ranges.empty() ? available : picturing.ranges.size();
    if ((count != 1 && count != 3) || count > available) {
        return fail(ErrorCode::InvalidInput,
                    Text::tr("A picture is made of one band or of three; here are %1, and %2 are asked for.")
                        .arg(from.GetRasterCount())
                        .arg(count));
    }
    painting.isGrey = count == 1 && picturing.ramp.empty();
    const auto colours = tableOf(count == 1 && !painting.isGrey
                                     ? picturing.ramp
                                     : std::vector<std::array<std::uint8_t, 3>> {{0, 0, 0}, {255, 255, 255}});
    const auto ranges = rangesOf(from, picturing, count);
    for (std::size_t i = 0; i < count; ++i)
        painting.bands.push_back({static_cast<int>(i) + 1, Scale(ranges[i]), colours});
    return painting;
}

int CPL_STDCALL goOn(double, const char *, void *stop)
{
    return static_cast<const StopToken *>(stop)->stop_requested() ? FALSE : TRUE;
}

Error notWritten(const QString &path, const QString &why, const StopToken &stop)
{
    if (stop.stop_requested())
        return cancelled().value();
    return {ErrorCode::Storage, Text::tr("%1 could not be written: %2").arg(path, why), path, false};
}

/// Has a driver copy the raster into the file. What is only noticed at the end (a full disk) is noticed here, too.
Result<void> copied(GDALDataset &from, const char *driver, const std::vector<const char *> &options,
                    const TempFile &file, const QString &path, const GdalScope &scope, StopToken stop)
{
    auto *const to = GetGDALDriverManager()->GetDriverByName(driver);
    if (!to)
        return fail(ErrorCode::Unsupported, Text::tr("This GDAL cannot write %1.").arg(QLatin1String(driver)), path);
    std::vector<const char *> list = options;
    list.push_back(nullptr);
    Handle written(to->CreateCopy(file.file().procName().constData(), &from, FALSE, const_cast<char **>(list.data()),
                                  goOn, &stop));
    const bool isThere = written != nullptr;
    written.reset();
    if (!isThere || !scope.text().isEmpty() || stop.stop_requested())
        return fail(notWritten(path, scope.text(), stop));
    return {};
}

struct JpegErrors {
    jpeg_error_mgr manager {}; ///< first: libjpeg gives its address back
    std::jmp_buf back {};
    std::array<char, JMSG_LENGTH_MAX> text {};
};

[[noreturn]] void leaveJpeg(j_common_ptr info)
{
    auto *const errors = reinterpret_cast<JpegErrors *>(info->err);
    errors->manager.format_message(info, errors->text.data());
    std::longjmp(errors->back, 1);
}

/// Nothing here may need to be destroyed: an error leaves libjpeg by a jump. @return whether all rows are written
bool compressed(jpeg_compress_struct &info, JpegErrors &errors, std::FILE *to, Rows &rows, const StopToken &stop)
{
    if (setjmp(errors.back) != 0) // NOLINT(cert-err52-cpp): the one way out of libjpeg
        return false;
    jpeg_stdio_dest(&info, to);
    jpeg_set_defaults(&info);
    jpeg_set_quality(&info, jpegQuality, TRUE);
    jpeg_start_compress(&info, TRUE);
    while (info.next_scanline < info.image_height) {
        const std::uint8_t *const row = rows.row(static_cast<int>(info.next_scanline));
        if (!row || stop.stop_requested())
            return false;
        JSAMPROW sample = const_cast<JSAMPROW>(row);
        jpeg_write_scanlines(&info, &sample, 1);
    }
    jpeg_finish_compress(&info);
    return true;
}

/// Not with GDAL's driver: it keeps three bytes of each pixel until the end, for the sake of a few per cent of size.
Result<void> writeJpeg(Rows &rows, int width, int height, const TempFile &file, const QString &path,
                       const GdalScope &scope, const StopToken &stop)
{
    std::FILE *const to = ::fdopen(::dup(file.file().descriptor()), "wb");
    if (!to)
        return file.file().failure(errno);
    JpegErrors errors;
    jpeg_compress_struct info {};
    info.err = jpeg_std_error(&errors.manager);
    errors.manager.error_exit = leaveJpeg;
    jpeg_create_compress(&info);
    info.image_width = static_cast<JDIMENSION>(width);
    info.image_height = static_cast<JDIMENSION>(height);
    info.input_components = static_cast<int>(rows.painting().channels());
    info.in_color_space = rows.painting().isGrey ? JCS_GRAYSCALE : JCS_RGB;
    const bool isWhole = compressed(info, errors, to, rows, stop);
    jpeg_destroy_compress(&info);
    const bool isClosed = std::fclose(to) == 0;
    if (isWhole && isClosed)
        return {};
    const QString said = scope.text().isEmpty() ? QString::fromUtf8(errors.text.data()) : scope.text();
    return fail(notWritten(path, said, stop));
}

/// First and last letter of the picture's, and a w: the convention of world files.
QString worldFileOf(const QString &path)
{
    const QFileInfo info(path);
    const QString suffix = info.suffix();
    const QString world = suffix.size() > 1 ? QString(suffix.front()) + suffix.back() + u'w' : QStringLiteral("wld");
    return info.path() + u'/' + info.completeBaseName() + u'.' + world;
}

Result<void> writeWorldFile(GDALDataset &from, const QString &path, bool durable)
{
    std::array<double, 6> t {};
    if (from.GetGeoTransform(t.data()) != CE_None)
        return {};
    QByteArray text;
    // The last two are the centre of the upper left pixel.
    for (const double number : {t[1], t[4], t[2], t[5], t[0] + (t[1] + t[2]) / 2, t[3] + (t[4] + t[5]) / 2})
        text += QByteArray::number(number, 'g', 17) + '\n';
    auto file = TempFile::beside(path);
    if (!file)
        return fail(std::move(file.error()));
    if (auto ok = file->file().writeAt(0, text.constData(), static_cast<quint64>(text.size())); !ok)
        return ok;
    return file->becomes(path, durable);
}

Result<void> writePicture(GDALDataset &from, const TempFile &file, const QString &path, Format format,
                          const Picturing &picturing, const GdalScope &scope, const StopToken &stop)
{
    const int width = from.GetRasterXSize();
    const int height = from.GetRasterYSize();
    const int most = format == Format::Png ? pngMost : jpegMost;
    if (width > most || height > most) {
        return fail(ErrorCode::Unsupported,
                    Text::tr("A picture of this format may have %1 pixels a side; this one has %2 × %3.")
                        .arg(most)
                        .arg(width)
                        .arg(height),
                    path);
    }
    auto painting = paintingOf(from, picturing, format);
    if (!painting)
        return fail(std::move(painting.error()));
    Rows rows(from, std::move(*painting), stop);
    if (format == Format::Jpeg)
        return writeJpeg(rows, width, height, file, path, scope, stop);
    RowsDataset picture(width, height, rows);
    return copied(picture, "PNG", {}, file, path, scope, stop);
}

Result<void> writeGeoTiff(GDALDataset &from, const TempFile &file, const QString &path, const GdalScope &scope,
                          const StopToken &stop)
{
    const bool isFloat = from.GetRasterBand(1)->GetRasterDataType() == GDT_Float32;
    return copied(from, "GTiff",
                  {"TILED=YES", "BLOCKXSIZE=256", "BLOCKYSIZE=256", "COMPRESS=DEFLATE",
                   isFloat ? "PREDICTOR=3" : "PREDICTOR=2", "BIGTIFF=IF_SAFER"},
                  file, path, scope, stop);
}

} // namespace

Result<void> exportCog(const QString &cog, const QString &path, Format format, const Picturing &picturing,
                       StopToken stop, bool durable)
{
    if (stop.stop_requested())
        return cancelled();
    const GdalScope scope;
    constexpr std::array<const char *, 3> drivers {"GTiff", "COG", nullptr};
    const Handle from(GDALDataset::Open(cog.toUtf8().constData(), GDAL_OF_RASTER | GDAL_OF_READONLY, drivers.data()));
    if (!from || from->GetRasterCount() < 1)
        return fail(ErrorCode::InvalidInput, Text::tr("%1 cannot be read: %2").arg(cog, scope.text()), cog);
    auto file = TempFile::beside(path);
    if (!file)
        return fail(std::move(file.error()));
    auto written = format == Format::GeoTiff ? writeGeoTiff(*from, *file, path, scope, stop)
                                             : writePicture(*from, *file, path, format, picturing, scope, stop);
    if (!written)
        return written;
    if (format == Format::GeoTiff)
        return file->becomes(path, durable);
    const QString world = worldFileOf(path);
    if (auto ok = writeWorldFile(*from, world, durable); !ok)
        return ok;
    auto named = file->becomes(path, durable);
    if (!named)
        QFile::remove(world);
    return named;
}

} // namespace astra::raster
