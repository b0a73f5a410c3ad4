// SPDX-License-Identifier: Apache-2.0
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Astra.Controls
import Astra.Scene

/// How the numbers are read: the rule, who says so, and what the pixels say against it.
Rectangle {
    id: badge

    required property SceneViewer scene
    readonly property bool doubted: scene.warning !== ""
    readonly property color tone: doubted ? Theme.warn : scene.offsetOverride !== "" ? Theme.info : Theme.border

    visible: scene.radiometry !== ""
    implicitHeight: column.implicitHeight + 20
    radius: Theme.radius
    color: doubted ? Qt.rgba(tone.r, tone.g, tone.b, 0.1) : "transparent"
    border.color: tone

    ColumnLayout {
        id: column
        x: 10
        y: 10
        width: parent.width - 20
        spacing: Theme.gapSmall

        RowLayout {
            Layout.fillWidth: true
            spacing: Theme.gapSmall
            Icon {
                Layout.alignment: Qt.AlignTop
                Layout.topMargin: 1
                name: badge.doubted ? "triangle-alert" : "circle-check"
                size: 14
                color: badge.doubted ? Theme.warn : Theme.ok
            }
            Label {
                Layout.fillWidth: true
                text: badge.scene.quantity !== "" ? qsTr("%1 = %2").arg(badge.scene.quantity).arg(badge.scene.radiometry) : badge.scene.radiometry
                wrapMode: Text.Wrap
                Accessible.name: qsTr("How the numbers are read: %1").arg(text)
            }
        }
        Label {
            Layout.fillWidth: true
            visible: text !== ""
            text: badge.scene.warning
            color: Theme.warn
            wrapMode: Text.Wrap
            Accessible.role: Accessible.AlertMessage
        }
        Flow {
            Layout.fillWidth: true
            visible: badge.scene.mayOverride
            spacing: Theme.gapSmall

            Repeater {
                model: [
                    {
                        "word": "",
                        "title": qsTr("Use the rule"),
                        "tip": qsTr("Item, baseline and pixels decide")
                    },
                    {
                        "word": "apply",
                        "title": qsTr("Apply the offset"),
                        "tip": qsTr("The pixels still carry it: 0.1 is taken off")
                    },
                    {
                        "word": "leave",
                        "title": qsTr("Leave it off"),
                        "tip": qsTr("It is gone from the pixels already")
                    }
                ]

                Chip {
                    required property var modelData
                    text: modelData.title
                    tip: modelData.tip
                    checked: badge.scene.offsetOverride === modelData.word
                    onClicked: {
                        badge.scene.overrideOffset(modelData.word);
                        checked = Qt.binding(() => badge.scene.offsetOverride === modelData.word);
                    }
                }
            }
        }
    }
}
