// SPDX-License-Identifier: Apache-2.0
#include "core/processing/evalkernels.h"

#ifdef __x86_64__
#include "core/processing/evalkernels.inc"

namespace astra::processing::kernels {

const Kernels &avx512() { return all; }

} // namespace astra::processing::kernels
#endif
