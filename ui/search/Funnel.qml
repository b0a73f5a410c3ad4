// SPDX-License-Identifier: Apache-2.0
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Astra.Controls

/// What became of what one source holds: from the area to the list, and what was set aside on the way.
ColumnLayout {
    id: funnel

    required property var steps ///< list of {label, value}
    required property string aside
    required property var notes ///< sentences of the source itself

    spacing: 2

    Repeater {
        model: funnel.steps

        RowLayout {
            id: step
            required property var modelData
            Layout.fillWidth: true
            spacing: Theme.gap

            Label {
                text: step.modelData.label
                muted: true
                font.pixelSize: Theme.sizeSmall
                Accessible.name: step.modelData.label + ": " + step.modelData.value
            }
            Rectangle {
                Layout.fillWidth: true
                implicitHeight: 1
                color: Theme.border
            }
            Label {
                text: step.modelData.value
                font.pixelSize: Theme.sizeSmall
                Accessible.ignored: true
            }
        }
    }
    Label {
        Layout.fillWidth: true
        visible: text !== ""
        text: funnel.aside
        muted: true
        font.pixelSize: Theme.sizeSmall
        wrapMode: Text.Wrap
    }
    Repeater {
        model: funnel.notes
        Label {
            required property string modelData
            Layout.fillWidth: true
            text: modelData
            muted: true
            font.pixelSize: Theme.sizeSmall
            wrapMode: Text.Wrap
        }
    }
}
