// SPDX-License-Identifier: Apache-2.0
import QtQuick
import QtQuick.Templates as T

/// A picture to press. Its `name` is what a screen reader says and what the tip shows.
T.Button {
    id: control

    required property string name
    required property string symbol
    property string shortcut ///< shown in the tip
    property int symbolSize: 16

    // Qt's templates take Space only.
    function press() {
        if (checkable)
            toggle();
        clicked();
    }

    implicitWidth: Theme.controlHeight
    implicitHeight: Theme.controlHeight
    focusPolicy: Qt.StrongFocus
    text: ""
    Accessible.role: Accessible.Button
    Accessible.name: name
    Accessible.checkable: checkable
    Accessible.checked: checked
    Keys.onReturnPressed: press()
    Keys.onEnterPressed: press()

    contentItem: Item {
        Icon {
            anchors.centerIn: parent
            name: control.symbol
            size: control.symbolSize
            color: control.checked ? Theme.accent : Theme.text
            opacity: control.enabled ? 1 : 0.4
        }
    }
    background: Rectangle {
        radius: Theme.radius
        color: control.down ? Theme.pressed : control.checked ? Theme.accentSoft : control.hovered && control.enabled ? Theme.hover : "transparent"
        FocusRing {
            shown: control.visualFocus
        }
    }
    Tip {
        text: control.shortcut ? control.name + "  " + control.shortcut : control.name
        visible: (control.hovered || control.visualFocus) && !control.down
    }
}
