// SPDX-License-Identifier: Apache-2.0
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Astra.Controls
import Astra.Settings

/// Keys of other services that this service keeps and uses.
ColumnLayout {
    id: view

    required property ProviderKeysModel keys

    function listed(parts: var): string {
        return parts.filter(part => part !== "").join(" · ");
    }

    spacing: Theme.gapMedium

    Label {
        Layout.fillWidth: true
        text: qsTr("Keys of other services that this service keeps and uses for you. Astra keeps none of them.")
        muted: true
        wrapMode: Text.Wrap
    }
    Message {
        Layout.fillWidth: true
        kind: Message.Success
        text: view.keys.message
    }
    Message {
        Layout.fillWidth: true
        kind: Message.Error
        text: view.keys.error
        action: qsTr("Ask again")
        onTriggered: view.keys.load()
    }
    Label {
        Layout.fillWidth: true
        visible: view.keys.loaded && view.keys.count === 0 && !view.keys.busy
        text: qsTr("The service keeps no such key yet.")
        muted: true
    }
    Repeater {
        model: view.keys

        ColumnLayout {
            id: row

            required property int index
            required property string provider
            required property string masked
            required property string added
            required property string stops
            property bool asking: false

            Layout.fillWidth: true
            spacing: Theme.gapSmall

            RowLayout {
                Layout.fillWidth: true
                spacing: Theme.gap
                Label {
                    text: row.provider
                    font.weight: Font.DemiBold
                }
                Label {
                    Layout.fillWidth: true
                    text: view.listed([row.masked, row.added])
                    muted: true
                    elide: Text.ElideRight
                    font.pixelSize: Theme.sizeSmall
                }
                Button {
                    implicitHeight: 28
                    font.pixelSize: Theme.sizeSmall
                    text: qsTr("Remove…")
                    enabled: !view.keys.busy
                    Accessible.name: qsTr("Remove the key for %1").arg(row.provider)
                    onClicked: row.asking = true
                }
            }
            Confirm {
                Layout.fillWidth: true
                visible: row.asking
                question: qsTr("Remove the key for %1? %2").arg(row.provider).arg(row.stops)
                action: qsTr("Remove it")
                onDeclined: row.asking = false
                onAgreed: {
                    row.asking = false;
                    view.keys.remove(row.index);
                }
            }
        }
    }
    SectionTitle {
        text: qsTr("Add one")
    }
    RowLayout {
        Layout.fillWidth: true
        spacing: Theme.gap
        Field {
            id: provider
            Layout.preferredWidth: 150
            label: qsTr("Service")
            hint: "openai"
        }
        Field {
            id: key
            Layout.fillWidth: true
            label: qsTr("Its key")
            secret: true
        }
        Button {
            Layout.alignment: Qt.AlignBottom
            symbol: "plus"
            text: qsTr("Add")
            enabled: !view.keys.busy && provider.text.trim() !== "" && key.text.trim() !== ""
            Accessible.name: qsTr("Hand this key to the service")
            onClicked: {
                const secret = key.text;
                key.text = "";
                view.keys.add(provider.text, secret);
            }
        }
    }
}
