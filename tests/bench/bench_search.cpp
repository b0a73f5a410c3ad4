// SPDX-License-Identifier: Apache-2.0

// A search over four catalogues of very different speed: when its first rows show, and when it ends. Then one over five
// that are difficult (fast, slow, broken, busy, leading in a circle): it ends by its deadline, each catalogue in the
// right state, and no scene comes twice.
//   bench_search [repeats, 5]

#include "core/engine/engine.h"
#include "core/net/httpclient.h"
#include "core/providers/providerregistry.h"
#include "core/server/server.h"
#include "tests/support/faultserver.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QSet>
#include <QTemporaryDir>
#include <QTimer>

#include <algorithm>
#include <array>
#include <cstdio>

using namespace astra;

namespace {

constexpr int itemsPerCatalogue = 100;
const std::vector<int> delays = {30, 120, 300, 700}; // milliseconds

/// Items of Sentinel-2's make, each its own acquisition.
Json item(int catalogue, int number)
{
    const QDateTime time
        = QDateTime(QDate(2025, 1, 1), QTime(10, 0), Qt::UTC).addDays(number * 3).addSecs(catalogue * 60);
    const std::string id = toStd(QStringLiteral("item-%1-%2").arg(catalogue).arg(number));
    Json assets = Json::object();
    for (const char *band : {"red", "green", "blue", "nir"}) {
        assets[band] = {
            {"href", toStd(QStringLiteral("https://files.example/%1/%2.tif").arg(number).arg(QLatin1String(band)))},
            {"type", "image/tiff; application=geotiff; profile=cloud-optimized"},
            {"roles", {"data"}},
            {"eo:bands", {{{"name", band}, {"common_name", band}}}}};
    }
    return {
        {"type", "Feature"},
        {"stac_version", "1.0.0"},
        {"id", id},
        {"collection", "sentinel-2-l2a"},
        {"bbox", {7, 46, 8, 47}},
        {"geometry", data::geometryFromRings(data::GeoBox {7, 46, 8, 47}.rings())},
        {"properties",
         {{"datetime", toStd(time.toString(Qt::ISODate))}, {"eo:cloud_cover", number}, {"platform", "sentinel-2a"}}},
        {"assets", assets},
        {"links", Json::array()}};
}

/// A page of all items. @param held how many the catalogue says it holds
QByteArray page(int catalogue, int held = itemsPerCatalogue)
{
    Json features = Json::array();
    for (int i = 0; i < itemsPerCatalogue; ++i)
        features.push_back(item(catalogue, i));
    return toText(
        {{"type", "FeatureCollection"}, {"features", features}, {"numberMatched", held}, {"links", Json::array()}});
}

QByteArray world(const QString &base)
{
    Json providers = Json::array();
    for (std::size_t i = 0; i < delays.size(); ++i) {
        const QString id = QStringLiteral("c%1").arg(i);
        providers.push_back({{"id", toStd(id)},
                             {"title", toStd(id)},
                             {"protocol", "stac"},
                             {"url", toStd(QString(base + u'/' + id))},
                             {"search", {{"method", "POST"}, {"pageSize", itemsPerCatalogue}}},
                             {"families", {{"sentinel-2-l2a", {"sentinel-2-l2a"}}}}});
    }
    return toText({{"providers", providers}, {"world", {{"title", "Bench"}, {"invented", true}}}});
}

struct Times {
    double first = 0; ///< ms
    double end = 0;
    std::size_t rows = 0;
};

Times follow(providers::SearchSession &session)
{
    Times times;
    QEventLoop loop;
    QElapsedTimer clock;
    clock.start();
    const auto now = [&clock] { return static_cast<double>(clock.nsecsElapsed()) / 1e6; };
    QObject::connect(&session, &providers::SearchSession::rowsChanged, &loop, [&] {
        if (times.first == 0)
            times.first = now();
    });
    QObject::connect(&session, &providers::SearchSession::finished, &loop, &QEventLoop::quit);
    QTimer::singleShot(30000, &loop, &QEventLoop::quit);
    loop.exec();
    times.end = now();
    times.rows = session.acquisitions().size();
    return times;
}

data::SearchQuery question()
{
    data::SearchQuery query;
    query.bbox = {7.2, 46.2, 7.8, 46.8};
    query.limit = itemsPerCatalogue;
    return query;
}

Times search(engine::Engine &engine) { return follow(*engine.search(question())); }

constexpr int deadline = 2500; // milliseconds

/// Five servers, each with its own way to be difficult. False where an end was not the right one.
bool difficult()
{
    test::FaultServer fast;
    test::FaultServer slow;
    test::FaultServer broken;
    test::FaultServer busy;
    test::FaultServer looping;
    test::Reply answer;
    answer.headers = {{"Content-Type", "application/geo+json"}};
    answer.body = page(0);
    fast.on("*", answer);
    answer.delayMs = 1000;
    slow.on("*", answer);
    answer = {};
    answer.status = 500;
    broken.on("*", answer);
    answer.status = 429;
    answer.headers = {{"Retry-After", "1"}};
    busy.on("*", answer);
    const Json next {{"rel", "next"}, {"href", toStd(looping.url(QStringLiteral("/search")).toString())}};
    auto circle = parseJson(page(0, 2 * itemsPerCatalogue));
    (*circle)["links"].push_back(next);
    answer = {};
    answer.headers = {{"Content-Type", "application/geo+json"}};
    answer.body = toText(*circle);
    looping.on("*", answer);

    Pools pools;
    const auto http = net::HttpClient::create();
    // Manners are kept by host name, and here all five have one.
    const auto patient = net::HttpClient::create();
    std::vector<std::shared_ptr<providers::Provider>> five;
    for (const auto *server : {&fast, &slow, &broken, &busy, &looping}) {
        const Json definition {{"id", toStd(QStringLiteral("p%1").arg(five.size()))},
                               {"url", toStd(server->url().toString())},
                               {"deadlineSeconds", deadline / 1000.0},
                               {"search", {{"pageSize", itemsPerCatalogue}}},
                               {"families", {{"sentinel-2-l2a", {"sentinel-2-l2a"}}}}};
        five.push_back(
            providers::ProviderRegistry::make(*providers::Definition::fromJson(definition, QStringLiteral("bench")),
                                              server == &busy ? patient : http, pools));
    }
    auto query = question();
    query.limit = 10 * itemsPerCatalogue;
    providers::SearchSession session(query, five, providers::Surroundings {&pools.cpu, QStringList()});
    const Times times = follow(session);
    QSet<QString> copies;
    std::size_t twice = 0;
    for (const auto &row : session.acquisitions()) {
        for (const auto &copy : row.copies) {
            twice += copies.contains(copy.qualifiedId()) ? 1 : 0;
            copies.insert(copy.qualifiedId());
        }
    }
    // What leads in a circle holds more than it brings; the others say that they hold what came.
    using Phase = data::ProviderState::Phase;
    struct End {
        Phase phase;
        bool cutShort;
        bool operator==(const End &) const = default;
    };
    constexpr std::array<End, 5> expected {{{Phase::Done, false},
                                            {Phase::Done, false},
                                            {Phase::Failed, false},
                                            {Phase::Failed, false},
                                            {Phase::Done, true}}};
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < expected.size(); ++i) {
        const auto &state = session.providers()[i];
        wrong += End {state.phase, state.cutShort} == expected[i] ? 0 : 1;
    }
    std::printf("Five catalogues: fast, slow (1 s), broken (500), busy (429), in a circle; each has %d ms\n", deadline);
    for (const auto &state : session.providers()) {
        std::printf("  %s: %s, %d scenes%s%s%s\n", qPrintable(state.id),
                    state.phase == Phase::Failed ? "failed" : "done", state.loaded, state.cutShort ? ", cut short" : "",
                    state.error ? ": " : "", state.error ? qPrintable(state.error->message) : "");
    }
    std::printf("  first rows %.0f ms, end %.0f ms, %zu rows\n", times.first, times.end, times.rows);
    std::printf("= five difficult catalogues: end, ms | %.0f | <= %d\n", times.end, deadline + 100);
    std::printf("= five difficult catalogues: scenes that come twice | %zu | 0\n", twice);
    std::printf("= five difficult catalogues: wrong states | %zu | 0\n", wrong);
    return wrong == 0 && twice == 0 && times.rows == static_cast<std::size_t>(itemsPerCatalogue);
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    const int repeats = argc > 1 ? std::max(1, atoi(argv[1])) : 5;
    std::vector<QByteArray> pages;
    for (std::size_t i = 0; i < delays.size(); ++i)
        pages.push_back(page(static_cast<int>(i)));
    const auto server = server::Server::start({}, [&](const server::Request &request) {
        const QString host = QString::fromUtf8(request.header("host"));
        if (request.path == u"/providers.json")
            return ready<server::Response>(server::Response::json(world(QStringLiteral("http://") + host)));
        const int catalogue = request.path.mid(2, 1).toInt();
        const auto index = static_cast<std::size_t>(std::clamp(catalogue, 0, static_cast<int>(delays.size()) - 1));
        auto response = server::Response::json(pages[index]);
        response.delayMs = request.path.endsWith(u"/search") ? delays[index] : 0;
        return ready<server::Response>(std::move(response));
    });
    if (!server)
        return 1;
    const QTemporaryDir folder;
    engine::EngineConfig config;
    config.configDir = folder.filePath(QStringLiteral("config"));
    config.dataDir = folder.filePath(QStringLiteral("data"));
    config.cacheDir = folder.filePath(QStringLiteral("cache"));
    config.keychain = false;
    config.world = (*server)->url();
    const auto engine = waitFor(engine::Engine::create(config));
    if (!engine) {
        std::fprintf(stderr, "%s\n", qPrintable(engine.error().message));
        return 1;
    }
    std::printf("Four catalogues of %d items that answer after %d, %d, %d and %d ms; worst of %d searches\n",
                itemsPerCatalogue, delays[0], delays[1], delays[2], delays[3], repeats);
    Times worst;
    bool whole = true;
    for (int i = 0; i < repeats; ++i) {
        const Times times = search(**engine);
        whole = whole && times.rows == delays.size() * itemsPerCatalogue;
        worst.first = std::max(worst.first, times.first);
        worst.end = std::max(worst.end, times.end);
        std::printf("  first rows %.0f ms, end %.0f ms, %zu rows\n", times.first, times.end, times.rows);
    }
    std::printf("= search: first rows after the fastest answer, ms | %.0f | <= 300\n", worst.first - delays.front());
    std::printf("= search: end after the slowest answer, ms | %.0f | <= 100\n", worst.end - delays.back());
    const bool ended = difficult();
    return whole && ended ? 0 : 1;
}
