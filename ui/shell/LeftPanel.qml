// SPDX-License-Identifier: Apache-2.0
import QtQuick
import QtQuick.Layouts
import Astra.Controls
import Astra.Shell
import Astra.Jobs
import Astra.Search

/// The steps: find, then analyse. Looking happens on the map.
Panel {
    id: panel

    required property Shell shell
    required property int step
    required property bool drawing
    property string hoveredKey

    signal stepWanted(int step)
    signal drawWanted
    signal pointed(string key)
    signal keyWanted(string connection)
    signal sourcesWanted

    ColumnLayout {
        anchors.fill: parent
        spacing: Theme.gapMedium

        RowLayout {
            Layout.fillWidth: true
            spacing: Theme.gap

            Tab {
                Layout.fillWidth: true
                Layout.preferredWidth: 1 // as wide as the other
                text: qsTr("Find")
                checked: panel.step === 0
                onClicked: panel.stepWanted(0)
            }
            Tab {
                Layout.fillWidth: true
                Layout.preferredWidth: 1 // as wide as the other
                text: panel.shell.jobs.running > 0 ? qsTr("Analyse · %1").arg(panel.shell.jobs.running) : qsTr("Analyse")
                checked: panel.step === 1
                onClicked: panel.stepWanted(1)
            }
        }

        FindPanel {
            Layout.fillWidth: true
            Layout.fillHeight: true
            visible: panel.step === 0
            form: panel.shell.form
            chosenKey: panel.shell.scene.key
            hoveredKey: panel.hoveredKey
            drawing: panel.drawing
            onDrawWanted: panel.drawWanted()
            onSourcesWanted: panel.sourcesWanted()
            onKeyWanted: connection => panel.keyWanted(connection)
            onChosen: key => panel.shell.choose(key)
            onPointed: key => panel.pointed(key)
            pickedKeys: panel.shell.jobForm.scenes.keys
            onPickToggled: key => panel.shell.pick(key)
            onAnalyseWanted: panel.stepWanted(1)
        }
        AnalysePanel {
            Layout.fillWidth: true
            Layout.fillHeight: true
            visible: panel.step === 1
            form: panel.shell.jobForm
            jobs: panel.shell.jobs
            onKeyWanted: connection => panel.keyWanted(connection)
        }
    }
}
