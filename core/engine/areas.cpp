// SPDX-License-Identifier: Apache-2.0
#include "core/data/areajson.h"
#include "core/engine/engineparts.h"

namespace astra::engine {

Future<std::vector<data::NamedArea>> Engine::areasOf(const QString &file, StopToken stop)
{
    return runOn(d->pools.io, [file, stop = std::move(stop)]() -> Result<std::vector<data::NamedArea>> {
        if (stop.stop_requested())
            return cancelled();
        return data::readAreas(file);
    });
}

} // namespace astra::engine
