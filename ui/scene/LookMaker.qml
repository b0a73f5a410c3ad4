// SPDX-License-Identifier: Apache-2.0
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Astra.Controls
import Astra.Scene

/// A way of looking of one's own: a formula, three bands, or one in grey; drawn, then named and kept.
ColumnLayout {
    id: maker

    required property SceneViewer scene
    readonly property list<string> kinds: [qsTr("A formula"), qsTr("Three bands"), qsTr("One band in grey")]
    readonly property var bands: scene.bands
    property int kind: 0
    property var problem: ({})

    function judge() {
        problem = formula.text.trim() === "" ? {} : scene.problemOf(formula.text);
    }
    function draw() {
        if (kind === 1) {
            scene.drawBands([red.currentText, green.currentText, blue.currentText]);
            return;
        }
        if (kind === 2) {
            scene.drawBands([grey.currentText]);
            return;
        }
        judge();
        if (problem.message === undefined) {
            scene.drawFormula(formula.text);
        } else {
            formula.input.forceActiveFocus();
            formula.input.select(problem.at, problem.at + problem.length);
        }
    }
    function place(band: string, otherwise: int): int {
        const at = bands.indexOf(band);
        return at < 0 ? Math.min(otherwise, bands.length - 1) : at;
    }

    spacing: Theme.gap

    Connections {
        target: maker.scene
        function onSceneChanged() {
            maker.judge();
        }
    }

    Flow {
        Layout.fillWidth: true
        spacing: Theme.gapSmall
        Repeater {
            model: maker.kinds
            Chip {
                required property string modelData
                required property int index
                text: modelData
                checked: maker.kind === index
                autoExclusive: false
                onClicked: {
                    maker.kind = index;
                    checked = Qt.binding(() => maker.kind === index);
                }
            }
        }
    }
    Field {
        id: formula
        Layout.fillWidth: true
        visible: maker.kind === 0
        label: qsTr("Formula")
        hint: "(nir - red) / (nir + red)"
        monospace: true
        error: maker.problem.message === undefined ? "" : qsTr("Character %1: %2").arg(maker.problem.at + 1).arg(maker.problem.message)
        onEdited: maker.judge()
        input.onAccepted: maker.draw()
    }
    Label {
        Layout.fillWidth: true
        visible: maker.kind === 0
        text: qsTr("Bands of this scene: %1").arg(maker.bands.join(", "))
        muted: true
        font.pixelSize: Theme.sizeSmall
        wrapMode: Text.Wrap
    }
    RowLayout {
        Layout.fillWidth: true
        visible: maker.kind === 1
        spacing: Theme.gap
        ComboBox {
            id: red
            Layout.fillWidth: true
            label: qsTr("Red")
            model: maker.bands
            currentIndex: maker.place("swir22", 0)
        }
        ComboBox {
            id: green
            Layout.fillWidth: true
            label: qsTr("Green")
            model: maker.bands
            currentIndex: maker.place("nir", 1)
        }
        ComboBox {
            id: blue
            Layout.fillWidth: true
            label: qsTr("Blue")
            model: maker.bands
            currentIndex: maker.place("red", 2)
        }
    }
    ComboBox {
        id: grey
        Layout.fillWidth: true
        visible: maker.kind === 2
        label: qsTr("Band")
        model: maker.bands
        currentIndex: maker.place("nir", 0)
    }
    Button {
        text: qsTr("Draw")
        symbol: "eye"
        enabled: maker.kind > 0 ? maker.bands.length > 0 : formula.text.trim() !== ""
        onClicked: maker.draw()
    }
    RowLayout {
        Layout.fillWidth: true
        visible: maker.scene.keepable
        spacing: Theme.gap
        Field {
            id: title
            Layout.fillWidth: true
            label: qsTr("Keep what is drawn as")
            hint: qsTr("a name")
            error: maker.scene.keepError
            input.onAccepted: if (text.trim() !== "") maker.scene.keep(text.trim())
        }
        Button {
            Layout.alignment: Qt.AlignTop
            Layout.topMargin: 20
            text: qsTr("Keep")
            enabled: title.text.trim() !== ""
            onClicked: maker.scene.keep(title.text.trim())
        }
    }
}
