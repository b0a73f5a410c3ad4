// SPDX-License-Identifier: Apache-2.0
import QtQuick
import QtQuick.Layouts
import Astra.Controls

/// A question asked in place, before something that cannot be taken back.
Rectangle {
    id: confirm

    required property string question
    required property string action ///< words of the button that does it

    signal agreed
    signal declined

    implicitHeight: column.implicitHeight + 24
    radius: Theme.radius
    color: Qt.rgba(Theme.warn.r, Theme.warn.g, Theme.warn.b, 0.1)
    border.color: Qt.rgba(Theme.warn.r, Theme.warn.g, Theme.warn.b, 0.35)
    Accessible.role: Accessible.AlertMessage
    Accessible.name: question
    onVisibleChanged: if (visible) keep.forceActiveFocus(Qt.TabFocusReason)

    ColumnLayout {
        id: column
        x: 12
        y: 12
        width: parent.width - 24
        spacing: Theme.gap

        Label {
            Layout.fillWidth: true
            text: confirm.question
            wrapMode: Text.Wrap
            Accessible.ignored: true
        }
        RowLayout {
            spacing: Theme.gap
            Button {
                id: keep
                text: qsTr("Leave it as it is")
                onClicked: confirm.declined()
            }
            Button {
                text: confirm.action
                symbol: "triangle-alert"
                onClicked: confirm.agreed()
            }
        }
    }
}
