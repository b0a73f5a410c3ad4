// SPDX-License-Identifier: Apache-2.0
#pragma once

// Which catalogue of the invented world lists which of its scenes, under which name: they overlap, none has all.

#include "core/sandbox/world/world.h"

#include <array>

namespace astra::sandbox {

/// The services that the catalogues resemble, each with its own manner of describing the same acquisitions.
enum class Manner {
    Coast, ///< stac-server: asset keys by common name, scale and offset in raster:bands
    Signed, ///< pgstac: native keys, nothing but the processing baseline; its files want a signature
    Archive, ///< STAC 1.1: keys with the resolution, `bands`, raster:scale; its Landsat pixels need a login
    Space, ///< pgstac, STAC 1.1: s3 addresses whose https alternates need a login
    Survey, ///< stac-server: reflectance and temperature of a scene are two items; files behind a login page
};
inline constexpr std::array manners {Manner::Coast, Manner::Signed, Manner::Archive, Manner::Space, Manner::Survey};

/// Which part or version of an acquisition an item is.
enum class Edition {
    Whole,
    WestGranule, ///< two ground stations took turns: each part is an item of its own
    EastGranule,
    Again, ///< made again with a newer baseline; says that its pixels carry the offset, which they do not
    Reflectance,
    Temperature,
};

/// One item of a catalogue.
struct Listing {
    const WorldScene *scene = nullptr;
    Edition edition = Edition::Whole;

    /// The product's full name, its processing time and its baseline included.
    [[nodiscard]] QString product() const;
    [[nodiscard]] QString baseline() const;
    [[nodiscard]] QDateTime processed() const;
    [[nodiscard]] data::Ring footprint() const;
};

[[nodiscard]] bool isLandsat(const WorldScene &scene);
[[nodiscard]] QString mannerPath(Manner manner); ///< the first part of its addresses: "coast"
[[nodiscard]] QString providerId(Manner manner); ///< "sandbox-coast"
[[nodiscard]] QStringList collectionsOf(Manner manner);
/// Everything that a catalogue holds, newest first. @param world outlives the result
[[nodiscard]] std::vector<Listing> listingsOf(Manner manner, const World &world);
/// Whether the ASTRA service has the scene.
[[nodiscard]] bool astraHolds(const WorldScene &scene);
[[nodiscard]] QString collectionOf(Manner manner, const Listing &listing);
[[nodiscard]] QString itemId(Manner manner, const Listing &listing);
/// "sentinel-2-l2a" or "landsat-c2-l2".
[[nodiscard]] QString familyOf(const WorldScene &scene);

} // namespace astra::sandbox
