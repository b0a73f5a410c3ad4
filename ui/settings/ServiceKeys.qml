// SPDX-License-Identifier: Apache-2.0
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Astra.Controls
import Astra.Settings

/// The keys at the service: what there is, a new one, and the end of an old one.
ColumnLayout {
    id: view

    required property ServiceKeysModel keys

    function listed(parts: var): string {
        return parts.filter(part => part !== "").join(" · ");
    }

    spacing: Theme.gapMedium

    NewKeyBox {
        Layout.fillWidth: true
        visible: view.keys.newKey !== ""
        keys: view.keys
    }
    Message {
        Layout.fillWidth: true
        kind: Message.Success
        text: view.keys.message
    }
    Message {
        Layout.fillWidth: true
        kind: view.keys.absent ? Message.Info : Message.Error
        text: view.keys.error
        action: view.keys.listable && !view.keys.absent ? qsTr("Ask again") : ""
        onTriggered: view.keys.load()
    }
    Label {
        visible: view.keys.busy
        text: qsTr("Asking the service for its keys…")
        muted: true
    }
    Label {
        Layout.fillWidth: true
        visible: view.keys.loaded && view.keys.count === 0 && !view.keys.busy
        text: qsTr("The service lists no key.")
        muted: true
    }
    Repeater {
        model: view.keys

        ColumnLayout {
            id: row

            required property int index
            required property string label
            required property string masked
            required property string dates
            required property string limits
            required property bool test
            required property bool ours
            required property bool ended
            required property string stops
            required property var usage
            required property string usageText
            readonly property string name: label !== "" ? label : masked
            property string asking ///< "", "revoke" or "roll"

            Layout.fillWidth: true
            spacing: Theme.gapSmall

            RowLayout {
                Layout.fillWidth: true
                spacing: Theme.gap
                ColumnLayout {
                    Layout.fillWidth: true
                    spacing: 1
                    RowLayout {
                        Layout.fillWidth: true
                        spacing: Theme.gap
                        Label {
                            text: row.name
                            font.weight: Font.DemiBold
                            muted: row.ended
                            elide: Text.ElideRight
                            Layout.fillWidth: true
                            Layout.maximumWidth: Math.ceil(implicitWidth)
                        }
                        Badge {
                            visible: row.ours
                            text: qsTr("this account's key")
                            ink: Theme.accent
                        }
                        Badge {
                            visible: row.test
                            text: qsTr("test")
                        }
                        Item {
                            Layout.fillWidth: true
                        }
                    }
                    Label {
                        Layout.fillWidth: true
                        visible: text !== "" && row.label !== ""
                        text: row.masked
                        muted: true
                        font.family: Theme.monospace
                        font.pixelSize: 11
                        elide: Text.ElideMiddle
                    }
                    Label {
                        Layout.fillWidth: true
                        visible: text !== ""
                        text: view.listed([row.dates, row.limits])
                        muted: true
                        font.pixelSize: Theme.sizeSmall
                        wrapMode: Text.Wrap
                    }
                }
                Button {
                    visible: view.keys.counted
                    implicitHeight: 28
                    font.pixelSize: Theme.sizeSmall
                    text: qsTr("Usage")
                    Accessible.name: qsTr("Usage of %1").arg(row.name)
                    onClicked: view.keys.askUsage(row.index)
                }
                Button {
                    visible: view.keys.rollable && !row.ended
                    implicitHeight: 28
                    font.pixelSize: Theme.sizeSmall
                    text: qsTr("Roll…")
                    enabled: !view.keys.busy
                    Accessible.name: qsTr("Give %1 a new secret").arg(row.name)
                    onClicked: row.asking = "roll"
                }
                Button {
                    visible: view.keys.revocable && !row.ended
                    implicitHeight: 28
                    font.pixelSize: Theme.sizeSmall
                    text: qsTr("Revoke…")
                    enabled: !view.keys.busy
                    Accessible.name: qsTr("Revoke %1").arg(row.name)
                    onClicked: row.asking = "revoke"
                }
            }
            Label {
                Layout.fillWidth: true
                visible: text !== ""
                text: row.usageText
                muted: true
                wrapMode: Text.Wrap
                font.pixelSize: Theme.sizeSmall
            }
            Facts {
                Layout.fillWidth: true
                Layout.leftMargin: Theme.gapMedium
                visible: row.usage.length > 0
                entries: row.usage
            }
            Confirm {
                Layout.fillWidth: true
                visible: row.asking !== ""
                question: row.asking === "roll" ? qsTr("Give %1 a new secret? The old one ends, at once or when the service says so: programs that use it need the new one.").arg(row.name) : qsTr("Revoke %1? %2").arg(row.name).arg(row.stops)
                action: row.asking === "roll" ? qsTr("Give it a new secret") : qsTr("Revoke it")
                onDeclined: row.asking = ""
                onAgreed: {
                    const roll = row.asking === "roll";
                    row.asking = "";
                    if (roll)
                        view.keys.roll(row.index);
                    else
                        view.keys.revoke(row.index);
                }
            }
            Rectangle {
                Layout.fillWidth: true
                implicitHeight: 1
                color: Theme.border
            }
        }
    }
    KeyMaker {
        Layout.fillWidth: true
        visible: view.keys.creatable && !(view.keys.listable && view.keys.absent) && view.keys.newKey === ""
        keys: view.keys
    }
}
