// SPDX-License-Identifier: Apache-2.0
#pragma once

// A service's test request as small programs, to begin one's own with. They take the key from the environment variable
// that Astra itself reads; no secret is known here.

#include "core/credentials/servicecall.h"

namespace astra::credentials {

/// For a POSIX shell with curl, Python 3 and Node.js 18, each complete and with nothing but what these bring along.
/// None of them follows a redirect, nor puts the key where other programs see it. Basic logins take two variables:
/// ASTRA_KEY_<ACCOUNT>_USER and …_PASSWORD. Empty where no key is sent as it is (tokens, signatures), where there is no
/// test, or where its address needs a value that is not in `values`.
/// @param kind of a service at an address of its own: bound to it
/// @param account id
/// @param values the account's ("org")
[[nodiscard]] std::vector<data::Snippet> snippetsFor(const ServiceKind &kind, const SignInMethod &method,
                                                     const QString &account, const ServiceCall::Values &values = {});

} // namespace astra::credentials
