// SPDX-License-Identifier: Apache-2.0
#include "app/cli/table.h"

#include <algorithm>

namespace astra::cli {

QStringList tabulated(const std::vector<QStringList> &rows)
{
    std::vector<qsizetype> widths;
    for (const auto &row : rows) {
        widths.resize(std::max(widths.size(), static_cast<std::size_t>(row.size())));
        for (qsizetype i = 0; i < row.size(); ++i) {
            auto &width = widths[static_cast<std::size_t>(i)];
            width = std::max(width, oneLine(row[i]).size());
        }
    }
    QStringList lines;
    for (const auto &row : rows) {
        QString line;
        for (qsizetype i = 0; i < row.size(); ++i)
            line += oneLine(row[i]).leftJustified(widths[static_cast<std::size_t>(i)] + 2);
        while (line.endsWith(u' '))
            line.chop(1);
        lines << line;
    }
    return lines;
}

void printTable(const Context &context, const std::vector<QStringList> &rows)
{
    for (const auto &line : tabulated(rows))
        context.print(line);
}

} // namespace astra::cli
