// SPDX-License-Identifier: Apache-2.0
#include "ui/jobs/parametermodel.h"

#include "core/data/areajson.h"

#include <QDate>
#include <QFileInfo>
#include <QLocale>

#include <algorithm>

namespace astra::jobs {

using processing::Parameter;
using processing::ParameterKind;

namespace {

QString kindName(ParameterKind kind)
{
    switch (kind) {
    case ParameterKind::Choice:
        return QStringLiteral("choice");
    case ParameterKind::Number:
        return QStringLiteral("number");
    case ParameterKind::Integer:
        return QStringLiteral("integer");
    case ParameterKind::Switch:
        return QStringLiteral("switch");
    case ParameterKind::Index:
        return QStringLiteral("index");
    case ParameterKind::Expression:
        return QStringLiteral("expression");
    case ParameterKind::Bands:
        return QStringLiteral("bands");
    case ParameterKind::Areas:
        return QStringLiteral("areas");
    case ParameterKind::Date:
        return QStringLiteral("date");
    case ParameterKind::Text:
        break;
    }
    return QStringLiteral("text");
}

bool isNumber(ParameterKind kind) { return kind == ParameterKind::Number || kind == ParameterKind::Integer; }

/// As people of this language write it, or with a point.
std::optional<double> numberFrom(const QString &text)
{
    bool ok = false;
    // "0.125" is no 125 where a point parts thousands.
    QLocale strict;
    strict.setNumberOptions(QLocale::RejectGroupSeparator);
    const double here = strict.toDouble(text, &ok);
    if (ok)
        return here;
    const double plain = QLocale::c().toDouble(text, &ok);
    return ok ? std::optional(plain) : std::nullopt;
}

QString textFrom(double value) { return QLocale().toString(value, 'g', 10).remove(QLocale().groupSeparator()); }

QStringList listFrom(const QString &text)
{
    QStringList list;
    for (const auto &part : text.split(u',', Qt::SkipEmptyParts)) {
        if (const QString name = part.trimmed(); !name.isEmpty())
            list.append(name);
    }
    return list;
}

/// Without its full stop where more follows.
QString firstSentence(const QString &text) { return text.left(text.indexOf(QStringLiteral(". "))); }

/// A default or a recipe's value as it is entered.
QVariant entered(const Parameter &parameter, const Json &value)
{
    if (parameter.kind == ParameterKind::Switch)
        return asBool(value).value_or(false);
    if (isNumber(parameter.kind)) {
        const auto number = asNumber(value, true);
        return number ? textFrom(*number) : QString();
    }
    if (parameter.kind == ParameterKind::Bands)
        return asStringList(value).join(QStringLiteral(", "));
    return asString(value).value_or(QString());
}

} // namespace

ParameterModel::ParameterModel(QObject *parent)
    : QAbstractListModel(parent)
{
}

void ParameterModel::setEngine(std::shared_ptr<engine::Engine> engine)
{
    m_reading.request_stop();
    m_engine = std::move(engine);
}

void ParameterModel::setParameters(const std::vector<Parameter> &parameters)
{
    m_reading.request_stop();
    beginResetModel();
    m_rows.clear();
    m_rows.reserve(parameters.size());
    for (const auto &parameter : parameters) {
        Row row {parameter, entered(parameter, parameter.fallback), {}, {}};
        judge(row);
        m_rows.push_back(std::move(row));
    }
    endResetModel();
    Q_EMIT reset();
}

void ParameterModel::take(const Json &values)
{
    m_reading.request_stop();
    beginResetModel();
    for (auto &row : m_rows) {
        // A recipe leaves out what is at its default.
        const Json &given = member(values, row.parameter.name.toUtf8().constData());
        const Json &value = given.is_null() ? row.parameter.fallback : given;
        row.areas = Json();
        if (row.parameter.kind == ParameterKind::Areas) {
            row.areas = value;
            row.value = value.is_null() ? QString() : tr("the areas of the recipe");
        } else {
            row.value = entered(row.parameter, value);
        }
        judge(row);
    }
    endResetModel();
    Q_EMIT reset();
}

void ParameterModel::set(int row, const QVariant &value)
{
    if (row < 0 || row >= rowCount() || m_rows[static_cast<std::size_t>(row)].value == value)
        return;
    auto &changed = m_rows[static_cast<std::size_t>(row)];
    changed.value = value;
    judge(changed);
    told(row);
}

void ParameterModel::setFile(int row, const QUrl &file)
{
    if (!m_engine || row < 0 || row >= rowCount() || !file.isLocalFile())
        return;
    const QString path = file.toLocalFile();
    auto &changed = m_rows[static_cast<std::size_t>(row)];
    changed.areas = Json();
    changed.value = tr("Reading %1…").arg(QFileInfo(path).fileName());
    changed.error.clear();
    told(row);
    m_reading.request_stop();
    m_reading = StopSource();
    const StopToken mine = m_reading.get_token();
    deliver(
        m_engine->areasOf(path, mine), this,
        [this, row, path, mine](const Result<std::vector<data::NamedArea>> &areas) {
            if (mine.stop_requested() || row >= rowCount())
                return;
            auto &read = m_rows[static_cast<std::size_t>(row)];
            if (areas) {
                read.areas = data::toJson(*areas);
                read.value
                    = tr("%1 · %n area(s)", nullptr, static_cast<int>(areas->size())).arg(QFileInfo(path).fileName());
            } else {
                read.value = QString();
                read.error = areas.error().message;
            }
            told(row);
        });
}

void ParameterModel::told(int row)
{
    Q_EMIT dataChanged(index(row), index(row));
    // Whether others have a say may hang on it.
    Q_EMIT dataChanged(index(0), index(rowCount() - 1), {ShownRole});
    Q_EMIT edited();
}

void ParameterModel::judge(Row &row) const
{
    const auto &parameter = row.parameter;
    const QString text = row.value.toString().trimmed();
    row.error.clear();
    if (text.isEmpty())
        return;
    if (isNumber(parameter.kind)) {
        const auto number = numberFrom(text);
        const bool whole = parameter.kind == ParameterKind::Number || (number && *number == static_cast<int>(*number));
        if (!number || !whole || *number < parameter.minimum.value_or(*number)
            || *number > parameter.maximum.value_or(*number)) {
            row.error = parameter.minimum && parameter.maximum
                ? tr("A number from %1 to %2.").arg(textFrom(*parameter.minimum), textFrom(*parameter.maximum))
                : tr("A number.");
        }
    } else if (parameter.kind == ParameterKind::Expression) {
        if (const auto parsed = processing::Expression::parse(text); !parsed)
            row.error = parsed.error().toError(text).message;
    } else if (parameter.kind == ParameterKind::Date) {
        if (!QDate::fromString(text.left(10), Qt::ISODate).isValid())
            row.error = tr("A date as 2025-06-30.");
    }
}

bool ParameterModel::shown(const Row &row) const
{
    const QString &when = row.parameter.when;
    if (when.isEmpty())
        return true;
    const auto at = when.indexOf(u'=');
    return text(when.left(at)).compare(when.mid(at + 1), Qt::CaseInsensitive) == 0;
}

QString ParameterModel::text(const QString &name) const
{
    const auto found = std::find_if(m_rows.begin(), m_rows.end(),
                                    [&](const Row &row) { return row.parameter.name == name; });
    return found == m_rows.end() ? QString() : found->value.toString();
}

bool ParameterModel::hasAdvanced() const
{
    return std::any_of(m_rows.begin(), m_rows.end(), [](const Row &row) { return row.parameter.advanced; });
}

std::optional<Json> ParameterModel::json(const Row &row) const
{
    const QString text = row.value.toString().trimmed();
    switch (row.parameter.kind) {
    case ParameterKind::Switch:
        return Json(row.value.toBool());
    case ParameterKind::Areas:
        return row.areas.is_null() ? std::nullopt : std::optional(row.areas);
    case ParameterKind::Bands:
        return text.isEmpty() ? std::nullopt : std::optional(astra::toJson(listFrom(text)));
    case ParameterKind::Number:
        if (const auto number = numberFrom(text))
            return Json(*number);
        return std::nullopt;
    case ParameterKind::Integer:
        if (const auto number = numberFrom(text))
            return Json(static_cast<qint64>(*number));
        return std::nullopt;
    default:
        return text.isEmpty() ? std::nullopt : std::optional(Json(toStd(text)));
    }
}

Json ParameterModel::values() const
{
    Json values = Json::object();
    for (const auto &row : m_rows) {
        const auto value = shown(row) ? json(row) : std::nullopt;
        // A recipe says which index it computes, and otherwise only what is not at its default.
        if (value && (*value != row.parameter.fallback || row.parameter.kind == ParameterKind::Index))
            values[toStd(row.parameter.name)] = *value;
    }
    return values;
}

QString ParameterModel::obstacle() const
{
    for (const auto &row : m_rows) {
        if (!shown(row))
            continue;
        if (!row.error.isEmpty())
            return tr("%1: %2").arg(firstSentence(row.parameter.text), row.error);
        if (row.parameter.required && !json(row))
            return tr("%1: still to be chosen.").arg(firstSentence(row.parameter.text));
    }
    return {};
}

QVariantList ParameterModel::choices(const Row &row) const
{
    QVariantList list;
    const auto add = [&list](const QString &value, const QString &text) {
        list.append(QVariantMap {{QStringLiteral("value"), value}, {QStringLiteral("text"), text}});
    };
    if (row.parameter.kind == ParameterKind::Index) {
        for (const auto &index : engine::Engine::indices()->all())
            add(index.name, index.title.isEmpty() ? index.name : tr("%1 · %2").arg(index.name, index.title));
    } else {
        for (const auto &choice : row.parameter.choices)
            add(choice, choice);
    }
    return list;
}

int ParameterModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

QVariant ParameterModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const Row &row = m_rows[static_cast<std::size_t>(index.row())];
    const Parameter &parameter = row.parameter;
    switch (role) {
    case NameRole:
        return parameter.name;
    case Qt::DisplayRole:
    case LabelRole:
        return firstSentence(parameter.text);
    case HelpRole:
        return parameter.text.mid(firstSentence(parameter.text).size()).mid(1).trimmed();
    case KindRole:
        return kindName(parameter.kind);
    case ValueRole:
        return row.value;
    case ChoicesRole:
        return choices(row);
    case UnitRole:
        return parameter.unit;
    case HintRole:
        if (parameter.kind == ParameterKind::Bands)
            return tr("red, nir");
        if (parameter.kind == ParameterKind::Date)
            return tr("2025-06-30");
        if (parameter.minimum && parameter.maximum)
            return tr("%1 … %2").arg(textFrom(*parameter.minimum), textFrom(*parameter.maximum));
        return QString();
    case ErrorRole:
        return row.error;
    case AdvancedRole:
        return parameter.advanced;
    case ShownRole:
        return shown(row);
    default:
        return {};
    }
}

QHash<int, QByteArray> ParameterModel::roleNames() const
{
    return {{NameRole, "name"},   {LabelRole, "label"},       {HelpRole, "help"},  {KindRole, "kind"},
            {ValueRole, "value"}, {ChoicesRole, "choices"},   {UnitRole, "unit"},  {HintRole, "hint"},
            {ErrorRole, "error"}, {AdvancedRole, "advanced"}, {ShownRole, "shown"}};
}

} // namespace astra::jobs
