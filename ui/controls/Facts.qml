// SPDX-License-Identifier: Apache-2.0
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts

/// Labels and values, one pair a line.
ColumnLayout {
    id: facts

    required property var entries ///< list of {label, value}; with `code`: an identifier

    spacing: Theme.gapSmall

    Repeater {
        model: facts.entries

        RowLayout {
            id: line
            required property var modelData
            Layout.fillWidth: true
            spacing: Theme.gap

            Label {
                Layout.preferredWidth: line.modelData.value !== "" ? 132 : -1
                Layout.fillWidth: line.modelData.value === ""
                Layout.alignment: Qt.AlignTop
                text: line.modelData.label
                muted: true
                wrapMode: Text.Wrap
                Accessible.name: line.modelData.label + ": " + line.modelData.value
            }
            Label {
                Layout.fillWidth: true
                visible: line.modelData.value !== ""
                text: line.modelData.value
                font.family: line.modelData.code ? Theme.monospace : Theme.family
                wrapMode: Text.WrapAtWordBoundaryOrAnywhere
                Accessible.ignored: true
            }
        }
    }
}
