// SPDX-License-Identifier: Apache-2.0
import QtQuick
import Astra.Controls
import Astra.Settings

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

    function all(item: Item, holds: var): var {
        let found = [];
        for (let i = 0; i < item.children.length; ++i) {
            const child = item.children[i];
            if (!child.visible || child.opacity === 0)
                continue;
            if (holds(child))
                found.push(child);
            found = found.concat(all(child, holds));
        }
        return found;
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
        all(panel, item => item.turnTo !== undefined)[0].turnTo(part);
    }
    /// What is folded away at first.
    function unfold() {
        all(panel, item => item.checkable === true && item.checked === false && item.symbol === "chevron-right").forEach(item => item.checked = true);
    }

    /// What assistive technology is told of the texts.
    function told(): var {
        return all(panel, item => item.Accessible.name !== undefined && item.Accessible.name !== "").map(item => item.Accessible.name);
    }

    /// Texts that are cut, reach out of the window or lie over each other, one sentence each.
    function faults(): var {
        const said = [];
        const texts = all(panel, item => typeof item.text === "string" && item.text !== "" && item.contentWidth !== undefined).map(item => {
            const at = item.mapToItem(root, 0, 0);
            const left = item.horizontalAlignment === Text.AlignHCenter ? (item.width - item.contentWidth) / 2 : item.horizontalAlignment === Text.AlignRight ? item.width - item.contentWidth : 0;
            const top = item.verticalAlignment === Text.AlignVCenter ? (item.height - item.contentHeight) / 2 : 0;
            return {
                "text": item.text,
                "truncated": item.truncated === true,
                "left": at.x + left,
                "right": at.x + left + item.contentWidth,
                "top": at.y + top,
                "bottom": at.y + top + item.contentHeight,
                "typed": item.cursorPosition !== undefined && item.readOnly !== true // scrolls by itself
            };
        });
        texts.forEach((text, index) => {
            if (text.truncated)
                said.push("cut: " + text.text);
            if (!text.typed && (text.left < 8 || text.right > root.width - 7))
                said.push("out of the window: " + text.text);
            texts.slice(index + 1).forEach(other => {
                if (Math.min(text.right, other.right) - Math.max(text.left, other.left) > 2 && Math.min(text.bottom, other.bottom) - Math.max(text.top, other.top) > 3)
                    said.push("over each other: " + text.text + " | " + other.text);
            });
        });
        return said;
    }
}
