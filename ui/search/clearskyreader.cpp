// SPDX-License-Identifier: Apache-2.0
#include "ui/search/clearskyreader.h"

#include <algorithm>

namespace astra::search {

ClearSkyReader::~ClearSkyReader() { m_stop.request_stop(); }

void ClearSkyReader::begin(Ask ask)
{
    m_stop.request_stop();
    m_stop = StopSource();
    m_ask = std::move(ask);
    m_inView.clear();
    m_behind.clear();
    m_asked.clear();
    m_running = 0;
    ++m_search;
}

void ClearSkyReader::setInView(const QStringList &keys)
{
    m_inView = keys;
    next();
}

void ClearSkyReader::setBehind(const QStringList &keys)
{
    m_behind = keys;
    next();
}

int ClearSkyReader::left() const
{
    QSet<QString> waiting(m_inView.begin(), m_inView.end());
    waiting.unite(QSet<QString>(m_behind.begin(), m_behind.end()));
    return static_cast<int>(waiting.subtract(m_asked).size());
}

QString ClearSkyReader::take()
{
    for (QStringList *list : {&m_inView, &m_behind}) {
        while (!list->isEmpty()) {
            const QString key = list->takeFirst();
            if (!m_asked.contains(key))
                return key;
        }
    }
    return {};
}

void ClearSkyReader::next()
{
    while (m_ask && m_running < atOnce) {
        const QString key = take();
        if (key.isEmpty())
            return;
        m_asked.insert(key);
        ++m_running;
        Q_EMIT started(key);
        deliver(m_ask(key, m_stop.get_token()), this,
                [this, key, search = m_search](const Result<data::ClearSky> &result) {
                    if (search != m_search)
                        return;
                    --m_running;
                    Q_EMIT answered(key, result);
                    next();
                });
    }
}

} // namespace astra::search
