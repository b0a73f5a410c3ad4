// SPDX-License-Identifier: Apache-2.0
#include "core/sandbox/astraapi.h"

#include "core/data/timerange.h"

#include <algorithm>

namespace astra::sandbox {

namespace {
constexpr int resultSeconds = 3600;

server::Response problem(int status, const char *code, const QString &message, const Json &details = {})
{
    Json error {{"code", code}, {"message", toStd(message)}};
    if (!details.is_null())
        error["details"] = details;
    return server::Response::json(toText(Json {{"error", std::move(error)}}), status);
}
server::Response invalid(const char *parameter, const QString &received)
{
    return problem(400, "VALIDATION_ERROR", QStringLiteral("%1 is missing or wrong").arg(QLatin1String(parameter)),
                   Json {{"parameter", parameter},
                         {"received", received.isEmpty() ? Json(nullptr) : Json(toStd(received.left(100)))}});
}
std::string time(const QDateTime &value) { return toStd(value.toUTC().toString(Qt::ISODateWithMs)); }

QString value(const server::Request &request, const char *key)
{
    return request.query.queryItemValue(QString::fromLatin1(key), QUrl::FullyDecoded);
}

const char *nameOf(ProcessJob::Status status)
{
    switch (status) {
    case ProcessJob::Status::Queued:
        return "queued";
    case ProcessJob::Status::Processing:
        return "processing";
    case ProcessJob::Status::Completed:
        return "completed";
    case ProcessJob::Status::Failed:
        break;
    }
    return "failed";
}
} // namespace

AstraApi::AstraApi(const World &world, const Tokens &tokens, QString base)
    : m_world(world)
    , m_tokens(tokens)
    , m_base(std::move(base))
    , m_key("astra_sk_test_" + randomText(36))
    , m_planKey("astra_sk_test_" + randomText(36))
{
}

server::Response AstraApi::answer(const server::Request &request, const QString &path)
{
    const QByteArray header = request.header("Authorization");
    const Secret given(header.startsWith("Bearer ") ? header.mid(7).trimmed() : QByteArray());
    const bool full = given == m_key;
    if (!full && !(given == m_planKey)) {
        auto response = problem(401, "UNAUTHORIZED",
                                given.isEmpty() ? QStringLiteral("An API key is needed.")
                                                : QStringLiteral("The API key is invalid or revoked."));
        response.headers.append(server::Header("WWW-Authenticate", "Bearer"));
        return response;
    }
    const bool process = path == u"/process" || path.startsWith(u"/process/");
    if (process && !full)
        return problem(403, "FORBIDDEN", QStringLiteral("The plan of this key does not include processing."));
    if (path == u"/process" && request.method == "POST")
        return submit(request);
    if (request.method != "GET" && request.method != "HEAD")
        return problem(405, "METHOD_NOT_ALLOWED", QStringLiteral("Use GET."));
    if (path == u"/search")
        return search(request);
    if (path == u"/assets")
        return assets(request);
    if (path.startsWith(u"/scenes/"))
        return scene(path.mid(8));
    if (path.startsWith(u"/process/"))
        return job(path.mid(9));
    return problem(404, "NOT_FOUND", QStringLiteral("There is nothing here."));
}

const WorldScene *AstraApi::find(const QString &id) const
{
    const auto colon = id.indexOf(u':');
    const WorldScene *scene = colon < 0 ? nullptr : m_world.scene(id.mid(colon + 1));
    return scene && astraHolds(*scene) && familyOf(*scene) == id.left(colon) ? scene : nullptr;
}

server::Response AstraApi::search(const server::Request &request) const
{
    const QString bbox = value(request, "bbox");
    const QString datetime = value(request, "datetime");
    const auto box = data::GeoBox::parse(bbox);
    if (!box)
        return invalid("bbox", bbox);
    const auto range = datetime.isEmpty() ? Result<data::TimeRange>(fail(ErrorCode::InvalidInput, datetime))
                                          : data::TimeRange::parse(datetime);
    if (!range)
        return invalid("datetime", datetime);
    const QStringList collections = value(request, "collections").split(u',', Qt::SkipEmptyParts);
    std::optional<double> cloud;
    if (const QString text = value(request, "cloud_cover_lt"); !text.isEmpty()) {
        bool ok = false;
        cloud = text.toDouble(&ok);
        if (!ok)
            return invalid("cloud_cover_lt", text);
    }
    bool ok = false;
    const int asked = value(request, "limit").toInt(&ok);
    const int limit = ok && asked > 0 ? std::min(asked, 100) : 10;

    Json features = Json::array();
    int matched = 0;
    for (auto scene = m_world.scenes().rbegin(); scene != m_world.scenes().rend(); ++scene) { // newest first
        const bool wanted = astraHolds(*scene) && (collections.isEmpty() || collections.contains(familyOf(*scene)))
            && range->contains(scene->pass.time()) && (!cloud || scene->cloudCover < *cloud)
            && data::intersects({scene->footprint}, *box);
        if (!wanted)
            continue;
        ++matched;
        if (matched <= limit)
            features.push_back(astraItem(*scene, m_world, m_base));
    }
    const Json context {{"matched", matched}, {"returned", features.size()}, {"limit", limit}};
    return server::Response::json(toText(Json {{"type", "FeatureCollection"},
                                               {"features", std::move(features)},
                                               {"context", context},
                                               {"warnings", Json::array()}}));
}

server::Response AstraApi::scene(const QString &id) const
{
    if (!id.contains(u':'))
        return problem(400, "INVALID_ID_FORMAT", QStringLiteral("A scene's id is provider:original."));
    const WorldScene *scene = find(id);
    if (!scene)
        return problem(404, "SCENE_NOT_FOUND", QStringLiteral("There is no such scene."));
    return server::Response::json(toText(astraItem(*scene, m_world, m_base)));
}

server::Response AstraApi::assets(const server::Request &request) const
{
    const QString id = value(request, "scene_id");
    const WorldScene *scene = find(id);
    if (id.isEmpty())
        return invalid("scene_id", id);
    if (!scene)
        return problem(404, "SCENE_NOT_FOUND", QStringLiteral("There is no such scene."));
    const Json all = astraAssets(*scene, m_world, m_base);
    Json chosen = all;
    if (const QString bands = value(request, "bands"); !bands.isEmpty()) {
        chosen = Json::object();
        for (const QString &band : bands.split(u',', Qt::SkipEmptyParts)) {
            const auto file = std::find_if(scene->files.begin(), scene->files.end(),
                                           [&](const SceneFile &f) { return f.band == band || f.commonName == band; });
            chosen[toStd(band)] = file != scene->files.end()
                ? all.at(toStd(file->band))
                : Json {{"band", toStd(band)}, {"status", "error"}, {"error", "not in this scene"}};
        }
    }
    return server::Response::json(toText(Json {{"scene_id", toStd(id)},
                                               {"format", "cog"},
                                               {"assets", std::move(chosen)},
                                               {"metadata",
                                                {{"crs", toStd(m_world.grid(10).crs)},
                                                 {"resolution", scene->pass.sensor == Sensor::Landsat ? 30 : 10},
                                                 {"source_provider", toStd(familyOf(*scene))},
                                                 {"routing", "direct"}}}}));
}

server::Response AstraApi::submit(const server::Request &request)
{
    const auto body = parseJson(request.body);
    if (!body || !body->is_object())
        return problem(400, "VALIDATION_ERROR", QStringLiteral("The body is not a JSON object."));
    const QString operation = stringAt(*body, "operation");
    if (operation != u"ndvi")
        return invalid("operation", operation);
    QString id = stringAt(*body, "scene_id");
    const QStringList several = asStringList(member(*body, "scene_ids"));
    if (id.isEmpty() && several.size() == 1)
        id = several.front();
    if (id.isEmpty())
        return invalid("scene_id", several.join(u','));
    const WorldScene *scene = find(id);
    if (!scene)
        return problem(404, "SCENE_NOT_FOUND", QStringLiteral("There is no such scene."));
    std::optional<data::GeoBox> box;
    if (const Json &bbox = member(*body, "bbox"); !bbox.is_null()) {
        box = data::GeoBox::fromJson(bbox);
        if (!box || !data::intersects({scene->footprint}, *box))
            return invalid("bbox", QString::fromUtf8(toText(bbox)));
    }
    QString mask = stringAt(member(*body, "params"), "mask"); // nested or flattened
    if (mask.isEmpty())
        mask = stringAt(*body, "mask");
    if (!mask.isEmpty() && mask != u"mask_clouds" && mask != u"none")
        return invalid("mask", mask);
    const auto job = m_jobs.submit(*scene, box, mask == u"mask_clouds");
    if (!job)
        return problem(429, "RATE_LIMITED", job.error().message);
    return server::Response::json(toText(toJson(*job)), 202);
}

server::Response AstraApi::job(const QString &id) const
{
    const auto job = m_jobs.find(id);
    if (!job)
        return problem(404, "NOT_FOUND", QStringLiteral("There is no such job."));
    return server::Response::json(toText(toJson(*job)));
}

Json AstraApi::toJson(const ProcessJob &job) const
{
    const std::string scene = toStd(familyOf(*job.scene) + u':' + job.scene->pass.id());
    Json json {{"job_id", toStd(job.id)},
               {"status", nameOf(job.status)},
               {"operation", "ndvi"},
               {"scene_id", scene},
               {"scene_ids", {scene}},
               {"bbox", job.bbox ? job.bbox->toJson() : Json(nullptr)},
               {"params", {{"mask", job.maskClouds ? "mask_clouds" : "none"}}},
               {"poll_url", toStd(QString(u"/api/v1/process/" + job.id))},
               {"created_at", time(job.created)},
               {"error", nullptr},
               {"astra:invented", true}};
    if (job.started.isValid())
        json["started_at"] = time(job.started);
    if (job.completed.isValid()) {
        json["completed_at"] = time(job.completed);
        json["duration_ms"] = job.started.msecsTo(job.completed);
    }
    if (job.status == ProcessJob::Status::Failed)
        json["error"] = {{"code", toStd(errorCodeName(job.error.code))}, {"message", toStd(job.error.message)}};
    if (job.status == ProcessJob::Status::Completed) {
        const auto token = m_tokens.sign(u"result/" + job.id, resultSeconds);
        const std::string href = toStd(QString(m_base + u"/results/" + job.id + u".tif?" + token.query));
        json["result"] = {{"href", href},
                          {"type", "image/tiff; application=geotiff; profile=cloud-optimized"},
                          {"file:size", job.bytes},
                          {"expires_at", time(token.expires)}};
        json["result_url"] = href;
    }
    return json;
}

server::Response AstraApi::result(const server::Request &request, const QString &id) const
{
    if (!m_tokens.accepts(u"result/" + id, request.query))
        return problem(403, "FORBIDDEN", QStringLiteral("The address is not signed, or its signature has expired."));
    const auto job = m_jobs.find(id);
    if (!job || job->status != ProcessJob::Status::Completed)
        return problem(404, "NOT_FOUND", QStringLiteral("There is no such result."));
    return server::Response::fromFile(job->file, "image/tiff");
}

} // namespace astra::sandbox
