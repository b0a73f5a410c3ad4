// SPDX-License-Identifier: Apache-2.0
import QtQuick
import QtQuick.Templates as T

T.CheckBox {
    id: control

    implicitHeight: Math.max(Theme.controlHeight, contentItem.implicitHeight + 8)
    implicitWidth: contentItem.implicitWidth + leftPadding + rightPadding
    leftPadding: 26
    focusPolicy: Qt.StrongFocus
    font.family: Theme.family
    font.pixelSize: Theme.sizeBody
    Accessible.role: Accessible.CheckBox
    Accessible.name: text
    Accessible.checkable: true
    Accessible.checked: checked

    indicator: Rectangle {
        y: (control.height - height) / 2
        width: 18
        height: 18
        radius: Theme.radiusSmall
        color: control.checked && control.enabled ? Theme.accent : Theme.background
        border.width: control.checked && control.enabled ? 0 : 1
        border.color: control.hovered ? Theme.muted : Theme.border
        Icon {
            anchors.centerIn: parent
            visible: control.checked
            name: "check"
            size: 14
            color: control.enabled ? Theme.accentText : Theme.muted
        }
        FocusRing {
            shown: control.visualFocus
            around: Theme.radiusSmall
        }
    }
    contentItem: Text {
        text: control.text
        font: control.font
        color: control.enabled ? Theme.text : Theme.muted
        verticalAlignment: Text.AlignVCenter
        wrapMode: Text.Wrap
    }
}
