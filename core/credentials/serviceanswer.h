// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a service's answers tell, by the pointers of its definition. All of it is a stranger's word: checked for type,
// size and range, and absent where it is anything else.

#include "core/base/json.h"
#include "core/data/account.h"
#include "core/net/httpclient.h"

#include <vector>

namespace astra::credentials {

/// The member that `answer` points to in `json`: the first of its pointers that is there; null where none is.
[[nodiscard]] const Json &pointed(const Json &json, const Json &pointers);

/// A text, number or flag in words, at most 400 characters; empty for anything else.
[[nodiscard]] QString textOf(const Json &value);
/// The list in an answer: bare or in one of its members. @param items pointers; none: the answer itself
[[nodiscard]] Result<std::vector<Json>> listOf(const Json &json, const QStringList &items, const QString &title);
[[nodiscard]] data::ServiceKey keyOf(const Json &json, const Json &answer);
/// @param stops the definition's sentence with {provider}
[[nodiscard]] data::ProviderKey providerKeyOf(const Json &json, const Json &answer, const QString &stops);
/// Adds what one answer tells; what is known already stays.
void addUsage(data::Usage &usage, const Json &json, const Json &answer);

/// Whose account it is, what its calls need, and what it may ask.
struct AccountFacts {
    QString who; ///< empty: not told
    QMap<QString, QString> values; ///< "org"
    data::Allowance allowance;
};
/// What the test of a credential tells of its account, in the body of its answer.
[[nodiscard]] AccountFacts factsOf(const Json &json, const Json &answer);

/// What the headers of an answer tell of rate and credits, by the names of the kind (and the usual ones).
[[nodiscard]] data::Allowance allowanceOf(const net::HttpResponse &response, const Json &names);
/// The credits that one request cost: as its answer tells, where the kind names a header for it, else by how many fewer
/// are left than before; 0: nothing, or nobody tells.
[[nodiscard]] double creditsSpent(const net::HttpResponse &response, const Json &names,
                                  const std::optional<double> &leftBefore);

} // namespace astra::credentials
