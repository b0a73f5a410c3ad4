// SPDX-License-Identifier: Apache-2.0
// The recipe inside a result, and a result made again from it. What a file says is taken for no more than it is: only
// providers that are configured are asked, and only rasters are opened.
#include "core/backends/inputrecord.h"
#include "core/backends/local/sceneinputs.h"
#include "core/backends/resultitem.h"
#include "core/data/areajson.h"
#include "core/data/offsetoverride.h"
#include "core/data/packedassets.h"
#include "core/data/scenejson.h"
#include "core/engine/engineparts.h"
#include "core/engine/jobtitle.h"
#include "core/library/localscene.h"
#include "core/processing/indexcatalogue.h"
#include "core/raster/dataset.h"
#include "core/raster/versions.h"

#include <QFileInfo>
#include <QUrl>

#include <algorithm>

namespace astra::engine {

namespace {

constexpr qint64 largestFile = 64LL << 20;

Error noRecipe(const QString &path)
{
    return {ErrorCode::NotFound,
            Engine::tr("%1 holds no recipe: neither a result of Astra's, nor the Item of one, nor a recipe in JSON.")
                .arg(path),
            path, false};
}

/// The error of a recipe that is there and cannot be used says where it is.
Result<data::RecipeFile> read(const Json &json, const QString &path)
{
    auto file = data::RecipeFile::fromJson(json);
    if (!file)
        return fail(file.error().code, Engine::tr("%1: %2").arg(path, file.error().message), path);
    // What a result says of files is meant from where it stands.
    for (auto &input : file->inputs)
        input = backends::placed(std::move(input), QFileInfo(path).absolutePath());
    return file;
}

QString softwareOf(const Json &programs)
{
    QStringList words;
    if (programs.is_object()) {
        for (const auto &[name, version] : programs.items())
            words << QString::fromStdString(name).left(40) + u' ' + asString(version).value_or(QString()).left(40);
    }
    return words.join(QStringLiteral(", "));
}

/// The recipe as the file of one of the Item's assets has it: the Item does not repeat the corners of large areas. As
/// it was where none has it.
Json withCorners(Json recipe, const Json &item, const QString &path)
{
    const Json &assets = member(item, "assets");
    if (!assets.is_object())
        return recipe;
    for (const auto &asset : assets) {
        // Beside the Item only, wherever it points to.
        const QString name = QUrl(stringAt(asset, "href")).fileName(QUrl::FullyDecoded);
        const QString file = QFileInfo(path).absolutePath() + u'/' + name;
        const auto dataset = QFileInfo(file).isFile() ? raster::Dataset::open({file, {}, {}, 1}) : fail(Error());
        if (!dataset)
            continue;
        auto whole = parseJson(dataset->info().metadataValue(QStringLiteral("ASTRA_RECIPE")).toUtf8(), file);
        if (whole && data::withoutCorners(*whole) == recipe)
            return *std::move(whole);
    }
    return recipe;
}

Result<data::RecipeFile> recipeInJson(const QString &path)
{
    const auto json = readJsonFile(path, largestFile);
    if (!json)
        return fail(json.error());
    if (stringAt(*json, "type") != u"Feature")
        return member(*json, "operation").is_null() && member(*json, "recipe").is_null() ? fail(noRecipe(path))
                                                                                         : read(*json, path);
    const Json &properties = member(*json, "properties");
    Json recipe = member(properties, "astra:recipe");
    if (recipe.is_null())
        return fail(noRecipe(path));
    if (data::lacksCorners(recipe))
        recipe = withCorners(std::move(recipe), *json, path);
    Json inputs = listAt(properties, "astra:inputs");
    const QString backend = stringAt(properties, "astra:backend");
    if (!backend.isEmpty() && backend != u"local") {
        for (auto &input : inputs) {
            if (input.is_object())
                input["computed_by"] = toStd(stringAt(properties, "astra:computed_by", backend).left(100));
        }
    }
    return read({{"recipe", recipe},
                 {"inputs", std::move(inputs)},
                 {"software", toStd(softwareOf(member(properties, "processing:software")))}},
                path);
}

/// Absent: it is no raster, or none of ours.
Result<std::optional<data::RecipeFile>> recipeInRaster(const QString &path)
{
    const auto dataset = raster::Dataset::open({path, {}, {}, 1});
    if (!dataset)
        return std::nullopt;
    const raster::Info &info = dataset->info();
    const QByteArray recipe = info.metadataValue(QStringLiteral("ASTRA_RECIPE")).toUtf8();
    if (recipe.isEmpty())
        return std::nullopt;
    const auto parsed = parseJson(recipe, path);
    if (!parsed)
        return fail(parsed.error());
    const auto inputs
        = parseJson(info.metadataValue(QString::fromLatin1(backends::inputsTag)).toUtf8()).value_or(Json::array());
    auto file = read({{"recipe", *parsed},
                      {"inputs", inputs.is_array() ? inputs : Json::array()},
                      {"software", toStd(info.metadataValue(QStringLiteral("ASTRA_SOFTWARE")))}},
                     path);
    if (!file)
        return fail(file.error());
    return std::optional(std::move(*file));
}

Result<data::RecipeFile> recipeIn(const QString &path)
{
    const QFileInfo info(path);
    if (!info.exists())
        return fail(ErrorCode::NotFound, Engine::tr("%1 does not exist.").arg(path), path);
    if (!info.isFile())
        return fail(ErrorCode::InvalidInput, Engine::tr("%1 is not an ordinary file.").arg(path), path);
    const QString suffix = info.suffix().toLower();
    const QString item = backends::itemPath(info.absoluteFilePath());
    const bool hasItem = QFileInfo(item).isFile();
    if (suffix == u"json" || suffix == u"geojson") {
        auto own = recipeInJson(path);
        return !own && own.error().code == ErrorCode::NotFound && hasItem ? recipeInJson(item) : own;
    }
    auto inside = recipeInRaster(path);
    if (!inside)
        return fail(inside.error());
    const bool complete = *inside && !(*inside)->inputs.empty();
    if (complete)
        return **inside;
    // Tables and pictures hold none, and results of services and of the first version no inputs: their Item does.
    if (hasItem) {
        if (auto beside = recipeInJson(item))
            return beside;
    }
    return *inside ? Result<data::RecipeFile>(**inside) : fail(noRecipe(path));
}

// --- Inputs found again ---------------------------------------------------------------------------------------------

struct Found {
    data::Acquisition input;
    QStringList notes;
};

/// One input of a recipe, as its record tells of it.
struct Wanted {
    Json record;
    QString provider;
    QString id; ///< as the provider calls it

    explicit Wanted(Json of)
        : record(std::move(of))
        , provider(stringAt(record, "provider").left(200))
        , id(stringAt(record, "original_id").left(1000))
    {
    }
    [[nodiscard]] QString qualified() const { return provider + u':' + id; }
    [[nodiscard]] bool isCalled(const QString &name) const
    {
        return name == id || name == qualified() || name == stringAt(record, "acquisition");
    }
};

/// The keys of the files that its bands were read from; where it does not say, of all.
QStringList filesRead(const data::Scene &scene, const Json &record)
{
    QStringList keys;
    const Json &bands = listAt(record, "bands");
    for (const auto &band : bands) {
        if (const auto found = data::findBand(scene, stringAt(band, "band")))
            keys << found->asset->key;
    }
    if (!keys.isEmpty())
        return keys;
    for (const auto &asset : scene.assets)
        keys << asset.key;
    return keys;
}

/// As it was read then: the files where they lay. Files of this computer only for what lay here.
Result<data::Acquisition> whereItLay(const Wanted &wanted)
{
    const auto gone = [&](const QString &why) {
        return fail(ErrorCode::NotFound, Engine::tr("The input %1 cannot be read again: %2").arg(wanted.id, why),
                    wanted.id);
    };
    const Json &record = member(wanted.record, "scene");
    if (record.is_null())
        return gone(Engine::tr("the recipe does not say where its files lay."));
    auto scene = data::sceneFromJson(record);
    if (!scene)
        return fail(scene.error());
    scene->provider = wanted.provider;
    scene->id = wanted.id;
    const bool here = wanted.provider == QLatin1String(library::localProvider);
    const auto read = filesRead(*scene, wanted.record);
    for (auto &asset : scene->assets) {
        const QString scheme = asset.href.scheme();
        const QString path = asset.href.toLocalFile();
        if (scheme == u"https" || scheme == u"http" || (here && !path.isEmpty() && QFileInfo(path).isFile()))
            continue;
        if (!read.contains(asset.key)) {
            // A band that nobody wants keeps its address, since the result tells of it; only files of another computer
            // are none of this one's.
            if (!here && asset.href.isLocalFile())
                asset.href.clear();
            continue;
        }
        return gone(here && !path.isEmpty() ? Engine::tr("%1 is gone.").arg(path)
                                            : Engine::tr("it lay at an address that is not read from here."));
    }
    if (scene->assets.empty())
        return gone(Engine::tr("the recipe does not say where its files lay."));
    return data::Acquisition {{std::move(*scene)}};
}

/// Where a file of that key lay then.
QString placeThen(const Json &record, const QString &key)
{
    for (const auto &asset : listAt(member(record, "scene"), "assets")) {
        if (stringAt(asset, "key") == key)
            return QUrl::fromEncoded(stringAt(asset, "href").toLatin1()).toLocalFile();
    }
    return {};
}

/// How a file differs from what is recorded of it; empty: not at all.
QString changeOf(const QFileInfo &file, const Json &then, const QString &place)
{
    const auto bytes = asInteger(member(then, "bytes"));
    if (bytes && *bytes != file.size()) {
        return Engine::tr("%1 is not the file that it was: it had %2 bytes and has %3.")
            .arg(file.fileName())
            .arg(*bytes)
            .arg(file.size());
    }
    const QString sample = stringAt(then, "sample");
    if (!sample.isEmpty() && sample != backends::sampleOf(file.filePath()))
        return Engine::tr("%1 is not the file that it was: something else stands in it.").arg(file.fileName());
    // A copy elsewhere has a time of its own.
    const auto modified = asInteger(member(then, "modified"));
    if (modified && *modified != file.lastModified().toMSecsSinceEpoch() && file.absoluteFilePath() == place)
        return Engine::tr("%1 was written again since: its pixels may be others.").arg(file.fileName());
    return {};
}

/// Files that are other ones by now, wherever they lie.
QStringList changedFiles(const data::Scene &scene, const Json &record)
{
    QStringList notes;
    const Json &files = listAt(record, "files");
    for (const auto &asset : scene.assets) {
        const QFileInfo file(asset.href.toLocalFile());
        const auto then = std::ranges::find_if(files, [&](const Json &one) {
            return stringAt(one, "key") == asset.key || stringAt(one, "name") == file.fileName();
        });
        if (!asset.href.isLocalFile() || then == files.end())
            continue;
        if (const QString change = changeOf(file, *then, placeThen(record, asset.key)); !change.isEmpty())
            notes << change;
    }
    return notes;
}

/// Bands that are read by another rule by now. Opens their files.
QStringList changedRules(const data::Scene &scene, const Json &record,
                         const std::shared_ptr<ByteSourceFactory> &sources, const StopToken &stop)
{
    QStringList notes;
    const Json &bands = listAt(record, "bands");
    // Not even a header of pixels that are paid for, before anybody has asked for them.
    if (bands.empty() || data::pixelAccess(scene) == data::Access::Paid)
        return notes;
    backends::SceneCopies copies({scene}, sources, std::make_shared<net::ReadCounter>());
    const auto reader = copies.open(0, stop);
    for (const auto &band : bands) {
        if (reader && !stop.stop_requested())
            (void)(*reader)->band(stringAt(band, "band")); // what cannot be opened, the job will say
    }
    const Json opened = copies.identity(0);
    for (const auto &now : listAt(opened, "bands")) {
        const auto then = std::ranges::find_if(
            bands, [&](const Json &one) { return stringAt(one, "band") == stringAt(now, "band"); });
        const auto differs = [&](const char *number) {
            return !member(*then, number).is_null() && member(*then, number) != member(now, number);
        };
        if (then == bands.end() || !(differs("scale") || differs("offset") || differs("nodata")))
            continue;
        notes << Engine::tr("%1 of %2 was read by the rule “%3” and is read by “%4”.")
                     .arg(stringAt(now, "band"), scene.id, stringAt(*then, "rule").left(300).simplified(),
                          stringAt(now, "rule"));
    }
    return notes;
}

QString formulaText(const QString &formula, const Json &constants)
{
    QStringList words {formula.left(1000).simplified()};
    if (constants.is_object()) {
        for (const auto &[name, value] : constants.items())
            words << QString::fromStdString(name).left(40).simplified() + QStringLiteral(" = ")
                    + QString::number(asNumber(value).value_or(0));
    }
    return words.join(QStringLiteral("; "));
}

/// Indices that mean something else by now, and who computed it.
QStringList changedMeaning(const Json &record)
{
    QStringList notes;
    if (const QString by = stringAt(record, "computed_by").left(100).simplified(); !by.isEmpty())
        notes << Engine::tr("It was computed by %1, and is computed on this computer now.").arg(by);
    const Json &formulas = member(record, "formulas");
    if (!formulas.is_object())
        return notes;
    const auto catalogue = processing::indexCatalogue();
    for (const auto &[key, then] : formulas.items()) {
        const QString name = QString::fromStdString(key).left(100).simplified();
        const QString was = formulaText(stringAt(then, "formula"), member(then, "constants"));
        const auto *index = catalogue->find(QString::fromStdString(key));
        if (!index) {
            notes << Engine::tr("There is no index %1 here; it was: %2").arg(name, was);
            continue;
        }
        Json constants = Json::object();
        for (const auto &[constant, value] : index->constants)
            constants[toStd(constant)] = value;
        if (const QString is = formulaText(index->formula, constants); is != was)
            notes << Engine::tr("The index %1 was “%2” and is “%3”.").arg(name, was, is);
    }
    return notes;
}

/// With what a person said of it then, and what is not as it was.
Found asBefore(data::Acquisition input, const Wanted &wanted, QStringList notes)
{
    const data::Scene &scene = input.best();
    const QString baseline = stringAt(wanted.record, "baseline").left(40);
    if (scene.id != wanted.id)
        notes << Engine::tr("%1 is read in the place of %2.").arg(scene.id, wanted.id);
    if (!baseline.isEmpty() && scene.baseline != baseline) {
        notes << Engine::tr("%1 was of processing baseline %2 and is of %3.")
                     .arg(scene.id, baseline,
                          scene.baseline.isEmpty() ? Engine::tr("one that is not stated") : scene.baseline);
    }
    const auto decided = data::overrideNamed(stringAt(wanted.record, "offset_override"));
    input = data::withOverride(std::move(input), decided.value_or(data::OffsetOverride::None));
    return {std::move(input), std::move(notes)};
}

/// One future of all; the first error is the error.
template<typename T> Future<std::vector<T>> together(const std::vector<Future<T>> &futures)
{
    struct State {
        std::mutex mutex;
        std::vector<T> values;
        std::size_t left = 0;
        Settler<std::vector<T>> settler;
    };
    const auto state = std::make_shared<State>();
    state->values.resize(futures.size());
    state->left = futures.size();
    auto all = state->settler.future();
    if (futures.empty())
        state->settler.settle(std::vector<T>());
    for (std::size_t i = 0; i < futures.size(); ++i) {
        const auto done = chain(futures[i], [state, i](Result<T> one) -> Result<bool> {
            if (!one) {
                state->settler.settle(fail(one.error()));
                return false;
            }
            bool isLast = false;
            {
                const std::lock_guard lock(state->mutex);
                state->values[i] = std::move(*one);
                isLast = --state->left == 0;
            }
            // What waits for it is called here: not with the mutex held.
            if (isLast)
                state->settler.settle(std::move(state->values));
            return true;
        });
        Q_UNUSED(done)
    }
    return all;
}

Result<void> checkGiven(const std::vector<Wanted> &wanted, const std::map<QString, QString> &given)
{
    for (const auto &entry : given) {
        const QString &name = entry.first;
        if (std::ranges::any_of(wanted, [&](const Wanted &input) { return input.isCalled(name); }))
            continue;
        QStringList names;
        for (const auto &input : wanted)
            names << input.qualified();
        return fail(ErrorCode::InvalidInput,
                    names.isEmpty()
                        ? Engine::tr("The recipe names no inputs, so %1 cannot be one of them.").arg(name)
                        : Engine::tr("The recipe has no input %1; it has: %2").arg(name, names.join(u", ")));
    }
    return {};
}

Future<Found> byHand(const Future<data::Acquisition> &opening, const Wanted &wanted)
{
    return chain(opening, [wanted](Result<data::Acquisition> opened) -> Result<Found> {
        if (!opened)
            return fail(opened.error());
        return asBefore(std::move(*opened), wanted, {});
    });
}

/// Where the provider does not have it any more, or cannot be asked: from where it lay.
Future<Found> fromProvider(const Future<data::Acquisition> &opening, const Wanted &wanted)
{
    return chain(opening, [wanted](Result<data::Acquisition> opened) -> Result<Found> {
        if (opened)
            return asBefore(std::move(*opened), wanted, {});
        auto old = whereItLay(wanted);
        if (opened.error().code == ErrorCode::Cancelled || !old)
            return fail(opened.error());
        return asBefore(std::move(*old), wanted,
                        {Engine::tr("%1 is read where it lay: %2").arg(wanted.id, opened.error().message)});
    });
}

Result<Found> fromItsPlace(const Wanted &wanted)
{
    auto old = whereItLay(wanted);
    if (!old)
        return fail(old.error());
    return asBefore(std::move(*old), wanted, {});
}

/// With notes of what is not as the record tells.
Future<Found> compared(const Future<Found> &finding, const Wanted &wanted, Pools &pools,
                       const std::shared_ptr<ByteSourceFactory> &sources, const StopToken &stop)
{
    return chain(finding, [wanted, sources, stop, &pools](Result<Found> one) -> Future<Found> {
        if (!one)
            return ready<Found>(fail(one.error()));
        return runOn(pools.io, [wanted, sources, stop, one = std::move(*one)]() -> Result<Found> {
            Found found = one;
            const data::Acquisition all = data::unpacked(found.input);
            found.notes << changedFiles(all.best(), wanted.record)
                        << changedRules(all.best(), wanted.record, sources, stop) << changedMeaning(wanted.record);
            return found;
        });
    });
}

Engine::Reproduction reproductionOf(const data::RecipeFile &recipe, std::vector<Found> all)
{
    Engine::Reproduction again;
    again.request.recipe = recipe.recipe;
    for (auto &one : all) {
        again.notes << one.notes;
        again.request.inputs.push_back(std::move(one.input));
    }
    again.notes.removeDuplicates();
    again.request.title = titleOf(recipe.recipe, again.request.inputs);
    const QString now = QStringLiteral("Astra " ASTRA_VERSION ", ") + raster::versions();
    if (!recipe.software.isEmpty() && recipe.software != now)
        again.notes << Engine::tr("It was made with %1; this is %2.").arg(recipe.software, now);
    return again;
}

} // namespace

Future<data::RecipeFile> Engine::recipeOf(const QString &file)
{
    return runOn(d->pools.io, [file] { return recipeIn(file); });
}

Future<Engine::Reproduction> Engine::reproduce(const data::RecipeFile &recipe, const std::map<QString, QString> &given,
                                               StopToken stop)
{
    std::vector<Wanted> inputs;
    inputs.reserve(recipe.inputs.size());
    for (const auto &record : recipe.inputs)
        inputs.emplace_back(record);
    if (auto known = checkGiven(inputs, given); !known)
        return ready<Reproduction>(fail(known.error()));
    if (inputs.empty())
        return ready<Reproduction>(
            fail(ErrorCode::InvalidInput, tr("The recipe does not say from what it was made: name the scenes.")));
    std::vector<Future<Found>> found;
    found.reserve(inputs.size());
    for (const auto &wanted : inputs) {
        const auto hand = std::ranges::find_if(given, [&](const auto &one) { return wanted.isCalled(one.first); });
        const bool hasProvider = d->registry.find(wanted.provider);
        auto one = hand != given.end() ? byHand(open(hand->second, stop), wanted)
            : hasProvider              ? fromProvider(open(wanted.qualified(), stop), wanted)
                                       : runOn(d->pools.io, [wanted] { return fromItsPlace(wanted); });
        found.push_back(compared(one, wanted, d->pools, d->http->byteSources(), stop));
    }
    return chain(together(found), [recipe](Result<std::vector<Found>> all) -> Result<Reproduction> {
        if (!all)
            return fail(all.error());
        return reproductionOf(recipe, std::move(*all));
    });
}

} // namespace astra::engine
