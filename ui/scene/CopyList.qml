// SPDX-License-Identifier: Apache-2.0
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Astra.Controls
import Astra.Scene

/// The copies of an acquisition: who has it, in which version, what it takes; and a way to look at another.
ColumnLayout {
    id: list

    required property SceneViewer scene
    readonly property int count: copies.count

    spacing: Theme.gap

    Repeater {
        id: copies
        model: list.scene.copies

        RowLayout {
            id: copy
            required property int index
            required property var modelData
            Layout.fillWidth: true
            spacing: Theme.gap

            ColumnLayout {
                Layout.fillWidth: true
                spacing: 0
                Label {
                    Layout.fillWidth: true
                    text: copy.modelData.provider
                    font.weight: copy.modelData.used ? Font.DemiBold : Font.Normal
                    wrapMode: Text.Wrap
                    Accessible.name: copy.modelData.used ? qsTr("%1, in use").arg(text) : text
                }
                Label {
                    Layout.fillWidth: true
                    visible: text !== ""
                    text: [copy.modelData.access, copy.modelData.detail].filter(part => part !== "").join(" · ")
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
            Label {
                Layout.alignment: Qt.AlignTop
                visible: copy.modelData.used
                text: qsTr("in use")
                color: Theme.accent
                font.pixelSize: Theme.sizeSmall
                Accessible.ignored: true
            }
            Button {
                Layout.alignment: Qt.AlignTop
                visible: !copy.modelData.used
                implicitHeight: 28
                font.pixelSize: Theme.sizeSmall
                text: qsTr("Use this")
                tip: qsTr("Read the copy of %1").arg(copy.modelData.provider)
                Accessible.name: tip
                onClicked: list.scene.useCopy(copy.index)
            }
        }
    }
}
