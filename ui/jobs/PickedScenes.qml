// SPDX-License-Identifier: Apache-2.0
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Astra.Controls
import Astra.Jobs

/// Which scenes the job takes: those picked, oldest first, else the one shown.
ColumnLayout {
    id: picked

    required property JobForm form

    spacing: Theme.gapSmall

    RowLayout {
        Layout.fillWidth: true
        spacing: Theme.gap

        SectionTitle {
            Layout.fillWidth: true
            elide: Text.ElideRight
            text: picked.form.scenes.count > 0 ? qsTr("%n scene(s) picked", "", picked.form.scenes.count) : picked.form.sceneTitle !== "" ? picked.form.sceneTitle : qsTr("No scene yet")
        }
        Button {
            visible: picked.form.scenes.count > 0
            quiet: true
            text: qsTr("Clear")
            Accessible.name: qsTr("Let go of all picked scenes")
            onClicked: picked.form.scenes.clear()
        }
    }
    ListView {
        Layout.fillWidth: true
        Layout.preferredHeight: Math.min(contentHeight, 132)
        visible: count > 0
        clip: true
        model: picked.form.scenes
        boundsBehavior: Flickable.StopAtBounds
        Accessible.role: Accessible.List
        Accessible.name: qsTr("Scenes picked")

        delegate: RowLayout {
            id: row

            required property string key
            required property string title

            width: ListView.view.width
            spacing: Theme.gap

            Label {
                Layout.fillWidth: true
                text: row.title
                elide: Text.ElideRight
            }
            IconButton {
                implicitWidth: 28
                implicitHeight: 26
                symbol: "x"
                symbolSize: 14
                name: qsTr("Let go of %1").arg(row.title)
                onClicked: picked.form.scenes.remove(row.key)
            }
        }
    }
    Button {
        Layout.fillWidth: true
        visible: picked.form.canPick && (picked.form.scenes.count > 0 || picked.form.scenesText !== "")
        text: qsTr("Add the scene shown")
        symbol: "plus"
        onClicked: picked.form.pickShown()
    }
    Label {
        Layout.fillWidth: true
        visible: text !== "" && text !== picked.form.obstacle // which is told at the button
        text: picked.form.scenesText
        muted: true
        wrapMode: Text.Wrap
        font.pixelSize: Theme.sizeSmall
    }
}
