// SPDX-License-Identifier: Apache-2.0
#pragma once

// From a band's name to the file that holds it, and what it takes to read it: known before anything is fetched. Pure.

#include "core/data/scene.h"

namespace astra::data {

enum class FileFormat { Cog, GeoTiff, Png, Jpeg };
/// "cog", "geotiff", "png", "jpeg" (or "jpg"); absent for anything else.
[[nodiscard]] std::optional<FileFormat> fileFormatFrom(const QString &name);

/// One name asked for, and the file that answers it. With `error` set, nothing but `asked` means anything.
struct ResolvedAsset {
    QString asked; ///< as it was asked for: a band's native or common name, or an asset's key
    QString key;
    int index = 0; ///< 1-based band in the file; 0: the file as a whole
    std::vector<Band> bands; ///< the band asked for, or every band of the file
    QUrl href;
    QString mediaType;
    QString format; ///< "cog", "geotiff", "jp2", "png", "jpeg"; empty: not a picture, or not known
    bool direct = true; ///< the file is in the format asked for; false: it is read and has to be converted
    Access access = Access::Public;
    QString connection;
    QString note; ///< what to know before a click, as a sentence without a capital; empty: nothing
    qint64 size = -1;
    std::vector<Alternate> alternates;
    QString error; ///< why there is none, as a sentence

    friend bool operator==(const ResolvedAsset &, const ResolvedAsset &) = default;
};

/// @param names none: every file of the scene. One that cannot be resolved says why; the others are not touched by it.
/// @param format absent: COGs, and pictures to look at as they are
[[nodiscard]] std::vector<ResolvedAsset> resolve(const Scene &scene, const QStringList &names,
                                                 std::optional<FileFormat> format = {});

/// What reading from an address takes, for people: "needs a free account at Copernicus Data Space". Empty: nothing.
[[nodiscard]] QString accessNote(const QUrl &href, Access access, const QString &connection);

} // namespace astra::data
