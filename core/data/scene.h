// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/geobox.h"

#include <QDateTime>
#include <QStringList>
#include <QUrl>

#include <memory>
#include <optional>
#include <vector>

namespace astra::data {

struct PackedAssets;

/// One spectral or classification band. `name` is the product's own ("B04", "SR_B4", "SCL"), `commonName` the
/// field's ("red", "nir", "nir08", "scl", "qa_pixel").
struct Band {
    QString name;
    QString commonName;
    std::optional<double> gsd; ///< metres

    friend bool operator==(const Band &, const Band &) = default;
};

/// value = DN × scale + offset, DN `nodata` aside. What an item, a product table or a file says; `source` says who.
struct Radiometry {
    double scale = 1;
    double offset = 0;
    std::optional<double> nodata;
    QString quantity; ///< "reflectance", "kelvin", a unit such as "m" or "dB", or empty: raw values
    QString source; ///< in words: "item metadata", "baseline 05.11", "file tags", …
    QString warning {}; ///< what the pixels say against it, as a sentence; empty: they agree or were not asked

    friend bool operator==(const Radiometry &, const Radiometry &) = default;
};

/// A person's own word on the baseline offset of a scene, against what item, baseline or pixels say.
enum class OffsetOverride {
    None, ///< the rule decides
    Apply, ///< the pixels still carry it: −0.1
    Leave, ///< it is gone from the pixels already
};

/// How an asset's bytes can be had, easiest first.
enum class Access {
    Public, ///< anonymous
    Signed, ///< a free signature, fetched without an account
    Login, ///< needs a free account, or a key where `connection` names one
    Paid, ///< the reader pays: a requester-pays bucket, or a commercial archive
};
[[nodiscard]] constexpr bool needsAccount(Access access) { return access >= Access::Login; }

/// Another address of the same file.
struct Alternate {
    QString name; ///< as the item calls it: "s3", "https"
    QUrl href;
    Access access = Access::Public;
    QString connection;

    friend bool operator==(const Alternate &, const Alternate &) = default;
};

/// One file of a scene.
struct Asset {
    QString key;
    QString title;
    QUrl href; ///< file:, http:, https:; s3: where nothing better is known. Never signed.
    QString mediaType;
    QStringList roles;
    std::vector<Band> bands; ///< in file order
    std::optional<Radiometry> stated; ///< scale/offset/nodata as the item states them for this asset, unjudged
    qint64 size = -1;
    Access access = Access::Public;
    QString connection; ///< id of the connection that opens it; empty for none
    std::vector<Alternate> alternates; ///< further addresses; `href` is the easiest to open of them all
    QString unit; ///< of its values, where the item states one: "m", "dB"

    [[nodiscard]] bool isRaster() const;
    [[nodiscard]] bool isCog() const;
    friend bool operator==(const Asset &, const Asset &) = default;
};

/// One scene at one provider: what a STAC Item says, checked and in one vocabulary. A plain value.
struct Scene {
    QString provider;
    QString collection;
    QString id; ///< as the provider calls it
    QString title;
    QDateTime datetime; ///< UTC
    QString platform; ///< lower case: "sentinel-2b", "landsat-8"
    QString product; ///< which radiometry and band table: "sentinel-2-l2a", "landsat-c2-l2", …; empty: unknown
    QString baseline; ///< Sentinel-2 processing baseline "05.11"; else empty
    Rings footprint;
    std::optional<GeoBox> bbox;
    std::optional<double> cloudCover; ///< per cent
    std::optional<double> gsd; ///< metres
    std::optional<int> epsg;
    std::vector<Asset> assets;
    QString acquisition; ///< same key = same acquisition (providers.md §9); empty: stands alone
    bool offsetRemoved = false; ///< the item says that its pixels have the baseline offset removed already
    OffsetOverride offsetOverride = OffsetOverride::None;
    QDateTime processed; ///< when this version was made; invalid: not known
    bool invented = false; ///< comes from the sandbox
    QString attribution;
    QString license;
    QUrl self; ///< the Item itself
    QString instrument {}; ///< lower case, several joined by "+"; empty: not stated
    std::shared_ptr<const PackedAssets> packed {}; ///< in a long list: what `assets` and `self` held (packedassets.h)

    /// "provider:id", as search prints it and every command takes it.
    [[nodiscard]] QString qualifiedId() const { return provider + u':' + id; }
    [[nodiscard]] const Asset *asset(const QString &key) const;
    friend bool operator==(const Scene &, const Scene &) = default;
};

/// Where one band lies.
struct BandRef {
    const Asset *asset = nullptr;
    int index = 1; ///< 1-based band number in the file
    Band band;
};
/// Finds a band by native or common name. Native names win over common ones; `nir` and `nir08` stand in for each other
/// where a scene has only one; among several hits: readable before login, COG before others, https before s3, finest
/// gsd.
[[nodiscard]] std::optional<BandRef> findBand(const Scene &scene, const QString &name);
/// Every common name that `findBand` would find.
[[nodiscard]] QStringList bandNames(const Scene &scene);

/// One acquisition with its copies at several providers; the first is the one in use. Never empty.
struct Acquisition {
    std::vector<Scene> copies;

    [[nodiscard]] const Scene &best() const { return copies.front(); }
    /// Stable identity within a search: the acquisition key, or the first copy's qualified id.
    [[nodiscard]] QString key() const;
    friend bool operator==(const Acquisition &, const Acquisition &) = default;
};

/// The access that reading red/green/blue/nir of this scene needs at worst. Packed or not.
[[nodiscard]] Access pixelAccess(const Scene &scene);
/// Whether its pixels (red; where it has none, any raster) lie in a cloud-optimised file. Packed or not.
[[nodiscard]] bool hasCog(const Scene &scene);
/// Sorts copies: readable without a login first, COG before others, newest baseline, newest processing (those that do
/// not state it last), without a signature before signed, then in the order of `providers` (ids; those not named come
/// last, by id). Packed or not; in whatever order they come, the result is the same.
void rankCopies(Acquisition &acquisition, const QStringList &providers = {});

/// The scene as a STAC 1.0 Item (used for exports, recordings in tests, and `astra scene --json`). Item properties that
/// we do not model are not in it. @param extra merged into `properties`
[[nodiscard]] Json toStacItem(const Scene &scene, const Json &extra = Json::object());

} // namespace astra::data
Q_DECLARE_METATYPE(astra::data::Scene)
Q_DECLARE_METATYPE(astra::data::Acquisition)
