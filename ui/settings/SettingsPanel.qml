// SPDX-License-Identifier: Apache-2.0
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Astra.Controls
import Astra.Settings

/// Keys and sources.
Panel {
    id: panel

    required property AccountsModel accounts
    required property SourcesModel sources
    property string sandboxKey ///< shown where the sandbox's service takes it

    signal closeWanted

    Accessible.role: Accessible.Dialog
    Accessible.name: qsTr("Settings")

    Connections {
        target: panel.sources
        function onKept() {
            title.text = "";
            url.text = "";
        }
    }

    ColumnLayout {
        anchors.fill: parent
        spacing: Theme.gapMedium

        RowLayout {
            Layout.fillWidth: true
            Label {
                Layout.fillWidth: true
                text: qsTr("Settings")
                font.pixelSize: Theme.sizeTitle
                font.weight: Font.DemiBold
            }
            IconButton {
                name: qsTr("Close settings")
                symbol: "x"
                onClicked: panel.closeWanted()
            }
        }

        Flickable {
            id: flick
            Layout.fillWidth: true
            Layout.fillHeight: true
            contentHeight: column.implicitHeight
            clip: true
            boundsBehavior: Flickable.StopAtBounds
            T.ScrollBar.vertical: ScrollBar {}

            ColumnLayout {
                id: column
                width: flick.width - 12
                spacing: Theme.gapMedium

                SectionTitle {
                    text: qsTr("Keys")
                }
                Label {
                    Layout.fillWidth: true
                    text: panel.accounts.keychainText
                    muted: panel.accounts.keychainOpen
                    color: panel.accounts.keychainOpen ? Theme.muted : Theme.warn
                    wrapMode: Text.Wrap
                }
                Repeater {
                    model: panel.accounts
                    KeyCard {
                        Layout.fillWidth: true
                        suggestion: panel.sandboxKey
                        onConnectWanted: key => panel.accounts.connectKey(index, key)
                        onTestWanted: panel.accounts.test(index)
                        onForgetWanted: panel.accounts.forget(index)
                    }
                }
                Label {
                    visible: panel.accounts.count === 0
                    text: qsTr("No service here takes a key.")
                    muted: true
                }

                SectionTitle {
                    Layout.topMargin: Theme.gap
                    text: qsTr("Sources")
                }
                Repeater {
                    model: panel.sources
                    SourceRow {
                        Layout.fillWidth: true
                        editable: panel.sources.editable
                        onSwitched: on => panel.sources.setEnabled(index, on)
                    }
                }
                Repeater {
                    model: panel.sources.warnings
                    Message {
                        required property string modelData
                        Layout.fillWidth: true
                        kind: Message.Warning
                        text: modelData
                    }
                }
                RowLayout {
                    Layout.fillWidth: true
                    visible: panel.sources.editable
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
                        onClicked: panel.sources.add(title.text, url.text)
                    }
                }
                Message {
                    Layout.fillWidth: true
                    kind: Message.Error
                    text: panel.sources.error
                }
            }
        }
    }
}
