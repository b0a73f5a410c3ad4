// SPDX-License-Identifier: Apache-2.0
import QtQuick
import QtQuick.Templates as T

/// A name or an explanation that appears beside what is pointed at or focused.
T.ToolTip {
    id: tip

    x: parent ? Math.round((parent.width - implicitWidth) / 2) : 0
    y: -implicitHeight - 6
    margins: Theme.gap
    padding: 6
    leftPadding: Theme.gap
    rightPadding: Theme.gap
    implicitWidth: Math.min(280, label.implicitWidth + leftPadding + rightPadding)
    implicitHeight: label.implicitHeight + topPadding + bottomPadding
    delay: 500
    closePolicy: T.Popup.CloseOnEscape | T.Popup.CloseOnPressOutsideParent | T.Popup.CloseOnReleaseOutsideParent

    contentItem: Label {
        id: label
        text: tip.text
        wrapMode: Text.Wrap
        font.pixelSize: Theme.sizeSmall
    }
    background: Rectangle {
        color: Theme.raised
        radius: Theme.radiusSmall
        border.color: Theme.border
    }
}
