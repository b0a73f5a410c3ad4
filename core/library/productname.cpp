// SPDX-License-Identifier: Apache-2.0
#include "core/library/productname.h"

#include "core/data/timerange.h"

#include <QFileInfo>
#include <QRegularExpression>

namespace astra::library {

namespace {

using data::Band;

QRegularExpression pattern(const QString &text)
{
    return QRegularExpression(QRegularExpression::anchoredPattern(text), QRegularExpression::CaseInsensitiveOption);
}

QDateTime momentOf(const QString &digits) // yyyymmdd or yyyymmddThhmmss
{
    auto time = digits.size() == 8 ? QDateTime(QDate::fromString(digits, QStringLiteral("yyyyMMdd")), QTime(0, 0))
                                   : QDateTime::fromString(digits, QStringLiteral("yyyyMMdd'T'HHmmss"));
    time.setTimeSpec(Qt::UTC);
    return time;
}

bool isRasterName(const QString &suffix)
{
    return suffix == u"tif" || suffix == u"tiff" || suffix == u"jp2" || suffix == u"img";
}

std::optional<Band> sentinelBand(const QString &name)
{
    struct Row {
        const char *name;
        const char *common;
        double gsd;
    };
    static constexpr Row rows[] {
        {"B01", "coastal", 60},  {"B02", "blue", 10},     {"B03", "green", 10},    {"B04", "red", 10},
        {"B05", "rededge1", 20}, {"B06", "rededge2", 20}, {"B07", "rededge3", 20}, {"B08", "nir", 10},
        {"B8A", "nir08", 20},    {"B09", "nir09", 60},    {"B10", "cirrus", 60},   {"B11", "swir16", 20},
        {"B12", "swir22", 20},   {"SCL", "scl", 20},      {"AOT", "aot", 20},      {"WVP", "wvp", 20},
    };
    for (const auto &row : rows) {
        if (name.compare(QLatin1String(row.name), Qt::CaseInsensitive) == 0)
            return Band {QString::fromLatin1(row.name), QString::fromLatin1(row.common), row.gsd};
    }
    return std::nullopt;
}

/// `LC08_L2SP_001062_20201031_20201106_02_T2_SR_B4`, also with parts left out (`LC08_L1TP_014031_20180428_B5`).
std::optional<ProductFile> landsatProduct(const QString &stem)
{
    static const auto name = pattern(
        QStringLiteral("(L([COTEM])(0\\d)_(L\\w{3})_\\d{6}_(\\d{8})(?:_\\d{8})?(?:_(\\d\\d))?(?:_(?:T1|T2|RT|A1|A2))?)"
                       "_((?:SR|ST)_B\\d{1,2}|B\\d{1,2}|SR_QA_AEROSOL|QA_PIXEL|QA_RADSAT|BQA)"));
    const auto match = name.match(stem);
    if (!match.hasMatch())
        return std::nullopt;
    const int mission = match.captured(3).toInt();
    const QString level = match.captured(4).toUpper();
    QString collection = match.captured(6);
    if (collection.isEmpty())
        collection = level.startsWith(u"L2") ? QStringLiteral("02") : QStringLiteral("01");
    const QString bandName = match.captured(7).toUpper();
    ProductFile file;
    file.group = match.captured(1);
    file.product = QStringLiteral("landsat-c%1-l%2").arg(collection.toInt()).arg(level.at(1));
    file.platform = QStringLiteral("landsat-%1").arg(mission);
    file.datetime = momentOf(match.captured(5));
    const QString number = bandName.section(u'_', -1);
    if (bandName == u"QA_PIXEL")
        file.band = {bandName, QStringLiteral("qa_pixel"), 30};
    else if (bandName.contains(u"QA"))
        file.band = {bandName, {}, 30};
    else
        file.band = {bandName, landsatCommonName(number, mission), 30};
    return file;
}

/// The names used before collections: `LT52240631988227CUB02_B4`, `LE70220491999322EDC01_B4`.
std::optional<ProductFile> oldLandsat(const QString &stem)
{
    static const auto name = pattern(
        QStringLiteral("(L([COTEM])(\\d)\\d{6}(\\d{4})(\\d{3})[A-Z]{3}\\d{2})_(B\\d{1,2}|BQA)"));
    const auto match = name.match(stem);
    if (!match.hasMatch())
        return std::nullopt;
    const int mission = match.captured(3).toInt();
    const int year = match.captured(4).toInt();
    const int day = match.captured(5).toInt();
    if (day < 1 || day > 366)
        return std::nullopt;
    const QString bandName = match.captured(6).toUpper();
    ProductFile file;
    file.group = match.captured(1);
    file.product = QStringLiteral("landsat-l1");
    file.platform = QStringLiteral("landsat-%1").arg(mission);
    file.datetime = QDateTime(QDate(year, 1, 1).addDays(day - 1), QTime(0, 0), Qt::UTC);
    file.band = {bandName, landsatCommonName(bandName, mission), 30};
    return file;
}

/// What a SAFE folder's name says; the file's own name has tile and time only.
void readSafeName(const QString &path, ProductFile *file)
{
    static const QRegularExpression safe(
        QStringLiteral("(S2[A-D])_MSIL(1C|2A)_(\\d{8}T\\d{6})_(?:N(\\d\\d)(\\d\\d)_)?R\\d{3}_T\\w{5}_\\d{8}T\\d{6}"));
    const auto match = safe.match(path);
    if (!match.hasMatch())
        return;
    file->platform = QStringLiteral("sentinel-2") + match.captured(1).right(1).toLower();
    file->product = match.captured(2) == u"2A" ? QStringLiteral("sentinel-2-l2a") : QStringLiteral("sentinel-2-l1c");
    if (!match.captured(4).isEmpty())
        file->baseline = match.captured(4) + u'.' + match.captured(5);
}

/// `T29RKH_20200219T112111_B04_10m.jp2`, `B04.tif`, `S2B_L1C_20181013_B04.tif`.
std::optional<ProductFile> sentinelProduct(const QString &stem, const QString &path)
{
    static const auto granule = pattern(
        QStringLiteral("(?:L2A_)?(T\\d{2}[A-Z]{3}_(\\d{8}T\\d{6}))_(B\\d\\w|SCL|AOT|WVP)(?:_(10|20|60)m)?"));
    static const auto dated = pattern(QStringLiteral("((S2[A-D])_(L1C|L2A)_(\\d{8}))_(B\\d\\w|SCL)"));
    ProductFile file;
    std::optional<Band> band;
    if (const auto match = granule.match(stem); match.hasMatch()) {
        band = sentinelBand(match.captured(3));
        file.group = match.captured(1);
        file.datetime = momentOf(match.captured(2).toUpper());
        // Only level 2A writes each band at several resolutions and says which.
        file.product = match.captured(4).isEmpty() ? QStringLiteral("sentinel-2-l1c")
                                                   : QStringLiteral("sentinel-2-l2a");
        if (band && !match.captured(4).isEmpty())
            band->gsd = match.captured(4).toDouble();
    } else if (const auto other = dated.match(stem); other.hasMatch()) {
        band = sentinelBand(other.captured(5));
        file.group = other.captured(1);
        file.platform = QStringLiteral("sentinel-2") + other.captured(2).right(1).toLower();
        file.product = QStringLiteral("sentinel-2-") + other.captured(3).toLower();
        file.datetime = momentOf(other.captured(4));
    } else {
        band = sentinelBand(stem);
    }
    if (!band)
        return std::nullopt;
    file.band = *band;
    readSafeName(path, &file);
    return file;
}

} // namespace

QString landsatCommonName(const QString &band, int mission)
{
    static const QRegularExpression digits(QStringLiteral("^B?(\\d{1,2})$"));
    const int number = digits.match(band).captured(1).toInt();
    static constexpr const char *oli[] = {"",       "coastal", "blue", "green",  "red",    "nir08",
                                          "swir16", "swir22",  "pan",  "cirrus", "lwir11", "lwir12"};
    static constexpr const char *tm[] = {"", "blue", "green", "red", "nir08", "swir16", "lwir", "swir22", "pan"};
    if (mission >= 8)
        return number < 12 ? QString::fromLatin1(oli[number]) : QString();
    if (mission >= 4)
        return number < 9 ? QString::fromLatin1(tm[number]) : QString();
    return {};
}

std::optional<ProductFile> productFile(const QString &path)
{
    const QFileInfo info(path);
    if (!isRasterName(info.suffix().toLower()))
        return std::nullopt;
    const QString stem = info.completeBaseName();
    if (auto file = landsatProduct(stem))
        return file;
    if (auto file = oldLandsat(stem))
        return file;
    return sentinelProduct(stem, path);
}

} // namespace astra::library
