// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/sensor.h"
#include "core/providers/stac/addressreader.h"

namespace astra::providers::stac {

/// Reads the assets of one Item. An Item has dozens, and most of what they say they say alike (their type, their
/// roles): that is made once.
class AssetReader
{
public:
    /// @param addresses where the files lie @param properties the Item's @param sensor what is known of the product;
    /// may be null. All must outlive the reader.
    AssetReader(AddressReader &addresses, const Json &properties, const data::Sensor *sensor);

    /// One entry of an Item's `assets`; absent where no address can be made of it.
    [[nodiscard]] std::optional<data::Asset> read(const std::string &key, const Json &json);

private:
    class Members;
    [[nodiscard]] bool requesterPays(const Members &members) const;
    void takeAddress(data::Asset &asset, const Members &members);
    [[nodiscard]] QString textOnce(const Json &value);
    [[nodiscard]] std::vector<data::Band> bandsOf(const data::Asset &asset, const QString &fileName,
                                                  const Members &members) const;
    [[nodiscard]] std::optional<data::Radiometry> radiometryOf(const Members &members);

    AddressReader &m_addresses;
    const Json &m_properties;
    const data::Sensor *m_sensor;
    std::string m_type; ///< the last one, as it came …
    QString m_typeText; ///< … and as it is kept
    Json m_roles;
    QStringList m_rolesList;
    QString m_source; ///< who stated the radiometry, in words
};

/// Whether a member of an asset is one that anything here reads.
[[nodiscard]] bool isReadOfAssets(std::string_view name);
/// One entry of an Item's `assets` alone.
[[nodiscard]] std::optional<data::Asset> parseAsset(const QString &key, const Json &asset, const data::Sensor *sensor,
                                                    const ParseContext &context);

} // namespace astra::providers::stac
