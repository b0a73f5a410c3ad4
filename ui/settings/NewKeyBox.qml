// SPDX-License-Identifier: Apache-2.0
import QtQuick
import QtQuick.Layouts
import Astra.Controls
import Astra.Settings

/// A new key, whole, this once.
Rectangle {
    id: box

    required property ServiceKeysModel keys

    implicitHeight: column.implicitHeight + 24
    radius: Theme.radius
    color: Theme.raised
    border.color: Theme.accent
    Accessible.role: Accessible.AlertMessage
    Accessible.name: keys.newKeyText
    onVisibleChanged: if (visible) copy.forceActiveFocus(Qt.TabFocusReason)

    ColumnLayout {
        id: column
        x: 12
        y: 12
        width: parent.width - 24
        spacing: Theme.gap

        Label {
            Layout.fillWidth: true
            text: box.keys.newKeyText
            font.weight: Font.DemiBold
            wrapMode: Text.Wrap
            Accessible.ignored: true
        }
        Field {
            Layout.fillWidth: true
            label: qsTr("The key, shown only once")
            text: box.keys.newKey
            readOnly: true
            monospace: true
        }
        RowLayout {
            spacing: Theme.gap
            Button {
                id: copy
                symbol: "copy"
                text: qsTr("Copy")
                tip: qsTr("Marked as a secret; the clipboard is cleared after a minute")
                Accessible.name: qsTr("Copy the new key")
                onClicked: box.keys.copyNewKey()
            }
            Button {
                text: qsTr("I have it")
                onClicked: box.keys.forgetNewKey()
            }
        }
    }
}
