// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QStringList>

class QSaveFile;

namespace astra::data {

/// The hidden file beside a result in which a job's finished tiles wait: "/a/b.tif", job "7f…" →
/// "/a/.b.tif.7f….part". Empty without a job.
[[nodiscard]] QString partPath(const QString &output, const QString &job);
/// The hidden COG beside a result of another format, which is made from it: "/a/.b.7f….interim.tif". A job that is not
/// stored gives a word of its own.
[[nodiscard]] QString interimPath(const QString &output, const QString &job);
/// Where a small file of the result (its Item, a table) is written before it is put in its place, so that what a kill
/// leaves of it is among the partFiles(). Empty without a job: then it is written beside its place.
[[nodiscard]] QString draftPath(const QString &output, const QString &job);
/// The file is done: its content stands at `path`, in place of what stood there, or nothing has changed.
[[nodiscard]] bool commitTo(const QString &path, QSaveFile &file);
/// Everything that a job may leave beside its result when it is killed, as far as it is there: the tiles, drafts,
/// interim COGs and what stands beside those. Looks into the folder. Empty without a job.
[[nodiscard]] QStringList partFiles(const QString &output, const QString &job);

/// What stands beside a result under its own name: "/a/b.tif", "_classes" → "/a/b_classes.tif".
/// @param extension in place of the result's own
[[nodiscard]] QString fileBeside(const QString &output, const QString &suffix, const QString &extension = {});

} // namespace astra::data
