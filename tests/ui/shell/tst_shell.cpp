// SPDX-License-Identifier: Apache-2.0
#include "core/sandbox/sandbox.h"
#include "ui/shell/shell.h"

#include <QCryptographicHash>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

using namespace astra;

/// The whole journey through the view models, against the sandbox over real HTTP: everything but the picture.
class TestShell : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_dir;
    std::unique_ptr<sandbox::Sandbox> m_sandbox;
    std::unique_ptr<shell::Shell> m_shell;
    QString m_chosen; ///< key of the scene that the jobs take
    QString m_result; ///< file of the first job

    [[nodiscard]] engine::EngineConfig config() const
    {
        engine::EngineConfig config;
        config.configDir = m_dir.filePath(QStringLiteral("config"));
        config.dataDir = m_dir.filePath(QStringLiteral("data"));
        config.cacheDir = m_dir.filePath(QStringLiteral("cache"));
        config.keychain = false;
        return config;
    }

private Q_SLOTS:
    void initTestCase()
    {
        sandbox::SandboxConfig world;
        world.cacheDir = QStringLiteral(ASTRA_BINARY_DIR "/test-world");
        world.slowMs = 300;
        auto started = sandbox::Sandbox::start(world);
        QVERIFY2(started, started ? "" : qPrintable(started.error().message));
        m_sandbox = std::move(*started);
        m_shell = std::make_unique<shell::Shell>(config(), [this](const std::function<void(double)> &) {
            return ready<shell::World>(shell::World {m_sandbox->url(), QString::fromUtf8(m_sandbox->key().reveal())});
        });
    }

    void cleanupTestCase()
    {
        m_shell.reset();
        m_sandbox.reset();
    }

    void openSandbox_showsItsWorld()
    {
        QSignalSpy fit(m_shell.get(), &shell::Shell::fitWanted);
        m_shell->openSandbox();
        QTRY_COMPARE(m_shell->door(), QStringLiteral("sandbox"));
        QVERIFY(m_shell->form()->invented());
        QVERIFY(m_shell->form()->hasArea());
        QCOMPARE(fit.count(), 1);
        QVERIFY(m_shell->form()->obstacle().isEmpty());
        QVERIFY(m_shell->form()->startDate().startsWith(u"2025"));
    }

    void search_fillsListAndFootprints()
    {
        m_shell->form()->search();
        QTRY_VERIFY_WITH_TIMEOUT(m_shell->form()->searched() && !m_shell->form()->searching(), 20000);
        QVERIFY(m_shell->form()->scenes()->count() >= 8);
        QTRY_COMPARE(m_shell->footprints()->count(), m_shell->form()->scenes()->count());
        const auto *scenes = m_shell->form()->scenes();
        for (int row = 0; row < scenes->count(); ++row)
            QVERIFY(scenes->index(row).data(search::SceneListModel::InventedRole).toBool());
    }

    void choose_drawsAndRuns()
    {
        const auto *scenes = m_shell->form()->scenes();
        for (int row = 0; row < scenes->count() && m_chosen.isEmpty(); ++row) {
            const auto found = scenes->find(scenes->keyAt(row));
            QVERIFY(found);
            if (found->best().product == u"sentinel-2-l2a" && found->best().cloudCover.value_or(100) < 20)
                m_chosen = found->key();
        }
        QVERIFY(!m_chosen.isEmpty());
        m_shell->choose(m_chosen);
        QVERIFY(m_shell->scene()->shown());
        QVERIFY(m_shell->scene()->invented());
        m_shell->scene()->setStyleId(QStringLiteral("ndvi"));
        QCOMPARE(m_shell->scene()->legend()[QStringLiteral("title")].toString(), QStringLiteral("NDVI"));

        const QPointF centre = m_shell->form()->area().center();
        m_shell->form()->setArea({centre.x() - 0.01, centre.y() - 0.01, centre.x() + 0.01, centre.y() + 0.01});
        QVERIFY2(m_shell->jobForm()->obstacle().isEmpty(), qPrintable(m_shell->jobForm()->obstacle()));
        QSignalSpy results(m_shell->jobs(), &jobs::JobListModel::resultReady);
        m_shell->jobForm()->run();
        QCOMPARE(m_shell->jobs()->count(), 1);
        QTRY_COMPARE_WITH_TIMEOUT(results.count(), 1, 30000);
        const QModelIndex row = m_shell->jobs()->index(0);
        QCOMPARE(row.data(jobs::JobListModel::StateRole).toString(), QStringLiteral("done"));
        m_result = row.data(jobs::JobListModel::FileRole).toString();
        QVERIFY(QFileInfo::exists(m_result));
        // The result is on the map, drawn with its legend.
        QCOMPARE(m_shell->scene()->acquisition()->best().provider, QStringLiteral("local"));
        QCOMPARE(m_shell->scene()->legend()[QStringLiteral("title")].toString(), QStringLiteral("NDVI"));
    }

    void resultOpened_saysHowItWasMadeAndRunsAgain()
    {
        const QString file = m_shell->jobs()->index(0).data(jobs::JobListModel::FileRole).toString();
        const auto sum = [](const QString &path) {
            QFile result(path);
            return result.open(QIODevice::ReadOnly)
                ? QCryptographicHash::hash(result.readAll(), QCryptographicHash::Sha256)
                : QByteArray();
        };
        m_shell->openFile(QUrl::fromLocalFile(file));
        QTRY_VERIFY2(m_shell->madeBy().contains(u"NDVI"), qPrintable(m_shell->madeBy()));
        QSignalSpy taken(m_shell.get(), &shell::Shell::analyseWanted);
        m_shell->runAgain();
        QTRY_COMPARE(taken.count(), 1);
        QVERIFY2(m_shell->jobForm()->obstacle().isEmpty(), qPrintable(m_shell->jobForm()->obstacle()));
        QSignalSpy results(m_shell->jobs(), &jobs::JobListModel::resultReady);
        m_shell->jobForm()->run();
        QTRY_COMPARE_WITH_TIMEOUT(results.count(), 1, 30000);
        const QString again = m_shell->jobs()->index(0).data(jobs::JobListModel::FileRole).toString();
        QVERIFY(again != file && !sum(file).isEmpty());
        QCOMPARE(sum(again), sum(file));
        m_shell->jobForm()->dropRecipe();
        m_shell->jobForm()->scenes()->clear();
    }

    void remoteJob_equalsTheLocalOne()
    {
        const QString local = m_shell->jobs()->index(0).data(jobs::JobListModel::DetailRole).toString();
        QVERIFY(local.startsWith(u"Mean"));
        QVERIFY(m_shell->jobForm()->setProperty("backend", 1));
        auto *accounts = m_shell->accounts();
        accounts->signIn()->open(accounts->serviceOf(m_shell->jobForm()->connection()));
        QVERIFY(!accounts->signIn()->service().isEmpty());
        accounts->signIn()->submit({{QStringLiteral("key"), QString::fromUtf8(m_sandbox->key().reveal())}}, {}, {});
        QTRY_VERIFY2(!accounts->accountOf(accounts->signIn()->service()).isEmpty(),
                     qPrintable(accounts->signIn()->objection() + accounts->signIn()->error()));
        QCOMPARE(accounts->signIn()->error(), QString());
        // The service's copy of the scene is known from a search that it answered.
        const QString key = m_chosen;
        m_shell->form()->search();
        QTRY_VERIFY_WITH_TIMEOUT(!m_shell->form()->searching(), 20000);
        QVERIFY(m_shell->form()->scenes()->rowOf(key) >= 0);
        m_shell->choose(key);
        QVERIFY2(m_shell->jobForm()->obstacle().isEmpty(), qPrintable(m_shell->jobForm()->obstacle()));
        QSignalSpy results(m_shell->jobs(), &jobs::JobListModel::resultReady);
        m_shell->jobForm()->run();
        QTRY_COMPARE_WITH_TIMEOUT(results.count(), 1, 30000);
        QCOMPARE(m_shell->jobs()->index(0).data(jobs::JobListModel::DetailRole).toString(), local);
    }

    void clearSky_isReadForTheRowsInView()
    {
        auto *scenes = m_shell->form()->scenes();
        scenes->look(0, 2);
        for (int row = 0; row < 3; ++row) {
            QTRY_VERIFY_WITH_TIMEOUT(
                !scenes->index(row).data(search::SceneListModel::ClearTextRole).toString().startsWith(u"reading"),
                20000);
            const double clear = scenes->index(row).data(search::SceneListModel::ClearRole).toDouble();
            QVERIFY2(clear >= 0 && clear <= 100,
                     qPrintable(scenes->index(row).data(search::SceneListModel::ClearTipRole).toString()));
        }
    }

    void dataSources_areSearchedOneByOne()
    {
        using settings::CollectionsModel;
        auto *sources = m_shell->collections();
        sources->load();
        QString provider;
        QString collection;
        const auto find = [&] {
            for (int row = 0; row < sources->rowCount() && collection.isEmpty(); ++row) {
                const QModelIndex at = sources->index(row);
                if (!at.data(CollectionsModel::SourceRole).toBool()
                    && at.data(CollectionsModel::AccessRole).toString() == u"open") {
                    provider = at.data(CollectionsModel::ProviderRole).toString();
                    collection = at.data(CollectionsModel::IdRole).toString();
                }
            }
            return !collection.isEmpty();
        };
        QTRY_VERIFY_WITH_TIMEOUT(find(), 20000);
        auto *form = m_shell->form();
        form->addCollection(provider, collection, {});
        form->search();
        QTRY_VERIFY_WITH_TIMEOUT(!form->searching(), 20000);
        QVERIFY(form->scenes()->count() > 0);
        for (int row = 0; row < form->scenes()->count(); ++row) {
            const auto found = form->scenes()->find(form->scenes()->keyAt(row));
            QCOMPARE(found->best().provider, provider);
            QCOMPARE(found->best().collection, collection);
        }
        form->removeCollection(0);
    }

    void emptySearch_offersAWayOut()
    {
        auto *form = m_shell->form();
        const QString start = form->startDate();
        const QString end = form->endDate();
        form->setStartDate(QStringLiteral("2025-12-30"));
        form->setEndDate(QStringLiteral("2025-12-31"));
        form->search();
        QTRY_VERIFY_WITH_TIMEOUT(!form->searching() && !form->counting(), 20000);
        QCOMPARE(form->scenes()->count(), 0);
        QVERIFY(!form->emptyText().isEmpty());
        QVERIFY(!form->suggestions().isEmpty());
        // One of them brings scenes, in one click.
        int any = -1;
        for (int i = 0; i < form->suggestions().size(); ++i)
            any = form->suggestions()[i].startsWith(u"Allow any date") ? i : any;
        QVERIFY2(any >= 0, qPrintable(form->suggestions().join(u'|')));
        form->suggest(any);
        QTRY_VERIFY_WITH_TIMEOUT(!form->searching(), 20000);
        QVERIFY(form->scenes()->count() > 0);
        form->setStartDate(start);
        form->setEndDate(end);
    }

    /// A result by itself, as it is dropped on the window or named on the command line: before any door is open, or
    /// while the sandbox starts.
    void openFile_showsAndOffersTheSame_data()
    {
        QTest::addColumn<bool>("sandbox");
        QTest::newRow("dropped on the doors") << false;
        QTest::newRow("named beside --sandbox") << true;
    }
    void openFile_showsAndOffersTheSame()
    {
        QFETCH(const bool, sandbox);
        const QString file = m_dir.filePath(QStringLiteral("alone-%1.tif").arg(sandbox));
        QVERIFY(QFile::copy(m_result, file));
        engine::EngineConfig other = config();
        other.offline = true;
        other.dataDir = m_dir.filePath(QStringLiteral("other-%1").arg(sandbox));
        shell::Shell window(other, [this](const std::function<void(double)> &) {
            return ready<shell::World>(shell::World {m_sandbox->url(), {}});
        });
        QSignalSpy fit(&window, &shell::Shell::fitWanted);
        if (sandbox)
            window.openSandbox();
        window.openFile(QUrl::fromLocalFile(file));
        QTRY_VERIFY(window.scene()->shown());
        QCOMPARE(window.door(), sandbox ? QStringLiteral("sandbox") : QStringLiteral("real"));
        QCOMPARE(window.scene()->acquisition()->best().assets.front().href.toLocalFile(), file);
        QCOMPARE(window.scene()->legend()[QStringLiteral("title")].toString(), QStringLiteral("NDVI"));
        QCOMPARE(fit.count(), sandbox ? 2 : 1); // to its world, then to the file
        QTRY_VERIFY(window.madeBy().contains(u"NDVI"));
        QVERIFY(window.message().isEmpty());
    }

    void openFile_saysWhatIsWrong()
    {
        QFile file(m_dir.filePath(QStringLiteral("no.tif")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("this is no raster");
        file.close();
        m_shell->openFile(QUrl::fromLocalFile(file.fileName()));
        QTRY_VERIFY(!m_shell->message().isEmpty());
        QVERIFY(m_shell->message().contains(QStringLiteral("no.tif")));
    }

    void leave_goesBackToTheDoors()
    {
        m_shell->leave();
        QCOMPARE(m_shell->door(), QString());
        QCOMPARE(m_shell->form()->scenes()->count(), 0);
        QVERIFY(!m_shell->scene()->shown());
    }
};

QTEST_GUILESS_MAIN(TestShell)
#include "tst_shell.moc"
