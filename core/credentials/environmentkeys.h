// SPDX-License-Identifier: Apache-2.0
#pragma once

// Keys that a program is given where there is no keychain (CI, servers): ASTRA_KEY_<ACCOUNT> in its environment, or
// systemd's credential astra-key-<account>. They are used and never written or passed on.

#include "core/base/secret.h"

#include <QString>

namespace astra::credentials {

/// Takes them out of the environment, so that no child process gets them and this process no longer shows them either.
/// Called first thing in main, before there is a second thread. What is longer than 4 kB or no text is left out.
void takeEnvironmentKeys();
/// The memory of a program that crashed holds keys: it is written to no file, unless someone raises the limit again.
void refuseCoreDumps();
/// What was given for an account; empty: nothing. The variable comes before the file. Any thread.
[[nodiscard]] Secret environmentKey(const QString &account);
/// "astra-os-2" → "ASTRA_KEY_ASTRA_OS_2"
[[nodiscard]] QString environmentVariable(const QString &account);

} // namespace astra::credentials
