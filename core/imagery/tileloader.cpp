// SPDX-License-Identifier: Apache-2.0
#include "core/imagery/tileloader.h"

namespace astra::imagery {

TileLoader::TileLoader(QObject *parent)
    : QObject(parent)
{
}

TileLoader::~TileLoader() = default;

} // namespace astra::imagery
