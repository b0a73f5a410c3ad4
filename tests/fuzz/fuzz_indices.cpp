// SPDX-License-Identifier: Apache-2.0
#include "core/processing/indexcatalogue.h"
#include "tests/fuzz/fuzz.h"

#include <QSet>

#include <cmath>

using namespace astra;
using namespace astra::processing;

namespace {

/// A scene with every band that a formula may name, and every wavelength.
const SceneFacts &wholeScene()
{
    static const SceneFacts scene = [] {
        SceneFacts facts;
        facts.id = QStringLiteral("fuzz");
        for (const char *band : {"coastal",    "blue",       "green",  "green05", "yellow", "red",    "rededge071",
                                 "rededge075", "rededge078", "nir",    "nir08",   "nir09",  "swir16", "swir22",
                                 "lwir",       "lwir11",     "lwir12", "hh",      "hv",     "vh",     "vv"}) {
            facts.bands << QLatin1String(band);
            facts.wavelengths[QLatin1String(band)] = 500 + static_cast<double>(facts.bands.size());
        }
        return facts;
    }();
    return scene;
}

void usable(const IndexCatalogue &catalogue)
{
    QSet<QString> names;
    for (const Index &index : catalogue.all()) {
        fuzz::require(!names.contains(index.name) && catalogue.find(index.name) == &index);
        names.insert(index.name);
        fuzz::require(Expression::parse(index.formula).has_value() && !index.ramp.isEmpty());
        fuzz::require(std::isfinite(index.low) && std::isfinite(index.high) && index.low <= index.high);
        for (const QString &text : {index.title, index.purpose, index.source})
            fuzz::require(text.size() <= 500 && !text.contains(u'\n'));
        const auto formula = resolve(index, wholeScene());
        fuzz::require(formula ? formula->evaluator.inputs() == formula->bands.size()
                              : !formula.error().message.isEmpty());
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const auto json = parseJson(fuzz::bytes(data, size));
    if (!json)
        return 0;
    IndexCatalogue catalogue = IndexCatalogue::shipped();
    const Json &constants = member(*json, "constants"); // as if they were a file beside it
    const auto taken = catalogue.import(*json, constants);
    if (!taken) {
        fuzz::require(!taken.error().message.isEmpty() && catalogue.toJson() == IndexCatalogue::shipped().toJson());
        return 0;
    }
    usable(catalogue);
    // What is kept is read again as it was, and an import of the same takes its own place.
    IndexCatalogue again = IndexCatalogue::shipped();
    fuzz::require(again.read(catalogue.toJson()).has_value() && again.toJson() == catalogue.toJson());
    const std::size_t count = catalogue.all().size();
    fuzz::require(catalogue.import(*json, constants) == taken && catalogue.all().size() == count);
    return 0;
}
