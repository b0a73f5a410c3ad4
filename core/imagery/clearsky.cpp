// SPDX-License-Identifier: Apache-2.0
#include "core/imagery/clearsky.h"

#include <QCoreApplication>

namespace astra::imagery {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::imagery)
};

} // namespace

class ClearSkies::Private
{
};

ClearSkies::ClearSkies(Pools &, std::shared_ptr<ByteSourceFactory>, const QString &)
    : d(std::make_shared<Private>())
{
}

ClearSkies::~ClearSkies() = default;

Future<data::ClearSky> ClearSkies::of(const data::Acquisition &acquisition, const data::GeoBox &, const data::Rings &,
                                      StopToken)
{
    return ready<data::ClearSky>(
        fail(ErrorCode::Unsupported, Text::tr("%1 has no cloud mask.").arg(acquisition.best().id)));
}

} // namespace astra::imagery
