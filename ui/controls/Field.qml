// SPDX-License-Identifier: Apache-2.0
import QtQuick
import QtQuick.Templates as T

/// One line of text with its label above and, where it is wrong, the reason below.
Item {
    id: field

    property string label
    property string hint ///< shown while empty
    property string error ///< one sentence; empty: fine
    property string unit ///< after the text, muted
    property bool secret: false
    property bool monospace: false
    property alias text: input.text
    property alias input: input
    property alias readOnly: input.readOnly
    property alias validator: input.validator
    property alias inputMethodHints: input.inputMethodHints

    signal edited ///< while typing
    signal committed ///< Enter, or focus lost after a change

    implicitWidth: 160
    implicitHeight: column.implicitHeight
    activeFocusOnTab: false

    Column {
        id: column
        width: parent.width
        spacing: Theme.gapSmall

        Label {
            visible: field.label
            width: parent.width
            text: field.label
            muted: true
            wrapMode: Text.Wrap
            font.pixelSize: Theme.sizeSmall
            Accessible.ignored: true
        }
        T.TextField {
            id: input

            width: parent.width
            implicitHeight: Theme.controlHeight
            leftPadding: Theme.gap
            rightPadding: unit.visible ? unit.implicitWidth + Theme.gap * 1.5 : Theme.gap
            color: enabled ? Theme.text : Theme.muted
            placeholderTextColor: Theme.muted
            placeholderText: field.hint
            selectionColor: Theme.accent
            selectedTextColor: Theme.accentText
            selectByMouse: true
            verticalAlignment: TextInput.AlignVCenter
            echoMode: field.secret ? TextInput.Password : TextInput.Normal
            font.family: field.monospace ? Theme.monospace : Theme.family
            font.pixelSize: Theme.sizeBody
            Accessible.role: Accessible.EditableText
            Accessible.name: field.label || field.hint
            Accessible.description: field.error
            // Not Accessible.passwordEdit, which Qt takes as a reason to tell no name; echoMode says the same.
            onTextEdited: field.edited()
            onEditingFinished: field.committed()

            Text {
                visible: !input.text && !input.preeditText
                anchors.fill: parent
                leftPadding: input.leftPadding
                rightPadding: input.rightPadding
                text: field.hint
                color: Theme.muted
                font: input.font
                elide: Text.ElideRight
                verticalAlignment: Text.AlignVCenter
            }
            Label {
                id: unit
                visible: field.unit
                anchors.right: parent.right
                anchors.rightMargin: Theme.gap
                anchors.verticalCenter: parent.verticalCenter
                text: field.unit
                muted: true
            }
            background: Rectangle {
                radius: Theme.radius
                color: Theme.background
                border.width: input.activeFocus || field.error ? 2 : 1
                border.color: field.error ? Theme.error : input.activeFocus ? Theme.accent : input.hovered ? Theme.muted : Theme.border
            }
        }
        Row {
            visible: field.error
            width: parent.width
            spacing: Theme.gapSmall
            Icon {
                name: "circle-alert"
                size: 14
                color: Theme.error
                y: 1
            }
            Label {
                width: parent.width - 14 - parent.spacing
                text: field.error
                color: Theme.error
                font.pixelSize: Theme.sizeSmall
                wrapMode: Text.Wrap
                Accessible.role: Accessible.AlertMessage
            }
        }
    }
}
