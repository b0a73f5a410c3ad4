// SPDX-License-Identifier: Apache-2.0
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Astra.Controls
import Astra.Scene

/// All about the chosen scene: what it is, how its numbers are read, its copies and bands, the pixel last asked for.
Item {
    id: panel

    required property SceneViewer scene

    Flickable {
        id: flick
        anchors.fill: parent
        contentHeight: column.implicitHeight
        clip: true
        boundsBehavior: Flickable.StopAtBounds
        T.ScrollBar.vertical: ScrollBar {}

        ColumnLayout {
            id: column
            width: flick.width - 12 // room for the scroll bar
            spacing: Theme.gap

            Label {
                Layout.fillWidth: true
                visible: panel.scene.key === ""
                text: qsTr("Choose a scene in the list or on the map. What is known about it is shown here.")
                muted: true
                wrapMode: Text.Wrap
            }
            Message {
                Layout.fillWidth: true
                visible: panel.scene.invented
                kind: Message.Warning
                text: qsTr("Invented data. This scene comes from the sandbox: nothing in it was measured.")
            }

            Facts {
                Layout.fillWidth: true
                visible: panel.scene.key !== ""
                entries: panel.scene.facts
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
                visible: panel.scene.key !== "" && panel.scene.pixelPlace === ""
                text: qsTr("Click the picture on the map to read its numbers.")
                muted: true
                wrapMode: Text.Wrap
                font.pixelSize: Theme.sizeSmall
            }

            SectionTitle {
                visible: panel.scene.radiometry !== ""
                text: qsTr("How the numbers are read")
            }
            Label {
                Layout.fillWidth: true
                visible: panel.scene.radiometry !== ""
                text: panel.scene.quantity !== "" ? qsTr("%1 (%2)").arg(panel.scene.radiometry).arg(panel.scene.quantity) : panel.scene.radiometry
                wrapMode: Text.Wrap
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
            Repeater {
                id: copies
                model: panel.scene.copies
                ColumnLayout {
                    id: copy
                    required property var modelData
                    Layout.fillWidth: true
                    spacing: 0
                    Label {
                        Layout.fillWidth: true
                        text: copy.modelData.used ? qsTr("%1 (in use)").arg(copy.modelData.provider) : copy.modelData.provider
                        font.weight: copy.modelData.used ? Font.DemiBold : Font.Normal
                        elide: Text.ElideRight
                    }
                    Label {
                        Layout.fillWidth: true
                        visible: text !== ""
                        text: copy.modelData.detail
                        muted: true
                        font.pixelSize: Theme.sizeSmall
                        wrapMode: Text.Wrap
                    }
                    Label {
                        Layout.fillWidth: true
                        text: copy.modelData.id
                        muted: true
                        font.family: Theme.monospace
                        font.pixelSize: 11
                        wrapMode: Text.WrapAnywhere
                    }
                }
            }

            SectionTitle {
                visible: panel.scene.bands.length > 0
                text: qsTr("Bands")
            }
            Repeater {
                model: panel.scene.bands
                RowLayout {
                    id: band
                    required property var modelData
                    Layout.fillWidth: true
                    spacing: Theme.gap
                    Label {
                        Layout.preferredWidth: 84
                        text: band.modelData.name
                        elide: Text.ElideRight
                    }
                    Label {
                        Layout.preferredWidth: 84
                        text: band.modelData.key
                        muted: true
                        font.family: Theme.monospace
                        elide: Text.ElideRight
                    }
                    Label {
                        Layout.fillWidth: true
                        horizontalAlignment: Text.AlignRight
                        text: band.modelData.detail
                        muted: true
                        font.pixelSize: Theme.sizeSmall
                        elide: Text.ElideRight
                    }
                }
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
    }
}
