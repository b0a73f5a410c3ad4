// SPDX-License-Identifier: Apache-2.0
#include "core/providers/stac/itemstream.h"

#include "core/providers/stac/assetparser.h"

namespace astra::providers::stac {

namespace {

constexpr std::size_t maxDepth = 128;

} // namespace

ItemStream::ItemStream(std::function<void(const Json &)> take)
    : m_take(std::move(take))
{
}

bool ItemStream::key(string_t &name)
{
    if (m_skipped > 0)
        return true;
    if (m_open.size() == 1) {
        m_featuresNext = name == "features";
        if (m_featuresNext && m_hadItems)
            return false; // twice: the last one counts, and the first is handed on already
    }
    if (m_features != 0 && m_open.size() == m_features + 1)
        m_assets = name == "assets";
    // An item, its assets, an asset: what follows is a member of it.
    if (m_features != 0 && m_assets && m_open.size() == m_features + 3 && !isReadOfAssets(name)) {
        m_skipNext = true;
        return true;
    }
    m_slot = &m_open.back()->get_ref<Json::object_t &>()[std::move(name)];
    return true;
}

bool ItemStream::value(Json given)
{
    if (m_skipped > 0 || std::exchange(m_skipNext, false))
        return true;
    m_featuresNext = false;
    const bool isItem = m_features != 0 && m_open.size() == m_features;
    put(std::move(given));
    if (isItem)
        m_take(m_item);
    return true;
}

bool ItemStream::open(Json::value_t type)
{
    if (m_skipped > 0 || std::exchange(m_skipNext, false)) {
        ++m_skipped;
        return m_open.size() + static_cast<std::size_t>(m_skipped) <= maxDepth;
    }
    m_open.push_back(put(Json(type)));
    if (std::exchange(m_featuresNext, false) && type == Json::value_t::array) {
        m_features = m_open.size();
        m_hadItems = true;
    }
    return m_open.size() <= maxDepth;
}

bool ItemStream::close()
{
    if (m_skipped > 0) {
        --m_skipped;
        return true;
    }
    if (m_features != 0 && m_open.size() == m_features)
        m_features = 0;
    m_open.pop_back();
    if (m_features != 0 && m_open.size() == m_features)
        m_take(m_item);
    return true;
}

Json *ItemStream::put(Json &&given)
{
    if (m_open.empty()) {
        m_root = std::move(given);
        return &m_root;
    }
    if (m_features != 0 && m_open.size() == m_features) {
        m_assets = false;
        m_item = std::move(given);
        return &m_item;
    }
    if (m_open.back()->is_array()) {
        auto &list = m_open.back()->get_ref<Json::array_t &>();
        list.push_back(std::move(given));
        return &list.back();
    }
    *m_slot = std::move(given);
    return m_slot;
}

} // namespace astra::providers::stac
