// SPDX-License-Identifier: Apache-2.0
#include "core/base/secretnames.h"

#include <QByteArray>

namespace astra {

bool namesSecret(QByteArrayView name)
{
    const QByteArray lower = name.toByteArray().toLower();
    for (const char *word : {"token", "secret", "password", "passwd", "api_key", "apikey", "signature", "credential",
                             "authorization", "cookie", "accesskey", "access_key", "jwt", "hdnts", "hdnea"}) {
        if (lower.contains(word))
            return true;
    }
    return lower == "sig" || lower == "key" || lower == "auth" || lower == "x_auth" || lower == "key-pair-id"
        || lower == "key_pair_id";
}

} // namespace astra
