// SPDX-License-Identifier: Apache-2.0
#pragma once

// Arithmetic over named values: text → a checked tree. evaluator.h runs it.

#include "core/base/result.h"

#include <QStringList>

#include <memory>
#include <vector>

namespace astra::processing {

enum class Op : unsigned char {
    Number,
    Name,
    Negate,
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Equal,
    NotEqual,
    Min,
    Max,
    Abs,
    Sqrt,
    Log,
    Exp,
    Tanh,
    Where,
    Clamp
};

struct Node {
    Op op = Op::Number;
    double number = 0; ///< Op::Number
    QString name; ///< Op::Name
    std::vector<int> operands; ///< nodes that stand before this one
    int at = 0; ///< first character of the text
    int length = 0; ///< characters
};

struct SyntaxError {
    int at = 0; ///< characters from 0; the text's length where something is missing at the end
    int length = 1;
    QString message; ///< one sentence, without the place
    /// InvalidInput: the sentence, the place, and the part of `text` concerned.
    [[nodiscard]] Error toError(const QString &text) const;
};

/// A checked tree; its names are not resolved yet. Cheap to copy.
class Expression
{
public:
    /// At most 10,000 characters, 200 levels and 4,096 nodes. Operators as in Python: -2**2 is −4, 2**3**2 is 512;
    /// comparisons give 1 or 0.
    [[nodiscard]] static tl::expected<Expression, SyntaxError> parse(const QString &text);
    [[nodiscard]] const QString &text() const { return m_text; }
    [[nodiscard]] const std::vector<Node> &nodes() const { return *m_nodes; } ///< the last one is the root
    [[nodiscard]] QStringList names() const; ///< in the order of their first use, each once
    [[nodiscard]] QString toString() const; ///< parse(toString()) is the same tree

private:
    QString m_text;
    std::shared_ptr<const std::vector<Node>> m_nodes;
};

} // namespace astra::processing
