// SPDX-License-Identifier: Apache-2.0
#include "core/engine/engine.h"

#include <QDir>
#include <QStandardPaths>

namespace astra::engine {

namespace {

QString place(const char *variable, QStandardPaths::StandardLocation location)
{
    const QString chosen = qEnvironmentVariable(variable);
    return chosen.isEmpty() ? QStandardPaths::writableLocation(location) : QDir(chosen).absolutePath();
}

} // namespace

EngineConfig EngineConfig::fromEnvironment()
{
    EngineConfig config;
    config.configDir = place("ASTRA_CONFIG_DIR", QStandardPaths::AppConfigLocation);
    config.dataDir = place("ASTRA_DATA_DIR", QStandardPaths::AppDataLocation);
    config.cacheDir = QStandardPaths::writableLocation(QStandardPaths::CacheLocation);
    return config;
}

} // namespace astra::engine
