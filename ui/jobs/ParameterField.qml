// SPDX-License-Identifier: Apache-2.0
import QtQuick
import QtQuick.Dialogs
import QtQuick.Layouts
import Astra.Controls

/// One declared parameter, entered as its kind wants it.
ColumnLayout {
    id: field

    required property string label
    required property string help
    required property string kind
    required property var value
    required property var choices
    required property string unit
    required property string hint
    required property string error

    signal entered(var value)
    signal fileChosen(url file)

    readonly property bool chosen: kind === "choice" || kind === "index"
    readonly property bool typed: !chosen && kind !== "switch" && kind !== "areas"

    spacing: Theme.gapSmall

    ComboBox {
        Layout.fillWidth: true
        visible: field.chosen
        label: field.label
        model: field.chosen ? field.choices : []
        textRole: "text"
        valueRole: "value"
        currentIndex: field.chosen ? field.choices.findIndex(choice => choice.value === field.value) : -1
        onActivated: index => field.entered(field.choices[index].value)
    }
    CheckBox {
        Layout.fillWidth: true
        visible: field.kind === "switch"
        text: field.label
        checked: field.kind === "switch" && field.value === true
        onToggled: field.entered(checked)
    }
    Field {
        id: line
        Layout.fillWidth: true
        visible: field.typed
        label: field.label
        unit: field.unit
        hint: field.hint
        error: field.error
        monospace: field.kind === "expression"
        text: field.typed ? field.value : ""
        onEdited: field.entered(text)
    }
    Label {
        Layout.fillWidth: true
        visible: field.kind === "areas"
        text: field.label
        muted: true
        font.pixelSize: Theme.sizeSmall
        wrapMode: Text.Wrap
    }
    RowLayout {
        Layout.fillWidth: true
        visible: field.kind === "areas"
        spacing: Theme.gap

        Button {
            text: qsTr("Choose a file…")
            symbol: "folder-open"
            Accessible.name: qsTr("%1: choose a file").arg(field.label)
            onClicked: files.open()
        }
        Label {
            Layout.fillWidth: true
            text: field.kind === "areas" ? (field.value !== "" ? field.value : qsTr("GeoJSON with polygons")) : ""
            muted: true
            elide: Text.ElideMiddle
        }
    }
    Message {
        Layout.fillWidth: true
        visible: text !== "" && field.kind === "areas"
        kind: Message.Error
        text: field.kind === "areas" ? field.error : ""
    }
    Label {
        Layout.fillWidth: true
        visible: text !== ""
        text: field.help
        muted: true
        wrapMode: Text.Wrap
        font.pixelSize: Theme.sizeSmall
    }
    FileDialog {
        id: files
        title: field.label
        nameFilters: [qsTr("GeoJSON (*.geojson *.json)"), qsTr("All files (*)")]
        onAccepted: field.fileChosen(selectedFile)
    }
}
