// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

namespace astra::data {

/// How much of one's own area a scene shows, told from its mask band's overview before anything is downloaded.
struct ClearSky {
    double clear = 0; ///< per cent of the area that is covered and free of cloud, shadow and cirrus
    double covered = 0; ///< per cent of the area that holds data
    QString source; ///< "SCL at 160 m"
    friend bool operator==(const ClearSky &, const ClearSky &) = default;
};

} // namespace astra::data
