// SPDX-License-Identifier: Apache-2.0
#include "core/sandbox/sandbox.h"

#include "core/raster/geodesy.h"
#include "core/sandbox/astraapi.h"
#include "core/sandbox/definitions.h"
#include "core/sandbox/stacapi.h"

#include <QCoreApplication>

#include <array>
#include <cmath>
#include <future>

namespace astra::sandbox {

namespace {
constexpr int tokenSeconds = 120;
constexpr std::array manners {Manner::Coast, Manner::Signed, Manner::Archive};

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
} // namespace

class Sandbox::Private
{
public:
    Private(SandboxConfig given, World made)
        : config(std::move(given))
        , world(std::move(made))
        , tokens(config.clock)
    {
    }

    server::Response answer(const server::Request &request);
    server::Response file(const QStringList &parts) const;
    server::Response token(const QString &container) const;

    SandboxConfig config;
    World world;
    Tokens tokens;
    QString base;
    std::vector<StacApi> catalogues;
    std::unique_ptr<AstraApi> astra;
    std::unique_ptr<server::Server> server; // last: its thread ends before what it uses
};

/// parts: …, product, "B04.tif"
server::Response Sandbox::Private::file(const QStringList &parts) const
{
    if (parts.size() < 2 || !parts.back().endsWith(u".tif"))
        return nothingHere();
    const WorldScene *scene = world.scene(parts[parts.size() - 2]);
    const SceneFile *found = scene ? scene->file(parts.back().chopped(4)) : nullptr;
    return found ? server::Response::fromFile(found->path, "image/tiff") : nothingHere();
}

server::Response Sandbox::Private::token(const QString &container) const
{
    if (container != u"sentinel2-l2" && container != u"landsat-c2")
        return nothingHere();
    const auto token = tokens.sign(u"container/" + container, tokenSeconds);
    return server::Response::json(
        toText(Json {{"msft:expiry", toStd(token.expires.toString(Qt::ISODate))}, {"token", toStd(token.query)}}));
}

server::Response Sandbox::Private::answer(const server::Request &request)
{
    const QStringList parts = request.path.split(u'/', Qt::SkipEmptyParts);
    const QString first = parts.value(0);
    if (request.path.startsWith(u"/api/v1/") && astra) {
        if (config.failing == QLatin1String(astraId))
            return server::Response::text(QStringLiteral("This service is out of order (on purpose)."), 503);
        return astra->answer(request, request.path.mid(7));
    }
    for (std::size_t i = 0; i < catalogues.size(); ++i) {
        const Manner manner = manners[i];
        if (first != mannerPath(manner))
            continue;
        if (config.failing == providerId(manner))
            return server::Response::text(QStringLiteral("This catalogue is out of order (on purpose)."), 503);
        if (parts.value(1) == u"data")
            return file(parts);
        if (parts.value(1) == u"members")
            return server::Response::text(QStringLiteral("Only members can read this."), 401);
        auto response = catalogues[i].answer(request, request.path.mid(1 + first.size()));
        response.delayMs = manner == Manner::Archive ? config.slowMs : 0;
        return response;
    }
    if (request.method != "GET" && request.method != "HEAD")
        return server::Response::text(QStringLiteral("Use GET."), 405);
    if (first == u"providers.json" && parts.size() == 1)
        return server::Response::json(toText(definitions(base, world.box()), 1));
    if (first == u"sas")
        return token(parts.value(parts.size() - 1));
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
        return astra::ready<server::Response>(d->answer(request));
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
