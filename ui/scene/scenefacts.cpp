// SPDX-License-Identifier: Apache-2.0
#include "ui/scene/scenefacts.h"

#include "core/data/provider.h"
#include "ui/types/words.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>

namespace astra::scene {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::scene)
};

} // namespace

QVariantMap fact(const QString &label, const QString &value)
{
    return {{QStringLiteral("label"), label}, {QStringLiteral("value"), value}};
}

QString number(double value, int decimals) { return QLocale().toString(value, 'f', decimals).replace(u'-', u'−'); }

QVariantList sceneFacts(const data::Scene &scene, const std::function<QString(const QString &)> &titleOf)
{
    QVariantList list;
    if (scene.datetime.isValid())
        list.append(
            fact(Text::tr("Taken"), QLocale().toString(scene.datetime.toUTC(), Text::tr("d MMM yyyy, HH:mm 'UTC'"))));
    if (!scene.platform.isEmpty())
        list.append(fact(Text::tr("Satellite"), types::platformTitle(scene.platform)));
    list.append(fact(Text::tr("From"), titleOf(scene.provider)));
    if (!scene.collection.isEmpty())
        list.append(fact(Text::tr("Collection"), scene.collection));
    list.append(fact(Text::tr("Cloud, whole scene"),
                     scene.cloudCover ? Text::tr("%1 %").arg(number(*scene.cloudCover, 1)) : Text::tr("not stated")));
    if (scene.gsd)
        list.append(fact(Text::tr("Pixel size"), Text::tr("%1 m").arg(QLocale().toString(*scene.gsd))));
    if (!scene.baseline.isEmpty())
        list.append(fact(Text::tr("Processing baseline"), scene.baseline));
    if (scene.epsg)
        list.append(fact(Text::tr("Coordinate system"), QStringLiteral("EPSG:%1").arg(*scene.epsg)));
    if (!scene.license.isEmpty())
        list.append(fact(Text::tr("Licence"), scene.license));
    list.append(fact(Text::tr("Identifier"), scene.id));
    return list;
}

QVariantMap copyFacts(const data::Scene &copy)
{
    QStringList detail;
    if (!copy.baseline.isEmpty())
        detail.append(Text::tr("baseline %1").arg(copy.baseline));
    if (copy.processed.isValid())
        detail.append(
            Text::tr("made %1").arg(QLocale().toString(copy.processed.toUTC().date(), Text::tr("d MMM yyyy"))));
    if (copy.invented)
        detail.append(Text::tr("invented data"));
    const data::Access access = data::pixelAccess(copy);
    const bool key = std::any_of(copy.assets.begin(), copy.assets.end(), [&](const data::Asset &asset) {
        return asset.access == access && !asset.connection.isEmpty();
    });
    return {{QStringLiteral("id"), copy.id},
            {QStringLiteral("detail"), detail.join(QStringLiteral(" · "))},
            {QStringLiteral("access"), data::accessInWords(access, key)}};
}

QString accessSentence(const data::Scene &scene, const QString &provider, bool connectable)
{
    const data::Access access = data::pixelAccess(scene);
    if (!data::needsAccount(access))
        return {};
    if (connectable)
        return Text::tr("The pixels of this scene need an account or a key at %1.").arg(provider);
    return access == data::Access::Paid
        ? Text::tr("Whoever reads the pixels of this scene at %1 pays for it. They are not shown here.").arg(provider)
        : Text::tr("The pixels of this scene need a login at %1. They cannot be shown here yet.").arg(provider);
}

} // namespace astra::scene
