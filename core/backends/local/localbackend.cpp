// SPDX-License-Identifier: Apache-2.0
#include "core/backends/local/localbackend.h"

#include "core/backends/local/formats.h"
#include "core/backends/local/sceneinputs.h"
#include "core/backends/outputs.h"
#include "core/backends/resultitem.h"
#include "core/base/phrases.h"
#include "core/data/offsetoverride.h"
#include "core/data/partpath.h"
#include "core/imagery/openscene.h"
#include "core/processing/executor.h"
#include "core/processing/operation.h"

#include <QCoreApplication>
#include <QFile>
#include <QUuid>

#include <utility>

namespace astra::backends {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::backends)
};

std::vector<data::Scene> bestOf(const data::JobRequest &request)
{
    std::vector<data::Scene> scenes;
    scenes.reserve(request.inputs.size());
    for (const auto &input : request.inputs)
        scenes.push_back(input.best());
    return scenes;
}

/// One job from its first read to its Item. Lives in the thread that computes.
class Run
{
public:
    Run(data::JobRequest request, Pools &pools, std::shared_ptr<ByteSourceFactory> sources, QString software,
        qint64 memory, std::map<QString, QString> titles, Progress progress, Backend::Activity activity)
        : m_request(std::move(request))
        , m_pools(pools)
        , m_sources(std::move(sources))
        , m_software(std::move(software))
        , m_memory(memory)
        , m_titles(std::move(titles))
        , m_progress(std::move(progress))
        , m_activity(std::move(activity))
    {
    }

    /// Copy after copy until one of each scene delivers all of its bands.
    [[nodiscard]] Result<data::JobResult> toItsEnd()
    {
        const auto plan = planOf(m_request);
        if (!plan)
            return fail(plan.error());
        const bool isExport = wantsExport(m_request.recipe, *plan);
        const QString word = m_request.id.isEmpty() ? QUuid::createUuid().toString(QUuid::WithoutBraces) : m_request.id;
        const QString output = isExport ? data::interimPath(m_request.output, word) : m_request.output;
        while (true) {
            SceneCopies scenes(bestOf(m_request), m_sources, m_counter, recordingOf(m_request));
            m_activity(Text::tr("Computing from %1").arg(providers()));
            auto result = processing::run(m_request.recipe, scenes, output, m_pools, m_progress, optionsFor(scenes));
            if (result && isExport) {
                m_activity(Text::tr("Writing %1").arg(m_request.recipe.format.toUpper()));
                result = exported(m_request, *plan, *std::move(result), m_progress.stopToken());
            }
            if (result)
                return described(*std::move(result), scenes);
            if (result.error().code == ErrorCode::Cancelled || m_progress.stopped())
                return cancelled();
            if (!swapCopy(scenes.failed(), result.error()))
                return result;
        }
    }

private:
    [[nodiscard]] QString providers() const
    {
        QStringList names;
        for (const auto &input : m_request.inputs) {
            const QString &id = input.best().provider;
            const auto title = m_titles.find(id);
            names << (title != m_titles.end() ? title->second : id == u"local" ? Text::tr("this computer") : id);
        }
        names.removeDuplicates();
        return names.join(QStringLiteral(", "));
    }

    [[nodiscard]] processing::RunOptions optionsFor(const SceneCopies &scenes) const
    {
        processing::RunOptions options;
        options.memory = m_memory;
        options.part = data::partPath(m_request.output, m_request.id);
        options.draft = data::draftPath(m_request.output, m_request.id);
        options.durable = !m_request.id.isEmpty();
        options.software = m_software;
        options.extra = [this, &scenes] { return tags(scenes); };
        return options;
    }

    /// A person's own word on the scenes, and that their pixels are invented.
    [[nodiscard]] raster::Metadata tags(const SceneCopies &scenes) const
    {
        raster::Metadata tags;
        QStringList words;
        bool invented = false;
        for (int i = 0; i < scenes.count(); ++i) {
            const data::Scene &scene = m_request.inputs[static_cast<std::size_t>(i)].best();
            words << data::overrideName(scene.offsetOverride);
            invented = invented || scene.invented || scenes.invented(i);
        }
        words.removeAll(QString());
        words.removeDuplicates();
        if (!words.isEmpty())
            tags.emplace_back(QStringLiteral("ASTRA_OFFSET_OVERRIDE"), words.join(QStringLiteral(", ")));
        if (invented)
            tags.emplace_back(QStringLiteral("ASTRA_INVENTED"), QStringLiteral("YES"));
        return tags;
    }

    /// The next copy of the scene that could not be read takes its place; false: there is none, or another reason.
    [[nodiscard]] bool swapCopy(int failed, const Error &why)
    {
        if (failed < 0)
            return false;
        auto &input = m_request.inputs[static_cast<std::size_t>(failed)];
        const std::size_t other = imagery::copyAfter(input, 0);
        if (other >= input.copies.size())
            return false;
        const QString swap = ASTRA_PHRASE("astra::backends", "Read from %1: %2 did not deliver (%3)")
                                 .arg(input.copies[other].provider, input.best().provider, why.message);
        m_swaps << (m_request.inputs.size() > 1 ? QString(input.best().id + QStringLiteral(": ") + swap) : swap);
        input.copies.erase(input.copies.begin(), input.copies.begin() + static_cast<std::ptrdiff_t>(other));
        return true;
    }

    [[nodiscard]] Result<data::JobResult> described(data::JobResult done, const SceneCopies &scenes)
    {
        m_activity(Text::tr("Describing the result"));
        std::vector<Json> inputs;
        inputs.reserve(m_request.inputs.size());
        bool news = false;
        for (int i = 0; i < scenes.count(); ++i) {
            inputs.push_back(scenes.identity(i));
            if (scenes.invented(i))
                news = !std::exchange(m_request.inputs[static_cast<std::size_t>(i)].copies.front().invented, true)
                    || news;
        }
        done.notes = m_swaps + done.notes;
        const auto reads = m_counter->report(); // of copies that did not deliver, too
        done.reads.bytes = reads.bytes;
        done.reads.requests = reads.requests;
        done.reads.retries = reads.retries;
        if (news)
            done.notes << imagery::inventedNote();
        if (const auto count = done.reads.retries.size(); count > 0)
            done.notes << ASTRA_PHRASE("astra::backends", "Reads that had to be repeated: %1.").arg(count);
        const QStringList written = QStringList {done.output} + done.files;
        auto result = describeResult(m_request, std::move(done), m_software, inputs);
        if (!result) {
            for (const auto &file : written)
                QFile::remove(file);
        }
        return result;
    }

    data::JobRequest m_request; ///< of each input the copy in use comes first
    Pools &m_pools;
    const std::shared_ptr<ByteSourceFactory> m_sources;
    const QString m_software;
    const qint64 m_memory; ///< bytes
    const std::map<QString, QString> m_titles; ///< of providers by id
    const Progress m_progress;
    const Backend::Activity m_activity;
    const std::shared_ptr<net::ReadCounter> m_counter = std::make_shared<net::ReadCounter>();
    QStringList m_swaps;
};

/// Whether it can be run here, by what it asks for alone.
Result<processing::Plan> checked(const data::JobRequest &request)
{
    const data::Recipe &recipe = request.recipe;
    const auto operation = processing::makeOperation(recipe.operation, recipe.parameters);
    if (!operation)
        return fail(operation.error());
    if (auto counted = checkCount(request, **operation); !counted)
        return fail(std::move(counted.error()));
    for (const auto &input : request.inputs) {
        if (input.copies.empty())
            return fail(ErrorCode::InvalidInput, Text::tr("One of the scenes has no copy."));
        if (recipe.maskClouds && !processing::factsOf(input.best()).mask) {
            return fail(
                ErrorCode::InvalidInput,
                Text::tr("%1 has no cloud mask (neither SCL nor QA_PIXEL): run it without one.").arg(input.best().id),
                input.best().provider);
        }
    }
    if (!recipe.maskClouds && (recipe.maskSnow || recipe.maskDilation > 0)) {
        return fail(ErrorCode::InvalidInput,
                    Text::tr("Snow and a margin are masked together with clouds: ask for the cloud mask, too."));
    }
    auto plan = planOf(request);
    if (!plan)
        return fail(ErrorCode::InvalidInput, plan.error().message, request.inputs.front().best().provider);
    return plan;
}

/// The same, and by what lies on the disk.
Result<void> checkedWithFiles(const data::JobRequest &request)
{
    const auto plan = checked(request);
    return plan ? checkFiles(request, *plan) : fail(plan.error());
}

} // namespace

LocalBackend::LocalBackend(Pools &pools, std::shared_ptr<ByteSourceFactory> sources, QString software, qint64 memory,
                           std::map<QString, QString> titles)
    : m_pools(pools)
    , m_sources(std::move(sources))
    , m_software(std::move(software))
    , m_memory(memory)
    , m_titles(std::move(titles))
{
}

QString LocalBackend::id() const { return QStringLiteral("local"); }
QString LocalBackend::title() const { return Text::tr("This computer"); }

Result<void> LocalBackend::check(const data::JobRequest &request) const
{
    const auto plan = checked(request);
    return plan ? Result<void>() : fail(plan.error());
}

Future<void> LocalBackend::checkFiles(const data::JobRequest &request) const
{
    return runOn(m_pools.io, [request] { return checkedWithFiles(request); });
}

Future<data::Estimate> LocalBackend::estimate(const data::JobRequest &request, StopToken stop)
{
    return runOn(m_pools.io, [request, stop = std::move(stop), sources = m_sources]() -> Result<data::Estimate> {
        if (auto ok = checkedWithFiles(request); !ok)
            return fail(std::move(ok.error()));
        SceneCopies copies(bestOf(request), sources, std::make_shared<net::ReadCounter>());
        return processing::estimate(request.recipe, copies, stop);
    });
}

Future<data::JobResult> LocalBackend::submit(const data::JobRequest &request, Progress progress, Activity activity)
{
    return runOn(m_pools.io,
                 [request, progress, activity, sources = m_sources, &pools = m_pools, software = m_software,
                  memory = m_memory, titles = m_titles]() -> Result<data::JobResult> {
                     if (auto ok = checkedWithFiles(request); !ok)
                         return fail(std::move(ok.error()));
                     return Run(request, pools, sources, software, memory, titles, progress, activity).toItsEnd();
                 });
}

} // namespace astra::backends
