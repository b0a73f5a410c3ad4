// SPDX-License-Identifier: Apache-2.0
#include "core/base/logging.h"

namespace astra {

Q_LOGGING_CATEGORY(logRaster, "astra.raster", QtWarningMsg)
Q_LOGGING_CATEGORY(logNet, "astra.net", QtWarningMsg)
Q_LOGGING_CATEGORY(logServer, "astra.server", QtWarningMsg)
Q_LOGGING_CATEGORY(logCredentials, "astra.credentials", QtWarningMsg)
Q_LOGGING_CATEGORY(logProviders, "astra.providers", QtWarningMsg)
Q_LOGGING_CATEGORY(logJobs, "astra.jobs", QtWarningMsg)
Q_LOGGING_CATEGORY(logSandbox, "astra.sandbox", QtWarningMsg)
Q_LOGGING_CATEGORY(logUi, "astra.ui", QtWarningMsg)

} // namespace astra
