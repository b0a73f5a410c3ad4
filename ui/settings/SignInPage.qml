// SPDX-License-Identifier: Apache-2.0
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Astra.Controls
import Astra.Settings

/// Signing in to one service. What is typed here is handed over at once and leaves its field.
ScrollColumn {
    id: page

    required property Accounts accounts
    property string suggestedKey ///< made by the sandbox for its own service, to be shown; else empty
    readonly property SignInForm form: accounts.signIn
    readonly property bool waiting: form.promptUrl !== ""

    function empty() {
        for (let i = 0; i < fields.count; ++i) {
            const field = fields.itemAt(i) as Field;
            if (field)
                field.text = "";
        }
    }
    function submit() {
        if (!submitButton.enabled)
            return;
        const values = {};
        for (let i = 0; i < fields.count; ++i) {
            const field = fields.itemAt(i) as SignInField;
            values[field.name] = field.text;
            if (field.secret)
                field.text = "";
        }
        page.form.submit(values, label.text, address.text);
    }
    function start() {
        const first = page.form.ownAddress ? address : fields.count > 0 ? fields.itemAt(0) as Field : null;
        if (first)
            first.input.forceActiveFocus(Qt.TabFocusReason);
        else
            submitButton.forceActiveFocus(Qt.TabFocusReason);
    }

    spacing: Theme.gapMedium

    Connections {
        target: page.form
        function onOpened() {
            label.text = page.form.suggestedLabel;
            address.text = "";
            page.empty();
            page.contentY = 0;
        }
    }

    Label {
        Layout.fillWidth: true
        visible: text !== ""
        text: page.form.about
        muted: true
        wrapMode: Text.Wrap
    }
    Message {
        Layout.fillWidth: true
        visible: !page.accounts.list.keychainOpen
        kind: Message.Warning
        text: page.accounts.list.keychainText
        action: qsTr("Check again")
        onTriggered: page.accounts.list.checkKeychain()
    }
    ColumnLayout {
        Layout.fillWidth: true
        visible: page.form.ways.length > 1
        spacing: 0

        SectionTitle {
            text: qsTr("Way to sign in")
        }
        T.ButtonGroup {
            id: group
        }
        Repeater {
            model: page.form.ways

            RadioButton {
                required property int index
                required property var modelData
                Layout.fillWidth: true
                T.ButtonGroup.group: group
                text: modelData.available ? modelData.title : qsTr("%1 (not available yet)").arg(modelData.title)
                enabled: modelData.available && !page.form.busy
                checked: page.form.way === index
                onToggled: page.form.way = index
            }
        }
    }
    Label {
        Layout.fillWidth: true
        visible: text !== ""
        text: page.form.note
        wrapMode: Text.Wrap
    }
    Field {
        id: address
        Layout.fillWidth: true
        visible: page.form.ownAddress
        label: qsTr("Address of the service")
        hint: page.form.exampleAddress
        inputMethodHints: Qt.ImhUrlCharactersOnly | Qt.ImhNoPredictiveText
        input.onAccepted: page.submit()
    }
    Repeater {
        id: fields
        model: page.form.fields

        SignInField {
            Layout.fillWidth: true
            input.onAccepted: page.submit()
        }
    }
    Message {
        Layout.fillWidth: true
        kind: Message.Warning
        text: page.form.objection
    }
    RowLayout {
        Layout.fillWidth: true
        visible: page.suggestedKey !== "" && page.form.service === "astra-os"
        spacing: Theme.gap
        Label {
            Layout.fillWidth: true
            text: qsTr("The sandbox made this key for you: %1").arg(page.suggestedKey)
            muted: true
            wrapMode: Text.WrapAnywhere
            font.pixelSize: Theme.sizeSmall
        }
        Button {
            text: qsTr("Use it")
            enabled: !page.form.busy
            onClicked: page.form.submit({
                "key": page.suggestedKey
            }, label.text, "")
        }
    }
    Field {
        id: label
        Layout.fillWidth: true
        label: qsTr("Your name for it: the place where it is used")
        hint: qsTr("laptop")
        input.maximumLength: 64
        input.onAccepted: page.submit()
    }
    Label {
        Layout.fillWidth: true
        visible: page.form.secret && !page.form.testable
        text: qsTr("It is kept %1; whether it is right shows when the first image is read.").arg(page.accounts.list.keptText)
        muted: true
        wrapMode: Text.Wrap
    }
    RowLayout {
        Layout.fillWidth: true
        visible: !page.waiting
        spacing: Theme.gap
        Button {
            id: submitButton
            primary: true
            enabled: !page.form.busy && page.form.service !== ""
            text: {
                if (page.form.browser)
                    return qsTr("Continue in the browser");
                if (!page.form.secret)
                    return page.form.fields.length > 0 ? qsTr("Sign in") : qsTr("Connect");
                if (!page.form.testable)
                    return page.accounts.list.keychainOpen ? qsTr("Keep") : qsTr("Keep in memory");
                return page.accounts.list.keychainOpen ? qsTr("Test and keep") : qsTr("Test and keep in memory");
            }
            onClicked: page.submit()
        }
        Button {
            visible: page.form.busy
            text: qsTr("Cancel")
            onClicked: page.form.cancel()
        }
        Label {
            Layout.fillWidth: true
            visible: page.form.busy
            text: qsTr("Asking %1…").arg(page.form.title)
            muted: true
            elide: Text.ElideRight
        }
    }
    BrowserPrompt {
        Layout.fillWidth: true
        visible: page.waiting
        form: page.form
    }
    Message {
        Layout.fillWidth: true
        kind: Message.Error
        text: page.form.error
    }
    Button {
        Layout.alignment: Qt.AlignLeft
        visible: page.form.otherForm !== ""
        symbol: "refresh-cw"
        text: qsTr("Try the other form: %1").arg(page.form.otherForm)
        onClicked: page.form.tryOther()
    }
    ColumnLayout {
        Layout.fillWidth: true
        visible: page.form.steps.length > 0 && (page.form.fields.length > 0 || page.form.browser)
        spacing: Theme.gapSmall

        SectionTitle {
            Layout.topMargin: Theme.gap
            text: qsTr("How to get one")
        }
        Repeater {
            model: page.form.steps

            RowLayout {
                id: step
                required property int index
                required property string modelData
                Layout.fillWidth: true
                spacing: Theme.gap
                Label {
                    Layout.preferredWidth: 16
                    Layout.alignment: Qt.AlignTop
                    horizontalAlignment: Text.AlignRight
                    text: qsTr("%1.").arg(step.index + 1)
                    muted: true
                    Accessible.ignored: true
                }
                Label {
                    Layout.fillWidth: true
                    text: step.modelData
                    wrapMode: Text.Wrap
                    Accessible.name: qsTr("%1. %2").arg(step.index + 1).arg(text)
                }
            }
        }
        Button {
            Layout.alignment: Qt.AlignLeft
            Layout.topMargin: Theme.gapSmall
            visible: page.form.website !== ""
            symbol: "external-link"
            text: qsTr("Open its website")
            tip: page.form.website
            onClicked: Qt.openUrlExternally(page.form.website)
        }
    }
    Label {
        Layout.fillWidth: true
        visible: text !== ""
        text: {
            const said = [];
            if (page.form.bound !== "" && (page.form.secret || page.form.browser))
                said.push(qsTr("Good for %1.").arg(page.form.bound));
            if (page.form.fields.length > 0)
                said.push(qsTr("What you enter goes to %1 and nowhere else.").arg(page.form.title));
            return said.join(" ");
        }
        muted: true
        wrapMode: Text.Wrap
        font.pixelSize: Theme.sizeSmall
    }
}
