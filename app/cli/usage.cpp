// SPDX-License-Identifier: Apache-2.0
#include "app/cli/usage.h"

#include "app/cli/table.h"

#include <QCoreApplication>

namespace astra::cli {

namespace {

QString say(const char *text) { return QCoreApplication::translate("astra::cli", text); }

template<typename T> Json orNull(const std::optional<T> &value) { return value ? Json(*value) : Json(); }

template<typename T> QString words(const std::optional<T> &value)
{
    return value ? QString::number(*value) : QString();
}

} // namespace

void printUsage(const Context &context, const data::Usage &usage, bool json)
{
    const QString end = usage.periodEnd.isValid() ? usage.periodEnd.toUTC().toString(Qt::ISODate) : QString();
    if (json) {
        Json more = Json::object();
        for (const auto &[name, value] : usage.more)
            more[toStd(name)] = toStd(value);
        context.print(Json {{"plan", usage.plan.isEmpty() ? Json() : Json(toStd(usage.plan))},
                            {"credits_left", orNull(usage.creditsLeft)},
                            {"credits_total", orNull(usage.creditsTotal)},
                            {"today", orNull(usage.today)},
                            {"week", orNull(usage.week)},
                            {"month", orNull(usage.month)},
                            {"per_minute", orNull(usage.perMinute)},
                            {"period_end", end.isEmpty() ? Json() : Json(toStd(end))},
                            {"more", std::move(more)}});
        return;
    }
    std::vector<QStringList> rows {{say("plan"), usage.plan},
                                   {say("credits left"), words(usage.creditsLeft)},
                                   {say("of"), words(usage.creditsTotal)},
                                   {say("requests today"), words(usage.today)},
                                   {say("this week"), words(usage.week)},
                                   {say("this month"), words(usage.month)},
                                   {say("allowed a minute"), words(usage.perMinute)},
                                   {say("until"), end}};
    for (const auto &[name, value] : usage.more)
        rows.push_back({name, value});
    std::erase_if(rows, [](const QStringList &row) { return row[1].isEmpty(); });
    for (const auto &line : tabulated(rows))
        context.print(line);
}

} // namespace astra::cli
