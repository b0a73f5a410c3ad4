// SPDX-License-Identifier: Apache-2.0
#include "core/raster/gdalscope.h"

#include "core/base/logging.h"
#include "core/raster/bytefiles.h"
#include "core/raster/dataset.h"

#include <gdal_priv.h>
#include <ogr_srs_api.h>

#include <array>
#include <mutex>
#include <string_view>

namespace astra::raster {

namespace {

// Everything else is unregistered, so that no file can name a driver that goes elsewhere for its pixels: a VRT or a
// WMS description under any name (an .ovr beside a GeoTIFF included) is just a file that is not a raster.
constexpr std::array allowed {"GTiff", "COG", "JP2OpenJPEG", "PNG", "JPEG", "MBTiles", "SENTINEL2", "MEM"};
constexpr GIntBig cacheBytes = 96LL << 20;

void CPL_STDCALL toLog(CPLErr level, CPLErrorNum, const char *text)
{
    // Codec threads have no scope of their own.
    if (level >= CE_Failure)
        qCDebug(logRaster).noquote() << QString::fromUtf8(text);
}

void prepare()
{
    CPLSetErrorHandler(toLog);
    OSRSetPROJEnableNetwork(FALSE);
    GDALAllRegister();
    auto *manager = GetGDALDriverManager();
    for (int i = manager->GetDriverCount() - 1; i >= 0; --i) {
        auto *driver = manager->GetDriver(i);
        const std::string_view name = driver->GetDescription();
        if (std::find(allowed.begin(), allowed.end(), name) == allowed.end()) {
            manager->DeregisterDriver(driver);
            delete driver;
        }
    }
    GDALSetCacheMax64(cacheBytes);
    installByteFiles();
}

} // namespace

void initialise()
{
    static std::once_flag once;
    std::call_once(once, prepare);
}

void CloseDataset::operator()(GDALDataset *dataset) const { GDALClose(dataset); }

GdalScope::GdalScope()
{
    initialise();
    CPLPushErrorHandlerEx(handle, this);
    CPLErrorReset();
}

GdalScope::~GdalScope() { CPLPopErrorHandler(); }

void GdalScope::handle(CPLErr level, CPLErrorNum number, const char *text)
{
    auto *self = static_cast<GdalScope *>(CPLGetErrorHandlerUserData());
    if (level < CE_Failure || !self->m_text.isEmpty())
        return;
    self->m_text = QString::fromUtf8(text).simplified().left(300);
    self->m_number = number;
}

} // namespace astra::raster
