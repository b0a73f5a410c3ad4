// SPDX-License-Identifier: Apache-2.0
import QtQuick

/// One sentence about something that went well or wrong, with what can be done about it.
Rectangle {
    id: message

    enum Kind { Info, Warning, Error, Success }

    property int kind: Message.Info
    property string text
    property string action ///< words of the button; empty: none
    property bool closable: false
    readonly property color tone: kind === Message.Error ? Theme.error : kind === Message.Warning ? Theme.warn : kind === Message.Success ? Theme.ok : Theme.info

    signal triggered
    signal closed

    implicitWidth: 240
    implicitHeight: visible ? Math.max(36, Math.max(label.implicitHeight + 16, button.visible ? 40 : 0)) : 0
    radius: Theme.radius
    color: Qt.rgba(tone.r, tone.g, tone.b, 0.1)
    border.color: Qt.rgba(tone.r, tone.g, tone.b, 0.35)
    visible: text
    Accessible.role: Accessible.AlertMessage
    Accessible.name: text

    Icon {
        id: icon
        x: 10
        y: 10
        name: message.kind === Message.Error ? "circle-alert" : message.kind === Message.Warning ? "triangle-alert" : message.kind === Message.Success ? "circle-check" : "info"
        color: message.tone
    }
    Label {
        id: label
        anchors.left: icon.right
        anchors.leftMargin: Theme.gap
        anchors.right: button.visible ? button.left : close.visible ? close.left : parent.right
        anchors.rightMargin: Theme.gap
        anchors.verticalCenter: parent.verticalCenter
        text: message.text
        wrapMode: Text.Wrap
        Accessible.ignored: true
    }
    Button {
        id: button
        visible: message.action
        anchors.right: close.visible ? close.left : parent.right
        anchors.rightMargin: 4
        anchors.verticalCenter: parent.verticalCenter
        quiet: true
        text: message.action
        onClicked: message.triggered()
    }
    IconButton {
        id: close
        visible: message.closable
        anchors.right: parent.right
        anchors.rightMargin: 4
        anchors.verticalCenter: parent.verticalCenter
        implicitWidth: 28
        implicitHeight: 28
        name: qsTr("Close this message")
        symbol: "x"
        onClicked: message.closed()
    }
}
