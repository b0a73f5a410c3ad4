// SPDX-License-Identifier: Apache-2.0
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Astra.Controls
import Astra.Search

/// Area, dates, cloud, product and how many.
ColumnLayout {
    id: fields

    required property SearchForm form
    required property bool drawing

    signal drawWanted

    function degrees(value: double): string {
        return fields.form.hasArea ? value.toFixed(4) : "";
    }
    function takeTyped() {
        if (west.text !== "" && south.text !== "" && east.text !== "" && north.text !== "")
            fields.form.setAreaText(west.text, south.text, east.text, north.text);
    }

    spacing: Theme.gap

    RowLayout {
        Layout.fillWidth: true
        spacing: Theme.gap

        SectionTitle {
            Layout.fillWidth: true
            text: fields.form.areaText !== "" ? qsTr("Area · %1").arg(fields.form.areaText) : qsTr("Area")
        }
        Button {
            text: fields.drawing ? qsTr("Drawing…") : qsTr("Draw area")
            symbol: "square-dashed"
            tip: qsTr("Drag a rectangle on the map, or click two corners")
            onClicked: fields.drawWanted()
        }
    }

    GridLayout {
        Layout.fillWidth: true
        columns: 4
        columnSpacing: Theme.gapSmall

        Field {
            id: west
            Layout.fillWidth: true
            Layout.preferredWidth: 1
            label: qsTr("West")
            text: fields.degrees(fields.form.area.west)
            onCommitted: fields.takeTyped()
        }
        Field {
            id: south
            Layout.fillWidth: true
            Layout.preferredWidth: 1
            label: qsTr("South")
            text: fields.degrees(fields.form.area.south)
            onCommitted: fields.takeTyped()
        }
        Field {
            id: east
            Layout.fillWidth: true
            Layout.preferredWidth: 1
            label: qsTr("East")
            text: fields.degrees(fields.form.area.east)
            onCommitted: fields.takeTyped()
        }
        Field {
            id: north
            Layout.fillWidth: true
            Layout.preferredWidth: 1
            label: qsTr("North")
            text: fields.degrees(fields.form.area.north)
            onCommitted: fields.takeTyped()
        }
    }

    Connections {
        target: fields.form
        // Typing breaks the bindings above; what the map or the form says wins again.
        function onAreaChanged() {
            if (fields.form.areaError !== "")
                return;
            west.text = fields.degrees(fields.form.area.west);
            south.text = fields.degrees(fields.form.area.south);
            east.text = fields.degrees(fields.form.area.east);
            north.text = fields.degrees(fields.form.area.north);
        }
        function onDatesChanged() {
            start.text = fields.form.startDate;
            end.text = fields.form.endDate;
        }
    }

    Message {
        Layout.fillWidth: true
        kind: Message.Error
        text: fields.form.areaError
    }

    RowLayout {
        Layout.fillWidth: true
        spacing: Theme.gap

        Field {
            id: start
            Layout.fillWidth: true
            Layout.preferredWidth: 1
            label: qsTr("From")
            hint: "2025-06-01"
            text: fields.form.startDate
            onCommitted: fields.form.startDate = text
        }
        Field {
            id: end
            Layout.fillWidth: true
            Layout.preferredWidth: 1
            label: qsTr("To")
            hint: "2025-08-31"
            text: fields.form.endDate
            onCommitted: fields.form.endDate = text
        }
    }

    Message {
        Layout.fillWidth: true
        kind: Message.Error
        text: fields.form.dateError
    }

    RowLayout {
        Layout.fillWidth: true
        spacing: Theme.gap

        Label {
            Layout.preferredWidth: 96
            text: fields.form.cloud >= 100 ? qsTr("Any cloud") : qsTr("Cloud < %1 %").arg(fields.form.cloud)
            Accessible.ignored: true
        }
        Slider {
            Layout.fillWidth: true
            label: qsTr("Most cloud, whole scene")
            shown: fields.form.cloud >= 100 ? qsTr("any") : qsTr("%1 %").arg(fields.form.cloud)
            from: 5
            to: 100
            stepSize: 5
            value: fields.form.cloud
            onMoved: fields.form.cloud = value
        }
    }

    RowLayout {
        Layout.fillWidth: true
        spacing: Theme.gap

        ComboBox {
            Layout.fillWidth: true
            visible: fields.form.collections.length === 0
            label: qsTr("Product")
            model: fields.form.families
            textRole: "title"
            currentIndex: fields.form.family
            onActivated: index => fields.form.family = index
        }
        // Single collections of one source, in the place of the product.
        ColumnLayout {
            Layout.fillWidth: true
            visible: fields.form.collections.length > 0
            spacing: Theme.gapSmall

            Label {
                text: qsTr("Only")
                muted: true
                font.pixelSize: Theme.sizeSmall
            }
            Repeater {
                model: fields.form.collections

                Button {
                    required property int index
                    required property var modelData
                    Layout.fillWidth: true
                    implicitWidth: 64
                    text: modelData.title
                    symbol: "x"
                    tip: qsTr("%1 of %2. Press to search by product again.").arg(modelData.id).arg(modelData.provider)
                    Accessible.name: qsTr("Remove the collection %1").arg(modelData.title)
                    onClicked: fields.form.removeCollection(index)
                }
            }
        }
        ComboBox {
            Layout.alignment: Qt.AlignTop
            Layout.preferredWidth: 92
            label: qsTr("Per source")
            model: [20, 50, 100, 200]
            currentIndex: Math.max(0, model.indexOf(fields.form.limit))
            onActivated: index => fields.form.limit = model[index]
        }
    }
}
