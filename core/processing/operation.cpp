// SPDX-License-Identifier: Apache-2.0
#include "core/processing/operation.h"

#include "core/data/areajson.h"
#include "core/processing/indexcatalogue.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>

namespace astra::processing {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::processing)
};

constexpr qsizetype longestText = 10'000; // characters, as many as an expression may have
constexpr qsizetype mostBands = 1'000;

tl::unexpected<Error> wrong(const QString &message) { return fail(ErrorCode::InvalidInput, message); }

/// "a, b" or ["a", "b"]: a command line has but texts.
std::optional<QStringList> listOf(const Json &given)
{
    QStringList list;
    if (const auto text = asString(given))
        list = text->split(u',');
    else if (given.is_array() && asStringList(given).size() == static_cast<qsizetype>(given.size()))
        list = asStringList(given);
    for (QString &entry : list)
        entry = entry.trimmed();
    if (list.isEmpty() || list.size() > mostBands || list.contains(QString()))
        return {};
    return list;
}

std::optional<bool> switchOf(const Json &given)
{
    if (const auto value = asBool(given))
        return value;
    const auto text = asString(given).value_or(QString()).toLower();
    if (text == u"true" || text == u"yes" || text == u"on" || text == u"1")
        return true;
    if (text == u"false" || text == u"no" || text == u"off" || text == u"0")
        return false;
    return {};
}

QDateTime dateOf(const Json &given)
{
    QDateTime date = QDateTime::fromString(asString(given).value_or(QString()), Qt::ISODateWithMs);
    if (date.timeSpec() == Qt::LocalTime)
        date.setTimeSpec(Qt::UTC);
    return date.toUTC();
}

} // namespace

Parameter &Parameters::add(Parameter parameter, Set set, Get get)
{
    parameter.fallback = get();
    return m_bound.emplace_back(Bound {std::move(parameter), std::move(set), std::move(get)}).parameter;
}

Parameter &Parameters::choice(const QString &name, const QString &text, QString &value, const QStringList &choices)
{
    Parameter parameter {name, text, {}, {}, {}, {}, choices};
    const auto set = [name, choices, &value](const Json &given) -> Result<void> {
        const auto wish = asString(given);
        for (const auto &choice : choices) {
            if (wish && choice.compare(*wish, Qt::CaseInsensitive) == 0) {
                value = choice;
                return {};
            }
        }
        return wrong(Text::tr("“%1” has to be one of: %2.").arg(name, choices.join(QStringLiteral(", "))));
    };
    return add(std::move(parameter), set, [&value] { return Json(toStd(value)); });
}

Parameter &Parameters::number(const QString &name, const QString &text, double &value, double minimum, double maximum,
                              const QString &unit)
{
    Parameter parameter {name, text, {}, minimum, maximum, unit, {}, ParameterKind::Number};
    const auto set = [name, minimum, maximum, &value](const Json &given) -> Result<void> {
        // Text too: a command line has nothing else.
        const auto wish = asNumber(given, true);
        if (!wish || !(*wish >= minimum && *wish <= maximum))
            return wrong(Text::tr("“%1” has to be a number from %2 to %3.").arg(name).arg(minimum).arg(maximum));
        value = *wish;
        return {};
    };
    return add(std::move(parameter), set, [&value] { return Json(value); });
}

Parameter &Parameters::integer(const QString &name, const QString &text, int &value, int minimum, int maximum,
                               const QString &unit)
{
    Parameter parameter {name, text, {}, minimum, maximum, unit, {}, ParameterKind::Integer};
    const auto set = [name, minimum, maximum, &value](const Json &given) -> Result<void> {
        const auto wish = asNumber(given, true);
        if (!wish || !(*wish >= minimum && *wish <= maximum) || std::floor(*wish) != *wish)
            return wrong(Text::tr("“%1” has to be a whole number from %2 to %3.").arg(name).arg(minimum).arg(maximum));
        value = static_cast<int>(*wish);
        return {};
    };
    return add(std::move(parameter), set, [&value] { return Json(value); });
}

Parameter &Parameters::text(const QString &name, const QString &text, QString &value)
{
    const auto set = [name, &value](const Json &given) -> Result<void> {
        const auto wish = asString(given);
        if (!wish || wish->size() > longestText)
            return wrong(Text::tr("“%1” has to be a text of at most %2 characters.").arg(name).arg(longestText));
        value = *wish;
        return {};
    };
    return add({name, text, {}, {}, {}, {}, {}, ParameterKind::Text}, set, [&value] { return Json(toStd(value)); });
}

Parameter &Parameters::toggle(const QString &name, const QString &text, bool &value)
{
    const auto set = [name, &value](const Json &given) -> Result<void> {
        const auto wish = switchOf(given);
        if (!wish)
            return wrong(Text::tr("“%1” has to be true or false.").arg(name));
        value = *wish;
        return {};
    };
    return add({name, text, {}, {}, {}, {}, {}, ParameterKind::Switch}, set, [&value] { return Json(value); });
}

Parameter &Parameters::index(const QString &name, const QString &text, QString &value)
{
    const auto set = [name, &value](const Json &given) -> Result<void> {
        const auto wish = asString(given);
        const auto catalogue = indexCatalogue();
        const auto *found = wish ? catalogue->find(*wish) : nullptr;
        if (!found)
            return fail(catalogue->notFound(wish.value_or(name)));
        value = found->name;
        return {};
    };
    return add({name, text, {}, {}, {}, {}, {}, ParameterKind::Index}, set, [&value] { return Json(toStd(value)); });
}

Parameter &Parameters::expression(const QString &name, const QString &text, QString &value)
{
    const auto set = [name, &value](const Json &given) -> Result<void> {
        const auto wish = asString(given);
        if (!wish)
            return wrong(Text::tr("“%1” has to be a formula.").arg(name));
        if (const auto parsed = Expression::parse(*wish); !parsed)
            return fail(parsed.error().toError(*wish));
        value = *wish;
        return {};
    };
    return add({name, text, {}, {}, {}, {}, {}, ParameterKind::Expression}, set,
               [&value] { return Json(toStd(value)); });
}

Parameter &Parameters::bands(const QString &name, const QString &text, QStringList &value)
{
    const auto set = [name, &value](const Json &given) -> Result<void> {
        auto wish = listOf(given);
        if (!wish)
            return wrong(Text::tr("“%1” has to be a list of band names.").arg(name));
        value = std::move(*wish);
        return {};
    };
    return add({name, text, {}, {}, {}, {}, {}, ParameterKind::Bands}, set, [&value] { return toJson(value); });
}

Parameter &Parameters::areas(const QString &name, const QString &text, std::vector<data::NamedArea> &value)
{
    const auto set = [&value](const Json &given) -> Result<void> {
        auto wish = data::areasFromJson(given);
        if (!wish)
            return fail(std::move(wish.error()));
        value = std::move(*wish);
        return {};
    };
    return add({name, text, {}, {}, {}, {}, {}, ParameterKind::Areas}, set,
               [&value] { return value.empty() ? Json() : data::toJson(value); });
}

Parameter &Parameters::date(const QString &name, const QString &text, QDateTime &value)
{
    const auto set = [name, &value](const Json &given) -> Result<void> {
        const QDateTime wish = dateOf(given);
        if (!wish.isValid())
            return wrong(Text::tr("“%1” has to be a date such as 2024-06-30 or 2024-06-30T11:00:00Z.").arg(name));
        value = wish;
        return {};
    };
    return add({name, text, {}, {}, {}, {}, {}, ParameterKind::Date}, set,
               [&value] { return value.isValid() ? Json(toStd(value.toString(Qt::ISODate))) : Json(); });
}

std::vector<Parameter> Parameters::declared() const
{
    std::vector<Parameter> list;
    list.reserve(m_bound.size());
    for (const auto &bound : m_bound) {
        list.push_back(bound.parameter);
        if (bound.parameter.required)
            list.back().fallback = {};
    }
    return list;
}

const Parameters::Bound *Parameters::find(const QString &name) const
{
    const auto found = std::find_if(m_bound.begin(), m_bound.end(),
                                    [&](const Bound &bound) { return bound.parameter.name == name; });
    return found == m_bound.end() ? nullptr : &*found;
}

bool Parameters::applies(const Parameter &parameter) const
{
    if (parameter.when.isEmpty())
        return true;
    const Bound *other = find(parameter.when.section(u'=', 0, 0));
    const QString wanted = parameter.when.section(u'=', 1);
    if (!other)
        return false;
    const Json value = other->get();
    return asString(value).value_or(QString::fromUtf8(toText(value))).compare(wanted, Qt::CaseInsensitive) == 0;
}

Result<void> Parameters::assign(const Json &given)
{
    if (!given.is_null() && !given.is_object())
        return wrong(Text::tr("An operation's parameters have to be names with values."));
    for (const auto &[key, value] : given.items()) {
        const QString name = QString::fromStdString(key);
        const Bound *found = find(name);
        if (!found) {
            QStringList known;
            for (const auto &bound : m_bound)
                known.append(bound.parameter.name);
            return wrong(
                Text::tr("There is no parameter “%1”; there are: %2.").arg(name, known.join(QStringLiteral(", "))));
        }
        if (auto ok = found->set(value); !ok)
            return ok;
    }
    // Whether a parameter applies is known once all have their values.
    for (const auto &bound : m_bound) {
        const Parameter &parameter = bound.parameter;
        const bool isGiven = given.contains(toStd(parameter.name));
        if (isGiven && !applies(parameter))
            return wrong(Text::tr("“%1” is only for %2.").arg(parameter.name, parameter.when));
        if (!isGiven && parameter.required && applies(parameter))
            return wrong(Text::tr("“%1” is missing: %2.").arg(parameter.name, parameter.text));
    }
    return {};
}

Json Table::toJson() const
{
    Json list = Json::array();
    for (const auto &row : rows)
        list.push_back(Json(row));
    return {{"name", toStd(name)}, {"columns", astra::toJson(columns)}, {"rows", std::move(list)}};
}

Result<QStringList> Operation::prepare(const Preparation &preparation)
{
    Q_UNUSED(preparation)
    return QStringList();
}

bool Operation::wants(const data::Grid &window) const
{
    Q_UNUSED(window)
    return true;
}

Summary Operation::sumUp(const std::vector<QByteArray> &tallies) const
{
    Q_UNUSED(tallies)
    return {};
}

Json Operation::toGeoJson(const Summary &summary) const
{
    Q_UNUSED(summary)
    return nullptr;
}

} // namespace astra::processing
