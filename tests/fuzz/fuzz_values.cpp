// SPDX-License-Identifier: Apache-2.0
#include "core/data/areajson.h"
#include "core/data/geobox.h"
#include "core/data/job.h"
#include "core/data/recipe.h"
#include "core/data/timerange.h"
#include "tests/fuzz/fuzz.h"

#include <QCryptographicHash>

using namespace astra;
using namespace astra::data;

namespace {

void texts(const QString &text)
{
    if (const auto range = TimeRange::parse(text))
        fuzz::require(TimeRange::parse(range->toString()) == *range);
    if (const auto box = GeoBox::parse(text))
        fuzz::require(box->isValid() && box->width() <= 360);
}

void documents(const Json &json)
{
    const Rings rings = ringsFromGeometry(json);
    for (const auto &ring : rings) {
        for (const auto &point : ring)
            fuzz::require(std::abs(point.x()) <= 180.000001 && std::abs(point.y()) <= 90);
    }
    if (const auto box = boundsOf(rings))
        fuzz::require(box->isValid());
    if (const auto recipe = Recipe::fromJson(json))
        fuzz::require(Recipe::fromJson(recipe->toJson()).has_value());
    if (const auto areas = areasFromGeoJson(json))
        fuzz::require(!areas->empty());
    if (const auto file = RecipeFile::fromJson(json))
        fuzz::require(RecipeFile::fromJson(file->toJson()).has_value());
    static_cast<void>(requestFromJson(json));
    fuzz::require(parseJson(toText(json)).has_value());
}

/// Corners that hash to what is said of them, whatever they are.
void packedAreas(const QByteArray &input)
{
    const QByteArray bytes = input.mid(1);
    const Json json {
        {"type", "PackedAreas"},
        {"names", {"a", "b"}},
        {"corners", input.isEmpty() ? 0 : static_cast<unsigned char>(input.front())},
        {"sha256", QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex().toStdString()},
        {"packed", bytes.toBase64().toStdString()},
    };
    const auto areas = areasFromJson(json);
    for (const auto &area : areas.value_or(std::vector<NamedArea>())) {
        fuzz::require(!area.rings.empty());
        for (const auto &ring : area.rings)
            fuzz::require(ring.size() >= 3 && std::abs(ring.front().x()) <= 180);
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArray input = fuzz::bytes(data, size);
    texts(QString::fromUtf8(input));
    packedAreas(input);
    if (const auto json = parseJson(input))
        documents(*json);
    return 0;
}
