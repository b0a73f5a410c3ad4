// SPDX-License-Identifier: Apache-2.0
#pragma once

// Inside core/raster only: what every use of GDAL is wrapped in.

#include "core/base/result.h"

#include <cpl_error.h>

#include <memory>

class GDALDataset;

namespace astra::raster {

struct CloseDataset {
    void operator()(GDALDataset *dataset) const;
};
using Handle = std::unique_ptr<GDALDataset, CloseDataset>;

/// Catches what GDAL reports in this thread for as long as it lives; nothing reaches a terminal.
class GdalScope
{
public:
    GdalScope();
    ~GdalScope();
    GdalScope(const GdalScope &) = delete;
    GdalScope &operator=(const GdalScope &) = delete;

    /// The first failure's text, or empty.
    [[nodiscard]] const QString &text() const { return m_text; }
    [[nodiscard]] CPLErrorNum number() const { return m_number; }

private:
    static void CPL_STDCALL handle(CPLErr level, CPLErrorNum number, const char *text);
    QString m_text;
    CPLErrorNum m_number = CPLE_None;
};

} // namespace astra::raster
