// SPDX-License-Identifier: Apache-2.0
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic as Basic
import Astra.Controls
import Astra.Map
import Astra.Scene
import Astra.Settings
import Astra.Shell

/// The window: the map, and what floats over it.
Basic.ApplicationWindow {
    id: window

    required property Shell shell
    readonly property bool open: shell.door !== ""
    readonly property MapView map: pane.map

    width: Math.min(1440, Screen.width)
    height: Math.min(900, Screen.height - 60) // with room for the window's frame and a task bar
    minimumWidth: Math.min(1000, Screen.width)
    minimumHeight: Math.min(600, Screen.height - 60)
    visible: true
    title: shell.door === "sandbox" ? qsTr("Sandbox, invented data · Astra") : "Astra"
    color: Theme.background
    // For what is not ours to draw: the file dialog.
    palette.window: Theme.surface
    palette.windowText: Theme.text
    palette.base: Theme.background
    palette.text: Theme.text
    palette.button: Theme.raised
    palette.buttonText: Theme.text
    palette.light: Theme.raised
    palette.mid: Theme.border
    palette.midlight: Theme.hover
    palette.dark: Theme.muted
    palette.highlight: Theme.accent
    palette.highlightedText: Theme.accentText
    palette.brightText: Theme.accentText
    font.family: Theme.family
    font.pixelSize: Theme.sizeBody

    Binding {
        target: Theme
        property: "dark"
        value: window.shell.dark
    }

    Shortcut {
        sequences: ["Escape"]
        enabled: window.map.drawing || window.side !== "" || window.shell.form.searching
        onActivated: {
            if (window.map.drawing)
                window.map.drawing = false;
            else if (window.side === "settings" && settings.leavePage())
                return;
            else if (window.side !== "")
                window.side = "";
            else
                window.shell.form.stop();
        }
    }

    property string side ///< what stands in the place of the scene: "", "settings" or "sources"
    property bool inspectorShown: true

    function searchOnly(provider: string, collection: string, title: string) {
        shell.form.addCollection(provider, collection, title);
        step = 0;
        side = "";
        shell.form.search();
    }

    /// The card of the account or service that something needs a key of.
    function openAccount(connection: string) {
        side = "settings";
        settings.open(connection);
    }

    property int step: 0 // 0 find, 1 analyse

    DropArea {
        anchors.fill: parent
        onDropped: drop => {
            if (drop.hasUrls && drop.urls.length > 0)
                window.shell.openFile(drop.urls[0]);
        }

        MapPane {
            id: pane
            anchors.fill: parent
            anchors.topMargin: top.height
            anchors.bottomMargin: status.visible ? status.height : 0
            insetLeft: window.open ? left.width + 16 : 0
            insetRight: inspector.visible ? inspector.width + 16 : 0
            attribution: window.shell.scene.attribution
            map.area: window.shell.form.area
            map.areaValid: window.shell.form.hasArea
            map.footprints: window.shell.footprints
            map.sceneLayer: window.shell.layer
            map.chosenKey: window.shell.scene.key
        }
        Connections {
            target: window.map
            function onAreaEdited(box) {
                window.shell.form.area = box;
            }
            function onFootprintsClicked(keys, longitude, latitude) {
                under.offer(keys, longitude, latitude);
            }
        }

        TopBar {
            id: top
            anchors.left: parent.left
            anchors.right: parent.right
            shell: window.shell
            inspectorShown: window.inspectorShown
            onSettingsWanted: window.side = window.side === "settings" ? "" : "settings"
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
            drawing: window.map.drawing
            hoveredKey: window.map.hoveredKey
            onStepWanted: step => window.step = step
            onDrawWanted: window.map.drawing = !window.map.drawing
            onPointed: key => window.map.hoveredKey = key
            onKeyWanted: connection => window.openAccount(connection)
            onSourcesWanted: window.side = window.side === "sources" ? "" : "sources"
        }

        LookPanel {
            visible: window.open && window.shell.scene.shown
            anchors.top: top.bottom
            anchors.topMargin: 8
            anchors.left: left.right
            anchors.leftMargin: 8
            width: Math.min(700, pane.width - pane.insetLeft - pane.insetRight - 16)
            limit: (legend.visible ? legend.y : status.y - 56) - y - 8
            scene: window.shell.scene
            onKeyWanted: connection => window.openAccount(connection)
        }

        Legend {
            id: legend
            anchors.left: left.right
            anchors.leftMargin: 8
            anchors.bottom: status.top
            anchors.bottomMargin: 56
            scene: window.shell.scene
            visible: needed && window.open
        }

        UnderPointer {
            id: under
            anchors.right: parent.right
            anchors.rightMargin: pane.insetRight + 60
            anchors.bottom: status.top
            anchors.bottomMargin: 8
            shell: window.shell
            onPointed: key => window.map.hoveredKey = key
        }

        Panel {
            id: inspector
            visible: window.open && window.inspectorShown && window.side === "" && window.shell.scene.key !== ""
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
                madeBy: window.shell.madeBy
                onAgainWanted: window.shell.runAgain()
                onKeyWanted: connection => window.openAccount(connection)
            }
        }

        SettingsPanel {
            id: settings
            visible: window.open && window.side === "settings"
            anchors.right: parent.right
            anchors.top: top.bottom
            anchors.bottom: status.top
            anchors.margins: 8
            width: Math.min(560, parent.width - left.width - 32)
            accounts: window.shell.accounts
            sources: window.shell.sources
            authorities: window.shell.authorities
            sandboxKey: window.shell.sandboxKey
            onCloseWanted: window.side = ""
        }

        CollectionsPanel {
            visible: window.open && window.side === "sources"
            anchors.right: parent.right
            anchors.top: top.bottom
            anchors.bottom: status.top
            anchors.margins: 8
            width: settings.width
            collections: window.shell.collections
            onCloseWanted: window.side = ""
            onCollectionWanted: (provider, collection, title) => window.searchOnly(provider, collection, title)
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
            window.map.fit(box);
        }
        function onAnalyseWanted() {
            window.step = 1;
        }
    }
}
