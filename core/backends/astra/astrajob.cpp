// SPDX-License-Identifier: Apache-2.0
#include "core/backends/astra/astrajob.h"

#include "core/credentials/serviceerror.h"

#include <QCoreApplication>

namespace astra::backends {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::AstraBackend)
};

constexpr qsizetype maxId = 64;
constexpr QStringView cloudMask = u"mask_clouds";
constexpr qsizetype maxAddress = 8192;

bool sameOrigin(const QUrl &a, const QUrl &b)
{
    const auto port = [](const QUrl &url) { return url.port(url.scheme() == u"https" ? 443 : 80); };
    return a.scheme() == b.scheme() && a.host() == b.host() && port(a) == port(b);
}

/// A word that nobody has documented means: not ready yet. The deadline ends what never becomes ready.
AstraJob::Status statusOf(const QString &word)
{
    const QString status = word.toLower();
    if (status == u"completed" || status == u"complete" || status == u"succeeded")
        return AstraJob::Status::Done;
    if (status == u"failed" || status == u"error" || status == u"cancelled" || status == u"canceled")
        return AstraJob::Status::Failed;
    if (status == u"queued" || status == u"pending")
        return AstraJob::Status::Queued;
    return AstraJob::Status::Running;
}

QString resultOf(const Json &json)
{
    const Json &result = member(json, "result");
    for (const QString &found : {stringAt(result, "href"), asString(result).value_or(QString()),
                                 stringAt(json, "result_url"), stringAt(json, "resultUrl")}) {
        if (!found.isEmpty() && found.size() <= maxAddress)
            return found;
    }
    return {};
}

} // namespace

Result<AstraJob> parseAstraJob(const Json &json)
{
    AstraJob job;
    job.id = stringAt(json, "job_id");
    const QString status = stringAt(json, "status");
    if (!json.is_object() || status.isEmpty())
        return fail(ErrorCode::InvalidInput, Text::tr("The answer does not say how the job stands."));
    if (job.id.size() > maxId)
        return fail(ErrorCode::InvalidInput, Text::tr("The job's id is longer than %1 characters.").arg(maxId));
    job.status = statusOf(status);
    job.poll = stringAt(json, "poll_url").left(maxAddress);
    job.masksClouds = stringAt(member(json, "params"), "mask") == cloudMask || stringAt(json, "mask") == cloudMask;
    if (job.status == AstraJob::Status::Done)
        job.result = resultOf(json);
    if (job.status == AstraJob::Status::Failed)
        job.failure = credentials::faultMessage(member(json, "error"));
    return job;
}

QUrl pollAddress(const AstraJob &job, const QUrl &api, const QUrl &answered)
{
    const QUrl &base = answered.isEmpty() ? api : answered;
    if (!job.poll.isEmpty()) {
        QUrl own = base.resolved(QUrl(job.poll, QUrl::StrictMode));
        if (own.isValid() && own.userInfo().isEmpty() && (sameOrigin(own, api) || sameOrigin(own, base)))
            return own;
    }
    if (job.id.isEmpty())
        return {};
    QUrl url = api;
    url.setPath(
        QString(api.path() + QStringLiteral("/process/") + QString::fromLatin1(QUrl::toPercentEncoding(job.id))),
        QUrl::StrictMode);
    return url;
}

QUrl resultAddress(const AstraJob &job, const QUrl &api)
{
    const QUrl url = api.resolved(QUrl(job.result, QUrl::StrictMode));
    const bool fit = !job.result.isEmpty() && url.isValid() && !url.host().isEmpty() && url.userInfo().isEmpty();
    return fit && (url.scheme() == u"https" || sameOrigin(url, api)) ? url : QUrl();
}

namespace {

/// What the recipe asks for and the service has no words for: it would pass it over without one.
QString beyondService(const data::Recipe &recipe)
{
    if (!recipe.area.empty())
        return Text::tr("cut a polygon out");
    if (recipe.maskSnow || recipe.maskDilation > 0)
        return Text::tr("mask snow or a margin around clouds");
    if (recipe.grid)
        return Text::tr("put the result on another grid");
    if (!recipe.resampling.isEmpty())
        return Text::tr("let the resampling be chosen");
    if (!recipe.format.isEmpty() && recipe.format != u"cog")
        return Text::tr("write %1").arg(recipe.format.toUpper());
    if (!recipe.codec.isEmpty())
        return Text::tr("let the codec be chosen");
    for (const auto &[name, value] : recipe.parameters.items()) {
        if (name != "index")
            return Text::tr("take “%1”").arg(QString::fromStdString(name).left(60));
    }
    return {};
}

} // namespace

Result<Json> astraRequest(const data::Recipe &recipe, const QString &scene, const QString &title)
{
    const QString index = stringAt(recipe.parameters, "index");
    if (recipe.operation != u"index" || index.compare(u"NDVI", Qt::CaseInsensitive) != 0)
        return fail(ErrorCode::Unsupported,
                    Text::tr("%1 does not compute %2. Compute it here instead.")
                        .arg(title, index.isEmpty() ? recipe.operation : index),
                    title);
    if (const QString beyond = beyondService(recipe); !beyond.isEmpty())
        return fail(ErrorCode::Unsupported, Text::tr("%1 cannot %2. Compute it here instead.").arg(title, beyond),
                    title);
    // The documentation wants scene_ids and nested params, the code scene_id and flat ones: both, in one body.
    Json body {{"operation", "ndvi"},
               {"scene_id", toStd(scene)},
               {"scene_ids", Json::array({toStd(scene)})},
               {"params", {{"colormap", "none"}}},
               {"colormap", "none"}};
    if (recipe.maskClouds)
        body["mask"] = body["params"]["mask"] = toStd(cloudMask.toString());
    if (recipe.bbox)
        body["bbox"] = recipe.bbox->toJson();
    return body;
}

} // namespace astra::backends
