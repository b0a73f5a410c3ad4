// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a row of the list says.

#include "core/base/result.h"
#include "core/data/clearsky.h"
#include "core/data/scene.h"

#include <functional>

namespace astra::search {

struct SceneWords {
    QString date, time, platform, provider, cloud, access, origin, copies;
};
/// @param titleOf the title of a provider, by its id
[[nodiscard]] SceneWords sceneWords(const data::Acquisition &acquisition,
                                    const std::function<QString(const QString &)> &titleOf);

/// "92 % clear, 100 % covered of my area", or why that is not known.
[[nodiscard]] QString skyWords(const Result<data::ClearSky> &sky);

} // namespace astra::search
