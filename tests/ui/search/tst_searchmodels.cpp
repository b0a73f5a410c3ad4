// SPDX-License-Identifier: Apache-2.0
#include "tests/support/models.h"
#include "tests/ui/search/scripted.h"
#include "ui/search/providerlistmodel.h"
#include "ui/search/scenelistmodel.h"
#include "ui/search/searchform.h"
#include "ui/types/words.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace astra;
using search::ProviderListModel;
using search::SceneListModel;
using test::column;
using testing::scene;
using testing::Scripted;

namespace {

QString key(const QString &provider, const QString &id) { return QString(provider + u':' + id); }

/// Three scenes of two sources: by date n, m, o; by cloud m (5), o (60), n (not stated); by source m and o, then n.
struct ThreeScenes {
    std::shared_ptr<Scripted> a = std::make_shared<Scripted>(QStringLiteral("a"));
    std::shared_ptr<Scripted> b = std::make_shared<Scripted>(QStringLiteral("b"));
    std::unique_ptr<providers::SearchSession> session = std::make_unique<providers::SearchSession>(
        data::SearchQuery {}, std::vector<std::shared_ptr<providers::Provider>> {a, b});

    void settle()
    {
        auto middle = scene(QStringLiteral("a"), QStringLiteral("m"), QStringLiteral("2025-03-01T10:00:00Z"));
        middle.cloudCover = 5;
        auto old = scene(QStringLiteral("a"), QStringLiteral("o"), QStringLiteral("2025-01-01T10:00:00Z"));
        old.cloudCover = 60;
        providers::Page first;
        first.scenes = {old, middle};
        a->settler.settle(first);
        providers::Page second;
        second.scenes = {scene(QStringLiteral("b"), QStringLiteral("n"), QStringLiteral("2025-05-01T10:00:00Z"))};
        b->settler.settle(second);
    }
};
const QString newest = key(QStringLiteral("b"), QStringLiteral("n"));
const QString middle = key(QStringLiteral("a"), QStringLiteral("m"));
const QString oldest = key(QStringLiteral("a"), QStringLiteral("o"));

/// Clear skies that a test gives when it likes.
struct Skies {
    QStringList asked;
    QHash<QString, std::shared_ptr<Settler<data::ClearSky>>> open;
    QHash<QString, StopToken> stops;

    SceneListModel::AskSky ask()
    {
        return [this](const data::Acquisition &acquisition, StopToken stop) {
            const QString key = acquisition.key();
            asked.append(key);
            stops.insert(key, stop);
            auto settler = std::make_shared<Settler<data::ClearSky>>();
            open.insert(key, settler);
            return settler->future();
        };
    }
};

} // namespace

class TestSearchModels : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void scenes_arriveNewestFirstAndMergeWithoutReset()
    {
        auto a = std::make_shared<Scripted>(QStringLiteral("a"));
        auto b = std::make_shared<Scripted>(QStringLiteral("b"));
        providers::SearchSession session({}, {a, b});
        search::SceneListModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.follow(&session);
        QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
        QSignalSpy finished(&session, &providers::SearchSession::finished);

        providers::Page first;
        first.scenes = {scene(QStringLiteral("a"), QStringLiteral("old"), QStringLiteral("2025-01-01T10:00:00Z")),
                        scene(QStringLiteral("a"), QStringLiteral("shared-a"), QStringLiteral("2025-03-01T10:00:00Z"),
                              QStringLiteral("K"))};
        a->settler.settle(first);
        QTRY_COMPARE(model.count(), 2);
        providers::Page second;
        second.scenes = {scene(QStringLiteral("b"), QStringLiteral("new"), QStringLiteral("2025-05-01T10:00:00Z")),
                         scene(QStringLiteral("b"), QStringLiteral("shared-b"), QStringLiteral("2025-03-01T10:00:12Z"),
                               QStringLiteral("K"))};
        b->settler.settle(second);
        QTRY_COMPARE(finished.count(), 1);

        QCOMPARE(model.count(), 3);
        QCOMPARE(resets.count(), 0);
        const auto date = [](int month) {
            return QLocale().toString(QDate(2025, month, 1), QStringLiteral("d MMM yyyy"));
        };
        QCOMPARE(column(model, search::SceneListModel::DateRole), QStringList({date(5), date(3), date(1)}));
        QCOMPARE(model.index(1).data(search::SceneListModel::CopiesRole).toInt(), 2);
        QCOMPARE(model.index(1).data(search::SceneListModel::CopiesTextRole).toString(),
                 QStringLiteral("2 copies: A, B"));
        QCOMPARE(model.rowOf(QStringLiteral("K")), 1);
        QCOMPARE(model.rowOf(QStringLiteral("nothing")), -1);
        QCOMPARE(model.index(0).data(search::SceneListModel::PlatformRole).toString(), QStringLiteral("Sentinel-2B"));
        model.follow(nullptr);
        QCOMPARE(model.count(), 0);
    }

    void scenes_sayCloudAsItIsKnown()
    {
        auto a = std::make_shared<Scripted>(QStringLiteral("a"));
        providers::SearchSession session({}, {a});
        search::SceneListModel model;
        model.follow(&session);
        auto cloudy = scene(QStringLiteral("a"), QStringLiteral("1"), QStringLiteral("2025-02-01T10:00:00Z"));
        cloudy.cloudCover = 12.4;
        providers::Page page;
        page.scenes = {cloudy, scene(QStringLiteral("a"), QStringLiteral("2"), QStringLiteral("2025-01-01T10:00:00Z"))};
        a->settler.settle(page);
        QTRY_COMPARE(model.count(), 2);
        QCOMPARE(column(model, search::SceneListModel::CloudTextRole),
                 QStringList({QStringLiteral("12 % cloud"), QStringLiteral("cloud not stated")}));
        QCOMPARE(model.index(1).data(search::SceneListModel::CloudRole).toDouble(), -1.0);
    }

    void providers_showTheirState()
    {
        search::ProviderListModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        data::ProviderInfo a;
        a.id = QStringLiteral("a");
        a.title = QStringLiteral("A");
        data::ProviderInfo off = a;
        off.id = QStringLiteral("off");
        off.enabled = false;
        model.setProviders({a, off});
        QCOMPARE(model.rowCount(), 1);
        QCOMPARE(model.checked(), QStringList({QStringLiteral("a")}));

        data::ProviderState state;
        state.id = QStringLiteral("a");
        state.phase = data::ProviderState::Phase::Failed;
        state.error = Error {ErrorCode::Timeout, QStringLiteral("A did not answer in 30 s."), {}, true};
        model.setState(state);
        QCOMPARE(model.index(0).data(search::ProviderListModel::StateRole).toString(), QStringLiteral("failed"));
        QCOMPARE(model.index(0).data(search::ProviderListModel::TextRole).toString(), QStringLiteral("failed"));
        QCOMPARE(model.index(0).data(search::ProviderListModel::DetailRole).toString(),
                 QStringLiteral("A did not answer in 30 s."));
        const auto steps = model.index(0).data(search::ProviderListModel::StepsRole).toList();
        QCOMPARE(steps.first().toMap()[QStringLiteral("value")].toString(), QStringLiteral("not counted"));
        state.phase = data::ProviderState::Phase::Done;
        state.error.reset();
        state.loaded = 12;
        state.matched = 40;
        model.setState(state);
        QCOMPARE(model.index(0).data(search::ProviderListModel::TextRole).toString(), QStringLiteral("12 of 40"));
        QVERIFY(!model.toggle(0));
        QCOMPARE(model.checked(), QStringList());
    }

    void scenes_areSortedInPlace()
    {
        ThreeScenes three;
        SceneListModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.follow(three.session.get());
        three.settle();
        QTRY_COMPARE(model.count(), 3);
        const QPersistentModelIndex held(model.index(model.rowOf(middle)));
        QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
        const auto order = [&] { return column(model, SceneListModel::KeyRole); };
        QCOMPARE(order(), QStringList({newest, middle, oldest}));
        QCOMPARE(model.orderText(), QStringLiteral("newest first"));
        model.turnOrder();
        QCOMPARE(order(), QStringList({oldest, middle, newest}));
        model.sortBy(SceneListModel::ByCloud);
        // What is not stated stands last whichever end comes first.
        QCOMPARE(order(), QStringList({middle, oldest, newest}));
        model.turnOrder();
        QCOMPARE(order(), QStringList({oldest, middle, newest}));
        model.sortBy(SceneListModel::ByProvider);
        QCOMPARE(order(), QStringList({middle, oldest, newest}));
        model.turnOrder();
        QCOMPARE(order(), QStringList({newest, middle, oldest}));
        QCOMPARE(held.data(SceneListModel::KeyRole).toString(), middle);
        QCOMPARE(model.rowOf(middle), 1);
        QCOMPARE(resets.count(), 0);
        QCOMPARE(model.find(oldest)->best().id, QStringLiteral("o"));
        QVERIFY(!model.find(QStringLiteral("nobody")));
    }

    void scenes_comeIntoTheOrderInForce()
    {
        ThreeScenes three;
        SceneListModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.sortBy(SceneListModel::ByCloud);
        model.follow(three.session.get());
        three.settle();
        QTRY_COMPARE(model.count(), 3);
        QCOMPARE(column(model, SceneListModel::KeyRole), QStringList({middle, oldest, newest}));
    }

    void clearSky_isAskedForWhatIsSeenAndSortsTheList()
    {
        ThreeScenes three;
        SceneListModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        Skies skies;
        model.follow(three.session.get(), skies.ask());
        three.settle();
        QTRY_COMPARE(model.count(), 3);
        QVERIFY(skies.asked.isEmpty());
        model.look(0, 0);
        QCOMPARE(skies.asked, QStringList({newest}));
        QCOMPARE(model.index(0).data(SceneListModel::ClearTextRole).toString(), QStringLiteral("reading clear sky…"));
        skies.open[newest]->settle(data::ClearSky {40, 100, QStringLiteral("SCL at 160 m")});
        QTRY_COMPARE(model.index(0).data(SceneListModel::ClearRole).toDouble(), 40.0);
        QCOMPARE(model.index(0).data(SceneListModel::ClearTextRole).toString(),
                 QStringLiteral("40 % of my area clear, 100 % imaged"));
        model.look(0, 0);
        QCOMPARE(skies.asked.size(), 1); // once a search

        // Sorting by it asks for the others, too, and puts them where they belong as they come.
        model.sortBy(SceneListModel::ByClear);
        QCOMPARE(skies.asked, QStringList({newest, middle, oldest}));
        skies.open[oldest]->settle(data::ClearSky {92.4, 80, QStringLiteral("SCL at 160 m")});
        skies.open[middle]->settle(fail(ErrorCode::Unauthorized, QStringLiteral("The mask needs a login.")));
        QTRY_COMPARE(column(model, SceneListModel::KeyRole), QStringList({oldest, newest, middle}));
        QCOMPARE(model.index(2).data(SceneListModel::ClearTextRole).toString(),
                 QStringLiteral("clear sky needs a login"));
        QCOMPARE(model.index(2).data(SceneListModel::ClearTipRole).toString(),
                 QStringLiteral("The mask needs a login."));
        model.sortBy(SceneListModel::ByCovered);
        QCOMPARE(column(model, SceneListModel::KeyRole), QStringList({newest, oldest, middle}));
        QVERIFY(model.skyText().isEmpty());
    }

    void clearSky_endsWithTheSearch()
    {
        ThreeScenes three;
        SceneListModel model;
        Skies skies;
        model.follow(three.session.get(), skies.ask());
        three.settle();
        QTRY_COMPARE(model.count(), 3);
        model.look(0, 2);
        QCOMPARE(skies.asked.size(), 3);
        QVERIFY(!skies.stops[middle].stop_requested());
        model.follow(nullptr);
        QVERIFY(skies.stops[middle].stop_requested());
        skies.open[middle]->settle(data::ClearSky {1, 1, {}}); // too late, and nobody minds
        QCoreApplication::processEvents();
        QCOMPARE(model.count(), 0);
    }

    void clearSky_keepsToItsBounds()
    {
        search::ClearSkyReader reader;
        QStringList asked;
        std::vector<std::shared_ptr<Settler<data::ClearSky>>> open;
        reader.begin([&](const QString &key, const StopToken &) {
            asked.append(key);
            open.push_back(std::make_shared<Settler<data::ClearSky>>());
            return open.back()->future();
        });
        QStringList behind;
        for (int i = 0; i < 20; ++i)
            behind.append(QString::number(i));
        reader.setBehind(behind);
        QCOMPARE(asked.size(), search::ClearSkyReader::atOnce);
        // What comes into view goes before those that wait; what left it is not asked.
        reader.setInView({QStringLiteral("gone")});
        reader.setInView({QStringLiteral("seen")});
        open[0]->settle(data::ClearSky {});
        QTRY_COMPARE(asked.size(), search::ClearSkyReader::atOnce + 1);
        QCOMPARE(asked.last(), QStringLiteral("seen"));
        QVERIFY(!asked.contains(QStringLiteral("gone")));
    }

    void form_takesOverASuggestion()
    {
        search::SearchForm form;
        data::SearchQuery query;
        query.bbox = {7, 47, 8, 48};
        query.datetime = *data::TimeRange::parse(QStringLiteral("2024-05-01/2024-06-30"));
        query.limit = 100;
        form.take(query);
        QCOMPARE(form.startDate(), QStringLiteral("2024-05-01"));
        QCOMPARE(form.endDate(), QStringLiteral("2024-06-30"));
        QCOMPARE(form.property("cloud").toInt(), 100);
        QVERIFY(form.dateError().isEmpty());
        QCOMPARE(form.query(), query);
        query.cloudCoverLt = 45;
        form.take(query);
        QCOMPARE(form.query(), query);
        query.datetime = {};
        form.take(query);
        QVERIFY(form.dateError().isEmpty());
        QCOMPARE(form.query(), query);
    }

    void form_searchesSingleCollectionsAtTheirSource()
    {
        search::SearchForm form;
        form.setArea({7, 47, 8, 48});
        form.addCollection(QStringLiteral("a"), QStringLiteral("dem"), QStringLiteral("Heights"));
        QVERIFY(form.obstacle().isEmpty());
        QCOMPARE(form.query().collections, QStringList({QStringLiteral("dem")}));
        QCOMPARE(form.query().providers, QStringList({QStringLiteral("a")}));
        QVERIFY(form.question().contains(QStringLiteral("Heights")));
        form.addCollection(QStringLiteral("a"), QStringLiteral("sar"), {});
        QCOMPARE(form.query().collections, QStringList({QStringLiteral("dem"), QStringLiteral("sar")}));
        form.addCollection(QStringLiteral("b"), QStringLiteral("dem"), {});
        QCOMPARE(form.query().collections, QStringList({QStringLiteral("dem")}));
        QCOMPARE(form.query().providers, QStringList({QStringLiteral("b")}));
        form.removeCollection(0);
        QCOMPARE(form.query().collections, QStringList());
        QVERIFY(form.collections().isEmpty());
    }

    void form_neverCallsAFailureAnEmptyPlace()
    {
        auto a = std::make_shared<Scripted>(QStringLiteral("a"));
        auto b = std::make_shared<Scripted>(QStringLiteral("b"));
        search::SearchForm form;
        form.show(std::make_unique<providers::SearchSession>(data::SearchQuery {},
                                                             std::vector<std::shared_ptr<providers::Provider>> {a, b}));
        QVERIFY(form.searching());
        QVERIFY(form.emptyText().isEmpty());
        a->settler.settle(providers::Page {});
        b->settler.settle(fail(ErrorCode::Network, QStringLiteral("B could not be reached.")));
        QTRY_VERIFY(!form.searching());
        QVERIFY(form.emptyText().contains(QStringLiteral("B could not be searched")));
    }

    void platform_isWrittenAsPeopleDo()
    {
        QCOMPARE(types::platformTitle(QStringLiteral("sentinel-2b")), QStringLiteral("Sentinel-2B"));
        QCOMPARE(types::platformTitle(QStringLiteral("landsat-8")), QStringLiteral("Landsat-8"));
        QCOMPARE(types::platformTitle(QStringLiteral("sentinel-2a; sentinel-2b")),
                 QStringLiteral("Sentinel-2A, Sentinel-2B"));
        QCOMPARE(types::platformTitle(QString()), QString());
    }
};

QTEST_GUILESS_MAIN(TestSearchModels)
#include "tst_searchmodels.moc"
