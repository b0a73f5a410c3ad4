// SPDX-License-Identifier: Apache-2.0
#include "core/engine/engineparts.h"

#include "core/backends/astra/astrabackend.h"
#include "core/backends/local/localbackend.h"
#include "core/credentials/formcheck.h"
#include "core/data/packedassets.h"
#include "core/imagery/openscene.h"

#include <QDir>
#include <QFileInfo>
#include <QRegularExpression>
#include <QSaveFile>

#include <algorithm>

namespace astra::engine {

namespace {

/// Empty where nothing is kept.
QString caDirOf(const EngineConfig &config)
{
    return config.configDir.isEmpty() ? QString() : QDir(config.configDir).filePath(QStringLiteral("ca"));
}

net::ClientConfig clientConfig(const EngineConfig &config)
{
    net::ClientConfig client;
    client.offline = config.offline;
    client.recordTo = config.recordTo;
    client.replayFrom = config.replayFrom;
    client.cacheDir = config.cacheDir;
    client.caDir = caDirOf(config);
    client.userAgent = QStringLiteral("Astra/" ASTRA_VERSION);
    return client;
}

/// Which protocol reads a document.
Result<QString> protocolOf(const Json &document, const QString &origin)
{
    const Json &links = member(document, "links");
    const bool searches = links.is_array() && std::any_of(links.begin(), links.end(), [](const Json &link) {
                              const QString rel = stringAt(link, "rel");
                              return rel == u"search" || rel == u"data";
                          });
    if (searches || member(document, "conformsTo").is_array())
        return QStringLiteral("stac");
    static const QStringList kinds {QStringLiteral("Catalog"), QStringLiteral("Collection"), QStringLiteral("Feature"),
                                    QStringLiteral("FeatureCollection")};
    if (kinds.contains(stringAt(document, "type")))
        return QStringLiteral("static");
    return fail(ErrorCode::InvalidInput,
                Engine::tr("%1 is neither a STAC API nor a STAC catalogue, collection or item.").arg(origin), origin);
}

/// On this machine, or at an address that each account has of its own.
bool isHere(const credentials::ServiceKind &kind)
{
    return std::all_of(kind.hosts.begin(), kind.hosts.end(),
                       [](const credentials::Host &host) { return credentials::isThisMachine(host.name); });
}

/// The service that opens the pixels of this copy, where it has no key here; empty: nothing is known to be missing.
QString missingKey(const data::Scene &copy, const std::vector<data::Account> &accounts)
{
    const data::Access access = data::pixelAccess(copy);
    const auto asset = std::ranges::find_if(copy.assets, [access](const data::Asset &one) {
        return one.isRaster() && one.access == access && !one.connection.isEmpty();
    });
    if (!data::needsAccount(access) || asset == copy.assets.end())
        return {};
    QString title;
    for (const auto &account : accounts) {
        if (account.id != asset->connection && account.service != asset->connection)
            continue;
        if (account.place != data::Account::Place::None)
            return {};
        title = account.title;
    }
    return title;
}

Json withEntry(Json document, const Json &entry)
{
    Json &list = document["providers"];
    if (!list.is_array())
        list = Json::array();
    const auto known = std::find_if(list.begin(), list.end(),
                                    [&](const Json &other) { return member(other, "id") == member(entry, "id"); });
    if (known == list.end())
        list.push_back(entry);
    else
        known->update(entry);
    return document;
}

} // namespace

Engine::Private::Private(EngineConfig given, std::function<void()> changed)
    : config(std::move(given))
    , accountsChanged(std::move(changed))
    , http(net::HttpClient::create(clientConfig(config)))
    , clearSky(pools, http->byteSources(), config.cacheDir)
{
}

Engine::Private::~Private()
{
    // What still asks of the network from here on asks without anybody's keys.
    http->setAuthorizer(nullptr);
    // Queued reads go at once; those under way end with their transfers.
    pools.io.clear();
}

void Engine::Private::use(Definitions definitions)
{
    redefine(std::move(definitions.registry));
    makeConnections(std::move(definitions.services));
    makeBackends();
}

void Engine::Private::redefine(providers::ProviderRegistry definitions)
{
    registry = std::move(definitions);
    m_catalogues.clear();
}

void Engine::Private::makeConnections(credentials::ServiceKinds services)
{
    warnings = services.warnings;
    const bool world = !config.world.isEmpty();
    // Keys of real services have no business in an invented world.
    if (world)
        std::erase_if(services.kinds, [](const credentials::ServiceKind &kind) { return !isHere(kind); });
    const auto kind = config.keychain ? credentials::CredentialStore::Kind::Keychain
                                      : credentials::CredentialStore::Kind::MemoryOnly;
    credentials::Connections::Settings settings;
    if (!world && !config.configDir.isEmpty())
        settings.file = QDir(config.configDir).filePath(QStringLiteral("accounts.json"));
    settings.changed = accountsChanged;
    settings.environment = !world;
    connections = credentials::Connections::create(
        std::move(services.kinds), std::make_unique<credentials::CredentialStore>(kind), http, std::move(settings));
    http->setAuthorizer(connections);
}

void Engine::Private::makeBackends()
{
    backends.clear();
    std::map<QString, QString> titles;
    for (const auto &definition : registry.definitions())
        titles.emplace(definition.id, definition.title);
    backends.push_back(std::make_unique<backends::LocalBackend>(
        pools, http->byteSources(), QStringLiteral("Astra " ASTRA_VERSION), config.memory, std::move(titles)));
    for (const auto &definition : registry.definitions()) {
        if (!definition.processing || definition.protocol != u"astra")
            continue;
        backends::AstraService service;
        service.id = definition.id;
        service.title = definition.title;
        service.url = definition.url;
        service.connection = definition.connectionId;
        backends.push_back(std::make_unique<backends::AstraBackend>(std::move(service), http, pools));
    }
}

QString Engine::Private::authoritiesDir() const { return caDirOf(config); }

QString Engine::Private::resultsDir() const { return QDir(config.dataDir).filePath(QStringLiteral("results")); }

Future<Engine::Private::Definitions> Engine::Private::readDefinitions()
{
    // Nobody but Engine::create asks for them, and that holds the engine, and so this, until they are there.
    const auto registries = chain(
        runOn(pools.io,
              [results = resultsDir(), configDir = config.configDir]() -> Result<providers::ProviderRegistry> {
                  // Where it cannot be made, the job that wants to write there says so.
                  (void)QDir().mkpath(results);
                  return providers::ProviderRegistry::shipped(configDir);
              }),
        [this](Result<providers::ProviderRegistry> shipped) {
            return config.world.isEmpty() ? ready<providers::ProviderRegistry>(std::move(shipped)) : fetchWorld();
        });
    return chain(registries, [this](const Result<providers::ProviderRegistry> &definitions) -> Future<Definitions> {
        if (!definitions)
            return ready<Definitions>(fail(definitions.error()));
        return runOn(pools.io, [read = *definitions, configDir = config.configDir]() -> Result<Definitions> {
            std::vector<Json> own;
            for (const auto &definition : read.definitions()) {
                if (definition.connection.is_object())
                    own.push_back(definition.connection);
            }
            return Definitions {read, credentials::ServiceKinds::read(configDir, own)};
        });
    });
}

Future<providers::ProviderRegistry> Engine::Private::fetchWorld()
{
    QUrl url = config.world;
    url.setPath(url.path().endsWith(u'/') ? QString(url.path() + QStringLiteral("providers.json"))
                                          : QString(url.path() + QStringLiteral("/providers.json")));
    net::HttpRequest request;
    request.url = url;
    return chain(http->send(std::move(request)),
                 [url](Result<net::HttpResponse> response) -> Result<providers::ProviderRegistry> {
                     if (!response)
                         return fail(response.error());
                     const QString origin = url.toDisplayString();
                     if (!response->ok())
                         return fail(net::errorFrom(*response, origin));
                     const auto document = parseJson(response->body, origin);
                     if (!document)
                         return fail(document.error());
                     return providers::ProviderRegistry::ofWorld(*document, origin);
                 });
}

data::ProviderInfo Engine::Private::infoOf(const providers::Definition &definition) const
{
    auto info = definition.info();
    info.enabled = enabledHere.value(definition.id, info.enabled);
    return info;
}

std::shared_ptr<providers::Provider> Engine::Private::provider(const providers::Definition &definition)
{
    auto &catalogue = m_catalogues[definition.id];
    if (!catalogue)
        catalogue = providers::ProviderRegistry::make(definition, http, pools);
    return catalogue;
}

Future<QString> Engine::Private::protocolAt(const QUrl &url)
{
    const QString origin = url.toDisplayString(QUrl::RemoveUserInfo | QUrl::RemoveQuery);
    if (url.isLocalFile()) {
        return runOn(pools.io, [url, origin]() -> Result<QString> {
            const auto document = readJsonFile(url.toLocalFile());
            return document ? protocolOf(*document, origin)
                            : fail(ErrorCode::InvalidInput, document.error().message, origin);
        });
    }
    net::HttpRequest request;
    request.url = url;
    request.headers = {{"Accept", "application/geo+json, application/json"}};
    request.retries = 1;
    return chain(http->send(std::move(request)), [url, origin](Result<net::HttpResponse> response) -> Result<QString> {
        // Who adds a catalogue away from the network will be right about it.
        if (!response)
            return url.path().endsWith(u".json") ? QStringLiteral("static") : QStringLiteral("stac");
        if (!response->ok())
            return fail(net::errorFrom(*response, origin));
        const auto document = parseJson(response->body, origin);
        return document
            ? protocolOf(*document, origin)
            : fail(ErrorCode::InvalidInput, Engine::tr("%1 answers, but not with JSON.").arg(origin), origin);
    });
}

std::optional<Future<providers::Item>> Engine::Private::itemOf(const QString &source, const StopToken &stop)
{
    const auto colon = source.indexOf(u':');
    if (colon <= 0)
        return std::nullopt;
    const auto *definition = registry.find(source.left(colon));
    if (!definition)
        return std::nullopt;
    // The provider must live as long as its answer is awaited.
    const auto catalogue = provider(*definition);
    return chain(catalogue->item(source.mid(colon + 1), stop),
                 [catalogue](Result<providers::Item> item) { return item; });
}

Error Engine::Private::unknownSource(const QString &source) const
{
    QStringList ids;
    for (const auto &definition : registry.definitions())
        ids << definition.id;
    return {ErrorCode::NotFound,
            Engine::tr("“%1” is neither a file nor a scene of a configured provider (%2).")
                .arg(source, ids.join(QStringLiteral(", "))),
            source, false};
}

Future<providers::ProviderRegistry> Engine::Private::keepDefinition(const Json &entry)
{
    const auto write = [configDir = config.configDir, entry]() -> Result<providers::ProviderRegistry> {
        const QString path = QDir(configDir).filePath(QStringLiteral("providers.json"));
        Json document = Json::object();
        if (QFileInfo::exists(path)) {
            auto old = readJsonFile(path, 4LL << 20);
            if (!old)
                return fail(old.error());
            if (!old->is_object())
                return fail(ErrorCode::InvalidInput, Engine::tr("%1 does not hold a JSON object.").arg(path));
            document = std::move(*old);
        }
        const QByteArray text = toText(withEntry(std::move(document), entry), 2) + '\n';
        QSaveFile file(path);
        if (!QDir().mkpath(configDir) || !file.open(QIODevice::WriteOnly) || file.write(text) != text.size()
            || !file.commit()) {
            return fail(ErrorCode::Storage, Engine::tr("%1 could not be written: %2").arg(path, file.errorString()));
        }
        return providers::ProviderRegistry::shipped(configDir);
    };
    const auto settler = std::make_shared<Settler<providers::ProviderRegistry>>();
    auto future = settler->future();
    pools.io.start([this, settler, write] { // the pool is drained before `keeping` goes
        // Who reads what another is about to replace would undo its change; and the last one told holds them all.
        const std::lock_guard lock(keeping);
        settler->settle(write());
    });
    return future;
}

backends::Backend *Engine::Private::backend(const QString &id) const
{
    const auto found = std::find_if(backends.begin(), backends.end(),
                                    [&](const auto &backend) { return backend->id() == id; });
    return found == backends.end() ? nullptr : found->get();
}

QString Engine::Private::obstacleOf(const QString &backendId) const
{
    const auto *definition = registry.find(backendId);
    if (!definition)
        return {};
    if (!infoOf(*definition).enabled)
        return Engine::tr("switched off");
    if (definition->apiConnection.isEmpty())
        return {};
    const auto accounts = connections->accounts();
    const auto services = connections->services();
    const auto service = std::ranges::find(services, definition->connectionId, &data::Service::id);
    const bool open = service != services.end()
        && (!service->needsAccount || std::ranges::any_of(accounts, [&](const data::Account &account) {
                          return account.service == service->id && credentials::isSignedIn(account, *service);
                      }));
    return open ? QString() : Engine::tr("needs a key");
}

QString Engine::Private::pixelObstacle(const data::Acquisition &acquisition) const
{
    const auto accounts = connections->accounts();
    const auto all = data::unpacked(acquisition);
    QString missing;
    for (std::size_t i = 0; i < all.copies.size(); i = imagery::copyAfter(all, i)) {
        const QString title = missingKey(all.copies[i], accounts);
        if (title.isEmpty())
            return {};
        if (missing.isEmpty())
            missing = title;
    }
    if (missing.isEmpty())
        return {};
    return Engine::tr("The pixels of %1 are read with a key of “%2”, and none can be read here: there is none "
                      "yet, or the keychain is not open.")
        .arg(all.best().id, missing);
}

QString providerIdFrom(const QString &title)
{
    static const QRegularExpression other(QStringLiteral("[^a-z0-9]+"));
    QString id = title.toLower();
    id.replace(other, QStringLiteral("-"));
    while (id.startsWith(u'-'))
        id.remove(0, 1);
    while (id.endsWith(u'-'))
        id.chop(1);
    return id.isEmpty() ? QStringLiteral("catalogue") : id;
}

} // namespace astra::engine
