// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace astra {

/// Gives freed memory back to the system. For after work that needed a lot of it for a moment, such as reading many
/// megabytes of JSON: the allocator would keep it for the next time. Takes some milliseconds; from any thread.
void giveBackMemory();

} // namespace astra
