// SPDX-License-Identifier: Apache-2.0
#include "core/library/localscene.h"
#include "tests/support/smallscenes.h"
#include "tests/ui/scene/scenestage.h"

#include <QtQml/qqmlextensionplugin.h>
#include <QtQuickTest>

Q_IMPORT_QML_PLUGIN(Astra_TypesPlugin)
Q_IMPORT_QML_PLUGIN(Astra_ControlsPlugin)
Q_IMPORT_QML_PLUGIN(Astra_ScenePlugin)

using namespace astra;

/// A scene with four bands, and an engine that keeps looks in a folder of its own.
class Stage : public test::SceneStage
{
    Q_OBJECT
    Q_PROPERTY(astra::scene::SceneViewer *viewer MEMBER m_viewer CONSTANT)
public:
    explicit Stage(QObject *parent)
        : SceneStage(parent)
    {
    }
    /// With nothing kept.
    Q_INVOKABLE bool show()
    {
        if (!startEngine())
            return false;
        data::Scene scene;
        scene.provider = QStringLiteral("local");
        scene.id = QStringLiteral("S2B_32TMT_20250601_0_L2A");
        for (const auto *name : {"red", "green", "blue", "nir"}) {
            const QString band = QString::fromLatin1(name);
            scene.assets.push_back(asset(band, QUrl::fromLocalFile(file(band + QStringLiteral(".tif")))));
        }
        m_viewer->show({{scene}}, QStringLiteral("true-color"));
        return true;
    }
    /// A scene whose right half is cloud, and the map over that half.
    Q_INVOKABLE bool showCloudyHalf()
    {
        if (!show() || test::writeLandsat(m_folder->path()).isEmpty())
            return false;
        const auto scene = library::openLocal(m_folder->path());
        if (!scene)
            return false;
        m_viewer->show(*scene, QStringLiteral("true-color"));
        const data::GeoBox box = *scene->best().bbox;
        const QPointF at = render::toWorld(box.west + 0.8 * (box.east - box.west), box.center().y());
        constexpr int level = 19; // tiles of some 70 m; the scene is 2 km wide
        const auto place = [](double share) { return static_cast<int>(share * (1 << level)); };
        m_viewer->tiles()->setVisible({{level, place(at.x()), place(at.y())}});
        return true;
    }
};

class Setup : public QObject
{
    Q_OBJECT
public Q_SLOTS:
    void qmlEngineAvailable(QQmlEngine *engine) { test::setStage<Stage>(engine); }
};

QUICK_TEST_MAIN_WITH_SETUP(lookpanel, Setup)
#include "tst_lookpanel.moc"
