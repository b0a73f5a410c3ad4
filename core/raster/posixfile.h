// SPDX-License-Identifier: Apache-2.0
#pragma once

// Inside core/raster only: a file read and written at places, by many threads at once.

#include "core/base/result.h"

#include <sys/uio.h>

#include <span>

namespace astra::raster {

class PosixFile
{
public:
    PosixFile() = default;
    PosixFile(PosixFile &&other) noexcept;
    PosixFile &operator=(PosixFile &&other) noexcept;
    ~PosixFile();

    /// @param flags of open(2); O_CLOEXEC is added @param named what messages call it; empty: `path`
    [[nodiscard]] static Result<PosixFile> open(const QString &path, int flags, const QString &named = {});
    /// A file without a name in the folder of `path`, gone when it is closed; named and removed at once where the file
    /// system knows no such thing.
    [[nodiscard]] static Result<PosixFile> nameless(const QString &path);

    [[nodiscard]] int descriptor() const { return m_descriptor; }
    /// What this process may call it, also where it has no name.
    [[nodiscard]] QByteArray procName() const { return "/proc/self/fd/" + QByteArray::number(m_descriptor); }
    [[nodiscard]] Result<quint64> size() const;
    [[nodiscard]] Result<void> readAt(quint64 offset, char *to, quint64 size) const; ///< all of it, or an error
    [[nodiscard]] Result<void> writeAt(quint64 offset, std::span<iovec> parts) const; ///< changes `parts`
    [[nodiscard]] Result<void> writeAt(quint64 offset, const char *from, quint64 size) const;
    /// Room for so many bytes in one piece, which spares the file system the search for it block by block; the size
    /// stays. Where it cannot be had, the writes will tell.
    void reserve(quint64 size) const;
    [[nodiscard]] Result<void> truncate(quint64 size) const;
    [[nodiscard]] Result<void> sync() const; ///< what was written survives a power cut
    [[nodiscard]] tl::unexpected<Error> failure(int number) const; ///< what errno says, with the file's name

private:
    QString m_path;
    int m_descriptor = -1;
};

/// The hidden name beside `path` that a file may have until it is whole; another one each time.
[[nodiscard]] QString hiddenBeside(const QString &path);

} // namespace astra::raster
