// SPDX-License-Identifier: Apache-2.0
pragma ComponentBehavior: Bound

import QtQuick
import QtTest
import Astra.Controls

Item {
    id: root
    width: 600
    height: 500

    Column {
        spacing: 8
        Button {
            id: button
            text: "Search for scenes"
            primary: true
            symbol: "search"
        }
        IconButton {
            id: icon
            name: "Zoom in"
            symbol: "plus"
        }
        Field {
            id: field
            label: "West"
            unit: "°"
            width: 200
        }
        Chip {
            id: chip
            text: "Earth Search"
        }
        CheckBox {
            id: check
            text: "Mask clouds"
        }
        Slider {
            id: slider
            label: "Most cloud"
            shown: "30 %"
            from: 0
            to: 100
            stepSize: 10
            value: 30
        }
        ComboBox {
            id: combo
            label: "Product"
            model: ["Sentinel-2", "Landsat"]
        }
        Message {
            id: message
            width: 400
            kind: Message.Error
            text: "Earth Search did not answer."
            action: "Try again"
            closable: true
        }
        ProgressLine {
            id: progress
            label: "Reading"
            value: 0.4
        }
    }
    SignalSpy {
        id: clicks
        target: button
        signalName: "clicked"
    }
    SignalSpy {
        id: triggered
        target: message
        signalName: "triggered"
    }
    SignalSpy {
        id: committed
        target: field
        signalName: "committed"
    }

    TestCase {
        name: "Controls"
        when: windowShown

        function luminance(c: color): real {
            const part = v => v <= 0.03928 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4);
            return 0.2126 * part(c.r) + 0.7152 * part(c.g) + 0.0722 * part(c.b);
        }
        function contrast(a: color, b: color): real {
            const [x, y] = [luminance(a), luminance(b)];
            return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
        }

        function init() {
            combo.currentIndex = 0;
            chip.checked = false;
            field.text = "";
        }
        function test_everyControlHasAName() {
            compare(button.Accessible.name, "Search for scenes");
            compare(icon.Accessible.name, "Zoom in");
            compare(field.input.Accessible.name, "West");
            compare(chip.Accessible.name, "Earth Search");
            compare(check.Accessible.name, "Mask clouds");
            compare(slider.Accessible.name, "Most cloud: 30 %");
            compare(combo.Accessible.name, "Product: Sentinel-2");
            compare(message.Accessible.name, "Earth Search did not answer.");
            compare(progress.Accessible.name, "Reading: 40 %");
            compare(icon.Accessible.role, Accessible.Button);
            compare(chip.Accessible.role, Accessible.CheckBox);
        }
        function test_everyControlIsBigEnough() {
            for (const control of [button, icon, chip, check, slider, combo, field.input])
                verify(control.height >= 24 && control.width >= 24, control + " " + control.height);
        }
        function test_tabWalksThrough() {
            button.forceActiveFocus(Qt.TabFocusReason);
            verify(button.visualFocus);
            for (const next of [icon, field.input, chip, check, slider, combo]) {
                keyClick(Qt.Key_Tab);
                verify(next.activeFocus, "Tab did not reach " + next.Accessible.name);
            }
            verify(!button.visualFocus);
        }
        function test_keysPress() {
            clicks.clear();
            button.forceActiveFocus(Qt.TabFocusReason);
            keyClick(Qt.Key_Space);
            keyClick(Qt.Key_Return);
            compare(clicks.count, 2);
            button.enabled = false;
            keyClick(Qt.Key_Return);
            mouseClick(button);
            compare(clicks.count, 2);
            button.enabled = true;
        }
        function test_chipToggles() {
            compare(chip.checked, false);
            mouseClick(chip);
            compare(chip.checked, true);
            chip.forceActiveFocus(Qt.TabFocusReason);
            keyClick(Qt.Key_Space);
            compare(chip.checked, false);
        }
        function test_fieldSaysWhatIsWrong() {
            const before = field.height;
            field.error = "West is not a number.";
            tryVerify(() => field.height > before);
            compare(field.input.Accessible.description, "West is not a number.");
            field.error = "";
            tryCompare(field, "height", before);
            committed.clear();
            field.input.forceActiveFocus();
            keyClick("7");
            keyClick(Qt.Key_Return);
            compare(field.text, "7");
            compare(committed.count, 1);
        }
        function test_comboChoosesByKeys() {
            combo.forceActiveFocus(Qt.TabFocusReason);
            keyClick(Qt.Key_Down);
            compare(combo.displayText, "Landsat");
        }
        function test_messageOffersWhatToDo() {
            triggered.clear();
            const action = findChildText(message, "Try again");
            verify(action);
            mouseClick(action);
            compare(triggered.count, 1);
        }
        function findChildText(item, text) {
            for (let i = 0; i < item.children.length; ++i)
                if (item.children[i].text === text && item.children[i] instanceof Button)
                    return item.children[i];
            return null;
        }
        function test_contrastHolds_data() {
            return [{ tag: "dark", dark: true }, { tag: "light", dark: false }];
        }
        function test_contrastHolds(data) {
            Theme.dark = data.dark;
            for (const ground of [Theme.background, Theme.surface, Theme.raised])
                for (const ink of [Theme.text, Theme.muted, Theme.accent, Theme.warn, Theme.error, Theme.ok, Theme.info])
                    verify(contrast(ink, ground) >= 4.5, ink + " on " + ground + ": " + contrast(ink, ground));
            verify(contrast(Theme.accentText, Theme.accent) >= 4.5);
            verify(contrast(Qt.color(Theme.mapColors.label), Qt.color(Theme.mapColors.land)) >= 4.5);
            Theme.dark = true;
        }
        function test_reducedMotionStandsStill() {
            Theme.reducedMotion = true;
            compare(Theme.quick, 0);
            compare(Theme.slow, 0);
            Theme.reducedMotion = false;
            verify(Theme.slow <= 180);
        }
    }
}
