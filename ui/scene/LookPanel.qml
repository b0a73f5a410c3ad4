// SPDX-License-Identifier: Apache-2.0
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Astra.Controls
import Astra.Scene

/// The second step: how the chosen scene is drawn.
Panel {
    id: panel

    required property SceneViewer scene

    property int part: 0 ///< of what is open: 0 choose, 1 make
    property bool open: false ///< all ways of looking are shown, to choose from and to add to

    property real limit: Infinity ///< how tall it may become, if the list can give way

    signal keyWanted(string connection)

    implicitHeight: column.implicitHeight + padding * 2

    ColumnLayout {
        id: column
        width: parent.width
        spacing: Theme.gap

        Flow {
            Layout.fillWidth: true
            spacing: Theme.gapSmall

            Repeater {
                model: panel.scene.styles

                Chip {
                    required property var modelData
                    text: modelData.title
                    enabled: modelData.available
                    checked: panel.scene.styleId === modelData.id
                    autoExclusive: false
                    tip: modelData.obstacle
                    onClicked: {
                        panel.scene.styleId = modelData.id;
                        checked = Qt.binding(() => panel.scene.styleId === modelData.id);
                    }
                }
            }
            Chip {
                text: qsTr("All indices…")
                checked: panel.open
                onClicked: panel.open = checked
            }
            CheckBox {
                implicitHeight: 28
                visible: panel.scene.canMask
                text: qsTr("Leave out clouds and shadows")
                checked: panel.scene.maskClouds
                onToggled: {
                    panel.scene.maskClouds = checked;
                    checked = Qt.binding(() => panel.scene.maskClouds);
                }
            }
        }
        ColumnLayout {
            Layout.fillWidth: true
            visible: panel.open
            spacing: Theme.gap

            RowLayout {
                Layout.fillWidth: true
                spacing: 0
                Tab {
                    Layout.fillWidth: true
                    text: qsTr("Choose")
                    checked: panel.part === 0
                    onClicked: panel.part = 0
                }
                Tab {
                    Layout.fillWidth: true
                    text: qsTr("Make your own")
                    checked: panel.part === 1
                    onClicked: panel.part = 1
                }
            }
            LookList {
                Layout.fillWidth: true
                // Below what stands above it here, and is no part of the list's own height.
                Layout.preferredHeight: Math.max(160, Math.min(360, panel.limit - y - panel.padding * 2 - parent.y))
                visible: panel.part === 0
                scene: panel.scene
            }
            LookMaker {
                Layout.fillWidth: true
                visible: panel.part === 1
                scene: panel.scene
            }
        }
        Message {
            Layout.fillWidth: true
            kind: Message.Error
            text: panel.scene.error
            action: qsTr("Try again")
            onTriggered: panel.scene.retry()
        }
        Message {
            Layout.fillWidth: true
            kind: Message.Warning
            text: panel.scene.access
            action: panel.scene.missingKeys.length > 0 ? qsTr("Connect…") : panel.scene.asksBeforePaying ? qsTr("Read and pay") : ""
            onTriggered: panel.scene.asksBeforePaying ? panel.scene.payToRead() : panel.keyWanted(panel.scene.missingKeys[0])
        }
        Message {
            Layout.fillWidth: true
            text: panel.scene.blank
            action: panel.scene.masked ? qsTr("Show clouds") : ""
            onTriggered: panel.scene.maskClouds = false
        }
        ColumnLayout {
            Layout.fillWidth: true
            visible: panel.scene.loadingText !== ""
            spacing: Theme.gapSmall

            ProgressLine {
                Layout.fillWidth: true
                label: qsTr("Preview")
                value: panel.scene.loaded
            }
            Label {
                Layout.fillWidth: true
                text: panel.scene.loadingText
                muted: true
                font.pixelSize: Theme.sizeSmall
                elide: Text.ElideRight
            }
        }
    }
}
