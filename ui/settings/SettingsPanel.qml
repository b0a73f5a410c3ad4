// SPDX-License-Identifier: Apache-2.0
import QtQuick
import QtQuick.Layouts
import Astra.Controls
import Astra.Settings

/// Accounts, sources and certificates; the pages of one account lie behind its card.
Panel {
    id: panel

    required property Accounts accounts
    required property SourcesModel sources
    required property AuthoritiesModel authorities
    property string sandboxKey ///< shown where the sandbox's service takes it
    property int part: 0 // 0 accounts, 1 sources, 2 certificates
    property string page ///< behind the accounts: "", "add", "signIn" or "account"

    signal closeWanted

    /// The card of a service or an account: its page where there is a key, else the way to sign in.
    function open(accountOrService: string) {
        part = 0;
        const account = accounts.accountOf(accountOrService);
        const service = accounts.serviceOf(accountOrService);
        if (account !== "")
            showAccount(account);
        else if (service !== "")
            showSignIn(service, "");
        else
            leavePage();
    }
    function showAccount(account: string) {
        accounts.signIn.close();
        accounts.detail.show(account);
        page = "account";
        back.forceActiveFocus(Qt.OtherFocusReason);
    }
    function showSignIn(service: string, account: string) {
        accounts.detail.show("");
        accounts.signIn.open(service, account);
        page = "signIn";
        signIn.start();
    }
    /// To the list of accounts. @return whether it was not there already
    function leavePage(): bool {
        const left = page !== "";
        page = "";
        accounts.detail.show("");
        accounts.signIn.close();
        if (left && visible)
            accountsTab.forceActiveFocus(Qt.OtherFocusReason);
        return left;
    }

    Accessible.role: Accessible.Dialog
    Accessible.name: qsTr("Settings")
    // What was entered or shown does not wait behind a closed panel.
    onVisibleChanged: if (!visible) leavePage()

    Connections {
        target: panel.accounts.signIn
        function onSignedIn(account) {
            panel.showAccount(account);
        }
    }
    Connections {
        target: panel.accounts.list
        function onChanged() {
            if (panel.page === "account" && panel.accounts.detail.card.account === "")
                panel.leavePage();
        }
    }

    ColumnLayout {
        anchors.fill: parent
        spacing: Theme.gapMedium

        RowLayout {
            Layout.fillWidth: true
            spacing: Theme.gapSmall
            IconButton {
                id: back
                visible: panel.page !== ""
                name: qsTr("Back to the accounts")
                symbol: "chevron-left"
                onClicked: panel.leavePage()
            }
            Label {
                Layout.fillWidth: true
                text: panel.page === "add" ? qsTr("Add a service") : panel.page === "signIn" ? qsTr("Sign in to %1").arg(panel.accounts.signIn.title) : panel.page === "account" ? panel.accounts.detail.card.title : qsTr("Settings")
                font.pixelSize: Theme.sizeTitle
                font.weight: Font.DemiBold
                elide: Text.ElideRight
                Accessible.role: Accessible.Heading
            }
            IconButton {
                name: qsTr("Close settings")
                symbol: "x"
                onClicked: panel.closeWanted()
            }
        }
        RowLayout {
            Layout.fillWidth: true
            visible: panel.page === ""
            spacing: Theme.gap
            Tab {
                id: accountsTab
                Layout.fillWidth: true
                Layout.preferredWidth: 1 // as wide as the others
                text: qsTr("Accounts")
                checked: panel.part === 0
                onClicked: panel.part = 0
            }
            Tab {
                Layout.fillWidth: true
                Layout.preferredWidth: 1 // as wide as the others
                text: qsTr("Sources")
                checked: panel.part === 1
                onClicked: panel.part = 1
            }
            Tab {
                Layout.fillWidth: true
                Layout.preferredWidth: 1 // as wide as the others
                text: qsTr("Certificates")
                checked: panel.part === 2
                onClicked: panel.part = 2
            }
        }
        AccountsPage {
            Layout.fillWidth: true
            Layout.fillHeight: true
            visible: panel.page === "" && panel.part === 0
            accounts: panel.accounts
            onConnectWanted: (service, account) => panel.showSignIn(service, account)
            onDetailsWanted: account => panel.showAccount(account)
            onAddWanted: {
                panel.page = "add";
                back.forceActiveFocus(Qt.OtherFocusReason);
            }
        }
        SourcesPage {
            Layout.fillWidth: true
            Layout.fillHeight: true
            visible: panel.page === "" && panel.part === 1
            sources: panel.sources
        }
        CertificatesPage {
            Layout.fillWidth: true
            Layout.fillHeight: true
            visible: panel.visible && panel.page === "" && panel.part === 2
            authorities: panel.authorities
        }
        AddServicePage {
            Layout.fillWidth: true
            Layout.fillHeight: true
            visible: panel.page === "add"
            accounts: panel.accounts
            onConnectWanted: service => panel.showSignIn(service, "")
        }
        SignInPage {
            id: signIn
            Layout.fillWidth: true
            Layout.fillHeight: true
            visible: panel.page === "signIn"
            accounts: panel.accounts
            suggestedKey: panel.sandboxKey
        }
        AccountPage {
            Layout.fillWidth: true
            Layout.fillHeight: true
            visible: panel.page === "account"
            accounts: panel.accounts
            onConnectWanted: (service, account) => panel.showSignIn(service, account)
        }
    }
}
