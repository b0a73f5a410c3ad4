// SPDX-License-Identifier: Apache-2.0
#include "app/gui.h"

#include "core/base/logging.h"
#include "core/base/pools.h"
#include "core/sandbox/sandbox.h"
#include "ui/shell/shell.h"

#include <QFileInfo>
#include <QFontDatabase>
#include <QGuiApplication>
#include <QIcon>
#include <QLibraryInfo>
#include <QQmlApplicationEngine>
#include <QQmlExtensionPlugin>
#include <QQuickStyle>
#include <QTranslator>

#include <memory>
#include <mutex>

Q_IMPORT_QML_PLUGIN(Astra_TypesPlugin)
Q_IMPORT_QML_PLUGIN(Astra_ControlsPlugin)
Q_IMPORT_QML_PLUGIN(Astra_MapPlugin)
Q_IMPORT_QML_PLUGIN(Astra_SearchPlugin)
Q_IMPORT_QML_PLUGIN(Astra_ScenePlugin)
Q_IMPORT_QML_PLUGIN(Astra_JobsPlugin)
Q_IMPORT_QML_PLUGIN(Astra_SettingsPlugin)
Q_IMPORT_QML_PLUGIN(Astra_ShellPlugin)

namespace astra::app {

namespace {

/// The sandbox of this window: made on a pool, kept until the window closes.
struct SandboxHolder {
    std::mutex mutex;
    std::unique_ptr<sandbox::Sandbox> sandbox;
};

shell::WorldStarter worldStarter(Pools &pools, const std::shared_ptr<SandboxHolder> &holder, const GuiOptions &options)
{
    sandbox::SandboxConfig config;
    config.cacheDir = options.config.cacheDir;
    config.faults = options.faults;
    return [&pools, holder, config](std::function<void(double)> progress) {
        return runOn(pools.io, [holder, config, progress = std::move(progress)]() -> Result<shell::World> {
            const std::lock_guard lock(holder->mutex);
            if (!holder->sandbox) {
                auto started = sandbox::Sandbox::start(config, Progress({}, progress));
                if (!started)
                    return fail(started.error());
                holder->sandbox = std::move(*started);
            }
            return shell::World {holder->sandbox->url(), QString::fromUtf8(holder->sandbox->key().reveal())};
        });
    };
}

} // namespace

int runGui(int &argc, char **argv, const GuiOptions &options)
{
    QGuiApplication application(argc, argv);
    QGuiApplication::setApplicationDisplayName(QStringLiteral("Astra"));
    QGuiApplication::setDesktopFileName(QStringLiteral("astra"));
    QGuiApplication::setWindowIcon(QIcon(QStringLiteral(":/astra/icons/astra.svg")));
    QQuickStyle::setStyle(QStringLiteral("Basic"));

    QTranslator ours;
    const QString folder = QStringLiteral(":/astra/translations");
    // English needs its file, too: it holds the plurals.
    if (ours.load(QLocale(), QStringLiteral("astra"), QStringLiteral("_"), folder)
        || ours.load(QStringLiteral("astra_en"), folder))
        QCoreApplication::installTranslator(&ours);
    QTranslator qts;
    if (qts.load(QLocale(), QStringLiteral("qtbase"), QStringLiteral("_"),
                 QLibraryInfo::path(QLibraryInfo::TranslationsPath)))
        QCoreApplication::installTranslator(&qts);

    Pools pools;
    const auto holder = std::make_shared<SandboxHolder>();
    shell::Shell shell(options.config, worldStarter(pools, holder, options));

    QQmlApplicationEngine engine;
    engine.addImportPath(QStringLiteral("qrc:/qt/qml"));
    engine.setInitialProperties({{QStringLiteral("shell"), QVariant::fromValue(&shell)}});
    engine.load(QUrl(QStringLiteral("qrc:/qt/qml/Astra/Shell/Main.qml")));
    if (engine.rootObjects().isEmpty())
        return 1;
    if (options.sandbox)
        shell.openSandbox();
    if (!options.file.isEmpty()) // behind the door that is being opened, else behind the real one
        shell.openFile(QUrl::fromLocalFile(QFileInfo(options.file).absoluteFilePath()));
    return QGuiApplication::exec();
}

} // namespace astra::app
