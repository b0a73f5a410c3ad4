// SPDX-License-Identifier: Apache-2.0
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Astra.Controls
import Astra.Scene

/// All about the chosen scene: what it is and how its numbers are read; its files; everything its provider says of it.
Item {
    id: panel

    required property SceneViewer scene
    property string madeBy ///< how a result of ours was made; empty: it is none
    property int part: 0 // 0 scene, 1 files, 2 metadata

    signal keyWanted(string connection)
    signal againWanted

    function loadMetadata() {
        if (part === 2 && visible)
            scene.metadata.load();
    }

    onPartChanged: loadMetadata()
    onVisibleChanged: loadMetadata()
    Connections {
        target: panel.scene
        function onSceneChanged() {
            panel.loadMetadata();
        }
    }

    ColumnLayout {
        anchors.fill: parent
        spacing: Theme.gapMedium

        RowLayout {
            Layout.fillWidth: true
            spacing: Theme.gap

            Repeater {
                model: [qsTr("Scene"), qsTr("Files · %1").arg(panel.scene.assets.count), qsTr("Metadata")]
                Tab {
                    required property int index
                    required property string modelData
                    Layout.fillWidth: true
                    text: modelData
                    checked: panel.part === index
                    onClicked: panel.part = index
                }
            }
        }
        ScrollColumn {
            Layout.fillWidth: true
            Layout.fillHeight: true
            visible: panel.part === 0

            Message {
                Layout.fillWidth: true
                visible: panel.scene.invented
                kind: Message.Warning
                text: qsTr("Invented data, made by the sandbox or answered to a test key: nothing in it was measured.")
            }
            Facts {
                Layout.fillWidth: true
                entries: panel.scene.facts
            }
            Message {
                Layout.fillWidth: true
                kind: Message.Info
                text: panel.madeBy !== "" ? qsTr("Made by Astra: %1.").arg(panel.madeBy) : ""
                action: qsTr("Run again…")
                onTriggered: panel.againWanted()
            }

            SectionTitle {
                visible: panel.scene.pixelPlace !== ""
                text: qsTr("Pixel at %1").arg(panel.scene.pixelPlace)
            }
            Facts {
                Layout.fillWidth: true
                visible: panel.scene.pixelPlace !== ""
                entries: panel.scene.pixel
            }
            Label {
                Layout.fillWidth: true
                visible: panel.scene.pixelPlace === ""
                text: qsTr("Click the picture on the map to read its numbers.")
                muted: true
                wrapMode: Text.Wrap
                font.pixelSize: Theme.sizeSmall
            }

            SectionTitle {
                visible: badge.visible
                text: qsTr("How the numbers are read")
            }
            RadiometryBadge {
                id: badge
                Layout.fillWidth: true
                scene: panel.scene
            }
            Repeater {
                model: panel.scene.notes
                Message {
                    required property string modelData
                    Layout.fillWidth: true
                    kind: Message.Info
                    text: modelData
                }
            }

            SectionTitle {
                visible: copies.count > 0
                text: qsTr("Copies of this acquisition")
            }
            CopyList {
                id: copies
                Layout.fillWidth: true
                scene: panel.scene
            }
            Label {
                Layout.fillWidth: true
                visible: text !== ""
                text: panel.scene.attribution
                muted: true
                font.pixelSize: Theme.sizeSmall
                wrapMode: Text.Wrap
            }
        }
        AssetList {
            Layout.fillWidth: true
            Layout.fillHeight: true
            visible: panel.part === 1
            scene: panel.scene
            onKeyWanted: connection => panel.keyWanted(connection)
        }
        MetadataList {
            Layout.fillWidth: true
            Layout.fillHeight: true
            visible: panel.part === 2
            metadata: panel.scene.metadata
        }
    }
}
