// SPDX-License-Identifier: Apache-2.0
#include "core/jobs/jobowner.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QFile>
#include <QStringList>

#include <sys/types.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <ctime>

namespace astra::jobs {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::jobs::JobStore)
};

enum Part { Boot, Namespace, Pid, Start, Number, Parts };

QString lineOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? QString::fromLatin1(file.readLine(4096)).trimmed() : QString();
}

struct Seen {
    QString state; ///< one letter; empty: cannot be seen
    QString start; ///< in clock ticks since the computer started: a number that is used again is another process
};

Seen look(qint64 pid)
{
    const QString stat = lineOf(QStringLiteral("/proc/%1/stat").arg(pid));
    // Behind the name, which may hold anything: the state is the third field, the start the twenty-second.
    const auto fields = stat.mid(stat.lastIndexOf(u')') + 2).split(u' ');
    return {fields.value(0), fields.value(19)};
}

const QString &bootId()
{
    static const QString id = lineOf(QStringLiteral("/proc/sys/kernel/random/boot_id"));
    return id;
}

/// Numbers of processes mean something within one namespace only: two sandboxed programs have two.
const QString &processNamespace()
{
    static const QString name = [] {
        std::array<char, 64> target {};
        const auto size = ::readlink("/proc/self/ns/pid", target.data(), target.size());
        QString digits;
        for (ssize_t i = 0; i < size; ++i) {
            const QChar c = QLatin1Char(target[static_cast<std::size_t>(i)]);
            if (c.isDigit())
                digits += c;
        }
        return digits;
    }();
    return name;
}

qint64 monotonicMs()
{
    struct timespec now = {};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<qint64>(now.tv_sec) * 1000 + now.tv_nsec / 1000000;
}

bool isAlive(const QStringList &parts)
{
    bool ok = false;
    const qint64 pid = parts[Pid].toLongLong(&ok);
    if (!ok || pid <= 0)
        return false;
    if (::kill(static_cast<pid_t>(pid), 0) != 0 && errno == ESRCH)
        return false;
    const Seen seen = look(pid);
    if (seen.start.isEmpty())
        return true;
    const bool ended = seen.state == u"Z" || seen.state == u"X"; // waits for its parent to take notice
    return !ended && seen.start == parts[Start];
}

} // namespace

QString newOwner()
{
    static std::atomic<int> number = 0;
    const qint64 pid = ::getpid();
    return QStringLiteral("%1:%2:%3:%4:%5")
        .arg(bootId(), processNamespace())
        .arg(pid)
        .arg(look(pid).start)
        .arg(++number);
}

LeaseEnd leaseFor(int ms) { return {QDateTime::currentMSecsSinceEpoch() + ms, monotonicMs() + ms}; }

bool isGone(const QString &owner, const LeaseEnd &lease)
{
    const QStringList parts = owner.split(u':');
    if (parts.size() != Parts)
        return true;
    const bool sameStart = !bootId().isEmpty() && parts[Boot] == bootId();
    if (sameStart && parts[Namespace] == processNamespace() && !isAlive(parts))
        return true;
    return sameStart ? lease.mono < monotonicMs() : lease.wall < QDateTime::currentMSecsSinceEpoch();
}

QString ownerWords(const QString &owner)
{
    const QStringList parts = owner.split(u':');
    return parts.size() == Parts ? Text::tr("process %1").arg(parts[Pid]) : QString();
}

} // namespace astra::jobs
