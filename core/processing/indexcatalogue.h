// SPDX-License-Identifier: Apache-2.0
#pragma once

// Spectral indices: those shipped (resources/indices), imported ones and a person's own. One formula runs on every
// sensor that has its bands.

#include "core/base/json.h"
#include "core/processing/evaluator.h"
#include "core/processing/scenefacts.h"

#include <map>

namespace astra::processing {

struct Index {
    QString name; ///< "NDVI"; told apart by case
    QString title; ///< what it shows, in words, in the language of the program
    QString purpose; ///< one sentence
    QString formula; ///< over common band names and constants
    QString domain; ///< vegetation, water, snow, burn, urban, soil, …
    double low = -1; ///< what is worth telling apart by colour
    double high = 1;
    QString ramp; ///< of render
    QString source; ///< author, year, where
    std::map<QString, double> constants {};
    QString origin {}; ///< empty: shipped; else the name of the import, or "own"
};

/// A value: the shipped ones and what a person added.
class IndexCatalogue
{
public:
    [[nodiscard]] static const IndexCatalogue &shipped();
    /// The JSON of Awesome Spectral Indices (v0: one object by name, or v1), its symbols turned into common names.
    /// One entry that cannot be used is an error with its name, and nothing is taken. @return how many
    [[nodiscard]] Result<int> import(const Json &asi, const Json &constants = {});
    /// InvalidInput where the formula does not parse or the name is taken.
    [[nodiscard]] Result<void> add(const Index &own);
    [[nodiscard]] bool remove(const QString &name); ///< of what is not shipped
    /// As written; else in any case, where only one is meant. Null: none.
    [[nodiscard]] const Index *find(const QString &name) const;
    [[nodiscard]] const std::vector<Index> &all() const { return m_all; }
    /// What is not shipped, to be kept and read again.
    [[nodiscard]] Json toJson() const;
    [[nodiscard]] Result<void> read(const Json &kept);

private:
    std::vector<Index> m_all;
};

/// The catalogue of this run of the program: starts as shipped(); the engine replaces it with what the configuration
/// keeps. Thread-safe; what was given out stays as it was.
[[nodiscard]] std::shared_ptr<const IndexCatalogue> indexCatalogue();
void setIndexCatalogue(IndexCatalogue catalogue);

/// A formula bound to one scene's bands.
struct ResolvedFormula {
    QStringList bands; ///< common or native names to read; the evaluator's inputs, in this order
    Evaluator evaluator;
};
/// The error names every band or wavelength that the scene lacks, and those it has.
[[nodiscard]] Result<ResolvedFormula> resolve(const Index &index, const SceneFacts &scene);
/// A person's formula; errors point at the character.
[[nodiscard]] Result<ResolvedFormula> resolve(const QString &formula, const std::map<QString, double> &constants,
                                              const SceneFacts &scene);

} // namespace astra::processing
