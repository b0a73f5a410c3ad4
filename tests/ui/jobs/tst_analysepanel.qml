// SPDX-License-Identifier: Apache-2.0
import QtQuick
import QtTest
import Astra.Controls
import Astra.Jobs

Item {
    id: root
    width: 320
    height: 600

    AnalysePanel {
        id: panel
        anchors.fill: parent
        form: stage.form
        jobs: stage.jobs
    }
    SignalSpy {
        id: wanted
        target: panel
        signalName: "keyWanted"
    }

    TestCase {
        name: "AnalysePanel"
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

        /// What stands in the way is that of the operation chosen, not of the one before.
        function test_runIsOfTheOperationChosen() {
            const row = name => panel.form.operations.findIndex(one => one.name === name);
            panel.form.backend = 0;
            stage.choose();
            tryVerify(() => named("Run NDVI").length === 1 && named("Run NDVI")[0].enabled, 5000, panel.form.obstacle);
            panel.form.operationRow = row("change");
            verify(!named("Run Change")[0].enabled);
            tryVerify(() => all(panel, item => item.text !== undefined && item.text.startsWith("It takes 2 scenes.")).length > 0);
            panel.form.operationRow = row("composite");
            verify(!named("Run Composite")[0].enabled);
            verify(all(panel, item => item.text !== undefined && item.text.startsWith("It takes 2 scenes.")).length === 0);
            panel.form.operationRow = row("index");
            tryVerify(() => named("Run NDVI")[0].enabled);
        }
        function test_aServiceWithoutAKeyOffersToAddOne() {
            compare(panel.form.backend, 0);
            compare(named("Enter a key").length, 0);
            panel.form.backend = panel.form.backends.findIndex(one => one.id === "greenhouse");
            verify(panel.form.backend > 0);
            compare(named("Enter a key").length, 1);
            verify(!named("Run NDVI")[0].enabled);
            named("Enter a key")[0].forceActiveFocus(Qt.TabFocusReason);
            keyClick(Qt.Key_Space);
            compare(wanted.count, 1);
            compare(wanted.signalArguments[0][0], "fieldlab");
            stage.signIn();
            tryVerify(() => named("Enter a key").length === 0);
        }
    }
}
