// SPDX-License-Identifier: Apache-2.0
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Astra.Controls
import Astra.Scene

/// The files of a scene: what is in each, in which form, and what it takes to read it.
ListView {
    id: list

    required property SceneViewer scene

    clip: true
    spacing: Theme.gapSmall
    model: scene.assets
    activeFocusOnTab: count > 0
    keyNavigationEnabled: true
    highlightMoveDuration: 0
    boundsBehavior: Flickable.StopAtBounds
    Accessible.role: Accessible.List
    Accessible.name: qsTr("Files of this scene")
    T.ScrollBar.vertical: ScrollBar {}

    delegate: Item {
        id: row

        required property string key
        required property string title
        required property string bands
        required property string detail
        required property string access
        required property string note
        required property bool locked

        width: ListView.view.width - 12
        implicitHeight: column.implicitHeight + 12
        Accessible.role: Accessible.ListItem
        Accessible.name: [key, title, bands, detail, access, note].filter(part => part !== "").join(", ")

        FocusRing {
            anchors.margins: 0
            shown: row.ListView.isCurrentItem && list.activeFocus
        }
        ColumnLayout {
            id: column
            x: 6
            y: 6
            width: parent.width - 12
            spacing: 0

            RowLayout {
                Layout.fillWidth: true
                spacing: Theme.gap
                Label {
                    Layout.fillWidth: true
                    text: row.key
                    font.family: Theme.monospace
                    font.weight: Font.DemiBold
                    elide: Text.ElideRight
                    Accessible.ignored: true
                }
                Label {
                    text: row.detail
                    muted: true
                    font.pixelSize: Theme.sizeSmall
                    Accessible.ignored: true
                }
            }
            Label {
                Layout.fillWidth: true
                visible: text !== ""
                text: [row.title, row.bands].filter(part => part !== "" && part !== row.key).join(" · ")
                muted: true
                font.pixelSize: Theme.sizeSmall
                wrapMode: Text.Wrap
                Accessible.ignored: true
            }
            RowLayout {
                Layout.fillWidth: true
                spacing: Theme.gapSmall
                Icon {
                    Layout.alignment: Qt.AlignTop
                    Layout.topMargin: 1
                    visible: row.locked
                    name: "lock"
                    size: 12
                    color: Theme.warn
                }
                Label {
                    Layout.fillWidth: true
                    text: row.note !== "" ? qsTr("%1: %2").arg(row.access).arg(row.note) : row.access
                    color: row.locked ? Theme.warn : Theme.muted
                    font.pixelSize: Theme.sizeSmall
                    wrapMode: Text.Wrap
                    Accessible.ignored: true
                }
            }
        }
    }
}
