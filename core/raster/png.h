// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/raster.h"

namespace astra::raster {

/// Writes the picture as an RGBA PNG: whole, or not at all.
[[nodiscard]] Result<void> writePng(const data::Picture &picture, const QString &path);
/// The same as bytes.
[[nodiscard]] Result<QByteArray> toPng(const data::Picture &picture);

} // namespace astra::raster
