// SPDX-License-Identifier: Apache-2.0
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Astra.Controls
import Astra.Settings

/// One account: what there is to know, its use, its keys at the service, and their rotation.
Item {
    id: page

    required property Accounts accounts
    readonly property AccountDetail detail: accounts.detail
    readonly property accountCard card: detail.card
    property string part: "account"

    signal connectWanted(string service, string account)

    function offers(wanted: string): bool {
        switch (wanted) {
        case "usage":
            return detail.showsUsage;
        case "keys":
            return detail.keys.listable || detail.keys.creatable;
        case "providers":
            return detail.providerKeys.kept;
        case "rotation":
            return card.rotatable;
        }
        return offers("usage") || offers("keys") || offers("providers") || offers("rotation");
    }
    function turnTo(wanted: string) {
        part = wanted;
        if (wanted === "usage")
            detail.loadUsage();
        else if (wanted === "keys" && !detail.keys.loaded)
            detail.keys.load();
        else if (wanted === "providers" && !detail.providerKeys.loaded)
            detail.providerKeys.load();
        if (wanted !== "keys")
            detail.keys.forgetNewKey();
    }

    Connections {
        target: page.detail
        function onOpened() {
            page.part = "account";
            label.text = page.detail.card.label;
            removal.visible = false;
        }
        function onChanged() {
            // What is being typed stays.
            if (!label.input.activeFocus)
                label.text = page.detail.card.label;
        }
    }

    ColumnLayout {
        anchors.fill: parent
        spacing: Theme.gapMedium

        RowLayout {
            Layout.fillWidth: true
            visible: page.card.place !== "" && page.offers("")
            spacing: Theme.gap
            Repeater {
                model: [
                    {
                        "id": "account",
                        "title": qsTr("Account")
                    },
                    {
                        "id": "usage",
                        "title": qsTr("Usage")
                    },
                    {
                        "id": "keys",
                        "title": qsTr("Keys")
                    },
                    {
                        "id": "providers",
                        "title": qsTr("Other keys")
                    },
                    {
                        "id": "rotation",
                        "title": qsTr("Rotate…")
                    }
                ]
                Tab {
                    required property var modelData
                    Layout.fillWidth: true
                    visible: page.offers(modelData.id)
                    text: modelData.title
                    checked: page.part === modelData.id
                    onClicked: page.turnTo(modelData.id)
                }
            }
        }
        ScrollColumn {
            Layout.fillWidth: true
            Layout.fillHeight: true
            visible: page.part === "account"
            spacing: Theme.gapMedium

            StateLine {
                tone: page.card.tone
                text: page.card.state
            }
            Label {
                Layout.fillWidth: true
                visible: text !== ""
                text: page.card.note
                wrapMode: Text.Wrap
            }
            Message {
                Layout.fillWidth: true
                kind: page.card.keepable ? Message.Info : Message.Warning
                text: page.card.held
                action: page.card.busy ? "" : page.card.keepable ? qsTr("Put it into the keychain") : qsTr("Check again")
                onTriggered: {
                    if (page.card.keepable)
                        page.accounts.list.keep(page.card.account);
                    else
                        page.accounts.list.checkKeychain();
                }
            }
            Message {
                Layout.fillWidth: true
                visible: page.card.test
                kind: Message.Warning
                text: qsTr("Test key: the answers are invented.")
            }
            Repeater {
                model: page.card.notices
                Message {
                    required property var modelData
                    Layout.fillWidth: true
                    kind: Message.Info
                    text: modelData.text
                    action: modelData.name !== "" ? qsTr("Stop telling me this, for any account") : ""
                    onTriggered: page.accounts.notices.set(modelData.name, false)
                }
            }
            Field {
                id: label
                Layout.fillWidth: true
                label: qsTr("Your name for it: the place where it is used")
                hint: qsTr("laptop")
                input.maximumLength: 64
                onCommitted: page.accounts.list.rename(page.card.account, text)
            }
            Facts {
                Layout.fillWidth: true
                entries: page.detail.facts
            }
            RowLayout {
                Layout.fillWidth: true
                visible: page.card.variable !== ""
                spacing: Theme.gap
                Label {
                    Layout.preferredWidth: 132
                    text: qsTr("On servers")
                    muted: true
                    Accessible.name: text + ": " + page.card.variable
                }
                Label {
                    Layout.fillWidth: true
                    text: page.card.variable
                    font.family: Theme.monospace
                    wrapMode: Text.WrapAnywhere
                    Accessible.ignored: true
                }
                Button {
                    implicitHeight: 28
                    symbol: "copy"
                    text: qsTr("Copy")
                    tip: qsTr("The name of the environment variable that supplies this key where there is no keychain")
                    Accessible.name: qsTr("Copy the name %1").arg(page.card.variable)
                    onClicked: page.accounts.list.copyVariable(page.card.account)
                }
            }
            Snippets {
                Layout.fillWidth: true
                detail: page.detail
            }
            Message {
                Layout.fillWidth: true
                kind: page.card.failed ? Message.Error : page.card.busy ? Message.Info : Message.Success
                text: page.card.message
                action: page.card.source !== "" ? qsTr("Switch it on") : ""
                onTriggered: page.accounts.list.switchOn(page.card.account)
            }
            Flow {
                Layout.fillWidth: true
                spacing: Theme.gap

                Button {
                    visible: page.card.refused && page.card.otherWay !== ""
                    symbol: "refresh-cw"
                    text: qsTr("Try the other form: %1").arg(page.card.otherWayTitle)
                    enabled: !page.card.busy
                    onClicked: page.accounts.list.tryOther(page.card.account)
                }
                Button {
                    visible: page.card.needsAccount && !page.card.given
                    text: !page.card.connected ? qsTr("Connect…") : page.card.place === "" ? qsTr("Sign in another way…") : qsTr("Sign in again…")
                    enabled: !page.card.busy
                    onClicked: page.connectWanted(page.card.service, page.card.account)
                }
                Button {
                    visible: page.card.testable
                    text: qsTr("Test")
                    enabled: !page.card.busy
                    onClicked: page.accounts.list.test(page.card.account)
                }
                Button {
                    visible: page.card.several && !page.card.inUse
                    text: qsTr("Use this one")
                    enabled: !page.card.busy
                    onClicked: page.accounts.list.use(page.card.account)
                }
                Button {
                    visible: page.card.copyable
                    symbol: "copy"
                    text: qsTr("Copy key")
                    tip: qsTr("Marked as a secret; the clipboard is cleared after a minute")
                    enabled: !page.card.busy
                    onClicked: page.accounts.list.copyKey(page.card.account)
                }
                Button {
                    visible: page.card.kept
                    text: qsTr("Sign out")
                    enabled: !page.card.busy
                    onClicked: page.accounts.list.signOut(page.card.account)
                }
                Button {
                    visible: page.card.removable
                    symbol: "trash-2"
                    text: qsTr("Remove…")
                    enabled: !page.card.busy
                    onClicked: removal.visible = true
                }
            }
            Confirm {
                id: removal
                Layout.fillWidth: true
                visible: false
                question: qsTr("Remove this account? Its key, name and history are deleted from this computer. At the service the key stays valid until it is revoked there.")
                action: qsTr("Remove it")
                onDeclined: visible = false
                onAgreed: {
                    visible = false;
                    page.accounts.list.remove(page.card.account);
                }
            }
        }
        ScrollColumn {
            Layout.fillWidth: true
            Layout.fillHeight: true
            visible: page.part === "usage"
            spacing: Theme.gapMedium

            Label {
                visible: page.detail.usageAsked
                text: qsTr("Asking %1…").arg(page.card.title)
                muted: true
            }
            Facts {
                Layout.fillWidth: true
                entries: page.detail.usage
            }
            Message {
                Layout.fillWidth: true
                kind: Message.Error
                text: page.detail.usageError
            }
            Label {
                Layout.fillWidth: true
                text: qsTr("As the service counts it; Astra's own count is under Account.")
                muted: true
                wrapMode: Text.Wrap
                font.pixelSize: Theme.sizeSmall
            }
            Button {
                Layout.alignment: Qt.AlignLeft
                symbol: "refresh-cw"
                text: qsTr("Ask again")
                enabled: !page.detail.usageAsked
                onClicked: page.detail.loadUsage()
            }
        }
        ScrollColumn {
            Layout.fillWidth: true
            Layout.fillHeight: true
            visible: page.part === "keys"

            ServiceKeys {
                Layout.fillWidth: true
                keys: page.detail.keys
            }
        }
        ScrollColumn {
            Layout.fillWidth: true
            Layout.fillHeight: true
            visible: page.part === "providers"

            ProviderKeys {
                Layout.fillWidth: true
                keys: page.detail.providerKeys
            }
        }
        ScrollColumn {
            Layout.fillWidth: true
            Layout.fillHeight: true
            visible: page.part === "rotation"

            RotationSteps {
                Layout.fillWidth: true
                rotation: page.detail.rotation
            }
        }
    }
}
