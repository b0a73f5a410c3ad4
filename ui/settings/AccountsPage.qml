// SPDX-License-Identifier: Apache-2.0
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Astra.Controls
import Astra.Settings

/// The services, group by group, and where their keys are kept.
ScrollColumn {
    id: page

    required property Accounts accounts

    signal connectWanted(string service, string account)
    signal detailsWanted(string account)
    signal addWanted

    spacing: Theme.gap

    RowLayout {
        Layout.fillWidth: true
        visible: page.accounts.list.keychainOpen
        spacing: Theme.gapSmall
        Icon {
            name: "lock"
            size: 14
            color: Theme.muted
        }
        Label {
            Layout.fillWidth: true
            text: page.accounts.list.keychainText
            muted: true
            wrapMode: Text.Wrap
            font.pixelSize: Theme.sizeSmall
        }
    }
    Message {
        Layout.fillWidth: true
        visible: !page.accounts.list.keychainOpen
        kind: Message.Warning
        text: page.accounts.list.keychainText
        action: qsTr("Check again")
        onTriggered: page.accounts.list.checkKeychain()
    }
    Repeater {
        model: page.accounts.list

        ColumnLayout {
            id: entry
            required property accountCard card
            required property string group
            Layout.fillWidth: true
            spacing: Theme.gap

            SectionTitle {
                Layout.topMargin: Theme.gap
                visible: text !== ""
                text: entry.group
            }
            ServiceCard {
                Layout.fillWidth: true
                card: entry.card
                onConnectWanted: page.connectWanted(card.service, card.account)
                onTestWanted: page.accounts.list.test(card.account)
                onUseWanted: page.accounts.list.use(card.account)
                onSourceWanted: page.accounts.list.switchOn(card.account)
                onOtherWanted: page.accounts.list.tryOther(card.account)
                onDetailsWanted: page.detailsWanted(card.account)
                onNoticeUnwanted: name => page.accounts.notices.set(name, false)
            }
        }
    }
    Label {
        Layout.fillWidth: true
        visible: page.accounts.list.count === 0
        text: qsTr("No service here takes an account.")
        muted: true
    }
    Button {
        Layout.alignment: Qt.AlignLeft
        Layout.topMargin: Theme.gapSmall
        visible: page.accounts.addable.length > 0
        symbol: "plus"
        text: qsTr("Add a service…")
        onClicked: page.addWanted()
    }
    Button {
        id: notices
        Layout.alignment: Qt.AlignLeft
        Layout.leftMargin: -Theme.gap
        quiet: true
        checkable: true
        symbol: checked ? "chevron-down" : "chevron-right"
        text: qsTr("What to tell me about keys")
    }
    NoticeList {
        Layout.fillWidth: true
        Layout.leftMargin: Theme.gap
        visible: notices.checked
        notices: page.accounts.notices
    }
}
