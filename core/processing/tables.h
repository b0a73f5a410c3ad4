// SPDX-License-Identifier: Apache-2.0
#pragma once

// How an operation's tables reach disk.

#include "core/processing/operation.h"

namespace astra::processing {

/// CSV as RFC 4180 has it: UTF-8, CRLF, a header, numbers with a point, nothing where there is no value. A text that a
/// spreadsheet would take for a formula (it begins with = + - @, a tab or a line's end) gets an apostrophe in front,
/// unless it is numbers only: the place -11.5,24.8.
[[nodiscard]] QByteArray toCsv(const Table &table);
/// Whole or not at all: the file appears under its name once everything is in it. I/O pool.
/// @param draft where it is written until then (data::draftPath); empty: beside its place
[[nodiscard]] Result<void> writeCsv(const QString &path, const Table &table, const QString &draft = {});

/// Whether tables can be written to that name: .csv, .json, .geojson. To be asked before anything is computed.
[[nodiscard]] Result<void> checkTableName(const QString &output);
/// For plans without files. `output` is the first table as CSV, the next ones stand beside it as NAME_<table>.csv; or
/// all in one file: .geojson what the operation makes of it, .json that, or the tables themselves where it makes none.
/// @return the paths, `output` first
[[nodiscard]] Result<QStringList> writeTables(const QString &output, const Operation &operation, const Summary &summary,
                                              const QString &draft = {});
/// Beside a raster: NAME_<table>.csv. @return the paths
[[nodiscard]] Result<QStringList> writeTablesBeside(const QString &raster, const Summary &summary,
                                                    const QString &draft = {});

} // namespace astra::processing
