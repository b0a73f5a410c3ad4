// SPDX-License-Identifier: Apache-2.0
#include "app/cli/describe.h"

#include "app/cli/say.h"

namespace astra::cli {

Json moment(const QDateTime &time) { return textOrNull(time.toUTC().toString(Qt::ISODate)); }

QString addressOf(const QUrl &url) { return url.isLocalFile() ? url.toLocalFile() : url.toString(QUrl::FullyEncoded); }

Json featureOf(const data::Acquisition &acquisition)
{
    Json copies = Json::array();
    for (const auto &copy : acquisition.copies) {
        const auto access = data::pixelAccess(copy);
        copies.push_back({{"provider", toStd(copy.provider)},
                          {"collection", toStd(copy.collection)},
                          {"original_id", toStd(copy.id)},
                          {"baseline", textOrNull(copy.baseline)},
                          {"processed", moment(copy.processed)},
                          {"access", accessCode(access)},
                          {"readable", !data::needsAccount(access)},
                          {"invented", copy.invented}});
    }
    return data::toStacItem(acquisition.best(),
                            {{"astra:acquisition", toStd(acquisition.key())}, {"astra:copies", copies}});
}

QString accessWords(data::Access access)
{
    switch (access) {
    case data::Access::Public:
        return say("open");
    case data::Access::Signed:
        return say("signed for free");
    case data::Access::Login:
        return say("needs a login");
    case data::Access::Paid:
        break;
    }
    return say("the reader pays");
}

const char *accessCode(data::Access access)
{
    switch (access) {
    case data::Access::Public:
        return "public";
    case data::Access::Signed:
        return "signed";
    case data::Access::Login:
        return "login";
    case data::Access::Paid:
        break;
    }
    return "paid";
}

QString timeWords(const QDateTime &time)
{
    return time.isValid() ? time.toUTC().toString(QStringLiteral("yyyy-MM-dd HH:mm:ss")) : say("no date");
}

} // namespace astra::cli
