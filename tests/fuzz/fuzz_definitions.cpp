// SPDX-License-Identifier: Apache-2.0
#include "core/credentials/servicekind.h"
#include "core/providers/providerregistry.h"
#include "tests/fuzz/fuzz.h"

using namespace astra;

namespace {

/// Secrets go only where a definition names it, and never in the clear.
void checkService(const Json &json)
{
    const auto kind = credentials::ServiceKind::fromJson(json);
    if (!kind)
        return;
    fuzz::require(!kind->methods.empty() && kind->method({}) != nullptr);
    fuzz::require(kind->hosts.empty() == kind->service.ownAddress);
    for (const auto &host : kind->hosts) {
        const bool here = host.name == u"localhost" || host.name == u"::1" || host.name.startsWith(u"127.");
        fuzz::require(host.scheme == u"https" || (host.scheme == u"http" && here));
        fuzz::require(!host.wildcard || !kind->service.needsAccount);
    }
    fuzz::require(kind->base.isEmpty() || kind->service.ownAddress || kind->covers(QUrl(kind->base)));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const auto json = parseJson(fuzz::bytes(data, size));
    if (!json)
        return 0;
    checkService(*json);
    const auto registry = providers::ProviderRegistry::ofWorld(*json, QStringLiteral("fuzz"));
    if (!registry)
        return 0;
    for (const auto &definition : registry->definitions()) {
        fuzz::require(!definition.id.isEmpty() && registry->find(definition.id) != nullptr);
        fuzz::require(definition.url.isValid() && definition.deadline.count() > 0 && definition.pageSize > 0);
        for (const auto &rule : definition.assets)
            fuzz::require(!rule.match.isEmpty());
        if (definition.connection.is_object())
            checkService(definition.connection);
    }
    return 0;
}
