// SPDX-License-Identifier: Apache-2.0
#include "core/backends/local/localbackend.h"

#include "core/backends/local/sceneinputs.h"
#include "core/backends/resultitem.h"
#include "core/data/offsetoverride.h"
#include "core/imagery/look.h"
#include "core/imagery/openscene.h"
#include "core/net/httpclient.h"
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

/// A person's own word on the scene goes into the file, and that its pixels are invented.
raster::Metadata tagsOf(const data::Scene &scene, bool invented)
{
    raster::Metadata tags;
    if (const QString word = data::overrideName(scene.offsetOverride); !word.isEmpty())
        tags.emplace_back(QStringLiteral("ASTRA_OFFSET_OVERRIDE"), word);
    if (invented)
        tags.emplace_back(QStringLiteral("ASTRA_INVENTED"), QStringLiteral("YES"));
    return tags;
}

/// Copy after copy until one delivers all of its bands.
Result<data::JobResult> compute(const data::JobRequest &request, Pools &pools,
                                const std::shared_ptr<ByteSourceFactory> &sources, const QString &software,
                                const Progress &progress, const Backend::Activity &activity)
{
    QStringList swaps;
    const auto &copies = request.inputs.front().copies;
    for (std::size_t i = 0;;) {
        const data::Scene &scene = copies[i];
        const auto invented = std::make_shared<std::atomic<bool>>(false);
        const auto watched = net::watched(sources, [invented] { *invented = true; });
        SceneInputs inputs(scene, watched.get(), progress.stopToken());
        activity(Text::tr("Computing from %1").arg(scene.provider));
        auto result = processing::run(request.recipe, inputs, request.output, pools, progress,
                                      [&] { return tagsOf(scene, scene.invented || *invented); });
        if (result) {
            activity(Text::tr("Describing the result"));
            data::JobRequest used = request;
            auto &read = used.inputs.front().copies;
            std::swap(read.front(), read[i]);
            QStringList notes = swaps + result->notes;
            if (*invented && !std::exchange(read.front().invented, true))
                notes << imagery::inventedNote();
            auto described = describeResult(used, request.output, result->statistics, notes, software);
            if (!described)
                QFile::remove(request.output);
            return described;
        }
        if (result.error().code == ErrorCode::Cancelled || progress.stopped())
            return cancelled();
        const std::size_t other = imagery::copyAfter(request.inputs.front(), i);
        if (!inputs.readingFailed() || other >= copies.size())
            return result;
        swaps << Text::tr("Read from %1: %2 did not deliver (%3)")
                     .arg(copies[other].provider, scene.provider, result.error().message);
        i = other;
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
    if (request.inputs.size() != 1 || request.inputs.front().copies.empty())
        return fail(ErrorCode::InvalidInput, Text::tr("%1 takes exactly one scene.").arg(request.recipe.operation));
    const data::Scene &scene = request.inputs.front().best();
    for (const auto &band : (*operation)->bands()) {
        if (!data::findBand(scene, band)) {
            return fail(ErrorCode::InvalidInput,
                        Text::tr("%1 has no band “%2”; it has: %3")
                            .arg(scene.id, band, data::bandNames(scene).join(QStringLiteral(", "))),
                        scene.provider);
        }
    }
    if (request.recipe.maskClouds && !imagery::maskOf(scene)) {
        return fail(ErrorCode::InvalidInput,
                    Text::tr("%1 has no cloud mask (neither SCL nor QA_PIXEL): run it without one.").arg(scene.id),
                    scene.provider);
    }
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
