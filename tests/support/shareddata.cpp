// SPDX-License-Identifier: Apache-2.0
#include "tests/support/shareddata.h"

#include <QDir>

namespace astra::test {

QString sharedData()
{
    const QString path = qEnvironmentVariable("ASTRA_SHARED_DATA", QStringLiteral(ASTRA_SOURCE_DIR "/../shared/data"));
    return QDir(path).exists() ? QDir(path).canonicalPath() : QString();
}

} // namespace astra::test
