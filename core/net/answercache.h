// SPDX-License-Identifier: Apache-2.0
#pragma once

// Whole answers, kept for those who may ask the same again: in memory, and on disk where they hold no secret.

#include "core/net/httpclient.h"

#include <QCache>

namespace astra::net {

struct KeptAnswer {
    HttpResponse response;
    qint64 at = 0; ///< s since 1970, when the host last vouched for it
};

/// Not thread-safe: all of it belongs to the thread for files, but for the static members.
class AnswerCache
{
public:
    /// @param folder empty: memory only; another program may use it at the same time
    AnswerCache(const QString &folder, qint64 maxBytes);

    /// What makes two questions the same, who asks included; empty for one whose answer must not be kept.
    [[nodiscard]] static QByteArray keyOf(const HttpRequest &request, const Authorization &credentials = {});
    /// Whether the host allows to keep this answer.
    [[nodiscard]] static bool allows(const HttpResponse &response);

    [[nodiscard]] std::optional<KeptAnswer> find(const QByteArray &key);
    /// @param open neither question nor address held a credential; the body is looked at here before it is written
    void put(const QByteArray &key, const KeptAnswer &kept, bool open);

private:
    [[nodiscard]] QString path(const QByteArray &key) const;
    [[nodiscard]] std::optional<KeptAnswer> read(const QByteArray &key) const;
    void write(const QByteArray &key, const KeptAnswer &kept);
    /// Removes the longest unused files until the rest is well within the bound.
    void trim();

    QString m_folder;
    qint64 m_maxBytes;
    qint64 m_bytes = -1; ///< on disk, as far as known; -1: not looked at yet
    QCache<QByteArray, KeptAnswer> m_memory;
};

} // namespace astra::net
