// SPDX-License-Identifier: Apache-2.0
#include "app/cli/jobrun.h"

#include "app/cli/say.h"
#include "app/cli/table.h"

#include <QElapsedTimer>
#include <QEventLoop>
#include <QFileInfo>

#include <unistd.h>

#include <algorithm>
#include <cmath>

namespace astra::cli {

namespace {

constexpr std::size_t mostRetriesShown = 20;
constexpr std::size_t mostRowsShown = 40;

QString sizeWords(qint64 bytes)
{
    if (bytes < 1000)
        return say("%1 bytes").arg(bytes);
    const char *const units[] = {"kB", "MB", "GB", "TB"};
    double amount = static_cast<double>(bytes) / 1000;
    std::size_t unit = 0;
    for (; amount >= 1000 && unit < 3; ++unit)
        amount /= 1000;
    return QString(QString::number(amount, 'f', amount < 10 ? 1 : 0) + u' ' + say(units[unit]));
}

QString cell(const Json &value)
{
    if (const auto text = asString(value))
        return *text;
    if (value.is_number_float()) {
        const auto number = value.get<double>();
        // Hectares and the like are written out.
        const bool large = std::abs(number) >= 1e5 && std::abs(number) < 1e15;
        return large ? QString::number(number, 'f', 0) : QString::number(number, 'g', 6);
    }
    return value.is_null() ? QStringLiteral("-") : QString::fromUtf8(toText(value));
}

void printRows(const Context &context, const Json &table)
{
    const Json &rows = listAt(table, "rows");
    context.print(QString());
    context.print(say("%1:").arg(stringAt(table, "name")));
    std::vector<QStringList> cells {asStringList(member(table, "columns"))};
    for (std::size_t i = 0; i < std::min(rows.size(), mostRowsShown); ++i) {
        QStringList line;
        for (const auto &value : rows[i])
            line << cell(value);
        cells.push_back(line);
    }
    printTable(context, cells);
    if (rows.size() > mostRowsShown)
        context.print(say("… and %1 more").arg(rows.size() - mostRowsShown));
}

void noteRetries(const Context &context, const data::ReadReport &reads)
{
    const auto &retries = reads.retries;
    for (std::size_t i = 0; i < std::min(retries.size(), mostRetriesShown); ++i) {
        const auto &retry = retries[i];
        context.note(say("read again: %1, bytes %2 to %3, after try %4: %5")
                         .arg(oneLine(retry.host))
                         .arg(retry.offset)
                         .arg(retry.offset + retry.length - 1)
                         .arg(retry.attempt)
                         .arg(oneLine(retry.why)));
    }
    if (retries.size() > mostRetriesShown)
        context.note(say("… and %1 more").arg(retries.size() - mostRetriesShown));
}

/// How long it will go on at this pace, where that is a line that is written over.
class Pace
{
public:
    Pace() { m_since.start(); }
    [[nodiscard]] QString left(double fraction) const
    {
        constexpr qint64 tooEarly = 3000; // ms
        static const bool terminal = ::isatty(STDERR_FILENO) != 0;
        if (!terminal || fraction <= 0.02 || fraction >= 1 || m_since.elapsed() < tooEarly)
            return {};
        const double seconds = static_cast<double>(m_since.elapsed()) / 1000 * (1 - fraction) / fraction;
        return say(", about %1 s left:").arg(static_cast<qint64>(seconds) + 1);
    }

private:
    QElapsedTimer m_since;
};

} // namespace

QString words(const data::Estimate &estimate)
{
    QString text = (estimate.exact ? QString() : say("about ")) + sizeWords(estimate.bytes);
    if (estimate.requests > 0)
        text += say(" in %1 requests").arg(estimate.requests);
    if (estimate.disk > 0)
        text += say(", %1 of disk").arg(sizeWords(estimate.disk));
    return text
        + (estimate.seconds > 0 ? say(", about %1 s").arg(static_cast<qint64>(estimate.seconds) + 1)
                                : say(", for how long is not known yet"));
}

Result<void> checkAgainst(const QStringList &read, const QString &output)
{
    const QFileInfo result(output);
    const QString stem = result.completeBaseName();
    for (const auto &path : read) {
        const QFileInfo file(path);
        const QString name = file.fileName();
        const bool isBeside = QFileInfo(file.absolutePath()).canonicalFilePath()
            == QFileInfo(result.absolutePath()).canonicalFilePath();
        const bool isTaken = isBeside
            && (name == result.fileName() || name == stem + QStringLiteral(".json")
                || name == stem + QStringLiteral(".item.json"));
        if (isTaken || (result.exists() && file.canonicalFilePath() == result.canonicalFilePath())) {
            return fail(ErrorCode::InvalidInput,
                        say("%1 is read: a result that is called %2 would replace it").arg(path, result.fileName()));
        }
    }
    return {};
}

void announce(Context &context, engine::Engine &engine, const data::JobRequest &request)
{
    const bool isPaid = std::ranges::any_of(request.inputs, [](const data::Acquisition &input) {
        return data::pixelAccess(input.best()) == data::Access::Paid;
    });
    if (isPaid && request.backend == u"local")
        return;
    const auto estimate = waitFor(engine.estimate(request, context.stop()));
    if (!estimate)
        return;
    for (const auto &warning : estimate->warnings)
        context.note(say("warning: %1").arg(oneLine(warning)));
    if (estimate->bytes > 0)
        context.note(say("reads %1").arg(words(*estimate)));
}

void waitForJobs(Context &context, const std::vector<jobs::Job *> &jobs)
{
    QEventLoop loop;
    const Pace pace;
    const auto unfinished = [&] {
        return std::ranges::count_if(jobs, [](const auto *job) { return !job->isFinished(); });
    };
    const auto onFinished = [&] {
        if (unfinished() == 0)
            loop.quit();
    };
    for (auto *job : jobs) {
        const auto onChanged = [&, job] {
            if (job->isFinished() || job->state() != jobs::Job::State::Running)
                return;
            const QString which = jobs.size() > 1 ? QString(job->request().title + u": ") : QString();
            context.progress(QString(which + job->activity() + pace.left(job->progress())), job->progress());
        };
        QObject::connect(job, &jobs::Job::finished, &loop, onFinished);
        QObject::connect(job, &jobs::Job::changed, &loop, onChanged);
    }
    const StopCallback onStop(context.stop(), [&] {
        for (auto *job : jobs)
            job->cancel();
    });
    if (unfinished() > 0)
        loop.exec();
    context.endProgress();
}

Json documentOf(const data::JobResult &result)
{
    Json notes = Json::array();
    for (const auto &note : result.notes)
        notes.push_back(oneLine(note).toStdString());
    return {{"output", result.output.toStdString()},
            {"item", result.item.toStdString()},
            {"files", toJson(result.files)},
            {"statistics", result.statistics.toJson()},
            {"tables", result.tables},
            {"notes", notes},
            {"reads", result.reads.toJson()},
            {"tiles", {{"kept", result.tilesKept}, {"computed", result.tilesComputed}}}};
}

void printResult(const Context &context, const data::JobResult &result, bool json)
{
    const auto &numbers = result.statistics;
    for (const auto &note : result.notes)
        context.note(oneLine(note));
    noteRetries(context, result.reads);
    if (json)
        return;
    context.print(result.output);
    for (const auto &file : result.files)
        context.print(file);
    if (numbers.total > 0) {
        context.print(
            say("valid %1 of %2 pixels (%3 %)")
                .arg(numbers.valid)
                .arg(numbers.total)
                .arg(100.0 * static_cast<double>(numbers.valid) / static_cast<double>(numbers.total), 0, 'f', 1));
    }
    if (numbers.valid > 0) {
        context.print(say("minimum %1  maximum %2  mean %3  standard deviation %4")
                          .arg(numbers.minimum, 0, 'g', 6)
                          .arg(numbers.maximum, 0, 'g', 6)
                          .arg(numbers.mean, 0, 'g', 6)
                          .arg(numbers.stddev, 0, 'g', 6));
    }
    for (const auto &table : result.tables)
        printRows(context, table);
}

int runJob(Context &context, engine::Engine &engine, const data::JobRequest &request, const QString &what, bool json)
{
    announce(context, engine, request);
    jobs::Job *const job = engine.submit(request);
    waitForJobs(context, {job});
    const auto result = job->result();
    if (!result)
        return context.failed(what, job->error().value_or(Error {ErrorCode::Cancelled, say("stopped"), {}, false}));
    printResult(context, *result, json);
    if (json)
        context.print(documentOf(*result));
    return Exit::Done;
}

} // namespace astra::cli
