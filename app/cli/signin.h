// SPDX-License-Identifier: Apache-2.0
#pragma once

// What takes a secret from the person: `connections add` and `connections rotate`.

#include "app/cli/command.h"

namespace astra::cli {

// Options of `add`, besides labelOption.
inline const QString wayOption = QStringLiteral("--way");
inline const QString addressOption = QStringLiteral("--address");
inline const QString fieldOption = QStringLiteral("--field");

/// Signs in to a kind of service with what is read from standard input. @return the exit status
[[nodiscard]] int addConnection(Context &context, const Arguments &arguments, engine::Engine &engine,
                                const QString &kind);
/// Makes a new key, or takes one that was made elsewhere, switches to it, and revokes the old one once the new one has
/// been seen to work. A rotation that was begun before goes on. @return the exit status
[[nodiscard]] int rotateConnection(Context &context, const Arguments &arguments, engine::Engine &engine,
                                   const data::Account &account);

} // namespace astra::cli
