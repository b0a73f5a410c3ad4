// SPDX-License-Identifier: Apache-2.0
import QtQuick
import Astra.Controls

/// One thing that a way of signing in asks for.
Field {
    required property var modelData ///< {name, label, hint, secret, optional}
    readonly property string name: modelData.name

    label: modelData.optional ? qsTr("%1 (optional)").arg(modelData.label) : modelData.label
    hint: modelData.hint
    secret: modelData.secret
}
