// SPDX-License-Identifier: Apache-2.0
#include "core/processing/expression.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>
#include <array>
#include <cmath>

namespace astra::processing {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::processing)
};

constexpr int mostCharacters = 10000;
constexpr int mostLevels = 200;
constexpr std::size_t mostNodes = 4096;

struct Function {
    QLatin1String name;
    Op op;
    int fewest;
    int most; ///< 0: any number
};
constexpr std::array functions {
    Function {QLatin1String("abs"), Op::Abs, 1, 1},     Function {QLatin1String("clamp"), Op::Clamp, 3, 3},
    Function {QLatin1String("exp"), Op::Exp, 1, 1},     Function {QLatin1String("log"), Op::Log, 1, 1},
    Function {QLatin1String("max"), Op::Max, 2, 0},     Function {QLatin1String("min"), Op::Min, 2, 0},
    Function {QLatin1String("sqrt"), Op::Sqrt, 1, 1},   Function {QLatin1String("tanh"), Op::Tanh, 1, 1},
    Function {QLatin1String("where"), Op::Where, 3, 3},
};

const Function *functionOf(QStringView name)
{
    const auto *found = std::find_if(functions.begin(), functions.end(),
                                     [&](const Function &f) { return f.name == name; });
    return found == functions.end() ? nullptr : found;
}
const Function &functionOf(Op op)
{
    return *std::find_if(functions.begin(), functions.end(), [&](const Function &f) { return f.op == op; });
}

QString functionNames()
{
    QStringList names;
    names.reserve(functions.size());
    for (const auto &function : functions)
        names.append(function.name);
    return names.join(QStringLiteral(", "));
}

/// What the arguments of a function have to be, as a sentence.
QString argumentsOf(Op op)
{
    switch (op) {
    case Op::Min:
    case Op::Max:
        return Text::tr("%1 takes two or more values.").arg(functionOf(op).name);
    case Op::Where:
        return Text::tr("where takes three values: a condition, what holds if it is met, and what holds if not.");
    case Op::Clamp:
        return Text::tr("clamp takes three values: the value, the least and the greatest it may be.");
    default:
        return Text::tr("%1 takes one value.").arg(functionOf(op).name);
    }
}

/// How an operator is written and how tightly it binds; functions, names and numbers bind tightest.
struct Form {
    QLatin1String sign;
    int level;
};
enum Level { Comparison = 1, Sum, Term, Unary, Power, Atom };

Form formOf(Op op)
{
    switch (op) {
    case Op::Less:
        return {QLatin1String("<"), Comparison};
    case Op::LessEqual:
        return {QLatin1String("<="), Comparison};
    case Op::Greater:
        return {QLatin1String(">"), Comparison};
    case Op::GreaterEqual:
        return {QLatin1String(">="), Comparison};
    case Op::Equal:
        return {QLatin1String("=="), Comparison};
    case Op::NotEqual:
        return {QLatin1String("!="), Comparison};
    case Op::Add:
        return {QLatin1String("+"), Sum};
    case Op::Subtract:
        return {QLatin1String("-"), Sum};
    case Op::Multiply:
        return {QLatin1String("*"), Term};
    case Op::Divide:
        return {QLatin1String("/"), Term};
    case Op::Negate:
        return {QLatin1String("-"), Unary};
    case Op::Power:
        return {QLatin1String("**"), Power};
    default:
        return {QLatin1String(), Atom};
    }
}

/// The binary operator of a level that is written so.
std::optional<Op> operatorOf(QStringView sign, int level)
{
    static constexpr std::array binary {Op::Less,     Op::LessEqual, Op::Greater, Op::GreaterEqual,
                                        Op::Equal,    Op::NotEqual,  Op::Add,     Op::Subtract,
                                        Op::Multiply, Op::Divide,    Op::Power};
    for (const Op op : binary) {
        if (formOf(op).level == level && formOf(op).sign == sign)
            return op;
    }
    return std::nullopt;
}

bool isDigit(QChar c) { return c >= u'0' && c <= u'9'; }
bool startsName(QChar c) { return (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z') || c == u'_'; }

struct Token {
    enum Kind { End, Number, Name, Sign };
    Kind kind = End;
    int at = 0;
    int length = 1;
};

/// Recursive descent:  comparison := sum [sign sum]   sum := term {(+|-) term}   term := unary {(*|/) unary}
///   unary := - unary | power   power := atom [** unary]   atom := number | name | name(…) | (comparison)
/// Each gives the place of its node; -1 once there is an error, and only the first error counts.
class Parser
{
public:
    explicit Parser(const QString &text)
        : m_text(text)
    {
    }

    tl::expected<std::vector<Node>, SyntaxError> parse()
    {
        const int size = static_cast<int>(m_text.size());
        if (size > mostCharacters) {
            fail(mostCharacters, size - mostCharacters,
                 Text::tr("A formula may have %1 characters at most; this one has %2.").arg(mostCharacters).arg(size));
            return tl::unexpected(*m_error);
        }
        next();
        if (m_token.kind == Token::End)
            fail(m_token, Text::tr("The formula is empty."));
        comparison();
        if (!m_error && m_token.kind != Token::End)
            fail(m_token, leftOver());
        if (m_error)
            return tl::unexpected(*m_error);
        return std::move(m_nodes);
    }

private:
    [[nodiscard]] QStringView textOf(const Token &token) const
    {
        return QStringView(m_text).mid(token.at, token.kind == Token::End ? 0 : token.length);
    }
    [[nodiscard]] bool isSign(QStringView sign) const { return m_token.kind == Token::Sign && textOf(m_token) == sign; }

    int fail(int at, int length, const QString &message)
    {
        if (!m_error)
            m_error = SyntaxError {at, length, message};
        m_token = {Token::End, static_cast<int>(m_text.size()), 1};
        return -1;
    }
    int fail(const Token &token, const QString &message) { return fail(token.at, token.length, message); }

    [[nodiscard]] QChar at(int place) const { return place < m_text.size() ? m_text[place] : QChar(); }
    [[nodiscard]] int digitsFrom(int place) const
    {
        while (isDigit(at(place)))
            ++place;
        return place;
    }
    [[nodiscard]] int endOfNumber(int place) const
    {
        place = digitsFrom(place);
        if (at(place) == u'.')
            place = digitsFrom(place + 1);
        if (at(place) == u'e' || at(place) == u'E') {
            const int sign = at(place + 1) == u'+' || at(place + 1) == u'-' ? 1 : 0;
            if (isDigit(at(place + 1 + sign)))
                place = digitsFrom(place + 1 + sign);
        }
        return place;
    }
    [[nodiscard]] int endOfName(int place) const
    {
        while (startsName(at(place)) || isDigit(at(place)) || (at(place) == u'.' && startsName(at(place + 1))))
            ++place;
        return place;
    }

    /// Reads the next token; what can begin none is an error at once.
    void next()
    {
        m_last = m_token.at + m_token.length;
        while (m_end < m_text.size() && m_text[m_end].isSpace())
            ++m_end;
        m_token = {Token::End, m_end, 1};
        if (m_end >= m_text.size())
            return;
        const QChar c = m_text[m_end];
        if (isDigit(c) || (c == u'.' && isDigit(at(m_end + 1)))) {
            m_token.kind = Token::Number;
            m_end = endOfNumber(m_end);
        } else if (startsName(c)) {
            m_token.kind = Token::Name;
            m_end = endOfName(m_end);
        } else {
            const int length = signAt(m_end);
            if (length == 0)
                return;
            m_token.kind = Token::Sign;
            m_end += length;
        }
        m_token.length = m_end - m_token.at;
    }

    /// How long the sign is that stands there; 0 where there is none, and the error is set.
    int signAt(int place)
    {
        const QStringView rest = QStringView(m_text).mid(place);
        for (const auto *sign : {u"**", u"<=", u">=", u"==", u"!="}) {
            if (rest.startsWith(QStringView(sign)))
                return 2;
        }
        const QChar c = rest.front();
        if (QStringView(u"+-*/()<>,").contains(c))
            return 1;
        const bool isPair = c.isHighSurrogate() && rest.size() > 1;
        const QString written = rest.left(isPair ? 2 : 1).toString();
        QString message = Text::tr("“%1” has no meaning in a formula.").arg(written);
        if (c == u'^')
            message = Text::tr("Powers are written with **.");
        else if (c == u'=')
            message = Text::tr("“Is equal” is written with ==.");
        else if (c == u'×' || c == u'·')
            message = Text::tr("Products are written with *.");
        else if (c == u'÷')
            message = Text::tr("Quotients are written with /.");
        else if (c == u'−' || c == u'–')
            message = Text::tr("Minus is written with - (the hyphen).");
        else if (c == u'[' || c == u'{')
            message = Text::tr("Only ( and ) group the parts of a formula.");
        fail(place, isPair ? 2 : 1, message);
        return 0;
    }

    [[nodiscard]] QString leftOver() const
    {
        if (isSign(u")"))
            return Text::tr("This parenthesis closes none.");
        if (isSign(u","))
            return Text::tr("A comma only stands between the values of a function.");
        if (m_token.kind == Token::Sign && operatorOf(textOf(m_token), Comparison))
            return Text::tr("Comparisons cannot be strung together: put one of them into parentheses.");
        return Text::tr("An operator is missing before “%1”.").arg(textOf(m_token));
    }

    int add(Op op, std::vector<int> operands, int from, double number = 0, const QString &name = {})
    {
        if (std::any_of(operands.begin(), operands.end(), [](int operand) { return operand < 0; }))
            return -1;
        if (m_nodes.size() >= mostNodes) {
            return fail(from, m_last - from,
                        Text::tr("A formula may have %1 parts at most: numbers, names and operations.").arg(mostNodes));
        }
        m_nodes.push_back({op, number, name, std::move(operands), from, m_last - from});
        return static_cast<int>(m_nodes.size()) - 1;
    }

    int comparison()
    {
        const int from = m_token.at;
        const int left = sum();
        const auto op = operatorOf(textOf(m_token), Comparison);
        if (!op)
            return left;
        next();
        const int right = sum();
        return add(*op, {left, right}, from);
    }
    int sum() { return row(Sum, &Parser::term); }
    int term() { return row(Term, &Parser::unary); }
    int row(int level, int (Parser::*part)())
    {
        const int from = m_token.at;
        int left = (this->*part)();
        while (const auto op = operatorOf(textOf(m_token), level)) {
            next();
            const int right = (this->*part)();
            left = add(*op, {left, right}, from);
        }
        return left;
    }
    int unary()
    {
        if (m_level >= mostLevels)
            return fail(m_token, Text::tr("A formula may be nested %1 levels deep at most.").arg(mostLevels));
        ++m_level;
        const int from = m_token.at;
        int node = -1;
        if (isSign(u"-")) {
            next();
            const int operand = unary();
            node = add(Op::Negate, {operand}, from);
        } else {
            node = power();
        }
        --m_level;
        return node;
    }
    int power()
    {
        const int from = m_token.at;
        const int base = atom();
        if (!isSign(u"**"))
            return base;
        next();
        const int exponent = unary();
        return add(Op::Power, {base, exponent}, from);
    }
    int atom()
    {
        const Token token = m_token;
        const QString text = textOf(token).toString();
        if (token.kind == Token::Number) {
            const double number = text.toDouble();
            if (!std::isfinite(number))
                return fail(token, Text::tr("This number is too large."));
            next();
            return add(Op::Number, {}, token.at, number);
        }
        if (token.kind == Token::Name) {
            next();
            const Function *function = functionOf(text);
            if (isSign(u"("))
                return call(token, function);
            if (function)
                return fail(token, Text::tr("%1 is a function; its values go into parentheses.").arg(text));
            return add(Op::Name, {}, token.at, 0, text);
        }
        if (isSign(u"(")) {
            next();
            const int inner = comparison();
            close(token);
            return inner;
        }
        if (token.kind == Token::End)
            return fail(token, Text::tr("The formula ends where a value should follow."));
        return fail(token, Text::tr("A value is missing before “%1”.").arg(text));
    }
    int call(const Token &name, const Function *function)
    {
        const Token open = m_token;
        if (!function) {
            return fail(name, Text::tr("There is no function “%1”. There are: %2.").arg(textOf(name), functionNames()));
        }
        next();
        std::vector<int> operands;
        if (!isSign(u")")) {
            operands.push_back(comparison());
            while (isSign(u",")) {
                next();
                operands.push_back(comparison());
            }
        }
        close(open);
        const int count = static_cast<int>(operands.size());
        if (count < function->fewest || (function->most > 0 && count > function->most))
            return fail(name, argumentsOf(function->op));
        return add(function->op, std::move(operands), name.at);
    }
    void close(const Token &open)
    {
        if (isSign(u")"))
            next();
        else if (m_token.kind == Token::End)
            fail(m_token, Text::tr("The parenthesis at character %1 is not closed.").arg(open.at + 1));
        else
            fail(m_token, leftOver());
    }

    const QString &m_text;
    int m_end = 0; ///< of m_token
    int m_last = 0; ///< the end of the token before m_token
    int m_level = 0;
    Token m_token;
    std::vector<Node> m_nodes;
    std::optional<SyntaxError> m_error;
};

} // namespace

Error SyntaxError::toError(const QString &text) const
{
    const QString part = text.mid(at, std::min(length, 40)).simplified();
    const QString place = part.isEmpty() ? Text::tr("at the end of the formula")
                                         : Text::tr("at character %1: “%2”").arg(QString::number(at + 1), part);
    return {ErrorCode::InvalidInput, Text::tr("%1 (%2)").arg(message, place), {}, false};
}

tl::expected<Expression, SyntaxError> Expression::parse(const QString &text)
{
    auto nodes = Parser(text).parse();
    if (!nodes)
        return tl::unexpected(std::move(nodes.error()));
    Expression expression;
    expression.m_text = text;
    expression.m_nodes = std::make_shared<const std::vector<Node>>(std::move(*nodes));
    return expression;
}

QStringList Expression::names() const
{
    QStringList names;
    for (const Node &node : *m_nodes) {
        if (node.op == Op::Name && !names.contains(node.name))
            names.append(node.name);
    }
    return names;
}

QString Expression::toString() const
{
    // Bottom up, because a long sum is as deep as it is long; every node is the operand of one other.
    std::vector<QString> texts(m_nodes->size());
    const auto operand = [&](int index, int level) {
        const auto place = static_cast<std::size_t>(index);
        QString text = std::move(texts[place]);
        return formOf((*m_nodes)[place].op).level < level ? QString(u'(' + text + u')') : text;
    };
    for (std::size_t i = 0; i < texts.size(); ++i) {
        const Node &node = (*m_nodes)[i];
        const Form form = formOf(node.op);
        if (node.op == Op::Number) {
            texts[i] = QString::number(node.number, 'g', QLocale::FloatingPointShortest);
        } else if (node.op == Op::Name) {
            texts[i] = node.name;
        } else if (form.level == Atom) {
            QStringList values;
            values.reserve(static_cast<int>(node.operands.size()));
            for (const int index : node.operands)
                values.append(operand(index, Comparison));
            texts[i] = functionOf(node.op).name + u'(' + values.join(QStringLiteral(", ")) + u')';
        } else if (node.op == Op::Negate) {
            texts[i] = u'-' + operand(node.operands[0], Unary);
        } else {
            const int left = form.level == Power ? Atom : form.level == Comparison ? Sum : form.level;
            const int right = form.level == Power ? Unary : form.level + 1;
            const QString first = operand(node.operands[0], left);
            texts[i] = first + u' ' + form.sign + u' ' + operand(node.operands[1], right);
        }
    }
    return texts.back();
}

} // namespace astra::processing
