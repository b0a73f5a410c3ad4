// SPDX-License-Identifier: Apache-2.0
import QtQuick
import QtQuick.Layouts
import Astra.Controls
import Astra.Settings

/// What is to be done in the browser: the page, the code to type there, and the time that is left.
Rectangle {
    id: prompt

    required property SignInForm form

    implicitHeight: column.implicitHeight + 32
    radius: Theme.radius
    color: Theme.raised
    border.color: Theme.accent

    ColumnLayout {
        id: column
        x: 16
        y: 16
        width: parent.width - 32
        spacing: Theme.gap

        Label {
            Layout.fillWidth: true
            text: prompt.form.promptCode !== "" ? qsTr("Open the page of %1 in a browser and type this code there:").arg(prompt.form.title) : qsTr("Continue in your browser. Astra is waiting for its answer.")
            wrapMode: Text.Wrap
        }
        RowLayout {
            visible: prompt.form.promptCode !== ""
            spacing: Theme.gapMedium
            Label {
                text: prompt.form.promptCode
                font.family: Theme.monospace
                font.pixelSize: 28
                font.weight: Font.DemiBold
                font.letterSpacing: 2
                Accessible.name: qsTr("Code: %1").arg(text)
            }
            IconButton {
                name: qsTr("Copy the code")
                symbol: "copy"
                onClicked: prompt.form.copyCode()
            }
        }
        Label {
            Layout.fillWidth: true
            text: prompt.form.promptUrl
            muted: true
            font.family: Theme.monospace
            font.pixelSize: 11
            wrapMode: Text.WrapAnywhere
            maximumLineCount: 2
            elide: Text.ElideRight
        }
        RowLayout {
            Layout.fillWidth: true
            spacing: Theme.gap
            Button {
                primary: true
                symbol: "external-link"
                text: qsTr("Open the browser")
                onClicked: Qt.openUrlExternally(prompt.form.promptUrl)
            }
            Button {
                text: qsTr("Cancel")
                onClicked: prompt.form.cancel()
            }
            Label {
                Layout.fillWidth: true
                horizontalAlignment: Text.AlignRight
                text: prompt.form.promptLeft
                muted: true
                font.pixelSize: Theme.sizeSmall
            }
        }
    }
}
