// SPDX-License-Identifier: Apache-2.0
import QtQuick
import QtQuick.Templates as T
import Astra.Controls

/// One acquisition: when, by what, how cloudy, from whom.
T.ItemDelegate {
    id: row

    required property string key
    required property string date
    required property string time
    required property string platform
    required property string provider
    required property real cloud
    required property string cloudText
    required property string access
    required property string origin
    required property string copiesText
    required property string clearText
    required property string clearTip
    required property real clear
    required property bool invented
    property bool chosen: false
    property bool lit: false
    property bool current: false
    property bool picking: false ///< rows can be picked for a job of several scenes
    property bool picked: false

    signal pickToggled

    function listed(parts: var): string {
        return parts.filter(part => part !== "").join(", ");
    }

    implicitHeight: column.implicitHeight + 16
    hoverEnabled: true
    Accessible.role: Accessible.ListItem
    Accessible.name: listed([date, time, platform, cloudText, clearText, copiesText !== "" ? copiesText : provider, access, invented ? qsTr("invented data") : ""])
    Accessible.selected: chosen
    Accessible.onPressAction: clicked()

    background: Rectangle {
        radius: Theme.radius
        color: row.chosen ? Theme.accentSoft : row.hovered || row.lit ? Theme.hover : "transparent"
        border.width: row.chosen ? 1 : 0
        border.color: Theme.accent

        FocusRing {
            shown: row.current
        }
    }
    contentItem: Item {
        CheckBox {
            id: tick
            x: Theme.gap
            width: 26
            anchors.verticalCenter: parent.verticalCenter
            visible: row.picking
            checked: row.picked
            Accessible.name: qsTr("Pick %1").arg(row.listed([row.date, row.time, row.platform]))
            onToggled: row.pickToggled()
        }
        Column {
            id: column
            x: row.picking ? tick.width + Theme.gap : Theme.gap
            y: 0
            width: parent.width - x - Theme.gap
            anchors.verticalCenter: parent.verticalCenter
            spacing: 3

            Item {
                width: parent.width
                height: day.implicitHeight

                Label {
                    id: day
                    text: row.date
                    font.weight: Font.DemiBold
                    Accessible.ignored: true
                }
                Label {
                    anchors.left: day.right
                    anchors.leftMargin: Theme.gap
                    anchors.baseline: day.baseline
                    text: row.time
                    muted: true
                    font.pixelSize: Theme.sizeSmall
                    Accessible.ignored: true
                }
                Label {
                    anchors.right: parent.right
                    anchors.baseline: day.baseline
                    text: row.cloudText
                    muted: row.cloud < 0
                    font.pixelSize: Theme.sizeSmall
                    Accessible.ignored: true
                }
            }
            Item {
                width: parent.width
                height: satellite.implicitHeight

                Label {
                    id: satellite
                    text: row.platform
                    muted: true
                    font.pixelSize: Theme.sizeSmall
                    Accessible.ignored: true
                }
                Label {
                    id: mark
                    anchors.left: satellite.right
                    anchors.leftMargin: row.invented ? Theme.gap : 0
                    width: row.invented ? implicitWidth : 0
                    visible: row.invented
                    text: qsTr("invented data")
                    color: Theme.warn
                    font.pixelSize: Theme.sizeSmall
                    Accessible.ignored: true
                }
                Label {
                    anchors.left: mark.right
                    anchors.leftMargin: Theme.gap
                    anchors.right: bar.left
                    anchors.rightMargin: Theme.gap
                    elide: Text.ElideRight
                    text: row.origin
                    muted: true
                    font.pixelSize: Theme.sizeSmall
                    Accessible.ignored: true
                }
                Rectangle {
                    id: bar
                    visible: row.cloud >= 0
                    anchors.right: parent.right
                    anchors.verticalCenter: satellite.verticalCenter
                    width: 40
                    height: 4
                    radius: 2
                    color: Theme.border

                    Rectangle {
                        width: parent.width * Math.min(100, Math.max(0, row.cloud)) / 100
                        height: parent.height
                        radius: 2
                        color: Theme.muted
                    }
                }
            }
            Label {
                width: parent.width
                visible: text !== ""
                text: row.clearText
                muted: row.clear < 0
                elide: Text.ElideRight
                font.pixelSize: Theme.sizeSmall
                Accessible.ignored: true
            }
            Row {
                visible: row.access !== ""
                spacing: Theme.gapSmall

                Icon {
                    name: "lock"
                    size: 12
                    color: Theme.warn
                    anchors.verticalCenter: parent.verticalCenter
                }
                Label {
                    text: row.access
                    color: Theme.warn
                    font.pixelSize: Theme.sizeSmall
                    Accessible.ignored: true
                }
            }
        }
    }
}
