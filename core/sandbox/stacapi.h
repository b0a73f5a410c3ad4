// SPDX-License-Identifier: Apache-2.0
#pragma once

// One invented STAC catalogue: landing page, collections, items and search, each in the manner of the real service that
// it resembles. A pure function from request to response.

#include "core/sandbox/itemsearch.h"
#include "core/server/server.h"

namespace astra::sandbox {

class StacApi
{
public:
    /// @param world outlives it @param base the sandbox's URL without a slash at the end
    StacApi(Manner manner, const World &world, QString base);
    /// @param path what follows the catalogue's own part of the address: "", "/search", …
    [[nodiscard]] server::Response answer(const server::Request &request, const QString &path) const;
    [[nodiscard]] Manner manner() const { return m_manner; }

private:
    [[nodiscard]] QString root() const { return m_base + u'/' + mannerPath(m_manner); }
    [[nodiscard]] server::Response collections() const;
    [[nodiscard]] server::Response inCollection(const server::Request &request, const QStringList &parts) const;
    [[nodiscard]] server::Response search(const server::Request &request) const;
    [[nodiscard]] server::Response page(const ItemSearch &search) const;
    [[nodiscard]] Json nextLink(const ItemSearch &search, qint64 end) const;

    Manner m_manner;
    const World &m_world;
    QString m_base;
    std::vector<Listing> m_listings; ///< newest first
};

} // namespace astra::sandbox
