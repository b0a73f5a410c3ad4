// SPDX-License-Identifier: Apache-2.0
#include "core/data/recipe.h"

#include "core/data/areajson.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include <algorithm>
#include <array>

namespace astra::data {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::Recipe)
};

constexpr double mostDilation = 5000; // metres
constexpr double largestPixel = 1e7; // units of a CRS
constexpr std::size_t mostInputs = 10000;
constexpr const char *versionMember = "astra_recipe";

constexpr std::array firstMembers {"operation", "parameters", "bbox", "mask_clouds"};
constexpr std::array laterMembers {versionMember, "area",       "mask_snow", "mask_dilation",
                                   "grid",        "resampling", "format",    "codec"};

tl::unexpected<Error> refuse(const QString &why) { return fail(ErrorCode::InvalidInput, why); }

/// Words from outside, quoted: short, and on one line.
QString quoted(const std::string &text) { return QString::fromStdString(text).left(60).simplified(); }

/// 1 where it is not stated.
Result<int> versionOf(const Json &json)
{
    const Json &stated = member(json, versionMember);
    if (stated.is_null())
        return 1;
    const auto version = asInteger(stated);
    if (!version || *version < 1)
        return refuse(Text::tr("The recipe's version is not a number from 1."));
    if (*version > Recipe::version) {
        return fail(ErrorCode::Unsupported,
                    Text::tr("The recipe is of version %1, and this program knows versions up to %2: a newer one "
                             "can run it.")
                        .arg(*version)
                        .arg(Recipe::version));
    }
    return static_cast<int>(*version);
}

/// A member that is passed over would change the pixels in silence.
Result<void> checkMembers(const Json &json, int version)
{
    const auto has = [](const auto &names, const std::string &name) {
        return std::ranges::any_of(names, [&](const char *known) { return name == known; });
    };
    for (const auto &[name, value] : json.items()) {
        if (has(firstMembers, name) || name == versionMember || (version > 1 && has(laterMembers, name)))
            continue;
        if (has(laterMembers, name)) {
            return refuse(
                Text::tr("The recipe says “%1”, which is of version 2, but not “astra_recipe”: 2.").arg(quoted(name)));
        }
        return refuse(
            Text::tr("The recipe says “%1”, which is not known here and could change the result.").arg(quoted(name)));
    }
    return {};
}

Result<bool> switchAt(const Json &json, const char *name)
{
    const Json &value = member(json, name);
    if (value.is_null())
        return false;
    if (const auto on = asBool(value))
        return *on;
    return refuse(Text::tr("The recipe's “%1” is neither true nor false.").arg(QString::fromLatin1(name)));
}

/// One of some words; empty where it is not stated.
Result<QString> wordAt(const Json &json, const char *name, const QStringList &words)
{
    const Json &value = member(json, name);
    if (value.is_null())
        return QString();
    if (const auto word = asString(value); word && words.contains(*word))
        return *word;
    return refuse(Text::tr("The recipe's “%1” is not one of: %2.")
                      .arg(QString::fromLatin1(name), words.join(QStringLiteral(", "))));
}

Result<std::optional<Recipe::GridWish>> gridFrom(const Json &json)
{
    const Json &given = member(json, "grid");
    if (given.is_null())
        return std::nullopt;
    if (!given.is_object())
        return refuse(Text::tr("The recipe's grid is not a JSON object."));
    for (const auto &[name, value] : given.items()) {
        if (name != "crs" && name != "pixel") {
            return refuse(Text::tr("The recipe's grid says “%1”, which is not known here and could change the result.")
                              .arg(quoted(name)));
        }
    }
    Recipe::GridWish grid;
    if (const Json &crs = member(given, "crs"); !crs.is_null()) {
        static const QRegularExpression code(QStringLiteral("^EPSG:[1-9][0-9]{3,5}$"));
        grid.crs = asString(crs).value_or(QString());
        if (!code.match(grid.crs).hasMatch())
            return refuse(Text::tr("The recipe's CRS is not written as “EPSG:32632”."));
    }
    if (const Json &pixel = member(given, "pixel"); !pixel.is_null()) {
        const auto size = asNumber(pixel);
        if (!size || *size <= 0 || *size > largestPixel)
            return refuse(Text::tr("The recipe's pixel size is not a number above 0."));
        grid.pixel = *size;
    }
    if (grid == Recipe::GridWish())
        return refuse(Text::tr("The recipe's grid states neither a CRS nor a pixel size."));
    return grid;
}

/// What version 2 added.
Result<void> readLaterMembers(Recipe &recipe, const Json &json)
{
    if (const Json &area = member(json, "area"); !area.is_null()) {
        auto areas = areasFromJson(area);
        if (!areas)
            return fail(areas.error());
        recipe.area = std::move(*areas);
    }
    if (const Json &dilation = member(json, "mask_dilation"); !dilation.is_null()) {
        const auto metres = asNumber(dilation);
        if (!metres || *metres < 0 || *metres > mostDilation)
            return refuse(Text::tr("The recipe's “mask_dilation” is not a number of metres from 0 to 5000."));
        recipe.maskDilation = *metres;
    }
    const auto snow = switchAt(json, "mask_snow");
    if (!snow)
        return fail(snow.error());
    recipe.maskSnow = *snow;
    const auto grid = gridFrom(json);
    if (!grid)
        return fail(grid.error());
    recipe.grid = *grid;
    static const std::array words {
        std::tuple("resampling", &Recipe::resampling,
                   QStringList {QStringLiteral("nearest"), QStringLiteral("bilinear"), QStringLiteral("average")}),
        std::tuple("format", &Recipe::format,
                   QStringList {QStringLiteral("cog"), QStringLiteral("geotiff"), QStringLiteral("png"),
                                QStringLiteral("jpeg")}),
        std::tuple("codec", &Recipe::codec, QStringList {QStringLiteral("zstd"), QStringLiteral("deflate")})};
    for (const auto &[name, place, known] : words) {
        auto word = wordAt(json, name, known);
        if (!word)
            return fail(word.error());
        recipe.*place = std::move(*word);
    }
    return {};
}

} // namespace

Json Recipe::toJson() const
{
    Json json {{"operation", toStd(operation)}, {"parameters", parameters}, {"mask_clouds", maskClouds}};
    if (bbox)
        json["bbox"] = bbox->toJson();
    const auto first = json.size();
    if (!area.empty())
        json["area"] = data::toJson(area);
    if (maskSnow)
        json["mask_snow"] = true;
    if (maskDilation != 0)
        json["mask_dilation"] = maskDilation;
    if (grid && *grid != GridWish()) {
        if (!grid->crs.isEmpty())
            json["grid"]["crs"] = toStd(grid->crs);
        if (grid->pixel != 0)
            json["grid"]["pixel"] = grid->pixel;
    }
    if (!resampling.isEmpty())
        json["resampling"] = toStd(resampling);
    if (!format.isEmpty())
        json["format"] = toStd(format);
    if (!codec.isEmpty())
        json["codec"] = toStd(codec);
    if (json.size() > first)
        json[versionMember] = version;
    return json;
}

Result<Recipe> Recipe::fromJson(const Json &json)
{
    const auto stated = versionOf(json);
    if (!stated)
        return fail(stated.error());
    Recipe recipe;
    const auto operation = asString(member(json, "operation"));
    if (!operation || operation->isEmpty())
        return refuse(Text::tr("The recipe names no operation."));
    if (auto known = checkMembers(json, *stated); !known)
        return fail(known.error());
    recipe.operation = *operation;
    if (const Json &parameters = member(json, "parameters"); parameters.is_object())
        recipe.parameters = parameters;
    else if (!parameters.is_null())
        return refuse(Text::tr("The recipe's parameters are not a JSON object."));
    if (const Json &bbox = member(json, "bbox"); !bbox.is_null()) {
        recipe.bbox = GeoBox::fromJson(bbox);
        if (!recipe.bbox)
            return refuse(Text::tr("The recipe's rectangle is not four numbers in range."));
    }
    const auto clouds = switchAt(json, "mask_clouds");
    if (!clouds)
        return fail(clouds.error());
    recipe.maskClouds = *clouds;
    if (auto later = readLaterMembers(recipe, json); !later)
        return fail(later.error());
    return recipe;
}

Json RecipeFile::toJson() const
{
    Json json {{"recipe", recipe.toJson()}, {"inputs", inputs}};
    if (!software.isEmpty())
        json["software"] = toStd(software);
    return json;
}

Result<RecipeFile> RecipeFile::fromJson(const Json &json)
{
    // A recipe by itself is one without inputs.
    const Json &own = member(json, "recipe");
    auto recipe = Recipe::fromJson(own.is_null() ? json : own);
    if (!recipe)
        return fail(recipe.error());
    RecipeFile file {*std::move(recipe), {}, stringAt(json, "software").left(1000)};
    const Json &inputs = listAt(json, "inputs");
    if (inputs.size() > mostInputs)
        return refuse(Text::tr("The recipe has more than %1 inputs.").arg(mostInputs));
    file.inputs.reserve(inputs.size());
    for (const auto &input : inputs) {
        if (!input.is_object())
            return refuse(Text::tr("An input of the recipe is not a JSON object."));
        file.inputs.push_back(input);
    }
    return file;
}

} // namespace astra::data
