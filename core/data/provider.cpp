// SPDX-License-Identifier: Apache-2.0
#include "core/data/provider.h"

#include <QCoreApplication>

namespace astra::data {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::data)
};

} // namespace

QString accessInWords(Access access, bool hasConnection)
{
    switch (access) {
    case Access::Public:
        return Text::tr("open");
    case Access::Signed:
        return Text::tr("open, with a free signature");
    case Access::Login:
        return hasConnection ? Text::tr("key") : Text::tr("free login");
    case Access::Paid:
        break;
    }
    return Text::tr("paid");
}

} // namespace astra::data
