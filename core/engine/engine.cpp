// SPDX-License-Identifier: Apache-2.0
#include "core/engine/engine.h"

#include "core/engine/engineparts.h"
#include "core/engine/keptindices.h"
#include "core/imagery/preview.h"
#include "core/imagery/scenetiles.h"
#include "core/library/localscene.h"
#include "core/net/trust.h"
#include "core/raster/geodesy.h"
#include "core/raster/png.h"
#include "core/raster/radiometry.h"

#include <QDir>
#include <QFileInfo>
#include <QPointer>
#include <QThread>

namespace astra::engine {

namespace {

/// How other threads call something of the engine's: later, in the thread that this is made in, and not at all where
/// the engine is gone by then.
auto postTo(Engine *engine)
{
    // Lives as long as anybody may post: to look whether the engine lives is the business of its own thread.
    std::shared_ptr<QObject> box(new QObject, [](QObject *old) {
        if (old->thread() == QThread::currentThread())
            delete old;
        else
            old->deleteLater();
    });
    return [box = std::move(box), engine = QPointer<Engine>(engine)](std::function<void(Engine &)> f) {
        const auto call = [engine, f = std::move(f)] {
            if (engine)
                f(*engine);
        };
        QMetaObject::invokeMethod(box.get(), call, Qt::QueuedConnection);
    };
}

} // namespace

Engine::Engine(EngineConfig config)
    : d(std::make_unique<Private>(std::move(config),
                                  [post = postTo(this)] { post([](Engine &self) { Q_EMIT self.accountsChanged(); }); }))
{
    connect(&d->queue, &jobs::JobQueue::added, this, &Engine::jobAdded);
    d->queue.runWith(
        [this](const data::JobRequest &request, const Progress &progress,
               const std::function<void(QString)> &activity) { return d->runJob(request, progress, activity); },
        Private::filesBy);
}

Engine::~Engine() = default;

Future<std::shared_ptr<Engine>> Engine::create(EngineConfig config)
{
    const std::shared_ptr<Engine> engine(new Engine(std::move(config)));
    const auto settler = std::make_shared<Settler<std::shared_ptr<Engine>>>();
    auto future = settler->future();
    // Not the engine itself: the delivery keeps the engine, so it must not belong to it.
    auto *const owner = new QObject;
    const auto told = std::make_shared<QStringList>();
    const auto withIndices = [parts = engine->d.get(), told](const Result<Private::Definitions> &definitions) {
        return runOn(parts->pools.io,
                     [configDir = parts->config.configDir, told, definitions]() -> Result<Private::Definitions> {
                         *told = takeKeptIndices(configDir);
                         return definitions;
                     });
    };
    deliver(chain(engine->d->readDefinitions(), withIndices), owner,
            [engine, settler, owner, told](Result<Private::Definitions> definitions) {
                if (!definitions) {
                    owner->deleteLater();
                    settler->settle(fail(definitions.error()));
                    return;
                }
                engine->d->use(std::move(*definitions));
                engine->d->warnings += *told;
                if (engine->d->config.resumeJobs)
                    (void)engine->d->jobStore();
                // A command that runs at once must find the keys that are kept.
                deliver(engine->d->connections->loaded(), owner, [engine, settler, owner](const Result<void> &) {
                    owner->deleteLater();
                    settler->settle(engine);
                });
            });
    return future;
}

const EngineConfig &Engine::config() const { return d->config; }
bool Engine::invented() const { return d->registry.world().invented; }
QStringList Engine::warnings() const
{
    QStringList all = d->registry.warnings() + d->warnings + d->connections->warnings();
    if (const QString problem = d->queue.problem(); !problem.isEmpty())
        all << problem;
    return all;
}
data::TimeRange Engine::worldTime() const { return d->registry.world().datetime; }
std::optional<data::GeoBox> Engine::worldBox() const { return d->registry.world().bbox; }

std::vector<data::ProviderInfo> Engine::providers() const
{
    std::vector<data::ProviderInfo> infos;
    for (const auto &definition : d->registry.definitions())
        infos.push_back(d->infoOf(definition));
    return infos;
}

Future<void> Engine::setProviderEnabled(const QString &id, bool enabled)
{
    if (!d->registry.find(id))
        return ready<void>(fail(ErrorCode::NotFound, tr("There is no provider \"%1\".").arg(id)));
    if (d->config.world.isEmpty())
        return keep({{"id", toStd(id)}, {"enabled", enabled}});
    d->enabledHere[id] = enabled; // The world's definitions are not ours to keep.
    Q_EMIT providersChanged();
    return ready<void>({});
}

Future<void> Engine::addProvider(const QString &title, const QUrl &url)
{
    if (!d->config.world.isEmpty()) {
        return ready<void>(fail(ErrorCode::Unsupported, tr("Real catalogues are not mixed with invented data.")));
    }
    const bool web = (url.scheme() == u"https" || url.scheme() == u"http") && !url.host().isEmpty();
    if (!url.isValid() || !(web || url.isLocalFile())) {
        return ready<void>(
            fail(ErrorCode::InvalidInput,
                 tr("\"%1\" is not the address of a catalogue: it should begin with https://, or be a file.")
                     .arg(url.toDisplayString(QUrl::RemoveUserInfo))));
    }
    const QString called = !title.isEmpty() ? title : web ? url.host() : url.fileName();
    const auto settler = std::make_shared<Settler<void>>();
    auto future = settler->future();
    deliver(d->protocolAt(url), this, [this, settler, called, url](const Result<QString> &protocol) {
        if (!protocol) {
            settler->settle(fail(protocol.error()));
            return;
        }
        // Named only now: another one may have been added while this one was asked.
        const QString base = providerIdFrom(called);
        QString id = base;
        for (int i = 2; d->registry.find(id) || d->beingAdded.contains(id); ++i)
            id = base + u'-' + QString::number(i);
        d->beingAdded.append(id);
        const QUrl plain = url.adjusted(QUrl::RemoveUserInfo); // a password would stand in a file, and open nothing
        const QUrl address = *protocol == u"stac" ? plain.adjusted(QUrl::StripTrailingSlash) : plain;
        deliver(keep({{"id", toStd(id)},
                      {"title", toStd(called)},
                      {"protocol", toStd(*protocol)},
                      {"url", toStd(address.toString(QUrl::FullyEncoded))}}),
                this, [this, settler, id](Result<void> kept) {
                    d->beingAdded.removeOne(id);
                    settler->settle(std::move(kept));
                });
    });
    return future;
}

Future<void> Engine::keep(const Json &entry)
{
    const auto settler = std::make_shared<Settler<void>>();
    auto future = settler->future();
    deliver(d->keepDefinition(entry), this, [this, settler](Result<providers::ProviderRegistry> registry) {
        if (!registry) {
            settler->settle(fail(registry.error()));
            return;
        }
        d->redefine(std::move(*registry));
        Q_EMIT providersChanged();
        settler->settle({});
    });
    return future;
}

std::unique_ptr<providers::SearchSession> Engine::search(const data::SearchQuery &query)
{
    std::vector<std::shared_ptr<providers::Provider>> asked;
    QStringList others;
    for (const auto &definition : d->registry.definitions()) {
        const bool wanted = query.providers.isEmpty() ? d->infoOf(definition).enabled
                                                      : query.providers.contains(definition.id);
        if (wanted)
            asked.push_back(d->provider(definition));
        else
            others.append(definition.id);
    }
    return std::make_unique<providers::SearchSession>(query, std::move(asked),
                                                      providers::Surroundings {&d->pools.cpu, others});
}

Future<data::Acquisition> Engine::open(const QString &source, StopToken stop)
{
    if (const auto remote = d->itemOf(source, stop)) {
        return chain(*remote, [](Result<providers::Item> item) -> Result<data::Acquisition> {
            if (!item)
                return fail(item.error());
            return data::Acquisition {{std::move(item->scene)}};
        });
    }
    if (!library::isLocal(source))
        return ready<data::Acquisition>(fail(d->unknownSource(source)));
    return runOn(d->pools.io, [source] { return library::openLocal(source); });
}

Future<Json> Engine::rawItem(const QString &source, StopToken stop)
{
    if (const auto remote = d->itemOf(source, stop)) {
        return chain(*remote, [](Result<providers::Item> item) -> Result<Json> {
            if (!item)
                return fail(item.error());
            return std::move(item->raw);
        });
    }
    if (!library::isLocal(source))
        return ready<Json>(fail(d->unknownSource(source)));
    return runOn(d->pools.io, [source] { return library::localItem(source); });
}

Future<data::Acquisition> Engine::openFiles(const std::vector<std::pair<QString, QString>> &bands,
                                            const std::optional<data::Radiometry> &stated)
{
    return runOn(d->pools.io, [bands, stated] {
        std::vector<library::BandFile> files;
        files.reserve(bands.size());
        for (const auto &[name, path] : bands)
            files.push_back({name, path});
        return library::openBandFiles(files, stated);
    });
}

Future<std::vector<data::CollectionInfo>> Engine::collections(const QString &provider, StopToken stop)
{
    const auto *definition = d->registry.find(provider);
    if (!definition) {
        return ready<std::vector<data::CollectionInfo>>(
            fail(ErrorCode::NotFound, tr("There is no source “%1”.").arg(provider), provider));
    }
    // The provider must live as long as its answer is awaited.
    const auto catalogue = d->provider(*definition);
    return chain(catalogue->collections(std::move(stop)),
                 [catalogue](Result<std::vector<data::CollectionInfo>> list) { return list; });
}

Future<data::ClearSky> Engine::clearSky(const data::Acquisition &acquisition, const data::GeoBox &box,
                                        const data::Rings &area, StopToken stop)
{
    return d->clearSky.of(acquisition, box, area, std::move(stop));
}

data::Radiometry Engine::radiometryOf(const data::Scene &scene, const data::BandRef &band)
{
    return raster::radiometry(scene, band, nullptr);
}

std::unique_ptr<imagery::TileLoader> Engine::tiles(const data::Acquisition &acquisition, const render::Style &style)
{
    return std::make_unique<imagery::SceneTiles>(acquisition, style, d->pools, d->http);
}

render::Style Engine::defaultStyle(const data::Acquisition &acquisition)
{
    return imagery::Look::defaultStyle(acquisition.best());
}

Result<render::Style> Engine::assetStyle(const data::Acquisition &acquisition, const QString &key)
{
    return imagery::Look::assetStyle(acquisition.best(), key);
}

bool Engine::canDraw(const data::Acquisition &acquisition, const render::Style &style)
{
    return imagery::Look::of(acquisition.best(), style).has_value();
}

Future<Engine::Preview> Engine::preview(const data::Acquisition &acquisition, const render::Style &style,
                                        std::optional<data::GeoBox> box, int width, int height, StopToken stop)
{
    const auto reader = std::make_shared<imagery::SceneReader>(acquisition, d->http->byteSources());
    return chain(imagery::preview(d->pools, reader, style, box, width, height, stop),
                 [why = d->pixelObstacle(acquisition)](Result<imagery::Preview> read) -> Result<Preview> {
                     auto made = plainly(std::move(read), why);
                     if (!made)
                         return fail(made.error());
                     return Preview {std::move(made->picture), made->box, made->radiometry, made->warning, made->notes};
                 });
}

Future<QString> Engine::savePicture(const data::Picture &picture, const QString &pngPath)
{
    return runOn(d->pools.io, [picture, pngPath]() -> Result<QString> {
        if (const QFileInfo file(pngPath); file.exists() && !file.isFile())
            return fail(ErrorCode::Storage, tr("%1 is not an ordinary file.").arg(pngPath));
        if (auto written = raster::writePng(picture, pngPath); !written)
            return fail(written.error());
        return pngPath;
    });
}

Future<Engine::PointValues> Engine::valuesAt(const data::Acquisition &acquisition, const render::Style &style,
                                             double longitude, double latitude, StopToken stop)
{
    const auto reader = std::make_shared<imagery::SceneReader>(acquisition, d->http->byteSources());
    return chain(imagery::valuesAt(d->pools, reader, style, longitude, latitude, stop),
                 [reader](Result<std::vector<imagery::PointValue>> read) -> Result<PointValues> {
                     if (!read)
                         return fail(read.error());
                     PointValues values;
                     for (const auto &value : *read)
                         values.values.push_back({value.band, value.value, value.name});
                     values.notes = reader->notes() + reader->copy()->notes();
                     return values;
                 });
}

std::vector<Engine::BackendInfo> Engine::backends() const
{
    std::vector<BackendInfo> infos;
    for (const auto &backend : d->backends)
        infos.push_back({backend->id(), backend->title(), d->obstacleOf(backend->id())});
    return infos;
}

std::vector<processing::OperationInfo> Engine::operations() { return processing::operations(); }

Result<void> Engine::check(const data::JobRequest &request) const
{
    const backends::Backend *const backend = d->backend(request.backend);
    if (!backend)
        return fail(ErrorCode::NotFound, tr("There is no back-end \"%1\" that computes.").arg(request.backend));
    if (auto possible = backend->check(request); !possible)
        return possible;
    // A service reads the pixels by itself.
    for (const auto &input : request.inputs) {
        const QString why = request.backend == u"local" ? d->pixelObstacle(input) : QString();
        if (!why.isEmpty())
            return fail(ErrorCode::Unauthorized, why, input.best().provider);
    }
    return {};
}

Future<void> Engine::checkFiles(const data::JobRequest &request) const
{
    if (auto possible = check(request); !possible)
        return ready<void>(std::move(possible));
    return d->backend(request.backend)->checkFiles(request);
}

QString Engine::resultsDir() const { return d->resultsDir(); }

// --- Accounts -------------------------------------------------------------------------------------------------------

std::vector<data::Service> Engine::services() const { return d->connections->services(); }
std::vector<data::Account> Engine::accounts() const { return d->connections->accounts(); }
Future<data::Keychain> Engine::keychain() { return d->connections->keychain(); }

/// Says that accounts have changed once the change has come to an end: also one that failed may have changed something.
template<typename T> Future<T> Engine::announced(Future<T> change)
{
    deliver(change, this, [this](const Result<T> &) { Q_EMIT accountsChanged(); });
    return change;
}

Future<data::Account> Engine::signIn(const data::SignInRequest &request, const SignInPrompt &prompt, StopToken stop)
{
    const auto here = [post = postTo(this), prompt](const data::SignInPrompt &what) {
        if (prompt)
            post([prompt, what](Engine &) { prompt(what); });
    };
    return announced(d->connections->signIn(request, here, stop));
}

Future<data::Account> Engine::testAccount(const QString &account, StopToken stop)
{
    return announced(d->connections->test(account, stop));
}

Future<data::Account> Engine::tryWay(const QString &account, const QString &way, StopToken stop)
{
    return announced(d->connections->tryWay(account, way, stop));
}

Future<data::Account> Engine::signOut(const QString &account) { return announced(d->connections->signOut(account)); }
Future<void> Engine::removeAccount(const QString &account) { return announced(d->connections->remove(account)); }

Future<void> Engine::renameAccount(const QString &account, const QString &label)
{
    return announced(d->connections->rename(account, label));
}

Future<void> Engine::useAccount(const QString &account) { return announced(d->connections->use(account)); }
Result<Secret> Engine::revealKey(const QString &account) const { return d->connections->reveal(account); }

Future<data::Usage> Engine::usage(const QString &account, StopToken stop)
{
    return d->connections->usage(account, stop);
}

Future<std::vector<data::ServiceKey>> Engine::serviceKeys(const QString &account, StopToken stop)
{
    return d->connections->keys(account, stop);
}

Future<data::Usage> Engine::keyUsage(const QString &account, const QString &key, StopToken stop)
{
    return d->connections->keyUsage(account, key, stop);
}

Future<data::NewKey> Engine::createKey(const QString &account, const data::KeyWish &wish, bool keepHere, StopToken stop)
{
    return announced(d->connections->createKey(account, wish, keepHere, stop));
}

Future<data::NewKey> Engine::rollKey(const QString &account, const QString &key, StopToken stop)
{
    return announced(d->connections->rollKey(account, key, stop));
}

Future<void> Engine::revokeKey(const QString &account, const QString &key, StopToken stop)
{
    return announced(d->connections->revokeKey(account, key, stop));
}

Future<std::vector<data::ProviderKey>> Engine::providerKeys(const QString &account, StopToken stop)
{
    return d->connections->providerKeys(account, stop);
}

Future<void> Engine::addProviderKey(const QString &account, const QString &provider, const Secret &key, StopToken stop)
{
    return d->connections->addProviderKey(account, provider, key, stop);
}

Future<void> Engine::removeProviderKey(const QString &account, const QString &provider, StopToken stop)
{
    return d->connections->removeProviderKey(account, provider, stop);
}

Future<data::Account> Engine::beginRotation(const QString &account, const QString &label, const Secret &newKey,
                                            StopToken stop)
{
    return announced(d->connections->beginRotation(account, label, newKey, stop));
}

Future<data::Account> Engine::finishRotation(const QString &account, StopToken stop)
{
    return announced(d->connections->finishRotation(account, stop));
}

Future<data::Account> Engine::undoRotation(const QString &account)
{
    return announced(d->connections->undoRotation(account));
}

Future<data::Account> Engine::keepInKeychain(const QString &account)
{
    return announced(d->connections->keepInKeychain(account));
}

std::vector<data::Snippet> Engine::snippets(const QString &account) const { return d->connections->snippets(account); }

QString Engine::authoritiesDir() const { return d->authoritiesDir(); }

Future<std::vector<data::Authority>> Engine::authorities() const
{
    return runOn(
        d->pools.io,
        [folder = authoritiesDir(), http = d->http, trusted = d->trusted]() -> Result<std::vector<data::Authority>> {
            auto found = net::authoritiesIn(folder);
            // What is shown as trusted is what is trusted, also where another program changed the folder.
            const std::lock_guard lock(trusted->mutex);
            if (trusted->seen != found)
                http->readTrust();
            trusted->seen = found;
            return found;
        });
}

Future<data::Authority> Engine::addAuthority(const QString &pemFile)
{
    return runOn(d->pools.io, [pemFile, folder = authoritiesDir(), http = d->http]() -> Result<data::Authority> {
        auto added = net::addAuthority(pemFile, folder);
        if (added)
            http->readTrust();
        return added;
    });
}

Future<void> Engine::removeAuthority(const QString &file)
{
    return runOn(d->pools.io, [file, folder = authoritiesDir(), http = d->http]() -> Result<void> {
        auto removed = net::removeAuthority(file, folder);
        http->readTrust();
        return removed;
    });
}

data::NoticeSettings Engine::noticeSettings() const { return d->connections->noticeSettings(); }

Future<void> Engine::setNoticeSettings(const data::NoticeSettings &settings)
{
    return announced(d->connections->setNoticeSettings(settings));
}

QString Engine::suggestedLabel(const QString &account, const QString &place) const
{
    QStringList labels;
    QString label;
    for (const auto &other : accounts()) {
        labels << other.label;
        if (other.id == account)
            label = other.label;
    }
    const QString here = credentials::suggestedLabel(place);
    return place.isEmpty() ? credentials::nextLabel(label.isEmpty() ? here : label, labels) : here;
}

double areaKm2(const data::GeoBox &box) { return raster::areaKm2(box); }
double distanceMetres(QPointF from, QPointF to) { return raster::distanceMetres(from, to); }

} // namespace astra::engine
