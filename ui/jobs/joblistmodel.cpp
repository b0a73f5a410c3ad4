// SPDX-License-Identifier: Apache-2.0
#include "ui/jobs/joblistmodel.h"

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
    endResetModel();
    if (m_engine)
        connect(m_engine.get(), &engine::Engine::jobAdded, this, &JobListModel::add);
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
        if (job->state() == Job::State::Succeeded && job->result())
            Q_EMIT resultReady(job->result()->scene);
    });
}

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
            return job.error()->message;
        const auto result = job.result();
        if (!result)
            return QString();
        const auto &s = result->statistics;
        if (s.valid == 0)
            return tr("No valid pixel is left: clouds or no data everywhere.");
        const double share = s.total > 0 ? 100.0 * static_cast<double>(s.valid) / static_cast<double>(s.total) : 0;
        return tr("Mean %1, from %2 to %3. %4 % of the pixels are valid.")
            .arg(number(s.mean), number(s.minimum), number(s.maximum), QLocale().toString(share, 'f', 1));
    }
    case FileRole:
        return job.result() ? job.result()->output : QString();
    case FinishedRole:
        return job.isFinished();
    default:
        return {};
    }
}

QHash<int, QByteArray> JobListModel::roleNames() const
{
    return {{TitleRole, "title"},   {StateRole, "state"}, {StateTextRole, "stateText"}, {ProgressRole, "progress"},
            {DetailRole, "detail"}, {FileRole, "file"},   {FinishedRole, "isFinished"}};
}

} // namespace astra::jobs
