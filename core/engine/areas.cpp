// SPDX-License-Identifier: Apache-2.0
#include "core/engine/engineparts.h"

namespace astra::engine {

Future<std::vector<data::NamedArea>> Engine::areasOf(const QString &file, StopToken stop)
{
    return runOn(d->pools.io, [file, stop = std::move(stop)]() -> Result<std::vector<data::NamedArea>> {
        constexpr qint64 mostBytes = 256LL << 20;
        if (stop.stop_requested())
            return cancelled();
        const auto json = readJsonFile(file, mostBytes);
        if (!json)
            return fail(json.error());
        return data::areasFromGeoJson(*json);
    });
}

} // namespace astra::engine
