// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/render/tilegrid.h"

class QQuickWindow;
class QSGNode;

namespace astra::map {

class SceneLayer;

/// Draws a SceneLayer's tiles: where one has not come, the part of a coarser one, or finer ones, stand in for it.
/// Each place is drawn once, since tiles are clear where the scene has no data.
[[nodiscard]] QSGNode *updateTiles(QSGNode *old, QQuickWindow *window, const SceneLayer *layer,
                                   const render::Camera &camera);

} // namespace astra::map
