// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/async.h"
#include "core/base/progress.h"
#include "core/base/secret.h"
#include "core/data/account.h"
#include "core/data/clearsky.h"
#include "core/data/job.h"
#include "core/data/provider.h"
#include "core/data/raster.h"
#include "core/data/searchquery.h"
#include "core/imagery/tileloader.h"
#include "core/jobs/jobstore.h"
#include "core/processing/indexcatalogue.h"
#include "core/processing/operation.h"
#include "core/providers/searchsession.h"
#include "core/render/style.h"

#include <QObject>

#include <memory>
#include <vector>

namespace astra::providers {
class ProviderRegistry;
}

namespace astra::engine {

struct EngineConfig {
    QString configDir; ///< providers.json; created when first needed
    QString dataDir; ///< results of jobs
    QString cacheDir;
    bool offline = false;
    QString recordTo; ///< folder: traffic is written there, without secrets
    QString replayFrom; ///< folder: traffic recorded there answers, nothing is sent
    bool keychain = true; ///< false: keys stay in memory (tests)
    /// A world of its own (the sandbox): only the definitions that this URL's /providers.json serves are used, never
    /// mixed with the shipped ones or those in configDir.
    QUrl world;
    /// Jobs that were cut off go on by themselves, and those of earlier runs are shown: the window.
    bool resumeJobs = false;
    /// Bytes of pixels that a job here holds at a time.
    qint64 memory = usualMemory;
    static constexpr qint64 usualMemory = 192LL << 20;
    static constexpr qint64 leastMemory = 64LL << 20;
    static constexpr qint64 mostMemory = 1LL << 40;

    /// The XDG folders, replaced by $ASTRA_CONFIG_DIR and $ASTRA_DATA_DIR where set; $ASTRA_MEMORY where it can be
    /// read.
    [[nodiscard]] static EngineConfig fromEnvironment();
    /// "400M", "2G", or bytes; K, M and G are powers of 1024. InvalidInput where that is no such size or out of range.
    [[nodiscard]] static Result<qint64> memoryFrom(const QString &text);
};

/// The façade: builds and owns every room of core. Window, command line and gateway call this and nothing below it.
/// Lives in the main thread; every future settles there or anywhere, as async.h says.
class Engine : public QObject
{
    Q_OBJECT
public:
    /// Reads the definitions (the world's over HTTP); makes no other request.
    [[nodiscard]] static Future<std::shared_ptr<Engine>> create(EngineConfig config);
    ~Engine() override;

    [[nodiscard]] const EngineConfig &config() const;
    [[nodiscard]] bool invented() const; ///< this engine's world is the sandbox's
    /// What went wrong in a providers.json, entry by entry, in words. The rest is in use.
    [[nodiscard]] QStringList warnings() const;

    // Catalogues
    [[nodiscard]] std::vector<data::ProviderInfo> providers() const;
    /// Kept in configDir (for a world: until the engine goes).
    Future<void> setProviderEnabled(const QString &id, bool enabled);
    /// Any STAC API, static catalogue, collection, item or item collection, by its address or file; asked once to tell
    /// which, then kept in configDir.
    Future<void> addProvider(const QString &title, const QUrl &url);
    /// What one catalogue holds, asked of it (or of the shared cache).
    [[nodiscard]] Future<std::vector<data::CollectionInfo>> collections(const QString &provider, StopToken stop = {});
    /// The world's own span of time where it has one (the sandbox's year), else empty.
    [[nodiscard]] data::TimeRange worldTime() const;
    [[nodiscard]] std::optional<data::GeoBox> worldBox() const;
    [[nodiscard]] std::unique_ptr<providers::SearchSession> search(const data::SearchQuery &query);
    /// One scene by "provider:id", a path to a local Item / folder / raster, or a result of ours.
    [[nodiscard]] Future<data::Acquisition> open(const QString &source, StopToken stop = {});
    /// The Item as the provider sent it (for scenes of a provider), or as read from disk.
    [[nodiscard]] Future<Json> rawItem(const QString &source, StopToken stop = {});

    /// Files given by hand as one scene: (band name, path). @param stated scale and offset for all of them; absent:
    /// the files' own tags, else the numbers as they stand
    [[nodiscard]] Future<data::Acquisition> openFiles(const std::vector<std::pair<QString, QString>> &bands,
                                                      const std::optional<data::Radiometry> &stated = {});

    /// Clear and covered share of an area, from overviews of the mask band. Kept in the cache folder; few at a time.
    /// @param area its polygons; the bounds count where it is empty
    [[nodiscard]] Future<data::ClearSky> clearSky(const data::Acquisition &acquisition, const data::GeoBox &box,
                                                  const data::Rings &area, StopToken stop = {});

    /// What a band's numbers mean, as far as item, baseline and product tell before its file is opened.
    [[nodiscard]] static data::Radiometry radiometryOf(const data::Scene &scene, const data::BandRef &band);

    // Looking
    /// What is wanted where nothing was said: true colour, else the scene's own index, else its first bands as they
    /// stand.
    [[nodiscard]] static render::Style defaultStyle(const data::Acquisition &acquisition);
    /// One of its files as it stands, by its key, stretched; the error names the files there are.
    [[nodiscard]] static Result<render::Style> assetStyle(const data::Acquisition &acquisition, const QString &key);
    /// Whether the scene has the bands for it (or is a result that holds this index).
    [[nodiscard]] static bool canDraw(const data::Acquisition &acquisition, const render::Style &style);
    /// The same with its reason: the sentence says what the scene lacks.
    [[nodiscard]] static Result<void> whyNotDraw(const data::Acquisition &acquisition, const render::Style &style);
    /// One way of looking at a scene, as lists show it.
    struct Look {
        render::Style style;
        QString title; ///< "NDVI", "swir22, nir, red"
        QString text; ///< what it shows, in words
        QString domain; ///< of an index: vegetation, water, …; "composite"; "own"
        QString obstacle {}; ///< what the scene lacks, as a sentence; empty: can be drawn
        bool removable = false; ///< not shipped
    };
    /// Composites, a person's own, and every index of the catalogue. @param acquisition null: nothing has an obstacle
    [[nodiscard]] static std::vector<Look> looks(const data::Acquisition *acquisition);
    /// "true-color", "ndvi", "own:NAME", "bands:swir22,nir,red", "formula:nir / red".
    [[nodiscard]] static std::optional<render::Style> styleNamed(const QString &id);
    /// What is wrong with a formula that a person types for this scene, and where; absent: nothing.
    [[nodiscard]] static std::optional<processing::SyntaxError> formulaProblem(const QString &formula,
                                                                               const data::Acquisition &acquisition);
    [[nodiscard]] static QStringList bandsOf(const data::Acquisition &acquisition); ///< names for formulas and looks
    /// A person's own composite of three bands, or greyscale of one, named and kept in configDir; style "own:NAME".
    /// One of that name is replaced.
    [[nodiscard]] Future<void> keepLook(const QString &name, const QStringList &bands);
    [[nodiscard]] Future<void> removeLook(const QString &name);
    [[nodiscard]] std::unique_ptr<imagery::TileLoader> tiles(const data::Acquisition &acquisition,
                                                             const render::Style &style);
    struct Preview {
        data::Picture picture;
        data::GeoBox box; ///< what it shows
        QString radiometry;
        QString warning; ///< what the pixels say against it; empty: nothing
        QStringList notes;
    };
    /// Draws what the map would draw. @param box absent: the whole scene. @param width, height 0: fitted to at most
    /// 1024
    [[nodiscard]] Future<Preview> preview(const data::Acquisition &acquisition, const render::Style &style,
                                          std::optional<data::GeoBox> box, int width, int height, StopToken stop = {});
    [[nodiscard]] Future<QString> savePicture(const data::Picture &picture,
                                              const QString &pngPath); ///< written whole or not at all
    struct PointValue {
        QString band;
        std::optional<double> value; ///< absent: no data there
        QString name {}; ///< of the class that it stands for
    };
    struct PointValues {
        std::vector<PointValue> values;
        QStringList notes; ///< on what they were read from
    };
    /// Values at a point at full resolution, for the bands of `style` and (for an index) its value.
    [[nodiscard]] Future<PointValues> valuesAt(const data::Acquisition &acquisition, const render::Style &style,
                                               double longitude, double latitude, StopToken stop = {});

    // Jobs
    /// The folder in dataDir that results go to; it exists.
    [[nodiscard]] QString resultsDir() const;
    /// Back-ends that can run `operation`: "local" first, then services. As (id, title, why-not; empty: ready).
    struct BackendInfo {
        QString id;
        QString title;
        QString obstacle; ///< "needs a key" …; empty when it can run now
    };
    [[nodiscard]] std::vector<BackendInfo> backends() const;
    /// What can be computed, with declared parameters: forms and help are made from it.
    [[nodiscard]] static std::vector<processing::OperationInfo> operations();
    /// Whether its back-end could run the request, known without asking anyone or looking at a disk. The error is the
    /// sentence to show.
    [[nodiscard]] Result<void> check(const data::JobRequest &request) const;
    /// The same, and whether the files of its result may be written.
    [[nodiscard]] Future<void> checkFiles(const data::JobRequest &request) const;
    /// Queued at once; the job is in jobs(), and kept in dataDir until it is over. Invalid requests fail through the
    /// job itself.
    [[nodiscard]] jobs::Job *submit(const data::JobRequest &request);
    /// A batch: each is a job of its own; one that fails takes no other with it.
    [[nodiscard]] std::vector<jobs::Job *> submitAll(const std::vector<data::JobRequest> &requests);
    /// Newest first; also those of other processes that are under way.
    [[nodiscard]] std::vector<jobs::Job *> jobs() const;
    /// Bytes, requests, time and disk, and what the operation warns of. Opens the files' headers.
    [[nodiscard]] Future<data::Estimate> estimate(const data::JobRequest &request, StopToken stop = {});
    /// Those of every process that shares the data folder, the newest 200, newest first; also those of earlier runs. In
    /// short: without results, and of a request only its operation, title, output, where it runs and priority.
    /// @param idBegins those whose id begins so
    [[nodiscard]] Future<std::vector<jobs::StoredJob>> storedJobs(const QString &idBegins = {});
    /// All that is kept of one.
    [[nodiscard]] Future<std::optional<jobs::StoredJob>> storedJob(const QString &id);
    [[nodiscard]] Future<void> cancelJob(const QString &id); ///< whoever runs it
    /// Runs it on here: what it had done is kept, unless it was cancelled. The error says why not (another process has
    /// it …).
    [[nodiscard]] Future<jobs::Job *> resumeJob(const QString &id);
    /// The polygons of a GeoJSON file of at most 256 MB.
    [[nodiscard]] Future<std::vector<data::NamedArea>> areasOf(const QString &file, StopToken stop = {});

    // Recipes
    /// The one inside a result of ours (GeoTIFF or Item), or in a JSON file.
    [[nodiscard]] Future<data::RecipeFile> recipeOf(const QString &file);
    /// Its inputs found again: those `given` by hand (id → source), else at their provider, else where they lay. The
    /// notes say what is not as it was: another copy, baseline or version of the program.
    struct Reproduction {
        data::JobRequest request;
        QStringList notes;
    };
    [[nodiscard]] Future<Reproduction> reproduce(const data::RecipeFile &recipe,
                                                 const std::map<QString, QString> &given = {}, StopToken stop = {});

    // Indices
    [[nodiscard]] static std::shared_ptr<const processing::IndexCatalogue> indices();
    struct ImportedIndices {
        int count = 0;
        QStringList leftOut {}; ///< by name: what no formula over bands can say
    };
    /// The JSON of Awesome Spectral Indices, or of a person's own. Kept in configDir. @param constants its files of
    /// constants, which win over the values known here
    [[nodiscard]] Future<ImportedIndices> importIndices(const QString &file, const QStringList &constants = {});
    [[nodiscard]] Future<void> keepIndex(const processing::Index &index); ///< a person's own, named
    [[nodiscard]] Future<void> removeIndex(const QString &name);

    // Accounts: by id, or by service for the one in use there. Errors are sentences to show.
    [[nodiscard]] std::vector<data::Service> services() const; ///< that one can sign in to
    [[nodiscard]] std::vector<data::Account> accounts() const;
    [[nodiscard]] Future<data::Keychain> keychain(); ///< where secrets are kept, as it is now
    using SignInPrompt = std::function<void(const data::SignInPrompt &)>;
    /// Tests what was entered at its service and, when it is accepted, keeps it (keychain, else memory).
    /// @param prompt called in this thread when there is something to do in a browser
    [[nodiscard]] Future<data::Account> signIn(const data::SignInRequest &request, const SignInPrompt &prompt = {},
                                               StopToken stop = {});
    [[nodiscard]] Future<data::Account> testAccount(const QString &account, StopToken stop = {});
    /// The secret that is kept, in another way of the service.
    [[nodiscard]] Future<data::Account> tryWay(const QString &account, const QString &way, StopToken stop = {});
    [[nodiscard]] Future<data::Account> signOut(const QString &account);
    [[nodiscard]] Future<void> removeAccount(const QString &account);
    [[nodiscard]] Future<void> renameAccount(const QString &account, const QString &label);
    [[nodiscard]] Future<void> useAccount(const QString &account);
    /// What is kept in memory only, moved into the keychain that is open by now.
    [[nodiscard]] Future<data::Account> keepInKeychain(const QString &account);
    /// For an explicit copy by the person, and nothing else.
    [[nodiscard]] Result<Secret> revealKey(const QString &account) const;
    /// How to ask its service from elsewhere. Empty where no key is sent as it is.
    [[nodiscard]] std::vector<data::Snippet> snippets(const QString &account) const;
    [[nodiscard]] Future<data::Usage> usage(const QString &account, StopToken stop = {});
    [[nodiscard]] Future<std::vector<data::ServiceKey>> serviceKeys(const QString &account, StopToken stop = {});
    /// Of one key, where the service counts them apart.
    [[nodiscard]] Future<data::Usage> keyUsage(const QString &account, const QString &key, StopToken stop = {});
    /// @param keepHere as an account of its own. The secret is in the answer, once.
    [[nodiscard]] Future<data::NewKey> createKey(const QString &account, const data::KeyWish &wish, bool keepHere,
                                                 StopToken stop = {});
    [[nodiscard]] Future<data::NewKey> rollKey(const QString &account, const QString &key, StopToken stop = {});
    [[nodiscard]] Future<void> revokeKey(const QString &account, const QString &key, StopToken stop = {});
    [[nodiscard]] Future<std::vector<data::ProviderKey>> providerKeys(const QString &account, StopToken stop = {});
    [[nodiscard]] Future<void> addProviderKey(const QString &account, const QString &provider, const Secret &key,
                                              StopToken stop = {});
    [[nodiscard]] Future<void> removeProviderKey(const QString &account, const QString &provider, StopToken stop = {});
    /// A new key is made (or the given one taken), tested and used; the old one stays valid until it is finished.
    [[nodiscard]] Future<data::Account> beginRotation(const QString &account, const QString &label,
                                                      const Secret &newKey = {}, StopToken stop = {});
    [[nodiscard]] Future<data::Account> finishRotation(const QString &account, StopToken stop = {});
    [[nodiscard]] Future<data::Account> undoRotation(const QString &account);
    // Whom to trust beside the authorities that the system knows
    [[nodiscard]] QString authoritiesDir() const;
    [[nodiscard]] Future<std::vector<data::Authority>> authorities() const;
    /// Checked, copied into authoritiesDir(), and in use from then on.
    [[nodiscard]] Future<data::Authority> addAuthority(const QString &pemFile);
    [[nodiscard]] Future<void> removeAuthority(const QString &file);

    [[nodiscard]] data::NoticeSettings noticeSettings() const;
    [[nodiscard]] Future<void> setNoticeSettings(const data::NoticeSettings &settings);
    /// For a new key the name of this computer (of `place` where it has none); without a place, for what takes the
    /// place of the account's key: "laptop" → "laptop-v2".
    [[nodiscard]] QString suggestedLabel(const QString &account, const QString &place) const;

Q_SIGNALS:
    void providersChanged();
    void accountsChanged();
    void jobAdded(astra::jobs::Job *job);
    void indicesChanged(); ///< of looks, too

private:
    Future<void> keep(const Json &entry);
    class Private;
    explicit Engine(EngineConfig config);
    template<typename T> [[nodiscard]] Future<T> announced(Future<T> change);
    std::unique_ptr<Private> d;
};

/// Distances and areas on the ellipsoid (PROJ), for what the window writes beside a rectangle.
[[nodiscard]] double areaKm2(const data::GeoBox &box);
/// Metres between two points on the ellipsoid.
[[nodiscard]] double distanceMetres(QPointF from, QPointF to);

} // namespace astra::engine
