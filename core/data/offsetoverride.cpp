// SPDX-License-Identifier: Apache-2.0
#include "core/data/offsetoverride.h"

#include <QCoreApplication>

namespace astra::data {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::OffsetOverride)
};

} // namespace

QString overrideName(OffsetOverride value)
{
    switch (value) {
    case OffsetOverride::Apply:
        return QStringLiteral("apply");
    case OffsetOverride::Leave:
        return QStringLiteral("leave");
    case OffsetOverride::None:
        break;
    }
    return {};
}

Result<OffsetOverride> overrideNamed(const QString &word)
{
    for (const auto value : {OffsetOverride::None, OffsetOverride::Apply, OffsetOverride::Leave}) {
        if (word.trimmed().compare(overrideName(value), Qt::CaseInsensitive) == 0)
            return value;
    }
    return fail(ErrorCode::InvalidInput,
                Text::tr("“%1” says nothing about the offset: write “apply” or “leave”.").arg(word.left(40)));
}

Acquisition withOverride(Acquisition acquisition, OffsetOverride value, const QString &qualifiedId)
{
    for (auto &copy : acquisition.copies) {
        if (qualifiedId.isEmpty() || copy.qualifiedId() == qualifiedId) {
            copy.offsetOverride = value;
            break;
        }
    }
    return acquisition;
}

} // namespace astra::data
