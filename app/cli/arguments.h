// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/result.h"

#include <QMap>
#include <QStringList>

#include <vector>

namespace astra::cli {

/// One option of a command.
struct Option {
    QString name; ///< "--bbox"
    QString value; ///< what stands after it, for the help ("W,S,E,N"); empty: a switch
    QString text;
    bool repeatable = false;
};

/// What a command line says, by the rules all commands share: `--name value`, `--name=value`, `-o` for `--output`, `--`
/// ends the options, options may stand anywhere. Everything that is not declared is an error.
class Arguments
{
public:
    [[nodiscard]] static Result<Arguments> parse(const QStringList &words, const std::vector<Option> &options);

    [[nodiscard]] const QStringList &positional() const { return m_positional; }
    [[nodiscard]] bool has(const QString &option) const { return m_values.contains(option); }
    /// The last one given; empty where there is none.
    [[nodiscard]] QString value(const QString &option) const;
    [[nodiscard]] QStringList values(const QString &option) const { return m_values.value(option); }
    /// The option as a number within limits; absent where it was not given.
    [[nodiscard]] Result<std::optional<double>> number(const QString &option, double minimum, double maximum) const;
    /// Words of a comma-separated value.
    [[nodiscard]] QStringList list(const QString &option) const;
    [[nodiscard]] QStringList given() const { return m_values.keys(); }

private:
    QStringList m_positional;
    QMap<QString, QStringList> m_values;
};

} // namespace astra::cli
