// SPDX-License-Identifier: Apache-2.0
#pragma once

// core's plain values, made known to QML here and nowhere else: core itself never links Qml.

#include "core/data/geobox.h"

#include <QtQml/qqml.h>
#include <QtQml/qqmlregistration.h>

namespace astra::types {

/// `geoBox` in QML: west, south, east, north in degrees, and valid.
struct GeoBoxForeign {
    Q_GADGET
    QML_FOREIGN(astra::data::GeoBox)
    QML_VALUE_TYPE(geoBox)
};

} // namespace astra::types
