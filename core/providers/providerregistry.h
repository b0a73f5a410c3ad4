// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/pools.h"
#include "core/data/geobox.h"
#include "core/data/timerange.h"
#include "core/net/httpclient.h"
#include "core/providers/definition.h"
#include "core/providers/provider.h"

#include <map>
#include <memory>

namespace astra::providers {

/// The world of a document of its own (the sandbox): its extent, where it says so.
struct World {
    QString title;
    bool invented = false;
    std::optional<data::GeoBox> bbox;
    data::TimeRange datetime;
};

/// Which catalogues there are. A value: read once, asked often.
class ProviderRegistry
{
public:
    /// The shipped definitions, with `<configDir>/providers.json` laid over them member by member where it exists.
    [[nodiscard]] static ProviderRegistry shipped(const QString &configDir);
    /// Nothing but what `document` says.
    [[nodiscard]] static Result<ProviderRegistry> ofWorld(const Json &document, const QString &origin);

    [[nodiscard]] const std::vector<Definition> &definitions() const { return m_definitions; }
    [[nodiscard]] const Definition *find(const QString &id) const;
    /// What is wrong in a document, entry by entry, in words. Everything else is in use.
    [[nodiscard]] const QStringList &warnings() const { return m_warnings; }
    [[nodiscard]] const World &world() const { return m_world; }

    /// The catalogue itself. Also for definitions that are not enabled.
    [[nodiscard]] static std::shared_ptr<Provider> make(const Definition &definition,
                                                        std::shared_ptr<net::HttpClient> http, Pools &pools);

private:
    void lay(const Json &document, const QString &origin);

    std::map<QString, Json> m_raw; ///< by id, to lay the next document over
    std::vector<Definition> m_definitions;
    QStringList m_warnings;
    World m_world;
};

} // namespace astra::providers
