// SPDX-License-Identifier: Apache-2.0
import QtQuick
import Astra.Controls

/// The area of interest: a frame with handles and its size beside it. MapView does the dragging; this only shows.
Item {
    id: frame

    required property rect area ///< view pixels; empty: nothing
    required property double km2
    property bool handles: true
    readonly property bool roomy: Math.min(area.width, area.height) >= 56
    readonly property var corners: [[0, 0], [1, 0], [1, 1], [0, 1]] ///< of the frame's own size
    readonly property var sides: [[0.5, 0], [1, 0.5], [0.5, 1], [0, 0.5]]

    function size(value: double): string {
        const digits = value < 10 ? 2 : value < 100 ? 1 : 0;
        return qsTr("%1 km²").arg(Number(value).toLocaleString(Qt.locale(), "f", digits));
    }

    visible: area.width > 0 && area.height > 0
    x: Math.round(area.x)
    y: Math.round(area.y)
    width: Math.max(1, Math.round(area.width))
    height: Math.max(1, Math.round(area.height))

    Rectangle {
        anchors.fill: parent
        anchors.margins: -2
        color: "transparent"
        border.width: 4
        border.color: Theme.areaCasing
    }
    Rectangle {
        anchors.fill: parent
        anchors.margins: -1
        color: Qt.rgba(Theme.area.r, Theme.area.g, Theme.area.b, 0.05)
        border.width: 2
        border.color: Theme.area
    }
    Repeater {
        // A small frame keeps its corners only.
        model: !frame.handles ? [] : frame.roomy ? frame.corners.concat(frame.sides) : frame.corners
        Rectangle {
            required property var modelData
            x: parent ? Math.round(parent.width * modelData[0]) - width / 2 : 0
            y: parent ? Math.round(parent.height * modelData[1]) - height / 2 : 0
            width: 10
            height: 10
            radius: 2
            color: Theme.area
            border.width: 1
            border.color: Theme.dark ? "#0E1317" : "#FFFFFF"
        }
    }
    Rectangle {
        visible: frame.handles && frame.roomy
        anchors.centerIn: parent
        width: 14
        height: 14
        radius: 7
        color: Theme.areaCasing
        border.width: 2
        border.color: Theme.area
    }
    Rectangle {
        id: tag

        readonly property bool above: frame.y > 34

        // Beside the frame; inside the view where the frame is not.
        x: Math.max(8 - frame.x, Math.min(0, (frame.parent ? frame.parent.width : 0) - frame.x - width - 8))
        y: above ? -height - 8 : Math.max(8, 8 - frame.y)
        width: words.implicitWidth + 12
        height: 22
        radius: Theme.radiusSmall
        color: Theme.surface
        border.color: Theme.border
        Label {
            id: words
            anchors.centerIn: parent
            text: frame.size(frame.km2)
            font.pixelSize: Theme.sizeSmall
            font.weight: Font.Medium
        }
    }
}
