// SPDX-License-Identifier: Apache-2.0
#include "core/raster/tempfile.h"

#include "core/base/logging.h"

#include <QFile>
#include <QFileInfo>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <utility>

namespace astra::raster {

TempFile::TempFile(TempFile &&other) noexcept
    : m_file(std::move(other.m_file))
    , m_hidden(std::exchange(other.m_hidden, {}))
{
}

TempFile::~TempFile()
{
    if (!m_hidden.isEmpty())
        ::unlink(QFile::encodeName(m_hidden).constData());
}

Result<TempFile> TempFile::beside(const QString &path)
{
    TempFile temp;
    auto file = PosixFile::open(QFileInfo(path).path(), O_TMPFILE | O_RDWR, path);
    if (!file || ::access(file->procName().constData(), F_OK) != 0) {
        const QString hidden = hiddenBeside(path);
        file = PosixFile::open(hidden, O_CREAT | O_EXCL | O_RDWR, path);
        if (!file)
            return fail(std::move(file.error()));
        temp.m_hidden = hidden;
    }
    temp.m_file = std::move(*file);
    return temp;
}

Result<void> TempFile::becomes(const QString &path, bool durable)
{
    if (durable) {
        if (auto ok = m_file.sync(); !ok)
            return ok;
    }
    const auto linked = [this](const QString &name) {
        return ::linkat(AT_FDCWD, m_file.procName().constData(), AT_FDCWD, QFile::encodeName(name).constData(),
                        AT_SYMLINK_FOLLOW)
            == 0;
    };
    // In one step where nothing has the name: a kill between two would leave the hidden one behind.
    const bool isNamed = m_hidden.isEmpty() && linked(path);
    if (!isNamed && m_hidden.isEmpty()) {
        // A link cannot replace what is there, a rename can.
        const QString hidden = hiddenBeside(path);
        if (!linked(hidden))
            return m_file.failure(errno);
        m_hidden = hidden;
    }
    if (!isNamed && std::rename(QFile::encodeName(m_hidden).constData(), QFile::encodeName(path).constData()) != 0)
        return m_file.failure(errno);
    m_hidden.clear();
    if (!durable)
        return {};
    const auto folder = PosixFile::open(QFileInfo(path).path(), O_RDONLY | O_DIRECTORY, path);
    if (const auto ok = folder ? folder->sync() : fail(folder.error()); !ok)
        qCWarning(logRaster) << "the name of a file may not outlive a power cut:" << ok.error().message;
    return {};
}

} // namespace astra::raster
