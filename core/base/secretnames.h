// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArrayView>

namespace astra {

/// Whether a JSON member, form field or query field is named as the secrets of the services we know are: access_token,
/// api_key, password, sig, jwt, Key-Pair-Id …
[[nodiscard]] bool namesSecret(QByteArrayView name);

} // namespace astra
