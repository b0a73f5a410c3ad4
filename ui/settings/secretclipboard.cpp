// SPDX-License-Identifier: Apache-2.0
#include "ui/settings/secretclipboard.h"

#include <QClipboard>
#include <QCryptographicHash>
#include <QGuiApplication>
#include <QMimeData>

#include <utility>

namespace astra::settings {

namespace {
QByteArray digestOf(const QString &text) { return QCryptographicHash::hash(text.toUtf8(), QCryptographicHash::Sha256); }
} // namespace

SecretClipboard::SecretClipboard(QObject *parent, std::chrono::milliseconds keep)
    : QObject(parent)
{
    m_due.setSingleShot(true);
    m_due.setInterval(keep);
    connect(&m_due, &QTimer::timeout, this, &SecretClipboard::clear);
    if (QCoreApplication::instance())
        connect(QCoreApplication::instance(), &QCoreApplication::aboutToQuit, this, &SecretClipboard::clear);
}

SecretClipboard::~SecretClipboard()
{
    if (qGuiApp)
        clear();
}

void SecretClipboard::put(const Secret &secret)
{
    const QString text = QString::fromUtf8(secret.reveal());
    auto *data = new QMimeData; // the clipboard's from here on
    data->setText(text);
    // Klipper, GNOME's and most other histories leave out what says so.
    data->setData(QStringLiteral("x-kde-passwordManagerHint"), QByteArrayLiteral("secret"));
    // Windows: not for programs that watch, out of its history, and out of the cloud. Each is a DWORD of 0.
    for (const auto *mark : {"ExcludeClipboardContentFromMonitorProcessing", "CanIncludeInClipboardHistory",
                             "CanUploadToCloudClipboard"}) {
        data->setData(QStringLiteral("application/x-qt-windows-mime;value=\"%1\"").arg(QLatin1String(mark)),
                      QByteArray(sizeof(quint32), '\0'));
    }
    m_digest = digestOf(text);
    QGuiApplication::clipboard()->setMimeData(data);
    m_due.start();
}

void SecretClipboard::clear()
{
    m_due.stop();
    const QByteArray digest = std::exchange(m_digest, {});
    QClipboard *const clipboard = digest.isEmpty() ? nullptr : QGuiApplication::clipboard();
    if (clipboard && digestOf(clipboard->text()) == digest)
        clipboard->clear();
}

} // namespace astra::settings
