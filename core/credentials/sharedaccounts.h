// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/credentials/accountlife.h"

#include <map>

namespace astra::credentials {

/// accounts.json as several processes write it, the window and a command: one at a time, and an account that another
/// one has added stays, one that it has removed is gone. Of an account that both know, and of the notices, what was
/// written last stands. For one thread.
class SharedAccounts
{
public:
    explicit SharedAccounts(QString path);
    [[nodiscard]] AccountFile::Content read();
    /// Of all that the file holds now, also of what this process does not know.
    [[nodiscard]] QStringList ids() const;
    /// @param content all that this process knows of; what it knew before and leaves out now is removed
    /// @return what of it another process has removed: it is left out, unless it was signed in anew here
    [[nodiscard]] Result<std::vector<AccountRecord>> write(const AccountFile::Content &content);

private:
    void know(const std::vector<AccountRecord> &records);

    const QString m_path;
    std::map<QString, QDateTime> m_known; ///< ids and when created, as of the last time that this process read or wrote
};

} // namespace astra::credentials
