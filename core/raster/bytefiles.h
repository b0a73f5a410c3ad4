// SPDX-License-Identifier: Apache-2.0
#pragma once

// Inside core/raster only: ByteSources as files that GDAL can open.

#include "core/base/bytesource.h"

#include <QString>

#include <memory>
#include <optional>

namespace astra::raster {

/// Installs the file system "/vsiastra/". Called once, by initialise().
void installByteFiles();

/// A ByteSource under a name of its own for as long as this lives. Nothing beside it exists there: GDAL's search for
/// side-car files ends in this table and asks no one.
class ByteFile
{
public:
    /// @param fileName ends the path, as drivers look at extensions
    ByteFile(std::shared_ptr<ByteSource> source, const QString &fileName);
    ~ByteFile();
    ByteFile(const ByteFile &) = delete;
    ByteFile &operator=(const ByteFile &) = delete;

    [[nodiscard]] const QByteArray &path() const { return m_path; }
    [[nodiscard]] const std::shared_ptr<ByteSource> &source() const { return m_source; }
    /// The first read that failed since it was last asked: GDAL itself only says that one did.
    [[nodiscard]] std::optional<Error> takeError();

private:
    std::shared_ptr<ByteSource> m_source;
    QByteArray m_path;
};

} // namespace astra::raster
