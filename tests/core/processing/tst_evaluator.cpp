// SPDX-License-Identifier: Apache-2.0
#include "core/base/json.h"
#include "core/processing/evaluator.h"
#include "core/raster/radiometry.h"

#include <QFile>
#include <QTest>

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>

using namespace astra;
using namespace astra::processing;

namespace {

constexpr float none = std::numeric_limits<float>::quiet_NaN();
constexpr float infinity = std::numeric_limits<float>::infinity();

const Symbols threeInputs {{QStringLiteral("a"), {0, 0}}, {QStringLiteral("b"), {1, 0}}, {QStringLiteral("c"), {2, 0}}};

Evaluator compiled(const QString &text, const Symbols &symbols = threeInputs)
{
    const auto expression = Expression::parse(text);
    if (!expression)
        qFatal("%s: %s", qPrintable(text), qPrintable(expression.error().message));
    auto evaluator = Evaluator::compile(*expression, symbols);
    if (!evaluator)
        qFatal("%s: %s", qPrintable(text), qPrintable(evaluator.error().message));
    return *evaluator;
}
Evaluator compiled(const char *text, const Symbols &symbols = threeInputs)
{
    return compiled(QString::fromLatin1(text), symbols);
}

Source source(const std::vector<float> &values)
{
    Source source;
    source.values = values.data();
    return source;
}

std::vector<float> computed(const Evaluator &evaluator, const std::vector<std::vector<float>> &inputs,
                            std::size_t count)
{
    std::vector<Source> sources;
    sources.reserve(inputs.size());
    for (const auto &input : inputs)
        sources.push_back(source(input));
    std::vector<float> out(count, -12345);
    evaluator.run(sources, out.data(), count);
    return out;
}

float computed(const char *text, float a, float b = 0, float c = 0)
{
    return computed(compiled(text), {{a}, {b}, {c}}, 1).front();
}

/// Of the first `count` values: NaN equal to NaN, and −0 another than 0.
bool sameBits(const std::vector<float> &one, const std::vector<float> &other, std::size_t count)
{
    const auto same = [](float x, float y) {
        return std::bit_cast<std::uint32_t>(x) == std::bit_cast<std::uint32_t>(y);
    };
    return std::equal(one.begin(), one.begin() + static_cast<std::ptrdiff_t>(count), other.begin(), same);
}

/// A number of the tables: "nan", "inf" and "-inf" are texts there, null is no value.
double numberOf(const Json &json)
{
    if (json.is_string())
        return std::stod(json.get<std::string>());
    return json.is_null() ? std::numeric_limits<double>::quiet_NaN() : json.get<double>();
}
std::vector<float> floatsOf(const Json &json)
{
    std::vector<float> values;
    values.reserve(json.size());
    for (const Json &number : json)
        values.push_back(static_cast<float>(numberOf(number)));
    return values;
}

Json table(const char *path)
{
    auto json = readJsonFile(QString::fromLatin1(path));
    if (!json)
        qFatal("%s", qPrintable(json.error().message));
    return std::move(*json);
}

std::vector<QString> referenceFormulas()
{
    std::vector<QString> texts;
    const Json json = table(ASTRA_SOURCE_DIR "/tests/data/expressions/expressions.json");
    for (const Json &formula : json.at("formulas"))
        texts.push_back(QString::fromStdString(formula.at("text").get<std::string>()));
    return texts;
}

// ---------------------------------------------------------------------------------------------------------------------
// Formulas by chance, and an interpreter in double that knows how far off float32 may be.

class Chance
{
public:
    explicit Chance(unsigned seed)
        : m_engine(seed)
    {
    }
    int below(int limit) { return static_cast<int>(m_engine() % static_cast<unsigned>(limit)); }

    QString formula(int depth)
    {
        static const QStringList leaves {QStringLiteral("a"),   QStringLiteral("b"),     QStringLiteral("c"),
                                         QStringLiteral("a"),   QStringLiteral("b"),     QStringLiteral("0.5"),
                                         QStringLiteral("2"),   QStringLiteral("0.125"), QStringLiteral("1"),
                                         QStringLiteral("0.1"), QStringLiteral("7.5"),   QStringLiteral("0")};
        static const QStringList forms {QStringLiteral("(%1 + %2)"),
                                        QStringLiteral("(%1 - %2)"),
                                        QStringLiteral("(%1 * %2)"),
                                        QStringLiteral("(%1 / %2)"),
                                        QStringLiteral("(%1 - %2)"),
                                        QStringLiteral("(%1 * %2)"),
                                        QStringLiteral("min(%1, %2)"),
                                        QStringLiteral("max(%1, %2)"),
                                        QStringLiteral("(%1 < %2)"),
                                        QStringLiteral("(%1 >= %2)"),
                                        QStringLiteral("(%1 == %2)"),
                                        QStringLiteral("(%1 != %2)"),
                                        QStringLiteral("where(%1, %2, %3)"),
                                        QStringLiteral("clamp(%1, %2, %3)"),
                                        QStringLiteral("-%1"),
                                        QStringLiteral("abs(%1)"),
                                        QStringLiteral("sqrt(%1)"),
                                        QStringLiteral("log(%1)"),
                                        QStringLiteral("exp(%1)"),
                                        QStringLiteral("tanh(%1)"),
                                        QStringLiteral("(%1) ** 2"),
                                        QStringLiteral("(%1) ** 3"),
                                        QStringLiteral("(%1) ** -1"),
                                        QStringLiteral("(%1) ** 0.5"),
                                        QStringLiteral("abs(%1) ** (1 / 3)"),
                                        QStringLiteral("(%1 > %2)"),
                                        QStringLiteral("(%1 <= %2)"),
                                        QStringLiteral("(%1 - %2) / (%1 + %2)"),
                                        QStringLiteral("(0.3 * %1 + 0.7 * %2)")};
        if (depth == 0 || below(8) == 0)
            return leaves[below(static_cast<int>(leaves.size()))];
        QString form = forms[below(static_cast<int>(forms.size()))];
        for (const auto *place : {"%1", "%2", "%3"}) {
            if (form.contains(QLatin1String(place)))
                form.replace(QLatin1String(place), formula(depth - 1));
        }
        return u'(' + form + u')';
    }
    float value()
    {
        static const std::vector<float> special {0.0F, -0.0F, 1.0F, -1.0F, 0.5F, none, none, infinity, -infinity, 2.0F};
        if (below(4) == 0)
            return special[static_cast<std::size_t>(below(static_cast<int>(special.size())))];
        return static_cast<float>(below(4000) - 1000) / 1024.0F;
    }

private:
    std::mt19937 m_engine;
};

/// A value and how far what float32 computes may be from it.
struct Near {
    double value = 0;
    double off = 0;
};

constexpr double roundingOfFloat = 6e-8; ///< 2⁻²⁴
/// Of a function of the C library, or of a power by products.
constexpr double roundingOfCalls = 8 * roundingOfFloat;

Near near(double value, double off, double rounding = roundingOfFloat)
{
    return {value, off * (1 + 1e-6) + std::abs(value) * rounding + 1e-37};
}

/// Of a tree at one pixel. `unsure` where a comparison, a branch or a pole is nearer than float32 can tell, or where
/// its range ends.
class Interpreter
{
public:
    Interpreter(const Expression &expression, std::vector<double> inputs)
        : m_nodes(expression.nodes())
        , m_inputs(std::move(inputs))
    {
    }
    Near run() { return value(static_cast<int>(m_nodes.size()) - 1); }
    bool unsure = false;

private:
    Near value(int place) // NOLINT(misc-no-recursion)
    {
        const Near result = raw(m_nodes[static_cast<std::size_t>(place)]);
        const double size = std::abs(result.value);
        if (std::isfinite(size) && (size > 1e30 || (size > 0 && size < 1e-30) || result.off > 1e-3 * (1 + size)))
            unsure = true;
        if (!std::isfinite(result.off) && std::isfinite(size))
            unsure = true;
        return result;
    }
    bool less(const Near &x, const Near &y, bool orEqual)
    {
        const bool exact = x.off == 0 && y.off == 0;
        if (!exact && std::isfinite(x.value) && std::isfinite(y.value) && std::abs(x.value - y.value) <= x.off + y.off)
            unsure = true;
        return orEqual ? x.value <= y.value : x.value < y.value;
    }
    bool isZero(const Near &x)
    {
        if (x.off > 0 && std::abs(x.value) <= x.off)
            unsure = true;
        return x.value == 0;
    }
    /// Sums and products of few bits are exact in both: a difference that is zero must be zero.
    static Near exactOr(double value, double off)
    {
        const bool exact = off == 0 && static_cast<double>(static_cast<float>(value)) == value;
        return exact ? Near {value, 0} : near(value, off);
    }
    Near divided(const Near &x, const Near &y)
    {
        isZero(y);
        const double smallest = std::abs(y.value) - y.off;
        const double off = x.off == 0 && y.off == 0
            ? 0
            : (x.off + std::abs(x.value / y.value) * y.off) / std::max(smallest, 1e-300);
        return std::isfinite(x.value / y.value) ? exactOr(x.value / y.value, off) : Near {x.value / y.value, 0};
    }
    Near multiplied(const Near &x, const Near &y)
    {
        const double value = x.value * y.value;
        if (!std::isfinite(value))
            return {value, 0};
        return exactOr(value, std::abs(x.value) * y.off + std::abs(y.value) * x.off + x.off * y.off);
    }
    Near power(const Near &x, const Near &y)
    {
        if (y.value == -1)
            return divided({1, 0}, x);
        const double value = std::pow(x.value, y.value);
        if (y.value != std::trunc(y.value)) {
            // A root: its slope has no end at 0.
            if (x.value < x.off * 4 && x.off > 0)
                unsure = true;
            if (x.value
                == -HUGE_VAL) // pow gives an infinity, the root of a negative none: both are no value in the end
                return {std::nan(""), 0};
        }
        if (!std::isfinite(value))
            return {value, 0};
        const double slope = x.value == 0 ? 0 : std::abs(y.value * value / x.value);
        return near(value, slope * x.off * 1.1 + x.off * x.off * 8, roundingOfCalls);
    }
    Near called(double result, double off)
    {
        return std::isfinite(result) ? near(result, off, roundingOfCalls) : Near {result, 0};
    }
    Near raw(const Node &node) // NOLINT(misc-no-recursion)
    {
        std::vector<Near> v;
        v.reserve(node.operands.size());
        for (const int operand : node.operands)
            v.push_back(value(operand));
        const auto anyNan = [&] {
            return std::any_of(v.begin(), v.end(), [](const Near &x) { return std::isnan(x.value); });
        };
        if (node.op == Op::Number) {
            const double value = node.number;
            return {value,
                    static_cast<double>(static_cast<float>(value)) == value ? 0 : std::abs(value) * roundingOfFloat};
        }
        if (node.op == Op::Name)
            return {m_inputs[static_cast<std::size_t>(node.name[0].unicode() - u'a')], 0};
        if (node.op == Op::Where) {
            if (std::isnan(v[0].value))
                return {v[0].value, 0};
            return isZero(v[0]) ? v[2] : v[1];
        }
        if (anyNan())
            return {std::nan(""), 0};
        const auto truth = [](bool holds) { return Near {holds ? 1.0 : 0.0, 0}; };
        switch (node.op) {
        case Op::Negate:
            return {-v[0].value, v[0].off};
        case Op::Add:
            return sum(v[0], v[1]);
        case Op::Subtract:
            return sum(v[0], {-v[1].value, v[1].off});
        case Op::Multiply:
            return multiplied(v[0], v[1]);
        case Op::Divide:
            return divided(v[0], v[1]);
        case Op::Power:
            return power(v[0], v[1]);
        case Op::Less:
            return truth(less(v[0], v[1], false));
        case Op::LessEqual:
            return truth(less(v[0], v[1], true));
        case Op::Greater:
            return truth(less(v[1], v[0], false));
        case Op::GreaterEqual:
            return truth(less(v[1], v[0], true));
        case Op::Equal:
            less(v[0], v[1], false);
            return truth(v[0].value == v[1].value);
        case Op::NotEqual:
            less(v[0], v[1], false);
            return truth(v[0].value != v[1].value);
        case Op::Min:
            return lower(v[0], v[1]);
        case Op::Max:
            return upper(v[0], v[1]);
        case Op::Clamp:
            return lower(upper(v[0], v[1]), v[2]);
        case Op::Abs:
            return {std::abs(v[0].value), v[0].off};
        case Op::Sqrt:
            return power(v[0], {0.5, 0});
        case Op::Log:
            isZero(v[0]);
            return called(std::log(v[0].value), v[0].off / std::max(std::abs(v[0].value) - v[0].off, 1e-300));
        case Op::Exp:
            return called(std::exp(v[0].value), std::exp(v[0].value) * v[0].off * 1.1);
        case Op::Tanh:
            return called(std::tanh(v[0].value), v[0].off);
        default:
            qFatal("not an operation");
        }
    }
    static Near sum(const Near &x, const Near &y)
    {
        const double value = x.value + y.value;
        return std::isfinite(value) ? exactOr(value, x.off + y.off) : Near {value, 0};
    }
    static Near lower(const Near &x, const Near &y) { return {std::min(x.value, y.value), std::max(x.off, y.off)}; }
    static Near upper(const Near &x, const Near &y) { return {std::max(x.value, y.value), std::max(x.off, y.off)}; }

    const std::vector<Node> &m_nodes;
    std::vector<double> m_inputs;
};

} // namespace

class tst_Evaluator : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void cleanup() { Evaluator::useSimd(Simd::Avx512); }

    /// 193 formulas on 22 pixels, computed by numpy (tests/data/expressions/make.py).
    void formulas_asNumpy()
    {
        const Json json = table(ASTRA_SOURCE_DIR "/tests/data/expressions/expressions.json");
        std::vector<std::vector<float>> inputs;
        for (const auto *name : {"a", "b", "c"})
            inputs.push_back(floatsOf(json.at("inputs").at(name)));
        int checked = 0;
        for (const Json &formula : json.at("formulas")) {
            const QString text = QString::fromStdString(formula.at("text").get<std::string>());
            const std::vector<float> expected = floatsOf(formula.at("values"));
            const std::vector<float> values = computed(compiled(text), inputs, expected.size());
            const bool exact = formula.at("exact").get<bool>();
            for (std::size_t i = 0; i < expected.size(); ++i) {
                const QString what = QStringLiteral("%1 at %2, %3, %4: %5, numpy %6")
                                         .arg(text)
                                         .arg(inputs[0][i])
                                         .arg(inputs[1][i])
                                         .arg(inputs[2][i])
                                         .arg(values[i], 0, 'g', 9)
                                         .arg(expected[i], 0, 'g', 9);
                QVERIFY2(std::isnan(values[i]) == std::isnan(expected[i]), qPrintable(what));
                if (std::isnan(expected[i]))
                    continue;
                const float off = exact ? 0 : 2e-6F * std::max(std::abs(expected[i]), 1e-30F);
                QVERIFY2(std::abs(values[i] - expected[i]) <= off, qPrintable(what));
                ++checked;
            }
        }
        QVERIFY(checked > 2000);
    }

    /// The shipped formulas on twenty spectra, against a second writing of each from the literature, in double
    /// (tests/core/processing/indices_reference.py).
    void shippedIndices_asTheLiterature()
    {
        const Json reference = table(ASTRA_SOURCE_DIR "/tests/data/indices_reference.json");
        const Json catalogue = table(ASTRA_SOURCE_DIR "/resources/indices/indices.json");
        const Json &bands = reference.at("bands");
        Symbols symbols;
        std::vector<std::vector<float>> inputs(bands.size());
        for (std::size_t band = 0; band < bands.size(); ++band) {
            symbols[QString::fromStdString(bands[band].get<std::string>())] = {static_cast<int>(band), 0};
        }
        QCOMPARE(catalogue.at("indices").size(), std::size_t(60));
        // Values stand in the order of the spectra in the file, which Json does not keep.
        QFile file(QStringLiteral(ASTRA_SOURCE_DIR "/tests/data/indices_reference.json"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const auto inOrder = nlohmann::ordered_json::parse(file.readAll().toStdString());
        for (const auto &[surface, spectrum] : inOrder.at("spectra").items()) {
            for (std::size_t band = 0; band < inputs.size(); ++band)
                inputs[band].push_back(spectrum[band].get<float>());
        }
        for (const Json &index : catalogue.at("indices")) {
            const std::string id = index.at("id").get<std::string>();
            Symbols known = symbols;
            if (index.contains("constants")) {
                for (const auto &[name, number] : index.at("constants").items())
                    known[QString::fromStdString(name)] = {-1, number.get<double>()};
            }
            const auto values = computed(
                compiled(QString::fromStdString(index.at("formula").get<std::string>()), known), inputs,
                inputs[0].size());
            const Json &expected = reference.at("indices").at(id).at("values");
            QCOMPARE(expected.size(), values.size());
            for (std::size_t i = 0; i < values.size(); ++i) {
                const QString what
                    = QStringLiteral("%1, spectrum %2: %3").arg(QString::fromStdString(id)).arg(i).arg(values[i]);
                QVERIFY2(expected[i].is_null() == std::isnan(values[i]), qPrintable(what));
                if (expected[i].is_null())
                    continue;
                const double value = expected[i].get<double>();
                QVERIFY2(std::abs(values[i] - value) <= 4e-6 * std::max(1.0, std::abs(value)), qPrintable(what));
            }
        }
    }

    /// Trees by chance on pixels by chance against an interpreter of one value in double.
    void randomTrees_asInDouble()
    {
        Chance chance(20260801);
        int compared = 0;
        int withoutValue = 0;
        for (int round = 0; round < 3000; ++round) {
            const QString text = chance.formula(4);
            const auto expression = Expression::parse(text);
            if (!expression) // a formula that has grown too long
                continue;
            const auto evaluator = Evaluator::compile(*expression, threeInputs);
            QVERIFY(evaluator);
            std::vector<std::vector<float>> inputs(3);
            for (int pixel = 0; pixel < 20; ++pixel) {
                for (auto &input : inputs)
                    input.push_back(chance.value());
            }
            const auto values = computed(*evaluator, inputs, 20);
            for (std::size_t i = 0; i < 20; ++i) {
                Interpreter interpreter(*expression, {inputs[0][i], inputs[1][i], inputs[2][i]});
                const Near expected = interpreter.run();
                if (interpreter.unsure)
                    continue;
                const QString what = QStringLiteral("%1 at %2, %3, %4: %5, expected %6 ± %7")
                                         .arg(text)
                                         .arg(inputs[0][i])
                                         .arg(inputs[1][i])
                                         .arg(inputs[2][i])
                                         .arg(values[i], 0, 'g', 9)
                                         .arg(expected.value, 0, 'g', 9)
                                         .arg(expected.off);
                QVERIFY2(std::isfinite(expected.value) == std::isfinite(values[i]), qPrintable(what));
                if (std::isfinite(expected.value))
                    QVERIFY2(std::abs(values[i] - expected.value) <= expected.off + 1e-30, qPrintable(what));
                ++(std::isfinite(expected.value) ? compared : withoutValue);
            }
        }
        QVERIFY2(compared > 15000, qPrintable(QString::number(compared)));
        QVERIFY2(withoutValue > 5000, qPrintable(QString::number(withoutValue)));
    }

    void nodata_isCarried()
    {
        for (const auto *text : {"a + 1",
                                 "-a",
                                 "a * 0",
                                 "a ** 0",
                                 "a ** 2",
                                 "1 ** a",
                                 "min(a, 0)",
                                 "max(0, a)",
                                 "a < 1",
                                 "a != a",
                                 "a == a",
                                 "abs(a)",
                                 "sqrt(a)",
                                 "tanh(a)",
                                 "clamp(a, 0, 1)",
                                 "clamp(1, a, 2)",
                                 "clamp(1, 0, a)",
                                 "where(a, 1, 2)",
                                 "where(a > 0, b, b)",
                                 "where(1, a, 2)",
                                 "where(0, 1, a)",
                                 "where(b == 0, a, 1)",
                                 "a",
                                 "0 * a + b",
                                 "a - a"})
            QVERIFY2(std::isnan(computed(text, none)), text);
        QCOMPARE(computed("where(b == 0, 1, a)", none), 1.0F);
        QCOMPARE(computed("where(b != 0, a, 2)", none), 2.0F);
        QCOMPARE(computed("where(1, 3, a)", none), 3.0F);
    }

    void infinities_areNoResultButMayBeOnTheWay()
    {
        QVERIFY(std::isnan(computed("a / b", 1, 0)));
        QVERIFY(std::isnan(computed("a / b", 0, 0)));
        QVERIFY(std::isnan(computed("a", infinity)));
        QVERIFY(std::isnan(computed("exp(a)", 1000)));
        QVERIFY(std::isnan(computed("log(a)", 0)));
        QVERIFY(std::isnan(computed("1 / 0", 0)));
        QCOMPARE(computed("1 / (a / b)", 1, 0), 0.0F);
        QCOMPARE(computed("tanh(a)", infinity), 1.0F);
        QCOMPARE(computed("a / b > 5", 1, 0), 1.0F);
        QCOMPARE(computed("clamp(a / b, -1, 1)", 1, 0), 1.0F);
        QCOMPARE(computed("min(1 / 0, 2)", 0), 2.0F);
        QVERIFY(std::isnan(computed("clamp(a / b, -1, 1)", 0, 0)));
    }

    void unknownNames_areToldAtTheirPlace()
    {
        const auto error = [](const char *text, const Symbols &symbols) {
            return Evaluator::compile(*Expression::parse(QString::fromLatin1(text)), symbols).error();
        };
        const Symbols bands {{QStringLiteral("nir"), {0, 0}}, {QStringLiteral("red"), {1, 0}}};
        const SyntaxError missing = error("nir + swir16", bands);
        QCOMPARE(missing.at, 6);
        QCOMPARE(missing.length, 6);
        QCOMPARE(missing.message, QStringLiteral("Nothing is named “swir16” here. There are: nir, red."));
        QCOMPARE(error("NIR", bands).message, QStringLiteral("Nothing is named “NIR” here; “nir” is."));
        QCOMPARE(error("1 + x", {}).message, QStringLiteral("Nothing is named “x” here."));
    }

    void names_mayBeNumbers()
    {
        const Symbols symbols {{QStringLiteral("nir"), {1, 0}}, {QStringLiteral("L"), {-1, 0.5}}};
        const Evaluator evaluator = compiled("nir * L * 2", symbols);
        QCOMPARE(evaluator.inputs(), 2);
        QCOMPARE(computed(evaluator, {{9.0F}, {3.0F}}, 1).front(), 3.0F);
        QCOMPARE(compiled("L * 2", symbols).inputs(), 0);
        QCOMPARE(computed(compiled("L * 2", symbols), {}, 3), (std::vector<float> {1, 1, 1}));
    }

    void steps_areFewAndShared()
    {
        const auto steps = [](const char *text) { return compiled(text).steps(); };
        QCOMPARE(steps("a"), 1);
        QCOMPARE(steps("1 + 2 * 3 ** 2"), 1);
        QCOMPARE(steps("(a - b) / (a + b)"), 1);
        QCOMPARE(steps("(a - b) / (b + a)"), 1);
        QCOMPARE(steps("a * 1 + 0"), 1);
        QCOMPARE(steps("2.5 * 3 * a"), 1);
        QCOMPARE(steps("a * b + b * a"), 2);
        QCOMPARE(steps("(a < b) + (b > a)"), 2);
        QCOMPARE(steps("a ** 2 + a * a"), 2);
        QCOMPARE(steps("a ** 4"), 2);
        QCOMPARE(steps("a ** 0.5 - sqrt(a)"), 2);
        QCOMPARE(steps("where(1 < 2, a, sqrt(b))"), 1);
        QCOMPARE(steps("where(0, exp(a), a - b)"), 1);
        QCOMPARE(steps("0.25 * a - 3 * b"), 1);
        QCOMPARE(steps("clamp(a, 0, 1)"), 2);
        // ASI's NDGI: 215 characters, 23 operations as they are written.
        const Symbols symbols {{QStringLiteral("N"), {0, 0}},          {QStringLiteral("R"), {1, 0}},
                               {QStringLiteral("G"), {2, 0}},          {QStringLiteral("lambdaN"), {-1, 842}},
                               {QStringLiteral("lambdaR"), {-1, 665}}, {QStringLiteral("lambdaG"), {-1, 560}}};
        const auto *const ndgi = "(((lambdaN - lambdaR)/(lambdaN - lambdaG)) * G + (1.0 - ((lambdaN - "
                                 "lambdaR)/(lambdaN - lambdaG))) * N - R)"
                                 "/(((lambdaN - lambdaR)/(lambdaN - lambdaG)) * G + (1.0 - ((lambdaN - "
                                 "lambdaR)/(lambdaN - lambdaG))) * N + R)";
        QCOMPARE(std::strlen(ndgi), std::size_t(215));
        const Evaluator evaluator = compiled(ndgi, symbols);
        QCOMPARE(evaluator.steps(), 2);
        const double share = (842.0 - 665) / (842 - 560);
        const double mixed = share * 0.1 + (1 - share) * 0.4;
        QVERIFY(std::abs(computed(evaluator, {{0.4F}, {0.05F}, {0.1F}}, 1).front() - (mixed - 0.05) / (mixed + 0.05))
                < 1e-6);
    }

    void blocks_ofAnyLength()
    {
        const Evaluator evaluator = compiled("(a + b) * (a - b) + sqrt(abs(c)) * (a + b) - max(a, c)");
        Chance chance(7);
        std::vector<std::vector<float>> inputs(3, std::vector<float>(5000));
        for (auto &input : inputs) {
            for (float &value : input)
                value = chance.value();
        }
        const auto whole = computed(evaluator, inputs, 5000);
        for (const std::size_t count : {0, 1, 7, 16, 1023, 1024, 1025, 2047, 2048, 4999}) {
            auto part = computed(evaluator, inputs, count);
            QVERIFY(sameBits(part, whole, count));
        }
        // Single pixels have nothing to do with those around them.
        for (std::size_t i = 0; i < 200; ++i) {
            const float alone = computed(evaluator, {{inputs[0][i]}, {inputs[1][i]}, {inputs[2][i]}}, 1).front();
            QCOMPARE(std::bit_cast<std::uint32_t>(alone), std::bit_cast<std::uint32_t>(whole[i]));
        }
    }

    /// Whatever the processor offers: the same bits.
    void instructionSets_giveTheSameBits()
    {
        Evaluator::useSimd(Simd::Avx512);
        const Simd best = Evaluator::simd();
        auto texts = referenceFormulas();
        Chance chance(11);
        for (int i = 0; i < 300; ++i)
            texts.push_back(chance.formula(3));
        constexpr std::size_t count = 1500;
        std::vector<std::vector<float>> inputs(3, std::vector<float>(count));
        for (auto &input : inputs) {
            for (float &value : input)
                value = chance.value();
        }
        std::vector<std::uint16_t> raw(count);
        for (auto &value : raw)
            value = static_cast<std::uint16_t>(chance.below(65536));
        for (const QString &text : texts) {
            const auto expression = Expression::parse(text);
            if (!expression)
                continue;
            const Evaluator evaluator = *Evaluator::compile(*expression, threeInputs);
            std::vector<Source> sources {source(inputs[0]), source(inputs[1]), source(inputs[2])};
            sources[1] = {Source::Type::UInt16, raw.data(), 0.0001F, -0.1F, 0.0F};
            std::vector<float> expected;
            for (const Simd simd : {Simd::Baseline, Simd::Avx2, Simd::Avx512}) {
                Evaluator::useSimd(simd);
                QCOMPARE(Evaluator::simd(), std::min(simd, best));
                std::vector<float> out(count);
                evaluator.run(sources, out.data(), count);
                if (simd == Simd::Baseline)
                    expected = out;
                QVERIFY2(sameBits(out, expected, count), qPrintable(text));
            }
        }
    }

    void rawSources_asRadiometryApplies_data()
    {
        QTest::addColumn<int>("type");
        QTest::addColumn<double>("scale");
        QTest::addColumn<double>("offset");
        QTest::addColumn<double>("nodata");
        const double absent = std::nan("");
        QTest::newRow("Sentinel-2") << int(Source::Type::UInt16) << 0.0001 << -0.1 << 0.0;
        QTest::newRow("Landsat") << int(Source::Type::UInt16) << 2.75e-05 << -0.2 << 0.0;
        QTest::newRow("as they are") << int(Source::Type::UInt16) << 1.0 << 0.0 << absent;
        QTest::newRow("scale alone") << int(Source::Type::Int16) << 0.0001 << 0.0 << -9999.0;
        QTest::newRow("offset alone") << int(Source::Type::Int16) << 1.0 << 273.15 << absent;
        QTest::newRow("bytes") << int(Source::Type::UInt8) << 0.004 << 0.0 << 255.0;
        QTest::newRow("nodata out of range") << int(Source::Type::UInt8) << 1.0 << 0.0 << -1.0;
        QTest::newRow("floats") << int(Source::Type::Float32) << 1.0 << 0.0 << absent;
        QTest::newRow("floats with nodata") << int(Source::Type::Float32) << 1.0 << 0.0 << -9999.0;
        QTest::newRow("floats with a rule") << int(Source::Type::Float32) << -0.5 << 0.0 << 8.0;
    }
    void rawSources_asRadiometryApplies()
    {
        QFETCH(int, type);
        QFETCH(double, scale);
        QFETCH(double, offset);
        QFETCH(double, nodata);
        const auto kind = static_cast<Source::Type>(type);
        std::vector<std::int16_t> words(65536);
        for (std::size_t i = 0; i < words.size(); ++i)
            words[i] = std::bit_cast<std::int16_t>(static_cast<std::uint16_t>(i));
        std::vector<float> floats {0.0F, -0.0F, 1.5F, none, infinity, -infinity, -9999.0F, 8.0F, 1e-40F, 3.4e38F};

        const std::size_t count = kind == Source::Type::Float32 ? floats.size()
            : kind == Source::Type::UInt8                       ? 256
                                                                : 65536;
        std::vector<std::uint8_t> bytes(256);
        for (std::size_t i = 0; i < bytes.size(); ++i)
            bytes[i] = static_cast<std::uint8_t>(i);

        // The way of the map: numbers as floats, nodata out, then the rule.
        data::Block block(static_cast<int>(count), 1);
        for (std::size_t i = 0; i < count; ++i) {
            float value = floats[i % floats.size()];
            if (kind == Source::Type::UInt8)
                value = bytes[i];
            else if (kind == Source::Type::UInt16)
                value = static_cast<std::uint16_t>(words[i]);
            else if (kind == Source::Type::Int16)
                value = words[i];
            block.values[i] = value == static_cast<float>(nodata) ? none : value;
        }
        raster::apply(block, {scale, offset, {}, {}, {}});

        Source raw;
        raw.type = kind;
        raw.scale = static_cast<float>(scale);
        raw.offset = static_cast<float>(offset);
        if (!std::isnan(nodata))
            raw.nodata = static_cast<float>(nodata);
        const void *const places[] {floats.data(), bytes.data(), words.data(), words.data()};
        raw.values = places[type];
        for (const auto *text : {"a", "a * 3 + 0.1", "(a - 0.2) / (0.2 + a)"}) {
            const Evaluator evaluator = compiled(text);
            const auto expected = computed(evaluator, {block.values}, count);
            std::vector<float> out(count);
            evaluator.run({raw}, out.data(), count);
            QVERIFY2(sameBits(out, expected, count), text);
            if (std::strcmp(text, "a") != 0)
                continue;
            for (std::size_t i = 0; i < count; ++i) {
                const float value = std::isfinite(block.values[i]) ? block.values[i] : none;
                QCOMPARE(std::bit_cast<std::uint32_t>(out[i]), std::bit_cast<std::uint32_t>(value));
            }
        }
    }

    void longFormulas_needFewRegisters()
    {
        QString sum = QStringLiteral("a");
        for (int i = 0; i < 400; ++i)
            sum += QStringLiteral(" + b * c ** 2");
        QCOMPARE(computed(compiled(sum), {{1.0F}, {2.0F}, {0.5F}}, 1).front(), 201.0F);
        // As many values as there may be, all of them needed to the end.
        QString deep = QStringLiteral("a");
        for (int i = 0; i < 150; ++i)
            deep = QStringLiteral("(a + %1) - %2").arg(i).arg(u'(' + deep + u')');
        QVERIFY(std::isfinite(computed(compiled(deep), {{1.0F}, {2.0F}, {0.5F}}, 1).front()));
    }
};

QTEST_GUILESS_MAIN(tst_Evaluator)
#include "tst_evaluator.moc"
