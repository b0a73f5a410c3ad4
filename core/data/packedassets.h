// SPDX-License-Identifier: Apache-2.0
#pragma once

// The files of many scenes in little room. Scenes of one collection list the same kinds of files: only the addresses
// and sizes differ, and of the addresses only the ends.

#include "core/data/scene.h"

#include <QByteArray>
#include <QMultiHash>
#include <QSet>

namespace astra::data {

/// What `Scene::assets` and `Scene::self` held, and what a list needs to know of it without unpacking.
struct PackedAssets {
    std::shared_ptr<const std::vector<Asset>> kinds; ///< without addresses and sizes; shared by many scenes
    QByteArray rest; ///< the addresses and sizes
    QByteArray self; ///< the address of the Item
    Access pixelAccess = Access::Public;
    bool hasCog = false;
};

/// Packs scenes; those packed by one packer share what is equal in them. For one thread at a time.
class AssetPacker
{
public:
    /// Moves `assets` and `self` into `packed`. A packed scene is left as it is.
    void pack(Scene &scene);

private:
    using Kinds = std::vector<Asset>;
    [[nodiscard]] std::shared_ptr<const Kinds> shared(Kinds kinds);
    void share(QString &text);

    QMultiHash<std::size_t, std::shared_ptr<const Kinds>> m_kinds;
    QSet<QString> m_texts;
};

/// The same scene, all in place. A scene that is not packed is left as it is.
void unpack(Scene &scene);
[[nodiscard]] Acquisition unpacked(Acquisition acquisition);

} // namespace astra::data
