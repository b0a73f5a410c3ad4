// SPDX-License-Identifier: Apache-2.0
#pragma once

// Runs expressions over blocks in float32. NaN is nodata, in and out: every operation carries it through, minimum,
// comparisons and x ** 0 too. Only where() leaves out the branch it does not take; a condition that is NaN gives NaN.
// Infinities on the way follow IEEE 754, so that 1 / (1 / 0) is 0 and 1 / 0 > 5 is 1. A result that is not finite, as
// 0 / 0, is nodata.
//
// Numbers alone are computed in double, then rounded once. x ** 0.5 is sqrt(x), whole powers up to 8 are products; all
// else happens in the order written, with the same bits on every processor (exp, log, tanh and other powers: with the
// same C library).

#include "core/processing/expression.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>

namespace astra::processing {

/// What a name stands for: an input by its place, or a number.
struct Symbol {
    int input = -1;
    double number = 0;
};
using Symbols = std::map<QString, Symbol>;

/// One input of a run: values as they are, or raw numbers with their rule (nodata → NaN, else raw × scale + offset, as
/// raster::apply does it, bit for bit).
struct Source {
    enum class Type { Float32, UInt8, UInt16, Int16 };
    Type type = Type::Float32;
    const void *values = nullptr;
    float scale = 1;
    float offset = 0;
    std::optional<float> nodata; ///< raw
};

enum class Simd { Baseline, Avx2, Avx512 };

/// A compiled expression: constants folded in double, equal parts computed once. Immutable and thread-safe; cheap to
/// copy.
class Evaluator
{
public:
    /// A name without a symbol is an error at its place that says what there is.
    [[nodiscard]] static tl::expected<Evaluator, SyntaxError> compile(const Expression &expression,
                                                                      const Symbols &symbols);
    /// @param inputs by Symbol::input @param out `count` values; none of the inputs
    void run(const std::vector<Source> &inputs, float *out, std::size_t count) const;
    [[nodiscard]] int inputs() const; ///< one more than the highest Symbol::input used
    [[nodiscard]] int steps() const; ///< instructions per value: for tests and help

    [[nodiscard]] static Simd simd(); ///< in use
    static void useSimd(Simd simd); ///< for tests and the bench; no more than the processor has

private:
    struct Program;
    std::shared_ptr<const Program> m_program;
};

} // namespace astra::processing
