// SPDX-License-Identifier: Apache-2.0
#include "tests/support/models.h"
#include "ui/settings/collectionsmodel.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace astra;
using settings::CollectionsModel;
using test::column;
using Collections = std::vector<data::CollectionInfo>;

namespace {

data::ProviderInfo source(const QString &id, bool enabled = true)
{
    data::ProviderInfo info;
    info.id = id;
    info.title = id.toUpper();
    info.enabled = enabled;
    return info;
}

data::CollectionInfo sentinel()
{
    data::CollectionInfo info;
    info.provider = QStringLiteral("coast");
    info.id = QStringLiteral("sentinel-2-l2a");
    info.title = QStringLiteral("Sentinel-2 Level-2A");
    info.platforms = {QStringLiteral("sentinel-2a"), QStringLiteral("sentinel-2b")};
    info.gsd = 10;
    info.datetime.start = QDateTime(QDate(2015, 6, 27), QTime(0, 0), Qt::UTC);
    info.license = QStringLiteral("proprietary");
    info.keywords = {QStringLiteral("reflectance")};
    return info;
}

data::CollectionInfo modis()
{
    data::CollectionInfo info;
    info.provider = QStringLiteral("coast");
    info.id = QStringLiteral("modis");
    info.gsd = 1000;
    info.datetime = *data::TimeRange::parse(QStringLiteral("2000-02-18/2022-12-31"));
    info.access = data::Access::Login;
    info.deprecated = true;
    return info;
}

/// Sources that answer when they are told to.
struct Sources {
    QHash<QString, std::shared_ptr<Settler<Collections>>> open;
    QStringList asked;
    CollectionsModel::Ask ask()
    {
        return [this](const QString &provider, const StopToken &) {
            asked.append(provider);
            open[provider] = std::make_shared<Settler<Collections>>();
            return open[provider]->future();
        };
    }
};

} // namespace

class TestCollectionsModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_model = std::make_unique<CollectionsModel>();
        m_sources = {};
        m_model->setSources(
            {source(QStringLiteral("archive")), source(QStringLiteral("off"), false), source(QStringLiteral("coast"))},
            m_sources.ask());
        m_tester = std::make_unique<QAbstractItemModelTester>(m_model.get(),
                                                              QAbstractItemModelTester::FailureReportingMode::QtTest);
    }
    void cleanup()
    {
        m_tester.reset();
        m_model.reset();
    }

    void asksWhenItIsOpenedAndOnce()
    {
        QCOMPARE(m_model->rowCount(), 2); // the source that is switched off is left out
        QVERIFY(m_sources.asked.isEmpty());
        m_model->load();
        m_model->load();
        QCOMPARE(m_sources.asked, QStringList({QStringLiteral("archive"), QStringLiteral("coast")}));
        QCOMPARE(m_model->index(0).data(CollectionsModel::StateRole).toString(), QStringLiteral("loading"));
        QVERIFY(m_model->summary().contains(QStringLiteral("loading")));
    }

    void showsWhatASourceHolds()
    {
        m_model->load();
        m_sources.open[QStringLiteral("coast")]->settle(Collections {sentinel(), modis()});
        QTRY_COMPARE(m_model->rowCount(), 4);
        const auto at = [&](int row, int role) { return m_model->index(row).data(role).toString(); };
        QCOMPARE(column(*m_model, CollectionsModel::TitleRole),
                 QStringList({QStringLiteral("ARCHIVE"), QStringLiteral("COAST"), QStringLiteral("modis"),
                              QStringLiteral("Sentinel-2 Level-2A")}));
        QCOMPARE(at(3, CollectionsModel::PlatformsRole), QStringLiteral("Sentinel-2A, Sentinel-2B"));
        QCOMPARE(at(3, CollectionsModel::ResolutionRole), QStringLiteral("10 m"));
        QVERIFY(at(3, CollectionsModel::DatesRole).startsWith(QStringLiteral("since ")));
        QVERIFY(at(3, CollectionsModel::DatesRole).endsWith(QStringLiteral("2015")));
        QCOMPARE(at(3, CollectionsModel::AccessRole), QStringLiteral("open"));
        QCOMPARE(at(2, CollectionsModel::ResolutionRole), QStringLiteral("1 km"));
        QCOMPARE(at(2, CollectionsModel::AccessRole), QStringLiteral("free login"));
        QVERIFY(m_model->index(2).data(CollectionsModel::DeprecatedRole).toBool());
        QVERIFY(m_model->index(1).data(CollectionsModel::SourceRole).toBool());
        QVERIFY(!m_model->index(2).data(CollectionsModel::SourceRole).toBool());
    }

    void filterLooksAtEverything_data()
    {
        QTest::addColumn<QString>("filter");
        QTest::addColumn<QStringList>("ids");
        const QString s2 = QStringLiteral("sentinel-2-l2a");
        const QString modisId = QStringLiteral("modis");
        QTest::newRow("none") << QString() << QStringList({modisId, s2});
        QTest::newRow("title") << QStringLiteral("level-2a") << QStringList({s2});
        QTest::newRow("satellite as written") << QStringLiteral("Sentinel-2B") << QStringList({s2});
        QTest::newRow("keyword") << QStringLiteral("REFLECT") << QStringList({s2});
        QTest::newRow("licence") << QStringLiteral("propriet") << QStringList({s2});
        QTest::newRow("access") << QStringLiteral("login") << QStringList({modisId});
        QTest::newRow("year") << QStringLiteral("2015") << QStringList({s2});
        QTest::newRow("source and access") << QStringLiteral("coast open") << QStringList({s2});
        QTest::newRow("nothing") << QStringLiteral("radar") << QStringList();
    }

    void filterLooksAtEverything()
    {
        QFETCH(const QString, filter);
        QFETCH(const QStringList, ids);
        m_model->load();
        m_model->setFilter(filter);
        m_sources.open[QStringLiteral("coast")]->settle(Collections {sentinel(), modis()});
        QTRY_COMPARE(m_model->index(1).data(CollectionsModel::StateRole).toString(), QStringLiteral("ready"));
        QStringList found = column(*m_model, CollectionsModel::IdRole);
        found.removeAll(QString());
        QCOMPARE(found, ids);
        m_model->setFilter({});
        QCOMPARE(m_model->rowCount(), 4);
    }

    void failureIsOneSourcesOwn()
    {
        m_model->load();
        m_sources.open[QStringLiteral("archive")]->settle(
            fail(ErrorCode::Network, QStringLiteral("ARCHIVE could not be reached.")));
        QTRY_COMPARE(m_model->index(0).data(CollectionsModel::StateRole).toString(), QStringLiteral("failed"));
        QCOMPARE(m_model->index(0).data(CollectionsModel::TextRole).toString(),
                 QStringLiteral("ARCHIVE could not be reached."));
        QCOMPARE(m_model->index(1).data(CollectionsModel::StateRole).toString(), QStringLiteral("loading"));
        m_model->retry(QStringLiteral("archive"));
        QCOMPARE(m_sources.asked.count(QStringLiteral("archive")), 2);
        m_sources.open[QStringLiteral("archive")]->settle(Collections {});
        QTRY_COMPARE(m_model->index(0).data(CollectionsModel::StateRole).toString(), QStringLiteral("ready"));
    }

    void answersOfAnotherWorldAreDropped()
    {
        m_model->load();
        const auto old = m_sources.open[QStringLiteral("coast")];
        m_model->setSources({source(QStringLiteral("coast"))}, m_sources.ask());
        old->settle(Collections {sentinel()});
        QCoreApplication::processEvents();
        QCOMPARE(m_model->rowCount(), 1);
    }

private:
    Sources m_sources;
    std::unique_ptr<CollectionsModel> m_model;
    std::unique_ptr<QAbstractItemModelTester> m_tester;
};

QTEST_GUILESS_MAIN(TestCollectionsModel)
#include "tst_collectionsmodel.moc"
