// SPDX-License-Identifier: Apache-2.0
#include "app/cli/arguments.h"

#include "app/cli/say.h"

#include <algorithm>
#include <cmath>

namespace astra::cli {

Result<Arguments> Arguments::parse(const QStringList &words, const std::vector<Option> &options)
{
    Arguments arguments;
    for (qsizetype i = 0; i < words.size(); ++i) {
        const QString &word = words[i];
        if (word == u"--") {
            arguments.m_positional << words.mid(i + 1);
            break;
        }
        if (!word.startsWith(u'-') || word == u"-") {
            arguments.m_positional << word;
            continue;
        }
        const auto equals = word.startsWith(u"--") ? word.indexOf(u'=') : -1;
        QString name = equals > 0 ? word.left(equals) : word;
        if (name == u"-o")
            name = QStringLiteral("--output");
        else if (name == u"-h")
            name = QStringLiteral("--help");
        const auto known = std::find_if(options.begin(), options.end(),
                                        [&](const Option &option) { return option.name == name; });
        if (known == options.end())
            return fail(ErrorCode::InvalidInput, say("there is no option %1").arg(name));
        if (arguments.has(name) && !known->repeatable && !known->value.isEmpty())
            return fail(ErrorCode::InvalidInput, say("%1 is given twice").arg(name));
        QString value;
        if (known->value.isEmpty()) {
            if (equals > 0)
                return fail(ErrorCode::InvalidInput, say("%1 takes no value").arg(name));
        } else if (equals > 0) {
            value = word.mid(equals + 1);
        } else if (i + 1 < words.size() && !words[i + 1].startsWith(u"--")) {
            value = words[++i];
        } else {
            return fail(ErrorCode::InvalidInput, say("%1 needs a value: %1 %2").arg(name, known->value));
        }
        arguments.m_values[name] << value;
    }
    return arguments;
}

QString Arguments::value(const QString &option) const
{
    const auto values = m_values.value(option);
    return values.isEmpty() ? QString() : values.back();
}

Result<std::optional<double>> Arguments::number(const QString &option, double minimum, double maximum) const
{
    if (!has(option))
        return std::optional<double>();
    bool ok = false;
    const double number = value(option).toDouble(&ok);
    if (!ok || !std::isfinite(number) || number < minimum || number > maximum) {
        return fail(ErrorCode::InvalidInput,
                    say("%1 is \"%2\", but should be a number from %3 to %4")
                        .arg(option, value(option))
                        .arg(minimum)
                        .arg(maximum));
    }
    return std::optional<double>(number);
}

QStringList Arguments::list(const QString &option) const
{
    QStringList words;
    for (const auto &value : values(option)) {
        for (const auto &word : value.split(u',', Qt::SkipEmptyParts))
            words << word.trimmed();
    }
    return words;
}

} // namespace astra::cli
