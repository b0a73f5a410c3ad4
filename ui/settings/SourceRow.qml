// SPDX-License-Identifier: Apache-2.0
import QtQuick
import QtQuick.Layouts
import Astra.Controls

/// One catalogue: name, address, how its pixels are had, on or off.
RowLayout {
    id: row

    required property int index
    required property string title
    required property string url
    required property bool switchedOn
    required property string access
    required property bool editable

    signal switched(bool on)

    spacing: Theme.gap

    CheckBox {
        Layout.preferredWidth: 190
        text: row.title
        checked: row.switchedOn
        enabled: row.editable
        onToggled: row.switched(checked)
        Accessible.description: row.access
    }
    ColumnLayout {
        Layout.fillWidth: true
        spacing: 0
        Label {
            Layout.fillWidth: true
            text: row.url
            muted: true
            font.family: Theme.monospace
            font.pixelSize: 11
            elide: Text.ElideMiddle
        }
        Label {
            Layout.fillWidth: true
            visible: text !== ""
            text: row.access
            muted: true
            font.pixelSize: Theme.sizeSmall
            wrapMode: Text.Wrap
        }
    }
}
