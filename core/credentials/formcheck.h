// SPDX-License-Identifier: Apache-2.0
#pragma once

// The form of a JSON object that people write: which members it has, of which type. What is misspelt or of another type
// is a mistake someone wants to hear of, not a value that is absent.

#include "core/base/json.h"

#include <QUrl>

#include <initializer_list>
#include <optional>
#include <utility>

namespace astra::credentials {

/// One member of an object.
struct Member {
    enum class Form {
        Text,
        Words, ///< a text, or {"en": text, "de": text}
        Flag,
        Texts, ///< a list of texts
        Pointers, ///< a JSON pointer, or a list of them
        Object,
        List,
        Any,
    };
    const char *name;
    Form form = Form::Text;
    bool needed = false;
};

/// What is wrong with the form of `object`, as the end of a sentence; empty: nothing.
/// @param at where it stands: "signIn[0]."
[[nodiscard]] QString wrongForm(const Json &object, const QString &at, std::initializer_list<Member> members);
/// The same for one request as ServiceCall reads it.
/// @param placeholders that it may use, @param answers members that its answer may have
[[nodiscard]] QString wrongCall(const Json &call, const QString &at, const QStringList &placeholders,
                                const QStringList &answers);

/// Values by the names that a file gives them.
template<typename T> using Names = std::initializer_list<std::pair<QLatin1String, T>>;
template<typename T> [[nodiscard]] std::optional<T> named(const QString &name, Names<T> names)
{
    for (const auto &[known, value] : names) {
        if (name == known)
            return value;
    }
    return std::nullopt;
}

/// What the name of an HTTP header may be.
[[nodiscard]] bool isHeaderName(const QString &text);
/// 127.0.0.0/8, ::1 and localhost.
[[nodiscard]] bool isThisMachine(const QString &host);
/// https, or http to this computer; no user.
[[nodiscard]] Result<QUrl> secureAddress(const QString &text);

} // namespace astra::credentials
