// SPDX-License-Identifier: Apache-2.0
// Jobs over the store in the data folder, as window and command line have them.
#include "core/data/jobjson.h"
#include "core/engine/engine.h"
#include "tests/support/smallscenes.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <ctime>

using namespace astra;
using engine::Engine;
using engine::EngineConfig;
using jobs::Job;

class TestEngineJobs : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();
    void job_isKeptWithItsReport();
    void estimate_knowsTheTimeOnceMeasured();
    void estimate_knowsTheTimeWhereOtherFilesAreAway();
    void estimate_ofWhatCannotBe();
    void memory_isASize_data();
    void memory_isASize();
    void memory_doesNotChangeResults();
    void batch_oneBadDoesNotLoseTheOthers();
    void cutOff_goesOnInTheNextWindow();
    void cancelJob_ofAnotherEngine();
    void cancel_endsTheWorkWithin200ms_data();
    void cancel_endsTheWorkWithin200ms();
    void twoFormats_shareTheItem();
    void storedJobs_byHowTheIdBegins();
    void resumeJob_afterAFailure();
    void resumeJob_thatIsNotThere();
    void nothingIsOpenedBeforeItIsAskedFor();
    void unusableFolder_isTold();

private:
    [[nodiscard]] EngineConfig config(bool window = false) const
    {
        EngineConfig config;
        config.configDir = m_folder->filePath(QStringLiteral("config"));
        config.dataDir = m_folder->filePath(QStringLiteral("data"));
        config.cacheDir = m_folder->filePath(QStringLiteral("cache"));
        config.keychain = false;
        config.resumeJobs = window;
        return config;
    }
    static std::shared_ptr<Engine> make(const EngineConfig &config)
    {
        auto made = waitFor(Engine::create(config));
        return made ? *made : nullptr;
    }
    /// Ten of them are seconds, however quick the machine: about 40 ms of one core a tile.
    static std::string arithmetic(int times)
    {
        std::string formula = "nir - red";
        for (int i = 0; i < times; ++i)
            formula.insert(0, "tanh(").append(")");
        return formula;
    }
    [[nodiscard]] data::JobRequest requestFor(Engine &engine, const QString &scene) const
    {
        data::JobRequest request;
        request.recipe.parameters = {{"index", "NDVI"}};
        if (scene == large()) {
            request.recipe.operation = QStringLiteral("expression");
            request.recipe.parameters = {{"expression", arithmetic(10)}};
        }
        if (auto opened = waitFor(engine.open(scene)))
            request.inputs = {*opened};
        request.output = m_folder->filePath(QStringLiteral("out.tif"));
        return request;
    }
    [[nodiscard]] QStringList files() const
    {
        QStringList all = QDir(m_folder->path()).entryList(QDir::Files | QDir::Hidden, QDir::Name);
        return all;
    }
    /// Large enough that a job can be met while it runs.
    [[nodiscard]] QString large() const { return m_scenes.filePath(QStringLiteral("large")); }
    [[nodiscard]] QString small() const { return m_scenes.filePath(QStringLiteral("small")); }

    QTemporaryDir m_scenes;
    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestEngineJobs::initTestCase()
{
    QVERIFY(QDir().mkpath(large()) && QDir().mkpath(small()));
    QVERIFY(!test::writeLandsat(small()).isEmpty());
    const QString prefix = QStringLiteral("LC08_L2SP_204043_20200219_20200822_02_T1");
    const data::Grid grid = test::utmGrid(3072, 3072);
    for (const char *band : {"SR_B4", "SR_B5"}) {
        QVERIFY(test::writeBand(QString(large() + u'/' + prefix + u'_' + QLatin1String(band) + u".TIF"), grid,
                                [](int x, int y) { return 8000 + (x * 7919 + y * 104729 + x * y) % 20000; }));
    }
}

void TestEngineJobs::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    QVERIFY(m_folder->isValid());
}

void TestEngineJobs::job_isKeptWithItsReport()
{
    const auto engine = make(config());
    QVERIFY(engine);
    Job *job = engine->submit(requestFor(*engine, small()));
    QTRY_VERIFY(job->isFinished());
    QVERIFY2(job->result(), job->error() ? qUtf8Printable(job->error()->message) : "");
    const auto stored = waitFor(engine->storedJobs()).value();
    QCOMPARE(stored.size(), std::size_t(1));
    QCOMPARE(stored.front().id, job->id());
    QCOMPARE(stored.front().state, Job::State::Succeeded);
    QVERIFY(!stored.front().result); // a list is short
    const auto whole = waitFor(engine->storedJob(job->id())).value().value();
    QCOMPARE(whole.result->statistics.valid, job->result()->statistics.valid);
    QCOMPARE(whole.result->scene.id, job->result()->scene.id);
    QCOMPARE(files(), (QStringList {QStringLiteral("out.json"), QStringLiteral("out.tif")}));
    QVERIFY(engine->warnings().isEmpty());
}

void TestEngineJobs::estimate_knowsTheTimeOnceMeasured()
{
    const auto engine = make(config());
    const auto request = requestFor(*engine, large());
    const auto before = waitFor(engine->estimate(request));
    QVERIFY2(before, before ? "" : qUtf8Printable(before.error().message));
    QCOMPARE(before->seconds, 0.0);
    QVERIFY(before->bytes > 0);
    QElapsedTimer time;
    time.start();
    Job *job = engine->submit(request);
    QTRY_VERIFY_WITH_TIMEOUT(job->isFinished(), 60000);
    const double took = static_cast<double>(time.elapsed()) / 1000;
    QVERIFY(job->result());
    const auto after = waitFor(engine->estimate(request)).value();
    QCOMPARE(after.bytes, before->bytes);
    QVERIFY2(after.seconds > 0 && after.seconds <= took, qPrintable(QString::number(after.seconds)));
}

/// An item of a catalogue names many files; what the job reads lies here.
void TestEngineJobs::estimate_knowsTheTimeWhereOtherFilesAreAway()
{
    const auto engine = make(config());
    auto request = requestFor(*engine, small());
    data::Asset other;
    other.key = QStringLiteral("blue");
    other.href = QUrl(QStringLiteral("https://example.org/blue.tif"));
    other.bands.resize(1);
    other.bands.front().name = QStringLiteral("blue");
    request.inputs.front().copies.front().assets.push_back(other);
    const auto before = waitFor(engine->estimate(request));
    QVERIFY2(before, before ? "" : qUtf8Printable(before.error().message));
    QVERIFY(data::toJson(*before).at("seconds").is_null());
    QElapsedTimer time;
    time.start();
    Job *job = engine->submit(request);
    QTRY_VERIFY(job->isFinished());
    const double took = static_cast<double>(time.elapsed()) / 1000;
    QVERIFY2(job->result(), job->error() ? qUtf8Printable(job->error()->message) : "");
    const auto after = waitFor(engine->estimate(request)).value();
    QVERIFY2(after.seconds > 0 && after.seconds <= took, qPrintable(QString::number(after.seconds)));
    QCOMPARE(data::toJson(after).at("seconds").get<double>(), after.seconds);
}

void TestEngineJobs::memory_isASize_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<qint64>("bytes"); // 0: an error
    QTest::newRow("megabytes") << QStringLiteral("400M") << (400LL << 20);
    QTest::newRow("small letter") << QStringLiteral(" 2g ") << (2LL << 30);
    QTest::newRow("bytes") << QStringLiteral("100000000") << 100000000LL;
    QTest::newRow("least") << QStringLiteral("65536K") << (64LL << 20);
    QTest::newRow("less") << QStringLiteral("65535K") << 0LL;
    QTest::newRow("most") << QStringLiteral("1024G") << (1LL << 40);
    QTest::newRow("more") << QStringLiteral("1025G") << 0LL;
    QTest::newRow("very many") << QStringLiteral("9999999999999G") << 0LL;
    QTest::newRow("longer") << QStringLiteral("99999999999999999999999") << 0LL;
    QTest::newRow("negative") << QStringLiteral("-400M") << 0LL;
    QTest::newRow("broken") << QStringLiteral("1.5G") << 0LL;
    QTest::newRow("another unit") << QStringLiteral("400MB") << 0LL;
    QTest::newRow("nothing") << QString() << 0LL;
}

void TestEngineJobs::memory_isASize()
{
    QFETCH(QString, text);
    QFETCH(qint64, bytes);
    const auto size = EngineConfig::memoryFrom(text);
    QCOMPARE(size.value_or(0), bytes);
    QVERIFY(size || size.error().code == ErrorCode::InvalidInput);
    qputenv("ASTRA_MEMORY", text.toUtf8());
    QCOMPARE(EngineConfig::fromEnvironment().memory, size.value_or(EngineConfig::usualMemory));
    qunsetenv("ASTRA_MEMORY");
}

void TestEngineJobs::memory_doesNotChangeResults()
{
    QByteArrayList results;
    for (const qint64 memory : {EngineConfig::leastMemory, 1LL << 30}) {
        auto settings = config();
        settings.memory = memory;
        const auto engine = make(settings);
        auto request = requestFor(*engine, large());
        request.inputs.resize(12, request.inputs.front());
        request.recipe.operation = QStringLiteral("composite");
        request.recipe.parameters = {{"method", "median"}, {"bands", {"red", "nir"}}};
        Job *job = engine->submit(request);
        QTRY_VERIFY_WITH_TIMEOUT(job->isFinished(), 120000);
        QVERIFY2(job->result(), job->error() ? qUtf8Printable(job->error()->message) : "");
        QFile file(request.output);
        QVERIFY(file.open(QIODevice::ReadOnly));
        results << file.readAll();
    }
    QVERIFY(results.front() == results.back());
}

void TestEngineJobs::estimate_ofWhatCannotBe()
{
    const auto engine = make(config());
    auto request = requestFor(*engine, small());
    request.backend = QStringLiteral("nobody");
    QCOMPARE(waitFor(engine->estimate(request)).error().code, ErrorCode::NotFound);
    request.backend = QStringLiteral("local");
    request.recipe.parameters = {{"index", "none of these"}};
    QVERIFY(!waitFor(engine->estimate(request)));
}

void TestEngineJobs::batch_oneBadDoesNotLoseTheOthers()
{
    const auto engine = make(config());
    std::vector<data::JobRequest> requests(5, requestFor(*engine, small()));
    for (std::size_t i = 0; i < requests.size(); ++i)
        requests[i].output = m_folder->filePath(QStringLiteral("%1.tif").arg(i));
    requests[2].recipe.parameters = {{"index", "none of these"}};
    const auto jobs = engine->submitAll(requests);
    for (std::size_t i = 0; i < jobs.size(); ++i)
        QTRY_COMPARE(jobs[i]->state(), i == 2 ? Job::State::Failed : Job::State::Succeeded);
    const auto stored = waitFor(engine->storedJobs()).value();
    QCOMPARE(stored.size(), std::size_t(5));
    for (const auto &job : stored)
        QCOMPARE(job.batch, stored.front().batch);
    QVERIFY(!stored.front().batch.isEmpty());
}

void TestEngineJobs::cutOff_goesOnInTheNextWindow()
{
    QString id;
    {
        const auto engine = make(config(true));
        Job *job = engine->submit(requestFor(*engine, large()));
        id = job->id();
        QTRY_COMPARE(job->state(), Job::State::Running);
        QTRY_VERIFY(job->progress() > 0);
    }
    QVERIFY(!QFile::exists(m_folder->filePath(QStringLiteral("out.tif"))));
    const auto engine = make(config(true));
    QTRY_COMPARE(engine->jobs().size(), std::size_t(1));
    Job *job = engine->jobs().front();
    QCOMPARE(job->id(), id);
    QTRY_VERIFY_WITH_TIMEOUT(job->isFinished(), 60000);
    QVERIFY2(job->result(), job->error() ? qUtf8Printable(job->error()->message) : "");
    QVERIFY(job->result()->tilesKept > 0);
    QCOMPARE(job->result()->tilesKept + job->result()->tilesComputed, qint64(36));
    QCOMPARE(files(), (QStringList {QStringLiteral("out.json"), QStringLiteral("out.tif")}));
}

void TestEngineJobs::cancelJob_ofAnotherEngine()
{
    const auto one = make(config());
    const auto two = make(config());
    Job *job = one->submit(requestFor(*one, large()));
    QTRY_COMPARE(job->state(), Job::State::Running);
    QVERIFY(waitFor(two->cancelJob(job->id())));
    QTRY_COMPARE(job->state(), Job::State::Cancelled);
    QTRY_COMPARE(waitFor(two->storedJobs()).value().front().state, Job::State::Cancelled);
    QTRY_COMPARE(files(), QStringList());
    QCOMPARE(waitFor(two->cancelJob(QStringLiteral("none"))).error().code, ErrorCode::NotFound);
}

namespace {

/// Of all threads of this program: what others compute meanwhile does not count.
qint64 processorMs()
{
    struct timespec used = {};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return static_cast<qint64>(used.tv_sec) * 1000 + used.tv_nsec / 1000000;
}

} // namespace

void TestEngineJobs::cancel_endsTheWorkWithin200ms_data()
{
    QTest::addColumn<QString>("operation");
    QTest::addColumn<int>("scenes");
    QTest::addColumn<std::string>("value"); // the parameter's name
    QTest::newRow("expression") << QStringLiteral("expression") << 1 << std::string("expression");
    QTest::newRow("change") << QStringLiteral("change") << 2 << std::string("value");
    QTest::newRow("composite") << QStringLiteral("composite") << 5 << std::string("value");
    QTest::newRow("zonal") << QStringLiteral("zonal") << 1 << std::string("value");
    QTest::newRow("timeseries") << QStringLiteral("timeseries") << 2 << std::string("value");
}

void TestEngineJobs::cancel_endsTheWorkWithin200ms()
{
    QFETCH(QString, operation);
    QFETCH(int, scenes);
    QFETCH(std::string, value);
    const auto engine = make(config());
    auto request = requestFor(*engine, large());
    request.inputs.resize(static_cast<std::size_t>(scenes), request.inputs.front());
    request.recipe.operation = operation;
    request.recipe.parameters = {{value, arithmetic(10 / scenes)}};
    if (operation == u"zonal" || operation == u"timeseries") {
        const auto box = request.inputs.front().best().bbox.value();
        const Json ring = {{box.west, box.south},
                           {box.east, box.south},
                           {box.east, box.north},
                           {box.west, box.north},
                           {box.west, box.south}};
        request.recipe.parameters["areas"] = {{"type", "Polygon"}, {"coordinates", Json::array({ring})}};
        request.output = m_folder->filePath(QStringLiteral("out.csv"));
    }
    Job *job = engine->submit(request);
    QTRY_VERIFY_WITH_TIMEOUT(job->progress() > 0, 60000);
    QSignalSpy changed(job, &Job::changed);
    QElapsedTimer time;
    time.start();
    const qint64 before = processorMs();
    job->cancel();
    QCOMPARE(job->state(), Job::State::Cancelled);
    while (!job->isResumable() && time.elapsed() < 30000) // its work has let go of everything, and the store knows it
        changed.wait(100);
    const qint64 used = processorMs() - before;
    qInfo("let go after %lld ms, %lld ms of processors", time.elapsed(), used);
    QVERIFY(job->isResumable());
    QVERIFY2(used < 200, qPrintable(QString::number(used)));
    QTRY_COMPARE(files(), QStringList());
}

void TestEngineJobs::twoFormats_shareTheItem()
{
    const auto engine = make(config());
    auto request = requestFor(*engine, large());
    Job *first = engine->submit(request);
    request.recipe.format = QStringLiteral("png");
    request.output = m_folder->filePath(QStringLiteral("out.png")); // its Item is out.json, too
    Job *second = engine->submit(request);
    QTRY_COMPARE(second->state(), Job::State::Failed);
    QVERIFY2(second->error()->message.contains(first->id()), qPrintable(second->error()->message));
    first->cancel();
}

void TestEngineJobs::storedJobs_byHowTheIdBegins()
{
    const auto engine = make(config());
    auto request = requestFor(*engine, small());
    request.id = QStringLiteral("one-of-its-own");
    Job *job = engine->submit(request);
    QTRY_VERIFY(job->isFinished());
    QCOMPARE(waitFor(engine->storedJobs(QStringLiteral("one-"))).value().size(), std::size_t(1));
    QVERIFY(waitFor(engine->storedJobs(QStringLiteral("two-"))).value().empty());
    QVERIFY(!waitFor(engine->storedJob(QStringLiteral("one-"))).value());
}

void TestEngineJobs::resumeJob_afterAFailure()
{
    const auto engine = make(config());
    const QString folder = m_folder->filePath(QStringLiteral("there"));
    auto request = requestFor(*engine, small());
    request.output = folder + QStringLiteral("/out.tif");
    Job *job = engine->submit(request);
    QTRY_COMPARE(job->state(), Job::State::Failed); // there is no such folder
    QVERIFY(job->isResumable());
    QVERIFY(QDir().mkpath(folder));
    const auto resumed = waitFor(engine->resumeJob(job->id()));
    QVERIFY2(resumed, resumed ? "" : qUtf8Printable(resumed.error().message));
    QCOMPARE(*resumed, job);
    QTRY_COMPARE(job->state(), Job::State::Succeeded);
    QVERIFY(QFile::exists(request.output));
}

void TestEngineJobs::resumeJob_thatIsNotThere()
{
    const auto engine = make(config());
    QCOMPARE(waitFor(engine->resumeJob(QStringLiteral("none"))).error().code, ErrorCode::NotFound);
}

void TestEngineJobs::nothingIsOpenedBeforeItIsAskedFor()
{
    const auto engine = make(config());
    QVERIFY(!QFile::exists(config().dataDir + QStringLiteral("/jobs.sqlite")));
    QVERIFY(waitFor(engine->storedJobs()).value().empty());
    QVERIFY(QFile::exists(config().dataDir + QStringLiteral("/jobs.sqlite")));
}

void TestEngineJobs::unusableFolder_isTold()
{
    QFile file(m_folder->filePath(QStringLiteral("data")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    const auto engine = make(config());
    Job *job = engine->submit(requestFor(*engine, small()));
    QTRY_VERIFY(job->isFinished());
    QVERIFY2(job->result(), job->error() ? qUtf8Printable(job->error()->message) : "");
    QVERIFY(!engine->warnings().isEmpty());
    QVERIFY2(job->result()->notes.contains(engine->warnings().last()), qPrintable(engine->warnings().last()));
    QVERIFY(!waitFor(engine->storedJobs()));
}

QTEST_GUILESS_MAIN(TestEngineJobs)
#include "tst_enginejobs.moc"
