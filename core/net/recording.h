// SPDX-License-Identifier: Apache-2.0
#pragma once

// Traffic in a folder: one readable JSON file an exchange, its answer's body beside it. Written without secrets, and
// answering later in place of the network; also how fixtures are made.

#include "core/net/exchange.h"

#include <QHash>

namespace astra::net {

/// Belongs to the thread for files.
class Recorder
{
public:
    explicit Recorder(QString folder)
        : m_folder(std::move(folder))
    {
    }

    void write(const HttpRequest &request, const HttpResponse &response, const Trail &trail);

private:
    QString m_folder;
    int m_last = -1; ///< number of the last exchange in the folder; -1: not looked at yet
};

/// Belongs to the thread for files.
class Replayer
{
public:
    explicit Replayer(QString folder)
        : m_folder(std::move(folder))
    {
    }

    /// The same request again gets the next recorded answer, and the last one for ever.
    [[nodiscard]] Result<HttpResponse> answer(const HttpRequest &request);

private:
    struct Tape {
        std::vector<QString> files;
        std::size_t next = 0;
    };
    void load();

    QString m_folder;
    bool m_loaded = false;
    QHash<QByteArray, Tape> m_tapes;
};

} // namespace astra::net
