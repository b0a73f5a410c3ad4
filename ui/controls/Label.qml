// SPDX-License-Identifier: Apache-2.0
import QtQuick

/// Text of the window; `muted` for what stands beside it.
Text {
    property bool muted: false

    color: muted ? Theme.muted : Theme.text
    font.family: Theme.family
    font.pixelSize: Theme.sizeBody
    textFormat: Text.PlainText
    verticalAlignment: Text.AlignVCenter
    Accessible.role: Accessible.StaticText
    Accessible.name: text
}
