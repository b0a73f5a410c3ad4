// SPDX-License-Identifier: Apache-2.0
// Jobs of an invented world outlive its server: the next one has another port, and the scenes are found again by name.
#include "core/engine/engine.h"
#include "core/sandbox/sandbox.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace astra;
using engine::Engine;
using jobs::Job;

class TestSandboxJobs : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void resumed_inTheNextWorld();
};

void TestSandboxJobs::resumed_inTheNextWorld()
{
    const QTemporaryDir folder;
    QVERIFY(folder.isValid());
    sandbox::SandboxConfig world;
    world.cacheDir = folder.filePath(QStringLiteral("world"));
    world.size = 288;
    world.slowMs = 0;
    const auto engineOf = [&](const sandbox::Sandbox &sandbox) {
        engine::EngineConfig config;
        config.configDir = folder.filePath(QStringLiteral("config"));
        config.dataDir = folder.filePath(QStringLiteral("data"));
        config.cacheDir = folder.filePath(QStringLiteral("cache"));
        config.keychain = false;
        config.world = sandbox.url();
        return waitFor(Engine::create(config)).value_or(nullptr);
    };
    const QString results = folder.filePath(QStringLiteral("results"));
    QString id;
    QUrl before;
    {
        const auto first = sandbox::Sandbox::start(world);
        QVERIFY(first);
        before = (*first)->url();
        const auto engine = engineOf(**first);
        QVERIFY(engine);
        data::JobRequest request;
        request.recipe.parameters = {{"index", "NDVI"}};
        const auto scene = waitFor(engine->open(QStringLiteral("sandbox-coast:S2B_30TUZ_20250517_0_L2A")));
        QVERIFY2(scene, scene ? "" : qUtf8Printable(scene.error().message));
        request.inputs = {*scene};
        request.output = results + QStringLiteral("/ndvi.tif");
        Job *job = engine->submit(request);
        id = job->id();
        QTRY_COMPARE(job->state(), Job::State::Failed); // there is no such folder
    }
    QVERIFY(QDir().mkpath(results));
    world.port = 0;
    auto second = sandbox::Sandbox::start(world);
    while (second && (*second)->url().port() == before.port())
        second = sandbox::Sandbox::start(world);
    QVERIFY(second);
    const auto engine = engineOf(**second);
    QVERIFY(engine);
    const auto resumed = waitFor(engine->resumeJob(id));
    QVERIFY2(resumed, resumed ? "" : qUtf8Printable(resumed.error().message));
    QTRY_VERIFY((*resumed)->isFinished());
    QVERIFY2((*resumed)->result(), (*resumed)->error() ? qUtf8Printable((*resumed)->error()->message) : "");
    QVERIFY(QFile::exists(results + QStringLiteral("/ndvi.tif")));
    QVERIFY(!QFile::exists(folder.filePath(QStringLiteral("data/jobs.sqlite")))); // real jobs are elsewhere
}

QTEST_GUILESS_MAIN(TestSandboxJobs)
#include "tst_sandboxjobs.moc"
