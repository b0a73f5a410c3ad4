// SPDX-License-Identifier: Apache-2.0
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Astra.Controls
import Astra.Search

/// The first step: where, when and what; below it, what came.
Item {
    id: panel

    required property SearchForm form
    property string chosenKey
    property string hoveredKey
    property bool drawing: false
    property var pickedKeys: [] ///< scenes picked for a job
    property bool picking: false
    property bool folded: false ///< the fields give way to the list once a search runs

    signal drawWanted
    signal sourcesWanted
    signal keyWanted(string connection)
    signal chosen(string key)
    signal pointed(string key)
    signal pickToggled(string key)
    signal analyseWanted

    Connections {
        target: panel.form
        function onSearchStarted() {
            panel.folded = true;
        }
        function onEngineChanged() {
            panel.folded = false;
        }
    }

    ColumnLayout {
        anchors.fill: parent
        spacing: Theme.gap

        ScrollColumn {
            Layout.fillWidth: true
            Layout.preferredHeight: implicitHeight
            // The list below keeps room for two scenes at least.
            limit: panel.height - (panel.form.searched ? 264 : 72)
            Layout.maximumHeight: limit

            RowLayout {
                Layout.fillWidth: true
                visible: panel.folded
                spacing: Theme.gap

                Label {
                    Layout.fillWidth: true
                    text: panel.form.question
                    wrapMode: Text.Wrap
                }
                Button {
                    text: qsTr("Change")
                    tip: qsTr("Change area, dates, cloud and product")
                    onClicked: panel.folded = false
                }
            }
            SearchFields {
                Layout.fillWidth: true
                visible: !panel.folded
                form: panel.form
                drawing: panel.drawing
                onDrawWanted: panel.drawWanted()
            }
            SourceList {
                Layout.fillWidth: true
                form: panel.form
                onSourcesWanted: panel.sourcesWanted()
                onKeyWanted: connection => panel.keyWanted(connection)
            }
        }

        Button {
            Layout.fillWidth: true
            primary: true
            visible: !panel.form.searching
            enabled: panel.form.obstacle === ""
            text: qsTr("Search")
            symbol: "search"
            tip: panel.form.obstacle
            onClicked: panel.form.search()
        }
        Button {
            Layout.fillWidth: true
            visible: panel.form.searching
            text: qsTr("Stop")
            symbol: "circle-stop"
            onClicked: panel.form.stop()
        }
        Label {
            Layout.fillWidth: true
            visible: text !== ""
            text: panel.form.searched ? panel.form.summary : panel.form.obstacle
            muted: true
            wrapMode: Text.Wrap
            font.pixelSize: Theme.sizeSmall
        }
        SortBar {
            Layout.fillWidth: true
            visible: panel.form.scenes.count > 1
            scenes: panel.form.scenes
            picking: panel.picking
            onPickingWanted: on => panel.picking = on
            onTurned: list.positionViewAtBeginning()
        }
        Button {
            Layout.fillWidth: true
            visible: panel.pickedKeys.length > 0
            text: qsTr("Analyse %n picked scene(s)", "", panel.pickedKeys.length)
            symbol: "chart-line"
            onClicked: panel.analyseWanted()
        }
        SceneList {
            id: list
            Layout.fillWidth: true
            Layout.fillHeight: true
            form: panel.form
            chosenKey: panel.chosenKey
            hoveredKey: panel.hoveredKey
            onChosen: key => panel.chosen(key)
            onPointed: key => panel.pointed(key)
            picking: panel.picking || panel.pickedKeys.length > 0
            pickedKeys: panel.pickedKeys
            onPickToggled: key => panel.pickToggled(key)
        }
    }
}
