// SPDX-License-Identifier: Apache-2.0
#pragma once

// The symbols of the Awesome Spectral Indices catalogue in our own terms: N is nir, kNR a kernel written out, lambdaG a
// centre wavelength, and each constant has the value that its index was published with.

#include "core/base/json.h"

#include <map>
#include <optional>

namespace astra::processing {

/// The common name of one of its bands ("RE1": "rededge071"); empty: it is none.
[[nodiscard]] QString commonNameOf(const QString &symbol);
/// What takes the place of a symbol in a formula of ours; the symbol itself where nothing does.
[[nodiscard]] QString inOurTerms(const QString &symbol);

/// "wavelength_red": a scene's centre wavelength in nanometres.
[[nodiscard]] QString wavelengthName(const QString &band);
/// The band whose wavelength that name stands for; empty: it is no such name.
[[nodiscard]] QString bandOfWavelength(const QString &name);

/// Numbers for the constants of an index: from documents given beside the catalogue (v1: one per index; v0: one for
/// all), else from what is known here.
class SpectralConstants
{
public:
    /// @param documents one of the two kinds of document, an array of such, or nothing
    explicit SpectralConstants(const Json &documents);
    /// Absent: it is no constant, or has no usual value (PAR).
    [[nodiscard]] std::optional<double> valueOf(const QString &constant, const QString &index) const;
    /// Whether a formula's name is a constant, with a usual value or without.
    [[nodiscard]] bool isConstant(const QString &name) const;

private:
    std::map<QString, std::map<QString, double>> m_byIndex; ///< constant → index → value
    std::map<QString, double> m_forAll;
};

} // namespace astra::processing
