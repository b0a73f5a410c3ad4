// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/json.h"
#include "core/net/httpclient.h"

namespace astra::credentials {

/// A refused answer of an ASTRA service as one sentence. Reads every form that the service is known to send:
/// {"error":{"code","message","details"}}, {"error":"text"}, {"error":[{"path","message"}…]}, a web page, nothing.
/// What looks like a key in the service's own words is struck out.
/// @param title the service's, as people know it; also the error's origin
[[nodiscard]] Error astraError(const net::HttpResponse &response, const QString &title);

/// The service's own words in any of these forms, cut at 300 characters; empty where it said nothing. Also for the
/// `error` member of a failed job, which is an object, a text or null.
[[nodiscard]] QString astraMessage(const Json &error);

} // namespace astra::credentials
