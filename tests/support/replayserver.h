// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QHash>
#include <QJsonObject>
#include <QStringList>
#include <QTcpServer>
#include <QUrl>

#include <functional>

namespace astra::test {

/// A small HTTP server on loopback whose answers a test writes itself. Lives in the test's thread.
class ScriptedServer : public QTcpServer
{
public:
    struct Asked {
        QByteArray method;
        QUrl url; ///< path and query
        QByteArray body;
        QByteArray authorization;
    };
    struct Answer {
        int status = 200;
        QByteArray body;
        QByteArray type = "application/json";
        int delayMs = 0; ///< −1: never answers
    };
    using Handler = std::function<Answer(const Asked &)>;

    explicit ScriptedServer(Handler handler, QObject *parent = nullptr);
    [[nodiscard]] QString base() const; ///< "http://127.0.0.1:port"
    [[nodiscard]] const QList<Asked> &asked() const { return m_asked; }

private:
    void serve(class QTcpSocket *socket);
    Handler m_handler;
    QList<Asked> m_asked;
};

/// Answers from the recordings in ../shared/data/stac, as ../shared/tools/replay.py does: the provider's name is the
/// first part of the path, a search without a cursor gets the first page of its chain, one with a cursor the page that
/// was recorded for it. Addresses of the recorded host become this server's.
class Recordings
{
public:
    /// @param chains provider → prefix of the recordings that answer its searches
    Recordings(const QString &sharedData, const QHash<QString, QString> &chains);
    [[nodiscard]] ScriptedServer::Answer answer(const ScriptedServer::Asked &asked, const QString &base) const;

private:
    struct Entry {
        QJsonObject about;
        QString path;
    };
    [[nodiscard]] static QString cursorAfter(const Entry &entry);
    /// Whether a recorded page leads there: what follows the last one recorded is an empty page, so that replays end.
    [[nodiscard]] bool leadsOn(const QString &provider, const QString &cursor) const;
    [[nodiscard]] const Entry *searchEntry(const QString &provider, const QString &cursor) const;

    QHash<QString, QMap<QString, Entry>> m_entries;
    QHash<QString, QString> m_chains;
};

} // namespace astra::test
