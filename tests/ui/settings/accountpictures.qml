// SPDX-License-Identifier: Apache-2.0
import QtQuick
import Astra.Controls
import Astra.Settings
import "../../support/pickyeye.js" as Eye

/// The settings as the window shows them, and what a picky eye asks of a picture of them.
Rectangle {
    id: root

    required property Accounts accounts
    required property SourcesModel sources
    required property AuthoritiesModel authorities
    property bool dark: true

    color: Theme.background
    width: 576
    height: 1500

    onDarkChanged: Theme.dark = dark

    SettingsPanel {
        id: panel
        anchors.fill: parent
        anchors.margins: 8
        accounts: root.accounts
        sources: root.sources
        authorities: root.authorities
    }

    function showList(part: int) {
        panel.leavePage();
        panel.part = part;
    }
    function showAdd() {
        panel.leavePage();
        panel.part = 0;
        panel.page = "add";
    }
    function showSignIn(service: string) {
        panel.part = 0;
        panel.showSignIn(service, "");
    }
    function showAccount(account: string, part: string) {
        panel.part = 0;
        panel.showAccount(account);
        Eye.all(panel, item => item.turnTo !== undefined)[0].turnTo(part);
    }
    /// What is folded away at first.
    function unfold() {
        Eye.all(panel, item => item.checkable === true && item.checked === false && item.symbol === "chevron-right").forEach(item => item.checked = true);
    }

    /// What assistive technology is told of the texts.
    function told(): var {
        return Eye.all(panel, item => item.Accessible.name !== undefined && item.Accessible.name !== "").map(item => item.Accessible.name);
    }

    function faults(): var {
        return Eye.faults(panel, root);
    }
}
