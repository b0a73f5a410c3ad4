// SPDX-License-Identifier: Apache-2.0
#include "core/providers/provider.h"
#include "ui/search/providerlistmodel.h"
#include "ui/search/scenelistmodel.h"
#include "ui/types/words.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace astra;

namespace {

data::Scene scene(const QString &provider, const QString &id, const QString &time, const QString &acquisition = {})
{
    data::Scene scene;
    scene.provider = provider;
    scene.id = id;
    scene.datetime = QDateTime::fromString(time, Qt::ISODate);
    scene.platform = QStringLiteral("sentinel-2b");
    scene.acquisition = acquisition;
    return scene;
}

/// Answers when it is told to.
class Scripted : public providers::Provider
{
public:
    explicit Scripted(QString id)
        : m_id(std::move(id))
    {
    }
    [[nodiscard]] data::ProviderInfo info() const override
    {
        data::ProviderInfo info;
        info.id = m_id;
        info.title = m_id.toUpper();
        return info;
    }
    [[nodiscard]] providers::Limits limits() const override { return {}; }
    [[nodiscard]] Future<providers::Page> search(const data::SearchQuery &, const std::optional<providers::Cursor> &,
                                                 StopToken, providers::OnPause = {}) override
    {
        return answer;
    }
    [[nodiscard]] Future<providers::Item> item(const QString &, StopToken) override
    {
        return ready<providers::Item>(fail(ErrorCode::NotFound, QStringLiteral("none")));
    }
    Settler<providers::Page> settler;
    Future<providers::Page> answer
        = settler.future(); ///< taken while it is open: it may be settled before it is asked for

private:
    QString m_id;
};

QStringList column(const QAbstractItemModel &model, int role)
{
    QStringList values;
    for (int row = 0; row < model.rowCount(); ++row)
        values.append(model.index(row, 0).data(role).toString());
    return values;
}

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
        state.phase = data::ProviderState::Phase::Done;
        state.error.reset();
        state.loaded = 12;
        state.matched = 40;
        model.setState(state);
        QCOMPARE(model.index(0).data(search::ProviderListModel::TextRole).toString(), QStringLiteral("12 of 40"));
        QVERIFY(!model.toggle(0));
        QCOMPARE(model.checked(), QStringList());
    }

    void platform_isWrittenAsPeopleDo()
    {
        QCOMPARE(types::platformTitle(QStringLiteral("sentinel-2b")), QStringLiteral("Sentinel-2B"));
        QCOMPARE(types::platformTitle(QStringLiteral("landsat-8")), QStringLiteral("Landsat-8"));
        QCOMPARE(types::platformTitle(QString()), QString());
    }
};

QTEST_GUILESS_MAIN(TestSearchModels)
#include "tst_searchmodels.moc"
