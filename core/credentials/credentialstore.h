// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/async.h"
#include "core/base/secret.h"
#include "core/data/account.h"

#include <QHash>
#include <QObject>

#include <chrono>
#include <optional>

class QDBusMessage;

namespace astra::credentials {

/// Keys in the system's keychain (Secret Service, KWallet); where there is none or it is locked, in memory until the
/// program ends. Lives in the thread that made it, which needs an event loop; nothing here blocks, and no question to
/// the keychain waits longer than `limit`. Never asks the person to unlock: a locked keychain is reported, not prompted
/// for. A keychain that dies meanwhile takes nothing along: keys are then kept in memory, and once it is back, there.
/// What is asked for one name is done in the order in which it was asked.
class CredentialStore : public QObject
{
    Q_OBJECT
public:
    enum class Kind { Keychain, MemoryOnly };
    using Place = data::Account::Place;
    struct Kept {
        Secret secret; ///< empty: none
        Place place = Place::None;
    };

    explicit CredentialStore(Kind kind = Kind::Keychain, std::chrono::milliseconds limit = std::chrono::seconds(8));
    ~CredentialStore() override;

    /// As it is now; asked anew each time. Failing carries the name that it had.
    [[nodiscard]] virtual Future<data::Keychain> state();
    /// What the program was given for `account` (environmentkeys.h) comes first; then memory, then the keychain. One
    /// that is locked, absent or failing holds no key that we can read: that is not an error.
    /// @param account empty: the environment is not asked
    [[nodiscard]] virtual Future<Kept> read(const QString &name, const QString &account = {});
    /// Keychain where it is open, else memory. @return where the key is now
    [[nodiscard]] virtual Future<Place> write(const QString &name, const Secret &secret);
    /// Storage: the keychain is not open or does not take it, and what was kept under this name stays.
    [[nodiscard]] virtual Future<void> writeToKeychain(const QString &name, const Secret &secret);
    /// From memory and from the keychain. A name that is not there is no error.
    [[nodiscard]] virtual Future<void> remove(const QString &name);

private:
    template<typename T, typename F> Future<T> inTurn(const QString &name, F start);
    template<typename T, typename Job, typename Done> Future<T> run(Job *job, Done done);
    Future<void> tellKeychain(const QString &name, const Secret &secret);
    Future<QDBusMessage> ask(const QDBusMessage &message);
    void askSecretService(const std::shared_ptr<Settler<data::Keychain>> &settler);
    void askWallet(const std::shared_ptr<Settler<data::Keychain>> &settler, const QString &wallet);
    void judge(const std::shared_ptr<Settler<data::Keychain>> &settler, const QString &service,
               std::optional<data::Keychain::State> told);

    Kind m_kind;
    std::chrono::milliseconds m_limit;
    QHash<QString, Secret> m_memory;
    QHash<QString, Future<void>> m_turns; ///< by name: settles when what was asked last is done
    QString m_name; ///< of the keychain that was there last; empty: none was
    uint m_process = 0; ///< its
};

} // namespace astra::credentials
