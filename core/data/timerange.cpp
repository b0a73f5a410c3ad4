// SPDX-License-Identifier: Apache-2.0
#include "core/data/timerange.h"

#include <QCoreApplication>

namespace astra::data {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::TimeRange)
};

bool isDateAlone(const QString &text) { return text.size() == 10; }

tl::unexpected<Error> notADate(const QString &text)
{
    return fail(
        ErrorCode::InvalidInput,
        Text::tr("“%1” is not a date. Write 2025-06-30, 2025-06-30T10:00:00Z, or an interval A/B, A/.. or ../B.")
            .arg(text.left(60)));
}

/// Reads a text from its front; a number that is not there is −1. By hand: every item holds several times, and a
/// regular expression costs more than the rest of them.
struct Reader {
    QStringView rest;

    [[nodiscard]] bool atEnd() const { return rest.isEmpty(); }
    [[nodiscard]] bool skip(QChar c)
    {
        if (rest.isEmpty() || rest.front() != c)
            return false;
        rest = rest.mid(1);
        return true;
    }
    [[nodiscard]] int digit()
    {
        if (rest.isEmpty() || rest.front() < u'0' || rest.front() > u'9')
            return -1;
        const int value = rest.front().unicode() - u'0';
        rest = rest.mid(1);
        return value;
    }
    [[nodiscard]] int number(int digits)
    {
        int value = 0;
        for (int i = 0; i < digits; ++i) {
            const int next = digit();
            if (next < 0)
                return -1;
            value = value * 10 + next;
        }
        return value;
    }
};

/// "T10:15", "T10:15:59" or "T10:15:59.024999": with milliseconds, the rest cut off.
std::optional<QTime> timeFrom(Reader &reader)
{
    if (!reader.skip(u'T') && !reader.skip(u't') && !reader.skip(u' '))
        return std::nullopt;
    const int hour = reader.number(2);
    const int minute = reader.skip(u':') ? reader.number(2) : -1;
    if (hour < 0 || minute < 0)
        return std::nullopt;
    int second = 0;
    int ms = 0;
    if (reader.skip(u':')) {
        second = reader.number(2);
        if (second < 0)
            return std::nullopt;
        if (reader.skip(u'.')) {
            int digits = 0;
            for (int digit = reader.digit(); digit >= 0; digit = reader.digit(), ++digits)
                ms = digits < 3 ? ms * 10 + digit : ms;
            if (digits == 0 || digits > 9)
                return std::nullopt;
            for (; digits < 3; ++digits)
                ms *= 10;
        }
    }
    // A leap second is the last second of its day for our purposes.
    const QTime time(hour, minute, std::min(second, 59), ms);
    return time.isValid() ? std::optional(time) : std::nullopt;
}

/// Minutes east of Greenwich: of "Z", "+02:00", "-0330" or nothing.
std::optional<int> offsetFrom(Reader &reader)
{
    reader.rest = reader.rest.trimmed();
    if (reader.atEnd() || reader.skip(u'Z') || reader.skip(u'z'))
        return 0;
    const bool east = reader.skip(u'+');
    if (!east && !reader.skip(u'-'))
        return std::nullopt;
    const int hours = reader.number(2);
    static_cast<void>(reader.skip(u':'));
    const int minutes = reader.number(2);
    if (hours < 0 || minutes < 0)
        return std::nullopt;
    return (east ? 1 : -1) * (hours * 60 + minutes);
}

} // namespace

std::optional<QDateTime> parseTime(const QString &text)
{
    Reader reader {QStringView(text).trimmed()};
    const int year = reader.number(4);
    const int month = reader.skip(u'-') ? reader.number(2) : -1;
    const int day = reader.skip(u'-') ? reader.number(2) : -1;
    const QDate date(year, month, day);
    if (year < 0 || month < 0 || day < 0 || !date.isValid())
        return std::nullopt;
    if (reader.atEnd())
        return QDateTime(date, QTime(0, 0), Qt::UTC);
    const auto time = timeFrom(reader);
    const auto offset = time ? offsetFrom(reader) : std::nullopt;
    if (!offset || !reader.atEnd())
        return std::nullopt;
    const QDateTime moment(date, *time, Qt::UTC);
    return *offset == 0 ? moment : moment.addSecs(-60LL * *offset);
}

Result<TimeRange> TimeRange::parse(const QString &text)
{
    const QStringList parts = text.trimmed().split(u'/');
    if (parts.size() > 2)
        return notADate(text);
    const auto isOpen = [](const QString &part) { return part.isEmpty() || part == u".."; };
    TimeRange range;
    const QString &first = parts.front();
    const QString &last = parts.back();
    if (parts.size() == 1 ? isOpen(first) : isOpen(first) && isOpen(last))
        return notADate(text);
    if (!isOpen(first)) {
        range.start = parseTime(first);
        if (!range.start)
            return notADate(first);
    }
    if (!isOpen(last)) {
        range.end = parseTime(last);
        if (!range.end)
            return notADate(last);
        if (isDateAlone(last.trimmed()))
            range.end = range.end->addDays(1).addMSecs(-1);
    }
    if (range.start && range.end && *range.start > *range.end)
        return fail(ErrorCode::InvalidInput, Text::tr("The first date lies after the last one."));
    return range;
}

bool TimeRange::contains(const QDateTime &time) const { return (!start || time >= *start) && (!end || time <= *end); }

QString TimeRange::toString() const
{
    const auto write = [](const std::optional<QDateTime> &moment) {
        if (!moment)
            return QStringLiteral("..");
        const bool whole = moment->time().msec() == 0;
        return moment->toUTC().toString(whole ? QStringLiteral("yyyy-MM-ddTHH:mm:ss'Z'")
                                              : QStringLiteral("yyyy-MM-ddTHH:mm:ss.zzz'Z'"));
    };
    return QString(write(start) + u'/' + write(end));
}

} // namespace astra::data
