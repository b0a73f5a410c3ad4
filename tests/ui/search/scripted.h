// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/providers/provider.h"
#include "tests/support/scenes.h"

namespace astra::testing {

inline data::Scene scene(const QString &provider, const QString &id, const QString &time,
                         const QString &acquisition = {})
{
    auto scene = test::scene(provider, id, time, acquisition);
    scene.platform = QStringLiteral("sentinel-2b");
    return scene;
}

/// A source that answers when it is told to.
class Scripted : public providers::Provider
{
public:
    explicit Scripted(QString id)
        : m_id(std::move(id))
    {
    }
    [[nodiscard]] data::ProviderInfo info() const override
    {
        data::ProviderInfo info;
        info.id = m_id;
        info.title = m_id.toUpper();
        return info;
    }
    [[nodiscard]] providers::Limits limits() const override { return {}; }
    [[nodiscard]] Future<providers::Page> search(const data::SearchQuery &, const std::optional<providers::Cursor> &,
                                                 StopToken, providers::OnPause = {}) override
    {
        return answer;
    }
    [[nodiscard]] Future<providers::Item> item(const QString &, StopToken) override
    {
        return ready<providers::Item>(fail(ErrorCode::NotFound, QStringLiteral("none")));
    }
    Settler<providers::Page> settler;
    Future<providers::Page> answer
        = settler.future(); ///< taken while it is open: it may be settled before it is asked for

private:
    QString m_id;
};

} // namespace astra::testing
