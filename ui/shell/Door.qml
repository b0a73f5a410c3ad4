// SPDX-License-Identifier: Apache-2.0
import QtQuick
import QtQuick.Templates as T
import Astra.Controls

/// One of the two ways in.
T.Button {
    id: door

    required property string title
    required property string symbol

    implicitHeight: 132
    focusPolicy: Qt.StrongFocus
    Accessible.role: Accessible.Button
    Accessible.name: title
    Accessible.description: text
    Keys.onReturnPressed: clicked()
    Keys.onEnterPressed: clicked()

    background: Rectangle {
        radius: Theme.radiusPanel
        color: door.down ? Theme.pressed : door.hovered ? Theme.accentSoft : Theme.raised
        border.color: door.hovered || door.visualFocus ? Theme.accent : Theme.border
        FocusRing {
            shown: door.visualFocus
            around: Theme.radiusPanel
        }
    }
    contentItem: Item {
        opacity: door.enabled ? 1 : 0.5
        Icon {
            id: icon
            x: 16
            y: 18
            size: 20
            name: door.symbol
            color: Theme.accent
        }
        Label {
            anchors.left: icon.right
            anchors.leftMargin: 12
            anchors.verticalCenter: icon.verticalCenter
            text: door.title
            font.pixelSize: Theme.sizeLarge
            font.weight: Font.DemiBold
            Accessible.ignored: true
        }
        Label {
            x: 16
            anchors.top: icon.bottom
            anchors.topMargin: 12
            width: parent.width - 32
            text: door.text
            muted: true
            wrapMode: Text.Wrap
            Accessible.ignored: true
        }
    }
}
