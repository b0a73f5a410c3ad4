// SPDX-License-Identifier: Apache-2.0
#include "core/providers/provider.h"

#include <QCoreApplication>

namespace astra::providers {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::providers)
};

} // namespace

Future<Tally> Provider::tally(const data::SearchQuery &, StopToken)
{
    return ready<Tally>(fail(ErrorCode::Unsupported, Text::tr("%1 does not count.").arg(info().title), info().id));
}

Future<std::vector<data::CollectionInfo>> Provider::collections(StopToken)
{
    std::vector<data::CollectionInfo> known;
    const auto about = info();
    for (const auto &family : about.families) {
        data::CollectionInfo collection;
        collection.provider = about.id;
        collection.id = family;
        collection.title = family;
        collection.family = family;
        collection.connection = about.connection;
        known.push_back(std::move(collection));
    }
    return ready<std::vector<data::CollectionInfo>>(std::move(known));
}

} // namespace astra::providers
