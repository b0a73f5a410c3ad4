// SPDX-License-Identifier: Apache-2.0
#include "core/backends/local/localbackend.h"

#include "core/backends/local/sceneinputs.h"
#include "core/backends/resultitem.h"
#include "core/data/offsetoverride.h"
#include "core/imagery/look.h"
#include "core/imagery/openscene.h"
#include "core/net/httpclient.h"
#include "core/processing/executor.h"
#include "core/processing/operation.h"
#include "core/raster/cogwriter.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>

#include <atomic>
#include <mutex>
#include <utility>

namespace astra::backends {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::backends)
};

/// Settled by the work or by a stop, whichever is first, from any thread.
class Once
{
public:
    [[nodiscard]] Future<data::JobResult> future() const { return m_future; }
    void settle(Result<data::JobResult> result)
    {
        std::optional<Settler<data::JobResult>> settler;
        {
            const std::lock_guard lock(m_mutex);
            settler.swap(m_settler);
        }
        if (settler)
            settler->settle(std::move(result));
    }

private:
    std::mutex m_mutex;
    std::optional<Settler<data::JobResult>> m_settler {std::in_place};
    Future<data::JobResult> m_future = m_settler->future();
};

/// A person's own word on the scenes goes into the file, and that their pixels are invented.
raster::Metadata tagsOf(const std::vector<data::Scene> &scenes, bool invented)
{
    raster::Metadata tags;
    QStringList words;
    for (const auto &scene : scenes) {
        words << data::overrideName(scene.offsetOverride);
        invented = invented || scene.invented;
    }
    words.removeAll(QString());
    words.removeDuplicates();
    if (!words.isEmpty())
        tags.emplace_back(QStringLiteral("ASTRA_OFFSET_OVERRIDE"), words.join(QStringLiteral(", ")));
    if (invented)
        tags.emplace_back(QStringLiteral("ASTRA_INVENTED"), QStringLiteral("YES"));
    return tags;
}

std::vector<data::Scene> chosen(const data::JobRequest &request, const std::vector<std::size_t> &copies)
{
    std::vector<data::Scene> scenes;
    scenes.reserve(copies.size());
    for (std::size_t i = 0; i < copies.size(); ++i)
        scenes.push_back(request.inputs[i].copies[copies[i]]);
    return scenes;
}

/// Copy after copy until one delivers all of its bands.
Result<data::JobResult> compute(const data::JobRequest &request, Pools &pools,
                                const std::shared_ptr<ByteSourceFactory> &sources, const QString &software,
                                const Progress &progress, const Backend::Activity &activity)
{
    QStringList swaps;
    std::vector<std::size_t> copies(request.inputs.size(), 0);
    while (true) {
        const auto scenes = chosen(request, copies);
        const auto invented = std::make_shared<std::atomic<bool>>(false);
        const auto watched = net::watched(sources, [invented] { *invented = true; });
        SceneCopies inputs(scenes, watched);
        activity(Text::tr("Computing from %1").arg(scenes.front().provider));
        processing::RunOptions options;
        options.extra = [&] { return tagsOf(scenes, *invented); };
        auto result = processing::run(request.recipe, inputs, request.output, pools, progress, options);
        if (result) {
            activity(Text::tr("Describing the result"));
            data::JobRequest used = request;
            for (std::size_t i = 0; i < copies.size(); ++i)
                std::swap(used.inputs[i].copies.front(), used.inputs[i].copies[copies[i]]);
            QStringList notes = swaps + result->notes;
            if (*invented && !std::exchange(used.inputs.front().copies.front().invented, true))
                notes << imagery::inventedNote();
            auto described = describeResult(used, request.output, result->statistics, notes, software);
            if (!described) {
                QFile::remove(request.output);
                return described;
            }
            result->item = described->item;
            result->scene = described->scene;
            result->notes = described->notes;
            return result;
        }
        if (result.error().code == ErrorCode::Cancelled || progress.stopped())
            return cancelled();
        const int failed = inputs.failed();
        if (failed < 0)
            return result;
        const auto place = static_cast<std::size_t>(failed);
        const auto &all = request.inputs[place].copies;
        const std::size_t other = imagery::copyAfter(request.inputs[place], copies[place]);
        if (other >= all.size())
            return result;
        swaps << Text::tr("Read from %1: %2 did not deliver (%3)")
                     .arg(all[other].provider, all[copies[place]].provider, result.error().message);
        copies[place] = other;
    }
}

} // namespace

LocalBackend::LocalBackend(Pools &pools, std::shared_ptr<ByteSourceFactory> sources, QString software)
    : m_pools(pools)
    , m_sources(std::move(sources))
    , m_software(std::move(software))
{
}

QString LocalBackend::id() const { return QStringLiteral("local"); }
QString LocalBackend::title() const { return Text::tr("This computer"); }

Result<void> LocalBackend::check(const data::JobRequest &request) const
{
    const auto operation = processing::makeOperation(request.recipe.operation, request.recipe.parameters);
    if (!operation)
        return fail(operation.error());
    const auto [fewest, most] = (*operation)->scenes();
    const int given = static_cast<int>(request.inputs.size());
    if (given < fewest || given > most) {
        const QString wanted = fewest == most ? QString::number(fewest) : QStringLiteral("%1–%2").arg(fewest).arg(most);
        return fail(ErrorCode::InvalidInput,
                    Text::tr("%1 takes %2 scenes; %3 were given.").arg(request.recipe.operation, wanted).arg(given));
    }
    std::vector<processing::SceneFacts> facts;
    for (const auto &input : request.inputs) {
        if (input.copies.empty())
            return fail(ErrorCode::InvalidInput, Text::tr("One of the scenes has no copy."));
        facts.push_back(processing::factsOf(input.best()));
        if (request.recipe.maskClouds && !facts.back().mask) {
            return fail(
                ErrorCode::InvalidInput,
                Text::tr("%1 has no cloud mask (neither SCL nor QA_PIXEL): run it without one.").arg(facts.back().id),
                input.best().provider);
        }
    }
    if (const auto plan = (*operation)->plan(facts); !plan)
        return fail(ErrorCode::InvalidInput, plan.error().message, request.inputs.front().best().provider);
    if (request.output.isEmpty())
        return fail(ErrorCode::InvalidInput, Text::tr("No file was named for the result."));
    const QFileInfo output(request.output);
    if (output.isDir())
        return fail(ErrorCode::Storage, Text::tr("%1 is a folder, not a file.").arg(request.output));
    // The result replaces what has its name: never a device or a pipe.
    if (output.exists() && !output.isFile())
        return fail(ErrorCode::Storage, Text::tr("%1 is not an ordinary file.").arg(request.output));
    if (!output.absoluteDir().exists())
        return fail(ErrorCode::Storage, Text::tr("The folder %1 does not exist.").arg(output.absolutePath()));
    return {};
}

Future<data::JobResult> LocalBackend::submit(const data::JobRequest &request, Progress progress, Activity activity)
{
    if (auto ok = check(request); !ok)
        return ready<data::JobResult>(fail(ok.error()));
    using OnStop = StopCallback<std::function<void()>>;
    const auto once = std::make_shared<Once>();
    auto future = once->future();
    const auto onStop = std::make_shared<OnStop>(progress.stopToken(), [once] { once->settle(cancelled()); });
    m_pools.io.start(
        [once, onStop, request, progress, activity, sources = m_sources, &pools = m_pools, software = m_software] {
            once->settle(compute(request, pools, sources, software, progress, activity));
        });
    return future;
}

} // namespace astra::backends
