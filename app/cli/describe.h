// SPDX-License-Identifier: Apache-2.0
#pragma once

// Values as people and documents have them.

#include "core/base/json.h"
#include "core/data/scene.h"

#include <QUrl>

namespace astra::cli {

/// RFC 3339 in UTC; null where there is no time.
[[nodiscard]] Json moment(const QDateTime &time);
[[nodiscard]] inline Json textOrNull(const QString &text) { return text.isEmpty() ? Json() : Json(toStd(text)); }
template<typename T> [[nodiscard]] Json orNull(const std::optional<T> &value) { return value ? Json(*value) : Json(); }
/// As it can be pasted: encoded, or the path of a local file.
[[nodiscard]] QString addressOf(const QUrl &url);

/// An acquisition as a STAC Feature with `astra:copies`, the copy in use first.
[[nodiscard]] Json featureOf(const data::Acquisition &acquisition);
[[nodiscard]] QString accessWords(data::Access access);
/// "public", "signed", "login", "paid": for documents.
[[nodiscard]] const char *accessCode(data::Access access);
/// "2020-07-05 10:27:51", or "no date".
[[nodiscard]] QString timeWords(const QDateTime &time);

} // namespace astra::cli
