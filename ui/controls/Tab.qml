// SPDX-License-Identifier: Apache-2.0
import QtQuick
import QtQuick.Templates as T

/// One part of a panel, of which one is shown.
T.AbstractButton {
    id: tab

    implicitWidth: implicitContentWidth + 2 * Theme.gapMedium
    implicitHeight: Theme.controlHeight
    focusPolicy: Qt.StrongFocus
    font.family: Theme.family
    font.pixelSize: Theme.sizeBody
    font.weight: checked ? Font.DemiBold : Font.Medium
    Accessible.role: Accessible.PageTab
    Accessible.name: text
    Accessible.selected: checked

    contentItem: Text {
        text: tab.text
        font: tab.font
        color: tab.checked ? Theme.text : Theme.muted
        horizontalAlignment: Text.AlignHCenter
        verticalAlignment: Text.AlignVCenter
    }
    background: Rectangle {
        radius: Theme.radius
        color: tab.hovered && !tab.checked ? Theme.hover : "transparent"
        Rectangle {
            anchors.bottom: parent.bottom
            width: parent.width
            height: 2
            color: tab.checked ? Theme.accent : Theme.border
        }
        FocusRing {
            shown: tab.visualFocus
        }
    }
}
