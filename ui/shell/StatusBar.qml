// SPDX-License-Identifier: Apache-2.0
import QtQuick
import QtQuick.Layouts
import Astra.Controls
import Astra.Shell

/// What is going on: search, preview, jobs.
Rectangle {
    id: bar

    required property Shell shell

    signal jobsWanted

    height: 28
    color: Theme.surface

    Rectangle {
        width: parent.width
        height: 1
        color: Theme.border
    }
    RowLayout {
        anchors.fill: parent
        anchors.leftMargin: 16
        anchors.rightMargin: 8
        spacing: Theme.gapLarge

        Label {
            Layout.fillWidth: true
            text: bar.shell.form.searching ? qsTr("Searching: %1").arg(bar.shell.form.summary) : bar.shell.scene.loadingText
            muted: true
            font.pixelSize: Theme.sizeSmall
            elide: Text.ElideRight
        }
        Button {
            visible: bar.shell.jobs.count > 0
            implicitHeight: 24
            quiet: true
            font.pixelSize: Theme.sizeSmall
            text: bar.shell.jobs.running > 0 ? qsTr("%n job(s) running", "", bar.shell.jobs.running) : qsTr("%n job(s) ended", "", bar.shell.jobs.count)
            onClicked: bar.jobsWanted()
        }
    }
}
