// SPDX-License-Identifier: Apache-2.0
#include "core/processing/sceneset.h"

namespace astra::processing {

namespace {

class Forwarded final : public InputReader
{
public:
    explicit Forwarded(InputReader &reader)
        : m_reader(reader)
    {
    }
    [[nodiscard]] Result<std::unique_ptr<BandReader>> band(const QString &name) override { return m_reader.band(name); }

private:
    InputReader &m_reader;
};

} // namespace

SingleScene::SingleScene(InputReader &reader, SceneFacts facts, Json identity)
    : m_reader(reader)
    , m_facts(std::move(facts))
    , m_identity(std::move(identity))
{
}

SceneFacts SingleScene::facts(int scene) const
{
    Q_UNUSED(scene)
    return m_facts;
}

Result<std::unique_ptr<InputReader>> SingleScene::open(int scene, const StopToken &stop)
{
    Q_UNUSED(scene)
    Q_UNUSED(stop)
    return std::make_unique<Forwarded>(m_reader);
}

Json SingleScene::identity(int scene) const
{
    Q_UNUSED(scene)
    return m_identity;
}

} // namespace astra::processing
