// SPDX-License-Identifier: Apache-2.0
// How quickly the map follows the hand: a window of 1440 × 900 pans for some seconds over 1,000 footprints, the area's
// frame and a previewed scene; prints the median and the 95th percentile of the time from frame to frame. Wants a
// display; under Xvfb Qt Quick runs on llvmpipe, which is the case that the target (33 ms) is for. The processor time a
// frame, of all threads, tells what a frame costs on a machine that is busy with other things too.
//   bench_pan [footprints, 1000]

#include "core/imagery/tileloader.h"
#include "ui/map/mapview.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QGuiApplication>
#include <QQuickWindow>
#include <QSGRendererInterface>
#include <QSet>
#include <QTimer>

#include <sys/resource.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

using namespace astra;

namespace {

constexpr int framesToMeasure = 200;
constexpr int framesToWarmUp = 20;
constexpr double targetMilliseconds = 33;

/// A scene whose tiles come at once.
class InstantLoader : public imagery::TileLoader
{
public:
    InstantLoader() { m_acquisition.copies.emplace_back(); }
    const data::Acquisition &acquisition() const override { return m_acquisition; }
    render::Style style() const override { return {}; }
    Status status() const override { return {}; }
    data::GeoBox bounds() const override { return {5, 44, 13, 50}; }
    void setStyle(const render::Style &) override { }
    void setVisible(const std::vector<render::TileId> &tiles) override
    {
        for (const render::TileId &id : tiles) {
            if (m_given.contains(id))
                continue;
            m_given.insert(id);
            QTimer::singleShot(0, this, [this, id] { give(id); });
        }
    }

private:
    void give(const render::TileId &id) { Q_EMIT tileReady(id, m_picture); }

    static data::Picture pattern()
    {
        data::Picture picture {render::tileSize, render::tileSize, {}};
        picture.rgba.resize(std::size_t(render::tileSize) * render::tileSize * 4);
        for (std::size_t i = 0; i < picture.rgba.size(); ++i)
            picture.rgba[i] = i % 4 == 3 ? 255 : std::uint8_t((i * 31) >> 4);
        return picture;
    }
    const data::Picture m_picture = pattern();
    QSet<render::TileId> m_given;
    data::Acquisition m_acquisition;
};

std::vector<map::FootprintModel::Footprint> grid(int count)
{
    std::vector<map::FootprintModel::Footprint> footprints;
    for (int i = 0; i < count; ++i) {
        const double x = 2 + (i % 40) * 0.35;
        const double y = 42 + (i / 40) * 0.35;
        footprints.push_back(
            {QString::number(i), {{{x, y}, {x + 1.4, y + 0.1}, {x + 1.3, y + 1}, {x - 0.1, y + 0.9}, {x, y}}}});
    }
    return footprints;
}

/// Milliseconds of all threads so far.
double processorTime()
{
    rusage usage {};
    getrusage(RUSAGE_SELF, &usage);
    const auto ms = [](const timeval &t) { return double(t.tv_sec) * 1e3 + double(t.tv_usec) / 1e3; };
    return ms(usage.ru_utime) + ms(usage.ru_stime);
}

const char *nameOf(QSGRendererInterface::GraphicsApi api)
{
    return api == QSGRendererInterface::Software ? "software"
        : api == QSGRendererInterface::OpenGL    ? "OpenGL"
                                                 : "other";
}

} // namespace

int main(int argc, char *argv[])
{
    const QGuiApplication app(argc, argv);
    const int count = argc > 1 ? std::clamp(atoi(argv[1]), 0, 100'000) : 1000;
    map::FootprintModel footprints;
    footprints.setFootprints(grid(count));
    InstantLoader loader;
    map::SceneLayer scene;
    scene.setLoader(&loader);

    QQuickWindow window;
    window.resize(1440, 900);
    map::MapView view(window.contentItem());
    view.setSize({1440, 900});
    view.setColors({{QStringLiteral("water"), QColor(0x0B, 0x22, 0x30)},
                    {QStringLiteral("land"), QColor(0x1A, 0x22, 0x27)},
                    {QStringLiteral("border"), QColor(0x3A, 0x47, 0x50)},
                    {QStringLiteral("label"), QColor(0x8F, 0xA0, 0xAC)},
                    {QStringLiteral("footprint"), QColor(0x6C, 0xB6, 0xFF, 178)},
                    {QStringLiteral("hovered"), QColor(Qt::white)},
                    {QStringLiteral("chosen"), QColor(0x3C, 0xC2, 0xB0)},
                    {QStringLiteral("chosenFill"), QColor(0x3C, 0xC2, 0xB0, 46)},
                    {QStringLiteral("casing"), QColor(0x0E, 0x13, 0x17, 160)}});
    view.setFootprints(&footprints);
    view.setSceneLayer(&scene);
    view.setChosenKey(QStringLiteral("500"));
    window.show();

    const QPointF middle = render::toWorld(9, 47);
    std::vector<double> times;
    QElapsedTimer clock;
    int frame = 0;
    double spent = 0;
    // A circle about the middle, ten pixels each frame: tiles and base map come and go as under a hand.
    const auto next = [&] {
        const double angle = frame * 0.03;
        const double reach = 330.0 / (render::tileSize * std::exp2(7));
        view.setCamera({middle.x() + std::cos(angle) * reach, middle.y() + std::sin(angle) * reach, 7, 0, 0});
    };
    QObject::connect(
        &window, &QQuickWindow::frameSwapped, &view,
        [&] {
            if (frame == framesToWarmUp)
                spent = processorTime();
            if (frame++ >= framesToWarmUp)
                times.push_back(double(clock.nsecsElapsed()) / 1e6);
            clock.start();
            frame < framesToWarmUp + framesToMeasure ? next() : QCoreApplication::quit();
        },
        Qt::QueuedConnection);
    clock.start();
    next();
    QTimer::singleShot(120'000, &app, [] { QCoreApplication::exit(2); });
    if (QGuiApplication::exec() != 0 || times.empty()) {
        std::fputs("pan: no frames were drawn\n", stderr);
        return 2;
    }
    spent = (processorTime() - spent) / double(times.size());
    std::sort(times.begin(), times.end());
    const double median = times[times.size() / 2];
    std::printf("pan: %s renderer, %d footprints, a scene, 1440 x 900; 95th percentile %.1f ms, processor %.1f ms\n",
                nameOf(window.rendererInterface()->graphicsApi()), count, times[times.size() * 95 / 100], spent);
    std::printf("= Panning over %d footprints and a scene: median frame, ms | %.1f | < %.0f\n", count, median,
                targetMilliseconds);
    return 0;
}
