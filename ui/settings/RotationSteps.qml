// SPDX-License-Identifier: Apache-2.0
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Astra.Controls
import Astra.Settings

/// A key changed without a gap, in three steps that are seen.
ColumnLayout {
    id: view

    required property KeyRotation rotation

    spacing: Theme.gapLarge

    Connections {
        target: view.rotation
        function onOpened() {
            label.text = view.rotation.suggestedLabel;
            key.text = "";
        }
    }

    Label {
        Layout.fillWidth: true
        text: qsTr("A new key takes the place of the old one without a gap. Until the last step the old one stays valid.")
        muted: true
        wrapMode: Text.Wrap
    }
    RotationStep {
        Layout.fillWidth: true
        number: 1
        done: view.rotation.step > KeyRotation.Make
        current: view.rotation.step === KeyRotation.Make
        title: qsTr("Make a new key and switch to it")
        text: view.rotation.makes ? qsTr("Astra asks %1 to make it; where that is not allowed, paste one. It is tested, kept, and used from then on.").arg(view.rotation.title) : qsTr("Make it at %1 and paste it here. It is tested, kept, and used from then on.").arg(view.rotation.title)

        Field {
            id: label
            Layout.fillWidth: true
            visible: view.rotation.step === KeyRotation.Make
            label: qsTr("Name of the new key")
            input.maximumLength: 64
        }
        Field {
            id: key
            Layout.fillWidth: true
            visible: view.rotation.step === KeyRotation.Make
            label: view.rotation.makes ? qsTr("A key that you made there yourself (optional)") : qsTr("New key")
            secret: true
        }
        RowLayout {
            visible: view.rotation.step === KeyRotation.Make
            spacing: Theme.gap
            Button {
                primary: true
                text: key.text.trim() === "" && view.rotation.makes ? qsTr("Make and switch") : qsTr("Test and switch")
                enabled: !view.rotation.busy && (view.rotation.makes || key.text.trim() !== "")
                onClicked: {
                    const secret = key.text;
                    key.text = "";
                    if (secret.trim() !== "")
                        view.rotation.take(label.text, secret);
                    else
                        view.rotation.make(label.text);
                }
            }
            Button {
                visible: view.rotation.website !== ""
                symbol: "external-link"
                text: qsTr("Open its website")
                onClicked: Qt.openUrlExternally(view.rotation.website)
            }
        }
    }
    RotationStep {
        Layout.fillWidth: true
        number: 2
        done: view.rotation.step > KeyRotation.Verify
        current: view.rotation.step === KeyRotation.Verify
        title: qsTr("See the new key work")
        text: qsTr("The new key is in use. %1, the old one, is still valid. Ask the service whether it accepts the new one.").arg(view.rotation.former)

        Button {
            visible: view.rotation.step === KeyRotation.Verify
            primary: true
            text: qsTr("Verify")
            enabled: !view.rotation.busy
            onClicked: view.rotation.verify()
        }
    }
    RotationStep {
        Layout.fillWidth: true
        number: 3
        // What could not be revoked is not said to be: the message below tells what to do.
        done: view.rotation.step === KeyRotation.Done && (view.rotation.left === "" || !view.rotation.revokes)
        current: view.rotation.step === KeyRotation.Revoke
        title: view.rotation.revokes ? qsTr("Revoke the old key") : qsTr("Forget the old key")
        text: view.rotation.revokes ? qsTr("The new key works. Once %1 is revoked, whatever still uses it stops working. This cannot be undone.").arg(view.rotation.former) : qsTr("The new key works. %1 is forgotten here, but stays valid until you revoke it on the website of %2; whatever still uses it then stops working.").arg(view.rotation.former).arg(view.rotation.title)

        RowLayout {
            visible: view.rotation.step === KeyRotation.Revoke
            spacing: Theme.gap
            Button {
                primary: true
                text: view.rotation.revokes ? qsTr("Revoke the old key") : qsTr("Forget the old key")
                enabled: !view.rotation.busy
                onClicked: view.rotation.finish()
            }
            Button {
                visible: !view.rotation.revokes && view.rotation.website !== ""
                symbol: "external-link"
                text: qsTr("Open its website")
                onClicked: Qt.openUrlExternally(view.rotation.website)
            }
        }
    }
    Button {
        Layout.alignment: Qt.AlignLeft
        visible: view.rotation.step === KeyRotation.Verify || view.rotation.step === KeyRotation.Revoke
        text: qsTr("Undo: back to the old key")
        enabled: !view.rotation.busy
        onClicked: view.rotation.undo()
    }
    Label {
        visible: view.rotation.busy
        text: qsTr("Asking %1…").arg(view.rotation.title)
        muted: true
    }
    Message {
        Layout.fillWidth: true
        kind: Message.Error
        text: view.rotation.error
    }
    Message {
        Layout.fillWidth: true
        kind: Message.Warning
        text: view.rotation.left
    }
    Message {
        Layout.fillWidth: true
        visible: view.rotation.step === KeyRotation.Done
        kind: Message.Success
        text: qsTr("The key has been rotated: only the new one is kept here.")
    }
}
