// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/engine/engine.h"

#include <QObject>
#include <QVariantList>
#include <QtQml/qqmlregistration.h>

#include <memory>

namespace astra::settings {

/// Which quiet notices about accounts are wanted: each by its name, two of them by a number a day.
class NoticeSwitches : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by Accounts")
    Q_PROPERTY(QVariantList switches READ switches CONSTANT) ///< {name, text, note}
    Q_PROPERTY(QVariantList limits READ limits CONSTANT) ///< {name, text, note}; on by a number
    Q_PROPERTY(QVariantMap on READ on NOTIFY changed) ///< by name
    Q_PROPERTY(QVariantMap limit READ limit NOTIFY changed) ///< by name: the number a day; 0: no notice
    Q_PROPERTY(QString error READ error NOTIFY changed)

public:
    using QObject::QObject;

    /// "expiring", "requests"; empty: it has no switch.
    [[nodiscard]] static QString nameOf(data::AccountNotice::Kind kind);

    void setEngine(std::shared_ptr<engine::Engine> engine);
    /// Of one that is on by its number, only off: setLimit() switches it on.
    Q_INVOKABLE void set(const QString &name, bool on);
    Q_INVOKABLE void setLimit(const QString &name, int number); ///< a day; 0: no notice

    [[nodiscard]] static QVariantList switches();
    [[nodiscard]] static QVariantList limits();
    [[nodiscard]] QVariantMap on() const;
    [[nodiscard]] QVariantMap limit() const;
    [[nodiscard]] QString error() const { return m_error; }

Q_SIGNALS:
    void changed();

private:
    void refresh();
    void keep(const data::NoticeSettings &settings);

    std::shared_ptr<engine::Engine> m_engine;
    data::NoticeSettings m_settings;
    QString m_error;
};

} // namespace astra::settings
