// SPDX-License-Identifier: Apache-2.0
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic as Basic
import Astra.Controls
import Astra.Jobs
import Astra.Map
import Astra.Scene
import Astra.Search
import Astra.Settings

/// The window: the map, and what floats over it.
Basic.ApplicationWindow {
    id: window

    required property Shell shell
    readonly property bool narrow: width < 1100
    readonly property bool open: shell.door !== ""

    width: 1440
    height: 900
    minimumWidth: 1024
    minimumHeight: 640
    visible: true
    title: shell.door === "sandbox" ? qsTr("Astra · sandbox, invented data") : "Astra"
    color: Theme.background
    font.family: Theme.family
    font.pixelSize: Theme.sizeBody

    Binding {
        target: Theme
        property: "dark"
        value: window.shell.dark
    }

    Shortcut {
        sequences: ["Escape"]
        enabled: map.drawing || settings.visible || window.shell.form.searching
        onActivated: {
            if (map.drawing)
                map.drawing = false;
            else if (settings.visible)
                window.settingsShown = false;
            else
                window.shell.form.stop();
        }
    }

    property bool settingsShown: false
    property bool inspectorShown: true
    property int step: 0 // 0 find, 1 analyse

    DropArea {
        anchors.fill: parent
        onDropped: drop => {
            if (drop.hasUrls && drop.urls.length > 0)
                window.shell.openFile(drop.urls[0]);
        }

        Map {
            id: map
            anchors.fill: parent
            anchors.topMargin: top.height
            insetLeft: window.open ? left.width + 16 : 0
            insetRight: inspector.visible && !window.narrow ? inspector.width + 16 : 0
            area: window.shell.form.area
            areaValid: window.shell.form.hasArea
            footprints: window.shell.footprints
            sceneLayer: window.shell.layer
            chosenKey: window.shell.scene.key
            attribution: window.shell.scene.attribution
            onAreaEdited: box => window.shell.form.area = box
            onFootprintsClicked: (keys, longitude, latitude) => under.offer(keys, longitude, latitude)
        }

        TopBar {
            id: top
            anchors.left: parent.left
            anchors.right: parent.right
            shell: window.shell
            inspectorShown: window.inspectorShown
            onSettingsWanted: window.settingsShown = !window.settingsShown
            onInspectorWanted: window.inspectorShown = !window.inspectorShown
        }

        LeftPanel {
            id: left
            visible: window.open
            anchors.left: parent.left
            anchors.top: top.bottom
            anchors.bottom: status.top
            anchors.margins: 8
            width: 336
            shell: window.shell
            step: window.step
            drawing: map.drawing
            hoveredKey: map.hoveredKey
            onStepWanted: step => window.step = step
            onDrawWanted: map.drawing = !map.drawing
            onPointed: key => map.hoveredKey = key
            onKeyWanted: window.settingsShown = true
        }

        LookPanel {
            visible: window.open && window.shell.scene.shown
            anchors.top: top.bottom
            anchors.topMargin: 8
            anchors.left: left.right
            anchors.leftMargin: 8
            width: Math.min(520, map.width - map.insetLeft - map.insetRight - 16)
            scene: window.shell.scene
        }

        Legend {
            anchors.left: left.right
            anchors.leftMargin: 8
            anchors.bottom: status.top
            anchors.bottomMargin: 56
            scene: window.shell.scene
            visible: needed && window.open
        }

        UnderPointer {
            id: under
            shell: window.shell
            onPointed: key => map.hoveredKey = key
        }

        Panel {
            id: inspector
            visible: window.open && window.inspectorShown && !settings.visible && (!window.narrow || window.shell.scene.shown)
            anchors.right: parent.right
            anchors.top: top.bottom
            anchors.bottom: status.top
            anchors.margins: 8
            width: 332
            Accessible.role: Accessible.Pane
            Accessible.name: qsTr("Scene")

            ScenePanel {
                anchors.fill: parent
                scene: window.shell.scene
            }
        }

        SettingsPanel {
            id: settings
            visible: window.open && window.settingsShown
            anchors.right: parent.right
            anchors.top: top.bottom
            anchors.bottom: status.top
            anchors.margins: 8
            width: Math.min(560, parent.width - left.width - 32)
            accounts: window.shell.accounts
            sources: window.shell.sources
            sandboxKey: window.shell.sandboxKey
            onCloseWanted: window.settingsShown = false
        }

        Message {
            anchors.horizontalCenter: parent.horizontalCenter
            anchors.bottom: status.top
            anchors.bottomMargin: 16
            width: Math.min(560, parent.width - 32)
            color: Theme.raised
            kind: Message.Error
            text: window.open ? window.shell.message : ""
            closable: true
            onClosed: window.shell.dismissMessage()
        }

        StatusBar {
            id: status
            visible: window.open
            anchors.left: parent.left
            anchors.right: parent.right
            anchors.bottom: parent.bottom
            shell: window.shell
            onJobsWanted: window.step = 1
        }

        Doors {
            visible: !window.open
            anchors.fill: parent
            anchors.topMargin: top.height
            shell: window.shell
        }
    }

    Connections {
        target: window.shell
        function onFitWanted(box) {
            map.fit(box);
        }
    }
}
