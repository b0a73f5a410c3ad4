// SPDX-License-Identifier: Apache-2.0
#include "app/cli/usage.h"

#include "app/cli/describe.h"
#include "app/cli/say.h"
#include "app/cli/table.h"

namespace astra::cli {

namespace {

template<typename T> QString words(const std::optional<T> &value)
{
    return value ? QString::number(*value) : QString();
}

} // namespace

void printUsage(const Context &context, const data::Usage &usage, bool json)
{
    if (json) {
        Json more = Json::object();
        for (const auto &[name, value] : usage.more)
            more[toStd(name)] = toStd(value);
        context.print(Json {{"plan", textOrNull(usage.plan)},
                            {"credits_left", orNull(usage.creditsLeft)},
                            {"credits_total", orNull(usage.creditsTotal)},
                            {"today", orNull(usage.today)},
                            {"week", orNull(usage.week)},
                            {"month", orNull(usage.month)},
                            {"per_minute", orNull(usage.perMinute)},
                            {"period_end", moment(usage.periodEnd)},
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
                                   {say("until"), usage.periodEnd.toUTC().toString(Qt::ISODate)}};
    for (const auto &[name, value] : usage.more)
        rows.push_back({name, value});
    std::erase_if(rows, [](const QStringList &row) { return row[1].isEmpty(); });
    printTable(context, rows);
}

} // namespace astra::cli
