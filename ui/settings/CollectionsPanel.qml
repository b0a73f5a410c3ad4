// SPDX-License-Identifier: Apache-2.0
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Astra.Controls
import Astra.Settings

/// What every source holds, to look through and to search in.
Panel {
    id: panel

    required property CollectionsModel collections

    signal closeWanted
    signal collectionWanted(string provider, string collection, string title)

    Accessible.role: Accessible.Dialog
    Accessible.name: qsTr("Data sources")
    onVisibleChanged: {
        if (!visible)
            return;
        collections.load();
        filter.input.forceActiveFocus();
    }

    ColumnLayout {
        anchors.fill: parent
        spacing: Theme.gap

        RowLayout {
            Layout.fillWidth: true
            Label {
                Layout.fillWidth: true
                text: qsTr("Data sources")
                font.pixelSize: Theme.sizeTitle
                font.weight: Font.DemiBold
            }
            IconButton {
                name: qsTr("Close data sources")
                symbol: "x"
                onClicked: panel.closeWanted()
            }
        }
        Field {
            id: filter
            Layout.fillWidth: true
            label: qsTr("Look for a satellite, collection, licence or access")
            hint: qsTr("landsat open")
            onEdited: panel.collections.filter = text
            input.Keys.onDownPressed: list.forceActiveFocus(Qt.TabFocusReason)
        }
        Label {
            Layout.fillWidth: true
            text: panel.collections.summary
            muted: true
            font.pixelSize: Theme.sizeSmall
        }
        ListView {
            id: list
            Layout.fillWidth: true
            Layout.fillHeight: true
            clip: true
            reuseItems: true
            model: panel.collections
            activeFocusOnTab: true
            keyNavigationEnabled: true
            highlightMoveDuration: 0
            boundsBehavior: Flickable.StopAtBounds
            Accessible.role: Accessible.List
            Accessible.name: qsTr("Sources and their collections")
            T.ScrollBar.vertical: ScrollBar {}
            Keys.onReturnPressed: panel.take(currentItem as CollectionRow)
            Keys.onEnterPressed: panel.take(currentItem as CollectionRow)

            delegate: CollectionRow {
                id: row
                width: ListView.view.width - 12
                current: ListView.isCurrentItem && list.activeFocus
                onSearchWanted: panel.take(row)
                onRetryWanted: panel.collections.retry(provider)
            }
        }
    }

    function take(row: CollectionRow) {
        if (row && !row.source)
            collectionWanted(row.provider, row.collectionId, row.title);
        else if (row && row.phase === "failed")
            collections.retry(row.provider);
    }
}
