// SPDX-License-Identifier: Apache-2.0
#pragma once

// The rules of docs/architecture.md that a machine can check, as a function from files to violations.

#include <QString>
#include <QStringList>

#include <vector>

namespace astra::architecture {

/// A file of the tree: path from the root, and its text.
struct File {
    QString path;
    QString text;
};

struct Violation {
    QString rule; ///< the rule's id
    QString path;
    int line = 0; ///< 1-based
    QString reason;
};

/// Every rule's id: each has a sample in the test that breaks it.
[[nodiscard]] QStringList ruleIds();
/// @param layers core's rooms in order, as core/LAYERS lists them
[[nodiscard]] std::vector<Violation> check(const File &file, const QStringList &layers);

/// C++ or QML without its comments; strings and line numbers stay.
[[nodiscard]] QString withoutComments(const QString &text);

} // namespace astra::architecture
