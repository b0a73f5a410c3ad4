// SPDX-License-Identifier: Apache-2.0
#include "core/engine/engine.h"

#include <QDir>
#include <QRegularExpression>
#include <QStandardPaths>

namespace astra::engine {

namespace {

QString place(const char *variable, QStandardPaths::StandardLocation location)
{
    const QString chosen = qEnvironmentVariable(variable);
    return chosen.isEmpty() ? QStandardPaths::writableLocation(location) : QDir(chosen).absolutePath();
}

} // namespace

Result<qint64> EngineConfig::memoryFrom(const QString &text)
{
    static const QRegularExpression form(QStringLiteral("^([0-9]{1,13})([KMG]?)$"));
    const auto match = form.match(text.trimmed().toUpper());
    const QString unit = match.captured(2);
    const int shift = unit == u"G" ? 30 : unit == u"M" ? 20 : unit == u"K" ? 10 : 0;
    const qint64 number = match.captured(1).toLongLong();
    if (!match.hasMatch() || number > mostMemory >> shift || number << shift < leastMemory) {
        return fail(ErrorCode::InvalidInput,
                    Engine::tr("“%1” is no size of memory from %2M to %3G, such as 400M.")
                        .arg(text.left(40))
                        .arg(leastMemory >> 20)
                        .arg(mostMemory >> 30));
    }
    return number << shift;
}

EngineConfig EngineConfig::fromEnvironment()
{
    EngineConfig config;
    config.configDir = place("ASTRA_CONFIG_DIR", QStandardPaths::AppConfigLocation);
    config.dataDir = place("ASTRA_DATA_DIR", QStandardPaths::AppDataLocation);
    // Two programs with data folders of their own share nothing, not even what could be made again.
    config.cacheDir = qEnvironmentVariableIsEmpty("ASTRA_DATA_DIR")
        ? QStandardPaths::writableLocation(QStandardPaths::CacheLocation)
        : QDir(config.dataDir).filePath(QStringLiteral("cache"));
    config.memory = memoryFrom(qEnvironmentVariable("ASTRA_MEMORY")).value_or(usualMemory);
    return config;
}

} // namespace astra::engine
