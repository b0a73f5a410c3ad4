// SPDX-License-Identifier: Apache-2.0
#include "core/providers/resultlist.h"
#include "tests/support/scenes.h"

#include <QTest>

#include <algorithm>
#include <random>

using namespace astra;
using namespace astra::providers;
using test::box;
using test::scene;

namespace {

/// A list with its rows, as whoever follows it sees them.
struct Followed {
    ResultList list {{u"a"_qs, u"b"_qs, u"c"_qs}};
    std::vector<data::Acquisition> rows {};

    ResultList::Merged add(std::vector<data::Scene> scenes)
    {
        auto merged = list.add(std::move(scenes));
        apply(rows, merged.rows);
        return merged;
    }
    [[nodiscard]] std::vector<data::Acquisition> unpacked() const
    {
        auto all = rows;
        for (auto &row : all)
            row = data::unpacked(std::move(row));
        return all;
    }
};

/// Scenes of every kind that may be merged: named, in parts, in several versions, in halves, unnamed and alike.
std::vector<data::Scene> randomScenes(int count, std::mt19937 &random)
{
    const auto below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
    const QDateTime start = QDateTime::fromString(u"2024-01-01T10:00:00Z"_qs, Qt::ISODate).toUTC();
    std::vector<data::Scene> scenes;
    for (int i = 0; i < count; ++i) {
        data::Scene s;
        s.provider = QString(QChar(u'a' + below(4)));
        s.id = QString::number(i);
        const double west = below(8);
        const double cut = below(3) == 0 ? 0.4 : 1;
        s.footprint = box(west, 10, west + cut, 11);
        s.bbox = data::boundsOf(s.footprint);
        s.cloudCover = below(100);
        data::Asset red;
        red.key = u"red"_qs;
        red.href = QUrl(u"https://files.example/%1/red.tif"_qs.arg(i));
        red.mediaType = u"image/tiff"_qs;
        red.bands = {{u"red"_qs, u"red"_qs, {}}};
        red.access = below(3) == 0 ? data::Access::Login : data::Access::Public;
        s.assets = {red};
        switch (below(4)) {
        case 0: // named, in versions and parts
            s.acquisition = u"S2A|"_qs + QString::number(below(count / 8));
            s.baseline = QStringList {u"02.14"_qs, u"04.00"_qs, u"05.00"_qs}[below(3)];
            s.datetime = start.addSecs(below(100) * 60);
            break;
        case 1: { // halves
            const QString half = below(2) == 0 ? u"SR"_qs : u"ST"_qs;
            s.id = QStringLiteral("LC08_L2SP_%1_20200114_20200824_02_T1_").arg(below(count / 8), 6, 10, QChar(u'0'))
                + half;
            s.acquisition = u"LC08|2|"_qs + s.id.mid(10, 6);
            s.datetime = start.addSecs(s.id.mid(10, 6).toInt());
            s.assets[0].key = half;
            s.cloudCover = 5; // both halves of one scene say the same
            s.assets[0].href = QUrl(u"https://files.example/"_qs + s.id);
            s.assets[0].access = data::Access::Login;
            s.footprint = box(1, 10, 2, 11);
            s.bbox = data::boundsOf(s.footprint);
            break;
        }
        case 2: // known by what it looks like
            s.platform = below(2) == 0 ? u"eye-1"_qs : u"eye-2"_qs;
            s.instrument = u"pan"_qs;
            s.acquisition = u"family|"_qs + s.id;
            s.datetime = start.addMSecs(below(40) * 700);
            break;
        default: // stands alone
            s.datetime = below(10) == 0 ? QDateTime() : start.addDays(below(300));
        }
        scenes.push_back(std::move(s));
    }
    return scenes;
}

} // namespace

class TestResultList : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void add_mergesCopiesAndSortsNewestFirst()
    {
        Followed f;
        (void)f.add({scene(u"a"_qs, u"old"_qs, u"2020-07-01T10:00:00Z"_qs)});
        auto merged = f.add({scene(u"a"_qs, u"new"_qs, u"2020-07-03T10:00:00Z"_qs),
                             scene(u"a"_qs, u"middle"_qs, u"2020-07-02T10:00:00Z"_qs, u"K"_qs)});
        QCOMPARE(merged.fresh, 2);
        QCOMPARE(merged.rows.inserted.size(), 2U);
        QCOMPARE(merged.rows.inserted[0].first, 0);
        QCOMPARE(merged.rows.inserted[1].first, 1);
        merged = f.add({scene(u"a"_qs, u"old"_qs, u"2020-07-01T10:00:00Z"_qs)});
        QCOMPARE(merged.fresh, 0);
        QCOMPARE(merged.known, 1);
        QVERIFY(merged.rows.isEmpty());
        auto twin = scene(u"b"_qs, u"twin"_qs, u"2020-07-02T10:00:00Z"_qs, u"K"_qs);
        merged = f.add({twin});
        QCOMPARE(merged.rows.changed.size(), 1U);
        QCOMPARE(merged.rows.changed[0].first, 1);
        QVERIFY(merged.rows.inserted.empty() && merged.rows.removed.empty());
        QCOMPARE(f.rows.size(), 3U);
        QCOMPARE(f.rows[1].copies.size(), 2U);
        QCOMPARE(f.rows[1].key(), u"K"_qs);
    }

    void add_movesTheRowWhoseOtherCopyBecomesTheBest()
    {
        Followed f;
        auto poor = scene(u"z"_qs, u"twelve minutes later"_qs, u"2020-07-02T10:12:00Z"_qs, u"K"_qs);
        poor.baseline = u"02.14"_qs;
        (void)f.add({poor, scene(u"a"_qs, u"between"_qs, u"2020-07-02T10:06:00Z"_qs)});
        auto better = scene(u"a"_qs, u"datatake start"_qs, u"2020-07-02T10:00:00Z"_qs, u"K"_qs);
        better.baseline = u"05.00"_qs;
        const auto merged = f.add({better});
        QCOMPARE(merged.rows.removed, std::vector<int> {0});
        QCOMPARE(merged.rows.inserted.size(), 1U);
        QCOMPARE(merged.rows.inserted[0].first, 1);
        QCOMPARE(f.rows[0].best().id, u"between"_qs);
        QCOMPARE(f.rows[1].best().id, u"datatake start"_qs);
        QCOMPARE(f.rows[1].copies[1].id, u"twelve minutes later"_qs); // nothing is deleted
    }

    void versions_areOrderedByBaselineThenProcessing()
    {
        Followed f;
        auto first = scene(u"a"_qs, u"first"_qs, u"2020-07-02T10:00:00Z"_qs, u"K"_qs);
        first.baseline = u"05.00"_qs;
        first.processed = first.datetime.addDays(1);
        auto again = first;
        again.id = u"again"_qs;
        again.processed = first.datetime.addDays(30);
        auto untold = first;
        untold.id = u"untold"_qs;
        untold.processed = {};
        auto old = again;
        old.id = u"old"_qs;
        old.baseline = u"02.14"_qs;
        old.processed = first.datetime.addDays(90);
        (void)f.add({old, untold, first, again});
        QStringList order;
        for (const auto &copy : f.rows[0].copies)
            order << copy.id;
        QCOMPARE(order, QStringList({u"again"_qs, u"first"_qs, u"untold"_qs, u"old"_qs}));
    }

    void parts_ofATileStayApart()
    {
        Followed f;
        auto west = scene(u"a"_qs, u"EPAE"_qs, u"2020-07-02T10:00:00Z"_qs, u"K"_qs);
        west.baseline = u"05.00"_qs;
        west.footprint = box(9, 47, 9.6, 48);
        auto east = scene(u"a"_qs, u"SGS"_qs, u"2020-07-02T10:00:00Z"_qs, u"K"_qs);
        east.baseline = u"05.00"_qs;
        east.footprint = box(9.4, 47, 10, 48);
        (void)f.add({west, east});
        QCOMPARE(f.rows.size(), 2U);
        QVERIFY(f.rows[0].key() != f.rows[1].key());
        // Another baseline of the whole tile joins one of them.
        auto whole = scene(u"b"_qs, u"reprocessed"_qs, u"2020-07-02T10:00:00Z"_qs, u"K"_qs);
        whole.baseline = u"05.10"_qs;
        (void)f.add({whole});
        QCOMPARE(f.rows.size(), 2U);
        QCOMPARE(f.rows[0].copies.size() + f.rows[1].copies.size(), 3U);
        // A twin with the tile's square for a footprint is the same product.
        auto square = scene(u"c"_qs, u"square"_qs, u"2020-07-02T10:00:00Z"_qs, u"Q"_qs);
        square.baseline = u"05.00"_qs;
        auto cut = square;
        cut.id = u"cut"_qs;
        cut.footprint = box(9, 47, 9.5, 48);
        (void)f.add({square});
        (void)f.add({cut});
        QCOMPARE(f.rows.size(), 3U);
    }

    void halves_areOneSceneWhicheverComesFirst()
    {
        for (const bool reflectanceFirst : {true, false}) {
            Followed f;
            auto sr = scene(u"usgs"_qs, u"LC08_L2SP_028030_20200114_20200824_02_T1_SR"_qs, u"2020-01-14T17:05:46Z"_qs,
                            u"LC08"_qs);
            auto st = scene(u"usgs"_qs, u"LC08_L2SP_028030_20200114_20200824_02_T1_ST"_qs, u"2020-01-14T17:05:46Z"_qs,
                            u"LC08"_qs);
            data::Asset file;
            file.key = u"red"_qs;
            sr.assets = {file};
            file.key = u"lwir11"_qs;
            st.assets = {file};
            (void)f.add({reflectanceFirst ? sr : st});
            (void)f.add({reflectanceFirst ? st : sr});
            QCOMPARE(f.rows.size(), 1U);
            QCOMPARE(f.rows[0].copies.size(), 1U);
            const auto whole = data::unpacked(f.rows[0]).best();
            QVERIFY(whole.id.endsWith(u"_SR"));
            QVERIFY(whole.asset(u"red"_qs) && whole.asset(u"lwir11"_qs));
        }
    }

    void lookalikes_joinGroupsThatWereApart()
    {
        Followed f;
        const auto eye = [](const QString &provider, const QString &id, int ms) {
            auto s = scene(provider, id, u"2020-07-02T10:00:00Z"_qs, QString(u"family|" + id));
            s.datetime = s.datetime.addMSecs(ms);
            s.platform = u"eye-1"_qs;
            return s;
        };
        (void)f.add({eye(u"a"_qs, u"1"_qs, 0), eye(u"b"_qs, u"2"_qs, 1800)});
        QCOMPARE(f.rows.size(), 2U);
        (void)f.add({eye(u"c"_qs, u"3"_qs, 900)}); // looks like either, which do not look like each other
        QCOMPARE(f.rows.size(), 2U);
        int copies = 0;
        for (const auto &row : f.rows)
            copies += static_cast<int>(row.copies.size());
        QCOMPARE(copies, 3);
        (void)f.add({eye(u"d"_qs, u"1"_qs, 500)}); // the same id in the same family
        QCOMPARE(f.rows.size(), 2U);
    }

    void sameIdInTwoCollections_staysTwoRowsWithTwoKeys()
    {
        Followed f;
        auto one = scene(u"a"_qs, u"x"_qs, u"2020-07-02T10:00:00Z"_qs);
        auto two = one;
        one.collection = u"c1"_qs;
        two.collection = u"c2"_qs;
        (void)f.add({one, two});
        QCOMPARE(f.rows.size(), 2U);
        QVERIFY(f.rows[0].key() != f.rows[1].key());
    }

    void anyOrder_givesTheSameRows_data()
    {
        QTest::addColumn<unsigned>("seed");
        for (const unsigned seed : {1U, 2U})
            QTest::addRow("%u", seed) << seed;
    }
    void anyOrder_givesTheSameRows()
    {
        QFETCH(unsigned, seed);
        std::mt19937 random(seed);
        auto scenes = randomScenes(2000, random);
        // One item comes once: the same half of one scene twice is the catalogue's doubling, and the first counts.
        std::sort(scenes.begin(), scenes.end(),
                  [](const auto &a, const auto &b) { return a.qualifiedId() < b.qualifiedId(); });
        scenes.erase(std::unique(scenes.begin(), scenes.end(),
                                 [](const auto &a, const auto &b) { return a.qualifiedId() == b.qualifiedId(); }),
                     scenes.end());
        Followed whole;
        (void)whole.add(scenes);
        const auto expected = whole.unpacked();
        QVERIFY(expected.size() > 200 && expected.size() < scenes.size());
        QVERIFY(std::any_of(expected.begin(), expected.end(), [](const auto &row) { return row.copies.size() > 2; }));
        QSet<QString> keys;
        for (const auto &row : expected)
            keys.insert(row.key());
        QCOMPARE(static_cast<std::size_t>(keys.size()), expected.size());
        for (int turn = 0; turn < 3; ++turn) {
            std::shuffle(scenes.begin(), scenes.end(), random);
            Followed pages;
            int fresh = 0;
            for (std::size_t from = 0; from < scenes.size();) {
                const auto size = std::min<std::size_t>(1 + random() % 300, scenes.size() - from);
                const auto first = scenes.begin() + static_cast<std::ptrdiff_t>(from);
                fresh += pages.add({first, first + static_cast<std::ptrdiff_t>(size)}).fresh;
                from += size;
            }
            QCOMPARE(static_cast<std::size_t>(fresh), scenes.size());
            const auto rows = pages.unpacked();
            QCOMPARE(rows.size(), expected.size());
            for (std::size_t i = 0; i < rows.size(); ++i)
                QVERIFY2(rows[i] == expected[i], qPrintable(u"%1: %2"_qs.arg(i).arg(expected[i].key())));
        }
    }
};

QTEST_GUILESS_MAIN(TestResultList)
#include "tst_resultlist.moc"
