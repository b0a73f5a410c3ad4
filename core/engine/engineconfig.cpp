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
    // Two programs with data folders of their own share nothing, not even what could be made again.
    config.cacheDir = qEnvironmentVariableIsEmpty("ASTRA_DATA_DIR")
        ? QStandardPaths::writableLocation(QStandardPaths::CacheLocation)
        : QDir(config.dataDir).filePath(QStringLiteral("cache"));
    return config;
}

} // namespace astra::engine
