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
    QString name; ///< "NDVI"; told apart by case; letters, digits, '_', '-' and '.'
    QString title; ///< what it shows, in words, in the language of the program
    QString purpose; ///< one sentence
    QString formula; ///< over common band names and constants
    QString domain; ///< vegetation, water, snow, burn, urban, soil, …
    double low = -1; ///< what is worth telling apart by colour; as high: not known
    double high = 1;
    QString ramp; ///< of render
    QString source; ///< author, year, where
    std::map<QString, double> constants {};
    QString origin {}; ///< empty: shipped; else the name of the import ("ASI"), or "own"
};
/// The origin of a person's own indices.
[[nodiscard]] QString ownOrigin();

/// A value: the shipped ones and what a person added.
class IndexCatalogue
{
public:
    [[nodiscard]] static const IndexCatalogue &shipped();
    /// The JSON of Awesome Spectral Indices (v0 or v1), its symbols turned into common names; those of an earlier
    /// import go. One whose name a shipped or own index has is called "ASI.BI". Or what toJson() wrote: a person's own.
    /// One entry that cannot be used is an error with its name, and nothing is taken. @return how many
    /// @param constants its files of constants (one, or an array of them), which win over the values known here
    /// @param leftOut v1: those that need what a formula over bands cannot say (statistics of the scene), by name
    [[nodiscard]] Result<int> import(const Json &asi, const Json &constants = {}, QStringList *leftOut = nullptr);
    /// InvalidInput where the formula does not parse or the name is taken.
    [[nodiscard]] Result<void> add(const Index &own);
    [[nodiscard]] bool remove(const QString &name); ///< of what is not shipped
    /// As written; else in any case, where only one is meant ("ASI.NDRE" also where an import's name needed no "ASI.").
    /// Null: none.
    [[nodiscard]] const Index *find(const QString &name) const;
    /// The sentence for what find() does not find: that there is none, what is near, or which of them is meant.
    [[nodiscard]] Error notFound(const QString &name) const;
    [[nodiscard]] const std::vector<Index> &all() const { return m_all; }
    /// What is not shipped, to be kept and read again.
    [[nodiscard]] Json toJson() const;
    [[nodiscard]] Result<void> read(const Json &kept);

private:
    [[nodiscard]] const Index *exactly(const QString &name) const;
    [[nodiscard]] Result<int> importOwn(const Json &list);
    std::vector<Index> m_all;
};

/// The catalogue of this run of the program: starts as shipped(); the engine replaces it with what the configuration
/// keeps. Thread-safe; what was given out stays as it was.
[[nodiscard]] std::shared_ptr<const IndexCatalogue> indexCatalogue();
void setIndexCatalogue(IndexCatalogue catalogue);

/// A formula bound to one scene's bands.
struct ResolvedFormula {
    QStringList bands; ///< as the scene has them, common or native; the evaluator's inputs, in this order, each once
    Evaluator evaluator;
};
/// The error names every band or wavelength that the scene lacks, and those it has.
[[nodiscard]] Result<ResolvedFormula> resolve(const Index &index, const SceneFacts &scene);
/// A person's formula; errors point at the character.
[[nodiscard]] Result<ResolvedFormula> resolve(const QString &formula, const std::map<QString, double> &constants,
                                              const SceneFacts &scene);

/// What resolve() would say of it, with its place in the text; absent: nothing.
[[nodiscard]] std::optional<SyntaxError> problemOf(const QString &formula, const std::map<QString, double> &constants,
                                                   const SceneFacts &scene);

} // namespace astra::processing
