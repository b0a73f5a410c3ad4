// SPDX-License-Identifier: Apache-2.0
#pragma once

// One SQLite file. The only place that includes sqlite3.h.

#include "core/base/result.h"

#include <QByteArray>

#include <functional>
#include <memory>
#include <variant>
#include <vector>

namespace astra {

/// One connection: write-ahead log, foreign keys, five seconds of patience with other processes. One thread at a time;
/// blocks: never the GUI thread.
class Database
{
public:
    using Value = std::variant<std::monostate, qint64, double, QString, QByteArray>;
    using Row = std::vector<Value>;

    /// @param steps migrations, in order; the file's user_version counts those done, each in a transaction of its own.
    /// A newer file than we know and one of another program (by the application_id) are errors (Unsupported) and stay
    /// untouched; a damaged one is set aside as "<path>.damaged", with its log, and `note` says so.
    [[nodiscard]] static Result<std::unique_ptr<Database>>
    open(const QString &path, const std::vector<QByteArray> &steps, QString *note = nullptr);
    Database(const Database &) = delete;
    Database &operator=(const Database &) = delete;
    ~Database();

    [[nodiscard]] Result<std::vector<Row>> ask(const QByteArray &sql, const Row &values = {});
    /// InvalidInput where a constraint or the size of the row (64 MB) forbids it; Storage where the file does.
    /// @return rows changed
    [[nodiscard]] Result<int> change(const QByteArray &sql, const Row &values = {});
    /// BEGIN IMMEDIATE … COMMIT; rolled back where `work` fails.
    [[nodiscard]] Result<void> together(const std::function<Result<void>()> &work);
    /// Changes whenever another connection has written.
    [[nodiscard]] Result<qint64> dataVersion();

private:
    class Private;
    explicit Database(std::unique_ptr<Private> p);
    std::unique_ptr<Private> d;
};

} // namespace astra
