// SPDX-License-Identifier: Apache-2.0
#pragma once

// The inside of Connections: what is held, and how one step follows another. For core/credentials/connections*.cpp.

#include "core/credentials/connections.h"
#include "core/credentials/sastokens.h"
#include "core/credentials/servicecalls.h"
#include "core/credentials/sharedaccounts.h"
#include "core/credentials/signedlinks.h"

#include <QThreadPool>

#include <atomic>
#include <map>
#include <mutex>
#include <set>

namespace astra::credentials {

using Place = data::Account::Place;

constexpr qsizetype maxLabelLength = 100;

/// What opens a service: what was entered, and what was handed out for it.
struct Credential {
    QMap<QString, Secret> fields;
    Tokens tokens;
    std::shared_ptr<TokenSession> session; ///< where tokens are handed out
    [[nodiscard]] bool isEmpty() const { return fields.isEmpty() && !session; }
};

/// An account as it is held: record, service and secret.
struct Holding {
    AccountRecord record;
    std::shared_ptr<const ServiceKind> kind; ///< bound to the account's address
    const SignInMethod *method = nullptr; ///< of `kind`
    Credential credential;
    Place place = Place::None;
    Credential former; ///< during a rotation
    Place formerPlace = Place::None;
    data::Allowance allowance;
    bool written = false; ///< it stands in accounts.json
    bool kept = true; ///< the keychain may hold a secret of it, wherever that is now
    QString leftMasked; ///< what of record.left may be shown, while the program runs

    [[nodiscard]] bool open() const { return place != Place::None; }
    /// Before and after its secrets have changed places; `change` sees to that.
    void notePlaces() { kept = kept || place == Place::Keychain || formerPlace == Place::Keychain; }
    /// The key itself; empty where none is sent as it is.
    [[nodiscard]] Secret key() const;
};

/// Whether tokens are handed out for what is entered.
[[nodiscard]] bool usesTokens(const ServiceKind &kind, const SignInMethod &method);
/// Whether new tokens come without the person.
[[nodiscard]] bool renewsItself(const Tokens &tokens, const SignInMethod &method);
/// The field that holds the key; empty: no such thing.
[[nodiscard]] QString keyField(const SignInMethod &method);
/// As the keychain keeps it: the bare key, or a JSON object of fields and refresh token. Empty: nothing worth keeping.
[[nodiscard]] Secret pack(const Credential &credential, const SignInMethod &method);
/// Absent: nothing that this method could have packed.
[[nodiscard]] std::optional<Credential> unpack(const Secret &secret, const SignInMethod &method);
/// Whether a field's value can be sent as this method sends it: no control characters, for S3 visible ASCII alone.
[[nodiscard]] bool isUsable(const Secret &value, const SignInMethod &method);
/// Another way of sending the same key ("bearer" instead of "bare"); null: there is none.
[[nodiscard]] const SignInMethod *otherForm(const ServiceKind &kind, const SignInMethod &method);
/// Two accounts of one host are kept apart by their ids, two hosts of one id (a sandbox, the real one) by scheme, name
/// and port: "astra-os@https://astraos.cloud".
[[nodiscard]] QString storeName(const Holding &holding);
[[nodiscard]] QString formerName(const Holding &holding);
/// What the last rotation left to be done by hand, as a sentence; empty: nothing.
[[nodiscard]] QString leftText(const Holding &holding);
/// What must not be quoted by any text about this holding.
[[nodiscard]] std::vector<Secret> secretsOf(const Holding &holding);
[[nodiscard]] std::vector<Secret> secretsOf(const Credential &credential, const SignInMethod &method);
[[nodiscard]] Error withoutSecrets(Error error, const std::vector<Secret> &secrets);
/// A service may quote what it was sent in its own words, and a short key has no form that it could be known by.
template<typename T> [[nodiscard]] Future<T> withoutSecrets(const Future<T> &future, std::vector<Secret> secrets)
{
    return chain(future, [secrets = std::move(secrets)](Result<T> result) -> Result<T> {
        return result ? std::move(result) : Result<T>(fail(withoutSecrets(result.error(), secrets)));
    });
}
[[nodiscard]] Credential keyCredential(const Secret &key, const SignInMethod &method);
/// Whether nobody signed in or out, or changed the key, since the account was as it is in `before`.
[[nodiscard]] bool holdsStill(const Holding &holding, const Holding &before);
[[nodiscard]] Error keychainClosed(const QString &title);
[[nodiscard]] Error changingAlready(const QString &title);
[[nodiscard]] Error changedMeanwhile(const QString &title);
/// The record of a change that did not come to pass.
void backToFormer(Holding &holding);

class Connections::Private : public std::enable_shared_from_this<Private>
{
public:
    using Accounts = std::map<QString, Holding>;

    ~Private();

    // Reading what was kept (connectionskept.cpp)
    void load();
    void adopt(AccountFile::Content content);
    void claimVariables();
    [[nodiscard]] Secret given(const QString &id, const QString &service) const; ///< any thread
    void readSecrets();
    void take(const QString &id, const CredentialStore::Kept &kept);
    /// An error where nothing was found and the keychain is not open: then nobody knows.
    [[nodiscard]] Future<CredentialStore::Kept> readSurely(const QString &name);
    void readFormer(const QString &id);
    void takeFormer(const QString &id, const CredentialStore::Kept &kept);
    void readDone();
    void allRead();
    [[nodiscard]] Future<void> whenLoaded();

    // What there is (connections.cpp); `mutex` is held by the caller
    [[nodiscard]] const ServiceKind *kind(const QString &id) const;
    [[nodiscard]] Holding *find(const QString &name); ///< by id, else the one in use of the service
    [[nodiscard]] Holding *resolve(const QString &connection, const QUrl &url);
    [[nodiscard]] data::Account account(const Holding &holding) const;
    [[nodiscard]] QString newId(const QString &service) const;
    void settleUse(const QString &service);
    void drop(const std::vector<AccountRecord> &removed); ///< store's thread; takes the mutex

    /// A copy to work with; the error says that there is none or that it holds no secret.
    [[nodiscard]] Result<Holding> held(const QString &name);
    [[nodiscard]] Result<data::Account> told(const QString &id);
    void change(const QString &id, const std::function<void(Holding &)> &how);

    /// The service refuses to renew this session of an account (any thread).
    void ended(const QString &id, const std::shared_ptr<TokenSession> &session);

    // Keeping (connectionskept.cpp; any thread)
    enum class Seen {
        Nothing, ///< only the file differs
        Counters, ///< numbers: told now and then
        Standing, ///< something that people, and what they look at, act on
    };
    void touch(Seen seen);
    [[nodiscard]] AccountFile::Content content();
    [[nodiscard]] Future<void> persist(); ///< store's thread, as are the next four
    void save();
    void tell();
    void tellCounters();
    void tellChanged() const;

    // Signing in (connectionssignin.cpp)
    struct Entry {
        std::shared_ptr<const ServiceKind> kind;
        const SignInMethod *method = nullptr;
        QString account; ///< id
        bool isNew = false; ///< nobody means an account that is there: keepNew has the last word on the id
        QString label;
        QUrl address;
        QMap<QString, Secret> fields;
    };
    [[nodiscard]] Result<Entry> checked(const data::SignInRequest &request);
    [[nodiscard]] Future<Credential> opened(const Entry &entry, const TokenClient::Prompt &prompt,
                                            const StopToken &stop);
    [[nodiscard]] Future<AccountFacts> tried(const Entry &entry, const Credential &credential, const StopToken &stop);
    [[nodiscard]] QString addTrial(const Holding &trial); ///< @return its name
    void dropTrial(const QString &name);
    [[nodiscard]] Future<AccountFacts> accepted(const Holding &holding, const QString &name, const StopToken &stop);
    [[nodiscard]] Future<data::Account> keepNew(const Entry &entry, const Credential &tested, const QString &keyId,
                                                const data::Allowance &allowance = {});
    [[nodiscard]] Future<data::Account> keepAs(const Entry &entry, const Credential &tested, const QString &keyId,
                                               const data::Allowance &allowance);
    [[nodiscard]] Future<QString> freeId(const Entry &entry);
    [[nodiscard]] Future<QString> unusedId(const Entry &entry);
    static void note(const Result<void> &written);

    // Signing out (connectionsaccounts.cpp)
    [[nodiscard]] Future<data::Account> signOut(const QString &name);

    // Tokens that are renewed (connectionssessions.cpp)
    [[nodiscard]] std::shared_ptr<TokenSession> session(const QString &id,
                                                        const std::shared_ptr<const ServiceKind> &kind,
                                                        const SignInMethod &method, const Tokens &tokens,
                                                        const QMap<QString, Secret> &fields);
    [[nodiscard]] Future<void> keepRenewed(const QString &id, const ServiceKind &kind, const Tokens &old,
                                           const Tokens &fresh);
    [[nodiscard]] Future<Tokens> keptTokens(const QString &id, const ServiceKind &kind);

    // Keys at the service (connectionskeys.cpp)
    [[nodiscard]] Future<data::ServiceKey> ownKey(const Holding &holding, const StopToken &stop);

    // Changing a key (connectionsrotation.cpp)
    [[nodiscard]] Future<data::Account> alone(const Holding &holding,
                                              const std::function<Future<data::Account>()> &start);
    [[nodiscard]] Result<Holding> rotatable(const QString &account, const Secret &newKey);
    [[nodiscard]] Future<Place> keepAsBefore(Place before, const QString &name, const Secret &secret);
    [[nodiscard]] Future<void> keepWhatIsHeld(const Holding &before);
    [[nodiscard]] Future<bool> keychainHolds(const QString &name, const Credential &credential, const Holding &of);
    [[nodiscard]] Future<void> discard(const Holding &holding, const data::NewKey &made);
    [[nodiscard]] Future<void> revokeFormer(const Holding &holding, const StopToken &stop);
    [[nodiscard]] Future<data::Account> switchKey(const Holding &old, const data::NewKey &made, const QString &label,
                                                  const QString &oldId);
    [[nodiscard]] Future<data::Account> stepBack(const Holding &old, const data::NewKey &made, const Error &why);
    [[nodiscard]] Future<data::Account> dropFormer(const QString &id);
    [[nodiscard]] Future<data::Account> revokeNewer(const Holding &newer);

    [[nodiscard]] net::Authorization sent(const Holding &holding, const QUrl &url) const;
    [[nodiscard]] ServiceCalls calls(const Holding &holding, const QString &connection = {}) const;

    /// Goes on with `f(Private &, Result<T>)`, which gives a Result<U> or a Future<U>, in the store's thread; with
    /// nothing where all this is gone by then. To be called in that thread.
    template<typename T, typename F> auto next(const Future<T> &future, F f);

    std::vector<ServiceKind> kinds;
    std::shared_ptr<CredentialStore> store;
    std::weak_ptr<net::HttpClient> client; ///< which holds us
    Settings settings;
    std::map<QString, std::unique_ptr<SasTokens>> signatures; ///< by service; not changed after create
    std::unique_ptr<SignedLinks> links;

    mutable std::mutex mutex;
    Accounts accounts; ///< by id
    Accounts trials; ///< by name ("astra-os#1") while what was entered is being tested
    std::vector<AccountRecord> strangers; ///< of services that are not known now: kept as they are
    data::NoticeSettings notices;
    QStringList warnings;
    std::vector<Settler<void>> waiting;
    bool isLoaded = false;
    int trialNumber = 0;
    std::set<QString> reserved; ///< ids not to be given out: one is being kept by it now, or another process has it

    struct Claim {
        QString service;
        bool contested = false; ///< by another one
    };
    std::map<QString, Claim> claims; ///< by variable; not changed after create

    bool wasOpen = false; ///< the keychain has been read, all of it; store's thread only, as are the next three
    bool unread = false; ///< … but for what it did not have, or could not give any more
    int pending = 0; ///< reads under way
    std::set<QString> changing; ///< ids of the accounts whose key is being changed now
    std::vector<std::weak_ptr<StopSource>> stops; ///< of what goes on at a service; store's thread only
    std::atomic<bool> dirty = false;
    std::atomic<bool> writePosted = false;
    std::atomic<bool> tellPosted = false;
    std::atomic<bool> countersPosted = false;
    std::shared_ptr<SharedAccounts> file; ///< null: nothing is remembered but secrets; touched on `disk` alone
    QThreadPool disk; ///< one thread: what is written last stands
};

template<typename T, typename F> auto Connections::Private::next(const Future<T> &future, F f)
{
    using Returned = std::invoke_result_t<F, Private &, Result<T>>;
    using U = typename detail::Unwrapped<Returned>::Value;
    auto settler = std::make_shared<Settler<U>>();
    auto derived = settler->future();
    deliver(future, store.get(), [weak = weak_from_this(), settler, f = std::move(f)](Result<T> result) mutable {
        const auto self = weak.lock();
        if (!self)
            return;
        if constexpr (std::is_same_v<Returned, Result<U>>) {
            settler->settle(f(*self, std::move(result)));
        } else {
            deliver(f(*self, std::move(result)), self->store.get(),
                    [settler](Result<U> last) { settler->settle(std::move(last)); });
        }
    });
    return derived;
}

template<typename T> [[nodiscard]] Future<T> failed(const Error &error) { return ready<T>(fail(error)); }

} // namespace astra::credentials
