// SPDX-License-Identifier: Apache-2.0
#include "core/data/timerange.h"

#include <QCoreApplication>
#include <QRegularExpression>

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

} // namespace

std::optional<QDateTime> parseTime(const QString &text)
{
    static const QRegularExpression form(QStringLiteral(
        R"(^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?\s*(Z|z|[+-]\d\d:?\d\d)?)?$)"));
    const auto match = form.match(text.trimmed());
    if (!match.hasMatch())
        return std::nullopt;
    const auto number = [&](int group) { return match.captured(group).toInt(); };
    const QDate date(number(1), number(2), number(3));
    if (!date.isValid())
        return std::nullopt;
    QTime time(0, 0);
    if (!match.captured(4).isEmpty()) {
        // A leap second is the last second of its day for our purposes.
        const int second = std::min(number(6), 59);
        const int ms = match.captured(7).isEmpty() ? 0 : match.captured(7).leftJustified(3, u'0').left(3).toInt();
        time = QTime(number(4), number(5), second, ms);
        if (!time.isValid())
            return std::nullopt;
    }
    QDateTime moment(date, time, Qt::UTC);
    const QString zone = match.captured(8);
    if (zone.size() >= 5) {
        const int minutes = zone.mid(1, 2).toInt() * 60 + zone.right(2).toInt();
        moment = moment.addSecs((zone.startsWith(u'-') ? 1 : -1) * minutes * 60LL);
    }
    return moment;
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
