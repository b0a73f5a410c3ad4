// SPDX-License-Identifier: Apache-2.0
import QtQuick
import QtTest
import Astra.Controls
import Astra.Scene

Item {
    id: root
    width: 720
    height: 760

    LookPanel {
        id: panel
        width: 700
        scene: stage.viewer
    }

    TestCase {
        name: "LookPanel"
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
        function rows(): var {
            return all(panel, item => item.Accessible.role === Accessible.ListItem);
        }
        function chips(name: string): int {
            return all(panel, item => item.Accessible.name === name && item.Accessible.role === Accessible.CheckBox).length;
        }
        function press(name: string) {
            const found = named(name);
            compare(found.length, 1, name);
            found[0].forceActiveFocus();
            keyClick(Qt.Key_Space);
        }
        function write(label: string, text: string): var {
            const field = all(panel, item => item.Accessible.role === Accessible.EditableText && item.Accessible.name.startsWith(label))[0];
            verify(field, label);
            field.forceActiveFocus();
            field.selectAll();
            for (const letter of text)
                keyClick(letter);
            return field;
        }
        function init() {
            verify(stage.show());
            panel.open = false;
            panel.part = 0;
            stage.viewer.looks.filter = "";
        }
        function test_chipsStay() {
            for (const chip of ["True colour", "Infrared", "NDVI", "NDWI", "MNDWI", "NDMI", "NDSI", "NBR", "NDBI"])
                compare(named(chip).length, 1, chip);
            verify(!named("MNDWI")[0].enabled);
            verify(named("MNDWI")[0].Accessible.description.includes("swir16"));
            press("NDVI");
            compare(stage.viewer.styleId, "ndvi");
            verify(named("NDVI")[0].checked);
        }
        function test_everyIndexIsFoundAndSaysWhatItLacks() {
            press("All indices…");
            compare(stage.viewer.looks.count, 62);
            write("Look for a name", "savi");
            tryVerify(() => rows().length > 0 && stage.viewer.looks.count < 10);
            const names = rows().map(row => row.Accessible.name);
            verify(names.some(name => name.startsWith("SAVI: ")), names.join("\n"));
            write("Look for a name", "satvi");
            tryVerify(() => rows().length === 1);
            const lacking = rows().find(row => row.Accessible.name.startsWith("SATVI: "));
            verify(lacking.Accessible.description.includes("swir16"), lacking.Accessible.description);
            keyClick(Qt.Key_Down);
            keyClick(Qt.Key_Return);
            compare(stage.viewer.styleId, "true-color");
            // By keyboard, from the field into the list.
            write("Look for a name", "OSAVI");
            keyClick(Qt.Key_Down);
            keyClick(Qt.Key_Return);
            compare(stage.viewer.styleId, "osavi");
            tryVerify(() => chips("OSAVI") === 1); // among them now
        }
        function test_allMasked_canBeShown() {
            verify(stage.showCloudyHalf());
            tryCompare(stage.viewer, "loadingText", "");
            compare(named("Show clouds").length, 0);
            press("Leave out clouds and shadows");
            tryVerify(() => all(panel, item => item.Accessible.role === Accessible.AlertMessage && item.text.includes("masked")).length === 1);
            press("Show clouds");
            tryCompare(stage.viewer, "blank", "");
            compare(stage.viewer.maskClouds, false);
            compare(named("Leave out clouds and shadows")[0].checked, false);
            tryVerify(() => named("Show clouds").length === 0);
        }
        function test_formulaSaysWhereItIsWrong() {
            press("All indices…");
            press("Make your own");
            press("A formula");
            const field = write("Formula", "nir - redd");
            verify(field.Accessible.description.startsWith("Character 7: "), field.Accessible.description);
            keyClick(Qt.Key_Return);
            compare(field.selectedText, "redd");
            compare(stage.viewer.styleId, "true-color");
            keyClick("r");
            keyClick("e");
            keyClick("d");
            compare(field.Accessible.description, "");
            keyClick(Qt.Key_Return);
            compare(stage.viewer.styleId, "formula:nir - red");
        }
        function test_formulaIsKeptAndForgotten() {
            press("All indices…");
            press("Make your own");
            press("A formula");
            write("Formula", "nir / red");
            keyClick(Qt.Key_Return);
            write("Keep what is drawn as", "NDVI");
            keyClick(Qt.Key_Return);
            tryVerify(() => stage.viewer.keepError !== "");
            write("Keep what is drawn as", "MyRatio");
            keyClick(Qt.Key_Return);
            tryCompare(stage.viewer, "styleId", "MyRatio");
            compare(stage.viewer.keepError, "");
            tryVerify(() => chips("MyRatio") === 1);
            press("Choose");
            write("Look for a name", "MyRatio");
            tryCompare(stage.viewer.looks, "count", 1);
            keyClick(Qt.Key_Down);
            tryVerify(() => named("Remove MyRatio").length === 1);
            press("Remove MyRatio");
            tryCompare(stage.viewer.looks, "count", 0);
        }
        function test_bandsAreDrawnAndKept() {
            press("All indices…");
            press("Make your own");
            press("Three bands");
            press("Draw");
            compare(stage.viewer.styleId, "bands:red,nir,red");
            write("Keep what is drawn as", "Odd");
            keyClick(Qt.Key_Return);
            tryCompare(stage.viewer, "styleId", "own:Odd");
            press("One band in grey");
            press("Draw");
            compare(stage.viewer.styleId, "bands:nir");
        }
    }
}
