// SPDX-License-Identifier: Apache-2.0
#include "core/sandbox/processjobs.h"

#include "core/processing/executor.h"
#include "core/sandbox/tokens.h"

#include <QCoreApplication>
#include <QFileInfo>

#include <algorithm>

namespace astra::sandbox {

namespace {
constexpr std::size_t mostJobs = 200;

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::sandbox)
};

/// The bands of one of the world's scenes, from its files.
class WorldInputs : public processing::InputReader
{
public:
    explicit WorldInputs(const WorldScene &scene)
        : m_scene(scene)
    {
    }
    [[nodiscard]] Result<std::unique_ptr<processing::BandReader>> band(const QString &name) override
    {
        const SceneFile *file = find(name);
        if (!file && name == u"nir") // Landsat's near infrared is called nir08
            file = find(QStringLiteral("nir08"));
        if (!file)
            return fail(ErrorCode::NotFound, Text::tr("This scene has no band “%1”.").arg(name), m_scene.pass.id());
        auto dataset = raster::Dataset::open({file->path, {}, {}, 1});
        if (!dataset)
            return fail(dataset.error());
        return processing::bandReader(std::move(*dataset), 1, radiometry(*file));
    }

    [[nodiscard]] processing::SceneFacts facts() const
    {
        processing::SceneFacts facts;
        facts.id = m_scene.pass.id();
        for (const SceneFile &file : m_scene.files)
            facts.bands << file.commonName << file.band;
        if (facts.bands.contains(QStringLiteral("nir08"))) // Landsat's near infrared
            facts.bands << QStringLiteral("nir");
        facts.bands.removeAll(QString());
        for (const auto kind : {processing::MaskKind::Scl, processing::MaskKind::QaPixel}) {
            if (!facts.mask && find(processing::maskBand(kind)))
                facts.mask = kind;
        }
        return facts;
    }

private:
    [[nodiscard]] const SceneFile *find(const QString &name) const
    {
        const auto found = std::find_if(m_scene.files.begin(), m_scene.files.end(), [&](const SceneFile &file) {
            return file.commonName == name || file.band == name;
        });
        return found == m_scene.files.end() ? nullptr : &*found;
    }
    [[nodiscard]] data::Radiometry radiometry(const SceneFile &file) const
    {
        data::Radiometry how;
        if (file.band == u"QA_PIXEL" || file.band == u"SCL") {
            how.nodata = file.band == u"SCL" ? 0 : 1;
            return how;
        }
        const bool landsat = m_scene.pass.sensor == Sensor::Landsat;
        how.scale = landsat ? 0.0000275 : 0.0001;
        how.offset = landsat ? -0.2 : -m_scene.pass.offset() / 10000.0;
        how.nodata = 0;
        how.quantity = QStringLiteral("reflectance");
        how.source = landsat ? QStringLiteral("product table")
                             : QStringLiteral("baseline ") + QLatin1String(m_scene.pass.baseline);
        return how;
    }

    const WorldScene &m_scene;
};
} // namespace

ProcessJobs::ProcessJobs() { m_queue.setMaxThreadCount(1); }

ProcessJobs::~ProcessJobs()
{
    m_stop.request_stop();
    m_queue.clear();
    m_queue.waitForDone();
}

Result<ProcessJob> ProcessJobs::submit(const WorldScene &scene, std::optional<data::GeoBox> bbox, bool maskClouds)
{
    ProcessJob job;
    job.id = u"job_" + QString::fromLatin1(randomText(12));
    job.scene = &scene;
    job.bbox = bbox;
    job.maskClouds = maskClouds;
    job.created = QDateTime::currentDateTimeUtc();
    {
        const std::lock_guard lock(m_mutex);
        if (m_jobs.size() >= mostJobs)
            return fail(ErrorCode::RateLimited,
                        Text::tr("The sandbox has done all the jobs that it keeps; start it again."));
        m_jobs.emplace(job.id, job);
    }
    m_queue.start([this, id = job.id] { run(id); });
    return job;
}

std::optional<ProcessJob> ProcessJobs::find(const QString &id) const
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_jobs.find(id);
    return found == m_jobs.end() ? std::nullopt : std::optional(found->second);
}

void ProcessJobs::change(const QString &id, const std::function<void(ProcessJob &)> &edit)
{
    const std::lock_guard lock(m_mutex);
    if (const auto found = m_jobs.find(id); found != m_jobs.end())
        edit(found->second);
}

void ProcessJobs::run(const QString &id)
{
    change(id, [](ProcessJob &job) {
        job.status = ProcessJob::Status::Processing;
        job.started = QDateTime::currentDateTimeUtc();
    });
    const auto job = find(id);
    if (!job)
        return;
    data::Recipe recipe;
    recipe.parameters = {{"index", "NDVI"}};
    recipe.bbox = job->bbox;
    recipe.maskClouds = job->maskClouds;
    WorldInputs inputs(*job->scene);
    const QString file = m_dir.filePath(id + u".tif");
    processing::SingleScene scenes(inputs, inputs.facts());
    processing::RunOptions options;
    options.extra = [] { return std::vector {std::pair(QStringLiteral("ASTRA_INVENTED"), QStringLiteral("YES"))}; };
    const auto done = processing::run(recipe, scenes, file, m_compute, Progress(m_stop.get_token()), options);
    change(id, [&](ProcessJob &finished) {
        finished.completed = QDateTime::currentDateTimeUtc();
        if (!done) {
            finished.status = ProcessJob::Status::Failed;
            finished.error = done.error();
            return;
        }
        finished.status = ProcessJob::Status::Completed;
        finished.file = file;
        finished.bytes = QFileInfo(file).size();
    });
}

} // namespace astra::sandbox
