// SPDX-License-Identifier: Apache-2.0
#pragma once

// The scenes and areas that tests/data/operations/zonal.py made up, and the numbers that numpy and gdal_rasterize have
// for them.

#include "core/processing/executor.h"
#include "core/processing/operation.h"
#include "core/raster/geodesy.h"
#include "tests/core/processing/expected.h"
#include "tests/core/raster/gdalfiles.h"

#include <QTest>

#include <map>

namespace astra::test {

struct ZonalSample {
    Json all;
    data::Grid grid;
    std::vector<std::map<QString, data::Block>> scenes; ///< "nir", "red": 0 is no data; "clouds": 1 or 0

    ZonalSample()
    {
        auto read = readJsonFile(QStringLiteral(ASTRA_SOURCE_DIR "/tests/data/operations/zonal.json"));
        all = read ? std::move(*read) : Json::object();
        const Json &g = member(all, "grid");
        const auto number = [&](const char *name) { return numberAt(g, name).value_or(0); };
        grid = {stringAt(g, "crs"),
                number("x"),
                number("y"),
                number("pixel"),
                number("pixel"),
                static_cast<int>(number("width")),
                static_cast<int>(number("height"))};
        for (const auto &scene : listAt(all, "scenes")) {
            scenes.emplace_back();
            for (const auto &[name, values] : scene.items())
                scenes.back()[QString::fromStdString(name)] = block(grid.width, grid.height, values);
        }
    }

    /// A FeatureCollection of those; of all, where none is named.
    [[nodiscard]] Json areas(const QStringList &names = {}) const
    {
        Json features = Json::array();
        for (const auto &area : listAt(all, "areas")) {
            if (names.isEmpty() || names.contains(stringAt(area, "name"))) {
                features.push_back(
                    {{"type", "Feature"}, {"properties", {{"name", area["name"]}}}, {"geometry", area["geometry"]}});
            }
        }
        return {{"type", "FeatureCollection"}, {"features", std::move(features)}};
    }

    [[nodiscard]] std::vector<processing::SceneFacts> facts(int count) const
    {
        std::vector<processing::SceneFacts> list;
        for (int i = 0; i < count; ++i) {
            processing::SceneFacts facts;
            facts.id = QStringLiteral("scene%1").arg(i);
            // Not in the order in which they are given: the third is the first.
            facts.datetime = QDateTime({2024, 6, i == 2 ? 1 : 10 + i}, {10, 30}, Qt::UTC);
            facts.platform = QStringLiteral("sentinel-2a");
            facts.bands = QStringList {QStringLiteral("nir"), QStringLiteral("red"), QStringLiteral("scl")};
            facts.mask = processing::MaskKind::Scl;
            list.push_back(std::move(facts));
        }
        return list;
    }

    /// A part of a band, 0 as NaN.
    [[nodiscard]] data::Block cut(const data::Block &from, int x, int y, int width, int height, bool isBand) const
    {
        data::Block out(width, height);
        for (int row = 0; row < height; ++row) {
            for (int column = 0; column < width; ++column) {
                const float v = from.at(x + column, y + row);
                out.values[static_cast<std::size_t>(row) * static_cast<std::size_t>(width)
                           + static_cast<std::size_t>(column)]
                    = isBand && v == 0 ? data::Block::nodata : v;
            }
        }
        return out;
    }

    /// Runs an operation as the executor does, in windows of a size, without files.
    [[nodiscard]] Result<processing::Summary> run(processing::Operation &operation, int count, bool masked, int side,
                                                  bool backwards = false, qsizetype *tiles = nullptr) const
    {
        const auto plan = operation.plan(facts(count));
        if (!plan)
            return fail(plan.error());
        if (auto ok = operation.prepare({grid, {}, {}}); !ok)
            return fail(ok.error());
        std::vector<std::pair<int, int>> places;
        for (int y = 0; y < grid.height; y += side) {
            for (int x = 0; x < grid.width; x += side)
                places.emplace_back(x, y);
        }
        std::vector<QByteArray> tallies(places.size());
        for (std::size_t n = 0; n < places.size(); ++n) {
            const std::size_t k = backwards ? places.size() - 1 - n : n;
            const auto [x, y] = places[k];
            const int width = std::min(side, grid.width - x);
            const int height = std::min(side, grid.height - y);
            processing::TileInput input;
            input.window = raster::windowOf(grid, x, y, width, height);
            if (!operation.wants(input.window))
                continue;
            for (const auto &read : plan->reads) {
                const auto &scene = scenes[static_cast<std::size_t>(read.scene)];
                input.bands.push_back(cut(scene.at(read.band), x, y, width, height, true));
            }
            for (int scene = 0; scene < count; ++scene) {
                const auto &clouds = scenes[static_cast<std::size_t>(scene)].at(QStringLiteral("clouds"));
                input.masks.push_back(
                    masked ? std::make_shared<const data::Block>(cut(clouds, x, y, width, height, false)) : nullptr);
            }
            tallies[k] = operation.tile(input).tally;
            if (tiles)
                ++*tiles;
        }
        return operation.sumUp(tallies);
    }

    /// Files as a sensor would give them: NAME0_nir.tif, …, clouds as a scene classification.
    void write(const QString &folder) const
    {
        Made made;
        made.width = grid.width;
        made.height = grid.height;
        made.epsg = 32632;
        made.transform = {grid.originX, grid.pixelWidth, 0, grid.originY, 0, -grid.pixelHeight};
        made.nodata = 0;
        for (std::size_t i = 0; i < scenes.size(); ++i) {
            for (const auto &[name, values] : scenes[i]) {
                const bool isMask = name == u"clouds";
                makeTiff(folder + u"/scene" + QString::number(i) + u'_' + (isMask ? QStringLiteral("scl") : name)
                             + u".tif",
                         made, [&values = values, isMask](int x, int y, int) {
                             const auto v = static_cast<double>(values.at(x, y));
                             return !isMask ? v : v == 0 ? 4 : 9; // vegetation, cloud
                         });
            }
        }
    }
};

/// Bands of scenes from files of a folder: ID_band.tif.
class FolderScenes final : public processing::SceneSet
{
public:
    FolderScenes(QString folder, std::vector<processing::SceneFacts> facts, std::map<QString, QString> names = {})
        : m_folder(std::move(folder))
        , m_facts(std::move(facts))
        , m_names(std::move(names))
    {
    }
    int count() const override { return static_cast<int>(m_facts.size()); }
    processing::SceneFacts facts(int scene) const override { return m_facts[static_cast<std::size_t>(scene)]; }
    Json identity(int scene) const override { return {{"id", toStd(facts(scene).id)}}; }
    Result<std::unique_ptr<processing::InputReader>> open(int scene, const StopToken &) override
    {
        return std::make_unique<Reader>(this, scene);
    }

private:
    class Reader : public processing::InputReader
    {
    public:
        Reader(FolderScenes *owner, int scene)
            : m_owner(owner)
            , m_scene(scene)
        {
        }
        Result<std::unique_ptr<processing::BandReader>> band(const QString &name) override
        {
            const QString file = m_owner->facts(m_scene).id + u'_' + name;
            const auto other = m_owner->m_names.find(file);
            auto dataset = raster::Dataset::open(
                local(m_owner->m_folder + u'/'
                      + (other == m_owner->m_names.end() ? QString(file + u".tif") : other->second)));
            if (!dataset)
                return fail(dataset.error());
            return processing::bandReader(std::move(*dataset), 1, {});
        }

    private:
        FolderScenes *m_owner;
        int m_scene;
    };
    QString m_folder;
    std::vector<processing::SceneFacts> m_facts;
    std::map<QString, QString> m_names; ///< of files, where they are not ID_band.tif
};

/// The cell of a row by its column's name.
[[nodiscard]] inline Json at(const processing::Table &table, std::size_t row, const char *column)
{
    const auto place = table.columns.indexOf(QString::fromLatin1(column));
    return place < 0 || row >= table.rows.size() ? Json("no such cell")
                                                 : table.rows[row][static_cast<std::size_t>(place)];
}
/// Empty where a row says what the script said.
[[nodiscard]] inline QString rowDiffers(const processing::Table &table, std::size_t row, const Json &wanted,
                                        double tolerance = 1e-6)
{
    for (const auto &[name, value] : wanted.items()) {
        if (!table.columns.contains(QString::fromStdString(name)))
            continue;
        const Json got = at(table, row, name.c_str());
        const bool same = value.is_null() || !got.is_number() ? value.is_null() && got.is_null()
                                                              : std::abs(got.get<double>() - value.get<double>())
                <= tolerance * std::max(1.0, std::abs(value.get<double>()));
        if (!same)
            return QStringLiteral("row %1: %2 is %3, not %4")
                .arg(row)
                .arg(QString::fromStdString(name), QString::fromUtf8(toText(got)), QString::fromUtf8(toText(value)));
    }
    return {};
}

} // namespace astra::test
