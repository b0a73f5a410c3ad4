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
/// How short a quotation is struck out.
enum class Quoted {
    Anything, ///< six characters and more
    Keys, ///< sixteen and more: no word of a language, no name of a place
};
/// Strikes out these very secrets, wherever and however they are quoted.
[[nodiscard]] QByteArray withoutSecrets(QByteArray text, const std::vector<Secret> &secrets,
                                        Quoted least = Quoted::Anything);

/// The address without user, fragment, and all that belongs to a signature; the rest of its query in one fixed order.
[[nodiscard]] QUrl unsignedAddress(const QUrl &url);

/// Headers that hold a key or the like by their name.
[[nodiscard]] bool isSecretHeader(const QByteArray &name);
/// Headers that an authorizer adds beside the secret one: a date, who pays.
[[nodiscard]] bool accompaniesSecret(const QByteArray &header);
/// Headers that tell of the answer, not of who asked: all that is ever kept of one.
[[nodiscard]] bool isOpenHeader(const QByteArray &name);

} // namespace astra::net
