// SPDX-License-Identifier: Apache-2.0
#include "core/net/trust.h"

#include "core/base/logging.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QRegularExpression>
#include <QSslCertificate>
#include <QTemporaryFile>

#include <algorithm>

namespace astra::net {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::net)
};

constexpr qsizetype mostFiles = 64;
constexpr qint64 longestFile = 1 << 20;
constexpr qsizetype longestName = 64;

QFileInfoList filesIn(const QString &folder)
{
    if (folder.isEmpty())
        return {};
    return QDir(folder).entryInfoList({QStringLiteral("*.pem")}, QDir::Files, QDir::Name);
}

/// Empty where it is too long or cannot be read, too.
QByteArray contentOf(const QString &path)
{
    QFile file(path);
    const bool readable = QFileInfo(path).isFile() && file.size() <= longestFile && file.open(QIODevice::ReadOnly);
    return readable ? file.read(longestFile) : QByteArray();
}

/// As it may be shown: whoever made the certificate chose it.
QString nameOf(const QSslCertificate &certificate)
{
    QString name = certificate.subjectDisplayName();
    name.removeIf([](QChar c) { return !c.isPrint(); });
    return name.simplified().left(100);
}

data::Authority authorityOf(const QString &file, const QList<QSslCertificate> &certificates)
{
    data::Authority authority;
    authority.file = file;
    for (const auto &certificate : certificates) {
        authority.names << nameOf(certificate);
        const QDateTime ends = certificate.expiryDate().toUTC();
        if (!authority.expires.isValid() || ends < authority.expires)
            authority.expires = ends;
    }
    return authority;
}

/// "Corp root (2024).crt" → "Corp-root-2024"
QString stemOf(const QString &path)
{
    static const QRegularExpression other(QStringLiteral("[^A-Za-z0-9_-]+"));
    QString stem = QFileInfo(path).completeBaseName();
    stem.replace(other, QStringLiteral("-"));
    stem.truncate(longestName);
    while (stem.startsWith(u'-'))
        stem.remove(0, 1);
    while (stem.endsWith(u'-'))
        stem.chop(1);
    return stem.isEmpty() ? QStringLiteral("authority") : stem;
}

/// Under the first name that is free. @return that name
Result<QString> written(const QByteArray &pem, const QString &stem, const QString &place)
{
    const QDir folder(place);
    const auto failure = [&place](const QString &why) {
        return fail(ErrorCode::Storage, Text::tr("Nothing could be written into %1: %2").arg(place, why), place);
    };
    if (place.isEmpty() || !folder.mkpath(QStringLiteral(".")))
        return failure(Text::tr("the folder cannot be made"));
    QTemporaryFile file(folder.filePath(QStringLiteral(".XXXXXX.part")));
    if (!file.open() || file.write(pem) != pem.size() || !file.flush())
        return failure(file.errorString());
    for (qsizetype i = 1; i <= mostFiles + 1; ++i) {
        const QString name = i == 1 ? QString(stem + u".pem") : QString(stem + u'-' + QString::number(i) + u".pem");
        // Never over what is there, whoever put it there a moment ago.
        if (QFileInfo::exists(folder.filePath(name)) || !file.rename(folder.filePath(name)))
            continue;
        file.setAutoRemove(false);
        return name;
    }
    return failure(file.errorString());
}

} // namespace

QList<QSslCertificate> certificatesIn(const QString &folder)
{
    QList<QSslCertificate> all;
    const auto files = filesIn(folder).mid(0, mostFiles);
    for (const auto &info : files) {
        const auto found = QSslCertificate::fromData(contentOf(info.filePath()));
        if (found.isEmpty())
            qCWarning(logNet) << "holds no certificate that could be trusted:" << info.filePath();
        all += found;
    }
    return all;
}

std::vector<data::Authority> authoritiesIn(const QString &folder)
{
    std::vector<data::Authority> all;
    const auto files = filesIn(folder).mid(0, mostFiles);
    all.reserve(static_cast<std::size_t>(files.size()));
    for (const auto &info : files)
        all.push_back(authorityOf(info.fileName(), QSslCertificate::fromData(contentOf(info.filePath()))));
    return all;
}

Result<data::Authority> addAuthority(const QString &pemFile, const QString &folder)
{
    const QFileInfo info(pemFile);
    const QString shown = info.fileName();
    const auto refused = [&shown](const QString &why) { return fail(ErrorCode::InvalidInput, why, shown); };
    if (!info.isFile())
        return fail(ErrorCode::NotFound, Text::tr("There is no file %1.").arg(pemFile), shown);
    if (info.size() > longestFile)
        return refused(Text::tr("%1 is larger than 1 MB: certificates are much smaller.").arg(shown));
    if (filesIn(folder).size() >= mostFiles)
        return refused(Text::tr("%n files are trusted already, and no more are read. Remove one first.", nullptr,
                                static_cast<int>(mostFiles)));
    const QByteArray content = contentOf(pemFile);
    if (content.isEmpty() && info.size() > 0)
        return fail(ErrorCode::Storage, Text::tr("%1 cannot be read.").arg(pemFile), shown);
    if (content.contains("PRIVATE KEY-----"))
        return refused(Text::tr("%1 holds a private key, which belongs to nobody but its owner. Choose the file that "
                                "holds the certificate alone. Nothing was copied.")
                           .arg(shown));
    auto certificates = QSslCertificate::fromData(content, QSsl::Pem);
    if (certificates.isEmpty())
        certificates = QSslCertificate::fromData(content, QSsl::Der);
    if (certificates.isEmpty())
        return refused(Text::tr("%1 holds no certificate.").arg(shown));
    const QDateTime now = QDateTime::currentDateTimeUtc();
    const auto ended = [&now](const QSslCertificate &certificate) { return certificate.expiryDate() <= now; };
    if (std::ranges::all_of(certificates, ended))
        return refused(Text::tr("What %1 holds has ended: nobody trusts it any more.").arg(shown));
    // Nothing but the certificates, whatever else stands in the file.
    QByteArray pem;
    for (const auto &certificate : std::as_const(certificates))
        pem += certificate.toPem();
    const auto name = written(pem, stemOf(pemFile), folder);
    if (!name)
        return fail(name.error());
    return authorityOf(*name, certificates);
}

Result<void> removeAuthority(const QString &file, const QString &folder)
{
    const auto files = filesIn(folder);
    // One of those that are there, so: no path.
    if (std::ranges::find(files, file, &QFileInfo::fileName) == files.end())
        return fail(ErrorCode::NotFound, Text::tr("There is no file %1 among those that are trusted.").arg(file), file);
    QFile there(QDir(folder).filePath(file));
    if (!there.remove())
        return fail(ErrorCode::Storage, Text::tr("%1 could not be removed: %2").arg(file, there.errorString()), file);
    return {};
}

} // namespace astra::net
