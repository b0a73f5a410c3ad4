// SPDX-License-Identifier: Apache-2.0
#include "ui/search/scenewords.h"

#include "ui/types/words.h"

#include <QCoreApplication>
#include <QLocale>
#include <QSet>

namespace astra::search {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::search)
};

QString percent(double value) { return QLocale().toString(value, 'f', 0); }

} // namespace

SceneWords sceneWords(const data::Acquisition &acquisition, const std::function<QString(const QString &)> &titleOf)
{
    const data::Scene &scene = acquisition.best();
    SceneWords words;
    words.date = Text::tr("date not stated");
    if (scene.datetime.isValid()) {
        const QDateTime utc = scene.datetime.toUTC();
        words.date = QLocale().toString(utc.date(), Text::tr("d MMM yyyy"));
        words.time = Text::tr("%1 UTC").arg(utc.toString(QStringLiteral("HH:mm")));
    }
    words.platform = types::platformTitle(scene.platform);
    words.cloud = scene.cloudCover ? Text::tr("%1 % cloud").arg(percent(*scene.cloudCover))
                                   : Text::tr("cloud not stated");
    words.access = types::accessNeed(scene);
    words.provider = titleOf(scene.provider);
    words.origin = words.provider;
    const int copies = static_cast<int>(acquisition.copies.size());
    if (copies < 2)
        return words;
    QStringList titles;
    QSet<QString> versions;
    for (const auto &copy : acquisition.copies) {
        titles.append(titleOf(copy.provider));
        if (!copy.baseline.isEmpty())
            versions.insert(copy.baseline);
    }
    titles.removeDuplicates();
    words.origin = versions.size() > 1 ? Text::tr("%n copies, %1 versions", nullptr, copies).arg(versions.size())
                                       : Text::tr("%n copies", nullptr, copies);
    words.copies = Text::tr("%n copies: %1", nullptr, copies).arg(titles.join(QStringLiteral(", ")));
    return words;
}

QString skyWords(const Result<data::ClearSky> &sky)
{
    if (sky)
        return Text::tr("%1 % of my area clear, %2 % imaged").arg(percent(sky->clear), percent(sky->covered));
    switch (sky.error().code) {
    case ErrorCode::Unauthorized:
        return Text::tr("clear sky needs a login");
    case ErrorCode::NotFound:
    case ErrorCode::Unsupported:
        return Text::tr("clear sky not known: no cloud mask");
    default:
        return Text::tr("clear sky could not be read");
    }
}

} // namespace astra::search
