// SPDX-License-Identifier: Apache-2.0

// What a formula costs: ns per pixel of one core, against the same loop written out for the compiler (with the
// product's flags, and for this processor) and against muParser's bulk mode, if it is installed. On one tile, which
// stays in the cache, and on a whole picture in memory. Every figure is the best of the rounds, all taking turns: other
// work on the machine only ever adds.
//   OMP_NUM_THREADS=1 bench_expression [rounds, 15]      (muParser would use every core)

#include "core/processing/evaluator.h"
#include "tests/bench/loops_expression.h"

#include <QElapsedTimer>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <functional>
#include <limits>
#include <random>
#include <string>
#include <vector>
#ifdef ASTRA_HAS_MUPARSER
#include <muParser.h>
#endif

using namespace astra::processing;

namespace {

const QStringList bandNames {QStringLiteral("blue"), QStringLiteral("green"), QStringLiteral("red"),
                             QStringLiteral("nir"), QStringLiteral("swir16")};

struct Formula {
    const char *name;
    const char *text;
    loops::Loop loops::Loops::*loop;
    bool inMuParser = true;
};
const std::vector<Formula> formulas {
    {"NDVI", "(nir - red) / (nir + red)", &loops::Loops::ndvi},
    {"NDGI, 215 characters",
     "(((lambdaN - lambdaR)/(lambdaN - lambdaG)) * green + (1.0 - ((lambdaN - lambdaR)/(lambdaN - lambdaG))) * nir - "
     "red)"
     "/(((lambdaN - lambdaR)/(lambdaN - lambdaG)) * green + (1.0 - ((lambdaN - lambdaR)/(lambdaN - lambdaG))) * nir + "
     "red)",
     &loops::Loops::ndgi},
    {"GEMI",
     "((2.0*((nir ** 2.0)-(red ** 2.0)) + 1.5*nir + 0.5*red)/(nir + red + 0.5))*(1.0 - 0.25*((2.0 * ((nir ** 2.0) - "
     "(red "
     "** 2)) + 1.5 * nir + 0.5 * red)/(nir + red + 0.5)))-((red - 0.125)/(1 - red))",
     &loops::Loops::gemi},
    {"EVI", "2.5 * (nir - red) / (nir + 6 * red - 7.5 * blue + 1)", &loops::Loops::evi},
    {"IBI",
     "((swir16 - nir) / (swir16 + nir) - (1.5 * (nir - red) / (nir + red + 0.5) + (green - swir16) / (green + swir16)) "
     "/ "
     "2) / ((swir16 - nir) / (swir16 + nir) + (1.5 * (nir - red) / (nir + red + 0.5) + (green - swir16) / (green + "
     "swir16)) / 2 + 2)",
     &loops::Loops::ibi},
    {"where", "where(nir > red, sqrt(nir - red), 0)", &loops::Loops::choice, false},
    {"kNDVI", "tanh(((nir - red) / (nir + red)) ** 2)", &loops::Loops::kndvi},
};

double nanoseconds(const std::function<void()> &work)
{
    QElapsedTimer clock;
    clock.start();
    work();
    return static_cast<double>(clock.nsecsElapsed());
}

struct Contest {
    std::vector<std::function<void()>> work;
    std::vector<double> best;
    void add(std::function<void()> what)
    {
        work.push_back(std::move(what));
        best.push_back(std::numeric_limits<double>::infinity());
    }
    /// ns per pixel of each.
    void run(int rounds, std::size_t repeats, std::size_t pixels)
    {
        for (int round = 0; round < rounds; ++round) {
            for (std::size_t i = 0; i < work.size(); ++i) {
                const double time = nanoseconds([&] {
                    for (std::size_t r = 0; r < repeats; ++r)
                        work[i]();
                });
                best[i] = std::min(best[i], time / static_cast<double>(repeats * pixels));
            }
        }
    }
};

struct Scene {
    explicit Scene(std::size_t count)
        : pixels(count)
        , out(count)
        , rawNir(count)
        , rawRed(count)
    {
        std::mt19937 engine(5);
        for (auto &band : bands) {
            band.resize(count);
            for (float &value : band)
                value = static_cast<float>(engine() % 8000) * 0.0001F + 0.01F;
        }
        for (std::size_t i = 0; i < count; i += 37)
            bands[3][i] = std::numeric_limits<float>::quiet_NaN();
        for (std::size_t i = 0; i < count; ++i) {
            rawNir[i] = static_cast<std::uint16_t>(engine() % 9000);
            rawRed[i] = static_cast<std::uint16_t>(engine() % 9000);
        }
    }
    [[nodiscard]] loops::Bands forLoops() const
    {
        return {bands[0].data(), bands[1].data(), bands[2].data(), bands[3].data(), bands[4].data()};
    }
    [[nodiscard]] std::vector<Source> forEvaluator() const
    {
        std::vector<Source> sources(bands.size());
        for (std::size_t i = 0; i < sources.size(); ++i)
            sources[i].values = bands[i].data();
        return sources;
    }
    std::size_t pixels;
    std::array<std::vector<float>, 5> bands;
    std::vector<float> out;
    std::vector<std::uint16_t> rawNir;
    std::vector<std::uint16_t> rawRed;
};

Evaluator compiled(const char *text)
{
    Symbols symbols {{QStringLiteral("lambdaN"), {-1, 842}},
                     {QStringLiteral("lambdaR"), {-1, 665}},
                     {QStringLiteral("lambdaG"), {-1, 560}}};
    for (int i = 0; i < bandNames.size(); ++i)
        symbols[bandNames[i]] = {i, 0};
    return *Evaluator::compile(*Expression::parse(QString::fromLatin1(text)), symbols);
}

#ifdef ASTRA_HAS_MUPARSER
/// As it likes its formulas best: doubles all through, and ^ for powers.
class MuParser
{
public:
    MuParser(const char *text, const Scene &scene)
        : m_out(scene.pixels)
    {
        for (int i = 0; i < bandNames.size(); ++i) {
            const auto &values = scene.bands[static_cast<std::size_t>(i)];
            m_bands[static_cast<std::size_t>(i)].assign(values.begin(), values.end());
            m_parser.DefineVar(bandNames[i].toStdString(), m_bands[static_cast<std::size_t>(i)].data());
        }
        m_parser.DefineConst("lambdaN", 842);
        m_parser.DefineConst("lambdaR", 665);
        m_parser.DefineConst("lambdaG", 560);
        m_parser.SetExpr(QString::fromLatin1(text).replace(QLatin1String("**"), QLatin1String("^")).toStdString());
    }
    void run() { m_parser.Eval(m_out.data(), static_cast<int>(m_out.size())); }

private:
    std::array<std::vector<double>, 5> m_bands;
    std::vector<double> m_out;
    mu::Parser m_parser;
};
#endif

const char *nameOf(Simd simd) { return simd == Simd::Avx512 ? "AVX-512" : simd == Simd::Avx2 ? "AVX2" : "baseline"; }

/// One row per formula; gives the evaluator's figures by formula, in ns per pixel.
std::vector<double> compare(Scene &scene, std::size_t repeats, int rounds, const char *where)
{
    std::printf("\n%s, %zu pixels, ns/pixel:\n%-22s%7s%10s%8s%9s%10s%9s%10s\n", where, scene.pixels, "", "steps",
                "baseline", "AVX2", "AVX-512", "compiled", "-march=n", "muParser");
    std::vector<double> own;
    double slowest = 0;
    double slowestNative = 0;
    for (const Formula &formula : formulas) {
        const Evaluator evaluator = compiled(formula.text);
        const auto sources = scene.forEvaluator();
        const loops::Bands bands = scene.forLoops();
        Contest contest;
        for (const Simd simd : {Simd::Baseline, Simd::Avx2, Simd::Avx512}) {
            contest.add([&, simd] {
                Evaluator::useSimd(simd);
                evaluator.run(sources, scene.out.data(), scene.pixels);
            });
        }
        contest.add([&] { (loops::product::all().*formula.loop)(bands, scene.out.data(), scene.pixels); });
        contest.add([&] { (loops::native::all().*formula.loop)(bands, scene.out.data(), scene.pixels); });
        contest.run(rounds, repeats, scene.pixels);
        double mu = std::nan("");
#ifdef ASTRA_HAS_MUPARSER
        if (formula.inMuParser) {
            MuParser parser(formula.text, scene);
            Contest other;
            other.add([&] { parser.run(); });
            other.run(2, 1, scene.pixels);
            mu = other.best[0];
        }
#endif
        std::printf("%-22s%7d%10.3f%8.3f%9.3f%10.3f%9.3f%10.2f\n", formula.name, evaluator.steps(), contest.best[0],
                    contest.best[1], contest.best[2], contest.best[3], contest.best[4], mu);
        own.push_back(contest.best[2]);
        slowest = std::max(slowest, contest.best[2] / contest.best[3]);
        slowestNative = std::max(slowestNative, contest.best[2] / contest.best[4]);
    }
    std::printf("= evaluator, %s: speed of compiled loops, worst formula | %.0f %% | >= 50 %%\n", where, 100 / slowest);
    std::printf("= the same against -march=native | %.0f %% | \n", 100 / slowestNative);
    std::printf("= formula of 215 characters against NDVI, %s | %.2f x | <= 1.5 x\n", where, own[1] / own[0]);
    return own;
}

void compareRaw(Scene &scene, std::size_t repeats, int rounds)
{
    const Evaluator evaluator = compiled("(nir - red) / (nir + red)");
    std::vector<Source> sources(5);
    sources[2] = {Source::Type::UInt16, scene.rawRed.data(), 0.0001F, -0.1F, 0.0F};
    sources[3] = {Source::Type::UInt16, scene.rawNir.data(), 0.0001F, -0.1F, 0.0F};
    const loops::Raw raw {scene.rawNir.data(), scene.rawRed.data()};
    Contest contest;
    contest.add([&] { evaluator.run(sources, scene.out.data(), scene.pixels); });
    contest.add([&] { loops::product::all().rawNdvi(raw, scene.out.data(), scene.pixels); });
    contest.add([&] { loops::native::all().rawNdvi(raw, scene.out.data(), scene.pixels); });
    contest.run(rounds, repeats, scene.pixels);
    std::printf("\nNDVI from UInt16 with nodata, scale and offset: %.3f; compiled %.3f, -march=native %.3f ns/pixel\n",
                contest.best[0], contest.best[1], contest.best[2]);
    std::printf("= evaluator on raw UInt16: speed of the compiled loop | %.0f %% | >= 50 %%\n",
                100 * contest.best[1] / contest.best[0]);
}

} // namespace

int main(int argc, char **argv)
{
    const int rounds = argc > 1 ? std::max(1, std::atoi(argv[1])) : 15;
    Evaluator::useSimd(Simd::Avx512);
    std::printf("In use here: %s.\n", nameOf(Evaluator::simd()));
    Scene tile(512UL * 512);
    compare(tile, 8, rounds, "one tile in the cache");
    compareRaw(tile, 8, rounds);
    Scene picture(4096UL * 4096);
    compare(picture, 1, std::max(1, rounds / 3), "a picture in memory");
    return 0;
}
