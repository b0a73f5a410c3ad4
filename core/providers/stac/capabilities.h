// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a catalogue honours, as its landing page says it. A filter that is sent to a catalogue which does not know it is
// ignored without a word, so nothing is sent that was not promised. Pure.

#include "core/providers/definition.h"

namespace astra::providers::stac {

enum class Asking {
    Post, ///< a search with a body
    Get, ///< a search with everything in its address
    Items, ///< no search: the items of one collection after another (OGC API Features)
};

struct Capabilities {
    Asking asking = Asking::Post;
    QUrl search; ///< where searches go
    QUrl collections; ///< where the list of collections is, and below it their items
    CloudFilter cloudFilter = CloudFilter::None;
    bool sort = false;
    bool fields = false; ///< may be asked for a part of each item
};

/// Whether a definition leaves it to the landing page what the catalogue honours.
[[nodiscard]] bool isAsked(const Definition &definition);
/// What is known without the landing page: what the definition says, and the least for the rest.
[[nodiscard]] Capabilities statedCapabilities(const Definition &definition);
/// What a landing page says, where the definition says nothing. @param at where the page came from
[[nodiscard]] Capabilities capabilitiesOf(const Json &landing, const QUrl &at, const Definition &definition);

} // namespace astra::providers::stac
