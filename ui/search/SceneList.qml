// SPDX-License-Identifier: Apache-2.0

// Not ComponentBehavior: Bound. On Qt 6.4 a view makes its footer in a context of its own, where bound components may
// not be made: it would never be there.
// The linter cannot see, without bound components, that the list is the one at the root:
// qmllint disable unqualified
import QtQuick
import QtQuick.Templates as T
import Astra.Controls
import Astra.Search

/// The scenes found, in the order asked for.
ListView {
    id: list

    required property SearchForm form
    property string chosenKey
    property string hoveredKey

    property bool picking: false
    property var pickedKeys: [] ///< those picked for a job

    signal chosen(string key)
    signal pickToggled(string key)
    signal pointed(string key)

    /// The chosen row is the current one. By hand: the keys move the current row, which would break a binding.
    function mark() {
        currentIndex = form.scenes.rowOf(chosenKey);
    }
    /// Tells the model which rows are in view, once the list has come to rest.
    function look() {
        if (count === 0 || height <= 0)
            return;
        const first = indexAt(0, Math.max(contentY, originY));
        const last = indexAt(0, contentY + height - 1);
        form.scenes.look(Math.max(0, first), last < 0 ? count - 1 : last);
    }

    clip: true
    spacing: 2
    reuseItems: true
    model: form.scenes
    activeFocusOnTab: true
    keyNavigationEnabled: true
    highlightMoveDuration: 0
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
    onChosenKeyChanged: mark()
    Component.onCompleted: mark()
    onContentYChanged: rest.restart()
    onCountChanged: rest.restart()
    onHeightChanged: rest.restart()

    Timer {
        id: rest
        interval: 200
        onTriggered: list.look()
    }
    Connections {
        target: list.form.scenes
        function onSorted() {
            list.mark();
            rest.restart();
        }
    }
    // Why the clear sky of the row under the pointer is not known: one tip for all rows.
    Tip {
        id: tip
        property SceneRow row
        parent: row ? row as Item : list as Item
        text: row ? row.clearTip : ""
        visible: row !== null && row.hovered && row.clear < 0 && text !== ""
        delay: 800
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
        picking: list.picking
        picked: list.pickedKeys.includes(key)
        onPickToggled: list.pickToggled(key)
        onClicked: list.chosen(key)
        onHoveredChanged: {
            if (!hovered)
                return;
            list.pointed(key);
            tip.row = this;
        }
    }

    footer: Column {
        width: ListView.view.width
        topPadding: Theme.gap
        spacing: Theme.gap

        Label {
            width: parent.width - 10
            visible: text !== ""
            text: list.form.emptyText
            wrapMode: Text.Wrap
        }
        Repeater {
            model: list.form.suggestions

            Button {
                required property int index
                required property string modelData
                width: parent.width - 10
                text: modelData
                tip: implicitWidth > width ? modelData : ""
                onClicked: list.form.suggest(index)
            }
        }
        Label {
            width: parent.width - 10
            visible: list.form.counting && list.count === 0
            text: qsTr("Counting what each source holds, to say what would bring more…")
            muted: true
            wrapMode: Text.Wrap
            font.pixelSize: Theme.sizeSmall
        }
        Message {
            width: parent.width - 10
            kind: Message.Warning
            text: list.form.cutShort
        }
        Button {
            visible: list.form.canLoadMore
            width: parent.width - 10
            text: qsTr("Load more")
            onClicked: list.form.loadMore()
        }
    }
}
