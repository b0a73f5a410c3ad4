// SPDX-License-Identifier: Apache-2.0
#pragma once

// What must not be written down, and what may take its place.

#include "core/base/secret.h"

#include <QByteArray>
#include <QUrl>

#include <vector>

namespace astra::net {

/// Strikes out what may be a secret: values of members, form fields and query fields that are named like one, bearer
/// tokens and Astra's keys. Tokens that only name a next page ("next:…") stay: without them no recording could be
/// paged through.
[[nodiscard]] QByteArray redacted(const QByteArray &text);
/// Strikes out these very secrets, wherever and however they are quoted.
[[nodiscard]] QByteArray withoutSecrets(QByteArray text, const std::vector<Secret> &secrets);

/// The address without user, fragment, and all that belongs to a signature; the rest of its query in one fixed order.
[[nodiscard]] QUrl unsignedAddress(const QUrl &url);

/// Headers that tell of the answer, not of who asked: all that is ever kept of one.
[[nodiscard]] bool isOpenHeader(const QByteArray &name);

} // namespace astra::net
