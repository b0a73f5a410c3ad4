// SPDX-License-Identifier: Apache-2.0
#include "ui/map/footprintmodel.h"

#include <QtTest>

using namespace astra::map;

class TestFootprintModel : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void at_listsOverlapsTopmostFirst();
    void at_usesTheShapeNotItsBounds();
    void at_findsBothHalvesAtTheAntimeridian();
    void keys_areUnique();
    void append_keepsTheOrder();
    void setOrder_changesWhatIsFoundFirst();
    void setFootprints_takesNewRingsOfAKnownKey();
    void bounds_ofOneAndAll();

private:
    static FootprintModel::Footprint box(const QString &key, double w, double s, double e, double n)
    {
        return {key, {{{w, s}, {e, s}, {e, n}, {w, n}, {w, s}}}};
    }
};

void TestFootprintModel::at_listsOverlapsTopmostFirst()
{
    FootprintModel model;
    model.setFootprints({box(QStringLiteral("new"), 0, 0, 10, 10), box(QStringLiteral("old"), 5, 5, 15, 15)});
    QCOMPARE(model.at(7, 7), (QStringList {QStringLiteral("new"), QStringLiteral("old")}));
    QCOMPARE(model.at(2, 2), QStringList {QStringLiteral("new")});
    QCOMPARE(model.at(12, 12), QStringList {QStringLiteral("old")});
    QVERIFY(model.at(20, 20).isEmpty());
}

void TestFootprintModel::at_usesTheShapeNotItsBounds()
{
    FootprintModel model;
    model.setFootprints({{QStringLiteral("triangle"), {{{0, 0}, {10, 0}, {0, 10}}}}});
    QVERIFY(!model.at(2, 2).isEmpty());
    QVERIFY(model.at(8, 8).isEmpty());
}

void TestFootprintModel::at_findsBothHalvesAtTheAntimeridian()
{
    FootprintModel model;
    model.setFootprints(
        {{QStringLiteral("fiji"),
          {{{178, -18}, {180, -18}, {180, -16}, {178, -16}}, {{-180, -18}, {-179, -18}, {-179, -16}, {-180, -16}}}}});
    QCOMPARE(model.at(179, -17).size(), 1);
    QCOMPARE(model.at(-179.5, -17).size(), 1);
    QVERIFY(model.at(0, -17).isEmpty());
    QVERIFY(model.shapes().front().seam);
    const auto bounds = model.bounds(QStringLiteral("fiji"));
    QCOMPARE(bounds, (astra::data::GeoBox {178, -18, -179, -16}));
}

void TestFootprintModel::keys_areUnique()
{
    FootprintModel model;
    model.setFootprints(
        {box(QStringLiteral("a"), 0, 0, 1, 1), box(QStringLiteral("a"), 5, 5, 6, 6), box({}, 0, 0, 1, 1)});
    QCOMPARE(model.count(), 1);
    QCOMPARE(model.indexOf(QStringLiteral("a")), 0);
    QCOMPARE(model.indexOf(QStringLiteral("b")), -1);
}

void TestFootprintModel::append_keepsTheOrder()
{
    FootprintModel model;
    QSignalSpy changed(&model, &FootprintModel::changed);
    model.append({box(QStringLiteral("a"), 0, 0, 2, 2)});
    const quint64 before = model.revision();
    model.append({box(QStringLiteral("b"), 1, 1, 3, 3)});
    QCOMPARE(changed.count(), 2);
    QVERIFY(model.revision() != before);
    QCOMPARE(model.at(1.5, 1.5), (QStringList {QStringLiteral("a"), QStringLiteral("b")}));
    model.clear();
    QCOMPARE(model.count(), 0);
    QVERIFY(model.at(1.5, 1.5).isEmpty());
}

void TestFootprintModel::setOrder_changesWhatIsFoundFirst()
{
    FootprintModel model;
    model.setFootprints({box(QStringLiteral("a"), 0, 0, 2, 2), box(QStringLiteral("b"), 0, 0, 3, 3),
                         box(QStringLiteral("c"), 0, 0, 4, 4)});
    QSignalSpy changed(&model, &FootprintModel::changed);
    const quint64 before = model.revision();
    model.setOrder({QStringLiteral("c"), QStringLiteral("nobody"), QStringLiteral("b")});
    QCOMPARE(model.at(1, 1), (QStringList {QStringLiteral("c"), QStringLiteral("b"), QStringLiteral("a")}));
    QCOMPARE(model.revision(), before); // nothing to draw again
    QCOMPARE(changed.count(), 0);
}

void TestFootprintModel::setFootprints_takesNewRingsOfAKnownKey()
{
    FootprintModel model;
    model.setFootprints({box(QStringLiteral("a"), 0, 0, 2, 2), box(QStringLiteral("b"), 0, 0, 3, 3)});
    model.setFootprints({box(QStringLiteral("b"), 0, 0, 3, 3), box(QStringLiteral("a"), 10, 10, 12, 12)});
    QCOMPARE(model.at(1, 1), QStringList {QStringLiteral("b")});
    QCOMPARE(model.at(11, 11), QStringList {QStringLiteral("a")});
    QCOMPARE(model.indexOf(QStringLiteral("a")), 1);
}

void TestFootprintModel::bounds_ofOneAndAll()
{
    FootprintModel model;
    QVERIFY(!model.bounds().isValid());
    model.setFootprints({box(QStringLiteral("a"), 0, 0, 2, 2), box(QStringLiteral("b"), 5, -1, 6, 1)});
    QCOMPARE(model.bounds(QStringLiteral("b")), (astra::data::GeoBox {5, -1, 6, 1}));
    QCOMPARE(model.bounds(), (astra::data::GeoBox {0, -1, 6, 2}));
    QVERIFY(!model.bounds(QStringLiteral("none")).isValid());
}

QTEST_GUILESS_MAIN(TestFootprintModel)
#include "tst_footprintmodel.moc"
