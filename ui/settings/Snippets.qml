// SPDX-License-Identifier: Apache-2.0
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Astra.Controls
import Astra.Settings

/// How an account is used from other programs: a text to copy, which names the variable of the key and not the key.
ColumnLayout {
    id: view

    required property AccountDetail detail
    property int chosen: 0
    readonly property var shown: detail.snippets[chosen] ?? detail.snippets[0]

    visible: detail.snippets.length > 0
    spacing: Theme.gap

    Connections {
        target: view.detail
        function onOpened() {
            opener.checked = false;
        }
    }

    Button {
        id: opener
        Layout.alignment: Qt.AlignLeft
        Layout.leftMargin: -Theme.gap
        quiet: true
        checkable: true
        symbol: checked ? "chevron-down" : "chevron-right"
        text: qsTr("Use it elsewhere")
    }
    RowLayout {
        Layout.fillWidth: true
        visible: opener.checked
        spacing: Theme.gap
        Repeater {
            model: view.detail.snippets
            Tab {
                required property int index
                required property var modelData
                text: modelData.language
                checked: view.chosen === index
                onClicked: view.chosen = index
            }
        }
        Item {
            Layout.fillWidth: true
        }
        Button {
            implicitHeight: 28
            symbol: "copy"
            text: qsTr("Copy")
            Accessible.name: qsTr("Copy the text for %1").arg(view.shown?.language ?? "")
            onClicked: view.detail.copySnippet(view.chosen)
        }
    }
    Rectangle {
        Layout.fillWidth: true
        implicitHeight: code.implicitHeight + 2 * Theme.gap
        visible: opener.checked
        radius: Theme.radius
        color: Theme.background
        border.color: Theme.border

        Label {
            id: code
            x: Theme.gap
            y: Theme.gap
            width: parent.width - 2 * Theme.gap
            text: (view.shown?.text ?? "").trim()
            textFormat: Text.PlainText
            font.family: Theme.monospace
            font.pixelSize: Theme.sizeSmall
            wrapMode: Text.WrapAnywhere
        }
    }
    Label {
        Layout.fillWidth: true
        visible: opener.checked && view.detail.card.variable !== ""
        text: qsTr("The key itself is not in it: it is read from the variable that the text names.")
        muted: true
        wrapMode: Text.Wrap
        font.pixelSize: Theme.sizeSmall
    }
}
