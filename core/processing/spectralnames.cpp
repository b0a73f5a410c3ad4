// SPDX-License-Identifier: Apache-2.0
#include "core/processing/spectralnames.h"

#include <algorithm>
#include <array>

namespace astra::processing {

namespace {

struct BandName {
    QLatin1String symbol;
    QLatin1String common;
};
constexpr std::array bandNames {
    BandName {QLatin1String("A"), QLatin1String("coastal")},
    BandName {QLatin1String("B"), QLatin1String("blue")},
    BandName {QLatin1String("G"), QLatin1String("green")},
    BandName {QLatin1String("G1"), QLatin1String("green05")},
    BandName {QLatin1String("Y"), QLatin1String("yellow")},
    BandName {QLatin1String("R"), QLatin1String("red")},
    BandName {QLatin1String("RE1"), QLatin1String("rededge071")},
    BandName {QLatin1String("RE2"), QLatin1String("rededge075")},
    BandName {QLatin1String("RE3"), QLatin1String("rededge078")},
    BandName {QLatin1String("N"), QLatin1String("nir")},
    BandName {QLatin1String("N2"), QLatin1String("nir08")},
    BandName {QLatin1String("WV"), QLatin1String("nir09")},
    BandName {QLatin1String("S1"), QLatin1String("swir16")},
    BandName {QLatin1String("S2"), QLatin1String("swir22")},
    BandName {QLatin1String("T"), QLatin1String("lwir")},
    BandName {QLatin1String("T1"), QLatin1String("lwir11")},
    BandName {QLatin1String("T2"), QLatin1String("lwir12")},
    BandName {QLatin1String("HH"), QLatin1String("hh")},
    BandName {QLatin1String("HV"), QLatin1String("hv")},
    BandName {QLatin1String("VH"), QLatin1String("vh")},
    BandName {QLatin1String("VV"), QLatin1String("vv")},
};

struct Constant {
    QLatin1String name;
    double value;
};
constexpr std::array usualValues {
    Constant {QLatin1String("C1"), 6.0},    Constant {QLatin1String("C2"), 7.5},
    Constant {QLatin1String("L"), 1.0},     Constant {QLatin1String("alpha"), 0.1},
    Constant {QLatin1String("beta"), 0.05}, Constant {QLatin1String("c"), 1.0},
    Constant {QLatin1String("cexp"), 1.16}, Constant {QLatin1String("epsilon"), 1.0},
    Constant {QLatin1String("eta"), 0.5},   Constant {QLatin1String("fdelta"), 0.581},
    Constant {QLatin1String("g"), 2.5},     Constant {QLatin1String("gamma"), 1.0},
    Constant {QLatin1String("k"), 0.0},     Constant {QLatin1String("lmb"), 1.0},
    Constant {QLatin1String("n"), 5.0},     Constant {QLatin1String("nexp"), 2.0},
    Constant {QLatin1String("omega"), 2.0}, Constant {QLatin1String("p"), 2.0},
    Constant {QLatin1String("sigma"), 0.5}, Constant {QLatin1String("sla"), 1.0},
    Constant {QLatin1String("slb"), 0.0},
};
/// Constants without a usual value: whoever computes has to say it.
constexpr QLatin1String radiation("PAR");

/// Where authors give another value than the usual one.
struct Exception {
    QLatin1String index;
    QLatin1String constant;
    double value;
};
constexpr std::array exceptions {
    Exception {QLatin1String("BWDRVI"), QLatin1String("alpha"), 0.01},
    Exception {QLatin1String("GSAVI"), QLatin1String("L"), 0.5},
    Exception {QLatin1String("IBI"), QLatin1String("L"), 0.5},
    Exception {QLatin1String("MNLI"), QLatin1String("L"), 0.5},
    Exception {QLatin1String("NBUI"), QLatin1String("L"), 0.5},
    Exception {QLatin1String("NDPI"), QLatin1String("alpha"), 0.74},
    Exception {QLatin1String("NDTI4RE"), QLatin1String("gamma"), 0.4},
    Exception {QLatin1String("NDVI4RE"), QLatin1String("alpha"), 0.2},
    Exception {QLatin1String("NDVI4RE"), QLatin1String("beta"), 0.2},
    Exception {QLatin1String("OCVI"), QLatin1String("cexp"), 1.0},
    Exception {QLatin1String("RVI4RE"), QLatin1String("alpha"), 0.3},
    Exception {QLatin1String("RVI4RE"), QLatin1String("beta"), 0.3},
    Exception {QLatin1String("SARVI"), QLatin1String("L"), 0.5},
    Exception {QLatin1String("SAVI"), QLatin1String("L"), 0.5},
    Exception {QLatin1String("SAVI4RE"), QLatin1String("alpha"), 0.2},
    Exception {QLatin1String("SAVI4RE"), QLatin1String("beta"), 0.2},
    Exception {QLatin1String("SAVIT"), QLatin1String("L"), 0.5},
    Exception {QLatin1String("SNDTI"), QLatin1String("L"), 0.6},
    Exception {QLatin1String("SNDTI4RE"), QLatin1String("gamma"), 0.4},
    Exception {QLatin1String("STI4RE"), QLatin1String("gamma"), 0.4},
    Exception {QLatin1String("WCI1"), QLatin1String("epsilon"), 1e-10},
    Exception {QLatin1String("WCI2"), QLatin1String("epsilon"), 1e-10},
    Exception {QLatin1String("sNIRvNDPI"), QLatin1String("alpha"), 0.74},
};

/// A constant of the first version that the second one calls otherwise.
QString laterName(const QString &constant, const QString &index)
{
    if (constant == u"nexp" || constant == u"cexp")
        return constant.left(1);
    return constant == u"beta" && index == u"NDSInw" ? QStringLiteral("b") : constant;
}

constexpr QLatin1String wavelengthPrefix("wavelength_");

/// What a kernel's letter stands for: a band, or the constant L.
QString argument(QChar letter) { return letter == u'L' ? QStringLiteral("L") : commonNameOf(QString(letter)); }

/// The radial basis function of two values.
QString kernel(const QString &a, const QString &b)
{
    return QStringLiteral("exp(-(%1 - %2)**2 / (2 * sigma**2))").arg(a, b);
}

} // namespace

QString commonNameOf(const QString &symbol)
{
    const auto *found = std::find_if(bandNames.begin(), bandNames.end(),
                                     [&](const BandName &band) { return band.symbol == symbol; });
    return found == bandNames.end() ? QString() : QString(found->common);
}

QString inOurTerms(const QString &symbol)
{
    if (QString common = commonNameOf(symbol); !common.isEmpty())
        return common;
    if (symbol.startsWith(u"lambda")) {
        const QString common = commonNameOf(symbol.mid(6));
        return common.isEmpty() ? symbol : wavelengthName(common);
    }
    if (symbol.size() == 3 && symbol[0] == u'k') {
        const QString a = argument(symbol[1]);
        const QString b = argument(symbol[2]);
        if (!a.isEmpty() && !b.isEmpty())
            return kernel(a, b);
    }
    return symbol;
}

QString wavelengthName(const QString &band) { return wavelengthPrefix + band; }

QString bandOfWavelength(const QString &name)
{
    return name.startsWith(wavelengthPrefix) ? name.mid(wavelengthPrefix.size()) : QString();
}

SpectralConstants::SpectralConstants(const Json &documents)
{
    for (const auto &constant : usualValues)
        m_forAll[constant.name] = constant.value;
    for (const auto &exception : exceptions)
        m_byIndex[exception.constant][exception.index] = exception.value;

    const Json list = documents.is_array() ? documents : Json::array({documents});
    for (const auto &document : list) {
        if (!document.is_object())
            continue;
        for (const auto &[key, entry] : document.items()) {
            const QString constant = QString::fromStdString(key);
            if (const auto value = numberAt(entry, "default")) {
                m_forAll[constant] = *value;
                continue;
            }
            if (!entry.is_object())
                continue;
            for (const auto &[index, one] : entry.items()) {
                if (const auto value = numberAt(one, "default_value"))
                    m_byIndex[constant][QString::fromStdString(index)] = *value;
            }
        }
    }
}

std::optional<double> SpectralConstants::valueOf(const QString &constant, const QString &index) const
{
    for (const QString &name : {constant, laterName(constant, index)}) {
        if (const auto known = m_byIndex.find(name); known != m_byIndex.end()) {
            if (const auto value = known->second.find(index); value != known->second.end())
                return value->second;
        }
    }
    const auto usual = m_forAll.find(constant);
    return usual == m_forAll.end() ? std::nullopt : std::optional(usual->second);
}

bool SpectralConstants::isConstant(const QString &name) const
{
    return name == radiation || m_forAll.count(name) > 0 || m_byIndex.count(name) > 0;
}

} // namespace astra::processing
