// SPDX-License-Identifier: Apache-2.0
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Templates as T
import Astra.Controls
import Astra.Shell

/// What lies beneath a click: one scene is chosen at once, several are listed to choose from; the pixel is read either way.
Panel {
    id: panel

    required property Shell shell
    property var keys: []

    signal pointed(string key)

    function offer(found: var, longitude: double, latitude: double) {
        const chosen = shell.scene.key;
        if (chosen !== "" && (found.length === 0 || found.indexOf(chosen) >= 0))
            shell.scene.inspect(longitude, latitude);
        if (found.length === 1 && found[0] !== chosen)
            shell.choose(found[0]);
        keys = found.length > 1 ? found : [];
        visible = keys.length > 1;
    }

    visible: false
    padding: Theme.gap
    width: 300
    implicitHeight: column.implicitHeight + padding * 2
    height: implicitHeight
    Accessible.role: Accessible.List
    Accessible.name: qsTr("Scenes at this place")

    Column {
        id: column
        width: parent.width
        spacing: 2

        Item {
            width: parent.width
            height: 28
            SectionTitle {
                anchors.verticalCenter: parent.verticalCenter
                text: qsTr("%n scene(s) here", "", panel.keys.length)
            }
            IconButton {
                anchors.right: parent.right
                implicitWidth: 28
                implicitHeight: 28
                name: qsTr("Close this list")
                symbol: "x"
                onClicked: panel.visible = false
            }
        }
        ListView {
            width: parent.width
            height: Math.min(contentHeight, 200)
            clip: true
            model: panel.keys
            delegate: T.ItemDelegate {
                id: entry
                required property string modelData
                width: ListView.view.width
                height: 28
                Accessible.name: label.text
                onHoveredChanged: panel.pointed(hovered ? modelData : "")
                onClicked: panel.shell.choose(modelData)
                background: Rectangle {
                    radius: Theme.radiusSmall
                    color: entry.hovered ? Theme.hover : "transparent"
                    FocusRing {
                        shown: entry.visualFocus
                    }
                }
                contentItem: Label {
                    id: label
                    leftPadding: Theme.gap
                    text: panel.shell.form.scenes.describe(entry.modelData)
                    font.weight: panel.shell.scene.key === entry.modelData ? Font.DemiBold : Font.Normal
                    elide: Text.ElideRight
                    Accessible.ignored: true
                }
            }
        }
    }
}
