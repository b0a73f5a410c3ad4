// SPDX-License-Identifier: Apache-2.0
#include "ui/jobs/parametermodel.h"

#include <QSignalSpy>
#include <QTest>

using namespace astra;
using jobs::ParameterModel;
using processing::Parameter;
using processing::ParameterKind;

/// What is entered becomes what a recipe holds, whatever the operation.
class TestParameterModel : public QObject
{
    Q_OBJECT

private:
    static Parameter declared(const char *name, ParameterKind kind, Json fallback)
    {
        Parameter parameter;
        parameter.name = QString::fromLatin1(name);
        parameter.text = QStringLiteral("What %1 is").arg(parameter.name);
        parameter.kind = kind;
        parameter.fallback = std::move(fallback);
        return parameter;
    }
    static std::vector<Parameter> oneOfEach()
    {
        std::vector<Parameter> all {
            declared("method", ParameterKind::Choice, "median"), declared("threshold", ParameterKind::Number, 0.1),
            declared("count", ParameterKind::Integer, 3),        declared("label", ParameterKind::Text, ""),
            declared("classes", ParameterKind::Switch, true),    declared("index", ParameterKind::Index, "NDVI"),
            declared("formula", ParameterKind::Expression, ""),  declared("bands", ParameterKind::Bands, Json::array()),
            declared("areas", ParameterKind::Areas, nullptr),    declared("date", ParameterKind::Date, ""),
        };
        all[0].choices = {QStringLiteral("median"), QStringLiteral("best")};
        all[1].minimum = 0;
        all[1].maximum = 1;
        all[2].minimum = 1;
        all[2].maximum = 9;
        all[4].text += QStringLiteral(". More of it. And more.");
        all[8].required = true;
        all[9].when = QStringLiteral("method=best");
        return all;
    }
    static int rowOf(const ParameterModel &model, const char *name)
    {
        for (int row = 0; row < model.rowCount(); ++row) {
            if (model.index(row).data(ParameterModel::NameRole).toString() == QLatin1String(name))
                return row;
        }
        return -1;
    }
    static QVariant at(const ParameterModel &model, const char *name, ParameterModel::Role role)
    {
        return model.index(rowOf(model, name)).data(role);
    }

private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale::c()); }

    void defaults_areShownAndNotRepeatedInTheRecipe()
    {
        ParameterModel model;
        model.setParameters(oneOfEach());
        QCOMPARE(model.rowCount(), 10);
        QCOMPARE(at(model, "threshold", ParameterModel::ValueRole).toString(), QStringLiteral("0.1"));
        QCOMPARE(at(model, "classes", ParameterModel::ValueRole).toBool(), true);
        QCOMPARE(at(model, "threshold", ParameterModel::HintRole).toString(), QStringLiteral("0 … 1"));
        QCOMPARE(at(model, "threshold", ParameterModel::LabelRole).toString(), QStringLiteral("What threshold is"));
        QCOMPARE(at(model, "classes", ParameterModel::LabelRole).toString(), QStringLiteral("What classes is"));
        QCOMPARE(at(model, "classes", ParameterModel::HelpRole).toString(), QStringLiteral("More of it. And more."));
        // The index says what is computed, and is there always.
        QVERIFY(model.values() == (Json {{"index", "NDVI"}}));
    }

    void whatIsEntered_hasTheTypeThatTheRecipeWants()
    {
        ParameterModel model;
        model.setParameters(oneOfEach());
        model.set(rowOf(model, "method"), QStringLiteral("best"));
        model.set(rowOf(model, "threshold"), QStringLiteral("0.25"));
        model.set(rowOf(model, "count"), QStringLiteral("5"));
        model.set(rowOf(model, "classes"), false);
        model.set(rowOf(model, "formula"), QStringLiteral("nir - red"));
        model.set(rowOf(model, "bands"), QStringLiteral(" red, nir ,,"));
        model.set(rowOf(model, "date"), QStringLiteral("2025-06-30"));
        QVERIFY(model.values()
                == (Json {{"method", "best"},
                          {"threshold", 0.25},
                          {"count", 5},
                          {"classes", false},
                          {"index", "NDVI"},
                          {"formula", "nir - red"},
                          {"bands", {"red", "nir"}},
                          {"date", "2025-06-30"}}));
    }

    void numbersOfALanguage_areUnderstood()
    {
        QLocale::setDefault(QLocale(QLocale::German));
        ParameterModel model;
        model.setParameters(oneOfEach());
        QCOMPARE(at(model, "threshold", ParameterModel::ValueRole).toString(), QStringLiteral("0,1"));
        model.set(rowOf(model, "threshold"), QStringLiteral("0,25"));
        QVERIFY(model.values()["threshold"] == Json(0.25));
        model.set(rowOf(model, "threshold"), QStringLiteral("0.125"));
        QVERIFY(model.values()["threshold"] == Json(0.125));
        QLocale::setDefault(QLocale::c());
    }

    void wrongValues_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("text");
        QTest::newRow("out of range") << "threshold"
                                      << "2";
        QTest::newRow("no number") << "threshold"
                                   << "much";
        QTest::newRow("half a count") << "count"
                                      << "2.5";
        QTest::newRow("formula") << "formula"
                                 << "nir - ";
        QTest::newRow("date") << "date"
                              << "yesterday";
    }
    void wrongValues()
    {
        QFETCH(QString, name);
        QFETCH(QString, text);
        ParameterModel model;
        model.setParameters(oneOfEach());
        model.take({{"areas", Json::object({{"type", "FeatureCollection"}, {"features", Json::array()}})}});
        model.set(rowOf(model, "method"), QStringLiteral("best"));
        const QByteArray latin = name.toLatin1();
        model.set(rowOf(model, latin.constData()), text);
        const QString error = at(model, latin.constData(), ParameterModel::ErrorRole).toString();
        QVERIFY(!error.isEmpty());
        QVERIFY2(model.obstacle().contains(error), qPrintable(model.obstacle()));
        model.set(rowOf(model, latin.constData()), QString());
        QVERIFY(at(model, latin.constData(), ParameterModel::ErrorRole).toString().isEmpty());
    }

    void whatHasNoSay_isHiddenAndLeftOut()
    {
        ParameterModel model;
        model.setParameters(oneOfEach());
        QCOMPARE(at(model, "date", ParameterModel::ShownRole).toBool(), false);
        model.set(rowOf(model, "date"), QStringLiteral("2025-06-30"));
        QVERIFY(!model.values().contains("date"));
        QSignalSpy told(&model, &QAbstractItemModel::dataChanged);
        model.set(rowOf(model, "method"), QStringLiteral("best"));
        QVERIFY(told.count() > 0);
        QCOMPARE(at(model, "date", ParameterModel::ShownRole).toBool(), true);
        QVERIFY(model.values().contains("date"));
    }

    void aRecipe_saysAllThatItDoesNotLeaveAtItsDefault()
    {
        ParameterModel model;
        model.setParameters(oneOfEach());
        model.set(rowOf(model, "threshold"), QStringLiteral("0.3"));
        model.set(rowOf(model, "index"), QStringLiteral("EVI"));
        model.take({{"count", 4}});
        QVERIFY(model.values() == (Json {{"count", 4}, {"index", "NDVI"}}));
        QCOMPARE(at(model, "threshold", ParameterModel::ValueRole).toString(), QStringLiteral("0.1"));
    }

    void whatIsRequired_isAskedFor()
    {
        ParameterModel model;
        model.setParameters(oneOfEach());
        QVERIFY2(model.obstacle().contains(u"What areas is"), qPrintable(model.obstacle()));
        const Json polygon {{"type", "Polygon"}, {"coordinates", {{{7, 51}, {8, 51}, {8, 52}, {7, 51}}}}};
        model.take({{"areas", polygon}, {"threshold", 0.3}});
        QCOMPARE(model.obstacle(), QString());
        QVERIFY(model.values()["areas"] == polygon);
        QVERIFY(model.values()["threshold"] == Json(0.3));
    }
};

QTEST_GUILESS_MAIN(TestParameterModel)
#include "tst_parametermodel.moc"
