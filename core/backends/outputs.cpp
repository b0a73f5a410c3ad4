// SPDX-License-Identifier: Apache-2.0
#include "core/backends/outputs.h"

#include "core/backends/resultitem.h"
#include "core/data/partpath.h"
#include "core/processing/tables.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSet>

#include <algorithm>

namespace astra::backends {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::backends)
};

/// One file, however it is called: links followed where it exists.
QString placeOf(const QString &path)
{
    const QFileInfo info(path);
    QString canonical = info.canonicalFilePath();
    if (!canonical.isEmpty())
        return canonical;
    const QString folder = QFileInfo(info.absolutePath()).canonicalFilePath();
    return QString((folder.isEmpty() ? info.absolutePath() : folder) + u'/' + info.fileName());
}

/// Of pictures the name says what they are; a raster may be called anything that is not the name of something else.
Result<void> checkName(const QString &output, const QString &format)
{
    static const QStringList pictures {QStringLiteral("png"), QStringLiteral("jpg"), QStringLiteral("jpeg")};
    static const QStringList tables {QStringLiteral("csv"), QStringLiteral("json"), QStringLiteral("geojson")};
    const QString suffix = QFileInfo(output).suffix().toLower();
    const bool isPicture = format == u"png" || format == u"jpeg";
    const QStringList right = format == u"png" ? pictures.mid(0, 1) : pictures.mid(1);
    if (isPicture ? right.contains(suffix) : !pictures.contains(suffix) && !tables.contains(suffix))
        return {};
    const QString better = isPicture ? right.front() : QStringLiteral("tif");
    return fail(ErrorCode::InvalidInput,
                Text::tr("The name %1 does not fit what is written, which is %2: call it %3, for example.")
                    .arg(QFileInfo(output).fileName(), isPicture ? format.toUpper() : QStringLiteral("GeoTIFF"),
                         QString(QFileInfo(output).completeBaseName() + u'.' + better)),
                output);
}

/// The files that are read, and the Items that tell of them.
QSet<QString> filesRead(const data::JobRequest &request)
{
    QSet<QString> read;
    for (const auto &input : request.inputs) {
        for (const auto &copy : input.copies) {
            if (copy.self.isLocalFile())
                read.insert(placeOf(copy.self.toLocalFile()));
            for (const auto &asset : copy.assets) {
                if (asset.href.isLocalFile())
                    read.insert(placeOf(asset.href.toLocalFile()));
            }
        }
    }
    return read;
}

/// Whether describeResult() wrote it, which alone says this, and of a result with this file. Not parsed: this is asked
/// while a form is filled in.
bool isOurItem(const QString &path, const QString &with = {})
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly) || file.size() == 0)
        return false;
    const uchar *const bytes = file.map(0, file.size());
    const QByteArrayView text(bytes, bytes ? file.size() : 0);
    return text.contains(QByteArrayView("\"astra:recipe_hash\""))
        && text.contains(QByteArrayView(QFileInfo(with).fileName().toUtf8()));
}

QStringList tablesBeside(const data::JobRequest &request, const processing::Plan &plan)
{
    QStringList tables;
    for (const auto &table : plan.tables)
        tables << data::fileBeside(request.output, QString(u'_' + table), QStringLiteral("csv"));
    return tables;
}

/// How many scenes the operation takes, in words.
QString scenesWanted(int fewest, int most)
{
    if (fewest == most)
        return fewest == 1 ? Text::tr("exactly one scene") : Text::tr("exactly %n scenes", nullptr, fewest);
    return Text::tr("%1 to %2 scenes").arg(fewest).arg(most);
}

} // namespace

Result<void> checkCount(const data::JobRequest &request, const processing::Operation &operation)
{
    const auto [fewest, most] = operation.scenes();
    const auto given = static_cast<int>(request.inputs.size());
    if (given >= fewest && given <= most)
        return {};
    return fail(ErrorCode::InvalidInput,
                Text::tr("%1 takes %2, not %3.").arg(request.recipe.operation, scenesWanted(fewest, most)).arg(given));
}

Result<processing::Plan> planOf(const data::JobRequest &request)
{
    const auto operation = processing::makeOperation(request.recipe.operation, request.recipe.parameters);
    if (!operation)
        return fail(operation.error());
    if (auto counted = checkCount(request, **operation); !counted)
        return fail(std::move(counted.error()));
    std::vector<processing::SceneFacts> facts;
    facts.reserve(request.inputs.size());
    for (const auto &input : request.inputs) {
        if (input.copies.empty())
            return fail(ErrorCode::InvalidInput, Text::tr("One of the scenes has no copy."));
        facts.push_back(processing::factsOf(input.best()));
    }
    return (*operation)->plan(facts);
}

QStringList filesOf(const data::JobRequest &request, const processing::Plan &plan)
{
    QStringList files {request.output, itemPath(request.output)};
    for (const auto &file : plan.files) {
        if (!file.suffix.isEmpty())
            files << data::fileBeside(request.output, file.suffix);
    }
    return files + tablesBeside(request, plan);
}

Result<void> checkFiles(const data::JobRequest &request, const processing::Plan &plan)
{
    if (request.output.isEmpty())
        return fail(ErrorCode::InvalidInput, Text::tr("No file was named for the result."));
    auto named = plan.files.empty() ? processing::checkTableName(request.output)
                                    : checkName(request.output, request.recipe.format);
    if (!named)
        return named;
    const QFileInfo folder(QFileInfo(request.output).absolutePath());
    if (!folder.isDir())
        return fail(ErrorCode::Storage, Text::tr("The folder %1 does not exist.").arg(folder.filePath()));
    const auto read = filesRead(request);
    for (const auto &path : filesOf(request, plan)) {
        const QFileInfo file(path);
        if (file.isDir())
            return fail(ErrorCode::Storage, Text::tr("%1 is a folder, not a file.").arg(path));
        // The result replaces what has its name: never a device or a pipe.
        if (file.exists() && !file.isFile())
            return fail(ErrorCode::Storage, Text::tr("%1 is not an ordinary file.").arg(path));
        if (read.contains(placeOf(path))) {
            return fail(ErrorCode::InvalidInput,
                        Text::tr("%1 is read by this job: the result needs another name.").arg(path), path);
        }
    }
    const QStringList tables = plan.files.empty() ? QStringList(request.output) : tablesBeside(request, plan);
    if (auto ours = checkReplaced(request, tables); !ours)
        return ours;
    if (!folder.isWritable())
        return fail(ErrorCode::Storage, Text::tr("Nothing may be written into the folder %1.").arg(folder.filePath()));
    return {};
}

Result<void> checkReplaced(const data::JobRequest &request, const QStringList &tables)
{
    const QString item = itemPath(request.output);
    QStringList kept {item};
    // A job that is taken up finds the tables that it wrote itself, killed before it could describe them.
    if (request.id.isEmpty())
        kept << tables;
    for (const auto &path : kept) {
        if (QFileInfo::exists(path) && !isOurItem(item, path == item ? QString() : path)) {
            return fail(ErrorCode::InvalidInput,
                        Text::tr("%1 is there and is not an earlier result: it is not replaced, the result needs "
                                 "another name.")
                            .arg(path),
                        path);
        }
    }
    return {};
}

} // namespace astra::backends
