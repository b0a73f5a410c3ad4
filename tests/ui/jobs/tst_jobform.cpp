// SPDX-License-Identifier: Apache-2.0
#include "tests/ui/settings/fieldlab.h"
#include "ui/jobs/jobform.h"

#include <QSignalSpy>
#include <QTest>

using namespace astra;
using jobs::JobForm;
using testing::FieldLab;

/// A job that a service computes is not sent before there is a key for it.
class TestJobForm : public QObject
{
    Q_OBJECT

private:
    FieldLab m_lab;

    [[nodiscard]] static data::Acquisition scene()
    {
        data::Scene scene;
        scene.provider = QStringLiteral("plots");
        scene.id = QStringLiteral("plot-7-may");
        for (const auto *name : {"red", "nir"}) {
            data::Asset band;
            band.key = QString::fromLatin1(name);
            band.href = QUrl(u"https://example.org/%1.tif"_qs.arg(band.key));
            band.mediaType = QStringLiteral("image/tiff; application=geotiff; profile=cloud-optimized");
            band.bands = {{band.key, band.key, 10.0}};
            scene.assets.push_back(band);
        }
        return {{scene}};
    }

    [[nodiscard]] static data::Acquisition sceneOf(const QString &id, const QDate &day)
    {
        auto one = scene();
        one.copies.front().id = id;
        one.copies.front().datetime = day.startOfDay(Qt::UTC);
        return one;
    }

private Q_SLOTS:
    void everyOperation_isOfferedOnceAndAsItIsDeclared()
    {
        JobForm form;
        QStringList names;
        for (const auto &operation : form.operations())
            names.append(operation.toMap()[QStringLiteral("name")].toString());
        QStringList declared;
        for (const auto &info : engine::Engine::operations()) {
            if (info.shorthandFor.isEmpty())
                declared.append(info.name);
        }
        QCOMPARE(names, declared);
        for (const auto &info : engine::Engine::operations()) {
            if (!info.shorthandFor.isEmpty())
                continue;
            form.setOperation(info.name);
            QCOMPARE(form.parameters()->rowCount(), static_cast<int>(info.parameters.size()));
            QCOMPARE(form.help(), info.text);
            QCOMPARE(form.formats().isEmpty(), !info.writesRaster);
        }
    }

    void twoScenes_areBeforeAndAfterByTheirTime()
    {
        const QTemporaryDir dir;
        JobForm form;
        form.setEngine(testing::labEngine(m_lab, dir, Json::array({m_lab.computer()})));
        form.setOperation(QStringLiteral("change"));
        QCOMPARE(form.operation(), QStringLiteral("change"));
        form.setScene(sceneOf(QStringLiteral("late"), {2025, 6, 30}));
        QVERIFY(form.canPick());
        QVERIFY2(form.obstacle().contains(u"2 scenes"), qPrintable(form.obstacle()));
        form.pickShown();
        QVERIFY(!form.canPick());
        form.setScene(sceneOf(QStringLiteral("early"), {2024, 6, 30}));
        form.pickShown();
        QCOMPARE(form.scenes()->scenes().front().best().id, QStringLiteral("early"));
        QVERIFY2(!form.obstacle().contains(u"2 scenes"), qPrintable(form.obstacle()));
        form.scenes()->add(sceneOf(QStringLiteral("between"), {2025, 1, 1}));
        QCOMPARE(form.scenes()->scenes()[1].best().id, QStringLiteral("between"));
        QVERIFY(!form.obstacle().isEmpty());
        form.scenes()->remove(form.scenes()->keys().at(1));
        QCOMPARE(form.scenes()->count(), 2);
        form.setEngine(nullptr);
    }

    void manyScenes_becomeAJobEach()
    {
        const QTemporaryDir dir;
        const auto engine = testing::labEngine(m_lab, dir, Json::array({m_lab.computer()}));
        JobForm form;
        form.setEngine(engine);
        for (int day = 1; day <= 3; ++day)
            form.scenes()->add(sceneOf(u"plot-%1"_qs.arg(day), {2025, 6, day}));
        QCOMPARE(form.runText(), QStringLiteral("Run NDVI on 3 scenes"));
        QCOMPARE(form.obstacle(), QString());
        form.run();
        QTRY_COMPARE(engine->jobs().size(), std::size_t {3});
        QSet<QString> outputs;
        for (const auto *job : engine->jobs()) {
            QCOMPARE(job->request().inputs.size(), std::size_t {1});
            outputs.insert(job->request().output);
        }
        QCOMPARE(outputs.size(), 3);
        form.setEngine(nullptr);
    }

    void aRecipeTakenOver_isWhatRuns()
    {
        const QTemporaryDir dir;
        const auto engine = testing::labEngine(m_lab, dir, Json::array({m_lab.computer()}));
        JobForm form;
        form.setEngine(engine);
        engine::Engine::Reproduction again;
        again.request.recipe.parameters = {{"index", "NDWI"}};
        again.request.recipe.maskDilation = 60;
        again.request.recipe.resampling = QStringLiteral("nearest");
        auto wet = sceneOf(QStringLiteral("wet"), {2025, 6, 1});
        wet.copies.front().assets[0].bands[0].commonName = QStringLiteral("green");
        again.request.inputs = {wet};
        again.notes = {QStringLiteral("Another version.")};
        form.take(again);
        QVERIFY2(form.notes().endsWith(u"Another version."), qPrintable(form.notes()));
        QCOMPARE(form.runText(), QStringLiteral("Run NDWI"));
        QCOMPARE(form.scenes()->count(), 1);
        form.run();
        QTRY_COMPARE(engine->jobs().size(), std::size_t {1});
        const auto &recipe = engine->jobs().front()->request().recipe;
        QVERIFY(recipe.parameters == (Json {{"index", "NDWI"}}));
        QCOMPARE(recipe.resampling, QStringLiteral("nearest"));
        QVERIFY(!recipe.bbox);

        // What the recipe was cut to, until another rectangle is drawn.
        const data::GeoBox then {7, 51, 8, 52};
        again.request.recipe.bbox = then;
        form.setArea({20, 10, 21, 11});
        form.take(again);
        QCOMPARE(form.overs().size(), 4);
        QCOMPARE(form.over(), 3);
        form.run();
        QTRY_COMPARE(engine->jobs().size(), std::size_t {2});
        QVERIFY(engine->jobs().front()->request().recipe.bbox == then);
        const data::GeoBox drawn {7.5, 51, 7.6, 51.1};
        form.setArea(drawn);
        QCOMPARE(form.over(), 0);
        form.run();
        QTRY_COMPARE(engine->jobs().size(), std::size_t {3});
        QVERIFY(engine->jobs().front()->request().recipe.bbox == drawn);
        QCOMPARE(engine->jobs().front()->request().recipe.resampling, QStringLiteral("nearest"));
        form.dropRecipe();
        QCOMPARE(form.notes(), QString());
        form.run();
        QTRY_COMPARE(engine->jobs().size(), std::size_t {4});
        QCOMPARE(engine->jobs().front()->request().recipe.resampling, QString());
        form.setEngine(nullptr);
    }

    void polygonsOfAFile_areWhatTheJobIsOver()
    {
        const QTemporaryDir dir;
        const auto engine = testing::labEngine(m_lab, dir, Json::array({m_lab.computer()}));
        JobForm form;
        form.setEngine(engine);
        form.setScene(scene());
        form.setAreaFile(QUrl::fromLocalFile(dir.filePath(QStringLiteral("nothing.geojson"))));
        QTRY_VERIFY2(form.obstacle().contains(u"nothing.geojson"), qPrintable(form.obstacle()));
        QFile file(dir.filePath(QStringLiteral("farm.geojson")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(R"({"type":"Polygon","coordinates":[[[7,51],[7.1,51],[7.1,51.1],[7,51]]]})");
        file.close();
        form.setAreaFile(QUrl::fromLocalFile(file.fileName()));
        QTRY_COMPARE(form.overs().at(2), QStringLiteral("farm.geojson · 1 area(s)"));
        QCOMPARE(form.obstacle(), QString());
        QVERIFY(form.setProperty("crs", QStringLiteral("EPSG:32632")));
        QVERIFY(form.setProperty("pixel", QStringLiteral("20")));
        QVERIFY(form.setProperty("resampling", 1));
        QVERIFY(form.setProperty("codec", 2));
        form.run();
        QTRY_COMPARE(engine->jobs().size(), std::size_t {1});
        const auto &recipe = engine->jobs().front()->request().recipe;
        QVERIFY(!recipe.bbox);
        QCOMPARE(recipe.area.size(), std::size_t {1});
        QVERIFY(recipe.grid && recipe.grid->crs == u"EPSG:32632" && recipe.grid->pixel == 20);
        QCOMPARE(recipe.resampling, QStringLiteral("nearest"));
        QCOMPARE(recipe.codec, QStringLiteral("deflate"));
        QVERIFY(form.setProperty("pixel", QStringLiteral("-3")));
        QVERIFY(!form.obstacle().isEmpty());
        form.setEngine(nullptr);
    }

    void pixelsThatCost_areSaidToBeforeTheRun()
    {
        const QTemporaryDir dir;
        JobForm form;
        form.setEngine(testing::labEngine(m_lab, dir, Json::array({m_lab.computer()})));
        form.setScene(scene());
        QCOMPARE(form.cost(), QString());
        auto paid = scene();
        for (auto &asset : paid.copies.front().assets)
            asset.access = data::Access::Paid;
        form.setScene(paid);
        QVERIFY2(form.cost().contains(u"is charged for"), qPrintable(form.cost()));
        // What a service reads, it pays for.
        for (int i = 1; i < form.backends().size(); ++i) {
            QVERIFY(form.setProperty("backend", i));
            QCOMPARE(form.cost(), QString());
        }
        form.setEngine(nullptr);
        QCOMPARE(form.cost(), QString());
    }

    void withoutAKey_oneIsAskedFor()
    {
        const QTemporaryDir dir;
        const auto engine = testing::labEngine(m_lab, dir, Json::array({m_lab.computer()}));
        JobForm form;
        form.setEngine(engine);
        form.setScene(scene());
        int greenhouse = -1;
        for (int i = 0; i < form.backends().size(); ++i) {
            if (form.backends()[i].toMap()[QStringLiteral("id")].toString() == u"greenhouse")
                greenhouse = i;
        }
        QVERIFY(greenhouse > 0);
        // Here nothing is needed, and nobody is to be asked for it.
        QVERIFY(!form.keyNeeded());
        QCOMPARE(form.connection(), QString());

        QVERIFY(form.setProperty("backend", greenhouse));
        QVERIFY(form.keyNeeded());
        QCOMPARE(form.obstacle(), QStringLiteral("This service needs a key."));
        QCOMPARE(form.connection(), QStringLiteral("fieldlab"));
        form.run();
        QVERIFY(engine->jobs().empty());

        QSignalSpy changed(&form, &JobForm::changed);
        data::SignInRequest request;
        request.service = QStringLiteral("fieldlab");
        request.fields.insert(QStringLiteral("key"), Secret(FieldLab::mainKey()));
        QVERIFY(waitFor(engine->signIn(request)));
        QTRY_VERIFY(!form.keyNeeded());
        QTRY_VERIFY(changed.count() > 0);
        QVERIFY(form.obstacle() != u"This service needs a key.");
        // Its use changes the account, and nothing here.
        const auto told = changed.count();
        QVERIFY(waitFor(engine->testAccount(QStringLiteral("fieldlab"))));
        QCoreApplication::processEvents();
        QCOMPARE(changed.count(), told);
        QVERIFY(waitFor(engine->signOut(QStringLiteral("fieldlab"))));
        QTRY_VERIFY(form.keyNeeded());
        form.setEngine(nullptr);
    }
};

QTEST_GUILESS_MAIN(TestJobForm)
#include "tst_jobform.moc"
