// SPDX-License-Identifier: Apache-2.0
import QtQuick
import QtQuick.Dialogs
import QtQuick.Layouts
import Astra.Controls
import Astra.Shell

/// The first thing seen: two doors, and a file from this computer.
Rectangle {
    id: doors

    required property Shell shell

    color: Qt.rgba(Theme.background.r, Theme.background.g, Theme.background.b, 0.72)

    Panel {
        anchors.centerIn: parent
        width: 760
        height: column.implicitHeight + 64
        padding: 32

        ColumnLayout {
            id: column
            width: parent.width
            spacing: Theme.gapLarge

            Label {
                Layout.fillWidth: true
                text: qsTr("See the Earth from many catalogues at once")
                font.pixelSize: Theme.sizeTitle
                font.weight: Font.DemiBold
            }
            Label {
                Layout.fillWidth: true
                text: qsTr("Draw a rectangle, look at what satellites saw there, and turn it into numbers.")
                muted: true
                wrapMode: Text.Wrap
            }
            RowLayout {
                Layout.fillWidth: true
                Layout.topMargin: Theme.gap
                spacing: Theme.gapLarge

                Door {
                    Layout.fillWidth: true
                    symbol: "satellite"
                    title: qsTr("Real catalogues")
                    text: qsTr("Sentinel-2 and Landsat from Earth Search, Planetary Computer and others. No account is needed to begin; it needs the internet.")
                    enabled: !doors.shell.opening
                    onClicked: doors.shell.openReal()
                }
                Door {
                    Layout.fillWidth: true
                    symbol: "flask-conical"
                    title: qsTr("Try it offline")
                    text: qsTr("A small invented world on this computer, with its own catalogues and an ASTRA service. Made in a few seconds, the first time.")
                    enabled: !doors.shell.opening
                    onClicked: doors.shell.openSandbox()
                }
            }
            ColumnLayout {
                Layout.fillWidth: true
                visible: doors.shell.opening
                spacing: Theme.gapSmall
                Label {
                    text: doors.shell.openingProgress > 0 ? qsTr("Making the invented world: %1 %").arg(Math.round(doors.shell.openingProgress * 100)) : qsTr("Opening…")
                    muted: true
                }
                ProgressLine {
                    Layout.fillWidth: true
                    label: qsTr("Opening")
                    value: doors.shell.openingProgress > 0 ? doors.shell.openingProgress : -1
                }
            }
            Message {
                Layout.fillWidth: true
                kind: Message.Error
                text: doors.shell.error
            }
            Button {
                Layout.alignment: Qt.AlignLeft
                quiet: true
                symbol: "folder-open"
                text: qsTr("Open a scene from this computer…")
                enabled: !doors.shell.opening
                onClicked: files.open()
            }
        }
    }

    FileDialog {
        id: files
        title: qsTr("Open a scene from this computer")
        nameFilters: [qsTr("Scenes (*.json *.tif *.tiff *.jp2)"), qsTr("All files (*)")]
        onAccepted: doors.shell.openFile(selectedFile)
    }
}
