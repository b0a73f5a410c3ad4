// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/json.h"

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace astra::providers::stac {

/// Takes a FeatureCollection from the parser event by event and hands on its features one by one, each as a tree that
/// is gone again before the next is made; what stands around them stays. Of assets only what is read of them is kept:
/// that is most of the text and half of the tree.
class ItemStream
{
public:
    using number_integer_t = Json::number_integer_t;
    using number_unsigned_t = Json::number_unsigned_t;
    using number_float_t = Json::number_float_t;
    using string_t = Json::string_t;
    using binary_t = Json::binary_t;

    /// @param take called with each feature
    explicit ItemStream(std::function<void(const Json &)> take);

    /// The document without its features.
    [[nodiscard]] const Json &around() const { return m_root; }
    [[nodiscard]] bool hadItems() const { return m_hadItems; }

    // What the parser calls. False ends it.
    bool null() { return value(nullptr); }
    bool boolean(bool given) { return value(given); }
    bool number_integer(number_integer_t given) { return value(given); }
    bool number_unsigned(number_unsigned_t given) { return value(given); }
    bool number_float(number_float_t given, const string_t &) { return value(given); }
    bool string(string_t &given) { return value(std::move(given)); }
    bool binary(binary_t &) { return false; }
    bool start_object(std::size_t) { return open(Json::value_t::object); }
    bool key(string_t &name);
    bool end_object() { return close(); }
    bool start_array(std::size_t) { return open(Json::value_t::array); }
    bool end_array() { return close(); }
    bool parse_error(std::size_t, const std::string &, const nlohmann::detail::exception &) { return false; }

private:
    bool value(Json given);
    bool open(Json::value_t type);
    bool close();
    Json *put(Json &&given);

    std::function<void(const Json &)> m_take;
    Json m_root;
    Json m_item;
    std::vector<Json *> m_open; ///< objects and arrays, outermost first
    Json *m_slot = nullptr; ///< where the value of the last key goes
    std::size_t m_features = 0; ///< how deep the features are; 0: not there
    bool m_featuresNext = false;
    bool m_hadItems = false;
    bool m_assets = false; ///< within the item's assets
    bool m_skipNext = false;
    int m_skipped = 0; ///< how deep in what is passed over
};

} // namespace astra::providers::stac
