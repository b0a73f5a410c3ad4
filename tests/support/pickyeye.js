// SPDX-License-Identifier: Apache-2.0
.pragma library

// What a picky eye asks of a picture of the window: no text is cut, leaves it, or lies over another.

/// The visible items below one, as far as `holds` wants them.
function all(item, holds) {
    let found = [];
    for (let i = 0; i < item.children.length; ++i) {
        const child = item.children[i];
        if (!child.visible || child.opacity === 0)
            continue;
        if (holds(child))
            found.push(child);
        found = found.concat(all(child, holds));
    }
    return found;
}

/// One sentence per fault of the texts below `panel`; `root` is the window's content.
function faults(panel, root) {
    const said = [];
    const texts = all(panel, item => typeof item.text === "string" && item.text !== "" && item.contentWidth !== undefined).map(item => {
        const at = item.mapToItem(root, 0, 0);
        const left = item.horizontalAlignment === Qt.AlignHCenter ? (item.width - item.contentWidth) / 2 : item.horizontalAlignment === Qt.AlignRight ? item.width - item.contentWidth : 0;
        const top = item.verticalAlignment === Qt.AlignVCenter ? (item.height - item.contentHeight) / 2 : 0;
        return {
            "text": item.text,
            "truncated": item.truncated === true,
            "left": at.x + left,
            "right": at.x + left + item.contentWidth,
            "top": at.y + top,
            "bottom": at.y + top + item.contentHeight,
            "typed": item.cursorPosition !== undefined && item.readOnly !== true // scrolls by itself
        };
    });
    texts.forEach((text, index) => {
        if (text.truncated)
            said.push("cut: " + text.text);
        if (!text.typed && (text.left < 8 || text.right > root.width - 7))
            said.push("out of the window: " + text.text);
        texts.slice(index + 1).forEach(other => {
            if (Math.min(text.right, other.right) - Math.max(text.left, other.left) > 2 && Math.min(text.bottom, other.bottom) - Math.max(text.top, other.top) > 3)
                said.push("over each other: " + text.text + " | " + other.text);
        });
    });
    return said;
}
