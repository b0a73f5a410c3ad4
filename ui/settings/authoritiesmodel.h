// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/settings/askedmodel.h"

namespace astra::settings {

/// The files of certificates that are trusted beside those that the system knows.
class AuthoritiesModel : public astra::settings::AskedModel
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by the shell")
    Q_PROPERTY(QString folder READ folder NOTIFY changed)

public:
    enum Role {
        FileRole = Qt::UserRole + 1,
        NamesRole, ///< whose certificates it holds: "Field CA, Lab CA and 2 more"
        EndsRole, ///< "ends on 3 Dec 2030"
        EndedRole, ///< the first of them has
    };
    Q_ENUM(Role)

    using AskedModel::AskedModel;

    void setEngine(std::shared_ptr<engine::Engine> engine); ///< asks nothing yet

    Q_INVOKABLE void load();
    Q_INVOKABLE void add(const QUrl &file);
    Q_INVOKABLE void remove(int row);
    Q_INVOKABLE void openFolder() const;

    [[nodiscard]] QString folder() const { return m_engine ? m_engine->authoritiesDir() : QString(); }
    [[nodiscard]] int rowCountNow() const override { return static_cast<int>(m_rows.size()); }
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QHash<int, QByteArray> roleNames() const override;

private:
    std::vector<data::Authority> m_rows;
};

} // namespace astra::settings
