// SPDX-License-Identifier: Apache-2.0
import QtQuick
import QtQuick.Templates as T

/// A choice that is on or off. A tick says so besides the colour.
T.AbstractButton {
    id: control

    property string tip

    checkable: true
    implicitHeight: 28
    implicitWidth: row.implicitWidth + 20
    focusPolicy: Qt.StrongFocus
    font.family: Theme.family
    font.pixelSize: Theme.sizeSmall
    font.weight: Font.Medium
    Accessible.role: Accessible.CheckBox
    Accessible.name: text
    Accessible.description: tip
    Accessible.checkable: true
    Accessible.checked: checked

    contentItem: Item {
        Row {
            id: row
            anchors.centerIn: parent
            spacing: Theme.gapSmall
            Icon {
                anchors.verticalCenter: parent.verticalCenter
                visible: control.checked
                name: "check"
                size: 14
                color: Theme.accent
            }
            Text {
                anchors.verticalCenter: parent.verticalCenter
                text: control.text
                font: control.font
                color: control.enabled ? Theme.text : Theme.muted
            }
        }
    }
    background: Rectangle {
        radius: height / 2
        color: control.checked ? Theme.accentSoft : control.hovered ? Theme.hover : "transparent"
        border.color: control.checked ? Theme.accent : Theme.border
        FocusRing {
            shown: control.visualFocus
            around: 14
        }
    }
    Tip {
        text: control.tip
        visible: control.tip && control.hovered
    }
}
