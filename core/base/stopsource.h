// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stop_token>

namespace astra {

/// Cancelling is an argument: whoever starts work keeps the source, the work keeps the token.
/// A StopCallback runs in the thread that asks for the stop, or at once where it was asked for already.
using StopSource = std::stop_source;
using StopToken = std::stop_token;
template<typename Callback> using StopCallback = std::stop_callback<Callback>;

} // namespace astra
