// SPDX-License-Identifier: Apache-2.0
#pragma once

// Secrets for tests. Each holds a mark, and after the tests packaging/canary.sh searches everything that they wrote for
// it: every key, password and token in a test is made here. A file that a test writes in the place of a person
// (systemd's credentials, a password manager's) lies in a folder named "given-secrets", which is left out.

#include "core/base/secret.h"

namespace astra::test {

/// Six letters that nothing else writes. Letters only, so that no encoding of addresses hides them.
inline constexpr char canaryMark[] = "CaNaRy";

/// What a secret looks like: `prefix`, the mark, and `tail` to tell it from others (the last four may be shown, so the
/// mark is never among them). "astra_sk_live_CaNaRy0123456789abcdef0001"
[[nodiscard]] inline QByteArray canaryText(const QByteArray &prefix = {}, const QByteArray &tail = "0001")
{
    QByteArray text = prefix;
    text += canaryMark;
    text += "0123456789abcdef";
    text += tail;
    return text;
}
[[nodiscard]] inline Secret canary(const QByteArray &prefix = {}, const QByteArray &tail = "0001")
{
    return Secret(canaryText(prefix, tail));
}

} // namespace astra::test
