// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/json.h"
#include "core/net/httpclient.h"

namespace astra::credentials {

/// What a refused answer says, whichever of the known forms it has.
struct ServiceFault {
    int status = 0;
    QString code; ///< "VALIDATION_ERROR", "invalid_api_key", "invalid_grant"; may be empty
    QString message; ///< the service's own words, cut at 300 characters, keys and signed queries struck out
    QString requestId; ///< from the body or X-Request-Id; may be empty
    bool page = false; ///< a web page instead of an answer
};

/// Reads {"error":{"code","message","details","request_id"}}, {"error":"text"}, {"error":[{"path","message"}…]},
/// {"ok":false,"error":{…}}, {"error":"code","message","status"}, {"detail":"text"}, {"detail":[{"loc","msg"}…]},
/// {"code","message","id"} (openEO), {"error":"code","error_description"} (OAuth), XML <Error> (S3), a web page, plain
/// words, nothing.
[[nodiscard]] ServiceFault readFault(const net::HttpResponse &response);

/// The same as one sentence for people. @param title the service's; also the error's origin
/// @param sentences of the service's definition: by its code or by status ("403"), else the usual words
[[nodiscard]] Error serviceError(const net::HttpResponse &response, const QString &title, const Json &sentences = {});

/// The service's own words of an `error` member in any of these forms; empty where it said nothing.
[[nodiscard]] QString faultMessage(const Json &error);

} // namespace astra::credentials
