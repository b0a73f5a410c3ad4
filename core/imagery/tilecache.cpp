// SPDX-License-Identifier: Apache-2.0
#include "core/imagery/tilecache.h"

namespace astra::imagery {

namespace {

std::size_t sizeOf(const data::Block &block) { return block.values.size() * sizeof(float); }

} // namespace

std::shared_ptr<const data::Block> TileCache::find(const Key &key)
{
    const auto found = m_index.find(key);
    if (found == m_index.end())
        return nullptr;
    m_entries.splice(m_entries.begin(), m_entries, found->second);
    return found->second->block;
}

void TileCache::insert(const Key &key, data::Block block)
{
    if (m_index.contains(key))
        return;
    m_bytes += sizeOf(block);
    m_entries.push_front({key, std::make_shared<const data::Block>(std::move(block))});
    m_index[key] = m_entries.begin();
    while (m_bytes > m_maxBytes && m_entries.size() > 1) {
        m_bytes -= sizeOf(*m_entries.back().block);
        m_index.erase(m_entries.back().key);
        m_entries.pop_back();
    }
}

void TileCache::clear()
{
    m_entries.clear();
    m_index.clear();
    m_bytes = 0;
}

} // namespace astra::imagery
