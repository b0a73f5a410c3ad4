// SPDX-License-Identifier: Apache-2.0
#include "tests/core/processing/optionsample.h"

#include <QSet>
#include <QTest>

using namespace astra;
using namespace astra::processing;

/// Every option of every operation, from files to files, against what tests/data/operations/options.py computed.
class tst_Options : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QVERIFY2(m_sample.all.contains("cases"), "tests/data/operations/options.json"); }

    /// A new option without numbers of its own fails here.
    void everyOption_hasNumbers()
    {
        QSet<QString> checked;
        for (const auto &test : m_sample.all["cases"]) {
            for (const auto &[name, value] : test["parameters"].items())
                checked.insert(stringAt(test, "operation") + u'.' + QString::fromStdString(name));
            checked.insert(stringAt(test, "operation"));
        }
        for (const OperationInfo &info : operations()) {
            QVERIFY2(checked.contains(info.name), qPrintable(info.name));
            for (const Parameter &parameter : info.parameters) {
                const QString option = info.name + u'.' + parameter.name;
                // `ndvi` is `index`, and has its options.
                QVERIFY2(checked.contains(option) || !info.shorthandFor.isEmpty(), qPrintable(option));
            }
        }
    }

    void option_data()
    {
        QTest::addColumn<int>("number");
        for (std::size_t i = 0; i < m_sample.all["cases"].size(); ++i) {
            const Json &test = m_sample.all["cases"][i];
            Json shown = test["parameters"];
            if (shown.contains("areas"))
                shown["areas"] = "…";
            QTest::addRow("%s %s%s", qPrintable(stringAt(test, "operation")), shown.dump().c_str(),
                          test["mask"].get<bool>() ? ", masked" : "")
                << static_cast<int>(i);
        }
    }
    void option()
    {
        QFETCH(int, number);
        const Json &test = m_sample.all["cases"][static_cast<std::size_t>(number)];
        const QTemporaryDir folder;
        const bool isTable = test.contains("rows");
        const QString base = folder.filePath(QStringLiteral("out"));
        data::Recipe recipe;
        recipe.operation = stringAt(test, "operation");
        recipe.parameters = test["parameters"];
        recipe.maskClouds = test["mask"].get<bool>();
        auto scenes = m_sample.scenes(test["scenes"].get<int>());
        const auto result = run(recipe, scenes, base + (isTable ? QStringLiteral(".csv") : QStringLiteral(".tif")),
                                m_pools, {});
        QVERIFY2(result, result ? "" : qPrintable(result.error().message));
        if (isTable) {
            QCOMPARE(wrongIn(result->tables.at(0), test["rows"]), QString());
            return;
        }
        QCOMPARE(result->files.filter(QStringLiteral(".tif")).size(), static_cast<int>(test["files"].size()) - 1);
        for (const auto &[suffix, bands] : test["files"].items())
            QCOMPARE(wrongIn(base + QString::fromStdString(suffix) + u".tif", bands), QString());
    }

private:
    [[nodiscard]] static QString wrongIn(const Json &got, const Json &wanted)
    {
        Table table {stringAt(got, "name"), asStringList(got["columns"]), {}};
        for (const auto &row : got["rows"])
            table.rows.push_back(row.get<std::vector<Json>>());
        if (table.rows.size() != wanted.size())
            return QStringLiteral("%1 rows, not %2").arg(table.rows.size()).arg(wanted.size());
        for (std::size_t i = 0; i < wanted.size(); ++i) {
            for (const char *name : {"scene", "area", "value"}) {
                if (wanted[i].contains(name) && test::at(table, i, name) != wanted[i][name])
                    return QStringLiteral("row %1 is not of %2").arg(i).arg(stringAt(wanted[i], name));
            }
            Json numbers = wanted[i];
            for (const char *name : {"scene", "area", "value"})
                numbers.erase(name);
            if (auto differs = test::rowDiffers(table, i, numbers); !differs.isEmpty())
                return differs;
        }
        return {};
    }
    /// @param wanted what each band says it is, and its values; null is no data
    [[nodiscard]] static QString wrongIn(const QString &path, const Json &wanted)
    {
        const std::unique_ptr<GDALDataset> file(GDALDataset::Open(path.toUtf8().constData()));
        if (!file)
            return path + QStringLiteral(" is not there");
        if (file->GetRasterCount() != static_cast<int>(wanted.size()))
            return QStringLiteral("%1 bands, not %2").arg(file->GetRasterCount()).arg(wanted.size());
        for (auto *band : file->GetBands()) {
            const Json &expected = wanted[static_cast<std::size_t>(band->GetBand() - 1)];
            const QString text = QString::fromUtf8(band->GetDescription());
            if (text != stringAt(expected, "text"))
                return QStringLiteral("“%1”, not “%2”").arg(text, stringAt(expected, "text"));
            std::vector<float> values(expected["values"].size());
            const int width = band->GetXSize();
            const int height = band->GetYSize();
            if (values.size() != static_cast<std::size_t>(width) * static_cast<std::size_t>(height)
                || band->RasterIO(GF_Read, 0, 0, width, height, values.data(), width, height, GDT_Float32, 0, 0,
                                  nullptr)
                    != CE_None)
                return QStringLiteral("%1 × %2").arg(width).arg(height);
            int isStated = 0;
            const double nodata = band->GetNoDataValue(&isStated);
            for (float &value : values) {
                if (isStated != 0 && static_cast<double>(value) == nodata)
                    value = data::Block::nodata;
            }
            if (const auto found = test::difference(values, test::floats(expected["values"]), 2e-6F); !found.isEmpty())
                return text + found;
        }
        return {};
    }

    test::OptionSample m_sample;
    Pools m_pools;
};

QTEST_GUILESS_MAIN(tst_Options)
#include "tst_options.moc"
