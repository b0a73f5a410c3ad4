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
    know(content.records);
    return content;
}

QStringList SharedAccounts::ids() const
{
    QStringList all;
    for (const AccountRecord &record : AccountFile::read(m_path).records)
        all << record.id;
    return all;
}

Result<std::vector<AccountRecord>> SharedAccounts::write(const AccountFile::Content &content)
{
    QDir().mkpath(QFileInfo(m_path).absolutePath()); // the lock lies there, too
    QLockFile lock(m_path + QStringLiteral(".lock"));
    (void)lock.tryLock(lockMilliseconds);
    const bool there = QFileInfo::exists(m_path);
    const auto file = AccountFile::read(m_path);
    const bool whole = there && file.warning.isEmpty();
    const auto isIn = [](const std::vector<AccountRecord> &records, const QString &id) {
        return std::ranges::find(records, id, &AccountRecord::id) != records.end();
    };
    AccountFile::Content all;
    all.notices = content.notices;
    std::vector<AccountRecord> removed;
    for (const AccountRecord &own : content.records) {
        const auto known = m_known.find(own.id);
        const bool unchanged = known != m_known.end() && known->second == own.created;
        const bool gone = whole && unchanged && !isIn(file.records, own.id);
        (gone ? removed : all.records).push_back(own);
    }
    const std::vector<AccountRecord> ours = all.records;
    for (const AccountRecord &theirs : file.records) {
        if (!m_known.contains(theirs.id) && !isIn(content.records, theirs.id))
            all.records.push_back(theirs);
    }
    if (auto written = AccountFile::write(m_path, all); !written)
        return fail(written.error());
    know(ours);
    return removed;
}

void SharedAccounts::know(const std::vector<AccountRecord> &records)
{
    m_known.clear();
    for (const AccountRecord &record : records)
        m_known.emplace(record.id, record.created);
}

} // namespace astra::credentials
