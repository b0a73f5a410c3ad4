// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/async.h"
#include "core/base/secret.h"
#include "core/data/provider.h"

#include <QHash>
#include <QObject>

#include <chrono>

namespace astra::credentials {

/// Keys in the system's keychain (Secret Service); where there is none or it is locked, in memory until the program
/// ends. Lives in the thread that made it, which needs an event loop; nothing here blocks, and no question to
/// the keychain waits longer than `limit`. Never asks the person to unlock: a locked keychain is reported, not prompted
/// for.
class CredentialStore : public QObject
{
    Q_OBJECT
public:
    enum class State {
        Open,
        Locked, ///< there, but its keyring is closed: reading one looks like "no such key"
        Absent, ///< no keychain answers, or it has no keyring to keep keys in
    };
    enum class Kind { Keychain, MemoryOnly };
    using Place = data::Account::Place;
    struct Kept {
        Secret secret; ///< empty: none
        Place place = Place::None;
    };

    explicit CredentialStore(Kind kind = Kind::Keychain, std::chrono::milliseconds limit = std::chrono::seconds(8));
    ~CredentialStore() override;

    /// As it is now; asked anew each time.
    [[nodiscard]] Future<State> state();
    /// A locked or absent keychain holds no key that we can read: that is not an error.
    [[nodiscard]] Future<Kept> read(const QString &name);
    /// Keychain where it is open, else memory. @return where the key is now
    [[nodiscard]] Future<Place> write(const QString &name, const Secret &secret);
    /// From memory and from the keychain. A name that is not there is no error.
    [[nodiscard]] Future<void> remove(const QString &name);

private:
    template<typename T, typename Job, typename Done> Future<T> run(Job *job, Done done);

    Kind m_kind;
    std::chrono::milliseconds m_limit;
    QHash<QString, Secret> m_memory;
};

} // namespace astra::credentials
