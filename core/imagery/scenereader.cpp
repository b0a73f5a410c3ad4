// SPDX-License-Identifier: Apache-2.0
#include "core/imagery/scenereader.h"

#include <QCoreApplication>

namespace astra::imagery {

namespace {
struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::imagery)
};
} // namespace

SceneReader::SceneReader(data::Acquisition acquisition, std::shared_ptr<ByteSourceFactory> sources)
    : m_acquisition(std::move(acquisition))
    , m_sources(std::move(sources))
    , m_open(std::make_shared<OpenScene>(m_acquisition.best(), m_sources))
{
}

bool SceneReader::next(const Error &why)
{
    const std::size_t other = copyAfter(m_acquisition, m_index);
    if (why.code == ErrorCode::Cancelled || other >= m_acquisition.copies.size())
        return false;
    const QString failed = m_acquisition.copies[m_index].provider;
    m_index = other;
    m_open = std::make_shared<OpenScene>(m_acquisition.copies[m_index], m_sources);
    m_notes << Text::tr("Read from %1: %2 did not deliver (%3)").arg(scene().provider, failed, why.message);
    if (scene().invented && !m_acquisition.best().invented)
        m_notes << Text::tr("The copy at %1 is invented.").arg(scene().provider);
    return true;
}

} // namespace astra::imagery
