// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/geobox.h"
#include "core/render/tilegrid.h"
#include "ui/map/areaeditor.h"
#include "ui/map/basemaplayer.h"
#include "ui/map/cameramotion.h"
#include "ui/map/footprintlayer.h"
#include "ui/map/footprintmodel.h"
#include "ui/map/labellayer.h"
#include "ui/map/scenelayer.h"
#include "ui/types/geobox.h"

#include <QElapsedTimer>
#include <QPointer>
#include <QQuickItem>

#include <memory>
#include <optional>
#include <vector>

namespace astra::map {

/// The map: base map, one scene's tiles, footprints and the area of interest, on the Qt Quick scene graph.
///
///     MapView {
///         area: form.area                      // geoBox, degrees
///         areaValid: form.areaValid            // false: no rectangle is shown
///         onAreaEdited: box => form.area = box // drawn, resized or moved by hand; comes while dragging, too
///         drawing: …                           // true: the next drag or two clicks make a rectangle; ends itself
///         footprints: results.footprints       // FootprintModel*, owned by the view model
///         hoveredKey: …; chosenKey: …          // keys of footprints; hoveredKey changes under the pointer, too
///         sceneLayer: scene.layer              // SceneLayer*, owned by the view model; holds a TileLoader
///         onFootprintsClicked: (keys, longitude, latitude) => …   // in the list's order; empty: bare ground
///     }
///
/// `MapPane.qml` puts scale bar, coordinates, buttons, area frame and attribution around it; the shell uses that one.
/// Left drag pans (middle drag and Space + move always do), wheel zooms at the pointer, Shift + drag zooms to a box, a
/// click inspects. Nothing here touches a network or a file but the base map in the program's resources.
class MapView : public QQuickItem
{
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(astra::data::GeoBox area READ area WRITE setArea NOTIFY areaChanged)
    Q_PROPERTY(bool areaValid READ areaValid WRITE setAreaValid NOTIFY areaChanged)
    Q_PROPERTY(bool drawing READ drawing WRITE setDrawing NOTIFY drawingChanged)
    Q_PROPERTY(QRectF areaRect READ areaRect NOTIFY areaRectChanged) ///< view pixels; empty: nothing to show
    Q_PROPERTY(double areaKm2 READ areaKm2 NOTIFY areaRectChanged)
    Q_PROPERTY(QRectF rubberBand READ rubberBand NOTIFY rubberBandChanged) ///< the zoom box, view pixels
    Q_PROPERTY(astra::map::FootprintModel *footprints READ footprints WRITE setFootprints NOTIFY footprintsChanged)
    Q_PROPERTY(QString hoveredKey READ hoveredKey WRITE setHoveredKey NOTIFY hoveredKeyChanged)
    Q_PROPERTY(QString chosenKey READ chosenKey WRITE setChosenKey NOTIFY chosenKeyChanged)
    Q_PROPERTY(astra::map::SceneLayer *sceneLayer READ sceneLayer WRITE setSceneLayer NOTIFY sceneLayerChanged)
    Q_PROPERTY(double zoom READ zoom NOTIFY cameraChanged)
    Q_PROPERTY(double centerLongitude READ centerLongitude NOTIFY cameraChanged)
    Q_PROPERTY(double centerLatitude READ centerLatitude NOTIFY cameraChanged)
    Q_PROPERTY(double metresPerPixel READ metresPerPixel NOTIFY resolutionChanged) ///< at the view's centre
    Q_PROPERTY(
        bool focusVisible READ focusVisible NOTIFY focusVisibleChanged) ///< the keyboard is here, by the keyboard
    Q_PROPERTY(bool moving READ moving NOTIFY movingChanged) ///< under way: dragged or animated
    Q_PROPERTY(bool pointerInside READ pointerInside NOTIFY pointerMoved)
    Q_PROPERTY(double pointerLongitude READ pointerLongitude NOTIFY pointerMoved)
    Q_PROPERTY(double pointerLatitude READ pointerLatitude NOTIFY pointerMoved)
    Q_PROPERTY(bool reducedMotion MEMBER m_reducedMotion NOTIFY reducedMotionChanged)
    Q_PROPERTY(QVariantMap colors READ colors WRITE setColors NOTIFY colorsChanged) ///< Theme.mapColors
    Q_PROPERTY(double insetLeft MEMBER m_insetLeft NOTIFY insetsChanged) ///< covered by panels: fit() avoids it
    Q_PROPERTY(double insetRight MEMBER m_insetRight NOTIFY insetsChanged)

public:
    explicit MapView(QQuickItem *parent = nullptr);
    ~MapView() override;

    [[nodiscard]] data::GeoBox area() const { return m_area; }
    [[nodiscard]] bool areaValid() const { return m_areaValid; }
    [[nodiscard]] bool drawing() const { return m_drawing; }
    [[nodiscard]] QRectF areaRect() const;
    [[nodiscard]] double areaKm2() const;
    [[nodiscard]] QRectF rubberBand() const { return m_rubberBand; }
    [[nodiscard]] FootprintModel *footprints() const { return m_footprints; }
    [[nodiscard]] QString hoveredKey() const { return m_hoveredKey; }
    [[nodiscard]] QString chosenKey() const { return m_chosenKey; }
    [[nodiscard]] SceneLayer *sceneLayer() const { return m_sceneLayer; }
    [[nodiscard]] double zoom() const { return m_motion.camera().zoom; }
    [[nodiscard]] double centerLongitude() const;
    [[nodiscard]] double centerLatitude() const;
    [[nodiscard]] double metresPerPixel() const { return m_metresPerPixel; }
    [[nodiscard]] bool focusVisible() const { return m_focusVisible; }
    [[nodiscard]] bool moving() const { return m_moving; }
    [[nodiscard]] bool pointerInside() const { return m_pointerInside; }
    [[nodiscard]] double pointerLongitude() const { return m_pointerPlace.x(); }
    [[nodiscard]] double pointerLatitude() const { return m_pointerPlace.y(); }
    [[nodiscard]] QVariantMap colors() const { return m_colorMap; }
    [[nodiscard]] const render::Camera &camera() const { return m_motion.camera(); }

    void setArea(const data::GeoBox &area);
    void setAreaValid(bool valid);
    void setDrawing(bool drawing);
    void setFootprints(FootprintModel *footprints);
    void setHoveredKey(const QString &key);
    void setChosenKey(const QString &key);
    void setSceneLayer(SceneLayer *layer);
    void setColors(const QVariantMap &colors);
    void setCamera(const render::Camera &camera); ///< at once, without animation

    /// Shows the whole box between the panels; animated unless motion is reduced.
    Q_INVOKABLE void fit(const astra::data::GeoBox &box);
    Q_INVOKABLE void home(); ///< the whole world
    Q_INVOKABLE void zoomBy(double levels); ///< about the centre
    Q_INVOKABLE void panBy(double x, double y); ///< in views: 0.25 is a quarter
    Q_INVOKABLE [[nodiscard]] QPointF toView(double longitude, double latitude) const;
    Q_INVOKABLE [[nodiscard]] QPointF toPlace(double x, double y) const; ///< (longitude, latitude)

Q_SIGNALS:
    void areaEdited(const astra::data::GeoBox &box);
    void areaChanged();
    void areaRectChanged();
    void rubberBandChanged();
    void drawingChanged();
    void footprintsChanged();
    void hoveredKeyChanged();
    void chosenKeyChanged();
    void sceneLayerChanged();
    void footprintsClicked(const QStringList &keys, double longitude, double latitude);
    void cameraChanged();
    void resolutionChanged();
    void focusVisibleChanged();
    void movingChanged();
    void pointerMoved();
    void colorsChanged();
    void reducedMotionChanged();
    void insetsChanged();

protected:
    bool event(QEvent *event) override;
    void geometryChange(const QRectF &now, const QRectF &before) override;
    void itemChange(ItemChange change, const ItemChangeData &data) override;
    void keyPressEvent(QKeyEvent *event) override;
    void keyReleaseEvent(QKeyEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseUngrabEvent() override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    void hoverMoveEvent(QHoverEvent *event) override;
    void hoverLeaveEvent(QHoverEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    QSGNode *updatePaintNode(QSGNode *old, UpdatePaintNodeData *data) override;

private:
    /// Advances the motion with the scene's own clock.
    class Ticker;
    enum class Gesture { None, Undecided, Pan, Draw, ZoomBox, Resize };

    [[nodiscard]] bool animated() const { return !m_reducedMotion && isVisible(); }
    [[nodiscard]] QPointF worldAt(QPointF view) const { return toWorldUnwrapped(camera(), view); }
    [[nodiscard]] data::GeoBox shownArea() const; ///< what is being drawn, else the area
    void cameraMoved();
    void askForTiles();
    void measure(); ///< the scale, on the ellipsoid
    void startMotion();
    void stopMotion();
    void setMoving(bool moving);
    void remember(); ///< the view before a change, for going back
    void travel(std::vector<render::Camera> &from, std::vector<render::Camera> &to);
    void updateLook();
    void edit(const data::GeoBox &box);
    void setRubberBand(const QRectF &band);
    void pointAt(QPointF view);
    void updateCursor(QPointF view);
    void startPan(QPointF view);
    void panTo(QPointF view);
    void finishDrawing(QPointF view);
    void endGesture();

    CameraMotion m_motion;
    std::unique_ptr<Ticker> m_ticker;
    BasemapLayer m_basemapLayer;
    LabelLayer m_labels;
    FootprintLayer m_footprintLayer;
    MapColors m_colors;
    QVariantMap m_colorMap;
    QPointer<FootprintModel> m_footprints;
    QPointer<SceneLayer> m_sceneLayer;
    std::vector<render::Camera> m_back;
    std::vector<render::Camera> m_forward;

    data::GeoBox m_area;
    QString m_hoveredKey;
    QString m_chosenKey;
    QRectF m_rubberBand;
    QPointF m_pointerPlace;
    double m_metresPerPixel = 0;
    double m_insetLeft = 0;
    double m_insetRight = 0;
    bool m_areaValid = false;
    bool m_drawing = false;
    bool m_moving = false;
    bool m_focusVisible = false;
    bool m_pointerInside = false;
    bool m_reducedMotion = false;
    bool m_spaceHeld = false;

    Gesture m_gesture = Gesture::None;
    Handle m_handle = Handle::None;
    QPointF m_pressView;
    QPointF m_pressWorld; ///< under the pointer when pressed; while panning it stays there
    QRectF m_areaAtPress; ///< world coordinates
    std::optional<QPointF> m_corner; ///< drawing: the first corner, world coordinates
    std::optional<QRectF> m_draft; ///< drawing: world coordinates
    QPointF m_lastView;
    QPointF m_velocity; ///< of the pointer, pixels per millisecond
    QElapsedTimer m_sinceMove;
};

} // namespace astra::map
