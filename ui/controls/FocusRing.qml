// SPDX-License-Identifier: Apache-2.0
import QtQuick

/// The ring around what has the keyboard's focus.
Rectangle {
    id: ring

    required property bool shown
    property int around: Theme.radius

    anchors.fill: parent
    anchors.margins: -Theme.focusWidth - 1
    radius: around + Theme.focusWidth + 1
    color: "transparent"
    border.width: Theme.focusWidth
    border.color: Theme.accent
    visible: shown
}
