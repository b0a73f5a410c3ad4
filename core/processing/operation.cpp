// SPDX-License-Identifier: Apache-2.0
#include "core/processing/operation.h"

#include <QCoreApplication>

#include <algorithm>

namespace astra::processing {

namespace {
struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::processing)
};
} // namespace

void Parameters::choice(const QString &name, const QString &text, QString &value, const QStringList &choices)
{
    Parameter parameter {name, text, toStd(value), {}, {}, {}, choices};
    m_bound.push_back({std::move(parameter), [name, choices, &value](const Json &given) -> Result<void> {
                           const auto wish = asString(given);
                           for (const auto &choice : choices) {
                               if (wish && choice.compare(*wish, Qt::CaseInsensitive) == 0) {
                                   value = choice;
                                   return {};
                               }
                           }
                           return fail(
                               ErrorCode::InvalidInput,
                               Text::tr("“%1” has to be one of: %2.").arg(name, choices.join(QStringLiteral(", "))));
                       }});
}

void Parameters::number(const QString &name, const QString &text, double &value, double minimum, double maximum,
                        const QString &unit)
{
    Parameter parameter {name, text, value, minimum, maximum, unit, {}};
    m_bound.push_back({std::move(parameter), [name, minimum, maximum, &value](const Json &given) -> Result<void> {
                           // Text too: a command line has nothing else.
                           const auto wish = asNumber(given, true);
                           if (wish && *wish >= minimum && *wish <= maximum) {
                               value = *wish;
                               return {};
                           }
                           return fail(
                               ErrorCode::InvalidInput,
                               Text::tr("“%1” has to be a number from %2 to %3.").arg(name).arg(minimum).arg(maximum));
                       }});
}

std::vector<Parameter> Parameters::declared() const
{
    std::vector<Parameter> list;
    list.reserve(m_bound.size());
    for (const auto &bound : m_bound)
        list.push_back(bound.parameter);
    return list;
}

Result<void> Parameters::assign(const Json &given)
{
    if (given.is_null())
        return {};
    if (!given.is_object())
        return fail(ErrorCode::InvalidInput, Text::tr("An operation's parameters have to be names with values."));
    for (const auto &[key, value] : given.items()) {
        const QString name = QString::fromStdString(key);
        const auto found = std::find_if(m_bound.begin(), m_bound.end(),
                                        [&](const Bound &bound) { return bound.parameter.name == name; });
        if (found == m_bound.end()) {
            QStringList known;
            for (const auto &bound : m_bound)
                known.append(bound.parameter.name);
            return fail(
                ErrorCode::InvalidInput,
                Text::tr("There is no parameter “%1”; there are: %2.").arg(name, known.join(QStringLiteral(", "))));
        }
        if (auto ok = found->set(value); !ok)
            return ok;
    }
    return {};
}

} // namespace astra::processing
