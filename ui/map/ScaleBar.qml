// SPDX-License-Identifier: Apache-2.0
import QtQuick
import Astra.Controls

/// A length on the ground, true on the ellipsoid at the view's centre, in a round number.
Item {
    id: bar

    required property double metresPerPixel
    property int widest: 120
    readonly property double metres: round(metresPerPixel * widest)

    function round(most: double): double {
        if (!(most > 0))
            return 0;
        const power = Math.pow(10, Math.floor(Math.log(most) / Math.LN10));
        for (const step of [5, 2, 1])
            if (step * power <= most)
                return step * power;
        return power;
    }
    function words(length: double): string {
        return length >= 1000 ? qsTr("%1 km").arg(Number(length / 1000).toLocaleString(Qt.locale(), "f", 0)) : length >= 1 ? qsTr("%1 m").arg(Number(length).toLocaleString(Qt.locale(), "f", 0)) : qsTr("%1 cm").arg(Math.round(length * 100));
    }

    visible: metres > 0
    implicitWidth: label.implicitWidth + 6 + line.width
    implicitHeight: 16
    Accessible.role: Accessible.StaticText
    Accessible.name: qsTr("Scale: the bar is %1 long").arg(words(metres))

    Label {
        id: label
        anchors.verticalCenter: parent.verticalCenter
        text: bar.words(bar.metres)
        font.pixelSize: Theme.sizeSmall
        Accessible.ignored: true
    }
    Item {
        id: line
        anchors.left: label.right
        anchors.leftMargin: 6
        anchors.verticalCenter: parent.verticalCenter
        width: bar.metresPerPixel > 0 ? Math.round(bar.metres / bar.metresPerPixel) : 0
        height: 6
        Rectangle {
            y: 5
            width: parent.width
            height: 2
            color: Theme.text
        }
        Rectangle {
            width: 2
            height: 6
            color: Theme.text
        }
        Rectangle {
            x: parent.width - 2
            width: 2
            height: 6
            color: Theme.text
        }
    }
}
