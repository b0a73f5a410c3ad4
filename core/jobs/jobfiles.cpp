// SPDX-License-Identifier: Apache-2.0
#include "core/jobs/jobfiles.h"

#include "core/data/partpath.h"
#include "core/jobs/jobrow.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace astra::jobs {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::jobs::JobStore)
};

constexpr qint64 dayMs = 24LL * 3600 * 1000;
constexpr qint64 settledMs = 60LL * 1000; ///< a job that is over for so long creates no file any more

/// Removes a file of finished tiles unless somebody works with it. @return whether it is gone now
bool removePart(const QString &part)
{
    const QByteArray name = QFile::encodeName(part);
    const int fd = ::open(name.constData(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return errno == ENOENT;
    const bool free = ::flock(fd, LOCK_EX | LOCK_NB) == 0;
    const bool gone = free && ::unlink(name.constData()) == 0;
    ::close(fd);
    return gone;
}

} // namespace

QString canonicalPath(const QString &file)
{
    const QFileInfo info(file);
    if (QString whole = info.canonicalFilePath(); !whole.isEmpty())
        return whole;
    const QString folder = QFileInfo(info.absolutePath()).canonicalFilePath();
    return folder.isEmpty() ? QDir::cleanPath(info.absoluteFilePath()) : QDir(folder).filePath(info.fileName());
}

Result<void> claim(Database &database, const QString &job, QStringList files)
{
    for (QString &file : files)
        file = canonicalPath(file);
    files.removeDuplicates();
    for (const auto &path : std::as_const(files)) {
        if (auto ok = only(database.change("INSERT INTO claim VALUES(?, ?)", {path, job})); !ok)
            return ok;
    }
    return {};
}

bool Heritage::isThere() const
{
    return QFileInfo::exists(to)
        || std::ranges::any_of(parts, [](const QString &part) { return QFileInfo::exists(part); });
}

void Heritage::accept() const
{
    for (const auto &part : parts) {
        if (!QFileInfo::exists(to))
            (void)QFile::rename(part, to);
    }
}

Result<Heritage> makeRoom(Database &database, const QString &owner, const data::JobRequest &request)
{
    const QString writes = canonicalPath(request.output);
    const auto others = selectJobs(database, owner, Much::Brief,
                                   "WHERE id<>?1 AND (state IN ('queued', 'running') AND id IN (SELECT job FROM claim "
                                   "WHERE path IN (SELECT path FROM claim WHERE job=?1)) "
                                   "OR state='failed' AND swept=0 AND writes=?2) ORDER BY created DESC, rowid DESC",
                                   {request.id, writes});
    if (!others)
        return fail(others.error());
    Heritage heritage {{}, data::partPath(request.output, request.id)};
    for (const auto &other : *others) {
        if (other.state != Job::State::Failed && !other.stale) {
            return fail(ErrorCode::InvalidInput,
                        Text::tr("%1 is being written by another job (%2).").arg(other.request.output, other.id),
                        request.output);
        }
        if (canonicalPath(other.request.output) == writes)
            heritage.parts << data::partPath(other.request.output, other.id);
        const auto state = other.state == Job::State::Failed ? Job::State::Failed : Job::State::Cancelled;
        auto ok = only(database.change(
            "UPDATE job SET state=?, finished=coalesce(finished, ?), owner='', activity=? "
            "WHERE id=?",
            {nameOf(state), QDateTime::currentMSecsSinceEpoch(), Text::tr("Replaced by another job"), other.id}));
        if (!ok)
            return fail(std::move(ok.error()));
    }
    return heritage;
}

Result<QStringList> sweepFiles(Database &database)
{
    const auto over = database.ask("SELECT id, state, finished, output FROM job "
                                   "WHERE swept=0 AND state NOT IN ('queued', 'running')");
    if (!over)
        return fail(over.error());
    QStringList removed;
    for (const auto &row : *over) {
        const QString id = textAt(row, 0);
        const qint64 age = QDateTime::currentMSecsSinceEpoch() - integerAt(row, 2);
        if (stateNamed(textAt(row, 1)) == Job::State::Failed && age < dayMs)
            continue;
        const QStringList left = data::partFiles(textAt(row, 3), id); // the tiles first: whoever works holds them
        bool gone = true;
        for (auto file = left.begin(); gone && file != left.end(); ++file) {
            gone = removePart(*file);
            if (gone)
                removed << *file;
        }
        if (!gone || (left.isEmpty() && age < settledMs))
            continue;
        if (auto ok = only(database.change("UPDATE job SET swept=1 WHERE id=?", {id})); !ok)
            return fail(std::move(ok.error()));
    }
    return removed;
}

} // namespace astra::jobs
