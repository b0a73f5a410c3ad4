// SPDX-License-Identifier: Apache-2.0
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Astra.Controls
import Astra.Search

/// The catalogues to ask, each with its own state.
ColumnLayout {
    id: list

    required property SearchForm form

    spacing: 2

    SectionTitle {
        text: qsTr("Sources")
    }

    Repeater {
        model: list.form.providers

        ColumnLayout {
            id: row

            required property int index
            required property string title
            required property bool asked
            required property string access
            required property string phase
            required property string text

            Layout.fillWidth: true
            spacing: 0

            RowLayout {
                Layout.fillWidth: true
                spacing: Theme.gap

                CheckBox {
                    Layout.maximumWidth: 190
                    implicitHeight: Math.max(26, contentItem.implicitHeight + 8)
                    text: row.title
                    checked: row.asked
                    onToggled: list.form.providers.toggle(row.index)
                    Accessible.description: row.text !== "" ? row.text : row.access
                }
                Label {
                    Layout.fillWidth: true
                    horizontalAlignment: Text.AlignRight
                    elide: Text.ElideRight
                    font.pixelSize: Theme.sizeSmall
                    color: row.phase === "failed" ? Theme.error : row.phase === "slow" ? Theme.warn : Theme.muted
                    text: row.phase === "failed" ? qsTr("failed") : row.text
                    Accessible.ignored: true

                    HoverHandler {
                        id: over
                    }
                    Tip {
                        text: row.text
                        visible: over.hovered && row.text !== ""
                    }
                }
            }
            // Why a source failed stands where it is looked for, not in a tip alone.
            Label {
                Layout.fillWidth: true
                Layout.leftMargin: 26
                visible: row.phase === "failed"
                text: row.text
                color: Theme.error
                font.pixelSize: Theme.sizeSmall
                wrapMode: Text.Wrap
                Accessible.role: Accessible.AlertMessage
            }
        }
    }
}
