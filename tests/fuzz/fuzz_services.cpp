// SPDX-License-Identifier: Apache-2.0
// The two services with dialects of their own.
#include "core/data/resolve.h"
#include "core/providers/astra/astrapaging.h"
#include "core/providers/pixxel/pixxelparser.h"
#include "tests/fuzz/fuzz.h"

using namespace astra;
using namespace astra::providers;

namespace {

void useScene(const data::Scene &scene)
{
    fuzz::require(!scene.id.isEmpty());
    fuzz::require(parseJson(toText(data::toStacItem(scene))).has_value());
    // Every file resolves to itself, by its key or by a band of its own.
    for (const auto &asset : scene.assets)
        fuzz::require(data::resolve(scene, {asset.key}).size() == 1);
    fuzz::require(data::resolve(scene, {}).size() == scene.assets.size());
}

void asAstra(const Json &json, const stac::ParseContext &context)
{
    const auto now = QDateTime::fromSecsSinceEpoch(1'751'500'000, Qt::UTC);
    if (const auto parsed = astra_os::parseSearch(json, context)) {
        fuzz::require(static_cast<int>(parsed->scenes.size()) + parsed->unreadable == parsed->count);
        for (const auto &scene : parsed->scenes)
            useScene(scene);
        // Going on by time always gets somewhere, and ends.
        data::SearchQuery query;
        astra_os::Part part;
        for (int i = 0; i < 4; ++i) {
            const auto on = astra_os::goOn(*parsed, query, part, i + 1);
            if (!on.next)
                break;
            fuzz::require(!part.until || *on.next->until < *part.until);
            const auto again = astra_os::partsOf(astra_os::cursorFor({*on.next}), 1);
            fuzz::require(again.size() == 1 && again.front().until == on.next->until);
            part = *on.next;
        }
    }
    auto scene = astra_os::parseScene(json, context);
    if (scene) {
        useScene(*scene);
        const auto merged = astra_os::mergeAssets(*scene, json, context, now);
        for (const auto &link : merged.links)
            fuzz::require(!link.url.hasQuery() && link.life.count() >= 0);
        Json raw = json;
        astra_os::dropSignatures(raw, *scene);
    }
    (void)astra_os::partsOf(Cursor {{}, {}, json, {}}, 2);
    (void)astra_os::parseProviders(json, {});
}

void asPixxel(const Json &json, const stac::ParseContext &context)
{
    if (const auto parsed = pixxel::parseItems(json, context)) {
        fuzz::require(static_cast<int>(parsed->scenes.size()) + parsed->unreadable == parsed->count);
        for (const auto &scene : parsed->scenes)
            useScene(scene);
    }
    for (const auto &pair : pixxel::parsePairs(json))
        fuzz::require(!pair.collection.isEmpty() && !pair.satellite.isEmpty());
    (void)pixxel::parseSatellites(json, {});
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const auto json = parseJson(fuzz::bytes(data, size));
    if (!json)
        return 0;
    stac::ParseContext context;
    context.provider = QStringLiteral("fuzz");
    context.base = QUrl(QStringLiteral("https://service.example/api/v1"));
    asAstra(*json, context);
    asPixxel(*json, context);
    return 0;
}
