// SPDX-License-Identifier: Apache-2.0
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Astra.Controls
import Astra.Settings

/// Every configured catalogue, and a way to add one.
ScrollColumn {
    id: page

    required property SourcesModel sources

    spacing: Theme.gapMedium

    Connections {
        target: page.sources
        function onKept() {
            title.text = "";
            url.text = "";
        }
    }

    Repeater {
        model: page.sources
        SourceRow {
            Layout.fillWidth: true
            editable: page.sources.editable
            onSwitched: on => page.sources.setEnabled(index, on)
        }
    }
    Repeater {
        model: page.sources.warnings
        Message {
            required property string modelData
            Layout.fillWidth: true
            kind: Message.Warning
            text: modelData
        }
    }
    RowLayout {
        Layout.fillWidth: true
        visible: page.sources.editable
        spacing: Theme.gap

        Field {
            id: title
            Layout.preferredWidth: 140
            label: qsTr("Name")
            hint: qsTr("Our catalogue")
        }
        Field {
            id: url
            Layout.fillWidth: true
            label: qsTr("Address of a STAC API")
            hint: "https://stac.example.org/v1"
        }
        Button {
            Layout.alignment: Qt.AlignBottom
            text: qsTr("Add")
            symbol: "plus"
            enabled: url.text.trim() !== ""
            onClicked: page.sources.add(title.text, url.text)
        }
    }
    Message {
        Layout.fillWidth: true
        kind: Message.Error
        text: page.sources.error
    }
}
