// SPDX-License-Identifier: Apache-2.0
#pragma once

// Inside core/raster only: a file that is gone unless it was given its name.

#include "core/raster/posixfile.h"

namespace astra::raster {

class TempFile
{
public:
    TempFile(TempFile &&other) noexcept;
    TempFile &operator=(TempFile &&) = delete;
    ~TempFile();

    /// A new file in the folder of `path`: the same disk, so that naming it is one step. It has no name until then, so
    /// that not even a kill leaves it behind; a hidden one where the file system cannot do that.
    [[nodiscard]] static Result<TempFile> beside(const QString &path);
    [[nodiscard]] const PosixFile &file() const { return m_file; }
    /// Gives it the name, in place of what had it. @param durable a power cut afterwards takes no bytes, and no name
    /// either where the file system can promise that (what it cannot is logged: the file stands)
    [[nodiscard]] Result<void> becomes(const QString &path, bool durable);

private:
    TempFile() = default;
    PosixFile m_file;
    QString m_hidden; ///< its name until it becomes what it is; empty: none
};

} // namespace astra::raster
