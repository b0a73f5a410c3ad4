// SPDX-License-Identifier: Apache-2.0
#include "core/raster/posixfile.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QRandomGenerator>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace astra::raster {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::raster)
};

constexpr mode_t mode = 0666; // less what the user's mask takes away

} // namespace

PosixFile::PosixFile(PosixFile &&other) noexcept
    : m_path(std::move(other.m_path))
    , m_descriptor(std::exchange(other.m_descriptor, -1))
{
}

PosixFile &PosixFile::operator=(PosixFile &&other) noexcept
{
    std::swap(m_path, other.m_path);
    std::swap(m_descriptor, other.m_descriptor);
    return *this;
}

PosixFile::~PosixFile()
{
    if (m_descriptor >= 0)
        ::close(m_descriptor);
}

Result<PosixFile> PosixFile::open(const QString &path, int flags, const QString &named)
{
    PosixFile file;
    file.m_path = named.isEmpty() ? path : named;
    file.m_descriptor = ::open(QFile::encodeName(path).constData(), flags | O_CLOEXEC, mode);
    if (file.m_descriptor < 0)
        return file.failure(errno);
    return file;
}

Result<PosixFile> PosixFile::nameless(const QString &path)
{
    auto file = open(QFileInfo(path).path(), O_TMPFILE | O_RDWR, path);
    if (!file) {
        const QString name = hiddenBeside(path);
        file = open(name, O_CREAT | O_EXCL | O_RDWR, path);
        if (file)
            ::unlink(QFile::encodeName(name).constData());
    }
    return file;
}

Result<quint64> PosixFile::size() const
{
    struct stat found {
    };
    if (::fstat(m_descriptor, &found) != 0)
        return failure(errno);
    return static_cast<quint64>(found.st_size);
}

Result<void> PosixFile::readAt(quint64 offset, char *to, quint64 size) const
{
    while (size > 0) {
        const ssize_t got = ::pread(m_descriptor, to, size, static_cast<off_t>(offset));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return failure(got < 0 ? errno : EIO);
        to += got;
        offset += static_cast<quint64>(got);
        size -= static_cast<quint64>(got);
    }
    return {};
}

Result<void> PosixFile::writeAt(quint64 offset, std::span<iovec> parts) const
{
    while (!parts.empty()) {
        const ssize_t put = ::pwritev(m_descriptor, parts.data(), static_cast<int>(parts.size()),
                                      static_cast<off_t>(offset));
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return failure(errno);
        offset += static_cast<quint64>(put);
        auto left = static_cast<std::size_t>(put);
        while (!parts.empty() && left >= parts.front().iov_len) {
            left -= parts.front().iov_len;
            parts = parts.subspan(1);
        }
        if (!parts.empty()) {
            parts.front().iov_base = static_cast<char *>(parts.front().iov_base) + left;
            parts.front().iov_len -= left;
        }
    }
    return {};
}

Result<void> PosixFile::writeAt(quint64 offset, const char *from, quint64 size) const
{
    iovec part {const_cast<char *>(from), size};
    return writeAt(offset, std::span(&part, 1));
}

void PosixFile::reserve(quint64 size) const
{
    [[maybe_unused]] const int done = ::fallocate(m_descriptor, FALLOC_FL_KEEP_SIZE, 0, static_cast<off_t>(size));
}

Result<void> PosixFile::truncate(quint64 size) const
{
    if (::ftruncate(m_descriptor, static_cast<off_t>(size)) != 0)
        return failure(errno);
    return {};
}

Result<void> PosixFile::sync() const
{
    if (::fdatasync(m_descriptor) != 0)
        return failure(errno);
    return {};
}

tl::unexpected<Error> PosixFile::failure(int number) const
{
    const QString why = QString::fromStdString(std::generic_category().message(number));
    return fail(ErrorCode::Storage, Text::tr("%1 could not be written: %2").arg(m_path, why), m_path);
}

QString hiddenBeside(const QString &path)
{
    const QFileInfo target(path);
    const QString suffix = QString::number(QRandomGenerator::global()->generate64(), 36);
    return target.dir().filePath(QStringLiteral(".%1.%2.part").arg(target.fileName(), suffix));
}

} // namespace astra::raster
