// SPDX-License-Identifier: Apache-2.0
#pragma once

// Inside core/raster only: a file that is gone unless it was given its name.

#include "core/base/result.h"

#include <QFile>

#include <memory>

namespace astra::raster {

class TempFile
{
public:
    TempFile() = default;
    TempFile(TempFile &&) noexcept = default;
    TempFile &operator=(TempFile &&) noexcept = default;
    ~TempFile();

    /// A new hidden file in the folder of `path`: the same disk, so that renaming is one step.
    [[nodiscard]] static Result<TempFile> beside(const QString &path);
    [[nodiscard]] Result<void> write(const QByteArray &bytes); ///< at the end
    [[nodiscard]] Result<QByteArray> read(quint64 offset, quint64 size);
    /// Closes it and gives it the name, in place of what had it.
    [[nodiscard]] Result<void> becomes(const QString &path);

private:
    [[nodiscard]] tl::unexpected<Error> failure() const;
    std::unique_ptr<QFile> m_file;
    QString m_target;
};

} // namespace astra::raster
