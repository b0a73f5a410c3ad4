// SPDX-License-Identifier: Apache-2.0
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Astra.Controls
import Astra.Search

/// The catalogues to ask, each with its own state.
ColumnLayout {
    id: list

    required property SearchForm form

    signal sourcesWanted
    signal keyWanted(string connection)

    spacing: 0

    RowLayout {
        Layout.fillWidth: true

        SectionTitle {
            Layout.fillWidth: true
            text: qsTr("Sources")
        }
        Button {
            implicitHeight: 28
            quiet: true
            font.pixelSize: Theme.sizeSmall
            text: qsTr("Data sources…")
            tip: qsTr("What each source holds: collections, dates, access")
            onClicked: list.sourcesWanted()
        }
    }
    Repeater {
        model: list.form.providers

        SourceChip {
            Layout.fillWidth: true
            onToggled: list.form.providers.toggle(index)
            onKeyWanted: list.keyWanted(connection)
        }
    }
}
