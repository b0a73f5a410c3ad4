// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/result.h"

#include <QList>
#include <QMetaType>
#include <QStringList>
#include <QUrl>

#include <optional>

namespace astra::data {

/// A configured catalogue, as people see it.
struct ProviderInfo {
    QString id;
    QString title;
    QString protocol; ///< "stac" or "astra"
    QUrl url;
    bool enabled = true;
    bool invented = false;
    QString connection; ///< id of the connection its API or assets need; empty: none
    QString attribution;
    QString access; ///< in words: "open", "free signature, fetched for you", "needs a login for pixels"
    QStringList families; ///< product families it holds
    friend bool operator==(const ProviderInfo &, const ProviderInfo &) = default;
};

/// Where one provider stands within one search.
struct ProviderState {
    enum class Phase { Waiting, Loading, Slow, Done, Failed };
    QString id;
    QString title;
    Phase phase = Phase::Waiting;
    int loaded = 0; ///< scenes received and accepted
    std::optional<int> matched; ///< what the provider says it holds; many never say
    bool more = false; ///< a next page is known
    std::optional<Error> error; ///< Failed; or Done with a partial answer
    QStringList notes; ///< warnings the provider sent, "possibly cut short", items that could not be read
    friend bool operator==(const ProviderState &, const ProviderState &) = default;
};

/// An account or key at a service, without the secret.
struct Account {
    enum class Place { None, Keychain, Memory };
    QString connection; ///< id
    QString title;
    QString host; ///< where the key goes, and nowhere else
    Place place = Place::None; ///< where the key is kept
    QString masked; ///< "astra_sk_live_…r678"; empty without a key
    bool test = false; ///< a test key
    friend bool operator==(const Account &, const Account &) = default;
};

} // namespace astra::data
Q_DECLARE_METATYPE(astra::data::ProviderState)
Q_DECLARE_METATYPE(astra::data::Account)
