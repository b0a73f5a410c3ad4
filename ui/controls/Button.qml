// SPDX-License-Identifier: Apache-2.0
import QtQuick
import QtQuick.Templates as T

/// A button with words. `primary`: the one thing to do here; `quiet`: no frame.
T.Button {
    id: control

    property bool primary: false
    property bool quiet: false
    property string symbol ///< icon before the words
    property string tip
    readonly property color ink: !enabled ? Theme.muted : primary ? Theme.accentText : Theme.text

    // Qt's templates take Space only.
    function press() {
        if (checkable)
            toggle();
        clicked();
    }

    implicitHeight: Theme.controlHeight
    implicitWidth: Math.max(64, Math.ceil(label.implicitWidth) + (symbol ? 16 : 0) + row.spacing + leftPadding + rightPadding)
    leftPadding: quiet ? Theme.gap : Theme.gapMedium
    rightPadding: leftPadding
    focusPolicy: Qt.StrongFocus
    font.family: Theme.family
    font.pixelSize: Theme.sizeBody
    font.weight: primary ? Font.DemiBold : Font.Medium
    Accessible.role: Accessible.Button
    Accessible.name: text
    Accessible.description: tip
    Keys.onReturnPressed: press()
    Keys.onEnterPressed: press()

    contentItem: Item {
        Row {
            id: row
            anchors.centerIn: parent
            spacing: control.symbol && control.text ? 6 : 0
            Icon {
                anchors.verticalCenter: parent.verticalCenter
                visible: control.symbol
                name: control.symbol
                color: control.ink
            }
            Text {
                id: label
                anchors.verticalCenter: parent.verticalCenter
                width: Math.min(Math.ceil(implicitWidth), Math.max(0, control.availableWidth - (control.symbol ? 22 : 0)))
                text: control.text
                color: control.ink
                font: control.font
                elide: Text.ElideRight
            }
        }
    }
    background: Rectangle {
        radius: Theme.radius
        opacity: control.enabled ? 1 : 0.6
        color: control.primary ? (control.enabled ? Theme.accent : Theme.raised) : control.quiet ? "transparent" : Theme.raised
        border.width: control.quiet || (control.primary && control.enabled) ? 0 : 1
        border.color: Theme.border

        Rectangle {
            anchors.fill: parent
            radius: parent.radius
            color: control.down ? Theme.pressed : Theme.hover
            visible: control.enabled && (control.down || control.hovered)
        }
        FocusRing {
            shown: control.visualFocus
        }
    }
    Tip {
        text: control.tip
        visible: control.tip && control.hovered && !control.down
    }
}
