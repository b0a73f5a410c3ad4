// SPDX-License-Identifier: Apache-2.0
#include "core/base/result.h"

namespace astra {

QString errorCodeName(ErrorCode code)
{
    switch (code) {
    case ErrorCode::Network:
        return QStringLiteral("network");
    case ErrorCode::Timeout:
        return QStringLiteral("timeout");
    case ErrorCode::Unauthorized:
        return QStringLiteral("unauthorized");
    case ErrorCode::NotFound:
        return QStringLiteral("not-found");
    case ErrorCode::RateLimited:
        return QStringLiteral("rate-limited");
    case ErrorCode::InvalidInput:
        return QStringLiteral("invalid-input");
    case ErrorCode::Unsupported:
        return QStringLiteral("unsupported");
    case ErrorCode::Storage:
        return QStringLiteral("storage");
    case ErrorCode::Cancelled:
        return QStringLiteral("cancelled");
    case ErrorCode::Internal:
        break;
    }
    return QStringLiteral("internal");
}

} // namespace astra
