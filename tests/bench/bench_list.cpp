// SPDX-License-Identifier: Apache-2.0
// How the list of scenes follows the hand: 10,000 rows of four sources in the window's own SceneList.qml, in a window
// of 1440 × 900. Scrolls for some seconds (steadily, in a fling, and by jumps as a dragged scroll bar makes them), then
// sorts by each column in both directions; prints the slowest frame of each. Wants a display; under Xvfb Qt Quick runs
// on llvmpipe, which is the case that the target (33 ms: 30 frames a second) is for.
//   bench_list [rows, 10000]

#include "tests/ui/search/scripted.h"
#include "ui/map/mapview.h"
#include "ui/search/searchform.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QGuiApplication>
#include <QQmlComponent>
#include <QQmlEngine>
#include <QQmlProperty>
#include <QQuickItem>
#include <QQuickWindow>
#include <QTimer>
#include <QtQml/qqmlextensionplugin.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>

Q_IMPORT_QML_PLUGIN(Astra_TypesPlugin)
Q_IMPORT_QML_PLUGIN(Astra_ControlsPlugin)
Q_IMPORT_QML_PLUGIN(Astra_SearchPlugin)

using namespace astra;
using search::SceneListModel;

namespace {

constexpr double targetMilliseconds = 33;

/// Sources that bring `rows` scenes together, a quarter each.
std::vector<std::shared_ptr<providers::Provider>> sources(int rows)
{
    std::vector<std::shared_ptr<providers::Provider>> all;
    const QDateTime first = QDateTime::fromString(QStringLiteral("2015-07-01T10:00:00Z"), Qt::ISODate);
    for (int source = 0; source < 4; ++source) {
        const auto scripted = std::make_shared<testing::Scripted>(QStringLiteral("source-%1").arg(source));
        providers::Page page;
        for (int i = source; i < rows; i += 4) {
            auto scene = testing::scene(scripted->info().id, QStringLiteral("S2B_32TMT_%1_0_L2A").arg(i), {});
            scene.datetime = first.addSecs(qint64(i) * 26'000);
            if (i % 7 != 0)
                scene.cloudCover = (i * 37) % 101;
            const double x = (i * 31) % 300 - 150.0;
            const double y = (i * 17) % 120 - 60.0;
            scene.footprint = {{{x, y}, {x + 1.4, y + 0.1}, {x + 1.3, y + 1}, {x - 0.1, y + 0.9}, {x, y}}};
            page.scenes.push_back(std::move(scene));
        }
        scripted->settler.settle(std::move(page));
        all.push_back(scripted);
    }
    return all;
}

/// Lets every row know its clear sky, as if all had been scrolled through: so that sorting by it has values to sort.
void tellSkies(SceneListModel &scenes, providers::SearchSession &session)
{
    int asked = 0;
    scenes.follow(&session, [&asked](const data::Acquisition &, const StopToken &) {
        const int i = asked++;
        return ready<data::ClearSky>(
            data::ClearSky {double((i * 53) % 101), double(100 - (i * 29) % 60), QStringLiteral("bench")});
    });
    scenes.look(0, scenes.count() - 1);
    const auto known = [&scenes](int row) {
        return scenes.data(scenes.index(row), SceneListModel::ClearRole).toDouble() >= 0;
    };
    for (int row = 0; row < scenes.count(); ++row) {
        while (!known(row))
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    }
}

/// The slowest of some frames, each prepared by a step; nothing where no frame came.
class Frames
{
public:
    explicit Frames(QQuickWindow &window)
        : m_window(window)
    {
    }
    /// Takes one step and waits until it is on the screen. Milliseconds.
    double after(const std::function<void()> &step)
    {
        QEventLoop loop;
        const auto connection = QObject::connect(&m_window, &QQuickWindow::frameSwapped, &loop, &QEventLoop::quit,
                                                 Qt::QueuedConnection);
        QElapsedTimer clock;
        clock.start();
        step();
        m_window.update();
        loop.exec();
        QObject::disconnect(connection);
        return double(clock.nsecsElapsed()) / 1e6;
    }

private:
    QQuickWindow &m_window;
};

struct Spread {
    std::vector<double> times;
    [[nodiscard]] double slowest() const { return *std::max_element(times.begin(), times.end()); }
    [[nodiscard]] double median()
    {
        std::sort(times.begin(), times.end());
        return times[times.size() / 2];
    }
};

} // namespace

int main(int argc, char *argv[])
{
    const QGuiApplication app(argc, argv);
    const int rows = argc > 1 ? std::clamp(atoi(argv[1]), 100, 100'000) : 10'000;
    QTimer::singleShot(120'000, &app, [] { std::exit(2); });

    search::SearchForm form;
    auto session = std::make_unique<providers::SearchSession>(data::SearchQuery {}, sources(rows));
    auto *running = session.get();
    form.show(std::move(session));
    QEventLoop loading;
    QObject::connect(running, &providers::SearchSession::finished, &loading, &QEventLoop::quit);
    QElapsedTimer clock;
    clock.start();
    loading.exec();
    if (form.scenes()->count() != rows) {
        std::fprintf(stderr, "%d rows came instead of %d\n", form.scenes()->count(), rows);
        return 2;
    }
    std::printf("list: %d rows there after %lld ms\n", form.scenes()->count(), static_cast<long long>(clock.elapsed()));

    auto &scenes = *form.scenes();
    tellSkies(scenes, *running);

    QQmlEngine engine;
    engine.addImportPath(QStringLiteral("qrc:/qt/qml"));
    QQmlComponent component(&engine);
    component.setData("import QtQuick\nimport Astra.Controls\nimport Astra.Search\n"
                      "Rectangle { id: root; required property SearchForm form; color: Theme.surface\n"
                      "  property alias list: list\n"
                      "  SceneList { id: list; x: 12; y: 240; width: 312; height: 640; form: root.form } }",
                      QUrl());
    QQuickWindow window;
    window.resize(1440, 900);
    std::unique_ptr<QObject> root(
        component.createWithInitialProperties({{QStringLiteral("form"), QVariant::fromValue(&form)}}));
    auto *item = qobject_cast<QQuickItem *>(root.get());
    if (!item) {
        std::fputs(qPrintable(component.errorString()), stderr);
        return 2;
    }
    item->setParentItem(window.contentItem());
    item->setSize({1440, 900});
    window.show();
    auto *list = item->property("list").value<QQuickItem *>();

    Frames frames(window);
    const auto scrollTo = [&](double y) {
        const double end = list->property("contentHeight").toDouble() - list->height();
        list->setProperty("contentY", std::clamp(y, 0.0, end));
    };
    const auto at = [&] { return list->property("contentY").toDouble(); };
    for (int i = 0; i < 30; ++i)
        static_cast<void>(frames.after([&] { scrollTo(at() + 40); }));

    Spread scrolling;
    for (int i = 0; i < 150; ++i)
        scrolling.times.push_back(frames.after([&] { scrollTo(at() + 40); }));
    for (int i = 0; i < 150; ++i)
        scrolling.times.push_back(frames.after([&] { scrollTo(at() + 450); }));
    for (int i = 0; i < 50; ++i)
        scrolling.times.push_back(frames.after([&] { scrollTo((i * 7919) % 10'000 * 60.0); }));

    Spread sorting;
    for (const auto column : {SceneListModel::ByCloud, SceneListModel::ByProvider, SceneListModel::ByClear,
                              SceneListModel::ByCovered, SceneListModel::ByDate}) {
        sorting.times.push_back(frames.after([&] { scenes.sortBy(column); }));
        sorting.times.push_back(frames.after([&] { scenes.turnOrder(); }));
    }
    // In the window the map follows the order of the list.
    map::FootprintModel footprints;
    map::MapView view(window.contentItem());
    view.setPosition({340, 60});
    view.setSize({1100, 800});
    view.setColors({{QStringLiteral("footprint"), QColor(0x6C, 0xB6, 0xFF, 178)}});
    view.setFootprints(&footprints);
    std::vector<map::FootprintModel::Footprint> all;
    all.reserve(static_cast<std::size_t>(scenes.count()));
    for (int row = 0; row < scenes.count(); ++row)
        all.push_back({scenes.keyAt(row), scenes.footprintAt(row)});
    // As MapPane.qml does where there are many: what stands still is not painted again for each frame of the list.
    QQmlProperty::write(&view, QStringLiteral("layer.enabled"), true, &engine);
    footprints.setFootprints(std::move(all));
    for (int i = 0; i < 10; ++i)
        static_cast<void>(frames.after([&] { scrollTo(at() + 40); }));
    Spread following;
    for (int i = 0; i < 10; ++i) {
        following.times.push_back(frames.after([&] {
            scenes.turnOrder();
            QStringList keys;
            for (int row = 0; row < scenes.count(); ++row)
                keys.append(scenes.keyAt(row));
            footprints.setOrder(keys);
        }));
    }

    Spread beside;
    for (int i = 0; i < 100; ++i)
        beside.times.push_back(frames.after([&] { scrollTo(at() + 40); }));

    const double worstScroll = scrolling.slowest();
    const double worstSort = sorting.slowest();
    std::printf("list: median frame while scrolling %.1f ms, of a sort %.1f ms\n", scrolling.median(),
                sorting.median());
    std::printf("= 10,000 rows: slowest frame while scrolling, ms | %.1f | < %.0f\n", worstScroll, targetMilliseconds);
    std::printf("= 10,000 rows: slowest frame of a sort by any column, ms | %.1f | < %.0f\n", worstSort,
                targetMilliseconds);
    std::printf("= 10,000 rows: slowest frame of a sort with all of them on the map, ms | %.1f | < %.0f\n",
                following.slowest(), targetMilliseconds);
    std::printf("= 10,000 rows: slowest frame while scrolling with all of them on the map, ms | %.1f | < %.0f\n",
                beside.slowest(), targetMilliseconds);
    return 0;
}
