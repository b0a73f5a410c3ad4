// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/resolve.h"

#include <QAbstractListModel>
#include <QtQml/qqmlregistration.h>

#include <vector>

namespace astra::scene {

/// The files of a scene, and what it takes to read each, known before a click.
class AssetListModel : public QAbstractListModel
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by SceneViewer")
    Q_PROPERTY(int count READ count NOTIFY countChanged)

public:
    enum Role {
        KeyRole = Qt::UserRole + 1,
        TitleRole, ///< empty where the key says it all
        BandsRole, ///< "red, B04"
        DetailRole, ///< "COG · 10 m · 12.3 MB"
        AccessRole, ///< "open", "free login"
        NoteRole, ///< what to know before a click: "needs a free account at …", or empty
        LockedRole, ///< it cannot be had without an account
        ConnectionRole, ///< the account or service that opens it; empty: none that can be kept here
        DrawableRole, ///< a picture that can be had here: open, signed for us, or with a key that can be kept here
    };
    Q_ENUM(Role)

    using QAbstractListModel::QAbstractListModel;

    void setScene(const data::Scene *scene); ///< null: none

    [[nodiscard]] int count() const { return static_cast<int>(m_rows.size()); }
    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QHash<int, QByteArray> roleNames() const override;

Q_SIGNALS:
    void countChanged();

private:
    struct Row {
        data::ResolvedAsset file;
        QString title;
        bool raster = false;
    };
    std::vector<Row> m_rows;
};

/// "COG", "GeoTIFF", "JPEG 2000", "PNG", "XML", …: from what was resolved, else from the media type.
[[nodiscard]] QString formatText(const QString &format, const QString &mediaType);

} // namespace astra::scene
