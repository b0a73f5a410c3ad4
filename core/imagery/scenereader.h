// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/bytesource.h"
#include "core/imagery/openscene.h"

#include <QStringList>

namespace astra::imagery {

/// Which copy of an acquisition is read. All bands come from one copy; when it does not deliver, everything starts
/// again from the next one and a note says so. Belongs to one thread; what it hands out is thread-safe.
class SceneReader
{
public:
    SceneReader(data::Acquisition acquisition, std::shared_ptr<ByteSourceFactory> sources);

    [[nodiscard]] const data::Acquisition &acquisition() const { return m_acquisition; }
    [[nodiscard]] const std::shared_ptr<OpenScene> &copy() const { return m_open; }
    [[nodiscard]] const data::Scene &scene() const { return m_open->scene(); }

    /// Gives up the copy in use because of `why`. False where none is left (the copy stays) or `why` is a stop.
    [[nodiscard]] bool next(const Error &why);
    /// The swaps made, one sentence each.
    [[nodiscard]] const QStringList &notes() const { return m_notes; }

private:
    data::Acquisition m_acquisition;
    std::shared_ptr<ByteSourceFactory> m_sources;
    std::size_t m_index = 0;
    std::shared_ptr<OpenScene> m_open;
    QStringList m_notes;
};

} // namespace astra::imagery
