// SPDX-License-Identifier: Apache-2.0
import QtQuick

/// A surface that floats over the map. Its shadow is three rectangles: cheap on every renderer.
Item {
    id: panel

    default property alias content: body.data
    property int padding: Theme.gapMedium
    property color color: Theme.surface

    implicitWidth: body.childrenRect.width + padding * 2
    implicitHeight: body.childrenRect.height + padding * 2

    Repeater {
        model: 3
        Rectangle {
            required property int index
            anchors.fill: parent
            anchors.margins: -index - 1
            anchors.topMargin: -index
            anchors.bottomMargin: -index - 2
            radius: Theme.radiusPanel + index + 1
            color: "transparent"
            border.width: 1.5 + index
            border.color: Theme.shadow
            opacity: 0.32 - index * 0.09
        }
    }
    Rectangle {
        anchors.fill: parent
        radius: Theme.radiusPanel
        color: panel.color
        border.color: Theme.border

        // What lies beneath gets neither clicks nor wheel.
        MouseArea {
            anchors.fill: parent
            acceptedButtons: Qt.AllButtons
            hoverEnabled: true
            onWheel: wheel => wheel.accepted = true
            Accessible.ignored: true
        }
    }
    Item {
        id: body
        anchors.fill: parent
        anchors.margins: panel.padding
    }
}
