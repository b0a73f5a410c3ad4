// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QStringList>

namespace astra::engine {

/// Puts the indices and looks that configDir/indices.json keeps into use; what was in use before goes. Reads one small
/// file. @return what is wrong with the file, as sentences; what is shipped is in use whatever it holds
[[nodiscard]] QStringList takeKeptIndices(const QString &configDir);

} // namespace astra::engine
