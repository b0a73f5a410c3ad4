// SPDX-License-Identifier: Apache-2.0
import QtQuick

/// The title of a part of a panel.
Label {
    font.pixelSize: Theme.sizeSmall
    font.weight: Font.DemiBold
    font.letterSpacing: 0.4
    color: Theme.muted
    Accessible.role: Accessible.Heading
}
