// SPDX-License-Identifier: Apache-2.0
#include "core/processing/evaluator.h"

#include "core/processing/evalkernels.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cmath>
#include <limits>
#include <tuple>

namespace astra::processing {

namespace {

using kernels::Kernels;
using kernels::Step;

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::processing)
};

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
/// Values of one register: 2 KiB, so that a dozen of them and as much of the inputs stay in the first cache.
constexpr std::size_t block = 512;
/// Whole powers up to this one are products.
constexpr double mostFactors = 8;

struct alignas(64) Register {
    std::array<float, block> values;
};

// ---------------------------------------------------------------------------------------------------------------------
// From the tree to a graph: numbers folded, every value that occurs twice is there once.

/// A value: a number, an input, or an operation of values that stand before it.
struct Value {
    Op op = Op::Number; ///< Name: the input of that place
    double number = 0;
    int input = -1;
    std::array<int, 3> operands {-1, -1, -1};
};

double compared(bool holds) { return holds ? 1 : 0; }

/// What an operation of two numbers gives, or of one; none of them is NaN.
double computed(Op op, double a, double b)
{
    switch (op) {
    case Op::Negate:
        return -a;
    case Op::Add:
        return a + b;
    case Op::Subtract:
        return a - b;
    case Op::Multiply:
        return a * b;
    case Op::Divide:
        return a / b;
    case Op::Power:
        return std::pow(a, b);
    case Op::Less:
        return compared(a < b);
    case Op::LessEqual:
        return compared(a <= b);
    case Op::Greater:
        return compared(a > b);
    case Op::GreaterEqual:
        return compared(a >= b);
    case Op::Equal:
        return compared(a == b);
    case Op::NotEqual:
        return compared(a != b);
    case Op::Min:
        return std::min(a, b);
    case Op::Max:
        return std::max(a, b);
    case Op::Abs:
        return std::abs(a);
    case Op::Sqrt:
        return std::sqrt(a);
    case Op::Log:
        return std::log(a);
    case Op::Exp:
        return std::exp(a);
    case Op::Tanh:
        return std::tanh(a);
    case Op::Where:
    case Op::Clamp:
    case Op::Number:
    case Op::Name:
        break;
    }
    return nan;
}

class Graph
{
public:
    [[nodiscard]] const std::vector<Value> &values() const { return m_values; }
    [[nodiscard]] const Value &at(int place) const { return m_values[static_cast<std::size_t>(place)]; }
    [[nodiscard]] bool isNumber(int place) const { return at(place).op == Op::Number; }
    [[nodiscard]] bool isNumber(int place, double number) const
    {
        return isNumber(place) && at(place).number == number;
    }

    [[nodiscard]] bool isNan(int place) const { return place >= 0 && isNumber(place) && std::isnan(at(place).number); }

    int number(double value) { return keep({Op::Number, value, -1, {-1, -1, -1}}); }
    int input(int place) { return keep({Op::Name, 0, place, {-1, -1, -1}}); }
    int apply(Op op, int a, int b = -1, int c = -1)
    {
        if (op != Op::Where && (isNan(a) || isNan(b)))
            return number(nan);
        if (isNumber(a) && (op == Op::Where || (b < 0 || isNumber(b))))
            return folded(op, a, b, c);
        if (op == Op::Power && isNumber(b)) {
            if (const int simple = power(a, at(b).number); simple >= 0)
                return simple;
        }
        if (changesNothing(op, b))
            return a;
        if ((op == Op::Add && isNumber(a, 0)) || (op == Op::Multiply && isNumber(a, 1)))
            return b;
        // a > b is b < a, and the order of two summands or factors is all the same: so more is found to be equal.
        if (op == Op::Greater || op == Op::GreaterEqual) {
            std::swap(a, b);
            op = op == Op::Greater ? Op::Less : Op::LessEqual;
        }
        const bool mayTurn = op == Op::Add || op == Op::Multiply || op == Op::Equal || op == Op::NotEqual
            || op == Op::Min || op == Op::Max;
        if (mayTurn && (isNumber(a) || (a > b && !isNumber(b))))
            std::swap(a, b);
        return keep({op, 0, -1, {a, b, c}});
    }

private:
    int folded(Op op, int a, int b, int c)
    {
        if (op == Op::Where) {
            const double condition = at(a).number;
            return std::isnan(condition) ? number(nan) : condition != 0 ? b : c;
        }
        const auto numberAt = [&](int place) { return place < 0 ? 0 : at(place).number; };
        return number(computed(op, numberAt(a), numberAt(b)));
    }
    [[nodiscard]] bool changesNothing(Op op, int b) const
    {
        switch (op) {
        case Op::Add:
        case Op::Subtract:
            return isNumber(b, 0);
        case Op::Multiply:
        case Op::Divide:
            return isNumber(b, 1);
        default:
            return false;
        }
    }
    /// A power by products, a root or a reciprocal; -1 where it takes pow. Not for 0: NaN ** 0 is NaN here.
    int power(int base, double exponent)
    {
        if (exponent == 0.5)
            return apply(Op::Sqrt, base);
        if (exponent == 0 || std::abs(exponent) > mostFactors || exponent != std::trunc(exponent))
            return -1;
        if (exponent < 0)
            return apply(Op::Divide, number(1), power(base, -exponent));
        int left = static_cast<int>(exponent);
        int square = base;
        int product = -1;
        for (;;) {
            if (left % 2 != 0)
                product = product < 0 ? square : apply(Op::Multiply, product, square);
            left /= 2;
            if (left == 0)
                return product;
            square = apply(Op::Multiply, square, square);
        }
    }
    int keep(const Value &value)
    {
        const Key key {value.op, std::bit_cast<std::uint64_t>(value.number), value.input, value.operands};
        const auto [found, isNew] = m_places.try_emplace(key, static_cast<int>(m_values.size()));
        if (isNew)
            m_values.push_back(value);
        return found->second;
    }

    using Key = std::tuple<Op, std::uint64_t, int, std::array<int, 3>>;
    std::vector<Value> m_values;
    std::map<Key, int> m_places;
};

QString known(const Symbols &symbols)
{
    QStringList names;
    for (const auto &[name, symbol] : symbols)
        names.append(name);
    return names.join(QStringLiteral(", "));
}

SyntaxError unknown(const Node &node, const Symbols &symbols)
{
    if (symbols.empty())
        return {node.at, node.length, Text::tr("Nothing is named “%1” here.").arg(node.name)};
    const auto near = std::find_if(symbols.begin(), symbols.end(), [&](const auto &symbol) {
        return symbol.first.compare(node.name, Qt::CaseInsensitive) == 0;
    });
    if (near != symbols.end()) {
        return {node.at, node.length, Text::tr("Nothing is named “%1” here; “%2” is.").arg(node.name, near->first)};
    }
    return {node.at, node.length,
            Text::tr("Nothing is named “%1” here. There are: %2.").arg(node.name, known(symbols))};
}

/// The expression as a graph; the root is what is given back.
tl::expected<int, SyntaxError> build(Graph &graph, const Expression &expression, const Symbols &symbols)
{
    std::vector<int> places;
    places.reserve(expression.nodes().size());
    for (const Node &node : expression.nodes()) {
        const auto operand = [&](std::size_t i) { return places[static_cast<std::size_t>(node.operands[i])]; };
        int place = -1;
        switch (node.op) {
        case Op::Number:
            place = graph.number(node.number);
            break;
        case Op::Name: {
            const auto symbol = symbols.find(node.name);
            if (symbol == symbols.end())
                return tl::unexpected(unknown(node, symbols));
            place = symbol->second.input >= 0 ? graph.input(symbol->second.input) : graph.number(symbol->second.number);
            break;
        }
        case Op::Min:
        case Op::Max:
            place = operand(0);
            for (std::size_t i = 1; i < node.operands.size(); ++i)
                place = graph.apply(node.op, place, operand(i));
            break;
        case Op::Clamp:
            place = graph.apply(Op::Min, graph.apply(Op::Max, operand(0), operand(1)), operand(2));
            break;
        default:
            place = graph.apply(node.op, operand(0), node.operands.size() > 1 ? operand(1) : -1,
                                node.operands.size() > 2 ? operand(2) : -1);
        }
        places.push_back(place);
    }
    return places.back();
}

// ---------------------------------------------------------------------------------------------------------------------
// From the graph to steps.

/// What a step does and with which values of the graph; -1 where there is none.
struct Planned {
    Step step = Step::Copy;
    std::array<int, 3> operands {-1, -1, -1};
    double k = 0;
    double l = 0;
};

struct Kinds {
    Op op;
    Step values; ///< both operands are values
    Step number; ///< the right one is a number
    Step into; ///< the left one is a number
};
constexpr Step none = Step::Count;
constexpr std::array kinds {
    Kinds {Op::Add, Step::Add, Step::AddNumber, none},
    Kinds {Op::Subtract, Step::Subtract, none, Step::SubtractFrom},
    Kinds {Op::Multiply, Step::Multiply, Step::MultiplyNumber, none},
    Kinds {Op::Divide, Step::Divide, Step::DivideNumber, Step::DivideInto},
    Kinds {Op::Power, Step::Power, none, none},
    Kinds {Op::Less, Step::Less, Step::LessNumber, Step::GreaterNumber},
    Kinds {Op::LessEqual, Step::LessEqual, Step::LessEqualNumber, Step::GreaterEqualNumber},
    Kinds {Op::Equal, Step::Equal, Step::EqualNumber, none},
    Kinds {Op::NotEqual, Step::NotEqual, Step::NotEqualNumber, none},
    Kinds {Op::Min, Step::Min, Step::MinNumber, none},
    Kinds {Op::Max, Step::Max, Step::MaxNumber, none},
    Kinds {Op::Negate, Step::Negate, none, none},
    Kinds {Op::Abs, Step::Abs, none, none},
    Kinds {Op::Sqrt, Step::Sqrt, none, none},
    Kinds {Op::Log, Step::Log, none, none},
    Kinds {Op::Exp, Step::Exp, none, none},
    Kinds {Op::Tanh, Step::Tanh, none, none},
    Kinds {Op::Where, Step::Where, none, none},
    Kinds {Op::Name, Step::Copy, none, none},
    Kinds {Op::Number, Step::Copy, none, none},
};

/// One that has a reciprocal in float32 without rounding.
bool isPowerOfTwo(double number)
{
    int exponent = 0;
    return std::abs(std::frexp(number, &exponent)) == 0.5 && std::abs(exponent) < 100;
}

class Planner
{
public:
    Planner(const Graph &graph, int root)
        : m_graph(graph)
        , m_uses(graph.values().size(), 0)
        , m_needed(graph.values().size(), false)
    {
        m_needed[index(root)] = true;
        for (int place = root; place >= 0; --place) {
            if (!m_needed[index(place)])
                continue;
            for (const int operand : graph.at(place).operands) {
                if (operand >= 0) {
                    ++m_uses[index(operand)];
                    m_needed[index(operand)] = true;
                }
            }
        }
    }

    [[nodiscard]] Planned plan(int place) const
    {
        const Value &value = m_graph.at(place);
        const auto [a, b, c] = value.operands;
        if (value.op == Op::Divide && isNormalisedDifference(a, b))
            return {Step::NormalisedDifference, m_graph.at(a).operands, 0, 0};
        if ((value.op == Op::Add || value.op == Op::Subtract) && !m_graph.isNumber(a) && !m_graph.isNumber(b)) {
            const auto [first, k] = weighed(a);
            const auto [second, l] = weighed(b);
            if (first != a || second != b)
                return {Step::Weigh, {first, second, -1}, k, value.op == Op::Add ? l : -l};
        }
        const Kinds &kind = *std::find_if(kinds.begin(), kinds.end(), [&](const Kinds &k) { return k.op == value.op; });
        if (value.op == Op::Divide && m_graph.isNumber(b) && isPowerOfTwo(m_graph.at(b).number)) // the same bits
            return {Step::MultiplyNumber, {a, -1, -1}, 1 / m_graph.at(b).number, 0};
        if (b >= 0 && m_graph.isNumber(b) && kind.number != none)
            return {kind.number, {a, -1, -1}, m_graph.at(b).number, 0};
        if (value.op == Op::Subtract && m_graph.isNumber(b)) // the same bits as the difference
            return {Step::AddNumber, {a, -1, -1}, -m_graph.at(b).number, 0};
        if (a >= 0 && m_graph.isNumber(a) && kind.into != none)
            return {kind.into, {b, -1, -1}, m_graph.at(a).number, 0};
        if (value.op == Op::Name || value.op == Op::Number)
            return {Step::Copy, {place, -1, -1}, 0, 0};
        return {kind.values, {a, b, c}, 0, 0};
    }

private:
    static std::size_t index(int place) { return static_cast<std::size_t>(place); }

    /// A product with a number that nothing else uses, as (value, number); else (place, 1).
    [[nodiscard]] std::pair<int, double> weighed(int place) const
    {
        const Value &value = m_graph.at(place);
        if (value.op == Op::Multiply && m_graph.isNumber(value.operands[1]) && m_uses[index(place)] == 1)
            return {value.operands[0], m_graph.at(value.operands[1]).number};
        return {place, 1};
    }
    /// (x − y) / (x + y), where neither difference nor sum is needed elsewhere.
    [[nodiscard]] bool isNormalisedDifference(int a, int b) const
    {
        const Value &above = m_graph.at(a);
        const Value &below = m_graph.at(b);
        if (above.op != Op::Subtract || below.op != Op::Add || m_uses[index(a)] > 1 || m_uses[index(b)] > 1)
            return false;
        const int x = above.operands[0];
        const int y = above.operands[1];
        return !m_graph.isNumber(x) && !m_graph.isNumber(y)
            && ((below.operands[0] == x && below.operands[1] == y)
                || (below.operands[0] == y && below.operands[1] == x));
    }

    const Graph &m_graph;
    std::vector<int> m_uses;
    std::vector<bool> m_needed;
};

/// One step on registers: the inputs first, then the numbers that need one, then what is computed on the way.
struct Instruction {
    Step step = Step::Copy;
    std::array<int, 3> operands {0, 0, 0};
    int out = 0;
    float k = 0;
    float l = 0;
};
struct Code {
    std::vector<int> inputs; ///< of the run, by register
    std::vector<float> numbers; ///< of the registers after them
    int registers = 0; ///< all of them
    std::vector<Instruction> instructions; ///< the last one writes what comes out
};

/// When the values of a graph are needed, and how each is made.
struct Schedule {
    std::vector<Planned> plans;
    std::vector<int> lastUse; ///< the place of the value that reads it last; -1: none does
};

Schedule scheduled(const Graph &graph, int root)
{
    const Planner planner(graph, root);
    const auto count = static_cast<std::size_t>(root) + 1;
    Schedule schedule {std::vector<Planned>(count), std::vector<int>(count, -1)};
    schedule.lastUse.back() = root;
    for (int place = root; place >= 0; --place) {
        const auto i = static_cast<std::size_t>(place);
        if (schedule.lastUse[i] < 0)
            continue;
        schedule.plans[i] = planner.plan(place);
        for (const int operand : schedule.plans[i].operands) {
            if (operand >= 0) {
                int &last = schedule.lastUse[static_cast<std::size_t>(operand)];
                last = std::max(last, place);
            }
        }
    }
    return schedule;
}

/// Puts the values into registers. One that is read for the last time gives its register back, but not to the very
/// step that reads it.
Code assembled(const Graph &graph, int root)
{
    const Schedule schedule = scheduled(graph, root);
    Code code;
    std::vector<int> registers(schedule.plans.size(), -1);
    const auto isKind = [&](std::size_t i, Op op) { return schedule.lastUse[i] >= 0 && graph.values()[i].op == op; };
    for (std::size_t i = 0; i < registers.size(); ++i) {
        if (isKind(i, Op::Name)) {
            registers[i] = code.registers++;
            code.inputs.push_back(graph.values()[i].input);
        }
    }
    for (std::size_t i = 0; i < registers.size(); ++i) {
        if (isKind(i, Op::Number)) {
            registers[i] = code.registers++;
            code.numbers.push_back(static_cast<float>(graph.values()[i].number));
        }
    }
    const int fixed = code.registers;
    std::vector<int> free;
    for (std::size_t i = 0; i < registers.size(); ++i) {
        const bool isRoot = i + 1 == registers.size();
        if (schedule.lastUse[i] < 0 || (registers[i] >= 0 && !isRoot))
            continue;
        const Planned &plan = schedule.plans[i];
        Instruction instruction {plan.step, {0, 0, 0}, 0, static_cast<float>(plan.k), static_cast<float>(plan.l)};
        if (!isRoot) {
            if (free.empty())
                free.push_back(code.registers++);
            instruction.out = registers[i] = free.back();
            free.pop_back();
        }
        for (std::size_t o = 0; o < plan.operands.size(); ++o) {
            if (plan.operands[o] < 0)
                continue;
            const auto operand = static_cast<std::size_t>(plan.operands[o]);
            const int place = registers[operand];
            instruction.operands[o] = place;
            const bool isDone = place >= fixed && schedule.lastUse[operand] == static_cast<int>(i);
            if (isDone && std::find(free.begin(), free.end(), place) == free.end()) // an operand may come twice: x * x
                free.push_back(place);
        }
        code.instructions.push_back(instruction);
    }
    return code;
}

Simd best()
{
#ifdef __x86_64__
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq")
        && __builtin_cpu_supports("avx512vl"))
        return Simd::Avx512;
    if (__builtin_cpu_supports("avx2"))
        return Simd::Avx2;
#endif
    return Simd::Baseline;
}

std::atomic<Simd> &chosen()
{
    static std::atomic<Simd> level = best();
    return level;
}

} // namespace

const Kernels &kernels::inUse()
{
#ifdef __x86_64__
    switch (chosen().load(std::memory_order_relaxed)) {
    case Simd::Avx512:
        return kernels::avx512();
    case Simd::Avx2:
        return kernels::avx2();
    case Simd::Baseline:
        break;
    }
#endif
    return kernels::baseline();
}

namespace {

/// One source in blocks: its own memory where the values stand there as they are, else a register they are read into.
class Feed
{
public:
    Feed(const Source &source, const Kernels &kernels, float *space)
        : m_from(static_cast<const char *>(source.values))
        , m_space(space)
    {
        // As raster::apply(): no arithmetic for this rule. A sum with −0 leaves every number its sign, too.
        const bool isPlain = source.scale == 1 && source.offset == 0;
        m_reading = {source.scale, isPlain ? -0.0F : source.offset,
                     source.nodata.value_or(std::numeric_limits<float>::quiet_NaN())};
        switch (source.type) {
        case Source::Type::Float32:
            m_size = sizeof(float);
            m_reader = isPlain && !source.nodata ? nullptr : kernels.float32;
            break;
        case Source::Type::UInt8:
            m_size = 1;
            m_reader = kernels.uint8;
            break;
        case Source::Type::UInt16:
            m_size = 2;
            m_reader = kernels.uint16;
            break;
        case Source::Type::Int16:
            m_size = 2;
            m_reader = kernels.int16;
            break;
        }
    }
    const float *values(std::size_t from, std::size_t count) const
    {
        const char *raw = m_from + from * m_size;
        if (!m_reader)
            return reinterpret_cast<const float *>(raw);
        m_reader(raw, m_space, m_reading, count);
        return m_space;
    }

private:
    const char *m_from;
    float *m_space;
    std::size_t m_size = 0;
    kernels::Reader m_reader = nullptr;
    kernels::Reading m_reading;
};

} // namespace

struct Evaluator::Program : Code {
};

tl::expected<Evaluator, SyntaxError> Evaluator::compile(const Expression &expression, const Symbols &symbols)
{
    Graph graph;
    const auto root = build(graph, expression, symbols);
    if (!root)
        return tl::unexpected(root.error());
    Evaluator evaluator;
    evaluator.m_program = std::make_shared<const Program>(Program {assembled(graph, *root)});
    return evaluator;
}

void Evaluator::run(const std::vector<Source> &inputs, float *out, std::size_t count) const
{
    const Program &program = *m_program;
    Q_ASSERT(static_cast<int>(inputs.size()) >= this->inputs());
    const Kernels &kernels = kernels::inUse();
    const auto registers = std::make_unique_for_overwrite<Register[]>(static_cast<std::size_t>(program.registers));
    std::vector<float *> places(static_cast<std::size_t>(program.registers));
    for (std::size_t i = 0; i < places.size(); ++i)
        places[i] = registers[i].values.data();
    std::vector<const float *> values(places.begin(), places.end());
    std::vector<Feed> feeds;
    feeds.reserve(program.inputs.size());
    for (std::size_t i = 0; i < program.inputs.size(); ++i)
        feeds.emplace_back(inputs[static_cast<std::size_t>(program.inputs[i])], kernels, places[i]);
    for (std::size_t i = 0; i < program.numbers.size(); ++i)
        registers[feeds.size() + i].values.fill(program.numbers[i]);

    const auto at = [](int place) { return static_cast<std::size_t>(place); };
    for (std::size_t from = 0; from < count; from += block) {
        const std::size_t length = std::min(block, count - from);
        for (std::size_t i = 0; i < feeds.size(); ++i)
            values[i] = feeds[i].values(from, length);
        const std::size_t last = program.instructions.size() - 1;
        for (std::size_t i = 0; i <= last; ++i) {
            const Instruction &step = program.instructions[i];
            const kernels::Operands operands {i == last ? out + from : places[at(step.out)],
                                              values[at(step.operands[0])],
                                              values[at(step.operands[1])],
                                              values[at(step.operands[2])],
                                              step.k,
                                              step.l};
            const auto &loops = i == last ? kernels.last : kernels.step;
            loops[static_cast<std::size_t>(step.step)](operands, length);
        }
    }
}

int Evaluator::inputs() const
{
    int most = 0;
    for (const int input : m_program->inputs)
        most = std::max(most, input + 1);
    return most;
}

int Evaluator::steps() const { return static_cast<int>(m_program->instructions.size()); }

Simd Evaluator::simd() { return chosen().load(); }

void Evaluator::useSimd(Simd simd) { chosen().store(std::min(simd, best())); }

} // namespace astra::processing
