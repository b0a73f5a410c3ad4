// SPDX-License-Identifier: Apache-2.0

// Not ComponentBehavior: Bound, see SceneList.qml: a Repeater's delegate holds a dialog here.
// qmllint disable unqualified
import QtQuick
import QtQuick.Dialogs
import QtQuick.Layouts
import QtQuick.Templates as T
import Astra.Controls
import Astra.Jobs

/// The third step: an operation to a file, here or at a service; and the jobs.
Item {
    id: panel

    required property JobForm form
    required property JobListModel jobs
    property bool advanced: false

    signal keyWanted(string connection)

    Binding {
        target: panel.form
        property: "estimating"
        value: panel.visible
    }

    FileDialog {
        id: files
        title: qsTr("Polygons that the job is over")
        nameFilters: [qsTr("GeoJSON (*.geojson *.json)"), qsTr("All files (*)")]
        onAccepted: panel.form.setAreaFile(selectedFile)
    }
    ColumnLayout {
        anchors.fill: parent
        spacing: Theme.gap

        ScrollColumn {
            id: entries
            Layout.fillWidth: true
            Layout.preferredHeight: implicitHeight
            // The jobs below keep room for one at least.
            limit: panel.height - (panel.jobs.count > 0 ? 300 : 120)
            Layout.maximumHeight: limit

            ComboBox {
                Layout.fillWidth: true
                label: qsTr("Compute")
                model: panel.form.operations
                textRole: "title"
                currentIndex: panel.form.operationRow
                onActivated: index => panel.form.operationRow = index
            }
            Label {
                Layout.fillWidth: true
                text: panel.form.help
                muted: true
                wrapMode: Text.Wrap
                font.pixelSize: Theme.sizeSmall
            }
            Message {
                Layout.fillWidth: true
                kind: Message.Info
                text: panel.form.notes
                closable: true
                onClosed: panel.form.dropRecipe()
            }
            PickedScenes {
                Layout.fillWidth: true
                form: panel.form
            }
            Repeater {
                model: panel.form.parameters

                ParameterField {
                    required property int index
                    required property bool shown
                    required property bool advanced

                    Layout.fillWidth: true
                    visible: shown && (!advanced || panel.advanced)
                    onEntered: value => panel.form.parameters.set(index, value)
                    onFileChosen: file => panel.form.parameters.setFile(index, file)
                }
            }
            ComboBox {
                Layout.fillWidth: true
                label: qsTr("Area")
                model: panel.form.overs
                currentIndex: panel.form.over
                onActivated: index => {
                    if (index === 2)
                        files.open();
                    else
                        panel.form.over = index;
                    currentIndex = Qt.binding(() => panel.form.over);
                }
            }
            CheckBox {
                enabled: panel.form.canMask
                text: qsTr("Leave out clouds and shadows")
                checked: panel.form.maskClouds && panel.form.canMask
                onToggled: panel.form.maskClouds = checked
            }
            Button {
                quiet: true
                text: panel.advanced ? qsTr("Fewer settings") : qsTr("More settings")
                symbol: panel.advanced ? "minus" : "plus"
                onClicked: panel.advanced = !panel.advanced
            }
            CheckBox {
                visible: panel.advanced
                enabled: panel.form.canMask && panel.form.maskClouds
                text: qsTr("Leave out snow and ice, too")
                checked: panel.form.maskSnow
                onToggled: panel.form.maskSnow = checked
            }
            Field {
                Layout.fillWidth: true
                visible: panel.advanced
                enabled: panel.form.canMask && panel.form.maskClouds
                label: qsTr("And a margin around clouds of")
                unit: qsTr("m")
                hint: qsTr("0 … 5000")
                validator: IntValidator {
                    bottom: 0
                    top: 5000
                }
                text: panel.form.maskDilation > 0 ? panel.form.maskDilation : ""
                onCommitted: panel.form.maskDilation = text === "" ? 0 : parseInt(text)
            }
            ComboBox {
                Layout.fillWidth: true
                visible: panel.advanced && panel.form.formats.length > 0
                label: qsTr("Write a")
                model: panel.form.formats
                currentIndex: panel.form.format
                onActivated: index => panel.form.format = index
            }
            Field {
                Layout.fillWidth: true
                visible: panel.advanced
                label: qsTr("In the coordinate system")
                hint: qsTr("of the first scene, or EPSG:32632")
                text: panel.form.crs
                onCommitted: panel.form.crs = text
            }
            Field {
                Layout.fillWidth: true
                visible: panel.advanced
                label: qsTr("With pixels of")
                hint: qsTr("the finest band's size")
                text: panel.form.pixel
                onCommitted: panel.form.pixel = text
            }
            ComboBox {
                Layout.fillWidth: true
                visible: panel.advanced
                label: qsTr("Values between pixels")
                model: panel.form.resamplings
                currentIndex: panel.form.resampling
                onActivated: index => panel.form.resampling = index
            }
            ComboBox {
                Layout.fillWidth: true
                visible: panel.advanced && panel.form.formats.length > 0
                label: qsTr("Compressed with")
                model: panel.form.codecs
                currentIndex: panel.form.codec
                onActivated: index => panel.form.codec = index
            }
            ComboBox {
                Layout.fillWidth: true
                label: qsTr("Where")
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
            Message {
                Layout.fillWidth: true
                kind: Message.Warning
                text: panel.form.warnings
            }
        }
        RowLayout {
            Layout.fillWidth: true
            spacing: Theme.gap

            Button {
                Layout.fillWidth: true
                primary: true
                enabled: panel.form.obstacle === ""
                text: panel.form.runText
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
            text: panel.form.obstacle !== "" ? panel.form.obstacle : panel.form.estimate
            muted: true
            wrapMode: Text.Wrap
            font.pixelSize: Theme.sizeSmall
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
                width: ListView.view.width - 10 // room for the scroll bar
                onCancelWanted: panel.jobs.cancel(index)
                onShowWanted: panel.jobs.show(index)
                onFolderWanted: panel.jobs.openFolder(index)
                onResumeWanted: panel.jobs.resume(index)
                onAgainWanted: panel.jobs.again(index)
            }
        }
    }
}
