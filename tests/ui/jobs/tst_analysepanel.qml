// SPDX-License-Identifier: Apache-2.0
import QtQuick
import QtQuick.Layouts
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
    Component {
        id: unseen
        ColumnLayout {
            property alias panel: later
            width: 300
            height: 560
            AnalysePanel {
                id: later
                Layout.fillWidth: true
                Layout.fillHeight: true
                visible: false
                form: stage.form
                jobs: stage.jobs
            }
        }
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
        /// The form changes while another step is shown, and is seen then.
        function test_recipeIsTakenOverOutOfSight() {
            panel.form.backend = 0;
            for (const operation of ["change", "index", "composite", "index", "zonal"]) {
                panel.visible = false;
                stage.takeOver(operation);
                panel.visible = true;
                waitForRendering(panel);
                compare(panel.form.operations[panel.form.operationRow].name, operation);
                root.height = root.height === 600 ? 500 : 600;
                waitForRendering(panel);
                panel.form.dropRecipe();
                waitForRendering(panel);
            }
            panel.form.scenes.clear();
            panel.form.operationRow = panel.form.operations.findIndex(one => one.name === "index");
        }
        /// The same of a form that was never seen before.
        function test_recipeIsTakenOverUnseen_data(): var {
            return ["index", "change", "zonal"].map(name => ({
                        tag: name
                    }));
        }
        function test_recipeIsTakenOverUnseen(data) {
            panel.form.backend = 0;
            panel.visible = false;
            const column = createTemporaryObject(unseen, root);
            waitForRendering(column);
            column.panel.visible = true; // and in the same frame
            stage.takeOver(data.tag);
            waitForRendering(column);
            compare(column.panel.form.operations[column.panel.form.operationRow].name, data.tag);
            column.height = 700;
            waitForRendering(column);
            column.panel.form.dropRecipe();
            column.panel.form.scenes.clear();
            waitForRendering(column);
            panel.form.operationRow = panel.form.operations.findIndex(one => one.name === "index");
            panel.visible = true;
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
