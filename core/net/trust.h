// SPDX-License-Identifier: Apache-2.0
#pragma once

// Whom to trust beside the authorities that the system knows: certificates that the person has put into a folder.
// Nothing anywhere turns the check of certificates off (tests/architecture looks for it).

#include <QList>
#include <QSslCertificate>

namespace astra::net {

/// Those in *.pem files; a file may hold several. At most 64 files of at most 1 MiB; what cannot be read is logged and
/// left out. A folder that is not there holds none. Reads files.
[[nodiscard]] QList<QSslCertificate> certificatesIn(const QString &folder);

} // namespace astra::net
