// SPDX-License-Identifier: Apache-2.0
import QtQuick
import Astra.Controls
import Astra.Map // C++ types of the own module: the implicit import does not bring them on Qt 6.4

/// The map with everything that belongs to it: area frame, scale, coordinates, attribution, buttons. Bind the scene's
/// attribution and the width that panels cover; `map` is the MapView (mapview.h says how to bind it).
Item {
    id: pane

    readonly property alias map: view
    property string attribution ///< of what is shown, after the base map's own
    property int insetLeft: 0 ///< covered by panels
    property int insetRight: 0
    property int insetBottom: 0

    function degrees(value: double, positive: string, negative: string): string {
        return Math.abs(value).toFixed(view.zoom > 11 ? 5 : view.zoom > 7 ? 3 : 2) + "° " + (value < 0 ? negative : positive);
    }

    MapView {
        id: view

        anchors.fill: parent
        colors: Theme.mapColors
        reducedMotion: Theme.reducedMotion
        insetLeft: pane.insetLeft
        insetRight: pane.insetRight
        // Thousands of outlines are most of a frame on software OpenGL: while they stand still they are not painted
        // again because a list beside them scrolls.
        layer.enabled: view.footprints !== null && view.footprints.count > 1000
        Accessible.role: Accessible.Canvas
        Accessible.name: qsTr("Map")
        Accessible.description: qsTr("Centre %1, %2. Arrow keys move, plus and minus zoom. %n footprint(s).", "", view.footprints ? view.footprints.count : 0).arg(pane.degrees(view.centerLatitude, qsTr("N"), qsTr("S"))).arg(pane.degrees(view.centerLongitude, qsTr("E"), qsTr("W")))
        Accessible.focusable: true
    }
    AreaFrame {
        parent: view
        area: view.areaRect
        km2: view.areaKm2
        handles: !view.drawing
    }
    Rectangle {
        parent: view
        visible: view.rubberBand.width > 0
        x: view.rubberBand.x
        y: view.rubberBand.y
        width: view.rubberBand.width
        height: view.rubberBand.height
        color: Theme.accentSoft
        border.color: Theme.accent
    }
    // Where the keyboard is; a click on the map needs no ring.
    Rectangle {
        anchors.fill: parent
        color: "transparent"
        border.width: Theme.focusWidth
        border.color: Theme.accent
        visible: view.focusVisible
    }

    Rectangle {
        id: strip

        readonly property real room: pane.width - pane.insetRight - x - Theme.gap ///< up to the edge of what is seen
        readonly property bool broad: 330 + credit.implicitWidth < room ///< one line is enough, however long the scale bar

        anchors.left: parent.left
        anchors.leftMargin: pane.insetLeft + Theme.gap
        anchors.bottom: parent.bottom
        anchors.bottomMargin: pane.insetBottom + Theme.gap
        width: (broad ? credit.x + credit.width : Math.max(row.width, credit.width) + 8) + 8
        height: broad ? 24 : 42
        radius: Theme.radiusSmall
        color: Qt.rgba(Theme.surface.r, Theme.surface.g, Theme.surface.b, 0.86)
        Row {
            id: row
            x: 8
            height: 24
            spacing: Theme.gapMedium
            ScaleBar {
                anchors.verticalCenter: parent.verticalCenter
                metresPerPixel: view.metresPerPixel
            }
            Label {
                id: coordinates
                anchors.verticalCenter: parent.verticalCenter
                width: Math.max(implicitWidth, 132)
                horizontalAlignment: Text.AlignHCenter
                font.pixelSize: Theme.sizeSmall
                text: pane.degrees(view.pointerInside ? view.pointerLatitude : view.centerLatitude, qsTr("N"), qsTr("S")) + "  " + pane.degrees(view.pointerInside ? view.pointerLongitude : view.centerLongitude, qsTr("E"), qsTr("W"))
            }
        }
        Label {
            id: credit
            x: strip.broad ? row.x + row.width + Theme.gapMedium : 8
            y: strip.broad ? 5 : 23
            width: Math.min(implicitWidth, strip.room - 16)
            elide: Text.ElideRight
            muted: true
            font.pixelSize: 11
            text: (pane.attribution ? "© " + pane.attribution + " · " : "") + qsTr("Natural Earth · GeoNames")
        }
    }
    Panel {
        id: buttons

        anchors.right: parent.right
        anchors.rightMargin: pane.insetRight + Theme.gap
        anchors.bottom: parent.bottom
        anchors.bottomMargin: pane.insetBottom + Theme.gap + (strip.broad ? 0 : strip.height + Theme.gap) // or it would cover the strip
        padding: 2
        width: 36
        height: column.height + 4
        Column {
            id: column
            IconButton {
                name: qsTr("Zoom in")
                symbol: "plus"
                shortcut: "+"
                onClicked: view.zoomBy(1)
            }
            IconButton {
                name: qsTr("Zoom out")
                symbol: "minus"
                shortcut: "−"
                onClicked: view.zoomBy(-1)
            }
            IconButton {
                name: qsTr("Show the whole world")
                symbol: "house"
                onClicked: view.home()
            }
            IconButton {
                name: qsTr("Show the area")
                symbol: "maximize"
                enabled: view.areaValid
                onClicked: view.fit(view.area)
            }
        }
    }
}
