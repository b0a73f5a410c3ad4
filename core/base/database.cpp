// SPDX-License-Identifier: Apache-2.0
#include "core/base/database.h"

#include "core/base/logging.h"

#include <QCoreApplication>
#include <QFile>
#include <QFileInfo>

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

namespace astra {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::Database)
};

constexpr int patienceMs = 5000;
constexpr int walTries = 50;
constexpr int walPauseMs = 20;
constexpr qint64 applicationId = 0x41737472; ///< "Astr": stands in the header of each of our files
constexpr int mostBytes = 64 << 20; ///< of one row

struct CloseHandle {
    void operator()(sqlite3 *handle) const { sqlite3_close_v2(handle); }
};
using Handle = std::unique_ptr<sqlite3, CloseHandle>;

struct Finalize {
    void operator()(sqlite3_stmt *statement) const { sqlite3_finalize(statement); }
};
using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

bool isDamage(int code)
{
    const int primary = code & 0xff;
    return primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB;
}

/// Which file has the name now; 0: none.
ino_t fileAt(const QString &path)
{
    struct stat found = {};
    return ::stat(QFile::encodeName(path).constData(), &found) == 0 ? found.st_ino : 0;
}

/// For its person only. An existing file is left alone: to close it here would let go of the locks that another
/// connection of this process has.
void createPrivate(const QString &path)
{
    const int fd = ::open(QFile::encodeName(path).constData(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC,
                          S_IRUSR | S_IWUSR);
    if (fd >= 0)
        ::close(fd);
}

int bind(sqlite3_stmt *statement, int place, const Database::Value &value)
{
    if (const auto *number = std::get_if<qint64>(&value))
        return sqlite3_bind_int64(statement, place, *number);
    if (const auto *real = std::get_if<double>(&value))
        return sqlite3_bind_double(statement, place, *real);
    if (const auto *text = std::get_if<QString>(&value)) {
        const QByteArray utf8 = text->toUtf8();
        return sqlite3_bind_text64(statement, place, utf8.constData(), static_cast<sqlite3_uint64>(utf8.size()),
                                   SQLITE_TRANSIENT, SQLITE_UTF8);
    }
    if (const auto *bytes = std::get_if<QByteArray>(&value)) {
        return sqlite3_bind_blob64(statement, place, bytes->isNull() ? "" : bytes->constData(),
                                   static_cast<sqlite3_uint64>(bytes->size()), SQLITE_TRANSIENT);
    }
    return sqlite3_bind_null(statement, place);
}

Database::Value valueAt(sqlite3_stmt *statement, int column)
{
    switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
        return static_cast<qint64>(sqlite3_column_int64(statement, column));
    case SQLITE_FLOAT:
        return sqlite3_column_double(statement, column);
    case SQLITE_TEXT: {
        const auto *text = reinterpret_cast<const char *>(sqlite3_column_text(statement, column));
        return QString::fromUtf8(text, sqlite3_column_bytes(statement, column));
    }
    case SQLITE_BLOB: {
        const auto *bytes = static_cast<const char *>(sqlite3_column_blob(statement, column));
        const int size = sqlite3_column_bytes(statement, column); // none for an empty one, whose pointer is null
        return size > 0 ? QByteArray(bytes, size) : QByteArray("");
    }
    default:
        return std::monostate();
    }
}

} // namespace

class Database::Private
{
public:
    Private(QString where, Handle opened)
        : path(std::move(where))
        , handle(std::move(opened))
    {
    }

    [[nodiscard]] tl::unexpected<Error> failed(int code) const
    {
        const int primary = code & 0xff;
        if (primary == SQLITE_BUSY || primary == SQLITE_LOCKED) {
            return fail(ErrorCode::Storage,
                        Text::tr("%1 is in use by another program that does not let go of it.").arg(path), path, true);
        }
        if (primary == SQLITE_TOOBIG) {
            return fail(ErrorCode::InvalidInput,
                        Text::tr("More than %1 MB are not kept in one piece.").arg(mostBytes >> 20), path);
        }
        const QString why = QString::fromUtf8(sqlite3_errmsg(handle.get()));
        if (primary == SQLITE_CONSTRAINT)
            return fail(ErrorCode::InvalidInput, Text::tr("%1 does not take this: %2").arg(path, why), path);
        return fail(ErrorCode::Storage, Text::tr("%1 could not be read or written: %2").arg(path, why), path);
    }

    [[nodiscard]] Result<Statement> prepare(const QByteArray &sql, const Row &values) const
    {
        sqlite3_stmt *prepared = nullptr;
        const char *rest = nullptr;
        const int code = sqlite3_prepare_v2(handle.get(), sql.constData(), static_cast<int>(sql.size()), &prepared,
                                            &rest);
        Statement statement(prepared);
        if (code != SQLITE_OK)
            return failed(code);
        const bool whole = statement && QByteArray(rest).trimmed().isEmpty();
        if (!whole || sqlite3_bind_parameter_count(prepared) != static_cast<int>(values.size()))
            return fail(ErrorCode::Internal, QStringLiteral("Not one statement with its values."), path);
        for (int i = 0; i < static_cast<int>(values.size()); ++i) {
            if (const int bound = bind(prepared, i + 1, values[static_cast<std::size_t>(i)]); bound != SQLITE_OK)
                return failed(bound);
        }
        return statement;
    }

    [[nodiscard]] Result<std::vector<Row>> run(const QByteArray &sql, const Row &values) const
    {
        auto statement = prepare(sql, values);
        if (!statement)
            return fail(std::move(statement.error()));
        std::vector<Row> rows;
        int code = SQLITE_ROW;
        while ((code = sqlite3_step(statement->get())) == SQLITE_ROW) {
            Row &row = rows.emplace_back();
            const int columns = sqlite3_column_count(statement->get());
            row.reserve(static_cast<std::size_t>(columns));
            for (int i = 0; i < columns; ++i)
                row.push_back(valueAt(statement->get(), i));
        }
        return code == SQLITE_DONE ? Result<std::vector<Row>>(std::move(rows)) : failed(code);
    }

    /// Several statements, without values.
    [[nodiscard]] Result<void> execute(const QByteArray &sql) const
    {
        const int code = sqlite3_exec(handle.get(), sql.constData(), nullptr, nullptr, nullptr);
        return code == SQLITE_OK ? Result<void>() : failed(code);
    }

    [[nodiscard]] Result<qint64> number(const QByteArray &sql) const
    {
        const auto rows = run(sql, {});
        if (!rows)
            return fail(rows.error());
        const auto *value = rows->empty() ? nullptr : std::get_if<qint64>(&rows->front().front());
        return value ? *value : 0;
    }

    /// Readers and one writer do not wait for each other. Where the folder's file system cannot do that (a share of
    /// the network), they do.
    [[nodiscard]] Result<void> writeAhead() const
    {
        for (int i = 0; i < walTries; ++i) {
            const auto mode = run("PRAGMA journal_mode=WAL", {}); // does not wait by itself where two begin at once
            if (mode) {
                const auto *name = mode->empty() ? nullptr : std::get_if<QString>(&mode->front().front());
                if (!name || *name != u"wal")
                    qCWarning(logJobs) << path << "is kept without a write-ahead log";
                return {};
            }
            if (!mode.error().retryable)
                return fail(mode.error());
            sqlite3_sleep(walPauseMs);
        }
        return failed(SQLITE_BUSY);
    }

    const QString path;
    const Handle handle;
    bool inTogether = false;
};

namespace {

struct Opened {
    Handle handle;
    int code = SQLITE_OK; ///< of opening and looking into it
    QString why;
    qint64 version = 0; ///< steps done
    bool strange = false; ///< another program's
};

int firstNumber(sqlite3 *handle, const char *sql, qint64 &number)
{
    const auto first = [](void *told, int, char **values, char **) {
        *static_cast<qint64 *>(told) = QByteArray(values[0]).toLongLong();
        return 0;
    };
    return sqlite3_exec(handle, sql, first, &number, nullptr);
}

/// Whose it is, at one moment: another process may just begin it.
int lookAtMark(sqlite3 *handle, Opened &opened)
{
    qint64 mark = 0;
    qint64 tables = 0;
    int code = sqlite3_exec(handle, "BEGIN", nullptr, nullptr, nullptr);
    if (code == SQLITE_OK)
        code = firstNumber(handle, "PRAGMA application_id", mark);
    if (code == SQLITE_OK)
        code = firstNumber(handle, "PRAGMA user_version", opened.version);
    if (code == SQLITE_OK)
        code = firstNumber(handle, "SELECT count(*) FROM sqlite_master", tables);
    const bool isNew = mark == 0 && opened.version == 0 && tables == 0;
    opened.strange = code == SQLITE_OK && !isNew && mark != applicationId;
    if (sqlite3_get_autocommit(handle) == 0)
        sqlite3_exec(handle, "COMMIT", nullptr, nullptr, nullptr);
    return code;
}

int checkContent(sqlite3 *handle)
{
    bool sound = false;
    const auto first = [](void *told, int, char **values, char **) {
        *static_cast<bool *>(told) = qstrcmp(values[0], "ok") == 0;
        return 0;
    };
    const int code = sqlite3_exec(handle, "PRAGMA quick_check(1)", first, &sound, nullptr);
    return code == SQLITE_OK && !sound ? SQLITE_CORRUPT : code;
}

Opened openFile(const QString &path)
{
    sqlite3 *raw = nullptr;
    const QByteArray name = path.toUtf8();
    // Connections are never shared between threads that run at a time.
    const int code = sqlite3_open_v2(name.constData(), &raw,
                                     SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
    Opened opened {Handle(raw), code, {}};
    if (code == SQLITE_OK) {
        sqlite3_extended_result_codes(raw, 1);
        sqlite3_busy_timeout(raw, patienceMs);
        sqlite3_limit(raw, SQLITE_LIMIT_LENGTH, mostBytes);
        // What stands in the file is not to run anything.
        sqlite3_db_config(raw, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
        sqlite3_db_config(raw, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
        sqlite3_db_config(raw, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
        sqlite3_db_config(raw, SQLITE_DBCONFIG_ENABLE_VIEW, 0, nullptr);
        // Until we know that it is ours to change.
        sqlite3_db_config(raw, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
        opened.code = lookAtMark(raw, opened);
        if (opened.code == SQLITE_OK && !opened.strange)
            opened.code = opened.version < 0 ? SQLITE_CORRUPT : checkContent(raw);
    }
    opened.why = raw ? QString::fromUtf8(sqlite3_errmsg(raw)) : QString::fromUtf8(sqlite3_errstr(code));
    return opened;
}

/// Out of the way, for whoever can mend it; what belongs to it goes with it.
bool setAside(const QString &path, ino_t judged)
{
    if (fileAt(path) != judged)
        return true; // another process was first, and has begun a new one
    const QString aside = path + QStringLiteral(".damaged");
    const QString log = QStringLiteral("-wal");
    QFile::remove(path + QStringLiteral("-shm")); // an index of the log, made again from it
    for (const QString &earlier : {aside, QString(aside + log)})
        QFile::remove(earlier);
    // The log first: a new file of this name must not find it.
    const bool moved = !QFile::exists(path + log) || QFile::rename(path + log, aside + log);
    return moved && QFile::rename(path, aside);
}

} // namespace

Database::Database(std::unique_ptr<Private> p)
    : d(std::move(p))
{
}

Database::~Database() = default;

Result<std::unique_ptr<Database>> Database::open(const QString &path, const std::vector<QByteArray> &steps,
                                                 QString *note)
{
    createPrivate(path);
    const ino_t judged = fileAt(path);
    Opened opened = openFile(path);
    if (isDamage(opened.code)) {
        opened.handle.reset();
        if (!setAside(path, judged))
            return fail(ErrorCode::Storage, Text::tr("%1 is damaged and could not be set aside.").arg(path), path);
        const QString words = Text::tr("%1 was damaged. It was set aside as %2, and a new one begun.")
                                  .arg(path, QFileInfo(path).fileName() + QStringLiteral(".damaged"));
        qCWarning(logJobs) << words;
        if (note)
            *note = words;
        createPrivate(path);
        opened = openFile(path);
    }
    if (opened.code != SQLITE_OK)
        return fail(ErrorCode::Storage, Text::tr("%1 could not be opened: %2").arg(path, opened.why), path);

    if (opened.strange) {
        return fail(ErrorCode::Unsupported, Text::tr("%1 is a file of another program. It is left alone.").arg(path),
                    path);
    }

    auto d = std::make_unique<Private>(path, std::move(opened.handle));
    const auto known = static_cast<qint64>(steps.size());
    if (opened.version > known) {
        return fail(ErrorCode::Unsupported,
                    Text::tr("%1 was written by a later version of Astra (%2; this one knows %3). It is left alone.")
                        .arg(path)
                        .arg(opened.version)
                        .arg(known),
                    path);
    }
    sqlite3_db_config(d->handle.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, nullptr);
    if (auto ok = d->writeAhead(); !ok)
        return fail(std::move(ok.error()));
    if (auto ok = d->execute("PRAGMA foreign_keys=ON; PRAGMA synchronous=NORMAL"); !ok)
        return fail(std::move(ok.error()));
    std::unique_ptr<Database> database(new Database(std::move(d)));
    for (qint64 next = opened.version; next < known; ++next) {
        auto done = database->together([&]() -> Result<void> {
            const auto now = database->d->number("PRAGMA user_version"); // another process may have been at it
            if (!now)
                return fail(now.error());
            if (*now > next)
                return {};
            if (auto ok = database->d->execute(steps[static_cast<std::size_t>(next)]); !ok)
                return ok;
            return database->d->execute("PRAGMA application_id=" + QByteArray::number(applicationId)
                                        + "; PRAGMA user_version=" + QByteArray::number(next + 1));
        });
        if (!done)
            return fail(std::move(done.error()));
    }
    return database;
}

Result<std::vector<Database::Row>> Database::ask(const QByteArray &sql, const Row &values)
{
    return d->run(sql, values);
}

Result<int> Database::change(const QByteArray &sql, const Row &values)
{
    const auto before = sqlite3_total_changes64(d->handle.get());
    if (const auto done = d->run(sql, values); !done)
        return fail(done.error());
    // Not sqlite3_changes(): that still tells of the statement before where this one changes nothing by nature.
    const bool changed = sqlite3_total_changes64(d->handle.get()) != before;
    return changed ? sqlite3_changes(d->handle.get()) : 0;
}

Result<void> Database::together(const std::function<Result<void>()> &work)
{
    if (std::exchange(d->inTogether, true))
        return fail(ErrorCode::Internal, QStringLiteral("Two transactions in one another."), d->path);
    const struct Over {
        bool &flag;
        ~Over() { flag = false; }
    } over {d->inTogether};
    if (auto ok = d->execute("BEGIN IMMEDIATE"); !ok)
        return ok;
    auto done = work();
    if (done)
        done = d->execute("COMMIT");
    // A full disk may have ended the transaction already.
    if (!done && sqlite3_get_autocommit(d->handle.get()) == 0)
        (void)d->execute("ROLLBACK");
    return done;
}

Result<qint64> Database::dataVersion() { return d->number("PRAGMA data_version"); }

} // namespace astra
