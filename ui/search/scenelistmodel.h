// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/scene.h"
#include "core/providers/searchsession.h"

#include <QAbstractListModel>
#include <QPointer>
#include <QtQml/qqmlregistration.h>

#include <memory>

namespace astra::search {

/// The scenes found, one acquisition a row, newest first. Grows by insertion as answers come; reset only for a new
/// search.
class SceneListModel : public QAbstractListModel
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by SearchForm")
    Q_PROPERTY(int count READ count NOTIFY countChanged)

public:
    enum Role {
        KeyRole = Qt::UserRole + 1,
        DateRole, ///< "30 Jun 2025"
        TimeRole, ///< "10:27 UTC"
        PlatformRole, ///< "Sentinel-2B"
        ProviderRole, ///< title of the provider of the copy in use
        CloudRole, ///< per cent, or −1 where it is not stated
        CloudTextRole, ///< "12 % cloud", "cloud not stated"
        AccessRole, ///< empty, or what stands before the pixels: "needs a login"
        CopiesRole, ///< how many copies
        CopiesTextRole, ///< "2 copies: Coast, Archive"
        InventedRole,
    };
    Q_ENUM(Role)

    using QAbstractListModel::QAbstractListModel;

    /// Follows the session (which must outlive it or the next call). A null pointer clears.
    void follow(providers::SearchSession *session);
    [[nodiscard]] const std::vector<data::Acquisition> &acquisitions() const { return m_rows; }
    [[nodiscard]] const data::Acquisition *find(const QString &key) const;
    [[nodiscard]] Q_INVOKABLE int rowOf(const QString &key) const;
    /// "30 Jun 2025, Sentinel-2B, 12 % cloud": one line about it; empty for an unknown key.
    [[nodiscard]] Q_INVOKABLE QString describe(const QString &key) const;

    [[nodiscard]] int count() const { return static_cast<int>(m_rows.size()); }
    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QHash<int, QByteArray> roleNames() const override;

Q_SIGNALS:
    void countChanged();

private:
    [[nodiscard]] QString providerTitle(const QString &id) const;

    std::vector<data::Acquisition> m_rows;
    QPointer<providers::SearchSession> m_session;
};

/// "sentinel-2b" → "Sentinel-2B": how people write it.
[[nodiscard]] QString platformTitle(const QString &platform);

} // namespace astra::search
