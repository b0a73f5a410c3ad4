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

        CheckBox {
            required property var modelData
            Layout.fillWidth: true
            implicitHeight: 28
            text: modelData.text
            checked: list.notices.on[modelData.kind]
            onToggled: list.notices.set(modelData.kind, checked)
        }
    }
    RowLayout {
        Layout.fillWidth: true
        spacing: Theme.gap
        CheckBox {
            id: limited
            implicitHeight: 28
            text: qsTr("More a day than")
            Accessible.name: qsTr("More requests or credits a day than %1").arg(limit.text)
            checked: list.notices.dailyLimit > 0
            onToggled: {
                list.notices.setDailyLimit(checked ? Number(limit.text) || 1000 : 0);
                checked = Qt.binding(() => list.notices.dailyLimit > 0);
            }
        }
        Field {
            id: limit
            Layout.preferredWidth: 90
            text: list.notices.dailyLimit > 0 ? list.notices.dailyLimit : "1000"
            hint: qsTr("number a day")
            validator: IntValidator {
                bottom: 1
                top: 100000000
            }
            inputMethodHints: Qt.ImhDigitsOnly
            onCommitted: if (limited.checked) list.notices.setDailyLimit(Number(text))
        }
        Label {
            Layout.fillWidth: true
            text: qsTr("requests, or credits where they are counted")
            muted: true
            elide: Text.ElideRight
            font.pixelSize: Theme.sizeSmall
        }
    }
    Message {
        Layout.fillWidth: true
        kind: Message.Error
        text: list.notices.error
    }
}
