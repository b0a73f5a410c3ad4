// SPDX-License-Identifier: Apache-2.0
#include "core/sandbox/sandbox.h"

#include "core/raster/geodesy.h"
#include "core/sandbox/astraapi.h"
#include "core/sandbox/definitions.h"
#include "core/sandbox/items.h"
#include "core/sandbox/stacapi.h"

#include <QCoreApplication>

#include <array>
#include <cmath>
#include <future>

namespace astra::sandbox {

namespace {
constexpr int tokenSeconds = 120;

/// As the real store says it: XML.
server::Response unsignedRead()
{
    server::Response response;
    response.status = 403;
    response.headers = {{"Content-Type", "application/xml"}};
    response.body = "<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>AuthenticationFailed</Code>"
                    "<Message>The signature is missing, wrong or expired.</Message></Error>";
    return response;
}
server::Response nothingHere() { return server::Response::text(QStringLiteral("There is nothing here."), 404); }

/// The survey sends whoever is no member to a page for people, and calls that a success.
server::Response loginPage()
{
    auto response = server::Response::text(QStringLiteral(
        "<!DOCTYPE html><html><head><title>Sign in</title></head><body>Nobody can sign in here: this service is "
        "invented.</body></html>"));
    response.headers = {{"Content-Type", "text/html; charset=utf-8"}};
    return response;
}
server::Response toLogin(const QString &base)
{
    server::Response response;
    response.status = 302;
    response.headers = {{"Location", (base + u"/survey/login").toUtf8()}};
    return response;
}
} // namespace

class Sandbox::Private
{
public:
    Private(SandboxConfig given, World made)
        : config(std::move(given))
        , world(std::move(made))
        , tokens(config.clock)
        , faults(config.faults, config.slowMs)
    {
    }

    Future<server::Response> respond(const server::Request &request);
    server::Response answer(const server::Request &request, const QStringList &parts);
    server::Response catalogue(const StacApi &api, const server::Request &request, const QStringList &parts) const;
    server::Response file(const QStringList &parts) const;
    server::Response token(const QString &container);

    SandboxConfig config;
    World world;
    Tokens tokens;
    Faults faults;
    std::vector<Settler<server::Response>> hanging;
    QString base;
    std::vector<StacApi> catalogues;
    std::unique_ptr<AstraApi> astra;
    std::unique_ptr<server::Server> server; // last: its thread ends before what it uses
};

namespace {
/// Whose a request is, and whether it is for pixels.
struct Address {
    QString catalogue;
    bool pixels = false;
};
Address addressOf(const QStringList &parts)
{
    const QString first = parts.value(0);
    if (first == u"api")
        return {QString::fromLatin1(astraId), false};
    if (first == u"cdn")
        return {QString::fromLatin1(astraId), true};
    if (first == u"sas")
        return {providerId(Manner::Signed), false};
    if (first == u"sentinel2-l2" || first == u"landsat-c2")
        return {providerId(Manner::Signed), true};
    for (const Manner manner : manners) {
        if (first == mannerPath(manner)) {
            static const QStringList files {QStringLiteral("data"), QStringLiteral("members"), QStringLiteral("odata")};
            return {providerId(manner), files.contains(parts.value(1))};
        }
    }
    return {};
}
} // namespace

/// parts: …, product, "B04.tif"
server::Response Sandbox::Private::file(const QStringList &parts) const
{
    if (parts.size() < 2 || !parts.back().endsWith(u".tif"))
        return nothingHere();
    const WorldScene *scene = world.scene(parts[parts.size() - 2]);
    const SceneFile *found = scene ? scene->file(parts.back().chopped(4)) : nullptr;
    return found ? server::Response::fromFile(found->path, "image/tiff") : nothingHere();
}

server::Response Sandbox::Private::token(const QString &container)
{
    if (container != u"sentinel2-l2" && container != u"landsat-c2")
        return nothingHere();
    const auto token = tokens.sign(u"container/" + container, faults.signatureSeconds(container, tokenSeconds));
    const QDateTime expiry = tokens.now().toUTC().addSecs(tokenSeconds);
    return server::Response::json(
        toText(Json {{"msft:expiry", toStd(expiry.toString(Qt::ISODate))}, {"token", toStd(token.query)}}));
}

server::Response Sandbox::Private::catalogue(const StacApi &api, const server::Request &request,
                                             const QStringList &parts) const
{
    const QString second = parts.value(1);
    const Manner manner = api.manner();
    if (manner == Manner::Survey && (second == u"data" || second == u"login"))
        return second == u"login" ? loginPage() : toLogin(base);
    if (second == u"data")
        return file(parts);
    if (second == u"members")
        return server::Response::text(QStringLiteral("Only members can read this."), 401);
    if (second == u"odata")
        return server::Response::json(R"({"detail":"Only members can read this."})", 401);
    auto response = api.answer(request, request.path.mid(1 + parts[0].size()));
    response.delayMs = manner == Manner::Archive ? config.slowMs : 0;
    return response;
}

server::Response Sandbox::Private::answer(const server::Request &request, const QStringList &parts)
{
    const QString first = parts.value(0);
    if (request.path.startsWith(u"/api/v1/") && astra)
        return astra->answer(request, request.path.mid(7));
    for (const StacApi &api : catalogues) {
        if (first == mannerPath(api.manner()))
            return catalogue(api, request, parts);
    }
    if (request.method != "GET" && request.method != "HEAD")
        return server::Response::text(QStringLiteral("Use GET."), 405);
    if (first == u"providers.json" && parts.size() == 1)
        return server::Response::json(toText(definitions(base, world.box()), 1));
    if (first == u"sas")
        return token(parts.back());
    if (first == u"sentinel2-l2" || first == u"landsat-c2")
        return tokens.accepts(u"container/" + first, request.query) ? file(parts) : unsignedRead();
    if (first == u"cdn")
        return file(parts);
    if (first == u"results" && parts.size() == 2 && parts[1].endsWith(u".tif") && astra)
        return astra->result(request, parts[1].chopped(4));
    if (parts.isEmpty())
        return server::Response::text(QStringLiteral("The Astra sandbox: an invented world. See /providers.json."));
    return nothingHere();
}

/// The catalogue's answer, or what its faults make of it.
Future<server::Response> Sandbox::Private::respond(const server::Request &request)
{
    const QStringList parts = request.path.split(u'/', Qt::SkipEmptyParts);
    const auto [id, pixels] = addressOf(parts);
    if (pixels) {
        return ready<server::Response>(faults.has(id, FaultKind::DeadPixels) ? server::Response::text(
                                           QStringLiteral("This file cannot be read (on purpose)."), 500)
                                                                             : answer(request, parts));
    }
    if (faults.has(id, FaultKind::Hang)) {
        hanging.emplace_back();
        return hanging.back().future();
    }
    server::Request asked = request;
    faults.changeRequest(id, asked);
    const auto refusal = faults.instead(id);
    server::Response response = refusal ? *refusal : answer(asked, parts);
    faults.changeResponse(id, request, response);
    return ready<server::Response>(std::move(response));
}

Sandbox::Sandbox() = default;
Sandbox::~Sandbox() = default;

Result<std::unique_ptr<Sandbox>> Sandbox::start(const SandboxConfig &config, const Progress &progress)
{
    std::optional<World> world;
    {
        Pools pools;
        auto opened = World::open(config.cacheDir, config.size == 0 ? worldSize : config.size, pools, progress);
        if (!opened)
            return fail(opened.error());
        world = std::move(*opened);
    }
    std::unique_ptr<Sandbox> sandbox(new Sandbox);
    sandbox->d = std::make_unique<Private>(config, std::move(*world));
    Private *d = sandbox->d.get();
    // Requests that come before the catalogues know their own address wait for it.
    auto known = std::make_shared<std::promise<void>>();
    const std::shared_future<void> ready = known->get_future().share();
    server::ServerConfig listening;
    listening.port = config.port;
    auto server = server::Server::start(listening, [d, ready](const server::Request &request) {
        ready.wait();
        return d->respond(request);
    });
    if (!server)
        return fail(server.error());
    d->base = (*server)->url().toString(QUrl::StripTrailingSlash);
    for (const Manner manner : manners)
        d->catalogues.emplace_back(manner, d->world, d->base);
    d->astra = std::make_unique<AstraApi>(d->world, d->tokens, d->base);
    d->server = std::move(*server);
    known->set_value();
    return sandbox;
}

QUrl Sandbox::url() const { return d->server->url(); }
Secret Sandbox::key() const { return d->astra->key(); }
Secret Sandbox::planKey() const { return d->astra->planKey(); }

double truth(const QString &band, double longitude, double latitude, const QDateTime &date)
{
    constexpr double nothing = std::numeric_limits<double>::quiet_NaN();
    static const std::array<std::pair<QLatin1String, int>, SpectralBandCount> names {
        {{QLatin1String("blue"), Blue},
         {QLatin1String("green"), Green},
         {QLatin1String("red"), Red},
         {QLatin1String("rededge"), RedEdge},
         {QLatin1String("nir"), Nir},
         {QLatin1String("nir08"), NirNarrow},
         {QLatin1String("swir16"), Swir16},
         {QLatin1String("swir22"), Swir22}}};
    const auto toGrid = raster::Transform::create(QStringLiteral("EPSG:4326"),
                                                  QStringLiteral("EPSG:%1").arg(worldEpsg));
    if (!toGrid || !date.isValid())
        return nothing;
    std::vector<QPointF> place {{longitude, latitude}};
    toGrid->apply(place);
    const double column = std::floor((place[0].x() - worldWest) / static_cast<double>(pixelMetres));
    const double row = std::floor((worldNorth - place[0].y()) / static_cast<double>(pixelMetres));
    if (!(column >= 0 && column < worldSize && row >= 0 && row < worldSize))
        return nothing;
    const Site site = siteOfPixel(static_cast<int>(column), static_cast<int>(row));
    const Ground ground = groundAt(site, seasonOf(date.toUTC().date().dayOfYear()));
    if (band == u"ndvi") {
        const double red = static_cast<double>(ground.reflectance[Red]);
        const double nir = static_cast<double>(ground.reflectance[Nir]);
        return (nir - red) / (nir + red);
    }
    for (const auto &[name, index] : names) {
        if (band == name)
            return static_cast<double>(ground.reflectance[static_cast<std::size_t>(index)]);
    }
    return nothing;
}

} // namespace astra::sandbox
