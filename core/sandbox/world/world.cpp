// SPDX-License-Identifier: Apache-2.0
#include "core/sandbox/world/world.h"

#include "core/raster/geodesy.h"
#include "core/sandbox/world/maker.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSaveFile>
#include <QSemaphore>
#include <QUuid>

#include <algorithm>

namespace astra::sandbox {

namespace {
/// Counts changes to the generator: another number, another folder.
constexpr int version = 1;

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::sandbox)
};

QByteArray sumOf(const QString &path)
{
    QFile file(path);
    QCryptographicHash hash(QCryptographicHash::Sha1); // against damage, not against malice: speed counts
    if (!file.open(QIODevice::ReadOnly) || !hash.addData(&file))
        return {};
    return hash.result().toHex();
}

Json toJson(const WorldScene &scene)
{
    Json files = Json::array();
    for (const SceneFile &file : scene.files)
        files.push_back({{"band", toStd(file.band)},
                         {"common_name", toStd(file.commonName)},
                         {"name", toStd(file.path)},
                         {"metres", file.metres},
                         {"bytes", file.bytes}});
    return {{"id", toStd(scene.pass.id())}, {"cloud", scene.cloudCover},
            {"nodata", scene.nodata},       {"snow", scene.snow},
            {"water", scene.water},         {"footprint", data::geometryFromRings({scene.footprint})},
            {"files", std::move(files)}};
}

Result<WorldScene> fromJson(const Json &json, const Pass &pass, const QString &folder)
{
    WorldScene scene;
    scene.pass = pass;
    const auto rings = data::ringsFromGeometry(member(json, "footprint"));
    const auto cloud = numberAt(json, "cloud");
    if (stringAt(json, "id") != pass.id() || rings.size() != 1 || !cloud || !member(json, "files").is_array())
        return fail(ErrorCode::Storage, Text::tr("The list of the invented world's files is damaged."), folder);
    scene.footprint = rings.front();
    scene.cloudCover = *cloud;
    scene.nodata = numberAt(json, "nodata").value_or(0);
    scene.snow = numberAt(json, "snow").value_or(0);
    scene.water = numberAt(json, "water").value_or(0);
    for (const Json &entry : member(json, "files")) {
        SceneFile file;
        file.band = stringAt(entry, "band");
        file.commonName = stringAt(entry, "common_name");
        file.path = folder + u'/' + pass.id() + u'/' + stringAt(entry, "name");
        file.metres = static_cast<int>(numberAt(entry, "metres").value_or(10));
        file.bytes = asInteger(member(entry, "bytes")).value_or(-1);
        scene.files.push_back(file);
    }
    return scene;
}

/// One sum over the files' own, in order. Files are summed at the same time.
QByteArray checksumOf(const std::vector<WorldScene> &scenes, Pools &pools)
{
    std::vector<const SceneFile *> files;
    for (const WorldScene &scene : scenes) {
        for (const SceneFile &file : scene.files)
            files.push_back(&file);
    }
    std::vector<QByteArray> sums(files.size());
    inParallel(pools.cpu, static_cast<int>(files.size()), [&](int from, int to) {
        for (int i = from; i < to; ++i)
            sums[static_cast<std::size_t>(i)] = sumOf(files[static_cast<std::size_t>(i)]->path);
    });
    QCryptographicHash all(QCryptographicHash::Sha1);
    for (const QByteArray &sum : sums)
        all.addData(sum);
    return all.result().toHex();
}

Result<void> makeInto(const QString &folder, int size, Pools &pools, const Progress &progress)
{
    Maker maker(size, pools);
    maker.prepare();
    std::vector<WorldScene> scenes;
    Json list = Json::array();
    const auto count = static_cast<double>(passes().size());
    for (const Pass &pass : passes()) {
        const double at = static_cast<double>(scenes.size());
        const QString own = folder + u'/' + pass.id();
        if (!QDir().mkpath(own))
            return fail(ErrorCode::Storage, Text::tr("Could not create the folder %1.").arg(own), own);
        auto scene = maker.make(pass, own, progress.slice(0.1 + 0.9 * at / count, 0.1 + 0.9 * (at + 1) / count));
        if (!scene)
            return fail(scene.error());
        for (SceneFile &file : scene->files)
            file.bytes = QFileInfo(own + u'/' + file.path).size();
        list.push_back(toJson(*scene));
        for (SceneFile &file : scene->files)
            file.path = own + u'/' + file.path;
        scenes.push_back(std::move(*scene));
    }
    const Json manifest {{"version", version},
                         {"size", size},
                         {"checksum", checksumOf(scenes, pools).toStdString()},
                         {"scenes", std::move(list)}};
    QSaveFile file(folder + u"/world.json");
    const QByteArray text = toText(manifest, 1);
    if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size() || !file.commit())
        return fail(ErrorCode::Storage, Text::tr("Could not write %1: %2").arg(file.fileName(), file.errorString()));
    return {};
}
} // namespace

void inParallel(QThreadPool &pool, int count, const std::function<void(int, int)> &work)
{
    // More pieces than threads, so that an uneven landscape does not leave one of them idle.
    const int pieces = std::clamp(count / 4, 1, 8 * std::max(1, pool.maxThreadCount()));
    QSemaphore done;
    for (int i = 0; i < pieces; ++i) {
        const int from = static_cast<int>(static_cast<qint64>(count) * i / pieces);
        const int to = static_cast<int>(static_cast<qint64>(count) * (i + 1) / pieces);
        pool.start([&, from, to] {
            work(from, to);
            done.release();
        });
    }
    done.acquire(pieces);
}

data::Grid worldGrid(int size, int metres)
{
    const double shift = worldFirst(size) * static_cast<double>(pixelMetres);
    data::Grid grid;
    grid.crs = QStringLiteral("EPSG:%1").arg(worldEpsg);
    grid.originX = worldWest + shift;
    grid.originY = worldNorth - shift;
    grid.pixelWidth = metres;
    grid.pixelHeight = metres;
    grid.width = size * 10 / metres;
    grid.height = grid.width;
    return grid;
}

const SceneFile *WorldScene::file(const QString &band) const
{
    const auto found = std::find_if(files.begin(), files.end(), [&](const SceneFile &f) { return f.band == band; });
    return found == files.end() ? nullptr : &*found;
}

const WorldScene *World::scene(const QString &productId) const
{
    const auto found = std::find_if(m_scenes.begin(), m_scenes.end(),
                                    [&](const WorldScene &s) { return s.pass.id() == productId; });
    return found == m_scenes.end() ? nullptr : &*found;
}

data::Grid World::grid(int metres) const { return worldGrid(m_size, metres); }

qint64 World::bytes() const
{
    qint64 sum = 0;
    for (const WorldScene &scene : m_scenes) {
        for (const SceneFile &file : scene.files)
            sum += file.bytes;
    }
    return sum;
}

Result<void> World::load(const QString &folder, Pools &pools)
{
    const auto manifest = readJsonFile(folder + u"/world.json");
    if (!manifest)
        return fail(manifest.error());
    const Json &list = member(*manifest, "scenes");
    if (asInteger(member(*manifest, "version")) != version || asInteger(member(*manifest, "size")) != m_size
        || !list.is_array() || list.size() != passes().size())
        return fail(ErrorCode::Storage, Text::tr("The list of the invented world's files is damaged."), folder);
    m_scenes.clear();
    for (std::size_t i = 0; i < list.size(); ++i) {
        auto scene = fromJson(list[i], passes()[i], folder);
        if (!scene)
            return fail(scene.error());
        for (const SceneFile &file : scene->files) {
            if (QFileInfo(file.path).size() != file.bytes)
                return fail(ErrorCode::Storage, Text::tr("A file of the invented world is damaged: %1").arg(file.path));
        }
        m_scenes.push_back(std::move(*scene));
    }
    m_checksum = checksumOf(m_scenes, pools);
    if (stringAt(*manifest, "checksum") != QString::fromLatin1(m_checksum))
        return fail(ErrorCode::Storage, Text::tr("A file of the invented world is damaged."), folder);
    const auto box = raster::boundsInDegrees(grid(10));
    if (!box)
        return fail(box.error());
    m_box = *box;
    return {};
}

Result<World> World::open(const QString &cacheDir, int size, Pools &pools, const Progress &progress)
{
    if (size < 96 || size > worldSize || size % 96 != 0)
        return fail(ErrorCode::InvalidInput, Text::tr("The invented world cannot be %1 pixels wide.").arg(size));
    const QString folder = QStringLiteral("%1/world-%2-%3").arg(cacheDir).arg(version).arg(size);
    World world;
    world.m_size = size;
    if (world.load(folder, pools))
        return world;

    // Two starts at once each make their own; the first to finish gives it the name.
    const QString making = folder + u".making-" + QUuid::createUuid().toString(QUuid::Id128);
    if (!QDir().mkpath(making))
        return fail(ErrorCode::Storage, Text::tr("Could not create the folder %1.").arg(making), cacheDir);
    if (const auto made = makeInto(making, size, pools, progress); !made) {
        QDir(making).removeRecursively();
        return fail(made.error());
    }
    if (!QDir().rename(making, folder)) {
        if (!world.load(folder, pools)) { // not another start's: a damaged one stands there
            QDir(folder).removeRecursively();
            if (!QDir().rename(making, folder))
                return fail(ErrorCode::Storage, Text::tr("Could not create the folder %1.").arg(folder), cacheDir);
        } else {
            QDir(making).removeRecursively();
        }
    }
    if (const auto loaded = world.load(folder, pools); !loaded)
        return fail(loaded.error());
    world.m_made = true;
    return world;
}

} // namespace astra::sandbox
