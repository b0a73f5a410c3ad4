// SPDX-License-Identifier: Apache-2.0
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Templates as T

/// One of several; `label` stands above it and is its name. With `textRole` and `valueRole` as usual.
T.ComboBox {
    id: control

    property string label

    implicitWidth: 160
    implicitHeight: Theme.controlHeight + topInset
    topInset: label ? title.implicitHeight + 4 : 0
    topPadding: topInset
    leftPadding: Theme.gap + 2
    rightPadding: 30
    focusPolicy: Qt.StrongFocus
    wheelEnabled: false
    font.family: Theme.family
    font.pixelSize: Theme.sizeBody
    Accessible.role: Accessible.ComboBox
    Accessible.name: label ? label + ": " + displayText : displayText

    Label {
        id: title
        width: control.width
        visible: control.label
        text: control.label
        muted: true
        wrapMode: Text.Wrap
        font.pixelSize: Theme.sizeSmall
        Accessible.ignored: true
    }
    contentItem: Text {
        text: control.displayText
        font: control.font
        color: control.enabled ? Theme.text : Theme.muted
        elide: Text.ElideRight
        verticalAlignment: Text.AlignVCenter
    }
    indicator: Icon {
        x: control.width - width - Theme.gap
        y: control.topPadding + (Theme.controlHeight - height) / 2
        name: "chevron-down"
        color: Theme.muted
    }
    background: Rectangle {
        radius: Theme.radius
        color: Theme.background
        border.color: control.hovered ? Theme.muted : Theme.border
        FocusRing {
            shown: control.visualFocus || control.popup.visible
        }
    }
    delegate: T.ItemDelegate {
        id: row

        required property var model
        required property int index

        width: ListView.view ? ListView.view.width : 0
        height: Theme.controlHeight - 2
        leftPadding: Theme.gap
        rightPadding: Theme.gap
        highlighted: control.highlightedIndex === index
        text: control.textAt(index)
        Accessible.role: Accessible.ListItem
        Accessible.name: text
        contentItem: Text {
            text: row.text
            color: Theme.text
            font.family: Theme.family
            font.pixelSize: Theme.sizeBody
            font.weight: control.currentIndex === row.index ? Font.DemiBold : Font.Normal
            elide: Text.ElideRight
            verticalAlignment: Text.AlignVCenter
        }
        background: Rectangle {
            radius: Theme.radiusSmall
            color: row.highlighted ? Theme.accentSoft : "transparent"
        }
    }
    popup: T.Popup {
        y: control.height + 4
        width: control.width
        height: Math.min(contentItem.implicitHeight + 8, 320)
        padding: 4
        margins: Theme.gap
        contentItem: ListView {
            clip: true
            implicitHeight: contentHeight
            model: control.popup.visible ? control.delegateModel : null
            currentIndex: control.highlightedIndex
            highlightMoveDuration: 0
            T.ScrollBar.vertical: ScrollBar {}
        }
        background: Rectangle {
            color: Theme.raised
            radius: Theme.radius
            border.color: Theme.border
        }
    }
}
