// SPDX-License-Identifier: Apache-2.0
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Astra.Controls
import Astra.Scene

/// Everything the provider says about a scene, to search in and to copy from.
ColumnLayout {
    id: panel

    required property MetadataModel metadata

    spacing: Theme.gap

    RowLayout {
        Layout.fillWidth: true
        spacing: Theme.gapSmall

        Field {
            id: filter
            Layout.fillWidth: true
            hint: qsTr("Look for a name or a value")
            text: panel.metadata.filter
            onEdited: panel.metadata.filter = text
            input.Keys.onDownPressed: list.forceActiveFocus(Qt.TabFocusReason)
        }
        IconButton {
            enabled: list.count > 0
            name: qsTr("Copy all that is listed")
            symbol: "copy"
            onClicked: panel.metadata.copy(-1)
        }
    }
    Label {
        Layout.fillWidth: true
        visible: text !== ""
        text: panel.metadata.loading ? qsTr("Asking for the metadata…") : panel.metadata.summary
        muted: true
        font.pixelSize: Theme.sizeSmall
    }
    Message {
        Layout.fillWidth: true
        kind: Message.Error
        text: panel.metadata.error
        action: qsTr("Try again")
        onTriggered: panel.metadata.retry()
    }
    ListView {
        id: list
        Layout.fillWidth: true
        Layout.fillHeight: true
        clip: true
        reuseItems: true
        model: panel.metadata
        activeFocusOnTab: true
        keyNavigationEnabled: true
        highlightMoveDuration: 0
        boundsBehavior: Flickable.StopAtBounds
        Accessible.role: Accessible.List
        Accessible.name: qsTr("Metadata. Enter copies a value")
        T.ScrollBar.vertical: ScrollBar {}
        Keys.onReturnPressed: panel.metadata.copy(currentIndex)
        Keys.onEnterPressed: panel.metadata.copy(currentIndex)
        Keys.onPressed: event => {
            if (event.matches(StandardKey.Copy)) {
                panel.metadata.copy(currentIndex);
                event.accepted = true;
            }
        }

        delegate: Item {
            id: row

            required property int index
            required property string name
            required property string value

            width: ListView.view.width - 12
            implicitHeight: column.implicitHeight + 8
            Accessible.role: Accessible.ListItem
            Accessible.name: name + ": " + value

            Rectangle {
                anchors.fill: parent
                radius: Theme.radiusSmall
                color: over.hovered ? Theme.hover : "transparent"
                FocusRing {
                    anchors.margins: 0
                    shown: row.ListView.isCurrentItem && list.activeFocus
                }
            }
            HoverHandler {
                id: over
            }
            Column {
                id: column
                x: 4
                y: 4
                width: parent.width - (copyButton.visible ? 36 : 8)
                Label {
                    width: parent.width
                    text: row.name
                    muted: true
                    font.pixelSize: Theme.sizeSmall
                    wrapMode: Text.WrapAnywhere
                    Accessible.ignored: true
                }
                Label {
                    width: parent.width
                    text: row.value
                    wrapMode: Text.WrapAtWordBoundaryOrAnywhere
                    maximumLineCount: 12
                    elide: Text.ElideRight
                    Accessible.ignored: true
                }
            }
            IconButton {
                id: copyButton
                anchors.right: parent.right
                visible: over.hovered || row.ListView.isCurrentItem && list.activeFocus
                focusPolicy: Qt.NoFocus // Enter and Ctrl+C do the same from the keyboard
                implicitWidth: 28
                implicitHeight: 28
                name: qsTr("Copy the value of %1").arg(row.name)
                symbol: "copy"
                onClicked: panel.metadata.copy(row.index)
            }
        }
    }
}
