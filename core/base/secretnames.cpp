// SPDX-License-Identifier: Apache-2.0
#include "core/base/secretnames.h"

#include <QByteArray>

namespace astra {

bool namesSecret(QByteArrayView name)
{
    const QByteArray lower = name.toByteArray().toLower();
    for (const char *word : {"token", "secret", "password", "passwd", "api_key", "apikey", "signature", "credential",
                             "authorization", "cookie"}) {
        if (lower.contains(word))
            return true;
    }
    return lower == "sig" || lower == "key";
}

} // namespace astra
