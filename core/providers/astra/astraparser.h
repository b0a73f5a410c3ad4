// SPDX-License-Identifier: Apache-2.0
#pragma once

// The answers of an ASTRA service, in every form that its documentation and its servers are known to use. Pure.

#include "core/net/httpclient.h"
#include "core/providers/stac/stacparser.h"

namespace astra::providers::astra_os {

/// `warnings`: absent, null, texts, objects, or mixed.
struct Warnings {
    QStringList texts; ///< each as it would be shown
    QStringList silent; ///< the service's own sources that failed or took too long, by the names it gives them
    bool onlyFailures = false; ///< there are some, and each tells of a source that failed
};
[[nodiscard]] Warnings warningsOf(const Json &answer);

/// A search answer: a STAC FeatureCollection with warnings, matched counts and ids of its own.
struct ParsedSearch {
    std::vector<data::Scene> scenes;
    int count = 0; ///< entries in the answer, read or not
    int unreadable = 0;
    std::optional<int> matched; ///< `context.matched`
    std::optional<int> limit; ///< `context.limit`: what the service allowed
    Warnings warnings;
};
[[nodiscard]] Result<ParsedSearch> parseSearch(const Json &answer, const stac::ParseContext &context);

/// One scene.
[[nodiscard]] Result<data::Scene> parseScene(const Json &item, const stac::ParseContext &context);

/// Strikes the signatures out of an Item that a service sent. @param scene what was read from it
void dropSignatures(Json &item, const data::Scene &scene);

struct MergedAssets {
    QStringList problems; ///< what could not be had, in words
    std::vector<net::SignedLink> links; ///< signatures that came with the addresses; the scene holds none of them
};
/// Puts the addresses of an /assets answer (a map by key, or a list with band and status) into the scene.
/// @param now the service's time
MergedAssets mergeAssets(data::Scene &scene, const Json &answer, const stac::ParseContext &context,
                         const QDateTime &now);

/// The answer of /api/providers: the collections that stand behind the service, each once.
[[nodiscard]] std::vector<data::CollectionInfo> parseProviders(const Json &answer, const Definition &definition);

} // namespace astra::providers::astra_os
