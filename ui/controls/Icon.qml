// SPDX-License-Identifier: Apache-2.0
import QtQuick
import QtQuick.Controls.impl as Impl

/// A Lucide outline by its name, in any colour; decoration for assistive technology: what it stands on has the name.
Item {
    id: icon

    property string name
    property color color: Theme.text
    property int size: 16

    implicitWidth: size
    implicitHeight: size
    Accessible.ignored: true

    // IconImage colours on the processor, so it shows on the software renderer, too.
    Impl.IconImage {
        anchors.fill: parent
        source: icon.name ? "qrc:/astra/icons/" + icon.name + ".svg" : ""
        sourceSize.width: icon.size
        sourceSize.height: icon.size
        color: icon.color
    }
}
