// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QMetaType>
#include <QString>

#include <tl/expected.hpp>

#include <utility>

namespace astra {

/// What kind of thing went wrong. The window translates the code; the message says to what and why.
enum class ErrorCode {
    Network, ///< could not reach the other side, or it broke off
    Timeout, ///< it did not answer in the time it had
    Unauthorized, ///< a key or login is missing, wrong or not enough
    NotFound, ///< it is not there
    RateLimited, ///< it asked us to slow down
    InvalidInput, ///< what was given (by a person, a file or a service) is not usable
    Unsupported, ///< well-formed, but not something we can do
    Storage, ///< a file could not be read or written
    Cancelled, ///< it was stopped on purpose
    Internal, ///< our own mistake
};

/// One failure: a code for programs, a whole sentence for people, and who said it (a provider id, a file name).
/// No message ever holds a secret or a signed URL.
struct Error {
    ErrorCode code = ErrorCode::Internal;
    QString message;
    QString origin;
    bool retryable = false;

    friend bool operator==(const Error &, const Error &) = default;
};

template<typename T> using Result = tl::expected<T, Error>;

/// `return fail(ErrorCode::NotFound, tr("…"));`
[[nodiscard]] inline tl::unexpected<Error> fail(ErrorCode code, QString message, QString origin = {},
                                                bool retryable = false)
{
    return tl::unexpected<Error>(Error {code, std::move(message), std::move(origin), retryable});
}
[[nodiscard]] inline tl::unexpected<Error> fail(Error error) { return tl::unexpected<Error>(std::move(error)); }
[[nodiscard]] inline tl::unexpected<Error> cancelled()
{
    return fail(ErrorCode::Cancelled, QStringLiteral("Stopped."));
}

/// The code's name as it stands in logs and JSON: "network", "invalid-input", …
[[nodiscard]] QString errorCodeName(ErrorCode code);

} // namespace astra

Q_DECLARE_METATYPE(astra::Error)
