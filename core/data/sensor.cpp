// SPDX-License-Identifier: Apache-2.0
#include "core/data/sensor.h"

#include <QCoreApplication>
#include <QDir>

#include <algorithm>

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

/// One number for all platforms, or an object of one each; "" in it is for the others.
std::map<QString, double> wavelengthsFrom(const Json &json)
{
    std::map<QString, double> wavelengths;
    if (json.is_number())
        wavelengths[QString()] = json.get<double>();
    if (!json.is_object())
        return wavelengths;
    for (const auto &entry : json.items()) {
        if (entry.value().is_number())
            wavelengths[QString::fromStdString(entry.key())] = entry.value().get<double>();
    }
    return wavelengths;
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

bool same(QStringView a, QStringView b) { return a.size() == b.size() && a.compare(b, Qt::CaseInsensitive) == 0; }

bool areDigits(QStringView text, qsizetype count)
{
    return text.size() == count
        && std::all_of(text.begin(), text.end(), [](QChar c) { return c >= u'0' && c <= u'9'; });
}

/// "S2B_…": the letter of its satellite; null: no such name.
QChar sentinel2Letter(QStringView name)
{
    const bool is = name.size() > 3 && name.startsWith(u"S2") && name[2] >= u'A' && name[2] <= u'D' && name[3] == u'_';
    return is ? name[2] : QChar();
}

/// "LC08_…": the digit of its satellite, where the sensor is one of `sensors`.
QChar landsatDigit(QStringView name, QStringView sensors)
{
    const bool is = name.size() > 4 && name[0] == u'L' && sensors.contains(name[1]) && name[2] == u'0'
        && name[3] >= u'1' && name[3] <= u'9' && name[4] == u'_';
    return is ? name[3] : QChar();
}

} // namespace

std::optional<double> SensorBand::wavelength(const QString &platform) const
{
    auto found = wavelengths.find(platform);
    if (found == wavelengths.end())
        found = wavelengths.find(QString());
    return found == wavelengths.end() ? std::nullopt : std::optional(found->second);
}

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

const SensorBand *Sensor::findInFileName(QStringView fileName) const
{
    // The name must stand alone: "…_SR_B1.TIF" is no "SR_B10", "T32B04_…" no "B04".
    const auto stands = [&](qsizetype at, const QString &name) {
        const auto end = at + name.size();
        return end <= fileName.size() && (end == fileName.size() || !fileName[end].isLetterOrNumber())
            && same(fileName.mid(at, name.size()), name);
    };
    const SensorBand *found = nullptr;
    for (qsizetype at = 0; at < fileName.size(); ++at) {
        if (at > 0 && fileName[at - 1].isLetterOrNumber())
            continue;
        for (const auto &entry : bands) {
            if ((!found || entry.band.name.size() > found->band.name.size()) && stands(at, entry.band.name))
                found = &entry;
        }
    }
    return found;
}

bool Sensor::hasOffsetSince(const QString &baseline) const
{
    bool ok = false;
    const double version = baseline.toDouble(&ok);
    return ok && !baselineFrom.isEmpty() && version >= baselineFrom.toDouble();
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
    sensor.dark = asStringList(member(json, "dark"));
    const auto usual = radiometryFrom(member(json, "radiometry"), sensor.title);
    const Json &bands = member(json, "bands");
    if (sensor.product.isEmpty() || !bands.is_array() || bands.empty())
        return fail(ErrorCode::InvalidInput, Text::tr("A sensor needs a product and bands."));
    for (const auto &entry : bands) {
        SensorBand band;
        band.band = {stringAt(entry, "name"), stringAt(entry, "common"), numberAt(entry, "gsd")};
        band.keys = asStringList(member(entry, "keys"));
        band.radiometry = entry.contains("radiometry") ? radiometryFrom(entry["radiometry"], sensor.title) : usual;
        band.nodata = band.radiometry ? band.radiometry->nodata : numberAt(entry, "nodata");
        band.wavelengths = wavelengthsFrom(member(entry, "wavelength"));
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

const SensorBand *bandOf(const QString &product, const QString &platform, const Band &band)
{
    const auto look = [&band](const Sensor &sensor) {
        const SensorBand *found = sensor.find(band.name);
        return found ? found : sensor.find(band.commonName);
    };
    const Sensor *likely = sensorFor(product, platform);
    const SensorBand *found = likely ? look(*likely) : nullptr;
    for (const auto &sensor : sensors())
        found = found || sensor.product != product ? found : look(sensor);
    return found;
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
    if (!sentinel2Letter(name).isNull()) {
        // "S2B_MSIL2A_20200705T…" as the product is called, "S2B_32TMT_20200705_1_L2A" as Earth Search does.
        const QStringView rest = QStringView(name).mid(4);
        const bool product = rest.startsWith(u"MSIL") && rest.size() > 6 && rest[6] == u'_';
        const QStringView level = product                                                       ? rest.mid(4, 2)
            : rest.size() > 4 && rest[rest.size() - 4] == u'_' && rest[rest.size() - 3] == u'L' ? rest.last(2)
                                                                                                : QStringView();
        if (level == u"2A")
            return QStringLiteral("sentinel-2-l2a");
        return level == u"1C" ? QStringLiteral("sentinel-2-l1c") : QString();
    }
    // "HLS.L30.T10SEH.2021213T184452.v2.0": which of the two it is decides what its B05 shows.
    if (name.startsWith(u"HLS.L30.T"))
        return QStringLiteral("hls-l30");
    if (name.startsWith(u"HLS.S30.T"))
        return QStringLiteral("hls-s30");
    // "LC08_L2SP_028030_20200114_…"
    const QStringView view(name);
    const bool landsat = landsatDigit(name, u"COTE") >= QChar(u'4') && view.size() > 25
        && (view.mid(5, 5) == u"L2SP_" || view.mid(5, 5) == u"L2SR_") && areDigits(view.mid(10, 6), 6)
        && view[16] == u'_' && areDigits(view.mid(17, 8), 8) && view[25] == u'_';
    return landsat ? QStringLiteral("landsat-c2-l2") : QString();
}

QString platformOfName(const QString &name)
{
    if (const QChar letter = sentinel2Letter(name); !letter.isNull())
        return QString(QStringLiteral("sentinel-2") + letter.toLower());
    if (const QChar digit = landsatDigit(name, u"COTEM"); !digit.isNull())
        return QString(QStringLiteral("landsat-") + digit);
    return {};
}

} // namespace astra::data
