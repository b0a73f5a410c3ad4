// SPDX-License-Identifier: Apache-2.0
#include "core/processing/executor.h"

#include "core/base/logging.h"
#include "core/base/phrases.h"
#include "core/data/areajson.h"
#include "core/data/partpath.h"
#include "core/processing/pipeline.h"
#include "core/processing/tables.h"
#include "core/processing/targetgrid.h"
#include "core/raster/geodesy.h"
#include "core/raster/radiometry.h"
#include "core/raster/versions.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QThread>

#include <algorithm>

namespace astra::processing {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::processing)
};

// Raised whenever the same plan would give other pixels or other tallies: tiles of an earlier program are then made
// again.
constexpr int pixelsVersion = 2;
// More reflectance below zero than dark surfaces give: the offset was in the pixels no more. Their overview is asked
// before; this counts every pixel of the part that is computed.
constexpr double suspiciousShare = 0.05;
constexpr std::size_t mostOpen = 400; // files at a time, of all readers
constexpr int remoteReaders = 8;

/// A plan with its bands open.
struct Opened {
    std::unique_ptr<Operation> operation;
    std::vector<SceneFacts> facts;
    Work work;
    std::unique_ptr<OpenBands> bands;
};

Result<void> openMasks(Opened &opened, const data::Recipe &recipe)
{
    Work &work = opened.work;
    work.masks.resize(opened.facts.size());
    work.maskKinds.resize(opened.facts.size(), MaskKind::Scl);
    if (!recipe.maskClouds)
        return {};
    for (std::size_t scene = 0; scene < opened.facts.size(); ++scene) {
        const auto &facts = opened.facts[scene];
        if (!facts.mask) {
            return fail(ErrorCode::InvalidInput,
                        Text::tr("Clouds cannot be masked: %1 has neither a scene classification (SCL) nor a QA_PIXEL "
                                 "band.")
                            .arg(facts.id));
        }
        work.maskKinds[scene] = *facts.mask;
        const auto band = opened.bands->mask(static_cast<int>(scene), *facts.mask);
        if (!band)
            return fail(band.error());
        auto mask = CloudMask::create((*band)->grid(), work.grid, {*facts.mask, recipe.maskSnow, recipe.maskDilation});
        if (!mask)
            return fail(std::move(mask.error()));
        work.masks[scene] = std::move(*mask);
    }
    return {};
}

raster::Resampling resamplingOf(const data::Recipe &recipe)
{
    return recipe.resampling == u"nearest" ? raster::Resampling::Nearest
        : recipe.resampling == u"average"  ? raster::Resampling::Average
                                           : raster::Resampling::Bilinear;
}

raster::CogSpec specOf(const OutputFile &file, const data::Grid &grid)
{
    raster::CogSpec spec;
    spec.grid = grid;
    spec.type = file.type;
    spec.nodata = file.nodata;
    spec.overviews = file.overviews;
    spec.colours = file.colours;
    if (file.bands.size() == 1) {
        spec.description = file.bands.front().description;
    } else {
        for (const auto &band : file.bands)
            spec.bands << band.description;
    }
    return spec;
}

Result<void> openBands(Opened &opened, const data::Recipe &recipe)
{
    Work &work = opened.work;
    std::vector<BandGrid> grids;
    grids.reserve(work.plan.reads.size());
    for (auto &read : work.plan.reads) {
        const auto band = opened.bands->band(read.scene, read.band);
        if (!band)
            return fail(band.error());
        read.classes = read.classes || isClasses(read.band) || (*band)->hasClasses();
        work.rules.push_back((*band)->radiometry());
        grids.push_back({read.scene, read.band, (*band)->grid()});
    }
    auto grid = targetGrid(grids, work.plan.extent, recipe, work.plan.within);
    if (!grid)
        return fail(std::move(grid.error()));
    work.grid = std::move(*grid);
    work.resampling = resamplingOf(recipe);
    // A file has one kind of overviews: thinned values are still values, blended classes are none.
    for (auto &file : work.plan.files) {
        if (std::any_of(file.bands.begin(), file.bands.end(), [&](const OutputBand &band) {
                return band.copies >= 0 && work.plan.reads[static_cast<std::size_t>(band.copies)].classes;
            }))
            file.overviews = raster::OverviewMethod::Nearest;
        work.specs.push_back(specOf(file, work.grid));
    }
    if (auto ok = openMasks(opened, recipe); !ok)
        return ok;
    if (!recipe.area.empty()) {
        auto areas = raster::Areas::create(recipe.area, work.grid);
        if (!areas)
            return fail(std::move(areas.error()));
        work.areas = std::move(*areas);
    }
    opened.bands->alignTo(work);
    return {};
}

/// Into `opened`, which stays where it is: bands refer to it.
Result<void> open(Opened &opened, const data::Recipe &recipe, SceneSet &scenes, const StopToken &stop)
{
    auto operation = makeOperation(recipe.operation, recipe.parameters);
    if (!operation)
        return fail(std::move(operation.error()));
    opened.operation = std::move(*operation);
    const auto [fewest, most] = opened.operation->scenes();
    if (scenes.count() < fewest || scenes.count() > most) {
        return fail(ErrorCode::InvalidInput,
                    Text::tr("“%1” takes %2 to %3 scenes; there are %4.")
                        .arg(recipe.operation)
                        .arg(fewest)
                        .arg(most)
                        .arg(scenes.count()));
    }
    for (int scene = 0; scene < scenes.count(); ++scene)
        opened.facts.push_back(scenes.facts(scene));
    auto plan = opened.operation->plan(opened.facts);
    if (!plan)
        return fail(std::move(plan.error()));
    opened.work.plan = std::move(*plan);
    opened.bands = std::make_unique<OpenBands>(scenes, stop);
    return openBands(opened, recipe);
}

/// Without what a rule says in words, which differs from language to language.
Json withoutSentences(Json json)
{
    if (json.is_object() && json.contains("rule") && json.contains("scale")) {
        for (const char *words : {"rule", "source", "warning"})
            json.erase(words);
    }
    for (auto &inner : json) {
        if (inner.is_structured())
            inner = withoutSentences(std::move(inner));
    }
    return json;
}

/// One run from the open bands to the files with their names.
class Run
{
public:
    Run(const data::Recipe &recipe, SceneSet &scenes, const QString &output, Pools &pools, const Progress &progress,
        const RunOptions &options)
        : m_recipe(recipe)
        , m_scenes(scenes)
        , m_output(output)
        , m_pools(pools)
        , m_progress(progress)
        , m_options(options)
    {
    }

    [[nodiscard]] Result<data::JobResult> run();

private:
    [[nodiscard]] Result<void> checkOutput(const QString &path) const;
    [[nodiscard]] Result<void> checkOutputs() const;
    [[nodiscard]] QString pathOf(const OutputFile &file) const;
    [[nodiscard]] Result<void> openStore();
    [[nodiscard]] Result<void> prepare();
    [[nodiscard]] Json rules(std::optional<int> scene = {}) const;
    [[nodiscard]] QByteArray plan() const;
    [[nodiscard]] data::Statistics statistics(std::size_t file, std::size_t band) const;
    [[nodiscard]] QStringList notes() const;
    [[nodiscard]] raster::Metadata metadata(std::size_t file) const;
    [[nodiscard]] int readers() const;
    [[nodiscard]] Result<void> writeRasters();
    [[nodiscard]] Result<void> finish();

    const data::Recipe &m_recipe;
    SceneSet &m_scenes;
    const QString m_output;
    Pools &m_pools;
    const Progress &m_progress;
    const RunOptions &m_options;

    Opened m_opened;
    QStringList m_prepared; ///< notes
    std::unique_ptr<raster::TileStore> m_store; // outlives the pyramids
    std::vector<std::unique_ptr<raster::CogPyramid>> m_files;
    PipelineReport m_report;
    Summary m_summary;
    QStringList m_written;
};

Result<void> Run::checkOutput(const QString &path) const
{
    const QString target = QFileInfo(path).canonicalFilePath();
    for (const auto &input : m_scenes.localFiles()) {
        if (!target.isEmpty() && QFileInfo(input).canonicalFilePath() == target) {
            return fail(ErrorCode::InvalidInput,
                        Text::tr("%1 is one of the files that are read: choose another name for the result.").arg(path),
                        path);
        }
    }
    return {};
}

QString Run::pathOf(const OutputFile &file) const
{
    return file.suffix.isEmpty() ? m_output : data::fileBeside(m_output, file.suffix);
}

Result<void> Run::checkOutputs() const
{
    for (const auto &file : m_opened.work.plan.files) {
        if (auto ok = checkOutput(pathOf(file)); !ok)
            return ok;
    }
    return {};
}

/// The rule of every band, for the file's own tags.
Json Run::rules(std::optional<int> scene) const
{
    const Work &work = m_opened.work;
    Json list = Json::array();
    for (std::size_t i = 0; i < work.plan.reads.size(); ++i) {
        const auto &read = work.plan.reads[i];
        if (scene && read.scene != *scene)
            continue;
        Json rule = raster::toJson(work.rules[i]);
        rule["band"] = toStd(read.band);
        if (!scene && m_opened.facts.size() > 1)
            rule["scene"] = toStd(m_opened.facts[static_cast<std::size_t>(read.scene)].id);
        list.push_back(std::move(rule));
    }
    return list;
}

/// Everything that pixels depend on, and nothing that depends on the language.
QByteArray Run::plan() const
{
    const Work &work = m_opened.work;
    const data::Grid &grid = work.grid;
    Json inputs = Json::array();
    for (int scene = 0; scene < m_scenes.count(); ++scene)
        inputs.push_back(withoutSentences(m_scenes.identity(scene)));
    Json reads = Json::array();
    for (std::size_t i = 0; i < work.plan.reads.size(); ++i) {
        const auto &read = work.plan.reads[i];
        Json rule = withoutSentences(raster::toJson(work.rules[i]));
        rule["band"] = toStd(read.band);
        rule["number"] = read.scene;
        rule["classes"] = read.classes;
        reads.push_back(std::move(rule));
    }
    Json files = Json::array();
    for (const auto &file : m_opened.work.plan.files) {
        Json bands = Json::array();
        for (const auto &band : file.bands)
            bands.push_back(toStd(band.description));
        files.push_back({{"suffix", toStd(file.suffix)}, {"type", static_cast<int>(file.type)}, {"bands", bands}});
    }
    return toText(
        {{"pixels", pixelsVersion},
         {"versions", toStd(raster::versions())},
         {"recipe", data::withoutCorners(m_recipe.toJson())},
         {"inputs", inputs},
         {"reads", reads},
         {"files", files},
         {"grid",
          {toStd(grid.crs), grid.originX, grid.originY, grid.pixelWidth, grid.pixelHeight, grid.width, grid.height}}});
}

Result<void> Run::openStore()
{
    auto store = m_options.part.isEmpty() ? raster::TileStore::temporary(m_output)
                                          : raster::TileStore::open(m_options.part, plan(), m_progress.stopToken());
    if (!store)
        return fail(std::move(store.error()));
    m_store = std::move(*store);
    quint16 number = 0;
    for (raster::CogSpec spec : m_opened.work.specs) {
        spec.durable = m_options.durable;
        spec.codec = m_recipe.codec == u"deflate" ? raster::Codec::Deflate : raster::Codec::Zstd;
        auto pyramid = raster::CogPyramid::create(*m_store, number++, std::move(spec), m_pools.cpu,
                                                  m_progress.stopToken());
        if (!pyramid)
            return fail(std::move(pyramid.error()));
        m_files.push_back(std::move(*pyramid));
    }
    return {};
}

Result<void> Run::prepare()
{
    const Work &work = m_opened.work;
    Preparation preparation;
    preparation.grid = work.grid;
    preparation.stop = m_progress.stopToken();
    preparation.read = [this](int read, const data::Grid &window) {
        return readMasked(m_opened.work, *m_opened.bands, read, window);
    };
    auto notes = m_opened.operation->prepare(preparation);
    if (!notes)
        return fail(std::move(notes.error()));
    m_prepared = std::move(*notes);
    return {};
}

int Run::readers() const
{
    const int wanted = m_options.readers > 0 ? m_options.readers
        : m_scenes.isRemote()                ? remoteReaders
                                             : QThread::idealThreadCount() + 1;
    const std::size_t open = m_opened.work.plan.reads.size() + m_opened.work.masks.size();
    return std::clamp(wanted, 1, std::max(1, static_cast<int>(mostOpen / std::max<std::size_t>(1, open))));
}

data::Statistics Run::statistics(std::size_t file, std::size_t band) const
{
    PartialStatistics sum;
    for (const auto &tile : m_report.sums)
        sum.add(tile.files[file][band]);
    return sum.result();
}

QStringList Run::notes() const
{
    const Work &work = m_opened.work;
    QStringList rules;
    QStringList warnings;
    const qint64 valid = work.plan.files.empty() ? 0 : statistics(0, 0).valid;
    for (std::size_t i = 0; i < work.plan.reads.size(); ++i) {
        rules << work.plan.reads[i].band + QStringLiteral(": ") + raster::describe(work.rules[i]);
        warnings << work.rules[i].warning;
    }
    rules.removeDuplicates();
    warnings.removeAll(QString());
    warnings.removeDuplicates();
    QStringList notes = rules + warnings + work.plan.warnings + m_prepared + m_summary.notes;
    qint64 samples = 0;
    qint64 negative = 0;
    for (const auto &tile : m_report.sums) {
        samples += tile.offset;
        negative += tile.negative;
    }
    if (!work.plan.files.empty() && valid == 0) {
        notes << (m_recipe.maskClouds
                      ? ASTRA_PHRASE("astra::processing", "No valid pixel is left after masking clouds.")
                      : ASTRA_PHRASE("astra::processing", "There is no valid pixel."));
    }
    if (warnings.isEmpty() && samples > 0
        && static_cast<double>(negative) > suspiciousShare * static_cast<double>(samples)) {
        notes << ASTRA_PHRASE(
            "astra::processing",
            "Much of the reflectance is below zero: the offset may have been removed from these pixels "
            "already, whatever the item says.");
    }
    return notes;
}

/// Nothing that differs between two runs of the same.
raster::Metadata Run::metadata(std::size_t file) const
{
    Json inputs = Json::array();
    for (int scene = 0; scene < m_scenes.count(); ++scene) {
        Json input = m_scenes.identity(scene);
        if (!input.is_object())
            input = Json::object();
        if (!input.contains("bands"))
            input["bands"] = rules(scene);
        inputs.push_back(std::move(input));
    }
    const QString versions = raster::versions();
    raster::Metadata tags {
        {QStringLiteral("ASTRA_RECIPE"), QString::fromUtf8(toText(m_recipe.toJson()))},
        {QStringLiteral("ASTRA_INPUTS"), QString::fromUtf8(toText(inputs))},
        {QStringLiteral("ASTRA_SOFTWARE"),
         m_options.software.isEmpty() ? versions : QStringLiteral("%1, %2").arg(m_options.software, versions)},
        {QString::fromLatin1(radiometryTag), QString::fromUtf8(toText(rules()))},
        {QStringLiteral("ASTRA_NOTES"), notes().join(u'\n')},
        {QStringLiteral("ASTRA_PLAN"),
         QString::fromLatin1(QCryptographicHash::hash(plan(), QCryptographicHash::Sha256).toHex())},
    };
    Json ramps = Json::array();
    Json classes = Json::array();
    const OutputFile &of = m_opened.work.plan.files[file];
    for (const auto &band : of.bands) {
        ramps.push_back({{"band", toStd(band.name)},
                         {"low", band.low},
                         {"high", band.high},
                         {"ramp", toStd(band.ramp)},
                         {"unit", toStd(band.unit)}});
    }
    for (const auto &name : of.classes)
        classes.push_back(toStd(name));
    tags.emplace_back(QStringLiteral("ASTRA_RAMP"), QString::fromUtf8(toText(ramps)));
    if (!classes.empty())
        tags.emplace_back(QStringLiteral("ASTRA_CLASSES"), QString::fromUtf8(toText(classes)));
    if (m_options.extra) {
        const raster::Metadata more = m_options.extra();
        tags.insert(tags.end(), more.begin(), more.end());
    }
    return tags;
}

/// The file asked for comes last: where it stands, the others do, too.
Result<void> Run::writeRasters()
{
    const auto &plan = m_opened.work.plan;
    for (std::size_t file = m_files.size(); file-- > 0;) {
        std::vector<data::Statistics> sums;
        for (std::size_t band = 0; band < plan.files[file].bands.size(); ++band)
            sums.push_back(statistics(file, band));
        const QString path = pathOf(plan.files[file]);
        if (auto ok = m_files[file]->finish(path, metadata(file), sums); !ok)
            return ok;
        m_written.prepend(path);
    }
    return {};
}

Result<void> Run::finish()
{
    if (!m_files.empty()) {
        auto tables = writeTablesBeside(m_output, m_summary, m_options.draft);
        if (!tables)
            return fail(std::move(tables.error()));
        m_written = std::move(*tables);
        return writeRasters();
    }
    auto tables = processing::writeTables(m_output, *m_opened.operation, m_summary, m_options.draft);
    if (!tables)
        return fail(std::move(tables.error()));
    m_written = std::move(*tables);
    return {};
}

Result<data::JobResult> Run::run()
{
    if (auto ok = checkOutput(m_output); !ok)
        return fail(std::move(ok.error()));
    if (auto ok = open(m_opened, m_recipe, m_scenes, m_progress.stopToken()); !ok)
        return fail(std::move(ok.error()));
    if (auto ok = checkOutputs(); !ok)
        return fail(std::move(ok.error()));
    if (m_opened.work.plan.files.empty()) {
        if (auto ok = checkTableName(m_output); !ok)
            return fail(std::move(ok.error()));
    }
    if (auto ok = openStore(); !ok)
        return fail(std::move(ok.error()));
    const bool keeps = !m_options.part.isEmpty();
    const auto give = [&](Error error) {
        m_files.clear();
        if (!keeps)
            m_store->discard();
        return fail(std::move(error));
    };
    if (auto ok = prepare(); !ok)
        return give(std::move(ok.error()));
    auto report = computeTiles(m_opened.work, *m_opened.operation, m_scenes, *m_opened.bands, *m_store, m_files,
                               m_pools, m_progress, {m_options.memory, readers(), m_options.durable});
    if (!report)
        return give(std::move(report.error()));
    m_report = std::move(*report);
    std::vector<QByteArray> tallies;
    for (const auto &tile : m_report.sums) {
        for (const auto &tally : tile.tallies) {
            if (!tally.isEmpty())
                tallies.push_back(tally);
        }
    }
    m_summary = m_opened.operation->sumUp(tallies);
    if (m_progress.stopToken().stop_requested())
        return give(cancelled().value());
    if (auto ok = finish(); !ok) {
        for (const auto &path : std::as_const(m_written))
            QFile::remove(path);
        return give(std::move(ok.error()));
    }
    m_files.clear();
    if (!keeps) // else they go once the caller has put down that the job is done
        m_store->discard();

    data::JobResult result;
    result.output = m_output;
    if (!m_opened.work.plan.files.empty())
        result.statistics = statistics(0, 0);
    result.notes = notes();
    result.files = m_written;
    result.files.removeAll(m_output);
    for (const auto &table : m_summary.tables)
        result.tables.push_back(table.toJson());
    result.reads = m_scenes.report();
    result.reads.windows = m_report.windows;
    for (const auto &doubt : std::as_const(m_report.doubts))
        result.reads.retries.push_back({doubt, ASTRA_PHRASE("astra::processing", "zeros, read again"), 0, 0, 1});
    result.tilesKept = m_report.kept;
    result.tilesComputed = m_report.computed;
    if (!m_progress.report(1))
        qCDebug(logRaster) << "stopped after the result was whole";
    return result;
}

} // namespace

Result<data::JobResult> run(const data::Recipe &recipe, SceneSet &scenes, const QString &output, Pools &pools,
                            const Progress &progress, const RunOptions &options)
{
    return Run(recipe, scenes, output, pools, progress, options).run();
}

Result<data::Estimate> estimate(const data::Recipe &recipe, SceneSet &scenes, const StopToken &stop)
{
    Opened opened;
    if (auto ok = open(opened, recipe, scenes, stop); !ok)
        return fail(std::move(ok.error()));
    const Work &work = opened.work;
    data::Estimate estimate;
    estimate.exact = true;
    estimate.warnings = work.plan.warnings;
    // Row by row of tiles: what two tiles of a row share is read once.
    for (int row = 0; row < work.rows(); ++row) {
        if (stop.stop_requested())
            return cancelled();
        auto part = work.windowOf(static_cast<quint32>(row * work.columns()));
        part.width = work.grid.width;
        if (!work.touches(part))
            continue;
        const auto add = [&](const Result<BandReader *> &band, const data::Grid &window) {
            const auto cost = band ? (*band)->cost(window) : raster::ReadCost {};
            estimate.bytes += cost.bytes;
            estimate.requests += cost.requests;
            estimate.exact = estimate.exact && cost.exact;
        };
        for (const auto &read : work.plan.reads)
            add(opened.bands->band(read.scene, read.band),
                raster::windowOf(work.grid, part.x, part.y, part.width, part.height));
        for (std::size_t scene = 0; scene < work.masks.size(); ++scene) {
            if (const auto window = work.masks[scene] ? work.masks[scene]->toRead(part) : std::nullopt)
                add(opened.bands->mask(static_cast<int>(scene), work.maskKinds[scene]), *window);
        }
    }
    if (!scenes.isRemote())
        estimate.requests = 0;
    // Pixels and their overviews as they are, twice: tiles that wait, and the file.
    const double pixels = static_cast<double>(work.grid.width) * work.grid.height * 4 / 3;
    for (const auto &file : work.plan.files) {
        const double bytes = file.type == raster::SampleType::Float32 ? 4
            : file.type == raster::SampleType::UInt8                  ? 1
                                                                      : 2;
        estimate.disk += static_cast<qint64>(2 * pixels * bytes * static_cast<double>(file.bands.size()));
    }
    return estimate;
}

} // namespace astra::processing
