// SPDX-License-Identifier: Apache-2.0
#include "core/base/json.h"

#include <QCoreApplication>
#include <QFile>

#include <cmath>
#include <limits>

namespace astra {

namespace {

constexpr int maxDepth = 128;

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::Json)
};

bool tooDeep(const QByteArray &text)
{
    int depth = 0;
    bool inString = false;
    for (qsizetype i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (inString) {
            if (c == '\\')
                ++i;
            else if (c == '"')
                inString = false;
        } else if (c == '"') {
            inString = true;
        } else if (c == '{' || c == '[') {
            if (++depth > maxDepth)
                return true;
        } else if (c == '}' || c == ']') {
            --depth;
        }
    }
    return false;
}

} // namespace

Result<Json> parseJson(const QByteArray &text, const QString &origin)
{
    if (tooDeep(text))
        return fail(ErrorCode::InvalidInput, Text::tr("The answer is nested too deeply to be read."), origin);
    Json json = Json::parse(text.begin(), text.end(), nullptr, false);
    if (!json.is_discarded())
        return json;
    const QString start = QString::fromUtf8(text.left(300)).simplified();
    if (start.isEmpty())
        return fail(ErrorCode::InvalidInput, Text::tr("The answer is empty where JSON was expected."), origin);
    if (start.startsWith(u'<'))
        return fail(ErrorCode::InvalidInput, Text::tr("A web page came where JSON was expected: %1").arg(start),
                    origin);
    if (start.startsWith(u'{') || start.startsWith(u'['))
        return fail(ErrorCode::InvalidInput, Text::tr("The JSON is damaged or broke off."), origin);
    return fail(ErrorCode::InvalidInput, Text::tr("Text came where JSON was expected: %1").arg(start), origin);
}

QByteArray toText(const Json &json, int indent)
{
    const std::string text = json.dump(indent, ' ', false, Json::error_handler_t::replace);
    return QByteArray(text.data(), static_cast<qsizetype>(text.size()));
}

Result<Json> readJsonFile(const QString &path, qint64 maxBytes)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        return fail(file.exists() ? ErrorCode::Storage : ErrorCode::NotFound,
                    Text::tr("%1 cannot be read: %2").arg(path, file.errorString()), path);
    }
    if (file.size() > maxBytes)
        return fail(ErrorCode::InvalidInput, Text::tr("%1 is too large to be read as JSON.").arg(path), path);
    return parseJson(file.readAll(), path);
}

const Json &member(const Json &object, const char *key)
{
    static const Json none;
    if (!object.is_object())
        return none;
    const auto found = object.find(key);
    return found == object.end() ? none : *found;
}

std::optional<QString> asString(const Json &value)
{
    if (!value.is_string())
        return std::nullopt;
    return QString::fromStdString(value.get_ref<const std::string &>());
}

std::optional<double> asNumber(const Json &value, bool fromText)
{
    if (value.is_number()) {
        const double number = value.get<double>();
        return std::isfinite(number) ? std::optional(number) : std::nullopt;
    }
    if (fromText && value.is_string()) {
        bool ok = false;
        const double number = asString(value)->toDouble(&ok);
        if (ok && std::isfinite(number))
            return number;
    }
    return std::nullopt;
}

std::optional<qint64> asInteger(const Json &value)
{
    if (value.is_number_unsigned() && value.get<quint64>() > static_cast<quint64>(std::numeric_limits<qint64>::max()))
        return std::nullopt;
    if (value.is_number_integer())
        return value.get<qint64>();
    const auto number = asNumber(value);
    if (number && std::abs(*number) < 9e15 && std::floor(*number) == *number)
        return static_cast<qint64>(*number);
    return std::nullopt;
}

std::optional<bool> asBool(const Json &value)
{
    return value.is_boolean() ? std::optional(value.get<bool>()) : std::nullopt;
}

QStringList asStringList(const Json &value)
{
    QStringList list;
    if (value.is_array()) {
        for (const auto &entry : value) {
            if (const auto text = asString(entry))
                list.append(*text);
        }
    }
    return list;
}

Json toJson(const QStringList &list)
{
    Json array = Json::array();
    for (const auto &text : list)
        array.push_back(toStd(text));
    return array;
}

const Json &listAt(const Json &object, const char *key)
{
    static const Json none = Json::array();
    const Json &list = member(object, key);
    return list.is_array() ? list : none;
}

} // namespace astra
