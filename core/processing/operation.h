// SPDX-License-Identifier: Apache-2.0
#pragma once

// An operation declares its parameters once, in describe(); from that come the command line's help, the form in the
// window and the checking of every recipe. To add one: a class in operations/, a line in operations/operations.cpp.

#include "core/base/json.h"
#include "core/data/raster.h"

#include <functional>
#include <memory>
#include <vector>

namespace astra::processing {

/// One declared parameter, as people see it.
struct Parameter {
    QString name;
    QString text;
    Json fallback; ///< its default
    std::optional<double> minimum; ///< numbers only
    std::optional<double> maximum;
    QString unit;
    QStringList choices; ///< texts only; compared without regard to case
};

/// Binds an operation's members to their declarations.
class Parameters
{
public:
    void choice(const QString &name, const QString &text, QString &value, const QStringList &choices);
    void number(const QString &name, const QString &text, double &value, double minimum, double maximum,
                const QString &unit = {});

    [[nodiscard]] std::vector<Parameter> declared() const;
    /// Checks every member of `given` and puts it where it belongs. Unknown names, wrong types and numbers out of range
    /// are errors that say what would be right.
    [[nodiscard]] Result<void> assign(const Json &given);

private:
    struct Bound {
        Parameter parameter;
        std::function<Result<void>(const Json &)> set;
    };
    std::vector<Bound> m_bound;
};

class Operation
{
public:
    virtual ~Operation() = default;
    virtual void describe(Parameters &parameters) = 0;
    /// Common names of the bands that run() wants, in order. Valid once the parameters are assigned.
    [[nodiscard]] virtual QStringList bands() const = 0;
    /// "NDVI = (nir − red) / (nir + red)": what stands in the file.
    [[nodiscard]] virtual QString outputDescription() const = 0;
    /// One block per band, of equal size, in physical values, NaN without data. Thread-safe.
    [[nodiscard]] virtual data::Block run(const std::vector<data::Block> &bands) const = 0;
};

struct OperationInfo {
    QString name;
    QString text;
    std::vector<Parameter> parameters;
    QString shorthandFor; ///< "index --index NDVI" for `ndvi`; empty for an operation of its own
};
/// All of them, shorthands after what they stand for.
[[nodiscard]] std::vector<OperationInfo> operations();
/// An operation by name with its parameters checked and assigned.
[[nodiscard]] Result<std::unique_ptr<Operation>> makeOperation(const QString &name, const Json &parameters);

} // namespace astra::processing
