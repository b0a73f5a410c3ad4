// SPDX-License-Identifier: Apache-2.0
#pragma once

// Providers are data: one JSON object each, shipped in resources/providers, overridden or added to by a providers.json.

#include "core/base/json.h"
#include "core/data/provider.h"
#include "core/data/scene.h"

#include <QMap>
#include <QUrl>

#include <chrono>
#include <optional>
#include <vector>

namespace astra::providers {

/// How the assets under one address are had: the first rule that matches counts, without one they are public.
struct AssetRule {
    QString match; ///< "s3://", "s3://bucket/", "https://host/path/", "https://*.host/" (any subdomain)
    data::Access access = data::Access::Public;
    QString connection; ///< id of what opens them
    QString rewrite; ///< replaces the matched prefix ("s3://bucket/" is also "https://bucket.s3.amazonaws.com/")

    [[nodiscard]] bool matches(const QUrl &href) const;
    /// With what the paths at this address's host begin that the rule is for; nothing where it is for none there.
    [[nodiscard]] std::optional<QString> pathAt(const QUrl &address) const;
};

/// How the pixels of a collection are had, where its description does not tell.
struct CollectionAccess {
    data::Access access = data::Access::Public;
    QString connection;
};

enum class CloudFilter { None, Query, Cql2 };

/// One provider as its JSON describes it, checked.
struct Definition {
    QString id;
    QString title;
    QString protocol = QStringLiteral("stac");
    QUrl url; ///< without a trailing slash; a file: only for protocol "static"
    bool enabled = true;
    bool invented = false;
    bool processing = false; ///< protocol "astra": also a compute back-end of the same id
    QString attribution;
    QString license;
    QMap<QString, QStringList> families; ///< product family → this provider's collection ids; empty: unknown
    // What its search honours. Where `cloudFilter` is not stated, the landing page of a STAC API is asked for it all.
    std::optional<bool> get; ///< searches by GET
    std::optional<CloudFilter> cloudFilter;
    std::optional<bool> sort;
    std::optional<bool> fields; ///< may be asked for a part of each item
    int pageSize = 100;
    bool requiresCollections = false;
    int parallel = 2; ///< requests at a time
    double perSecond = 0; ///< requests a second; 0: no limit
    std::chrono::milliseconds deadline {35000}; ///< for one search, all of its pages
    std::vector<AssetRule> assets;
    QMap<QString, CollectionAccess> collectionAccess; ///< by collection id; "*": any other
    Json connection; ///< id of a service, or an object that ServiceKinds lays over it; null: none
    QString connectionId;
    QString apiConnection; ///< the id again where the API itself wants an account; else empty

    /// @param where named in the error: a file, or "providers.json"
    [[nodiscard]] static Result<Definition> fromJson(const Json &json, const QString &where);
    [[nodiscard]] data::ProviderInfo info() const;
    /// The collection ids to ask for. `held` false: none of those wanted is held here.
    struct Collections {
        QStringList ids;
        bool held = true;
    };
    [[nodiscard]] Collections collectionsFor(const QStringList &wanted) const;
    /// The product family that a collection belongs to here; empty: none that is known.
    [[nodiscard]] QString familyOf(const QString &collection) const;
};

} // namespace astra::providers
