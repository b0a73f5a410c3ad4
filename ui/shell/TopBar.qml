// SPDX-License-Identifier: Apache-2.0
import QtQuick
import QtQuick.Dialogs
import QtQuick.Layouts
import Astra.Controls
import Astra.Shell

/// Name of the program, which world this is, and what is always at hand.
Rectangle {
    id: bar

    required property Shell shell
    required property bool inspectorShown

    signal settingsWanted
    signal inspectorWanted

    height: 48
    color: Theme.surface

    Rectangle {
        anchors.bottom: parent.bottom
        width: parent.width
        height: 1
        color: Theme.border
    }

    RowLayout {
        anchors.fill: parent
        anchors.leftMargin: 16
        anchors.rightMargin: 8
        spacing: Theme.gap

        Icon {
            name: "satellite"
            size: 20
            color: Theme.accent
        }
        Label {
            text: "Astra"
            font.pixelSize: Theme.sizeLarge
            font.weight: Font.DemiBold
        }
        Rectangle {
            visible: bar.shell.door === "sandbox"
            implicitWidth: mark.implicitWidth + 20
            implicitHeight: 24
            radius: 12
            color: "transparent"
            border.color: Theme.warn
            Label {
                id: mark
                anchors.centerIn: parent
                text: qsTr("Sandbox · invented data")
                color: Theme.warn
                font.pixelSize: Theme.sizeSmall
            }
        }
        Item {
            Layout.fillWidth: true
        }
        Button {
            visible: bar.shell.door !== ""
            quiet: true
            text: qsTr("Open file…")
            symbol: "folder-open"
            tip: qsTr("A STAC Item, a GeoTIFF or a result, from this computer")
            onClicked: files.open()
        }
        Button {
            visible: bar.shell.door !== ""
            quiet: true
            text: qsTr("Start page")
            symbol: "house"
            onClicked: bar.shell.leave()
        }
        IconButton {
            name: bar.shell.dark ? qsTr("Light theme") : qsTr("Dark theme")
            symbol: bar.shell.dark ? "sun" : "moon"
            onClicked: bar.shell.dark = !bar.shell.dark
        }
        IconButton {
            visible: bar.shell.door !== ""
            name: qsTr("Settings: accounts, sources and certificates")
            symbol: "settings"
            onClicked: bar.settingsWanted()
        }
        IconButton {
            visible: bar.shell.door !== ""
            name: bar.inspectorShown ? qsTr("Hide the scene panel") : qsTr("Show the scene panel")
            symbol: "panel-right"
            onClicked: bar.inspectorWanted()
        }
    }

    FileDialog {
        id: files
        title: qsTr("Open a scene from this computer")
        nameFilters: [qsTr("Scenes (*.json *.tif *.tiff *.jp2)"), qsTr("All files (*)")]
        onAccepted: bar.shell.openFile(selectedFile)
    }
}
