// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/engine/engine.h"

#include <QObject>
#include <QVariantList>
#include <QtQml/qqmlregistration.h>

#include <memory>

namespace astra::settings {

/// Which quiet notices about accounts are wanted.
class NoticeSwitches : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by Accounts")
    Q_PROPERTY(QVariantList switches READ switches CONSTANT) ///< {kind, text}
    Q_PROPERTY(QVariantList on READ on NOTIFY changed) ///< by kind
    Q_PROPERTY(int dailyLimit READ dailyLimit NOTIFY changed) ///< requests or credits; 0: no notice
    Q_PROPERTY(QString error READ error NOTIFY changed)

public:
    using QObject::QObject;

    void setEngine(std::shared_ptr<engine::Engine> engine);
    Q_INVOKABLE void set(int kind, bool on); ///< data::AccountNotice::Kind
    Q_INVOKABLE void setDailyLimit(int limit); ///< 0: no notice

    [[nodiscard]] static QVariantList switches();
    [[nodiscard]] QVariantList on() const;
    [[nodiscard]] int dailyLimit() const { return m_settings.dailyRequests.value_or(0); }
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
