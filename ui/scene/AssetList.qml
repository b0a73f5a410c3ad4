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

    readonly property var missingKeys: scene.missingKeys

    signal keyWanted(string connection)

    function listed(parts: var, between: string): string {
        return parts.filter(part => part !== "").join(between);
    }

    clip: true
    spacing: Theme.gapSmall
    model: scene.assets
    activeFocusOnTab: true
    keyNavigationEnabled: true
    highlightMoveDuration: 0
    boundsBehavior: Flickable.StopAtBounds
    Accessible.role: Accessible.List
    Accessible.name: qsTr("Files of this scene")
    T.ScrollBar.vertical: ScrollBar {}
    Keys.onReturnPressed: drawCurrent()
    Keys.onEnterPressed: drawCurrent()

    function drawCurrent() {
        const row = currentItem as AssetRow;
        if (row && row.drawable)
            scene.drawAsset(row.key);
    }

    component AssetRow: Item {
        required property string key
        required property bool drawable
    }
    delegate: AssetRow {
        id: row

        required property string title
        required property string bands
        required property string detail
        required property string access
        required property string note
        required property bool locked
        required property string connection

        readonly property bool drawn: list.scene.styleId === "asset:" + key

        width: ListView.view.width - 12
        implicitHeight: column.implicitHeight + 12
        Accessible.role: Accessible.ListItem
        Accessible.name: list.listed([key, title, bands, detail, access, note], ", ")

        FocusRing {
            anchors.margins: 0
            shown: row.ListView.isCurrentItem && list.activeFocus
        }
        ColumnLayout {
            id: column
            x: 6
            y: 6
            width: parent.width - 12
            spacing: 1

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
            RowLayout {
                Layout.fillWidth: true
                spacing: Theme.gap

                ColumnLayout {
                    Layout.fillWidth: true
                    spacing: 1
                    Label {
                        Layout.fillWidth: true
                        visible: text !== ""
                        text: list.listed([row.title, row.bands !== row.key ? row.bands : ""], " · ")
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
                            text: row.note !== "" ? row.note : row.access
                            color: row.locked ? Theme.warn : Theme.muted
                            font.pixelSize: Theme.sizeSmall
                            wrapMode: Text.Wrap
                            Accessible.ignored: true
                        }
                    }
                }
                Button {
                    visible: row.connection !== "" && list.missingKeys.indexOf(row.connection) >= 0
                    implicitHeight: 26
                    font.pixelSize: Theme.sizeSmall
                    symbol: "key"
                    text: qsTr("Connect…")
                    Accessible.name: qsTr("Connect the account that opens %1").arg(row.key)
                    onClicked: list.keyWanted(row.connection)
                }
                Button {
                    visible: row.drawable
                    implicitHeight: 26
                    font.pixelSize: Theme.sizeSmall
                    text: row.drawn ? qsTr("Drawn") : qsTr("Draw")
                    symbol: row.drawn ? "check" : "eye"
                    tip: row.note
                    Accessible.name: row.drawn ? qsTr("%1 is drawn").arg(row.key) : qsTr("Draw %1").arg(row.key)
                    onClicked: list.scene.drawAsset(row.key)
                }
            }
        }
    }
}
