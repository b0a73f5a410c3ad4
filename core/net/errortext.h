// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QString>

namespace astra::net {

/// What the body of a refusal says to a person, in at most 300 characters and without secrets. Judged by its first
/// byte, not by its label: JSON of the usual shapes, XML, a web page, or plain text. Empty where it says nothing.
[[nodiscard]] QString errorText(const QByteArray &body);

} // namespace astra::net
