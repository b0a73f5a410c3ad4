// SPDX-License-Identifier: Apache-2.0
import QtQuick
import Astra.Controls

/// A word or two in a frame.
Rectangle {
    id: badge

    required property string text
    property color ink: Theme.warn

    implicitWidth: Math.ceil(label.implicitWidth) + 16
    implicitHeight: 20
    radius: 10
    color: "transparent"
    border.color: Qt.rgba(ink.r, ink.g, ink.b, 0.5)

    Label {
        id: label
        anchors.centerIn: parent
        width: Math.min(implicitWidth, parent.width - 12)
        text: badge.text
        color: badge.ink
        font.pixelSize: Theme.sizeSmall
        elide: Text.ElideRight
    }
}
