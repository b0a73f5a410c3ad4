// SPDX-License-Identifier: Apache-2.0
#pragma once

// Scenes whose bands are files, for what runs over several of them: tests and measurements.

#include "core/processing/sceneset.h"
#include "core/raster/dataset.h"

#include <deque>
#include <map>

namespace astra::test {

class SceneFiles : public processing::SceneSet
{
public:
    struct Band {
        QString path;
        int number = 1;
        data::Radiometry radiometry {};
    };
    using Bands = std::map<QString, Band>;

    /// The facts' bands are those of `bands`.
    void add(processing::SceneFacts facts, Bands bands)
    {
        facts.bands.clear();
        for (const auto &[name, band] : bands)
            facts.bands.append(name);
        m_scenes.push_back({std::move(facts), std::move(bands)});
    }

    [[nodiscard]] int count() const override { return static_cast<int>(m_scenes.size()); }
    [[nodiscard]] processing::SceneFacts facts(int scene) const override { return at(scene).facts; }
    [[nodiscard]] Result<std::unique_ptr<processing::InputReader>> open(int scene, const StopToken &) override
    {
        return std::make_unique<Reader>(at(scene).bands);
    }
    [[nodiscard]] Json identity(int scene) const override { return {{"id", toStd(at(scene).facts.id)}}; }

private:
    class Reader : public processing::InputReader
    {
    public:
        explicit Reader(const Bands &bands)
            : m_bands(bands)
        {
        }
        Result<std::unique_ptr<processing::BandReader>> band(const QString &name) override
        {
            const auto found = m_bands.find(name);
            if (found == m_bands.end())
                return fail(ErrorCode::NotFound, QStringLiteral("no band ") + name);
            data::RasterSource source;
            source.path = found->second.path;
            auto dataset = raster::Dataset::open(source);
            if (!dataset)
                return fail(dataset.error());
            return processing::bandReader(std::move(*dataset), found->second.number, found->second.radiometry);
        }

    private:
        const Bands &m_bands;
    };
    struct Scene {
        processing::SceneFacts facts;
        Bands bands;
    };
    [[nodiscard]] const Scene &at(int scene) const { return m_scenes[static_cast<std::size_t>(scene)]; }

    std::deque<Scene> m_scenes; ///< readers keep references
};

} // namespace astra::test
