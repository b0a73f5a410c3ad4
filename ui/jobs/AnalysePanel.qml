// SPDX-License-Identifier: Apache-2.0
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Astra.Controls
import Astra.Jobs

/// The third step: NDVI to a file, here or at a service; and the jobs of this session.
Item {
    id: panel

    required property JobForm form
    required property JobListModel jobs

    signal keyWanted(string connection)

    ColumnLayout {
        anchors.fill: parent
        spacing: Theme.gap

        SectionTitle {
            Layout.fillWidth: true
            elide: Text.ElideRight
            text: panel.form.sceneTitle !== "" ? qsTr("NDVI of %1").arg(panel.form.sceneTitle) : qsTr("NDVI")
        }
        Label {
            Layout.fillWidth: true
            text: qsTr("(nir − red) / (nir + red), from reflectance, written as a Cloud-Optimized GeoTIFF.")
            muted: true
            wrapMode: Text.Wrap
            font.pixelSize: Theme.sizeSmall
        }
        ComboBox {
            Layout.fillWidth: true
            label: qsTr("Over")
            enabled: panel.form.hasArea
            model: [qsTr("the rectangle"), qsTr("the whole scene")]
            currentIndex: panel.form.wholeScene || !panel.form.hasArea ? 1 : 0
            onActivated: index => panel.form.wholeScene = index === 1
        }
        CheckBox {
            enabled: panel.form.canMask
            text: qsTr("Leave out clouds and shadows")
            checked: panel.form.maskClouds && panel.form.canMask
            onToggled: panel.form.maskClouds = checked
        }
        ComboBox {
            Layout.fillWidth: true
            label: qsTr("Compute")
            model: panel.form.backends
            textRole: "title"
            currentIndex: panel.form.backend
            onActivated: index => panel.form.backend = index
        }
        Message {
            Layout.fillWidth: true
            kind: Message.Warning
            text: panel.form.cost
        }
        RowLayout {
            Layout.fillWidth: true
            spacing: Theme.gap

            Button {
                Layout.fillWidth: true
                primary: true
                enabled: panel.form.obstacle === ""
                text: qsTr("Run NDVI")
                symbol: "play"
                onClicked: panel.form.run()
            }
            Button {
                visible: panel.form.keyNeeded
                text: qsTr("Enter a key")
                symbol: "key"
                onClicked: panel.keyWanted(panel.form.connection)
            }
        }
        Label {
            Layout.fillWidth: true
            visible: text !== ""
            text: panel.form.obstacle
            muted: true
            wrapMode: Text.Wrap
        }

        SectionTitle {
            Layout.topMargin: Theme.gap
            visible: panel.jobs.count > 0
            text: qsTr("Jobs")
        }
        ListView {
            Layout.fillWidth: true
            Layout.fillHeight: true
            clip: true
            spacing: Theme.gap
            model: panel.jobs
            boundsBehavior: Flickable.StopAtBounds
            Accessible.role: Accessible.List
            Accessible.name: qsTr("Jobs")
            T.ScrollBar.vertical: ScrollBar {}

            delegate: JobRow {
                width: ListView.view.width
                onCancelWanted: panel.jobs.cancel(index)
                onShowWanted: panel.jobs.show(index)
                onFolderWanted: panel.jobs.openFolder(index)
            }
        }
    }
}
