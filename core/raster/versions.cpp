// SPDX-License-Identifier: Apache-2.0
#include "core/raster/versions.h"

#include <gdal.h>
#include <proj.h>

namespace astra::raster {

QString versions()
{
    return QStringLiteral("GDAL %1, PROJ %2")
        .arg(QString::fromUtf8(GDALVersionInfo("RELEASE_NAME")), QString::fromUtf8(proj_info().version));
}

} // namespace astra::raster
