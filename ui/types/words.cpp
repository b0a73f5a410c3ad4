// SPDX-License-Identifier: Apache-2.0
#include "ui/types/words.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include <algorithm>

namespace astra::types {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::types)
};

} // namespace

QString platformTitle(const QString &platform)
{
    if (platform.isEmpty())
        return {};
    if (platform.contains(u';')) { // a result of several scenes
        QStringList titles;
        for (const auto &one : platform.split(u';', Qt::SkipEmptyParts))
            titles << platformTitle(one.trimmed());
        return titles.join(QStringLiteral(", "));
    }
    QString title = platform;
    title.replace(u'_', u'-');
    title[0] = title[0].toUpper();
    if (title.startsWith(u"Sentinel-") && title.size() > 10)
        title.back() = title.back().toUpper();
    return title;
}

QString accessNeed(data::Access access, bool hasConnection)
{
    switch (access) {
    case data::Access::Public:
    case data::Access::Signed:
        break;
    case data::Access::Login:
        return hasConnection ? Text::tr("needs a key") : Text::tr("needs a free login");
    case data::Access::Paid:
        return Text::tr("the reader pays");
    }
    return {};
}

QString accessNeed(const data::Scene &scene)
{
    const data::Access worst = data::pixelAccess(scene);
    const bool key = std::any_of(scene.assets.begin(), scene.assets.end(), [&](const data::Asset &asset) {
        return asset.access == worst && asset.isRaster() && !asset.connection.isEmpty();
    });
    return accessNeed(worst, key);
}

QString withTitles(QString sentence, const std::vector<data::ProviderInfo> &providers)
{
    for (const auto &provider : providers) {
        if (!sentence.contains(provider.id))
            continue;
        const QRegularExpression whole(u"(?<![\\w./-])" + QRegularExpression::escape(provider.id)
                                       + u"(?![\\w/-]|\\.\\w)");
        sentence.replace(whole, provider.title);
    }
    return sentence;
}

} // namespace astra::types
