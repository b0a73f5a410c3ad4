// SPDX-License-Identifier: Apache-2.0
import QtQuick
import Astra.Controls
import Astra.Jobs
import "../../support/pickyeye.js" as Eye

/// The third step as the window shows it, as wide as there.
Rectangle {
    id: root

    required property JobForm form
    required property JobListModel jobs
    property bool dark: true

    color: Theme.background
    width: 336
    height: 1600

    onDarkChanged: Theme.dark = dark

    AnalysePanel {
        id: panel
        anchors.fill: parent
        anchors.margins: Theme.gapMedium
        form: root.form
        jobs: root.jobs
        advanced: true
    }

    function faults(): var {
        return Eye.faults(panel, root);
    }
}
