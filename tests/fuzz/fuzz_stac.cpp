// SPDX-License-Identifier: Apache-2.0
#include "core/providers/stac/stacparser.h"
#include "tests/fuzz/fuzz.h"

using namespace astra;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const auto json = parseJson(fuzz::bytes(data, size));
    if (!json)
        return 0;
    providers::stac::ParseContext context;
    context.provider = QStringLiteral("fuzz");
    context.base = QUrl(QStringLiteral("https://stac.example/v1/search"));
    if (const auto scene = providers::stac::parseItem(*json, context)) {
        fuzz::require(!scene->id.isEmpty());
        // What was accepted can be written, found in and ranked.
        fuzz::require(parseJson(toText(data::toStacItem(*scene))).has_value());
        fuzz::require(data::bandNames(*scene).size() < 100000);
        data::Acquisition acquisition {{*scene, *scene}};
        data::rankCopies(acquisition);
    }
    if (const auto page = providers::stac::parsePage(*json, context))
        fuzz::require(static_cast<int>(page->scenes.size()) <= page->count);
    return 0;
}
