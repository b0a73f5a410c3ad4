// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/geobox.h"
#include "core/data/timerange.h"

#include <QStringList>

namespace astra::data {

/// What is looked for, in no provider's dialect.
struct SearchQuery {
    GeoBox bbox;
    Rings intersects; ///< non-empty: this polygon instead of the bbox (bbox is then its bounds)
    TimeRange datetime;
    QStringList collections; ///< product families ("sentinel-2-l2a", "landsat-c2-l2") or a provider's own ids; empty:
                             ///< every imagery family
    std::optional<double> cloudCoverLt; ///< per cent, strict; scenes that state none pass
    QStringList providers; ///< ids; empty: all that are enabled
    int limit = 100; ///< results to load per provider before "load more"

    friend bool operator==(const SearchQuery &, const SearchQuery &) = default;
};

} // namespace astra::data
