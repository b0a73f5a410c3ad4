// SPDX-License-Identifier: Apache-2.0
import QtQuick
import QtTest
import Astra.Controls
import Astra.Scene

Item {
    id: root
    width: 308
    height: 700

    ScenePanel {
        id: panel
        anchors.fill: parent
        scene: stage.viewer
    }

    TestCase {
        name: "ScenePanel"
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
            return all(panel, item => item.Accessible.name === name);
        }
        function tabTo(name: string) {
            panel.forceActiveFocus();
            for (let i = 0; i < 40; ++i) {
                keyClick(Qt.Key_Tab);
                const item = root.Window.activeFocusItem;
                if (item && item.Accessible.name === name)
                    return;
            }
            fail("Tab does not reach " + name);
        }
        function init() {
            stage.show();
            panel.part = 0;
        }
        function test_anotherCopyIsTakenByKeyboard() {
            compare(stage.provider(), "coast");
            tabTo("Read the copy of archive");
            keyClick(Qt.Key_Return);
            compare(stage.provider(), "archive");
        }
        function test_filesSayWhatTheyTake() {
            tabTo("Files · 2");
            keyClick(Qt.Key_Space);
            compare(panel.part, 1);
            const files = () => all(panel, item => item.Accessible.role === Accessible.ListItem).map(item => item.Accessible.name);
            tryVerify(() => files().length === 2);
            verify(files()[0].startsWith("red, "), files()[0]);
            verify(files()[1].startsWith("nir, ") && files()[1].includes("free login"), files()[1]);
            // What cannot be had without an account is not offered.
            compare(named("Draw red").length, 1);
            compare(named("Draw nir").length, 0);
        }
        function test_metadataIsReachedByKeyboard() {
            tabTo("Metadata");
            keyClick(Qt.Key_Space);
            compare(panel.part, 2);
            tabTo("Look for a name or a value");
        }
    }
}
