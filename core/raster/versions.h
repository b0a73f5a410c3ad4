// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

namespace astra::raster {

/// "GDAL 3.6.2, PROJ 9.1.1": what pixels and positions also depend on.
[[nodiscard]] QString versions();

} // namespace astra::raster
