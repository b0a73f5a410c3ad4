// SPDX-License-Identifier: Apache-2.0
#include "core/imagery/styles.h"

#include <QCoreApplication>

#include <algorithm>
#include <mutex>

namespace astra::imagery {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::imagery)
};

constexpr qsizetype longestName = 80;
constexpr std::size_t mostLooks = 1000;
constexpr QLatin1String ownPrefix("own:");
constexpr QLatin1String bandsPrefix("bands:");
constexpr QLatin1String formulaPrefix("formula:");

render::Style composite(const QString &id, const QStringList &bands, double high, double gamma)
{
    render::Style style;
    style.id = id;
    style.bands = bands;
    style.high = high;
    style.gamma = gamma;
    return style;
}

std::vector<render::Style> composites()
{
    const QString red = QStringLiteral("red");
    const QString green = QStringLiteral("green");
    return {composite(QStringLiteral("true-color"), {red, green, QStringLiteral("blue")}, 0.30, 1.4),
            composite(QStringLiteral("color-infrared"), {QStringLiteral("nir"), red, green}, 0.40, 1.0)};
}

render::Style stretched(const QString &id, const QStringList &bands)
{
    render::Style style = composite(id, bands, 1, 1);
    style.stretch = true;
    return style;
}

/// The names in a formula that are bands.
QStringList bandsIn(const QString &formula, const std::map<QString, double> &constants)
{
    const auto parsed = processing::Expression::parse(formula);
    QStringList bands = parsed ? parsed->names() : QStringList();
    bands.removeIf([&](const QString &name) { return constants.count(name) > 0; });
    return bands;
}

std::optional<render::Style> formulaStyle(const QString &formula)
{
    if (!processing::Expression::parse(formula))
        return std::nullopt;
    processing::Index index;
    index.name = formula;
    index.formula = formula;
    index.low = 0;
    index.high = 0;
    index.ramp = QStringLiteral("viridis");
    render::Style style = styleOf(index);
    style.id = formulaPrefix + formula;
    return style;
}

std::optional<render::Style> bandsStyle(const QString &list)
{
    QStringList bands;
    for (const auto &band : list.split(u','))
        bands << band.trimmed();
    if (!check({QStringLiteral("bands"), bands}))
        return std::nullopt;
    return stretched(bandsPrefix + bands.join(u','), bands);
}

std::optional<render::Style> indexStyle(const QString &id)
{
    const auto catalogue = processing::indexCatalogue();
    const auto *index = catalogue->find(id);
    // A shipped index is found in any case, whatever was imported beside it: "bai" is BAI, also where there is a BaI.
    if (!index || index->name != id) {
        const auto *shipped = processing::IndexCatalogue::shipped().find(id);
        index = shipped ? shipped : index;
    }
    return index ? std::optional(styleOf(*index)) : std::nullopt;
}

struct Looks {
    std::mutex mutex;
    std::vector<OwnLook> list;
};
Looks &looks()
{
    static Looks all;
    return all;
}

} // namespace

Result<void> check(const OwnLook &look)
{
    const auto isText = [](const QString &text) {
        return !text.trimmed().isEmpty() && text.size() <= longestName
            && std::all_of(text.begin(), text.end(), [](QChar c) { return c.isPrint(); });
    };
    if (!isText(look.name))
        return fail(ErrorCode::InvalidInput,
                    Text::tr("A look needs a name of at most %1 characters.").arg(longestName));
    if ((look.bands.size() != 1 && look.bands.size() != 3)
        || !std::all_of(look.bands.begin(), look.bands.end(), isText)) {
        return fail(ErrorCode::InvalidInput,
                    Text::tr("A look takes three bands, as red, green and blue, or one in shades of grey."));
    }
    return {};
}

Json toJson(const std::vector<OwnLook> &looks)
{
    Json list = Json::array();
    for (const auto &look : looks)
        list.push_back({{"name", toStd(look.name)}, {"bands", astra::toJson(look.bands)}});
    return list;
}

Result<std::vector<OwnLook>> ownLooksFrom(const Json &json)
{
    std::vector<OwnLook> looks;
    if (!json.is_array())
        return looks;
    if (json.size() > mostLooks)
        return fail(ErrorCode::InvalidInput, Text::tr("There are more than %1 looks.").arg(mostLooks));
    looks.reserve(json.size());
    for (const auto &entry : json) {
        OwnLook look {stringAt(entry, "name"), asStringList(member(entry, "bands"))};
        if (auto sound = check(look); !sound)
            return fail(sound.error());
        looks.push_back(std::move(look));
    }
    return looks;
}

std::vector<OwnLook> ownLooks()
{
    const std::lock_guard lock(looks().mutex);
    return looks().list;
}

void setOwnLooks(std::vector<OwnLook> list)
{
    const std::lock_guard lock(looks().mutex);
    looks().list = std::move(list);
}

render::Style styleOf(const processing::Index &index)
{
    render::Style style;
    style.id = index.origin.isEmpty() ? index.name.toLower() : index.name;
    style.index = index.name;
    style.formula = index.formula;
    style.constants = index.constants;
    style.bands = bandsIn(index.formula, index.constants);
    style.stretch = index.low >= index.high;
    style.low = style.stretch ? 0 : index.low;
    style.high = style.stretch ? 1 : index.high;
    style.ramp = index.ramp;
    return style;
}

std::vector<render::Style> styles()
{
    std::vector<render::Style> all = composites();
    for (const auto &look : ownLooks())
        all.push_back(stretched(ownPrefix + look.name, look.bands));
    for (const auto &index : processing::indexCatalogue()->all())
        all.push_back(styleOf(index));
    return all;
}

std::optional<render::Style> styleNamed(const QString &id)
{
    for (const auto &style : composites()) {
        if (style.id.compare(id, Qt::CaseInsensitive) == 0)
            return style;
    }
    for (const auto &look : ownLooks()) {
        if (id == ownPrefix + look.name)
            return stretched(id, look.bands);
    }
    if (id.startsWith(bandsPrefix))
        return bandsStyle(id.mid(bandsPrefix.size()));
    if (id.startsWith(formulaPrefix))
        return formulaStyle(id.mid(formulaPrefix.size()));
    return indexStyle(id);
}

} // namespace astra::imagery
