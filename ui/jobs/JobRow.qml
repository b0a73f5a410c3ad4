// SPDX-License-Identifier: Apache-2.0
import QtQuick
import QtQuick.Layouts
import Astra.Controls

/// One job: what it is, how far, what came of it.
Rectangle {
    id: row

    required property int index
    required property string title
    required property string state
    required property string stateText
    required property real progress
    required property string detail
    required property string file
    required property list<string> besides
    required property bool isFinished
    required property var table
    required property bool resumable
    required property bool raster

    signal cancelWanted
    signal showWanted
    signal folderWanted
    signal resumeWanted
    signal againWanted

    implicitHeight: column.implicitHeight + 16
    radius: Theme.radius
    color: Theme.raised
    border.color: Theme.border
    Accessible.role: Accessible.ListItem
    Accessible.name: title + ", " + stateText + (detail !== "" ? ". " + detail : "")

    ColumnLayout {
        id: column
        x: Theme.gap
        y: Theme.gap
        width: parent.width - Theme.gap * 2
        spacing: Theme.gapSmall

        Label {
            id: heading
            Layout.fillWidth: true
            text: row.title
            font.weight: Font.DemiBold
            elide: Text.ElideMiddle // what ends it tells scenes apart
            Accessible.ignored: true

            HoverHandler {
                id: over
            }
            Tip {
                visible: over.hovered && heading.truncated
                text: row.title
            }
        }
        RowLayout {
            Layout.fillWidth: true
            spacing: Theme.gap

            Label {
                Layout.fillWidth: true
                text: !row.isFinished && row.progress >= 0 ? qsTr("%1 · %2 %").arg(row.stateText).arg(Math.round(row.progress * 100)) : row.stateText
                color: row.state === "failed" ? Theme.error : row.state === "done" ? Theme.ok : Theme.muted
                font.pixelSize: Theme.sizeSmall
                wrapMode: Text.Wrap
                Accessible.ignored: true
            }
            Button {
                visible: !row.isFinished
                quiet: true
                text: qsTr("Cancel")
                Accessible.name: qsTr("Cancel %1").arg(row.title)
                onClicked: row.cancelWanted()
            }
        }
        ProgressLine {
            Layout.fillWidth: true
            visible: !row.isFinished
            value: row.progress
            label: row.title
        }
        Label {
            Layout.fillWidth: true
            visible: row.detail !== ""
            text: row.detail
            color: row.state === "failed" ? Theme.error : Theme.text
            wrapMode: Text.Wrap
            Accessible.ignored: true
        }
        Facts {
            Layout.fillWidth: true
            visible: row.table.length > 0
            entries: row.table
        }
        Label {
            Layout.fillWidth: true
            visible: row.file !== ""
            text: row.file
            muted: true
            font.family: Theme.monospace
            font.pixelSize: 11
            elide: Text.ElideLeft
        }
        Repeater {
            model: row.besides

            Label {
                required property string modelData

                Layout.fillWidth: true
                text: modelData
                muted: true
                font.family: Theme.monospace
                font.pixelSize: 11
                elide: Text.ElideMiddle
            }
        }
        Flow {
            Layout.fillWidth: true
            visible: row.isFinished || row.resumable
            spacing: Theme.gap

            Button {
                visible: row.resumable
                text: qsTr("Continue")
                symbol: "play"
                tip: qsTr("Takes up what was computed, as far as it is still there")
                onClicked: row.resumeWanted()
            }
            Button {
                visible: row.raster
                text: qsTr("Show on the map")
                symbol: "eye"
                onClicked: row.showWanted()
            }
            Button {
                quiet: true
                text: qsTr("Again…")
                symbol: "refresh-cw"
                tip: qsTr("The same settings and scenes, to be changed and run again")
                Accessible.name: qsTr("Run %1 again").arg(row.title)
                onClicked: row.againWanted()
            }
            Button {
                visible: row.file !== ""
                quiet: true
                text: qsTr("Open folder")
                symbol: "folder-open"
                onClicked: row.folderWanted()
            }
        }
    }
}
