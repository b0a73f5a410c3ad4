// SPDX-License-Identifier: Apache-2.0
#pragma once

// The arithmetic of an Evaluator: one loop over a block of values per kind of step, compiled for several instruction
// sets. Each loop gives the same bits in all of them: nothing is fused, reordered or approximated.

#include <cstddef>
#include <cstdint>

namespace astra::processing::kernels {

// Kind of step, and its value out of the registers a, b, c and the numbers k, l. A NaN in an operand is a NaN in the
// result, also where IEEE 754 would say otherwise (minimum, comparisons, NaN ** 0).
// clang-format off: it takes the products for pointers.
#define ASTRA_EVALUATOR_STEPS(X)                                                                                       \
    X(Copy, a)                                                                                                         \
    X(Negate, -a)                                                                                                      \
    X(Abs, __builtin_fabsf(a))                                                                                         \
    X(Sqrt, __builtin_sqrtf(a))                                                                                        \
    X(Add, a + b)                                                                                                      \
    X(AddNumber, a + k)                                                                                                \
    X(Subtract, a - b)                                                                                                 \
    X(SubtractFrom, k - a)                                                                                             \
    X(Multiply, a *b)                                                                                                  \
    X(MultiplyNumber, a *k)                                                                                            \
    X(Divide, a / b)                                                                                                   \
    X(DivideNumber, a / k)                                                                                             \
    X(DivideInto, k / a)                                                                                               \
    X(Weigh, k *a + l * b)                                                                                             \
    X(NormalisedDifference, (a - b) / (a + b))                                                                         \
    X(Min, a != a || a < b ? a : b)                                                                                    \
    X(MinNumber, a > k ? k : a)                                                                                        \
    X(Max, a != a || a > b ? a : b)                                                                                    \
    X(MaxNumber, a < k ? k : a)                                                                                        \
    X(Less, a != a || b != b ? nan : a < b ? 1.0F : 0.0F)                                                              \
    X(LessNumber, a != a ? nan : a < k ? 1.0F : 0.0F)                                                                  \
    X(LessEqual, a != a || b != b ? nan : a <= b ? 1.0F : 0.0F)                                                        \
    X(LessEqualNumber, a != a ? nan : a <= k ? 1.0F : 0.0F)                                                            \
    X(GreaterNumber, a != a ? nan : a > k ? 1.0F : 0.0F)                                                               \
    X(GreaterEqualNumber, a != a ? nan : a >= k ? 1.0F : 0.0F)                                                         \
    X(Equal, a != a || b != b ? nan : a == b ? 1.0F : 0.0F)                                                            \
    X(EqualNumber, a != a ? nan : a == k ? 1.0F : 0.0F)                                                                \
    X(NotEqual, a != a || b != b ? nan : a != b ? 1.0F : 0.0F)                                                         \
    X(NotEqualNumber, a != a ? nan : a != k ? 1.0F : 0.0F)                                                             \
    X(Where, a != a ? nan : a != 0.0F ? b : c)                                                                         \
    X(Exp, __builtin_expf(a))                                                                                          \
    X(Log, __builtin_logf(a))                                                                                          \
    X(Tanh, __builtin_tanhf(a))                                                                                        \
    X(Power, a != a || b != b ? nan : __builtin_powf(a, b))
// clang-format on

enum class Step : std::uint8_t {
#define ASTRA_STEP(name, value) name,
    ASTRA_EVALUATOR_STEPS(ASTRA_STEP)
#undef ASTRA_STEP
        Count
};

/// Where one step finds its operands and puts its values; `out` is none of the operands.
struct Operands {
    float *out = nullptr;
    const float *a = nullptr;
    const float *b = nullptr;
    const float *c = nullptr;
    float k = 0;
    float l = 0;
};
using Loop = void (*)(const Operands &operands, std::size_t count);

/// Raw numbers to values: NaN where they are `nodata` (NaN: none is), else raw × scale + offset.
struct Reading {
    float scale = 1;
    float offset = 0;
    float nodata = 0;
};
using Reader = void (*)(const void *from, float *out, const Reading &reading, std::size_t count);

/// What is summed up of values side by side; how many lanes there are is part of the result's rounding.
struct LaneSums {
    static constexpr std::size_t lanes = 8;
    double sum[lanes] = {}; ///< of the differences from one number
    double squares[lanes] = {}; ///< of the same
    float least[lanes] = {};
    float most[lanes] = {};
    int valid[lanes] = {};
};
/// Adds `count` values, a multiple of the lanes; NaN counts for nothing.
using Adder = void (*)(const float *values, std::size_t count, float shift, LaneSums &sums);

struct Kernels {
    Loop step[static_cast<std::size_t>(Step::Count)];
    Loop last[static_cast<std::size_t>(Step::Count)]; ///< the same, and NaN for what is not finite
    Reader float32;
    Reader uint8;
    Reader uint16;
    Reader int16;
    Adder sums;
};

/// The fastest that the processor can do, or what a test chose.
[[nodiscard]] const Kernels &inUse();

[[nodiscard]] const Kernels &baseline();
#ifdef __x86_64__
[[nodiscard]] const Kernels &avx2();
[[nodiscard]] const Kernels &avx512();
#endif

} // namespace astra::processing::kernels
