// SPDX-License-Identifier: Apache-2.0
#include "app/cli/describe.h"

#include <QCoreApplication>

namespace astra::cli {

namespace {

QString say(const char *text) { return QCoreApplication::translate("astra::cli", text); }

std::string text(const QString &value) { return value.toStdString(); }

} // namespace

Json featureOf(const data::Acquisition &acquisition)
{
    Json copies = Json::array();
    for (const auto &copy : acquisition.copies) {
        const auto access = data::pixelAccess(copy);
        copies.push_back(
            {{"provider", text(copy.provider)},
             {"collection", text(copy.collection)},
             {"original_id", text(copy.id)},
             {"baseline", copy.baseline.isEmpty() ? Json() : Json(text(copy.baseline))},
             {"processed",
              copy.processed.isValid() ? Json(text(copy.processed.toUTC().toString(Qt::ISODate))) : Json()},
             {"access", accessCode(access)},
             {"readable", !data::needsAccount(access)}});
    }
    return data::toStacItem(acquisition.best(),
                            {{"astra:acquisition", text(acquisition.key())}, {"astra:copies", copies}});
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
