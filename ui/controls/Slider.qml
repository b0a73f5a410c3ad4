// SPDX-License-Identifier: Apache-2.0
import QtQuick
import QtQuick.Templates as T

/// A slider; `label` is its name, `shown` its value in words ("30 %").
T.Slider {
    id: control

    property string label
    property string shown

    implicitWidth: 160
    implicitHeight: Theme.controlHeight
    padding: 0
    leftPadding: 0
    focusPolicy: Qt.StrongFocus
    wheelEnabled: false
    Accessible.role: Accessible.Slider
    Accessible.name: shown ? label + ": " + shown : label

    background: Rectangle {
        x: control.leftPadding
        y: control.topPadding + (control.availableHeight - height) / 2
        width: control.availableWidth
        height: 4
        radius: 2
        color: Theme.border
        Rectangle {
            width: control.visualPosition * parent.width
            height: parent.height
            radius: 2
            color: control.enabled ? Theme.accent : Theme.muted
        }
    }
    handle: Rectangle {
        x: control.leftPadding + control.visualPosition * (control.availableWidth - width)
        y: control.topPadding + (control.availableHeight - height) / 2
        width: 16
        height: 16
        radius: 8
        color: control.enabled ? Theme.accent : Theme.muted
        border.width: 3
        border.color: Theme.surface
        scale: control.pressed ? 1.15 : 1
        FocusRing {
            shown: control.visualFocus
            around: 8
        }
    }
}
