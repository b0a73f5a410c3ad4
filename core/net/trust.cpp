// SPDX-License-Identifier: Apache-2.0
#include "core/net/trust.h"

#include "core/base/logging.h"

#include <QDir>
#include <QFile>
#include <QSslCertificate>

namespace astra::net {

QList<QSslCertificate> certificatesIn(const QString &folder)
{
    constexpr qsizetype mostFiles = 64;
    constexpr qint64 longestFile = 1 << 20;
    QList<QSslCertificate> all;
    if (folder.isEmpty())
        return all;
    const auto files = QDir(folder).entryInfoList({QStringLiteral("*.pem")}, QDir::Files, QDir::Name).mid(0, mostFiles);
    for (const auto &info : files) {
        QFile file(info.filePath());
        const bool readable = info.size() <= longestFile && file.open(QIODevice::ReadOnly);
        const auto found = readable ? QSslCertificate::fromData(file.read(longestFile)) : QList<QSslCertificate>();
        if (found.isEmpty())
            qCWarning(logNet) << "holds no certificate that could be trusted:" << info.filePath();
        all += found;
    }
    return all;
}

std::vector<data::Authority> authoritiesIn(const QString & /*folder*/) { return {}; }

Result<data::Authority> addAuthority(const QString & /*pemFile*/, const QString & /*folder*/)
{
    return fail(ErrorCode::Unsupported, {});
}

Result<void> removeAuthority(const QString & /*file*/, const QString & /*folder*/)
{
    return fail(ErrorCode::Unsupported, {});
}

} // namespace astra::net
