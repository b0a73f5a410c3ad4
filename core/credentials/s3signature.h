// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/net/httpclient.h"

#include <QDateTime>

namespace astra::credentials {

/// The headers that sign a GET of one object (AWS Signature Version 4, header form, unsigned payload).
/// @param url path style ("https://host/bucket/key") or virtual host style; its path and query are signed as they stand
/// @param time UTC
[[nodiscard]] net::Authorization signedGet(const QUrl &url, const Secret &accessKey, const Secret &secretKey,
                                           const QString &region, bool requesterPays, const QDateTime &time);

} // namespace astra::credentials
