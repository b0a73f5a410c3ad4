// SPDX-License-Identifier: Apache-2.0
pragma Singleton

import QtQuick

/// Every colour, size and duration of the window. The shell sets `dark` and `reducedMotion`; everyone else reads.
QtObject {
    id: theme

    property bool dark: true
    property bool reducedMotion: false

    // Surfaces and text
    readonly property color background: dark ? "#0E1317" : "#EEF2F4"
    readonly property color surface: dark ? "#151B20" : "#FFFFFF"
    readonly property color raised: dark ? "#1D252B" : "#FFFFFF"
    readonly property color border: dark ? "#2D3841" : "#CCD6DD"
    readonly property color text: dark ? "#E8EEF2" : "#14202A"
    readonly property color muted: dark ? "#A3B1BC" : "#51626F"
    readonly property color accent: dark ? "#3CC2B0" : "#0A7568"
    readonly property color accentText: dark ? "#06211D" : "#FFFFFF"
    readonly property color accentSoft: Qt.rgba(accent.r, accent.g, accent.b, dark ? 0.16 : 0.12)
    readonly property color hover: Qt.rgba(text.r, text.g, text.b, 0.06)
    readonly property color pressed: Qt.rgba(text.r, text.g, text.b, 0.12)
    readonly property color shadow: dark ? "#50000000" : "#1E14202A"

    // States: never alone, always beside words or an icon
    readonly property color warn: dark ? "#F0B429" : "#8A5A00"
    readonly property color error: dark ? "#FF7A70" : "#B3261E"
    readonly property color ok: dark ? "#5BD08B" : "#187A47"
    readonly property color info: dark ? "#6CB6FF" : "#0B62B5"

    // The map
    readonly property color area: dark ? "#FFD166" : "#B45F00"
    readonly property color areaCasing: dark ? "#B00E1317" : "#D0FFFFFF"
    readonly property var mapColors: ({
            "water": dark ? "#0B2230" : "#CFE3EE",
            "land": dark ? "#1A2227" : "#F6F4EF",
            "border": dark ? "#3A4750" : "#B9C3CA",
            "label": dark ? "#8FA0AC" : "#5A6A76",
            "footprint": dark ? "#B26CB6FF" : "#B20B62B5",
            "hovered": dark ? "#FFFFFF" : "#14202A",
            "chosen": dark ? "#3CC2B0" : "#0A7568",
            "chosenFill": dark ? "#2E3CC2B0" : "#240A7568",
            "casing": dark ? "#A00E1317" : "#B0FFFFFF"
        })

    // Space, in steps of four
    readonly property int gapSmall: 4
    readonly property int gap: 8
    readonly property int gapMedium: 12
    readonly property int gapLarge: 16
    readonly property int radiusSmall: 4
    readonly property int radius: 6
    readonly property int radiusPanel: 10
    readonly property int controlHeight: 32
    readonly property int targetMinimum: 24
    readonly property int focusWidth: 2

    // Type. Where Inter is absent the system's own font stands in.
    readonly property string family: "Inter"
    readonly property string monospace: "monospace"
    readonly property int sizeSmall: 12
    readonly property int sizeBody: 13
    readonly property int sizeLarge: 15
    readonly property int sizeTitle: 20

    // Motion, ms
    readonly property int quick: reducedMotion ? 0 : 120
    readonly property int slow: reducedMotion ? 0 : 180
}
