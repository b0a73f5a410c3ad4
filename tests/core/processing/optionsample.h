// SPDX-License-Identifier: Apache-2.0
#pragma once

// The scenes that tests/data/operations/options.py made up, as files, and what it computed from them.

#include "core/processing/executor.h"
#include "core/processing/operation.h"
#include "tests/core/processing/scenefiles.h"
#include "tests/core/processing/zonalsample.h"

#include <QTemporaryDir>

namespace astra::test {

struct OptionSample {
    Json all;
    QTemporaryDir folder;

    OptionSample()
    {
        auto read = readJsonFile(QStringLiteral(ASTRA_SOURCE_DIR "/tests/data/operations/options.json"));
        all = read ? std::move(*read) : Json::object();
        for (std::size_t scene = 0; scene < listAt(all, "scenes").size(); ++scene) {
            for (const auto &[band, values] : all["scenes"][scene].items())
                write(static_cast<int>(scene), band, values);
        }
    }
    [[nodiscard]] QString fileOf(int scene, const std::string &band) const
    {
        return folder.filePath(QStringLiteral("%1_%2.tif").arg(scene).arg(QString::fromStdString(band)));
    }
    /// @param values row by row; null is NaN
    void write(int scene, const std::string &band, const Json &values, GDALDataType type = GDT_UInt16) const
    {
        const Json &grid = all["grid"];
        const double pixel = grid["pixel"].get<double>();
        Made made;
        made.width = grid["width"].get<int>();
        made.height = grid["height"].get<int>();
        made.type = type;
        made.epsg = 32632;
        made.transform = {grid["x"].get<double>(), pixel, 0, grid["y"].get<double>(), 0, -pixel};
        made.nodata = 0;
        makeTiff(fileOf(scene, band), made, [&](int x, int y, int) {
            return numberOf(values[static_cast<std::size_t>(y) * static_cast<std::size_t>(made.width)
                                   + static_cast<std::size_t>(x)]);
        });
    }
    /// The first `count` of them. @param without a band that they lack
    [[nodiscard]] SceneFiles scenes(int count, const QString &without = {}) const
    {
        SceneFiles files;
        for (int scene = 0; scene < count; ++scene) {
            const auto at = static_cast<std::size_t>(scene);
            processing::SceneFacts facts;
            facts.id = QStringLiteral("scene%1").arg(scene);
            facts.platform = QStringLiteral("sentinel-2a");
            facts.datetime = QDateTime::fromString(QString::fromStdString(all["dates"][at].get<std::string>()),
                                                   Qt::ISODate);
            facts.mask = processing::MaskKind::Scl;
            SceneFiles::Bands bands;
            for (const auto &[band, values] : all["scenes"][at].items()) {
                const QString name = QString::fromStdString(band);
                const bool isMask = band == "scl";
                if (name != without) {
                    bands[name] = {fileOf(scene, band), 1,
                                   data::Radiometry {isMask ? 1 : 0.0001, isMask ? 0 : -0.1, 0.0, {}, {}}};
                }
            }
            files.add(facts, bands);
        }
        return files;
    }

private:
    [[nodiscard]] static double numberOf(const Json &value)
    {
        if (value.is_string()) // "inf"
            return value.get<std::string>().front() == '-' ? -HUGE_VAL : HUGE_VAL;
        return value.is_number() ? value.get<double>() : std::nan("");
    }
};

} // namespace astra::test
