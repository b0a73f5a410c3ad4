// SPDX-License-Identifier: Apache-2.0
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Astra.Controls

/// One row of the data sources: a source with its state, or one of its collections.
Item {
    id: row

    required property bool source
    required property string provider
    required property string phase
    required property string title
    required property string collectionId
    required property string text
    required property string platforms
    required property string resolution
    required property string dates
    required property string license
    required property string access
    required property bool outdated
    property bool current: false

    signal searchWanted
    signal retryWanted

    function listed(parts: var): string {
        return parts.filter(part => part !== "").join(" · ");
    }

    implicitHeight: (source ? head.implicitHeight : body.implicitHeight) + 12
    Accessible.role: source ? Accessible.Heading : Accessible.ListItem
    Accessible.name: source ? listed([title, text]) : listed([title, platforms, resolution, dates, license, access, collectionId])
    Accessible.onPressAction: if (!source) searchWanted()

    Rectangle {
        anchors.fill: parent
        radius: Theme.radius
        color: over.hovered && !row.source ? Theme.hover : "transparent"

        FocusRing {
            anchors.margins: 0
            shown: row.current
        }
    }
    HoverHandler {
        id: over
    }

    RowLayout {
        id: head
        visible: row.source
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.verticalCenter: parent.verticalCenter
        spacing: Theme.gap

        ColumnLayout {
            Layout.fillWidth: true
            spacing: 0
            RowLayout {
                spacing: Theme.gap
                Label {
                    text: row.title
                    font.pixelSize: Theme.sizeLarge
                    font.weight: Font.DemiBold
                    Accessible.ignored: true
                }
                Label {
                    Layout.fillWidth: true
                    visible: row.phase !== "failed"
                    text: row.text
                    muted: true
                    elide: Text.ElideRight
                    font.pixelSize: Theme.sizeSmall
                    Accessible.ignored: true
                }
            }
            Label {
                Layout.fillWidth: true
                visible: row.phase === "failed"
                text: row.text
                color: Theme.error
                wrapMode: Text.Wrap
                Accessible.role: Accessible.AlertMessage
            }
        }
        Button {
            visible: row.source && row.phase === "failed"
            text: qsTr("Try again")
            symbol: "refresh-cw"
            Accessible.name: qsTr("Ask %1 again").arg(row.title)
            onClicked: row.retryWanted()
        }
    }

    RowLayout {
        id: body
        visible: !row.source
        anchors.left: parent.left
        anchors.leftMargin: Theme.gap
        anchors.right: parent.right
        anchors.rightMargin: Theme.gap
        anchors.verticalCenter: parent.verticalCenter
        spacing: Theme.gap

        ColumnLayout {
            Layout.fillWidth: true
            spacing: 2
            Label {
                Layout.fillWidth: true
                text: row.title
                font.weight: Font.DemiBold
                wrapMode: Text.Wrap
                Accessible.ignored: true
            }
            Label {
                Layout.fillWidth: true
                visible: text !== ""
                text: row.listed([row.platforms, row.resolution, row.dates])
                wrapMode: Text.Wrap
                font.pixelSize: Theme.sizeSmall
                Accessible.ignored: true
            }
            Label {
                Layout.fillWidth: true
                text: row.listed([row.access, row.license !== "" ? qsTr("licence: %1").arg(row.license) : "", row.outdated ? qsTr("no longer maintained") : ""])
                muted: true
                wrapMode: Text.Wrap
                font.pixelSize: Theme.sizeSmall
                Accessible.ignored: true
            }
            Label {
                Layout.fillWidth: true
                text: row.collectionId
                muted: true
                font.family: Theme.monospace
                font.pixelSize: 11
                wrapMode: Text.WrapAnywhere
                Accessible.ignored: true
            }
        }
        Button {
            text: qsTr("Search this")
            Accessible.name: qsTr("Search the collection %1").arg(row.title)
            onClicked: row.searchWanted()
        }
    }
}
