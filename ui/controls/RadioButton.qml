// SPDX-License-Identifier: Apache-2.0
import QtQuick
import QtQuick.Templates as T

/// One of several, all of them seen.
T.RadioButton {
    id: control

    implicitHeight: Math.max(28, contentItem.implicitHeight + 8)
    implicitWidth: contentItem.implicitWidth + leftPadding + rightPadding
    leftPadding: 26
    focusPolicy: Qt.StrongFocus
    font.family: Theme.family
    font.pixelSize: Theme.sizeBody
    Accessible.role: Accessible.RadioButton
    Accessible.name: text
    Accessible.checkable: true
    Accessible.checked: checked

    indicator: Rectangle {
        y: (control.height - height) / 2
        width: 18
        height: 18
        radius: 9
        color: Theme.background
        border.width: control.checked && control.enabled ? 5 : 1
        border.color: control.checked && control.enabled ? Theme.accent : control.hovered ? Theme.muted : Theme.border
        FocusRing {
            shown: control.visualFocus
            around: 9
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
