// SPDX-License-Identifier: Apache-2.0
#include "core/imagery/look.h"
#include "core/imagery/styles.h"

#include <QSet>
#include <QTest>

#include <cmath>

using namespace astra;
using namespace astra::imagery;

class TestStyles : public QObject
{
    Q_OBJECT

    static data::Scene scene(const QStringList &bands)
    {
        data::Scene made;
        made.id = u"scene"_qs;
        for (const auto &name : bands) {
            data::Asset asset;
            asset.key = name;
            asset.href = QUrl(u"https://example.com/"_qs + name + u".tif"_qs);
            asset.mediaType = u"image/tiff"_qs;
            asset.bands = {{name, name, 10.0}};
            made.assets.push_back(asset);
        }
        return made;
    }
    static processing::Index own(const QString &name, const QString &formula)
    {
        processing::Index index;
        index.name = name;
        index.formula = formula;
        return index;
    }
    static data::Block row(const std::vector<float> &values)
    {
        data::Block block(static_cast<int>(values.size()), 1);
        block.values = values;
        return block;
    }

private Q_SLOTS:
    void init()
    {
        processing::setIndexCatalogue(processing::IndexCatalogue::shipped());
        setOwnLooks({});
    }
    void cleanupTestCase() { init(); }

    void styles_areComplete()
    {
        QSet<QString> ids;
        for (const auto &style : styles()) {
            QVERIFY2(!ids.contains(style.id), qPrintable(style.id));
            ids.insert(style.id);
            QVERIFY(style.high > style.low);
            QVERIFY(!style.bands.isEmpty());
            QVERIFY2(style.index.isEmpty() ? style.bands.size() == 3 : render::ramp(style.ramp) != nullptr,
                     qPrintable(style.id));
            const auto found = styleNamed(style.id);
            QVERIFY2(found && *found == style, qPrintable(style.id));
        }
        QCOMPARE(ids.size(), 62);
    }

    /// What scripts and kept settings ask for.
    void ids_thatHaveAlwaysBeen()
    {
        for (const auto *id :
             {"true-color", "color-infrared", "ndvi", "ndwi", "mndwi", "ndmi", "ndsi", "nbr", "ndbi"}) {
            const auto style = styleNamed(QString::fromLatin1(id));
            QVERIFY2(style && style->id == QLatin1String(id), id);
        }
        const auto ndvi = *styleNamed(u"NDVI"_qs);
        QCOMPARE(ndvi.bands, (QStringList {u"nir"_qs, u"red"_qs}));
        QCOMPARE(ndvi.low, -0.2);
        QCOMPARE(ndvi.high, 0.9);
        QCOMPARE(ndvi.ramp, u"rdylgn"_qs);
        QVERIFY(!styleNamed(u"nonsense"_qs) && !styleNamed(QString()));
    }

    void case_tellsIndicesApart()
    {
        auto catalogue = processing::IndexCatalogue::shipped();
        QVERIFY(catalogue.add(own(u"BaI"_qs, u"red + swir16 - nir"_qs)));
        processing::setIndexCatalogue(catalogue);
        QCOMPARE(styleNamed(u"bai"_qs)->index, u"BAI"_qs); // the id it has always had
        QCOMPARE(styleNamed(u"BAI"_qs)->index, u"BAI"_qs);
        QCOMPARE(styleNamed(u"BaI"_qs)->formula, u"red + swir16 - nir"_qs);
    }

    void typed_formulasAndBands()
    {
        const auto formula = styleNamed(u"formula:nir / red"_qs);
        QVERIFY(formula && formula->stretch);
        QCOMPARE(formula->formula, u"nir / red"_qs);
        QVERIFY(!styleNamed(u"formula:nir /"_qs));
        const auto bands = styleNamed(u"bands:swir22, nir,red"_qs);
        QVERIFY(bands && bands->stretch && bands->index.isEmpty());
        QCOMPARE(bands->id, u"bands:swir22,nir,red"_qs);
        QCOMPARE(styleNamed(u"bands:nir"_qs)->bands, QStringList {u"nir"_qs});
        QVERIFY(!styleNamed(u"bands:"_qs) && !styleNamed(u"bands:a,b"_qs) && !styleNamed(u"bands:a,b,c,d"_qs));
    }

    void ownLooks_areFoundByName()
    {
        setOwnLooks({{u"Burn scars"_qs, {u"swir22"_qs, u"nir"_qs, u"red"_qs}}});
        QCOMPARE(styleNamed(u"own:Burn scars"_qs)->bands, (QStringList {u"swir22"_qs, u"nir"_qs, u"red"_qs}));
        QVERIFY(!styleNamed(u"own:burn scars"_qs));
        QCOMPARE(styles().size(), 63U);
        const auto again = ownLooksFrom(toJson(ownLooks()));
        QVERIFY(again);
        QCOMPARE(*again, ownLooks());
        QVERIFY(!ownLooksFrom(*parseJson(R"([{"name": "x", "bands": ["a", "b"]}])")));
        QVERIFY(!ownLooksFrom(*parseJson(R"([{"name": "", "bands": ["a"]}])")));
        QVERIFY(!ownLooksFrom(*parseJson(R"([7])")));
    }

    void look_readsWhatTheFormulaNeeds()
    {
        const auto look = Look::of(scene({u"nir08"_qs, u"red"_qs, u"scl"_qs}), [] {
            auto style = *styleNamed(u"ndvi"_qs);
            style.maskClouds = true;
            return style;
        }());
        QVERIFY2(look, qPrintable(look ? QString() : look.error().message));
        QCOMPARE(look->bands.mid(1), (QStringList {u"red"_qs, u"scl"_qs}));
        QVERIFY(look->computes && look->mask);
        QCOMPARE(look->drawn().size(), 2);
    }

    void look_saysWhatIsMissing()
    {
        const auto none = Look::of(scene({u"red"_qs}), *styleNamed(u"ndvi"_qs));
        QVERIFY(!none && none.error().message.contains(u"nir") && none.error().message.contains(u"NDVI"));
        const auto typed = Look::of(scene({u"red"_qs}), *styleNamed(u"formula:red + nit"_qs));
        QVERIFY2(!typed && typed.error().message.contains(u"7") && typed.error().message.contains(u"nit"),
                 qPrintable(typed ? QString() : typed.error().message));
        QVERIFY(!Look::of(scene({u"red"_qs}), *styleNamed(u"formula:1 + 2"_qs)));
        QVERIFY(!Look::of(scene({u"red"_qs}), *styleNamed(u"bands:red,green,blue"_qs)));
    }

    void look_ofAResult_isExactAboutItsName()
    {
        auto catalogue = processing::IndexCatalogue::shipped();
        QVERIFY(catalogue.add(own(u"BaI"_qs, u"red + swir16 - nir"_qs)));
        processing::setIndexCatalogue(catalogue);
        const auto result = scene({u"BAI"_qs});
        QVERIFY(holdsIndex(result, *styleNamed(u"bai"_qs)));
        QVERIFY(!holdsIndex(result, *styleNamed(u"BaI"_qs)));
        QVERIFY(!Look::of(result, *styleNamed(u"BaI"_qs)));
        QCOMPARE(Look::defaultStyle(result).index, u"BAI"_qs);
    }

    void prepared_masksBeforeItComputes()
    {
        // where() looks only at the branch it takes: a masked pixel must not get a value by it.
        auto style = *styleNamed(u"formula:where(red > 0, 1, 2) + 0 * nir"_qs);
        style.maskClouds = true;
        const auto look = Look::of(scene({u"red"_qs, u"nir"_qs, u"scl"_qs}), style);
        QVERIFY(look);
        const auto values = prepared(*look, {row({1, 1, -1}), row({1, 1, 1}), row({4, 9, 4})});
        QCOMPARE(values.size(), 1U);
        QCOMPARE(values[0].values[0], 1.0F);
        QVERIFY(std::isnan(values[0].values[1]));
        QCOMPARE(values[0].values[2], 2.0F);
    }

    void stretch_isOfTheIndex()
    {
        const auto look = Look::of(scene({u"red"_qs, u"nir"_qs}), *styleNamed(u"formula:nir - red"_qs));
        QVERIFY(look);
        std::vector<float> nir(101);
        for (std::size_t i = 0; i < nir.size(); ++i)
            nir[i] = static_cast<float>(i) + 10;
        const auto stretch = stretchOf(*look, {row(nir), row(std::vector<float>(101, 10))});
        QCOMPARE(stretch.size(), 1U);
        QCOMPARE(stretch[0].first, 2.0);
        QCOMPARE(stretch[0].second, 98.0);
    }
};

QTEST_GUILESS_MAIN(TestStyles)
#include "tst_styles.moc"
