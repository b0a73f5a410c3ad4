// SPDX-License-Identifier: Apache-2.0
#pragma once

// JSON from outside is hostile: every getter here checks the type and answers "absent" for anything else.

#include "core/base/result.h"

#include <QByteArray>
#include <QString>
#include <QStringList>

#include <nlohmann/json.hpp>

#include <optional>

namespace astra {

using Json = nlohmann::json;

/// Parses UTF-8 text. Never throws; nesting deeper than 128 levels is refused. An error quotes at most 300 characters.
[[nodiscard]] Result<Json> parseJson(const QByteArray &text, const QString &origin = {});
/// UTF-8; invalid code units are replaced, never thrown at. @param indent -1 for one line
[[nodiscard]] QByteArray toText(const Json &json, int indent = -1);
/// Reads and parses a file of at most `maxBytes`.
[[nodiscard]] Result<Json> readJsonFile(const QString &path, qint64 maxBytes = 64LL << 20);

/// The member, or a null value: safe on anything (absent, not an object).
[[nodiscard]] const Json &member(const Json &object, const char *key);
[[nodiscard]] std::optional<QString> asString(const Json &value);
/// A finite number; with `fromText`, also a string that is wholly one (`"72"`: seen in the wild).
[[nodiscard]] std::optional<double> asNumber(const Json &value, bool fromText = false);
[[nodiscard]] std::optional<qint64> asInteger(const Json &value);
[[nodiscard]] std::optional<bool> asBool(const Json &value);
/// The strings of an array; anything else in it is passed over.
[[nodiscard]] QStringList asStringList(const Json &value);
/// The array of these texts, also where there are none.
[[nodiscard]] Json toJson(const QStringList &list);

/// The array, or an empty one: safe to walk over, whatever the object holds.
[[nodiscard]] const Json &listAt(const Json &object, const char *key);
[[nodiscard]] inline QString stringAt(const Json &object, const char *key, const QString &fallback = {})
{
    return asString(member(object, key)).value_or(fallback);
}
[[nodiscard]] inline std::optional<double> numberAt(const Json &object, const char *key)
{
    return asNumber(member(object, key));
}

[[nodiscard]] inline std::string toStd(const QString &text) { return text.toStdString(); }

} // namespace astra
