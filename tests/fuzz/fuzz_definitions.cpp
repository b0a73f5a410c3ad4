// SPDX-License-Identifier: Apache-2.0
#include "core/providers/providerregistry.h"
#include "tests/fuzz/fuzz.h"

using namespace astra;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const auto json = parseJson(fuzz::bytes(data, size));
    if (!json)
        return 0;
    const auto registry = providers::ProviderRegistry::ofWorld(*json, QStringLiteral("fuzz"));
    if (!registry)
        return 0;
    for (const auto &definition : registry->definitions()) {
        fuzz::require(!definition.id.isEmpty() && registry->find(definition.id) != nullptr);
        fuzz::require(definition.url.isValid() && definition.deadline.count() > 0 && definition.pageSize > 0);
        for (const auto &rule : definition.assets)
            fuzz::require(!rule.match.isEmpty());
    }
    return 0;
}
