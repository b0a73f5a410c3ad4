// SPDX-License-Identifier: Apache-2.0
import QtQuick

/// How far something is. Below 0: under way, extent unknown.
Rectangle {
    id: line

    property real value: 0 ///< 0…1
    property string label

    implicitWidth: 160
    implicitHeight: 4
    radius: 2
    color: Theme.border
    clip: true
    Accessible.role: Accessible.ProgressBar
    Accessible.name: value < 0 ? label : label + ": " + Math.round(value * 100) + " %"

    Rectangle {
        id: bar
        height: parent.height
        radius: 2
        color: Theme.accent
        width: line.value < 0 ? line.width * 0.3 : line.width * Math.min(1, line.value)
        Behavior on width {
            enabled: line.value >= 0 && !Theme.reducedMotion
            NumberAnimation {
                duration: Theme.quick
            }
        }
        NumberAnimation on x {
            running: line.visible && line.value < 0 && !Theme.reducedMotion
            from: -line.width * 0.3
            to: line.width
            duration: 1200
            loops: Animation.Infinite
            onRunningChanged: if (!running) bar.x = 0
        }
    }
}
