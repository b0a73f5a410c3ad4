// SPDX-License-Identifier: Apache-2.0
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Astra.Controls
import Astra.Settings

/// Services that are there by choice, each described as what it is.
ScrollColumn {
    id: page

    required property Accounts accounts

    signal connectWanted(string service)

    Repeater {
        model: page.visible ? page.accounts.addable : []

        ColumnLayout {
            id: entry
            required property int index
            required property var modelData
            readonly property bool first: index === 0 || page.accounts.addable[index - 1].section !== modelData.section
            Layout.fillWidth: true
            spacing: Theme.gap

            SectionTitle {
                Layout.topMargin: entry.index > 0 ? Theme.gap : 0
                visible: entry.first
                text: entry.modelData.section
            }
            Rectangle {
                Layout.fillWidth: true
                implicitHeight: row.implicitHeight + 24
                radius: Theme.radius
                color: Theme.raised
                border.color: Theme.border

                RowLayout {
                    id: row
                    x: 12
                    y: 12
                    width: parent.width - 24
                    spacing: Theme.gapMedium

                    ColumnLayout {
                        Layout.fillWidth: true
                        spacing: 2
                        Label {
                            Layout.fillWidth: true
                            text: entry.modelData.title
                            font.weight: Font.DemiBold
                            elide: Text.ElideRight
                        }
                        Label {
                            Layout.fillWidth: true
                            text: entry.modelData.about
                            muted: true
                            wrapMode: Text.Wrap
                            font.pixelSize: Theme.sizeSmall
                        }
                    }
                    Button {
                        Layout.alignment: Qt.AlignTop
                        text: qsTr("Add…")
                        Accessible.name: qsTr("Add %1").arg(entry.modelData.title)
                        onClicked: page.connectWanted(entry.modelData.service)
                    }
                }
            }
        }
    }
}
