// SPDX-License-Identifier: Apache-2.0
import QtQuick
import QtTest
import Astra.Controls
import Astra.Search

Item {
    id: root
    width: 336
    height: 700

    FindPanel {
        id: panel
        anchors.fill: parent
        form: stage.form
    }
    SignalSpy {
        id: chosen
        target: panel
        signalName: "chosen"
    }
    SignalSpy {
        id: keys
        target: panel
        signalName: "keyWanted"
    }
    SignalSpy {
        id: sources
        target: panel
        signalName: "sourcesWanted"
    }

    TestCase {
        name: "FindPanel"
        when: windowShown

        /// Everything visible below `item` for which `holds`.
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
        function named(name: string): Item {
            const found = all(panel, item => item.Accessible.name === name);
            verify(found.length > 0, "nothing is named " + name);
            return found[0];
        }
        /// Presses Tab until something of that name has the focus.
        function tabTo(name: string): Item {
            for (let i = 0; i < 60; ++i) {
                keyClick(Qt.Key_Tab);
                const item = root.Window.activeFocusItem;
                if (item && item.Accessible.name === name)
                    return item;
            }
            fail("Tab does not reach " + name);
            return null;
        }
        function search(scenes: int) {
            stage.search(scenes);
            tryVerify(() => !panel.form.searching);
        }

        function test_chipsSayTheirStateInWords() {
            search(3);
            named("3 scene(s)");
            named("failed");
            // What failed or is missing is a sentence of its own.
            named("ARCHIVE did not answer in 30 s.");
            named("Partly answered: Landsat (USGS) did not answer.");
            const boxes = all(panel, item => item.Accessible.role === Accessible.CheckBox);
            compare(boxes.length, 3);
            compare(boxes[2].Accessible.description, "failed. ARCHIVE did not answer in 30 s.");
        }
        function test_aMissingKeyIsOneKeyAway() {
            keys.clear();
            search(3);
            // What failed for another reason is not offered a key.
            compare(all(panel, item => item.Accessible.name === "Enter a key for ARCHIVE").length, 0);
            stage.search(3, true);
            tryVerify(() => !panel.form.searching);
            named("needs a key");
            panel.forceActiveFocus();
            tabTo("Enter a key for ARCHIVE");
            keyClick(Qt.Key_Return);
            compare(keys.count, 1);
            compare(keys.signalArguments[0][0], "archive-keys");
        }
        function test_funnelOpensByKeyboard() {
            search(3);
            panel.forceActiveFocus();
            compare(all(panel, item => item.Accessible.name.startsWith("In the list")).length, 0);
            tabTo("Show the numbers of COAST");
            keyClick(Qt.Key_Return);
            named("In the list: 3");
            verify(all(panel, item => item.Accessible.name.startsWith("Under 30 % cloud")).length === 1);
            keyClick(Qt.Key_Return);
            compare(all(panel, item => item.Accessible.name.startsWith("In the list")).length, 0);
        }
        function test_emptyListNamesWhoDidNotAnswer() {
            search(0);
            const said = all(panel, item => item.text === panel.form.emptyText && item.text !== "");
            compare(said.length, 1);
            verify(said[0].text.includes("ARCHIVE could not be searched"));
            verify(said[0].width <= panel.width);
        }
        function test_sortsByKeyboard() {
            search(4);
            panel.forceActiveFocus();
            const box = tabTo("Sort by: Date");
            keyClick(Qt.Key_Down);
            compare(box.Accessible.name, "Sort by: Cloud, whole scene");
            compare(panel.form.scenes.orderText, "lowest first");
            tabTo("Order: lowest first");
            keyClick(Qt.Key_Space);
            compare(panel.form.scenes.orderText, "highest first");
            panel.form.scenes.sortBy(SceneListModel.ByDate);
        }
        function test_theChosenSceneStaysCurrentThroughSorting() {
            search(4);
            const list = all(panel, item => item.Accessible.name === "Scenes found")[0];
            panel.form.scenes.sortBy(SceneListModel.ByCloud);
            panel.form.scenes.sortBy(SceneListModel.ByDate);
            for (const row of [2, 0, 1]) {
                panel.chosenKey = list.itemAtIndex(row).key;
                compare(list.currentIndex, row);
            }
            panel.chosenKey = "";
        }
        function test_listIsWalkedAndChosenByKeyboard() {
            search(4);
            panel.forceActiveFocus();
            chosen.clear();
            tabTo("Scenes found");
            keyClick(Qt.Key_Down);
            keyClick(Qt.Key_Return);
            compare(chosen.count, 1);
        }
        function test_dataSourcesAreOneKeyAway() {
            sources.clear();
            panel.forceActiveFocus();
            tabTo("Data sources…");
            keyClick(Qt.Key_Return);
            compare(sources.count, 1);
        }
        function test_chosenCollectionIsAChipThatGoes() {
            panel.folded = false;
            panel.form.addCollection("coast", "dem-30", "Heights");
            panel.forceActiveFocus();
            tabTo("Remove the collection Heights");
            keyClick(Qt.Key_Return);
            compare(panel.form.collections.length, 0);
        }
        function test_nothingIsWiderThanThePanel_data() {
            return [{ tag: "336", width: 336 }, { tag: "320", width: 320 }];
        }
        function test_nothingIsWiderThanThePanel(data) {
            root.width = data.width;
            search(4);
            // A chip that has just got its words is laid out with the next frame.
            tryVerify(() => {
                const wide = all(panel, item => item.width > 0 && item.Accessible.name !== "").filter(item => {
                    const x = item.mapToItem(panel, 0, 0).x;
                    return x < -1 || x + item.width > panel.width + 1;
                });
                return wide.length === 0;
            }, 5000, "wider than the panel");
            root.width = 336;
        }
        function test_everyControlHasAName() {
            search(4);
            const controls = all(panel, item => item.activeFocusOnTab && item.enabled);
            verify(controls.length > 8);
            for (const control of controls)
                verify(control.Accessible.name !== "", control + " has no name");
        }
    }
}
