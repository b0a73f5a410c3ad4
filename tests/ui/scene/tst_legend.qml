// SPDX-License-Identifier: Apache-2.0
import QtQuick
import QtTest
import Astra.Controls
import Astra.Scene

Item {
    id: root
    width: 300
    height: 300

    Legend {
        id: legend
        scene: stage.viewer
    }

    TestCase {
        name: "Legend"
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
        function texts(): var {
            return all(legend, item => item.text !== undefined && item.text !== "").map(item => item.text);
        }
        function initTestCase() {
            verify(stage.start());
        }

        function test_classes() {
            verify(stage.showClasses());
            tryCompare(legend, "ranged", false);
            tryVerify(() => texts().length === 6);
            const shown = texts();
            compare(shown[0], "Classes of change");
            compare(shown[1], "as the file says");
            compare(shown.slice(2), ["No change", "Gain", "Loss", "No data"]);
            const colors = all(legend, item => item.width === 14 && item.radius === 2).map(item => item.color.toString());
            compare(colors, ["#f0f0f0", "#009e73", "#d55e00", "#00000000"]);
            tryVerify(() => legend.visible && legend.Accessible.name.includes("Loss"));
            const rows = all(legend, item => item.text === "Loss" || item.text === "No data");
            verify(rows[1].mapToItem(legend, 0, 0).y > rows[0].mapToItem(legend, 0, 0).y);
            verify(rows[1].mapToItem(legend, 0, rows[1].height).y <= legend.height);
        }
        function test_classIsNamedUnderThePointer() {
            verify(stage.showClasses());
            stage.inspect(150);
            tryVerify(() => stage.viewer.pixel.length === 1 && stage.viewer.pixel[0].value === "2: Loss");
            stage.inspect(200);
            tryVerify(() => stage.viewer.pixel.length === 1 && stage.viewer.pixel[0].value === "no data");
        }
        function test_difference() {
            verify(stage.showDifference());
            tryVerify(() => stage.viewer.legend.title === "NDVI change");
            const half = Number(0.5).toLocaleString(Qt.locale(), "f", 1);
            compare(texts(), ["NDVI change", "as the file says", "−" + half, half]);
            compare(stage.viewer.legend.colors[5], "#f7f7f7");
        }
        /// Never a blank map without a word.
        function test_nothingToSee() {
            verify(stage.showNothing());
            tryVerify(() => stage.viewer.legend.title === "NDVI" && stage.viewer.blank !== "");
            compare(stage.viewer.blank, "No pixel in this area has data.");
            verify(!stage.viewer.masked);
            verify(texts().includes(stage.viewer.blank));
            verify(legend.Accessible.name.endsWith(stage.viewer.blank));
            const sentence = all(legend, item => item.text === stage.viewer.blank)[0];
            verify(sentence.mapToItem(legend, 0, sentence.height).y <= legend.height);
        }
        function test_allMasked_data(): var {
            return [
                {
                    tag: "of a composite",
                    style: "true-color",
                    title: "Nothing to see here"
                },
                {
                    tag: "of an index",
                    style: "ndvi",
                    title: "NDVI"
                }
            ];
        }
        function test_allMasked(data) {
            verify(stage.showClouds(data.style));
            tryCompare(stage.viewer, "loadingText", "");
            compare(stage.viewer.blank, "");
            compare(legend.needed, data.style !== "true-color");
            stage.viewer.maskClouds = true;
            tryVerify(() => stage.viewer.blank.includes("masked"));
            verify(stage.viewer.masked);
            verify(legend.visible);
            tryVerify(() => texts().includes(data.title) && texts().includes(stage.viewer.blank));
            stage.viewer.maskClouds = false;
            tryCompare(stage.viewer, "blank", "");
            compare(texts().includes("Nothing to see here"), false);
        }
        /// From one result to the next: nothing of the last one stays.
        function test_otherResult() {
            verify(stage.showClasses());
            tryCompare(legend, "ranged", false);
            verify(stage.showDifference());
            tryVerify(() => legend.ranged && texts()[0] === "NDVI change");
            stage.viewer.clear();
            tryCompare(legend, "needed", false);
        }
    }
}
