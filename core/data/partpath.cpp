// SPDX-License-Identifier: Apache-2.0
#include "core/data/partpath.h"

#include <QFileInfo>
#include <QStringBuilder>

namespace astra::data {

QString partPath(const QString &output, const QString &job)
{
    if (job.isEmpty())
        return {};
    constexpr qsizetype longestName = 60; // of 255 bytes that a file's name may have, four to a character
    const QFileInfo info(output);
    return info.absolutePath() % u"/." % info.fileName().left(longestName - job.size() / 4) % u'.' % job % u".part";
}

} // namespace astra::data
