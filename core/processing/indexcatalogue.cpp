// SPDX-License-Identifier: Apache-2.0
#include "core/processing/indexcatalogue.h"

#include "core/processing/spectralnames.h"
#include "core/render/style.h"

#include <QCoreApplication>
#include <QLocale>
#include <QRegularExpression>

#include <algorithm>
#include <array>
#include <cmath>
#include <mutex>
#include <tuple>

namespace astra::processing {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::processing)
};

constexpr std::size_t mostIndices = 5000;
constexpr std::size_t mostConstants = 64;
constexpr int longestName = 80;
constexpr int longestText = 500;
constexpr int mostNamesInMessage = 40;

const QString importOrigin = QStringLiteral("ASI");

constexpr std::array domains {QLatin1String("vegetation"), QLatin1String("water"),  QLatin1String("snow"),
                              QLatin1String("burn"),       QLatin1String("urban"),  QLatin1String("soil"),
                              QLatin1String("radar"),      QLatin1String("kernel"), QLatin1String("clouds")};

/// A text from a file, fit to be shown: one line, no control characters, not without end.
QString shown(const QString &text, int most = longestText)
{
    QString line = text.simplified();
    line.removeIf([](QChar c) { return !c.isPrint(); });
    return line.size() > most ? line.left(most - 1) + QChar(u'…') : line;
}
QString shortName(const QString &name) { return shown(name, longestName); }

QString listed(const QStringList &names)
{
    const QString list = names.mid(0, mostNamesInMessage).join(QStringLiteral(", "));
    return names.size() > mostNamesInMessage ? list + QStringLiteral(", …") : list;
}

/// A text of {"en": …, "de": …} in the program's language.
QString inOurLanguage(const Json &text)
{
    const QString language = QLocale().name().section(u'_', 0, 0);
    const QString words = stringAt(text, toStd(language).c_str());
    return words.isEmpty() ? stringAt(text, "en") : words;
}

QString sourceFrom(const Json &reference)
{
    const QString where = stringAt(reference, "doi", stringAt(reference, "report"));
    return QStringLiteral("%1 %2, %3")
        .arg(stringAt(reference, "author"), QString::number(numberAt(reference, "year").value_or(0)), where);
}

std::map<QString, double> numbersFrom(const Json &json)
{
    std::map<QString, double> numbers;
    if (!json.is_object())
        return numbers;
    for (const auto &[key, value] : json.items()) {
        if (const auto number = asNumber(value))
            numbers[QString::fromStdString(key)] = *number;
    }
    return numbers;
}

void takeRange(Index &index, const Json &range)
{
    const bool isRange = range.is_array() && range.size() == 2;
    index.low = isRange ? asNumber(range[0]).value_or(0) : 0;
    index.high = isRange ? asNumber(range[1]).value_or(0) : 0;
}

void load(std::vector<Index> &all)
{
    const auto json = readJsonFile(QStringLiteral(":/astra/indices/indices.json"));
    Q_ASSERT_X(json, "indices", "the shipped file");
    if (!json)
        return;
    for (const auto &entry : listAt(*json, "indices")) {
        Index index;
        index.name = stringAt(entry, "id");
        index.title = inOurLanguage(member(entry, "title"));
        index.purpose = inOurLanguage(member(entry, "purpose"));
        index.formula = stringAt(entry, "formula");
        index.domain = stringAt(entry, "domain");
        takeRange(index, member(entry, "display"));
        index.ramp = stringAt(entry, "ramp");
        index.source = sourceFrom(member(entry, "reference"));
        index.constants = numbersFrom(member(entry, "constants"));
        all.push_back(std::move(index));
    }
}

bool isName(const QString &name)
{
    static const QRegularExpression form(QStringLiteral("^[A-Za-z0-9][A-Za-z0-9_.+-]{0,79}$"));
    return form.match(name).hasMatch();
}

/// Checks what comes from outside, and makes it fit to be shown.
Result<Index> checked(Index index)
{
    if (!isName(index.name)) {
        return fail(ErrorCode::InvalidInput,
                    Text::tr("“%1” cannot name an index: it takes letters, digits, “_”, “-” and “.”, %2 at most.")
                        .arg(shortName(index.name))
                        .arg(longestName));
    }
    if (const auto parsed = Expression::parse(index.formula); !parsed) {
        Error error = parsed.error().toError(index.formula);
        error.message = Text::tr("The formula of %1 cannot be used: %2").arg(index.name, error.message);
        return fail(std::move(error));
    }
    const auto isSound = [](const auto &constant) {
        const auto parsed = Expression::parse(constant.first);
        return std::isfinite(constant.second) && parsed && parsed->nodes().size() == 1
            && parsed->nodes().front().op == Op::Name;
    };
    if (index.constants.size() > mostConstants
        || !std::all_of(index.constants.begin(), index.constants.end(), isSound)) {
        return fail(ErrorCode::InvalidInput,
                    Text::tr("The constants of %1 cannot be used: names of formulas and finite numbers are needed.")
                        .arg(index.name));
    }
    if (!std::isfinite(index.low) || !std::isfinite(index.high) || index.low > index.high)
        return fail(ErrorCode::InvalidInput, Text::tr("The range of %1 is not valid.").arg(index.name));
    index.title = shown(index.title);
    index.purpose = shown(index.purpose);
    index.source = shown(index.source);
    if (std::find(domains.begin(), domains.end(), index.domain) == domains.end())
        index.domain = QStringLiteral("other");
    if (!render::ramp(index.ramp))
        index.ramp = QStringLiteral("viridis");
    return index;
}

QString rampFor(const QString &domain)
{
    if (domain == u"vegetation" || domain == u"kernel")
        return QStringLiteral("rdylgn");
    return domain == u"water" ? QStringLiteral("brbg") : QStringLiteral("viridis");
}

/// v1 writes kernels as calls: kernel(N, R).
QString withKernelsNamed(QString formula)
{
    static const QRegularExpression call(QStringLiteral("\\bkernel\\(\\s*([A-Z])\\s*,\\s*([A-Z])\\s*\\)"));
    return formula.replace(call, QStringLiteral("k\\1\\2"));
}

/// Whether a formula calls what the language of formulas lacks: spatial_max(…), a statistic of the whole scene.
bool asksTheScene(const QString &formula)
{
    static const QRegularExpression call(QStringLiteral("\\b(spatial_[a-z]+|kernel)\\s*\\("));
    return call.match(formula).hasMatch();
}

/// One entry of the import in our own terms.
Result<Index> translated(const QString &name, const Json &entry, const SpectralConstants &constants)
{
    Index index;
    index.name = name;
    index.origin = importOrigin;
    index.title = stringAt(entry, "long_name", stringAt(entry, "name"));
    index.domain = stringAt(entry, "application_domain");
    index.source = stringAt(entry, "reference", stringAt(member(entry, "source"), "source_link"));
    index.ramp = rampFor(index.domain);
    index.low = 0;
    index.high = 0;
    const QString formula = withKernelsNamed(stringAt(entry, "formula"));
    const auto parsed = Expression::parse(formula);
    if (!parsed) {
        Error error = parsed.error().toError(formula);
        error.message = Text::tr("The formula of %1 cannot be used: %2").arg(shortName(name), error.message);
        return fail(std::move(error));
    }

    std::vector<const Node *> names;
    for (const auto &node : parsed->nodes()) {
        if (node.op == Op::Name)
            names.push_back(&node);
    }
    std::sort(names.begin(), names.end(), [](const Node *a, const Node *b) { return a->at > b->at; });
    index.formula = formula;
    for (const Node *node : names)
        index.formula.replace(node->at, node->length, inOurTerms(node->name));

    const auto ours = Expression::parse(index.formula);
    for (const auto &symbol : ours ? ours->names() : QStringList()) {
        if (const auto value = constants.isConstant(symbol) ? constants.valueOf(symbol, name) : std::nullopt)
            index.constants[symbol] = *value;
    }
    return checked(std::move(index));
}

Error spoilt(const QString &what)
{
    return {ErrorCode::InvalidInput, Text::tr("This is no catalogue of indices: %1").arg(what), {}, false};
}

/// "B8" and "B08" name the same band.
QString withoutLeadingZero(const QString &band)
{
    static const QRegularExpression zeros(QStringLiteral("^([A-Za-z_]+)0+(?=[1-9])"));
    return QString(band).replace(zeros, QStringLiteral("\\1"));
}

/// What the scene calls the band of that name: itself, another spelling, or what stands in for it.
std::optional<QString> bandOf(const SceneFacts &scene, const QString &name)
{
    if (scene.bands.contains(name))
        return name;
    static const std::map<QString, QString> standIns {{QStringLiteral("nir"), QStringLiteral("nir08")},
                                                      {QStringLiteral("nir08"), QStringLiteral("nir")},
                                                      {QStringLiteral("lwir"), QStringLiteral("lwir11")}};
    if (const auto other = standIns.find(name); other != standIns.end() && scene.bands.contains(other->second))
        return other->second;
    const auto spelt = std::find_if(scene.bands.begin(), scene.bands.end(), [&](const QString &band) {
        return withoutLeadingZero(band) == withoutLeadingZero(name);
    });
    return spelt == scene.bands.end() ? std::nullopt : std::optional(*spelt);
}

struct Bound {
    Symbols symbols;
    QStringList bands;
    QStringList missing; ///< names that nothing stands for
    QStringList dark; ///< bands whose wavelength is not known
};

Bound bindNames(const QStringList &names, const std::map<QString, double> &constants, const SceneFacts &scene)
{
    Bound bound;
    for (const auto &name : names) {
        if (const auto constant = constants.find(name); constant != constants.end()) {
            bound.symbols[name].number = constant->second;
            continue;
        }
        if (const QString band = bandOfWavelength(name); !band.isEmpty() && !scene.bands.contains(name)) {
            const auto found = bandOf(scene, band);
            const auto wavelength = found ? scene.wavelengths.find(*found) : scene.wavelengths.end();
            if (wavelength != scene.wavelengths.end())
                bound.symbols[name].number = wavelength->second;
            else
                bound.dark << band;
            continue;
        }
        const auto band = bandOf(scene, name);
        if (!band) {
            bound.missing << name;
            continue;
        }
        if (!bound.bands.contains(*band))
            bound.bands << *band;
        bound.symbols[name].input = static_cast<int>(bound.bands.indexOf(*band));
    }
    return bound;
}

/// What a person may write instead of a name that is none: everything that means something here.
Symbols everything(const Bound &bound, const std::map<QString, double> &constants, const SceneFacts &scene)
{
    Symbols symbols = bound.symbols;
    for (const auto &[name, value] : constants)
        symbols.emplace(name, Symbol {-1, value});
    for (const auto &band : scene.bands)
        symbols.emplace(band, Symbol {});
    return symbols;
}

QString withoutWavelength(const SceneFacts &scene, const QStringList &bands)
{
    return Text::tr("The centre wavelengths of %1 are not known for %2.").arg(listed(bands), shortName(scene.id));
}

Error lacksBands(const Index &index, const SceneFacts &scene, const QStringList &missing)
{
    return {ErrorCode::NotFound,
            Text::tr("%1 has no %2, which %3 needs; it has: %4")
                .arg(shortName(scene.id), listed(missing), index.name, listed(scene.bands)),
            {},
            false};
}

} // namespace

QString ownOrigin() { return QStringLiteral("own"); }

const IndexCatalogue &IndexCatalogue::shipped()
{
    static const IndexCatalogue catalogue = [] {
        IndexCatalogue made;
        load(made.m_all);
        return made;
    }();
    return catalogue;
}

Result<int> IndexCatalogue::import(const Json &asi, const Json &constants, QStringList *leftOut)
{
    if (member(asi, "indices").is_array())
        return importOwn(member(asi, "indices"));
    const Json &entries = member(asi, "SpectralIndices");
    if (!entries.is_object() || entries.empty())
        return fail(spoilt(Text::tr("there is no object “SpectralIndices” in it, and no list “indices”.")));
    if (entries.size() > mostIndices)
        return fail(spoilt(Text::tr("it has more than %1 entries.").arg(mostIndices)));

    std::vector<Index> kept;
    std::copy_if(m_all.begin(), m_all.end(), std::back_inserter(kept),
                 [](const Index &index) { return index.origin != importOrigin; });
    IndexCatalogue next;
    next.m_all = kept;
    const SpectralConstants values(constants);
    QStringList out;
    for (const auto &[key, entry] : entries.items()) {
        const QString name = QString::fromStdString(key);
        if (asksTheScene(withKernelsNamed(stringAt(entry, "formula")))) {
            out << shortName(name);
            continue;
        }
        auto index = translated(name, entry, values);
        if (!index)
            return fail(index.error());
        if (next.exactly(index->name))
            index->name = importOrigin + u'.' + index->name;
        if (next.exactly(index->name))
            return fail(spoilt(Text::tr("%1 is in it twice.").arg(index->name)));
        next.m_all.push_back(std::move(*index));
    }
    const auto taken = static_cast<int>(next.m_all.size() - kept.size());
    *this = std::move(next);
    if (leftOut)
        *leftOut = out;
    return taken;
}

namespace {

Index fromJson(const Json &entry)
{
    Index index;
    index.name = stringAt(entry, "name");
    index.title = stringAt(entry, "title");
    index.purpose = stringAt(entry, "purpose");
    index.formula = stringAt(entry, "formula");
    index.domain = stringAt(entry, "domain");
    takeRange(index, member(entry, "range"));
    index.ramp = stringAt(entry, "ramp");
    index.source = stringAt(entry, "source");
    index.constants = numbersFrom(member(entry, "constants"));
    index.origin = stringAt(entry, "origin") == importOrigin ? importOrigin : ownOrigin();
    return index;
}

Json toJson(const Index &index)
{
    Json constants = Json::object();
    for (const auto &[name, value] : index.constants)
        constants[toStd(name)] = value;
    return {{"name", toStd(index.name)},         {"title", toStd(index.title)},
            {"purpose", toStd(index.purpose)},   {"formula", toStd(index.formula)},
            {"domain", toStd(index.domain)},     {"range", Json::array({index.low, index.high})},
            {"ramp", toStd(index.ramp)},         {"source", toStd(index.source)},
            {"constants", std::move(constants)}, {"origin", toStd(index.origin)}};
}

} // namespace

Result<int> IndexCatalogue::importOwn(const Json &list)
{
    IndexCatalogue next = *this;
    if (list.size() > mostIndices)
        return fail(spoilt(Text::tr("it has more than %1 entries.").arg(mostIndices)));
    for (const auto &entry : list) {
        Index index = fromJson(entry);
        if (const Index *there = next.exactly(index.name); there && there->origin.isEmpty())
            index.name = index.origin + u'.' + index.name;
        std::ignore = next.remove(index.name);
        if (auto added = next.add(index); !added)
            return fail(added.error());
    }
    *this = std::move(next);
    return static_cast<int>(list.size());
}

Result<void> IndexCatalogue::add(const Index &own)
{
    auto index = checked(own);
    if (!index)
        return fail(index.error());
    if (index->origin.isEmpty())
        index->origin = ownOrigin();
    if (exactly(index->name))
        return fail(ErrorCode::InvalidInput, Text::tr("There is an index %1 already.").arg(index->name));
    if (m_all.size() >= shipped().m_all.size() + mostIndices)
        return fail(ErrorCode::InvalidInput, Text::tr("There are %1 indices of your own already.").arg(mostIndices));
    m_all.push_back(std::move(*index));
    return {};
}

bool IndexCatalogue::remove(const QString &name)
{
    const auto found = std::find_if(m_all.begin(), m_all.end(),
                                    [&](const Index &index) { return index.name == name && !index.origin.isEmpty(); });
    if (found == m_all.end())
        return false;
    m_all.erase(found);
    return true;
}

const Index *IndexCatalogue::exactly(const QString &name) const
{
    const auto found = std::find_if(m_all.begin(), m_all.end(), [&](const Index &i) { return i.name == name; });
    return found == m_all.end() ? nullptr : &*found;
}

const Index *IndexCatalogue::find(const QString &name) const
{
    if (const Index *exact = exactly(name))
        return exact;
    // An import's full name means one even where its short name was free.
    if (name.startsWith(importOrigin + u'.')) {
        const Index *plain = exactly(name.mid(importOrigin.size() + 1));
        if (plain && plain->origin == importOrigin)
            return plain;
    }
    const Index *folded = nullptr;
    for (const auto &index : m_all) {
        const bool meant = index.name.compare(name, Qt::CaseInsensitive) == 0;
        if (meant && folded)
            return nullptr;
        folded = meant ? &index : folded;
    }
    return folded;
}

Error IndexCatalogue::notFound(const QString &name) const
{
    QStringList same;
    QStringList near;
    for (const auto &index : m_all) {
        if (index.name.compare(name, Qt::CaseInsensitive) == 0)
            same << index.name;
        else if (near.size() < mostNamesInMessage && name.size() >= 2
                 && (index.name.contains(name, Qt::CaseInsensitive) || name.contains(index.name, Qt::CaseInsensitive)))
            near << index.name;
    }
    QString sentence = Text::tr("There is no index “%1”.").arg(shortName(name));
    if (same.size() > 1)
        sentence = Text::tr("“%1” may be one of %2: upper and lower case tell them apart.")
                       .arg(shortName(name), same.join(QStringLiteral(", ")));
    else if (!near.isEmpty())
        sentence
            = Text::tr("There is no index “%1”; near it: %2").arg(shortName(name), near.join(QStringLiteral(", ")));
    return {ErrorCode::InvalidInput, sentence, {}, false};
}

Json IndexCatalogue::toJson() const
{
    Json list = Json::array();
    for (const auto &index : m_all) {
        if (!index.origin.isEmpty())
            list.push_back(processing::toJson(index));
    }
    return {{"version", 1}, {"indices", std::move(list)}};
}

Result<void> IndexCatalogue::read(const Json &kept)
{
    if (!member(kept, "indices").is_array())
        return fail(spoilt(Text::tr("it has no list “indices”.")));
    IndexCatalogue next = shipped();
    auto read = next.importOwn(member(kept, "indices"));
    if (!read)
        return fail(read.error());
    *this = std::move(next);
    return {};
}

namespace {

struct Current {
    std::mutex mutex;
    std::shared_ptr<const IndexCatalogue> catalogue = std::make_shared<IndexCatalogue>(IndexCatalogue::shipped());
};
Current &current()
{
    static Current one;
    return one;
}

} // namespace

std::shared_ptr<const IndexCatalogue> indexCatalogue()
{
    const std::lock_guard lock(current().mutex);
    return current().catalogue;
}

void setIndexCatalogue(IndexCatalogue catalogue)
{
    auto next = std::make_shared<const IndexCatalogue>(std::move(catalogue));
    const std::lock_guard lock(current().mutex);
    current().catalogue = std::move(next);
}

Result<ResolvedFormula> resolve(const Index &index, const SceneFacts &scene)
{
    const auto parsed = Expression::parse(index.formula);
    if (!parsed)
        return fail(parsed.error().toError(index.formula));
    const Bound bound = bindNames(parsed->names(), index.constants, scene);
    if (!bound.missing.isEmpty())
        return fail(lacksBands(index, scene, bound.missing));
    if (!bound.dark.isEmpty())
        return fail(ErrorCode::NotFound, withoutWavelength(scene, bound.dark));
    auto evaluator = Evaluator::compile(*parsed, bound.symbols);
    if (!evaluator)
        return fail(evaluator.error().toError(index.formula));
    return ResolvedFormula {bound.bands, std::move(*evaluator)};
}

namespace {

tl::expected<ResolvedFormula, SyntaxError>
bindFormula(const QString &formula, const std::map<QString, double> &constants, const SceneFacts &scene)
{
    const auto parsed = Expression::parse(formula);
    if (!parsed)
        return tl::unexpected(parsed.error());
    const Bound bound = bindNames(parsed->names(), constants, scene);
    if (bound.missing.isEmpty() && !bound.dark.isEmpty()) {
        const QString name = wavelengthName(bound.dark.front());
        const auto &nodes = parsed->nodes();
        const auto at = std::find_if(nodes.begin(), nodes.end(), [&](const Node &node) { return node.name == name; });
        return tl::unexpected(SyntaxError {at->at, at->length, withoutWavelength(scene, bound.dark)});
    }
    auto evaluator = Evaluator::compile(*parsed,
                                        bound.missing.isEmpty() ? bound.symbols : everything(bound, constants, scene));
    if (!evaluator)
        return tl::unexpected(evaluator.error());
    return ResolvedFormula {bound.bands, std::move(*evaluator)};
}

} // namespace

Result<ResolvedFormula> resolve(const QString &formula, const std::map<QString, double> &constants,
                                const SceneFacts &scene)
{
    auto bound = bindFormula(formula, constants, scene);
    if (!bound)
        return fail(bound.error().toError(formula));
    return std::move(*bound);
}

std::optional<SyntaxError> problemOf(const QString &formula, const std::map<QString, double> &constants,
                                     const SceneFacts &scene)
{
    auto bound = bindFormula(formula, constants, scene);
    if (!bound)
        return std::move(bound.error());
    if (bound->bands.isEmpty()) {
        return SyntaxError {0, static_cast<int>(formula.size()),
                            Text::tr("No band is named in it: there is nothing to compute.")};
    }
    return std::nullopt;
}

} // namespace astra::processing
