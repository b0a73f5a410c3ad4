// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/cli/context.h"

namespace astra::cli {

/// "keychain", "memory", "environment", "none": for documents.
[[nodiscard]] const char *placeCode(data::Account::Place place);

/// Accounts as lines and as documents.
class AccountWords
{
public:
    explicit AccountWords(const engine::Engine &engine);
    /// What `connections list` says of one, cell by cell.
    [[nodiscard]] QStringList row(const data::Account &account) const;
    [[nodiscard]] Json entry(const data::Account &account) const;

private:
    [[nodiscard]] QString placeOf(const data::Account &account) const;
    QStringList m_open; ///< the services that are open or sign for free, and need nothing from the environment
};

/// By its id, or the one in use at the service of that id. The error is a wrong use.
[[nodiscard]] Result<data::Account> accountNamed(const engine::Engine &engine, const QString &id);
/// One account, as its line or as a document.
void printAccount(const Context &context, bool json, const engine::Engine &engine, const data::Account &account);
/// What keeps keys from the keychain, and what to do; empty: nothing does.
[[nodiscard]] QString keychainLine(const data::Keychain &keychain);

} // namespace astra::cli
