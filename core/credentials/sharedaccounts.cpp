// SPDX-License-Identifier: Apache-2.0
#include "core/credentials/sharedaccounts.h"

#include <QDir>
#include <QFileInfo>
#include <QLockFile>

#include <algorithm>

namespace astra::credentials {

namespace {

/// Writing takes milliseconds. Whoever holds the lock for longer is hung, and what we know is not lost to that.
constexpr int lockMilliseconds = 2000;

} // namespace

SharedAccounts::SharedAccounts(QString path)
    : m_path(std::move(path))
{
}

AccountFile::Content SharedAccounts::read()
{
    auto content = AccountFile::read(m_path);
    know(content);
    return content;
}

Result<void> SharedAccounts::write(const AccountFile::Content &content)
{
    QDir().mkpath(QFileInfo(m_path).absolutePath()); // the lock lies there, too
    QLockFile lock(m_path + QStringLiteral(".lock"));
    (void)lock.tryLock(lockMilliseconds);
    AccountFile::Content all = content;
    for (const AccountRecord &theirs : AccountFile::read(m_path).records) {
        const bool ours = m_known.contains(theirs.id)
            || std::ranges::any_of(content.records, [&theirs](const auto &own) { return own.id == theirs.id; });
        if (!ours)
            all.records.push_back(theirs);
    }
    auto written = AccountFile::write(m_path, all);
    if (written)
        know(content);
    return written;
}

void SharedAccounts::know(const AccountFile::Content &content)
{
    m_known.clear();
    for (const AccountRecord &record : content.records)
        m_known.insert(record.id);
}

} // namespace astra::credentials
