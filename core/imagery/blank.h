// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

namespace astra::imagery {

/// Why nothing is to be seen in a picture. Of several pictures the reason of all is the last in this order.
enum class Blank {
    None, ///< something is to be seen
    NoData, ///< no pixel has data
    Masked, ///< every pixel that has data is masked
    NoValue, ///< what is computed has no value anywhere
};

/// A sentence, with what can be done about it; empty for None. @param index what is drawn, empty for a composite
[[nodiscard]] QString blankSentence(Blank blank, const QString &index);

} // namespace astra::imagery
