// SPDX-License-Identifier: Apache-2.0
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Astra.Controls
import Astra.Settings

/// The switches of the quiet notices.
ColumnLayout {
    id: list

    required property NoticeSwitches notices

    spacing: 0

    Repeater {
        model: list.notices.switches

        ColumnLayout {
            id: entry
            required property var modelData
            Layout.fillWidth: true
            spacing: 0

            CheckBox {
                Layout.fillWidth: true
                implicitHeight: 28
                text: entry.modelData.text
                checked: list.notices.on[entry.modelData.name]
                Accessible.description: entry.modelData.note
                onToggled: list.notices.set(entry.modelData.name, checked)
            }
            Label {
                Layout.fillWidth: true
                Layout.leftMargin: 28
                Layout.bottomMargin: Theme.gapSmall
                visible: text !== ""
                text: entry.modelData.note
                muted: true
                wrapMode: Text.Wrap
                font.pixelSize: Theme.sizeSmall
                Accessible.ignored: true
            }
        }
    }
    Repeater {
        model: list.notices.limits

        RowLayout {
            id: row
            required property var modelData
            readonly property int number: list.notices.limit[modelData.name]
            property int last: 1000 ///< what it was when it was on
            onNumberChanged: if (number > 0) last = number
            Layout.fillWidth: true
            Layout.bottomMargin: Theme.gapSmall
            spacing: Theme.gap

            CheckBox {
                id: limited
                Layout.preferredWidth: 200
                implicitHeight: 28
                text: row.modelData.text
                checked: row.number > 0
                Accessible.name: text + " " + limit.text
                Accessible.description: row.modelData.note
                onToggled: {
                    list.notices.setLimit(row.modelData.name, checked ? Number(limit.text) || row.last : 0);
                    checked = Qt.binding(() => row.number > 0);
                }
            }
            Field {
                id: limit
                Layout.preferredWidth: 100
                text: row.last
                hint: qsTr("number a day")
                input.Accessible.name: row.modelData.text
                validator: IntValidator {
                    bottom: 1
                    top: 100000000
                }
                inputMethodHints: Qt.ImhDigitsOnly
                onCommitted: if (limited.checked) list.notices.setLimit(row.modelData.name, Number(text))
            }
            Label {
                Layout.fillWidth: true
                text: row.modelData.note
                muted: true
                elide: Text.ElideRight
                font.pixelSize: Theme.sizeSmall
                Accessible.ignored: true
            }
        }
    }
    Message {
        Layout.fillWidth: true
        kind: Message.Error
        text: list.notices.error
    }
}
