// SPDX-License-Identifier: Apache-2.0
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Astra.Controls
import Astra.Scene

/// Every composite and index, to search in. What the scene lacks is said where it lacks something.
ColumnLayout {
    id: panel

    required property SceneViewer scene
    readonly property LookListModel looks: scene.looks

    function find() {
        filter.input.forceActiveFocus(Qt.TabFocusReason);
    }

    spacing: Theme.gapSmall

    Field {
        id: filter
        Layout.fillWidth: true
        hint: qsTr("Look for a name, a formula or what it shows")
        text: panel.looks.filter
        onEdited: panel.looks.filter = text
        input.Keys.onDownPressed: {
            list.currentIndex = 0;
            list.forceActiveFocus(Qt.TabFocusReason);
        }
    }
    Label {
        Layout.fillWidth: true
        text: panel.looks.summary
        muted: true
        font.pixelSize: Theme.sizeSmall
    }
    ListView {
        id: list

        function draw(row: int) {
            const styleId = panel.looks.drawable(row);
            if (styleId !== "")
                panel.scene.styleId = styleId;
        }

        Layout.fillWidth: true
        Layout.fillHeight: true
        clip: true
        model: panel.looks
        activeFocusOnTab: true
        keyNavigationEnabled: true
        highlightMoveDuration: 0
        boundsBehavior: Flickable.StopAtBounds
        Accessible.role: Accessible.List
        Accessible.name: qsTr("Ways of looking. Enter draws one")
        T.ScrollBar.vertical: ScrollBar {}
        Keys.onReturnPressed: draw(currentIndex)
        Keys.onEnterPressed: draw(currentIndex)

        delegate: LookRow {
            width: ListView.view.width - 12
            chosen: panel.scene.styleId === styleId
            current: ListView.isCurrentItem && list.activeFocus
            onDrawWanted: {
                list.currentIndex = index;
                list.draw(index);
            }
            onForgetWanted: panel.scene.forget(styleId)
        }
    }
}
