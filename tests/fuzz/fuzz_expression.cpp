// SPDX-License-Identifier: Apache-2.0
#include "core/processing/evaluator.h"
#include "tests/fuzz/fuzz.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

using namespace astra;
using namespace astra::processing;

namespace {

bool isSameTree(const Expression &one, const Expression &other)
{
    const auto same = [](const Node &x, const Node &y) {
        return x.op == y.op && x.number == y.number && x.name == y.name && x.operands == y.operands;
    };
    return std::equal(one.nodes().begin(), one.nodes().end(), other.nodes().begin(), other.nodes().end(), same);
}

void wrong(const SyntaxError &error, const QString &text)
{
    fuzz::require(error.at >= 0 && error.at <= text.size() && error.length >= 1 && !error.message.isEmpty());
    fuzz::require(error.at == text.size() || error.at + error.length <= text.size());
    fuzz::require(!error.toError(text).message.isEmpty());
}

/// Every third name is a number, the others are inputs.
Symbols symbolsFor(const QStringList &names)
{
    Symbols symbols;
    int inputs = 0;
    for (int i = 0; i < names.size(); ++i)
        symbols[names[i]] = i % 3 == 2 ? Symbol {-1, 0.5 - i} : Symbol {inputs++, 0};
    return symbols;
}

void run(const Evaluator &evaluator)
{
    constexpr std::array<float, 8> values {0.0F, 1.0F, -0.5F, 1e30F, -INFINITY, NAN, 1e-40F, 3.0F};
    std::vector<Source> sources;
    for (int i = 0; i < evaluator.inputs(); ++i) {
        Source source;
        source.values = values.data();
        sources.push_back(source);
    }
    std::array<float, values.size()> first {};
    std::array<float, values.size()> again {};
    Evaluator::useSimd(Simd::Baseline);
    evaluator.run(sources, first.data(), first.size());
    Evaluator::useSimd(Simd::Avx512);
    evaluator.run(sources, again.data(), again.size());
    const auto same = [](float x, float y) {
        return std::bit_cast<std::uint32_t>(x) == std::bit_cast<std::uint32_t>(y);
    };
    fuzz::require(std::equal(first.begin(), first.end(), again.begin(), same));
    for (const float value : first)
        fuzz::require(std::isfinite(value) || std::isnan(value));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QString text = QString::fromUtf8(fuzz::bytes(data, size));
    const auto expression = Expression::parse(text);
    if (!expression) {
        wrong(expression.error(), text);
        return 0;
    }
    // Printed with spaces it may grow beyond the limit.
    const QString printed = expression->toString();
    const auto again = Expression::parse(printed);
    fuzz::require(again ? isSameTree(*again, *expression) && again->toString() == printed : printed.size() > 10000);
    for (const Node &node : expression->nodes())
        fuzz::require(node.at >= 0 && node.length > 0 && node.at + node.length <= text.size());

    const auto evaluator = Evaluator::compile(*expression, symbolsFor(expression->names()));
    fuzz::require(evaluator.has_value());
    run(*evaluator);
    if (!expression->names().isEmpty()) {
        const auto missing = Evaluator::compile(*expression, {});
        fuzz::require(!missing);
        wrong(missing.error(), text);
    }
    return 0;
}
