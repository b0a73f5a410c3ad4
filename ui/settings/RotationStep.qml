// SPDX-License-Identifier: Apache-2.0
import QtQuick
import QtQuick.Layouts
import Astra.Controls

/// One step of several: its number, or a tick once it is done.
RowLayout {
    id: step

    required property int number
    required property bool done
    required property bool current
    required property string title
    required property string text
    default property alias content: body.data

    spacing: Theme.gapMedium

    Rectangle {
        Layout.alignment: Qt.AlignTop
        implicitWidth: 24
        implicitHeight: 24
        radius: 12
        color: step.current ? Theme.accent : "transparent"
        border.color: step.done || step.current ? Theme.accent : Theme.border
        Icon {
            anchors.centerIn: parent
            visible: step.done
            size: 14
            name: "check"
            color: Theme.accent
        }
        Label {
            anchors.centerIn: parent
            visible: !step.done
            text: step.number
            font.pixelSize: Theme.sizeSmall
            color: step.current ? Theme.accentText : Theme.muted
            Accessible.ignored: true
        }
    }
    ColumnLayout {
        id: body
        Layout.fillWidth: true
        spacing: Theme.gap
        Label {
            Layout.fillWidth: true
            Layout.topMargin: 3
            text: step.title
            font.weight: Font.DemiBold
            muted: !step.current && !step.done
            wrapMode: Text.Wrap
            Accessible.name: step.done ? qsTr("Step %1, done: %2").arg(step.number).arg(text) : step.current ? qsTr("Step %1, now: %2").arg(step.number).arg(text) : qsTr("Step %1: %2").arg(step.number).arg(text)
        }
        Label {
            Layout.fillWidth: true
            visible: step.current
            text: step.text
            muted: true
            wrapMode: Text.Wrap
        }
    }
}
