// SPDX-License-Identifier: Apache-2.0
#include "core/data/sensor.h"

#include <QCoreApplication>
#include <QDir>
#include <QRegularExpression>

namespace astra::data {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::Sensor)
};

std::optional<Radiometry> radiometryFrom(const Json &json, const QString &title)
{
    const auto scale = numberAt(json, "scale");
    const auto offset = numberAt(json, "offset");
    if (!scale || !offset || *scale == 0)
        return std::nullopt;
    Radiometry radiometry;
    radiometry.scale = *scale;
    radiometry.offset = *offset;
    radiometry.nodata = numberAt(json, "nodata");
    radiometry.quantity = stringAt(json, "quantity");
    radiometry.source = title;
    return radiometry;
}

std::vector<Sensor> load()
{
    std::vector<Sensor> loaded;
    const QDir folder(QStringLiteral(":/astra/sensors"));
    for (const auto &name : folder.entryList({QStringLiteral("*.json")}, QDir::Files, QDir::Name)) {
        const auto json = readJsonFile(folder.filePath(name));
        Q_ASSERT_X(json, "sensors", qPrintable(name));
        auto sensor = json ? Sensor::fromJson(*json) : Result<Sensor>(fail(json.error()));
        Q_ASSERT_X(sensor, "sensors", qPrintable(name));
        if (sensor)
            loaded.push_back(std::move(*sensor));
    }
    return loaded;
}

bool same(const QString &a, const QString &b) { return a.compare(b, Qt::CaseInsensitive) == 0; }

} // namespace

const SensorBand *Sensor::find(const QString &name) const
{
    if (name.isEmpty())
        return nullptr;
    for (const auto &entry : bands) {
        if (same(entry.band.name, name))
            return &entry;
    }
    for (const auto &entry : bands) {
        if (entry.keys.contains(name, Qt::CaseInsensitive) || same(entry.band.commonName, name))
            return &entry;
    }
    return nullptr;
}

const SensorBand *Sensor::findInFileName(const QString &fileName) const
{
    const SensorBand *found = nullptr;
    for (const auto &entry : bands) {
        // The name must stand alone: "…_SR_B1.TIF" is no "SR_B10", "T32B04_…" no "B04".
        const auto at = fileName.lastIndexOf(entry.band.name, -1, Qt::CaseInsensitive);
        if (at < 0)
            continue;
        const auto end = at + entry.band.name.size();
        const bool opens = at == 0 || !fileName.at(at - 1).isLetterOrNumber();
        const bool closes = end == fileName.size() || !fileName.at(end).isLetterOrNumber();
        if (opens && closes && (!found || entry.band.name.size() > found->band.name.size()))
            found = &entry;
    }
    return found;
}

Result<Sensor> Sensor::fromJson(const Json &json)
{
    Sensor sensor;
    sensor.product = stringAt(json, "product");
    sensor.title = stringAt(json, "title", sensor.product);
    sensor.platforms = asStringList(member(json, "platforms"));
    sensor.collections = asStringList(member(json, "collections"));
    sensor.mask = stringAt(json, "mask");
    const Json &baseline = member(json, "baseline");
    sensor.baselineFrom = stringAt(baseline, "from");
    sensor.baselineOffset = numberAt(baseline, "offset").value_or(0);
    const auto usual = radiometryFrom(member(json, "radiometry"), sensor.title);
    const Json &bands = member(json, "bands");
    if (sensor.product.isEmpty() || !bands.is_array() || bands.empty())
        return fail(ErrorCode::InvalidInput, Text::tr("A sensor needs a product and bands."));
    for (const auto &entry : bands) {
        SensorBand band;
        band.band = {stringAt(entry, "name"), stringAt(entry, "common"), numberAt(entry, "gsd")};
        band.keys = asStringList(member(entry, "keys"));
        band.radiometry = entry.contains("radiometry") ? radiometryFrom(entry["radiometry"], sensor.title) : usual;
        if (band.band.name.isEmpty())
            return fail(ErrorCode::InvalidInput, Text::tr("A band of %1 has no name.").arg(sensor.title));
        sensor.bands.push_back(std::move(band));
    }
    return sensor;
}

const std::vector<Sensor> &sensors()
{
    static const std::vector<Sensor> all = load();
    return all;
}

const Sensor *sensorFor(const QString &product, const QString &platform)
{
    const Sensor *newest = nullptr;
    for (const auto &sensor : sensors()) {
        if (sensor.product != product)
            continue;
        if (sensor.platforms.contains(platform))
            return &sensor;
        if (!newest || sensor.platforms.value(0) > newest->platforms.value(0))
            newest = &sensor;
    }
    return newest;
}

QString productOfCollection(const QString &collection)
{
    for (const auto &sensor : sensors()) {
        if (sensor.collections.contains(collection, Qt::CaseInsensitive))
            return sensor.product;
    }
    return {};
}

QString productOfName(const QString &name)
{
    static const QRegularExpression sentinel2(QStringLiteral("^S2[A-D](?:_MSIL(1C|2A)_|_.+_L(1C|2A)$)"));
    static const QRegularExpression landsat(QStringLiteral(R"(^L[COTE]0[4-9]_L2S[PR]_\d{6}_\d{8}_)"));
    if (const auto match = sentinel2.match(name); match.hasMatch()) {
        const QString level = match.captured(1).isEmpty() ? match.captured(2) : match.captured(1);
        return level == u"2A" ? QStringLiteral("sentinel-2-l2a") : QStringLiteral("sentinel-2-l1c");
    }
    return landsat.match(name).hasMatch() ? QStringLiteral("landsat-c2-l2") : QString();
}

QString platformOfName(const QString &name)
{
    static const QRegularExpression sentinel2(QStringLiteral("^S2([A-D])_"));
    static const QRegularExpression landsat(QStringLiteral("^L[COTEM]0([1-9])_"));
    if (const auto match = sentinel2.match(name); match.hasMatch())
        return QString(QStringLiteral("sentinel-2") + match.captured(1).toLower());
    if (const auto match = landsat.match(name); match.hasMatch())
        return QString(QStringLiteral("landsat-") + match.captured(1));
    return {};
}

} // namespace astra::data
