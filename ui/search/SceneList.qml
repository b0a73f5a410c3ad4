// SPDX-License-Identifier: Apache-2.0
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Templates as T
import Astra.Controls
import Astra.Search

/// The scenes found, newest first.
ListView {
    id: list

    required property SearchForm form
    property string chosenKey
    property string hoveredKey

    signal chosen(string key)
    signal pointed(string key)

    clip: true
    spacing: 2
    model: form.scenes
    activeFocusOnTab: count > 0
    keyNavigationEnabled: true
    highlightMoveDuration: 0
    currentIndex: form.scenes.rowOf(chosenKey)
    boundsBehavior: Flickable.StopAtBounds
    Accessible.role: Accessible.List
    Accessible.name: qsTr("Scenes found")
    T.ScrollBar.vertical: ScrollBar {}
    Keys.onReturnPressed: if (currentItem) (currentItem as SceneRow).clicked()
    Keys.onEnterPressed: if (currentItem) (currentItem as SceneRow).clicked()
    onHoveredKeyChanged: {
        const row = form.scenes.rowOf(hoveredKey);
        if (row >= 0 && !pointer.hovered)
            positionViewAtIndex(row, ListView.Contain);
    }

    HoverHandler {
        id: pointer
        onHoveredChanged: if (!hovered) list.pointed("")
    }

    delegate: SceneRow {
        width: ListView.view.width - 10 // room for the scroll bar
        chosen: list.chosenKey === key
        lit: list.hoveredKey === key
        current: ListView.isCurrentItem && list.activeFocus
        onClicked: list.chosen(key)
        onHoveredChanged: if (hovered) list.pointed(key)
    }

    footer: Column {
        width: ListView.view.width
        topPadding: Theme.gap
        spacing: Theme.gap

        Label {
            width: parent.width
            visible: text !== ""
            text: list.form.emptyText
            wrapMode: Text.Wrap
        }
        Button {
            visible: list.form.canLoadMore
            width: parent.width
            text: qsTr("Load more")
            onClicked: list.form.loadMore()
        }
    }
}
