// SPDX-License-Identifier: Apache-2.0
#include "core/raster/dataset.h"

#include "core/base/logging.h"
#include "core/raster/bytefiles.h"
#include "core/raster/gdalscope.h"
#include "core/raster/owntiles.h"
#include "core/raster/posixfile.h"
#include "core/raster/tiletable.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QtEndian>

#include <fcntl.h>
#include <gdal_priv.h>
#include <gdalwarper.h>
#include <ogr_spatialref.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <limits>
#include <span>

namespace astra::raster {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::raster)
};

constexpr std::array remoteDrivers {"GTiff", "COG", "JP2OpenJPEG", "PNG", "JPEG", static_cast<const char *>(nullptr)};
constexpr std::array localDrivers {"GTiff", "COG",     "JP2OpenJPEG", "PNG",
                                   "JPEG",  "MBTiles", "SENTINEL2",   static_cast<const char *>(nullptr)};
// A read is a window for a map tile or a row of tiles; anything near this is a mistake, not a picture.
constexpr qint64 maxPixels = 512LL << 20;

/// Hides the folder of a remote file from GDAL, so that it looks for no side-cars; local ones may have them (.ovr).
class NoSiblings
{
public:
    NoSiblings() { CPLSetThreadLocalConfigOption(option, "EMPTY_DIR"); }
    ~NoSiblings() { CPLSetThreadLocalConfigOption(option, nullptr); }
    NoSiblings(const NoSiblings &) = delete;
    NoSiblings &operator=(const NoSiblings &) = delete;

private:
    static constexpr auto option = "GDAL_DISABLE_READDIR_ON_OPEN";
};

QString crsOf(const OGRSpatialReference *reference)
{
    if (!reference)
        return {};
    const char *authority = reference->GetAuthorityName(nullptr);
    const char *code = reference->GetAuthorityCode(nullptr);
    if (authority && code && qstrcmp(authority, "EPSG") == 0)
        return QStringLiteral("EPSG:") + QString::fromUtf8(code);
    const std::array<const char *, 3> options {"FORMAT=WKT2_2019", "MULTILINE=NO", nullptr};
    char *text = nullptr;
    const bool ok = reference->exportToWkt(&text, options.data()) == OGRERR_NONE;
    QString wkt = ok ? QString::fromUtf8(text) : QString();
    CPLFree(text);
    return wkt;
}

std::vector<std::pair<QString, QString>> pairsOf(char **list)
{
    std::vector<std::pair<QString, QString>> pairs;
    for (; list && *list; ++list) {
        const QString line = QString::fromUtf8(*list);
        const auto equals = line.indexOf(u'=');
        if (equals > 0)
            pairs.emplace_back(line.left(equals), line.mid(equals + 1));
    }
    return pairs;
}

std::vector<std::array<std::uint8_t, 4>> coloursOf(const GDALColorTable *table)
{
    std::vector<std::array<std::uint8_t, 4>> colours;
    if (!table || table->GetPaletteInterpretation() != GPI_RGB)
        return colours;
    const auto byte = [](short value) { return static_cast<std::uint8_t>(std::clamp<short>(value, 0, 255)); };
    colours.reserve(static_cast<std::size_t>(table->GetColorEntryCount()));
    for (int i = 0; i < table->GetColorEntryCount(); ++i) {
        const GDALColorEntry &entry = *table->GetColorEntry(i);
        colours.push_back({byte(entry.c1), byte(entry.c2), byte(entry.c3), byte(entry.c4)});
    }
    return colours;
}

BandInfo bandInfo(GDALRasterBand *band)
{
    BandInfo info;
    info.dataType = QString::fromUtf8(GDALGetDataTypeName(band->GetRasterDataType()));
    int present = 0;
    const double nodata = band->GetNoDataValue(&present);
    if (present)
        info.nodata = nodata;
    const double scale = band->GetScale(&present);
    if (present && std::isfinite(scale) && scale != 0)
        info.scale = scale;
    const double offset = band->GetOffset(&present);
    if (present && std::isfinite(offset))
        info.offset = offset;
    info.description = QString::fromUtf8(band->GetDescription());
    info.colorInterpretation = QString::fromUtf8(GDALGetColorInterpretationName(band->GetColorInterpretation()));
    info.metadata = pairsOf(band->GetMetadata());
    info.colours = coloursOf(band->GetColorTable());
    char **names = band->GetCategoryNames();
    for (; names && *names; ++names)
        info.categories.append(QString::fromUtf8(*names));
    return info;
}

Info describe(GDALDataset &dataset, const QString &name)
{
    Info info;
    info.name = name;
    info.width = dataset.GetRasterXSize();
    info.height = dataset.GetRasterYSize();
    info.bandCount = dataset.GetRasterCount();
    info.crs = crsOf(dataset.GetSpatialRef());
    info.hasGeoTransform = dataset.GetGeoTransform(info.geoTransform.data()) == CE_None;
    info.hasGcps = dataset.GetGCPCount() > 0;
    const auto &t = info.geoTransform;
    info.northUp = info.hasGeoTransform && t[2] == 0 && t[4] == 0 && t[1] > 0 && t[5] < 0;
    for (int i = 1; i <= info.bandCount; ++i)
        info.bands.push_back(bandInfo(dataset.GetRasterBand(i)));
    if (info.bandCount > 0) {
        auto *band = dataset.GetRasterBand(1);
        band->GetBlockSize(&info.blockWidth, &info.blockHeight);
        for (int i = 0; i < band->GetOverviewCount(); ++i) {
            if (auto *overview = band->GetOverview(i))
                info.overviews.emplace_back(overview->GetXSize(), overview->GetYSize());
        }
    }
    info.compression = QString::fromUtf8(dataset.GetMetadataItem("COMPRESSION", "IMAGE_STRUCTURE"));
    info.metadata = pairsOf(dataset.GetMetadata());
    return info;
}

std::optional<RawBlock::Type> rawType(GDALDataType type)
{
    switch (type) {
    case GDT_Byte:
        return RawBlock::Type::UInt8;
    case GDT_UInt16:
        return RawBlock::Type::UInt16;
    case GDT_Int16:
        return RawBlock::Type::Int16;
    case GDT_Float32:
        return RawBlock::Type::Float32;
    default:
        return std::nullopt;
    }
}

/// What two windows share; they touch.
Window common(const Window &a, const Window &b)
{
    const int x = std::max(a.x, b.x);
    const int y = std::max(a.y, b.y);
    return {x, y, std::min(a.x + a.width, b.x + b.width) - x, std::min(a.y + a.height, b.y + b.height) - y};
}

template<typename T> bool allZero(const T *pixels, const Window &all, const Window &part)
{
    for (int y = part.y - all.y; y < part.y - all.y + part.height; ++y) {
        const T *row = pixels + static_cast<std::ptrdiff_t>(y) * all.width + (part.x - all.x);
        for (int x = 0; x < part.width; ++x) {
            if (row[x] != T(0) && row[x] == row[x]) // NaN is what nodata was made into
                return false;
        }
    }
    return true;
}

QString shortened(const QString &name, qint64 size)
{
    return Text::tr("%1 ends early: it has %2 bytes, and what is to be read would follow behind them. Copy or download "
                    "the file again.")
        .arg(name)
        .arg(size);
}

/// Whether a TIFF's first directory, without which nothing of it can be read, lies behind the end of the file.
bool endsBeforeDirectory(const QString &path, qint64 size)
{
    std::array<char, 16> head {};
    const auto file = PosixFile::open(path, O_RDONLY);
    if (!file || size < static_cast<qint64>(head.size()) || !file->readAt(0, head.data(), head.size()))
        return false;
    const bool little = head[0] == 'I' && head[1] == 'I';
    if (!little && (head[0] != 'M' || head[1] != 'M'))
        return false;
    const auto number = [&](std::size_t at, auto value) {
        std::memcpy(&value, head.data() + at, sizeof value);
        return static_cast<quint64>(little ? qFromLittleEndian(value) : qFromBigEndian(value));
    };
    constexpr quint64 bigVersion = 43;
    const quint64 version = number(2, quint16());
    const bool isTiff = version == bigVersion || version == bigVersion - 1;
    const quint64 directory = version == bigVersion ? number(8, quint64()) : number(4, quint32());
    return isTiff && directory >= static_cast<quint64>(size);
}

} // namespace

QString Info::metadataValue(const QString &key) const
{
    for (const auto &[own, value] : metadata) {
        if (own == key)
            return value;
    }
    return {};
}

Result<data::Grid> Info::grid() const
{
    if (hasGcps && !hasGeoTransform) {
        return fail(ErrorCode::Unsupported,
                    Text::tr("%1 is placed by ground control points only; it has to be rectified first.").arg(name),
                    name);
    }
    if (crs.isEmpty())
        return fail(ErrorCode::Unsupported,
                    Text::tr("%1 has no coordinate system, so its place is not known.").arg(name), name);
    if (!hasGeoTransform)
        return fail(ErrorCode::Unsupported, Text::tr("%1 does not say where it lies.").arg(name), name);
    if (!northUp) {
        return fail(ErrorCode::Unsupported,
                    Text::tr("%1 is rotated or mirrored; it has to be rectified north-up first.").arg(name), name);
    }
    return data::Grid {crs, geoTransform[0], geoTransform[3], geoTransform[1], -geoTransform[5], width, height};
}

class Dataset::Private
{
public:
    ~Private()
    {
        const GdalScope scope;
        handle.reset();
        original.reset();
    }
    [[nodiscard]] qint64 fileSize() const { return file ? static_cast<qint64>(file->source()->size()) : localSize; }
    /// Where the band lies: the file itself, or one of overviews beside it.
    [[nodiscard]] QString fileOf(GDALRasterBand &band) const;
    /// Why a window could not be read: that nobody wants it, what the source said, or what is wrong with the file.
    [[nodiscard]] Error readError(const GdalScope &scope, GDALRasterBand &band, const Window &w) const;
    /// The band (or overview) that has this window; the sentence if there is none.
    [[nodiscard]] Result<GDALRasterBand *> bandFor(int band, int level, const Window &w) const;
    [[nodiscard]] Result<int> unexplainedZeros(int band, int level, const Window &w,
                                               const std::function<bool(const Window &)> &isZero) const;
    /// Whether the bytes of a block that is not compressed are zeros in the file itself.
    [[nodiscard]] bool isStoredAsZeros(GDALRasterBand &band, const StoredBlock &block) const;
    /// Whether nothing but zeros comes where a whole block of the file is read, before nodata and mask.
    [[nodiscard]] Result<bool> isZeroInFile(GDALRasterBand &band, const Window &block) const;
    [[nodiscard]] Result<void> maskOut(GDALRasterBand *band, const Window &w, std::optional<double> nodata,
                                       data::Block &block);

    /// Reads into the whole of `to`, out width × out height of `type`; ends within a row of blocks of a stop.
    [[nodiscard]] bool readInto(GDALRasterBand &band, const Window &w, void *to, int outWidth, int outHeight,
                                GDALDataType type) const
    {
        GDALRasterIOExtraArg extra;
        INIT_RASTERIO_EXTRA_ARG(extra);
        extra.pfnProgress = [](double, const char *, void *token) -> int {
            return !static_cast<const StopToken *>(token)->stop_requested();
        };
        extra.pProgressData = const_cast<StopToken *>(&stop);
        return band.RasterIO(GF_Read, w.x, w.y, w.width, w.height, to, outWidth, outHeight, type, 0, 0, &extra)
            == CE_None;
    }

    StopToken stop; ///< of all reads
    // Declared in this order: GDAL lets go of the file before its name goes.
    std::unique_ptr<ByteFile> file;
    Handle original; ///< what `handle` was made from, where that is a rectified view
    Handle handle;
    Info info;
    qint64 localSize = 0;
    std::optional<OwnTiles> tiles; ///< absent where GDAL unpacks them
    bool sharesBlocks = false; ///< several bands lie interleaved in each block
};

Dataset::Dataset(std::unique_ptr<Private> p)
    : d(std::move(p))
{
}
Dataset::Dataset(Dataset &&) noexcept = default;
Dataset &Dataset::operator=(Dataset &&) noexcept = default;
Dataset::~Dataset() = default;

const Info &Dataset::info() const { return d->info; }
std::shared_ptr<ByteSource> Dataset::source() const { return d->file ? d->file->source() : nullptr; }

Result<Dataset> Dataset::open(const data::RasterSource &source, ByteSourceFactory *factory, StopToken stop)
{
    const GdalScope scope;
    auto p = std::make_unique<Private>();
    p->stop = stop;
    QByteArray path;
    QString name;
    const QString local = !source.path.isEmpty() ? source.path
        : source.href.isLocalFile()              ? source.href.toLocalFile()
                                                 : QString();
    if (!local.isEmpty()) {
        // Also what keeps GDAL's own file systems ("/vsicurl/…") out.
        const QFileInfo file(local);
        name = file.fileName();
        if (!file.isFile())
            return fail(ErrorCode::NotFound, Text::tr("There is no file %1.").arg(local), name);
        path = file.absoluteFilePath().toUtf8();
        p->localSize = file.size();
    } else {
        name = source.href.fileName();
        if (!factory)
            return fail(ErrorCode::Unsupported, Text::tr("%1 is not a file on this computer.").arg(name), name);
        auto bytes = factory->open(source.href, source.connection, std::move(stop));
        if (!bytes)
            return fail(std::move(bytes.error()));
        p->file = std::make_unique<ByteFile>(std::move(*bytes), name);
        path = p->file->path();
    }
    std::optional<NoSiblings> noSiblings;
    if (p->file)
        noSiblings.emplace();
    const auto *const drivers = p->file ? remoteDrivers.data() : localDrivers.data();
    p->handle.reset(GDALDataset::Open(path.constData(), GDAL_OF_RASTER | GDAL_OF_READONLY | GDAL_OF_VERBOSE_ERROR,
                                      drivers, nullptr, nullptr));
    if (!p->handle) {
        if (p->file) {
            if (auto error = p->file->takeError())
                return fail(std::move(*error));
        }
        if (!local.isEmpty() && endsBeforeDirectory(local, p->localSize))
            return fail(ErrorCode::InvalidInput, shortened(name, p->localSize), name);
        return fail(ErrorCode::InvalidInput, Text::tr("%1 is not a raster file that can be read here.").arg(name),
                    name);
    }
    p->info = describe(*p->handle, name);
    p->sharesBlocks = p->info.bandCount > 1
        && qstrcmp(p->handle->GetMetadataItem("INTERLEAVE", "IMAGE_STRUCTURE"), "PIXEL") == 0;
    if (!local.isEmpty())
        p->tiles = OwnTiles::of(*p->handle, p->info, local);
    if (p->info.bandCount < 1)
        return fail(ErrorCode::InvalidInput, Text::tr("%1 holds no bands.").arg(name), name);
    if (p->stop.stop_requested())
        return cancelled();
    return Dataset(std::move(p));
}

Result<void> Dataset::rectify()
{
    const bool byPoints = d->info.hasGcps && !d->info.hasGeoTransform;
    const bool turned = d->info.hasGeoTransform && !d->info.northUp && !d->info.crs.isEmpty();
    if (!byPoints && !turned)
        return {};
    const GdalScope scope;
    constexpr double tolerance = 0.125; // pixels
    Handle view(GDALDataset::FromHandle(GDALAutoCreateWarpedVRT(GDALDataset::ToHandle(d->handle.get()), nullptr,
                                                                byPoints ? SRS_WKT_WGS84_LAT_LONG : nullptr,
                                                                GRA_NearestNeighbour, tolerance, nullptr)));
    if (!view) {
        return fail(ErrorCode::Unsupported, Text::tr("%1 cannot be laid north-up: %2").arg(d->info.name, scope.text()),
                    d->info.name);
    }
    d->original = std::move(d->handle);
    d->handle = std::move(view);
    d->tiles.reset(); // of the file itself
    d->info = describe(*d->handle, d->info.name);
    d->info.isApproximate = byPoints;
    return {};
}

Result<data::Block> Dataset::read(int band, const Window &window, int outWidth, int outHeight,
                                  std::optional<double> nodata)
{
    return readLevel(band, -1, window, outWidth, outHeight, nodata);
}

Result<data::Block> Dataset::readLevel(int band, int level, const Window &w, int outWidth, int outHeight,
                                       std::optional<double> nodata)
{
    const GdalScope scope;
    const auto found = d->bandFor(band, level, w);
    if (!found)
        return fail(found.error());
    auto *source = *found;
    if (outWidth < 1 || outHeight < 1 || static_cast<qint64>(outWidth) * outHeight > maxPixels)
        return fail(ErrorCode::Internal, Text::tr("A window outside %1 was asked for.").arg(d->info.name),
                    d->info.name);
    if (GDALDataTypeIsComplex(source->GetRasterDataType())) {
        return fail(ErrorCode::Unsupported,
                    Text::tr("%1 holds complex numbers (radar before detection), of which no picture can be made.")
                        .arg(d->info.name),
                    d->info.name);
    }
    data::Block block(outWidth, outHeight);
    if (!d->readInto(*source, w, block.values.data(), outWidth, outHeight, GDT_Float32))
        return fail(d->readError(scope, *source, w));
    if (auto masked = d->maskOut(source, w, nodata, block); !masked)
        return fail(std::move(masked.error()));
    return block;
}

Error Dataset::Private::readError(const GdalScope &scope, GDALRasterBand &band, const Window &w) const
{
    if (stop.stop_requested())
        return cancelled().value();
    if (file) {
        if (auto error = file->takeError())
            return *error;
    }
    const auto code = file ? ErrorCode::Network : ErrorCode::Storage;
    if (scope.number() != CPLE_AppDefined && scope.number() != CPLE_FileIO)
        return {code, Text::tr("%1 could not be read: %2").arg(info.name, scope.text()), info.name, false};
    qCInfo(logRaster) << info.name << "could not be read:" << scope.text();
    const qint64 size = file ? fileSize() : QFileInfo(fileOf(band)).size();
    const auto blocks = storedBlocks(band, w);
    const bool endsEarly = blocks && std::any_of(blocks->begin(), blocks->end(), [size](const StoredBlock &block) {
                               return block.bytes > 0 && block.offset + block.bytes > size;
                           });
    if (endsEarly)
        return {code, shortened(info.name, size), info.name, false};
    // Of the file's own grid, whichever overview was read.
    const auto place = [](int at, int of, int all) { return static_cast<qint64>(at) * all / std::max(1, of); };
    QString what = Text::tr("%1 cannot be read at column %2, row %3: it is damaged there.")
                       .arg(info.name)
                       .arg(place(w.x, band.GetXSize(), info.width))
                       .arg(place(w.y, band.GetYSize(), info.height));
    if (!file)
        what += u' ' + Text::tr("Copy or download the file again.");
    return {code, what, info.name, false};
}

QString Dataset::Private::fileOf(GDALRasterBand &band) const
{
    // Overviews within the file have no name; those in a file beside it have its name.
    const QString name = QString::fromUtf8(band.GetDataset() ? band.GetDataset()->GetDescription() : "");
    return name.isEmpty() ? QString::fromUtf8(handle->GetDescription()) : name;
}

Result<GDALRasterBand *> Dataset::Private::bandFor(int band, int level, const Window &w) const
{
    if (band < 1 || band > info.bandCount) {
        return fail(ErrorCode::InvalidInput,
                    Text::tr("%1 has no band %2; it has %n bands.", nullptr, info.bandCount).arg(info.name).arg(band),
                    info.name);
    }
    auto *source = handle->GetRasterBand(band);
    if (level >= 0)
        source = source->GetOverview(level);
    if (!source)
        return fail(ErrorCode::Internal, Text::tr("%1 has no such overview.").arg(info.name), info.name);
    const bool inside = w.x >= 0 && w.y >= 0 && w.width > 0 && w.height > 0 && w.width <= source->GetXSize() - w.x
        && w.height <= source->GetYSize() - w.y;
    if (!inside)
        return fail(ErrorCode::Internal, Text::tr("A window outside %1 was asked for.").arg(info.name), info.name);
    return source;
}

Result<RawBlock> Dataset::readRaw(int band, const Window &w)
{
    const GdalScope scope;
    const auto found = d->bandFor(band, -1, w);
    if (!found)
        return fail(found.error());
    GDALRasterBand &source = **found;
    const auto type = rawType(source.GetRasterDataType());
    if (!type || (source.GetMaskFlags() & GMF_PER_DATASET) != 0 || static_cast<qint64>(w.width) * w.height > maxPixels)
        return fail(ErrorCode::Unsupported, Text::tr("%1 cannot be read as it stands.").arg(d->info.name),
                    d->info.name);
    RawBlock block {w.width, w.height, *type, {}, d->info.bands[static_cast<std::size_t>(band - 1)].nodata};
    if (auto bytes = d->tiles ? d->tiles->read(source, w) : std::nullopt) {
        if (!*bytes)
            return fail(std::move(bytes->error()));
        block.bytes = std::move(**bytes);
        return block;
    }
    const auto sample = GDALGetDataTypeSizeBytes(source.GetRasterDataType());
    block.bytes = QByteArray(static_cast<qsizetype>(w.width) * w.height * sample, Qt::Uninitialized);
    if (!d->readInto(source, w, block.bytes.data(), w.width, w.height, source.GetRasterDataType()))
        return fail(d->readError(scope, source, w));
    return block;
}

Result<ReadCost> Dataset::cost(int band, int level, const Window &w)
{
    const GdalScope scope;
    const auto found = d->bandFor(band, level, w);
    if (!found)
        return fail(found.error());
    ReadCost cost;
    if (const auto blocks = storedBlocks(**found, w)) {
        cost.exact = true;
        cost.blocks = static_cast<int>(blocks->size());
        for (const auto &block : *blocks) {
            cost.bytes += block.bytes;
            cost.sparse += block.bytes == 0;
        }
        cost.requests = runsOf(*blocks);
        return cost;
    }
    // No table: the file's share by area, as if its bands were all there is in it.
    const double share = static_cast<double>(w.width) * w.height
        / (static_cast<double>((*found)->GetXSize()) * (*found)->GetYSize() * d->info.bandCount);
    cost.bytes = static_cast<qint64>(share * static_cast<double>(d->fileSize()));
    cost.requests = 1;
    return cost;
}

Result<int> Dataset::unexplainedZeros(int band, int level, const Window &w, const data::Block &pixels)
{
    if (pixels.width != w.width || pixels.height != w.height)
        return fail(ErrorCode::Internal, Text::tr("A window outside %1 was asked for.").arg(d->info.name),
                    d->info.name);
    return d->unexplainedZeros(band, level, w,
                               [&](const Window &part) { return allZero(pixels.values.data(), w, part); });
}

Result<int> Dataset::unexplainedZeros(int band, const Window &w, const RawBlock &pixels)
{
    if (pixels.width != w.width || pixels.height != w.height)
        return fail(ErrorCode::Internal, Text::tr("A window outside %1 was asked for.").arg(d->info.name),
                    d->info.name);
    return d->unexplainedZeros(band, -1, w, [&](const Window &part) {
        const char *bytes = pixels.bytes.constData();
        switch (pixels.type) {
        case RawBlock::Type::UInt8:
            return allZero(reinterpret_cast<const std::uint8_t *>(bytes), w, part);
        case RawBlock::Type::Float32:
            return allZero(reinterpret_cast<const float *>(bytes), w, part);
        default:
            return allZero(reinterpret_cast<const std::uint16_t *>(bytes), w, part);
        }
    });
}

Result<int> Dataset::Private::unexplainedZeros(int band, int level, const Window &w,
                                               const std::function<bool(const Window &)> &isZero) const
{
    const GdalScope scope;
    const auto found = bandFor(band, level, w);
    if (!found)
        return fail(found.error());
    const auto blocks = storedBlocks(**found, w);
    if (!blocks || sharesBlocks)
        return 0;
    // Zeros shrink to a thousandth by DEFLATE and ZSTD, to a sixtieth by the weakest of TIFF's codecs; besides, each
    // block has a head of its own, which is all there is of a small one.
    constexpr qint64 zerosShare = 32;
    constexpr qint64 head = 128;
    int blockWidth = 0;
    int blockHeight = 0;
    (*found)->GetBlockSize(&blockWidth, &blockHeight);
    const qint64 raw = static_cast<qint64>(blockWidth) * blockHeight
        * GDALGetDataTypeSizeBytes((*found)->GetRasterDataType());
    const bool isMasked = ((*found)->GetMaskFlags() & GMF_PER_DATASET) != 0;
    const bool isPlain = info.compression.isEmpty();
    int count = 0;
    for (const StoredBlock &stored : *blocks) {
        const Window &block = stored.window;
        const Window part = common(block, w);
        const bool telling = isPlain ? stored.bytes > 0 : (stored.bytes - head) * zerosShare > raw;
        if (!telling || !isZero(part))
            continue;
        // A part of a block may well be zero, and so may be what nodata or a mask took: the file's own numbers tell.
        const bool isWhole = part.width == block.width && part.height == block.height;
        auto zero = isWhole && !isMasked && !isPlain ? Result<bool>(true) : isZeroInFile(**found, block);
        if (!zero)
            return fail(std::move(zero.error()));
        count += *zero && (!isPlain || !isStoredAsZeros(**found, stored));
    }
    return count;
}

bool Dataset::Private::isStoredAsZeros(GDALRasterBand &band, const StoredBlock &block) const
{
    // What came over a network is not asked for a second time here: whoever doubts it opens the file anew.
    if (file)
        return false;
    const auto bytes = PosixFile::open(fileOf(band), O_RDONLY);
    std::array<char, 4096> piece {};
    for (qint64 at = 0; bytes && at < block.bytes; at += static_cast<qint64>(piece.size())) {
        const auto count = std::min<qint64>(block.bytes - at, static_cast<qint64>(piece.size()));
        if (!bytes->readAt(static_cast<quint64>(block.offset + at), piece.data(), static_cast<quint64>(count))
            || std::any_of(piece.begin(), piece.begin() + count, [](char byte) { return byte != 0; }))
            return false;
    }
    return bytes.has_value();
}

Result<bool> Dataset::Private::isZeroInFile(GDALRasterBand &band, const Window &block) const
{
    const GdalScope scope;
    int width = 0;
    int height = 0;
    band.GetBlockSize(&width, &height);
    const auto drop = [](GDALRasterBlock *locked) { locked->DropLock(); };
    // The window was read just before, so that it mostly stands in GDAL's cache.
    const std::unique_ptr<GDALRasterBlock, decltype(drop)> held(
        band.GetLockedBlockRef(block.x / width, block.y / height), drop);
    if (!held)
        return fail(readError(scope, band, block));
    const auto sample = static_cast<std::size_t>(GDALGetDataTypeSizeBytes(band.GetRasterDataType()));
    const std::span pixels(static_cast<const char *>(held->GetDataRef()),
                           static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * sample);
    for (int y = 0; y < block.height; ++y) {
        const auto row = pixels.subspan(static_cast<std::size_t>(y) * static_cast<std::size_t>(width) * sample,
                                        static_cast<std::size_t>(block.width) * sample);
        if (std::any_of(row.begin(), row.end(), [](char byte) { return byte != 0; }))
            return false;
    }
    return true;
}

Result<void> Dataset::Private::maskOut(GDALRasterBand *band, const Window &w, std::optional<double> nodata,
                                       data::Block &block)
{
    if (!nodata) {
        int present = 0;
        const double own = band->GetNoDataValue(&present);
        if (present)
            nodata = own;
    }
    if (nodata && !std::isnan(*nodata)) {
        const auto none = static_cast<float>(*nodata);
        for (float &value : block.values)
            value = value == none ? data::Block::nodata : value;
    }
    if ((band->GetMaskFlags() & GMF_PER_DATASET) == 0)
        return {};
    const GdalScope scope;
    std::vector<std::uint8_t> mask(block.values.size());
    if (!readInto(*band->GetMaskBand(), w, mask.data(), block.width, block.height, GDT_Byte))
        return fail(readError(scope, *band, w));
    for (std::size_t i = 0; i < mask.size(); ++i) {
        if (mask[i] == 0)
            block.values[i] = data::Block::nodata;
    }
    return {};
}

} // namespace astra::raster
