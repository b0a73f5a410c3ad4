// SPDX-License-Identifier: Apache-2.0
import QtQuick
import Astra.Controls

/// How an account stands: an icon and words.
Row {
    id: line

    required property string tone ///< "ok", "quiet", "info", "warn" or "error"
    required property string text
    readonly property color ink: ({
            "ok": Theme.ok,
            "info": Theme.info,
            "warn": Theme.warn,
            "error": Theme.error
        })[tone] ?? Theme.muted

    spacing: Theme.gapSmall

    Icon {
        anchors.verticalCenter: parent.verticalCenter
        visible: name !== ""
        size: 14
        name: ({
                "ok": "circle-check",
                "info": "refresh-cw",
                "warn": "triangle-alert",
                "error": "circle-alert"
            })[line.tone] ?? ""
        color: line.ink
    }
    Label {
        anchors.verticalCenter: parent.verticalCenter
        text: line.text
        color: line.ink
        font.pixelSize: Theme.sizeSmall
    }
}
