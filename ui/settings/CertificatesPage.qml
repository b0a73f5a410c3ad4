// SPDX-License-Identifier: Apache-2.0
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Dialogs
import QtQuick.Layouts
import Astra.Controls
import Astra.Settings

/// Whom to trust beside the authorities that this computer knows.
ScrollColumn {
    id: page

    required property AuthoritiesModel authorities

    spacing: Theme.gapMedium
    onVisibleChanged: if (visible) authorities.load()

    Label {
        Layout.fillWidth: true
        text: qsTr("Astra trusts the servers that this computer trusts. If a company's proxy or a server of your own presents a certificate that this computer does not know, add the certificate of whoever issued it. Add only one whose source you are sure of: its issuer can vouch for any server.")
        wrapMode: Text.Wrap
    }
    Message {
        Layout.fillWidth: true
        kind: Message.Success
        text: page.authorities.message
    }
    Message {
        Layout.fillWidth: true
        kind: Message.Error
        text: page.authorities.error
        action: page.authorities.loaded ? "" : qsTr("Look again")
        onTriggered: page.authorities.load()
    }
    Label {
        Layout.fillWidth: true
        visible: page.authorities.loaded && page.authorities.count === 0
        text: qsTr("No certificate has been added.")
        muted: true
    }
    Repeater {
        model: page.authorities

        ColumnLayout {
            id: row

            required property int index
            required property string file
            required property string names
            required property string ends
            required property bool ended
            property bool asking: false

            Layout.fillWidth: true
            spacing: Theme.gapSmall

            RowLayout {
                Layout.fillWidth: true
                spacing: Theme.gap
                ColumnLayout {
                    Layout.fillWidth: true
                    spacing: 1
                    Label {
                        Layout.fillWidth: true
                        text: row.names
                        font.weight: Font.DemiBold
                        wrapMode: Text.Wrap
                    }
                    Label {
                        Layout.fillWidth: true
                        visible: text !== ""
                        text: row.ends
                        muted: !row.ended
                        color: row.ended ? Theme.error : Theme.muted
                        font.pixelSize: Theme.sizeSmall
                    }
                    Label {
                        Layout.fillWidth: true
                        text: row.file
                        muted: true
                        font.family: Theme.monospace
                        font.pixelSize: 11
                        elide: Text.ElideMiddle
                    }
                }
                Button {
                    implicitHeight: 28
                    font.pixelSize: Theme.sizeSmall
                    text: qsTr("Remove…")
                    enabled: !page.authorities.busy
                    Accessible.name: qsTr("Remove %1").arg(row.file)
                    onClicked: row.asking = true
                }
            }
            Confirm {
                Layout.fillWidth: true
                visible: row.asking
                question: qsTr("Remove %1? Servers that nobody else vouches for can no longer be reached.").arg(row.file)
                action: qsTr("Remove it")
                onDeclined: row.asking = false
                onAgreed: {
                    row.asking = false;
                    page.authorities.remove(row.index);
                }
            }
            Rectangle {
                Layout.fillWidth: true
                implicitHeight: 1
                color: Theme.border
            }
        }
    }
    Button {
        Layout.alignment: Qt.AlignLeft
        symbol: "plus"
        text: qsTr("Add…")
        tip: qsTr("A file of certificates (PEM)")
        enabled: !page.authorities.busy
        Accessible.name: qsTr("Add a file of certificates")
        onClicked: files.open()
    }
    RowLayout {
        Layout.fillWidth: true
        spacing: Theme.gap
        Label {
            Layout.fillWidth: true
            text: page.authorities.folder
            muted: true
            font.family: Theme.monospace
            font.pixelSize: 11
            wrapMode: Text.WrapAnywhere
            Accessible.name: qsTr("They are kept in %1").arg(text)
        }
        Button {
            implicitHeight: 28
            quiet: true
            symbol: "folder-open"
            text: qsTr("Open folder")
            enabled: page.authorities.count > 0
            onClicked: page.authorities.openFolder()
        }
    }
    Label {
        Layout.fillWidth: true
        text: qsTr("Certificates are always checked: nothing here or elsewhere switches that off.")
        muted: true
        wrapMode: Text.Wrap
        font.pixelSize: Theme.sizeSmall
    }

    FileDialog {
        id: files
        title: qsTr("Add a file of certificates")
        nameFilters: [qsTr("Certificates (*.pem *.crt *.cer)"), qsTr("All files (*)")]
        onAccepted: page.authorities.add(selectedFile)
    }
}
