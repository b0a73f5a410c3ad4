// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/json.h"
#include "core/base/secret.h"

#include <QDateTime>

namespace astra::credentials {

/// What a JSON Web Token says of itself: its middle part, an object; null where it is none. Its signature is not
/// checked: it is told to people and used to renew in time, and nothing is allowed because of it.
[[nodiscard]] Json jwtClaims(const Secret &token);

/// When a JSON Web Token ends, by its service's clock; invalid where it is none, or does not say.
[[nodiscard]] QDateTime jwtExpiry(const Secret &token);

/// The person in claims or in the answer of a login: e-mail, user name or name; empty where none is told.
[[nodiscard]] QString personIn(const Json &claims);

} // namespace astra::credentials
