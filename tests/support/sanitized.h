// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace astra::test {

/// A sanitizer keeps memory and files of its own, beside what a test would count.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool sanitized = true;
#else
inline constexpr bool sanitized = false;
#endif

} // namespace astra::test
