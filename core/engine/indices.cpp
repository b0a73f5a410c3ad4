// SPDX-License-Identifier: Apache-2.0
#include "core/engine/engineparts.h"
#include "core/engine/keptindices.h"
#include "core/imagery/look.h"
#include "core/imagery/styles.h"

#include <QDir>
#include <QFileInfo>
#include <QLockFile>
#include <QSaveFile>

#include <algorithm>

namespace astra::engine {

namespace {

constexpr qint64 mostBytes = 16LL << 20;
constexpr int patience = 5000; // ms

/// What configDir/indices.json holds.
struct Kept {
    processing::IndexCatalogue catalogue = processing::IndexCatalogue::shipped();
    std::vector<imagery::OwnLook> looks;
};

QString pathIn(const QString &configDir) { return QDir(configDir).filePath(QStringLiteral("indices.json")); }

Result<Kept> readKept(const QString &path)
{
    Kept kept;
    if (!QFileInfo::exists(path))
        return kept;
    const auto json = readJsonFile(path, mostBytes);
    if (!json)
        return fail(json.error().code, Engine::tr("%1 is not used: %2").arg(path, json.error().message), path);
    auto looks = imagery::ownLooksFrom(member(*json, "looks"));
    const auto indices = kept.catalogue.read(*json);
    if (!indices || !looks) {
        const Error &error = indices ? looks.error() : indices.error();
        return fail(ErrorCode::InvalidInput, Engine::tr("%1 is not used: %2").arg(path, error.message), path);
    }
    kept.looks = std::move(*looks);
    return kept;
}

Result<void> writeKept(const QString &path, const Kept &kept)
{
    Json json = kept.catalogue.toJson();
    json["looks"] = imagery::toJson(kept.looks);
    const QByteArray text = toText(json, 1) + '\n';
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size() || !file.commit())
        return fail(ErrorCode::Storage, Engine::tr("%1 could not be written: %2").arg(path, file.errorString()), path);
    return {};
}

void use(Kept kept)
{
    processing::setIndexCatalogue(std::move(kept.catalogue));
    imagery::setOwnLooks(std::move(kept.looks));
}

/// Reads, changes and writes what is kept, one at a time also among processes; I/O thread.
template<typename T> Result<T> changeKept(const QString &configDir, const std::function<Result<T>(Kept &)> &change)
{
    const QString path = pathIn(configDir);
    QLockFile lock(path + QStringLiteral(".lock"));
    if (!QDir().mkpath(configDir) || !lock.tryLock(patience)) {
        return fail(
            ErrorCode::Storage,
            Engine::tr("%1 cannot be changed: the folder cannot be written, or another program has it.").arg(path),
            path);
    }
    auto kept = readKept(path);
    if (!kept)
        return fail(kept.error());
    auto done = change(*kept);
    if (!done)
        return done;
    if (auto written = writeKept(path, *kept); !written)
        return fail(written.error());
    use(std::move(*kept));
    return done;
}

QString textOf(const processing::Index &index)
{
    return index.purpose.isEmpty() ? index.title : index.title + QStringLiteral(": ") + index.purpose;
}

} // namespace

QStringList takeKeptIndices(const QString &configDir)
{
    auto kept = readKept(pathIn(configDir));
    QStringList warnings = kept ? QStringList() : QStringList(kept.error().message);
    use(kept ? std::move(*kept) : Kept {});
    return warnings;
}

std::shared_ptr<const processing::IndexCatalogue> Engine::indices() { return processing::indexCatalogue(); }

std::vector<Engine::Look> Engine::looks(const data::Acquisition *acquisition)
{
    const auto facts = acquisition ? processing::factsOf(acquisition->best()) : processing::SceneFacts {};
    const auto catalogue = processing::indexCatalogue();
    std::vector<Look> looks;
    for (auto &style : imagery::styles()) {
        Look look;
        if (const auto *index = style.index.isEmpty() ? nullptr : catalogue->find(style.index)) {
            look.title = index->name;
            look.text = textOf(*index);
            look.removable = !index->origin.isEmpty();
            look.domain = index->origin == processing::ownOrigin() ? processing::ownOrigin() : index->domain;
        } else {
            const bool own = style.id.startsWith(u"own:");
            look.title = own ? style.id.mid(4) : style.id;
            look.removable = own;
            look.text = style.bands.join(QStringLiteral(", "));
            look.domain = own ? processing::ownOrigin() : QStringLiteral("composite");
        }
        if (acquisition) {
            const auto drawn = imagery::Look::of(acquisition->best(), facts, style);
            look.obstacle = drawn ? QString() : drawn.error().message;
        }
        look.style = std::move(style);
        looks.push_back(std::move(look));
    }
    return looks;
}

std::optional<render::Style> Engine::styleNamed(const QString &id) { return imagery::styleNamed(id); }

Result<void> Engine::whyNotDraw(const data::Acquisition &acquisition, const render::Style &style)
{
    const auto look = imagery::Look::of(acquisition.best(), style);
    return look ? Result<void>() : Result<void>(fail(look.error()));
}

std::optional<processing::SyntaxError> Engine::formulaProblem(const QString &formula,
                                                              const data::Acquisition &acquisition)
{
    return processing::problemOf(formula, {}, processing::factsOf(acquisition.best()));
}

QStringList Engine::bandsOf(const data::Acquisition &acquisition) { return data::bandNames(acquisition.best()); }

Future<Engine::ImportedIndices> Engine::importIndices(const QString &file, const QStringList &constants)
{
    auto done = runOn(d->pools.io, [dir = d->config.configDir, file, constants]() -> Result<ImportedIndices> {
        const auto json = readJsonFile(file, mostBytes);
        if (!json)
            return fail(json.error());
        Json documents = Json::array();
        for (const auto &path : constants) {
            auto document = readJsonFile(path, mostBytes);
            if (!document)
                return fail(document.error());
            documents.push_back(std::move(*document));
        }
        return changeKept<ImportedIndices>(dir, [&](Kept &kept) -> Result<ImportedIndices> {
            ImportedIndices imported;
            const auto count = kept.catalogue.import(*json, documents, &imported.leftOut);
            if (!count)
                return fail(count.error());
            imported.count = *count;
            return imported;
        });
    });
    deliver(done, this, [this](const Result<ImportedIndices> &) { Q_EMIT indicesChanged(); });
    return done;
}

namespace {

Future<void> changed(Engine *engine, Pools &pools, const QString &configDir,
                     const std::function<Result<void>(Kept &)> &change)
{
    auto done = runOn(pools.io, [configDir, change] { return changeKept<void>(configDir, change); });
    deliver(done, engine, [engine](const Result<void> &) { Q_EMIT engine->indicesChanged(); });
    return done;
}

} // namespace

Future<void> Engine::keepIndex(const processing::Index &index)
{
    return changed(this, d->pools, d->config.configDir, [index](Kept &kept) { return kept.catalogue.add(index); });
}

Future<void> Engine::removeIndex(const QString &name)
{
    return changed(this, d->pools, d->config.configDir, [name](Kept &kept) -> Result<void> {
        const auto *index = kept.catalogue.find(name);
        if (!index || index->name != name)
            return fail(kept.catalogue.notFound(name));
        if (!kept.catalogue.remove(name))
            return fail(ErrorCode::InvalidInput, tr("%1 is shipped with the program and stays.").arg(name));
        return {};
    });
}

Future<void> Engine::keepLook(const QString &name, const QStringList &bands)
{
    return changed(this, d->pools, d->config.configDir, [look = imagery::OwnLook {name, bands}](Kept &kept) {
        auto sound = imagery::check(look);
        if (sound) {
            std::erase_if(kept.looks, [&](const imagery::OwnLook &old) { return old.name == look.name; });
            kept.looks.push_back(look);
        }
        return sound;
    });
}

Future<void> Engine::removeLook(const QString &name)
{
    return changed(this, d->pools, d->config.configDir, [name](Kept &kept) -> Result<void> {
        if (std::erase_if(kept.looks, [&](const imagery::OwnLook &look) { return look.name == name; }) == 0)
            return fail(ErrorCode::NotFound, tr("There is no look “%1”.").arg(name.left(80)));
        return {};
    });
}

} // namespace astra::engine
