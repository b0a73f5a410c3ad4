// SPDX-License-Identifier: Apache-2.0
#include "core/engine/engine.h"
#include "tests/support/shareddata.h"

#include <QDir>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace astra;
using engine::Engine;
using engine::EngineConfig;

class TestEngineIndices : public QObject
{
    Q_OBJECT

    EngineConfig config() const
    {
        EngineConfig config;
        config.configDir = m_folder->filePath(QStringLiteral("config"));
        config.dataDir = m_folder->filePath(QStringLiteral("data"));
        config.cacheDir = m_folder->filePath(QStringLiteral("cache"));
        config.keychain = false;
        config.offline = true;
        return config;
    }
    std::shared_ptr<Engine> make() const
    {
        auto made = waitFor(Engine::create(config()));
        return made ? *made : nullptr;
    }
    QString keptFile() const { return QDir(config().configDir).filePath(QStringLiteral("indices.json")); }
    static void write(const QString &path, const QByteArray &text)
    {
        QDir().mkpath(QFileInfo(path).path());
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(text) == text.size());
    }
    static processing::Index own(const QString &name, const QString &formula)
    {
        processing::Index index;
        index.name = name;
        index.formula = formula;
        index.low = 0;
        index.high = 2;
        return index;
    }
    std::unique_ptr<QTemporaryDir> m_folder;

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void ownIndex_isThereInTheNextRun()
    {
        const auto engine = make();
        QVERIFY(engine);
        QSignalSpy changed(engine.get(), &Engine::indicesChanged);
        QVERIFY(waitFor(engine->keepIndex(own(u"Mine"_qs, u"nir / red"_qs))));
        QTRY_COMPARE(changed.size(), 1);
        QVERIFY(Engine::indices()->find(u"Mine"_qs));
        QCOMPARE(Engine::styleNamed(u"Mine"_qs)->formula, u"nir / red"_qs);

        const auto again = make();
        QVERIFY(again);
        QCOMPARE(Engine::indices()->find(u"Mine"_qs)->high, 2.0);
        QVERIFY(waitFor(again->removeIndex(u"Mine"_qs)));
        QVERIFY(!Engine::indices()->find(u"Mine"_qs));
        QVERIFY(!waitFor(again->removeIndex(u"Mine"_qs)));
        const auto shipped = waitFor(again->removeIndex(u"NDVI"_qs));
        QVERIFY(!shipped && Engine::indices()->find(u"NDVI"_qs));
    }

    void ownLook_isKeptAndReplaced()
    {
        const auto engine = make();
        QVERIFY(waitFor(engine->keepLook(u"Scars"_qs, {u"swir22"_qs, u"nir"_qs, u"red"_qs})));
        QVERIFY(waitFor(engine->keepIndex(own(u"Mine"_qs, u"nir"_qs))));
        QVERIFY(waitFor(engine->keepLook(u"Scars"_qs, {u"red"_qs})));
        QCOMPARE(Engine::styleNamed(u"own:Scars"_qs)->bands, QStringList {u"red"_qs});
        QVERIFY(!waitFor(engine->keepLook(u"Two"_qs, {u"red"_qs, u"nir"_qs})));
        QVERIFY(!waitFor(engine->keepLook(QString(), {u"red"_qs})));
        QVERIFY(make());
        QVERIFY(Engine::styleNamed(u"own:Scars"_qs) && Engine::indices()->find(u"Mine"_qs));
        QVERIFY(waitFor(engine->removeLook(u"Scars"_qs)));
        QVERIFY(!Engine::styleNamed(u"own:Scars"_qs));
        QVERIFY(!waitFor(engine->removeLook(u"Scars"_qs)));
    }

    void refused_leavesEverythingAsItWas()
    {
        const auto engine = make();
        QVERIFY(waitFor(engine->keepIndex(own(u"Mine"_qs, u"nir"_qs))));
        QFile before(keptFile());
        QVERIFY(before.open(QIODevice::ReadOnly));
        const QByteArray text = before.readAll();
        QVERIFY(!waitFor(engine->keepIndex(own(u"NDVI"_qs, u"nir"_qs))));
        QVERIFY(!waitFor(engine->keepIndex(own(u"Bad"_qs, u"nir +"_qs))));
        const QString file = m_folder->filePath(QStringLiteral("import.json"));
        for (const QByteArray &bad :
             {QByteArray("{"), QByteArray("[]"), QByteArray(R"({"SpectralIndices": {"A": {}}})")}) {
            write(file, bad);
            const auto refused = waitFor(engine->importIndices(file));
            QVERIFY(!refused && !refused.error().message.isEmpty());
        }
        QVERIFY(!waitFor(engine->importIndices(m_folder->filePath(QStringLiteral("absent.json")))));
        QFile after(keptFile());
        QVERIFY(after.open(QIODevice::ReadOnly));
        QCOMPARE(after.readAll(), text);
        QCOMPARE(Engine::indices()->all().size(), 61U);
    }

    void damagedFile_isToldAndLeftAlone()
    {
        for (const QByteArray &bad : {QByteArray("{\"indices\": [{}]}"), QByteArray("{\"indices"), QByteArray("7"),
                                      QByteArray(R"({"indices": [], "looks": [1]})")}) {
            write(keptFile(), bad);
            const auto engine = make();
            QVERIFY(engine);
            QCOMPARE(Engine::indices()->all().size(), 60U);
            QVERIFY2(engine->warnings().join(u' ').contains(QStringLiteral("indices.json")),
                     qPrintable(engine->warnings().join(u' ')));
            // Nothing is written over what a person may still mend.
            QVERIFY(!waitFor(engine->keepIndex(own(u"Mine"_qs, u"nir"_qs))));
            QFile file(keptFile());
            QVERIFY(file.open(QIODevice::ReadOnly));
            QCOMPARE(file.readAll(), bad);
        }
    }

    void import_isKept()
    {
        if (test::sharedData().isEmpty())
            QSKIP("../shared/data is absent");
        const auto engine = make();
        const QString folder = test::sharedData();
        const auto imported = waitFor(engine->importIndices(
            folder + u"/spectral-indices.json"_qs,
            {folder + u"/spectral-constants-v1.json"_qs, folder + u"/spectral-constants.json"_qs}));
        QVERIFY2(imported, qPrintable(imported ? QString() : imported.error().message));
        QCOMPARE(imported->count, 280);
        QVERIFY(imported->leftOut.isEmpty());
        QVERIFY(make());
        QCOMPARE(Engine::indices()->all().size(), 340U);
        QCOMPARE(Engine::indices()->find(u"WCI1"_qs)->constants.at(u"epsilon"_qs), 1e-10);
        QCOMPARE(Engine::looks(nullptr).size(), 342U);
    }
};

QTEST_GUILESS_MAIN(TestEngineIndices)
#include "tst_engineindices.moc"
