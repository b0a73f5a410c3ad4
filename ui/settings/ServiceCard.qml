// SPDX-License-Identifier: Apache-2.0
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Astra.Controls
import Astra.Settings

/// One account at a service, or a service that has none yet: how it stands, and what is done most often.
Rectangle {
    id: view

    required property accountCard card

    signal connectWanted
    signal testWanted
    signal useWanted
    signal otherWanted
    signal sourceWanted
    signal detailsWanted
    signal noticeUnwanted(string name)

    function listed(parts: var): string {
        return parts.filter(part => part !== "").join(" · ");
    }

    implicitHeight: column.implicitHeight + 24
    radius: Theme.radius
    color: Theme.raised
    border.color: Theme.border
    Accessible.role: Accessible.Grouping
    Accessible.name: listed([card.title, card.label, card.state, card.ends])

    ColumnLayout {
        id: column
        x: 12
        y: 12
        width: parent.width - 24
        spacing: 6

        RowLayout {
            Layout.fillWidth: true
            spacing: Theme.gap
            Label {
                Layout.fillWidth: true
                Layout.maximumWidth: Math.ceil(implicitWidth)
                text: view.card.title
                font.weight: Font.DemiBold
                elide: Text.ElideRight
            }
            Label {
                Layout.fillWidth: true
                text: view.card.label
                muted: true
                elide: Text.ElideRight
            }
            StateLine {
                tone: view.card.tone
                text: view.card.state
            }
        }
        // Not connected: what it is, and the way in beside it.
        RowLayout {
            Layout.fillWidth: true
            visible: !view.card.connected
            spacing: Theme.gapMedium
            Label {
                Layout.fillWidth: true
                text: view.card.about
                muted: true
                wrapMode: Text.Wrap
                font.pixelSize: Theme.sizeSmall
            }
            Button {
                visible: view.card.needsAccount
                Layout.alignment: Qt.AlignTop
                text: qsTr("Connect…")
                Accessible.name: qsTr("Connect %1").arg(view.card.title)
                onClicked: view.connectWanted()
            }
        }
        RowLayout {
            Layout.fillWidth: true
            visible: view.card.connected && view.card.masked !== ""
            spacing: Theme.gap
            Icon {
                name: "key"
                size: 14
                color: Theme.muted
            }
            Label {
                text: view.card.masked
                font.family: Theme.monospace
                font.pixelSize: Theme.sizeSmall
                elide: Text.ElideMiddle
                Layout.fillWidth: true
                Layout.maximumWidth: Math.ceil(implicitWidth)
            }
            Label {
                Layout.fillWidth: true
                text: view.card.place
                muted: true
                font.pixelSize: Theme.sizeSmall
                elide: Text.ElideRight
            }
        }
        Label {
            Layout.fillWidth: true
            visible: text !== ""
            text: view.card.note
            muted: true
            wrapMode: Text.Wrap
            font.pixelSize: Theme.sizeSmall
        }
        Badge {
            visible: view.card.test
            text: qsTr("test key: the answers are invented")
        }
        Label {
            Layout.fillWidth: true
            visible: text !== "" && view.card.connected
            text: view.listed([view.card.ends, view.card.use, view.card.left])
            muted: true
            wrapMode: Text.Wrap
            font.pixelSize: Theme.sizeSmall
        }
        Repeater {
            model: view.card.notices

            RowLayout {
                id: notice
                required property var modelData
                Layout.fillWidth: true
                spacing: Theme.gapSmall
                Icon {
                    Layout.alignment: Qt.AlignTop
                    Layout.topMargin: 5
                    name: "info"
                    size: 14
                    color: Theme.info
                }
                Label {
                    Layout.fillWidth: true
                    text: notice.modelData.text
                    wrapMode: Text.Wrap
                    font.pixelSize: Theme.sizeSmall
                }
                IconButton {
                    Layout.alignment: Qt.AlignTop
                    implicitWidth: 24
                    implicitHeight: 24
                    symbolSize: 14
                    visible: notice.modelData.name !== ""
                    name: qsTr("Stop telling me this, for any account")
                    symbol: "x"
                    onClicked: view.noticeUnwanted(notice.modelData.name)
                }
            }
        }
        Message {
            Layout.fillWidth: true
            kind: view.card.failed ? Message.Error : view.card.busy ? Message.Info : Message.Success
            text: view.card.message
            action: view.card.source !== "" ? qsTr("Switch it on") : view.card.failed && view.card.refused && view.card.otherWay !== "" ? qsTr("Try the other form") : ""
            onTriggered: view.card.source !== "" ? view.sourceWanted() : view.otherWanted()
        }
        RowLayout {
            visible: view.card.connected
            spacing: Theme.gap
            Button {
                visible: !view.card.given && (view.card.refused || view.card.tone === "error")
                text: qsTr("Sign in again…")
                enabled: !view.card.busy
                Accessible.name: qsTr("Sign in to %1 again").arg(view.card.title)
                onClicked: view.connectWanted()
            }
            Button {
                visible: view.card.testable
                text: qsTr("Test")
                enabled: !view.card.busy
                Accessible.name: qsTr("Test %1").arg(view.card.title)
                onClicked: view.testWanted()
            }
            Button {
                visible: view.card.several && !view.card.inUse
                text: qsTr("Use this one")
                enabled: !view.card.busy
                Accessible.name: qsTr("Use %1, %2").arg(view.card.title).arg(view.card.label)
                onClicked: view.useWanted()
            }
            Button {
                quiet: true
                text: qsTr("More…")
                Accessible.name: qsTr("More about %1").arg(view.listed([view.card.title, view.card.label]))
                onClicked: view.detailsWanted()
            }
        }
    }
}
