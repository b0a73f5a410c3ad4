// SPDX-License-Identifier: Apache-2.0
import QtQuick
import QtQuick.Layouts
import Astra.Controls

/// One service that takes a key. The key is pasted, tested, kept; after that only its masked form is seen.
Rectangle {
    id: card

    required property int index
    required property string title
    required property string host
    required property string masked
    required property string place
    required property bool test
    required property bool busy
    required property string message
    required property bool failed
    property string suggestion

    signal connectWanted(string key)
    signal testWanted
    signal forgetWanted

    implicitHeight: column.implicitHeight + 24
    radius: Theme.radius
    color: Theme.raised
    border.color: Theme.border

    ColumnLayout {
        id: column
        x: 12
        y: 12
        width: parent.width - 24
        spacing: Theme.gap

        RowLayout {
            Layout.fillWidth: true
            Label {
                text: card.title
                font.weight: Font.DemiBold
            }
            Label {
                Layout.fillWidth: true
                text: card.host
                muted: true
                elide: Text.ElideRight
            }
        }
        RowLayout {
            Layout.fillWidth: true
            visible: card.masked !== ""
            spacing: Theme.gap
            Icon {
                name: "key"
                color: Theme.ok
            }
            Label {
                Layout.fillWidth: true
                text: card.test ? qsTr("%1, %2 (test key)").arg(card.masked).arg(card.place) : qsTr("%1, %2").arg(card.masked).arg(card.place)
                font.family: Theme.monospace
                elide: Text.ElideRight
            }
            Button {
                text: qsTr("Test")
                enabled: !card.busy
                onClicked: card.testWanted()
            }
            Button {
                quiet: true
                text: qsTr("Forget")
                symbol: "trash-2"
                enabled: !card.busy
                onClicked: card.forgetWanted()
            }
        }
        RowLayout {
            Layout.fillWidth: true
            spacing: Theme.gap
            Field {
                id: key
                Layout.fillWidth: true
                label: card.masked !== "" ? qsTr("Another key") : qsTr("Key for %1").arg(card.title)
                hint: qsTr("Paste the key here")
                secret: true
            }
            Button {
                Layout.alignment: Qt.AlignBottom
                primary: true
                text: qsTr("Test and keep")
                enabled: !card.busy && key.text.trim() !== ""
                onClicked: {
                    card.connectWanted(key.text);
                    key.text = "";
                }
            }
        }
        RowLayout {
            Layout.fillWidth: true
            visible: card.suggestion !== "" && card.masked === ""
            spacing: Theme.gap
            Label {
                Layout.fillWidth: true
                text: qsTr("The sandbox made this key for you: %1").arg(card.suggestion)
                muted: true
                wrapMode: Text.WrapAnywhere
                font.pixelSize: Theme.sizeSmall
            }
            Button {
                text: qsTr("Use it")
                enabled: !card.busy
                onClicked: card.connectWanted(card.suggestion)
            }
        }
        Message {
            Layout.fillWidth: true
            kind: card.failed ? Message.Error : card.busy ? Message.Info : Message.Success
            text: card.message
        }
        Label {
            Layout.fillWidth: true
            text: qsTr("The key goes to %1 and nowhere else.").arg(card.host)
            muted: true
            font.pixelSize: Theme.sizeSmall
            wrapMode: Text.Wrap
        }
    }
}
