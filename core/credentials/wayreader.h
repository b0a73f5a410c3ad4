// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/credentials/servicekind.h"

namespace astra::credentials {

/// Reads one way of signing in, without its requests' placeholders, which depend on all of them.
/// @param at where it stands: "signIn[0]."
/// @param kind as far as it is read: its hosts, and the ways before this one
/// @return the end of a sentence that says what is wrong; empty: nothing
[[nodiscard]] QString readWay(const Json &json, const QString &at, const ServiceKind &kind, SignInMethod &method);

} // namespace astra::credentials
