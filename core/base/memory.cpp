// SPDX-License-Identifier: Apache-2.0
#include "core/base/memory.h"

#include <cstdlib>
#if defined(__GLIBC__)
#include <malloc.h>
#endif

namespace astra {

void giveBackMemory()
{
#if defined(__GLIBC__)
    malloc_trim(0);
#endif
}

} // namespace astra
