// SPDX-License-Identifier: Apache-2.0
#include "core/processing/tables.h"

#include "core/data/partpath.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QSaveFile>

#include <algorithm>

namespace astra::processing {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::processing)
};

/// "-11.5,24.8": a place, which no spreadsheet runs.
bool isNumbers(const QByteArray &text)
{
    return std::all_of(text.begin(), text.end(), [](char c) { return QByteArrayView("0123456789+-.,; ").contains(c); });
}

/// @param guarded texts from outside: of areas and scenes
QByteArray field(QByteArray text, bool guarded)
{
    if (guarded && !text.isEmpty() && QByteArrayView("=+-@\t\r\n").contains(text.front()) && !isNumbers(text))
        text.prepend('\'');
    const bool quote = text.contains(',') || text.contains('"') || text.contains('\r') || text.contains('\n')
        || text.startsWith(' ') || text.endsWith(' ');
    if (!quote)
        return text;
    text.replace("\"", "\"\"");
    return '"' + text + '"';
}

QByteArray field(const Json &cell)
{
    if (cell.is_null())
        return {};
    if (const auto text = asString(cell))
        return field(text->toUtf8(), true);
    return field(toText(cell), false);
}

tl::unexpected<Error> notWritten(const QSaveFile &file, const QString &path)
{
    return fail(ErrorCode::Storage,
                Text::tr("%1 cannot be written: %2").arg(QFileInfo(path).fileName(), file.errorString()), path);
}

Result<void> write(const QString &path, const QByteArray &bytes, const QString &draft)
{
    QSaveFile file(draft.isEmpty() ? path : draft);
    if (file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size() && data::commitTo(path, file))
        return {};
    return notWritten(file, path);
}

/// A line of what `each` makes of cells.
template<typename Cells, typename F> void appendRow(QByteArray &csv, const Cells &cells, const F &each)
{
    const qsizetype begin = csv.size();
    bool isFirst = true;
    for (const auto &cell : cells) {
        if (!isFirst)
            csv += ',';
        isFirst = false;
        csv += each(cell);
    }
    // A lone empty field would be an empty line.
    if (csv.size() == begin)
        csv += "\"\"";
    csv += "\r\n";
}

QByteArray headerOf(const Table &table)
{
    QByteArray csv;
    appendRow(csv, table.columns, [](const QString &name) { return field(name.toUtf8(), true); });
    return csv;
}

QString suffixOf(const QString &path) { return QFileInfo(path).suffix().toLower(); }

/// @param name of a table: part of a file's name
QString beside(const QString &path, const QString &name)
{
    const QFileInfo info(path);
    return info.path() + u'/' + info.completeBaseName() + u'_' + name + QStringLiteral(".csv");
}

} // namespace

QByteArray toCsv(const Table &table)
{
    QByteArray csv = headerOf(table);
    for (const auto &row : table.rows)
        appendRow(csv, row, [](const Json &cell) { return field(cell); });
    return csv;
}

Result<void> writeCsv(const QString &path, const Table &table, const QString &draft)
{
    constexpr qsizetype atOnce = 1 << 20; // bytes: a table of a million rows is not in memory as text, too
    QSaveFile file(draft.isEmpty() ? path : draft);
    bool ok = file.open(QIODevice::WriteOnly);
    QByteArray csv = headerOf(table);
    for (const auto &row : table.rows) {
        appendRow(csv, row, [](const Json &cell) { return field(cell); });
        if (csv.size() < atOnce)
            continue;
        ok = ok && file.write(csv) == csv.size();
        csv.resize(0);
    }
    if (ok && file.write(csv) == csv.size() && data::commitTo(path, file))
        return {};
    return notWritten(file, path);
}

Result<void> checkTableName(const QString &output)
{
    const QString suffix = suffixOf(output);
    if (suffix == u"csv" || suffix == u"json" || suffix == u"geojson")
        return {};
    return fail(ErrorCode::InvalidInput,
                Text::tr("The result is a table: its file has to end in .csv, .json or .geojson, not “%1”.")
                    .arg(QFileInfo(output).fileName().right(60)));
}

Result<QStringList> writeTables(const QString &output, const Operation &operation, const Summary &summary,
                                const QString &draft)
{
    if (auto ok = checkTableName(output); !ok)
        return fail(std::move(ok.error()));
    QStringList paths {output};
    const QString suffix = suffixOf(output);
    if (suffix != u"csv") {
        Json json = operation.toGeoJson(summary);
        if (json.is_null() && suffix == u"geojson") {
            return fail(ErrorCode::Unsupported,
                        Text::tr("This operation has no GeoJSON to give: choose .csv or .json for the result."));
        }
        if (json.is_null()) {
            json = Json::array();
            for (const auto &table : summary.tables)
                json.push_back(table.toJson());
        }
        if (auto ok = write(output, toText(json) + '\n', draft); !ok)
            return fail(std::move(ok.error()));
        return paths;
    }
    if (summary.tables.empty())
        return fail(ErrorCode::Internal, Text::tr("The operation gave no table."));
    for (std::size_t i = 0; i < summary.tables.size(); ++i) {
        const Table &table = summary.tables[i];
        const QString path = i == 0 ? output : beside(output, table.name);
        if (auto ok = writeCsv(path, table, draft); !ok)
            return fail(std::move(ok.error()));
        if (i > 0)
            paths.append(path);
    }
    return paths;
}

Result<QStringList> writeTablesBeside(const QString &raster, const Summary &summary, const QString &draft)
{
    QStringList paths;
    paths.reserve(static_cast<qsizetype>(summary.tables.size()));
    for (const auto &table : summary.tables) {
        paths.append(beside(raster, table.name));
        if (auto ok = writeCsv(paths.back(), table, draft); !ok)
            return fail(std::move(ok.error()));
    }
    return paths;
}

} // namespace astra::processing
