// SPDX-License-Identifier: Apache-2.0
#include "core/data/sensor.h"
#include "core/processing/indexcatalogue.h"
#include "core/render/style.h"
#include "tests/support/shareddata.h"

#include <QLocale>
#include <QTest>

#include <cmath>
#include <functional>
#include <limits>
#include <set>

using namespace astra;
using namespace astra::processing;

class TestIndexCatalogue : public QObject
{
    Q_OBJECT

    static Json table(const char *path)
    {
        const auto json = readJsonFile(QStringLiteral(ASTRA_SOURCE_DIR "/tests/data/") + QString::fromLatin1(path));
        return json ? *json : Json();
    }
    static Json shared(const char *name)
    {
        return *readJsonFile(test::sharedData() + u'/' + QString::fromLatin1(name));
    }

    static SceneFacts facts(const QStringList &bands)
    {
        SceneFacts made;
        made.id = u"SCENE"_qs;
        made.bands = bands;
        return made;
    }
    static SceneFacts sensor(const QString &product, const QString &platform)
    {
        SceneFacts made = facts({});
        for (const auto &band : data::sensorFor(product, platform)->bands) {
            made.bands << band.band.commonName;
            if (const auto wavelength = band.wavelength(platform))
                made.wavelengths[band.band.commonName] = *wavelength;
        }
        return made;
    }

    /// The formula on one pixel.
    static float value(const ResolvedFormula &formula, const std::map<QString, float> &spectrum)
    {
        std::vector<float> numbers;
        for (const auto &band : formula.bands)
            numbers.push_back(spectrum.at(band));
        std::vector<Source> inputs(numbers.size());
        for (std::size_t i = 0; i < numbers.size(); ++i)
            inputs[i].values = &numbers[i];
        float out = 0;
        formula.evaluator.run(inputs, &out, 1);
        return out;
    }

    /// Every index of a table {"bands", "spectra": {name: [..]}, index: [values; null = nodata]} against the catalogue.
    static void compare(const IndexCatalogue &catalogue, const Json &table, const QString &prefix, double tolerance,
                        const std::function<Json(const Json &)> &valuesOf)
    {
        const QStringList bands = asStringList(table["bands"]);
        SceneFacts scene = facts(bands);
        for (const auto &[band, wavelength] : member(table, "wavelengths").items())
            scene.wavelengths[QString::fromStdString(band)] = wavelength.get<double>();
        int compared = 0;
        for (const auto &[name, entry] : table["indices"].items()) {
            const Index *found = catalogue.find(prefix + QString::fromStdString(name));
            QVERIFY2(found, name.c_str());
            Index index = *found;
            if (table.contains("PAR"))
                index.constants[u"PAR"_qs] = table["PAR"].get<double>();
            const auto formula = resolve(index, scene);
            QVERIFY2(formula, qPrintable(formula ? QString() : formula.error().message));
            const Json values = valuesOf(entry);
            std::size_t place = 0;
            for (const auto &[surface, spectrum] : table["spectra"].items()) {
                // nlohmann's objects are sorted; the values stand in the order of the file.
                place = static_cast<std::size_t>(std::distance(
                    s_order.begin(), std::find(s_order.begin(), s_order.end(), QString::fromStdString(surface))));
                std::map<QString, float> pixel;
                for (int i = 0; i < bands.size(); ++i)
                    pixel[bands[i]] = spectrum[static_cast<std::size_t>(i)].get<float>();
                const auto got = static_cast<double>(value(*formula, pixel));
                const QByteArray what = QByteArray::fromStdString(name + " on " + surface) + ": "
                    + QByteArray::number(got);
                if (values[place].is_null()) {
                    QVERIFY2(std::isnan(got), what.constData());
                } else {
                    const double expected = values[place].get<double>();
                    QVERIFY2(std::abs(got - expected) <= tolerance * std::max(1.0, std::abs(expected)),
                             QByteArray(what + " instead of " + QByteArray::number(expected)).constData());
                }
                ++compared;
            }
        }
        QCOMPARE(compared, static_cast<int>(table["indices"].size() * table["spectra"].size()));
    }
    /// The names of a table's spectra as they stand in the file.
    static QStringList s_order;
    static void readOrder(const char *path)
    {
        QFile file(QStringLiteral(ASTRA_SOURCE_DIR "/tests/data/") + QString::fromLatin1(path));
        QVERIFY(file.open(QIODevice::ReadOnly));
        s_order.clear();
        const auto ordered = nlohmann::ordered_json::parse(file.readAll().toStdString());
        for (const auto &[name, spectrum] : ordered["spectra"].items())
            s_order << QString::fromStdString(name);
    }

    static Json oneEntry(const char *name, const char *formula)
    {
        return {{"SpectralIndices", {{name, {{"short_name", name}, {"formula", formula}}}}}};
    }
    static Index own(const QString &name, const QString &formula)
    {
        Index index;
        index.name = name;
        index.formula = formula;
        return index;
    }

private Q_SLOTS:
    void init() { setIndexCatalogue(IndexCatalogue::shipped()); }

    void shipped_isWhole()
    {
        const auto &all = IndexCatalogue::shipped().all();
        QCOMPARE(all.size(), 60U);
        const std::set<QString> domains {u"vegetation"_qs, u"water"_qs, u"snow"_qs,
                                         u"burn"_qs,       u"urban"_qs, u"soil"_qs};
        for (const auto &index : all) {
            QVERIFY2(!index.title.isEmpty() && !index.purpose.isEmpty() && !index.source.isEmpty(),
                     qPrintable(index.name));
            QVERIFY2(render::ramp(index.ramp) && index.low < index.high && index.origin.isEmpty(),
                     qPrintable(index.name));
            QVERIFY2(domains.count(index.domain) == 1, qPrintable(index.domain));
        }
    }

    void shipped_givesWhatNumpyGives()
    {
        readOrder("indices_reference.json");
        compare(IndexCatalogue::shipped(), table("indices_reference.json"), QString(), 2e-5,
                [](const Json &entry) { return entry["values"]; });
    }

    void ndvi_atTheEdges()
    {
        const auto formula = resolve(*IndexCatalogue::shipped().find(u"NDVI"_qs), facts({u"red"_qs, u"nir"_qs}));
        const auto ndvi = [&](float nir, float red) { return value(*formula, {{u"nir"_qs, nir}, {u"red"_qs, red}}); };
        const float none = std::numeric_limits<float>::quiet_NaN();
        QVERIFY(std::abs(ndvi(0.5F, 0.1F) - 0.4 / 0.6) < 1e-6);
        QVERIFY(std::abs(ndvi(0.1F, 0.3F) + 0.5) < 1e-6); // no wrap-around below zero
        QVERIFY(std::isnan(ndvi(0, 0)));
        QVERIFY(std::isnan(ndvi(none, 0.2F)) && std::isnan(ndvi(0.2F, none)));
        QVERIFY(std::isnan(ndvi(-0.1F, 0.1F))); // −0.2 / 0: no infinity
        QVERIFY(std::abs(ndvi(0.3F, -0.1F) - 2.0) < 1e-6); // beyond 1 with a negative reflectance: shown, not hidden
    }

    void shipped_runsOnManySensors()
    {
        const auto count = [](const SceneFacts &scene) {
            const auto &all = IndexCatalogue::shipped().all();
            return std::count_if(all.begin(), all.end(), [&](const Index &i) { return resolve(i, scene).has_value(); });
        };
        QCOMPARE(count(sensor(u"sentinel-2-l2a"_qs, u"sentinel-2b"_qs)), 60);
        QCOMPARE(count(sensor(u"landsat-c2-l2"_qs, u"landsat-8"_qs)), 50);
        QCOMPARE(count(sensor(u"landsat-c2-l2"_qs, u"landsat-5"_qs)), 50);
        QCOMPARE(count(sensor(u"naip"_qs, QString())), 25);
    }

    void find_tellsCasesApart()
    {
        IndexCatalogue catalogue = IndexCatalogue::shipped();
        QCOMPARE(catalogue.find(u"ndvi"_qs)->name, u"NDVI"_qs);
        QCOMPARE(catalogue.find(u"bai"_qs)->name, u"BAI"_qs);
        QVERIFY(catalogue.add(own(u"BaI"_qs, u"red + swir16 - nir"_qs)));
        QCOMPARE(catalogue.find(u"BAI"_qs)->domain, u"burn"_qs);
        QCOMPARE(catalogue.find(u"BaI"_qs)->formula, u"red + swir16 - nir"_qs);
        QVERIFY(!catalogue.find(u"bai"_qs)); // which?
        QVERIFY(catalogue.notFound(u"bai"_qs).message.contains(u"BAI, BaI"));
        QVERIFY(!catalogue.find(QString()));
        QVERIFY(catalogue.notFound(u"NDVI2"_qs).message.contains(u"NDVI"));
        QVERIFY(catalogue.notFound(QString(100000, u'x')).message.size() < 300);
    }

    void resolve_saysWhatIsMissing()
    {
        const auto &catalogue = IndexCatalogue::shipped();
        const auto none = resolve(*catalogue.find(u"NDRE"_qs), facts({u"red"_qs, u"nir"_qs}));
        QVERIFY(!none);
        QCOMPARE(none.error().message, u"SCENE has no rededge071, which NDRE needs; it has: red, nir"_qs);
        const auto two = resolve(*catalogue.find(u"IBI"_qs), facts({u"blue"_qs}));
        QVERIFY(!two);
        for (const auto &band : {u"swir16"_qs, u"nir"_qs, u"red"_qs, u"green"_qs})
            QVERIFY2(two.error().message.contains(band), qPrintable(two.error().message));
    }

    void resolve_findsBandsAsFindBandDoes()
    {
        const Index &ndvi = *IndexCatalogue::shipped().find(u"NDVI"_qs);
        QCOMPARE(resolve(ndvi, facts({u"red"_qs, u"nir"_qs}))->bands, (QStringList {u"nir"_qs, u"red"_qs}));
        QCOMPARE(resolve(ndvi, facts({u"red"_qs, u"nir08"_qs}))->bands, (QStringList {u"nir08"_qs, u"red"_qs}));
        const Index &ndmi = *IndexCatalogue::shipped().find(u"NDMI"_qs);
        QCOMPARE(resolve(ndmi, facts({u"swir16"_qs, u"nir"_qs}))->bands, (QStringList {u"nir"_qs, u"swir16"_qs}));
        // Native names, with and without a leading zero.
        const auto native = resolve(u"(B8 - B04) / (B08 + B4)"_qs, {}, facts({u"B08"_qs, u"B04"_qs}));
        QCOMPARE(native->bands, (QStringList {u"B08"_qs, u"B04"_qs}));
        // Where one band stands for two names, it is read once.
        QCOMPARE(resolve(u"nir - nir08"_qs, {}, facts({u"nir08"_qs}))->bands, QStringList {u"nir08"_qs});
    }

    void resolve_pointsAtTheCharacter()
    {
        const auto unknown = resolve(u"nir / redd"_qs, {}, facts({u"red"_qs, u"nir"_qs}));
        QVERIFY(!unknown);
        QVERIFY2(unknown.error().message.contains(u"redd") && unknown.error().message.contains(u"7")
                     && unknown.error().message.contains(u"nir, red"),
                 qPrintable(unknown.error().message));
        QVERIFY(!resolve(u"nir /"_qs, {}, facts({u"nir"_qs})));
        const auto constant = resolve(u"nir * L"_qs, {{u"L"_qs, 2.0}}, facts({u"nir"_qs}));
        QVERIFY(constant);
        QCOMPARE(value(*constant, {{u"nir"_qs, 0.25F}}), 0.5F);
    }

    void resolve_knowsWavelengths()
    {
        const auto scene = sensor(u"landsat-c2-l2"_qs, u"landsat-8"_qs);
        const auto formula = resolve(u"red * wavelength_nir"_qs, {}, scene);
        QVERIFY(formula);
        QCOMPARE(value(*formula, {{u"red"_qs, 2.0F}}), 1730.0F);
        const auto unknown = resolve(u"red * wavelength_red"_qs, {}, facts({u"red"_qs}));
        QVERIFY(!unknown && unknown.error().message.contains(u"red"));
    }

    void import_evaluatesEveryFormula()
    {
        if (test::sharedData().isEmpty())
            QSKIP("../shared/data is absent");
        IndexCatalogue catalogue = IndexCatalogue::shipped();
        const auto count = catalogue.import(shared("spectral-indices.json"));
        QVERIFY2(count, qPrintable(count ? QString() : count.error().message));
        QCOMPARE(*count, 280);
        QCOMPARE(catalogue.all().size(), 340U);
        readOrder("indices/asi_reference.json");
        const Json expected = table("indices/asi_reference.json");
        QCOMPARE(expected["indices"].size(), 280U);
        compare(catalogue, expected, u"ASI."_qs, 1e-4, [](const Json &entry) { return entry; });

        // Constants given with it: the same here, as they are what the table of the program holds.
        const Json documents = Json::array({shared("spectral-constants-v1.json"), shared("spectral-constants.json")});
        IndexCatalogue given = IndexCatalogue::shipped();
        QVERIFY(given.import(shared("spectral-indices.json"), documents));
        compare(given, expected, u"ASI."_qs, 1e-4, [](const Json &entry) { return entry; });
    }

    void import_keepsNamesApart()
    {
        if (test::sharedData().isEmpty())
            QSKIP("../shared/data is absent");
        IndexCatalogue catalogue = IndexCatalogue::shipped();
        QVERIFY(catalogue.import(shared("spectral-indices.json")));
        QCOMPARE(catalogue.find(u"BAI"_qs)->origin, QString()); // ours stays ours
        QCOMPARE(catalogue.find(u"BaI"_qs)->origin, u"ASI"_qs);
        QCOMPARE(catalogue.find(u"ASI.BAI"_qs)->domain, u"burn"_qs);
        QCOMPARE(catalogue.find(u"ASI.BaI"_qs), catalogue.find(u"BaI"_qs));
        QVERIFY(catalogue.find(u"BaI"_qs)->formula != catalogue.find(u"ASI.BAI"_qs)->formula);
        QVERIFY(catalogue.find(u"MSR705"_qs)->formula != catalogue.find(u"mSR705"_qs)->formula);
        QVERIFY(!catalogue.find(u"msr705"_qs));
        QCOMPARE(catalogue.find(u"BI"_qs)->formula, IndexCatalogue::shipped().find(u"BI"_qs)->formula);
        // Done twice, it is there once.
        QCOMPARE(*catalogue.import(shared("spectral-indices.json")), 280);
        QCOMPARE(catalogue.all().size(), 340U);
    }

    /// The counts of the contract; an old Landsat's one near infrared serves three more, which ask for the narrow one.
    void import_countsBySensor_data()
    {
        QTest::addColumn<QStringList>("bands");
        QTest::addColumn<int>("count");
        QTest::addColumn<QStringList>("byStandIn");
        const QStringList tm {u"blue"_qs, u"green"_qs, u"red"_qs, u"nir"_qs, u"swir16"_qs, u"swir22"_qs, u"lwir"_qs};
        QTest::newRow("Sentinel-2") << QStringList {u"coastal"_qs,    u"blue"_qs,       u"green"_qs,      u"red"_qs,
                                                    u"rededge071"_qs, u"rededge075"_qs, u"rededge078"_qs, u"nir"_qs,
                                                    u"nir08"_qs,      u"nir09"_qs,      u"swir16"_qs,     u"swir22"_qs}
                                    << 244 << QStringList();
        QTest::newRow("Landsat 8") << QStringList {u"coastal"_qs, u"blue"_qs,   u"green"_qs,  u"red"_qs,   u"nir08"_qs,
                                                   u"swir16"_qs,  u"swir22"_qs, u"lwir11"_qs, u"lwir12"_qs}
                                   << 214 << QStringList();
        QTest::newRow("Landsat 5") << tm << 207 << QStringList {u"AshburnVI"_qs, u"CRSWIR"_qs, u"NBRplus"_qs};
    }
    void import_countsBySensor()
    {
        if (test::sharedData().isEmpty())
            QSKIP("../shared/data is absent");
        QFETCH(QStringList, bands);
        QFETCH(int, count);
        IndexCatalogue catalogue;
        QVERIFY(catalogue.import(shared("spectral-indices.json")));
        SceneFacts scene = facts(bands);
        for (const auto &band : bands)
            scene.wavelengths[band] = 500;
        int evaluable = 0;
        QStringList byStandIn;
        for (const auto &index : catalogue.all()) {
            const auto formula = resolve(index, scene);
            if (!formula) {
                QVERIFY2(!formula.error().message.isEmpty(), qPrintable(index.name));
                continue;
            }
            const QStringList names = Expression::parse(index.formula)->names();
            if (names.contains(u"nir08"_qs) && !bands.contains(u"nir08"_qs))
                byStandIn << index.name;
            else
                ++evaluable;
        }
        QCOMPARE(evaluable, count);
        byStandIn.sort();
        QTEST(byStandIn, "byStandIn");
    }

    void import_takesConstantsByIndex()
    {
        IndexCatalogue catalogue;
        const Json entry = oneEntry("SAVI", "(1.0 + L) * (N - R) / (N + R + L)");
        QVERIFY(catalogue.import(entry));
        QCOMPARE(catalogue.find(u"SAVI"_qs)->constants.at(u"L"_qs), 0.5); // as published, not 1 as for EVI
        const Json v0 {{"L", {{"default", 0.25}}}};
        const Json v1 {{"L", {{"SAVI", {{"default_value", 0.75}}}}}};
        IndexCatalogue other;
        QVERIFY(other.import(oneEntry("X", "N * L"), v0));
        QCOMPARE(other.find(u"X"_qs)->constants.at(u"L"_qs), 0.25);
        QVERIFY(other.import(entry, Json::array({v0, v1})));
        QCOMPARE(other.find(u"SAVI"_qs)->constants.at(u"L"_qs), 0.75);
        QVERIFY(!other.find(u"X"_qs)); // of the earlier import
    }

    void import_readsTheSecondVersion()
    {
        const Json v1 {{"SpectralIndices",
                        {{"kIdx",
                          {{"acronym", "kIdx"},
                           {"name", "A kernel"},
                           {"application_domain", "kernel"},
                           {"formula", "kernel(N, R) - log(S1) + max(R, G, B, N)"},
                           {"source", {{"source_link", "https://doi.org/10.1/x"}}}}},
                         {"narrow", {{"acronym", "narrow"}, {"formula", "R531 / R570"}}},
                         {"stat", {{"acronym", "stat"}, {"formula", "N / spatial_max(N)"}}}}}};
        IndexCatalogue catalogue;
        QStringList leftOut;
        QCOMPARE(catalogue.import(v1, {}, &leftOut).value_or(-1), 2);
        QCOMPARE(leftOut, QStringList {u"stat"_qs});
        const Index &kernel = *catalogue.find(u"kIdx"_qs);
        QCOMPARE(kernel.title, u"A kernel"_qs);
        QCOMPARE(kernel.source, u"https://doi.org/10.1/x"_qs);
        const auto formula = resolve(kernel, facts({u"nir"_qs, u"red"_qs, u"green"_qs, u"blue"_qs, u"swir16"_qs}));
        QVERIFY(formula);
        const float got = value(
            *formula,
            {{u"nir"_qs, 0.5F}, {u"red"_qs, 0.1F}, {u"green"_qs, 0.2F}, {u"blue"_qs, 0.3F}, {u"swir16"_qs, 0.25F}});
        QVERIFY(std::abs(got - (std::exp(-0.32F) - std::log(0.25F) + 0.5F)) < 1e-5F);
        QVERIFY(resolve(*catalogue.find(u"narrow"_qs), facts({u"red"_qs})).error().message.contains(u"R531, R570"));
    }

    void import_refusesWhole_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QString>("says");
        const auto entry = [](const QByteArray &second) {
            return QByteArray(R"({"SpectralIndices": {"A1": {"formula": "N"}, )" + second + "}}");
        };
        QTest::newRow("empty") << QByteArray("{}") << u"SpectralIndices"_qs;
        QTest::newRow("a list") << QByteArray("[1, 2]") << u"SpectralIndices"_qs;
        QTest::newRow("list inside") << QByteArray(R"({"SpectralIndices": [1]})") << u"SpectralIndices"_qs;
        QTest::newRow("nothing inside") << QByteArray(R"({"SpectralIndices": {}})") << u"SpectralIndices"_qs;
        QTest::newRow("no formula") << entry(R"("B1": {"long_name": "x"})") << u"B1"_qs;
        QTest::newRow("number") << entry(R"("B1": 7)") << u"B1"_qs;
        QTest::newRow("formula is a list") << entry(R"("B1": {"formula": ["N"]})") << u"B1"_qs;
        QTest::newRow("broken formula") << entry(R"("B1": {"formula": "(N - "})") << u"B1"_qs;
        QTest::newRow("call") << entry(R"x("B1": {"formula": "system(N)"})x") << u"system"_qs;
        QTest::newRow("name of markup") << entry(R"("<b>x": {"formula": "N"})") << u"<b>x"_qs;
        QTest::newRow("path for a name") << entry(R"("../x": {"formula": "N"})") << u"../x"_qs;
        QTest::newRow("endless name") << entry(R"("B)" + QByteArray(5000, 'x') + R"(": {"formula": "N"})")
                                      << u"Bxxx"_qs;
        QTest::newRow("endless formula") << entry(R"("B1": {"formula": ")" + QByteArray(20000, '(') + "\"}")
                                         << u"B1"_qs;
        QTest::newRow("own, no range") << QByteArray(
            R"({"indices": [{"name": "a", "formula": "nir", "range": [2, 1]}]})")
                                       << u"a"_qs;
        QTest::newRow("own, no objects") << QByteArray(R"({"indices": [[], 3]})") << u"name"_qs;
    }
    void import_refusesWhole()
    {
        QFETCH(QByteArray, json);
        QFETCH(QString, says);
        IndexCatalogue catalogue = IndexCatalogue::shipped();
        QVERIFY(catalogue.import(oneEntry("Kept", "N / R")));
        const auto parsed = parseJson(json);
        QVERIFY(parsed);
        const auto refused = catalogue.import(*parsed);
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::InvalidInput);
        QVERIFY2(refused.error().message.contains(says), qPrintable(refused.error().message));
        QVERIFY2(refused.error().message.size() < 600, qPrintable(QString::number(refused.error().message.size())));
        QCOMPARE(catalogue.all().size(), 61U);
        QVERIFY(catalogue.find(u"Kept"_qs));
    }

    void import_tooMany()
    {
        Json many = Json::object();
        for (int i = 0; i < 5001; ++i)
            many["I" + std::to_string(i)] = {{"formula", "N"}};
        IndexCatalogue catalogue;
        QVERIFY(!catalogue.import({{"SpectralIndices", many}}));
        QVERIFY(catalogue.all().empty());
    }

    void texts_areMadeFitToBeShown()
    {
        Json hostile = oneEntry("X", "N");
        hostile["SpectralIndices"]["X"]["long_name"] = "a\nb\x1b[31m" + std::string(4000, 'z');
        hostile["SpectralIndices"]["X"]["application_domain"] = "../../etc";
        IndexCatalogue catalogue;
        QVERIFY(catalogue.import(hostile));
        const Index &index = *catalogue.find(u"X"_qs);
        QVERIFY(index.title.startsWith(u"a b[31m") && index.title.size() <= 500);
        QCOMPARE(index.domain, u"other"_qs);
    }

    void own_areKeptAndReadAgain()
    {
        IndexCatalogue catalogue = IndexCatalogue::shipped();
        Index mine = own(u"My.Index-1"_qs, u"nir * gain"_qs);
        mine.title = u"Größe"_qs;
        mine.constants[u"gain"_qs] = 2.5;
        mine.low = 0;
        mine.high = 4;
        mine.ramp = u"viridis"_qs;
        QVERIFY(catalogue.add(mine));
        QVERIFY(catalogue.import(oneEntry("NDVI", "(N - R) / (N + R)")));

        IndexCatalogue again;
        QVERIFY(again.read(catalogue.toJson()));
        QCOMPARE(again.all().size(), 62U);
        const Index &read = *again.find(u"My.Index-1"_qs);
        QCOMPARE(read.title, mine.title);
        QCOMPARE(read.formula, mine.formula);
        QCOMPARE(read.constants, mine.constants);
        QCOMPARE(read.low, 0.0);
        QCOMPARE(read.high, 4.0);
        QCOMPARE(read.origin, ownOrigin());
        QCOMPARE(again.find(u"ASI.NDVI"_qs)->origin, u"ASI"_qs);
        QCOMPARE(toText(again.toJson()), toText(catalogue.toJson()));

        QVERIFY(again.remove(u"My.Index-1"_qs));
        QVERIFY(!again.remove(u"My.Index-1"_qs));
        QVERIFY(!again.remove(u"NDVI"_qs)); // shipped
        QVERIFY(!again.read(Json(3)));
        QCOMPARE(again.all().size(), 61U);
    }

    void own_nameTaken_isRefused()
    {
        IndexCatalogue catalogue = IndexCatalogue::shipped();
        QVERIFY(!catalogue.add(own(u"NDVI"_qs, u"nir"_qs)));
        QVERIFY(!catalogue.add(own(u"a b"_qs, u"nir"_qs)));
        QVERIFY(!catalogue.add(own(QString(), u"nir"_qs)));
        const auto broken = catalogue.add(own(u"x"_qs, u"nir +"_qs));
        QVERIFY(!broken && broken.error().message.contains(u"x"));
        QCOMPARE(catalogue.all().size(), 60U);
    }

    void keptName_thatIsShippedByNow_isAnother()
    {
        IndexCatalogue catalogue;
        QVERIFY(catalogue.read({{"indices", {{{"name", "NDVI"}, {"formula", "nir / red"}, {"origin", "own"}}}}}));
        QCOMPARE(catalogue.find(u"own.NDVI"_qs)->formula, u"nir / red"_qs);
        QCOMPARE(catalogue.find(u"NDVI"_qs)->origin, QString());
    }

    void current_isReplacedWhole()
    {
        const auto before = indexCatalogue();
        QCOMPARE(before->all().size(), 60U);
        IndexCatalogue next = *before;
        QVERIFY(next.add(own(u"Mine"_qs, u"nir"_qs)));
        setIndexCatalogue(next);
        QVERIFY(!before->find(u"Mine"_qs)); // what was given out stays as it was
        QVERIFY(indexCatalogue()->find(u"Mine"_qs));
    }
};
QStringList TestIndexCatalogue::s_order;

QTEST_GUILESS_MAIN(TestIndexCatalogue)
#include "tst_indexcatalogue.moc"
