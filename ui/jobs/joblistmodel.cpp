// SPDX-License-Identifier: Apache-2.0
#include "ui/jobs/joblistmodel.h"

#include "ui/types/words.h"

#include <QDesktopServices>
#include <QFileInfo>
#include <QLocale>

#include <algorithm>

namespace astra::jobs {

namespace {

QString stateName(Job::State state)
{
    switch (state) {
    case Job::State::Queued:
        return QStringLiteral("queued");
    case Job::State::Running:
        return QStringLiteral("running");
    case Job::State::Succeeded:
        return QStringLiteral("done");
    case Job::State::Failed:
        return QStringLiteral("failed");
    case Job::State::Cancelled:
        break;
    }
    return QStringLiteral("cancelled");
}

QString number(double value) { return QLocale().toString(value, 'f', 3).replace(u'-', u'−'); }

constexpr std::size_t mostRows = 8; // of a table that is shown in the list

QString cell(const Json &value)
{
    if (value.is_number_float())
        return QLocale().toString(value.get<double>(), 'f', 2).replace(u'-', u'−');
    if (value.is_number())
        return QLocale().toString(value.get<qint64>());
    return asString(value).value_or(QString());
}

/// A value under its heading: "area_ha" as "area: 12.00 ha".
QString headed(QString heading, const QString &value)
{
    QString unit;
    for (const auto &[suffix, shown] : {std::pair("_ha", " ha"), std::pair("_percent", " %")}) {
        if (heading.endsWith(QLatin1String(suffix))) {
            heading.chop(static_cast<qsizetype>(qstrlen(suffix)));
            unit = QLatin1String(shown);
        }
    }
    return JobListModel::tr("%1: %2").arg(heading.replace(u'_', u' '), value + unit);
}

/// The first table as lines: named by the first column of words ("Vegetation loss", not the number of that class), else
/// by the first; those that follow stand under their headings.
QVariantList linesOf(const data::JobResult &result)
{
    QVariantList lines;
    if (result.tables.empty() || !result.tables.is_array())
        return lines;
    const Json &table = result.tables.front();
    const QStringList columns = asStringList(member(table, "columns"));
    const Json &rows = listAt(table, "rows");
    if (rows.size() > mostRows || columns.size() < 2)
        return lines;
    for (const auto &row : rows) {
        const auto words = std::ranges::find_if(row, [](const Json &value) { return value.is_string(); });
        const auto name = words == row.end() ? 0 : static_cast<std::size_t>(words - row.begin());
        QStringList values;
        for (std::size_t i = name + 1; i < row.size() && i < static_cast<std::size_t>(columns.size()); ++i) {
            if (const QString text = cell(row[i]); !text.isEmpty())
                values << headed(columns[static_cast<qsizetype>(i)], text);
        }
        lines.append(QVariantMap {{QStringLiteral("label"), row.empty() ? QString() : cell(row[name])},
                                  {QStringLiteral("value"), values.join(u'\n')}});
    }
    return lines;
}

/// What a person should know of a result besides its numbers.
QString asidesOf(const data::JobResult &result)
{
    QStringList asides;
    if (const auto repeated = static_cast<int>(result.reads.retries.size()); repeated > 0)
        asides << JobListModel::tr("%n read(s) had to be repeated.", nullptr, repeated);
    if (result.tilesKept > 0 && result.tilesComputed > 0)
        asides << JobListModel::tr("Continued after it was cut off.");
    return asides.join(u'\n');
}

} // namespace

void JobListModel::setEngine(std::shared_ptr<engine::Engine> engine)
{
    beginResetModel();
    for (Job *job : m_jobs)
        job->disconnect(this);
    if (m_engine)
        m_engine->disconnect(this);
    m_jobs.clear();
    m_engine = std::move(engine);
    m_followed.clear();
    endResetModel();
    if (m_engine) {
        connect(m_engine.get(), &engine::Engine::jobAdded, this, &JobListModel::add);
        // Those of earlier runs and of other processes may be there before this model is.
        const auto there = m_engine->jobs();
        std::for_each(there.rbegin(), there.rend(), [this](Job *job) { add(job); });
    }
    Q_EMIT countChanged();
    Q_EMIT runningChanged();
}

void JobListModel::add(Job *job)
{
    beginInsertRows({}, 0, 0);
    m_jobs.insert(m_jobs.begin(), job);
    endInsertRows();
    Q_EMIT countChanged();
    Q_EMIT runningChanged();
    const auto update = [this, job] {
        const auto at = std::find(m_jobs.begin(), m_jobs.end(), job);
        if (at == m_jobs.end())
            return;
        const QModelIndex row = index(static_cast<int>(at - m_jobs.begin()));
        Q_EMIT dataChanged(row, row);
        Q_EMIT runningChanged();
    };
    connect(job, &Job::changed, this, update);
    connect(job, &Job::finished, this, [this, job, update] {
        update();
        if (m_followed.contains(job) && job->result() && !job->result()->scene.assets.empty())
            Q_EMIT resultReady(job->result()->scene);
    });
}

void JobListModel::follow(Job *job) { m_followed.insert(job); }

void JobListModel::cancel(int row)
{
    if (row >= 0 && row < count())
        m_jobs[static_cast<std::size_t>(row)]->cancel();
}

void JobListModel::show(int row)
{
    if (row >= 0 && row < count()) {
        if (const auto result = m_jobs[static_cast<std::size_t>(row)]->result())
            Q_EMIT resultReady(result->scene);
    }
}

void JobListModel::openFolder(int row)
{
    if (row >= 0 && row < count()) {
        if (const auto result = m_jobs[static_cast<std::size_t>(row)]->result())
            QDesktopServices::openUrl(QUrl::fromLocalFile(QFileInfo(result->output).absolutePath()));
    }
}

void JobListModel::resume(int row)
{
    if (!m_engine || row < 0 || row >= count())
        return;
    deliver(m_engine->resumeJob(m_jobs[static_cast<std::size_t>(row)]->id()), this, [this](const Result<Job *> &job) {
        if (!job)
            Q_EMIT failed(job.error().message);
    });
}

void JobListModel::again(int row)
{
    if (row >= 0 && row < count())
        Q_EMIT againWanted(m_jobs[static_cast<std::size_t>(row)]->request());
}

int JobListModel::running() const
{
    return static_cast<int>(
        std::count_if(m_jobs.begin(), m_jobs.end(), [](const Job *job) { return !job->isFinished(); }));
}

int JobListModel::rowCount(const QModelIndex &parent) const { return parent.isValid() ? 0 : count(); }

QVariant JobListModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const Job &job = *m_jobs[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
    case TitleRole:
        return job.request().title;
    case StateRole:
        return stateName(job.state());
    case StateTextRole:
        if (job.isResumable() && !job.isFinished())
            return job.activity(); // cut off, and by what
        switch (job.state()) {
        case Job::State::Queued:
            return tr("Waiting for its turn");
        case Job::State::Running:
            return job.activity();
        case Job::State::Succeeded:
            return tr("Done");
        case Job::State::Failed:
            return tr("Failed");
        case Job::State::Cancelled:
            return tr("Cancelled. Nothing was left behind.");
        }
        return QString();
    case ProgressRole:
        return job.progress();
    case DetailRole: {
        if (job.error())
            return types::withTitles(job.error()->message, m_engine->providers());
        const auto result = job.result();
        if (!result)
            return QString();
        const auto &s = result->statistics;
        const QString asides = asidesOf(*result);
        QStringList parts;
        if (s.total > 0 && s.valid == 0) {
            parts << tr("No valid pixel is left: clouds or no data everywhere.");
        } else if (s.total > 0) {
            const double share = 100.0 * static_cast<double>(s.valid) / static_cast<double>(s.total);
            parts << tr("Mean %1, from %2 to %3. %4 % of the pixels are valid.")
                         .arg(number(s.mean), number(s.minimum), number(s.maximum), QLocale().toString(share, 'f', 1));
        }
        if (!asides.isEmpty())
            parts << asides;
        return parts.join(u'\n');
    }
    case TableRole:
        return job.result() ? linesOf(*job.result()) : QVariantList();
    case ResumableRole:
        return job.isResumable();
    case RasterRole:
        return job.result() && !job.result()->scene.assets.empty();
    case FileRole:
        return job.result() ? job.result()->output : QString();
    case BesidesRole: {
        QStringList names;
        if (const auto result = job.result()) {
            for (const auto &file : result->files)
                names << QFileInfo(file).fileName();
        }
        return names;
    }
    case FinishedRole:
        return job.isFinished();
    default:
        return {};
    }
}

QHash<int, QByteArray> JobListModel::roleNames() const
{
    return {{TitleRole, "title"},         {StateRole, "state"},    {StateTextRole, "stateText"},
            {ProgressRole, "progress"},   {DetailRole, "detail"},  {FileRole, "file"},
            {FinishedRole, "isFinished"}, {TableRole, "table"},    {ResumableRole, "resumable"},
            {RasterRole, "raster"},       {BesidesRole, "besides"}};
}

} // namespace astra::jobs
