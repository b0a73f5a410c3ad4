// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/engine/engine.h"

#include <QAbstractListModel>
#include <QUrl>
#include <QtQml/qqmlregistration.h>

#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace astra::jobs {

/// An operation's declared parameters with what was entered for them: one row each, and nothing here knows any
/// operation.
class ParameterModel : public QAbstractListModel
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by the form")
    Q_PROPERTY(bool hasAdvanced READ hasAdvanced NOTIFY reset)

public:
    enum Role {
        NameRole = Qt::UserRole + 1,
        LabelRole, ///< what it is: its first sentence
        HelpRole, ///< what there is to say besides; often nothing
        KindRole, ///< "choice", "number", "integer", "text", "switch", "index", "expression", "bands", "areas", "date"
        ValueRole, ///< as entered: text, or a boolean
        ChoicesRole, ///< list of {value, text}
        UnitRole,
        HintRole, ///< what may be entered: "0 … 1", "red, nir"
        ErrorRole, ///< why what was entered cannot be used; empty: it can
        AdvancedRole,
        ShownRole, ///< it has a say with the others as they are
    };
    Q_ENUM(Role)

    explicit ParameterModel(QObject *parent = nullptr);

    void setEngine(std::shared_ptr<engine::Engine> engine);
    void setParameters(const std::vector<processing::Parameter> &parameters);
    /// What a recipe says, over the defaults.
    void take(const Json &values);
    Q_INVOKABLE void set(int row, const QVariant &value);
    /// For ParameterKind::Areas: read in the background; the row says what came of it.
    Q_INVOKABLE void setFile(int row, const QUrl &file);

    /// What goes into the recipe: all that are shown and say something.
    [[nodiscard]] Json values() const;
    /// The first thing that is missing or wrong, as a sentence; empty: nothing.
    [[nodiscard]] QString obstacle() const;
    [[nodiscard]] QString text(const QString &name) const; ///< as entered; empty for an unknown name
    [[nodiscard]] bool hasAdvanced() const;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QHash<int, QByteArray> roleNames() const override;

Q_SIGNALS:
    void edited(); ///< a value changed
    void reset(); ///< other parameters

private:
    struct Row {
        processing::Parameter parameter;
        QVariant value; ///< text, or a boolean for a switch
        QString error;
        Json areas; ///< ParameterKind::Areas: GeoJSON
    };
    void judge(Row &row) const;
    void told(int row);
    [[nodiscard]] bool shown(const Row &row) const;
    [[nodiscard]] QVariantList choices(const Row &row) const;
    [[nodiscard]] std::optional<Json> json(const Row &row) const;

    std::shared_ptr<engine::Engine> m_engine;
    std::vector<Row> m_rows;
    StopSource m_reading; ///< of the file of areas
};

} // namespace astra::jobs
