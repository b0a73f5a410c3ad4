// SPDX-License-Identifier: Apache-2.0
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Astra.Controls
import Astra.Settings

/// What a new key at the service is to be.
ColumnLayout {
    id: maker

    required property ServiceKeysModel keys
    readonly property var plans: {
        const all = [qsTr("the service's default")];
        for (let i = 0; i < keys.plans.length; ++i)
            all.push(keys.plans[i]);
        return all;
    }

    function chosenScopes(): var {
        const chosen = [];
        for (let i = 0; i < scopes.count; ++i) {
            const box = scopes.itemAt(i) as CheckBox;
            if (box && box.checked)
                chosen.push(box.text);
        }
        return chosen;
    }

    spacing: Theme.gap

    Connections {
        target: maker.keys
        function onOpened() {
            label.text = maker.keys.suggestedLabel;
            test.checked = false;
        }
        function onNewKeyChanged() {
            label.text = maker.keys.suggestedLabel;
        }
    }
    Component.onCompleted: label.text = keys.suggestedLabel

    SectionTitle {
        text: qsTr("A new key")
    }
    RowLayout {
        Layout.fillWidth: true
        spacing: Theme.gap
        Field {
            id: label
            Layout.fillWidth: true
            label: qsTr("Name: the place where it is used")
            input.maximumLength: 64
        }
        ComboBox {
            id: plan
            visible: maker.keys.plans.length > 0
            Layout.preferredWidth: 220
            label: qsTr("Plan")
            model: maker.plans
        }
    }
    ColumnLayout {
        visible: maker.keys.scopes.length > 0
        spacing: 0
        Label {
            text: qsTr("Limited to (none ticked: the service's default)")
            muted: true
            font.pixelSize: Theme.sizeSmall
        }
        Repeater {
            id: scopes
            model: maker.keys.scopes
            CheckBox {
                required property string modelData
                implicitHeight: 28
                text: modelData
            }
        }
    }
    CheckBox {
        id: test
        visible: maker.keys.testable
        implicitHeight: 28
        text: qsTr("A test key: the answers are invented")
    }
    CheckBox {
        id: keep
        Layout.fillWidth: true
        implicitHeight: 28
        checked: true
        text: qsTr("Keep it here, as an account of its own")
    }
    Button {
        Layout.alignment: Qt.AlignLeft
        symbol: "plus"
        text: qsTr("Make the key")
        enabled: !maker.keys.busy && label.text.trim() !== ""
        onClicked: maker.keys.create(label.text, test.visible && test.checked, plan.visible && plan.currentIndex > 0 ? plan.currentText : "", maker.chosenScopes(), keep.checked)
    }
}
