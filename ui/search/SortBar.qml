// SPDX-License-Identifier: Apache-2.0
import QtQuick
import QtQuick.Layouts
import Astra.Controls
import Astra.Search

/// By what the list is sorted, and which end comes first.
ColumnLayout {
    id: bar

    required property SceneListModel scenes

    property bool picking: false ///< rows can be ticked

    signal pickingWanted(bool on)
    signal turned ///< the order is another one

    spacing: 2

    RowLayout {
        Layout.fillWidth: true
        spacing: Theme.gap

        ComboBox {
            Layout.fillWidth: true
            Accessible.name: qsTr("Sort by: %1").arg(displayText)
            // In the order of SceneListModel.Sort.
            model: [qsTr("Date"), qsTr("Cloud, whole scene"), qsTr("Clear sky, my area"), qsTr("Imaged, my area"), qsTr("Source")]
            currentIndex: bar.scenes.sort
            onActivated: index => {
                bar.scenes.sortBy(index);
                bar.turned();
            }
        }
        Button {
            Layout.preferredWidth: Math.max(104, implicitWidth)
            text: bar.scenes.orderText
            tip: qsTr("Turn the order round")
            Accessible.name: qsTr("Order: %1").arg(text)
            onClicked: {
                bar.scenes.turnOrder();
                bar.turned();
            }
        }
        IconButton {
            symbol: "layers"
            name: bar.picking ? qsTr("Stop picking scenes") : qsTr("Pick several scenes for one job")
            checkable: true
            checked: bar.picking
            onClicked: bar.pickingWanted(!bar.picking)
        }
    }
    Label {
        Layout.fillWidth: true
        visible: text !== ""
        text: bar.scenes.skyText
        muted: true
        font.pixelSize: Theme.sizeSmall
        elide: Text.ElideRight
    }
}
