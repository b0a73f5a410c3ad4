// SPDX-License-Identifier: Apache-2.0
pragma ComponentBehavior: Bound

import QtQuick
import Astra.Controls
import Astra.Scene

/// What the colours on the map mean: name, range or classes, what was left out; and why there are none.
Panel {
    id: panel

    required property SceneViewer scene
    readonly property var legend: scene.legend
    readonly property bool needed: legend.title !== undefined
    readonly property var classes: legend.classes ?? []
    readonly property bool ranged: legend.colors !== undefined

    visible: needed
    padding: Theme.gap
    implicitWidth: 252
    implicitHeight: column.implicitHeight + padding * 2
    Accessible.role: Accessible.Graphic
    Accessible.name: {
        if (!needed)
            return "";
        let name = legend.title;
        if (ranged)
            name = qsTr("%1 from %2 to %3, %4").arg(legend.title).arg(legend.low).arg(legend.high).arg(legend.note);
        else if (classes.length > 0)
            name = qsTr("%1: %2; %3").arg(legend.title).arg(classes.map(entry => entry.name).join(", ")).arg(legend.note);
        return scene.blank ? name + ". " + scene.blank : name;
    }

    Column {
        id: column
        width: parent.width
        spacing: 4

        Item {
            width: parent.width
            height: title.implicitHeight
            Label {
                id: title
                width: parent.width - note.implicitWidth - Theme.gap
                elide: Text.ElideRight
                text: panel.legend.title ?? ""
                font.weight: Font.DemiBold
                Accessible.ignored: true
            }
            Label {
                id: note
                anchors.right: parent.right
                anchors.baseline: title.baseline
                text: panel.legend.note ?? ""
                muted: true
                font.pixelSize: Theme.sizeSmall
                Accessible.ignored: true
            }
        }
        Row {
            visible: panel.ranged
            width: parent.width
            height: 12
            Repeater {
                model: panel.legend.colors ?? []
                // One step a stop, each running into the next: what the painter interpolates, too.
                Rectangle {
                    id: step
                    required property int index
                    required property string modelData
                    readonly property var colors: panel.legend.colors
                    width: parent.width / Math.max(1, colors.length)
                    height: parent.height
                    gradient: Gradient {
                        orientation: Gradient.Horizontal
                        GradientStop {
                            position: 0
                            color: step.modelData
                        }
                        GradientStop {
                            position: 1
                            color: step.colors[Math.min(step.index + 1, step.colors.length - 1)]
                        }
                    }
                }
            }
        }
        Repeater {
            model: panel.classes
            Row {
                id: entry
                required property var modelData
                width: column.width
                spacing: Theme.gap
                Rectangle {
                    anchors.verticalCenter: parent.verticalCenter
                    width: 14
                    height: 14
                    radius: 2
                    color: entry.modelData.color
                    border.color: Theme.border
                }
                Label {
                    width: parent.width - x
                    elide: Text.ElideRight
                    text: entry.modelData.name
                    font.pixelSize: Theme.sizeSmall
                    Accessible.ignored: true
                }
            }
        }
        Label {
            visible: panel.scene.blank
            width: parent.width
            text: panel.scene.blank
            wrapMode: Text.Wrap
            font.pixelSize: Theme.sizeSmall
            Accessible.ignored: true
        }
        Item {
            visible: panel.ranged
            width: parent.width
            height: low.implicitHeight
            Label {
                id: low
                text: panel.legend.low ?? ""
                font.pixelSize: Theme.sizeSmall
                Accessible.ignored: true
            }
            Label {
                anchors.right: parent.right
                text: panel.legend.high ?? ""
                font.pixelSize: Theme.sizeSmall
                Accessible.ignored: true
            }
        }
    }
}
