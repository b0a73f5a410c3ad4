// SPDX-License-Identifier: Apache-2.0
#include "ui/jobs/jobform.h"

#include "core/base/phrases.h"
#include "core/engine/jobtitle.h"

#include <QDateTime>
#include <QLocale>
#include <QRegularExpression>

#include <algorithm>
#include <array>
#include <cmath>

namespace astra::jobs {

namespace {

constexpr int settleMs = 400; // an estimate is asked for once the form has come to rest

struct FormatName {
    const char *format; ///< as the recipe has it
    const char *suffix;
};
constexpr std::array<FormatName, 4> formatNames {
    {{"", ".tif"}, {"geotiff", ".tif"}, {"png", ".png"}, {"jpeg", ".jpg"}}};

// As the recipe has them; in the order of what is offered.
constexpr std::array<const char *, 4> resamplingNames {"", "nearest", "bilinear", "average"};
constexpr std::array<const char *, 3> codecNames {"", "zstd", "deflate"};

template<std::size_t N> int placeOf(const std::array<const char *, N> &names, const QString &name)
{
    const auto found = std::find_if(names.begin(), names.end(),
                                    [&](const char *one) { return name == QLatin1String(one); });
    return found == names.end() ? 0 : static_cast<int>(found - names.begin());
}

/// Zero: empty, or not a number.
double pixelFrom(const QString &text)
{
    const double here = QLocale().toDouble(text);
    return here > 0 ? here : QLocale::c().toDouble(text);
}

/// A number and its unit stay on one line.
QString sizeText(qint64 bytes)
{
    return QLocale().formattedDataSize(bytes, 1, QLocale::DataSizeSIFormat).replace(u' ', QChar::Nbsp);
}

QString timeText(double seconds)
{
    return seconds < 90 ? JobForm::tr("%n second(s)", nullptr, std::max(1, static_cast<int>(std::lround(seconds))))
                        : JobForm::tr("%n minute(s)", nullptr, static_cast<int>(std::lround(seconds / 60)));
}

QString describe(const data::Estimate &estimate)
{
    if (estimate.bytes <= 0)
        return {};
    QStringList parts;
    parts << (estimate.requests > 0
                  ? JobForm::tr("reads about %1 in %n request(s)", nullptr, static_cast<int>(estimate.requests))
                        .arg(sizeText(estimate.bytes))
                  : JobForm::tr("reads about %1").arg(sizeText(estimate.bytes)));
    if (estimate.seconds > 0)
        parts << JobForm::tr("takes about %1").arg(timeText(estimate.seconds));
    if (estimate.disk > 0)
        parts << JobForm::tr("needs up to %1 of disk").arg(sizeText(estimate.disk));
    QString text = parts.join(QStringLiteral(", "));
    text.front() = text.front().toUpper();
    return text + u'.';
}

std::vector<processing::OperationInfo> ownOperations()
{
    auto all = engine::Engine::operations();
    std::erase_if(all, [](const auto &info) { return !info.shorthandFor.isEmpty(); });
    return all;
}

} // namespace

JobForm::JobForm(QObject *parent)
    : QObject(parent)
{
    connect(this, &JobForm::changed, this, [this] {
        m_obstacle.reset();
        Q_EMIT obstacleChanged();
        m_told = backends();
        forgetEstimate();
    });
    connect(&m_parameters, &ParameterModel::edited, this, &JobForm::changed);
    connect(&m_basket, &SceneBasket::changed, this, &JobForm::changed);
    m_estimateDue.setSingleShot(true);
    m_estimateDue.setInterval(settleMs);
    connect(&m_estimateDue, &QTimer::timeout, this, &JobForm::askEstimate);
    setOperation(QStringLiteral("index"));
}

void JobForm::setEngine(std::shared_ptr<engine::Engine> engine)
{
    if (m_engine)
        m_engine->disconnect(this);
    m_asking.request_stop();
    m_engine = std::move(engine);
    m_parameters.setEngine(m_engine);
    m_scene.reset();
    m_basket.clear();
    m_backend = 0;
    if (m_engine) {
        connect(m_engine.get(), &engine::Engine::accountsChanged, this, &JobForm::accountsChanged);
        connect(m_engine.get(), &engine::Engine::providersChanged, this, &JobForm::changed);
        connect(m_engine.get(), &engine::Engine::jobAdded, this, &JobForm::changed);
    }
    dropRecipe();
}

/// Accounts change with each of their requests; here only what they open counts.
void JobForm::accountsChanged()
{
    if (backends() != m_told)
        Q_EMIT changed();
}

QVariantList JobForm::operations() const
{
    QVariantList list;
    for (const auto &info : ownOperations()) {
        list.append(QVariantMap {{QStringLiteral("name"), info.name},
                                 {QStringLiteral("title"), info.title.isEmpty() ? info.name : info.title},
                                 {QStringLiteral("text"), info.text}});
    }
    return list;
}

void JobForm::setOperation(const QString &name)
{
    if (name == m_operation.name)
        return;
    const auto all = ownOperations();
    const auto found = std::find_if(all.begin(), all.end(), [&](const auto &info) { return info.name == name; });
    if (found == all.end())
        return;
    m_operation = *found;
    m_parameters.setParameters(m_operation.parameters);
    m_format = 0;
    Q_EMIT operationChanged();
    dropRecipe();
}

int JobForm::operationRow() const
{
    const auto all = ownOperations();
    const auto found = std::find_if(all.begin(), all.end(),
                                    [&](const auto &info) { return info.name == m_operation.name; });
    return found == all.end() ? -1 : static_cast<int>(found - all.begin());
}

void JobForm::setOperationRow(int row)
{
    const auto all = ownOperations();
    if (row >= 0 && row < static_cast<int>(all.size()))
        setOperation(all[static_cast<std::size_t>(row)].name);
}

void JobForm::take(const engine::Engine::Reproduction &again)
{
    const data::Recipe &recipe = again.request.recipe;
    // A shorthand is what it stands for.
    setOperation(recipe.operation == u"ndvi" ? QStringLiteral("index") : recipe.operation);
    m_parameters.take(recipe.parameters);
    m_basket.set(again.request.inputs);
    m_maskClouds = recipe.maskClouds;
    m_maskSnow = recipe.maskSnow;
    m_maskDilation = recipe.maskDilation;
    m_format = 0;
    for (std::size_t i = 0; i < formatNames.size(); ++i) {
        if (recipe.format == QLatin1String(formatNames[i].format))
            m_format = static_cast<int>(i);
    }
    m_crs = recipe.grid ? recipe.grid->crs : QString();
    m_pixel = recipe.grid && recipe.grid->pixel > 0 ? QLocale::c().toString(recipe.grid->pixel, 'g', 12) : QString();
    m_resampling = placeOf(resamplingNames, recipe.resampling);
    m_codec = placeOf(codecNames, recipe.codec);
    m_then = recipe;
    m_over = recipe.bbox || !recipe.area.empty() ? Over::Recipe : Over::Whole;
    m_notes = (QStringList {tr("Settings and scenes as they were then. Close this to begin afresh.")} + again.notes)
                  .join(u'\n');
    Q_EMIT notesChanged();
    Q_EMIT changed();
}

void JobForm::dropRecipe()
{
    if (m_then) {
        m_then.reset();
        m_crs.clear();
        m_pixel.clear();
        m_resampling = 0;
        m_codec = 0;
        if (m_over == Over::Recipe)
            m_over = Over::Rectangle;
    }
    m_notes.clear();
    Q_EMIT notesChanged();
    Q_EMIT changed();
}

QStringList JobForm::overs() const
{
    QStringList list {tr("the rectangle"), tr("the whole scene"),
                      m_polygons.title.isEmpty() ? tr("polygons from a file…") : m_polygons.title};
    if (m_then && (m_then->bbox || !m_then->area.empty()))
        list << tr("the area of then");
    return list;
}

int JobForm::over() const
{
    const Over over = m_over == Over::Rectangle && !hasArea() ? Over::Whole : m_over;
    return static_cast<int>(over);
}

void JobForm::setOver(int over)
{
    if (over < 0 || over >= overs().size())
        return;
    m_over = static_cast<Over>(over);
    m_polygonsError.clear();
    Q_EMIT changed();
}

void JobForm::setScene(const std::optional<data::Acquisition> &scene)
{
    m_scene = scene;
    Q_EMIT changed();
}

void JobForm::pickShown()
{
    if (m_scene)
        static_cast<void>(m_basket.add(*m_scene));
}

bool JobForm::canPick() const { return m_scene && !m_basket.contains(m_scene->key()); }

std::vector<data::Acquisition> JobForm::inputs() const
{
    if (m_basket.count() > 0)
        return m_basket.scenes();
    return m_scene ? std::vector<data::Acquisition> {*m_scene} : std::vector<data::Acquisition> {};
}

QString JobForm::shortName() const
{
    QString index = m_parameters.text(QStringLiteral("index"));
    if (m_operation.name == u"index" && !index.isEmpty())
        return index;
    return m_operation.title.isEmpty() ? m_operation.name : m_operation.title;
}

QString JobForm::runText() const
{
    const int count = static_cast<int>(inputs().size());
    return count > 1 && m_operation.mostScenes == 1 ? tr("Run %1 on %n scenes", nullptr, count).arg(shortName())
                                                    : tr("Run %1").arg(shortName());
}

QString JobForm::scenesText() const
{
    const int count = static_cast<int>(inputs().size());
    const int fewest = m_operation.fewestScenes;
    if (count < fewest) {
        return fewest == m_operation.mostScenes
            ? tr("It takes %n scenes. Pick them in the list of “Find”, or add the one shown.", nullptr, fewest)
            : tr("It takes %n scenes or more. Pick them in the list of “Find”, or add the one shown.", nullptr, fewest);
    }
    if (count > m_operation.mostScenes && m_operation.mostScenes > 1)
        return tr("It takes %n scenes at most.", nullptr, m_operation.mostScenes);
    if (count > 1 && m_operation.mostScenes == 1)
        return tr("Each scene becomes a job of its own; one that fails leaves the others alone.");
    if (m_operation.mostScenes == 2 && count == 2)
        return tr("The older one is “before”, the newer one “after”.");
    return {};
}

QStringList JobForm::formats() const
{
    if (!m_operation.writesRaster)
        return {};
    return {tr("Cloud-Optimized GeoTIFF"), tr("GeoTIFF"), tr("PNG picture"), tr("JPEG picture")};
}

void JobForm::setArea(const data::GeoBox &area)
{
    m_area = area;
    // Who draws a new one wants that.
    if (m_over == Over::Recipe || m_over == Over::File)
        m_over = Over::Rectangle;
    Q_EMIT changed();
}

QStringList JobForm::resamplings()
{
    return {tr("as usual (bilinear)"), tr("nearest neighbour"), tr("bilinear"), tr("mean")};
}

QStringList JobForm::codecs() { return {tr("as usual (ZSTD)"), tr("ZSTD"), tr("DEFLATE, for older programs")}; }

void JobForm::setAreaFile(const QUrl &file)
{
    if (!m_engine || !file.isLocalFile())
        return;
    m_readingPolygons.request_stop();
    m_readingPolygons = StopSource();
    m_polygonsError.clear();
    const QString name = file.fileName();
    deliver(m_engine->areasOf(file.toLocalFile(), m_readingPolygons.get_token()), this,
            [this, name, mine = m_readingPolygons.get_token()](const Result<std::vector<data::NamedArea>> &areas) {
                if (mine.stop_requested())
                    return;
                m_polygons = areas
                    ? Polygons {tr("%1 · %n area(s)", nullptr, static_cast<int>(areas->size())).arg(name), *areas}
                    : Polygons {};
                m_polygonsError = areas ? QString() : areas.error().message;
                m_over = areas ? Over::File : m_over;
                Q_EMIT changed();
            });
}

QString JobForm::sceneTitle() const
{
    const auto all = inputs();
    if (all.size() > 1)
        return tr("%n scenes", nullptr, static_cast<int>(all.size()));
    return all.empty() ? QString() : titleOf(all.front());
}

bool JobForm::canMask() const
{
    const auto all = inputs();
    return !all.empty() && std::all_of(all.begin(), all.end(), [](const data::Acquisition &scene) {
        return data::findBand(scene.best(), QStringLiteral("scl"))
            || data::findBand(scene.best(), QStringLiteral("qa_pixel"));
    });
}

QVariantList JobForm::backends() const
{
    QVariantList list;
    if (m_engine) {
        for (const auto &backend : m_engine->backends()) {
            list.append(QVariantMap {{QStringLiteral("id"), backend.id},
                                     {QStringLiteral("title"), backend.title},
                                     {QStringLiteral("obstacle"), backend.obstacle}});
        }
    }
    return list;
}

QString JobForm::backendId() const
{
    const auto all = m_engine ? m_engine->backends() : std::vector<engine::Engine::BackendInfo> {};
    return m_backend >= 0 && m_backend < static_cast<int>(all.size()) ? all[static_cast<std::size_t>(m_backend)].id
                                                                      : QString();
}

bool JobForm::keyNeeded() const
{
    if (m_engine) {
        for (const auto &backend : m_engine->backends()) {
            if (backend.id == backendId())
                return !backend.obstacle.isEmpty();
        }
    }
    return false;
}

QString JobForm::connection() const
{
    const QString backend = backendId();
    const auto all = m_engine ? m_engine->providers() : std::vector<data::ProviderInfo> {};
    const auto found = std::find_if(all.begin(), all.end(),
                                    [&](const data::ProviderInfo &info) { return info.id == backend; });
    return found == all.end() ? QString() : found->connection;
}

QString JobForm::obstacle() const
{
    if (!m_obstacle)
        m_obstacle = findObstacle();
    return *m_obstacle;
}

QString JobForm::findObstacle() const
{
    const auto all = inputs();
    if (all.empty())
        return tr("Choose a scene first.");
    const int count = static_cast<int>(all.size());
    if (count < m_operation.fewestScenes || (m_operation.mostScenes > 1 && count > m_operation.mostScenes))
        return scenesText();
    if (QString missing = m_parameters.obstacle(); !missing.isEmpty())
        return missing;
    if (!m_polygonsError.isEmpty())
        return m_polygonsError;
    if (m_over == Over::File && m_polygons.areas.empty())
        return tr("Choose a file with polygons.");
    if (!m_pixel.isEmpty() && pixelFrom(m_pixel) <= 0)
        return tr("A pixel has a size above zero.");
    for (const auto &one : all) {
        const auto &scene = one.best();
        if (over() == static_cast<int>(Over::Rectangle) && scene.bbox && !scene.bbox->intersects(m_area)) {
            return count == 1 ? tr("The rectangle lies outside this scene.")
                              : tr("The rectangle lies outside of %1.").arg(titleOf(one));
        }
    }
    if (keyNeeded())
        return tr("This service needs a key.");
    // Of a batch the first: another that cannot run says so itself, and leaves the others alone.
    const auto possible = m_engine->check(requests().front());
    return possible ? QString() : possible.error().message;
}

QString JobForm::cost() const
{
    const auto all = inputs();
    const bool paid = std::any_of(all.begin(), all.end(), [](const data::Acquisition &scene) {
        return data::pixelAccess(scene.best()) == data::Access::Paid;
    });
    return paid && backendId() == u"local"
        ? tr("Whoever reads the pixels of this scene pays for it: your account is charged for what the job reads.")
        : QString();
}

QString JobForm::folder() const { return m_engine ? m_engine->resultsDir() : QString(); }

QString JobForm::newOutput(const data::Acquisition &first) const
{
    static const QRegularExpression unsafe(QStringLiteral("[^A-Za-z0-9._-]"));
    QString name = first.best().id;
    name.replace(unsafe, QStringLiteral("_"));
    QString what = m_operation.name == u"index" ? m_parameters.text(QStringLiteral("index")).toLower()
                                                : m_operation.name;
    what.replace(unsafe, QStringLiteral("_"));
    // The moment in the name keeps results apart without looking at the disk from the GUI thread.
    const QString moment = QDateTime::currentDateTimeUtc().toString(QStringLiteral("yyyyMMdd-HHmmss-zzz"));
    const QString suffix = m_operation.writesRaster
        ? QLatin1String(formatNames.at(static_cast<std::size_t>(m_format)).suffix)
        : QStringLiteral(".csv");
    return QString(folder() + u'/' + what.left(40) + u'_' + name.left(80) + u'_' + moment + suffix);
}

data::JobRequest JobForm::request(std::vector<data::Acquisition> inputs) const
{
    data::JobRequest request;
    request.recipe.operation = m_operation.name;
    request.recipe.parameters = m_parameters.values();
    request.recipe.maskClouds = m_maskClouds && canMask();
    request.recipe.maskSnow = request.recipe.maskClouds && m_maskSnow;
    request.recipe.maskDilation = request.recipe.maskClouds ? m_maskDilation : 0;
    request.recipe.format = QLatin1String(formatNames.at(static_cast<std::size_t>(m_format)).format);
    if (over() == static_cast<int>(Over::Rectangle))
        request.recipe.bbox = m_area;
    if (m_over == Over::File)
        request.recipe.area = m_polygons.areas;
    if (m_over == Over::Recipe && m_then) {
        request.recipe.bbox = m_then->bbox;
        request.recipe.area = m_then->area;
    }
    if (!m_crs.isEmpty() || !m_pixel.isEmpty())
        request.recipe.grid = data::Recipe::GridWish {m_crs.trimmed(), pixelFrom(m_pixel)};
    request.recipe.resampling = QLatin1String(resamplingNames.at(static_cast<std::size_t>(m_resampling)));
    request.recipe.codec = QLatin1String(codecNames.at(static_cast<std::size_t>(m_codec)));
    request.backend = backendId();
    request.output = newOutput(inputs.front());
    request.title = engine::titleOf(request.recipe, inputs);
    request.inputs = std::move(inputs);
    return request;
}

std::vector<data::JobRequest> JobForm::requests() const
{
    auto all = inputs();
    std::vector<data::JobRequest> requests;
    if (m_operation.mostScenes > 1) {
        requests.push_back(request(std::move(all)));
        return requests;
    }
    requests.reserve(all.size());
    for (auto &scene : all) {
        requests.push_back(request({std::move(scene)}));
        // Copies of two catalogues may bear one name.
        if (requests.size() > 1)
            requests.back().output.replace(requests.back().output.lastIndexOf(u'.'), 1,
                                           u"_%1."_qs.arg(requests.size()));
    }
    return requests;
}

void JobForm::forgetEstimate()
{
    m_asking.request_stop();
    if (!m_estimate.isEmpty() || !m_warnings.isEmpty()) {
        m_estimate.clear();
        m_warnings.clear();
        Q_EMIT estimated();
    }
    if (m_estimating)
        m_estimateDue.start();
}

void JobForm::askEstimate()
{
    // Reading the headers of what is paid for would cost already.
    if (!m_engine || !m_estimating || backendId() != u"local" || !obstacle().isEmpty() || !cost().isEmpty())
        return;
    m_asking.request_stop();
    m_asking = StopSource();
    const StopToken mine = m_asking.get_token();
    const auto wanted = requests();
    const auto count = static_cast<qint64>(wanted.size());
    // A batch: the first stands for the others.
    deliver(m_engine->estimate(wanted.front(), mine), this,
            [this, mine, count](const Result<data::Estimate> &estimate) {
                if (mine.stop_requested() || !estimate)
                    return;
                data::Estimate all = *estimate;
                all.bytes *= count;
                all.requests *= count;
                all.disk *= count;
                all.seconds *= static_cast<double>(count);
                m_estimate = describe(all);
                m_warnings = shown(all.warnings);
                Q_EMIT estimated();
            });
}

void JobForm::run()
{
    // The queue owns the jobs; the list beside shows them as they are added.
    if (!m_engine || !obstacle().isEmpty())
        return;
    const auto wanted = requests();
    if (wanted.size() == 1)
        Q_EMIT started(m_engine->submit(wanted.front()));
    else
        static_cast<void>(m_engine->submitAll(wanted));
}

} // namespace astra::jobs
