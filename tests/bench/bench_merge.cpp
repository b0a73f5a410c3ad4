// SPDX-License-Identifier: Apache-2.0

// Four catalogues' pages of 500 items, parsed and merged by a search, against the time that nlohmann/json takes to
// parse the same bytes and nothing else; how long the main thread stops for it; and what 10,000 scenes in a list weigh.
// Items are the recorded ones of ../shared/data where they are, else composed in their size; ids and dates are new.
//   bench_merge [repeats, 5]

#include "core/base/memory.h"
#include "core/base/pools.h"
#include "core/providers/providerregistry.h"
#include "core/providers/searchfilter.h"
#include "core/providers/searchsession.h"
#include "core/providers/stac/stacparser.h"
#include "tests/support/shareddata.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QFile>

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#ifdef ASTRA_HAS_SIMDJSON
#include <simdjson.h>
#endif

using namespace astra;

namespace {

constexpr int pageSize = 500;

/// Times every event: the longest is how long the main thread saw to nothing else.
class Application : public QCoreApplication
{
public:
    using QCoreApplication::QCoreApplication;
    bool notify(QObject *receiver, QEvent *event) override
    {
        QElapsedTimer clock;
        clock.start();
        const bool done = QCoreApplication::notify(receiver, event);
        longest = std::max(longest, static_cast<double>(clock.nsecsElapsed()) / 1e6);
        return done;
    }
    double longest = 0; ///< ms
};

/// Milliseconds of work, of all threads together.
double cpuNow()
{
    timespec time {};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

double residentMegabytes()
{
    QFile file(QStringLiteral("/proc/self/statm"));
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    const auto fields = file.readAll().split(' ');
    return fields.size() < 2 ? 0 : fields[1].toDouble() * static_cast<double>(sysconf(_SC_PAGESIZE)) / (1 << 20);
}

/// One catalogue: what its items look like.
struct Catalogue {
    QString id;
    QString recording; ///< in ../shared/data/stac
    bool landsat = false;
    int files = 0; ///< of a composed item
    int filler = 0; ///< bytes more for each of its files
};
const std::vector<Catalogue> catalogues {
    {QStringLiteral("cdse"), QStringLiteral("cdse/search_post_s2_many.json"), false, 43, 1200},
    {QStringLiteral("earth-search"), QStringLiteral("earth-search/search_post_s2_202007_p1.json"), false, 35, 250},
    {QStringLiteral("planetary-computer"), QStringLiteral("planetary-computer/search_post_s2_10s.json"), false, 24,
     300},
    {QStringLiteral("usgs"), QStringLiteral("usgs-landsatlook/itemcollection_landsat-c2l1_138041_a_47items.json"), true,
     24, 650},
};

Json composedItem(const Catalogue &catalogue)
{
    Json assets = Json::object();
    for (int i = 0; i < catalogue.files; ++i) {
        const std::string key = toStd(QStringLiteral("B%1").arg(i));
        assets[key] = {{"href", toStd(QStringLiteral("https://files.example/data/@ID@/B%1.tif").arg(i))},
                       {"type", "image/tiff; application=geotiff; profile=cloud-optimized"},
                       {"roles", {"data"}},
                       {"eo:bands", {{{"name", key}, {"common_name", "red"}}}},
                       {"description", std::string(static_cast<std::size_t>(catalogue.filler), 'x')}};
    }
    return {{"type", "Feature"},
            {"stac_version", "1.0.0"},
            {"id", "@ID@"},
            {"collection", catalogue.landsat ? "landsat-c2l1" : "sentinel-2-l2a"},
            {"bbox", {9, 47, 10, 48}},
            {"geometry", data::geometryFromRings(data::GeoBox {9, 47, 10, 48}.rings())},
            {"properties", {{"datetime", ""}, {"eo:cloud_cover", 12.5}, {"platform", "sentinel-2b"}}},
            {"assets", assets},
            {"links", Json::array()}};
}

std::vector<Json> templatesOf(const Catalogue &catalogue)
{
    const QString shared = test::sharedData();
    const auto json = readJsonFile(QString(shared + QStringLiteral("/stac/") + catalogue.recording));
    const Json none = Json::array();
    const Json &features = json ? member(*json, "features") : none;
    std::vector<Json> items(features.begin(), features.end());
    if (items.empty())
        items.push_back(composedItem(catalogue));
    return items;
}

std::string replaced(std::string text, const std::string &from, const std::string &to)
{
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
    return text;
}

/// Item `number` of a catalogue: the first third of each page are the same acquisitions at all of them.
std::string itemText(const Catalogue &catalogue, std::size_t place, int number, const std::vector<Json> &templates)
{
    const bool shared = number % pageSize < pageSize / 3 && !catalogue.landsat;
    const int day = shared ? number : number + 10000 * static_cast<int>(place + 1);
    // Several acquisitions a day, so that all lie within the years that such names can have.
    const QDateTime time = QDateTime(QDate(2016, 1, 1), QTime(0, 0, 1), Qt::UTC).addSecs(day * 7200LL);
    Json item = templates[static_cast<std::size_t>(number) % templates.size()];
    const std::string old = item.at("id").get<std::string>();
    const std::string id = toStd(catalogue.landsat ? QStringLiteral("LC09_L1TP_%1_%2_20240120_02_T1")
                                                         .arg(number, 6, 10, QLatin1Char('0'))
                                                         .arg(time.toString(QStringLiteral("yyyyMMdd")))
                                                   : QStringLiteral("S2B_MSIL2A_%1_N0500_R065_T32TMT_20250530T175912")
                                                         .arg(time.toString(QStringLiteral("yyyyMMddTHHmmss"))));
    auto &properties = item.at("properties");
    properties["datetime"] = toStd(time.toString(Qt::ISODate));
    if (properties.contains("s2:product_uri"))
        properties["s2:product_uri"] = id + ".SAFE";
    return replaced(item.dump(), old, id);
}

QByteArray pageText(std::size_t place, int from)
{
    const Catalogue &catalogue = catalogues[place];
    static const std::vector<std::vector<Json>> templates = [] {
        std::vector<std::vector<Json>> all;
        for (const auto &each : catalogues)
            all.push_back(templatesOf(each));
        return all;
    }();
    QByteArray text = "{\"type\":\"FeatureCollection\",\"links\":[],\"features\":[";
    for (int i = from; i < from + pageSize; ++i)
        text += (i == from ? "" : ",") + QByteArray::fromStdString(itemText(catalogue, place, i, templates[place]));
    return text + "]}";
}

/// Answers as a STAC catalogue does, but for the network: its pages come from memory, or are made when they are asked
/// for.
class Replayed : public providers::Provider
{
public:
    Replayed(std::size_t place, QByteArray text, int pages, Pools &pools)
        : m_place(place)
        , m_text(std::move(text))
        , m_pages(pages)
        , m_pools(pools)
        , m_registry(providers::ProviderRegistry::shipped({}))
    {
        const auto *definition = m_registry.find(catalogues[place].id);
        m_context = providers::stac::ParseContext::of(*definition, definition->url);
        m_context.packed = true;
    }
    data::ProviderInfo info() const override
    {
        data::ProviderInfo info;
        info.id = info.title = catalogues[m_place].id;
        return info;
    }
    providers::Limits limits() const override { return {std::chrono::minutes(5), std::chrono::minutes(5)}; }
    Future<providers::Page> search(const data::SearchQuery &query, const std::optional<providers::Cursor> &cursor,
                                   StopToken, providers::OnPause) override
    {
        const int page = cursor ? static_cast<int>(asInteger(cursor->body).value_or(0)) : 0;
        return runOn(m_pools.cpu, [this, query, page]() -> Result<providers::Page> {
            const QByteArray text = m_text.isEmpty() ? pageText(m_place, page * pageSize) : m_text;
            auto parsed = providers::stac::parsePage(text, m_context);
            if (!parsed)
                return fail(parsed.error());
            providers::Page answer;
            answer.scenes = std::move(parsed->scenes);
            if (page + 1 < m_pages)
                answer.next = providers::Cursor {"GET", {}, page + 1, {}};
            providers::keepAnswers(answer, query, {});
            return answer;
        });
    }
    Future<providers::Item> item(const QString &, StopToken) override { return ready<providers::Item>(cancelled()); }

private:
    std::size_t m_place;
    QByteArray m_text; ///< empty: made anew for each page
    int m_pages;
    Pools &m_pools;
    providers::ProviderRegistry m_registry;
    providers::stac::ParseContext m_context;
};

struct Times {
    double wall = 1e9; ///< ms
    double cpu = 1e9;
    void keepBest(double newWall, double newCpu)
    {
        wall = std::min(wall, newWall);
        cpu = std::min(cpu, newCpu);
    }
};

template<typename F> void measure(Times &best, const F &work)
{
    QElapsedTimer clock;
    const double cpu = cpuNow();
    clock.start();
    work();
    best.keepBest(static_cast<double>(clock.nsecsElapsed()) / 1e6, cpuNow() - cpu);
}

/// Searches to the end. @param texts one page a catalogue; empty: `pages` pages each, made as they are asked for
std::unique_ptr<providers::SearchSession> search(const std::vector<QByteArray> &texts, int pages, Pools &pools)
{
    std::vector<std::shared_ptr<providers::Provider>> asked;
    for (std::size_t i = 0; i < catalogues.size(); ++i)
        asked.push_back(std::make_shared<Replayed>(i, texts.empty() ? QByteArray() : texts[i], pages, pools));
    data::SearchQuery query;
    query.limit = pageSize * pages;
    auto session = std::make_unique<providers::SearchSession>(query, asked,
                                                              providers::Surroundings {&pools.cpu, QStringList()});
    QEventLoop loop;
    QObject::connect(session.get(), &providers::SearchSession::finished, &loop, &QEventLoop::quit);
    loop.exec();
    return session;
}

void compareTimes(Application &application, int repeats)
{
    std::vector<QByteArray> texts;
    double megabytes = 0;
    for (std::size_t i = 0; i < catalogues.size(); ++i) {
        texts.push_back(pageText(i, 0));
        megabytes += static_cast<double>(texts.back().size()) / 1e6;
    }
    Pools pools;
    Times plain;
    Times whole;
    std::size_t rows = 0;
    for (int i = 0; i < repeats; ++i) {
        measure(plain, [&] {
            for (const auto &text : texts) {
                const Json json = Json::parse(text.begin(), text.end(), nullptr, false);
                Q_UNUSED(json)
            }
        });
        application.longest = 0;
        std::unique_ptr<providers::SearchSession> session;
        measure(whole, [&] { session = search(texts, 1, pools); });
        rows = session->acquisitions().size();
    }
    std::printf("Four pages of %d items, %.1f MB of %s JSON; best of %d; %d threads\n", pageSize, megabytes,
                test::sharedData().isEmpty() ? "composed" : "recorded", repeats, pools.cpu.maxThreadCount());
    std::printf("  nlohmann parse alone: %.0f ms\n", plain.cpu);
#ifdef ASTRA_HAS_SIMDJSON
    Times fast;
    simdjson::dom::parser parser;
    for (int i = 0; i < repeats; ++i) {
        measure(fast, [&] {
            for (const auto &text : texts) {
                const simdjson::padded_string padded(text.constData(), static_cast<std::size_t>(text.size()));
                if (parser.parse(padded).error() != simdjson::SUCCESS)
                    std::printf("  simdjson could not read a page\n");
            }
        });
    }
    std::printf("  simdjson parse alone: %.0f ms\n", fast.cpu);
#endif
    std::printf("  parse and merge: %.0f ms of work, %.0f ms until the end; %zu rows\n", whole.cpu, whole.wall, rows);
    std::printf("= parse and merge four pages, ratio to nlohmann parse | %.2f | <= 1.3\n", whole.cpu / plain.cpu);
    std::printf("= parse and merge four pages, time until the end to nlohmann parse | %.2f | <= 1.3\n",
                whole.wall / plain.wall);
    std::printf("= parse and merge: longest stop of the main thread, ms | %.1f | <= 16\n", application.longest);
}

void weigh()
{
    for (std::size_t i = 0; i < catalogues.size(); ++i)
        (void)pageText(i, 0); // the recordings are read once, and stay
    giveBackMemory();
    const double before = residentMegabytes();
    Pools pools;
    const auto session = search({}, 5, pools);
    pools.cpu.waitForDone(); // the session gives back what reading the pages took
    const double growth = residentMegabytes() - before;
    std::size_t scenes = 0;
    for (const auto &row : session->acquisitions())
        scenes += row.copies.size();
    std::printf("%zu scenes in %zu rows\n", scenes, session->acquisitions().size());
    std::printf("= memory for 10,000 scenes, MB | %.0f | < 120\n", growth);
}

} // namespace

int main(int argc, char **argv)
{
    Application application(argc, argv);
    weigh(); // before anything else has left memory that could be used again
    compareTimes(application, argc > 1 ? std::max(1, atoi(argv[1])) : 5);
    return 0;
}
