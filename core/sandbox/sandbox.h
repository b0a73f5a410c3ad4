// SPDX-License-Identifier: Apache-2.0
#pragma once

// The invented world: a landscape made from a seed, three STAC catalogues that overlap and an ASTRA service, served
// over real HTTP on loopback. The application meets it only through the providers.json at its URL.

#include "core/base/progress.h"
#include "core/base/secret.h"
#include "core/server/server.h"

#include <memory>

namespace astra::sandbox {

struct SandboxConfig {
    QString cacheDir; ///< where the world is kept once made (checked by version and checksum)
    quint16 port = 0;
    int slowMs = 2500; ///< how late the slow catalogue answers
    QString failing; ///< id of a catalogue that answers 503
};

class Sandbox
{
public:
    /// Makes the world where it is not there yet (≤ 20 s, ≤ 150 MB; blocks: call it from a pool), then serves it.
    [[nodiscard]] static Result<std::unique_ptr<Sandbox>> start(const SandboxConfig &config, Progress progress = {});
    ~Sandbox();

    [[nodiscard]] QUrl url() const;
    /// The key that its ASTRA service accepts, with processing; `planKey` is accepted but its plan has none (403).
    [[nodiscard]] Secret key() const;
    [[nodiscard]] Secret planKey() const;

private:
    Sandbox();
    class Private;
    std::unique_ptr<Private> d;
};

/// True reflectance or NDVI of the world at a place and date, computed without any file: what tests compare with.
/// `band`: common name, or "ndvi". NaN outside the world.
[[nodiscard]] double truth(const QString &band, double longitude, double latitude, const QDateTime &date);

} // namespace astra::sandbox
