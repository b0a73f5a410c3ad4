// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/engine/engine.h"

#include <QAbstractListModel>
#include <QtQml/qqmlregistration.h>

#include <memory>
#include <vector>

namespace astra::settings {

/// Rows that someone is asked for, and what is done to them there: one thing at a time, with what came of it in words.
/// Its heirs name it in full: Qt 6.4 finds the properties for QML by that name alone.
class AskedModel : public QAbstractListModel
{
    Q_OBJECT
    QML_ANONYMOUS
    Q_PROPERTY(bool loaded READ loaded NOTIFY changed)
    Q_PROPERTY(bool busy READ busy NOTIFY changed)
    Q_PROPERTY(QString error READ error NOTIFY changed)
    Q_PROPERTY(bool absent READ absent NOTIFY changed) ///< the error says that the service does not offer this
    Q_PROPERTY(QString message READ message NOTIFY changed) ///< what went well
    Q_PROPERTY(int count READ rowCountNow NOTIFY changed)

public:
    using QAbstractListModel::QAbstractListModel;

    [[nodiscard]] bool loaded() const { return m_loaded; }
    [[nodiscard]] bool busy() const { return m_busy; }
    [[nodiscard]] QString error() const { return m_error; }
    [[nodiscard]] bool absent() const { return m_absent; }
    [[nodiscard]] QString message() const { return m_message; }
    [[nodiscard]] virtual int rowCountNow() const = 0;
    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override
    {
        return parent.isValid() ? 0 : rowCountNow();
    }

Q_SIGNALS:
    void changed();

protected:
    [[nodiscard]] bool holds(int row) const { return row >= 0 && row < rowCountNow(); }
    template<typename Row> void take(std::vector<Row> &rows, std::vector<Row> now)
    {
        beginResetModel();
        rows = std::move(now);
        endResetModel();
        m_loaded = true;
    }
    /// Nothing is known any more: what was asked is stopped, and its answer passed over.
    template<typename Row> void startOver(std::vector<Row> &rows)
    {
        ++m_life;
        m_stop.request_stop();
        m_stop = {};
        m_busy = false;
        m_error.clear();
        m_absent = false;
        m_message.clear();
        take(rows, {});
        m_loaded = false;
    }
    /// Busy until `asked` settles; then `done` with what went well, else the error. The message stays.
    template<typename T, typename F> void ask(const Future<T> &asked, F done)
    {
        m_busy = true;
        m_error.clear();
        m_absent = false;
        Q_EMIT changed();
        deliver(asked, this, [this, life = m_life, done = std::move(done)](const Result<T> &result) {
            if (life != m_life)
                return;
            m_busy = false;
            if (result) {
                done(result);
            } else {
                m_error = result.error().message;
                m_absent = result.error().code == ErrorCode::Unsupported;
            }
            Q_EMIT changed();
        });
    }
    /// The same for a change: what was said of an earlier one goes.
    template<typename T, typename F> void change(const Future<T> &asked, F done)
    {
        m_message.clear();
        ask(asked, std::move(done));
    }

    std::shared_ptr<engine::Engine> m_engine;
    StopSource m_stop;
    int m_life = 0; ///< what was asked in an earlier one is passed over
    QString m_message;

private:
    bool m_loaded = false;
    bool m_busy = false;
    QString m_error;
    bool m_absent = false;
};

} // namespace astra::settings
