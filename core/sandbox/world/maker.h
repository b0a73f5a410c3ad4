// SPDX-License-Identifier: Apache-2.0
#pragma once

// Makes the pixels of a scene and writes its files.

#include "core/sandbox/world/world.h"

namespace astra::sandbox {

class Maker
{
public:
    Maker(int size, Pools &pools);
    /// Lays out the ground: what does not change over the year.
    void prepare();
    /// Writes one pass's files into `folder` (it exists). The paths in the answer are the files' names alone.
    [[nodiscard]] Result<WorldScene> make(const Pass &pass, const QString &folder, const Progress &progress);

private:
    struct Picture;
    void observe(const Pass &pass, Picture &picture) const;
    [[nodiscard]] data::Block bandBlock(const Pass &pass, const Picture &picture, int band, int cells) const;
    [[nodiscard]] data::Block maskBlock(const Pass &pass, const Picture &picture, int cells) const;
    void describe(const Pass &pass, const data::Block &mask, WorldScene &scene) const;

    int m_size;
    int m_first;
    Pools &m_pools;
    std::vector<Site> m_sites;
};

} // namespace astra::sandbox
