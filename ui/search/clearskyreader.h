// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/async.h"
#include "core/data/clearsky.h"

#include <QObject>
#include <QSet>
#include <QStringList>

#include <functional>

namespace astra::search {

/// Asks for the clear sky of scenes, those in view first, a few at a time. What scrolled out of view before its turn
/// came is not asked; each scene is asked once in a search.
class ClearSkyReader : public QObject
{
    Q_OBJECT
public:
    using Ask = std::function<Future<data::ClearSky>(const QString &key, StopToken stop)>;
    static constexpr int atOnce = 4;

    using QObject::QObject;
    ~ClearSkyReader() override;

    /// A new search: what is under way ends, everything is forgotten. Without `ask` nothing is asked.
    void begin(Ask ask);
    void setInView(const QStringList &keys); ///< asked before all others; replaces the last ones
    void setBehind(const QStringList &keys); ///< asked when nothing in view is left; replaces the last ones
    [[nodiscard]] bool isBusy() const { return m_running > 0; }
    [[nodiscard]] int left() const; ///< how many wait for their turn

Q_SIGNALS:
    void started(const QString &key);
    void answered(const QString &key, const astra::Result<astra::data::ClearSky> &result);

private:
    void next();
    [[nodiscard]] QString take();

    Ask m_ask;
    QStringList m_inView;
    QStringList m_behind;
    QSet<QString> m_asked;
    StopSource m_stop;
    int m_running = 0;
    int m_search = 0; ///< answers to an earlier one are dropped
};

} // namespace astra::search
