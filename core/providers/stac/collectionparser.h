// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/provider.h"
#include "core/providers/definition.h"
#include "core/providers/stac/stacparser.h"

namespace astra::providers::stac {

/// A STAC Collection, of any version; absent where it has no id.
[[nodiscard]] std::optional<data::CollectionInfo> parseCollection(const Json &collection, const Definition &definition);

/// One answer of /collections.
struct ParsedCollections {
    std::vector<data::CollectionInfo> collections;
    std::optional<ParsedPage::Next> next;
};
[[nodiscard]] Result<ParsedCollections> parseCollections(const Json &answer, const Definition &definition);

} // namespace astra::providers::stac
