// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stop_token>

namespace astra {

/// Cancelling is an argument: whoever starts work keeps the source, the work keeps the token.
using StopSource = std::stop_source;
using StopToken = std::stop_token;

/// Runs in the thread that asks for the stop, or at once where it was asked for already.
/// A class, not an alias: clang 16 cannot deduce the arguments of an alias.
template<typename Callback> class StopCallback : public std::stop_callback<Callback>
{
public:
    using std::stop_callback<Callback>::stop_callback;
};
template<typename Callback> StopCallback(StopToken, Callback) -> StopCallback<Callback>;

} // namespace astra
