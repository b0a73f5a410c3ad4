// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QLoggingCategory>

namespace astra {

// One category a room, all of them here: QT_LOGGING_RULES="astra.net.debug=true".
Q_DECLARE_LOGGING_CATEGORY(logRaster)
Q_DECLARE_LOGGING_CATEGORY(logNet)
Q_DECLARE_LOGGING_CATEGORY(logServer)
Q_DECLARE_LOGGING_CATEGORY(logCredentials)
Q_DECLARE_LOGGING_CATEGORY(logProviders)
Q_DECLARE_LOGGING_CATEGORY(logJobs)
Q_DECLARE_LOGGING_CATEGORY(logSandbox)
Q_DECLARE_LOGGING_CATEGORY(logUi)

} // namespace astra
