// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/engine/engine.h"

#include <QAbstractListModel>
#include <QSet>
#include <QtQml/qqmlregistration.h>

#include <memory>

namespace astra::jobs {

/// The jobs of every window and command that shares the folder of results, newest first.
class JobListModel : public QAbstractListModel
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by the shell")
    Q_PROPERTY(int count READ count NOTIFY countChanged)
    Q_PROPERTY(int running READ running NOTIFY runningChanged)

public:
    enum Role {
        TitleRole = Qt::UserRole + 1,
        StateRole, ///< "queued", "running", "done", "failed", "cancelled"
        StateTextRole, ///< the same in words, with what is being done
        ProgressRole, ///< 0…1, negative: unknown
        DetailRole, ///< statistics when done, the reason when failed
        FileRole, ///< path of the result, empty until there is one
        FinishedRole,
        TableRole, ///< list of {label, value}: a small table of the result; empty: none, or a long one
        ResumableRole, ///< it was cut off, failed or was cancelled, and can be run on from where it was
        BesidesRole, ///< names of the files beside the result's
        RasterRole, ///< there is something to show on the map
    };
    Q_ENUM(Role)

    using QAbstractListModel::QAbstractListModel;

    void setEngine(std::shared_ptr<engine::Engine> engine);
    void follow(Job *job); ///< its result is shown as it comes
    Q_INVOKABLE void cancel(int row);
    Q_INVOKABLE void show(int row);
    Q_INVOKABLE void openFolder(int row);
    Q_INVOKABLE void resume(int row);
    Q_INVOKABLE void again(int row); ///< its settings and scenes, to be changed and run again

    [[nodiscard]] int count() const { return static_cast<int>(m_jobs.size()); }
    [[nodiscard]] int running() const;
    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QHash<int, QByteArray> roleNames() const override;

Q_SIGNALS:
    void countChanged();
    void runningChanged();
    /// The person wants to see this result on the map (or it has just come).
    void resultReady(const astra::data::Scene &scene);
    void againWanted(const astra::data::JobRequest &request);
    void failed(const QString &sentence); ///< of resume()

private:
    void add(Job *job);

    std::shared_ptr<engine::Engine> m_engine;
    QSet<const Job *> m_followed; ///< never looked into
    std::vector<Job *> m_jobs; // owned by the engine's queue
};

} // namespace astra::jobs
