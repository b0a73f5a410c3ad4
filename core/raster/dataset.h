// SPDX-License-Identifier: Apache-2.0
#pragma once

// Raster files, opened and read. GDAL stays behind this header: no driver but the few on the allow-list is ever
// registered, nothing here opens a socket (remote bytes come through a ByteSource), and what GDAL complains about
// becomes an Error instead of text on a terminal.

#include "core/base/bytesource.h"
#include "core/data/raster.h"

#include <array>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace astra::raster {

/// Prepares GDAL once: drivers, caches, error handler. Called by everything here; call it early to take its time (tens
/// of milliseconds) off the first read.
void initialise();

struct BandInfo {
    QString dataType; ///< GDAL's name: "UInt16", "Float32"
    std::optional<double> nodata;
    std::optional<double> scale;
    std::optional<double> offset;
    QString description;
    QString colorInterpretation; ///< "Gray", "Red", "Undefined", …
    std::vector<std::pair<QString, QString>> metadata {}; ///< the band's own: STATISTICS_MEAN, …
    std::vector<std::array<std::uint8_t, 4>> colours {}; ///< its colour table, RGBA by value; empty: none
    QStringList categories {}; ///< names by value, as GDAL knows them; may be shorter than the table
};

/// What a file says of itself.
struct Info {
    QString name; ///< the file's name, for messages
    int width = 0;
    int height = 0;
    int bandCount = 0;
    QString crs; ///< "EPSG:n" or WKT2; empty: none
    std::array<double, 6> geoTransform {0, 1, 0, 0, 0, 1}; ///< as GDAL: x0, dx, rx, y0, ry, dy
    bool hasGeoTransform = false;
    bool hasGcps = false;
    bool northUp = false; ///< neither rotated nor mirrored
    bool isApproximate = false; ///< placed by its control points (Dataset::rectify)
    std::vector<BandInfo> bands;
    std::vector<std::pair<int, int>> overviews; ///< sizes, largest first (those of band 1)
    int blockWidth = 0;
    int blockHeight = 0;
    QString compression; ///< GDAL's name ("DEFLATE"); empty: none, or none that it tells
    [[nodiscard]] bool isStriped() const { return blockWidth >= width; } ///< rows are read whole
    std::vector<std::pair<QString, QString>> metadata; ///< the file's own key–value pairs

    /// Fails with a sentence for a file without a coordinate system, with control points only, or rotated.
    [[nodiscard]] Result<data::Grid> grid() const;
    [[nodiscard]] QString metadataValue(const QString &key) const;
};

/// Pixels of the full resolution.
struct Window {
    int x = 0;
    int y = 0;
    int width = 0;
    int height = 0;
};

/// A window as it stands in the file, before nodata, scale or offset.
struct RawBlock {
    enum class Type { UInt8, UInt16, Int16, Float32 };
    int width = 0;
    int height = 0;
    Type type = Type::UInt16;
    QByteArray bytes; ///< row by row, in the machine's order
    std::optional<double> nodata {}; ///< the file's own tag
};

/// What a read takes from the file or over the network.
struct ReadCost {
    qint64 bytes = 0; ///< of compressed tiles or strips
    qint64 requests = 0; ///< runs of bytes that lie together
    bool exact = false; ///< from the file's table; else an estimate from its size
    int blocks = 0; ///< tiles or strips of the file that the window touches
    int sparse = 0; ///< … of which so many are not stored at all: nothing there by right
};

/// An open raster. Move-only; lives and dies in the thread that opened it (an I/O thread).
class Dataset
{
public:
    /// @param factory opens what is not a local file; null: local files only
    /// @param stop bound to the file for its whole life: a read it comes into fails with Cancelled, soon
    [[nodiscard]] static Result<Dataset> open(const data::RasterSource &source, ByteSourceFactory *factory = nullptr,
                                              StopToken stop = {});
    Dataset(Dataset &&) noexcept;
    Dataset &operator=(Dataset &&) noexcept;
    ~Dataset();

    [[nodiscard]] const Info &info() const;
    /// Lays a file that is rotated, mirrored or has nothing but ground control points (radar in its own geometry) on a
    /// north-up grid, to be looked at; one that lies so already stays as it is. Its numbers stay as they are, nearest
    /// neighbour; around it is 0, or its nodata. By control points its place is near enough to look, not to measure.
    [[nodiscard]] Result<void> rectify();
    /// Raw numbers (DN) of a window, decimated to outWidth × outHeight from the nearest overview; nodata is NaN.
    /// @param band 1-based @param nodata absent: the file's own tag (and its mask, if it has one)
    [[nodiscard]] Result<data::Block> read(int band, const Window &window, int outWidth, int outHeight,
                                           std::optional<double> nodata = {});
    /// The same from one overview, undecimated. @param level -1 is the full resolution; the window counts that level's
    /// pixels
    [[nodiscard]] Result<data::Block> readLevel(int band, int level, const Window &window, int outWidth, int outHeight,
                                                std::optional<double> nodata = {});
    /// A window of the full resolution as it stands in the file. Unsupported where the numbers are of another type than
    /// RawBlock knows, or where a mask beside them says what is valid: read() does both.
    [[nodiscard]] Result<RawBlock> readRaw(int band, const Window &window);
    /// What reading a window would take, from the file's own table of tiles (GeoTIFF) or its size. @param level as in
    /// readLevel()
    [[nodiscard]] Result<ReadCost> cost(int band, int level, const Window &window);
    /// How many of the file's tiles that the window touches hold nothing but zeros (or nodata) as they were read, and
    /// yet take more bytes in the file than zeros would: an unexplained block of zeros. A tile that lies only partly in
    /// the window, or is masked, is judged by all its numbers in the file. Where a local file is not compressed, its
    /// bytes are looked at: only a block that holds something else counts; what came over a network counts always. 0
    /// where the file has no table of tiles, or one that its bands share.
    /// @param pixels what was read from the window, undecimated
    [[nodiscard]] Result<int> unexplainedZeros(int band, int level, const Window &window, const data::Block &pixels);
    [[nodiscard]] Result<int> unexplainedZeros(int band, const Window &window, const RawBlock &pixels);
    /// The bytes behind a remote file; null for a local one.
    [[nodiscard]] std::shared_ptr<ByteSource> source() const;

private:
    class Private;
    explicit Dataset(std::unique_ptr<Private> p);
    std::unique_ptr<Private> d;
};

} // namespace astra::raster
