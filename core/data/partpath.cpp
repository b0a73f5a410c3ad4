// SPDX-License-Identifier: Apache-2.0
#include "core/data/partpath.h"

#include <QDir>
#include <QFileInfo>
#include <QSaveFile>
#include <QStringBuilder>

#include <cstdio>

namespace astra::data {

QString partPath(const QString &output, const QString &job)
{
    if (job.isEmpty())
        return {};
    constexpr qsizetype longestName = 60; // of 255 bytes that a file's name may have, four to a character
    const QFileInfo info(output);
    return info.absolutePath() % u"/." % info.fileName().left(longestName - job.size() / 4) % u'.' % job % u".part";
}

namespace {

/// "/a/.b.7f….interim": what stands beside an interim file begins with it, too.
QString interimStem(const QString &output, const QString &job)
{
    constexpr qsizetype longestName = 40; // as partPath(), with room for "_classes"
    const QFileInfo info(output);
    return info.absolutePath() % u"/." % info.completeBaseName().left(longestName) % u'.' % job % u".interim";
}

} // namespace

QString interimPath(const QString &output, const QString &job) { return interimStem(output, job) % u".tif"; }

QString draftPath(const QString &output, const QString &job)
{
    return job.isEmpty() ? QString() : QString(interimStem(output, job) % u".draft");
}

bool commitTo(const QString &path, QSaveFile &file)
{
    const QByteArray draft = QFile::encodeName(file.fileName());
    if (!file.commit())
        return false;
    if (std::rename(draft.constData(), QFile::encodeName(path).constData()) == 0)
        return true;
    (void)std::remove(draft.constData());
    return false;
}

QStringList partFiles(const QString &output, const QString &job)
{
    QStringList files;
    if (job.isEmpty())
        return files;
    if (const QString part = partPath(output, job); QFileInfo::exists(part))
        files << part;
    const QFileInfo stem(interimStem(output, job));
    const auto hidden = stem.dir().entryInfoList(QDir::Files | QDir::Hidden | QDir::System);
    for (const auto &file : hidden) {
        if (file.fileName().startsWith(stem.fileName()))
            files << file.filePath();
    }
    return files;
}

QString fileBeside(const QString &output, const QString &suffix, const QString &extension)
{
    const QFileInfo info(output);
    const QString ending = extension.isEmpty() ? info.suffix() : extension;
    return info.path() % u'/' % info.completeBaseName() % suffix
        % (ending.isEmpty() ? QString() : QString(u'.' + ending));
}

} // namespace astra::data
