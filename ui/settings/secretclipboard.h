// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/secret.h"

#include <QObject>
#include <QTimer>

#include <chrono>

namespace astra::settings {

/// The way of a secret onto the clipboard: marked, so that clipboard histories leave it out, and taken away again
/// after a minute (or when the program ends) unless something else was copied meanwhile.
class SecretClipboard : public QObject
{
    Q_OBJECT
public:
    explicit SecretClipboard(QObject *parent = nullptr, std::chrono::milliseconds keep = std::chrono::minutes(1));
    ~SecretClipboard() override;

    void put(const Secret &secret);

private:
    void clear();

    QTimer m_due;
    QByteArray m_digest; ///< of what was put there; empty: nothing
};

} // namespace astra::settings
