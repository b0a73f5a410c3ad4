// SPDX-License-Identifier: Apache-2.0
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T

/// A column that scrolls where it is too long, and follows the keyboard: what gets the focus comes into view.
Flickable {
    id: flick

    default property alias content: column.data
    property alias spacing: column.spacing
    readonly property Item focused: Window.activeFocusItem
    /// Room is kept for the scroll bar. It is given back only well below the limit: what is narrower is longer, and a
    /// column that just fits would come and go for ever.
    property bool barred: false
    property real limit: height ///< how tall it may become; where it is as tall as its content, that is not its height

    function judge() {
        if (contentHeight > limit)
            barred = true;
        else if (contentHeight < limit - 48)
            barred = false;
    }

    /// A layout that gets another width lays out at once what it knew at its last polish, and that may be gone by now
    /// (Qt 6.4: a form that changes in the frame in which it is first seen). So it is polished before.
    function fit() {
        column.ensurePolished();
        column.width = Math.max(0, width - (barred ? 12 : 0));
    }

    function show(item: Item) {
        for (let up = item; up; up = up.parent) {
            if (up !== column)
                continue;
            const top = item.mapToItem(contentItem, 0, 0).y - 6;
            const bottom = top + item.height + 12;
            if (top < contentY)
                contentY = Math.max(0, top);
            else if (bottom > contentY + height)
                contentY = Math.min(Math.max(0, contentHeight - height), bottom - height);
            return;
        }
    }

    implicitHeight: column.implicitHeight
    contentHeight: column.implicitHeight
    clip: contentHeight > height
    interactive: contentHeight > height
    boundsBehavior: Flickable.StopAtBounds
    T.ScrollBar.vertical: ScrollBar {}
    onFocusedChanged: if (focused) show(focused)
    onContentHeightChanged: judge()
    onLimitChanged: judge()
    onWidthChanged: fit()
    onBarredChanged: fit()
    Component.onCompleted: fit()

    ColumnLayout {
        id: column
        spacing: Theme.gap
    }
}
