// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/credentials/accountlife.h"

#include <set>

namespace astra::credentials {

/// accounts.json as several processes write it, the window and a command: one at a time, and an account that another
/// one has added stays. Of an account that both know, and of the notices, what was written last stands. For one thread.
class SharedAccounts
{
public:
    explicit SharedAccounts(QString path);
    [[nodiscard]] AccountFile::Content read();
    /// @param content all that this process knows of; what it knew before and leaves out now is removed
    [[nodiscard]] Result<void> write(const AccountFile::Content &content);

private:
    void know(const AccountFile::Content &content);

    const QString m_path;
    std::set<QString> m_known; ///< ids, as of the last time that this process read or wrote
};

} // namespace astra::credentials
