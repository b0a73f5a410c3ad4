// SPDX-License-Identifier: Apache-2.0
import QtQuick
import Astra.Controls

/// One way of looking: its name, what it shows, and what the scene lacks for it.
Item {
    id: row

    required property int index
    required property string styleId
    required property string title
    required property string text
    required property string formula
    required property string obstacle
    required property string heading ///< of the first of its kind
    required property bool own
    property bool chosen: false
    property bool current: false ///< the keyboard is here

    signal drawWanted
    signal forgetWanted

    implicitHeight: body.y + body.height
    Accessible.role: Accessible.ListItem
    Accessible.name: title + (text ? ": " + text : "")
    Accessible.description: obstacle
    Accessible.selected: chosen
    Accessible.onPressAction: drawWanted()

    SectionTitle {
        id: headline
        visible: row.heading !== ""
        text: row.heading
        topPadding: Theme.gap
        bottomPadding: 2
    }
    Item {
        id: body
        y: headline.visible ? headline.implicitHeight : 0
        width: parent.width
        height: column.implicitHeight + 8

        Rectangle {
            anchors.fill: parent
            radius: Theme.radiusSmall
            color: row.chosen ? Theme.accentSoft : over.hovered && row.obstacle === "" ? Theme.hover : "transparent"
            FocusRing {
                anchors.margins: 0
                shown: row.current
            }
        }
        HoverHandler {
            id: over
            cursorShape: row.obstacle === "" ? Qt.PointingHandCursor : Qt.ArrowCursor
        }
        TapHandler {
            onTapped: row.drawWanted()
        }
        Icon {
            x: 4
            y: 6
            visible: row.chosen
            name: "check"
            size: 14
            color: Theme.accent
        }
        Column {
            id: column
            x: 24
            y: 4
            width: parent.width - x - (forget.visible ? 36 : 8)
            Label {
                width: parent.width
                text: row.title
                muted: row.obstacle !== ""
                font.weight: Font.DemiBold
                elide: Text.ElideRight
                Accessible.ignored: true
            }
            Label {
                width: parent.width
                visible: text !== ""
                text: row.obstacle !== "" ? row.obstacle : row.text !== "" ? row.text : row.formula
                muted: true
                font.pixelSize: Theme.sizeSmall
                wrapMode: Text.Wrap
                maximumLineCount: 2
                elide: Text.ElideRight
                Accessible.ignored: true
            }
            Label {
                width: parent.width
                visible: (over.hovered || row.current || row.chosen) && row.text !== "" && row.formula !== row.text
                text: row.formula
                font.family: Theme.monospace
                font.pixelSize: Theme.sizeSmall
                wrapMode: Text.WrapAtWordBoundaryOrAnywhere
                maximumLineCount: 4
                elide: Text.ElideRight
                Accessible.ignored: true
            }
        }
        IconButton {
            id: forget
            anchors.right: parent.right
            anchors.verticalCenter: parent.verticalCenter
            visible: row.own && (over.hovered || row.current)
            implicitWidth: 28
            implicitHeight: 28
            name: qsTr("Remove %1").arg(row.title)
            symbol: "trash-2"
            onClicked: row.forgetWanted()
        }
    }
}
