// SPDX-License-Identifier: Apache-2.0
#include "core/processing/evalkernels.h"
#include "core/processing/evalkernels.inc"

namespace astra::processing::kernels {

const Kernels &baseline() { return all; }

} // namespace astra::processing::kernels
