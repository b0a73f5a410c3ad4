// SPDX-License-Identifier: Apache-2.0
#include "core/base/json.h"
#include "core/processing/expression.h"
#include "tests/support/shareddata.h"

#include <QTest>

#include <cmath>

using namespace astra;
using namespace astra::processing;

namespace {

/// The tree with every pair of parentheses written: what binds how is seen, and toString() is not relied on.
QString spelled(const Expression &expression, int place)
{
    static const QStringList signs {QString(),
                                    QString(),
                                    QStringLiteral("-"),
                                    QStringLiteral("+"),
                                    QStringLiteral("-"),
                                    QStringLiteral("*"),
                                    QStringLiteral("/"),
                                    QStringLiteral("**"),
                                    QStringLiteral("<"),
                                    QStringLiteral("<="),
                                    QStringLiteral(">"),
                                    QStringLiteral(">="),
                                    QStringLiteral("=="),
                                    QStringLiteral("!="),
                                    QStringLiteral("min"),
                                    QStringLiteral("max"),
                                    QStringLiteral("abs"),
                                    QStringLiteral("sqrt"),
                                    QStringLiteral("log"),
                                    QStringLiteral("exp"),
                                    QStringLiteral("tanh"),
                                    QStringLiteral("where"),
                                    QStringLiteral("clamp")};
    const Node &node = expression.nodes()[static_cast<std::size_t>(place)];
    if (node.op == Op::Number)
        return QString::number(node.number);
    if (node.op == Op::Name)
        return node.name;
    QStringList operands;
    for (const int operand : node.operands)
        operands.append(spelled(expression, operand));
    const QString sign = signs.value(static_cast<int>(node.op));
    if (node.op >= Op::Min)
        return sign + u'(' + operands.join(u',') + u')';
    return operands.size() == 1 ? QString(u'(' + sign + operands[0] + u')')
                                : QString(u'(' + operands.join(sign) + u')');
}
QString spelled(const Expression &expression)
{
    return spelled(expression, static_cast<int>(expression.nodes().size()) - 1);
}

bool isSameTree(const Expression &one, const Expression &other)
{
    const auto same = [](const Node &x, const Node &y) {
        return x.op == y.op && x.number == y.number && x.name == y.name && x.operands == y.operands;
    };
    return std::equal(one.nodes().begin(), one.nodes().end(), other.nodes().begin(), other.nodes().end(), same);
}

QString repeated(const char *part, int times) { return QString::fromLatin1(part).repeated(times); }

} // namespace

class tst_Expression : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void precedence_data()
    {
        QTest::addColumn<QString>("tree");
        const auto row = [](const char *text, const char *tree) { QTest::newRow(text) << QString::fromLatin1(tree); };
        row("a", "a");
        row("1", "1");
        row(" 1.5e-3 ", "0.0015");
        row(".5", "0.5");
        row("5.", "5");
        row("2E+3", "2000");
        row("a + b + c", "((a+b)+c)");
        row("a - b - c", "((a-b)-c)");
        row("a - (b - c)", "(a-(b-c))");
        row("a / b / c", "((a/b)/c)");
        row("a / b * c", "((a/b)*c)");
        row("a + b * c", "(a+(b*c))");
        row("(a + b) * c", "((a+b)*c)");
        row("-a + b", "((-a)+b)");
        row("-a * b", "((-a)*b)");
        row("a * -b", "(a*(-b))");
        row("a - -b", "(a-(-b))");
        row("--a", "(-(-a))");
        row("-2**2", "(-(2**2))");
        row("(-2)**2", "((-2)**2)");
        row("2**3**2", "(2**(3**2))");
        row("2**-1", "(2**(-1))");
        row("2**-1**2", "(2**(-(1**2)))");
        row("-a**-b", "(-(a**(-b)))");
        row("a*b**2", "(a*(b**2))");
        row("a**b*c", "((a**b)*c)");
        row("a + b < c * 2", "((a+b)<(c*2))");
        row("a <= b", "(a<=b)");
        row("(a > b) >= (c == 1)", "((a>b)>=(c==1))");
        row("a != -b", "(a!=(-b))");
        row("min(a, b, c)", "min(a,b,c)");
        row("max(a+1, (b))", "max((a+1),b)");
        row("where(a < b, a, -b) ** 2", "(where((a<b),a,(-b))**2)");
        row("clamp(abs(a), 0, sqrt(tanh(exp(log(b)))))", "clamp(abs(a),0,sqrt(tanh(exp(log(b)))))");
        row("after.nir - before.nir", "(after.nir-before.nir)");
        row("B8A\n/ _x1", "(B8A/_x1)");
        row("minimum + exp1 + Max", "((minimum+exp1)+Max)");
        row("2e", ""); // 2, then a name
        row("((((a))))", "a");
    }
    void precedence()
    {
        QFETCH(QString, tree);
        const auto expression = Expression::parse(QString::fromLatin1(QTest::currentDataTag()));
        QCOMPARE(expression.has_value(), !tree.isEmpty());
        if (expression)
            QCOMPARE(spelled(*expression), tree);
    }

    void errors_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("at");
        QTest::addColumn<int>("length");
        QTest::addColumn<QString>("message");
        const auto row = [](const QString &text, int at, int length, const char *message) {
            QTest::addRow("%s", qPrintable(text.left(60))) << text << at << length << QString::fromUtf8(message);
        };
        const auto simple = [&](const char *text, int at, int length, const char *message) {
            row(QString::fromUtf8(text), at, length, message);
        };
        simple("", 0, 1, "The formula is empty.");
        simple("  \n ", 4, 1, "The formula is empty.");
        simple("a +", 3, 1, "The formula ends where a value should follow.");
        simple("a + ", 4, 1, "The formula ends where a value should follow.");
        simple("-", 1, 1, "The formula ends where a value should follow.");
        simple("a **", 4, 1, "The formula ends where a value should follow.");
        simple("(", 1, 1, "The formula ends where a value should follow.");
        simple("+ a", 0, 1, "A value is missing before “+”.");
        simple("a + + b", 4, 1, "A value is missing before “+”.");
        simple("a * / b", 4, 1, "A value is missing before “/”.");
        simple("a // b", 3, 1, "A value is missing before “/”.");
        simple("a <> b", 3, 1, "A value is missing before “>”.");
        simple("()", 1, 1, "A value is missing before “)”.");
        simple("(a + )", 5, 1, "A value is missing before “)”.");
        simple("max(a, )", 7, 1, "A value is missing before “)”.");
        simple("max(, a)", 4, 1, "A value is missing before “,”.");
        simple("(a + b", 6, 1, "The parenthesis at character 1 is not closed.");
        simple("b * (a + (b)", 12, 1, "The parenthesis at character 5 is not closed.");
        simple("sqrt(a", 6, 1, "The parenthesis at character 5 is not closed.");
        simple("a)", 1, 1, "This parenthesis closes none.");
        simple("(a + b)) * 2", 7, 1, "This parenthesis closes none.");
        simple("a, b", 1, 1, "A comma only stands between the values of a function.");
        simple("(a, b)", 2, 1, "A comma only stands between the values of a function.");
        simple("a b", 2, 1, "An operator is missing before “b”.");
        simple("2nir", 1, 3, "An operator is missing before “nir”.");
        simple("1.2.3", 3, 2, "An operator is missing before “.3”.");
        simple("2 (a)", 2, 1, "An operator is missing before “(”.");
        simple("(a) (b)", 4, 1, "An operator is missing before “(”.");
        simple("(a b)", 3, 1, "An operator is missing before “b”.");
        simple("a < b < c", 6, 1, "Comparisons cannot be strung together: put one of them into parentheses.");
        simple("1 <= a <= 2", 7, 2, "Comparisons cannot be strung together: put one of them into parentheses.");
        simple("a ^ 2", 2, 1, "Powers are written with **.");
        simple("a = b", 2, 1, "“Is equal” is written with ==.");
        simple("a × b", 2, 1, "Products are written with *.");
        simple("a ÷ b", 2, 1, "Quotients are written with /.");
        simple("a − b", 2, 1, "Minus is written with - (the hyphen).");
        simple("[a]", 0, 1, "Only ( and ) group the parts of a formula.");
        simple("a % b", 2, 1, "“%” has no meaning in a formula.");
        simple("a & b", 2, 1, "“&” has no meaning in a formula.");
        simple("a.", 1, 1, "“.” has no meaning in a formula.");
        simple("a.1", 1, 2, "An operator is missing before “.1”.");
        simple("ä + b", 0, 1, "“ä” has no meaning in a formula.");
        simple("a + 🌍", 4, 2, "“🌍” has no meaning in a formula.");
        simple("sin(a)", 0, 3,
               "There is no function “sin”. There are: abs, clamp, exp, log, max, min, sqrt, tanh, where.");
        simple("1 + nir(2)", 4, 3,
               "There is no function “nir”. There are: abs, clamp, exp, log, max, min, sqrt, tanh, where.");
        simple("sqrt + 1", 0, 4, "sqrt is a function; its values go into parentheses.");
        simple("a + min", 4, 3, "min is a function; its values go into parentheses.");
        simple("sqrt()", 0, 4, "sqrt takes one value.");
        simple("1 + sqrt(a, b)", 4, 4, "sqrt takes one value.");
        simple("min(a)", 0, 3, "min takes two or more values.");
        simple("max()", 0, 3, "max takes two or more values.");
        simple("where(a, b)", 0, 5,
               "where takes three values: a condition, what holds if it is met, and what holds if not.");
        simple("clamp(a, 0)", 0, 5, "clamp takes three values: the value, the least and the greatest it may be.");
        simple("1e999", 0, 5, "This number is too large.");
        row(repeated("a+", 4999) + QStringLiteral("a + b"), 10000, 3,
            "A formula may have 10000 characters at most; this one has 10003.");
        row(repeated("(", 5000) + u'a' + repeated(")", 4999), 200, 1,
            "A formula may be nested 200 levels deep at most.");
        row(repeated("-", 9999) + u'a', 200, 1, "A formula may be nested 200 levels deep at most.");
        row(repeated("2**", 3000) + u'2', 600, 1, "A formula may be nested 200 levels deep at most.");
        row(repeated("abs(", 1900) + u'a' + repeated(")", 1900), 800, 3,
            "A formula may be nested 200 levels deep at most.");
        row(repeated("a+", 2048) + u'a', 0, 4097,
            "A formula may have 4096 parts at most: numbers, names and operations.");
    }
    void errors()
    {
        QFETCH(QString, text);
        QFETCH(int, at);
        QFETCH(int, length);
        QFETCH(QString, message);
        const auto expression = Expression::parse(text);
        QVERIFY(!expression);
        QCOMPARE(expression.error().message, message);
        QCOMPARE(expression.error().at, at);
        QCOMPARE(expression.error().length, length);
    }

    void limits_areWhatTheySay()
    {
        QVERIFY(Expression::parse(repeated("(", 199) + u'a' + repeated(")", 199)));
        QVERIFY(!Expression::parse(repeated("(", 200) + u'a' + repeated(")", 200)));
        QVERIFY(Expression::parse(repeated("a+", 2047) + u'a')); // 4,095 nodes, as deep as they are many
        QVERIFY(Expression::parse(repeated(" ", 9999) + u'a'));
        QVERIFY(!Expression::parse(repeated(" ", 10000) + u'a'));
    }

    void error_tellsThePlace()
    {
        const QString text = QStringLiteral("nir ^ 2");
        const Error error = Expression::parse(text).error().toError(text);
        QCOMPARE(error.code, ErrorCode::InvalidInput);
        QCOMPARE(error.message, QStringLiteral("Powers are written with **. (at character 5: “^”)"));
        const QString open = QStringLiteral("nir +");
        QCOMPARE(Expression::parse(open).error().toError(open).message,
                 QStringLiteral("The formula ends where a value should follow. (at the end of the formula)"));
    }

    void nodes_knowTheirPlaces()
    {
        const QString text = QStringLiteral("2 * (nir - red) / max(nir, 1)");
        const auto expression = Expression::parse(text);
        QVERIFY(expression);
        QStringList parts;
        for (const Node &node : expression->nodes())
            parts.append(text.mid(node.at, node.length));
        QCOMPARE(parts,
                 (QStringList {QStringLiteral("2"), QStringLiteral("nir"), QStringLiteral("red"),
                               QStringLiteral("nir - red"), QStringLiteral("2 * (nir - red)"), QStringLiteral("nir"),
                               QStringLiteral("1"), QStringLiteral("max(nir, 1)"), text}));
        QCOMPARE(expression->text(), text);
    }

    void names_inOrderAndOnce()
    {
        const auto expression = Expression::parse(QStringLiteral("red / (nir + red) - after.nir * L + NIR"));
        QVERIFY(expression);
        QCOMPARE(expression->names(),
                 (QStringList {QStringLiteral("red"), QStringLiteral("nir"), QStringLiteral("after.nir"),
                               QStringLiteral("L"), QStringLiteral("NIR")}));
        QVERIFY(Expression::parse(QStringLiteral("1 + 2"))->names().isEmpty());
    }

    void canonical_data()
    {
        QTest::addColumn<QString>("canonical");
        const auto row = [](const char *text, const char *to) { QTest::newRow(text) << QString::fromLatin1(to); };
        row("((a))", "a");
        row("(a+b)+c", "a + b + c");
        row("a+(b+c)", "a + (b + c)");
        row("(a*b)/c", "a * b / c");
        row("a*(b/c)", "a * (b / c)");
        row("(a**b)**c", "(a ** b) ** c");
        row("a**(b**c)", "a ** b ** c");
        row("a**(-b)", "a ** -b");
        row("(-a)**b", "(-a) ** b");
        row("-(a**b)", "-a ** b");
        row("-(a*b)", "-(a * b)");
        row("(-a)*b", "-a * b");
        row("-(-a)", "--a");
        row("(a<b)==(c>d)", "(a < b) == (c > d)");
        row("(a<b)*2", "(a < b) * 2");
        row("min((a),(b<c),0.50)", "min(a, b < c, 0.5)");
        row("0.1e-10 + 1e22 + 100000 + 0.1", "1e-11 + 1e+22 + 1e+05 + 0.1");
    }
    void canonical()
    {
        QFETCH(QString, canonical);
        const auto expression = Expression::parse(QString::fromLatin1(QTest::currentDataTag()));
        QVERIFY(expression);
        QCOMPARE(expression->toString(), canonical);
        const auto again = Expression::parse(canonical);
        QVERIFY(again && isSameTree(*again, *expression));
    }

    void everyCatalogue_parsesAndPrintsBack()
    {
        QStringList formulas;
        const auto own = readJsonFile(QStringLiteral(ASTRA_SOURCE_DIR "/resources/indices/indices.json"));
        QVERIFY(own);
        for (const Json &index : member(*own, "indices"))
            formulas.append(QString::fromStdString(index.at("formula").get<std::string>()));
        QCOMPARE(formulas.size(), 60);
        if (!test::sharedData().isEmpty()) {
            const auto all = readJsonFile(QString(test::sharedData() + QStringLiteral("/spectral-indices.json")));
            QVERIFY(all);
            for (const Json &index : member(*all, "SpectralIndices"))
                formulas.append(QString::fromStdString(index.at("formula").get<std::string>()));
            QCOMPARE(formulas.size(), 60 + 280);
        }
        for (const QString &formula : formulas) {
            const auto expression = Expression::parse(formula);
            QVERIFY2(expression, qPrintable(formula));
            const auto again = Expression::parse(expression->toString());
            QVERIFY2(again && isSameTree(*again, *expression), qPrintable(expression->toString()));
            QCOMPARE(again->toString(), expression->toString());
        }
    }
};

QTEST_GUILESS_MAIN(tst_Expression)
#include "tst_expression.moc"
