// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/raster.h"
#include "core/render/tilegrid.h"

#include <list>
#include <map>
#include <memory>

namespace astra::imagery {

/// Blocks of values by tile and band; the least recently used go first. One thread.
class TileCache
{
public:
    explicit TileCache(std::size_t maxBytes = 64u << 20)
        : m_maxBytes(maxBytes)
    {
    }

    using Key = std::pair<render::TileId, QString>;
    /// Null where it is not kept (any more).
    [[nodiscard]] std::shared_ptr<const data::Block> find(const Key &key);
    void insert(const Key &key, data::Block block);
    void clear();
    [[nodiscard]] std::size_t bytes() const { return m_bytes; }

private:
    struct Entry {
        Key key;
        std::shared_ptr<const data::Block> block;
    };
    const std::size_t m_maxBytes;
    std::size_t m_bytes = 0;
    std::list<Entry> m_entries; ///< most recently used first
    std::map<Key, std::list<Entry>::iterator> m_index;
};

} // namespace astra::imagery
