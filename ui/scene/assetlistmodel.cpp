// SPDX-License-Identifier: Apache-2.0
#include "ui/scene/assetlistmodel.h"

#include "core/data/provider.h"

#include <QLocale>

#include <algorithm>

namespace astra::scene {

namespace {

QString bandsText(const std::vector<data::Band> &bands)
{
    QStringList names;
    for (const auto &band : bands) {
        const bool both = !band.commonName.isEmpty() && band.commonName != band.name && !band.name.isEmpty();
        names.append(both                      ? QString(band.commonName + u" (" + band.name + u')')
                         : band.name.isEmpty() ? band.commonName
                                               : band.name);
    }
    return names.join(QStringLiteral(", "));
}

} // namespace

QString formatText(const QString &format, const QString &mediaType)
{
    static const QHash<QString, QString> known {
        {QStringLiteral("cog"), QStringLiteral("COG")},         {QStringLiteral("geotiff"), QStringLiteral("GeoTIFF")},
        {QStringLiteral("jp2"), QStringLiteral("JPEG 2000")},   {QStringLiteral("png"), QStringLiteral("PNG")},
        {QStringLiteral("jpeg"), QStringLiteral("JPEG")},       {QStringLiteral("xml"), QStringLiteral("XML")},
        {QStringLiteral("json"), QStringLiteral("JSON")},       {QStringLiteral("geo+json"), QStringLiteral("GeoJSON")},
        {QStringLiteral("pdf"), QStringLiteral("PDF")},         {QStringLiteral("zip"), QStringLiteral("ZIP")},
        {QStringLiteral("x-hdf"), QStringLiteral("HDF")},       {QStringLiteral("x-hdf5"), QStringLiteral("HDF5")},
        {QStringLiteral("x-netcdf"), QStringLiteral("netCDF")}, {QStringLiteral("netcdf"), QStringLiteral("netCDF")},
        {QStringLiteral("gml+xml"), QStringLiteral("GML")},
    };
    if (!format.isEmpty())
        return known.value(format, format.toUpper());
    const QString type = mediaType.section(u';', 0, 0).trimmed().toLower();
    if (type == u"text/html")
        return AssetListModel::tr("web page");
    if (type == u"text/plain")
        return AssetListModel::tr("text");
    return known.value(type.section(u'/', 1), type);
}

void AssetListModel::setScene(const data::Scene *scene)
{
    beginResetModel();
    m_rows.clear();
    for (auto &file : scene ? data::resolve(*scene, {}) : std::vector<data::ResolvedAsset> {}) {
        const data::Asset *asset = scene->asset(file.key);
        const QString title = asset && asset->title != file.key ? asset->title : QString();
        m_rows.push_back({std::move(file), title, asset && asset->isRaster()});
    }
    // What can be drawn first, each kind in its own order.
    std::stable_partition(m_rows.begin(), m_rows.end(), [](const Row &row) { return row.raster; });
    endResetModel();
    Q_EMIT countChanged();
}

int AssetListModel::rowCount(const QModelIndex &parent) const { return parent.isValid() ? 0 : count(); }

QVariant AssetListModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const Row &row = m_rows[static_cast<std::size_t>(index.row())];
    const data::ResolvedAsset &file = row.file;
    switch (role) {
    case Qt::DisplayRole:
    case KeyRole:
        return file.key;
    case TitleRole:
        return row.title;
    case BandsRole:
        return bandsText(file.bands);
    case DetailRole: {
        QStringList parts {formatText(file.format, file.mediaType)};
        std::optional<double> gsd;
        for (const auto &band : file.bands)
            gsd = band.gsd && (!gsd || *band.gsd < *gsd) ? band.gsd : gsd;
        if (gsd)
            parts.append(tr("%1 m").arg(QLocale().toString(*gsd)));
        if (file.size >= 0)
            parts.append(QLocale().formattedDataSize(file.size, 1, QLocale::DataSizeTraditionalFormat));
        parts.removeAll(QString());
        return parts.join(QStringLiteral(" · "));
    }
    case AccessRole:
        return data::accessInWords(file.access, !file.connection.isEmpty());
    case NoteRole:
        return file.error.isEmpty() ? file.note : file.error;
    case LockedRole:
        return data::needsAccount(file.access);
    case ConnectionRole:
        return file.connection;
    case DrawableRole:
        return row.raster && file.error.isEmpty() && (!data::needsAccount(file.access) || !file.connection.isEmpty());
    default:
        return {};
    }
}

QHash<int, QByteArray> AssetListModel::roleNames() const
{
    return {{KeyRole, "key"},       {TitleRole, "title"},       {BandsRole, "bands"},
            {DetailRole, "detail"}, {AccessRole, "access"},     {NoteRole, "note"},
            {LockedRole, "locked"}, {DrawableRole, "drawable"}, {ConnectionRole, "connection"}};
}

} // namespace astra::scene
