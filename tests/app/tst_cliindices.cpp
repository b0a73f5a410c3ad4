// SPDX-License-Identifier: Apache-2.0
// The catalogue of indices on the command line.
#include "core/base/json.h"
#include "tests/app/program.h"
#include "tests/support/shareddata.h"

#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

using namespace astra;
using test::Run;

class TestCliIndices : public QObject
{
    Q_OBJECT

    [[nodiscard]] Run run(const QStringList &words) const
    {
        return test::runAstra(QStringList {u"--offline"_qs, u"--config"_qs, m_folder->filePath(u"config"_qs),
                                           u"--data"_qs, m_folder->filePath(u"data"_qs), u"indices"_qs}
                              + words);
    }
    [[nodiscard]] static Json documentOf(const Run &run)
    {
        const auto json = parseJson(run.output);
        return json ? *json : Json();
    }
    std::unique_ptr<QTemporaryDir> m_folder;

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void list_hasAllThatIsShipped()
    {
        const Run plain = run({});
        QCOMPARE(plain.status, 0);
        QCOMPARE(plain.output.count('\n'), 60);
        const Json document = documentOf(run({u"list"_qs, u"--json"_qs}));
        QCOMPARE(document["indices"].size(), 60U);
        QCOMPARE(document["indices"][0]["name"], Json("NDVI"));
        QCOMPARE(document["indices"][0]["origin"], Json("shipped"));
        QCOMPARE(documentOf(run({u"list"_qs, u"--domain"_qs, u"snow"_qs, u"--json"_qs}))["indices"].size(), 3U);
    }

    void show_one()
    {
        const Json savi = documentOf(run({u"show"_qs, u"savi"_qs, u"--json"_qs}));
        QCOMPARE(savi["name"], Json("SAVI"));
        QCOMPARE(savi["constants"]["L"], Json(0.5));
        const Run none = run({u"show"_qs, u"NDVIX"_qs});
        QVERIFY(none.status != 0 && none.output.isEmpty());
        QVERIFY2(none.messages.contains("NDVI"), none.messages.constData());
    }

    void import_thenTellsCasesApart()
    {
        if (test::sharedData().isEmpty())
            QSKIP("../shared/data is absent");
        const Run imported = run({u"import"_qs, test::sharedData() + u"/spectral-indices.json"_qs, u"--json"_qs});
        QCOMPARE(imported.status, 0);
        QCOMPARE(documentOf(imported)["imported"], Json(280));
        QCOMPARE(documentOf(run({u"list"_qs, u"--json"_qs}))["indices"].size(), 340U);
        QCOMPARE(documentOf(run({u"show"_qs, u"BaI"_qs, u"--json"_qs}))["domain"], Json("soil"));
        QCOMPARE(documentOf(run({u"show"_qs, u"BAI"_qs, u"--json"_qs}))["domain"], Json("burn"));
        const Run both = run({u"show"_qs, u"bai"_qs});
        QVERIFY(both.status != 0 && both.messages.contains("BAI, BaI"));
        QCOMPARE(run({u"remove"_qs, u"BaI"_qs}).status, 0);
        QCOMPARE(documentOf(run({u"list"_qs, u"--json"_qs}))["indices"].size(), 339U);
    }

    void scene_saysWhatItLacks()
    {
        const QString folder = test::sharedData() + u"/rasters/l7-olinda"_qs;
        if (test::sharedData().isEmpty())
            QSKIP("../shared/data is absent");
        const auto files = QDir(folder).entryList({u"*.tif"_qs, u"*.TIF"_qs}, QDir::Files);
        QVERIFY2(!files.isEmpty(), qPrintable(folder));
        const Json document = documentOf(run({u"list"_qs, u"--scene"_qs, folder + u'/' + files.first(), u"--json"_qs}));
        QCOMPARE(document["indices"].size(), 60U);
        for (const auto &index : document["indices"])
            QCOMPARE(index["available"] == Json(true), index["obstacle"].is_null());
    }

    void own_addedAndRemoved()
    {
        const Json added = documentOf(run({u"add"_qs, u"--name"_qs, u"Mine"_qs, u"--formula"_qs, u"nir * gain / red"_qs,
                                           u"--constant"_qs, u"gain=2"_qs, u"--range"_qs, u"0,10"_qs, u"--json"_qs}));
        QCOMPARE(added["origin"], Json("own"));
        QCOMPARE(added["constants"]["gain"], Json(2.0));
        QCOMPARE(documentOf(run({u"show"_qs, u"Mine"_qs, u"--json"_qs}))["range"], Json::array({0.0, 10.0}));
        const Run wrong = run({u"add"_qs, u"--name"_qs, u"Other"_qs, u"--formula"_qs, u"nir + "_qs});
        QVERIFY(wrong.status != 0);
        QVERIFY2(wrong.messages.contains("Other"), wrong.messages.constData());
        QVERIFY(run({u"add"_qs, u"--name"_qs, u"NDVI"_qs, u"--formula"_qs, u"nir"_qs}).status != 0);
        QCOMPARE(run({u"add"_qs, u"--name"_qs, u"Both"_qs}).status, 2);
        QCOMPARE(run({u"add"_qs, u"--name"_qs, u"Scars"_qs, u"--bands"_qs, u"swir22,nir,red"_qs}).status, 0);
        QCOMPARE(run({u"remove"_qs, u"own:Scars"_qs}).status, 0);
        QCOMPARE(run({u"remove"_qs, u"Mine"_qs}).status, 0);
        QVERIFY(run({u"remove"_qs, u"Mine"_qs}).status != 0);
        QVERIFY(run({u"remove"_qs, u"NDVI"_qs}).status != 0);
    }
};

QTEST_GUILESS_MAIN(TestCliIndices)
#include "tst_cliindices.moc"
