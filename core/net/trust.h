// SPDX-License-Identifier: Apache-2.0
#pragma once

// Whom to trust beside the authorities that the system knows: certificates that the person has put into a folder.
// Nothing anywhere turns the check of certificates off (tests/architecture looks for it).

#include "core/base/result.h"
#include "core/data/account.h"

#include <QList>

class QSslCertificate; // the engine, which knows nothing of TLS, calls what is here

namespace astra::net {

/// Those in *.pem files; a file may hold several. At most 64 files of at most 1 MiB; what cannot be read is logged and
/// left out. A folder that is not there holds none. Reads files.
[[nodiscard]] QList<QSslCertificate> certificatesIn(const QString &folder);

/// The files that certificatesIn reads, and what they hold. Reads files.
[[nodiscard]] std::vector<data::Authority> authoritiesIn(const QString &folder);
/// Copies a file of certificates into the folder, which is made, under a name that is free there. The error says in a
/// sentence what is wrong with it: no certificate, a private key beside it, ended, too big.
[[nodiscard]] Result<data::Authority> addAuthority(const QString &pemFile, const QString &folder);
/// @param file its name there
[[nodiscard]] Result<void> removeAuthority(const QString &file, const QString &folder);

} // namespace astra::net
