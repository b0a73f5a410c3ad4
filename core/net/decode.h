// SPDX-License-Identifier: Apache-2.0
#pragma once

// Packed answers. Qt is told not to unpack: it would hide how much came, and its limit is a ratio, not a size.

#include "core/base/result.h"

#include <QByteArray>

namespace astra::net {

/// What `decoded` reads, as it is offered to hosts.
[[nodiscard]] QByteArray acceptedEncodings();

/// Unpacks a whole body: gzip, deflate (with or without zlib's frame) or br; identity as it is. An error for any other
/// encoding, for damaged data and for more than `maxBytes` unpacked.
[[nodiscard]] Result<QByteArray> decoded(const QByteArray &body, const QByteArray &encoding, qint64 maxBytes,
                                         const QString &host);

} // namespace astra::net
