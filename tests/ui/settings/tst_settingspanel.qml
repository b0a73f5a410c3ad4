// SPDX-License-Identifier: Apache-2.0
import QtQuick
import QtTest
import Astra.Controls
import Astra.Settings

Item {
    id: root
    width: 560
    height: 800

    SettingsPanel {
        id: panel
        anchors.fill: parent
        accounts: stage.accounts
        sources: stage.sources
        authorities: stage.authorities
    }

    TestCase {
        name: "SettingsPanel"
        when: windowShown

        function all(item: Item, holds: var): var {
            let found = [];
            for (let i = 0; i < item.children.length; ++i) {
                const child = item.children[i];
                if (!child.visible)
                    continue;
                if (holds(child))
                    found.push(child);
                found = found.concat(all(child, holds));
            }
            return found;
        }
        function named(name: string): var {
            return all(panel, item => item.Accessible.name === name && !item.Accessible.ignored);
        }
        function press(name: string) {
            const found = named(name);
            compare(found.length, 1, name);
            found[0].forceActiveFocus(Qt.TabFocusReason);
            keyClick(Qt.Key_Space);
        }
        function tabTo(name: string) {
            for (let i = 0; i < 80; ++i) {
                keyClick(Qt.Key_Tab);
                const item = root.Window.activeFocusItem;
                if (item && item.Accessible.name === name)
                    return;
            }
            fail("Tab does not reach " + name);
        }
        function type(name: string, text: string) {
            const found = named(name);
            compare(found.length, 1, name);
            found[0].forceActiveFocus(Qt.TabFocusReason);
            found[0].text = text;
        }
        /// From the list to a connected lab.
        function signIn() {
            press("Connect Field lab");
            type("Key of the lab", stage.key);
            press("Test and keep in memory");
            tryCompare(panel, "page", "account");
        }
        function init() {
            panel.visible = true;
            panel.part = 0;
            panel.leavePage();
            stage.begin();
            tryVerify(() => named("Connect Field lab").length === 1 && !panel.accounts.list.keychainOpen);
        }

        function test_noticesByRequestsAndByCredits() {
            if (named("It ends soon").length === 0)
                press("What to tell me about keys");
            const notices = panel.accounts.notices;
            compare(notices.on["expiring"], true);
            press("It ends soon");
            tryVerify(() => notices.on["expiring"] === false);
            press("More requests a day than 1000");
            tryVerify(() => notices.limit["requests"] === 1000);
            compare(notices.limit["credits"], 0);
            // The number is given beside the switch, and stays there when it is switched off.
            const field = named("More credits a day than")[0];
            field.forceActiveFocus(Qt.TabFocusReason);
            field.selectAll();
            keyClick(Qt.Key_2);
            keyClick(Qt.Key_5);
            keyClick(Qt.Key_Return);
            compare(notices.limit["credits"], 0);
            press("More credits a day than 25");
            tryVerify(() => notices.limit["credits"] === 25);
            press("More credits a day than 25");
            tryVerify(() => notices.limit["credits"] === 0);
            compare(named("More credits a day than 25").length, 1);
            compare(notices.limit["requests"], 1000);
        }

        function test_snippetsAreFoldedAway() {
            signIn();
            compare(named("Copy the text for curl").length, 0);
            press("Use it elsewhere");
            press("Copy the text for curl");
            press("Python");
            compare(named("Copy the text for Python").length, 1);
            compare(named(panel.accounts.detail.snippets[1].text.trim()).length, 1);
            // Another account begins folded.
            panel.leavePage();
            panel.open("fieldlab");
            compare(named("Copy the text for Python").length, 0);
        }

        function test_usageOfOneKey() {
            signIn();
            press("Keys");
            tryVerify(() => named("Usage of main").length === 1);
            press("Usage of main");
            tryVerify(() => named("Requests today: 3").length === 1);
            compare(named("Requests this month: 44").length, 1);
        }

        function test_certificates() {
            press("Certificates");
            tryVerify(() => panel.authorities.loaded);
            compare(named("No certificate has been added.").length, 1);
            compare(named("Add a file of certificates").length, 1);
            verify(!named("Open folder")[0].enabled);
            stage.writeCertificate("field.pem");
            panel.authorities.add(stage.file("field.pem"));
            tryVerify(() => panel.authorities.count === 1);
            verify(named("Trusted from now on: Astra test.").length === 1);
            const remove = "Remove " + panel.authorities.data(panel.authorities.index(0, 0), Qt.DisplayRole);
            press(remove);
            compare(root.Window.activeFocusItem.Accessible.name, "Leave it as it is");
            press("Remove it");
            tryVerify(() => panel.authorities.count === 0);
            compare(named("No longer trusted: Astra test.").length, 1);
        }

        function test_everythingThatTakesTheFocusHasAName() {
            const check = () => {
                const silent = all(panel, item => item.activeFocusOnTab && item.enabled && (item.Accessible.name ?? "") === "");
                compare(silent.length, 0, silent.join());
            };
            check();
            press("Certificates");
            check();
            press("Accounts");
            press("What to tell me about keys");
            check();
            press("Add a service…");
            compare(panel.page, "add");
            check();
            press("Back to the accounts");
            signIn();
            press("Use it elsewhere");
            check();
            for (const part of ["usage", "keys", "providers", "rotation"]) {
                const tab = {
                    "usage": "Usage",
                    "keys": "Keys",
                    "providers": "Other keys",
                    "rotation": "Rotate…"
                }[part];
                press(tab);
                check();
            }
        }

        function test_signInByKeyboard() {
            tabTo("Connect Field lab");
            keyClick(Qt.Key_Return);
            compare(panel.page, "signIn");
            // The first field has the focus; ways that are planned only are said to be.
            compare(root.Window.activeFocusItem.Accessible.name, "Key of the lab");
            compare(named("Chip card (not available yet)").length, 1);
            verify(!named("Chip card (not available yet)")[0].enabled);
            const field = root.Window.activeFocusItem;
            field.text = stage.key;
            const heard = stage.heard(field).split("|");
            compare(heard[0], "Key of the lab");
            compare(heard[1], "password");
            keyClick(Qt.Key_Return);
            compare(field.text, "");
            tryCompare(panel, "page", "account");
            compare(named("Field lab").length > 0, true);
            verify(named("Field lab accepts it. It is kept in memory until Astra ends.").length === 1);
        }

        function test_wrongLookingKeyIsCaught() {
            press("Connect Field lab");
            const asked = stage.asked();
            type("Key of the lab", "nonsense");
            press("Test and keep in memory");
            tryVerify(() => panel.accounts.signIn.objection !== "");
            tryVerify(() => named(panel.accounts.signIn.objection).length === 1);
            compare(stage.asked(), asked);
            compare(named("Key of the lab")[0].text, "");
            compare(panel.page, "signIn");
        }

        function test_otherFormIsOffered() {
            stage.takeOnly("Bearer ");
            press("Connect Field lab");
            type("Key of the lab", stage.key);
            press("Test and keep in memory");
            tryVerify(() => named("Try the other form: Token").length === 1);
            press("Try the other form: Token");
            tryCompare(panel, "page", "account");
        }

        function test_newKeyIsShownOnce() {
            signIn();
            press("Keys");
            tryVerify(() => panel.accounts.detail.keys.count === 1);
            press("Make the key");
            tryVerify(() => named("The key, shown only once").length === 1);
            verify(named("The key, shown only once")[0].text.startsWith("fl_live_"));
            press("I have it");
            compare(panel.accounts.detail.keys.newKey, "");
            compare(named("The key, shown only once").length, 0);
        }

        function test_revokingAsksFirst() {
            signIn();
            press("Keys");
            tryVerify(() => named("Revoke main").length === 1);
            press("Revoke main");
            tryVerify(() => named("Revoke it").length === 1);
            // What is pressed by mistake changes nothing.
            compare(root.Window.activeFocusItem.Accessible.name, "Leave it as it is");
            keyClick(Qt.Key_Return);
            compare(named("Revoke it").length, 0);
            verify(!stage.revoked("k1"));
            press("Revoke main");
            press("Revoke it");
            tryVerify(() => stage.revoked("k1"));
        }

        function test_rotationStepByStep() {
            signIn();
            press("Rotate…");
            press("Make and switch");
            tryVerify(() => named("Verify").length === 1);
            press("Verify");
            tryVerify(() => named("Revoke the old key").length > 0);
            compare(named("Undo: back to the old key").length, 1);
            verify(!stage.revoked("k1"));
        }

        function test_closingForgetsWhatWasShown() {
            signIn();
            press("Keys");
            tryVerify(() => panel.accounts.detail.keys.count === 1);
            press("Make the key");
            tryVerify(() => panel.accounts.detail.keys.newKey !== "");
            panel.visible = false;
            compare(panel.accounts.detail.keys.newKey, "");
            compare(panel.page, "");
        }

        function test_openGoesToTheCard() {
            panel.open("fieldlab");
            compare(panel.page, "signIn");
            compare(panel.accounts.signIn.service, "fieldlab");
            panel.leavePage();
            signIn();
            panel.leavePage();
            panel.open("fieldlab");
            compare(panel.page, "account");
            panel.open("nobody");
            compare(panel.page, "");
        }
    }
}
