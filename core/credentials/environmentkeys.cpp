// SPDX-License-Identifier: Apache-2.0
#include "core/credentials/environmentkeys.h"

#include "core/base/logging.h"

#include <QDir>
#include <QFile>
#include <QHash>
#include <QMap>
#include <QProcessEnvironment>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <mutex>

#ifdef Q_OS_UNIX
#include <sys/resource.h>
#endif

namespace astra::credentials {

namespace {

constexpr qsizetype longest = 4096;
const QString variablePrefix = QStringLiteral("ASTRA_KEY_");
const QString filePrefix = QStringLiteral("astra-key-");

std::mutex mutex;
QHash<QString, Secret> &taken() ///< by variable; guarded by mutex
{
    static QHash<QString, Secret> keys;
    return keys;
}

/// As a key or a JSON object: one line or several, and nothing that no keyboard makes.
bool isText(const QByteArray &bytes)
{
    return !bytes.isEmpty() && bytes.size() <= longest && std::ranges::all_of(bytes, [](char c) {
        return c == '\n' || c == '\r' || c == '\t' || (static_cast<unsigned char>(c) >= ' ' && c != 127);
    });
}

void keep(const QString &variable, const QByteArray &bytes)
{
    const QByteArray key = bytes.trimmed();
    if (!isText(key)) {
        qCWarning(logCredentials) << "What was given for" << variable << "is no key.";
        return;
    }
    const std::lock_guard lock(mutex);
    taken().insert(variable, Secret(key));
}

/// unsetenv drops the pointer only: the bytes stay where /proc/PID/environ shows them.
void wipe(const QByteArray &variable)
{
    if (char *value = std::getenv(variable.constData())) // NOLINT(concurrency-mt-unsafe): there is one thread
        std::memset(value, 0, std::strlen(value));
    qunsetenv(variable.constData());
}

} // namespace

QString environmentVariable(const QString &account)
{
    QString name = account.toUpper();
    for (QChar &c : name) {
        if (!(c >= u'A' && c <= u'Z') && !(c >= u'0' && c <= u'9'))
            c = u'_';
    }
    return QString(variablePrefix + name);
}

void takeEnvironmentKeys()
{
    const QDir folder(qEnvironmentVariable("CREDENTIALS_DIRECTORY"));
    if (qEnvironmentVariableIsSet("CREDENTIALS_DIRECTORY") && folder.isAbsolute()) {
        QMap<QString, QStringList> files; // by variable
        for (const QString &name : folder.entryList({QString(filePrefix + u'*')}, QDir::Files))
            files[environmentVariable(name.mid(filePrefix.size()))] << name;
        for (auto found = files.cbegin(); found != files.cend(); ++found) {
            QFile file(folder.filePath(found->first()));
            // "astra-key-astra.os" and "astra-key-astra-os": it is not guessed which of them is meant.
            if (found->size() > 1)
                qCWarning(logCredentials) << "Left out, since they have one name:" << found->join(u' ');
            else if (file.open(QIODevice::ReadOnly))
                keep(found.key(), file.read(longest + 1));
        }
    }
    qunsetenv("CREDENTIALS_DIRECTORY");
    const auto names = QProcessEnvironment::systemEnvironment().keys();
    for (const QString &name : names) {
        if (!name.startsWith(variablePrefix))
            continue;
        const QByteArray variable = name.toLocal8Bit();
        keep(name, qgetenv(variable.constData()));
        wipe(variable);
    }
}

void refuseCoreDumps()
{
#ifdef Q_OS_UNIX
    rlimit limit {};
    if (getrlimit(RLIMIT_CORE, &limit) == 0) {
        // Less than any file of memory, and unlike 0 Linux does not hand it to a crash reporter either.
        limit.rlim_cur = std::min<rlim_t>(1, limit.rlim_max);
        setrlimit(RLIMIT_CORE, &limit);
    }
#endif
}

Secret environmentKey(const QString &account)
{
    const std::lock_guard lock(mutex);
    return taken().value(environmentVariable(account));
}

} // namespace astra::credentials
