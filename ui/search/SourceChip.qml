// SPDX-License-Identifier: Apache-2.0
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Astra.Controls

/// One catalogue: asked or not, where it stands, and, opened, what became of what it holds.
ColumnLayout {
    id: chip

    required property int index
    required property string title
    required property bool asked
    required property string access
    required property string phase
    required property string text
    required property string detail
    required property var steps ///< list of {label, value}
    required property string aside
    required property var notes
    required property string connection
    property bool open: false
    readonly property bool searched: phase !== ""
    readonly property bool doubtful: phase === "partly" || phase === "cut-short" || phase === "needs-key" || phase === "paused" || phase === "slow"
    readonly property color tone: phase === "failed" ? Theme.error : doubtful ? Theme.warn : Theme.muted
    readonly property string symbol: ({
            "waiting": "clock",
            "loading": "download",
            "slow": "clock",
            "paused": "clock",
            "done": "check",
            "partly": "triangle-alert",
            "cut-short": "triangle-alert",
            "needs-key": "key",
            "failed": "circle-alert"
        })[phase] ?? ""

    signal toggled
    signal keyWanted

    spacing: 0

    RowLayout {
        Layout.fillWidth: true
        spacing: Theme.gapSmall

        CheckBox {
            id: box
            Layout.fillWidth: chip.searched
            implicitHeight: Math.max(28, contentItem.implicitHeight + 8)
            text: chip.title
            checked: chip.asked
            onToggled: {
                chip.toggled();
                checked = Qt.binding(() => chip.asked);
            }
            Accessible.description: chip.searched ? chip.text + (chip.detail !== "" ? ". " + chip.detail : "") : chip.access
        }
        Label {
            Layout.fillWidth: true
            visible: !chip.searched
            horizontalAlignment: Text.AlignRight
            text: chip.access
            muted: true
            elide: Text.ElideRight
            font.pixelSize: Theme.sizeSmall
            Accessible.ignored: true

            HoverHandler {
                id: over
            }
            Tip {
                text: chip.access
                visible: over.hovered && chip.access !== ""
            }
        }
        Rectangle {
            visible: chip.searched
            implicitWidth: state.implicitWidth + 16
            implicitHeight: 22
            radius: 11
            color: "transparent"
            border.color: chip.tone === Theme.muted ? Theme.border : Qt.rgba(chip.tone.r, chip.tone.g, chip.tone.b, 0.5)

            Row {
                id: state
                x: 8
                height: parent.height
                spacing: Theme.gapSmall
                Icon {
                    anchors.verticalCenter: parent.verticalCenter
                    name: chip.symbol
                    size: 12
                    color: chip.tone
                }
                Label {
                    anchors.verticalCenter: parent.verticalCenter
                    text: chip.text
                    color: chip.tone === Theme.muted ? Theme.text : chip.tone
                    font.pixelSize: Theme.sizeSmall
                    Accessible.ignored: true
                }
            }
        }
        IconButton {
            visible: chip.searched
            implicitWidth: 24
            implicitHeight: 24
            name: chip.open ? qsTr("Hide the numbers of %1").arg(chip.title) : qsTr("Show the numbers of %1").arg(chip.title)
            symbol: chip.open ? "chevron-down" : "chevron-right"
            onClicked: chip.open = !chip.open
        }
    }
    // What failed or is missing stands where it is looked for, not in a tip alone.
    Label {
        Layout.fillWidth: true
        Layout.leftMargin: 26
        Layout.bottomMargin: Theme.gapSmall
        visible: text !== ""
        text: chip.detail
        color: chip.tone
        font.pixelSize: Theme.sizeSmall
        wrapMode: Text.Wrap
        Accessible.role: Accessible.AlertMessage
    }
    Button {
        Layout.leftMargin: 26
        Layout.bottomMargin: Theme.gapSmall
        visible: chip.phase === "needs-key" && chip.connection !== ""
        implicitHeight: 28
        font.pixelSize: Theme.sizeSmall
        symbol: "key"
        text: qsTr("Enter a key…")
        Accessible.name: qsTr("Enter a key for %1").arg(chip.title)
        onClicked: chip.keyWanted()
    }
    Funnel {
        Layout.fillWidth: true
        Layout.leftMargin: 26
        Layout.bottomMargin: Theme.gapSmall
        visible: chip.open && chip.searched
        steps: visible ? chip.steps : []
        aside: chip.aside
        notes: visible ? chip.notes : []
    }
}
