// SPDX-License-Identifier: Apache-2.0
#pragma once

// Scenes without files, as searches find them. Header only: it needs core/data alone.

#include "core/data/scene.h"

#include <QDateTime>

namespace astra::test {

/// The ring around a box, in degrees.
[[nodiscard]] inline data::Rings box(double west, double south, double east, double north)
{
    return data::GeoBox {west, south, east, north}.rings();
}

/// A scene of collection "c" in the box 9 to 10 east, 47 to 48 north. @param time ISO 8601; @param acquisition its
/// name of the acquisition, empty where it states none
[[nodiscard]] inline data::Scene scene(const QString &provider, const QString &id, const QString &time,
                                       const QString &acquisition = {})
{
    data::Scene scene;
    scene.provider = provider;
    scene.collection = QStringLiteral("c");
    scene.id = id;
    scene.datetime = QDateTime::fromString(time, Qt::ISODate).toUTC();
    scene.acquisition = acquisition;
    scene.footprint = box(9, 47, 10, 48);
    scene.bbox = data::boundsOf(scene.footprint);
    return scene;
}

} // namespace astra::test
