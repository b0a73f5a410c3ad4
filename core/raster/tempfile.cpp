// SPDX-License-Identifier: Apache-2.0
#include "core/raster/tempfile.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QRandomGenerator>

#include <filesystem>

namespace astra::raster {

namespace {
struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::raster)
};
} // namespace

TempFile::~TempFile()
{
    if (m_file)
        m_file->remove();
}

Result<TempFile> TempFile::beside(const QString &path)
{
    const QFileInfo target(path);
    TempFile file;
    file.m_target = path;
    const QString suffix = QString::number(QRandomGenerator::global()->generate64(), 36);
    file.m_file = std::make_unique<QFile>(
        target.dir().filePath(QStringLiteral(".%1.%2.part").arg(target.fileName(), suffix)));
    if (!file.m_file->open(QIODevice::ReadWrite | QIODevice::NewOnly | QIODevice::Unbuffered)) {
        const auto error = file.failure();
        file.m_file.reset();
        return error;
    }
    return file;
}

Result<void> TempFile::write(const QByteArray &bytes)
{
    if (m_file->pos() != m_file->size())
        m_file->seek(m_file->size());
    if (m_file->write(bytes) != bytes.size())
        return failure();
    return {};
}

Result<QByteArray> TempFile::read(quint64 offset, quint64 size)
{
    QByteArray bytes;
    if (m_file->seek(static_cast<qint64>(offset)))
        bytes = m_file->read(static_cast<qint64>(size));
    if (static_cast<quint64>(bytes.size()) != size)
        return failure();
    return bytes;
}

Result<void> TempFile::becomes(const QString &path)
{
    m_file->close();
    if (m_file->error() != QFileDevice::NoError)
        return failure();
    std::error_code error;
    std::filesystem::rename(std::filesystem::path(m_file->fileName().toStdU16String()),
                            std::filesystem::path(path.toStdU16String()), error);
    if (error) {
        return fail(ErrorCode::Storage,
                    Text::tr("%1 could not be written: %2").arg(path, QString::fromStdString(error.message())), path);
    }
    m_file.reset();
    return {};
}

tl::unexpected<Error> TempFile::failure() const
{
    return fail(ErrorCode::Storage, Text::tr("%1 could not be written: %2").arg(m_target, m_file->errorString()),
                m_target);
}

} // namespace astra::raster
