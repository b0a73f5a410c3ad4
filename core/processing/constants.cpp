// SPDX-License-Identifier: Apache-2.0
#include "core/processing/constants.h"

#include "core/processing/expression.h"

#include <QCoreApplication>
#include <QStringList>

#include <cmath>

namespace astra::processing {

namespace {
struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::processing)
};
} // namespace

Result<std::map<QString, double>> constantsFrom(const QString &text, const QString &formula)
{
    std::map<QString, double> constants;
    const auto parsed = Expression::parse(formula);
    const QStringList names = parsed ? parsed->names() : QStringList();
    for (const auto &part : text.split(u',', Qt::SkipEmptyParts)) {
        const QString name = part.section(u'=', 0, 0).trimmed();
        bool ok = false;
        const double value = part.section(u'=', 1).trimmed().toDouble(&ok);
        if (!ok || !std::isfinite(value) || name.isEmpty()) {
            return fail(ErrorCode::InvalidInput,
                        Text::tr("“%1” has to be a name and a number, as in “L=0.5”.").arg(part.trimmed().left(60)));
        }
        if (!names.contains(name)) {
            return fail(
                ErrorCode::InvalidInput,
                Text::tr("The formula has no “%1”; it has: %2").arg(name.left(60), names.join(QStringLiteral(", "))));
        }
        constants[name] = value;
    }
    return constants;
}

QString textOf(const std::map<QString, double> &constants)
{
    QStringList parts;
    for (const auto &[name, value] : constants)
        parts << name + u'=' + QString::number(value, 'g', 12);
    return parts.join(QStringLiteral(", "));
}

} // namespace astra::processing
